package orders

import (
	"time"

	"suanpan/internal/fault"
)

// appealOpenedKind: an appeal (申诉) freezes the line until operations decides.
var appealOpenedKind = kindDef{
	name: "appealOpened", phase: ordered, rank: 6, make: func() record { return &appealOpenedRecord{} },
	id:      "orderId, time",
	about:   "Buyer or seller appeals; supervision and its timers are frozen. Posts nothing.",
	example: `{"kind":"appealOpened","orderId":"CS2610051300A1","time":"20261007100000"}`,
	journal: postsNothing,
}

type appealOpenedRecord struct {
	Head
	OrderID string `json:"orderId"`
	LineID  string `json:"orderLineId,omitempty"`
	Time    string `json:"time"`

	at time.Time
}

func (r *appealOpenedRecord) factID() string      { return r.OrderID + "/" + r.LineID }
func (r *appealOpenedRecord) happened() time.Time { return r.at }
func (r *appealOpenedRecord) orderRef() string    { return r.OrderID }

func (r *appealOpenedRecord) check(c *checker) {
	c.id("orderId", &r.OrderID)
	c.text("orderLineId", &r.LineID, false)
	r.at = c.time("time", &r.Time, true)
}

func (r *appealOpenedRecord) apply(b *batch, o *order) fault.Faults {
	return b.eventOnLines(o, r.LineID, &r.Head, Event{Kind: AppealOpened, FactID: r.OrderID, At: r.at})
}
