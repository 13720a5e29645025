package orders

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
)

// refundKind: money went back to the customer. It belongs to the month of that moment.
var refundKind = kindDef{
	name: "refund", phase: ordered, rank: 8, make: func() record { return &refundRecord{} },
	id: "refundId",
	about: "Money went back to the customer for a line. Posts deferred_orders → customer_clearing (of a credit order first → customer_credit), and the " +
		"opposite of earned with it or with earned, whichever is later.",
	example: `{"kind":"refund","refundId":"RF2610081000B1","orderId":"CS2610051300A1","amount":"113.00","rule":"CONDITIONAL","time":"20261008100000"}`,
	journal: []string{
		"refunded/RF2610081000B1 2026-10 5861 deferred_orders → customer_clearing USD 113",
		"unearned/RF2610081000B1 2026-10 5861 indirect_tax → deferred_orders USD 13",
		"unearned/RF2610081000B1 2026-10 5861 merchant_unbilled → deferred_orders USD 85",
		"unearned/RF2610081000B1 2026-10 5861 platform_fee → deferred_orders USD 15",
	},
}

type refundRecord struct {
	Head
	RefundID string `json:"refundId"`
	OrderID  string `json:"orderId"`
	LineID   string `json:"orderLineId,omitempty"`
	Amount   string `json:"amount"`
	Rule     string `json:"rule"`
	Time     string `json:"time"`

	at     time.Time
	amount decimal.Decimal
}

func (r *refundRecord) factID() string      { return r.RefundID }
func (r *refundRecord) happened() time.Time { return r.at }
func (r *refundRecord) orderRef() string    { return r.OrderID }

func (r *refundRecord) check(c *checker) {
	c.id("refundId", &r.RefundID)
	c.id("orderId", &r.OrderID)
	c.text("orderLineId", &r.LineID, false)
	r.amount = c.positive("amount", c.decimal("amount", &r.Amount, true))
	c.oneOf("rule", &r.Rule, Negotiated, FiveDay, NotInEffect, Conditional, ProvisionFailed)
	r.at = c.time("time", &r.Time, true)
}

func (r *refundRecord) apply(b *batch, o *order) fault.Faults {
	s, f := o.one(r.LineID)
	if f != nil {
		return fault.Faults{f}
	}
	if again, fs := b.repeats(standingKey{refundKind.name, s.Line.Merchant, r.RefundID}, r.hash); again {
		return fs
	}
	if s.event(Paid) == nil {
		return fault.Faults{fault.New(fault.Conflict, "REF-UNPAID", "orderId", fault.Args{"line": s.Line.ID})}
	}
	if left := s.Line.Gross.Sub(s.refunded()); r.amount.GreaterThan(left) {
		return fault.Faults{fault.New(fault.Conflict, "REF-AMOUNT", "amount", fault.Args{"amount": r.amount, "left": left})}
	}
	switch r.Rule {
	case FiveDay, NotInEffect, ProvisionFailed:
		if !s.refunded().Add(r.amount).Equal(s.Line.Gross) {
			return fault.Faults{fault.New(fault.Invalid, "REF-WHOLE", "amount", fault.Args{"rule": r.Rule, "gross": s.Line.Gross})}
		}
	}
	s.Refunds = append(s.Refunds, Refund{ID: r.RefundID, Line: s.Line.ID, Gross: r.amount, Rule: r.Rule, At: r.at, KnownAt: b.known(&r.Head, r.at)})
	b.addRefund(s, r)
	return nil
}
