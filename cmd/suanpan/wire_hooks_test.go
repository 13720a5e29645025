package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/orders/catalog"
	metered "suanpan/orders/metering/usage"
	"suanpan/orders/provisioning"
	"suanpan/orders/refunds"
	"suanpan/orders/supervision"
)

// joined is the program's modules as wire ties them, with a merchant M1 of Singapore, certified there, and its product P1.
type joined struct {
	modules
	t   *testing.T
	db  *pg.DB
	clk *pgtest.Clock
}

func join(t *testing.T) *joined {
	t.Helper()
	db, clk := pgtest.NewAt(t, time.Date(2026, 11, 5, 14, 5, 0, 0, time.UTC))
	w := &joined{modules: wire(db, time.Now), t: t, db: db, clk: clk}
	w.do(func(ctx context.Context, tx *pg.Tx) error { return entities.SeedKnown(ctx, tx) })
	w.feed(`{"kind":"merchant","merchantId":"M1","name":"Lion City Software Pte. Ltd.","residence":"SG"}`,
		`{"kind":"product","merchantId":"M1","productId":"P1","name":"Backup","platformFees":[{"rate":"0.15","source":"contract"}],"rating":{"model":"fixed","cycle":"hour","price":"1"}}`)
	return w
}

// try runs something as the batch does.
func (w *joined) try(fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := context.Background()
	return w.db.InTx(ctx, pg.AsBatch("market"), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

func (w *joined) do(fn func(ctx context.Context, tx *pg.Tx) error) {
	w.t.Helper()
	if err := w.try(fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *joined) as(a pg.Actor, fn func(ctx context.Context, tx *pg.Tx) error) {
	w.t.Helper()
	ctx := context.Background()
	if err := w.db.InTx(ctx, a, func(tx *pg.Tx) error { return fn(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *joined) feed(lines ...string) {
	w.t.Helper()
	raw := `{"kind":"source","name":"test","zone":"UTC"}` + "\n" + strings.Join(lines, "\n") + "\n"
	if rep, err := w.orders.Import(context.Background(), w.db, "test", strings.NewReader(raw), orders.Options{}); err != nil {
		w.t.Fatal(err, rep.Faults)
	}
}

// order is a paid order of one line; line is what stands in it besides its number.
func (w *joined) order(id, line string) []string {
	now := orders.Stamp(w.clk.Now())
	return []string{
		fmt.Sprintf(`{"kind":"order","orderId":"%[1]s","orderType":"NEW","createTime":"%[2]s","merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"SG"},"orderLine":[{"orderLineId":"%[1]s-1",%[3]s,"currencyCode":"USD","contractingEntity":"5541"}]}`, id, now, line),
		fmt.Sprintf(`{"kind":"payment","orderId":"%s","method":"CASH","collectingEntity":"5541","time":"%s"}`, id, now),
	}
}

func (w *joined) effective(id string) string {
	return fmt.Sprintf(`{"kind":"effectiveness","orderId":"%s","time":"%s"}`, id, orders.Stamp(w.clk.Now()))
}

// rows gives the first column of a question, joined by semicolons.
func (w *joined) rows(sql string) string {
	w.t.Helper()
	var out []string
	w.do(func(ctx context.Context, tx *pg.Tx) error {
		rows, err := tx.Query(ctx, sql)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return strings.Join(out, "; ")
}

// product writes a draft into the catalogue.
func (w *joined) product(id string, a catalog.Access) {
	w.t.Helper()
	w.as(pg.AsMerchant("M1", "seller"), func(ctx context.Context, tx *pg.Tx) error {
		return w.catalog.SaveDraft(ctx, tx, catalog.Product{Merchant: "M1", ID: id, Name: id, Access: a})
	})
}

func (w *joined) delist(id string) {
	w.t.Helper()
	w.as(pg.AsStaff("ops"), func(ctx context.Context, tx *pg.Tx) error {
		return w.catalog.Move(ctx, tx, "M1", id, catalog.Delist, "the hotline was not reached")
	})
}

// usage reports one hour of an instance and gives the codes of what is wrong.
func (w *joined) report(sn, instance string, from time.Time) (codes string) {
	w.t.Helper()
	const form = "20060102T150405Z"
	w.do(func(ctx context.Context, tx *pg.Tx) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		bad, err := w.usage.Report(ctx, tx, dir, "M1", []metered.Sent{{
			Instance: instance, SN: sn, Recorded: from.Add(time.Hour).Format(form), Begin: from.Format(form), End: from.Add(time.Hour).Format(form), Value: []byte(`"3"`),
		}})
		for _, b := range bad {
			codes += string(b.Code)
		}
		return err
	})
	return codes
}

const perUse = `"chargingMode":"ON_DEMAND","productInfo":{"productId":"P1"},"amount":"0","instanceId":"%s"`

// TestTheCatalogueDecidesWhatIsOrdered places an order of a product that is not on sale: the catalogue's own fault comes back, at the line.
func TestTheCatalogueDecidesWhatIsOrdered(t *testing.T) {
	t.Parallel()
	w := join(t)
	w.product("P1", catalog.SaaS)
	err := w.try(func(ctx context.Context, tx *pg.Tx) error {
		_, err := w.orders.Place(ctx, tx, "test", orders.Placement{Order: orders.Fact{
			"orderType": "NEW", "merchantId": "M1", "buyerInfo": map[string]any{"customerId": "C1", "registrationRegion": "SG"},
			"orderLine": []any{map[string]any{"chargingMode": "ONE_TIME", "productInfo": map[string]any{"productId": "P1"}, "amount": "10", "currencyCode": "USD"}},
		}})
		return err
	})
	fs := fault.All(err)
	if len(fs) != 1 || fs[0].Code != "CAT-NOT-ON-SALE" || fs[0].Path != "orderLine[0].productInfo.productId" || fs[0].Text(fault.ZH) == fs[0].Text(fault.EN) {
		t.Errorf("got %v", err)
	}
}

// TestGoodsOnTheirWayAreNotRefundedAsNotReceived asks for a refund of hardware whose parcel the seller has entered.
func TestGoodsOnTheirWayAreNotRefundedAsNotReceived(t *testing.T) {
	t.Parallel()
	w := join(t)
	w.feed(w.order("O1", `"chargingMode":"ONE_TIME","productInfo":{"productId":"P1"},"amount":"100","serviceSupervision":true`)...)
	ask := func(id string) error {
		return w.try(func(ctx context.Context, tx *pg.Tx) error {
			amount := money.MustParse("50")
			_, _, err := w.refunds.Request(ctx, tx, refunds.Ask{ID: id, Order: "O1", Delivery: refunds.Hardware, Goods: refunds.GoodsNotReceived, Amount: &amount})
			if err == nil {
				_, err = w.refunds.Withdraw(ctx, tx, "M1", id)
			}
			return err
		})
	}
	if err := ask("R1"); err != nil {
		t.Fatal("before it is sent:", err)
	}
	kind, channel := supervision.Hardware, supervision.General
	w.do(func(ctx context.Context, tx *pg.Tx) error {
		_, err := w.supervised.SetOrder(ctx, tx, supervision.OrderWords{Line: "O1-1", Type: &kind, Channel: &channel, By: supervision.Platform})
		return err
	})
	w.do(func(ctx context.Context, tx *pg.Tx) error {
		_, err := w.supervised.Do(ctx, tx, supervision.Act{Line: "O1-1", Event: supervision.EnterShipment, Party: supervision.Seller, Carrier: "SF", Parcel: "SF-1"})
		return err
	})
	if err := ask("R2"); !fault.Has(err, "RFD-TRANSIT") {
		t.Error("while it is on its way:", err)
	}
}

// TestAPackageIsNotRefunded asks for a refund of a package.
func TestAPackageIsNotRefunded(t *testing.T) {
	t.Parallel()
	w := join(t)
	w.feed(append(w.order("K1", `"chargingMode":"ON_DEMAND_PKG","productInfo":{"productId":"P1"},"amount":"5","instanceId":"K-1","package":{"quota":"4","validUntil":"20271001000000","coversInstanceId":"I-1","resetRule":"none"}`), w.effective("K1"))...)
	err := w.try(func(ctx context.Context, tx *pg.Tx) error {
		_, _, err := w.refunds.Request(ctx, tx, refunds.Ask{ID: "R1", Order: "K1", Delivery: refunds.SaaS})
		return err
	})
	if !fault.Has(err, "ORD-PKG-NO-REFUND") {
		t.Error(err)
	}
}

// TestUsageOfADelistedProductGoesOnForWhatRuns delists a product between two instances of it.
func TestUsageOfADelistedProductGoesOnForWhatRuns(t *testing.T) {
	t.Parallel()
	w := join(t)
	w.feed(append(w.order("O1", fmt.Sprintf(perUse, "I-1")), w.effective("O1"))...)
	w.product("P1", catalog.SaaS)
	w.clk.Add(time.Hour)
	w.delist("P1")
	w.clk.Add(time.Hour)
	w.feed(append(w.order("O2", fmt.Sprintf(perUse, "I-2")), w.effective("O2"))...)
	from := w.clk.Now()
	w.clk.Add(2 * time.Hour)
	if got := w.report("a", "I-1", from); got != "" {
		t.Errorf("of what runs: %s", got)
	}
	if got := w.report("b", "I-2", from); got != "006" {
		t.Errorf("of what was opened since: %q", got)
	}
	w.as(pg.AsStaff("ana"), func(ctx context.Context, tx *pg.Tx) error {
		return entities.SaveSetting(ctx, tx, entities.Setting{Key: entities.KeyUsageDelisted, Value: "none", Source: "contract", ValidFrom: tx.Now})
	})
	if got := w.report("c", "I-1", from.Add(time.Hour)); got != "006" {
		t.Errorf("of what runs, where the setting says none: %q", got)
	}
}

// TestTheSellerIsToldOnceThatAPackageIsNearlyUsedUp collects usage that takes most of a package.
func TestTheSellerIsToldOnceThatAPackageIsNearlyUsedUp(t *testing.T) {
	t.Parallel()
	w := join(t)
	w.as(pg.AsStaff("ana"), func(ctx context.Context, tx *pg.Tx) error {
		return entities.SaveSetting(ctx, tx, entities.Setting{Key: entities.KeyPackageLow, Value: "0.3", Source: "contract", ValidFrom: tx.Now})
	})
	w.feed(append(append(w.order("K1", `"chargingMode":"ON_DEMAND_PKG","productInfo":{"productId":"P1"},"amount":"5","instanceId":"K-1","package":{"quota":"10","validUntil":"20271001000000","coversInstanceId":"I-1","resetRule":"none"}`), w.effective("K1")),
		append(w.order("O1", fmt.Sprintf(perUse, "I-1")), w.effective("O1"))...)...)
	from := w.clk.Now()
	for i := range 3 {
		w.clk.Add(time.Hour)
		if got := w.report(fmt.Sprint("s", i), "I-1", from.Add(time.Duration(i)*time.Hour)); got != "" {
			t.Fatal(got)
		}
	}
	w.clk.Add(2 * time.Hour)
	for range 2 {
		if _, err := w.usage.Collect(context.Background(), w.db); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := w.rows(`SELECT concat_ws(' ', type, merchant_id, args->>'instance', args->>'left', args->>'quota') FROM notice`), "package.low M1 I-1 1 10"; got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestTheCatalogueSaysWhichInterfaceIsCalled pays orders of three products of a merchant with two interfaces for all its products.
func TestTheCatalogueSaysWhichInterfaceIsCalled(t *testing.T) {
	t.Parallel()
	w := join(t)
	w.interfaces("https://seller.example", provisioning.SaaS, provisioning.LicenceCode)
	for id, a := range map[string]catalog.Access{"PL": catalog.License, "PS": catalog.SaaS, "PI": catalog.Image} {
		w.feed(`{"kind":"product","merchantId":"M1","productId":"` + id + `","platformFees":[{"rate":"0.15","source":"contract"}]}`)
		w.product(id, a)
	}
	for _, id := range []string{"P1", "PL", "PS", "PI"} { // the catalogue does not have P1: which of the two is meant is not known
		w.feed(w.order("O-"+id, `"chargingMode":"ONE_TIME","productInfo":{"productId":"`+id+`"},"amount":"10"`)...)
	}
	if got, want := w.rows(`SELECT line_id FROM interface_call ORDER BY 1`), "O-PL-1; O-PS-1"; got != want {
		t.Errorf("called for %s, want %s", got, want)
	}
}

func (w *joined) interfaces(address string, ds ...provisioning.Delivery) {
	w.t.Helper()
	lock, err := provisioning.ReadLock(strings.Repeat("0a", 32))
	if err != nil {
		w.t.Fatal(err)
	}
	w.provisioning.Lock, w.provisioning.Loopback = lock, true
	for _, d := range ds {
		w.as(pg.AsMerchant("M1", "seller"), func(ctx context.Context, tx *pg.Tx) error {
			return w.provisioning.Configure(ctx, tx, provisioning.Interface{Merchant: "M1", Delivery: d, Address: address, Version: provisioning.V2}, stubKey, true)
		})
	}
}

// TestUsageOfWhatASellerFrozeOrReleasedIsRefused asks a seller to freeze, thaw and release an instance.
func TestUsageOfWhatASellerFrozeOrReleasedIsRefused(t *testing.T) {
	t.Parallel()
	w := join(t)
	seller := httptest.NewServer(&provisioning.Stub{Key: stubKey, Clock: time.Now})
	t.Cleanup(seller.Close)
	w.interfaces(seller.URL, provisioning.SaaS)
	dispatch := func() {
		t.Helper()
		if _, err := w.provisioning.Dispatch(context.Background(), w.db); err != nil {
			t.Fatal(err)
		}
		w.clk.Add(2 * time.Hour)
	}
	w.feed(w.order("O1", fmt.Sprintf(perUse, "I-1"))...)
	dispatch()
	for i, scene := range []provisioning.Scene{provisioning.Freeze, provisioning.Unfreeze, provisioning.Release} {
		w.do(func(ctx context.Context, tx *pg.Tx) error {
			_, err := w.provisioning.Ask(ctx, tx, "M1", fmt.Sprint("A", i), provisioning.Order{Scene: scene, OrderID: "O1", LineID: "O1-1", Product: "P1", Instance: "I-1"})
			return err
		})
		dispatch()
	}
	if got, want := w.rows(`SELECT concat_ws(' ', instance_id, state, to_char(at AT TIME ZONE 'UTC', 'HH24:MI')) FROM instance_state ORDER BY at`),
		"I-1 frozen 16:05; I-1 open 18:05; I-1 released 20:05"; got != want {
		t.Errorf("states %s, want %s", got, want)
	}
	hour := func(h int) time.Time { return time.Date(2026, 11, 5, h, 10, 0, 0, time.UTC) }
	for sn, c := range map[string]struct {
		from time.Time
		code string
	}{"before": {hour(15).Add(-20 * time.Minute), ""}, "frozen": {hour(16), "013"}, "thawed": {hour(18), ""}, "gone": {hour(20), "013"}} {
		got := w.report(sn, "I-1", c.from)
		if ok := got == c.code || sn == "gone" && got == "011"; !ok {
			t.Errorf("%s: got %q, want %q", sn, got, c.code)
		}
	}
}
