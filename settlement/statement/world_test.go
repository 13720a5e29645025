package statement

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/invoicing"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/settlement"
)

var october = period.MustMonth("2026-10")

// systemFonts finds the fonts once for all tests; the Debian packages are part of what the tests need.
var systemFonts = sync.OnceValues(func() (*doc.Fonts, fault.Faults) { return doc.FindFonts("") })

func fonts(t testing.TB) *doc.Fonts {
	t.Helper()
	f, warnings := systemFonts()
	if len(warnings) > 0 {
		t.Fatalf("install the fonts first (Debian: apt-get install fonts-droid-fallback fonts-thai-tlwg-ttf):\n%v", warnings)
	}
	return f
}

// world is the month that an accountant worked by hand, billed, approved and partly answered and paid.
type world struct {
	t   testing.TB
	db  *pg.DB
	clk *pgtest.Clock
	svc *Service
}

// stories say what becomes of the October list of each merchant; the others stay unanswered.
//
//	M2 paid and on the bank statement   M3 paid   M4 accepted   M5 refused   M6 a part of two invoices   M1 (Brazil) came too late in the month
func newWorld(t testing.TB) *world {
	t.Helper()
	w := imported(t)
	for _, m := range []string{"2026-08", "2026-09", "2026-10"} {
		if _, err := w.svc.Settlement.Run(context.Background(), period.MustMonth(m), settlement.RunOptions{User: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	w.approve(october)
	w.clk.Set(time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC))
	w.send("M2", "471.60", false)
	w.send("M3", "91053", false)
	w.send("M4", "2507.20", false)
	w.send("M5", "236.03", false)
	w.send("M6", "100000", true)
	w.send("M1", "7104.47", false)
	w.clk.Set(time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC))
	w.pay("M2", true)
	w.pay("M3", false)
	return w
}

func imported(t testing.TB) *world {
	t.Helper()
	db, clk := pgtest.NewAt(t, time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC))
	o, inv := &orders.Service{}, &invoicing.Service{}
	set := &settlement.Service{DB: db, Orders: o, Invoicing: inv}
	set.Subscribe(&inv.Events)
	w := &world{t: t, db: db, clk: clk, svc: &Service{Settlement: set, Fonts: fonts(t)}}
	feed, err := os.ReadFile(filepath.Join("..", "..", "internal", "sim", "testdata", "worked-month", "feed.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var kept [][]byte // without October's payments made outside: here they go through requisitions
	for _, line := range bytes.Split(feed, []byte("\n")) {
		if !bytes.Contains(line, []byte(`"kind":"payout"`)) || !bytes.Contains(line, []byte(`"cycle":"2026-10"`)) {
			kept = append(kept, line)
		}
	}
	rep, err := o.Import(context.Background(), db, "test", bytes.NewReader(bytes.Join(kept, []byte("\n"))), orders.Options{})
	if err != nil || len(rep.Faults) > 0 {
		t.Fatal(err, rep.Faults)
	}
	return w
}

func (w *world) tx(actor pg.Actor, fn func(ctx context.Context, tx *pg.Tx) error) {
	w.t.Helper()
	ctx := context.Background()
	if err := w.db.InTx(ctx, actor, func(tx *pg.Tx) error { return fn(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(fn func(ctx context.Context, tx *pg.Tx) error) {
	w.t.Helper()
	ctx := context.Background()
	if err := w.db.ReadTx(ctx, pg.AsAuditor("test"), func(tx *pg.Tx) error { return fn(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) approve(m period.Month) {
	w.t.Helper()
	var refs []settlement.BillRef
	w.tx(pg.AsStaff("ana"), func(ctx context.Context, tx *pg.Tx) error {
		bills, err := w.svc.Settlement.Bills(ctx, tx, settlement.BillFilter{Month: m, State: settlement.PendingCountersign})
		for _, b := range bills {
			refs = append(refs, settlement.BillRef{Merchant: b.Merchant, No: b.No})
		}
		if err != nil {
			return err
		}
		return w.svc.Settlement.Countersign(ctx, tx, refs...)
	})
	w.tx(pg.AsStaff("bo"), func(ctx context.Context, tx *pg.Tx) error {
		_, err := w.svc.Settlement.Approve(ctx, tx, refs...)
		return err
	})
}

// open gives the merchant's list.
func (w *world) open(merchant string) invoicing.List {
	w.t.Helper()
	var l invoicing.List
	w.read(func(ctx context.Context, tx *pg.Tx) error {
		rs, err := w.svc.Settlement.Invoicing.Requisitions(ctx, tx, invoicing.Filter{Merchant: merchant})
		if err != nil {
			return err
		}
		if len(rs) != 1 {
			w.t.Fatalf("%s has %d requisitions", merchant, len(rs))
		}
		d, err := w.svc.Settlement.Invoicing.Requisition(ctx, tx, merchant, rs[0].Number)
		l = d.List
		return err
	})
	return l
}

func (w *world) send(merchant, total string, more bool) {
	w.t.Helper()
	l := w.open(merchant)
	filled := map[string]string{}
	for _, name := range l.Blank(nil) {
		filled[name] = "X-" + name
	}
	inv := invoicing.Invoice{
		Number: "INV-" + merchant, Date: period.MustDay("2026-11-26"), Currency: l.Currency, BillTo: l.EntityName, Issuer: l.MerchantName, AccountName: l.MerchantName,
		Requisitions: []string{l.Requisition}, Period: l.PeriodText(), GrandTotal: money.MustParse(total), Kind: invoicing.KindInvoice, Format: "typed",
	}
	w.tx(pg.AsMerchant(merchant, "usr_"+merchant), func(ctx context.Context, tx *pg.Tx) error {
		_, err := w.svc.Settlement.Invoicing.Submit(ctx, tx, invoicing.Send{
			Merchant: merchant, Requisition: l.Requisition, ListAttached: true, MoreWillFollow: more, Filled: filled, Invoices: []invoicing.Invoice{inv},
		})
		return err
	})
}

func (w *world) pay(merchant string, bank bool) {
	w.t.Helper()
	no := w.open(merchant).Requisition
	var p settlement.Payment
	w.tx(pg.AsStaff("bo"), func(ctx context.Context, tx *pg.Tx) error {
		return w.svc.Settlement.ApproveRequisition(ctx, tx, merchant, no)
	})
	w.tx(pg.AsStaff("cy"), func(ctx context.Context, tx *pg.Tx) (err error) {
		p, err = w.svc.Settlement.RecordPayment(ctx, tx, merchant, no, period.MustDay("2026-11-27"))
		return err
	})
	if !bank {
		return
	}
	w.tx(pg.AsStaff("cy"), func(ctx context.Context, tx *pg.Tx) error {
		_, err := w.svc.Settlement.Reconcile(ctx, tx, settlement.BankLine{
			Merchant: merchant, Payment: p.No, Reference: "=BANK-1", Date: p.ValueDate, Amount: money.New(p.Amount, p.Currency),
		})
		return err
	})
}

func (w *world) merchant(id, entity string, m period.Month) Merchant {
	w.t.Helper()
	var out Merchant
	w.read(func(ctx context.Context, tx *pg.Tx) (err error) {
		out, err = w.svc.Merchant(ctx, tx, id, entity, m)
		return err
	})
	return out
}

func (w *world) entity(code string, m period.Month) Entity {
	w.t.Helper()
	var out Entity
	w.read(func(ctx context.Context, tx *pg.Tx) (err error) {
		out, err = w.svc.Entity(ctx, tx, code, m)
		return err
	})
	return out
}

// finance gathers the workbook and its lines.
func (w *world) finance(m period.Month) Finance {
	w.t.Helper()
	var out Finance
	w.read(func(ctx context.Context, tx *pg.Tx) (err error) {
		if out, err = w.svc.Finance(ctx, tx, m); err != nil {
			return err
		}
		var lines []Line
		for l, err := range out.Lines {
			if err != nil {
				return err
			}
			lines = append(lines, l)
		}
		out.Lines = of(lines)
		return nil
	})
	return out
}

// of gives lines that were read as if they were being read.
func of(lines []Line) func(func(Line, error) bool) {
	return func(yield func(Line, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
}

func (w *world) list(merchant string) List {
	w.t.Helper()
	no := w.open(merchant).Requisition
	var out List
	w.read(func(ctx context.Context, tx *pg.Tx) (err error) {
		out, err = w.svc.List(ctx, tx, merchant, no)
		return err
	})
	return out
}

func (w *world) export(out string, langs ...fault.Lang) []string {
	w.t.Helper()
	var names []string
	w.read(func(ctx context.Context, tx *pg.Tx) (err error) {
		names, err = w.svc.WriteMonth(ctx, tx, out, october, langs...)
		return err
	})
	return names
}

func dec(s string) decimal.Decimal { return money.MustParse(strings.ReplaceAll(s, ",", "")) }

func same(t testing.TB, what string, got decimal.Decimal, want string) {
	t.Helper()
	if !got.Equal(dec(want)) {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}
