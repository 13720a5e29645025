package settlement_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/invoicing"
	"suanpan/orders"
	"suanpan/orders/refunds"
	"suanpan/settlement"
)

// till is a merchant's shop with requests for refunds in front of it.
type till struct {
	t       *testing.T
	db      *pg.DB
	clk     *pgtest.Clock
	svc     *settlement.Service
	refunds *refunds.Service
}

func openTill(t *testing.T, at string) *till {
	t.Helper()
	db, clk := pgtest.NewAt(t, instant(at))
	w := &till{t: t, db: db, clk: clk, svc: &settlement.Service{DB: db, Orders: &orders.Service{}, Invoicing: &invoicing.Service{}}}
	w.svc.Subscribe(&w.svc.Invoicing.Events)
	w.svc.Orders.Billed = w.svc.Billed
	w.refunds = refunds.New(w.svc.Orders)
	if err := db.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) error { return entities.SeedKnown(context.Background(), tx) }); err != nil {
		t.Fatal(err)
	}
	w.feed(`{"kind":"merchant","merchantId":"M2","name":"Lion City Software Pte. Ltd.","residence":"SG"}`,
		`{"kind":"certification","merchantId":"M2","contractingEntity":"5541","currencyCode":"SGD","time":"2026-03-02T02:00:00Z"}`,
		`{"kind":"product","merchantId":"M2","productId":"P1","name":"Image","platformFees":[{"rate":"0.15","source":"contract"}]}`)
	return w
}

func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func (w *till) feed(lines ...string) {
	w.t.Helper()
	raw := `{"kind":"source","name":"test","zone":"UTC"}` + "\n" + strings.Join(lines, "\n") + "\n"
	if rep, err := w.svc.Orders.Import(context.Background(), w.db, "test", strings.NewReader(raw), orders.Options{}); err != nil {
		w.t.Fatal(err, rep.Faults)
	}
}

// sell places, pays and provisions an order over 100 SGD for a month, now.
func (w *till) sell(id string) {
	w.t.Helper()
	now := orders.Stamp(w.clk.Now())
	w.feed(`{"kind":"order","orderId":"`+id+`","orderType":"NEW","createTime":"`+now+`","merchantId":"M2","buyerInfo":{"customerId":"C1"},"orderLine":[{"orderLineId":"`+id+
		`-1","chargingMode":"PERIOD","periodType":"month","periodNumber":1,"productInfo":{"productId":"P1"},"amount":"100.00","currencyCode":"SGD","contractingEntity":"5541"}]}`,
		`{"kind":"payment","orderId":"`+id+`","method":"CASH","collectingEntity":"5541","time":"`+now+`"}`,
		`{"kind":"effectiveness","orderId":"`+id+`","time":"`+now+`"}`)
}

// ask is the verb a buyer's request comes through.
func (w *till) ask(id, order string) (r refunds.Request) {
	w.t.Helper()
	err := w.db.InTx(context.Background(), pg.AsBatch("market"), func(tx *pg.Tx) (err error) {
		r, _, err = w.refunds.Request(context.Background(), tx, refunds.Ask{ID: id, Order: order, Delivery: refunds.Image})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// answer is the fact that the money went back, now.
func (w *till) answer(r refunds.Request) {
	w.t.Helper()
	w.feed(`{"kind":"refund","refundId":"` + r.ID + `","orderId":"` + r.Order + `","amount":"` + r.Amount.String() + `","rule":"` + r.Rule + `","time":"` + orders.Stamp(w.clk.Now()) + `"}`)
}

// run makes a month's bills on a day of the next and gives the merchant's bill with its lines.
func (w *till) run(month, at string) (settlement.Bill, []string) {
	w.t.Helper()
	w.clk.Set(instant(at))
	if _, err := w.svc.Run(context.Background(), period.MustMonth(month), settlement.RunOptions{User: "test"}); err != nil {
		w.t.Fatal(err)
	}
	var bill settlement.Bill
	var lines []string
	err := w.db.ReadTx(context.Background(), pg.AsAuditor("test"), func(tx *pg.Tx) error {
		bills, err := w.svc.Bills(context.Background(), tx, settlement.BillFilter{Month: period.MustMonth(month), Merchant: "M2"})
		if err != nil || len(bills) == 0 {
			return err
		}
		bill = bills[0]
		rows, err := tx.Query(context.Background(), `SELECT line_id || ' ' || trim_scale(amount)::text FROM bill_line WHERE bill_no = $1 ORDER BY 1`, bill.No)
		if err != nil {
			return err
		}
		lines, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return bill, lines
}

func (w *till) wants(b settlement.Bill, lines []string, state settlement.State, payable, out string, want ...string) {
	w.t.Helper()
	if b.State != state || b.Payable.String() != payable || b.CarryOut.String() != out || !slices.Equal(lines, want) {
		w.t.Errorf("bill %s is %s over %s, carries %s, lines %v; want %s over %s, %s, %v", b.No, b.State, b.Payable, b.CarryOut, lines, state, payable, out, want)
	}
}

// TestAWholeRefundStandsBesideItsOrder asks for five-day refunds through the verb: original and refund are on one bill and net to zero, and as long as
// the money is not back the order is on none.
func TestAWholeRefundStandsBesideItsOrder(t *testing.T) {
	t.Parallel()
	w := openTill(t, "2026-10-09T04:00:00Z")
	w.sell("O1")
	w.sell("O2")
	w.clk.Set(instant("2026-10-10T04:00:00Z"))
	r := w.ask("R1", "O1")
	w.clk.Add(time.Hour)
	w.answer(r)

	w.clk.Set(instant("2026-10-30T04:00:00Z"))
	w.sell("O3")
	w.clk.Set(instant("2026-10-31T04:00:00Z"))
	late := w.ask("R3", "O3")
	bill, lines := w.run("2026-10", "2026-11-12T00:00:00Z") // the money of O3 is long overdue
	w.wants(bill, lines, settlement.PendingCountersign, "85", "0", "O1-1 85", "O2-1 85", "R1 -85")

	w.answer(late)
	bill, lines = w.run("2026-11", "2026-12-10T00:00:00Z")
	w.wants(bill, lines, settlement.Carried, "0", "0", "O3-1 85", "R3 -85")
}

// TestARefundOfABilledOrderIsTakenFromTheNextSettlement follows the deduction: from the month's own sales, and what they do not cover from the next.
func TestARefundOfABilledOrderIsTakenFromTheNextSettlement(t *testing.T) {
	t.Parallel()
	w := openTill(t, "2026-10-25T04:00:00Z")
	w.sell("O1")
	bill, lines := w.run("2026-10", "2026-11-09T04:00:00Z") // 15 of 31 days are used
	w.wants(bill, lines, settlement.PendingCountersign, "85", "0", "O1-1 85")
	r := w.ask("R1", "O1")
	if r.Rule != orders.Conditional || r.Amount.String() != "51.61" {
		t.Fatalf("asked for %s %s", r.Rule, r.Amount)
	}
	w.answer(r)
	bill, lines = w.run("2026-11", "2026-12-10T00:00:00Z")
	w.wants(bill, lines, settlement.Carried, "-43.87", "-43.87", "R1 -43.8685")
	w.sell("O2")
	bill, lines = w.run("2026-12", "2027-01-12T00:00:00Z")
	w.wants(bill, lines, settlement.PendingCountersign, "41.13", "0", "O2-1 85")
}
