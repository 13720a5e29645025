package sim

import (
	"fmt"
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
	"suanpan/orders"
)

// meter is an instance whose usage is reported hour by hour.
type meter struct {
	f        neutral.Fact
	from     time.Time
	reported []neutral.Fact
	hours    map[int64]bool
}

// pool is what a customer owes of one cycle's credit, as far as orders say; what usage owes only the run knows.
type pool struct{ customer, collector, cycle, currency string }

// subscribe opens an instance that is paid by use. One on credit is of customers of its own, owed and collected by one entity.
func (b *bazaar) subscribe() {
	b.t.Helper()
	merchant := oneOf(b, b.facts.Merchant)
	owner := oneOf(b, b.codes())
	if len(merchant.Certifications) > 0 {
		owner = oneOf(b, merchant.Certifications).Entity
	}
	var product string
	for _, p := range b.facts.Products {
		if p.Merchant == merchant.ID && len(p.Rating) > 0 {
			product = p.ID
		}
	}
	f := neutral.Fact{
		Kind: "order", Order: b.id("O"), At: orders.Stamp(b.clk.Now()), Merchant: merchant.ID, Product: product, Mode: "ON_DEMAND", Type: "NEW", Pay: "cash", Customer: "C1", OwedBy: owner,
		CollectedBy: owner, Gross: "0", Tax: "0", TaxRate: oneOf(b, []string{"0", "0.07", "0.193"}), Instance: b.id("I"), Currency: oneOf(b, []string{"USD", "EUR"}),
	}
	switch {
	case b.chance(35):
		f.Pay, f.Customer = "credit", fmt.Sprintf("C-use%d", b.r.IntN(2))
	case b.chance(30):
		f.CollectedBy = oneOf(b, b.codes())
	}
	b.sent[f.Order] = f
	if b.take("subscribed", b.ofFeed(f)...) {
		b.meters = append(b.meters, &meter{f: f, from: b.clk.Now(), hours: map[int64]bool{}})
	}
}

// pack buys a quota for an instance.
func (b *bazaar) pack(m *meter) {
	b.t.Helper()
	now := b.clk.Now()
	f := neutral.Fact{
		Kind: "order", Order: b.id("O"), At: orders.Stamp(now), Merchant: m.f.Merchant, Product: m.f.Product, Mode: "ON_DEMAND_PKG", Type: "NEW", Pay: "cash", Customer: m.f.Customer, OwedBy: m.f.OwedBy,
		CollectedBy: m.f.OwedBy, Gross: "53.5", Tax: "3.5", Currency: m.f.Currency, Covers: m.f.Instance, Quota: money.Exact(decimal.NewFromInt(int64(5 + b.r.IntN(40)))),
		Reset: oneOf(b, []string{"none", "month"}), ValidUntil: orders.Stamp(now.AddDate(0, b.r.IntN(3), 1+b.r.IntN(20)).Truncate(time.Second)),
	}
	b.sent[f.Order] = f
	b.take("package", append(b.ofFeed(f),
		orders.Fact{"kind": "payment", "orderId": f.Order, "method": "CASH", "collectingEntity": f.CollectedBy, "time": f.At},
		orders.Fact{"kind": "effectiveness", "orderId": f.Order, "time": f.At})...)
}

// report reports hours of an instance: mostly those just gone, sometimes ones of weeks ago, now and then a window that was reported before.
func (b *bazaar) report(m *meter) {
	b.t.Helper()
	now := b.clk.Now()
	last := m.from.Add(2 * time.Hour)
	var fresh []neutral.Fact
	for range b.r.IntN(4) {
		begin := now.Add(-time.Duration(2+b.r.IntN(60)) * time.Hour).Truncate(time.Hour)
		if b.chance(25) {
			begin = now.Add(-time.Duration(2+b.r.IntN(40*24)) * time.Hour).Truncate(time.Hour)
		}
		if begin.Before(last) || m.hours[begin.Unix()] {
			continue
		}
		m.hours[begin.Unix()] = true
		fresh = append(fresh, b.record(m, begin))
	}
	if len(m.reported) > 0 && b.chance(12) {
		again := oneOf(b, m.reported)
		begin, err := time.Parse(time.RFC3339Nano, again.Begin)
		if err != nil {
			b.t.Fatal(err)
		}
		fresh = append(fresh, b.record(m, begin))
	}
	var facts []orders.Fact
	for _, f := range fresh {
		facts = append(facts, b.ofFeed(f)...)
	}
	if len(facts) == 0 || !b.take("usage", facts...) {
		return
	}
	for _, f := range fresh {
		b.tell(f)
	}
	m.reported = append(m.reported, fresh...)
}

