// Package metering rates pay-per-use: usage records (话单) in, exact charges out. Pure functions, no database.
//
// Owns: how a price is written (Rating), what a record must be like and which code refuses it, how packages are
// deducted, and which run of the month takes which record. Does not own fees, tax, or where records are kept.
//
// Times: a record's Begin and End bound the window in which the usage happened, ReportedAt is when it was heard of.
// A record belongs to the month in which its window begins, in the zone of the entity that owes the merchant.
//
// What never changes: a charge once taken by a run. Records are taken run by run, and inside a run by (Begin, End,
// SN); steps and quotas go on from where the run before left them. So a record that is heard of late pays the next
// slice of its own month and never alters what was charged before it.
//
// Where a rating names a billing cycle, collections take records instead of runs: see Collect and CollectedAt.
//
//	reported ──▶ refused (001…013)
//	    └──────▶ accepted ──▶ quota of packages ──▶ what is left over ──▶ fixed | step | tier ──▶ charge
package metering
