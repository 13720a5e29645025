package catalog_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
	"suanpan/orders/catalog"
)

var ctx = context.Background()

type house struct {
	*testing.T
	db    *pg.DB
	clock *pgtest.Clock
	svc   *catalog.Service
	notes []string
}

// build is an installation with merchant M1 of Brazil, certified with the Brazilian entity alone.
func build(t *testing.T) *house {
	t.Helper()
	db, clock := pgtest.NewAt(t, time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC))
	h := &house{T: t, db: db, clock: clock, svc: &catalog.Service{Orders: &orders.Service{}}}
	h.svc.Handle()
	h.svc.Tell = func(_ context.Context, _ *pg.Tx, n catalog.Note) error {
		h.notes = append(h.notes, n.Event)
		return nil
	}
	h.do(pg.AsBatch("test"), func(tx *pg.Tx) error {
		if err := entities.SeedKnown(ctx, tx); err != nil {
			return err
		}
		if err := entities.SaveMerchants(ctx, tx, []entities.Merchant{{ID: "M1", Name: "Ipê Sistemas Ltda", Residence: "BR"}}); err != nil {
			return err
		}
		return entities.Certify(ctx, tx, []entities.Certification{{MerchantID: "M1", Entity: "5861", Currency: "BRL", At: clock.Now().AddDate(0, -1, 0), Bank: entities.Bank{AccountName: "Ipê Sistemas Ltda"}}})
	})
	return h
}

var (
	merchant = pg.AsMerchant("M1", "usr_seller")
	staff    = pg.AsStaff("usr_ops")
)

func (h *house) do(a pg.Actor, fn func(tx *pg.Tx) error) {
	h.Helper()
	if err := h.db.InTx(ctx, a, fn); err != nil {
		h.Fatal(err)
	}
}

func (h *house) fails(a pg.Actor, code string, fn func(tx *pg.Tx) error) {
	h.Helper()
	if err := h.db.InTx(ctx, a, fn); !fault.Has(err, code) {
		h.Errorf("got %v, want %s", err, code)
	}
}

// publish brings a complete product on sale in Brazil.
func (h *house) publish(a catalog.Access) {
	h.Helper()
	h.do(merchant, func(tx *pg.Tx) error { return h.svc.SaveDraft(ctx, tx, complete(a)) })
	h.do(merchant, func(tx *pg.Tx) error { return h.svc.SetRegions(ctx, tx, "M1", "P11", []string{"BR"}) })
	h.submit(true)
	h.do(staff, func(tx *pg.Tx) error { return h.svc.Decide(ctx, tx, pass) })
}

var pass = catalog.Decision{Merchant: "M1", Product: "P11", Pass: true, Fee: decimal.RequireFromString("0.15"), FeeSource: "agreement 7"}

func (h *house) submit(passes bool) catalog.Submission {
	h.Helper()
	s, err := h.svc.Submit(ctx, h.db, merchant, "M1", "P11")
	if err != nil || s.Report.Passed() != passes {
		h.Fatalf("%v, passed %v: %s", err, s.Report.Passed(), codesOf(s.Report))
	}
	return s
}

func (h *house) stands(want catalog.State) {
	h.Helper()
	h.do(staff, func(tx *pg.Tx) error {
		p, err := h.svc.Product(ctx, tx, "M1", "P11")
		if err == nil && p.State != want {
			h.Errorf("it is %s (%s), want %s", p.State, p.Reason, want)
		}
		return err
	})
}

