package settlement_test

import (
	"context"
	"testing"
	"time"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/settlement"
)

// TestARunWaitsForWhoPostsBeforeItReads: what was being posted into the month when its run began is in the books before the run looks at any line.
func TestARunWaitsForWhoPostsBeforeItReads(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := context.Background()
	o.clk.Set(time.Date(2026, 12, 10, 0, 0, 0, 0, time.UTC))
	loaded, commit, poster, runner := make(chan struct{}), make(chan struct{}), make(chan error, 1), make(chan error, 1)
	go func() {
		poster <- o.db.InTx(ctx, pg.AsBatch("feed"), func(tx *pg.Tx) error {
			cal, err := ledger.LoadCalendar(ctx, tx)
			if err == nil && cal.Ran("5541", period.MustMonth("2026-11")) {
				t.Error("the month was run already")
			}
			close(loaded)
			<-commit
			return err
		})
	}()
	<-loaded
	go func() {
		_, err := o.svc.Run(ctx, period.MustMonth("2026-11"), settlement.RunOptions{User: "run"})
		runner <- err
	}()
	count := func(sql string) (n int) {
		err := o.db.ReadTx(ctx, pg.AsAuditor("test"), func(tx *pg.Tx) error { return tx.QueryRow(ctx, sql).Scan(&n) })
		if err != nil {
			t.Error(err)
		}
		return n
	}
	const waiting = `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	for count(waiting) == 0 {
		select {
		case err := <-runner:
			close(commit)
			t.Fatalf("the run did not wait for a posting under way (%v)", err)
		default:
		}
	}
	if n := count(`SELECT count(*) FROM settlement_run WHERE month = '2026-11-01'`); n != 0 {
		t.Errorf("%d runs began while a posting was under way", n)
	}
	close(commit)
	if err := <-poster; err != nil {
		t.Error(err)
	}
	if err := <-runner; err != nil {
		t.Error(err)
	}
	if n := count(`SELECT count(*) FROM settlement_run WHERE month = '2026-11-01' AND finished_at IS NOT NULL`); n == 0 {
		t.Error("the run did not end")
	}
}
