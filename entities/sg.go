package entities

import "suanpan/internal/period"

const sgIRAS = "iras.gov.sg, GST: invoicing customers"

var _ = register(&Jurisdiction{
	ID: "sg", Country: "SG", Name: "Singapore", ZoneName: "Asia/Singapore", Calendar: "sg", Currency: "SGD", TaxID: validUEN,
	Rules: []Rule{
		{Code: "SG-TAX-INVOICE", Says: "A registered seller's document says “tax invoice” and shows total before GST, rate, GST and total.", Source: sgIRAS},
		{Code: "SG-SGD-TOTALS", Says: "In a foreign currency the three totals also stand in SGD.", Source: sgIRAS},
		{Code: "SG-30-DAYS", Says: "Issued within 30 days of the supply.", Source: sgIRAS},
		{Code: "SG-UNREGISTERED", Says: "A seller without GST number charges no GST.", Source: "PINT-SG 1.4.1 rules"},
	},
	Examples: []Example{
		{"no window in the month", InvoiceFacts{ReceivedAt: at("2026-11-30T15:59:59Z"), Dated: period.MustDay("2026-11-16"), Currency: "SGD", Resident: true}, nil},
		{"unpaid over a month's end stays good", InvoiceFacts{ReceivedAt: at("2026-11-16T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "JPY", AsOf: at("2027-01-10T00:00:00Z")}, nil},
	},
})
