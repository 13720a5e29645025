package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/settlement"
)

// The file to prove: without it a made one with the same traps. The real one is published by the Government Digital Service.
var file = flag.String("file", "testdata/returns.csv", "sales returns to load, settle and compare")

// want is what a file says by itself: per supplier and month the exact spend.
type want struct {
	months map[string]decimal.Decimal // merchant, blank, month
	total  decimal.Decimal
	first  period.Month
	last   period.Month
	lines  int
}

func expected(t *testing.T, raw []byte) want {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := func(name string) int { return slices.Index(rows[0], name) }
	w := want{months: map[string]decimal.Decimal{}, first: period.MustMonth("9999-12"), last: period.MustMonth("0001-01"), lines: len(rows) - 1}
	for _, r := range rows[1:] {
		m := period.MustMonth(r[col("ReturnMonth")][:7])
		v := money.MustParse(r[col("EvidencedSpend")])
		k := merchantID(r[col("SupplierName")]) + " " + m.String()
		w.months[k] = w.months[k].Add(v)
		w.total = w.total.Add(v)
		if m.Before(w.first) {
			w.first = m
		}
		if m.After(w.last) {
			w.last = m
		}
	}
	return w
}

// book is a database with a file loaded into it.
type book struct {
	t   *testing.T
	db  *pg.DB
	svc *settlement.Service
}

