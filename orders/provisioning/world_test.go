package provisioning

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
)

// world is a marketplace with one merchant, M1, and its seller.
type world struct {
	*seller
	db       *pg.DB
	clk      *pgtest.Clock
	orders   *orders.Service
	svc      *Service
	failures []Failure
}

var ctx = context.Background()

func newWorld(t *testing.T, i Interface, stub *Stub) *world {
	t.Helper()
	w := &world{seller: newSeller(t, i.Version, stub), orders: &orders.Service{}}
	w.db, w.clk = pgtest.NewAt(t, time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC))
	w.svc = &Service{Orders: w.orders, Clock: time.Now, Loopback: true}
	w.svc.OnFailure = func(_ context.Context, _ *pg.Tx, f Failure) error { w.failures = append(w.failures, f); return nil }
	w.svc.Listen()
	w.in(pg.AsBatch("test"), func(tx *pg.Tx) error { return entities.SeedKnown(ctx, tx) })
	w.load(`{"kind":"merchant","merchantId":"M1","name":"M1 Ltda","residence":"BR"}`,
		`{"kind":"product","merchantId":"M1","productId":"P11","name":"Backup","platformFees":[{"from":"2020-01-01T00:00:00Z","rate":"0.15","source":"contract"}]}`)
	if i.Delivery != "" {
		i.Merchant, i.Address = "M1", w.url
		w.in(pg.AsMerchant("M1", "seller"), func(tx *pg.Tx) error { return w.svc.Configure(ctx, tx, i, goldenKey, true) })
	}
	return w
}

func (w *world) in(a pg.Actor, fn func(tx *pg.Tx) error) {
	w.t.Helper()
	if err := w.db.InTx(ctx, a, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) load(lines ...string) {
	w.loadAs(`{"kind":"source","name":"test","zone":"UTC"}`, lines...)
}

func (w *world) loadAs(source string, lines ...string) {
	w.t.Helper()
	rep, err := w.orders.Import(ctx, w.db, "test", strings.NewReader(source+"\n"+strings.Join(lines, "\n")+"\n"), orders.Options{})
	if err != nil || len(rep.Faults) > 0 {
		w.t.Fatal(err, rep.Faults)
	}
}

// order is an order of one line over 113 USD with its payment, at the clock's instant; more goes into its line.
func (w *world) order(id, kind, more string) []string {
	at := w.clk.Now().Format(time.RFC3339)
	return []string{
		fmt.Sprintf(`{"kind":"order","orderId":%q,"orderType":%q,"createTime":%q,"merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"BR"},"orderLine":[`+
			`{"orderLineId":"%s-000001","chargingMode":"PERIOD","periodType":"year","periodNumber":1,"productInfo":{"productId":"P11","skuCode":"S2"},"amount":"113.00","currencyCode":"USD"%s}]}`, id, kind, at, id, more),
		fmt.Sprintf(`{"kind":"payment","orderId":%q,"method":"CASH","collectingEntity":"5861","time":%q,"amount":"113.00"}`, id, at),
	}
}

// due does what is due, as a serving program does.
func (w *world) due() {
	w.t.Helper()
	for range 3 {
		if _, failed, err := w.orders.FireDue(ctx, w.db, time.Now()); err != nil || failed > 0 {
			w.t.Fatal(err, failed, w.query(`SELECT failure FROM timer WHERE failure <> ''`))
		}
		if _, err := w.svc.Dispatch(ctx, w.db); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) query(sql string) string {
	w.t.Helper()
	var out []string
	err := w.db.ReadTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error {
		rows, err := tx.Query(ctx, sql)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(out, ",")
}

// stands compares the calls, "id state tries", and what the lines heard.
func (w *world) stands(outcome, calls, events string) {
	w.t.Helper()
	if got := w.query(`SELECT concat_ws(' ', call_id, state, tries) FROM interface_call ORDER BY asked_at, call_id COLLATE "C"`); got != calls {
		w.t.Errorf("%s: calls\n got %s\nwant %s", outcome, got, calls)
	}
	got := w.query(`SELECT kind || '@' || to_char(at AT TIME ZONE 'UTC', 'HH24:MI') FROM line_event WHERE kind <> 'paid' ORDER BY at, kind`)
	if got != events {
		w.t.Errorf("%s: events %s, want %s", outcome, got, events)
	}
}