func (b *bazaar) record(m *meter, begin time.Time) neutral.Fact {
	value := decimal.New(int64(1+b.r.IntN(200000)), -4)
	if b.chance(30) {
		value = decimal.NewFromInt(int64(1 + b.r.IntN(12)))
	}
	id := b.id("U")
	return neutral.Fact{
		Kind: "usage", ID: id, SN: id, Instance: m.f.Instance, Begin: orders.Stamp(begin), End: orders.Stamp(begin.Add(time.Hour)), Value: money.Exact(value), At: orders.Stamp(b.clk.Now()),
	}
}

// meterings lets every instance live on for a step.
func (b *bazaar) meterings() {
	b.t.Helper()
	if len(b.meters) < 2 && b.chance(20) {
		b.subscribe()
	}
	for _, m := range b.meters {
		if b.chance(6) {
			b.pack(m)
		}
		if b.chance(60) {
			b.report(m)
		}
	}
}

// owe notes what an order on credit owes.
func (b *bazaar) owe(f neutral.Fact) {
	at, _ := time.Parse(time.RFC3339Nano, f.At)
	p := pool{f.Customer, f.CollectedBy, period.MonthOf(at, b.zones[f.CollectedBy]).String(), f.Currency}
	owed := money.MustParse(f.Gross)
	if f.CustomerWHT != "" {
		owed = owed.Sub(money.MustParse(f.CustomerWHT))
	}
	b.owed[p] = b.owed[p].Add(owed)
}

// repay lets customers repay credit, wholly or in part, and use it elsewhere; those who owe for usage guess.
func (b *bazaar) repay() {
	b.t.Helper()
	b.clk.Add(time.Second) // of two movements at one instant nobody can say which came first, and a refund that was heard is decided
	if b.chance(10) {
		f := neutral.Fact{
			Kind: "credit_use", ID: b.id("X"), At: orders.Stamp(b.clk.Now()), Customer: fmt.Sprintf("C%d", b.r.IntN(8)), CollectedBy: oneOf(b, b.codes()), Currency: "USD",
			Amount: money.Exact(decimal.NewFromInt(int64(10 + b.r.IntN(300)))),
		}
		if b.take("credit used", b.ofFeed(f)...) {
			b.tell(f)
			g := f
			g.Gross = f.Amount
			b.owe(g)
		}
	}
	var pools []pool
	for p, owed := range b.owed {
		if owed.IsPositive() {
			pools = append(pools, p)
		}
	}
	for _, m := range b.meters {
		if m.f.Pay == "credit" {
			pools = append(pools, pool{m.f.Customer, m.f.CollectedBy, period.MonthOf(b.clk.Now().AddDate(0, 0, -20), b.zones[m.f.CollectedBy]).String(), m.f.Currency})
		}
	}
	if len(pools) == 0 || !b.chance(35) {
		return
	}
	sort.Slice(pools, func(i, j int) bool { return fmt.Sprint(pools[i]) < fmt.Sprint(pools[j]) })
	p := oneOf(b, pools)
	amount := b.owed[p]
	switch {
	case !amount.IsPositive():
		amount = decimal.NewFromInt(int64(1 + b.r.IntN(30)))
	case b.chance(30):
		amount = amount.Mul(money.MustParse("0.4")).Round(2)
	}
	f := neutral.Fact{Kind: "repayment", ID: b.id("RP"), At: orders.Stamp(b.clk.Now()), Customer: p.customer, CollectedBy: p.collector, Cycle: p.cycle, Amount: money.Exact(amount), Currency: p.currency}
	if amount.IsPositive() && b.take("repaid", b.ofFeed(f)...) {
		b.tell(f)
		b.owed[p] = b.owed[p].Sub(amount)
	}
}
