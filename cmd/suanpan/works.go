package main

import (
	"context"
	"runtime"
	"time"

	"suanpan/cmd/suanpan/jobs"
	"suanpan/internal/auth"
	"suanpan/internal/pg"
	"suanpan/ledger"
	metered "suanpan/orders/metering/usage"
)

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

// tally sums up what works did, for one who does them one after the other and tells; nil where nobody asks.
type tally struct{ dueWork }

func (t *tally) add(w dueWork) {
	if t == nil {
		return
	}
	t.Lines, t.Timers, t.Failed, t.Calls = t.Lines+w.Lines, t.Timers+w.Timers, t.Failed+w.Failed, t.Calls+w.Calls
	t.Charges, t.Reissues, t.Sealed = t.Charges+w.Charges, t.Reissues+w.Reissues, t.Sealed+w.Sealed
}

// doAll does all works one after the other, and once more what follows from sellers' answers.
func (s *session) doAll(ctx context.Context, machine time.Time) (dueWork, error) {
	var t tally
	for range 2 {
		for _, w := range s.works(&t) {
			for more := true; more; {
				var err error
				if more, err = w.Do(ctx, machine, func() bool { return false }); err != nil {
					return t.dueWork, err
				}
			}
		}
		if t.Calls == 0 {
			break
		}
	}
	return t.dueWork, nil
}

// works are the kinds of work in the queue: what becomes due by itself. The queue does each on its own, tick one after the other in this order.
func (s *session) works(t *tally) []jobs.Work {
	const second = time.Second
	return []jobs.Work{
		{Name: "orders.lines", Every: 5 * second, Do: func(ctx context.Context, _ time.Time, enough func() bool) (bool, error) {
			n, more, err := s.dueLines(ctx, enough)
			t.add(dueWork{Lines: n})
			return more, err
		}},
		{Name: "orders.timers", Every: 2 * second, Lanes: 4, Do: func(ctx context.Context, machine time.Time, enough func() bool) (bool, error) {
			n, failed, more, err := s.orders.FireUntil(ctx, s.db, machine, enough)
			t.add(dueWork{Timers: n, Failed: failed})
			return more, err
		}},
		// One transaction turns all that a law ended: at the end of a month it may take its time.
		{Name: "invoicing.reissues", Every: 30 * second, Limit: 10 * time.Minute, Do: func(ctx context.Context, _ time.Time, _ func() bool) (bool, error) {
			n, err := s.dueReissues(ctx)
			t.add(dueWork{Reissues: n})
			return false, err
		}},
		{Name: "invoicing.answers", Every: time.Minute, Do: func(ctx context.Context, _ time.Time, _ func() bool) (bool, error) {
			return false, s.dueAnswers(ctx)
		}},
		{Name: "invoicing.scan", Every: 30 * second, Limit: 10 * time.Minute, Do: func(ctx context.Context, _ time.Time, enough func() bool) (bool, error) {
			return s.invoicing.ScanWaiting(ctx, s.db, enough)
		}},
		// A lane of its own: a seller who answers slowly keeps nothing waiting but other calls.
		{Name: "provisioning.call", Every: 5 * second, Limit: 10 * time.Minute, Do: func(ctx context.Context, _ time.Time, _ func() bool) (bool, error) {
			n, err := s.provisioning.Dispatch(ctx, s.db)
			t.add(dueWork{Calls: n})
			return false, err
		}},
		{Name: "catalog.dial", Every: 5 * second, Limit: 10 * time.Minute, Do: func(ctx context.Context, machine time.Time, _ func() bool) (bool, error) {
			_, err := s.catalog.RunDials(ctx, s.db, machine)
			return false, err
		}},
		{Name: "usage.collect", Every: 15 * second, Limit: 30 * time.Minute, Do: func(ctx context.Context, _ time.Time, _ func() bool) (bool, error) {
			n, err := s.usage.Collect(ctx, s.db)
			t.add(dueWork{Charges: n})
			return false, err
		}},
		{Name: "notices.deliver", Every: 2 * second, Lanes: 2, Limit: 5 * time.Minute, Do: func(ctx context.Context, _ time.Time, enough func() bool) (bool, error) {
			return s.notices.Deliver(ctx, s.db, enough)
		}},
		// One process at a time reads the mailbox, as often as a person would look; judging and answering do not wait for it.
		{Name: "mail.fetch", Every: time.Minute, Limit: 10 * time.Minute, Do: func(ctx context.Context, _ time.Time, enough func() bool) (bool, error) {
			if s.mailbox.Box == nil {
				return false, nil
			}
			_, more, err := s.mailbox.Fetch(ctx, s.db, enough)
			return more, err
		}},
		{Name: "mail.judge", Every: 5 * second, Limit: 10 * time.Minute, Do: func(ctx context.Context, _ time.Time, enough func() bool) (bool, error) {
			return s.mailbox.Work(ctx, s.db, enough)
		}},
		{Name: "mail.answer", Every: 5 * second, Limit: 10 * time.Minute, Do: func(ctx context.Context, _ time.Time, enough func() bool) (bool, error) {
			return s.mailbox.Answer(ctx, s.db, enough)
		}},
		{Name: "access.sweep", Every: time.Minute, Do: func(ctx context.Context, machine time.Time, _ func() bool) (bool, error) {
			return false, s.sweep(ctx, machine)
		}},
		{Name: "ledger.seal", Every: 5 * second, Do: func(ctx context.Context, _ time.Time, _ func() bool) (bool, error) {
			n, err := ledger.Seal(ctx, s.db)
			t.add(dueWork{Sealed: n})
			return false, err
		}},
	}
}

