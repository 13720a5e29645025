package orders

import (
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
)

// State is a line with everything known about it.
type State struct {
	Line    Line
	Events  []Event
	Refunds []Refund
	Holds   []Hold
	Attempt int // raised by a correction, which reverses what the earlier attempt posted

	FeeRate  decimal.Decimal // the product's when the order was placed, or the line's own
	FeeKnown bool
	Pool     *PoolEarned // of a credit line: where its customer's pool stands; nil while it is not judged repaid

	standing *condition     // of a line that is earned already: what was, stays
	zone     *time.Location // of the owing entity
	dirty    bool
}

// PoolEarned says that the whole credit cycle of a line's customer is repaid.
type PoolEarned struct {
	Month   period.Month // the first month at whose end the pool was repaid
	At      time.Time    // when the last repayment came, or the end of the cycle if that is later
	KnownAt time.Time
}

// Hold (暂挂) keeps a line off bills until somebody lifts it.
type Hold struct {
	Line     string
	Kind     string // refund, appeal, …
	Since    time.Time
	Until    *time.Time
	LiftedBy string
	Why      string
}

func (s *State) event(kind string) *Event {
	for i := range s.Events {
		if s.Events[i].Kind == kind {
			return &s.Events[i]
		}
	}
	return nil
}

// sortRefunds puts refunds into the order in which they are computed cumulatively.
func (s *State) sortRefunds() {
	sort.Slice(s.Refunds, func(i, j int) bool {
		a, b := s.Refunds[i], s.Refunds[j]
		if !a.At.Equal(b.At) {
			return a.At.Before(b.At)
		}
		return a.ID < b.ID
	})
}

// refunded is the sum of all refunds.
func (s *State) refunded() decimal.Decimal {
	sum := decimal.Zero
	for _, r := range s.Refunds {
		sum = sum.Add(r.Gross)
	}
	return sum
}

// wholeRefund is the refund that took back the last of the line, if one did.
func (s *State) wholeRefund() *Refund {
	if len(s.Refunds) == 0 || s.Line.Gross.IsZero() || !s.refunded().Equal(s.Line.Gross) {
		return nil
	}
	return &s.Refunds[len(s.Refunds)-1]
}

// Why a line is closed without ever being billed.
const (
	ClosedTrial       = "TRIAL"
	ClosedCanceled    = "CANCELED"
	ClosedFailed      = "PROVISIONING_FAILED"
	ClosedRefunded    = "REFUNDED_BEFORE_COMPLETION"
	ClosedUnsubscribe = "UNSUBSCRIBE"
)

// closed tells whether a line ended without anything to bill, why, and since when.
func (s *State) closed() (why string, at, known time.Time) {
	l := s.Line
	switch l.Type {
	case Trial:
		return ClosedTrial, l.PlacedAt, l.KnownAt
	case Unsubscribe: // it only announces a refund; the refund itself is a fact of its own
		return ClosedUnsubscribe, l.PlacedAt, l.KnownAt
	}
	if e := s.event(Failed); e != nil && !s.settledBefore(e.At) {
		return ClosedFailed, e.At, e.KnownAt
	}
	if e := s.event(Canceled); e != nil {
		return ClosedCanceled, e.At, e.KnownAt
	}
	if r := s.wholeRefund(); r != nil && l.Supervised {
		if c := s.event(Completed); c == nil || c.At.After(r.At) {
			return ClosedRefunded, r.At, r.KnownAt
		}
	}
	return "", time.Time{}, time.Time{}
}

// settledBefore tells whether there was nothing left to provide when providing failed: the line had taken effect and, where it is supervised, was
// accepted; or all its money had gone back. What is earned by that stays earned.
func (s *State) settledBefore(failed time.Time) bool {
	before := func(kind string) bool { e := s.event(kind); return e != nil && !e.At.After(failed) }
	if before(Effective) && (!s.Line.Supervised || before(Completed)) {
		return true
	}
	r := s.wholeRefund()
	return r != nil && r.Rule != ProvisionFailed && !r.At.After(failed) && s.event(Paid) != nil
}

// condition is the moment at which the last of a line's own conditions came true.
type condition struct {
	at    time.Time
	known time.Time
	cycle period.Month
}

func (c *condition) add(at, known time.Time) {
	if at.After(c.at) {
		c.at = at
	}
	if known.After(c.known) {
		c.known = known
	}
}

// EarnedBy tells whether a line stood earned in the run of a month, by what was known before an instant. It stays so, even where credit of its
// cycle that is heard of later makes the customer owe again.
func (s *State) EarnedBy(month period.Month, known time.Time) bool {
	return s.standing != nil && !s.standing.cycle.After(month) && s.standing.known.Before(known)
}

// earnedWhen tells whether all of the line's own conditions hold at now, and since when. Certification is not one of them.
// due is the future instant at which a condition with a known date will come true, if that is all that is missing.
func (s *State) earnedWhen(now time.Time) (c condition, ok bool, due time.Time) {
	if s.standing != nil {
		return *s.standing, true, due
	}
	if why, _, _ := s.closed(); why != "" || s.Line.Mode == OnDemand || !s.FeeKnown {
		return c, false, due
	}
	paid := s.event(Paid)
	if paid == nil {
		return c, false, due
	}
	c.add(paid.At, paid.KnownAt)
	if s.Line.Supervised {
		done := s.event(Completed)
		if done == nil {
			return c, false, due
		}
		c.add(done.At, done.KnownAt)
	}
	if paid.Payment.Method == Credit {
		if s.Pool == nil {
			return c, false, due
		}
		c.add(s.Pool.At, s.Pool.KnownAt)
	}
	effective := s.event(Effective)
	whole := s.wholeRefund()
	switch {
	case whole != nil && (effective == nil || effective.At.After(whole.At) || effective.KnownAt.After(whole.KnownAt)):
		// Nothing is left that could take effect: order and refund stand on one bill, at the refund. That it had taken effect may be heard
		// of later; by then both are earned.
		c.add(whole.At, whole.KnownAt)
	case effective == nil:
		return c, false, due
	default:
		c.add(effective.At, effective.KnownAt)
	}
	if c.at.After(now) {
		return c, false, c.at
	}
	// A condition announced ahead is not met before its time, however early it was known.
	if c.known.Before(c.at) {
		c.known = c.at
	}
	c.cycle = period.MonthOf(c.at, s.zone)
	if paid.Payment.Method == Credit && c.cycle.Before(s.Pool.Month) {
		c.cycle = s.Pool.Month
	}
	return c, true, due
}
