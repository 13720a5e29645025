package statement

import (
	"strings"
	"time"

	"suanpan/internal/doc"
	"suanpan/settlement"
)

// lineTable is built for hundreds of thousands of rows: figures go in as pointers, which need no memory of their own.
func lineTable(v voice, zones map[string]*time.Location, names map[string]string) table[Line] {
	kinds := map[string]string{}
	var l Line // one for all rows: the row points into it
	return table[Line]{
		"sheet.lines",
		join(text("col.entity", "col.merchant", "col.name", "col.bill", "col.line", "col.kind", "col.order", "col.product", "col.name", "col.currency"),
			exact("col.gross", "col.tax", "col.wht", "col.base"), cells(doc.Percent, []string{"col.fee.rate"}),
			exact("col.fee", "col.share", "col.seller.tax", "col.settlement"), cells(doc.Date, []string{"col.earned"}), text("col.note")),
		func(row []any, x Line) {
			l = x
			kind, ok := kinds[l.Kind]
			if !ok {
				kind = v.name("line", l.Kind)
				kinds[l.Kind] = kind
			}
			at := l.EarnedAt
			if z := zones[l.Entity]; z != nil {
				at = at.In(z)
			}
			row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7] = l.Entity, l.Merchant, names[l.Merchant], l.Bill, l.ID, kind, l.Order, l.Product
			row[8], row[9], row[10], row[11], row[12], row[13], row[14] = l.ProductName, string(l.Currency), &l.Gross, &l.Tax, &l.CustomerWHT, &l.Base, &l.FeeRate
			row[15], row[16], row[17], row[18], row[19], row[20] = &l.Fee, &l.Share, &l.SellerTax, &l.Settlement, at, l.Note
		},
	}
}

func billTable(v voice, names map[string]string) table[settlement.Bill] {
	return table[settlement.Bill]{
		"sheet.bills",
		join(text("col.bill", "col.entity", "col.merchant", "col.name", "col.period", "col.state", "col.currency"), cells(doc.Int, []string{"col.lines"}),
			exact("col.exact", "col.residue"), cells(doc.Money, []string{"col.rounded", "col.carry.in"}), text("col.carry.from"),
			cells(doc.Money, []string{"col.payable", "col.carry.out", "col.deposit", "col.receivable", "col.list"}), text("col.requisition")),
		func(row []any, b settlement.Bill) {
			copy(row, []any{
				b.No, b.Entity, b.Merchant, names[b.Merchant], b.Month.Compact(), v.name("state", string(b.State)), string(b.Currency), b.Lines,
				b.Exact, b.Residue, in(b.Currency, b.Rounded), in(b.Currency, b.CarryIn), b.CarriedFrom,
				in(b.Currency, b.Payable), in(b.Currency, b.CarryOut), in(b.Currency, b.FromDeposit), in(b.Currency, b.Receivable), in(b.Currency, asks(b)), b.Requisition,
			})
		},
	}
}

// sold is a bill's part in one sale currency.
type sold struct {
	bill settlement.Bill
	settlement.Sale
}

func soldOf(bills []settlement.Bill) []sold {
	var out []sold
	for _, b := range bills {
		for _, s := range b.Sales {
			out = append(out, sold{b, s})
		}
	}
	return out
}

func soldTable() table[sold] {
	return table[sold]{
		"sheet.amounts",
		join(text("col.bill", "col.sale.currency"), cells(doc.Int, []string{"col.lines"}), exact("col.gross", "col.tax", "col.wht", "col.fee", "col.share", "col.seller.tax", "col.settlement", "col.rate"),
			text("col.rate.day", "col.currency"), exact("col.product.payout")),
		func(row []any, s sold) {
			copy(row, []any{
				s.bill.No, string(s.Currency), s.Lines, s.Gross, s.Tax, s.CustomerWHT, s.Fee, s.Share, s.SellerTax, s.Settlement, s.Rate,
				s.RateKey, string(s.bill.Currency), s.Product,
			})
		},
	}
}

// why is one reason of a held line.
type why struct {
	held settlement.Held
	n    int
}

func whys(held []settlement.Held) []why {
	var out []why
	for _, h := range held {
		for i := range h.Reasons {
			out = append(out, why{h, i})
		}
	}
	return out
}

