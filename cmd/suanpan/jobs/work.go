package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"suanpan/internal/fault"
)

// Work is a kind of work in the queue.
type Work struct {
	Name  string        // dotted: orders.timers
	Every time.Duration // machine time: how often what is due is looked for
	Lanes int           // how many workers may do it side by side; 0: one
	Limit time.Duration // machine time after which one portion is given up and tried again; 0: a minute

	// Do does a portion of what is due and tells whether more may be left. It asks enough between its transactions and stops when that says true;
	// machine is the instant at which it began.
	Do func(ctx context.Context, machine time.Time, enough func() bool) (more bool, err error)
}

const (
	portion  = 10 * time.Second // how long one job goes on before it makes room for others
	limit    = time.Minute
	rescue   = 75 * time.Second // a job whose worker died is given to another after this; longer than limit, as the library demands
	attempts = 10               // then it counts as failed; the next round makes a new one
	keep     = time.Hour        // for finished jobs: a few a second come
)

// due is what stands in the queue: the name of a work and which of its lanes.
type due struct {
	What string `json:"what" river:"unique"`
	Lane int    `json:"lane" river:"unique"`
}

// Kind is the library's name for what can be worked.
func (due) Kind() string { return "due" }

// InsertOpts keeps one job a work and lane as long as one waits or runs, so that many processes do not pile them up.
func (due) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: attempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	}}}
}

// worker does the jobs of this process.
type worker struct {
	river.WorkerDefaults[due]
	works map[string]Work
	clock func() time.Time
	log   *slog.Logger
}

// Timeout replaces the library's minute where a work needs longer.
func (w *worker) Timeout(j *river.Job[due]) time.Duration {
	if l := w.works[j.Args.What].Limit; l > 0 {
		return l
	}
	return limit
}

// NextRetry waits twice as long after each failure, a minute at most: what is due stays due.
func (w *worker) NextRetry(j *river.Job[due]) time.Time {
	return w.clock().Add(min(time.Second<<min(j.Attempt, 6), time.Minute))
}

// Work does one portion. What is left is done by the same job at once: it is put back into the queue, behind what others wait for.
func (w *worker) Work(ctx context.Context, j *river.Job[due]) error {
	what, known := w.works[j.Args.What]
	if !known {
		return fault.New(fault.Internal, "JOB-WORK", "", fault.Args{"what": j.Args.What})
	}
	began := w.clock()
	more, err := what.Do(ctx, began, func() bool { return ctx.Err() != nil || w.clock().Sub(began) >= portion })
	switch {
	case err != nil:
		w.log.Error("a job failed; it is tried again", "work", what.Name, "err", err)
		return err
	case more:
		return river.JobSnooze(0)
	}
	return nil
}
