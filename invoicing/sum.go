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
	var sent, taxes totals
	total := decimal.Zero
	for _, p := range parts {
		sent, taxes = sent.add(invoiceFigure(rule.Invoice, p.inv), p.inv.Currency), taxes.add(p.inv.Tax, p.inv.Currency)
		total = total.Add(p.inv.GrandTotal)
	}
	got, tax := sent.figure(), taxes.figure()
	j.compared(l, rule, sent, want)
	if got.Equal(want) {
		j.reached = true
		return
	}
	code, field := codeTotal, "grandTotal"
	if rule.Invoice == InvoicePayable && total.Equal(want) {
		code, field = codeAmountDue, "amountDue"
	}
	j.after = append(j.after, j.wrongSum(code, "requisition["+l.Requisition+"]."+field, l, sent, want))
	if tax.IsPositive() && got.Sub(tax).Equal(want) {
		j.after = append(j.after, fault.New(fault.Invalid, codeTaxOnTop, "requisition["+l.Requisition+"].tax",
			fault.Args{"tax": taxes.String(), "want": money.New(want, l.Currency).String()}))
	}
}

// sumInParts judges an upload that is not all: below the list is incomplete, and above it the invoice that crosses is refused alone.
func (j *judgement) sumInParts(l List, rule CompareRule, parts []part, want decimal.Decimal) {
	var sent totals
	for _, p := range parts {
		if p.at >= 0 && len(j.own[p.at]) > 0 {
			continue // refused for another reason: it does not count
		}
		with := sent.add(invoiceFigure(rule.Invoice, p.inv), p.inv.Currency)
		if next := with.figure(); p.at >= 0 && next.GreaterThan(want) {
			j.own[p.at] = append(j.own[p.at], j.wrongSum(codeTotal, path(p.at, "grandTotal"), l, with, want))
			if p.inv.Tax.IsPositive() && next.Sub(p.inv.Tax).Equal(want) {
				j.bad(p.at, codeTaxOnTop, "tax", fault.Args{"tax": money.New(p.inv.Tax, p.inv.Currency).String(), "want": money.New(want, l.Currency).String()})
			}
			continue
		}
		sent = with
	}
	got := sent.figure()
	j.compared(l, rule, sent, want)
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

func (j *judgement) compared(l List, rule CompareRule, sent totals, want decimal.Decimal) {
	c := Compared{
		Requisition: l.Requisition, InvoiceFigure: rule.Invoice, ListFigure: rule.List,
		Got: money.Zero(l.Currency), Want: money.New(want, l.Currency), Source: rule.Source,
	}
	switch len(sent) {
	case 0: // everything sent was refused for another reason: nothing counts
	case 1:
		c.Got = sent[0]
	default:
		c.Got, c.Mixed = money.Amount{}, sent
	}
	j.seen = append(j.seen, c)
}

func (j *judgement) wrongSum(code, path string, l List, sent totals, want decimal.Decimal) *fault.Fault {
	asked := money.New(want, l.Currency)
	return fault.New(fault.Invalid, code, path, fault.Args{
		"got": sent.String(), "want": asked.String(), "difference": sent.difference(asked), "requisition": l.Requisition,
	})
}
