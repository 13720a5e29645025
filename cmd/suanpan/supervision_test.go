package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
	"suanpan/orders/supervision"
	"suanpan/settlement"
)

// TestAcceptanceReachesTheBillOfItsMonth follows two supervised orders of October from the payment to their bills: one is accepted on the last evening of
// October, the other in November.
func TestAcceptanceReachesTheBillOfItsMonth(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db, clk := pgtest.NewAt(t, time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC))
	m := wire(db, time.Now)
	in := func(fn func(tx *pg.Tx) error) {
		t.Helper()
		if err := db.InTx(ctx, pg.AsBatch("test"), fn); err != nil {
			t.Fatal(err)
		}
	}
	in(func(tx *pg.Tx) error { return entities.SeedKnown(ctx, tx) })
	feed := []string{
		`{"kind":"source","name":"test","zone":"UTC"}`, `{"kind":"merchant","merchantId":"M1","name":"Lumen","residence":"BR"}`,
		`{"kind":"certification","merchantId":"M1","contractingEntity":"5861","currencyCode":"BRL","time":"20260302120000"}`,
		`{"kind":"product","merchantId":"M1","productId":"P11","platformFees":[{"rate":"0.15"}]}`,
		`{"kind":"exchangeRate","from":"USD","to":"BRL","date":"2026-10-31","rate":"5","source":"treasury"}`, `{"kind":"exchangeRate","from":"USD","to":"BRL","date":"2026-11-30","rate":"5","source":"treasury"}`,
	}
	for _, id := range []string{"CS1", "CS2"} {
		feed = append(feed, `{"kind":"order","orderId":"`+id+`","orderType":"NEW","createTime":"20261020100000","merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"`+id+
			`-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P11"},"amount":"100","currencyCode":"USD","serviceSupervision":true}]}`,
			`{"kind":"payment","orderId":"`+id+`","method":"CASH","collectingEntity":"5861","time":"20261020100000"}`, `{"kind":"effectiveness","orderId":"`+id+`","time":"20261020100000"}`)
	}
	if rep, err := m.orders.Import(ctx, db, "test", strings.NewReader(strings.Join(feed, "\n")+"\n"), orders.Options{}); err != nil {
		t.Fatal(err, rep.Faults)
	}
	kind, channel := supervision.LicenseDeploy, supervision.General
	accept := func(line string, at time.Time) {
		t.Helper()
		in(func(tx *pg.Tx) error {
			_, err := m.supervised.SetOrder(ctx, tx, supervision.OrderWords{Line: line, Type: &kind, Channel: &channel, By: supervision.Platform})
			return err
		})
		proof := supervision.Act{
			Line: line, Event: supervision.DeliverService, Party: supervision.Seller, Files: []supervision.Sent{{Name: "a.pdf", Content: []byte("%PDF-1.4")}},
			Elements: supervision.Elements{Orders: line[:3], Company: "ACME", Product: "Backup", Spec: "Large"},
		}
		in(func(tx *pg.Tx) error { _, err := m.supervised.Do(ctx, tx, proof); return err })
		clk.Set(at)
		in(func(tx *pg.Tx) error {
			_, err := m.supervised.Do(ctx, tx, supervision.Act{Line: line, Event: supervision.AcceptDelivery, Party: supervision.Buyer})
			return err
		})
		if _, failed, err := m.orders.FireDue(ctx, db, time.Now()); err != nil || failed > 0 {
			t.Fatal(failed, err)
		}
	}
	billed := func(month string, at time.Time) (lines []string) {
		t.Helper()
		clk.Set(at)
		if _, err := m.settlement.Run(ctx, period.MustMonth(month), settlement.RunOptions{User: "test"}); err != nil {
			t.Fatal(err)
		}
		in(func(tx *pg.Tx) error {
			got, err := m.settlement.Billed(ctx, tx, "M1", []string{"CS1-1", "CS2-1"})
			for _, l := range []string{"CS1-1", "CS2-1"} {
				if got[l] {
					lines = append(lines, l)
				}
			}
			return err
		})
		return lines
	}
	accept("CS1-1", time.Date(2026, 11, 1, 1, 0, 0, 0, time.UTC)) // 22:00 of 31 October in São Paulo
	accept("CS2-1", time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC))
	if got := strings.Join(billed("2026-10", time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)), " "); got != "CS1-1" {
		t.Errorf("October's run bills %q", got)
	}
	if got := strings.Join(billed("2026-11", time.Date(2026, 12, 10, 12, 0, 0, 0, time.UTC)), " "); got != "CS1-1 CS2-1" {
		t.Errorf("after November's run billed are %q", got)
	}
}