func TestPublishing(t *testing.T) {
	t.Parallel()
	h := build(t)
	tried := 0
	h.svc.Replay = func(_ context.Context, _ catalog.Product, c catalog.Case) string {
		tried++
		if c.Scene == "releaseInstance" && tried < 10 {
			return "answered 500"
		}
		return ""
	}
	h.do(merchant, func(tx *pg.Tx) error { return h.svc.SaveDraft(ctx, tx, complete(catalog.SaaS)) })
	if got := codesOf(h.submit(false).Report); got != "interface:IFC-REPLAY regions:REG-NONE" {
		t.Errorf("first submission: %s", got)
	}
	h.stands(catalog.Draft)
	h.do(merchant, func(tx *pg.Tx) error { return h.svc.SetRegions(ctx, tx, "M1", "P11", []string{"BR"}) })
	if tried != 5 {
		t.Errorf("%d cases were replayed, want all five", tried)
	}
	h.submit(true)
	h.stands(catalog.InReview)
	h.fails(merchant, "CAT-STATE", func(tx *pg.Tx) error { return h.svc.SaveDraft(ctx, tx, complete(catalog.SaaS)) })
	h.fails(staff, "CAT-FEE", func(tx *pg.Tx) error {
		return h.svc.Decide(ctx, tx, catalog.Decision{Merchant: "M1", Product: "P11", Pass: true})
	})
	h.fails(staff, "CAT-REASON", func(tx *pg.Tx) error { return h.svc.Decide(ctx, tx, catalog.Decision{Merchant: "M1", Product: "P11"}) })
	h.fails(pg.AsStaff("usr_seller"), "EYES-SAME", func(tx *pg.Tx) error { return h.svc.Decide(ctx, tx, pass) })
	h.fails(staff, "CAT-NOT-ON-SALE", func(tx *pg.Tx) error { return h.svc.Sellable(ctx, tx, "M1", "P11", "BR") })
	h.do(staff, func(tx *pg.Tx) error { return h.svc.Decide(ctx, tx, pass) })
	h.stands(catalog.OnSale)
	h.do(staff, func(tx *pg.Tx) error {
		var rate decimal.Decimal
		if err := tx.QueryRow(ctx, `SELECT rate FROM product_fee WHERE merchant_id = 'M1' AND product_id = 'P11'`).Scan(&rate); err != nil || rate.String() != "0.15" {
			t.Errorf("fee %s %v", rate, err)
		}
		return h.svc.Sellable(ctx, tx, "M1", "P11", "BR")
	})
	h.fails(staff, "CAT-NOT-HERE", func(tx *pg.Tx) error { return h.svc.Sellable(ctx, tx, "M1", "P11", "HK") })
	h.do(staff, func(tx *pg.Tx) error { return h.svc.Sellable(ctx, tx, "M1", "of-the-feed", "HK") })

	h.submit(true) // a change: the sale goes on while it is judged, and after it is refused
	h.do(staff, func(tx *pg.Tx) error { return h.svc.Sellable(ctx, tx, "M1", "P11", "BR") })
	h.do(staff, func(tx *pg.Tx) error {
		return h.svc.Decide(ctx, tx, catalog.Decision{Merchant: "M1", Product: "P11", Reason: "describe the change"})
	})
	h.stands(catalog.OnSale)
	h.do(staff, func(tx *pg.Tx) error { return h.svc.Move(ctx, tx, "M1", "P11", catalog.Freeze, "complaint 12") })
	h.fails(staff, "CAT-NOT-ON-SALE", func(tx *pg.Tx) error { return h.svc.Sellable(ctx, tx, "M1", "P11", "BR") })
	h.fails(staff, "CAT-UNKNOWN", func(tx *pg.Tx) error { return h.svc.Move(ctx, tx, "M1", "nothing", catalog.Freeze, "x") })
}

func TestRegions(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.publish(catalog.Manual)
	h.fails(merchant, "REG-SIGN", func(tx *pg.Tx) error { return h.svc.SetRegions(ctx, tx, "M1", "P11", []string{"BR", "HK"}) })
	h.fails(merchant, "REG-UNKNOWN", func(tx *pg.Tx) error { return h.svc.SetRegions(ctx, tx, "M1", "P11", []string{"BR", "Atlantis"}) })
	running := []string{"CS2610051300A1"}
	h.svc.Renewing = func(context.Context, *pg.Tx, string, string, []string) ([]string, error) { return running, nil }
	h.fails(merchant, "REG-RENEWING", func(tx *pg.Tx) error { return h.svc.SetRegions(ctx, tx, "M1", "P11", nil) })
	running = nil
	h.do(merchant, func(tx *pg.Tx) error { return h.svc.SetRegions(ctx, tx, "M1", "P11", nil) })
}

