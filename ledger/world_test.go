package ledger_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/ledger"
	"suanpan/money"
)

// Three books of three zones, and the instant at which every test begins: the middle of October.
const (
	sg = "SG01" // Asia/Singapore, 8 hours before UTC's clock
	br = "BR01" // America/Sao_Paulo, 3 hours behind
	es = "ES01" // Europe/Madrid
)

var (
	october  = period.MustMonth("2026-10")
	november = period.MustMonth("2026-11")
	midway   = time.Date(2026, 10, 15, 12, 0, 0, 0, time.UTC)
	batch    = pg.AsBatch("test")
)

type world struct {
	testing.TB
	db    *pg.DB
	clock *pgtest.Clock
}

// newWorld opens the three books; each month from September to December closes on the 3rd of the next, 00:00 in the book's zone.
func newWorld(t testing.TB) *world {
	t.Helper()
	db, clock := pgtest.NewAt(t, midway)
	w := &world{t, db, clock}
	books := []ledger.Book{{Code: sg, Zone: "Asia/Singapore"}, {Code: br, Zone: "America/Sao_Paulo"}, {Code: es, Zone: "Europe/Madrid"}}
	var plan []ledger.Close
	for _, b := range books {
		for m := period.MustMonth("2026-09"); m.Before(period.MustMonth("2027-01")); m = m.Next() {
			plan = append(plan, ledger.Close{Book: b.Code, Month: m, ClosesAt: m.Next().Day(3).Start(zone(b.Zone))})
		}
	}
	w.must(batch, func(tx *pg.Tx) error {
		if err := ledger.OpenBooks(context.Background(), tx, books); err != nil {
			return err
		}
		return ledger.PlanMonths(context.Background(), tx, plan)
	})
	return w
}

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

func (w *world) try(a pg.Actor, fn func(*pg.Tx) error) error {
	return w.db.InTx(context.Background(), a, fn)
}

func (w *world) must(a pg.Actor, fn func(*pg.Tx) error) {
	w.Helper()
	if err := w.try(a, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) postAs(a pg.Actor, entries ...ledger.Entry) (res []ledger.Result, err error) {
	err = w.try(a, func(tx *pg.Tx) error {
		res, err = ledger.Post(context.Background(), tx, entries...)
		return err
	})
	return res, err
}

func (w *world) post(entries ...ledger.Entry) []ledger.Result {
	w.Helper()
	res, err := w.postAs(batch, entries...)
	if err != nil {
		w.Fatal(err)
	}
	return res
}

// owner works around every door, as somebody with the owner's password could.
func (w *world) owner(sql string, args ...any) {
	w.Helper()
	err := w.db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
		tag, err := tx.Exec(context.Background(), sql, args...)
		if err == nil && tag.RowsAffected() == 0 {
			return errors.New("no row was touched: " + sql)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) count(table string) (n int) {
	w.Helper()
	err := w.db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT count(*) FROM `+table).Scan(&n)
	})
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) seal() int64 {
	w.Helper()
	n, err := ledger.Seal(context.Background(), w.db)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) verify() (v ledger.Verification, err error) {
	err = w.db.ReadTx(context.Background(), pg.AsAuditor("checker"), func(tx *pg.Tx) error {
		v, err = ledger.Verify(context.Background(), tx)
		return err
	})
	return v, err
}

func (w *world) trial(as ledger.AsOf, books ...string) (out []ledger.Balance) {
	w.Helper()
	w.must(batch, func(tx *pg.Tx) (err error) {
		out, err = ledger.TrialBalance(context.Background(), tx, as, books...)
		return err
	})
	return out
}

func (w *world) lock(book string, m period.Month) {
	w.Helper()
	w.must(batch, func(tx *pg.Tx) error { return ledger.LockMonth(context.Background(), tx, book, m) })
}

func (w *world) begin(m period.Month, books ...string) {
	w.Helper()
	w.must(batch, func(tx *pg.Tx) error { return ledger.BeginRun(context.Background(), tx, books, m) })
}

func (w *world) wantCode(err error, kind fault.Kind, codes ...string) {
	w.Helper()
	got := fault.All(err).Codes()
	if len(got) != len(codes) {
		w.Fatalf("got %v (%v), want %v", got, err, codes)
	}
	for i := range got {
		if got[i] != codes[i] {
			w.Fatalf("got %v (%v), want %v", got, err, codes)
		}
	}
	if fault.KindOf(err) != kind {
		w.Fatalf("got kind %q, want %q", fault.KindOf(err), kind)
	}
}

func dec(s string) decimal.Decimal { return money.MustParse(s) }

func move(book string, debit, credit ledger.Account, amount string) ledger.Transfer {
	return ledger.Transfer{Book: book, Currency: "USD", Debit: debit, Credit: credit, Amount: dec(amount)}
}

// valid is an entry that breaks no rule: an order's share earned by merchant M1.
func valid(key string) ledger.Entry {
	return ledger.Entry{
		Merchant: "M1", Key: key, Kind: "earned", Book: sg, OccurredAt: midway.Add(-time.Hour),
		Transfers: []ledger.Transfer{
			move(sg, ledger.DeferredOrders, ledger.MerchantUnbilled, "80"),
			move(sg, ledger.DeferredOrders, ledger.PlatformFee, "20"),
		},
	}
}

// exchanged is a valid entry over FX clearing: 100 USD at 5.5 are 550 BRL.
func exchanged(key string) ledger.Entry {
	e := valid(key)
	const rate = "USD/BRL@2026-10-31=5.5"
	e.Transfers = []ledger.Transfer{
		{Book: sg, Currency: "USD", Debit: ledger.MerchantUnbilled, Credit: ledger.FXClearing, Amount: dec("100"), Rate: rate},
		{Book: sg, Currency: "BRL", Debit: ledger.FXClearing, Credit: ledger.MerchantPayable, Amount: dec("550"), Rate: rate},
	}
	return e
}

// between is a valid entry over two books: Brazil collected what Singapore owes to the merchant.
func between(key string) ledger.Entry {
	e := valid(key)
	e.Transfers = []ledger.Transfer{
		move(br, ledger.CustomerClearing, ledger.DueTo(sg), "100"),
		move(sg, ledger.DueFrom(br), ledger.DeferredOrders, "100"),
	}
	return e
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}
