package invoicing

import (
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/money"
)

// credit checks a credit note that names an invoice: the invoice has to be right so far and unpaid, and it cannot be lowered below
// nothing. Whether the law knows such notes is a national rule like any other.
func (j *judgement) credit(n int, inv Invoice) {
	of, ok := j.credited(n, inv)
	switch {
	case !ok:
		j.bad(n, codeCreditUnknown, "credits", fault.Args{"number": said(inv.Credits), "requisition": j.requisitionText()})
		return
	case of.Status == StatusPaid:
		j.bad(n, codeCreditPaid, "credits", fault.Args{"number": said(of.Number)})
		return
	case of.Invoice.Currency != inv.Currency:
		j.bad(n, codeCurrency, "currency", fault.Args{"got": said(string(inv.Currency)), "want": of.Invoice.Currency, "requisition": of.Requisition})
		return
	}
	left := of.Invoice.Due().Sub(j.lowered(n, inv))
	if by := inv.Due().Abs(); by.GreaterThan(left) || by.IsZero() {
		j.bad(n, codeCreditMore, "grandTotal", fault.Args{
			"got": money.New(by, inv.Currency).String(), "left": money.New(left, inv.Currency).String(), "number": said(of.Number),
		})
	}
}

// credited finds the invoice that a credit note names, among those of the lists that the note is sent for.
func (j *judgement) credited(n int, inv Invoice) (Earlier, bool) {
	for _, e := range j.History {
		right := e.Status == StatusPending || e.Status == StatusAccepted || e.Status == StatusPaid
		if !right || e.Invoice.IsCredit() || NumberKey(e.Number) != NumberKey(inv.Credits) {
			continue
		}
		for _, l := range j.against[n] {
			if RequisitionKey(l.Requisition) == RequisitionKey(e.Requisition) {
				return e, true
			}
		}
	}
	return Earlier{}, false
}

// lowered is by how much other credit notes, earlier ones and those before it in this upload, lower the same invoice.
func (j *judgement) lowered(n int, inv Invoice) decimal.Decimal {
	sum := decimal.Zero
	same := func(other Invoice) bool {
		return other.IsCredit() && NumberKey(other.Credits) == NumberKey(inv.Credits)
	}
	for _, e := range j.History {
		if e.Status.Live() && same(e.Invoice) {
			sum = sum.Add(e.Invoice.Due().Abs())
		}
	}
	for m, other := range j.Upload.Invoices[:n] {
		if same(other) && len(j.own[m]) == 0 {
			sum = sum.Add(other.Due().Abs())
		}
	}
	return sum
}
