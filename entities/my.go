package entities

import "suanpan/internal/period"

func myInvoice(rate, tax string) InvoiceFacts {
	return InvoiceFacts{
		ReceivedAt: at("2026-11-16T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "MYR", Tax: figure(tax), Resident: true, Known: Parts{PartTaxes},
		Particulars: Particulars{Taxes: []TaxFacts{{Category: "S", Percent: figure(rate), Tax: figure(tax)}}},
	}
}

const myHelp = "tax help of a cloud provider"

var _ = register(&Jurisdiction{
	ID: "my", Country: "MY", Name: "Malaysia", Names: Words{"Malaysia", "马来西亚", "Malásia"}, ZoneName: "Asia/Kuala_Lumpur", Calendar: "my", Currency: "MYR",
	Rates: []TaxRate{{Percent: "8", From: day("2024-03-01"), Kind: FromWeak, Source: myHelp}},
	Rules: []Rule{
		{
			Code: "MY-SERVICE-TAX", From: day("2024-03-01"), Kind: FromWeak, Source: myHelp, Figure: "8",
			Says: Words{"Digital services bear service tax of 8 %; a resident's other rate is worth a look (LAW-TAX-RATE).", "数字服务适用 8 % 的服务税；居民适用其他税率时提示（LAW-TAX-RATE）。", "Serviços digitais têm imposto de 8 %; outra alíquota de um residente merece atenção (LAW-TAX-RATE)."},
		},
	},
	Examples: []Example{
		{"service tax of 8 %", myInvoice("8", "8"), nil},
		{"service tax of 6 %", myInvoice("6", "6"), []string{"LAW-TAX-RATE"}},
		{"no tax", myInvoice("0", "0"), nil},
		{"before the first known rate nothing is said", func() InvoiceFacts { f := myInvoice("6", "6"); f.Dated = period.MustDay("2024-02-29"); return f }(), nil},
	},
})
