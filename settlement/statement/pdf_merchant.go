package statement

import (
	"strconv"

	"github.com/shopspring/decimal"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
	"suanpan/settlement"
)

// pageLines bounds the lines of bills, and of held ones, that are printed; all of them stand in the workbook and the CSV file.
const pageLines = 400

// Document is the statement as pages: what is owed and how it moved, the bills as a stair from sales to payable, what answered them,
// and what was held back.
func (m Merchant) Document(lang fault.Lang) *doc.Document {
	v := voice(lang)
	d := m.document(v, v.say("merchant.title"), m.Month.String()+"  ·  "+m.ID)
	d.Meta = []doc.Field{
		{Label: v.say("merchant"), Value: m.Name},
		{Label: v.say("merchant.no"), Value: m.ID},
		{Label: v.say("month"), Value: m.Month.Compact()},
		{Label: v.say("entity"), Value: m.entity(v)},
		{Label: v.say("drawn"), Value: m.day(m.At) + " (" + m.Zone.String() + ")"},
		{Label: v.say("month.state"), Value: m.monthState(v)},
	}
	for _, o := range m.Owed {
		d.Blocks = append(d.Blocks, doc.Heading(v.say("merchant.owed", "currency", o.Currency)), m.owed(v, o))
	}
	if len(m.Owed) == 0 {
		d.Blocks = append(d.Blocks, doc.Paragraph(v.say("merchant.nothing")))
	} else {
		d.Blocks = append(d.Blocks, doc.Note(v.say("merchant.owed.note")))
	}
	for _, b := range m.Bills {
		d.Blocks = append(d.Blocks, doc.Heading(v.say("merchant.bill", "bill", b.No)+"  ·  "+v.name("state", string(b.State))), stair(v, b))
		d.Blocks = append(d.Blocks, doc.Note(v.say("merchant.bill.road", "currency", b.Currency)))
	}
	if len(m.Bills) == 0 {
		d.Blocks = append(d.Blocks, doc.Paragraph(v.say("merchant.nobills")))
	}
	d.Blocks = append(d.Blocks, m.askedBlocks(v)...)
	d.Blocks = append(d.Blocks, m.lineBlocks(v)...)
	d.Blocks = append(d.Blocks, m.heldBlocks(v)...)
	if len(m.Other) > 0 {
		d.Blocks = append(d.Blocks, doc.Heading(v.say("merchant.other")), m.others(v))
	}
	d.Blocks = append(d.Blocks, doc.Note(v.say("figures")))
	return d
}

// owed shows an account: each stage, and what is owed altogether after each movement.
func (m Merchant) owed(v voice, o Owed) doc.Table {
	t := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.date", 2), column(v, "col.what", 2), column(v, "col.reference", 3)},
		figures(v, "col.payable", "col.invoiced", "col.transit", "col.owed")...)}
	stage := func(s Stage, sum decimal.Decimal) []string {
		out := amountsIn(o.Currency, s.Payable, s.Invoiced, s.InTransit, sum)
		for i, x := range []decimal.Decimal{s.Payable, s.Invoiced, s.InTransit} {
			if x.IsZero() {
				out[i] = "–"
			}
		}
		return out
	}
	t.Rows = append(t.Rows, append([]string{"", v.say("col.opening"), ""}, stage(o.Opening, o.Opening.Sum())...))
	sum := o.Opening.Sum()
	for _, x := range o.Moves {
		sum = sum.Add(x.Sum())
		t.Rows = append(t.Rows, append([]string{m.day(x.At), v.name("move", x.Kind), x.reference()}, stage(x.Stage, sum)...))
	}
	t.Totals = [][]string{append([]string{"", v.say("col.closing"), ""}, stage(o.Closing, o.Closing.Sum())...)}
	return t
}

// stair leads from what was sold, in each sale currency, to what is paid.
func stair(v voice, b settlement.Bill) doc.Table {
	t := doc.Table{Columns: []doc.TableColumn{column(v, "col.what", 3)}}
	step := func(key string, value func(settlement.Sale) string) {
		row := []string{v.say(key)}
		for _, s := range b.Sales {
			row = append(row, value(s))
		}
		t.Rows = append(t.Rows, append(row, ""))
	}
	minus := func(key string, value func(settlement.Sale) decimal.Decimal) {
		for _, s := range b.Sales {
			if !value(s).IsZero() {
				step(key, func(s settlement.Sale) string { return money.Print(value(s).Neg(), s.Currency) })
				return
			}
		}
	}
	for _, s := range b.Sales {
		t.Columns = append(t.Columns, doc.TableColumn{Title: string(s.Currency), Align: doc.Figure})
	}
	t.Columns = append(t.Columns, doc.TableColumn{Title: string(b.Currency), Align: doc.Figure})
	step("col.lines", func(s settlement.Sale) string { return strconv.Itoa(s.Lines) })
	step("col.gross", func(s settlement.Sale) string { return money.Print(s.Gross, s.Currency) })
	minus("col.tax", func(s settlement.Sale) decimal.Decimal { return s.Tax })
	minus("col.wht", func(s settlement.Sale) decimal.Decimal { return s.CustomerWHT })
	minus("col.fee", func(s settlement.Sale) decimal.Decimal { return s.Fee })
	step("col.share", func(s settlement.Sale) string { return money.Print(s.Share, s.Currency) })
	minus("col.seller.tax", func(s settlement.Sale) decimal.Decimal { return s.SellerTax })
	step("col.settlement", func(s settlement.Sale) string { return money.Print(s.Settlement, s.Currency) })
	step("col.rate", func(s settlement.Sale) string {
		if s.RateKey == "" {
			return money.Exact(s.Rate)
		}
		return money.Exact(s.Rate) + " (" + s.RateKey + ")"
	})
	last := func(key string, x decimal.Decimal) []string {
		row := make([]string, len(t.Columns))
		row[0], row[len(row)-1] = v.say(key), money.Print(x, b.Currency)
		return row
	}
	t.Rows = append(t.Rows, last("col.exact", b.Exact))
	if !b.Residue.IsZero() {
		t.Rows = append(t.Rows, last("col.residue", b.Residue))
	}
	if !b.CarryIn.IsZero() {
		t.Rows = append(t.Rows, last("col.rounded", b.Rounded), last("col.carry.in", b.CarryIn))
	}
	t.Totals = [][]string{last("col.payable", b.Payable)}
	if b.State == settlement.Carried {
		t.Totals = append(t.Totals, last("col.carry.out", b.CarryOut))
	}
	if b.State == settlement.Collected {
		t.Totals = append(t.Totals, last("col.deposit", b.FromDeposit), last("col.receivable", b.Receivable))
	}
	return t
}

