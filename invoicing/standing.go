package invoicing

import (
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/money"
)

// Standing is where a requisition stands for its merchant, in one word: a requisition that is open may wait for very different things.
type Standing string

// The standings. The first group waits for the merchant.
const (
	StandsOpen       Standing = "open"       // nothing was sent yet
	StandsRefused    Standing = "refused"    // what was sent last was refused
	StandsIncomplete Standing = "incomplete" // right so far, more has to follow
	StandsReissue    Standing = "reissue"    // a law asks for a new invoice
	StandsRevoked    Standing = "revoked"    // an acceptance was undone

	StandsLate      Standing = "late" // finance decides
	StandsAccepted  Standing = "accepted"
	StandsPaid      Standing = "paid"
	StandsWithdrawn Standing = "withdrawn"
)

// Waits tells whether it is the merchant's turn.
func (s Standing) Waits() bool {
	switch s {
	case StandsOpen, StandsRefused, StandsIncomplete, StandsReissue, StandsRevoked:
		return true
	}
	return false
}

// Standing follows from the requisition's state and from what was sent last. A late upload goes before a pending one, since only
// finance can move it; at is business time: an invoice whose month is over has to be issued again before the timer has turned it.
func (d Detail) Standing(at time.Time) Standing {
	switch d.State {
	case StateAccepted:
		if d.over(at) {
			return StandsReissue
		}
		return StandsAccepted
	case StatePaid:
		return StandsPaid
	case StateWithdrawn:
		return StandsWithdrawn
	}
	out := StandsOpen
	for _, i := range d.Invoices { // in the order sent: the last one that says something decides
		switch i.Status {
		case StatusRefused:
			out = StandsRefused
		case StatusReissue:
			out = StandsReissue
		case StatusRevoked:
			out = StandsRevoked
		}
	}
	pending := false
	for _, i := range d.Invoices {
		if i.Status == StatusWaiting {
			return StandsLate
		}
		pending = pending || i.Status == StatusPending
	}
	switch {
	case d.over(at):
		return StandsReissue
	case pending:
		return StandsIncomplete
	case len(d.Invoices) == 0 && len(d.Submissions) > 0:
		return StandsRefused
	}
	return out
}

func (d Detail) over(at time.Time) bool {
	for _, i := range d.Invoices {
		if i.Status.Live() && i.Status != StatusPaid && !i.ReissueAt.IsZero() && !i.ReissueAt.After(at) {
			return true
		}
	}
	return false
}

// Missing is what an incomplete requisition still lacks, as the last upload that was not refused found it.
func (d Detail) Missing() *money.Amount {
	for n := len(d.Submissions) - 1; n >= 0; n-- {
		if v := d.Submissions[n].Verdict; v.Outcome != Refused {
			return v.Missing
		}
	}
	return nil
}

// PayBefore is the instant by which a law wants the live invoices paid; zero where none does.
func (d Detail) PayBefore() time.Time {
	var out time.Time
	for _, i := range d.Invoices {
		if i.Status.Live() && !i.ReissueAt.IsZero() && (out.IsZero() || i.ReissueAt.Before(out)) {
			out = i.ReissueAt
		}
	}
	return out
}

// Deadline is until when an invoice for a list is in time, and what the law of the paying entity's country adds.
type Deadline struct {
	Last      period.Day // the last day in time; later waits for finance
	Zone      *time.Location
	Passed    bool       // at the time of asking
	Window    period.Day // last day of the month's window in which an invoice may arrive at all; zero where no law has one
	WindowDay int        // its day number: 19 in Brazil, unless the setting says otherwise
	OneMonth  bool       // the invoice is dated, received and paid in one month
}

// DeadlineOf answers for a list at an instant of business time.
func DeadlineOf(dir *entities.Directory, l List, at time.Time) Deadline {
	g := GroundAt(dir, l.Entity, at)
	d := Deadline{Last: g.LastDayFor(l, SettingsAt(dir, []List{l}, at)), Zone: g.zone()}
	today := period.DayOf(at, d.Zone)
	d.Passed = today.After(d.Last)
	if g.Law == nil {
		return d
	}
	_, d.OneMonth = g.Law.PaymentWindowIn(today, d.Zone)
	if d.WindowDay = g.LastDay; d.WindowDay > 0 {
		d.Window = today.Of().Day(d.WindowDay)
		if today.After(d.Window) {
			d.Window = today.Of().Next().Day(d.WindowDay)
		}
	}
	return d
}
