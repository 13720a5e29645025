package einvoice

import (
	"strconv"
	"strings"

	"suanpan/internal/period"
	"suanpan/money"
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
	Name:   "ubl",
	Detect: isUBL,
	Read:   func(f File) (*Document, error) { return readingUBL(f).finish(f.Bytes) },
})

func isUBL(f File) bool { return f.Is(ublInvoice, "Invoice") || f.Is(ublCreditNote, "CreditNote") }

func readingUBL(f File) *reading {
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
	if d.Profile = r.text("profile", "cbc:CustomizationID", false); d.Profile == "" {
		d.Profile = r.text("profile", "cbc:ProfileID", false) // Saudi Arabia names only this one
	} else {
		d.Process = r.text("process", "cbc:ProfileID", false)
	}
	d.FiscalID = r.text("fiscalId", "cbc:UUID", false)
	d.Number = r.text("number", "cbc:ID", true)
	r.date("cbc:IssueDate", xmlDay)
	r.currency("cbc:DocumentCurrencyCode")

	d.LineTotal = r.amount("lineTotal", "cac:LegalMonetaryTotal/cbc:LineExtensionAmount", false)
	d.Discount = r.amount("discount", "cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount", false)
	d.Charges = r.amount("charges", "cac:LegalMonetaryTotal/cbc:ChargeTotalAmount", false)
	d.Net = r.amount("net", "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", false)
	d.Tax = r.amount("tax", "cac:TaxTotal/cbc:TaxAmount", false)
	d.Gross = r.amount("gross", "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount", true)
	d.Prepaid = r.amount("prepaid", "cac:LegalMonetaryTotal/cbc:PrepaidAmount", false)
	d.Retained = r.total("retained", false, "+cac:WithholdingTaxTotal/cbc:TaxAmount") // Turkey's tevkifat
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
	r.preceding("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID")
	r.preceding("cac:BillingReference/cac:CreditNoteDocumentReference/cbc:ID")
	r.ublTaxes()
	r.ublAccounting()
	r.checkFigures(r.ublParts(line))
	return r
}

// ublParts are the amounts of the lines, and of the discounts and charges on the whole document.
func (r *reading) ublParts(line string) parts {
	p := parts{lines: r.root.all(r.ns, line+"/cbc:LineExtensionAmount")}
	for _, n := range r.root.all(r.ns, "cac:AllowanceCharge") {
		amount := n.all(r.ns, "cbc:Amount")
		if strings.EqualFold(childText(n, r.ns, "cbc:ChargeIndicator"), "true") {
			p.charges = append(p.charges, amount...)
		} else {
			p.allowances = append(p.allowances, amount...)
		}
	}
	return p
}

func (r *reading) ublTaxes() {
	for _, sub := range r.root.all(r.ns, "cac:TaxTotal/cac:TaxSubtotal") {
		if amounts := sub.all(r.ns, "cbc:TaxAmount"); len(amounts) > 0 {
			if c := amounts[0].attr("currencyID"); c != "" && c != string(r.doc.Currency) {
				continue // the breakdown once more, in the currency of the tax office
			}
		}
		c := TaxCategory{
			Code: childText(sub, r.ns, "cac:TaxCategory/cbc:ID"), Local: childText(sub, r.ns, "cac:TaxCategory/cac:TaxScheme/cbc:TaxTypeCode"),
			Rate: r.rate(sub, "cac:TaxCategory/cbc:Percent"), Base: r.rate(sub, "cbc:TaxableAmount"), Tax: r.rate(sub, "cbc:TaxAmount"),
			Reason: childText(sub, r.ns, "cac:TaxCategory/cbc:TaxExemptionReason"),
		}
		if rate := r.rate(sub, "cbc:Percent"); c.Rate.IsZero() && !rate.IsZero() { // Turkey writes it here
			c.Rate = rate
		}
		r.category(sub, c)
	}
}

