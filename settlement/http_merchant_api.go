package settlement

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
	"suanpan/orders"
)

// BillJSON is a bill in an answer of the API. Amounts are texts in currencyCode unless they stand under a sale's own currency.
type BillJSON struct {
	Bill         string         `json:"bill"`
	Entity       string         `json:"entity"`
	Month        period.Month   `json:"month"`
	CurrencyCode money.Currency `json:"currencyCode"`
	State        State          `json:"state"`
	Lines        int            `json:"lines"`
	Exact        string         `json:"exact"`
	Rounded      string         `json:"rounded"`
	CarryIn      string         `json:"carryIn"`
	CarriedFrom  string         `json:"carriedFrom,omitempty"`
	Payable      string         `json:"payable"`
	CarryOut     string         `json:"carryOut"`
	FromDeposit  string         `json:"fromDeposit"`  // of a bill below zero that is collected: what the deposit covered
	ToReceivable string         `json:"toReceivable"` // and what the merchant owes from then on
	RunDay       period.Day     `json:"runDay"`
	Requisition  string         `json:"requisition,omitempty"`
	Sales        []SaleJSON     `json:"sales"`
}

// SaleJSON is the part of a bill that was sold in one currency.
type SaleJSON struct {
	CurrencyCode money.Currency    `json:"currencyCode"`
	Lines        int               `json:"lines"`
	Gross        string            `json:"gross"`
	Tax          string            `json:"tax"`
	CustomerWHT  string            `json:"customerWithholding"`
	Fee          string            `json:"fee"`
	Share        string            `json:"share"`
	SellerTaxes  map[string]string `json:"sellerTaxes"`
	Settlement   string            `json:"settlement"`
	Rate         string            `json:"rate"`
	RateKey      string            `json:"rateKey,omitempty"`
	Product      string            `json:"product"` // settlement × rate in the bill's currency, exact
}

// LineJSON is one line of a bill.
type LineJSON struct {
	Line         string         `json:"line"`
	Kind         string         `json:"kind"`
	OrderLine    string         `json:"orderLineId"`
	Product      string         `json:"productId,omitempty"`
	CurrencyCode money.Currency `json:"currencyCode"`
	Gross        string         `json:"gross"`
	Tax          string         `json:"tax"`
	CustomerWHT  string         `json:"customerWithholding"`
	Fee          string         `json:"fee"`
	SellerTax    string         `json:"sellerTax"`
	Amount       string         `json:"amount"`
}

func billJSON(b Bill) BillJSON {
	n := func(v decimal.Decimal) string { return money.Plain(v, b.Currency) }
	out := BillJSON{
		Bill: b.No, Entity: b.Entity, Month: b.Month, CurrencyCode: b.Currency, State: b.State, Lines: b.Lines, Exact: n(b.Exact), Rounded: n(b.Rounded),
		CarryIn: n(b.CarryIn), CarriedFrom: b.CarriedFrom, Payable: n(b.Payable), CarryOut: n(b.CarryOut), FromDeposit: n(b.FromDeposit), ToReceivable: n(b.Receivable), RunDay: b.RunDay, Requisition: b.Requisition, Sales: []SaleJSON{},
	}
	for _, s := range b.Sales {
		x := func(v decimal.Decimal) string { return money.Plain(v, s.Currency) }
		taxes := map[string]string{}
		for code, v := range s.SellerTaxes {
			taxes[code] = x(v)
		}
		out.Sales = append(out.Sales, SaleJSON{
			CurrencyCode: s.Currency, Lines: s.Lines, Gross: x(s.Gross), Tax: x(s.Tax), CustomerWHT: x(s.CustomerWHT), Fee: x(s.Fee), Share: x(s.Share),
			SellerTaxes: taxes, Settlement: x(s.Settlement), Rate: money.Exact(s.Rate), RateKey: s.RateKey, Product: money.Exact(s.Product),
		})
	}
	return out
}

