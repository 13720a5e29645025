package einvoice

import (
	"sort"
	"strconv"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// CII D16B (UN/CEFACT), as EN 16931, Factur-X and ZUGFeRD 2 write it.
const ciiInvoice = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"

var ciiNames = names{
	"rsm": ciiInvoice,
	"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
	"udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}

var _ = register(Format{
	Name:   "cii",
	Detect: isCII,
	Read:   func(f File) (*Document, error) { return readingCII(f).finish(f.Bytes) },
})

func isCII(f File) bool { return f.Is(ciiInvoice, "CrossIndustryInvoice") }

func readingCII(f File) *reading {
	const (
		head      = "rsm:ExchangedDocument/"
		trade     = "rsm:SupplyChainTradeTransaction/"
		agreement = trade + "ram:ApplicableHeaderTradeAgreement/"
		pay       = trade + "ram:ApplicableHeaderTradeSettlement/"
		sum       = pay + "ram:SpecifiedTradeSettlementHeaderMonetarySummation/"
		means     = pay + "ram:SpecifiedTradeSettlementPaymentMeans/"
		account   = means + "ram:PayeePartyCreditorFinancialAccount/"
	)
	r := newReading(f, ciiNames)
	d := r.doc
	d.Kind = Invoice
	if d.TypeCode = r.text("typeCode", head+"ram:TypeCode", true); creditCodes[d.TypeCode] {
		d.Kind = CreditNote
	}
	d.Process = r.text("process", "rsm:ExchangedDocumentContext/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", false)
	d.Profile = r.text("profile", "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", false)
	d.Number = r.text("number", head+"ram:ID", true)
	r.date(head+"ram:IssueDateTime/udt:DateTimeString", ciiDay)
	r.currency(pay + "ram:InvoiceCurrencyCode")

	d.LineTotal = r.amount("lineTotal", sum+"ram:LineTotalAmount", false)
	d.Discount = r.amount("discount", sum+"ram:AllowanceTotalAmount", false)
	d.Charges = r.amount("charges", sum+"ram:ChargeTotalAmount", false)
	d.Net = r.amount("net", sum+"ram:TaxBasisTotalAmount", false)
	d.Tax = r.amount("tax", sum+"ram:TaxTotalAmount", false)
	d.Gross = r.amount("gross", sum+"ram:GrandTotalAmount", true)
	d.Prepaid = r.amount("prepaid", sum+"ram:TotalPrepaidAmount", false)
	d.Rounding = r.amount("rounding", sum+"ram:RoundingAmount", false)
	d.Payable = r.amount("payable", sum+"ram:DuePayableAmount", true)

	d.Seller = r.ciiParty("seller", agreement+"ram:SellerTradeParty")
	d.Buyer = r.ciiParty("buyer", agreement+"ram:BuyerTradeParty")
	d.PayeeName = r.text("payeeName", pay+"ram:PayeeTradeParty/ram:Name", false)
	d.PayeeAccountName = r.firstText("payeeAccountName", account+"ram:AccountName")
	if d.IBAN = r.firstText("iban", account+"ram:IBANID"); d.IBAN == "" {
		d.IBAN = r.firstText("iban", account+"ram:ProprietaryID")
	}

	r.notes(head + "ram:IncludedNote/ram:Content")
	r.references(PlaceOrder, agreement+"ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID")
	r.references(PlaceContract, agreement+"ram:ContractReferencedDocument/ram:IssuerAssignedID")
	r.references(PlaceProject, agreement+"ram:SpecifiedProcuringProject/ram:ID")
	r.references(PlaceRemittance, pay+"ram:PaymentReference")
	r.preceding(pay + "ram:InvoiceReferencedDocument/ram:IssuerAssignedID")
	r.ciiAccounting(pay, sum)
	d.Lines = len(f.root.all(ciiNames, trade+"ram:IncludedSupplyChainTradeLineItem"))
	for _, tax := range f.root.all(ciiNames, pay+"ram:ApplicableTradeTax") {
		code := childText(tax, ciiNames, "ram:CategoryCode")
		r.category(tax, TaxCategory{
			Code: code, Rate: r.rate(tax, "ram:RateApplicablePercent"), Base: r.rate(tax, "ram:BasisAmount"),
			Tax: r.rate(tax, "ram:CalculatedAmount"), Reason: childText(tax, ciiNames, "ram:ExemptionReason"),
		})
	}
	r.checkFigures(r.ciiParts(trade, pay))
	return r
}

// ciiAccounting reads the tax in the currency of the seller's books.
func (r *reading) ciiAccounting(pay, sum string) {
	d := r.doc
	if c := r.firstText("accounting.currency", pay+"ram:TaxCurrencyCode"); c != "" && c != string(d.Currency) {
		d.Accounting = &Totals{Currency: money.Currency(c)}
		d.Accounting.Tax = r.amountIn("accounting.tax", sum+"ram:TaxTotalAmount", d.Accounting.Currency)
		d.Accounting.Rate = r.amount("accounting.rate", pay+"ram:TaxApplicableTradeCurrencyExchange/ram:ConversionRate", false)
	} else {
		delete(d.Evidence, "accounting.currency")
	}
}

// ciiParts are the amounts of the lines, and of the discounts and charges on the whole document, freight among the latter
// (Factur-X EXTENDED).
func (r *reading) ciiParts(trade, pay string) parts {
	p := parts{charges: r.root.all(r.ns, pay+"ram:SpecifiedLogisticsServiceCharge/ram:AppliedAmount")}
	for _, n := range r.root.all(r.ns, pay+"ram:SpecifiedTradeAllowanceCharge") {
		amount := n.all(r.ns, "ram:ActualAmount")
		if childText(n, r.ns, "ram:ChargeIndicator/udt:Indicator") == "true" {
			p.charges = append(p.charges, amount...)
		} else {
			p.allowances = append(p.allowances, amount...)
		}
	}
	for _, line := range r.root.all(ciiNames, trade+"ram:IncludedSupplyChainTradeLineItem") {
		// A group repeats what its lines come to, an information adds nothing (Factur-X EXTENDED).
		switch childText(line, ciiNames, "ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode") {
		case "GROUP", "INFORMATION":
		default:
			p.lines = append(p.lines, line.all(ciiNames, "ram:SpecifiedLineTradeSettlement/"+
				"ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount")...)
		}
	}
	return p
}

func (r *reading) ciiParty(field, path string) Party {
	p := Party{
		Name:           r.text(field+".name", path+"/ram:Name", true),
		TradingName:    r.text(field+".tradingName", path+"/ram:SpecifiedLegalOrganization/ram:TradingBusinessName", false),
		RegistrationID: r.text(field+".registrationId", path+"/ram:SpecifiedLegalOrganization/ram:ID", false),
		Country:        r.text(field+".country", path+"/ram:PostalTradeAddress/ram:CountryID", false),
	}
	for _, id := range r.root.all(r.ns, path+"/ram:SpecifiedTaxRegistration/ram:ID") {
		if id.text == "" {
			continue
		}
		scheme := id.attr("schemeID")
		if scheme == "VA" {
			scheme = "VAT" // as UBL calls it
		}
		r.found(field+".taxIds["+strconv.Itoa(len(p.TaxIDs))+"]", id)
		p.TaxIDs = append(p.TaxIDs, TaxID{Scheme: scheme, ID: id.text})
	}
	sortTaxIDs(p.TaxIDs, r.doc.Evidence, field)
	return p
}

// sortTaxIDs orders tax numbers by scheme, so that the two syntaxes of one invoice read alike, and their evidence with them.
func sortTaxIDs(ids []TaxID, evidence map[string]Evidence, field string) {
	key := func(i int) string { return field + ".taxIds[" + strconv.Itoa(i) + "]" }
	type found struct {
		id TaxID
		ev Evidence
	}
	all := make([]found, len(ids))
	for i := range ids {
		all[i] = found{ids[i], evidence[key(i)]}
	}
	sort.SliceStable(all, func(a, b int) bool { return all[a].id.Scheme > all[b].id.Scheme })
	for i := range all {
		ids[i], evidence[key(i)] = all[i].id, all[i].ev
	}
}

// ciiDay reads 20261116 (UNTDID 2379, format 102, the only one EN 16931 allows).
func ciiDay(s string) (period.Day, error) {
	t, err := time.Parse("20060102", s)
	if err != nil {
		return period.Day{}, fault.New(fault.Invalid, "EINV-DATE", "", fault.Args{"value": s}).Wrap(err)
	}
	return period.DayOf(t, time.UTC), nil
}
