package orders

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

func TestAFailureClosesOnlyWhatWasNotProvided(t *testing.T) {
	t.Parallel()
	failed := time.Date(2026, 10, 5, 5, 0, 0, 0, time.UTC)
	earlier, later := failed.Add(-time.Hour), failed.Add(time.Hour)
	for _, c := range []struct {
		outcome    string
		supervised bool
		events     map[string]time.Time
		back       time.Time
		want       string
	}{
		{"paid, never in effect", false, map[string]time.Time{Paid: earlier}, time.Time{}, ClosedFailed},
		{"in effect before it failed", false, map[string]time.Time{Paid: earlier, Effective: earlier}, time.Time{}, ""},
		{"in effect after it failed", false, map[string]time.Time{Paid: earlier, Effective: later}, time.Time{}, ClosedFailed},
		{"supervised, in effect, not accepted", true, map[string]time.Time{Paid: earlier, Effective: earlier}, time.Time{}, ClosedFailed},
		{"supervised and accepted before it failed", true, map[string]time.Time{Paid: earlier, Effective: earlier, Completed: earlier}, time.Time{}, ""},
		{"given back before it failed", false, map[string]time.Time{Paid: earlier}, earlier, ""},
		{"given back after it failed", false, map[string]time.Time{Paid: earlier}, later, ClosedFailed},
	} {
		s := &State{Line: Line{Type: New, Mode: OneTime, Gross: decimal.NewFromInt(100), Supervised: c.supervised}, Events: []Event{{Kind: Failed, At: failed}}}
		for k, at := range c.events {
			s.Events = append(s.Events, Event{Kind: k, At: at})
		}
		if !c.back.IsZero() {
			s.Refunds = []Refund{{Gross: s.Line.Gross, At: c.back}}
		}
		if why, _, _ := s.closed(); why != c.want {
			t.Errorf("%s: closed as %q, want %q", c.outcome, why, c.want)
		}
	}
}
