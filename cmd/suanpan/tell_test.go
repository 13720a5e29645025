package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/notices"
	"suanpan/orders/buyerinvoices"
	"suanpan/orders/catalog"
	metered "suanpan/orders/metering/usage"
	"suanpan/orders/provisioning"
	"suanpan/orders/refunds"
	"suanpan/orders/supervision"
	"suanpan/settlement"
)

// tellings are the causes of all that merchants are told, each as the module hands it over.
func (w *joined) tellings() map[string]func(ctx context.Context, tx *pg.Tx) error {
	e := &w.invoicing.Events
	req := invoicing.Requisition{Merchant: "M1", Number: "REQ1", Entity: "5541", Amount: money.New(decimal.NewFromInt(10), "SGD"), Attempt: 1}
	judged := func(outcome invoicing.Outcome) func(ctx context.Context, tx *pg.Tx) error {
		v := invoicing.Verdict{Outcome: outcome, Faults: fault.Faults{fault.New(fault.Invalid, "INV-TOTAL", "")}, Holds: fault.Faults{fault.New(fault.Conflict, "INV-LATE", "")}}
		return func(ctx context.Context, tx *pg.Tx) error {
			return e.Judged[len(e.Judged)-1](ctx, tx, invoicing.JudgedEvent{Merchant: "M1", Submission: invoicing.Submission{Requisition: "REQ1", No: 1, Verdict: v}})
		}
	}
	call := provisioning.Call{Merchant: "M1", ID: "create/O1-1", Made: 1, Order: provisioning.Order{OrderID: "O1", Product: "P1"}}
	supervised := func(kind string) func(ctx context.Context, tx *pg.Tx) error {
		return func(ctx context.Context, tx *pg.Tx) error {
			return w.supervised.Tell(ctx, tx, supervision.Note{Kind: kind, To: supervision.Seller, Merchant: "M1", Line: "O1-1", Order: "O1", At: w.clk.Now()})
		}
	}
	return map[string]func(ctx context.Context, tx *pg.Tx) error{
		"list.issued": func(ctx context.Context, tx *pg.Tx) error {
			return e.ListIssued[len(e.ListIssued)-1](ctx, tx, req, invoicing.List{Version: 1})
		},
		"invoice.refused": judged(invoicing.Refused), "invoice.waiting": judged(invoicing.Late),
		"invoice.accepted": func(ctx context.Context, tx *pg.Tx) error {
			return e.Accepted[len(e.Accepted)-1](ctx, tx, invoicing.AcceptedEvent{Requisition: req, Amount: req.Amount})
		},
		"invoice.revoked": func(ctx context.Context, tx *pg.Tx) error {
			return e.Revoked[len(e.Revoked)-1](ctx, tx, invoicing.RevokedEvent{Requisition: req})
		},
		"invoice.reissue": func(ctx context.Context, tx *pg.Tx) error {
			return e.ReissueNeeded[len(e.ReissueNeeded)-1](ctx, tx, invoicing.ReissueEvent{Requisition: req, Numbers: []string{"7", "8"}})
		},
		"payment.recorded": func(ctx context.Context, tx *pg.Tx) error {
			return w.settlement.Paid(ctx, tx, settlement.Payment{Merchant: "M1", No: "PAY1", Requisition: "REQ1", Currency: "SGD", Amount: decimal.NewFromInt(10), ValueDate: period.DayOf(w.clk.Now(), time.UTC)})
		},
		"interface.failed": func(ctx context.Context, tx *pg.Tx) error {
			return w.provisioning.OnFailure(ctx, tx, provisioning.Failure{Call: call, Code: provisioning.NoAddress})
		},
		"provisioning.failed": func(ctx context.Context, tx *pg.Tx) error {
			return w.provisioning.OnFailure(ctx, tx, provisioning.Failure{Call: call, Code: provisioning.NoAddress, Final: true})
		},
		"product.reviewed": func(ctx context.Context, tx *pg.Tx) error {
			return w.catalog.Tell(ctx, tx, catalog.Note{Merchant: "M1", Product: "P1", Name: "Backup", Event: "passed"})
		},
		"supervision.terminated": supervised(supervision.NoteAutoRefund), "supervision.long": supervised(supervision.NoteOverdue),
		"refund.requested": func(ctx context.Context, tx *pg.Tx) error {
			return w.refunds.Requested(ctx, tx, refunds.Request{Merchant: "M1", ID: "R1", Order: "O1"})
		},
		"buyerinvoice.requested": func(ctx context.Context, tx *pg.Tx) error {
			_, err := w.invoices.Request(ctx, tx, buyerinvoices.Ask{ID: "B1", Order: "O1", Form: buyerinvoices.Electronic})
			return err
		},
		"package.low": func(ctx context.Context, tx *pg.Tx) error {
			l := metered.LowQuota{Merchant: "M1", Instance: "I-1"}
			l.Deducted.Package, l.Deducted.Quota = "K1", decimal.NewFromInt(10)
			return w.usage.LowQuota(ctx, tx, l)
		},
	}
}

// codes are those of the seller console's message table; 0 where it was seen without one.
var codesOfTypes = map[string]int{
	"supervision.terminated": 101, "provisioning.failed": 101, "refund.requested": 101, "interface.failed": 501, "buyerinvoice.requested": 901,
	"product.reviewed": 0, "supervision.long": 0, "package.low": 0, "list.issued": 0, "invoice.accepted": 0, "invoice.refused": 0, "invoice.waiting": 0,
	"invoice.revoked": 0, "invoice.reissue": 0, "payment.recorded": 0,
}

