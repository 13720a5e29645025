// Package catalog keeps what merchants offer: products with their specifications, how they are published, where they are sold, and what takes
// them off sale.
//
// Owns: listings, submissions with their gate reports, dial tests, sales regions, attempts at certification. Does not own prices, fees and ratings
// that settle a line: those are facts of the feed (kind product), which a passed review brings through orders.Take.
//
//	draft ──submit, all gates passed──▶ in review ──passed──▶ on sale ⇄ stopped
//	  ▲             │ a gate failed                 │            │ ▲
//	  └─────────────┴───────────────────refused─────┘      frozen└─┘        on sale, stopped, frozen ──▶ delisted (for good)
//
// A product that is not on sale takes no new orders; what runs goes on. A submission and its report never change: the next one is another row.
//
// Times: business time everywhere. A dial test's day is the calendar day of its run in the zone of the setting dial_zone.
package catalog