func open(t *testing.T) *book {
	t.Helper()
	db, _ := pgtest.NewAt(t, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	return &book{t: t, db: db, svc: &settlement.Service{DB: db, Orders: &orders.Service{}}}
}

func (b *book) load(feed []byte) orders.Report {
	b.t.Helper()
	rep, err := b.svc.Orders.Import(context.Background(), b.db, "test", bytes.NewReader(feed), orders.Options{})
	for _, f := range rep.Faults {
		b.t.Errorf("line %d: %v", f.Line, f.Faults)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return rep
}

func (b *book) settle(w want) (bills int) {
	b.t.Helper()
	for m := w.first; !m.After(w.last); m = m.Next() {
		res, err := b.svc.Run(context.Background(), m, settlement.RunOptions{User: "test", Entities: []string{Entity}})
		if err != nil {
			b.t.Fatal(err)
		}
		bills += res.Entities[0].Fresh
	}
	return bills
}

type bill struct {
	Merchant, Month, State                          string
	Settlement, Rounded, CarryIn, Payable, CarryOut string
}

func (b *book) bills() []bill {
	b.t.Helper()
	return list[bill](b, `SELECT b.merchant_id AS merchant, to_char(b.month, 'YYYY-MM') AS month, b.state, f.settlement::text, b.rounded::text, b.carry_in::text AS carryin,
		b.payable::text, b.carry_out::text AS carryout FROM bill b JOIN bill_fx f USING (merchant_id, bill_no) ORDER BY 1, 2`)
}

type text struct{ Text string }

func (b *book) journal() []text {
	b.t.Helper()
	return list[text](b, `SELECT concat_ws(' ', e.merchant_id, e.key, e.period, t.book, t.debit, t.credit, t.currency, trim_scale(t.amount)) AS text
		FROM ledger_entry e LEFT JOIN ledger_transfer t USING (merchant_id, entry_id) ORDER BY 1`)
}

func list[T any](b *book, sql string) []T {
	b.t.Helper()
	var out []T
	err := b.db.ReadTx(context.Background(), pg.AsAuditor("test"), func(tx *pg.Tx) error {
		rows, err := tx.Query(context.Background(), sql)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *book) verify() {
	b.t.Helper()
	if _, err := ledger.Seal(context.Background(), b.db); err != nil {
		b.t.Fatal(err)
	}
	if err := b.db.ReadTx(context.Background(), pg.AsAuditor("test"), func(tx *pg.Tx) error {
		_, err := b.svc.Verify(context.Background(), tx)
		return err
	}); err != nil {
		b.t.Error(err)
	}
}

// compare demands every supplier-month before fee and rounding, each rounded once, and a carry that loses nothing.
func (b *book) compare(w want) {
	b.t.Helper()
	total, left := decimal.Zero, map[string]decimal.Decimal{}
	seen := map[string]bool{}
	negative := 0
	for _, x := range b.bills() {
		k := x.Merchant + " " + x.Month
		exact := money.MustParse(x.Settlement)
		if v, ok := w.months[k]; !ok || !v.Equal(exact) {
			b.t.Errorf("%s: settled %s, the returns say %s", k, exact, v)
		}
		seen[k] = true
		total = total.Add(exact)
		if exact.IsNegative() {
			negative++
		}
		rounded, in, out, payable := money.MustParse(x.Rounded), money.MustParse(x.CarryIn), money.MustParse(x.CarryOut), money.MustParse(x.Payable)
		if !rounded.Equal(exact.Round(2)) {
			b.t.Errorf("%s: %s became %s", k, exact, rounded)
		}
		if !in.Equal(left[x.Merchant]) || !payable.Equal(rounded.Add(in)) {
			b.t.Errorf("%s: carried in %s of %s, payable %s", k, in, left[x.Merchant], payable)
		}
		if payable.IsPositive() == (x.State == string(settlement.Carried)) {
			b.t.Errorf("%s: %s is %s", k, payable, x.State)
		}
		left[x.Merchant] = out
	}
	for k := range w.months {
		if !seen[k] {
			b.t.Errorf("%s is on no bill", k)
		}
	}
	if !total.Equal(w.total) {
		b.t.Errorf("the bills come to %s, the returns to %s", total, w.total)
	}
	b.t.Logf("%d lines, %d supplier-months (%d of them negative), total %s", w.lines, len(seen), negative, money.Exact(total))
}

func shuffled(feed []byte) []byte {
	lines := strings.Split(strings.TrimSpace(string(feed)), "\n")
	rest := lines[1:]
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return []byte(strings.Join(lines, "\n"))
}

// TestReturns loads a file, settles all its months and compares; then everything again, and once more in another order.
func TestReturns(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(*file)
	if err != nil {
		t.Fatal(err)
	}
	var feed bytes.Buffer
	if err := convert(bytes.NewReader(raw), &feed); err != nil {
		t.Fatal(err)
	}
	w := expected(t, raw)
	b := open(t)
	begin := time.Now()
	rep := b.load(feed.Bytes())
	loaded := time.Now()
	b.settle(w)
	t.Logf("%d facts in %v, %s to %s settled in %v", rep.Facts, loaded.Sub(begin).Round(time.Millisecond), w.first, w.last, time.Since(loaded).Round(time.Millisecond))
	b.compare(w)
	b.verify()
	journal, bills := b.journal(), b.bills()

	t.Run("loaded and settled again nothing changes", func(t *testing.T) {
		b := &book{t: t, db: b.db, svc: b.svc}
		if rep := b.load(feed.Bytes()); rep.Fresh != 0 || rep.Repeated != rep.Facts {
			t.Errorf("%d new and %d repeated of %d", rep.Fresh, rep.Repeated, rep.Facts)
		}
		if n := b.settle(w); n != 0 {
			t.Errorf("%d bills were made", n)
		}
		if !slices.Equal(b.journal(), journal) || !slices.Equal(b.bills(), bills) {
			t.Error("the books changed")
		}
	})
	t.Run("shuffled it gives the same books", func(t *testing.T) {
		b := open(t)
		b.load(shuffled(feed.Bytes()))
		b.settle(w)
		if !slices.Equal(b.journal(), journal) || !slices.Equal(b.bills(), bills) {
			t.Error("the books differ")
		}
		b.verify()
	})
}

// TestExportsThatAreNoReturns names what is wrong with them.
func TestExportsThatAreNoReturns(t *testing.T) {
	t.Parallel()
	head := "ID,Framework,LotDescription,SupplierName,CustomerName,ReturnMonth,EvidencedSpend,Sector,SMEorLarge\n"
	for name, c := range map[string][2]string{
		"an empty file":                        {"", "no header"},
		"another file":                         {"a,b\n1,2\n", "no column ID"},
		"a month in words":                     {head + "1,G,3,S,C,April,5,X,SME\n", "ID 1"},
		"an amount with a thousands separator": {head + "7,G,3,S,C,2012-04-01,\"1,000\",X,SME\n", "ID 7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := convert(strings.NewReader(c[0]), &bytes.Buffer{})
			if err == nil || !strings.Contains(fmt.Sprint(err), c[1]) {
				t.Errorf("got %v, want something about %q", err, c[1])
			}
		})
	}
}