func (m Merchant) askedBlocks(v voice) []doc.Block {
	if len(m.Asked) == 0 {
		return nil
	}
	lists := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.requisition", 4), column(v, "col.state", 3), column(v, "col.due", 2), column(v, "col.currency", 1)},
		figures(v, "col.list", "col.invoiced", "col.paid")...)}
	invoices := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.invoice", 3), column(v, "col.invoice.date", 2), column(v, "col.state", 3), column(v, "col.verdict", 3)},
		figures(v, "col.amount")...)}
	payments := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.payment", 3), column(v, "col.value.date", 2), column(v, "col.state", 3), column(v, "col.bank", 3)},
		figures(v, "col.amount")...)}
	for _, a := range m.Asked {
		lists.Rows = append(lists.Rows, append([]string{a.No, v.name("requisition", string(a.State)), dayText(a.Due), string(a.Currency)},
			amountsIn(a.Currency, a.Payable, a.Invoiced(), a.Paid())...))
		for _, i := range a.Invoices {
			amount := money.New(i.Invoice.Due(), i.Invoice.Currency).String()
			invoices.Rows = append(invoices.Rows, []string{i.Number, dayText(i.Invoice.Date), v.name("invoice", string(i.Status)), joinCodes(i.Codes), amount})
		}
		for _, p := range a.Payments {
			payments.Rows = append(payments.Rows, []string{p.No, dayText(p.ValueDate), v.name("payment", p.State), p.BankReference, money.New(p.Amount, p.Currency).String()})
		}
	}
	out := []doc.Block{doc.Heading(v.say("merchant.asked")), lists}
	for _, t := range []doc.Table{invoices, payments} {
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return out
}

func (m Merchant) lineBlocks(v voice) []doc.Block {
	if len(m.Lines) == 0 {
		return nil
	}
	t := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.line", 4), column(v, "col.kind", 2), column(v, "col.product", 3), column(v, "col.currency", 1)},
		figures(v, "col.gross", "col.fee", "col.seller.tax", "col.settlement")...)}
	for _, l := range m.Lines[:min(len(m.Lines), pageLines)] {
		t.Rows = append(t.Rows, append([]string{l.ID, v.name("line", l.Kind), l.product(), string(l.Currency)}, amountsIn(l.Currency, l.Gross, l.Fee, l.SellerTax, l.Settlement)...))
	}
	out := []doc.Block{doc.Heading(v.say("merchant.lines")), t}
	return append(out, more(v, len(m.Lines))...)
}

func (m Merchant) heldBlocks(v voice) []doc.Block {
	if len(m.Held) == 0 {
		return nil
	}
	t := doc.Table{Columns: []doc.TableColumn{column(v, "col.line", 3), column(v, "col.kind", 1), column(v, "col.why", 5), column(v, "col.lifted", 2), column(v, "col.since", 2), column(v, "col.until", 2)}}
	for _, h := range m.Held[:min(len(m.Held), pageLines)] {
		for i, r := range h.Reasons {
			row := []string{"", "", v.name("reason", r.Code), v.name("lift", r.LiftedBy), m.day(r.Since), m.day(r.Until)}
			if i == 0 {
				row[0], row[1] = h.Line, v.name("line", h.Kind)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	out := []doc.Block{doc.Heading(v.say("merchant.held")), t}
	return append(out, more(v, len(m.Held))...)
}

func more(v voice, n int) []doc.Block {
	if n <= pageLines {
		return nil
	}
	return []doc.Block{doc.Note(v.say("merchant.lines.more", "count", n-pageLines))}
}

func (m Merchant) others(v voice) doc.Table {
	t := doc.Table{Columns: append([]doc.TableColumn{column(v, "col.account", 3), column(v, "col.currency", 1)}, figures(v, "col.opening", "col.closing")...)}
	for _, s := range m.Other {
		t.Rows = append(t.Rows, append([]string{v.account(s.Account), string(s.Currency)}, amountsIn(s.Currency, s.Opening, s.Closing)...))
	}
	return t
}

func dayText(d period.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func itoa(n int) string { return strconv.Itoa(n) }
