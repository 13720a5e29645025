// Package usage is pay-per-use around its rating: the interface by which sellers report usage records (话单), their checks,
// collection, packages' quotas, and the fate of each record.
//
// Owns: the usage interface and its keys, what the marketplace did to a resource (frozen, open, released), the collection's
// clock, charges and deductions. Does not own usage records and usage lines: orders writes the ones through KeepUsage and
// makes the others in the month's run, out of the charges here. Does not post.
//
// What never changes: a record once written, a charge once made. What became of a record is derived from them and from how
// far collection has come; nothing is ever marked. A mistake after collection is answered by a new record.
//
//	reported ─▶ abnormal (001…013), to be reported again under a new number
//	    └─────▶ accepted ─ rating has a cycle ─▶ waiting ─:15 or 01:00─▶ collected ─▶ charged on a line ─▶ billed
//	                └───── no rating yet: waits for one; no cycle: waits for its month's run
//
// Times: begin and end bound the usage, in UTC; record_time is the seller's own; RecordedAt is when it was written here and
// decides the collection. ts and nonce of a call are machine time.
package usage
