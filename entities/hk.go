package entities

import (
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

var _ = register(&Jurisdiction{
	ID: "hk", Country: "HK", Name: "Hong Kong", ZoneName: "Asia/Hong_Kong", Calendar: "hk", Currency: "HKD",
	Rules: []Rule{
		{Code: "HK-FOREIGN-TAX", Says: "There is no VAT or GST here: tax on the invoice is another country's.", Source: "no such tax exists; that it deserves a look is inferred", check: hkForeignTax},
		{Code: "HK-NO-TAX-ID", Says: "No tax number is asked of a seller.", Source: "weak; no VAT number exists"},
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
