package orders

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

// usageChargeKind: usage that the marketplace rated itself and charged the customer for.
var usageChargeKind = kindDef{
	name: "usageCharge", phase: ordered, rank: 9, make: func() record { return &usageChargeRecord{} },
	id: "chargeId",
	about: "Usage of a pay-per-use line that the marketplace has rated and charged already, for one month of consumption. " +
		"Posts taken and earned in one; who collects follows from the order's payment.",
	example: `{"kind":"usageCharge","chargeId":"UC-1","orderId":"CS2610011100D1","cycle":"2026-10","quantity":"8","amount":"2.071","taxAmount":"0.171","time":"20261031235900"}`,
	journal: []string{
		"earned/UC-1 2026-10 5861 deferred_orders → indirect_tax USD 0.171",
		"earned/UC-1 2026-10 5861 deferred_orders → merchant_unbilled USD 1.615",
		"earned/UC-1 2026-10 5861 deferred_orders → platform_fee USD 0.285",
		"taken/UC-1 2026-10 5861 customer_clearing → deferred_orders USD 2.071",
	},
}

type usageChargeRecord struct {
	Head
	ChargeID string `json:"chargeId"`
	OrderID  string `json:"orderId"`
	LineID   string `json:"orderLineId,omitempty"`
	Cycle    string `json:"cycle"`
	Quantity string `json:"quantity,omitempty"`
	Amount   string `json:"amount"`
	Tax      string `json:"taxAmount,omitempty"`
	WHT      string `json:"customerWithholdingTax,omitempty"`
	Time     string `json:"time"`

	at                        time.Time
	cycle                     period.Month
	quantity, gross, tax, wht decimal.Decimal
}

func (r *usageChargeRecord) factID() string      { return r.ChargeID }
func (r *usageChargeRecord) happened() time.Time { return r.at }
func (r *usageChargeRecord) orderRef() string    { return r.OrderID }

func (r *usageChargeRecord) check(c *checker) {
	c.id("chargeId", &r.ChargeID)
	c.id("orderId", &r.OrderID)
	c.text("orderLineId", &r.LineID, false)
	r.cycle = c.month("cycle", &r.Cycle)
	r.quantity = c.notNegative("quantity", c.decimal("quantity", &r.Quantity, false))
	r.gross = c.positive("amount", c.decimal("amount", &r.Amount, true))
	r.tax = c.notNegative("taxAmount", c.decimal("taxAmount", &r.Tax, false))
	r.wht = c.notNegative("customerWithholdingTax", c.decimal("customerWithholdingTax", &r.WHT, false))
	if r.tax.Add(r.wht).GreaterThan(r.gross) {
		c.bad("FEED-TAX-OVER", "taxAmount", fault.Args{"gross": r.gross})
	}
	r.at = c.time("time", &r.Time, true)
}

func (r *usageChargeRecord) apply(b *batch, o *order) fault.Faults {
	s, f := o.one(r.LineID)
	if f != nil {
		return fault.Faults{f}
	}
	if s.Line.Mode != OnDemand {
		return fault.Faults{fault.New(fault.Invalid, "USAGE-NOT-ON-DEMAND", "orderLineId", fault.Args{"line": s.Line.ID})}
	}
	k := standingKey{usageChargeKind.name, s.Line.Merchant, r.ChargeID}
	if again, fs := b.repeats(k, r.hash); again {
		return fs
	}
	b.standing[k] = r.hash
	return b.addUsageLine(s, UsageLine{
		Merchant: s.Line.Merchant, ID: r.ChargeID, OrderLine: s.Line.ID, Cycle: r.cycle, Heard: r.cycle, Quantity: r.quantity,
		Gross: r.gross, Tax: r.tax, CustomerWHT: r.wht, KnownAt: b.known(&r.Head, r.at), hash: r.hash, at: r.at,
	})
}
