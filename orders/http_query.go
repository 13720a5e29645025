package orders

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// Result codes of the order query, as the marketplace documents them.
const (
	queryOK      = "MKT.0000"
	queryFailed  = "MKT.0999" // system error
	queryInvalid = "CBC.0101" // invalid parameter; no code of its own is documented for an order that is not there
)

// OrderInfoJSON is an order in the marketplace's documented form. Times are yyyyMMddHHmmss in the zone of the setting order_query_zone. state,
// currencyCode and instanceId are ours beside it.
type OrderInfoJSON struct {
	OrderID    string          `json:"orderId"`
	OrderType  string          `json:"orderType"`
	CreateTime string          `json:"createTime"` // when the buyer placed it, not when it took effect
	State      OrderState      `json:"state"`
	Lines      []OrderLineJSON `json:"orderLine"`
	Buyer      *BuyerInfoJSON  `json:"buyerInfo,omitempty"`
}

// BuyerInfoJSON is the buyer of an order.
type BuyerInfoJSON struct {
	Customer string `json:"customerId"`
}

// OrderLineJSON is one line of an order. currency and currencyAfterDiscount are amounts; both are empty on reverse orders.
type OrderLineJSON struct {
	LineID        string          `json:"orderLineId"`
	Mode          string          `json:"chargingMode"`
	PeriodType    string          `json:"periodType,omitempty"`
	PeriodNumber  int             `json:"periodNumber,omitempty"`
	ExpireTime    string          `json:"expireTime,omitempty"` // of period and package lines: placing plus period. It drifts from the real end, which the instance has
	Amount        string          `json:"currency"`
	AfterDiscount string          `json:"currencyAfterDiscount"`
	CurrencyCode  string          `json:"currencyCode,omitempty"`
	Product       ProductInfoJSON `json:"productInfo"`
	Instance      string          `json:"instanceId,omitempty"`
	State         OrderState      `json:"state"`
}

// ProductInfoJSON is what was bought.
type ProductInfoJSON struct {
	Product string `json:"productId"`
	SKU     string `json:"skuCode,omitempty"`
}

// QueryJSON is the answer of the order query.
type QueryJSON struct {
	ResultCode string          `json:"resultCode"`
	ResultMsg  string          `json:"resultMsg"`
	OrderInfo  *OrderInfoJSON  `json:"orderInfo,omitempty"`
	Faults     []web.FaultJSON `json:"faults,omitempty"`
}

// apiQuery answers for one order, or one line of it: to the marketplace, to operations, and to the merchant whose order it is. The nine orders for
// integration tests exist here alone.
func (h *HTTP) apiQuery(c echo.Context) error {
	id, line := c.QueryParam("orderId"), c.QueryParam("orderLineId")
	refuse := func(f *fault.Fault) error {
		status := web.Status(f)
		if f.Kind == fault.Invalid {
			status = http.StatusBadRequest // as the marketplace documents it
		}
		return c.JSON(status, QueryJSON{ResultCode: queryInvalid, ResultMsg: f.Text(fault.EN), Faults: web.JSONFaults(fault.Faults{f}, web.LangOf(c))})
	}
	if id == "" {
		return refuse(fault.New(fault.Invalid, "ORDER-QUERY", "orderId"))
	}
	var info *OrderInfoJSON
	if s, ok := mockOrder(id); ok {
		info = orderInfo(s, line, time.UTC)
	} else {
		err := h.look(c, func(ctx context.Context, tx *pg.Tx, dir *entities.Directory) error {
			states, err := orderStates(ctx, tx, dir, id)
			if err != nil || len(states) == 0 {
				return err
			}
			zone, err := time.LoadLocation(dir.Text(entities.KeyOrderQueryZone, entities.Installation, tx.Now)) // empty reads as UTC
			if err == nil {
				info = orderInfo(states, line, zone)
			}
			return err
		})
		if err != nil {
			if web.Status(err) >= http.StatusInternalServerError {
				_ = c.JSON(web.Status(err), QueryJSON{ResultCode: queryFailed, ResultMsg: "system error"}) // the answer; the error itself goes to the log
			}
			return err
		}
	}
	if info == nil {
		return refuse(fault.New(fault.NotFound, "ORD-NONE", "orderId", fault.Args{"order": id}))
	}
	return c.JSON(http.StatusOK, QueryJSON{ResultCode: queryOK, ResultMsg: "success", OrderInfo: info})
}

