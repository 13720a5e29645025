package draft

import (
	"strconv"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/money"
)

var _ = register(Form{
	Name: "ubl", File: "-ubl.xml", Type: "application/xml", XML: true, order: 1,
	Draw: func(d Draft, _ fault.Lang, _ *doc.Fonts) ([]byte, error) { return d.ubl() },
})

// ubl is the invoice in UBL 2.1 (OASIS), as EN 16931 uses it. Elements stand in the order of the schema.
func (d Draft) ubl() ([]byte, error) {
	out, r := d.document("Invoice",
		"xmlns", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
		"xmlns:cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
		"xmlns:cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2")
	r.text("cbc:CustomizationID", en16931)
	r.yours("cbc:ID", d.Number, "your invoice number")
	r.text("cbc:IssueDate", d.Date.String())
	r.text("cbc:InvoiceTypeCode", commercialInvoice)
	for _, n := range d.notes() {
		r.text("cbc:Note", n)
	}
	r.text("cbc:DocumentCurrencyCode", string(d.List.Currency))
	from, to := span(d.List.Periods)
	months := r.under("cac:InvoicePeriod")
	months.text("cbc:StartDate", from.String())
	months.text("cbc:EndDate", to.String())
	d.ublSeller(r.under("cac:AccountingSupplierParty").under("cac:Party"))
	d.ublBuyer(r.under("cac:AccountingCustomerParty").under("cac:Party"))
	d.ublMeans(r.under("cac:PaymentMeans"))
	r.under("cac:PaymentTerms").text("cbc:Note", d.terms())
	d.ublTotals(r)
	for n, l := range d.Lines {
		d.ublLine(r.under("cac:InvoiceLine"), n+1, l)
	}
	return bytesOf(out)
}

func (d Draft) ublSeller(p tree) {
	p.under("cac:PartyIdentification").text("cbc:ID", d.List.Merchant)
	p.under("cac:PostalAddress").under("cac:Country").text("cbc:IdentificationCode", d.List.Residence)
	id := d.sellerTaxID()
	switch {
	case id.no == "":
		p.missing("your tax number")
	case !id.vat:
		ublTax(p, id.no, localTaxNumber)
	default:
		ublTax(p, id.no, "VAT")
	}
	p.under("cac:PartyLegalEntity").text("cbc:RegistrationName", d.List.MerchantName)
}

func (d Draft) ublBuyer(p tree) {
	p.under("cac:PartyIdentification").text("cbc:ID", d.List.Entity)
	where := p.under("cac:PostalAddress")
	where.text("cbc:StreetName", d.Ground.Address)
	where.under("cac:Country").text("cbc:IdentificationCode", d.Ground.Country)
	id := d.buyerTaxID()
	if id.vat {
		ublTax(p, id.no, "VAT")
	}
	legal := p.under("cac:PartyLegalEntity")
	legal.text("cbc:RegistrationName", d.List.EntityName)
	if !id.vat {
		legal.text("cbc:CompanyID", id.no)
	}
}

func ublTax(p tree, id, scheme string) {
	t := p.under("cac:PartyTaxScheme")
	t.text("cbc:CompanyID", id)
	t.under("cac:TaxScheme").text("cbc:ID", scheme)
}

func (d Draft) ublMeans(m tree) {
	no, _ := d.account()
	code := creditTransfer
	if no == "" {
		code = meansNotDefined
	}
	m.text("cbc:PaymentMeansCode", code)
	m.text("cbc:PaymentID", d.List.Requisition)
	a := m.under("cac:PayeeFinancialAccount")
	if no == "" {
		a.missing("your account number, as certified")
	}
	a.text("cbc:ID", no)
	a.text("cbc:Name", d.List.MerchantName)
	if b := d.bankCode(); b != "" {
		a.under("cac:FinancialInstitutionBranch").text("cbc:ID", b)
	}
}

func (d Draft) ublTotals(r tree) {
	cur := []string{"currencyID", string(d.List.Currency)}
	total := r.under("cac:TaxTotal")
	total.text("cbc:TaxAmount", d.plain(d.Tax), cur...)
	sub := total.under("cac:TaxSubtotal")
	sub.text("cbc:TaxableAmount", d.plain(d.Net), cur...)
	sub.text("cbc:TaxAmount", d.plain(d.Tax), cur...)
	c := sub.under("cac:TaxCategory")
	c.text("cbc:ID", string(d.Category))
	c.text("cbc:Percent", d.percent())
	c.text("cbc:TaxExemptionReasonCode", reasons[d.Category].code)
	c.text("cbc:TaxExemptionReason", reasons[d.Category].text)
	c.under("cac:TaxScheme").text("cbc:ID", "VAT")

	sum := r.under("cac:LegalMonetaryTotal")
	sum.text("cbc:LineExtensionAmount", d.plain(d.Net), cur...)
	sum.text("cbc:TaxExclusiveAmount", d.plain(d.Net), cur...)
	sum.text("cbc:TaxInclusiveAmount", d.plain(d.Gross), cur...)
	sum.text("cbc:PayableAmount", d.plain(d.Gross), cur...)
}

func (d Draft) ublLine(r tree, n int, l Line) {
	cur := []string{"currencyID", string(d.List.Currency)}
	r.text("cbc:ID", strconv.Itoa(n))
	r.text("cbc:InvoicedQuantity", l.quantity(), "unitCode", one)
	r.text("cbc:LineExtensionAmount", d.plain(l.Net), cur...)
	from, to := span(l.Months)
	months := r.under("cac:InvoicePeriod")
	months.text("cbc:StartDate", from.String())
	months.text("cbc:EndDate", to.String())
	item := r.under("cac:Item")
	item.text("cbc:Name", l.Name)
	c := item.under("cac:ClassifiedTaxCategory")
	c.text("cbc:ID", string(d.Category))
	c.text("cbc:Percent", d.percent())
	c.under("cac:TaxScheme").text("cbc:ID", "VAT")
	r.under("cac:Price").text("cbc:PriceAmount", d.plain(l.Net.Abs()), cur...)
}

// quantity is one, taken back where a bill gives money back: a price is never negative (BR-27).
func (l Line) quantity() string {
	if l.Net.IsNegative() {
		return "-1"
	}
	return "1"
}

// percent is the rate; a draft outside the tax has none (BR-O-05).
func (d Draft) percent() string {
	if d.Category == OutsideTax {
		return ""
	}
	return money.Exact(d.Rate)
}

// taxID is a tax number and whether it is a VAT identifier.
type taxID struct {
	no  string
	vat bool
}

// sellerTaxID is the merchant's. An invoice outside the tax bears no VAT identifier (BR-O-02): then it is a local number.
func (d Draft) sellerTaxID() taxID {
	no := compact(d.Values["partner_vat_no"])
	return taxID{no, d.Category != OutsideTax && vat(no, d.List.Residence)}
}

// buyerTaxID is the entity's.
func (d Draft) buyerTaxID() taxID {
	no := compact(d.List.EntityTaxID)
	return taxID{no, d.Category != OutsideTax && vat(no, d.Ground.Country)}
}
