package orders

import (
	"context"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/money"
)

// creditUseKind: a customer used credit of the same line outside the marketplace. It has to be repaid too before any order of
// that cycle counts as paid.
var creditUseKind = kindDef{
	name: "creditUse", phase: free, rank: 1, make: func() record { return &creditUseRecord{} },
	id:      "creditUseId",
	about:   "A customer used credit outside the marketplace. Posts customer_credit → outside_marketplace in the collecting entity's book.",
	example: `{"kind":"creditUse","creditUseId":"X-1","customerId":"C-HK1","collectingEntity":"5531","amount":"300.00","currencyCode":"USD","time":"20260920110000"}`,
	journal: []string{"credit_use/X-1 2026-09 5531 customer_credit → outside_marketplace USD 300"},
}

type creditUseRecord struct {
	Head
	ID        string `json:"creditUseId"`
	Customer  string `json:"customerId"`
	Collector string `json:"collectingEntity"`
	moved
}

func (r *creditUseRecord) factID() string { return r.ID }

func (r *creditUseRecord) check(c *checker) {
	c.id("creditUseId", &r.ID)
	c.id("customerId", &r.Customer)
	c.id("collectingEntity", &r.Collector)
	r.checkMoved(c)
}

func (r *creditUseRecord) stands(_ *batch) standingKey {
	return standingKey{kind: creditUseKind.name, id: "use/" + r.ID}
}

func (r *creditUseRecord) applyFree(_ context.Context, b *batch) (fault.Faults, error) {
	zone, f := b.zoneOf(r.Collector, "collectingEntity")
	if f != nil {
		return fault.Faults{f}, nil
	}
	known := b.known(&r.Head, r.at)
	b.addMovement(Movement{
		Buyer: r.Customer, Collector: r.Collector, Cycle: period.MonthOf(r.at, zone), ID: "use/" + r.ID, Kind: UsedElsewhere,
		Currency: money.Currency(r.Currency), Amount: r.amount, At: r.at, KnownAt: known,
	}, r.hash)
	b.post(ledger.Entry{
		Merchant: "E" + r.Collector, Key: "credit_use/" + r.ID, Kind: "credit_use", Book: r.Collector, OccurredAt: r.at, KnownAt: known,
		Transfers: ledger.Move(nil, r.Collector, money.Currency(r.Currency), ledger.CustomerCredit, ledger.OutsideMarketplace, r.amount, ""),
	})
	return nil, nil
}
