package orders

import (
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
)

// paymentKind: the customer's payment is completed, or the customer pays on credit. From here on the entity holds the money (or the
// claim) for an order that is not earned yet.
var paymentKind = kindDef{
	name: "payment", phase: ordered, rank: 1, make: func() record { return &paymentRecord{} },
	id: "orderId",
	about: "A customer's payment is completed, or an order is bought on credit; names the entity that collects. " +
		"Posts customer_clearing or customer_credit → deferred_orders, through due-to/due-from where another entity collects.",
	example: `{"kind":"payment","orderId":"CS2610051300A1","method":"CASH","collectingEntity":"5861","time":"20261005130500","amount":"1130.00"}`,
	journal: []string{"taken/CS2610051300A1-000001 2026-10 5861 customer_clearing → deferred_orders USD 1130"},
}

type paymentRecord struct {
	Head
	OrderID   string `json:"orderId"`
	Method    string `json:"method"`
	Collector string `json:"collectingEntity"`
	Time      string `json:"time"`
	Amount    string `json:"amount,omitempty"`

	at     time.Time
	amount *decimal.Decimal
}

func (r *paymentRecord) factID() string      { return r.OrderID }
func (r *paymentRecord) happened() time.Time { return r.at }
func (r *paymentRecord) orderRef() string    { return r.OrderID }

func (r *paymentRecord) check(c *checker) {
	c.id("orderId", &r.OrderID)
	c.oneOf("method", &r.Method, Cash, Credit)
	c.id("collectingEntity", &r.Collector)
	r.at = c.time("time", &r.Time, true)
	r.amount = c.optional("amount", &r.Amount)
}

// apply pays all lines of the order. An amount that is not what the lines ask is a fault, since the marketplace completes payments whole.
func (r *paymentRecord) apply(b *batch, o *order) fault.Faults {
	if _, ok := b.dir.Entity(r.Collector); !ok {
		return fault.Faults{fault.New(fault.Invalid, "FEED-UNKNOWN-ENTITY", "collectingEntity", fault.Args{"entity": r.Collector})}
	}
	if o.lines[0].event(Paid) == nil { // a repeated one was right when it came, whatever was corrected since
		if f := r.owes(o); f != nil {
			return fault.Faults{f}
		}
	}
	return b.addEvents(o.lines, &r.Head, Event{Kind: Paid, FactID: r.OrderID, At: r.at, Payment: &PaymentDetail{r.Method, r.Collector}})
}

// owes compares the amount, where one is given, with what the lines ask.
func (r *paymentRecord) owes(o *order) *fault.Fault {
	owed := decimal.Zero
	for _, s := range o.lines {
		owed = owed.Add(s.Line.Gross).Sub(s.Line.CustomerWHT)
	}
	if r.amount == nil || owed.Equal(*r.amount) {
		return nil
	}
	return fault.New(fault.Invalid, "FEED-PAID-AMOUNT", "amount", fault.Args{"got": *r.amount, "want": owed})
}

func (d *PaymentDetail) json() []byte {
	if d == nil {
		return nil
	}
	raw, _ := json.Marshal(d) // two strings: cannot fail
	return raw
}
