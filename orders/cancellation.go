package orders

import (
	"time"

	"suanpan/internal/fault"
)

// cancellationKind: an unpaid order is canceled (已取消) and closed.
var cancellationKind = kindDef{
	name: "cancellation", phase: ordered, rank: 4, make: func() record { return &cancellationRecord{} },
	id:      "orderId",
	about:   "An unpaid order is canceled by its buyer. Posts nothing.",
	example: `{"kind":"cancellation","orderId":"CS2610051300A2","time":"20261005140000"}`,
	journal: postsNothing,
}

type cancellationRecord struct {
	Head
	OrderID string `json:"orderId"`
	LineID  string `json:"orderLineId,omitempty"`
	Time    string `json:"time"`

	at time.Time
}

func (r *cancellationRecord) factID() string      { return r.OrderID + "/" + r.LineID }
func (r *cancellationRecord) happened() time.Time { return r.at }
func (r *cancellationRecord) orderRef() string    { return r.OrderID }

func (r *cancellationRecord) check(c *checker) {
	c.id("orderId", &r.OrderID)
	c.text("orderLineId", &r.LineID, false)
	r.at = c.time("time", &r.Time, true)
}

func (r *cancellationRecord) apply(b *batch, o *order) fault.Faults {
	return b.eventOnLines(o, r.LineID, &r.Head, Event{Kind: Canceled, FactID: r.OrderID, At: r.at})
}
