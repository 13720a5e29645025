package invent

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/sim/audit"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
)

// world is the months while they are made up.
type world struct {
	r        *rand.Rand
	m        neutral.Month
	months   []period.Month
	from, to time.Time // facts happen in between
	codes    []string
	zones    map[string]*time.Location
	homes    map[string][]string // a merchant's entities
	products map[string][]neutral.Product
	n        int
	pools    map[pool]decimal.Decimal // used
}

type pool struct{ customer, collector, cycle, currency string }

// site is an entity that may take part.
type site struct {
	code, country, zone string
	payout              []string
}

var sites = []site{
	{"5541", "SG", "Asia/Singapore", []string{"SGD", "EUR", "JPY"}},
	{"5861", "BR", "America/Sao_Paulo", []string{"BRL", "EUR"}},
	{"5821", "CL", "America/Santiago", []string{"CLP", "EUR"}},
	{"5531", "HK", "Asia/Hong_Kong", []string{"HKD"}},
	{"7001", "GB", "Europe/London", []string{"GBP", "USD"}},
	{"7002", "NZ", "Pacific/Auckland", []string{"NZD", "JPY"}},
}

var sales = []string{"USD", "USD", "USD", "USD", "EUR", "GBP"}

// Months invents what a seed stands for, with the payments of the lists that follow from it.
func Months(seed uint64) neutral.Month {
	w := begin(seed, 3)
	for range 45 + w.r.IntN(40) {
		w.order()
	}
	for range 3 + w.r.IntN(3) {
		w.metered()
	}
	w.credit()
	w.payouts()
	return w.m
}

// Ground invents the same without any fact: entities, rates, merchants and products of two or three months.
func Ground(seed uint64) neutral.Month { return begin(seed, 2).m }

func begin(seed uint64, least int) *world {
	w := &world{
		r: rand.New(rand.NewPCG(seed, 20261)), zones: map[string]*time.Location{}, homes: map[string][]string{}, products: map[string][]neutral.Product{},
		pools: map[pool]decimal.Decimal{},
	}
	start := period.MustMonth("2026-01").Add(w.r.IntN(12))
	for i := range least + w.r.IntN(2) {
		w.months = append(w.months, start.Add(i))
		w.m.Periods = append(w.m.Periods, start.Add(i).String())
	}
	// A day inside, so that a fact is in the first month in every zone.
	w.from, w.to = start.Start(time.UTC).Add(24*time.Hour), w.months[len(w.months)-1].End(time.UTC).AddDate(0, 0, 9)
	w.m.Minor = map[string]int{"CLP": 0, "JPY": 0}
	w.entities()
	w.rates()
	w.merchants()
	return w
}

func (w *world) chance(percent int) bool { return w.r.IntN(100) < percent }

func pick[T any](w *world, list []T) T { return list[w.r.IntN(len(list))] }

func (w *world) id(prefix string) string {
	w.n++
	return fmt.Sprintf("%s-%d", prefix, w.n)
}

func (w *world) put(f neutral.Fact) { w.m.Facts = append(w.m.Facts, f) }

func text(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (w *world) entities() {
	w.m.Entities = map[string]neutral.Entity{}
	w.r.Shuffle(len(sites), func(int, int) {}) // keeps the stream's shape when sites are added
	left := w.r.Perm(len(sites))[:4+w.r.IntN(3)]
	sort.Ints(left)
	for _, i := range left {
		s := sites[i]
		e := neutral.Entity{Name: "Entity " + s.code, Country: s.country, Zone: s.zone, Payout: s.payout}
		if s.country == "BR" {
			e.ResidentsOnly = []string{"BRL"}
		}
		w.m.Entities[s.code] = e
		w.codes = append(w.codes, s.code)
		z, err := time.LoadLocation(s.zone)
		if err != nil {
			panic(err)
		}
		w.zones[s.code] = z
	}
}

// base is a rate near which a currency's monthly ones lie; short, so that products fall on ties now and then.
var base = map[string]string{"USD": "1", "EUR": "0.85", "GBP": "0.75", "SGD": "1.3", "BRL": "5.325", "CLP": "930.5", "HKD": "7.8125", "JPY": "150.5", "NZD": "1.625"}

func (w *world) rates() {
	to := map[string]bool{}
	for _, c := range w.codes {
		for _, p := range w.m.Entities[c].Payout {
			to[p] = true
		}
	}
	var payouts []string
	for p := range to {
		payouts = append(payouts, p)
	}
	sort.Strings(payouts)
	for _, m := range w.months {
		for _, from := range []string{"USD", "EUR", "GBP"} {
			for _, p := range payouts {
				if p != from {
					r := money.MustParse(base[p]).DivRound(money.MustParse(base[from]), 3).Add(money.MustParse(pick(w, []string{"0", "0.005", "0.025", "0.017"})))
					w.m.FX = append(w.m.FX, neutral.Rate{Period: m.String(), From: from, To: p, Rate: money.Exact(r)})
				}
			}
		}
	}
}

// when draws a moment: anywhere, near a month's end in an entity's zone, or near its run.
func (w *world) when(lo, hi time.Time, entity string) time.Time {
	if !hi.After(lo) {
		return lo
	}
	t := lo.Add(time.Duration(w.r.Int64N(int64(hi.Sub(lo)/time.Second)+1)) * time.Second)
	near := t
	switch z := w.zones[entity]; {
	case w.chance(25):
		near = period.MonthOf(t, z).End(z).Add(time.Duration(w.r.IntN(8*3600)-4*3600) * time.Second)
	case w.chance(10):
		d := period.MonthOf(t, z).Day(7)
		for d.Weekend() {
			d = d.Add(1)
		}
		near = d.Start(z).Add(time.Duration(w.r.IntN(4)-2) * time.Hour)
	}
	if near.Before(lo) || near.After(hi) {
		return t
	}
	return near
}

// after draws a moment soon after another one.
func (w *world) after(t time.Time, most time.Duration, entity string) time.Time {
	return w.when(t, t.Add(most), entity)
}

// heard gives, now and then, a later moment at which a fact became known; never before floor.
func (w *world) heard(at, floor time.Time, percent int) (known time.Time, text_ string) {
	known = at
	if w.chance(percent) {
		known = at.Add(time.Duration(1+w.r.IntN(45*24)) * time.Hour)
	}
	if known.Before(floor) {
		known = floor
	}
	if known.Equal(at) {
		return at, ""
	}
	return known, text(known)
}

// payouts pays most of the lists that the months make, as an accountant would compute them.
func (w *world) payouts() {
	books := audit.Keep(w.m, audit.None)
	for _, m := range w.months {
		bills := books.Months[m.String()].Bills
		var nos []string
		for no := range bills {
			nos = append(nos, no)
		}
		sort.Strings(nos)
		for _, no := range nos {
			total := bills[no]["list total"]
			if total == "" || w.chance(20) {
				continue
			}
			entity, rest := no[:4], no[len("5541-202610-"):]
			at := m.Next().Day(25).Start(w.zones[entity]).Add(12 * time.Hour)
			w.put(neutral.Fact{Kind: "payout", ID: "PAY-" + no, At: text(at), Merchant: rest[:len(rest)-4], Entity: entity, Currency: rest[len(rest)-3:], Period: m.String(), Amount: total})
		}
	}
}
