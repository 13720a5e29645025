package orders

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/money"
)

// Grant is a part of the platform fee that the platform gives a merchant back for a month, without an order of its own.
type Grant struct {
	Merchant string
	ID       string
	Entity   string
	Currency money.Currency
	Cycle    period.Month
	Amount   decimal.Decimal
	Product  string
	At       time.Time
	KnownAt  time.Time
	Note     string
}

// GrantFee posts platform_fee → merchant_unbilled and keeps each grant as a line for the bill. Its key is its id, so repeating it adds nothing.
func (svc *Service) GrantFee(ctx context.Context, tx *pg.Tx, grants []Grant) error {
	var r rows
	var entries []ledger.Entry
	for _, g := range grants {
		entries = append(entries, ledger.Entry{
			Merchant: g.Merchant, Key: "granted/" + g.ID, Kind: "granted", Book: g.Entity, OccurredAt: g.At, KnownAt: g.KnownAt, Period: g.Cycle, Source: ledger.Run,
			Transfers: ledger.Move(nil, g.Entity, g.Currency, ledger.PlatformFee, ledger.MerchantUnbilled, g.Amount, ""),
		})
		r.earned = append(r.earned, Earned{
			Merchant: g.Merchant, ID: g.ID, Kind: "adjustment", OrderLine: g.ID, Entity: g.Entity, Currency: g.Currency, Cycle: g.Cycle,
			Gross: g.Amount, Base: g.Amount, Share: g.Amount, Settlement: g.Amount, Product: g.Product, Note: g.Note, EarnedAt: g.At, KnownAt: g.KnownAt,
		})
	}
	if err := r.insertEarned(ctx, tx); err != nil {
		return err
	}
	_, err := ledger.Post(ctx, tx, entries...)
	return err
}