func heldTable(v voice, names map[string]string, zones map[string]*time.Location) table[why] {
	return table[why]{
		"sheet.held",
		join(text("col.entity", "col.merchant", "col.name", "col.line", "col.kind", "col.why", "col.lifted"), cells(doc.Date, []string{"col.since", "col.until"}), text("col.note")),
		func(row []any, w why) {
			r := w.held.Reasons[w.n]
			copy(row, []any{
				w.held.Entity, w.held.Merchant, names[w.held.Merchant], w.held.Line, v.name("line", w.held.Kind), v.name("reason", r.Code),
				v.name("lift", r.LiftedBy), dateIn(r.Since, zones[w.held.Entity]), dateIn(r.Until, zones[w.held.Entity]), r.Detail,
			})
		},
	}
}

// dateIn is a time in a zone, or an empty cell.
func dateIn(t time.Time, z *time.Location) any {
	if t.IsZero() {
		return nil
	}
	if z != nil {
		return t.In(z)
	}
	return t.UTC()
}

func askedTable(v voice, zones map[string]*time.Location) table[Asked] {
	return table[Asked]{
		"sheet.lists",
		join(text("col.requisition", "col.entity", "col.merchant", "col.name", "col.bill", "col.state", "col.currency"),
			cells(doc.Money, []string{"col.before", "col.list", "col.invoiced", "col.paid", "col.difference"}), cells(doc.Date, []string{"col.notice", "col.due"}), text("col.invoice")),
		func(row []any, a Asked) {
			var nums []string
			for _, i := range a.Invoices {
				nums = append(nums, i.Number+" ("+v.name("invoice", string(i.Status))+")")
			}
			copy(row, []any{
				a.No, a.Entity, a.Merchant, a.Name, strings.Join(a.Bills, ", "), v.name("requisition", string(a.State)), string(a.Currency),
				in(a.Currency, a.Before), in(a.Currency, a.Payable), in(a.Currency, a.Invoiced()), in(a.Currency, a.Paid()),
				in(a.Currency, a.Invoiced().Sub(a.Payable)), dateIn(a.NoticeAt, zones[a.Entity]), orNil(dayText(a.Due)), strings.Join(nums, ", "),
			})
		},
	}
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func paymentTable(v voice) table[settlement.Payment] {
	return table[settlement.Payment]{
		"sheet.payments",
		join(text("col.payment", "col.requisition", "col.entity", "col.merchant", "col.currency"), cells(doc.Money, []string{"col.amount"}),
			cells(doc.Date, []string{"col.value.date"}), text("col.state", "col.bank"), cells(doc.Date, []string{"col.bank.date"})),
		func(row []any, p settlement.Payment) {
			copy(row, []any{
				p.No, p.Requisition, p.Entity, p.Merchant, string(p.Currency), in(p.Currency, p.Amount), orNil(dayText(p.ValueDate)),
				v.name("payment", p.State), p.BankReference, orNil(dayText(p.BankDate)),
			})
		},
	}
}

func trialTable(v voice) table[TrialRow] {
	return table[TrialRow]{
		"sheet.trial",
		join(text("col.entity", "col.currency", "col.account"), cells(doc.Int, []string{"col.merchants"}), exact("col.opening", "col.debit", "col.credit", "col.closing")),
		func(row []any, r TrialRow) {
			copy(row, []any{r.Book, string(r.Currency), v.account(r.Account), nil, r.Opening, r.Debit, r.Credit, r.Closing})
			if r.Account.Own() {
				row[3] = r.Merchants
			}
		},
	}
}

func tieTable(v voice) table[Tie] {
	return table[Tie]{
		"sheet.ties",
		join(text("col.what", "col.entity", "col.currency"), exact("col.records", "col.ledger", "col.difference")),
		func(row []any, t Tie) {
			copy(row, []any{v.name("tie", t.Kind), t.Book, string(t.Currency), t.Records, t.Ledger, t.Difference()})
		},
	}
}

func differenceTable(v voice, zones map[string]*time.Location) table[Difference] {
	return table[Difference]{
		"sheet.differences",
		join(text("col.what", "col.entity", "col.merchant", "col.name", "col.requisition", "col.currency"),
			exact("col.list", "col.invoiced", "col.paid", "col.difference"), cells(doc.Date, []string{"col.since"}), text("col.next", "col.note")),
		func(row []any, d Difference) {
			note := d.Note
			if d.Open == "tie" {
				note = v.name("tie", d.Note)
			}
			copy(row, []any{
				v.name("open", d.Open), d.Entity, d.Merchant, d.Name, d.Requisition, string(d.Currency), d.List, d.Invoiced, d.Paid, d.Amount,
				dateIn(d.Since, zones[d.Entity]), v.name("next", d.Open), note,
			})
		},
	}
}
