package orders

import (
	"time"

	"suanpan/internal/fault"
)

// appealClosedKind: operations decided the appeal; what the decision causes arrives as facts of their own.
var appealClosedKind = kindDef{
	name: "appealClosed", phase: ordered, rank: 7, make: func() record { return &appealClosedRecord{} },
	id:      "orderId, time",
	about:   "Operations decided an appeal; supervision goes on. Posts nothing.",
	example: `{"kind":"appealClosed","orderId":"CS2610051300A1","time":"20261009100000"}`,
	journal: postsNothing,
}

type appealClosedRecord struct {
	Head
	OrderID string `json:"orderId"`
	LineID  string `json:"orderLineId,omitempty"`
	Time    string `json:"time"`

	at time.Time
}

func (r *appealClosedRecord) factID() string      { return r.OrderID + "/" + r.LineID }
func (r *appealClosedRecord) happened() time.Time { return r.at }
func (r *appealClosedRecord) orderRef() string    { return r.OrderID }

func (r *appealClosedRecord) check(c *checker) {
	c.id("orderId", &r.OrderID)
	c.text("orderLineId", &r.LineID, false)
	r.at = c.time("time", &r.Time, true)
}

func (r *appealClosedRecord) apply(b *batch, o *order) fault.Faults {
	return b.eventOnLines(o, r.LineID, &r.Head, Event{Kind: AppealClosed, FactID: r.OrderID, At: r.at})
}
