package refunds

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// RequestJSON is a request as the API shows it. Amounts are texts in the line's currency.
type RequestJSON struct {
	RefundID       string          `json:"refundId"`
	MerchantID     string          `json:"merchantId"`
	OrderID        string          `json:"orderId"`
	OrderLineID    string          `json:"orderLineId"`
	DeliveryType   Delivery        `json:"deliveryType,omitempty"`
	Way            Way             `json:"way"`
	Rule           string          `json:"rule"`
	Goods          Goods           `json:"goods,omitempty"`
	Currency       money.Currency  `json:"currencyCode"`
	Paid           string          `json:"paid"`
	Due            string          `json:"amountDue"`
	Fee            string          `json:"handlingFee"`
	Amount         string          `json:"amount"`
	State          State           `json:"state"`
	Why            string          `json:"why,omitempty"`
	RequestedAt    time.Time       `json:"requestedAt"`
	ContactFrom    *time.Time      `json:"contactSellerFrom,omitempty"`
	ContactedAt    *time.Time      `json:"contactedAt,omitempty"`
	Opinion        string          `json:"opinion,omitempty"`
	DecidedAt      *time.Time      `json:"decidedAt,omitempty"`
	Carrier        string          `json:"carrier,omitempty"`
	TrackingNumber string          `json:"trackingNumber,omitempty"`
	DueAt          *time.Time      `json:"dueAt,omitempty"` // of what the state waits for
	Overdue        bool            `json:"overdue,omitempty"`
	Instruction    int64           `json:"instruction,omitempty"`
	ClosedAt       *time.Time      `json:"closedAt,omitempty"`
	Warnings       []web.FaultJSON `json:"warnings,omitempty"`
}

func toJSON(r Request, now time.Time) RequestJSON {
	plain := func(d decimal.Decimal) string { return money.Plain(d, r.Currency) }
	return RequestJSON{
		RefundID: r.ID, MerchantID: r.Merchant, OrderID: r.Order, OrderLineID: r.Line, DeliveryType: r.Delivery, Way: r.Way, Rule: r.Rule, Goods: r.Goods, Currency: r.Currency,
		Paid: plain(r.Paid), Due: plain(r.Due), Fee: plain(r.Fee), Amount: plain(r.Amount), State: r.State, Why: r.Why, RequestedAt: r.RequestedAt, ContactFrom: r.ContactFrom,
		ContactedAt: r.Contacted, Opinion: r.Opinion, DecidedAt: r.DecidedAt, Carrier: r.Carrier, TrackingNumber: r.Tracking, DueAt: r.DueAt, Overdue: r.Overdue(now),
		Instruction: r.Instruction, ClosedAt: r.ClosedAt,
	}
}

// asMarket is the marketplace's own system: it acts for any buyer, so it sees all merchants.
func asMarket(u *web.User) pg.Actor { return pg.Actor{Role: pg.Batch, User: u.ID} }

