package jobs_test

import (
	"context"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"suanpan/cmd/suanpan/jobs"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
)

// BenchmarkDrain drains due timers, 100,000 of them or as many as SUANPAN_BENCH_TIMERS says, by one worker and by three on connections of their own.
// A timer's handler writes one row, so what is measured is taking, firing and removing a timer, and the queue around it.
func BenchmarkDrain(b *testing.B) {
	n := 100_000
	if v, err := strconv.Atoi(os.Getenv("SUANPAN_BENCH_TIMERS")); err == nil && v > 0 {
		n = v
	}
	for _, workers := range []int{1, 3} {
		b.Run(strconv.Itoa(workers), func(b *testing.B) {
			for range b.N {
				drain(b, n, workers)
			}
		})
	}
}

func drain(b *testing.B, n, workers int) {
	b.StopTimer()
	db := pgtest.New(b)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	err := db.OwnerTx(ctx, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE rung (subject text NOT NULL); SELECT house.shared_table('rung', '', '', 'SELECT, INSERT')`)
		if err == nil {
			_, err = tx.Exec(ctx, `INSERT INTO timer (merchant_id, subject, kind, strand, due_at, set_at)
				SELECT 'M' || i % 500, 's' || i, 'bench.ring', 's' || i, now() - interval '1 day' + i * interval '1 millisecond', now() FROM generate_series(1, $1) i`, n)
		}
		if err == nil {
			_, err = tx.Exec(ctx, `ANALYZE timer`)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	b.StartTimer()
	began := time.Now()
	for range workers {
		own, err := pg.Open(ctx, pgtest.URL(db))
		if err != nil {
			b.Fatal(err)
		}
		defer own.Close()
		svc := &orders.Service{}
		svc.OnTimer("bench.ring", func(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
			_, err := tx.Exec(ctx, `INSERT INTO rung VALUES ($1)`, t.Subject)
			return err
		})
		work := jobs.Work{Name: "orders.timers", Every: time.Second, Lanes: workers, Do: func(ctx context.Context, machine time.Time, enough func() bool) (bool, error) {
			_, _, more, err := svc.FireUntil(ctx, own, machine, enough)
			return more, err
		}}
		r, err := jobs.New(ctx, own, []jobs.Work{work}, jobs.Options{Workers: 1, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		defer r.Close()
		wg.Go(func() { _ = r.Run(ctx) })
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for left := n; left > 0; <-tick.C {
		if err := db.Pool.QueryRow(ctx, `SELECT count(*) FROM timer`).Scan(&left); err != nil {
			b.Fatal(err)
		}
	}
	took := time.Since(began)
	stop()
	wg.Wait()
	var fired, distinct int
	if err := db.Pool.QueryRow(context.Background(), `SELECT count(*), count(DISTINCT subject) FROM rung`).Scan(&fired, &distinct); err != nil || fired != n || distinct != n {
		b.Fatalf("%d timers fired %d times, %d of them at least once (%v)", n, fired, distinct, err)
	}
	b.ReportMetric(float64(n)/took.Seconds(), "timers/s")
}
