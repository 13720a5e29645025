package orders

import (
	"context"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/money"
)

// openingKind: what stood on an account when a book moved here from another system.
var openingKind = kindDef{
	name: "opening", phase: free, rank: 6, make: func() record { return &openingRecord{} },
	id: "openingId",
	about: "Opening balance of one account of a book, of one merchant or of the entity itself, when its books move here. Once a book: a month " +
		"that was run takes none. Posts the account against opening.",
	example: `{"kind":"opening","openingId":"OP-1","contractingEntity":"5861","account":"bank","side":"debit","amount":"10000.00","currencyCode":"BRL","time":"20260901120000"}`,
	journal: []string{"opening/5861/OP-1 2026-09 5861 bank → opening BRL 10000"},
}

type openingRecord struct {
	Head
	ID       string `json:"openingId"`
	Entity   string `json:"contractingEntity"`
	Merchant string `json:"merchantId,omitempty"`
	Account  string `json:"account"`
	Side     string `json:"side"`
	moved
}

func (r *openingRecord) factID() string { return r.ID }

func (r *openingRecord) check(c *checker) {
	c.id("openingId", &r.ID)
	c.id("contractingEntity", &r.Entity)
	if r.Merchant != "" {
		c.id("merchantId", &r.Merchant)
	}
	if a := ledger.Account(c.text("account", &r.Account, true)); !a.Known() || a == ledger.Opening {
		c.bad("FEED-ACCOUNT", "account", fault.Args{"got": r.Account})
	} else if a.Own() && r.Merchant == "" {
		c.bad("FEED-REQUIRED", "merchantId")
	}
	c.oneOf("side", &r.Side, "debit", "credit")
	r.checkMoved(c)
}

// signed is the amount as debit − credit.
func (r *openingRecord) signed() decimal.Decimal {
	if r.Side == "credit" {
		return r.amount.Neg()
	}
	return r.amount
}

func (r *openingRecord) stands(_ *batch) standingKey {
	return standingKey{openingKind.name, r.Entity, r.ID}
}

func (r *openingRecord) applyFree(_ context.Context, b *batch) (fault.Faults, error) {
	zone, f := b.zoneOf(r.Entity, "contractingEntity")
	if f != nil {
		return fault.Faults{f}, nil
	}
	if m := period.MonthOf(r.at, zone); b.cal.Ran(r.Entity, m) || b.cal.Locked(r.Entity, m) {
		return fault.Faults{fault.New(fault.Conflict, "FEED-OPENING-LATE", "time", fault.Args{"month": m, "entity": r.Entity})}, nil
	}
	owner := "E" + r.Entity
	if r.Merchant != "" {
		owner = r.Merchant
		if fs := b.needMerchant(owner); fs != nil {
			return fs, nil
		}
	}
	b.rows.openings = append(b.rows.openings, openingRow{r, owner})
	b.post(ledger.Entry{
		Merchant: owner, Key: "opening/" + r.Entity + "/" + r.ID, Kind: "opening", Book: r.Entity, OccurredAt: r.at, KnownAt: b.known(&r.Head, r.at),
		Transfers: ledger.Move(nil, r.Entity, money.Currency(r.Currency), ledger.Account(r.Account), ledger.Opening, r.signed(), ""),
	})
	return nil, nil
}
