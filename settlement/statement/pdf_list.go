package statement

import (
	"strings"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/invoicing"
	"suanpan/money"
)

// Document is the list as pages: its head with the QR code, the amounts, the fields of the invoice, and the draft to copy.
func (l List) Document(lang fault.Lang) *doc.Document {
	v := voice(lang)
	d := l.document(v, v.say("list.title"), l.List.Requisition)
	d.QR = &doc.QR{Text: l.List.QR(), Caption: l.List.Requisition}
	d.Meta = []doc.Field{
		{Label: v.say("requisition"), Value: l.List.Requisition},
		{Label: v.say("month"), Value: l.List.PeriodText()},
		{Label: v.say("entity"), Value: l.entity(v)},
		{Label: v.say("merchant"), Value: l.List.MerchantName + " (" + l.List.Merchant + ")"},
		{Label: v.say("currency"), Value: string(l.List.Currency)},
		{Label: v.say("list.issued"), Value: l.day(l.List.IssuedAt)},
		{Label: v.say("list.due"), Value: l.Due.String()},
		{Label: v.say("zone"), Value: l.Zone.String()},
	}
	if l.List.Version > 1 {
		d.Meta = append(d.Meta, doc.Field{Label: v.say("list.version"), Value: itoa(l.List.Version)})
	}
	d.Blocks = append(d.Blocks, doc.Heading(v.say("list.amounts")), l.amounts(v))
	if len(l.List.SellerTaxes) > 0 {
		d.Blocks = append(d.Blocks, doc.Note(v.say("list.rounded", "currency", l.List.Currency)))
	}
	d.Blocks = append(d.Blocks, doc.Heading(v.say("list.bills")), l.bills(v), doc.Heading(v.say("list.fields")), l.fields(v), doc.Note(v.say("list.star")))
	d.Blocks = append(d.Blocks, doc.Heading(v.say("list.how")), doc.Paragraph(l.how(v)))
	d.Blocks = append(d.Blocks, doc.Heading(v.say("list.draft")), l.draft(v), doc.Note(v.say("list.draft.note")))
	d.Blocks = append(d.Blocks, doc.Note(v.say("list.hash", "hash", l.Hash)+"\n"+v.say("figures")))
	return d
}

// label names a figure.
func (f Figure) label(v voice) string {
	if f.Key == "tax" {
		return v.say("list.tax", "code", f.Code)
	}
	return v.say("list." + f.Key)
}

func (l List) amounts(v voice) doc.Table {
	t := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.what", 3)}, doc.TableColumn{Title: string(l.List.Currency), Align: doc.Figure})}
	for _, f := range l.Figures() {
		row := []string{f.label(v), money.Print(f.Value, l.List.Currency)}
		if f.Key == "payable" {
			t.Totals = append(t.Totals, row)
		} else {
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

func (l List) bills(v voice) doc.Table {
	t := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.bill", 3), column(v, "col.period", 1)}, figures(v, "col.before", "col.payable")...)}
	for _, b := range l.List.Lines {
		t.Rows = append(t.Rows, append([]string{b.Bill, b.Period.Compact()}, amountsIn(l.List.Currency, b.Before, b.Payable)...))
	}
	t.Totals = [][]string{append([]string{v.say("total"), ""}, amountsIn(l.List.Currency, l.List.BeforeTaxes, l.List.Payable)...)}
	return t
}

// fields are the fields of the invoice in two columns, blanks to write on.
func (l List) fields(v voice) doc.Fields {
	var out doc.Fields
	for _, i := range l.Items() {
		value := i.Value
		if value == "" {
			value = blank
		}
		out = append(out, doc.Field{Label: i.label(v), Value: value})
	}
	return out
}

func (i Item) label(v voice) string {
	s := invoicing.Label(i.Name, fault.Lang(v))
	if i.Starred {
		s += " *"
	}
	return s
}

func (l List) how(v voice) string {
	out := []string{
		v.say("list.how.to", "entity", l.List.EntityName, "currency", l.List.Currency, "amount", l.amount()),
		v.say("list.how.remarks", "requisition", l.List.Requisition, "period", l.List.PeriodText()),
	}
	if l.LastDay > 0 {
		out = append(out, v.say("list.how.window", "day", l.LastDay, "zone", l.LastZone))
	}
	if l.List.ReverseCharge {
		out = append(out, v.say("list.how.reverse"))
	}
	return strings.Join(out, "\n")
}

func (l List) draft(v voice) doc.Table {
	t := doc.Table{Columns: []doc.TableColumn{column(v, "col.field", 2), column(v, "col.value", 4)}}
	for _, x := range l.List.Draft(l.Filled) {
		value := x.Value
		if value == "" {
			value = blank
		}
		t.Rows = append(t.Rows, []string{invoicing.Label(x.Field, fault.Lang(v)), value})
	}
	return t
}
