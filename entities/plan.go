package entities

import (
	"sort"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

// Plan is when the steps of one month's run fall for one entity if every published limit is used up.
type Plan struct {
	Entity        string
	Period        period.Month
	RunDay        period.Day
	RunAt         time.Time
	ReviewBy      period.Day // run day + review_workdays
	CountersignBy period.Day // review + countersign_workdays
	NoticeDay     period.Day // the invoice list reaches the merchant: with the end of countersigning
	LastInvoice   period.Day // last day on which its invoice is received in time
	Windowed      bool       // the entity's law has a last day of the month for receipt: it comes first in the plan
	Tight         bool       // the notice comes on the day before the last one of its month's window, or later
	Basis         Basis
	Warnings      fault.Faults
}

// Plan lists the run of a month for every usable entity: those whose law has a window in the month first, the rest by code.
func (d *Directory) Plan(m period.Month) []Plan {
	var out []Plan
	for _, e := range d.Entities() {
		out = append(out, d.planOf(e.Code, m))
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Windowed && !out[b].Windowed })
	return out
}

func (d *Directory) planOf(entity string, m period.Month) Plan {
	zone, scope := d.Zone(entity), ForEntity(entity)
	p := Plan{Entity: entity, Period: m}
	p.RunDay, p.Basis = d.RunDay(entity, m)
	p.RunAt = p.RunDay.Start(zone)
	c := d.counter(entity, p.RunAt)
	c.basis = p.Basis
	p.ReviewBy = c.add(p.RunDay, d.Int(KeyReviewWorkdays, scope, p.RunAt))
	p.CountersignBy = c.add(p.ReviewBy, d.Int(KeyCountersignDays, scope, p.RunAt))
	p.NoticeDay, p.Basis = p.CountersignBy, c.basis
	p.LastInvoice = d.InvoiceDue(entity, p.NoticeDay)
	if key := d.Jurisdiction(entity).LastDayKey(); key != "" {
		p.Windowed = true
		last := d.Int(key, scope, p.RunAt)
		p.Tight = p.NoticeDay.Day >= last-1
		p.LastInvoice = lastInWindow(p.NoticeDay, p.LastInvoice, last)
		if p.Tight {
			p.Warnings = append(p.Warnings, fault.Warning("PLAN-TIGHT", entity, fault.Args{
				"entity": entity, "notice": p.NoticeDay, "last": last, "invoice": p.LastInvoice,
			}))
		}
	}
	if p.Basis.WeekendsOnly() {
		p.Warnings = append(p.Warnings, fault.Warning("PLAN-WEEKENDS-ONLY", entity, fault.Args{"entity": entity, "basis": p.Basis}))
	}
	return p
}

// lastInWindow is the latest day, not after due, that lies in the first `last` days of its month; from the notice on.
func lastInWindow(notice, due period.Day, last int) period.Day {
	if due.Day > last {
		due = due.Of().Day(last)
	}
	if due.Before(notice) { // the notice came after the window of its month, and due lies in the same month
		return notice.Of().Next().Day(last)
	}
	return due
}

// InvoiceDue is the last day for an invoice to a list noticed on a day: the same day number invoice_due_months later, or that
// month's last day. Later waits for finance and is not refused.
func (d *Directory) InvoiceDue(entity string, notice period.Day) period.Day {
	n := d.Int(KeyInvoiceDueMonths, ForEntity(entity), notice.Start(d.Zone(entity)))
	return notice.Of().Add(n).Day(notice.Day)
}
