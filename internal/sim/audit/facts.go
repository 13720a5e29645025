package audit

import (
	"fmt"
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
)

// moment is when something happened and when it became known.
type moment struct{ at, known time.Time }

type order struct {
	f                          neutral.Fact
	moment                     // placed
	gross, tax, wht, fee       decimal.Decimal
	paid, effective, completed *moment
	canceled, failed           *moment
	appeals                    []appeal
	holds                      []*hold
	refunds                    []*refund // by the moment the money went back
	earned                     *line     // nil until a run or a fact earned it
	listedClosed               bool      // its closing has been told once
}

func (o *order) credit() bool   { return o.f.Pay == "credit" }
func (o *order) onDemand() bool { return o.f.Mode == "ON_DEMAND" }

type refund struct {
	moment
	id, rule      string
	gross, before decimal.Decimal // before: what was given back earlier
	creditPart    decimal.Decimal // lowered the customer's debt instead of being paid out
	done          bool            // its line exists
}

// appeal is the opening or the closing of one.
type appeal struct {
	moment
	open bool
}

// hold keeps an order's lines off bills while a refund is asked for: until its money is back, or until somebody ends it, or until other refunds
// leave less than was asked for.
type hold struct {
	moment
	id     string
	gross  decimal.Decimal
	lifted *moment
}

type usage struct {
	moment
	sn, instance string
	begin, end   time.Time
	value        decimal.Decimal
	run          period.Month // that took it; zero before
	amount       decimal.Decimal
}

// movement changes what a customer owes of one cycle's credit; uses are positive.
type movement struct {
	moment
	pool     pool
	currency string
	amount   decimal.Decimal
	order    string // of a use by an order
}

type pool struct {
	customer, collector string
	cycle               period.Month
}

type auditor struct {
	m       neutral.Month
	mistake Mistake
	zones   map[string]*time.Location
	codes   []string // entities, sorted
	product map[string]neutral.Product
	orders  []*order
	byID    map[string]*order
	usage   []*usage
	moves   []movement
	lines   []*line
	carry   map[string]decimal.Decimal // merchant, entity and payout currency -> carried
	refused map[string]string
	journal []Posting
}

func num(s string) decimal.Decimal {
	if s == "" {
		return decimal.Zero
	}
	return money.MustParse(s)
}

func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err) // the facts are a test's own
	}
	return t
}

func when(f neutral.Fact) moment {
	m := moment{at: instant(f.At), known: instant(f.At)}
	if f.RecordedAt != "" {
		m.known = instant(f.RecordedAt)
	}
	return m
}

func newAuditor(m neutral.Month, mistake Mistake) *auditor {
	a := &auditor{
		m: m, mistake: mistake, zones: map[string]*time.Location{}, product: map[string]neutral.Product{}, byID: map[string]*order{},
		carry: map[string]decimal.Decimal{}, refused: map[string]string{},
	}
	for code, e := range m.Entities {
		z, err := time.LoadLocation(e.Zone)
		if err != nil {
			panic(err)
		}
		if mistake == CycleByUTC {
			z = time.UTC
		}
		a.zones[code] = z
		a.codes = append(a.codes, code)
	}
	sort.Strings(a.codes)
	for _, p := range m.Products {
		a.product[p.ID] = p
	}
	for _, f := range m.Facts {
		if f.Kind == "order" {
			o := &order{f: f, moment: when(f), gross: num(f.Gross), tax: num(f.Tax), wht: num(f.CustomerWHT)}
			o.fee = a.feeOf(o)
			a.orders = append(a.orders, o)
			a.byID[f.Order] = o
		}
	}
	for _, f := range m.Facts {
		a.read(f)
	}
	for _, o := range a.orders {
		a.arrange(o)
	}
	sort.SliceStable(a.usage, func(i, j int) bool {
		x, y := a.usage[i], a.usage[j]
		if !x.at.Equal(y.at) {
			return x.at.Before(y.at)
		}
		return x.sn < y.sn
	})
	return a
}

