package einvoice

import (
	"strconv"

	"suanpan/internal/period"
)

// UBL 2.1 (OASIS), as EN 16931, Peppol BIS 3, the PINT profiles and ZATCA write it.
const (
	ublInvoice    = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
	ublCreditNote = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
)

var ublNames = names{
	"cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
	"cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}

var _ = register(Format{
	Name: "ubl",
	Detect: func(f File) bool {
		return f.Is(ublInvoice, "Invoice") || f.Is(ublCreditNote, "CreditNote")
	},
	Read: readUBL,
})

func readUBL(f File) (*Document, error) {
	r := newReading(f, ublNames)
	d := r.doc
	credit := f.root.name.Local == "CreditNote"
	line := "cac:InvoiceLine"
	d.Kind = Invoice
	if credit {
		line, d.Kind = "cac:CreditNoteLine", CreditNote
		d.TypeCode = r.text("typeCode", "cbc:CreditNoteTypeCode", false)
	} else if d.TypeCode = r.text("typeCode", "cbc:InvoiceTypeCode", true); creditCodes[d.TypeCode] {
		d.Kind = CreditNote // Saudi Arabia writes its credit notes so
	}
	d.Profile = r.text("profile", "cbc:CustomizationID", false)
	d.Number = r.text("number", "cbc:ID", true)
	r.date("cbc:IssueDate", xmlDay)
	r.currency("cbc:DocumentCurrencyCode")

	d.Net = r.amount("net", "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", false)
	d.Tax = r.amount("tax", "cac:TaxTotal/cbc:TaxAmount", false)
	d.Gross = r.amount("gross", "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", true)
	d.Prepaid = r.amount("prepaid", "cac:LegalMonetaryTotal/cbc:PrepaidAmount", false)
	d.Rounding = r.amount("rounding", "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount", false)
	d.Payable = r.amount("payable", "cac:LegalMonetaryTotal/cbc:PayableAmount", true)

	d.Seller = r.ublParty("seller", "cac:AccountingSupplierParty/cac:Party")
	d.Buyer = r.ublParty("buyer", "cac:AccountingCustomerParty/cac:Party")
	d.PayeeName = r.text("payeeName", "cac:PayeeParty/cac:PartyName/cbc:Name", false)
	d.PayeeAccountName = r.firstText("payeeAccountName", "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:Name")
	d.IBAN = r.firstText("iban", "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID")

	r.notes("cbc:Note")
	r.references(PlaceOrder, "cac:OrderReference/cbc:ID")
	r.references(PlaceContract, "cac:ContractDocumentReference/cbc:ID")
	r.references(PlaceProject, "cac:ProjectReference/cbc:ID")
	r.references(PlaceRemittance, "cac:PaymentMeans/cbc:PaymentID")
	d.Lines = len(f.root.all(ublNames, line))
	r.ublTaxes()
	return r.finish(f.Bytes)
}

func (r *reading) ublTaxes() {
	for _, sub := range r.root.all(r.ns, "cac:TaxTotal/cac:TaxSubtotal") {
		if amounts := sub.all(r.ns, "cbc:TaxAmount"); len(amounts) > 0 {
			if c := amounts[0].attr("currencyID"); c != "" && c != string(r.doc.Currency) {
				continue // the breakdown once more, in the currency of the tax office
			}
		}
		r.foundAs("taxCategories["+strconv.Itoa(len(r.doc.TaxCategories))+"]", sub, childText(sub, r.ns, "cac:TaxCategory/cbc:ID"))
		r.doc.TaxCategories = append(r.doc.TaxCategories, TaxCategory{
			Code: childText(sub, r.ns, "cac:TaxCategory/cbc:ID"), Rate: r.rate(sub, "cac:TaxCategory/cbc:Percent"),
			Base: r.rate(sub, "cbc:TaxableAmount"), Tax: r.rate(sub, "cbc:TaxAmount"),
			Reason: childText(sub, r.ns, "cac:TaxCategory/cbc:TaxExemptionReason"),
		})
	}
}

// ublParty takes the registered name as the company's; PartyName is what it trades under (BT-28) and stands in for it
// only where there is no other. Tax numbers are taken under every scheme: Singapore's is GST, not VAT.
func (r *reading) ublParty(field, path string) Party {
	var p Party
	p.Name = r.text(field+".name", path+"/cac:PartyLegalEntity/cbc:RegistrationName", false)
	trading := path + "/cac:PartyName/cbc:Name"
	if p.Name == "" {
		p.Name = r.text(field+".name", trading, true)
	} else if t := r.text(field+".tradingName", trading, false); t != p.Name {
		p.TradingName = t
	} else {
		delete(r.doc.Evidence, field+".tradingName")
	}
	p.RegistrationID = r.text(field+".registrationId", path+"/cac:PartyLegalEntity/cbc:CompanyID", false)
	p.Country = r.text(field+".country", path+"/cac:PostalAddress/cac:Country/cbc:IdentificationCode", false)
	for _, scheme := range r.root.all(r.ns, path+"/cac:PartyTaxScheme") {
		for _, id := range scheme.all(r.ns, "cbc:CompanyID") {
			if id.text != "" {
				r.found(field+".taxIds["+strconv.Itoa(len(p.TaxIDs))+"]", id)
				p.TaxIDs = append(p.TaxIDs, TaxID{Scheme: childText(scheme, r.ns, "cac:TaxScheme/cbc:ID"), ID: id.text})
			}
		}
	}
	sortTaxIDs(p.TaxIDs, r.doc.Evidence, field)
	return p
}

// xmlDay reads 2026-11-16; XML Schema lets a zone follow, which does not move the day written on the invoice.
func xmlDay(s string) (period.Day, error) {
	if len(s) > 10 && (s[10] == 'Z' || s[10] == '+' || s[10] == '-') {
		s = s[:10]
	}
	return period.ParseDay(s)
}
