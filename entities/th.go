package entities

import "suanpan/internal/period"

const thRevenue = "Revenue Code s. 86/4"

var _ = register(&Jurisdiction{
	ID: "th", Country: "TH", Name: "Thailand", ZoneName: "Asia/Bangkok", Calendar: "th", Currency: "THB", TaxID: validTIN,
	Rules: []Rule{
		{Code: "TH-TAX-INVOICE", Says: "A full tax invoice names both parties with 13-digit TIN and head office or branch number (00000 is the head office).", Source: thRevenue},
		{Code: "TH-THAI", Says: "In Thai, unless the Director-General approved another language.", Source: thRevenue},
		{Code: "TH-SERVICE-POINT", Says: "VAT of a service falls due with payment: the tax invoice may follow the payment.", Source: "weak; practice of bookkeepers"},
		{Code: "TH-WHT-CERTIFICATE", Says: "The payer of a service gives a certificate of the tax it withheld.", Source: "translation of T.P. 4/2528"},
	},
	Examples: []Example{
		{"no window in the month", InvoiceFacts{ReceivedAt: at("2026-11-25T03:00:00Z"), Dated: period.MustDay("2026-11-16"), Currency: "EUR"}, nil},
	},
})
