package refunds

import (
	"sync"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// TestOneOfManyAtOnce sends requests that exclude each other at the same time.
func TestOneOfManyAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ask  func(n string) Ask
		want string
	}{
		"for one line":              {func(n string) Ask { return manual("R"+n, "O1", "500.00") }, "RFD-BUSY"},
		"for the last of the quota": {func(n string) Ask { return Ask{ID: "R" + n, Order: "I" + n, Delivery: Image, QuotaElsewhere: 9} }, "RFD-QUOTA"},
		"under one number": {func(n string) Ask {
			a := manual("R", "O"+n, "500.00")
			a.Reason = n
			return a
		}, "RFD-CHANGED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, n := range []string{"1", "2", "3"} {
				w.order("O"+n, supervised)
				w.order("I"+n, "")
				w.effective("I" + n)
			}
			var wg sync.WaitGroup
			errs := make([]error, 3)
			for i, n := range []string{"1", "2", "3"} {
				wg.Go(func() {
					errs[i] = w.in(shop, func(tx *pg.Tx) error { _, _, err := w.svc.Request(bg, tx, c.ask(n)); return err })
				})
			}
			wg.Wait()
			taken := 0
			for _, err := range errs {
				if err == nil {
					taken++
				} else if !fault.Has(err, c.want) {
					t.Errorf("refused with %v, want %s", err, c.want)
				}
			}
			if taken != 1 {
				t.Errorf("%d were taken, want one", taken)
			}
		})
	}
}

func TestTheFactMayComeWithAnotherAmount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.order("O1", supervised)
	w.asked(manual("R1", "O1", "500.00"))
	w.facts(`{"kind":"refund","refundId":"R1","orderId":"O1","amount":"400.00","rule":"NEGOTIATED","time":"2026-11-10T07:59:00Z"}`)
	w.wantState("R1", Refunded, WhyOtherAmount)
}
