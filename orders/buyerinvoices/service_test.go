package buyerinvoices

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
)

var bg = context.Background()

const feed = `{"kind":"source","name":"test","zone":"UTC"}
{"kind":"merchant","merchantId":"M1","name":"Seller","residence":"BR"}
{"kind":"product","merchantId":"M1","productId":"P1","name":"Backup","platformFees":[{"rate":"0.15","source":"contract"}]}
{"kind":"order","orderId":"O1","orderType":"NEW","createTime":"2026-11-09T07:00:00Z","merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"O1-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P1"},"amount":"1130.00","currencyCode":"USD"}]}
`

type world struct {
	t   *testing.T
	db  *pg.DB
	svc *Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, _ := pgtest.NewAt(t, time.Date(2026, 11, 10, 8, 0, 0, 0, time.UTC))
	w := &world{t: t, db: db, svc: &Service{}}
	if err := w.in(market, func(tx *pg.Tx) error { return entities.SeedKnown(bg, tx) }); err != nil {
		t.Fatal(err)
	}
	if _, err := (&orders.Service{}).Import(bg, db, "test", strings.NewReader(feed), orders.Options{}); err != nil {
		t.Fatal(err)
	}
	return w
}

var market, seller = pg.AsBatch("market"), pg.AsMerchant("M1", "seller")

func (w *world) in(a pg.Actor, fn func(tx *pg.Tx) error) error { return w.db.InTx(bg, a, fn) }

func (w *world) ask(a Ask) (i Invoice, err error) {
	err = w.in(market, func(tx *pg.Tx) error { i, err = w.svc.Request(bg, tx, a); return err })
	return i, err
}

func (w *world) act(a pg.Actor, fn func(tx *pg.Tx) (Invoice, error)) (i Invoice, err error) {
	err = w.in(a, func(tx *pg.Tx) error { i, err = fn(tx); return err })
	return i, err
}

