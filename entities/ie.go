package entities

import (
	"suanpan/internal/period"
)

const (
	euInvoice = "Directive 2006/112/EC art. 226"
	ieRevenue = "revenue.ie, VAT invoices"
)

func ieInvoice(tax string, p Particulars, known ...Part) InvoiceFacts {
	return InvoiceFacts{
		ReceivedAt: at("2026-11-16T12:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "EUR", Tax: figure(tax), Known: known, Particulars: p,
	}
}

var (
	ieBuyer = PartyFacts{TaxIDs: []string{"IE6388047V"}}
	ieAE    = []TaxFacts{{Category: "AE", Reason: "VATEX-EU-AE"}}
)

// ie stands for the European Union: its directive on VAT, with what Ireland's tax office adds.
var _ = register(&Jurisdiction{
	ID: "ie", Country: "IE", Name: "Ireland", Names: Words{"Ireland (European Union)", "爱尔兰（欧盟）", "Irlanda (União Europeia)"}, ZoneName: "Europe/Dublin", Calendar: "ie", Currency: "EUR",
	Rules: []Rule{
		{
			Code: "IE-SELLER-VAT", Kind: FromLaw, Refuses: true, Source: euInvoice + "(3)", Needs: []Part{PartSeller}, find: ieSeller,
			Says: Words{"Whoever charges VAT bears a VAT number.", "收取增值税的销售方须载有增值税号。", "Quem cobra IVA traz um número de IVA."},
		},
		{
			Code: "IE-RC-CUSTOMER-VAT", Kind: FromLaw, Refuses: true, Source: euInvoice + "(4)", Needs: []Part{PartBuyer}, find: ieCustomer,
			Says: Words{"Where the customer owes the VAT (reverse charge), its VAT number stands on the invoice.", "由购买方缴纳增值税（反向征税）时，发票须载有其增值税号。", "Quando o cliente deve o IVA (inversão), o número de IVA dele está na fatura."},
		},
		{
			Code: "IE-RC-NOTATION", Kind: FromLaw, Refuses: true, Source: euInvoice + "(11a)", Needs: []Part{PartNotes, PartTaxes}, find: ieNotation,
			Says: Words{"Where the customer owes the VAT, the invoice says \"reverse charge\" (in an electronic one: category AE).", "由购买方缴纳增值税时，发票须注明 \"reverse charge\"（电子发票：AE 类别）。", "Quando o cliente deve o IVA, a fatura diz \"reverse charge\" (na eletrônica: categoria AE)."},
		},
		{
			Code: "IE-RC-NO-VAT", Kind: FromGuidance, Source: ieRevenue + "; EN 16931 BR-AE", Needs: []Part{PartTaxes}, find: ieNoTax,
			Says: Words{"Under reverse charge no VAT amount is shown and the rate is 0.", "反向征税时不列示增值税额，税率为 0。", "Na inversão não se mostra valor de IVA e a alíquota é 0."},
		},
		{
			Code: "IE-EUR-VAT", Kind: FromGuidance, Source: ieRevenue, Needs: []Part{PartLocal}, find: ieEuro,
			Says: Words{"VAT is shown in EUR whatever the currency of the invoice.", "无论发票币种，增值税均以 EUR 列示。", "O IVA é mostrado em EUR, qualquer que seja a moeda da fatura."},
		},
		{
			Code: "IE-15-DAYS", Kind: FromGuidance, Source: ieRevenue, Figure: "15", Needs: []Part{PartSupply}, find: ieFifteenth,
			Says: Words{"Issued by the 15th day of the month after the supply.", "在供应次月 15 日前开具。", "Emitida até o dia 15 do mês seguinte ao fornecimento."},
		},
		{
			Code: "IE-KEEP", Kind: FromGuidance, Source: ieRevenue, Figure: "6",
			Says: Words{"Invoices are kept 6 years.", "发票保存 6 年。", "As faturas guardam-se por 6 anos."},
		},
		{
			Code: "IE-CREDIT-NOTE", Kind: FromLaw, Source: "Directive 2006/112/EC art. 219",
			Says: Words{"A wrong invoice is mended by a credit note that names it.", "有误的发票以注明原发票的贷项凭证更正。", "Uma fatura errada se corrige com nota de crédito que a indique."},
		},
	},
	Examples: []Example{
		{"reverse charge as it has to be", ieInvoice("0", Particulars{Buyer: ieBuyer, Taxes: ieAE}, PartBuyer, PartTaxes, PartNotes), nil},
		{"reverse charge without the customer's number", ieInvoice("0", Particulars{Taxes: ieAE}, PartBuyer, PartTaxes), []string{"IE-RC-CUSTOMER-VAT"}},
		{"reverse charge with VAT", ieInvoice("23", Particulars{Buyer: ieBuyer, Taxes: []TaxFacts{{Category: "AE", Tax: figure("23")}}}, PartBuyer, PartTaxes), []string{"IE-RC-NO-VAT"}},
		{"the list says reverse charge, the invoice does not", func() InvoiceFacts {
			f := ieInvoice("0", Particulars{Buyer: ieBuyer, Taxes: []TaxFacts{{Category: "Z"}}}, PartBuyer, PartTaxes, PartNotes)
			f.ReverseCharge = true
			return f
		}(), []string{"IE-RC-NOTATION"}},
		{"the list says reverse charge, the notes do too", func() InvoiceFacts {
			f := ieInvoice("0", Particulars{Buyer: ieBuyer, Notes: "VAT: Reverse Charge"}, PartBuyer, PartTaxes, PartNotes)
			f.ReverseCharge = true
			return f
		}(), nil},
		{"VAT without a number", ieInvoice("23", Particulars{}, PartSeller), []string{"IE-SELLER-VAT"}},
		{"VAT with a number", ieInvoice("23", Particulars{Seller: ieBuyer}, PartSeller), nil},
		{"typed in: nothing more is known", ieInvoice("23", Particulars{}), nil},
		{"VAT in dollars alone", func() InvoiceFacts { f := ieInvoice("23", Particulars{}, PartLocal); f.Currency = "USD"; return f }(), []string{"IE-EUR-VAT"}},
		{"issued on the 16th of the month after", ieInvoice("0", Particulars{Supplied: period.MustDay("2026-10-31")}, PartSupply), []string{"IE-15-DAYS"}},
		{"issued in the month of the supply", ieInvoice("0", Particulars{Supplied: period.MustDay("2026-11-01")}, PartSupply), nil},
	},
})

// reversed tells whether the customer owes the tax: the list says so, or the invoice itself.
func reversed(f InvoiceFacts) bool {
	_, own := f.category("AE")
	return own || f.ReverseCharge
}

func ieSeller(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Tax.IsPositive() || len(f.Seller.TaxIDs) > 0 {
		return "", ""
	}
	return "seller", "—"
}

func ieCustomer(_ Rule, f InvoiceFacts) (path, got string) {
	if !reversed(f) || len(f.Buyer.TaxIDs) > 0 {
		return "", ""
	}
	return "buyer", "—"
}

func ieNotation(_ Rule, f InvoiceFacts) (path, got string) {
	_, own := f.category("AE")
	if !f.ReverseCharge || own || says(f.Notes, "reverse charge") {
		return "", ""
	}
	for _, t := range f.Taxes {
		if says(t.Reason, "reverse charge", "vatex-eu-ae") {
			return "", ""
		}
	}
	return "notes", saidOr(f.Notes)
}

// ieNoTax leaves a list under reverse charge to the general rule, which refuses tax there in every country.
func ieNoTax(_ Rule, f InvoiceFacts) (path, got string) {
	if t, own := f.category("AE"); own && (!t.Tax.IsZero() || !t.Percent.IsZero()) {
		return "tax", t.Tax.String()
	}
	return "", ""
}

func ieEuro(_ Rule, f InvoiceFacts) (path, got string) {
	if !f.Tax.IsPositive() || f.Currency == "EUR" || f.LocalCurrency == "EUR" {
		return "", ""
	}
	return "currency", string(f.Currency)
}

func ieFifteenth(r Rule, f InvoiceFacts) (path, got string) {
	if f.Supplied.IsZero() || f.Dated.IsZero() || !f.Dated.After(f.Supplied.Of().Next().Day(int(r.figure().IntPart()))) {
		return "", ""
	}
	return "date", f.Supplied.String() + " → " + f.Dated.String()
}