// verb runs a verb in a transaction and answers with the request.
func (h *HTTP) verb(c echo.Context, a pg.Actor, fn func(ctx context.Context, tx *pg.Tx) (Request, fault.Faults, error)) error {
	ctx := c.Request().Context()
	var out RequestJSON
	err := h.db.InTx(ctx, a, func(tx *pg.Tx) error {
		r, warned, err := fn(ctx, tx)
		out = toJSON(r, tx.Now)
		if len(warned) > 0 {
			out.Warnings = web.JSONFaults(warned, web.LangOf(c))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

type askForm struct {
	RefundID       string `json:"refundId" validate:"required,max=64"`
	OrderID        string `json:"orderId" validate:"required,max=64"`
	OrderLineID    string `json:"orderLineId" validate:"max=80"`
	DeliveryType   string `json:"deliveryType" validate:"required,max=40"`
	Rule           string `json:"rule" validate:"omitempty,oneof=NEGOTIATED FIVE_DAY RENEWAL_NOT_EFFECTIVE CONDITIONAL"`
	Amount         string `json:"amount" validate:"omitempty,amount"`
	Goods          string `json:"goods" validate:"omitempty,oneof=not_received in_transit received"`
	Reason         string `json:"reason" validate:"max=2000"`
	BuyerPhone     string `json:"buyerPhone" validate:"max=40"`
	PhoneConsent   bool   `json:"phoneConsent"`
	CodeClaimed    bool   `json:"codeClaimed"`
	QuotaElsewhere int    `json:"quotaUsedElsewhere" validate:"min=0"`
}

func (h *HTTP) apiRequest(c echo.Context) error {
	var f askForm
	if err := web.Bind(c, &f); err != nil {
		return err
	}
	a := Ask{
		ID: f.RefundID, Order: f.OrderID, Line: f.OrderLineID, Delivery: Delivery(f.DeliveryType), Rule: f.Rule, Goods: Goods(f.Goods), Reason: f.Reason, Phone: f.BuyerPhone,
		Consent: f.PhoneConsent, Claimed: f.CodeClaimed, QuotaElsewhere: f.QuotaElsewhere,
	}
	if f.Amount != "" {
		d := money.MustParse(f.Amount) // validated
		a.Amount = &d
	}
	return h.verb(c, asMarket(web.UserOf(c)), func(ctx context.Context, tx *pg.Tx) (Request, fault.Faults, error) { return h.svc.Request(ctx, tx, a) })
}

// buyerVerb is what the marketplace does for a buyer to a request that stands.
type buyerVerb func(ctx context.Context, tx *pg.Tx, merchant, id string, f buyerForm) (Request, error)

type buyerForm struct {
	Carrier        string `json:"carrier" validate:"max=120"`
	TrackingNumber string `json:"trackingNumber" validate:"max=120"`
}

func (h *HTTP) withdraw(ctx context.Context, tx *pg.Tx, merchant, id string, _ buyerForm) (Request, error) {
	return h.svc.Withdraw(ctx, tx, merchant, id)
}

func (h *HTTP) ship(ctx context.Context, tx *pg.Tx, merchant, id string, f buyerForm) (Request, error) {
	return h.svc.Ship(ctx, tx, merchant, id, f.Carrier, f.TrackingNumber)
}

func (h *HTTP) contact(ctx context.Context, tx *pg.Tx, merchant, id string, _ buyerForm) (Request, error) {
	return h.svc.Contact(ctx, tx, merchant, id)
}

func (h *HTTP) apiBuyer(v buyerVerb) echo.HandlerFunc {
	return func(c echo.Context) error {
		var f buyerForm
		if err := web.Bind(c, &f); err != nil {
			return err
		}
		return h.verb(c, asMarket(web.UserOf(c)), func(ctx context.Context, tx *pg.Tx) (Request, fault.Faults, error) {
			r, err := h.svc.FindAny(ctx, tx, c.Param("id"))
			if err != nil {
				return r, nil, err
			}
			r, err = v(ctx, tx, r.Merchant, r.ID, f)
			return r, nil, err
		})
	}
}

// doAPI does a merchant's deed: JSON, or a form where files come along.
func (h *HTTP) doAPI(d deed) echo.HandlerFunc {
	return func(c echo.Context) error {
		st, err := step(c)
		if err != nil {
			return err
		}
		return h.verb(c, web.UserOf(c).Actor(), func(ctx context.Context, tx *pg.Tx) (Request, fault.Faults, error) {
			r, err := d.do(ctx, tx, st)
			return r, nil, err
		})
	}
}

// reader is whose rights a reading call of the API has.
func reader(u *web.User) pg.Actor {
	if u.Has(web.Marketplace) {
		return asMarket(u)
	}
	return u.Actor()
}

func (h *HTTP) apiOne(c echo.Context) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	var out RequestJSON
	err := h.db.ReadTx(ctx, reader(u), func(tx *pg.Tx) (err error) {
		var r Request
		if u.Merchant != "" {
			r, err = h.svc.Find(ctx, tx, u.Merchant, c.Param("id"))
		} else {
			r, err = h.svc.FindAny(ctx, tx, c.Param("id"))
		}
		out = toJSON(r, tx.Now)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

type listForm struct {
	Order   string `query:"order" validate:"max=64"`
	State   string `query:"state" validate:"max=40"`
	Open    bool   `query:"open"`
	Overdue bool   `query:"overdue"`
	Idle    bool   `query:"idle"`
}

func (h *HTTP) apiList(c echo.Context) error {
	var f listForm
	if err := web.Bind(c, &f); err != nil {
		return err
	}
	u, ctx := web.UserOf(c), c.Request().Context()
	paging := web.PagingOf(c, 100)
	out := struct {
		Refunds []RequestJSON `json:"refunds"`
		More    bool          `json:"more"`
	}{Refunds: []RequestJSON{}}
	err := h.db.ReadTx(ctx, reader(u), func(tx *pg.Tx) error {
		rs, err := h.svc.Requests(ctx, tx, Query{Merchant: u.Merchant, Order: f.Order, State: State(f.State), Open: f.Open, Overdue: f.Overdue, Idle: f.Idle, Limit: paging.Limit(), Offset: paging.Offset()})
		out.More = len(rs) > paging.Size
		for _, r := range rs[:min(len(rs), paging.Size)] {
			out.Refunds = append(out.Refunds, toJSON(r, tx.Now))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}
