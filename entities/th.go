package entities

import (
	"regexp"
	"strings"
	"unicode"

	"suanpan/internal/period"
)

const thRevenue = "Revenue Code s. 86/4"

var thBranch = regexp.MustCompile(`^[0-9]{5}$`)

func thInvoice(currency string, p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{
		ReceivedAt: at("2026-11-25T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: currencyOf(currency), Tax: figure("7"), Resident: true, Known: known, Particulars: p,
	}
}

var thParty = PartyFacts{TaxIDs: []string{"0105544059925"}, Branch: "00000"}

var _ = register(&Jurisdiction{
	ID: "th", Country: "TH", Name: "Thailand", Names: Words{"Thailand", "泰国", "Tailândia"}, ZoneName: "Asia/Bangkok", Calendar: "th", Currency: "THB", TaxID: validTIN,
	Rates: []TaxRate{{Percent: "7", Kind: FromWeak, Source: "phongphanichaccounting.com; how long the rate stands is not said"}},
	Rules: []Rule{
		{
			Code: "TH-TAX-INVOICE", Kind: FromLaw, Refuses: true, Source: thRevenue, Needs: []Part{PartSeller, PartBuyer, PartTitle}, find: thTaxInvoice,
			Says: Words{"A document that calls itself a tax invoice bears the 13-digit tax numbers of both parties.", "自称税务发票的凭证须载有双方 13 位税号。", "Um documento que se diz tax invoice traz os números fiscais de 13 dígitos de ambas as partes."},
		},
		{
			Code: "TH-TITLE", Kind: FromLaw, Source: thRevenue + "; whether the paper in hand is the tax invoice or comes before it cannot be told", Needs: []Part{PartTitle}, find: printed("tax invoice", "ใบกำกับภาษี"),
			Says: Words{"The document that VAT is deducted on bears the words \"Tax Invoice\".", "用于抵扣增值税的凭证须写明 \"Tax Invoice\"。", "O documento com que se deduz o IVA traz as palavras \"Tax Invoice\"."},
		},
		{
			Code: "TH-BRANCH", Kind: FromLaw, Source: thRevenue + "; where the number stands differs", Needs: []Part{PartBranch}, find: thHeadOffice,
			Says: Words{"Both parties are named with head office or a branch number of five digits (00000 is the head office).", "双方须注明总部或五位分支机构号（00000 为总部）。", "Ambas as partes trazem a sede ou um número de filial de cinco dígitos (00000 é a sede)."},
		},
		{
			Code: "TH-THAI", Kind: FromLaw, Source: thRevenue + "; whether the Director-General approved another language is not known here", Needs: []Part{PartTitle}, find: thLanguage,
			Says: Words{"In Thai, unless the Director-General approved another language.", "以泰文开具，除非税务厅长批准使用其他语言。", "Em tailandês, salvo se o diretor-geral aprovou outra língua."},
		},
		{
			Code: "TH-THB-TOTALS", Kind: FromWeak, Source: "phongphanichaccounting.com; invoicedataextraction.com", Needs: []Part{PartLocal}, find: localTotals("THB"),
			Says: Words{"A foreign currency shows both currencies, at a rate of the Bank of Thailand.", "使用外币时须按泰国银行汇率同时列示两种币种。", "Em moeda estrangeira mostram-se as duas moedas, à taxa do Banco da Tailândia."},
		},
		{
			Code: "TH-SERVICE-POINT", Kind: FromWeak, Source: "practice of bookkeepers",
			Says: Words{"VAT of a service falls due with payment: the tax invoice may follow the payment.", "服务的增值税于付款时产生：税务发票可在付款后开具。", "O IVA de um serviço vence com o pagamento: a tax invoice pode vir depois dele."},
		},
		{
			Code: "TH-WHT-CERTIFICATE", Kind: FromLaw, Source: "T.P. 4/2528, in translation",
			Says: Words{"The payer of a service gives a certificate of the tax it withheld; the lines are the setting withholding.", "服务的付款方须出具代扣税凭证；各项由设置 withholding 给出。", "O pagador de um serviço dá um certificado do imposto retido; as linhas são a configuração withholding."},
		},
	},
	Examples: []Example{
		{"no window in the month", InvoiceFacts{ReceivedAt: at("2026-11-25T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "EUR"}, nil},
		{"a full tax invoice", thInvoice("THB", Particulars{Title: "ใบกำกับภาษี / Tax Invoice", Seller: thParty, Buyer: thParty, Taxes: []TaxFacts{{Category: "S", Percent: figure("7"), Tax: figure("7")}}}, PartSeller, PartBuyer, PartTitle, PartBranch, PartTaxes), nil},
		{"a tax invoice without the buyer's number", thInvoice("THB", Particulars{Title: "ใบกำกับภาษี", Seller: thParty, Buyer: PartyFacts{}}, PartSeller, PartBuyer, PartTitle), []string{"TH-TAX-INVOICE"}},
		{"an invoice before its tax invoice", thInvoice("THB", Particulars{Title: "ใบแจ้งหนี้", Seller: thParty}, PartSeller, PartBuyer, PartTitle), []string{"TH-TITLE"}},
		{"in English", thInvoice("THB", Particulars{Title: "TAX INVOICE"}, PartTitle), []string{"TH-THAI"}},
		{"a branch of four digits", thInvoice("THB", Particulars{Seller: PartyFacts{Branch: "0001"}, Buyer: thParty}, PartBranch), []string{"TH-BRANCH"}},
		{"in dollars alone", thInvoice("USD", Particulars{}, PartLocal), []string{"TH-THB-TOTALS"}},
		{"a TIN whose check digit does not fit", thInvoice("THB", Particulars{Seller: PartyFacts{TaxIDs: []string{"0105544059926"}}}, PartSeller), []string{"LAW-TAX-ID"}},
	},
})

func thTaxInvoice(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !f.Tax.IsPositive() || !says(f.Title, "tax invoice", "ใบกำกับภาษี") {
		return "", ""
	}
	long := func(id string) bool { return len(digitsOf(id)) == 13 }
	for _, p := range []struct {
		name string
		who  PartyFacts
	}{{"seller", f.Seller}, {"buyer", f.Buyer}} {
		if !anyID(p.who, long) {
			return p.name, idText(p.who)
		}
	}
	return "", ""
}

func thHeadOffice(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !f.Tax.IsPositive() {
		return "", ""
	}
	for _, p := range []struct{ name, branch string }{{"seller.branch", f.Seller.Branch}, {"buyer.branch", f.Buyer.Branch}} {
		b := strings.TrimSpace(p.branch)
		if !thBranch.MatchString(b) && !says(b, "head office", "สำนักงานใหญ่") {
			return p.name, saidOr(b)
		}
	}
	return "", ""
}

func thLanguage(_ Rule, f InvoiceFacts) (path, got string) {
	thai := strings.ContainsFunc(f.Title, func(r rune) bool { return unicode.Is(unicode.Thai, r) })
	if !f.Resident || !f.Tax.IsPositive() || thai || blank(f.Title) {
		return "", ""
	}
	return "title", f.Title
}
