package invoicing

import (
	"context"
	"strings"

	"suanpan/internal/pg"
	"suanpan/invoicing/einvoice"
)

// evidenceNames says under which name einvoice keeps the evidence of each field.
var evidenceNames = map[string]string{
	"number": "number", "date": "issueDate", "currency": "currency", "grandTotal": "gross", "tax": "tax", "prepaid": "prepaid",
	"rounding": "rounding", "retained": "retained", "stated": "payable", "issuer": "seller.name", "billTo": "buyer.name", "accountName": "payeeAccountName", "kind": "typeCode", "fiscalId": "fiscalId",
}

// FromDocument takes what an electronic invoice says, with the places where it says so. Requisition numbers are looked for among
// those given, in the listed places of the format; a settlement period is any month that stands there.
func FromDocument(d *einvoice.Document, requisitions []string) Invoice {
	inv := Invoice{
		Number: d.LegalNumber(), Date: d.IssueDate, Currency: d.Currency, BillTo: d.Buyer.Name, Issuer: d.Seller.Name, AccountName: d.PayeeAccountName,
		GrandTotal: d.Gross, Tax: d.Tax, Prepaid: d.Prepaid, Rounding: d.Rounding, Retained: d.Retained, Kind: KindInvoice, FileHash: d.Source.SHA256, Format: d.Format,
		Evidence: map[string]Evidence{}, Findings: d.Warnings,
	}
	inv.Known, inv.Particulars = particularsOf(d)
	switch d.Kind {
	case einvoice.CreditNote:
		inv.Kind = KindCreditNote
	case einvoice.PaymentReceipt:
		inv.Kind = KindOther
	}
	inv = inv.WithFiscal(d.Format, d.FiscalID)
	if inv.AccountName == "" { // somebody else than the seller is paid
		inv.AccountName = d.PayeeName
	}
	for field, name := range evidenceNames {
		if e, ok := d.Evidence[name]; ok {
			inv.Evidence[field] = Evidence{Place: e.Where, Text: e.Raw}
		}
	}
	if _, said := d.Evidence["payable"]; said {
		stated := d.Payable
		inv.Stated = &stated
	}
	for _, f := range einvoice.FindRequisition(d, requisitions...) {
		if !contains(inv.Requisitions, f.Number) {
			inv.Requisitions = append(inv.Requisitions, f.Number)
			inv.Evidence["requisitions"] = Evidence{Place: f.Where, Text: f.Text}
		}
	}
	var found []string
	for _, f := range einvoice.FindPeriods(d) {
		if !contains(found, f.Number) {
			found = append(found, f.Number)
			inv.Evidence["period"] = Evidence{Place: f.Where, Text: f.Text}
		}
	}
	inv.Period = strings.Join(found, ", ")
	return inv
}

// ReadInvoice reads a file of a merchant; store it first, and where there is a scanner have it scanned (ScanFiles). Faults are those of
// einvoice: the file is unreadable, not refused; and INV-FILE-VIRUS, INV-FILE-WAITS.
func (s *Service) ReadInvoice(ctx context.Context, tx *pg.Tx, merchant string, content []byte) (Invoice, *einvoice.Document, error) {
	if err := s.allow(ctx, tx, merchant, hashOf(content), "file"); err != nil {
		return Invoice{}, nil, err
	}
	d, err := einvoice.ReadContext(ctx, content)
	if err != nil {
		return Invoice{}, nil, err
	}
	rs, err := selectRequisitions(ctx, tx, Filter{Merchant: merchant, Limit: 100000})
	if err != nil {
		return Invoice{}, nil, err
	}
	numbers := make([]string, len(rs))
	for i, r := range rs {
		numbers[i] = r.Number
	}
	inv := FromDocument(d, numbers)
	if inv.Kind == KindCreditNote {
		err = nameCredited(ctx, tx, merchant, d, &inv)
	}
	return inv, d, err
}

// nameCredited finds which invoice of its merchant a credit note names, in the listed places of the format. Where it names several, the first counts.
func nameCredited(ctx context.Context, tx *pg.Tx, merchant string, d *einvoice.Document, inv *Invoice) error {
	live, err := selectLiveNumbers(ctx, tx, merchant)
	if err != nil {
		return err
	}
	for _, f := range einvoice.FindRequisition(d, live...) {
		inv.Credits = f.Number
		inv.Evidence["credits"] = Evidence{Place: f.Where, Text: f.Text}
		break
	}
	return nil
}
