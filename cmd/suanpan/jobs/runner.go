package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"suanpan/internal/pg"
)

// Runner is this process's part in the queue.
type Runner struct {
	client *river.Client[pgx.Tx]
	pool   *pgxpool.Pool
	works  []Work
}

// Options is what the program gives to its runner.
type Options struct {
	Workers int              // how many jobs this process does at a time; 0: none, it only looks and asks
	Clock   func() time.Time // machine time
	Log     *slog.Logger
}

// poolSize suffices for the library's own statements: it listens on one connection for good. Works have the connections of the database they were given.
const poolSize = 4

// New opens a runner on a database. The library's connections have the rights of the batch role, which owns nothing.
func New(ctx context.Context, db *pg.DB, works []Work, opt Options) (*Runner, error) {
	role, err := db.RoleName(ctx, pg.Batch)
	if err != nil {
		return nil, err
	}
	cfg := db.Pool.Config()
	cfg.MaxConns, cfg.MinConns = poolSize, 0
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET ROLE "+pgx.Identifier{role}.Sanitize())
		return err
	}
	r := &Runner{works: works}
	if r.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, pg.Fault(err)
	}
	if r.client, err = river.NewClient(riverpgxv5.New(r.pool), r.config(opt)); err != nil {
		r.pool.Close()
		return nil, err
	}
	return r, nil
}

func (r *Runner) config(opt Options) *river.Config {
	c := &river.Config{Schema: pg.JobSchema, Logger: slog.New(quiet{opt.Log.Handler()})}
	if opt.Workers <= 0 {
		return c
	}
	w := &worker{works: map[string]Work{}, clock: opt.Clock, log: opt.Log}
	for _, x := range r.works {
		w.works[x.Name] = x
		for lane := range max(x.Lanes, 1) {
			c.PeriodicJobs = append(c.PeriodicJobs, river.NewPeriodicJob(river.PeriodicInterval(x.Every),
				func() (river.JobArgs, *river.InsertOpts) { return due{x.Name, lane}, nil }, &river.PeriodicJobOpts{RunOnStart: true}))
		}
	}
	c.Workers = river.NewWorkers()
	river.AddWorker(c.Workers, w)
	c.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: opt.Workers}}
	c.JobTimeout, c.RescueStuckJobsAfter = limit, rescue
	c.CompletedJobRetentionPeriod = keep
	c.ReindexerIndexNames = []string{} // rebuilding an index is the owner's; the batch role may not
	return c
}

// Run works until ctx ends; then the jobs in hand finish their portion.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return pg.Fault(err)
	}
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), portion+5*time.Second)
	defer cancel()
	if err := r.client.Stop(end); err != nil {
		return r.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}

// Close gives the connections back.
func (r *Runner) Close() { r.pool.Close() }

// Enqueue asks for all kinds of work at once, without waiting for their round: a demo's clock was moved. What waits or runs already is not asked for
// twice. It tells how many jobs are new.
func (r *Runner) Enqueue(ctx context.Context) (int, error) {
	var many []river.InsertManyParams
	for _, w := range r.works {
		for lane := range max(w.Lanes, 1) {
			many = append(many, river.InsertManyParams{Args: due{w.Name, lane}})
		}
	}
	done, err := r.client.InsertMany(ctx, many)
	n := 0
	for _, d := range done {
		if !d.UniqueSkippedAsDuplicate {
			n++
		}
	}
	return n, pg.Fault(err)
}

// quiet keeps the library's remarks out of the log; its warnings and errors stay.
type quiet struct{ slog.Handler }

// Enabled is the handler's own, from warnings on.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}