func TestCertification(t *testing.T) {
	t.Parallel()
	h := build(t)
	ask := func(tx *pg.Tx, account string) (catalog.Attempt, error) {
		return h.svc.AskCertification(ctx, tx, "M1", "5821", "EUR", entities.Bank{AccountName: account, AccountNo: "1"})
	}
	for i := range 3 {
		h.do(merchant, func(tx *pg.Tx) error {
			a, err := ask(tx, "Somebody Else Ltda")
			if a.State != "failed" || a.Reason != "CERT-ACCOUNT-NAME" {
				t.Errorf("attempt %d: %+v", i+1, a)
			}
			return err
		})
	}
	h.fails(merchant, "CERT-LOCKED", func(tx *pg.Tx) error { _, err := ask(tx, "Ipê Sistemas Ltda"); return err })
	h.fails(staff, "CAT-REASON", func(tx *pg.Tx) error { return h.svc.UnlockCertification(ctx, tx, "M1", "5821", "") })
	h.do(staff, func(tx *pg.Tx) error { return h.svc.UnlockCertification(ctx, tx, "M1", "5821", "papers seen") })
	h.do(merchant, func(tx *pg.Tx) error { _, err := ask(tx, "Ipê Sistemas Ltda"); return err })
	h.fails(merchant, "CERT-WAITS", func(tx *pg.Tx) error { _, err := ask(tx, "Ipê Sistemas Ltda"); return err })
	h.do(staff, func(tx *pg.Tx) error { return h.svc.DecideCertification(ctx, tx, "M1", "5821", true, "") })
	h.fails(staff, "CERT-NOTHING", func(tx *pg.Tx) error { return h.svc.DecideCertification(ctx, tx, "M1", "5821", true, "") })
	h.do(staff, func(tx *pg.Tx) error {
		cs, err := entities.Certifications(ctx, tx, []string{"M1"})
		if c, ok := entities.CertifiedAt(cs, "5821", tx.Now); !ok || c.Currency != "EUR" {
			t.Errorf("certified %v %+v", ok, c)
		}
		return err
	})
}

func TestDialTests(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.publish(catalog.SaaS)
	down := errors.New("no answer")
	var answer error
	h.svc.Dial = func(context.Context, string) error { return answer }
	through := func(days int, want catalog.State) {
		h.Helper()
		for range 2 * days {
			h.clock.Add(12 * time.Hour)
			if _, failed, err := h.svc.Orders.FireDue(ctx, h.db, time.Now()); err != nil || failed > 0 {
				h.Fatal(failed, err)
			}
			if _, err := h.svc.RunDials(ctx, h.db, time.Now()); err != nil {
				h.Fatal(err)
			}
		}
		h.stands(want)
	}
	through(3, catalog.OnSale)
	answer = down
	through(4, catalog.OnSale)
	answer = nil
	through(1, catalog.OnSale)
	answer = down
	through(4, catalog.OnSale)
	through(2, catalog.Frozen)
	h.do(staff, func(tx *pg.Tx) error { return h.svc.Move(ctx, tx, "M1", "P11", catalog.Thaw, "mended") })
	through(4, catalog.OnSale)
}

func TestFailedInARow(t *testing.T) {
	t.Parallel()
	last := period.MustDay("2026-11-05")
	days := []catalog.DialDay{{Day: last}, {Day: last.Add(-1)}, {Day: last.Add(-2)}}
	for n, want := range map[int]bool{0: false, 1: true, 3: true, 4: false} {
		if got := catalog.FailedInARow(days, last, n); got != want {
			t.Errorf("%d days: %v", n, got)
		}
	}
	days[1].OK = true
	if catalog.FailedInARow(days, last, 3) {
		t.Error("a day on which a test succeeded breaks the row")
	}
}

func TestWhatTakesAProductOffSale(t *testing.T) {
	t.Parallel()
	t.Run("the sixth order of a month that fails by the interface", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		h.publish(catalog.SaaS)
		n := 5
		h.svc.FailedOrders = func(context.Context, *pg.Tx, string, string, time.Time, time.Time) (int, error) { return n, nil }
		h.do(staff, func(tx *pg.Tx) error { return h.svc.CheckFailedOrders(ctx, tx, "M1", "P11") })
		h.stands(catalog.OnSale)
		n = 6
		h.do(staff, func(tx *pg.Tx) error { return h.svc.CheckFailedOrders(ctx, tx, "M1", "P11") })
		h.stands(catalog.Delisted)
		if got := h.notes[len(h.notes)-1]; got != "delisted" {
			t.Errorf("the merchant was told %q", got)
		}
	})
	t.Run("the third time that its seller is not reached", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		h.publish(catalog.Manual)
		h.fails(staff, "CAT-REASON", func(tx *pg.Tx) error { return h.svc.NoteUnreachable(ctx, tx, "M1", "P11", "phone", "") })
		for i, want := range []catalog.State{catalog.OnSale, catalog.OnSale, catalog.Delisted} {
			h.clock.Add(time.Hour * time.Duration(i+1))
			h.do(staff, func(tx *pg.Tx) error { return h.svc.NoteUnreachable(ctx, tx, "M1", "P11", "phone", "nobody answered") })
			h.stands(want)
		}
	})
}
