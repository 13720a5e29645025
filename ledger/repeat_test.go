package ledger_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

func TestSameKeySameContentIsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.post(valid("earned/1"))[0]
	again := valid("earned/1")
	again.Transfers[0], again.Transfers[1] = again.Transfers[1], again.Transfers[0] // the order of transfers is no content
	again.Transfers[1].Amount = dec("80.00")                                        // nor are zeros behind the point
	again.OccurredAt = again.OccurredAt.In(zone("Asia/Singapore"))
	second := w.post(again)[0]
	if !first.New || second.New || second.EntryID != first.EntryID || second.Period != first.Period {
		t.Fatalf("first %+v, second %+v", first, second)
	}
	many := w.post(valid("earned/0"), valid("earned/1"), valid("earned/2"))
	if !many[0].New || many[1].New || many[1].EntryID != first.EntryID || !many[2].New {
		t.Fatalf("among others: %+v", many)
	}
	if w.count("ledger_transfer") != 6 {
		t.Fatal("something was posted twice")
	}
}

func TestSameKeyOtherContentIsAConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(exchanged("e/1"))
	for name, change := range map[string]func(*ledger.Entry){
		"amount":     func(e *ledger.Entry) { e.Transfers[0].Amount, e.Transfers[1].Amount = dec("200"), dec("1100") },
		"account":    func(e *ledger.Entry) { e.Transfers[1].Credit = ledger.MerchantInvoiced },
		"time":       func(e *ledger.Entry) { e.OccurredAt = e.OccurredAt.Add(time.Microsecond) },
		"kind":       func(e *ledger.Entry) { e.Kind = "other" },
		"book":       func(e *ledger.Entry) { e.Book = es },
		"rate":       func(e *ledger.Entry) { e.Transfers[0].Rate, e.Transfers[1].Rate = "USD/BRL@x=5.5", "USD/BRL@x=5.5" },
		"a transfer": func(e *ledger.Entry) { e.Transfers = append(e.Transfers, move(sg, ledger.Bank, ledger.Rounding, "1")) },
		"reverses":   func(e *ledger.Entry) { e.Reverses = "e/0" },
	} {
		t.Run("another "+name, func(t *testing.T) {
			e := exchanged("e/1")
			change(&e)
			_, err := w.postAs(batch, e)
			(&world{TB: t}).wantCode(err, fault.Conflict, "LEDGER-KEY-REUSED")
			_, err = w.postAs(batch, valid("neighbour/"+name), e)
			(&world{TB: t}).wantCode(err, fault.Conflict, "LEDGER-KEY-REUSED")
		})
	}
	if w.count("ledger_entry") != 1 {
		t.Fatal("a refused entry was written")
	}
}

func TestSameKeyTwiceInOneCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.post(valid("twin"), valid("another"), valid("twin"))
	if !r[0].New || r[2].New || r[0].EntryID != r[2].EntryID || r[2].Period != october {
		t.Fatalf("got %+v", r)
	}
	other := valid("pair")
	other.Kind = "different"
	_, err := w.postAs(batch, valid("pair"), other)
	w.wantCode(err, fault.Conflict, "LEDGER-KEY-REUSED")
	if w.count("ledger_entry") != 2 {
		t.Fatal("the pair was written")
	}
}

func TestTwoMerchantsMayUseOneKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := valid("earned/1")
	other.Merchant, other.Transfers[0].Amount = "M2", dec("70")
	r := w.post(valid("earned/1"), other)
	if !r[0].New || !r[1].New || r[0].EntryID == r[1].EntryID {
		t.Fatalf("got %+v", r)
	}
}

// TestConcurrentPostsOfOneKey races real transactions: one adds, all others get its answer.
func TestConcurrentPostsOfOneKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, size := range []int{1, 3} { // the way of a single entry and the way of many
		const racers = 12
		var wg sync.WaitGroup
		results, start := make([]ledger.Result, racers), make(chan struct{})
		for i := range racers {
			wg.Go(func() {
				var list []ledger.Entry
				for k := range size { // each caller in another order: the locks are taken in one
					list = append(list, valid("race/"+string(rune('a'+(k+i)%size))+"/"+string(rune('0'+size))))
				}
				<-start
				res, err := w.postAs(batch, list...)
				if err != nil {
					t.Error(err)
					return
				}
				for k, e := range list {
					if e.Key[5] == 'a' {
						results[i] = res[k]
					}
				}
			})
		}
		close(start)
		wg.Wait()
		fresh := 0
		for _, r := range results {
			if r.New {
				fresh++
			}
			if r.EntryID != results[0].EntryID || r.EntryID == 0 {
				t.Errorf("two answers: %+v and %+v", r, results[0])
			}
		}
		if fresh != 1 {
			t.Errorf("%d calls say they added it", fresh)
		}
	}
	if n := w.count("ledger_entry"); n != 4 {
		t.Errorf("%d entries, want 4", n)
	}
}

// TestConcurrentPostsOfOneKeyWithOtherContent: whoever comes second learns that the key is taken.
func TestConcurrentPostsOfOneKeyWithOtherContent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	posted, release, second := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		second <- w.try(batch, func(tx *pg.Tx) error {
			_, err := ledger.Post(context.Background(), tx, valid("taken"))
			close(posted)
			<-release
			return err
		})
	}()
	<-posted
	third := make(chan error)
	go func() {
		e := valid("taken")
		e.Kind = "other"
		_, err := w.postAs(batch, e)
		third <- err
	}()
	close(release)
	if err := <-second; err != nil {
		t.Fatal(err)
	}
	w.wantCode(<-third, fault.Conflict, "LEDGER-KEY-REUSED")
}

