package refunds

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/money"
	"suanpan/orders"
)

// InvoiceState is where an order line's buyer invoice stands, as far as a refund asks.
type InvoiceState string

// What a buyer invoice means for a refund. One that was returned or cancelled is NoInvoice.
const (
	NoInvoice     InvoiceState = ""
	InvoiceAsked  InvoiceState = "requested"
	InvoiceIssued InvoiceState = "issued"
)

// Case is everything a request is judged by.
type Case struct {
	Now      time.Time
	Line     *orders.State
	Terms    Terms
	Delivery Delivery
	Rule     string           // asked for; empty: the rule that fits
	Amount   *decimal.Decimal // asked for; may be left out where the rules compute it
	Goods    Goods
	Claimed  bool         // the licence code was claimed (领取)
	Shipped  bool         // the goods are known to have been shipped
	Busy     string       // another open request for the line
	Invoice  InvoiceState // of the line
	Used     int          // of the buyer's quota of this year, elsewhere included
}

// Decision is how a request that is not refused goes on.
type Decision struct {
	Way  Way
	Rule string
	Figures
	Quota    bool // it uses one of the year's
	Warnings fault.Faults
}

// Judge decides on a request. It gives every reason for which the request is refused, the weightiest first: whether anything can be done with the
// line now, whether it is of a kind that is refunded, whether its time is over, what has to be settled first, and last the amount.
func Judge(c Case) (Decision, fault.Faults) {
	fs := c.locked()
	way, kind := c.kind()
	fs = append(fs, kind...)
	d := Decision{Way: way, Rule: c.rule(way)}
	fs = append(fs, c.time(d)...)
	fs = append(fs, c.first()...)
	d.Quota = d.Rule == orders.FiveDay || d.Rule == orders.Conditional && c.Terms.QuotaCovers == entities.QuotaSelfService
	if d.Quota && c.Used >= c.Terms.Quota {
		fs = append(fs, fault.New(fault.Conflict, "RFD-QUOTA", "rule", fault.Args{"quota": c.Terms.Quota, "year": c.Terms.quotaYear(c.Now)}))
	}
	if way == Never || c.paid() == nil {
		return d, fs
	}
	return d, append(fs, c.amount(&d)...)
}

func (c Case) paid() *orders.Event { return c.Line.Happened(orders.Paid) }

func (c Case) refuse(code, path string, args ...fault.Args) *fault.Fault {
	return fault.New(fault.Conflict, code, path, args...)
}

// locked: nothing can be done with the line now.
func (c Case) locked() (fs fault.Faults) {
	l := c.Line.Line
	if a := c.Line.OpenAppeal(c.Now); a != nil {
		fs = append(fs, c.refuse("RFD-APPEAL", "orderId", fault.Args{"line": l.ID}))
	}
	if c.Busy != "" {
		fs = append(fs, c.refuse("RFD-BUSY", "orderId", fault.Args{"line": l.ID, "refund": c.Busy}))
	}
	if c.paid() == nil {
		fs = append(fs, c.refuse("RFD-UNPAID", "orderId", fault.Args{"line": l.ID}))
	}
	return fs
}

// kind: what is refunded at all, and how.
func (c Case) kind() (Way, fault.Faults) {
	var fs fault.Faults
	l := c.Line.Line
	if l.Type == orders.Trial {
		fs = append(fs, c.refuse("RFD-TRIAL", "orderId", fault.Args{"line": l.ID}))
	}
	if f := l.RefundFault("orderId"); f != nil {
		return Never, append(fs, f)
	}
	p, known := policyOf(c.Delivery, l.Supervised)
	if !known {
		return Never, append(fs, fault.New(fault.Invalid, "RFD-DELIVERY-UNKNOWN", "deliveryType", fault.Args{"delivery": c.Delivery}))
	}
	way := p.Way
	switch p.Setting {
	case entities.KeyRefundSaaS:
		way = Way(c.Terms.SaaS)
	case entities.KeyRefundSupervised:
		way = Way(c.Terms.Supervised)
	}
	if way == Never || l.Type == orders.Unsubscribe {
		return Never, append(fs, c.refuse("RFD-DELIVERY", "deliveryType", fault.Args{"delivery": c.Delivery}))
	}
	if c.Delivery != Hardware && c.Goods != NoGoods {
		fs = append(fs, fault.New(fault.Invalid, "RFD-GOODS", "goods", fault.Args{"delivery": c.Delivery}))
	}
	if c.Delivery == Hardware && c.Goods == NoGoods {
		fs = append(fs, fault.New(fault.Invalid, "RFD-GOODS-MISSING", "goods"))
	}
	return way, fs
}

// begun tells whether the line has taken effect by now; one that was announced for later has not.
func (c Case) begun() bool {
	e := c.Line.Happened(orders.Effective)
	return e != nil && !e.At.After(c.Now)
}

// rule is what was asked for, or the one that fits.
func (c Case) rule(way Way) string {
	switch {
	case c.Rule != "":
		return c.Rule
	case c.Line.Line.Type == orders.Renew && !c.begun():
		return orders.NotInEffect
	case way == ByAgreement:
		return orders.Negotiated
	case c.inWindow():
		return orders.FiveDay
	}
	return orders.Conditional
}

