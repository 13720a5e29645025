package orders

import (
	"time"

	"suanpan/internal/fault"
)

// supervisionKind: the customer accepted (服务监管已完成); only now may a supervised line be billed.
var supervisionKind = kindDef{
	name: "supervisionCompleted", phase: ordered, rank: 3, make: func() record { return &supervisionRecord{} },
	id:      "orderId",
	about:   "Service supervision of an order or line is completed. Posts earned once all conditions hold.",
	example: `{"kind":"supervisionCompleted","orderId":"CS2610051300A4","time":"20261006100000"}`,
	journal: []string{
		"earned/CS2610051300A4-000001 2026-10 5861 deferred_orders → indirect_tax USD 130",
		"earned/CS2610051300A4-000001 2026-10 5861 deferred_orders → merchant_unbilled USD 850",
		"earned/CS2610051300A4-000001 2026-10 5861 deferred_orders → platform_fee USD 150",
	},
}

type supervisionRecord struct {
	Head
	OrderID string `json:"orderId"`
	LineID  string `json:"orderLineId,omitempty"`
	Time    string `json:"time"`

	at time.Time
}

func (r *supervisionRecord) factID() string      { return r.OrderID + "/" + r.LineID }
func (r *supervisionRecord) happened() time.Time { return r.at }
func (r *supervisionRecord) orderRef() string    { return r.OrderID }

func (r *supervisionRecord) check(c *checker) {
	c.id("orderId", &r.OrderID)
	c.text("orderLineId", &r.LineID, false)
	r.at = c.time("time", &r.Time, true)
}

func (r *supervisionRecord) apply(b *batch, o *order) fault.Faults {
	return b.eventOnLines(o, r.LineID, &r.Head, Event{Kind: Completed, FactID: r.OrderID, At: r.at})
}
