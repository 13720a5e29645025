package invoicing

import (
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// sum holds the invoices of a list, sent and pending, against its figure. Figures are compared even where the currency differs, so
// that the merchant learns both at once.
func (j *judgement) sum(l List) {
	rule := j.Settings.compareFor(l, period.DayOf(l.NoticeAt, j.zone(l)))
	want := listFigure(rule.List, l)
	parts, accepted := j.partsOf(l)
	if j.answered(l, rule, accepted, want) || !sentNow(parts) {
		return
	}
	if j.Upload.MoreWillFollow {
		j.sumInParts(l, rule, parts, want)
		return
	}
	got, total, tax := decimal.Zero, decimal.Zero, decimal.Zero
	for _, p := range parts {
		got = got.Add(invoiceFigure(rule.Invoice, p.inv))
		total, tax = total.Add(p.inv.GrandTotal), tax.Add(p.inv.Tax)
	}
	j.compared(l, rule, got, want)
	if got.Equal(want) {
		j.reached = true
		return
	}
	code, field := codeTotal, "grandTotal"
	if rule.Invoice == InvoicePayable && total.Equal(want) {
		code, field = codeAmountDue, "amountDue"
	}
	j.after = append(j.after, j.wrongSum(code, "requisition["+l.Requisition+"]."+field, l, got, want))
	if tax.IsPositive() && got.Sub(tax).Equal(want) {
		j.after = append(j.after, fault.New(fault.Invalid, codeTaxOnTop, "requisition["+l.Requisition+"].tax",
			fault.Args{"tax": money.New(tax, l.Currency).String(), "want": money.New(want, l.Currency).String()}))
	}
}

// sumInParts judges an upload that is not all: below the list is incomplete, and above it the invoice that crosses is refused alone.
func (j *judgement) sumInParts(l List, rule CompareRule, parts []part, want decimal.Decimal) {
	got := decimal.Zero
	for _, p := range parts {
		if p.at >= 0 && len(j.own[p.at]) > 0 {
			continue // refused for another reason: it does not count
		}
		next := got.Add(invoiceFigure(rule.Invoice, p.inv))
		if p.at >= 0 && next.GreaterThan(want) {
			j.own[p.at] = append(j.own[p.at], j.wrongSum(codeTotal, path(p.at, "grandTotal"), l, next, want))
			if p.inv.Tax.IsPositive() && next.Sub(p.inv.Tax).Equal(want) {
				j.bad(p.at, codeTaxOnTop, "tax", fault.Args{"tax": money.New(p.inv.Tax, l.Currency).String(), "want": money.New(want, l.Currency).String()})
			}
			continue
		}
		got = next
	}
	j.compared(l, rule, got, want)
	if got.Equal(want) {
		j.reached = true
		return
	}
	missing := money.New(want.Sub(got), l.Currency)
	j.missing = &missing
	j.holds = append(j.holds, fault.New(fault.Conflict, codeIncomplete, "requisition["+l.Requisition+"]",
		fault.Args{"missing": missing.String(), "want": money.New(want, l.Currency).String(), "requisition": l.Requisition}))
}

// answered tells whether accepted invoices reach the list already; another one would be paid twice.
func (j *judgement) answered(l List, rule CompareRule, accepted []Earlier, want decimal.Decimal) bool {
	sum := decimal.Zero
	for _, e := range accepted {
		sum = sum.Add(invoiceFigure(rule.Invoice, e.Invoice))
	}
	if len(accepted) == 0 || sum.LessThan(want) {
		return false
	}
	j.after = append(j.after, fault.New(fault.Conflict, codeAnswered, "requisition["+l.Requisition+"]",
		fault.Args{"requisition": l.Requisition, "want": money.New(want, l.Currency).String(), "numbers": numbers(accepted)}))
	return true
}

// sentNow tells whether an invoice of this upload counts: where only a credit note came, there is no sum to complain about.
func sentNow(parts []part) bool {
	for _, p := range parts {
		if p.at >= 0 {
			return true
		}
	}
	return false
}

func (j *judgement) compared(l List, rule CompareRule, got, want decimal.Decimal) {
	j.seen = append(j.seen, Compared{
		Requisition: l.Requisition, InvoiceFigure: rule.Invoice, ListFigure: rule.List,
		Got: money.New(got, l.Currency), Want: money.New(want, l.Currency), Source: rule.Source,
	})
}

func (j *judgement) wrongSum(code, path string, l List, got, want decimal.Decimal) *fault.Fault {
	return fault.New(fault.Invalid, code, path, fault.Args{
		"got": j.sentAs(l) + money.Print(got, l.Currency), "want": money.New(want, l.Currency).String(),
		"difference": signed(got, want, l.Currency), "requisition": l.Requisition,
	})
}

// sentAs is the currency the invoices bear, where it is one; the figure is shown in it, since that is what the merchant wrote.
func (j *judgement) sentAs(l List) string {
	c := l.Currency
	if len(j.Upload.Invoices) > 0 {
		c = j.Upload.Invoices[0].Currency
	}
	for _, i := range j.Upload.Invoices {
		if i.Currency != c {
			return ""
		}
	}
	return string(c) + " "
}