func lineJSON(l BillLine) LineJSON {
	n := func(v decimal.Decimal) string { return money.Plain(v, l.Currency) }
	return LineJSON{
		Line: l.Line, Kind: l.Kind, OrderLine: l.Order, Product: l.Product, CurrencyCode: l.Currency, Gross: n(l.Gross), Tax: n(l.Tax),
		CustomerWHT: n(l.CustomerWHT), Fee: n(l.Fee), SellerTax: n(l.SellerTax), Amount: n(l.Amount),
	}
}

func (h *MerchantHTTP) apiBills(c echo.Context) error {
	paging := web.PagingOf(c, 200)
	month, fs := monthParam(c.QueryParam("month"))
	if err := fs.Err(); err != nil {
		return err
	}
	out, more := []BillJSON{}, false
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		bills, err := h.svc.Bills(ctx, tx, BillFilter{Merchant: merchant, Month: month, State: State(c.QueryParam("state")), Limit: paging.Limit(), Offset: paging.Offset()})
		more = len(bills) > paging.Size
		for _, b := range bills[:min(len(bills), paging.Size)] {
			out = append(out, billJSON(b))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"bills": out, "page": paging.Page, "more": more})
}

func (h *MerchantHTTP) apiBill(c echo.Context) error {
	paging := web.PagingOf(c, 1000)
	var out struct {
		BillJSON
		LineList []LineJSON `json:"lineList"`
		Page     int        `json:"page"`
		More     bool       `json:"more"`
	}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		b, err := h.oneBill(ctx, tx, merchant, c.Param("no"))
		if err != nil {
			return err
		}
		lines, err := h.svc.BillLines(ctx, tx, BillRef{Merchant: b.Merchant, No: b.No}, paging.Limit(), paging.Offset())
		out.BillJSON, out.LineList, out.Page, out.More = billJSON(b), []LineJSON{}, paging.Page, len(lines) > paging.Size
		for _, l := range lines[:min(len(lines), paging.Size)] {
			out.LineList = append(out.LineList, lineJSON(l))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

// WhyJSON answers for one line.
type WhyJSON struct {
	Line         string       `json:"line"`
	Kind         string       `json:"kind"`
	Entity       string       `json:"entity"`
	Bill         string       `json:"bill,omitempty"`
	BillState    State        `json:"billState,omitempty"`
	Requisition  string       `json:"requisition,omitempty"`
	Closed       bool         `json:"closed"`
	Reasons      []ReasonJSON `json:"reasons"`
	EarliestRun  *time.Time   `json:"earliestRun,omitempty"` // absent where it is not known
	UnknownUntil []string     `json:"unknownUntil"`          // codes of the reasons without a date
}

// ReasonJSON is one reason, with its words in the language of the reply.
type ReasonJSON struct {
	Code     string     `json:"code"`
	Message  string     `json:"message"`
	Since    *time.Time `json:"since,omitempty"`
	Until    *time.Time `json:"until,omitempty"`
	LiftedBy string     `json:"liftedBy"`
	Detail   string     `json:"detail,omitempty"`
}

func (h *MerchantHTTP) apiWhy(c echo.Context) error {
	month, fs := monthParam(c.QueryParam("month"))
	if err := fs.Err(); err != nil {
		return err
	}
	out := []WhyJSON{}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		list, err := h.svc.Ask(ctx, tx, merchant, c.Param("id"), month)
		for _, w := range list {
			out = append(out, whyJSON(w, func(r orders.Reason) string { return reasonTitle(c, r.Code) }))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"lines": out})
}

func whyJSON(w Why, say func(orders.Reason) string) WhyJSON {
	out := WhyJSON{
		Line: w.Line, Kind: w.Kind, Entity: w.Entity, Bill: w.Bill, BillState: w.BillState, Requisition: w.Requisition, Closed: w.Closed,
		Reasons: []ReasonJSON{}, EarliestRun: instantOrNil(w.Earliest), UnknownUntil: append([]string{}, w.UnknownTill...),
	}
	for _, r := range w.Reasons {
		out.Reasons = append(out.Reasons, ReasonJSON{
			Code: r.Code, Message: say(r), Since: instantOrNil(r.Since), Until: instantOrNil(r.Until), LiftedBy: r.LiftedBy, Detail: r.Detail,
		})
	}
	return out
}

func instantOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
