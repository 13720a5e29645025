package orders

import (
	"context"
	"testing"
	"time"

	"suanpan/internal/pg"
	"suanpan/money"
)

func TestNextTryIsDailyFromSevenDaysBefore(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("x", -3*3600)
	at := func(day, hour int) time.Time { return time.Date(2026, 12, day, hour, 0, 0, 0, zone) }
	for _, c := range []struct {
		outcome string
		after   time.Time
		want    time.Time
	}{
		{"long before", at(1, 0), at(13, 3)},
		{"the first morning", at(13, 2), at(13, 3)},
		{"after a try", at(13, 3), at(14, 3)},
		{"the last morning", at(20, 1), at(20, 3)},
		{"none after the end's morning", at(20, 3), time.Time{}},
		{"none after the end", at(25, 0), time.Time{}},
	} {
		if got := nextTry(c.after, at(20, 9), zone, 7, 3); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.outcome, got, c.want)
		}
	}
}

func TestAnInstanceRenewsByItself(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	ctx := context.Background()
	w.opened() // until 25 December 12:00 UTC; the entity is in Brazil
	r := Renewal{Merchant: "M1", Instance: "I-1", Product: "P11", PeriodType: "month", PeriodNumber: 1, Amount: money.MustParse("90"), Currency: "USD"}
	w.must(func(ctx context.Context, tx *pg.Tx) error { return w.svc.RenewByItself(ctx, tx, r) })
	due := func() string {
		got := w.query(`SELECT to_char(due_at AT TIME ZONE 'America/Sao_Paulo', 'MM-DD HH24:MI') FROM timer WHERE kind = 'orders.auto-renewal'`)
		if len(got) == 0 {
			return ""
		}
		return got[0]
	}
	renewals := func() []string {
		return w.query(`SELECT l.order_id || ' ' || CASE WHEN i.withdrawn_at IS NULL THEN 'open' ELSE 'withdrawn' END FROM order_line l JOIN instruction i USING (merchant_id, order_id) WHERE l.order_type = 'RENEW' ORDER BY l.placed_at`)
	}
	if got := due(); got != "12-18 03:00" {
		t.Fatalf("first try %s", got)
	}
	fire := func(day int) {
		w.clk.Set(time.Date(2026, 12, day, 6, 0, 1, 0, time.UTC))
		if _, failed, err := w.svc.FireDue(ctx, w.db, time.Now()); err != nil || failed > 0 {
			t.Fatal(failed, err, w.query(`SELECT failure FROM timer`))
		}
	}
	fire(18)
	fire(18)
	if got := renewals(); len(got) != 1 || due() != "12-19 03:00" {
		t.Fatalf("one order a day: %v, next %s", got, due())
	}
	fire(19)
	got := renewals()
	if len(got) != 2 || got[0][len(got[0])-9:] != "withdrawn" || got[1][len(got[1])-4:] != "open" {
		t.Fatalf("the day before makes room: %v", got)
	}
	order := got[1][:len(got[1])-5]
	w.pay(order, w.clk.Now())
	fire(20)
	if got := renewals(); len(got) != 2 || due() != "12-21 03:00" {
		t.Errorf("paid: %v, next %s", got, due())
	}
	w.effect(order, time.Date(2026, 12, 25, 12, 0, 0, 0, time.UTC))
	if got := w.query(`SELECT to_char(due_at AT TIME ZONE 'America/Sao_Paulo', 'YYYY-MM-DD HH24:MI') FROM timer WHERE kind = 'orders.auto-renewal'`); len(got) != 1 || got[0] != "2027-01-18 03:00" {
		t.Errorf("renewed, the next round: %v", got)
	}
}

func TestAutomaticRenewalsAreListedAndSwitchedOff(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	w.opened()
	r := Renewal{Merchant: "M1", Instance: "I-1", Product: "P11", PeriodType: "month", PeriodNumber: 1, Amount: money.MustParse("90"), Currency: "USD"}
	w.must(func(ctx context.Context, tx *pg.Tx) error { return w.svc.RenewByItself(ctx, tx, r) })
	for region, want := range map[string]int{"BR": 1, "SG": 0} {
		w.must(func(ctx context.Context, tx *pg.Tx) error {
			got, err := AutoRenewing(ctx, tx, "M1", []string{region})
			if len(got) != want {
				t.Errorf("%s: %d, want %d", region, len(got), want)
			}
			return err
		})
	}
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		on, err := w.svc.RenewNoMore(ctx, tx, "M1", "I-1", "asked to")
		if !on {
			t.Error("it was on")
		}
		return err
	})
	if got := w.query(`SELECT kind FROM timer`); len(got) != 0 {
		t.Error("a timer is left:", got)
	}
	none := r
	none.Instance = "I-NONE"
	if err := w.in(func(ctx context.Context, tx *pg.Tx) error { return w.svc.RenewByItself(ctx, tx, none) }); codes(err) != "ORD-INSTANCE-NONE" {
		t.Error("unknown:", err)
	}
	w.load(meteredOrder)
	none.Instance = "I-208"
	if err := w.in(func(ctx context.Context, tx *pg.Tx) error { return w.svc.RenewByItself(ctx, tx, none) }); codes(err) != "RENEW-INSTANCE" {
		t.Error("pay-per-use:", err)
	}
}

func TestRenewalsStopAtTheEnd(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	w.opened()
	r := Renewal{Merchant: "M1", Instance: "I-1", Product: "P11", PeriodType: "month", PeriodNumber: 1, Amount: money.MustParse("90"), Currency: "USD"}
	w.must(func(ctx context.Context, tx *pg.Tx) error { return w.svc.RenewByItself(ctx, tx, r) })
	w.clk.Set(time.Date(2027, 1, 10, 0, 0, 0, 0, time.UTC)) // nobody looked for weeks
	if _, failed, err := w.svc.FireDue(context.Background(), w.db, time.Now()); err != nil || failed > 0 {
		t.Fatal(failed, err)
	}
	if got := w.query(`SELECT count(*)::text FROM order_line WHERE order_type = 'RENEW'`)[0]; got != "8" {
		t.Errorf("%s tries, want one on each of the mornings from the 18th to the 25th", got)
	}
	if got := w.query(`SELECT count(*)::text FROM instruction WHERE withdrawn_at IS NULL AND answered_at IS NULL AND order_id LIKE '%R%'`)[0]; got != "1" {
		t.Errorf("%s charges stand open, want the last", got)
	}
	if got := w.query(`SELECT kind FROM timer`); len(got) != 0 {
		t.Errorf("timers left: %v", got)
	}
}
