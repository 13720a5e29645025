package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"suanpan/cmd/suanpan/jobs"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
)

// TestAJobWithANewerTwinIsNotRetried gives a job up, asks for its work again, and then wants the first one back.
func TestAJobWithANewerTwinIsNotRetried(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db := pgtest.New(t)
	r := runner(t, db, 0, jobs.Work{Name: "a", Every: time.Hour})
	ask := func() {
		t.Helper()
		if n, err := r.Enqueue(ctx); err != nil || n != 1 {
			t.Fatal(n, err)
		}
	}
	ask()
	old := list(t, r, true)[0].ID
	err := db.InTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE river.river_job SET state = 'discarded', finalized_at = now() WHERE id = $1`, old)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ask()
	if _, err := r.Retry(ctx, old); !fault.Has(err, "JOB-TWIN") {
		t.Error(err)
	}
}

// TestWorkThatAProgramDoesNotKnowIsLeftToAnother lets an older program find a newer one's job.
func TestWorkThatAProgramDoesNotKnowIsLeftToAnother(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	nothing := func(context.Context, time.Time, func() bool) (bool, error) { return false, nil }
	newer := runner(t, db, 0, jobs.Work{Name: "new", Every: time.Hour, Do: nothing})
	if _, err := newer.Enqueue(context.Background()); err != nil {
		t.Fatal(err)
	}
	working(t, runner(t, db, 1, jobs.Work{Name: "old", Every: time.Hour, Do: nothing}))
	until(t, "the job is refused", func() bool {
		for _, j := range list(t, newer, false) {
			if j.Work == "new" && strings.Contains(j.Error, "JOB-WORK") && strings.Contains(j.Error, `"new"`) {
				return true
			}
		}
		return false
	})
}
