package refunds

import (
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// TestOneOfTwoAtOnce begins a second request while the first has not committed.
func TestOneOfTwoAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ask  func(n string) Ask
		want string
	}{
		"for one line":              {func(n string) Ask { return manual("R"+n, "O1", "500.00") }, "RFD-BUSY"},
		"for the last of the quota": {func(n string) Ask { return Ask{ID: "R" + n, Order: "I" + n, Delivery: Image, QuotaElsewhere: 9} }, "RFD-QUOTA"},
		"under one number":          {func(n string) Ask { return manual("R", "O"+n, "500.00") }, "RFD-CHANGED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, n := range []string{"1", "2"} {
				w.order("O"+n, supervised)
				w.order("I"+n, "")
				w.effective("I" + n)
			}
			second := make(chan error, 1)
			err := w.in(shop, func(tx *pg.Tx) error {
				if _, _, err := w.svc.Request(bg, tx, c.ask("1")); err != nil {
					return err
				}
				go func() { _, err := w.ask(c.ask("2")); second <- err }()
				w.until(second)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := <-second; !fault.Has(err, c.want) {
				t.Errorf("the second: %v, want %s", err, c.want)
			}
		})
	}
}

// until waits until another transaction waits for a lock, or has ended without.
func (w *world) until(ended chan error) {
	w.t.Helper()
	for waiting := 0; waiting == 0; {
		select {
		case err := <-ended:
			ended <- err
			return
		default:
		}
		err := w.db.OwnerTx(bg, func(tx *pg.Tx) error {
			return tx.QueryRow(bg, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting)
		})
		if err != nil {
			w.t.Error(err)
			return
		}
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