func (w *world) stands(want State) {
	w.t.Helper()
	err := w.in(seller, func(tx *pg.Tx) error {
		s, err := w.svc.StateOf(bg, tx, "M1", "O1-1")
		if s != want {
			w.t.Errorf("the line's invoice is %q, want %q", s, want)
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
}

func refused(t *testing.T, err error, codes ...string) {
	t.Helper()
	var got []string
	for _, f := range fault.All(err) {
		got = append(got, f.Code)
	}
	if !slices.Equal(got, codes) {
		t.Errorf("refused with %v, want %v (%v)", got, codes, err)
	}
}

func TestTheStateMachine(t *testing.T) {
	t.Parallel()
	want := map[State]map[Act]State{Requested: {Issue: Issued, Cancel: Cancelled}, Issued: {Return: Returned}}
	for _, s := range []State{None, Requested, Issued, Cancelled, Returned} {
		for _, a := range []Act{Issue, Cancel, Return} {
			to, f := Next(s, a)
			next, legal := want[s][a]
			if legal && (f != nil || to != next) || !legal && (f == nil || f.Code != "BIN-STATE" || to != s) {
				t.Errorf("%s at %q gives %q (%v)", a, s, to, f)
			}
		}
	}
}

func TestHowAnInvoiceComesBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		form Form
		back Back
		want []string
	}{
		"paper in a parcel":                   {Paper, Back{Reason: "refund", Carrier: "SF", Tracking: "1"}, nil},
		"paper without its parcel":            {Paper, Back{Reason: "refund", Carrier: "SF"}, []string{"BIN-PARCEL"}},
		"paper whose VAT was deducted":        {Paper, Back{Reason: "refund", Deducted: true, Proofs: 1}, nil},
		"deducted, and nothing proves it":     {Paper, Back{Reason: "refund", Deducted: true}, []string{"BIN-PROOF"}},
		"electronic":                          {Electronic, Back{Reason: "refund"}, nil},
		"no reason":                           {Electronic, Back{}, []string{"BIN-REASON"}},
		"electronic and deducted needs proof": {Electronic, Back{Reason: "refund", Deducted: true}, []string{"BIN-PROOF"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range CheckBack(c.form, c.back) {
				got = append(got, f.Code)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("refused with %v, want %v", got, c.want)
			}
		})
	}
}

func TestAnInvoiceFromRequestToReturn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var heard []string
	refuse := errors.New("not now")
	var deaf error
	w.svc.Subscribe(func(_ context.Context, _ *pg.Tx, merchant, line string) error {
		heard = append(heard, merchant+" "+line)
		return deaf
	})
	deaf = refuse
	if _, err := w.ask(Ask{ID: "B0", Order: "O1", Form: Paper}); !errors.Is(err, refuse) {
		t.Errorf("who hears of it may refuse it: %v", err)
	}
	w.stands(None)
	deaf = nil
	for range 2 { // the second is nothing
		if i, err := w.ask(Ask{ID: "B1", Order: "O1", Form: Paper}); err != nil || i.State != Requested {
			t.Fatal(i, err)
		}
	}
	if len(heard) != 2 || heard[1] != "M1 O1-1" {
		t.Errorf("heard %v, want the refused one and one more", heard)
	}
	w.stands(Requested)
	_, err := w.ask(Ask{ID: "B1", Order: "O1", Form: Electronic})
	refused(t, err, "BIN-CHANGED")
	_, err = w.ask(Ask{ID: "B2", Order: "O1", Form: Paper})
	refused(t, err, "BIN-STANDS")
	_, err = w.ask(Ask{ID: "B3", Order: "none", Form: Paper})
	refused(t, err, "FEED-UNKNOWN-ORDER")

	issue := func(number string) func(*pg.Tx) (Invoice, error) {
		return func(tx *pg.Tx) (Invoice, error) { return w.svc.Issue(bg, tx, "M1", "B1", number) }
	}
	_, err = w.act(seller, issue(" "))
	refused(t, err, "BIN-NUMBER")
	_, err = w.act(pg.AsMerchant("M2", "x"), issue("I-1"))
	refused(t, err, "BIN-UNKNOWN")
	for range 2 {
		if i, err := w.act(seller, issue("I-1")); err != nil || i.Number != "I-1" || i.IssuedAt == nil {
			t.Fatal(i, err)
		}
	}
	_, err = w.act(seller, issue("I-2"))
	refused(t, err, "BIN-STATE")
	w.stands(Issued)
	_, err = w.act(seller, func(tx *pg.Tx) (Invoice, error) { return w.svc.Cancel(bg, tx, "M1", "B1", "") })
	refused(t, err, "BIN-STATE", "BIN-REASON")

	back := func(b Back, files ...orders.Attachment) func(*pg.Tx) (Invoice, error) {
		return func(tx *pg.Tx) (Invoice, error) { return w.svc.Return(bg, tx, "M1", "B1", b, files) }
	}
	_, err = w.act(seller, back(Back{Reason: "refund"}))
	refused(t, err, "BIN-PARCEL")
	_, err = w.act(seller, back(Back{Reason: "refund", Deducted: true}, orders.NewAttachment("x", nil)))
	refused(t, err, "ATT-EMPTY")
	i, err := w.act(seller, back(Back{Reason: "refund", Deducted: true}, orders.NewAttachment("proof.pdf", []byte("%PDF-"))))
	if err != nil || i.State != Returned || !i.Deducted || i.ClosedAt == nil {
		t.Fatal(i, err)
	}
	w.stands(None)
	w.againAndCancelled()
}

// againAndCancelled asks for the invoice of the line once more, and takes that back.
func (w *world) againAndCancelled() {
	w.t.Helper()
	if i, err := w.ask(Ask{ID: "B4", Order: "O1", Form: Electronic}); err != nil || i.State != Requested {
		w.t.Error("it cannot be asked for again:", err)
	}
	for range 2 {
		if i, err := w.act(market, func(tx *pg.Tx) (Invoice, error) { return w.svc.Cancel(bg, tx, "M1", "B4", "mistake") }); err != nil || i.State != Cancelled {
			w.t.Fatal(i, err)
		}
	}
	w.stands(None)
}
