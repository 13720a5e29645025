package entities

import (
	"regexp"
	"strings"

	"suanpan/internal/period"
)

var peNumber = regexp.MustCompile(`^F[0-9A-Z]{3}-?[0-9]{1,8}$`)

var _ = register(&Jurisdiction{
	ID: "pe", Country: "PE", Name: "Peru", Names: Words{"Peru", "秘鲁", "Peru"}, ZoneName: "America/Lima", Calendar: "pe", Currency: "PEN", TaxID: validRUC,
	Rules: []Rule{
		{
			Code: "PE-NUMBER", Kind: FromWeak, Source: "docs.koywe.com on SUNAT's comprobantes de pago electrónicos", find: peSeries,
			Says: Words{"A resident's invoice number is a series of four characters beginning with F and up to eight digits, unique per type and issuer.", "居民发票号码为以 F 开头的四位系列号加最多八位数字，按类型和开具方唯一。", "O número da fatura de um residente é uma série de quatro caracteres que começa com F e até oito dígitos, única por tipo e emitente."},
		},
	},
	Examples: []Example{
		{"no window in the month", InvoiceFacts{ReceivedAt: at("2026-11-25T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "EUR"}, nil},
		{"a series and a number", InvoiceFacts{ReceivedAt: at("2026-11-25T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "PEN", Resident: true, Number: "F001-00001234"}, nil},
		{"a number without series", InvoiceFacts{ReceivedAt: at("2026-11-25T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "PEN", Resident: true, Number: "1234"}, []string{"PE-NUMBER"}},
		{"a foreigner numbers as at home", InvoiceFacts{ReceivedAt: at("2026-11-25T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "EUR", Number: "1234"}, nil},
	},
})

func peSeries(_ Rule, f InvoiceFacts) (path, got string) {
	n := strings.ToUpper(strings.TrimSpace(f.Number))
	if !f.Resident || n == "" || peNumber.MatchString(n) {
		return "", ""
	}
	return "number", n
}
