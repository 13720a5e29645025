package jobs_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"suanpan/cmd/suanpan/jobs"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
)

// workerURL names the database of a process of this test that does nothing but work, until it is told to end or killed.
const workerURL = "SUANPAN_TEST_WORKER"

func TestMain(m *testing.M) {
	if url := os.Getenv(workerURL); url != "" {
		if err := workHere(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func workHere(url string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	db, err := pg.Open(ctx, url, pg.WithMaxConns(6))
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := jobs.New(ctx, db, []jobs.Work{timers(db)}, jobs.Options{Workers: 2, Clock: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		return err
	}
	defer r.Close()
	return r.Run(ctx)
}

// timers is the work of the product, with a handler that leaves a row each time it acts.
func timers(db *pg.DB) jobs.Work {
	svc := &orders.Service{}
	svc.OnTimer("test.ring", func(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
		_, err := tx.Exec(ctx, `INSERT INTO rung (subject, pid) SELECT $1, $2 FROM pg_sleep(0.002)`, t.Subject, os.Getpid())
		return err
	})
	return jobs.Work{
		Name: "orders.timers", Every: 100 * time.Millisecond, Lanes: 6, // as many as the three processes have workers, so that each gets some

		Do: func(ctx context.Context, machine time.Time, enough func() bool) (bool, error) {
			_, _, more, err := svc.FireUntil(ctx, db, machine, enough)
			return more, err
		},
	}
}

// ringing is a database with due timers and a place to note what they did.
func ringing(t *testing.T, n int) *pg.DB {
	t.Helper()
	db := pgtest.New(t)
	ctx := context.Background()
	err := db.OwnerTx(ctx, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE rung (subject text NOT NULL, pid int NOT NULL); SELECT house.shared_table('rung', '', '', 'SELECT, INSERT')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error {
		for i := range n {
			at := tx.Now.Add(-time.Hour + time.Duration(i)*time.Millisecond)
			if err := orders.SetTimer(ctx, tx, orders.Timer{Merchant: "M1", Subject: fmt.Sprintf("s%05d", i), Kind: "test.ring", DueAt: at}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

type count struct{ rung, distinct, processes, left int }

func counted(t *testing.T, db *pg.DB) (c count) {
	t.Helper()
	err := db.Pool.QueryRow(context.Background(), `SELECT count(*), count(DISTINCT subject), count(DISTINCT pid), (SELECT count(*) FROM timer) FROM rung`).
		Scan(&c.rung, &c.distinct, &c.processes, &c.left)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// until waits for something to come true, and fails where it does not within a minute.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	end := time.After(time.Minute)
	for !ok() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("a minute passed without: " + what)
		}
	}
}

func startWorker(t *testing.T, db *pg.DB, out *bytes.Buffer) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), workerURL+"="+pgtest.URL(db))
	c.Stderr = out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestThreeWorkersOneOfThemKilledFireEachTimerOnce runs three processes on one database and kills one in the middle of its work, from outside.
func TestThreeWorkersOneOfThemKilledFireEachTimerOnce(t *testing.T) {
	t.Parallel()
	const n = 1500
	db := ringing(t, n)
	var errs [3]bytes.Buffer
	var workers []*exec.Cmd
	for i := range errs {
		workers = append(workers, startWorker(t, db, &errs[i]))
	}
	until(t, "all three at work", func() bool { return counted(t, db).processes == 3 })
	if err := workers[0].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = workers[0].Wait()
	at := counted(t, db)
	if at.left == 0 {
		t.Fatal("the kill came after the work: it shows nothing")
	}
	until(t, "no timer left", func() bool { return counted(t, db).left == 0 })
	for i, w := range workers[1:] {
		_ = w.Process.Signal(syscall.SIGTERM)
		if err := w.Wait(); err != nil {
			t.Errorf("worker %d: %v\n%s", i+1, err, errs[i+1].String())
		}
	}
	if c := counted(t, db); c.rung != n || c.distinct != n {
		t.Errorf("%d timers fired %d times, %d of them at least once", n, c.rung, c.distinct)
	}
}

func runner(t *testing.T, db *pg.DB, workers int, works ...jobs.Work) *jobs.Runner {
	t.Helper()
	r, err := jobs.New(context.Background(), db, works, jobs.Options{Workers: workers, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func working(t *testing.T, r *jobs.Runner) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func list(t *testing.T, r *jobs.Runner, all bool) []jobs.Job {
	t.Helper()
	out, err := r.List(context.Background(), all)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAskingTwiceDoesNotPileUp(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	works := []jobs.Work{{Name: "a", Every: time.Hour, Lanes: 2}, {Name: "b", Every: time.Hour}}
	one, other := runner(t, db, 0, works...), runner(t, db, 0, works...)
	for i, c := range []struct {
		r    *jobs.Runner
		want int
	}{{one, 3}, {other, 0}, {one, 0}} {
		if n, err := c.r.Enqueue(context.Background()); err != nil || n != c.want {
			t.Errorf("asking %d: %d new jobs, want %d (%v)", i, n, c.want, err)
		}
	}
	if js := list(t, other, false); len(js) != 3 || js[0].State != jobs.Waiting || js[0].Work != "b" {
		t.Errorf("%+v", js)
	}
}

func TestAPortionThatLeavesMoreIsFollowedAtOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	left := make(chan int, 1)
	left <- 3
	ended := make(chan struct{})
	r := runner(t, db, 1, jobs.Work{Name: "portions", Every: time.Hour, Do: func(context.Context, time.Time, func() bool) (bool, error) {
		n := <-left - 1
		left <- n
		if n == 0 {
			close(ended)
		}
		return n > 0, nil
	}})
	working(t, r)
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("the portions did not follow one another")
	}
}

func TestAFailureIsSeenAndRetriedByHand(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	fail := make(chan bool, 1)
	fail <- true
	r := runner(t, db, 1, jobs.Work{Name: "bad", Every: time.Hour, Do: func(context.Context, time.Time, func() bool) (bool, error) {
		select {
		case <-fail:
			return false, fault.New(fault.Internal, "JOB-WORK", "", fault.Args{"what": "bad"})
		default:
			return false, nil
		}
	}})
	working(t, r)
	var j jobs.Job
	until(t, "the failure is listed", func() bool {
		for _, j = range list(t, r, false) {
			if j.State == jobs.Retried {
				return true
			}
		}
		return false
	})
	if !strings.Contains(j.Error, "JOB-WORK") || j.Attempt != 1 {
		t.Errorf("%+v", j)
	}
	if _, err := r.Retry(context.Background(), j.ID); err != nil {
		t.Error(err)
	}
	until(t, "it is done", func() bool {
		js := list(t, r, true)
		return len(js) == 1 && js[0].State == jobs.Done && js[0].ID == j.ID
	})
	if _, err := r.Retry(context.Background(), 1<<40); !fault.Has(err, "JOB-NONE") {
		t.Error(err)
	}
}

func TestTheQueueBelongsToTheBatchRoleAlone(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	ctx := context.Background()
	for _, a := range []pg.Actor{pg.AsMerchant("M1", "ana"), pg.AsStaff("wei"), pg.AsAuditor("eve")} {
		err := db.InTx(ctx, a, func(tx *pg.Tx) error { _, err := tx.Exec(ctx, `SELECT FROM river.river_job`); return err })
		if !fault.Has(err, "PG-DENIED") {
			t.Errorf("%s: %v", a.Role, err)
		}
	}
}
