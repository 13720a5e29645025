package entities

import "suanpan/internal/period"

var _ = register(&Jurisdiction{
	ID: "pe", Country: "PE", Name: "Peru", ZoneName: "America/Lima", Calendar: "pe", Currency: "PEN", TaxID: validRUC,
	Rules: []Rule{
		{Code: "PE-NUMBER", Says: "A number is a series of four characters (F… for invoices) and up to eight digits, unique per type and issuer.", Source: "SUNAT, comprobantes de pago electrónicos"},
	},
	Examples: []Example{
		{"no window in the month", InvoiceFacts{ReceivedAt: at("2026-11-25T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "EUR"}, nil},
	},
})