// TestARetryAfterTheMonthFindsItsFirstAnswer: a new fact of that time would enter November; the old one stays where it stands.
func TestARetryAfterTheMonthFindsItsFirstAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bill := valid("bill/1")
	bill.Source, bill.Period = ledger.Run, october
	first := w.post(valid("earned/1"), bill)
	w.clock.Set(at("2026-11-20T00:00:00Z"))
	w.begin(october, sg)
	w.lock(sg, october)
	again := w.post(valid("earned/1"), valid("earned/2"))
	if again[0].New || again[0].Period != october || again[0].EntryID != first[0].EntryID {
		t.Errorf("the retry got %+v, the first answer was %+v", again[0], first[0])
	}
	if !again[1].New || again[1].Period != november {
		t.Errorf("a new fact got %+v", again[1])
	}
	for name, list := range map[string][]ledger.Entry{"alone": {bill}, "among others": {valid("earned/2"), bill}} {
		res, err := w.postAs(batch, list...)
		if err != nil {
			t.Errorf("a posting of the run, %s, retried after the lock: %v", name, err)
		} else if r := res[len(res)-1]; r.New || r.EntryID != first[1].EntryID || r.Period != october {
			t.Errorf("a posting of the run, %s: %+v", name, r)
		}
	}
	bill.Kind = "other"
	_, err := w.postAs(batch, bill)
	w.wantCode(err, fault.Conflict, "LEDGER-MONTH-LOCKED")
}

func (w *world) reverse(what ...ledger.Reversal) (res []ledger.Result, err error) {
	err = w.try(batch, func(tx *pg.Tx) error {
		res, err = ledger.Reverse(context.Background(), tx, what...)
		return err
	})
	return res, err
}

func TestAReversalIsPostedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(between("b/1"), exchanged("x/1"), valid("untouched"))
	undo := []ledger.Reversal{{Merchant: "M1", Key: "b/1", OccurredAt: midway}, {Merchant: "M1", Key: "x/1", OccurredAt: midway}}
	first, err := w.reverse(undo...)
	if err != nil || !first[0].New || !first[1].New {
		t.Fatalf("%+v %v", first, err)
	}
	for _, b := range w.trial(ledger.AsOf{}) {
		left := map[ledger.Account]string{ledger.DeferredOrders: "100", ledger.MerchantUnbilled: "-80", ledger.PlatformFee: "-20"}[b.Account]
		if left == "" {
			left = "0"
		}
		if !b.Net().Equal(dec(left)) {
			t.Errorf("%s %s %s holds %s, want %s", b.Book, b.Currency, b.Account, b.Net(), left)
		}
	}
	w.clock.Set(midway.Add(48 * time.Hour))
	undo[0].OccurredAt = midway.Add(48 * time.Hour) // whoever asks again two days later means the same reversal
	second, err := w.reverse(undo...)
	if err != nil || second[0].New || second[0].EntryID != first[0].EntryID || second[1].New {
		t.Fatalf("again: %+v %v", second, err)
	}
	if _, err := w.reverse(ledger.Reversal{Merchant: "M1", Key: "reversal/b/1", OccurredAt: midway}); err != nil {
		t.Errorf("a reversal can be reversed: %v", err)
	}
	if w.count("ledger_entry WHERE key = 'reversal/b/1' AND reverses = 'b/1'") != 1 || w.count("ledger_entry") != 6 {
		t.Error("the reversals do not stand as they should")
	}
	w.seal()
	if _, err := w.verify(); err != nil {
		t.Error(err)
	}
}

// TestAReversalNamedTwiceInOneCall: the amounts are those of the entry, not twice as much.
func TestAReversalNamedTwiceInOneCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("e/1"))
	r := ledger.Reversal{Merchant: "M1", Key: "e/1", OccurredAt: midway}
	if _, err := w.reverse(r, r); err != nil {
		t.Fatal(err)
	}
	for _, b := range w.trial(ledger.AsOf{}) {
		if !b.Net().IsZero() {
			t.Errorf("%s holds %s", b.Account, b.Net())
		}
	}
}

func TestAReversalOfNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("e/1"))
	_, err := w.reverse(ledger.Reversal{Merchant: "M1", Key: "e/1", OccurredAt: midway}, ledger.Reversal{Merchant: "M2", Key: "e/1", OccurredAt: midway})
	w.wantCode(err, fault.NotFound, "LEDGER-NO-ENTRY")
	if w.count("ledger_entry") != 1 {
		t.Fatal("half of it was posted")
	}
}

// TestAReversalEntersTheOpenMonth, and the run may take a bill back in the month it stood in, until that is locked.
func TestAReversalEntersTheOpenMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("e/1"), valid("e/2"), valid("e/3"))
	w.clock.Set(at("2026-11-05T00:00:00Z"))
	for _, c := range []struct {
		r    ledger.Reversal
		want period.Month
	}{
		{ledger.Reversal{Merchant: "M1", Key: "e/1", OccurredAt: midway}, november},
		{ledger.Reversal{Merchant: "M1", Key: "e/2", OccurredAt: w.clock.Now(), Source: ledger.Run, Period: october}, october},
	} {
		res, err := w.reverse(c.r)
		if err != nil || res[0].Period != c.want {
			t.Errorf("%s: %+v %v, want %s", c.r.Key, res, err, c.want)
		}
	}
	w.lock(sg, october)
	_, err := w.reverse(ledger.Reversal{Merchant: "M1", Key: "e/3", OccurredAt: w.clock.Now(), Source: ledger.Run, Period: october})
	w.wantCode(err, fault.Conflict, "LEDGER-MONTH-LOCKED")
}
