package orders

import (
	"context"
	"errors"
	"sort"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Timer is something that happens by itself when a moment of business time comes (定时任务). It is a row, so it outlives every process; it fires
// once in effect, in the transaction of what it does.
type Timer struct {
	Merchant string
	Subject  string // what it is about, by its id
	Kind     string // dotted: supervision.accept; names its handler
	Line     string // the order line it concerns, whose appeals freeze it; empty where none
	DueAt    time.Time

	FrozenAt *time.Time // since when an appeal keeps it from firing
	Failures int        // how often its handler failed
	Failure  string     // why, the last time
}

// TimerHandler does what a timer is for. What it causes happened at t.DueAt, however late it fires; tx.Now is when it became known.
type TimerHandler func(ctx context.Context, tx *pg.Tx, t Timer) error

// OnTimer says what a kind of timer does. A kind has one handler; a timer without one fails and says so.
func (svc *Service) OnTimer(kind string, h TimerHandler) {
	if svc.timers == nil {
		svc.timers = map[string]TimerHandler{}
	}
	svc.timers[kind] = h
}

// SetTimer sets a timer, or moves the one that stands for the same subject and kind. One that is frozen stays so.
func SetTimer(ctx context.Context, tx *pg.Tx, t Timer) error { return upsertTimer(ctx, tx, t) }

// DropTimer takes a timer away; none is no fault.
func DropTimer(ctx context.Context, tx *pg.Tx, merchant, subject, kind string) error {
	return deleteTimer(ctx, tx, merchant, subject, kind)
}

// SetTimers is SetTimer for many, in one statement. No two are of one subject and kind.
func SetTimers(ctx context.Context, tx *pg.Tx, ts []Timer) error { return upsertTimers(ctx, tx, ts) }

// DropTimers takes away the timers of these kinds whose subjects are these lines.
func DropTimers(ctx context.Context, tx *pg.Tx, lines []LineID, kinds ...string) error {
	return deleteTimersOf(ctx, tx, lines, kinds)
}

// FreezeTimers keeps all timers of a line from firing until ThawTimers. A timer that fell due earlier and has not fired yet is frozen with nothing left.
func FreezeTimers(ctx context.Context, tx *pg.Tx, merchant, line string, since time.Time) error {
	return freezeTimers(ctx, tx, merchant, line, since)
}

// ThawTimers lets a line's timers run again: each has as much time left as when it was frozen, so one that would have fired meanwhile fires later by
// the length of the freeze, and none fires at once because of it.
func ThawTimers(ctx context.Context, tx *pg.Tx, merchant, line string, at time.Time) error {
	return thawTimers(ctx, tx, merchant, line, at)
}

// timerBatch bounds the timers of one transaction.
const timerBatch = 100

// FireDue fires every timer that is due, by any number of workers at once: those of one strand one after the other, in the order in which they
// fall due. One that fails is put off and says why; those of other strands go on. It tells how many fired and how many failed.
// Machine time is given: how long a failure is put off is measured by it, since a demo's clock stands still.
func (svc *Service) FireDue(ctx context.Context, db *pg.DB, machine time.Time) (fired, failed int, err error) {
	fired, failed, _, err = svc.FireUntil(ctx, db, machine, func() bool { return false })
	return fired, failed, err
}

// FireUntil is FireDue for a worker whose time is bounded: it asks between two transactions whether that is enough. More tells that it stopped
// while timers may still have been due.
func (svc *Service) FireUntil(ctx context.Context, db *pg.DB, machine time.Time, enough func() bool) (fired, failed int, more bool, err error) {
	for {
		if enough() {
			return fired, failed, true, nil
		}
		n, err := svc.fire(ctx, db, machine, timerBatch)
		if err == nil {
			if n == 0 {
				return fired, failed, false, nil
			}
			fired += n
			continue
		}
		var bad *timerFailure
		if !errors.As(err, &bad) { // the database went away, or the context ended
			return fired, failed, false, err
		}
		// Nothing of that batch was kept. Its timers go one by one, until the failing one has been put off.
		for {
			n, err = svc.fire(ctx, db, machine, 1)
			if errors.As(err, &bad) {
				failed++
				if err := db.InTx(ctx, pg.AsBatch("timers"), func(tx *pg.Tx) error { return putOff(ctx, tx, bad.timer, bad.cause, machine) }); err != nil {
					return fired, failed, false, err
				}
				break
			}
			if err != nil {
				return fired, failed, false, err
			}
			if n == 0 {
				break
			}
			fired += n
		}
	}
}

// fire takes up to most due timers of as many strands and does what they are for, all in one transaction.
func (svc *Service) fire(ctx context.Context, db *pg.DB, machine time.Time, most int) (n int, err error) {
	err = db.InTx(ctx, pg.AsBatch("timers"), func(tx *pg.Tx) error {
		due, err := takeDue(ctx, tx, machine, most)
		if err != nil {
			return err
		}
		for _, t := range due {
			h := svc.timers[t.Kind]
			if h == nil {
				return &timerFailure{t, fault.New(fault.Internal, "TIMER-KIND", t.Subject, fault.Args{"kind": t.Kind})}
			}
			if err := h(ctx, tx, t); err != nil {
				if ctx.Err() != nil {
					return err
				}
				return &timerFailure{t, err}
			}
		}
		n = len(due)
		return nil
	})
	return n, err
}

// sortTimers puts timers into the order in which they fell due; equal ones into one order for every worker.
func sortTimers(ts []Timer) {
	sort.Slice(ts, func(i, j int) bool {
		a, b := &ts[i], &ts[j]
		if !a.DueAt.Equal(b.DueAt) {
			return a.DueAt.Before(b.DueAt)
		}
		return a.Merchant+"\x00"+a.Subject+"\x00"+a.Kind < b.Merchant+"\x00"+b.Subject+"\x00"+b.Kind
	})
}

// timerFailure is a handler's error with its timer.
type timerFailure struct {
	timer Timer
	cause error
}

func (f *timerFailure) Error() string {
	return "timer " + f.timer.Kind + " of " + f.timer.Subject + ": " + f.cause.Error()
}
func (f *timerFailure) Unwrap() error { return f.cause }

// TimerQuery says which timers are wanted; empty means any.
type TimerQuery struct {
	Merchant string
	Line     string
	Subject  string
	Failed   bool // only those whose handler failed
	Limit    int  // 0: 100
}

// Timers lists timers in the order in which they fall due.
func Timers(ctx context.Context, tx *pg.Tx, q TimerQuery) ([]Timer, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	return selectTimers(ctx, tx, q)
}

// RetryTimer lets a timer that failed be tried at once. TIMER-NONE where it does not stand any more.
func RetryTimer(ctx context.Context, tx *pg.Tx, merchant, subject, kind string) error {
	found, err := retryTimer(ctx, tx, merchant, subject, kind)
	if err == nil && !found {
		return fault.New(fault.NotFound, "TIMER-NONE", subject, fault.Args{"kind": kind})
	}
	return err
}
