package orders

import (
	"context"
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// Why a line is not on a bill. The first group can still be met; the closed ones cannot.
const (
	NotCertified     = "NOT_CERTIFIED"
	NotPaid          = "PAYMENT_NOT_COMPLETED"
	CreditNotRepaid  = "CREDIT_CYCLE_NOT_REPAID"
	SupervisionOpen  = "SUPERVISION_OPEN"
	AppealOpen       = "APPEAL_OPEN"
	NotEffective     = "NOT_EFFECTIVE"
	DateNotReached   = "BILL_DATE_NOT_REACHED"
	PairedWithRefund = "PAIRED_WITH_LATER_REFUND"
	FeeMissing       = "FEE_MISSING"
	RateMissing      = "RATE_MISSING"
	CurrencyMissing  = "CURRENCY_MISSING"
	HeldReason       = "HELD"
)

// Reason is one thing that keeps a line off a bill.
type Reason struct {
	Code     string
	Since    time.Time // since when it has held
	Until    time.Time // when it will end, where that is known; zero: unknown
	LiftedBy string    // customer, merchant, operations, finance, time
	Detail   string

	hold string // kind of the hold that it is
}

// Moment is the point at which a line is looked at: what had happened before End and was known before Known.
type Moment struct {
	End   time.Time
	Known time.Time
}

// At gives the line as it stood at a moment: what happened later, or became known later, is left out.
func (s *State) At(m Moment) *State {
	c := *s
	c.Events, c.Refunds, c.standing = nil, nil, nil
	for _, e := range s.Events {
		if e.At.Before(m.End) && e.KnownAt.Before(m.Known) {
			c.Events = append(c.Events, e)
		}
	}
	for _, r := range s.Refunds {
		if r.At.Before(m.End) && r.KnownAt.Before(m.Known) {
			c.Refunds = append(c.Refunds, r)
		}
	}
	c.sortRefunds()
	return &c
}

// Closed tells whether the line had ended without anything to bill, why and since when.
func (s *State) Closed() (why string, at, known time.Time) { return s.closed() }

// PoolKey names the credit pool the line waits for, and whether it waits for one.
func (s *State) PoolKey(dir *entities.Directory) (PoolKey, bool) {
	paid := s.event(Paid)
	if paid == nil || paid.Payment.Method != Credit {
		return PoolKey{}, false
	}
	return PoolKey{s.Line.Buyer, paid.Payment.Collector, period.MonthOf(paid.At, dir.Zone(paid.Payment.Collector))}, true
}

// Reasons lists everything of the line's own that kept it off a bill at a moment, in the order in which people mend them. s is the line as it
// is now; repaid tells whether its credit pool was repaid at the moment.
func (s *State) Reasons(m Moment, repaid bool) []Reason {
	l := s.Line
	then := s.At(m)
	if why, at, _ := then.closed(); why != "" {
		return []Reason{{Code: why, Since: at, LiftedBy: "nobody"}}
	}
	var out []Reason
	paid := then.event(Paid)
	switch {
	case paid == nil:
		out = append(out, Reason{Code: NotPaid, Since: l.PlacedAt, LiftedBy: "customer"})
	case paid.Payment.Method == Credit && !repaid:
		out = append(out, Reason{Code: CreditNotRepaid, Since: paid.At, LiftedBy: "customer"})
	}
	appealed := false
	if l.Supervised && then.event(Completed) == nil {
		out = append(out, Reason{Code: SupervisionOpen, Since: l.PlacedAt, LiftedBy: "customer"})
		if a := then.openAppeal(m.End); a != nil {
			out, appealed = append(out, Reason{Code: AppealOpen, Since: a.At, LiftedBy: "operations"}), true
		}
	}
	whole := then.wholeRefund()
	if e := s.event(Effective); then.event(Effective) == nil && whole == nil {
		r := Reason{Code: NotEffective, Since: l.PlacedAt, LiftedBy: "time"}
		if e != nil && e.KnownAt.Before(m.Known) {
			r.Until = e.At
		} else {
			r.LiftedBy = "merchant"
		}
		out = append(out, r)
	}
	if !s.FeeKnown {
		out = append(out, Reason{Code: FeeMissing, Since: l.PlacedAt, LiftedBy: "finance", Detail: l.Product})
	}
	for _, h := range s.HoldReasons(m) {
		if h.hold != AppealHold || !appealed { // one appeal, said once
			out = append(out, h)
		}
	}
	return out
}

// HoldReasons gives the holds of a line that stood at a moment. They keep off its own bill line, and its refunds' with it.
func (s *State) HoldReasons(m Moment) []Reason {
	var out []Reason
	for _, h := range s.Holds {
		if !h.Since.Before(m.End) || h.Until != nil && h.Until.Before(m.End) {
			continue
		}
		r := Reason{Code: HeldReason, Since: h.Since, LiftedBy: h.LiftedBy, Detail: h.Kind + ": " + h.Why, hold: h.Kind}
		if h.Until != nil {
			r.Until = *h.Until
		}
		out = append(out, r)
	}
	return out
}

// LineID names a line in the whole marketplace.
type LineID struct{ Merchant, Line string }

// States reads lines with everything known of them.
func States(ctx context.Context, tx *pg.Tx, dir *entities.Directory, ids []LineID) ([]*State, error) {
	b := newBatch(tx, false)
	b.dir = dir
	merchants, lines := make([]string, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		merchants[i], lines[i] = id.Merchant, id.Line
	}
	return b.loadStates(ctx, `(l.merchant_id, l.line_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`, merchants, lines)
}

// PoolsRepaid tells, for every pool, whether it was repaid at the end of a month in a zone, as known before an instant. A pool is not repaid before
// its cycle has ended.
func PoolsRepaid(ctx context.Context, tx *pg.Tx, keys []PoolKey, m period.Month, zone *time.Location, known time.Time) (map[PoolKey]bool, error) {
	out := map[PoolKey]bool{}
	if len(keys) == 0 {
		return out, nil
	}
	if tx.Actor.Role == pg.Web { // a merchant is told whether, and no figure
		for _, k := range keys {
			repaid, err := selectRepaid(ctx, tx, k, known)
			if err != nil {
				return nil, err
			}
			out[k] = repaid && !k.Cycle.After(m)
		}
		return out, nil
	}
	pools, err := selectPools(ctx, tx, keys, known)
	if err != nil {
		return nil, err
	}
	for k, p := range pools {
		out[k] = p.Judge(zone, m) != nil
	}
	return out, nil
}
