package orders

import (
	"context"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/money"
)

// repaymentKind: a customer repays credit of one cycle.
var repaymentKind = kindDef{
	name: "repayment", phase: free, rank: 2, make: func() record { return &repaymentRecord{} },
	id: "repaymentId",
	about: "A customer repays credit of one cycle. Posts customer_clearing → customer_credit in the collecting entity's book; " +
		"orders of the cycle count as paid once the whole of it is repaid at a month's end.",
	example: `{"kind":"repayment","repaymentId":"RP-1","customerId":"C-HK1","collectingEntity":"5531","cycle":"2026-09","amount":"500.00","currencyCode":"USD","time":"20260929110000"}`,
	journal: []string{"repaid/RP-1 2026-09 5531 customer_clearing → customer_credit USD 500"},
}

type repaymentRecord struct {
	Head
	ID        string `json:"repaymentId"`
	Customer  string `json:"customerId"`
	Collector string `json:"collectingEntity"`
	Cycle     string `json:"cycle"`
	moved

	cycle period.Month
}

func (r *repaymentRecord) factID() string { return r.ID }

func (r *repaymentRecord) check(c *checker) {
	c.id("repaymentId", &r.ID)
	c.id("customerId", &r.Customer)
	c.id("collectingEntity", &r.Collector)
	r.cycle = c.month("cycle", &r.Cycle)
	r.checkMoved(c)
}

func (r *repaymentRecord) stands(_ *batch) standingKey {
	return standingKey{kind: repaymentKind.name, id: "repayment/" + r.ID}
}

func (r *repaymentRecord) applyFree(_ context.Context, b *batch) (fault.Faults, error) {
	if _, f := b.zoneOf(r.Collector, "collectingEntity"); f != nil {
		return fault.Faults{f}, nil
	}
	known := b.known(&r.Head, r.at)
	b.addMovement(Movement{
		Buyer: r.Customer, Collector: r.Collector, Cycle: r.cycle, ID: "repayment/" + r.ID, Kind: Repaid,
		Currency: money.Currency(r.Currency), Amount: r.amount, At: r.at, KnownAt: known,
	}, r.hash)
	b.post(ledger.Entry{
		Merchant: "E" + r.Collector, Key: "repaid/" + r.ID, Kind: "repaid", Book: r.Collector, OccurredAt: r.at, KnownAt: known,
		Transfers: ledger.Move(nil, r.Collector, money.Currency(r.Currency), ledger.CustomerClearing, ledger.CustomerCredit, r.amount, ""),
	})
	return nil, nil
}
