package audit

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
)

// line is what a bill shows.
type line struct {
	figures
	id, kind string
	o        *order
	cycle    period.Month // of the last condition to come true
	earnedIn period.Month // the run from which on it can be billed; zero while it is not earned
	pair     *refund      // of an order: its full five-day or not-in-effect refund
	bill     string
}

// recognise books what a line is made of.
func (a *auditor) recognise(cause string, m period.Month, l *line) {
	book, c := l.o.f.OwedBy, saleCurrency(l.o.f)
	if a.mistake != TaxMissing {
		a.post(cause, m, book, c, "deferred_orders", "tax_payable", l.tax)
	}
	wht := l.wht
	if a.mistake == WHTWrongSide {
		wht = wht.Neg()
	}
	a.post(cause, m, book, c, "deferred_orders", "wht_borne", wht)
	a.post(cause, m, book, c, "deferred_orders", "platform_fee", l.fee)
	a.post(cause, m, book, c, "deferred_orders", "merchant_unbilled:"+l.o.f.Merchant, l.share)
}

// whole is the refund that took back the last of an order, if it is known.
func (a *auditor) whole(o *order, known time.Time) *refund {
	sum := decimal.Zero
	for _, r := range o.refunds {
		if !r.known.Before(known) {
			continue
		}
		if sum = sum.Add(r.gross); sum.Equal(o.gross) {
			return r
		}
	}
	return nil
}

func seen(m *moment, known time.Time) *moment {
	if m == nil || !m.known.Before(known) {
		return nil
	}
	return m
}

// provided tells whether nothing was left to provide at a moment: a failure that is told of after it changes nothing.
func (a *auditor) provided(o *order, at, known time.Time) bool {
	before := func(m *moment) bool { m = seen(m, known); return m != nil && !m.at.After(at) }
	if r := a.whole(o, known); r != nil && r.rule != "failed" && r.rule != "provisioning_failed" && before(&r.moment) {
		return true
	}
	return before(o.effective) && (!o.f.Supervised || before(o.completed))
}

// closedWhy tells whether an order ended without anything to bill, and when.
func (a *auditor) closedWhy(o *order, known time.Time) (string, time.Time) {
	if o.f.Type == "TRIAL" {
		return "TRIAL", o.at
	}
	if m := seen(o.failed, known); m != nil && !a.provided(o, m.at, known) {
		return "PROVISIONING_FAILED", m.at
	}
	if m := seen(o.canceled, known); m != nil {
		return "CANCELED", m.at
	}
	if r := a.whole(o, known); r != nil && o.f.Supervised {
		if c := seen(o.completed, known); c == nil || c.at.After(r.at) {
			return "REFUNDED_BEFORE_COMPLETION", r.at
		}
	}
	return "", time.Time{}
}

// ready tells whether all of an order's own conditions hold at a run, and the month of the last of them.
func (a *auditor) ready(o *order, run period.Month) (period.Month, bool) {
	e := o.f.OwedBy
	known := a.runInstant(e, run)
	if why, _ := a.closedWhy(o, known); why != "" || o.onDemand() || !o.known.Before(known) {
		return period.Month{}, false
	}
	needs := []*moment{seen(o.paid, known)}
	if o.f.Supervised {
		needs = append(needs, seen(o.completed, known))
	}
	effective, whole := seen(o.effective, known), a.whole(o, known)
	if whole != nil && (effective == nil || effective.at.After(whole.at)) {
		effective = &whole.moment // nothing is left that could take effect
	}
	cycle := a.month(o.at, e)
	for _, n := range append(needs, effective) {
		if n == nil {
			return period.Month{}, false
		}
		cycle = later(cycle, a.month(n.at, e))
	}
	if o.credit() {
		m, ok := a.repaid(a.poolOf(o), o, run)
		if !ok {
			return period.Month{}, false
		}
		cycle = later(cycle, m)
	}
	return cycle, !cycle.After(run)
}

// earn books what became earned by a run: orders, their refunds, usage on credit.
func (a *auditor) earn(run period.Month) {
	for _, o := range a.orders {
		if o.earned == nil {
			if cycle, ok := a.ready(o, run); ok {
				o.earned = &line{id: o.f.Order, kind: "order", o: o, cycle: cycle, earnedIn: run, figures: a.orderFigures(o, o.gross, o.tax, o.wht)}
				a.lines = append(a.lines, o.earned)
				a.recognise("earned/"+o.f.Order, run, o.earned)
			}
		}
		if o.earned != nil {
			a.unearn(o, run)
		}
	}
	for _, l := range a.lines {
		if !l.earnedIn.IsZero() {
			continue
		}
		p := pool{l.o.f.Customer, l.o.f.CollectedBy, l.cycle}
		if m, ok := a.repaid(p, l.o, run); ok {
			l.cycle, l.earnedIn = later(l.cycle, m), run
			a.recognise("earned/"+l.id, run, l)
		}
	}
}

func (a *auditor) unearn(o *order, run period.Month) {
	known := a.runInstant(o.f.OwedBy, run)
	for _, r := range o.refunds {
		if r.done || !r.known.Before(known) {
			continue
		}
		if (r.rule == "five_day" || r.rule == "renewal_not_effective") && a.mistake != PairApart {
			o.earned.pair = r
		}
		cycle := later(o.earned.cycle, a.month(r.at, o.f.OwedBy))
		if cycle.After(run) {
			continue
		}
		r.done = true
		l := &line{id: r.id, kind: "refund", o: o, cycle: cycle, earnedIn: run, figures: a.mirror(o, r, o.earned.figures)}
		a.lines = append(a.lines, l)
		a.recognise("unearned/"+r.id, run, l)
	}
}
