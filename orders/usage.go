package orders

import (
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/orders/metering"
)

// deriveUsage gives the postings of a usage line: it is taken and earned once, as the sum of its instance and month. Usage that is
// paid in money counts as paid; on credit it waits for the customer's pool like every other credit line.
func (s *State) deriveUsage(u UsageLine, pool *PoolEarned) Derived {
	var d Derived
	paid := s.event(Paid)
	if paid == nil || !s.FeeKnown {
		return d
	}
	l := s.Line
	owed := u.Gross.Sub(u.CustomerWHT)
	t := collect(nil, l.Entity, paid.Payment.Collector, l.Currency, payer(paid.Payment.Method), ledger.DeferredOrders, owed)
	t = ledger.Move(t, l.Entity, l.Currency, ledger.WHTCertificates, ledger.DeferredOrders, u.CustomerWHT, "")
	d.Entries = append(d.Entries, s.entry("taken", u.ID, u.at, u.KnownAt, t))
	c := condition{at: u.at, known: u.KnownAt, cycle: u.Cycle}
	if paid.Payment.Method == Credit {
		d.Used = append(d.Used, Movement{
			Buyer: l.Buyer, Collector: paid.Payment.Collector, Cycle: u.Cycle, ID: "used/" + u.ID, Kind: Used, Currency: l.Currency,
			Amount: owed, At: u.at, KnownAt: u.KnownAt,
		})
		if pool == nil {
			return d
		}
		c.add(pool.At, pool.KnownAt)
		if c.cycle.Before(pool.Month) {
			c.cycle = pool.Month
		}
	}
	p := split(u.Gross, u.Tax, u.CustomerWHT, s.FeeRate, l.Terms.SellerTaxes)
	d.Entries = append(d.Entries, s.entry("earned", u.ID, c.at, c.known, recognise(l.Entity, l.Currency, p)))
	d.Earned = append(d.Earned, s.earned(u.ID, "usage", p, c))
	return d
}

// Covering is the package as rating takes it, in effect from an instant on.
func (q *PackageTerms) Covering(l Line, from time.Time) metering.Package {
	p := metering.Package{ID: l.ID, Quota: q.Quota, Reset: metering.Reset(q.Reset), From: from, Until: q.ValidUntil, Instance: l.Terms.Instance, Stop: q.Stop}
	if q.Cycle == "order" {
		p.Cycle = metering.OrderCycle
	}
	return p
}

// RefundFault tells why a line of this kind is never refunded, by whoever asks; nil where it may be. What the marketplace says did happen is
// taken all the same.
func (l Line) RefundFault(path string) *fault.Fault {
	switch l.Mode {
	case Package:
		return fault.New(fault.Conflict, "ORD-PKG-NO-REFUND", path, fault.Args{"line": l.ID})
	case OnDemand:
		return fault.New(fault.Conflict, "ORD-USAGE-NO-REFUND", path, fault.Args{"line": l.ID})
	}
	return nil
}

// UsageLineID names the line of an instance's usage in a month of consumption, as the run of month heard makes it.
func UsageLineID(line string, cycle, heard period.Month) string {
	return usageLineID(line, cycle, heard)
}

// addUsageLine keeps a usage line that the marketplace rated itself.
func (b *batch) addUsageLine(s *State, u UsageLine) fault.Faults {
	if s.event(Paid) == nil {
		return fault.Faults{fault.New(fault.Conflict, "USAGE-UNPAID", "orderId", fault.Args{"line": s.Line.ID})}
	}
	if !s.FeeKnown {
		return fault.Faults{fault.New(fault.Conflict, "FEE-MISSING", "orderId", fault.Args{"line": s.Line.ID, "product": s.Line.Product})}
	}
	if !s.zoneEnd(u.Cycle).After(u.at) { // told after its month ended: it belongs to the month's last instant
		u.at = u.Cycle.LastInstant(s.zone)
	}
	b.rows.usageLines = append(b.rows.usageLines, u)
	b.collect(s, s.deriveUsage(u, nil))
	b.fresh++
	return nil
}

// usageLineID names the line of an instance's usage in a month; what was heard of after that month's run is a line of its own.
func usageLineID(line string, cycle, heard period.Month) string {
	id := line + "/U/" + cycle.String()
	if heard != cycle {
		id += "/late-" + heard.String()
	}
	return id
}
