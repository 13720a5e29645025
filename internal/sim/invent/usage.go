package invent

import (
	"fmt"
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
)

// users are customers who use on credit. Their credit is repaid and never given back: what a month's usage owes is known at its run only,
// and to the entity that runs it first: so the one they owe collects, too.
var users = []string{"C-use0", "C-use1"}

// metered tells of an instance: its order, its packages and its usage records.
func (w *world) metered() {
	merchant := pick(w, w.m.Merchant).ID
	owner := pick(w, w.homes[merchant])
	instance := w.id("I")
	at := w.when(w.from, w.from.Add(5*day), owner)
	f := neutral.Fact{
		Kind: "order", Order: w.id("O"), At: text(at), Merchant: merchant, Product: w.products[merchant][2].ID, Mode: "ON_DEMAND", Type: "NEW", Pay: "cash",
		Customer: fmt.Sprintf("C%d", w.r.IntN(4)+1), OwedBy: owner, CollectedBy: owner, Gross: "0", Tax: "0", TaxRate: pick(w, []string{"0", "0.07", "0.09", "0.193"}), Instance: instance,
		Currency: pick(w, sales), SellerTaxes: w.sellerTaxes(decimal.Zero, true),
	}
	if w.chance(20) {
		f.WHTRate = "0.03"
	}
	if w.chance(20) {
		f.CollectedBy = pick(w, w.codes)
	}
	if w.chance(35) {
		f.Pay, f.Customer, f.CollectedBy = "credit", pick(w, users), owner
	}
	w.put(f)
	for range w.r.IntN(3) {
		w.quota(f, at)
	}
	w.records(f, at)
}

func (w *world) quota(f neutral.Fact, from time.Time) {
	at := w.when(from, from.Add(30*day), f.OwedBy)
	p := neutral.Fact{
		Kind: "order", Order: w.id("O"), At: text(at), Merchant: f.Merchant, Product: w.products[f.Merchant][0].ID, Mode: "ON_DEMAND_PKG", Type: "NEW", Pay: "cash",
		Customer: "C1", OwedBy: f.OwedBy, CollectedBy: f.OwedBy, Gross: "53.5", Tax: "3.5", Currency: f.Currency, Covers: f.Instance, Quota: money.Exact(decimal.NewFromInt(int64(10 + w.r.IntN(60)))),
		Reset: pick(w, []string{"none", "month"}), ValidUntil: text(at.AddDate(0, 1+w.r.IntN(3), w.r.IntN(20))),
	}
	w.put(p)
	w.put(neutral.Fact{Kind: "paid", Order: p.Order, At: text(at.Add(time.Minute))})
	w.put(neutral.Fact{Kind: "effective", Order: p.Order, At: text(at.Add(2 * time.Minute))})
}

// records reports usage hour by hour, sometimes late and sometimes twice.
func (w *world) records(f neutral.Fact, from time.Time) {
	hours := map[int64]bool{}
	for range 12 + w.r.IntN(20) {
		hours[w.when(from.Add(2*time.Hour), w.to, f.OwedBy).Truncate(time.Hour).Unix()] = true
	}
	var begins []int64
	for h := range hours {
		begins = append(begins, h)
	}
	sort.Slice(begins, func(i, j int) bool { return begins[i] < begins[j] })
	for _, h := range begins {
		begin := time.Unix(h, 0).UTC()
		end := begin.Add(time.Hour)
		at := end.Add(5 * time.Minute)
		if w.chance(15) {
			at = end.Add(time.Duration(1+w.r.IntN(40*24)) * time.Hour)
		}
		w.report(f, begin, end, at)
		if w.chance(10) {
			w.report(f, begin, end, at.Add(time.Duration(1+w.r.IntN(30*24))*time.Hour))
		}
	}
}

func (w *world) report(f neutral.Fact, begin, end, at time.Time) {
	value := decimal.New(int64(1+w.r.IntN(200000)), -4)
	if w.chance(30) {
		value = decimal.NewFromInt(int64(1 + w.r.IntN(12)))
	}
	w.put(neutral.Fact{Kind: "usage", SN: w.id("U"), Instance: f.Instance, Begin: text(begin), End: text(end), Value: money.Exact(value), At: text(at)})
}

// credit adds what was used elsewhere, and repays pools wholly, partly or not at all.
func (w *world) credit() {
	for range 2 + w.r.IntN(3) {
		collector := pick(w, w.codes)
		at := w.when(w.from, w.to, collector)
		p := pool{fmt.Sprintf("C%d", w.r.IntN(4)+1), collector, period.MonthOf(at, w.zones[collector]).String(), "USD"}
		amount := decimal.NewFromInt(int64(50 + w.r.IntN(500)))
		known, recorded := w.heard(at, at, 10)
		_ = known
		w.put(neutral.Fact{Kind: "credit_use", ID: w.id("X"), At: text(at), RecordedAt: recorded, Customer: p.customer, CollectedBy: p.collector, Amount: money.Exact(amount), Currency: "USD"})
		w.pools[p] = w.pools[p].Add(amount)
	}
	var pools []pool
	for p := range w.pools {
		pools = append(pools, p)
	}
	sort.Slice(pools, func(i, j int) bool { return fmt.Sprint(pools[i]) < fmt.Sprint(pools[j]) })
	for _, p := range pools {
		w.repay(p, w.pools[p])
	}
	// What usage will cost is not known here: its customers overpay, or pay too little.
	for _, customer := range users {
		for _, c := range w.codes {
			for _, m := range w.months[:len(w.months)-1] {
				if w.chance(60) {
					w.repay(pool{customer, c, m.String(), pick(w, sales)}, decimal.NewFromInt(int64(1+w.r.IntN(60))))
				}
			}
		}
	}
}

func (w *world) repay(p pool, used decimal.Decimal) {
	if !used.IsPositive() || w.chance(20) {
		return
	}
	left, parts := used, 1+w.r.IntN(3)
	if w.chance(20) {
		left = used.Mul(money.MustParse("0.7")).Round(2)
	}
	start := period.MustMonth(p.cycle).Start(w.zones[p.collector])
	for i := range parts {
		amount := left
		if i < parts-1 {
			amount = left.Mul(money.MustParse("0.4")).Round(2)
		}
		if !amount.IsPositive() {
			return
		}
		left = left.Sub(amount)
		at := w.when(start.Add(15*day), start.Add(80*day), p.collector)
		_, recorded := w.heard(at, at, 10)
		w.put(neutral.Fact{Kind: "repayment", ID: w.id("RP"), At: text(at), RecordedAt: recorded, Customer: p.customer, CollectedBy: p.collector, Cycle: p.cycle, Amount: money.Exact(amount), Currency: p.currency})
	}
}
