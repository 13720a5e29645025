package settlement

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders"
)

// The Chinese site's incremental share (增量分成比例): of one product and calendar month, by what customers really paid, for products whose fee is
// exactly 5 %. The increment is on the whole month's amount, not on the part above a bound. Source: bill explanation page of the Chinese site of
// 2024-05-30 (in force from 2024-03-01 00:00 Beijing time) and its examples; that the lower bound belongs to the higher tier is a choice.
var increments = []struct {
	from time.Time         // in force for months that begin at or after it
	fee  decimal.Decimal   // the only fee that takes part
	tier []decimal.Decimal // lower bounds in CNY: 500,000 and 1,000,000
	rate []decimal.Decimal // increment at and above each bound
}{{
	from: time.Date(2024, 2, 29, 16, 0, 0, 0, time.UTC), fee: decimal.New(5, -2),
	tier: []decimal.Decimal{decimal.New(500_000, 0), decimal.New(1_000_000, 0)}, rate: []decimal.Decimal{decimal.New(1, -2), decimal.New(2, -2)},
}}

// Increment is what a merchant's share of a product's month rises by: nothing for another fee, below the first bound, or before the rule was in force.
func Increment(fee, paid decimal.Decimal, monthStart time.Time) decimal.Decimal {
	out := decimal.Zero
	for _, rule := range increments {
		if monthStart.Before(rule.from) || !fee.Equal(rule.fee) {
			continue
		}
		for i, bound := range rule.tier {
			if paid.GreaterThanOrEqual(bound) {
				out = rule.rate[i]
			}
		}
	}
	return out
}

// productMonth is what a product of policy cn_increment earned in a month.
type productMonth struct {
	merchant, product string
	currency          money.Currency
	fee               decimal.Decimal
	gross, base       decimal.Decimal
	known             time.Time
}

// increment grants the incremental share of the month that is run, one line a product.
func (r *run) increment(ctx context.Context, tx *pg.Tx) error {
	list, err := selectIncrements(ctx, tx, r)
	if err != nil {
		return err
	}
	var grants []orders.Grant
	for _, p := range list {
		rate := Increment(p.fee, p.gross, r.month.Start(r.zone))
		v := money.Fixed(p.base.Mul(rate))
		if v.IsZero() {
			continue
		}
		grants = append(grants, orders.Grant{
			Merchant: p.merchant, ID: p.product + "/I/" + r.month.String(), Entity: r.entity, Currency: p.currency, Cycle: r.month, Amount: v, Product: p.product,
			At: r.month.LastInstant(r.zone), KnownAt: p.known, Note: "incremental share " + rate.Mul(decimal.New(100, 0)).String() + " % of " + money.Exact(p.base),
		})
	}
	return r.svc.Orders.GrantFee(ctx, tx, grants)
}
