package orders

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/money"
)

// adjustmentKind: an amount granted to a merchant, or taken from it, without an order. No fee is taken on it.
var adjustmentKind = kindDef{
	name: "adjustment", phase: free, rank: 3, make: func() record { return &adjustmentRecord{} },
	id: "adjustmentId",
	about: "An amount granted to a merchant (positive) or taken from it (negative) without an order, with reason and document. " +
		"Posts adjustments → merchant_unbilled and is a line of the next bill, without fee.",
	example: `{"kind":"adjustment","adjustmentId":"AJ-1","merchantId":"M1","contractingEntity":"5861","amount":"-20.00","currencyCode":"USD","reason":"credit for an outage","document":"TCK-881","time":"20261020100000"}`,
	journal: []string{"adjusted/AJ-1 2026-10 5861 merchant_unbilled → adjustments USD 20"},
}

type adjustmentRecord struct {
	Head
	ID       string `json:"adjustmentId"`
	Merchant string `json:"merchantId"`
	Entity   string `json:"contractingEntity"`
	Amount   string `json:"amount"`
	Currency string `json:"currencyCode"`
	Reason   string `json:"reason"`
	Document string `json:"document"`
	Time     string `json:"time"`

	at     time.Time
	amount decimal.Decimal
}

func (r *adjustmentRecord) factID() string      { return r.ID }
func (r *adjustmentRecord) happened() time.Time { return r.at }

func (r *adjustmentRecord) check(c *checker) {
	c.id("adjustmentId", &r.ID)
	c.id("merchantId", &r.Merchant)
	c.id("contractingEntity", &r.Entity)
	r.amount = c.decimal("amount", &r.Amount, true)
	c.currency("currencyCode", &r.Currency)
	c.text("reason", &r.Reason, true)
	c.text("document", &r.Document, true)
	r.at = c.time("time", &r.Time, true)
}

func (r *adjustmentRecord) stands(_ *batch) standingKey {
	return standingKey{adjustmentKind.name, r.Merchant, r.ID}
}

func (r *adjustmentRecord) applyFree(_ context.Context, b *batch) (fault.Faults, error) {
	zone, f := b.zoneOf(r.Entity, "contractingEntity")
	if f != nil {
		return fault.Faults{f}, nil
	}
	if fs := b.needMerchant(r.Merchant); fs != nil {
		return fs, nil
	}
	known := b.known(&r.Head, r.at)
	v := money.Fixed(r.amount)
	b.rows.adjustments = append(b.rows.adjustments, adjustmentRow{r, known})
	b.post(ledger.Entry{
		Merchant: r.Merchant, Key: "adjusted/" + r.ID, Kind: "adjusted", Book: r.Entity, OccurredAt: r.at, KnownAt: known,
		Transfers: ledger.Move(nil, r.Entity, money.Currency(r.Currency), ledger.Adjustments, ledger.MerchantUnbilled, v, ""),
	})
	b.rows.earned = append(b.rows.earned, Earned{
		Merchant: r.Merchant, ID: r.ID, Kind: "adjustment", OrderLine: r.ID, Entity: r.Entity, Currency: money.Currency(r.Currency),
		Cycle: period.MonthOf(r.at, zone), Gross: v, Base: v, Share: v, Settlement: v, Note: r.Reason + " (" + r.Document + ")",
		EarnedAt: r.at, KnownAt: latest(known, r.at),
	})
	return nil, nil
}
