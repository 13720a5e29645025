package draft

import (
	"strconv"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/period"
)

var _ = register(Form{
	Name: "cii", File: "-cii.xml", Type: "application/xml", XML: true, order: 3,
	Draw: func(d Draft, _ fault.Lang, _ *doc.Fonts) ([]byte, error) { return d.cii() },
})

// cii is the invoice in the UN/CEFACT syntax (CII D16B), as EN 16931 and Factur-X use it. Elements stand in the order of the schema.
func (d Draft) cii() ([]byte, error) {
	out, r := d.document("rsm:CrossIndustryInvoice",
		"xmlns:rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
		"xmlns:ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
		"xmlns:udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100")
	r.under("rsm:ExchangedDocumentContext").under("ram:GuidelineSpecifiedDocumentContextParameter").text("ram:ID", en16931)
	head := r.under("rsm:ExchangedDocument")
	head.yours("ram:ID", d.Number, "your invoice number")
	head.text("ram:TypeCode", commercialInvoice)
	ciiDate(head, "ram:IssueDateTime", d.Date)
	for _, n := range d.notes() {
		head.under("ram:IncludedNote").text("ram:Content", n)
	}
	trade := r.under("rsm:SupplyChainTradeTransaction")
	for n, l := range d.Lines {
		d.ciiLine(trade.under("ram:IncludedSupplyChainTradeLineItem"), n+1, l)
	}
	parties := trade.under("ram:ApplicableHeaderTradeAgreement")
	d.ciiSeller(parties.under("ram:SellerTradeParty"))
	d.ciiBuyer(parties.under("ram:BuyerTradeParty"))
	trade.under("ram:ApplicableHeaderTradeDelivery")
	d.ciiSettlement(trade.under("ram:ApplicableHeaderTradeSettlement"))
	return bytesOf(out)
}

func ciiDate(t tree, name string, day period.Day) {
	t.under(name).text("udt:DateTimeString", dayCII(day), "format", "102")
}

func (d Draft) ciiSeller(p tree) {
	p.text("ram:ID", d.List.Merchant)
	p.text("ram:Name", d.List.MerchantName)
	p.under("ram:PostalTradeAddress").text("ram:CountryID", d.List.Residence)
	id := d.sellerTaxID()
	if id.no == "" {
		p.missing("your tax number")
	}
	ciiTax(p, id)
}

func (d Draft) ciiBuyer(p tree) {
	id := d.buyerTaxID()
	p.text("ram:ID", d.List.Entity)
	p.text("ram:Name", d.List.EntityName)
	if id.no != "" && !id.vat {
		p.under("ram:SpecifiedLegalOrganization").text("ram:ID", id.no)
	}
	where := p.under("ram:PostalTradeAddress")
	where.text("ram:LineOne", d.Ground.Address)
	where.text("ram:CountryID", d.Ground.Country)
	if id.vat {
		ciiTax(p, id)
	}
}

func ciiTax(p tree, id taxID) {
	scheme := localTaxNumber
	if id.vat {
		scheme = "VA"
	}
	if id.no != "" {
		p.under("ram:SpecifiedTaxRegistration").text("ram:ID", id.no, "schemeID", scheme)
	}
}

func (d Draft) ciiSettlement(s tree) {
	s.text("ram:PaymentReference", d.List.Requisition)
	s.text("ram:InvoiceCurrencyCode", string(d.List.Currency))
	d.ciiMeans(s.under("ram:SpecifiedTradeSettlementPaymentMeans"))
	tax := s.under("ram:ApplicableTradeTax")
	tax.text("ram:CalculatedAmount", d.plain(d.Tax))
	tax.text("ram:TypeCode", "VAT")
	tax.text("ram:ExemptionReason", reasons[d.Category].text)
	tax.text("ram:BasisAmount", d.plain(d.Net))
	tax.text("ram:CategoryCode", string(d.Category))
	tax.text("ram:ExemptionReasonCode", reasons[d.Category].code)
	tax.text("ram:RateApplicablePercent", d.percent())
	ciiMonths(s, d.List.Periods)
	s.under("ram:SpecifiedTradePaymentTerms").text("ram:Description", d.terms())
	sum := s.under("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
	sum.text("ram:LineTotalAmount", d.plain(d.Net))
	sum.text("ram:TaxBasisTotalAmount", d.plain(d.Net))
	sum.text("ram:TaxTotalAmount", d.plain(d.Tax), "currencyID", string(d.List.Currency))
	sum.text("ram:GrandTotalAmount", d.plain(d.Gross))
	sum.text("ram:DuePayableAmount", d.plain(d.Gross))
}

func (d Draft) ciiMeans(m tree) {
	no, isIBAN := d.account()
	code := creditTransfer
	if no == "" {
		code = meansNotDefined
		m.missing("your account number, as certified")
	}
	m.text("ram:TypeCode", code)
	a := m.under("ram:PayeePartyCreditorFinancialAccount")
	if isIBAN {
		a.text("ram:IBANID", no)
	}
	a.text("ram:AccountName", d.List.MerchantName)
	if !isIBAN {
		a.text("ram:ProprietaryID", no)
	}
	if b := d.bankCode(); b != "" {
		m.under("ram:PayeeSpecifiedCreditorFinancialInstitution").text("ram:BICID", b)
	}
}

func ciiMonths(t tree, ms []period.Month) {
	from, to := span(ms)
	p := t.under("ram:BillingSpecifiedPeriod")
	ciiDate(p, "ram:StartDateTime", from)
	ciiDate(p, "ram:EndDateTime", to)
}

func (d Draft) ciiLine(r tree, n int, l Line) {
	r.under("ram:AssociatedDocumentLineDocument").text("ram:LineID", strconv.Itoa(n))
	r.under("ram:SpecifiedTradeProduct").text("ram:Name", l.Name)
	r.under("ram:SpecifiedLineTradeAgreement").under("ram:NetPriceProductTradePrice").text("ram:ChargeAmount", d.plain(l.Net.Abs()))
	r.under("ram:SpecifiedLineTradeDelivery").text("ram:BilledQuantity", l.quantity(), "unitCode", one)
	s := r.under("ram:SpecifiedLineTradeSettlement")
	tax := s.under("ram:ApplicableTradeTax")
	tax.text("ram:TypeCode", "VAT")
	tax.text("ram:CategoryCode", string(d.Category))
	tax.text("ram:RateApplicablePercent", d.percent())
	ciiMonths(s, l.Months)
	s.under("ram:SpecifiedTradeSettlementLineMonetarySummation").text("ram:LineTotalAmount", d.plain(l.Net))
}
