package audit

import (
	"encoding/json"
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/money"
)

type rating struct {
	Model      string `json:"model"`
	Price      string `json:"price"`
	Accumulate string `json:"accumulate"`
	Bands      []struct {
		UpTo  *string `json:"up_to"`
		Price string  `json:"price"`
	} `json:"bands"`
}

// window is the quota of a package for some time.
type window struct {
	from, until time.Time
	left        decimal.Decimal
	id          string
}

// windows are the quotas that cover an instance, as known before an instant. A monthly reset starts each calendar month afresh.
func (a *auditor) windows(o *order, known time.Time) []*window {
	var out []*window
	for _, p := range a.orders {
		if p.f.Mode != "ON_DEMAND_PKG" || p.f.Covers != o.f.Instance || p.effective == nil || !p.effective.known.Before(known) {
			continue
		}
		if a.whole(p, known) != nil {
			continue
		}
		until := time.Date(2199, 12, 31, 0, 0, 0, 0, time.UTC)
		if p.f.ValidUntil != "" {
			until = instant(p.f.ValidUntil)
		}
		if p.f.Reset != "month" {
			out = append(out, &window{p.effective.at, until, num(p.f.Quota), p.f.Order})
			continue
		}
		zone := a.zones[o.f.OwedBy]
		for m := a.month(p.effective.at, o.f.OwedBy); m.Start(zone).Before(until) && m.Year < 2100; m = m.Next() {
			w := &window{m.Start(zone), m.End(zone), num(p.f.Quota), p.f.Order}
			if w.from.Before(p.effective.at) {
				w.from = p.effective.at
			}
			if until.Before(w.until) {
				w.until = until
			}
			out = append(out, w)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if !out[i].until.Equal(out[j].until) {
			return out[i].until.Before(out[j].until)
		}
		return out[i].id < out[j].id
	})
	return out
}

// rateUsage makes the usage lines of a run: one an instance and month, records reported after their month's run in lines of their own.
func (a *auditor) rateUsage(run period.Month) {
	for _, o := range a.orders {
		if !o.onDemand() || !o.known.Before(a.runInstant(o.f.OwedBy, run)) {
			continue
		}
		a.takeRecords(o, run)
		sums := map[period.Month]decimal.Decimal{}
		known := map[period.Month]time.Time{}
		a.price(o, run)
		for _, u := range a.usage {
			if u.instance == o.f.Instance && u.run == run {
				m := a.month(u.begin, o.f.OwedBy)
				sums[m] = sums[m].Add(u.amount)
				if u.known.After(known[m]) {
					known[m] = u.known
				}
			}
		}
		for m, net := range sums {
			a.usageLine(o, m, run, money.Fixed(net), known[m])
		}
	}
}

// takeRecords marks the records a run takes.
func (a *auditor) takeRecords(o *order, run period.Month) {
	for _, u := range a.usage {
		if u.instance == o.f.Instance && u.run.IsZero() && a.refused[u.sn] == "" && u.known.Before(a.runInstant(o.f.OwedBy, run)) && !a.month(u.begin, o.f.OwedBy).After(run) {
			u.run = run
		}
	}
}

// refuse tells the records that repeat a window: the first that was reported counts.
func (a *auditor) refuse() {
	type span struct {
		instance   string
		begin, end int64
	}
	first := map[span]bool{}
	for _, u := range a.usage { // as reported
		k := span{u.instance, u.begin.Unix(), u.end.Unix()}
		if first[k] {
			a.refused[u.sn] = "010"
		}
		first[k] = true
	}
}

// price rates every record of an instance anew: earlier runs' records first, so that late ones go on counting where those ended.
func (a *auditor) price(o *order, run period.Month) {
	var rt rating
	if err := json.Unmarshal(a.product[o.f.Product].Rating, &rt); err != nil {
		panic(err)
	}
	var all []*usage
	for _, u := range a.usage {
		if u.instance == o.f.Instance && !u.run.IsZero() {
			all = append(all, u)
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		x, y := all[i], all[j]
		if x.run != y.run {
			return x.run.Before(y.run)
		}
		if !x.begin.Equal(y.begin) {
			return x.begin.Before(y.begin)
		}
		return x.end.Before(y.end)
	})
	windows := a.windows(o, a.runInstant(o.f.OwedBy, run))
	counted := map[string]decimal.Decimal{}
	for _, u := range all {
		rest := u.value
		for _, w := range windows {
			if u.begin.Before(w.from) || !u.begin.Before(w.until) {
				continue
			}
			used := decimal.Min(rest, w.left)
			w.left, rest = w.left.Sub(used), rest.Sub(used)
		}
		v := a.charge(rt, o, u, rest, counted)
		if u.run == run {
			u.amount = v
		}
	}
}

func (a *auditor) charge(rt rating, o *order, u *usage, q decimal.Decimal, counted map[string]decimal.Decimal) decimal.Decimal {
	if rt.Model == "fixed" {
		return q.Mul(num(rt.Price))
	}
	if rt.Model == "tier" {
		for _, b := range rt.Bands {
			if b.UpTo == nil || !q.GreaterThan(num(*b.UpTo)) {
				return q.Mul(num(b.Price))
			}
		}
	}
	key := a.month(u.begin, o.f.OwedBy).String()
	if rt.Accumulate == "day" {
		key = period.DayOf(u.begin, a.zones[o.f.OwedBy]).String()
	}
	if a.mistake == StepOverMonths {
		key = ""
	}
	from := counted[key]
	counted[key] = from.Add(q)
	return steps(rt, counted[key]).Sub(steps(rt, from))
}

// steps is the price of a quantity counted from nothing, each band at its own price.
func steps(rt rating, q decimal.Decimal) decimal.Decimal {
	sum, lower := decimal.Zero, decimal.Zero
	for _, b := range rt.Bands {
		upper := q
		if b.UpTo != nil {
			upper = decimal.Min(q, num(*b.UpTo))
		}
		if upper.GreaterThan(lower) {
			sum = sum.Add(upper.Sub(lower).Mul(num(b.Price)))
			lower = upper
		}
	}
	return sum
}

func (a *auditor) usageLine(o *order, cycle, run period.Month, net decimal.Decimal, known time.Time) {
	id := o.f.Order + "/U/" + cycle.String()
	if cycle != run {
		id += "/late-" + run.String()
	}
	tax, wht := money.Fixed(net.Mul(num(o.f.TaxRate))), money.Fixed(net.Mul(num(o.f.WHTRate)))
	l := &line{id: id, kind: "usage", o: o, cycle: cycle, figures: a.orderFigures(o, net.Add(tax), tax, wht)}
	a.lines = append(a.lines, l)
	owed := l.gross.Sub(l.wht)
	from := "customer_cash"
	if o.credit() {
		from = "customer_credit"
		at := cycle.LastInstant(a.zones[o.f.OwedBy])
		a.moves = append(a.moves, movement{moment: moment{at, known}, pool: pool{o.f.Customer, o.f.CollectedBy, cycle}, currency: saleCurrency(o.f), amount: owed, order: o.f.Order})
	} else {
		l.earnedIn = run
	}
	m := run
	if a.mistake == LateInOwnMonth {
		m = cycle
	}
	a.receive("taken/"+id, m, o, from, owed)
	a.certificate("taken/"+id, m, o, wht)
	if !o.credit() {
		a.recognise("earned/"+id, m, l)
	}
}
