package demo

import (
	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/invoicing"
	"suanpan/money"
)

// Answer is what a merchant of the demo does with its invoice list.
type Answer string

// The answers that are played.
const (
	Right   Answer = "right"   // one invoice, as the list asks
	Parts   Answer = "parts"   // a first invoice of two: the rest is missing
	Wrong   Answer = "wrong"   // a cent too much, in a name that is not the entity's
	Nothing Answer = "nothing" // has not answered yet
)

// AnswerOf is what the merchant does.
func AnswerOf(merchant string) Answer {
	if a, ok := answers[merchant]; ok {
		return a
	}
	return Nothing
}

// Send is what the merchant sends for its list, dated on the given day; false where it sends nothing yet.
func Send(l invoicing.List, day period.Day) (invoicing.Send, bool) {
	inv := invoicing.Invoice{
		Number: Mark + "-INV-" + l.Requisition, Date: day, Currency: l.Currency, BillTo: l.EntityName, Issuer: l.MerchantName, AccountName: l.MerchantName,
		Requisitions: []string{l.Requisition}, Period: l.PeriodText(), GrandTotal: l.Payable, Kind: invoicing.KindInvoice, Format: "typed",
	}
	s := invoicing.Send{Merchant: l.Merchant, Requisition: l.Requisition, ListAttached: true, Filled: map[string]string{}}
	switch AnswerOf(l.Merchant) {
	case Right:
	case Parts:
		s.MoreWillFollow = true
		inv.GrandTotal = part(l)
	case Wrong:
		inv.GrandTotal = inv.GrandTotal.Add(cent(l))
		inv.BillTo = l.EntityName + wrongForm
	default:
		return s, false
	}
	s.Invoices = []invoicing.Invoice{inv}
	for _, name := range l.Blank(nil) {
		if v := filled[name]; v != "" {
			s.Filled[name] = v
		}
	}
	return s, true
}

// part is what the first invoice of two is over.
func part(l invoicing.List) decimal.Decimal {
	return money.Round(l.Payable.Mul(decimal.New(6, -1)), l.Currency)
}

// cent is the smallest amount of the list's currency.
func cent(l invoicing.List) decimal.Decimal { return decimal.New(1, -l.Currency.MinorUnits()) }
