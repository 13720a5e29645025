package pgtest_test

import (
	"context"
	"testing"
	"time"

	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
)

func TestNew(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	at := time.Date(2026, 10, 31, 12, 0, 0, 1234, time.UTC)
	a, clock := pgtest.NewAt(t, at)
	b := pgtest.New(t)
	now := func(db *pg.DB) (now time.Time) {
		if err := db.InTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error { now = tx.Now; return nil }); err != nil {
			t.Fatal(err)
		}
		return now
	}
	t.Run("the clock is the test's, in whole microseconds", func(t *testing.T) {
		if got := now(a); !got.Equal(at.Truncate(time.Microsecond)) || got.Location() != time.UTC {
			t.Errorf("now is %v", got)
		}
		clock.Add(time.Hour)
		if got := now(a); !got.Equal(at.Truncate(time.Microsecond).Add(time.Hour)) {
			t.Errorf("now is %v", got)
		}
	})
	t.Run("two databases know nothing of each other", func(t *testing.T) {
		if err := a.SetDemo(ctx, at); err != nil {
			t.Fatal(err)
		}
		if demo, _, err := b.Demo(ctx); err != nil || demo {
			t.Errorf("the other is a demo too: %v %v", demo, err)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		pgtest.New(b)
	}
}
