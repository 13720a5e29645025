package orders

import (
	"time"

	"suanpan/internal/fault"
)

// effectiveKind: the order takes effect. A renewal says so ahead: its time is the old term's end.
var effectiveKind = kindDef{
	name: "effectiveness", phase: ordered, rank: 2, make: func() record { return &effectiveRecord{} },
	id:      "orderId",
	about:   "An order, or one line of it, is in effect from a time on; that time may lie ahead, as a renewal's does. Posts earned once all conditions of the line hold.",
	example: `{"kind":"effectiveness","orderId":"CS2610051300A1","time":"20261005130600"}`,
	journal: []string{
		"earned/CS2610051300A1-000001 2026-10 5861 deferred_orders → indirect_tax USD 130",
		"earned/CS2610051300A1-000001 2026-10 5861 deferred_orders → merchant_unbilled USD 850",
		"earned/CS2610051300A1-000001 2026-10 5861 deferred_orders → platform_fee USD 150",
	},
}

type effectiveRecord struct {
	Head
	OrderID string `json:"orderId"`
	LineID  string `json:"orderLineId,omitempty"`
	Time    string `json:"time"`

	at time.Time
}

func (r *effectiveRecord) factID() string      { return r.OrderID + "/" + r.LineID }
func (r *effectiveRecord) happened() time.Time { return r.at }
func (r *effectiveRecord) orderRef() string    { return r.OrderID }

func (r *effectiveRecord) check(c *checker) {
	c.id("orderId", &r.OrderID)
	c.text("orderLineId", &r.LineID, false)
	r.at = c.time("time", &r.Time, true)
}

func (r *effectiveRecord) apply(b *batch, o *order) fault.Faults {
	return b.eventOnLines(o, r.LineID, &r.Head, Event{Kind: Effective, FactID: r.OrderID, At: r.at})
}
