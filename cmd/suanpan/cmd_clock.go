package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"suanpan/internal/fault"
	"suanpan/ledger"
)

var errKeeper = errors.New("the keeper is started by the program itself")

func clockCommand(m *Main) *cobra.Command {
	return &cobra.Command{
		Use:   "clock [+3d | 2026-11-13T10:00]",
		Short: "Show or move the demo's clock",
		Long: `Shows the business time of an installation, or moves that of a demo forward: by days (+3d), hours (+5h), minutes (+30m) or to an instant
(2026-11-13, 2026-11-13T10:00, both UTC, or with an offset). What became due by then is done. Outside a demo the clock is not moved.
Where neither a folder nor a database is named, the demo of the data folder is meant.`,
		Example: "  suanpan clock\n  suanpan clock +3d\n  suanpan clock 2026-11-20T09:00",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if m.flags.data == "" && m.databaseURL() == "" && m.demoStands() {
				m.flags.demo = true
			}
			return m.with(c.Context(), func(s *session) error { return m.clock(c.Context(), s, args) })
		},
	}
}

// demoStands tells whether a demo was laid out in the data folder.
func (m *Main) demoStands() bool {
	_, err := os.Stat(filepath.Join(m.dataDir(), "demo"))
	return err == nil
}

func (m *Main) clock(ctx context.Context, s *session, args []string) error {
	var done dueWork
	if len(args) == 1 {
		by, to, err := readMove(args[0])
		if err != nil {
			return err
		}
		if to.IsZero() {
			_, err = s.db.AdvanceClock(ctx, by)
		} else {
			err = s.db.MoveClock(ctx, to)
		}
		if err != nil {
			return err
		}
		if err := m.askWorkers(ctx, s); err != nil {
			return err
		}
		if done, err = s.doAll(ctx, m.Clock()); err != nil {
			return err
		}
	}
	demo, now, err := s.db.Demo(ctx)
	if err != nil {
		return err
	}
	if !demo {
		now = m.Clock().UTC()
	}
	if m.flags.json {
		return m.printJSON(map[string]any{"demo": demo, "now": now, "due": done})
	}
	if len(args) == 1 {
		m.remark("clock.due", "lines", done.Lines, "reissues", done.Reissues)
	}
	key := "clock.real"
	if demo {
		key = "clock.demo"
	}
	_, err = m.Stdout.Write([]byte(m.say(key, "now", now.Format(time.RFC3339)) + "\n"))
	return err
}

// askWorkers lets those who work on this database, wherever they run, look for what is due without waiting for their round.
func (m *Main) askWorkers(ctx context.Context, s *session) error {
	r, err := m.runner(ctx, s, 0, "")
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = r.Enqueue(ctx)
	return err
}

var moveBy = regexp.MustCompile(`^\+([0-9]{1,4})([dhm])$`)

// readMove reads how the clock is to be moved: by a duration or to an instant.
func readMove(s string) (by time.Duration, to time.Time, err error) {
	if p := moveBy.FindStringSubmatch(s); p != nil {
		n, _ := strconv.Atoi(p[1])
		unit := map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "m": time.Minute}[p[2]]
		return time.Duration(n) * unit, time.Time{}, nil
	}
	to, err = readInstant(s, "CLOCK")
	return 0, to, err
}

// readInstant reads 2026-11-13, 2026-11-13T10:00 (both UTC) or RFC 3339.
func readInstant(s, path string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "CLI-VALUE", path, fault.Args{"got": s, "want": "2026-11-13T10:00"})
}

// dueWork says what was due and is done.
type dueWork struct {
	Lines    int   `json:"lines"`        // whose announced condition came true
	Timers   int   `json:"timers"`       // of the processes around orders
	Failed   int   `json:"failed"`       // timers whose work failed; they are tried again
	Calls    int   `json:"calls"`        // requests to sellers
	Charges  int64 `json:"usageCharges"` // of usage that was collected
	Reissues int   `json:"reissues"`     // invoices that have to be issued again
	Sealed   int64 `json:"sealed"`
}

// doDue does what is due by business time, and clears away what ended by machine time.
func (s *session) doDue(ctx context.Context, machine time.Time) (w dueWork, err error) {
	all := func() bool { return false }
	if w.Lines, _, err = s.dueLines(ctx, all); err != nil {
		return w, err
	}
	if w.Timers, w.Failed, err = s.orders.FireDue(ctx, s.db, machine); err != nil {
		return w, err
	}
	if w.Charges, err = s.usage.Collect(ctx, s.db); err != nil {
		return w, err
	}
	if w.Reissues, err = s.dueReissues(ctx); err != nil {
		return w, err
	}
	if err = s.dueAnswers(ctx); err != nil {
		return w, err
	}
	if _, err = s.notices.Deliver(ctx, s.db, all); err != nil {
		return w, err
	}
	if err = s.sweep(ctx, machine); err != nil {
		return w, err
	}
	w.Sealed, err = ledger.Seal(ctx, s.db)
	return w, err
}

// doAll is doDue with the requests to sellers that may be made, and what follows from their answers.
func (s *session) doAll(ctx context.Context, machine time.Time) (dueWork, error) {
	w, err := s.doDue(ctx, machine)
	if err != nil {
		return w, err
	}
	if _, err = s.catalog.RunDials(ctx, s.db, machine); err != nil {
		return w, err
	}
	if w.Calls, err = s.provisioning.Dispatch(ctx, s.db); err != nil || w.Calls == 0 {
		return w, err
	}
	more, err := s.doDue(ctx, machine)
	w.Lines, w.Timers, w.Failed = w.Lines+more.Lines, w.Timers+more.Timers, w.Failed+more.Failed
	w.Charges, w.Reissues, w.Sealed = w.Charges+more.Charges, w.Reissues+more.Reissues, w.Sealed+more.Sealed
	return w, err
}

func tickCommand(m *Main) *cobra.Command {
	return &cobra.Command{
		Use:   "tick",
		Short: "Do what is due now",
		Long: `Does what became due by business time: lines whose announced date came, invoices that a law no longer lets be paid; seals the ledger;
and clears ended sessions. "serve" does so by itself; this is for installations that start jobs from outside. Running it again does nothing.`,
		RunE: func(c *cobra.Command, _ []string) error {
			return m.with(c.Context(), func(s *session) error {
				if err := m.channels(c.Context(), s, ""); err != nil {
					return err
				}
				w, err := s.doAll(c.Context(), m.Clock())
				if err != nil {
					return err
				}
				if m.flags.json {
					return m.printJSON(w)
				}
				m.remark("tick.done", "lines", w.Lines, "reissues", w.Reissues, "sealed", w.Sealed)
				return nil
			})
		},
	}
}
