// Package orders keeps what the marketplace tells: orders and the events of their lines, customers' credit, usage, and
// adjustments; and it posts what each of them moves.
//
// Owns: order lines, their events, refunds, holds, credit pools, usage records, the feed that brings them, and the
// recipe of every posting up to the merchant's unbilled share. Does not own bills: settlement reads EarnedLine.
//
// A line is a pure function of its facts. Derive replays them and says which entries stand in the ledger and whether the
// line is earned; loading a fact means: replay, post what is new. So the same facts in any order give the same books.
//
//	placed ──paid──▶ taken ──all own conditions──▶ earned ──run──▶ on a bill        (settlement)
//	   │                │                             │
//	   └─canceled       ├─provisioning failed─▶ refunded, closed
//	                    ├─refunded whole before completion ─▶ closed
//	                    └─refunded later ─▶ a refund line, earned with the refund or with its order, whichever is later
//
// Times: At is when it happened in the world; KnownAt when the marketplace knew of it (a month takes what was known before
// its run instant); RecordedAt when it was written here. A line's cycle is the month of the last condition to come true,
// in the zone of the entity that owes the merchant, however late it was heard of.
package orders
