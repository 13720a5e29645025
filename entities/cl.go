package entities

import "suanpan/internal/period"

var _ = register(&Jurisdiction{
	ID: "cl", Country: "CL", Name: "Chile", ZoneName: "America/Santiago", Calendar: "cl", Currency: "CLP", TaxID: validRUT,
	Rules: []Rule{
		{Code: "CL-DTE", Says: "Documents are DTE: 33 invoice, 34 exempt, 61 credit note, 56 debit note; notes name what they change.", Source: "types of the SII"},
		{Code: "CL-8-DAYS", Says: "The buyer may complain within 8 calendar days of the SII's reception; then the invoice is accepted for good.", Source: "sii.cl, uso del crédito fiscal"},
		{Code: "CL-NO-DECIMALS", Says: "CLP has no decimals.", Source: "ISO 4217"},
	},
	Examples: []Example{
		{"no window in the month", InvoiceFacts{ReceivedAt: at("2026-12-01T02:30:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "CLP", Resident: true}, nil},
	},
})