// dueLines posts lines whose announced condition came true.
func (s *session) dueLines(ctx context.Context, enough func() bool) (lines int, more bool, err error) {
	for !enough() {
		var n int
		err := s.db.InTx(ctx, pg.AsBatch("tick"), func(tx *pg.Tx) (err error) {
			n, err = s.orders.RunDue(ctx, tx)
			return err
		})
		if err != nil || n == 0 {
			return lines, false, err
		}
		lines += n
	}
	return lines, true, nil
}

// dueReissues turns invoices that a law no longer lets be paid.
func (s *session) dueReissues(ctx context.Context) (n int, err error) {
	err = s.db.InTx(ctx, pg.AsBatch("tick"), func(tx *pg.Tx) error {
		events, err := s.invoicing.DueReissues(ctx, tx)
		for _, e := range events {
			n += len(e.Numbers)
		}
		return err
	})
	return n, err
}

// dueAnswers alarms finance of the buyer's times to answer that run out.
func (s *session) dueAnswers(ctx context.Context) error {
	return s.db.InTx(ctx, pg.AsBatch("tick"), func(tx *pg.Tx) error {
		_, err := s.invoicing.DueAlarms(ctx, tx)
		return err
	})
}

// sweep clears away what ended by machine time.
func (s *session) sweep(ctx context.Context, machine time.Time) error {
	return s.db.InTx(ctx, pg.AsBatch("tick"), func(tx *pg.Tx) error {
		if err := metered.Sweep(ctx, tx, machine); err != nil {
			return err
		}
		return auth.Sweep(ctx, tx, machine)
	})
}

// defaultWorkers is how many jobs a process does at a time where nothing is said: what is due is bounded by the database more than by this process.
func defaultWorkers() int { return max(2, min(runtime.NumCPU(), 8)) }

// runner opens this process's part in the queue. Base is the console's address where no other is set.
func (m *Main) runner(ctx context.Context, s *session, workers int, base string) (*jobs.Runner, error) {
	if err := m.channels(ctx, s, base); err != nil {
		return nil, err
	}
	return jobs.New(ctx, s.db, s.works(nil), jobs.Options{Workers: workers, Clock: m.Clock, Log: m.log})
}
