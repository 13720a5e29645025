package entities

import (
	"suanpan/entities/identifier"

	"suanpan/internal/period"
)

const (
	sgIRAS = "iras.gov.sg, GST: invoicing customers"
	sgPINT = "PINT-SG 1.4.1, BR-105 to BR-113"
)

func sgInvoice(currency, tax string, p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{
		ReceivedAt: at("2026-11-16T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: currencyOf(currency), Tax: figure(tax), Resident: true, Known: known, Particulars: p,
	}
}

var sgSeller = PartyFacts{TaxIDs: []string{"197401143C"}}

var _ = register(&Jurisdiction{
	ID: "sg", Country: "SG", Name: "Singapore", Names: Words{"Singapore", "新加坡", "Singapura"}, ZoneName: "Asia/Singapore", Calendar: "sg", Currency: "SGD", TaxID: possible(identifier.UEN, identifier.GST),
	Rates: []TaxRate{
		{Percent: "9", From: day("2024-01-01"), Kind: FromGuidance, Source: sgIRAS},
		{Percent: "8", From: day("2023-01-01"), Until: day("2023-12-31"), Kind: FromGuidance, Source: "iras.gov.sg, GST rates"},
	},
	Rules: []Rule{
		{
			Code: "SG-TAX-INVOICE", Kind: FromGuidance, Source: sgIRAS, Needs: []Part{PartTitle}, find: printed("tax invoice"),
			Says: Words{"A registered seller's printed document says \"tax invoice\" and shows total before GST, rate, GST and total.", "已登记销售方的纸面凭证须写明 \"tax invoice\"，并列示不含 GST 金额、税率、GST 和总额。", "O documento impresso de um vendedor registrado diz \"tax invoice\" e mostra total sem GST, alíquota, GST e total."},
		},
		{
			Code: "SG-UNREGISTERED", Kind: FromGuidance, Source: sgPINT, Needs: []Part{PartSeller}, find: chargesWithoutID,
			Says: Words{"A seller without a GST number charges no GST.", "没有 GST 号的销售方不收取 GST。", "Um vendedor sem número de GST não cobra GST."},
		},
		{
			Code: "SG-CUSTOMER", Kind: FromGuidance, Source: sgIRAS, Needs: []Part{PartBuyerAddress}, find: sgCustomer,
			Says: Words{"A tax invoice bears the customer's name and address.", "税务发票须载明客户名称和地址。", "A tax invoice traz nome e endereço do cliente."},
		},
		{
			Code: "SG-SELLER-ADDRESS", Kind: FromGuidance, Source: sgPINT, Needs: []Part{PartSellerAddress}, find: sgSellerAddress,
			Says: Words{"A registered seller gives its address and postcode.", "已登记销售方须提供地址和邮编。", "O vendedor registrado informa endereço e código postal."},
		},
		{
			Code: "SG-SGD-TOTALS", Kind: FromGuidance, Source: sgIRAS + "; PINT-SG", Needs: []Part{PartLocal}, find: localTotals("SGD"),
			Says: Words{"In a foreign currency the three totals (before GST, GST, with GST) also stand in SGD at an approved rate.", "使用外币时，三项合计（不含 GST、GST、含 GST）还须按认可汇率以 SGD 列示。", "Em moeda estrangeira os três totais (sem GST, GST, com GST) aparecem também em SGD, a uma taxa aprovada."},
		},
		{
			Code: "SG-30-DAYS", Kind: FromGuidance, Source: sgIRAS, Figure: "30", Needs: []Part{PartSupply}, find: issuedWithin,
			Says: Words{"Issued within 30 days of the supply.", "在供应后 30 天内开具。", "Emitida em até 30 dias do fornecimento."},
		},
		{
			Code: "SG-ZERO-RATED", Kind: FromGuidance, Source: sgIRAS,
			Says: Words{"No tax invoice is asked for zero-rated and exempt supplies.", "零税率和免税供应不要求税务发票。", "Não se pede tax invoice em fornecimentos com alíquota zero ou isentos."},
		},
	},
	Examples: []Example{
		{"no window in the month", InvoiceFacts{ReceivedAt: at("2026-11-30T15:59:59Z"), Dated: period.MustDay("2026-11-16"), Currency: "SGD", Resident: true}, nil},
		{"unpaid over a month's end stays good", InvoiceFacts{ReceivedAt: at("2026-11-16T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "JPY", AsOf: at("2027-01-10T00:00:00Z")}, nil},
		{"GST at its rate, with a number", sgInvoice("SGD", "9.00", Particulars{Seller: sgSeller, Taxes: []TaxFacts{{Category: "S", Percent: figure("9"), Tax: figure("9")}}}, PartSeller, PartTaxes), nil},
		{"GST without a number", sgInvoice("SGD", "9.00", Particulars{}, PartSeller), []string{"SG-UNREGISTERED"}},
		{"no GST and no number", sgInvoice("SGD", "0", Particulars{}, PartSeller), nil},
		{"GST at an old rate", sgInvoice("SGD", "8.00", Particulars{Taxes: []TaxFacts{{Category: "S", Percent: figure("8"), Tax: figure("8")}}}, PartTaxes), []string{"LAW-TAX-RATE"}},
		{"a number of no known shape", sgInvoice("SGD", "9.00", Particulars{Seller: PartyFacts{TaxIDs: []string{"12-34"}}}, PartSeller), []string{"LAW-TAX-ID"}},
		{"a printed invoice that is no tax invoice", sgInvoice("SGD", "9.00", Particulars{Title: "INVOICE"}, PartTitle), []string{"SG-TAX-INVOICE"}},
		{"a printed tax invoice", sgInvoice("SGD", "9.00", Particulars{Title: "Tax  Invoice No. 7"}, PartTitle), nil},
		{"in dollars without SGD totals", sgInvoice("USD", "9.00", Particulars{}, PartLocal), []string{"SG-SGD-TOTALS"}},
		{"in dollars with SGD totals", sgInvoice("USD", "9.00", Particulars{LocalCurrency: "SGD", LocalTax: figure("12")}, PartLocal), nil},
		{"issued on the 31st day", sgInvoice("SGD", "9.00", Particulars{Supplied: period.MustDay("2026-10-16")}, PartSupply), []string{"SG-30-DAYS"}},
		{"issued on the 30th day", sgInvoice("SGD", "9.00", Particulars{Supplied: period.MustDay("2026-10-17")}, PartSupply), nil},
		{"no addresses", sgInvoice("SGD", "9.00", Particulars{Seller: sgSeller}, PartSeller, PartSellerAddress, PartBuyerAddress), []string{"SG-CUSTOMER", "SG-SELLER-ADDRESS"}},
	},
})

func sgCustomer(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !f.Tax.IsPositive() || !blank(f.Buyer.Address) {
		return "", ""
	}
	return "buyer.address", "—"
}

func sgSellerAddress(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Resident || !f.Tax.IsPositive() || !blank(f.Seller.Address) && !blank(f.Seller.Postcode) {
		return "", ""
	}
	return "seller.address", saidOr(f.Seller.Address + " " + f.Seller.Postcode)
}
