package invoicing

import (
	"context"
	"slices"
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// Past chooses verdicts that were given: those on lists of a settlement period and an entity. Zero chooses all.
type Past struct {
	Period period.Month
	Entity string
}

// Again is a verdict that comes out otherwise than it was given, or otherwise under the rules of one day than of another.
type Again struct {
	Merchant    string    `json:"merchant"`
	Requisition string    `json:"requisition"`
	Submission  int       `json:"submission"`
	N           int       `json:"n"` // 1 as received, 2 after finance took a late one
	ReceivedAt  time.Time `json:"receivedAt"`
	Before      Result    `json:"before"`
	After       Result    `json:"after"`
}

// Gone lists what Before says and After does not; New the other way round: codes with their places.
func (a Again) Gone() []string { return without(a.Before.all(), a.After.all()) }

// New lists what After says and Before does not.
func (a Again) New() []string { return without(a.After.all(), a.Before.all()) }

func (r Result) all() []string { return slices.Concat(r.Faults, r.Holds, r.Warnings) }

func without(list, other []string) []string {
	out := []string{}
	for _, s := range list {
		if !slices.Contains(other, s) {
			out = append(out, s)
		}
	}
	return out
}

// Replay judges verdicts of the past again on what they were given on, and answers with how many there were and which came out otherwise:
// none, or the program judges differently than it did.
func (s *Service) Replay(ctx context.Context, tx *pg.Tx, f Past) (n int, other []Again, err error) {
	err = eachJudged(ctx, tx, f, func(g Judged) error {
		n++
		if r := ResultOf(Judge(g.Input)); !r.Same(g.Result) {
			other = append(other, g.again(g.Result, r))
		}
		return nil
	})
	return n, other, err
}

// Diff judges verdicts of the past under the rules and settings as they stand at the end of day a, and of day b, and answers with those that
// come out differently. Each is judged alone: what would have followed from another verdict, such as a new invoice, is not invented.
func (s *Service) Diff(ctx context.Context, tx *pg.Tx, f Past, a, b period.Day) (n int, changed []Again, err error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return 0, nil, err
	}
	err = eachJudged(ctx, tx, f, func(g Judged) error {
		n++
		before, after := ResultOf(Judge(g.Input.on(dir, a))), ResultOf(Judge(g.Input.on(dir, b)))
		if !before.Same(after) {
			changed = append(changed, g.again(before, after))
		}
		return nil
	})
	return n, changed, err
}

func (g Judged) again(before, after Result) Again {
	return Again{g.Merchant, g.Requisition, g.Submission, g.N, g.Input.Upload.ReceivedAt, before, after}
}

// on is the same input on the ground of another day: its national rules and its settings, whenever the notice was.
func (in Input) on(dir *entities.Directory, d period.Day) Input {
	in.RulesOn, in.Settings = d, DefaultSettings()
	grounds := map[string]Ground{}
	for _, l := range in.Lists {
		at := d.Add(1).Start(dir.Zone(l.Entity)).Add(-time.Microsecond)
		for code, g := range groundsOf(dir, []List{l}, at) {
			grounds[code] = g
		}
		l.NoticeAt = at
		set := SettingsAt(dir, []List{l}, at)
		for _, c := range set.Compare {
			c.From = period.Day{} // it counts for a notice of any day
			in.Settings.Compare = append(in.Settings.Compare, c)
		}
		in.Settings.ReuseAfterRejection = in.Settings.ReuseAfterRejection && set.ReuseAfterRejection
	}
	in.Grounds = grounds
	return in
}
