package entities

import (
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

var _ = register(&Jurisdiction{
	ID: "hk", Country: "HK", Name: "Hong Kong", Names: Words{"Hong Kong", "中国香港", "Hong Kong"}, ZoneName: "Asia/Hong_Kong", Calendar: "hk", Currency: "HKD",
	Rules: []Rule{
		{
			Code: "HK-FOREIGN-TAX", Kind: FromWeak, Source: "no such tax exists; that it deserves a look is inferred", check: hkForeignTax,
			Says: Words{"There is no VAT or GST here: tax on the invoice is another country's.", "此地没有增值税或商品服务税：发票上的税属于其他国家。", "Aqui não há IVA nem GST: imposto na fatura é de outro país."},
		},
		{
			Code: "HK-NO-TAX-ID", Kind: FromWeak, Source: "editor.centreo.hk; no VAT number exists",
			Says: Words{"No tax number is asked of a seller; a business registration number is welcome.", "不要求销售方提供税号；可提供商业登记号。", "Não se pede número fiscal ao vendedor; o registro comercial é bem-vindo."},
		},
	},
	Examples: []Example{
		{"no tax, nothing to say", InvoiceFacts{ReceivedAt: at("2026-11-16T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "HKD", Resident: true}, nil},
		{"tax is worth a look", InvoiceFacts{ReceivedAt: at("2026-11-16T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "HKD", Tax: decimal.NewFromInt(5)}, []string{"HK-FOREIGN-TAX"}},
	},
})

// hkForeignTax warns and never refuses: no source says that such an invoice is not paid.
func hkForeignTax(_ *Jurisdiction, f InvoiceFacts) fault.Faults {
	if !f.Tax.IsPositive() {
		return nil
	}
	return fault.Faults{fault.Warning("HK-FOREIGN-TAX", "tax", fault.Args{"tax": f.Tax})}
}
