package entities

import (
	"suanpan/entities/identifier"

	"suanpan/internal/period"
)

const zaSARS = "sars.gov.za, tax invoices"

func zaInvoice(gross string, p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{
		ReceivedAt: at("2026-11-16T12:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "ZAR", Gross: figure(gross), Tax: figure("10"), Resident: true, Known: known, Particulars: p,
	}
}

var zaParty = PartyFacts{TaxIDs: []string{"4123456789"}, Address: "1 Long Street, Cape Town"}

var _ = register(&Jurisdiction{
	ID: "za", Country: "ZA", Name: "South Africa", Names: Words{"South Africa", "南非", "África do Sul"}, ZoneName: "Africa/Johannesburg", Calendar: "za", Currency: "ZAR", TaxID: possible(identifier.ZAVAT),
	Rules: []Rule{
		{
			Code: "ZA-TITLE", Kind: FromGuidance, Source: zaSARS, Needs: []Part{PartTitle}, find: printed("tax invoice", "vat invoice", "invoice"),
			Says: Words{"The document says \"Tax Invoice\", \"VAT Invoice\" or \"Invoice\".", "凭证须写明 \"Tax Invoice\"、\"VAT Invoice\" 或 \"Invoice\"。", "O documento diz \"Tax Invoice\", \"VAT Invoice\" ou \"Invoice\"."},
		},
		{
			Code: "ZA-SELLER-VAT", Kind: FromGuidance, Source: zaSARS, Needs: []Part{PartSeller}, find: chargesWithoutID,
			Says: Words{"Whoever charges VAT bears a VAT number.", "收取增值税的销售方须载有增值税号。", "Quem cobra IVA traz um número de IVA."},
		},
		{
			Code: "ZA-FULL", Kind: FromGuidance, Source: zaSARS, Figure: "5000", Needs: []Part{PartBuyer, PartBuyerAddress}, find: zaFull,
			Says: Words{"Above R5,000 a full invoice names the recipient with address and, if a vendor, VAT number; up to that an abridged one will do, and to R50 none.", "超过 5,000 兰特须开具完整发票，载明接收方名称、地址及（如为纳税人）增值税号；未超过的可用简易发票，50 兰特以下无需发票。", "Acima de R5.000 a fatura completa traz o destinatário com endereço e, se contribuinte, número de IVA; até esse valor basta a simplificada, e até R50 nenhuma."},
		},
		{
			Code: "ZA-21-DAYS", Kind: FromGuidance, Source: zaSARS, Figure: "21", Needs: []Part{PartSupply}, find: issuedWithin,
			Says: Words{"Issued within 21 days of the supply.", "在供应后 21 天内开具。", "Emitida em até 21 dias do fornecimento."},
		},
		{
			Code: "ZA-ZAR-TOTALS", Kind: FromWeak, Source: "compass.coupa.com, South Africa", Needs: []Part{PartLocal}, find: localTotals("ZAR"),
			Says: Words{"Amounts also stand in ZAR.", "金额须同时以 ZAR 列示。", "Os valores aparecem também em ZAR."},
		},
	},
	Examples: []Example{
		{"a full invoice", zaInvoice("5000.01", Particulars{Seller: zaParty, Buyer: zaParty, Title: "TAX INVOICE"}, PartSeller, PartBuyer, PartBuyerAddress, PartTitle), nil},
		{"above the limit without the recipient's number", zaInvoice("5000.01", Particulars{Seller: zaParty, Buyer: PartyFacts{Address: "x"}}, PartSeller, PartBuyer, PartBuyerAddress), []string{"ZA-FULL"}},
		{"at the limit an abridged one will do", zaInvoice("5000.00", Particulars{Seller: zaParty}, PartSeller, PartBuyer, PartBuyerAddress), nil},
		{"VAT without a number", zaInvoice("100", Particulars{}, PartSeller), []string{"ZA-SELLER-VAT"}},
		{"a number that does not begin with 4", zaInvoice("100", Particulars{Seller: PartyFacts{TaxIDs: []string{"5123456789"}}}, PartSeller), []string{"LAW-TAX-ID"}},
		{"a statement", zaInvoice("100", Particulars{Title: "STATEMENT"}, PartTitle), []string{"ZA-TITLE"}},
		{"issued on the 22nd day", zaInvoice("100", Particulars{Supplied: period.MustDay("2026-10-25")}, PartSupply), []string{"ZA-21-DAYS"}},
		{"in dollars alone", func() InvoiceFacts { f := zaInvoice("100", Particulars{}, PartLocal); f.Currency = "USD"; return f }(), []string{"ZA-ZAR-TOTALS"}},
	},
})

func zaFull(r Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || f.Currency != "ZAR" || !f.Tax.IsPositive() || !f.Gross.GreaterThan(r.figure()) {
		return "", ""
	}
	if blank(f.Buyer.Address) {
		return "buyer.address", "—"
	}
	if len(f.Buyer.TaxIDs) == 0 {
		return "buyer", "—"
	}
	return "", ""
}
