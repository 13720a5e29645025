package orders

import (
	"time"

	"suanpan/internal/fault"
)

// provisioningKind: the seller's interface failed for good; the order is closed and the customer gets the money back.
var provisioningKind = kindDef{
	name: "provisioningFailed", phase: ordered, rank: 5, make: func() record { return &provisioningRecord{} },
	id:      "orderId",
	about:   "Provisioning failed for good; the money back is a refund fact of its own. Where the line had taken effect (and, supervised, was accepted), or all its money had gone back before, it changes nothing. Posts nothing.",
	example: `{"kind":"provisioningFailed","orderId":"CS2610051300A3","time":"20261005160000"}`,
	journal: postsNothing,
}

type provisioningRecord struct {
	Head
	OrderID string `json:"orderId"`
	LineID  string `json:"orderLineId,omitempty"`
	Time    string `json:"time"`

	at time.Time
}

func (r *provisioningRecord) factID() string      { return r.OrderID + "/" + r.LineID }
func (r *provisioningRecord) happened() time.Time { return r.at }
func (r *provisioningRecord) orderRef() string    { return r.OrderID }

func (r *provisioningRecord) check(c *checker) {
	c.id("orderId", &r.OrderID)
	c.text("orderLineId", &r.LineID, false)
	r.at = c.time("time", &r.Time, true)
}

func (r *provisioningRecord) apply(b *batch, o *order) fault.Faults {
	return b.eventOnLines(o, r.LineID, &r.Head, Event{Kind: Failed, FactID: r.OrderID, At: r.at})
}
