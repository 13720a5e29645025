package statement

import (
	"io"
	"time"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/invoicing"
)

// Excel writes the workbook; its lines are read while they are written.
func (f Finance) Excel(w io.Writer, lang fault.Lang) error {
	v := voice(lang)
	return f.book(w, func(b *doc.Workbook) error {
		return each(
			func() error { return differenceTable(v, f.Zones).sheet(b, v, f.Demo, f.Differences) },
			func() error { return tieTable(v).sheet(b, v, f.Demo, f.Ties) },
			func() error { return askedTable(v, f.Zones).sheet(b, v, f.Demo, f.Asked) },
			func() error { return billTable(v, f.Names).sheet(b, v, f.Demo, f.Bills) },
			func() error {
				t := lineTable(v, f.Zones, f.Names)
				s, err := b.Sheet(v.say(t.name), t.columns(v, f.Demo))
				if err != nil {
					return err
				}
				return t.stream(s, f.Lines)
			},
			func() error { return heldTable(v, f.Names, f.Zones).sheet(b, v, f.Demo, whys(f.Held)) },
			func() error { return paymentTable(v).sheet(b, v, f.Demo, f.Payments) },
			func() error { return trialTable(v).sheet(b, v, f.Demo, f.Trial) },
		)
	})
}

func (m Merchant) zones() map[string]*time.Location {
	return map[string]*time.Location{m.Entity: m.Zone}
}
func (m Merchant) names() map[string]string { return map[string]string{m.ID: m.Name} }

// posted is a row of a merchant's account.
type posted struct {
	owed  Owed
	what  string
	ref   string
	at    time.Time
	stage Stage
}

// account lists opening, movements and closing of each currency.
func (m Merchant) account(v voice) []posted {
	var out []posted
	for _, o := range m.Owed {
		out = append(out, posted{owed: o, what: v.say("col.opening"), stage: o.Opening})
		for _, x := range o.Moves {
			out = append(out, posted{o, v.name("move", x.Kind), x.reference(), x.At, x.Stage})
		}
		out = append(out, posted{owed: o, what: v.say("col.closing"), stage: o.Closing})
	}
	return out
}

func accountTable(zone *time.Location) table[posted] {
	return table[posted]{
		"sheet.account",
		join(cells(doc.Date, []string{"col.date"}), text("col.what", "col.reference", "col.currency"), cells(doc.Money, []string{"col.payable", "col.invoiced", "col.transit", "col.owed"})),
		func(row []any, p posted) {
			c := p.owed.Currency
			copy(row, []any{
				dateIn(p.at, zone), p.what, p.ref, string(c), in(c, p.stage.Payable), in(c, p.stage.Invoiced), in(c, p.stage.InTransit), in(c, p.stage.Sum()),
			})
		},
	}
}

// Excel writes the statement as a workbook, with every line.
func (m Merchant) Excel(w io.Writer, lang fault.Lang) error {
	v := voice(lang)
	var sent []sentFor
	for _, a := range m.Asked {
		for _, i := range a.Invoices {
			sent = append(sent, sentFor{a, i})
		}
	}
	return m.book(w, func(b *doc.Workbook) error {
		return each(
			func() error { return accountTable(m.Zone).sheet(b, v, m.Demo, m.account(v)) },
			func() error { return billTable(v, m.names()).sheet(b, v, m.Demo, m.Bills) },
			func() error { return soldTable().sheet(b, v, m.Demo, soldOf(m.Bills)) },
			func() error { return lineTable(v, m.zones(), m.names()).sheet(b, v, m.Demo, m.Lines) },
			func() error { return askedTable(v, m.zones()).sheet(b, v, m.Demo, m.Asked) },
			func() error { return sentTable(v).sheet(b, v, m.Demo, sent) },
			func() error { return heldTable(v, m.names(), m.zones()).sheet(b, v, m.Demo, whys(m.Held)) },
		)
	})
}

// sentFor is an invoice with the requisition it came for.
type sentFor struct {
	asked Asked
	Sent
}

func sentTable(v voice) table[sentFor] {
	return table[sentFor]{
		"sheet.invoices",
		join(text("col.invoice", "col.requisition"), cells(doc.Date, []string{"col.invoice.date"}), text("col.state", "col.currency"),
			cells(doc.Money, []string{"col.amount"}), cells(doc.Int, []string{"col.version"}), text("col.verdict")),
		func(row []any, s sentFor) {
			i := s.Invoice
			copy(row, []any{
				s.Number, s.asked.No, orNil(dayText(i.Date)), v.name("invoice", string(s.Status)), string(i.Currency), in(i.Currency, i.Due()), s.Version, joinCodes(s.Codes),
			})
		},
	}
}

// Excel writes the statement as a workbook.
func (e Entity) Excel(w io.Writer, lang fault.Lang) error {
	v := voice(lang)
	zones := map[string]*time.Location{e.Head.Entity: e.Zone}
	return e.book(w, func(b *doc.Workbook) error {
		return each(
			func() error { return trialTable(v).sheet(b, v, e.Demo, e.Trial) },
			func() error { return billTable(v, e.Names).sheet(b, v, e.Demo, e.Bills) },
			func() error { return askedTable(v, zones).sheet(b, v, e.Demo, e.Asked) },
		)
	})
}

// Excel writes the list as a workbook: its fields, its amounts and bills, and the draft of the invoice.
func (l List) Excel(w io.Writer, lang fault.Lang) error {
	v := voice(lang)
	c := l.List.Currency
	fields := table[Item]{
		"sheet.fields", text("col.field", "col.required", "col.value"),
		func(row []any, i Item) {
			star := ""
			if i.Starred {
				star = "*"
			}
			copy(row, []any{invoicing.Label(i.Name, lang), star, i.Value})
		},
	}
	amounts := table[Figure]{
		"sheet.amounts", join(text("col.what", "col.currency"), cells(doc.Money, []string{"col.amount"})),
		func(row []any, f Figure) { copy(row, []any{f.label(v), string(c), in(c, f.Value)}) },
	}
	bills := table[invoicing.ListLine]{
		"sheet.bills", join(text("col.bill", "col.period", "col.currency"), cells(doc.Money, []string{"col.before", "col.payable"})),
		func(row []any, b invoicing.ListLine) {
			copy(row, []any{b.Bill, b.Period.Compact(), string(c), in(c, b.Before), in(c, b.Payable)})
		},
	}
	draft := table[invoicing.DraftLine]{
		"sheet.draft", text("col.field", "col.value"),
		func(row []any, x invoicing.DraftLine) { copy(row, []any{invoicing.Label(x.Field, lang), x.Value}) },
	}
	return l.book(w, func(b *doc.Workbook) error {
		return each(
			func() error { return fields.sheet(b, v, l.Demo, l.headItems()) },
			func() error { return amounts.sheet(b, v, l.Demo, l.Figures()) },
			func() error { return bills.sheet(b, v, l.Demo, l.List.Lines) },
			func() error { return draft.sheet(b, v, l.Demo, l.List.Draft(l.Filled)) },
		)
	})
}

// headItems are the list's fields; a list without any (made elsewhere) still says for whom and what it is.
func (l List) headItems() []Item {
	if items := l.Items(); len(items) > 0 {
		return items
	}
	var out []Item
	for _, d := range l.List.Draft(nil) {
		out = append(out, Item{Name: d.Field, Value: d.Value, Ours: true})
	}
	return out
}
