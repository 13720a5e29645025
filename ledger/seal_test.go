package ledger_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"

	"suanpan/internal/pg"
	"suanpan/ledger"
)

// numbers are the sealed keys in the order of their numbers, which must be gapless from 1.
func (w *world) numbers() (keys []string) {
	w.Helper()
	w.must(batch, func(tx *pg.Tx) error {
		rows, err := tx.Query(context.Background(), `SELECT s.seq, e.key FROM ledger_sequence s JOIN ledger_entry e USING (merchant_id, entry_id) ORDER BY 1`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var seq int64
			var key string
			if err := rows.Scan(&seq, &key); err != nil {
				return err
			}
			if keys = append(keys, key); seq != int64(len(keys)) {
				w.Errorf("number %d stands in place %d", seq, len(keys))
			}
		}
		return rows.Err()
	})
	return keys
}

func TestTheSealerNumbersWithoutGaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if w.seal() != 0 || w.count("ledger_seal") != 0 {
		t.Fatal("nothing was sealed as something")
	}
	w.post(valid("a"), valid("b"))
	_, err := w.postAs(batch, valid("c"), ledger.Entry{Key: "refused"})
	if err == nil {
		t.Fatal("accepted")
	}
	_ = w.try(batch, func(tx *pg.Tx) error { // draws a number of an entry and gives it up
		if _, err := ledger.Post(context.Background(), tx, valid("undone")); err != nil {
			t.Error(err)
		}
		return context.Canceled
	})
	w.post(valid("d"))
	if n := w.seal(); n != 3 {
		t.Errorf("%d sealed, want 3", n)
	}
	if w.seal() != 0 || w.count("ledger_seal") != 1 {
		t.Error("sealed twice")
	}
	w.post(valid("e"))
	w.seal()
	if got := fmt.Sprint(w.numbers()); got != "[a b d e]" {
		t.Errorf("got %s", got)
	}
	if v, err := w.verify(); err != nil || v.Sealed != 4 || v.Unsealed != 0 {
		t.Errorf("%+v %v", v, err)
	}
}

// TestATransactionOpenDuringASealIsSealedLater, though its entry is older than those that were sealed meanwhile.
func TestATransactionOpenDuringASealIsSealedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	posted, commit, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- w.try(batch, func(tx *pg.Tx) error {
			_, err := ledger.Post(context.Background(), tx, valid("open"))
			close(posted)
			<-commit
			return err
		})
	}()
	<-posted
	w.post(valid("quick"))
	if n := w.seal(); n != 1 {
		t.Errorf("%d sealed, want the committed one", n)
	}
	w.post(valid("quick/2"))
	w.seal()
	close(commit)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if v, err := w.verify(); err != nil || v.Unsealed != 1 {
		t.Errorf("%+v %v", v, err)
	}
	w.seal()
	if got := fmt.Sprint(w.numbers()); got != "[quick quick/2 open]" {
		t.Errorf("got %s", got)
	}
	if v, err := w.verify(); err != nil || v.Sealed != 3 || v.Unsealed != 0 {
		t.Errorf("%+v %v", v, err)
	}
}

// TestSealersAmongCommitters: eight callers post while three sealers seal; every entry gets one number, and the chain holds.
func TestSealersAmongCommitters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var posters, sealers sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		sealers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := ledger.Seal(context.Background(), w.db); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for p := range 8 {
		posters.Go(func() {
			for i := range 15 {
				if _, err := w.postAs(batch, valid(fmt.Sprintf("%d/%d/a", p, i)), valid(fmt.Sprintf("%d/%d/b", p, i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	posters.Wait()
	close(stop)
	sealers.Wait()
	w.seal()
	if n := len(w.numbers()); n != 240 {
		t.Errorf("%d numbers, want 240", n)
	}
	if v, err := w.verify(); err != nil || v.Sealed != 240 || v.Unsealed != 0 {
		t.Errorf("%+v %v", v, err)
	}
}

// TestASecondSealerStepsBack while the first one holds the lock.
func TestASecondSealerStepsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("a"))
	w.must(batch, func(tx *pg.Tx) error {
		if _, err := tx.Exec(context.Background(), `SELECT pg_advisory_xact_lock(hashtext('ledger_seal'))`); err != nil {
			return err
		}
		if n := w.seal(); n != 0 {
			t.Errorf("the second one sealed %d", n)
		}
		return nil
	})
	if n := w.seal(); n != 1 {
		t.Errorf("%d sealed afterwards", n)
	}
}

// TestTheRunningSealerSealsUntilItsContextEnds, without being asked.
func TestTheRunningSealerSealsUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ledger.RunSealer(ctx, w.db, slog.New(slog.NewTextHandler(io.Discard, nil)))
	}()
	w.post(valid("a"))
	for w.count("ledger_seal") == 0 { // the test's own time limit bounds it
	}
	cancel()
	<-ended
}
