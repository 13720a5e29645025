package entities

import "suanpan/internal/period"

// none is for entities that a feed brings from somewhere whose national rules are not written here: only the general rules
// of invoicing apply, in the entity's own zone, and working days are weekdays unless a calendar is given.
var _ = register(&Jurisdiction{
	ID: "none", Name: "no national rules", Calendar: "none",
	Examples: []Example{
		{"nothing is asked", InvoiceFacts{ReceivedAt: at("2026-11-30T15:00:00Z"), Dated: period.MustDay("2026-10-01"), Currency: "GBP"}, nil},
	},
})
