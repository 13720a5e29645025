package sim

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/sim/neutral"
	"suanpan/ledger"
	"suanpan/orders"
	"suanpan/settlement"
)

// month is a worked month loaded into a database of its own and run.
type month struct {
	t   *testing.T
	db  *pg.DB
	svc *settlement.Service
	clk *pgtest.Clock
}

func load(t *testing.T, feed []byte, now time.Time) *month {
	t.Helper()
	db, clk := pgtest.NewAt(t, now)
	return loadInto(t, db, clk, feed)
}

func loadInto(t *testing.T, db *pg.DB, clk *pgtest.Clock, feed []byte) *month {
	t.Helper()
	o := &orders.Service{}
	m := &month{t: t, db: db, svc: &settlement.Service{DB: db, Orders: o}, clk: clk}
	m.imports(feed)
	return m
}

func (m *month) imports(feed []byte) orders.Report {
	m.t.Helper()
	rep, err := m.svc.Orders.Import(context.Background(), m.db, "test", bytes.NewReader(feed), orders.Options{})
	for _, f := range rep.Faults {
		m.t.Errorf("line %d: %v", f.Line, f.Faults)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	return rep
}

func (m *month) run(p period.Month) settlement.RunResult {
	m.t.Helper()
	res, err := m.svc.Run(context.Background(), p, settlement.RunOptions{User: "test"})
	if err != nil {
		m.t.Fatal(err)
	}
	return res
}

func (m *month) read(fn func(tx *pg.Tx) error) {
	m.t.Helper()
	if err := m.db.ReadTx(context.Background(), pg.AsAuditor("test"), fn); err != nil {
		m.t.Fatal(err)
	}
}

func testdata(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "worked-month", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var cycles = []string{"2026-08", "2026-09", "2026-10"}

// TestWorkedMonth compares a month that an accountant worked by hand with the product's, to the last decimal.
func TestWorkedMonth(t *testing.T) {
	t.Parallel()
	m := load(t, testdata(t, "feed.ndjson"), time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC))
	for _, c := range cycles {
		m.run(period.MustMonth(c))
	}
	m.compare(neutral.Tables(string(testdata(t, "figures.md"))))
	m.verify()
}

// TestWorkedMonthAsItCame loads each fact when it became known, and runs each month on its day: the figures are the same.
func TestWorkedMonthAsItCame(t *testing.T) {
	t.Parallel()
	feed := testdata(t, "feed.ndjson")
	runs := map[string]time.Time{"2026-08": at("2026-09-07T12:00:00Z"), "2026-09": at("2026-10-07T12:00:00Z"), "2026-10": at("2026-11-09T12:00:00Z")}
	source, rest, _ := bytes.Cut(feed, []byte("\n"))
	var m *month
	loaded := map[int]bool{}
	for _, c := range append(cycles, "") {
		until := runs[c]
		if c == "" {
			until = at("2026-11-30T00:00:00Z")
		}
		part := append(append([]byte{}, source...), '\n')
		for i, line := range bytes.Split(bytes.TrimSpace(rest), []byte("\n")) {
			if k := knownAt(t, line); !loaded[i] && k.Before(until) {
				loaded[i] = true
				part = append(append(part, line...), '\n')
			}
		}
		if m == nil {
			m = load(t, part, until)
		} else {
			m.clk.Set(until)
			m.imports(part)
		}
		if c != "" {
			m.run(period.MustMonth(c))
		}
	}
	m.compare(neutral.Tables(string(testdata(t, "figures.md"))))
	m.verify()
}

// TestWorkedMonthTwiceChangesNothing loads and runs everything again.
func TestWorkedMonthTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	feed := testdata(t, "feed.ndjson")
	m := load(t, feed, time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC))
	for _, c := range cycles {
		m.run(period.MustMonth(c))
	}
	before := m.journal()
	if rep := m.imports(feed); rep.Fresh != 0 {
		t.Errorf("the second load found %d new facts", rep.Fresh)
	}
	for _, c := range cycles {
		for _, e := range m.run(period.MustMonth(c)).Entities {
			if e.Fresh != 0 {
				t.Errorf("the second run of %s made %d bills in %s", c, e.Fresh, e.Entity)
			}
		}
	}
	if after := m.journal(); after != before {
		t.Errorf("the journal changed:\n%s", diff(before, after))
	}
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// verify demands that the ledger proves itself.
func (m *month) verify() {
	m.t.Helper()
	if _, err := ledger.Seal(context.Background(), m.db); err != nil {
		m.t.Fatal(err)
	}
	m.read(func(tx *pg.Tx) error {
		v, err := m.svc.Verify(context.Background(), tx)
		if err == nil && (v.Unsealed != 0 || v.Sealed == 0) {
			err = fmt.Errorf("%d entries sealed, %d not", v.Sealed, v.Unsealed)
		}
		return err
	})
}

type posting struct{ cause, period, book, debit, credit, currency, amount string }

func (p posting) id() string {
	return strings.Join([]string{p.cause, p.period, p.book, p.debit, p.credit, p.currency}, " ")
}

func (m *month) postings() []posting {
	var out []posting
	m.read(func(tx *pg.Tx) error {
		rows, err := tx.Query(context.Background(), `
			SELECT e.merchant_id, e.key, to_char(e.period, 'YYYY-MM'), t.book, t.debit, t.credit, t.currency, trim_scale(t.amount)::text
			FROM ledger_entry e LEFT JOIN ledger_transfer t USING (merchant_id, entry_id) WHERE t.book IS NOT NULL ORDER BY e.key, t.n`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var merchant string
			var p posting
			if err := rows.Scan(&merchant, &p.cause, &p.period, &p.book, &p.debit, &p.credit, &p.currency, &p.amount); err != nil {
				return err
			}
			p.debit, p.credit = accountant(ledger.Account(p.debit), merchant), accountant(ledger.Account(p.credit), merchant)
			out = append(out, p)
		}
		return rows.Err()
	})
	return out
}

// journal is everything posted, as text that two runs can be compared by.
func (m *month) journal() string {
	var b strings.Builder
	for _, p := range m.postings() {
		b.WriteString(p.id() + " " + p.amount + "\n")
	}
	return b.String()
}

func diff(a, b string) string {
	in := map[string]int{}
	for _, l := range strings.Split(a, "\n") {
		in[l]--
	}
	for _, l := range strings.Split(b, "\n") {
		in[l]++
	}
	var out []string
	for l, n := range in {
		if n != 0 {
			out = append(out, fmt.Sprintf("%+d %s", n, l))
		}
	}
	sort.Strings(out)
	return strings.Join(out, "\n")
}
