package orders

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

func (w *world) in(fn func(ctx context.Context, tx *pg.Tx) error) error {
	return w.db.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) error { return fn(context.Background(), tx) })
}

func (w *world) must(fn func(ctx context.Context, tx *pg.Tx) error) {
	w.t.Helper()
	if err := w.in(fn); err != nil {
		w.t.Fatal(err)
	}
}

func TestTakeIsTheDoorOfTheFeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(prerequisites("effectiveness")...)
	at := time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)
	var heard []string
	w.svc.Subscribe(func(_ context.Context, _ *pg.Tx, hs []Happening) error {
		for _, h := range hs {
			heard = append(heard, h.Kind+" "+h.Line.ID)
		}
		return nil
	})
	take := func(f Fact) (got Taken, err error) {
		err = w.in(func(ctx context.Context, tx *pg.Tx) error { got, err = w.svc.Take(ctx, tx, "test", f); return err })
		return got, err
	}
	fact := Fact{"kind": "effectiveness", "orderId": order1, "time": Stamp(at)}
	if got, err := take(fact); err != nil || got != (Taken{1, 0}) {
		t.Fatalf("first: %+v %v", got, err)
	}
	if got, err := take(fact); err != nil || got != (Taken{0, 1}) {
		t.Errorf("again: %+v %v", got, err)
	}
	if strings.Join(heard, ",") != "effective "+line1 {
		t.Errorf("heard %v, want it once", heard)
	}
	if rep, err := w.try(feed(`{"kind":"source","name":"file","zone":"UTC"}`, `{"kind":"effectiveness","orderId":"`+order1+`","time":"20261005080000"}`), Options{}); err != nil || rep.Repeated != 1 {
		t.Errorf("the same in a file: %+v %v", rep, err)
	}
	_, err := take(Fact{"kind": "effectiveness", "orderId": order1, "time": Stamp(at.Add(time.Hour))})
	if fault.KindOf(err) != fault.Conflict {
		t.Errorf("other content: %v", err)
	}
}

func TestTimers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := context.Background()
	now := w.clk.Now()
	var fired []string
	broken := errors.New("broken")
	fail := true
	w.svc.OnTimer("test.note", func(_ context.Context, _ *pg.Tx, t Timer) error {
		fired = append(fired, t.Subject)
		return nil
	})
	w.svc.OnTimer("test.chain", func(ctx context.Context, tx *pg.Tx, t Timer) error {
		fired = append(fired, t.Subject)
		return SetTimer(ctx, tx, Timer{Merchant: t.Merchant, Subject: t.Subject + "'", Kind: "test.note", Line: t.Line, DueAt: t.DueAt.Add(time.Minute)})
	})
	w.svc.OnTimer("test.fail", func(context.Context, *pg.Tx, Timer) error {
		if fail {
			return broken
		}
		fired = append(fired, "mended")
		return nil
	})
	set := func(subject, kind, line string, due time.Time) {
		w.must(func(ctx context.Context, tx *pg.Tx) error {
			return SetTimer(ctx, tx, Timer{Merchant: "M1", Subject: subject, Kind: kind, Line: line, DueAt: due})
		})
	}
	expect := func(outcome string, failures int, want ...string) {
		t.Helper()
		fired = nil
		if _, failed, err := w.svc.FireDue(ctx, w.db, time.Now()); err != nil || failed != failures || strings.Join(fired, " ") != strings.Join(want, " ") {
			t.Errorf("%s: fired %v, %d failed, %v; want %v", outcome, fired, failed, err, want)
		}
	}
	set("a", "test.chain", "L1", now.Add(time.Hour))
	set("b", "test.note", "L1", now.Add(2*time.Hour))
	expect("nothing before its time", 0)
	w.clk.Set(now.Add(3 * time.Hour))
	expect("one strand in the order of falling due, what was set on the way too", 0, "a", "a'", "b")
	expect("once", 0)

	set("c", "test.note", "L1", now.Add(5*time.Hour))
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		return FreezeTimers(ctx, tx, "M1", "L1", now.Add(3*time.Hour))
	})
	w.clk.Set(now.Add(9 * time.Hour))
	expect("frozen", 0)
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		return ThawTimers(ctx, tx, "M1", "L1", now.Add(9*time.Hour))
	})
	expect("thawed with two hours left", 0)
	w.clk.Set(now.Add(11 * time.Hour))
	expect("what was left is over", 0, "c")

	set("d", "test.fail", "L2", now)
	set("e", "test.note", "L3", now)
	set("f", "test.note", "L2", now.Add(time.Minute))
	expect("a failure holds its strand alone", 1, "e")
	fail = false
	expect("put off", 0)
	w.must(func(ctx context.Context, tx *pg.Tx) error { return RetryTimer(ctx, tx, "M1", "d", "test.fail") })
	expect("tried again by hand", 0, "mended", "f")
	if err := w.in(func(ctx context.Context, tx *pg.Tx) error { return RetryTimer(ctx, tx, "M1", "d", "test.fail") }); fault.KindOf(err) != fault.NotFound {
		t.Errorf("one that is gone: %v", err)
	}
	set("g", "test.unknown", "", now)
	expect("a kind nobody knows", 1)
}

func TestInstructionsAreAnsweredByFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(prerequisites("refund")...)
	due := w.clk.Now().Add(3 * time.Hour)
	ask := Instruction{Merchant: "M1", Kind: GiveBack, Order: order1, Line: line1, RefundID: "RF2610081000B1", Buyer: "C-BR1", Currency: "USD", Amount: decimal.RequireFromString("113"), DueAt: &due}
	var first int64
	w.must(func(ctx context.Context, tx *pg.Tx) (err error) { first, err = Instruct(ctx, tx, ask); return err })
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		n, err := Instruct(ctx, tx, ask)
		if n != first {
			t.Errorf("asked again: %d, want %d", n, first)
		}
		return err
	})
	other := ask
	other.Amount = decimal.RequireFromString("50")
	if err := w.in(func(ctx context.Context, tx *pg.Tx) error { _, err := Instruct(ctx, tx, other); return err }); fault.KindOf(err) != fault.Conflict {
		t.Errorf("another amount: %v", err)
	}
	open := func(q InstructionQuery) (n int) {
		w.must(func(ctx context.Context, tx *pg.Tx) error {
			got, err := Instructions(ctx, tx, q)
			n = len(got)
			return err
		})
		return n
	}
	if open(InstructionQuery{Open: true}) != 1 || open(InstructionQuery{Overdue: true}) != 0 {
		t.Error("it is open and not late")
	}
	w.clk.Set(due.Add(time.Minute))
	if open(InstructionQuery{Overdue: true}) != 1 {
		t.Error("it is late")
	}
	w.load(kinds["refund"].example)
	if open(InstructionQuery{Open: true}) != 0 || open(InstructionQuery{}) != 1 {
		t.Error("the fact has answered it")
	}
}
