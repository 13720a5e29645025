package ledger_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/ledger"
)

// A calendar that a process remembers must never let an entry into a month that somebody else has ended meanwhile.
func TestRememberedCalendar(t *testing.T) {
	t.Parallel()
	ctx := context.Background()

	world := func(t *testing.T) (here, there *pg.DB) {
		here = benchWorld(t)
		there, err := pg.Open(ctx, pgtest.URL(here)) // another process, with a memory of its own
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(there.Close)
		return here, there
	}
	locking := func(tx *pg.Tx) error { return ledger.LockMonth(ctx, tx, "B1", october) }

	t.Run("a month locked elsewhere sends the next entry to the month after", func(t *testing.T) {
		t.Parallel()
		here, there := world(t)
		if r, err := posted(here, benchEntries(1, false)...); err != nil || r[0].Period != october {
			t.Fatalf("first posting: %v %v", r, err)
		}
		if err := there.InTx(ctx, pg.AsBatch("test"), locking); err != nil {
			t.Fatal(err)
		}
		r, err := posted(here, benchEntries(1, false)...)
		if err != nil || r[0].Period != november || !r[0].New {
			t.Errorf("after the lock: %v %v, want %s", r, err, november)
		}
	})
	t.Run("a lock that is rolled back leaves the month open", func(t *testing.T) {
		t.Parallel()
		here, _ := world(t)
		undone := errors.New("undone")
		err := here.InTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error {
			if err := locking(tx); err != nil {
				return err
			}
			r, err := ledger.Post(ctx, tx, benchEntries(1, false)...)
			if err != nil || r[0].Period != november {
				t.Errorf("inside: %v %v, want %s", r, err, november)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if r, err := posted(here, benchEntries(1, false)...); err != nil || r[0].Period != october {
			t.Errorf("afterwards: %v %v, want %s", r, err, october)
		}
	})
}

func TestFewEntries(t *testing.T) {
	t.Parallel()
	t.Run("a few entries of which one stands are told apart", func(t *testing.T) {
		t.Parallel()
		here := benchWorld(t)
		entries := benchEntries(3, false)
		first, err := posted(here, entries[1])
		if err != nil {
			t.Fatal(err)
		}
		r, err := posted(here, entries...)
		if err != nil || !r[0].New || r[1].New || !r[2].New || r[1].EntryID != first[0].EntryID {
			t.Errorf("%v %v, want new, the first answer, new", r, err)
		}
		changed := entries[1]
		changed.Kind = "other"
		if _, err := posted(here, changed); fault.KindOf(err) != fault.Conflict {
			t.Errorf("other content under the key: %v", err)
		}
	})
	t.Run("planning again what is planned keeps the version", func(t *testing.T) {
		t.Parallel()
		here := benchWorld(t)
		version := func() (v int64) {
			if err := here.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) error {
				ctx := context.Background()
				if err := ledger.PlanMonths(ctx, tx, []ledger.Close{{Book: "B1", Month: october, ClosesAt: time.Date(2126, 11, 7, 0, 0, 0, 0, time.UTC)}}); err != nil {
					return err
				}
				return tx.QueryRow(ctx, `SELECT version FROM ledger_calendar`).Scan(&v)
			}); err != nil {
				t.Fatal(err)
			}
			return v
		}
		if a, b := version(), version(); a != b {
			t.Errorf("version went from %d to %d", a, b)
		}
	})
}

func posted(db *pg.DB, entries ...ledger.Entry) (out []ledger.Result, err error) {
	err = db.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) (err error) {
		out, err = ledger.Post(context.Background(), tx, entries...)
		return err
	})
	return out, err
}

func benchWorld(t *testing.T) *pg.DB {
	t.Helper()
	db := pgtest.New(t)
	if err := db.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) error {
		return ledger.OpenBooks(context.Background(), tx, []ledger.Book{{Code: "B1", Zone: "Asia/Singapore"}})
	}); err != nil {
		t.Fatal(err)
	}
	return db
}
