package statement

import (
	"sort"

	"github.com/shopspring/decimal"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/money"
)

// Document is the statement as pages: the trial balance and the bills, each by currency, and where the lists stand.
func (e Entity) Document(lang fault.Lang) *doc.Document {
	v := voice(lang)
	d := e.document(v, v.say("entity.title"), e.Month.String()+"  ·  "+e.Head.Entity)
	d.Landscape = true
	d.Meta = []doc.Field{
		{Label: v.say("entity"), Value: e.entity(v)},
		{Label: v.say("month"), Value: e.Month.Compact()},
		{Label: v.say("drawn"), Value: e.day(e.At) + " (" + e.Zone.String() + ")"},
		{Label: v.say("month.state"), Value: e.monthState(v)},
	}
	for _, s := range sums(e.Bills) {
		d.Blocks = append(d.Blocks, doc.Heading(v.say("entity.bills", "currency", s.Currency)), e.bills(v, s))
	}
	if len(e.Bills) == 0 {
		d.Blocks = append(d.Blocks, doc.Paragraph(v.say("merchant.nobills")))
	}
	if r := reached(e.Asked); len(r) > 0 {
		d.Blocks = append(d.Blocks, doc.Heading(v.say("entity.stages")), stagesTable(v, r))
	}
	if len(e.Held) > 0 {
		d.Blocks = append(d.Blocks, doc.Heading(v.say("entity.held")), e.held(v))
	}
	for _, c := range e.currencies() {
		d.Blocks = append(d.Blocks, doc.Heading(v.say("entity.trial", "currency", c)), e.trial(v, c))
	}
	d.Blocks = append(d.Blocks, doc.Note(v.say("entity.trial.note")+"\n"+v.say("figures")))
	return d
}

func (e Entity) currencies() []money.Currency {
	in := map[money.Currency]bool{}
	for _, r := range e.Trial {
		in[r.Currency] = true
	}
	return sortedCurrencies(in)
}

func (e Entity) bills(v voice, s Sums) doc.Table {
	t := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.bill", 3), column(v, "col.merchant", 3), column(v, "col.state", 3)},
		figures(v, "col.lines", "col.rounded", "col.carry.in", "col.payable", "col.carry.out", "col.list")...)}
	collected := func(row []string, from, owed decimal.Decimal) []string {
		if s.Deposit.IsZero() && s.Owed.IsZero() {
			return row // most months collect nothing and need no columns for it
		}
		return append(row, amountsIn(s.Currency, from, owed)...)
	}
	if !s.Deposit.IsZero() || !s.Owed.IsZero() {
		t.Columns = append(t.Columns, figures(v, "col.deposit", "col.receivable")...)
	}
	for _, b := range s.Bills {
		t.Rows = append(t.Rows, collected(append([]string{b.No, e.Names[b.Merchant], v.name("state", string(b.State)), itoa(b.Lines)},
			amountsIn(s.Currency, b.Rounded, b.CarryIn, b.Payable, b.CarryOut, asks(b))...), b.FromDeposit, b.Receivable))
	}
	t.Totals = [][]string{collected(append([]string{v.say("total"), "", "", itoa(s.Lines)}, amountsIn(s.Currency, s.Rounded, s.CarryIn, s.Payable, s.CarryOut, s.List)...), s.Deposit, s.Owed)}
	return t
}

func stagesTable(v voice, rs []Reached) doc.Table {
	t := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.state", 3), column(v, "col.currency", 1)}, figures(v, "col.lists", "col.amount")...)}
	for _, r := range rs {
		t.Rows = append(t.Rows, []string{v.name("requisition", string(r.State)), string(r.Currency), itoa(r.Count), money.Print(r.Amount, r.Currency)})
	}
	return t
}

func (e Entity) held(v voice) doc.Table {
	t := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.why", 5)}, figures(v, "entity.count")...)}
	codes := make([]string, 0, len(e.Held))
	for c := range e.Held {
		codes = append(codes, c)
	}
	sort.Strings(codes)
	for _, c := range codes {
		t.Rows = append(t.Rows, []string{v.name("reason", c), itoa(e.Held[c])})
	}
	return t
}

func (e Entity) trial(v voice, c money.Currency) doc.Table {
	t := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.account", 4)}, figures(v, "col.merchants", "col.opening", "col.debit", "col.credit", "col.closing")...)}
	var opening, debit, credit, closing decimal.Decimal
	for _, r := range e.Trial {
		if r.Currency != c {
			continue
		}
		opening, debit, credit, closing = opening.Add(r.Opening), debit.Add(r.Debit), credit.Add(r.Credit), closing.Add(r.Closing)
		n := ""
		if r.Account.Own() {
			n = itoa(r.Merchants)
		}
		t.Rows = append(t.Rows, append([]string{v.account(r.Account), n}, amountsIn(c, r.Opening, r.Debit, r.Credit, r.Closing)...))
	}
	t.Totals = [][]string{append([]string{v.say("total"), ""}, amountsIn(c, opening, debit, credit, closing)...)}
	return t
}
