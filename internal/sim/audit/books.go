package audit

import (
	"fmt"
	"sort"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
)

// Figures are named amounts in their one normal form; zeros are left out.
type Figures map[string]string

func figuresOf(m map[string]decimal.Decimal) Figures {
	out := Figures{}
	for k, v := range m {
		out.Set(k, v)
	}
	return out
}

// Set puts an amount under a name.
func (f Figures) Set(name string, v decimal.Decimal) {
	if !v.IsZero() {
		f[name] = money.Exact(v)
	}
}

// Month is what the books say once a month has been run.
type Month struct {
	Lines   map[string]Figures // on bills: gross, tax, cust WHT, base, fee %, fee, share, seller tax, settlement
	Bills   map[string]Figures // exact, rounded, residue, carry in, payable, list total, carry out; sum and rate a sale currency
	RunDay  map[string]string  // a bill's
	Held    map[string]string  // reasons, sorted
	Balance Figures            // "book currency account": debit - credit of everything up to the month
}

// NewMonth is a month with nothing in it.
func NewMonth() *Month {
	return &Month{Lines: map[string]Figures{}, Bills: map[string]Figures{}, RunDay: map[string]string{}, Held: map[string]string{}, Balance: Figures{}}
}

// Books are the months that were run, and what was refused and posted on the way.
type Books struct {
	Months  map[string]*Month
	Refused map[string]string // usage records, with their code
	Journal []Posting
	Amiss   []string // what must not happen, whatever it comes to in money
}

// Mistake is an error of recipe that the auditor can be told to make, to see that a comparison with him would find it in the product.
type Mistake string

// The mistakes.
const (
	None           Mistake = ""
	FeeKept        Mistake = "the fee is not given back with a refund"
	TaxMissing     Mistake = "tax is not posted"
	WHTWrongSide   Mistake = "the customer's withholding stands on the wrong side"
	NoMirror       Mistake = "due-to without its mirror"
	CycleByUTC     Mistake = "months end in UTC"
	RoundPerLine   Mistake = "every line is rounded"
	HalfEven       Mistake = "ties go to the even neighbour"
	CarryDropped   Mistake = "a negative bill is forgotten"
	CreditPerOrder Mistake = "credit is judged order by order"
	StepOverMonths Mistake = "steps go on over months"
	PairApart      Mistake = "an order does not wait for its five-day refund"
	PartsAlone     Mistake = "partial refunds are computed each alone"
	CertifiedAtEnd Mistake = "certification is tested at the month's end"
	LateInOwnMonth Mistake = "late usage enters a month that is closed"
)

// Mistakes lists them all.
var Mistakes = []Mistake{
	FeeKept, TaxMissing, WHTWrongSide, NoMirror, CycleByUTC, RoundPerLine, HalfEven, CarryDropped, CreditPerOrder, StepOverMonths,
	PairApart, PartsAlone, CertifiedAtEnd, LateInOwnMonth,
}

// Keep works the months out. With a mistake it makes that one and is right in everything else.
func Keep(m neutral.Month, mistake Mistake) *Books {
	a := newAuditor(m, mistake)
	a.giveBack()
	a.refuse()
	out := &Books{Months: map[string]*Month{}}
	for _, p := range m.Periods {
		run := period.MustMonth(p)
		month := NewMonth()
		a.rateUsage(run)
		a.earn(run)
		a.bill(run, month)
		a.hold(run, month)
		out.Months[p] = month
	}
	for p, month := range out.Months { // at the very end: what was run does not move
		month.Balance = a.balance(p)
	}
	out.Refused, out.Journal = a.refused, a.journal
	for _, o := range a.orders {
		if o.completed != nil && o.frozen(o.completed.at) {
			out.Amiss = append(out.Amiss, o.f.Order+" was accepted during an appeal")
		}
		if o.refunded().GreaterThan(o.gross) {
			out.Amiss = append(out.Amiss, o.f.Order+" was given back more than it cost")
		}
	}
	return out
}

func (a *auditor) balance(upTo string) Figures {
	sums := map[string]decimal.Decimal{}
	for _, p := range a.journal {
		if p.Period <= upTo {
			d, c := p.Book+" "+p.Currency+" "+p.Debit, p.Book+" "+p.Currency+" "+p.Credit
			sums[d], sums[c] = sums[d].Add(p.Amount), sums[c].Sub(p.Amount)
		}
	}
	return figuresOf(sums)
}

// Diff tells where two months differ, the product's first.
func Diff(product, auditor *Month) []string {
	var out []string
	nested := func(what string, x, y map[string]Figures) {
		for _, id := range union(x, y) {
			switch {
			case x[id] == nil:
				out = append(out, fmt.Sprintf("%s %s: only the auditor has it: %v", what, id, y[id]))
			case y[id] == nil:
				out = append(out, fmt.Sprintf("%s %s: only the product has it: %v", what, id, x[id]))
			default:
				out = append(out, flat(what+" "+id, x[id], y[id])...)
			}
		}
	}
	nested("line", product.Lines, auditor.Lines)
	nested("bill", product.Bills, auditor.Bills)
	out = append(out, flat("run day", product.RunDay, auditor.RunDay)...)
	out = append(out, flat("held", product.Held, auditor.Held)...)
	return append(out, flat("balance", product.Balance, auditor.Balance)...)
}

func flat(what string, x, y map[string]string) []string {
	var out []string
	for _, k := range union(x, y) {
		if x[k] != y[k] {
			out = append(out, fmt.Sprintf("%s %s: product %q, auditor %q", what, k, x[k], y[k]))
		}
	}
	return out
}

func union[V any](x, y map[string]V) []string {
	in := map[string]bool{}
	for k := range x {
		in[k] = true
	}
	for k := range y {
		in[k] = true
	}
	var out []string
	for k := range in {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