// inWindow: within five times 24 hours of provisioning. A renewal provisions nothing.
func (c Case) inWindow() bool {
	e := c.Line.Happened(orders.Effective)
	return e != nil && c.Line.Line.Type != orders.Renew && !c.Now.Before(e.At) && c.Now.Before(e.At.Add(c.Terms.FiveDay))
}

// time: what the request comes too late or too early for, by its rule.
func (c Case) time(d Decision) (fs fault.Faults) {
	l := c.Line.Line
	if d.Way == Never {
		return nil
	}
	rules := map[Way][]string{ByAgreement: {orders.Negotiated, orders.NotInEffect}, SelfService: {orders.FiveDay, orders.Conditional, orders.NotInEffect}}
	fits := false
	for _, r := range rules[d.Way] {
		fits = fits || r == d.Rule
	}
	if !fits {
		fs = append(fs, fault.New(fault.Invalid, "RFD-RULE", "rule", fault.Args{"rule": d.Rule, "delivery": c.Delivery}))
	}
	if d.Rule == orders.Negotiated && (!l.Supervised || c.Line.Happened(orders.Completed) != nil) {
		fs = append(fs, c.refuse("RFD-GUARANTEE", "orderId", fault.Args{"line": l.ID}))
	}
	if end := c.Line.EndsAt(c.Terms.Zone); end != nil && !c.Now.Before(*end) {
		fs = append(fs, c.refuse("RFD-EXPIRED", "orderId", fault.Args{"line": l.ID, "end": end.Format(time.RFC3339)}))
	}
	if l.Type == orders.Renew && c.begun() && (d.Rule == orders.Negotiated || d.Rule == orders.NotInEffect) {
		fs = append(fs, c.refuse("RFD-RENEWAL", "orderId", fault.Args{"line": l.ID}))
	}
	if d.Rule == orders.NotInEffect && l.Type != orders.Renew {
		fs = append(fs, c.refuse("RFD-NO-RENEWAL", "rule", fault.Args{"line": l.ID}))
	}
	if d.Rule == orders.FiveDay && !c.inWindow() {
		fs = append(fs, c.refuse("RFD-WINDOW", "rule", fault.Args{"hours": int(c.Terms.FiveDay / time.Hour)}))
	}
	return fs
}

// first: what has to be settled before.
func (c Case) first() (fs fault.Faults) {
	if c.Claimed {
		fs = append(fs, c.refuse("RFD-CODE-CLAIMED", "codeClaimed"))
	}
	switch c.Invoice {
	case InvoiceAsked:
		fs = append(fs, c.refuse("RFD-INVOICE-ASKED", "orderId", fault.Args{"line": c.Line.Line.ID}))
	case InvoiceIssued:
		fs = append(fs, c.refuse("RFD-INVOICE", "orderId", fault.Args{"line": c.Line.Line.ID}))
	}
	if c.Goods == GoodsNotReceived && c.Shipped {
		fs = append(fs, c.refuse("RFD-TRANSIT", "goods"))
	}
	return fs
}

// amount: what goes back. Whole refunds and conditional ones are computed; a negotiated one is above zero and at most what was paid.
func (c Case) amount(d *Decision) fault.Faults {
	l := c.Line.Line
	paid := l.Gross.Sub(c.Line.GivenBack())
	d.Figures = Figures{Paid: paid, Amount: paid}
	switch d.Rule {
	case orders.Negotiated:
		if c.Amount == nil {
			return fault.Faults{fault.New(fault.Invalid, "RFD-AMOUNT", "amount", fault.Args{"amount": "—", "paid": money.Plain(paid, l.Currency)})}
		}
		d.Amount = *c.Amount
		if !d.Amount.IsPositive() || d.Amount.GreaterThan(paid) || !d.Amount.Equal(money.Round(d.Amount, l.Currency)) {
			return fault.Faults{fault.New(fault.Invalid, "RFD-AMOUNT", "amount", fault.Args{"amount": money.Exact(d.Amount), "paid": money.Plain(paid, l.Currency)})}
		}
		return nil
	case orders.Conditional:
		if f := c.conditional(d, paid); f != nil {
			return fault.Faults{f}
		}
	}
	switch {
	case !d.Amount.IsPositive():
		return fault.Faults{c.refuse("RFD-NOTHING-LEFT", "amount", fault.Args{"paid": money.Plain(paid, l.Currency)})}
	case c.Amount != nil && !c.Amount.Equal(d.Amount):
		return fault.Faults{fault.New(fault.Invalid, "RFD-COMPUTED", "amount", fault.Args{"amount": money.Exact(*c.Amount), "right": money.Plain(d.Amount, l.Currency)})}
	}
	return nil
}

// conditional fills the figures; a line that has not begun has used nothing and pays no fee.
func (c Case) conditional(d *Decision, paid decimal.Decimal) *fault.Fault {
	if !c.begun() {
		return nil
	}
	end, began := c.Line.EndsAt(c.Terms.Zone), c.Line.Happened(orders.Effective).At
	if end == nil {
		return c.refuse("RFD-NO-PERIOD", "orderId", fault.Args{"line": c.Line.Line.ID})
	}
	share := decimal.Zero
	if c.Terms.FeeShare != nil {
		share = *c.Terms.FeeShare
	} else {
		d.Warnings = append(d.Warnings, feeUnknown())
	}
	d.Figures = Conditional(paid, c.Now.Sub(began), end.Sub(began), share, c.Line.Line.Currency)
	return nil
}