// ublAccounting reads the totals that a seller whose books are in another currency repeats in it: the tax everywhere, and in
// Singapore the net and gross amounts as two documents referred to (PINT-SG).
func (r *reading) ublAccounting() {
	d := r.doc
	c := r.firstText("accounting.currency", "cbc:TaxCurrencyCode")
	for _, rate := range []string{"cac:TaxExchangeRate", "cac:PricingExchangeRate"} {
		if c == "" {
			c = r.firstText("accounting.currency", rate+"/cbc:TargetCurrencyCode")
		}
	}
	if c == "" || c == string(d.Currency) {
		delete(d.Evidence, "accounting.currency")
		return
	}
	t := &Totals{Currency: money.Currency(c)}
	d.Accounting = t
	t.Tax = r.amountIn("accounting.tax", "cac:TaxTotal/cbc:TaxAmount", t.Currency)
	for _, rate := range []string{"cac:TaxExchangeRate", "cac:PricingExchangeRate"} {
		if t.Rate.IsZero() {
			t.Rate = r.amount("accounting.rate", rate+"/cbc:CalculationRate", false)
		}
	}
	for _, ref := range r.root.all(r.ns, "cac:AdditionalDocumentReference") {
		text := ref.all(r.ns, "cbc:DocumentDescription")
		if childText(ref, r.ns, "cbc:ID") != c || len(text) == 0 {
			continue
		}
		switch childText(ref, r.ns, "cbc:DocumentTypeCode") {
		case "sgdtotal-excl-gst":
			t.Net, _ = r.parse(text[0])
			r.found("accounting.net", text[0])
		case "sgdtotal-incl-gst":
			t.Gross, _ = r.parse(text[0])
			r.found("accounting.gross", text[0])
		}
	}
}

// ublParty takes the registered name as the company's; PartyName is what it trades under (BT-28) and stands in for it
// only where there is no other. Tax numbers are taken under every scheme: Singapore's is GST, not VAT.
func (r *reading) ublParty(field, path string) Party {
	var p Party
	p.Name = r.text(field+".name", path+"/cac:PartyLegalEntity/cbc:RegistrationName", false)
	trading := path + "/cac:PartyName/cbc:Name"
	if p.Name == "" {
		p.Name = r.ublName(field, path)
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
	r.ublIdentified(&p, field, path)
	sortTaxIDs(p.TaxIDs, r.doc.Evidence, field)
	return p
}

// ublName is what a party without a registered name is called: by its trading name, or in Turkey a person's two names.
func (r *reading) ublName(field, path string) string {
	first, last := r.only(path+"/cac:Person/cbc:FirstName"), r.only(path+"/cac:Person/cbc:FamilyName")
	if first == nil || last == nil || r.only(path+"/cac:PartyName/cbc:Name") != nil {
		return r.text(field+".name", path+"/cac:PartyName/cbc:Name", true)
	}
	name := first.text + " " + last.text
	r.doc.Evidence[field+".name"] = Evidence{Where: r.where(first) + " + " + r.where(last), Raw: clip(name, 200), Derived: true}
	return name
}

// ublIdentified takes the numbers that some countries write among a party's identifications: Turkey its tax numbers, Saudi Arabia the
// commercial registration.
func (r *reading) ublIdentified(p *Party, field, path string) {
	for _, id := range r.root.all(r.ns, path+"/cac:PartyIdentification/cbc:ID") {
		switch scheme := id.attr("schemeID"); {
		case id.text == "":
		case scheme == "VKN" || scheme == "TCKN":
			r.found(field+".taxIds["+strconv.Itoa(len(p.TaxIDs))+"]", id)
			p.TaxIDs = append(p.TaxIDs, TaxID{Scheme: scheme, ID: id.text})
		case scheme == "CRN" && p.RegistrationID == "":
			r.found(field+".registrationId", id)
			p.RegistrationID = id.text
		}
	}
}

// xmlDay reads 2026-11-16; XML Schema lets a zone follow, which does not move the day written on the invoice.
func xmlDay(s string) (period.Day, error) {
	if len(s) > 10 && (s[10] == 'Z' || s[10] == '+' || s[10] == '-') {
		s = s[:10]
	}
	return period.ParseDay(s)
}
