package audit

import (
	"sort"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
)

// hold lists what a run left off its bills, with every reason.
func (a *auditor) hold(run period.Month, out *Month) {
	put := func(id string, reasons []string) {
		if len(reasons) > 0 {
			sort.Strings(reasons)
			out.Held[id] = strings.Join(reasons, ", ")
		}
	}
	for _, o := range a.orders {
		put(o.f.Order, a.reasons(o, run))
	}
	for _, l := range a.lines {
		if l.kind == "order" || l.bill != "" {
			continue
		}
		var rs []string
		if a.payout(l.o.f.Merchant, l.o.f.OwedBy, run) == "" {
			rs = append(rs, "NOT_CERTIFIED")
		}
		if l.earnedIn.IsZero() {
			rs = append(rs, "CREDIT_CYCLE_NOT_REPAID")
		}
		for range l.o.held(a.runInstant(l.o.f.OwedBy, run), run.End(a.zones[l.o.f.OwedBy])) {
			rs = append(rs, "HELD")
		}
		put(l.id, rs)
	}
}

func (a *auditor) reasons(o *order, run period.Month) []string {
	e := o.f.OwedBy
	known, end := a.runInstant(e, run), run.End(a.zones[e])
	if o.onDemand() || o.earned != nil && o.earned.bill != "" || !o.known.Before(known) || !o.at.Before(known) {
		return nil
	}
	if !o.at.Before(end) {
		return []string{"BILL_DATE_NOT_REACHED"}
	}
	if why, at := a.closedWhy(o, known); why != "" && at.Before(end) {
		if o.listedClosed {
			return nil
		}
		o.listedClosed = true
		return []string{why}
	}
	var rs []string
	if a.payout(o.f.Merchant, e, run) == "" {
		rs = append(rs, "NOT_CERTIFIED")
	}
	holds := func(m *moment) bool { m = seen(m, known); return m != nil && m.at.Before(end) }
	if o.credit() {
		if _, ok := a.repaid(a.poolOf(o), o, run); !ok && o.earned == nil {
			rs = append(rs, "CREDIT_CYCLE_NOT_REPAID")
		}
	} else if !holds(o.paid) {
		rs = append(rs, "PAYMENT_NOT_COMPLETED")
	}
	if o.f.Supervised && !holds(o.completed) {
		rs = append(rs, "SUPERVISION_OPEN")
		if o.appealed(known, end) {
			rs = append(rs, "APPEAL_OPEN")
		}
	}
	whole := a.whole(o, known)
	if back := whole != nil && whole.at.Before(end); !holds(o.effective) && !back { // a whole refund leaves nothing to take effect
		rs = append(rs, "NOT_EFFECTIVE")
	}
	for range o.held(known, end) {
		rs = append(rs, "HELD")
	}
	if o.earned != nil && a.paired(o.earned, run) {
		rs = append(rs, "PAIRED_WITH_LATER_REFUND")
	}
	return rs
}

// held counts the holds of an order that stood at a month's end, by what was known at its run.
func (o *order) held(known, end time.Time) int {
	n := 0
	for _, h := range o.holds {
		if h.at.Before(end) && h.known.Before(known) && (h.lifted == nil || !h.lifted.at.Before(end) || !h.lifted.known.Before(known)) {
			n++
		}
	}
	return n
}

// frozen tells whether an appeal was open at a moment, that of its closing excepted.
func (o *order) frozen(at time.Time) bool {
	open, last := false, time.Time{}
	for _, p := range o.appeals {
		if !p.at.After(at) && !p.at.Before(last) {
			open, last = p.open, p.at
		}
	}
	return open
}

// refunded is everything that was given back.
func (o *order) refunded() decimal.Decimal {
	sum := decimal.Zero
	for _, r := range o.refunds {
		sum = sum.Add(r.gross)
	}
	return sum
}

// appealed tells whether the last that was heard of an order's appeals is that one was opened.
func (o *order) appealed(known, end time.Time) bool {
	open, last := false, time.Time{}
	for _, p := range o.appeals {
		if p.known.Before(known) && p.at.Before(end) && !p.at.Before(last) {
			open, last = p.open, p.at
		}
	}
	return open
}
