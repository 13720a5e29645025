package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/orders/buyerinvoices"
	"suanpan/orders/refunds"
)

// TestABuyersInvoiceStandsInTheWayOfARefund joins the two modules as the program does, since neither knows the other.
func TestABuyersInvoiceStandsInTheWayOfARefund(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db, _ := pgtest.NewAt(t, time.Date(2026, 11, 10, 8, 0, 0, 0, time.UTC))
	m := wire(db, time.Now)
	do := func(fn func(tx *pg.Tx) error) error { return db.InTx(ctx, pg.AsBatch("market"), fn) }
	if err := do(func(tx *pg.Tx) error { return entities.SeedKnown(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
	feed := `{"kind":"source","name":"test","zone":"UTC"}
{"kind":"merchant","merchantId":"M1","name":"Seller","residence":"BR"}
{"kind":"product","merchantId":"M1","productId":"P1","name":"Work","platformFees":[{"rate":"0.15","source":"contract"}]}
{"kind":"order","orderId":"O1","orderType":"NEW","createTime":"2026-11-09T07:00:00Z","merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"O1-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P1"},"amount":"1130.00","currencyCode":"USD","serviceSupervision":true}]}
{"kind":"payment","orderId":"O1","method":"CASH","collectingEntity":"5861","time":"2026-11-09T07:01:00Z"}
`
	if _, err := m.orders.Import(ctx, db, "test", strings.NewReader(feed), orders.Options{}); err != nil {
		t.Fatal(err)
	}
	amount := money.MustParse("100")
	refund := func(id string) (r refunds.Request, err error) {
		err = do(func(tx *pg.Tx) error {
			r, _, err = m.refunds.Request(ctx, tx, refunds.Ask{ID: id, Order: "O1", Delivery: refunds.Manual, Amount: &amount})
			return err
		})
		return r, err
	}
	step := func(what string, fn func(tx *pg.Tx) error) {
		t.Helper()
		if err := do(fn); err != nil {
			t.Fatal(what, err)
		}
	}
	invoice := func(tx *pg.Tx) error {
		_, err := m.invoices.Request(ctx, tx, buyerinvoices.Ask{ID: "B1", Order: "O1", Form: buyerinvoices.Electronic})
		return err
	}
	if _, err := refund("R1"); err != nil {
		t.Fatal(err)
	}
	step("ask for an invoice", invoice)
	step("the refund fails", func(tx *pg.Tx) error {
		r, err := m.refunds.FindAny(ctx, tx, "R1")
		if r.State != refunds.Failed || r.Why != refunds.WhyInvoiceAsked {
			t.Errorf("the refund stands at %s (%s)", r.State, r.Why)
		}
		return err
	})
	if _, err := refund("R2"); !fault.Has(err, "RFD-INVOICE-ASKED") {
		t.Errorf("while it is asked for: %v", err)
	}
	step("issue", func(tx *pg.Tx) error { _, err := m.invoices.Issue(ctx, tx, "M1", "B1", "I-1"); return err })
	if _, err := refund("R2"); !fault.Has(err, "RFD-INVOICE") {
		t.Errorf("while it is issued: %v", err)
	}
	step("return", func(tx *pg.Tx) error {
		_, err := m.invoices.Return(ctx, tx, "M1", "B1", buyerinvoices.Back{Reason: "refund"}, nil)
		return err
	})
	if r, err := refund("R2"); err != nil || r.State != refunds.Review {
		t.Errorf("after it was returned: %+v %v", r, err)
	}
}
