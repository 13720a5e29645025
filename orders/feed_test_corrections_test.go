package orders

import (
	"context"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// billed makes every line count as billed.
func (w *world) billed() {
	w.svc.Billed = func(_ context.Context, _ *pg.Tx, _ string, lines []string) (map[string]bool, error) {
		out := map[string]bool{}
		for _, l := range lines {
			out[l] = true
		}
		return out, nil
	}
}

func (w *world) runDue() int {
	w.t.Helper()
	n := 0
	if err := w.db.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) (err error) { n, err = w.svc.RunDue(context.Background(), tx); return err }); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// verify demands that the ledger proves itself and that orders taken and not earned are what it holds as deferred.
func (w *world) verify() {
	w.t.Helper()
	ctx := context.Background()
	if _, err := ledger.Seal(ctx, w.db); err != nil {
		w.t.Fatal(err)
	}
	if err := w.db.ReadTx(ctx, pg.AsAuditor("test"), func(tx *pg.Tx) error {
		if _, err := ledger.Verify(ctx, tx); err != nil {
			return err
		}
		_, err := w.svc.Control(ctx, tx)
		return err
	}); err != nil {
		w.t.Error(err)
	}
}

func TestCorrections(t *testing.T) {
	t.Parallel()
	whole := []string{merchantKind.example, productKind.example, orderKind.example, paymentKind.example, effectiveKind.example}
	refunded := append(append([]string{}, whole...), refundKind.example)
	moreBack := replaced("CR-2", strings.Replace(refundKind.example, `"113.00"`, `"226.00"`, 1))
	later := replaced("CR-3", strings.Replace(effectiveKind.example, "20261005130600", "20261102130600", 1))
	ahead := replaced("CR-4", strings.Replace(effectiveKind.example, "20261005130600", "20270111130600", 1))
	for name, c := range map[string]struct {
		before     []string
		correction string
		billed     bool
		earned     []string
		unbilled   string
		deferred   string
	}{
		"an unbilled line gets its new figures":            {whole, correctionKind.example, false, []string{line1 + " order 2026-10 864.45"}, "-864.45", "0"},
		"a billed line keeps them, the difference follows": {whole, correctionKind.example, true, []string{line1 + " order 2026-10 850", line1 + "/C/CR-1 correction 2026-10 14.45"}, "-864.45", "0"},
		"an unbilled refund gets its new figures":          {refunded, moreBack, false, []string{line1 + " order 2026-10 850", "RF2610081000B1 refund 2026-10 -170"}, "-680", "0"},
		"a billed refund keeps them, the difference follows": {
			refunded, moreBack, true,
			[]string{line1 + " order 2026-10 850", "RF2610081000B1 refund 2026-10 -85", "RF2610081000B1/C/CR-2 correction 2026-10 -85"},
			"-680", "0",
		},
		"an effectiveness moves to another month":     {whole, later, false, []string{line1 + " order 2026-11 850"}, "-850", "0"},
		"a billed line is not moved to another month": {whole, later, true, []string{line1 + " order 2026-10 850"}, "-850", "0"},
		"an effectiveness moves to a time ahead":      {whole, ahead, false, nil, "0", "-1130"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.load(c.before...)
			if c.billed {
				w.billed()
			}
			if rep := w.load(c.correction); rep.Fresh != 1 {
				t.Errorf("%d new facts, want one", rep.Fresh)
			}
			same(t, "earned lines", w.earned(), c.earned)
			w.wantBalance("merchant_unbilled", c.unbilled)
			w.wantBalance("deferred_orders", c.deferred)
			journal := w.journal()
			if rep := w.load(append(append([]string{}, c.before...), c.correction)...); rep.Fresh != 0 {
				t.Errorf("everything again brought %d new facts", rep.Fresh)
			}
			same(t, "the journal after everything was sent again", w.journal(), journal)
			w.verify()
		})
	}
	t.Run("a billed line has to stay earned", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.load(whole...)
		w.billed()
		before := w.journal()
		rep, err := w.try(feed(history, ahead), Options{KeepGoing: true})
		if err != nil || len(rep.Faults) != 1 || !fault.Has(rep.Faults[0].Faults, "COR-BILLED") {
			t.Fatalf("got %v, %v", rep.Faults, err)
		}
		same(t, "journal", w.journal(), before)
		w.verify()
	})
	t.Run("a line that was moved ahead is earned when its time comes", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.load(append(append([]string{}, whole...), ahead)...)
		w.clk.Set(time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC))
		if n := w.runDue(); n != 1 {
			t.Errorf("%d lines came due, want one", n)
		}
		same(t, "earned lines", w.earned(), []string{line1 + " order 2027-01 850"})
		w.wantBalance("deferred_orders", "0")
		w.verify()
	})
}

// A renewal announces its effectiveness: nothing is earned before that time, and it is earned once.
func TestEffectivenessAheadIsEarnedInItsTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(merchantKind.example, productKind.example, orderKind.example, paymentKind.example, strings.Replace(effectiveKind.example, "20261005130600", "20261201000000", 1))
	same(t, "earned lines", w.earned(), nil)
	w.wantBalance("deferred_orders", "-1130")
	w.clk.Set(time.Date(2026, 11, 30, 15, 59, 59, 0, time.UTC)) // a second before midnight in Shanghai
	if n := w.runDue(); n != 0 {
		t.Errorf("%d lines came due before their time", n)
	}
	w.clk.Add(time.Second)
	if n := w.runDue(); n != 1 {
		t.Errorf("%d lines came due, want one", n)
	}
	// In São Paulo, where the month of this line is cut, it is still November.
	same(t, "earned lines", w.earned(), []string{line1 + " order 2026-11 850"})
	w.wantBalance("deferred_orders", "0")
	if n := w.runDue(); n != 0 {
		t.Errorf("%d lines came due a second time", n)
	}
	w.verify()
}

func TestAnOpeningComesBeforeTheFirstRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(openingKind.example)
	ctx := context.Background()
	if err := w.db.InTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error { return ledger.BeginRun(ctx, tx, []string{"5861"}, period.MustMonth("2026-09")) }); err != nil {
		t.Fatal(err)
	}
	if rep := w.load(openingKind.example); rep.Repeated != 1 {
		t.Error("the same opening again is refused after the run")
	}
	rep, err := w.try(feed(history, strings.Replace(openingKind.example, "OP-1", "OP-2", 1)), Options{})
	if !fault.Has(err, "FEED-REFUSED") || len(rep.Faults) != 1 || !fault.Has(rep.Faults[0].Faults, "FEED-OPENING-LATE") {
		t.Errorf("got %v, %v", rep.Faults, err)
	}
	w.wantBalance("bank", "10000")
}

// What is said of several lines is taken for all of them or for none.
func TestAnEventThatSuitsOnlySomeLinesIsRefusedForAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(merchantKind.example, productKind.example, twoLines, `{"kind":"cancellation","orderId":"CS2610051300A5","orderLineId":"L2","time":"20261005130100"}`)
	pay := `{"kind":"payment","orderId":"CS2610051300A5","method":"CASH","collectingEntity":"5861","time":"20261005130500"}`
	rep, err := w.try(feed(history, pay), Options{KeepGoing: true})
	if err != nil || rep.Rejected != 1 || !fault.Has(rep.Faults[0].Faults, "ORD-CLOSED") {
		t.Fatalf("got %v, %v", rep.Faults, err)
	}
	same(t, "events", w.query(`SELECT line_id || ' ' || kind FROM line_event`), []string{"L2 canceled"})
	same(t, "journal", w.journal(), nil)
}