// feeOf is the product's rate when the order was placed, unless the order names its own.
func (a *auditor) feeOf(o *order) decimal.Decimal {
	if o.f.FeeRate != "" {
		return num(o.f.FeeRate)
	}
	p := a.product[o.f.Product]
	rate, since := num(p.Fee), time.Time{}
	for _, f := range p.Fees {
		from := f.From
		if len(from) == len("2026-01-01") {
			from += "T00:00:00Z"
		}
		if t := instant(from); !t.After(o.at) && !t.Before(since) {
			rate, since = num(f.Rate), t
		}
	}
	return rate
}

func (a *auditor) read(f neutral.Fact) {
	w, o := when(f), a.byID[f.Order]
	switch f.Kind {
	case "order":
	case "paid":
		o.paid = &w
	case "effective":
		o.effective = &w
	case "supervision_completed":
		o.completed = &w
	case "appeal_opened", "appeal_closed":
		o.appeals = append(o.appeals, appeal{w, f.Kind == "appeal_opened"})
	case "held":
		o.holds = append(o.holds, &hold{moment: w, id: f.ID, gross: num(f.Gross)})
	case "lifted":
		for _, h := range o.holds {
			if h.id == f.ID {
				h.lifted = &w
			}
		}
	case "failed": // its refund is a fact of its own
		o.failed = &w
	case "canceled":
		o.canceled = &w
	case "provisioning_failed":
		o.failed = &w
		if o.gross.IsPositive() {
			o.refunds = append(o.refunds, &refund{moment: w, id: "PF-" + f.Order, rule: "failed", gross: o.gross})
		}
	case "refund":
		o.refunds = append(o.refunds, &refund{moment: w, id: f.ID, rule: f.Rule, gross: num(f.Gross)})
	case "usage":
		a.usage = append(a.usage, &usage{moment: w, sn: f.SN, instance: f.Instance, begin: instant(f.Begin), end: instant(f.End), value: num(f.Value)})
	case "credit_use", "repayment":
		a.creditFact(f, w)
	case "payout":
		a.post("paid_out/"+f.ID, a.open(w, f.Entity, f.Entity), f.Entity, f.Currency, "merchant_payable:"+f.Merchant, "bank", num(f.Amount))
	default:
		panic(fmt.Sprintf("audit: unknown kind of fact %q", f.Kind))
	}
}

// arrange puts an order's refunds into the order of their moments and books what the customer's money does.
func (a *auditor) arrange(o *order) {
	sort.SliceStable(o.refunds, func(i, j int) bool { return o.refunds[i].at.Before(o.refunds[j].at) })
	before := decimal.Zero
	for _, r := range o.refunds {
		r.before = before
		before = before.Add(r.gross)
		for _, h := range o.holds {
			switch {
			case h.lifted != nil:
			case h.id == r.id:
				h.lifted = &r.moment
			case o.gross.Sub(before).LessThan(h.gross) && !r.known.Before(h.known):
				h.lifted = &moment{r.known, r.known}
			}
		}
	}
	if o.credit() {
		o.paid = &o.moment
	}
	if o.paid != nil && !o.onDemand() {
		a.take(o)
	}
}

// runDay is the 7th of the next month, or the next working day.
func runDay(m period.Month) period.Day {
	d := m.Next().Day(7)
	for d.Weekend() {
		d = d.Add(1)
	}
	return d
}

func (a *auditor) runInstant(entity string, m period.Month) time.Time {
	return runDay(m).Start(a.zones[entity])
}

func (a *auditor) month(t time.Time, entity string) period.Month {
	return period.MonthOf(t, a.zones[entity])
}

// open is the month a fact's posting enters: its own in the owner's zone, or the next one that is open in every book it touches.
func (a *auditor) open(w moment, owner string, books ...string) period.Month {
	m := a.month(w.at, owner)
	for {
		shut := false
		for _, b := range books {
			shut = shut || !w.known.Before(a.runInstant(b, m))
		}
		if !shut {
			return m
		}
		m = m.Next()
	}
}

func later(a, b period.Month) period.Month {
	if a.Before(b) {
		return b
	}
	return a
}
