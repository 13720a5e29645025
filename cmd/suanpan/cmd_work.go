package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"suanpan/cmd/suanpan/jobs"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/ledger"
	"suanpan/orders"
)

func workCommand(m *Main) *cobra.Command {
	var workers int
	c := &cobra.Command{
		Use:   "work",
		Short: "Do what becomes due, beside a console that runs elsewhere",
		Long: `Runs workers without a console until Ctrl-C, which lets the jobs in hand finish: timers, lines whose date came, invoices that a law no longer
lets be paid, notices, seals. Any number of machines may work on one database; each thing happens once. "serve" does the same beside the console.`,
		Example: "  suanpan work --workers 4",
		RunE: func(c *cobra.Command, _ []string) error {
			return m.with(c.Context(), func(s *session) error {
				r, err := m.runner(c.Context(), s, max(workers, 1), "")
				if err != nil {
					return err
				}
				defer r.Close()
				m.remark("work.at", "n", max(workers, 1))
				return m.work(c.Context(), s, r)
			})
		},
	}
	c.Flags().IntVar(&workers, "workers", defaultWorkers(), "`jobs` done at a time")
	return c
}

// work runs the workers and the sealer until ctx ends. The sealer has a loop of its own, since an entry is to be sealed a second after it was posted,
// whatever waits in the queue; the queue's own round of it is for installations where this process died.
func (m *Main) work(ctx context.Context, s *session, r *jobs.Runner) error {
	var wg sync.WaitGroup
	wg.Go(func() { ledger.RunSealer(ctx, s.db, m.log) })
	err := r.Run(ctx)
	wg.Wait()
	return err
}

func jobsCommand(m *Main) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "jobs",
		Short: "Show what is due, running and failed, or retry it",
		Long: `Shows the timers in the order in which they fall due (business time) and the jobs of the workers (machine time). A timer or job that failed is
tried again by itself, later each time; "retry" does so at once.`,
		Example: "  suanpan jobs\n  suanpan jobs --all\n  suanpan jobs retry 42\n  suanpan jobs retry --merchant M1 --kind supervision.accept CASE",
		RunE: func(c *cobra.Command, _ []string) error {
			return m.with(c.Context(), func(s *session) error { return m.showJobs(c.Context(), s, all) })
		},
	}
	c.Flags().BoolVar(&all, "all", false, "finished jobs too")
	c.AddCommand(jobsRetry(m))
	return c
}

type timerView struct {
	Merchant string     `json:"merchant"`
	Subject  string     `json:"subject"`
	Kind     string     `json:"kind"`
	Due      time.Time  `json:"dueAt"`
	Frozen   *time.Time `json:"frozenAt,omitempty"`
	Failures int        `json:"failures,omitempty"`
	Failure  string     `json:"failure,omitempty"`
}

func (m *Main) showJobs(ctx context.Context, s *session, all bool) error {
	r, err := m.runner(ctx, s, 0, "")
	if err != nil {
		return err
	}
	defer r.Close()
	queue, err := r.List(ctx, all)
	if err != nil {
		return err
	}
	timers := []timerView{}
	var now time.Time
	err = s.db.ReadTx(ctx, pg.AsAuditor("jobs"), func(tx *pg.Tx) error {
		now = tx.Now
		ts, err := orders.Timers(ctx, tx, orders.TimerQuery{})
		for _, t := range ts {
			timers = append(timers, timerView{t.Merchant, t.Subject, t.Kind, t.DueAt, t.FrozenAt, t.Failures, t.Failure})
		}
		return err
	})
	if err != nil {
		return err
	}
	if m.flags.json {
		return m.printJSON(map[string]any{"now": now, "timers": timers, "jobs": queue})
	}
	t := table{head: []string{m.say("t.kind"), m.say("t.subject"), m.say("t.state"), m.say("t.due"), m.say("t.why")}}
	for _, x := range timers {
		state := "timer.waits"
		switch {
		case x.Failures > 0:
			state = "timer.failed"
		case x.Frozen != nil:
			state = "timer.frozen"
		case !x.Due.After(now):
			state = "timer.due"
		}
		t.add(x.Kind, strings.Trim(x.Merchant+" "+x.Subject, " "), m.say(state), x.Due.Format(time.RFC3339), x.Failure)
	}
	for _, j := range queue {
		t.add(j.Work, strconv.FormatInt(j.ID, 10), m.say("job."+string(j.State)), j.At.UTC().Format(time.RFC3339), j.Error)
	}
	if len(t.rows) == 0 {
		m.remark("jobs.none")
		return nil
	}
	t.print(m.Stdout)
	return nil
}

func jobsRetry(m *Main) *cobra.Command {
	var merchant, kind string
	c := &cobra.Command{
		Use:   "retry ID",
		Short: "Try a failed job at once, or with --kind a failed timer",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx := c.Context()
			return m.withDuty(ctx, func(s *session) error {
				if kind != "" {
					if err := s.db.InTx(ctx, pg.AsStaff(m.user()), func(tx *pg.Tx) error { return jobs.RetryTimer(ctx, tx, merchant, args[0], kind) }); err != nil {
						return err
					}
					return m.answer("jobs.retried", map[string]any{"timer": args[0]}, "id", args[0])
				}
				id, err := strconv.ParseInt(args[0], 10, 64)
				if err != nil {
					return fault.New(fault.Invalid, "CLI-VALUE", "ID", fault.Args{"got": args[0], "want": "42"})
				}
				return m.retryJob(ctx, s, id)
			}, web.Operations, web.Admin)
		},
	}
	c.Flags().StringVar(&merchant, "merchant", "", "whose timer it is (`id`)")
	c.Flags().StringVar(&kind, "kind", "", "the timer's `kind`; ID is then what it is about")
	return c
}

func (m *Main) retryJob(ctx context.Context, s *session, id int64) error {
	r, err := m.runner(ctx, s, 0, "")
	if err != nil {
		return err
	}
	defer r.Close()
	j, err := r.Retry(ctx, id)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, pg.AsStaff(m.user()), func(tx *pg.Tx) error {
		return audit.Write(ctx, tx, audit.Event{Action: "job.retried", Subject: fmt.Sprint(id), Detail: map[string]any{"work": j.Work}})
	})
	if err != nil {
		return err
	}
	return m.answer("jobs.retried", map[string]any{"job": j}, "id", fmt.Sprint(id))
}