// TestEachCauseIsToldToItsMerchantOnce lets every cause happen twice: one message with the table's code and whole sentences stands, and goes to the
// account's own address.
func TestEachCauseIsToldToItsMerchantOnce(t *testing.T) {
	t.Parallel()
	w := join(t)
	w.feed(`{"kind":"merchant","merchantId":"M2","name":"Other","residence":"SG"}`)
	w.feed(w.order("O1", `"chargingMode":"ONE_TIME","productInfo":{"productId":"P1"},"amount":"10"`)...)
	tellings := w.tellings()
	if len(tellings) != len(codesOfTypes) {
		t.Errorf("%d causes, %d codes", len(tellings), len(codesOfTypes))
	}
	var told []string
	for typ, cause := range tellings {
		if got, ok := notices.TypeOf(typ); !ok || got.Code != codesOfTypes[typ] {
			t.Errorf("%s has code %d, want %d", typ, got.Code, codesOfTypes[typ])
		}
		for range 2 {
			w.do(cause)
		}
		told = append(told, typ)
	}
	for _, typ := range told {
		if got := w.rows(`SELECT merchant_id || duty || receiver_id FROM notice WHERE type = '` + typ + `'`); got != "M1" {
			t.Errorf("%s was told to %q", typ, got)
		}
	}
	if _, err := w.notices.Deliver(context.Background(), w.db, func() bool { return false }); err != nil {
		t.Fatal(err)
	}
	w.do(func(ctx context.Context, tx *pg.Tx) error {
		list, err := notices.Outbox(ctx, tx, notices.OutboxQuery{})
		if len(list) != len(tellings) {
			t.Errorf("%d deliveries of %d notices", len(list), len(tellings))
		}
		for _, d := range list {
			subject, body := d.Text()
			if d.Channel != notices.Email || d.Receiver != "" || strings.ContainsAny(subject+body, "{}") || body == "" {
				t.Errorf("%s goes by %s to %q and says %q: %q", d.Notice.Type, d.Channel, d.Receiver, subject, body)
			}
		}
		return err
	})
}

// TestADialTestThatFailedIsAFailingInterface tells it under the type of the message table.
func TestADialTestThatFailedIsAFailingInterface(t *testing.T) {
	t.Parallel()
	w := join(t)
	w.do(func(ctx context.Context, tx *pg.Tx) error {
		return w.catalog.Tell(ctx, tx, catalog.Note{Merchant: "M1", Product: "P1", Name: "Backup", Event: "dial_failed", Why: "NO-ANSWER"})
	})
	w.do(func(ctx context.Context, tx *pg.Tx) error { // whose turn it is stands on their pages
		return w.supervised.Tell(ctx, tx, supervision.Note{Kind: supervision.NoteTurn, To: supervision.Seller, Merchant: "M1", Line: "O1-1"})
	})
	if got := w.rows(`SELECT type || ' ' || (args->>'reason') FROM notice`); got != "interface.failed NO-ANSWER" {
		t.Errorf("told %q", got)
	}
}

// TestTheNavigationCountsWhatAMerchantHasNotRead counts for its own users alone.
func TestTheNavigationCountsWhatAMerchantHasNotRead(t *testing.T) {
	t.Parallel()
	w := join(t)
	s := &session{modules: w.modules, db: w.db}
	count := func(merchant string) int {
		t.Helper()
		m, err := s.unread(context.Background(), &web.User{ID: "usr_1", Merchant: merchant, Duties: []web.Duty{web.Merchant}})
		if err != nil {
			t.Fatal(err)
		}
		return m[messagesNav]
	}
	tellings := w.tellings()
	w.do(tellings["refund.requested"])
	w.do(tellings["package.low"])
	if got := [2]int{count("M1"), count("M2")}; got != [2]int{2, 0} {
		t.Errorf("unread %v", got)
	}
	w.as(pg.AsMerchant("M1", "usr_1"), func(ctx context.Context, tx *pg.Tx) error { return notices.MarkRead(ctx, tx, "M1") })
	if got := count("M1"); got != 0 {
		t.Errorf("after reading %d", got)
	}
	if m, err := s.unread(context.Background(), &web.User{ID: "usr_2", Duties: []web.Duty{web.Operations}}); err != nil || m != nil {
		t.Errorf("for operations %v %v", m, err)
	}
	for _, r := range w.routes(context.Background(), w.db, nil, time.Now) {
		placed := r.Nav == ""
		for _, x := range sections {
			for _, key := range x.Entries {
				placed = placed || key == r.Nav
			}
		}
		if !placed {
			t.Errorf("%s stands in no section of the navigation", r.Nav)
		}
	}
}

// TestAConsoleWithoutWorkersSealsWhatIsPosted serves while nobody works.
func TestAConsoleWithoutWorkersSealsWhatIsPosted(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	b := &bench{t: t, env: []string{"DATABASE_URL=" + pgtest.URL(db)}}
	b.ok("migrate")
	w := &joined{modules: wire(db, time.Now), t: t, db: db}
	w.feed(`{"kind":"repayment","repaymentId":"RP-1","customerId":"C1","collectingEntity":"5541","cycle":"2026-09","amount":"500.00","currencyCode":"USD","time":"20260929110000"}`)
	sealed := func() bool {
		var n int64
		w.do(func(ctx context.Context, tx *pg.Tx) (err error) {
			n, err = ledger.Sequence(ctx, tx)
			return err
		})
		return n > 0
	}
	if sealed() {
		t.Fatal("it was sealed before")
	}
	serve := b.command("serve", "--workers", "0", "--addr", "127.0.0.1:0")
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the seal", sealed)
	if err := serve.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = serve.Wait()
}
