package audit

import (
	"sort"
	"strings"

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
		if holds(o.opened) && !holds(o.closed) {
			rs = append(rs, "APPEAL_OPEN")
		}
	}
	whole := a.whole(o, known)
	if back := whole != nil && whole.at.Before(end); !holds(o.effective) && !back { // a whole refund leaves nothing to take effect
		rs = append(rs, "NOT_EFFECTIVE")
	}
	if o.earned != nil && a.paired(o.earned, run) {
		rs = append(rs, "PAIRED_WITH_LATER_REFUND")
	}
	return rs
}