// orderInfo writes lines of one order; nil where none of them is the one that is asked for.
func orderInfo(states []*State, only string, zone *time.Location) *OrderInfoJSON {
	const form = "20060102150405"
	first := states[0].Line
	out := &OrderInfoJSON{OrderID: first.OrderID, OrderType: first.Type, CreateTime: first.PlacedAt.In(zone).Format(form), Buyer: &BuyerInfoJSON{first.Buyer}}
	var all []OrderState
	for _, s := range states {
		all = append(all, s.OrderState())
		l := &s.Line
		if only != "" && only != l.ID {
			continue
		}
		x := OrderLineJSON{
			LineID: l.ID, Mode: l.Mode, PeriodType: l.Terms.PeriodType, PeriodNumber: l.Terms.PeriodNumber, CurrencyCode: string(l.Currency),
			Product: ProductInfoJSON{l.Product, l.SKU}, Instance: l.Terms.Instance, State: s.OrderState(),
		}
		if l.Type != Unsubscribe {
			x.Amount, x.AfterDiscount = money.Exact(l.Gross), money.Exact(l.Gross)
			if l.Terms.ListAmount != "" {
				x.Amount = l.Terms.ListAmount
			}
		}
		if (l.Mode == Period || l.Mode == Package) && l.Terms.PeriodType != "" && l.Terms.PeriodNumber > 0 {
			x.ExpireTime = AddPeriod(l.PlacedAt, l.Terms.PeriodType, l.Terms.PeriodNumber, zone).In(zone).Format(form)
		}
		out.Lines = append(out.Lines, x)
	}
	if len(out.Lines) == 0 {
		return nil
	}
	out.State = StateOfOrder(all...)
	return out
}

// mocks are the orders that a seller's integration test may ask for: the same every time, in no table and on no bill.
var mocks = map[string]Line{
	"MOCKPERIODYEARNEW":      {Type: New, Mode: Period, Terms: Terms{PeriodType: "year", PeriodNumber: 1}},
	"MOCKONETIMENEW":         {Type: New, Mode: OneTime},
	"MOCKONDEMAND":           {Type: New, Mode: OnDemand},
	"MOCKONDEMANDPKG":        {Type: New, Mode: Package, Terms: Terms{PeriodType: "month", PeriodNumber: 1}},
	"MOCKPERIODDAYTRIAL":     {Type: Trial, Mode: Period, Terms: Terms{PeriodType: "day", PeriodNumber: 7}},
	"MOCKMONTYTRIALTOFORMAL": {Type: TrialToFormal, Mode: Period, Terms: Terms{PeriodType: "month", PeriodNumber: 1}},
	"MOCKMONTYUNSUBSCRIBE":   {Type: Unsubscribe, Mode: Period, Terms: Terms{PeriodType: "month", PeriodNumber: 1}},
	"MOCKMONTYRENEW":         {Type: Renew, Mode: Period, Terms: Terms{PeriodType: "month", PeriodNumber: 1}},
	"MOCKMONTYCHANGE":        {Type: Change, Mode: Period, Terms: Terms{PeriodType: "month", PeriodNumber: 1}},
}

func mockOrder(id string) ([]*State, bool) {
	l, ok := mocks[id]
	if !ok {
		return nil, false
	}
	l.OrderID, l.ID, l.Product, l.SKU, l.Buyer = id, id+"-000001", "MOCKPRODUCT", "MOCKSKU", "MOCKBUYER"
	l.PlacedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if l.Type != Unsubscribe {
		l.Currency = "USD"
		if l.Type != Trial && l.Mode != OnDemand {
			l.Gross = decimal.NewFromInt(100)
		}
	}
	s := &State{Line: l, Events: []Event{{Kind: Paid, At: l.PlacedAt}, {Kind: Effective, At: l.PlacedAt}}}
	return []*State{s}, true
}
