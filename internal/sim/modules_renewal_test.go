package sim

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
	"suanpan/orders"
)

// heldBy are the deals whose instance a buyer can renew, turn formal or let renew by itself.
func (b *bazaar) heldBy(fits func(*deal) bool) []*deal {
	var out []*deal
	for _, d := range b.deals {
		if d.f.Mode == orders.Period && d.effective && !d.gone && d.f.Instance == "" && fits(d) {
			out = append(out, d)
		}
	}
	return out
}

// follow makes an order, sometimes, one that concerns an instance: its renewal, or the formal purchase of what was tried.
func (b *bazaar) follow(f *neutral.Fact) {
	old, typ := b.heldBy(func(d *deal) bool { return d.f.Type == orders.New }), orders.Renew
	if tried := b.heldBy(func(d *deal) bool { return d.f.Type == orders.Trial }); len(tried) > 0 && b.chance(50) {
		old, typ = tried, orders.TrialToFormal
	}
	if len(old) == 0 || !b.chance(40) {
		return
	}
	d := oneOf(b, old)
	f.Type, f.Mode, f.Instance = typ, orders.Period, d.f.Order
	f.Merchant, f.Product, f.OwedBy, f.CollectedBy, f.Customer, f.Currency = d.f.Merchant, d.f.Product, d.f.OwedBy, d.f.OwedBy, d.f.Customer, d.f.Currency
	f.Supervised = f.Supervised && typ == orders.TrialToFormal
}

// agreed is what a buyer lets an instance be renewed with by itself.
type agreed struct{ gross, tax decimal.Decimal }

// letRenew lets an instance renew by itself from now on, or no more.
func (b *bazaar) letRenew() {
	b.t.Helper()
	old := b.heldBy(func(d *deal) bool { return d.f.Type == orders.New })
	if len(old) == 0 || !b.chance(25) {
		return
	}
	d := oneOf(b, old)
	if _, on := b.renews[d.f.Order]; on {
		if b.chance(30) {
			b.do("renews no more", pg.AsBatch("marketplace"), func(ctx context.Context, tx *pg.Tx) error {
				_, err := b.svc.Orders.RenewNoMore(ctx, tx, d.f.Merchant, d.f.Order, "changed my mind")
				return err
			})
		}
		return
	}
	price := agreed{decimal.New(int64(2000+b.r.IntN(9000)), -2), decimal.New(int64(b.r.IntN(1000)), -2)}
	r := orders.Renewal{
		Merchant: d.f.Merchant, Instance: d.f.Order, Product: d.f.Product, PeriodType: "month", PeriodNumber: 1, Amount: price.gross, Tax: price.tax, Currency: money.Currency(d.f.Currency),
	}
	b.renews[d.f.Order] = price
	if !b.do("renews by itself", pg.AsBatch("marketplace"), func(ctx context.Context, tx *pg.Tx) error { return b.svc.Orders.RenewByItself(ctx, tx, r) }) {
		delete(b.renews, d.f.Order)
	}
}

// byItself is the order that an instance was renewed with by itself: at the price that was agreed, whatever the product made of it.
func (b *bazaar) byItself(l *orders.Line) neutral.Fact {
	root := b.deal(l.Terms.Instance)
	price := b.renews[root.f.Order]
	f := neutral.Fact{
		Kind: "order", Order: l.OrderID, Merchant: root.f.Merchant, Product: root.f.Product, OwedBy: root.f.OwedBy, CollectedBy: root.f.OwedBy, Mode: orders.Period, Type: orders.Renew, Pay: "cash",
		Customer: root.f.Customer, At: orders.Stamp(l.PlacedAt), Currency: root.f.Currency, Gross: money.Exact(price.gross), Tax: money.Exact(price.tax), Instance: root.f.Order,
	}
	d := &deal{f: f, at: l.PlacedAt, never: b.chance(20)}
	b.deals = append(b.deals, d)
	f.Order = l.ID
	b.sent[l.OrderID] = f
	return f
}

// begins is when a renewal takes effect: where the term before it ends.
func (b *bazaar) begins(d *deal) time.Time {
	b.t.Helper()
	at := b.clk.Now()
	b.must(pg.AsBatch("marketplace"), func(tx *pg.Tx) error {
		dir, err := entities.Load(context.Background(), tx)
		if err != nil {
			return err
		}
		in, err := orders.FindInstance(context.Background(), tx, dir, d.f.Merchant, d.f.Instance)
		if err == nil && in != nil && in.ExpiresAt != nil {
			at = *in.ExpiresAt
		}
		return err
	})
	if at.Before(d.at) {
		return d.at
	}
	return at
}
