package orders

import (
	"context"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/money"
)

// payoutKind: a payment to a merchant that was made before this product was used, or outside it.
var payoutKind = kindDef{
	name: "payout", phase: free, rank: 4, make: func() record { return &payoutRecord{} },
	id:      "payoutId",
	about:   "A payment to a merchant made before or outside the product, for the bill of one cycle. Posts merchant_payable → bank.",
	example: `{"kind":"payout","payoutId":"PAY-1","merchantId":"M1","contractingEntity":"5861","cycle":"2026-09","amount":"410.50","currencyCode":"BRL","time":"20261022120000"}`,
	journal: []string{"paid_out/PAY-1 2026-10 5861 merchant_payable → bank BRL 410.5"},
}

type payoutRecord struct {
	Head
	ID       string `json:"payoutId"`
	Merchant string `json:"merchantId"`
	Entity   string `json:"contractingEntity"`
	Cycle    string `json:"cycle"`
	moved

	cycle period.Month
}

func (r *payoutRecord) factID() string { return r.ID }

func (r *payoutRecord) check(c *checker) {
	c.id("payoutId", &r.ID)
	c.id("merchantId", &r.Merchant)
	c.id("contractingEntity", &r.Entity)
	r.cycle = c.month("cycle", &r.Cycle)
	r.checkMoved(c)
}

func (r *payoutRecord) stands(_ *batch) standingKey {
	return standingKey{payoutKind.name, r.Merchant, r.ID}
}

func (r *payoutRecord) applyFree(_ context.Context, b *batch) (fault.Faults, error) {
	if _, f := b.zoneOf(r.Entity, "contractingEntity"); f != nil {
		return fault.Faults{f}, nil
	}
	if fs := b.needMerchant(r.Merchant); fs != nil {
		return fs, nil
	}
	known := b.known(&r.Head, r.at)
	b.rows.payouts = append(b.rows.payouts, payoutRow{r, known})
	b.post(ledger.Entry{
		Merchant: r.Merchant, Key: "paid_out/" + r.ID, Kind: "paid_out", Book: r.Entity, OccurredAt: r.at, KnownAt: known,
		Transfers: ledger.Move(nil, r.Entity, money.Currency(r.Currency), ledger.MerchantPayable, ledger.Bank, r.amount, ""),
	})
	return nil, nil
}
