package entities

import (
	"regexp"
	"strings"
	"unicode"

	"suanpan/entities/identifier"

	"suanpan/internal/period"
)

const saZATCA = "ZATCA 3.4.6, "

var (
	saBuilding = regexp.MustCompile(`^[0-9]{4}$`)
	saPostcode = regexp.MustCompile(`^[0-9]{5}$`)
)

func saInvoice(p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{
		ReceivedAt: at("2026-11-16T12:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "SAR", Tax: figure("15"), Resident: true, Known: known, Particulars: p,
	}
}

var saSeller = PartyFacts{TaxIDs: []string{"399999999900003"}, Address: "Prince Sultan", Building: "2322", Postcode: "23333"}

var _ = register(&Jurisdiction{
	ID: "sa", Country: "SA", Name: "Saudi Arabia", Names: Words{"Saudi Arabia", "沙特阿拉伯", "Arábia Saudita"}, ZoneName: "Asia/Riyadh", Calendar: "sa", Currency: "SAR", TaxID: possible(identifier.SAVAT),
	Rules: []Rule{
		{
			Code: "SA-SELLER-VAT", Kind: FromLaw, Refuses: true, Source: "VAT Implementing Regulations art. 57; " + saZATCA + "BR-KSA-39", Needs: []Part{PartSeller}, find: chargesWithoutID,
			Says: Words{"A resident who charges VAT states its tax identification number on the tax invoice.", "收取增值税的居民须在税务发票上载明其税务识别号。", "O residente que cobra IVA declara seu número de identificação fiscal na fatura."},
		},
		{
			Code: "SA-TAX-CURRENCY", Kind: FromGuidance, Source: saZATCA + "BR-KSA-68, BR-KSA-EN16931-02", Needs: []Part{PartLocal}, find: localTotals("SAR"),
			Says: Words{"The tax currency is named and is SAR.", "须注明税额币种，且为 SAR。", "A moeda do imposto é indicada e é SAR."},
		},
		{
			Code: "SA-DATE", Kind: FromGuidance, Source: saZATCA + "BR-KSA-04; every country's INV-DATED-FUTURE refuses it",
			Says: Words{"The issue date is not in the future.", "开票日期不得在未来。", "A data de emissão não está no futuro."},
		},
		{
			Code: "SA-ADDRESS", Kind: FromGuidance, Source: saZATCA + "rules of addresses", Needs: []Part{PartSellerAddress}, find: saAddress,
			Says: Words{"The seller's address has a building number of 4 digits and a postcode of 5.", "销售方地址含 4 位楼号和 5 位邮编。", "O endereço do vendedor tem número de edifício de 4 dígitos e código postal de 5."},
		},
		{
			Code: "SA-NOTE-REASON", Kind: FromGuidance, Source: saZATCA + "BR-KSA-17", Needs: []Part{PartKind, PartNotes}, find: saReason,
			Says: Words{"Credit and debit notes give a reason.", "贷项和借项凭证须说明理由。", "Notas de crédito e débito trazem um motivo."},
		},
		{
			Code: "SA-QR", Kind: FromGuidance, Source: saZATCA + "BR-KSA-27",
			Says: Words{"The invoice carries a QR code in base64.", "发票载有 base64 的二维码。", "A fatura traz um código QR em base64."},
		},
		{
			Code: "SA-LINES", Kind: FromGuidance, Source: saZATCA + "BR-KSA-52, -53",
			Says: Words{"Each line of a standard invoice bears its VAT and its total with VAT.", "标准发票的每一行载有增值税额和含税总额。", "Cada linha da fatura padrão traz seu IVA e seu total com IVA."},
		},
		{
			Code: "SA-SELF-BILLING", Kind: FromGuidance, Source: saZATCA + "BR-KSA-07",
			Says: Words{"No self-billing for exports: the merchant issues its own invoice.", "出口不得由购买方代开：由商家自行开具。", "Sem autofaturamento na exportação: o comerciante emite a própria fatura."},
		},
		{
			Code: "SA-ARABIC", Kind: FromWeak, Source: "github.com zatca-saath", Needs: []Part{PartTitle}, find: saArabic,
			Says: Words{"The form for people is in Arabic.", "供人阅读的版本为阿拉伯文。", "A forma para leitura é em árabe."},
		},
	},
	Examples: []Example{
		{"a standard invoice", saInvoice(Particulars{Seller: saSeller, LocalCurrency: "SAR", Title: "فاتورة ضريبية"}, PartSeller, PartSellerAddress, PartLocal, PartTitle), nil},
		{"VAT without a number", saInvoice(Particulars{}, PartSeller), []string{"SA-SELLER-VAT"}},
		{"a number that does not end in 3", saInvoice(Particulars{Seller: PartyFacts{TaxIDs: []string{"399999999900004"}}}, PartSeller), []string{"LAW-TAX-ID"}},
		{"tax in dollars", func() InvoiceFacts { f := saInvoice(Particulars{}, PartLocal); f.Currency = "USD"; return f }(), []string{"SA-TAX-CURRENCY"}},
		{"a building number of three digits", saInvoice(Particulars{Seller: PartyFacts{Building: "232", Postcode: "23333"}}, PartSellerAddress), []string{"SA-ADDRESS"}},
		{"a credit note without a reason", saInvoice(Particulars{CreditNote: true}, PartKind, PartNotes), []string{"SA-NOTE-REASON"}},
		{"in English", saInvoice(Particulars{Title: "TAX INVOICE"}, PartTitle), []string{"SA-ARABIC"}},
	},
})

func saAddress(_ Rule, f InvoiceFacts) (path, got string) {
	b, p := strings.TrimSpace(f.Seller.Building), strings.TrimSpace(f.Seller.Postcode)
	if !f.Resident || !f.Tax.IsPositive() || saBuilding.MatchString(b) && saPostcode.MatchString(p) {
		return "", ""
	}
	return "seller.address", saidOr(b) + " / " + saidOr(p)
}

func saReason(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !f.CreditNote || !blank(f.Notes) {
		return "", ""
	}
	return "notes", "—"
}

func saArabic(_ Rule, f InvoiceFacts) (path, got string) {
	arabic := strings.ContainsFunc(f.Title, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
	if !f.Resident || arabic || blank(f.Title) {
		return "", ""
	}
	return "title", f.Title
}
