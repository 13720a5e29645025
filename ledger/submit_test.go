package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// TestOneBadRequestNeverFailsItsNeighbours: forty callers at once, every fifth poisoned in its own way.
func TestOneBadRequestNeverFailsItsNeighbours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("stands"))
	g := ledger.NewGroup(t.Context(), w.db)
	poison := []func(*ledger.Entry){
		func(e *ledger.Entry) { e.Kind = "" },
		func(e *ledger.Entry) { e.Book = "XX99" },
		func(e *ledger.Entry) { e.Key, e.Kind = "stands", "other" },
		func(e *ledger.Entry) { e.Transfers = between("").Transfers[:1] },
	}
	codes := []string{"LEDGER-INCOMPLETE", "LEDGER-BOOK", "LEDGER-KEY-REUSED", "LEDGER-MIRROR"}
	const callers = 40
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range callers {
		wg.Go(func() {
			good, other := valid(fmt.Sprintf("%d/a", i)), valid(fmt.Sprintf("%d/b", i))
			want := ""
			if i%5 == 0 {
				poison[i/5%4](&other)
				want = codes[i/5%4]
			}
			<-start
			res, err := g.Submit(context.Background(), good, other)
			switch {
			case want == "" && (err != nil || len(res) != 2 || !res[0].New || !res[1].New || res[0].EntryID == res[1].EntryID):
				t.Errorf("caller %d: %+v %v", i, res, err)
			case want != "" && (!fault.Has(err, want) || res != nil || len(fault.All(err)) != 1):
				t.Errorf("caller %d: %+v %v, want %s alone", i, res, err, want)
			}
		})
	}
	close(start)
	wg.Wait()
	if n := w.count("ledger_entry"); n != 1+2*callers*4/5 {
		t.Errorf("%d entries stand", n)
	}
}

// TestEveryCallerGetsItsOwnAnswer, in the order it asked, whatever was committed together.
func TestEveryCallerGetsItsOwnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := ledger.NewGroup(t.Context(), w.db)
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int64{}
	for i := range 30 {
		wg.Go(func() {
			z, a := valid(fmt.Sprintf("z/%d", i)), valid(fmt.Sprintf("a/%d", i))
			res, err := g.Submit(context.Background(), z, valid("common"), a)
			if err != nil || len(res) != 3 {
				t.Errorf("caller %d: %v %v", i, res, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			got[z.Key], got[a.Key] = res[0].EntryID, res[2].EntryID
			if old, ok := got["common"]; ok && old != res[1].EntryID {
				t.Errorf("the common entry is %d and %d", old, res[1].EntryID)
			}
			got["common"] = res[1].EntryID
		})
	}
	wg.Wait()
	for key, id := range got {
		if w.count(fmt.Sprintf("ledger_entry WHERE key = '%s' AND entry_id = %d", key, id)) != 1 {
			t.Errorf("%s was answered with %d", key, id)
		}
	}
	if len(got) != 61 || w.count("ledger_entry") != 61 {
		t.Errorf("%d answers", len(got))
	}
}

func TestSubmittingAgainFindsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := ledger.NewGroup(t.Context(), w.db)
	first, err := g.Submit(context.Background(), valid("a"))
	if err != nil || !first[0].New || w.count("ledger_entry") != 1 {
		t.Fatalf("%+v %v", first, err)
	}
	again, err := g.Submit(context.Background(), valid("a"))
	if err != nil || again[0].New || again[0].EntryID != first[0].EntryID {
		t.Errorf("%+v %v", again, err)
	}
	e := valid("a")
	e.Kind = "other"
	_, err = g.Submit(context.Background(), e)
	w.wantCode(err, fault.Conflict, "LEDGER-KEY-REUSED")
	if res, err := g.Submit(context.Background()); err != nil || len(res) != 0 {
		t.Errorf("nothing submitted: %v %v", res, err)
	}
}

// TestACallerThatGivesUpHarmsNobody, and a group that ended answers at once.
func TestACallerThatGivesUpHarmsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	life, end := context.WithCancel(t.Context())
	g := ledger.NewGroup(life, w.db)
	posted, release := make(chan struct{}), make(chan struct{})
	blocker := make(chan error, 1)
	go func() { // holds the key, so that the submission has to wait inside the database
		blocker <- w.try(batch, func(tx *pg.Tx) error {
			_, err := ledger.Post(context.Background(), tx, valid("held"))
			close(posted)
			<-release
			return err
		})
	}()
	<-posted
	impatient, giveUp := context.WithCancel(context.Background())
	answer := make(chan error, 1)
	go func() {
		_, err := g.Submit(impatient, valid("held"))
		answer <- err
	}()
	giveUp()
	if err := <-answer; !errors.Is(err, context.Canceled) {
		t.Errorf("the impatient one got %v", err)
	}
	close(release)
	if err := <-blocker; err != nil {
		t.Fatal(err)
	}
	if res, err := g.Submit(context.Background(), valid("held"), valid("next")); err != nil || res[0].New || !res[1].New {
		t.Errorf("the next one got %+v %v", res, err)
	}
	end()
	if _, err := g.Submit(context.Background(), valid("too late")); !errors.Is(err, context.Canceled) {
		t.Errorf("after its end the group said %v", err)
	}
}
