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
	credits, invoices := sentNow(parts)
	if (credits == 0 && j.answered(l, rule, accepted, want)) || credits+invoices == 0 {
		return
	}
	if j.Upload.MoreWillFollow || invoices == 0 { // a credit note alone always leaves something to follow
		j.sumInParts(l, rule, parts, want)
		return
	}
	var sent, taxes totals
	total := decimal.Zero
	for _, p := range parts {
		sent, taxes = sent.add(invoiceFigure(rule.Invoice, p.inv), p.inv.Currency), taxes.add(p.inv.signed(p.inv.Tax), p.inv.Currency)
		total = total.Add(p.inv.signed(p.inv.GrandTotal))
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
	if j.sumTolerated(l, code, "requisition["+l.Requisition+"]."+field, sent, want) {
		j.reached = true
		return
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
	tolerated := false
	for _, p := range parts {
		if p.at >= 0 && len(j.own[p.at]) > 0 {
			continue // refused for another reason: it does not count
		}
		with := sent.add(invoiceFigure(rule.Invoice, p.inv), p.inv.Currency)
		if next := with.figure(); p.at >= 0 && next.GreaterThan(want) {
			if j.sumTolerated(l, codeTotal, path(p.at, "grandTotal"), with, want) {
				sent, tolerated = with, true
				continue
			}
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
	if got.Equal(want) || tolerated {
		j.reached = true
		return
	}
	missing := money.New(want.Sub(got), l.Currency)
	j.missing = &missing
	j.holds = append(j.holds, fault.New(fault.Conflict, codeIncomplete, "requisition["+l.Requisition+"]",
		fault.Args{"missing": missing.String(), "want": money.New(want, l.Currency).String(), "requisition": l.Requisition}))
}

// sumTolerated tells whether a sum is off by no more than the entity takes by itself; only where it is all in the list's currency.
func (j *judgement) sumTolerated(l List, code, path string, sent totals, want decimal.Decimal) bool {
	return len(sent) == 1 && sent[0].Currency == l.Currency && j.tolerates(l, code, path, sent[0].Value.Sub(want).Abs(), string(l.Currency))
}

// answered tells whether accepted invoices reach the list already; another one would be paid twice.
func (j *judgement) answered(l List, rule CompareRule, accepted []Earlier, want decimal.Decimal) bool {
	sum := decimal.Zero
	for _, e := range accepted {
		sum = sum.Add(invoiceFigure(rule.Invoice, e.Invoice))
	}
	if (len(accepted) == 0 || sum.LessThan(want)) && !j.Answered[RequisitionKey(l.Requisition)] {
		return false
	}
	j.after = append(j.after, fault.New(fault.Conflict, codeAnswered, "requisition["+l.Requisition+"]",
		fault.Args{"requisition": l.Requisition, "want": money.New(want, l.Currency).String(), "numbers": numbers(accepted)}))
	return true
}

// sentNow counts what of this upload counts towards a list. Where nothing does, there is no sum to complain about.
func sentNow(parts []part) (credits, invoices int) {
	for _, p := range parts {
		switch {
		case p.at < 0:
		case p.inv.IsCredit():
			credits++
		default:
			invoices++
		}
	}
	return credits, invoices
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
