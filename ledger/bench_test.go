package ledger_test

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/ledger"
)

func benchDB(b *testing.B) *pg.DB {
	b.Helper()
	db := pgtest.Durable(b)
	err := db.InTx(context.Background(), pg.AsBatch("bench"), func(tx *pg.Tx) error {
		return ledger.OpenBooks(context.Background(), tx, []ledger.Book{{Code: "B1", Zone: "Asia/Singapore"}})
	})
	if err != nil {
		b.Fatal(err)
	}
	return db
}

var benchKey atomic.Int64

// benchEntries makes entries of one transfer each; shared puts all of them on the same two accounts, of one merchant.
func benchEntries(n int, shared bool) []ledger.Entry {
	out := make([]ledger.Entry, n)
	at := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	for i := range out {
		k := benchKey.Add(1)
		m := fmt.Sprintf("M%04d", k%1000)
		if shared {
			m = "M0000"
		}
		out[i] = ledger.Entry{
			Merchant: m, Key: fmt.Sprintf("bench/%d", k), Kind: "bench", Book: "B1", OccurredAt: at, KnownAt: at,
			Transfers: []ledger.Transfer{{Book: "B1", Currency: "USD", Debit: ledger.DeferredOrders, Credit: ledger.MerchantUnbilled, Amount: decimal.New(12345, -2)}},
		}
	}
	return out
}

func postAll(b *testing.B, db *pg.DB, entries []ledger.Entry) {
	b.Helper()
	err := db.InTx(context.Background(), pg.AsBatch("bench"), func(tx *pg.Tx) error {
		_, err := ledger.Post(context.Background(), tx, entries...)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// bareInsert writes the same rows with INSERT … SELECT unnest, and nothing else.
func bareInsert(b *testing.B, db *pg.DB, entries []ledger.Entry) {
	b.Helper()
	n := len(entries)
	merchants, keys, hashes, amounts, ids := make([]string, n), make([]string, n), make([][]byte, n), make([]string, n), make([]int64, n)
	at := make([]time.Time, n)
	for i, e := range entries {
		merchants[i], keys[i], hashes[i], amounts[i], at[i] = e.Merchant, e.Key, make([]byte, 32), e.Transfers[0].Amount.String(), e.OccurredAt
		ids[i] = 1<<40 + benchKey.Add(1)
	}
	err := db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
		ctx := context.Background()
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO ledger_key (merchant_id, key, hash, entry_id) SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[])`, []any{merchants, keys, hashes, ids}},
			{`INSERT INTO ledger_entry (merchant_id, entry_id, key, kind, source, book, occurred_at, recorded_at, period)
				SELECT m, i, k, 'bench', 'fact', 'B1', a, now(), '2026-10-01' FROM unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[]) AS t(m, i, k, a)`, []any{merchants, ids, keys, at}},
			{`INSERT INTO ledger_transfer (merchant_id, entry_id, n, book, currency, debit, credit, amount, rate, period, merchant_visible)
				SELECT m, i, 1, 'B1', 'USD', 'deferred_orders', 'merchant_unbilled', a, NULL, '2026-10-01', true FROM unnest($1::text[], $2::bigint[], $3::text[]::numeric[]) AS t(m, i, a)`, []any{merchants, ids, amounts}},
		} {
			if _, err := tx.Exec(ctx, q.sql, q.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPost posts 1,000 entries a call on one connection, against the bare inserts of the same rows; and all on one shared account.
func BenchmarkPost(b *testing.B) {
	db := benchDB(b)
	const calls, size = 60, 1000
	rate := func(fn func()) float64 {
		start := time.Now()
		for range calls {
			fn()
		}
		return calls * size / time.Since(start).Seconds()
	}
	var floor, ours, hot []float64
	for range 5 {
		floor = append(floor, rate(func() { bareInsert(b, db, benchEntries(size, false)) }))
		ours = append(ours, rate(func() { postAll(b, db, benchEntries(size, false)) }))
		hot = append(hot, rate(func() { postAll(b, db, benchEntries(size, true)) }))
	}
	b.ReportMetric(mid(ours), "entries/s")
	b.ReportMetric(mid(floor), "floor/s")
	b.ReportMetric(mid(ours)/mid(floor), "×floor")
	b.ReportMetric(mid(hot)/mid(ours), "hot×ours")
	b.ReportMetric(0, "ns/op")
}

func mid(v []float64) float64 { sort.Float64s(v); return v[len(v)/2] }

// BenchmarkPostConcurrent is eight callers of bulk 1,000: entries a second, and no deadlock. SECONDS in the environment lengthens it.
func BenchmarkPostConcurrent(b *testing.B) {
	db := benchDB(b)
	seconds := benchSeconds()
	var done atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(seconds)
	for range 8 {
		wg.Go(func() {
			for time.Now().Before(end) {
				postAll(b, db, benchEntries(1000, false))
				done.Add(1000)
			}
		})
	}
	wg.Wait()
	var deadlocks int64
	if err := db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`).Scan(&deadlocks)
	}); err != nil {
		b.Fatal(err)
	}
	if deadlocks != 0 {
		b.Fatalf("%d deadlocks", deadlocks)
	}
	b.ReportMetric(float64(done.Load())/seconds.Seconds(), "entries/s")
	b.ReportMetric(float64(deadlocks), "deadlocks")
	b.ReportMetric(0, "ns/op")
}

// business is what a transaction such as the submission of an invoice does besides posting: it locks its merchant, reads what stands, writes a
// document and its parts, judges by history, and notes who did what. Twelve statements, like the real ones.
func business(ctx context.Context, tx *pg.Tx, m string, id int64) error {
	var n int
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, id); err != nil {
		return err
	}
	for _, q := range []string{
		`SELECT count(*) FROM bench_business WHERE merchant_id = $1 AND id = $2`,
		`SELECT count(*) FROM bench_business WHERE merchant_id = $1 AND id > $2 - 50 AND state = 'accepted'`,
		`SELECT count(*) FROM bench_event WHERE merchant_id = $1 AND id = $2`,
	} {
		if err := tx.QueryRow(ctx, q, m, id).Scan(&n); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `INSERT INTO bench_business VALUES ($1, $2, 'new', repeat('x', 600), $3)`, m, id, tx.Now); err != nil {
		return err
	}
	for part := range 4 {
		if _, err := tx.Exec(ctx, `INSERT INTO bench_event VALUES ($1, $2, $3, 'part', 'somebody', $4)`, m, id, part, tx.Now); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `UPDATE bench_business SET state = 'accepted' WHERE merchant_id = $1 AND id = $2`, m, id); err != nil {
		return err
	}
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM bench_event WHERE merchant_id = $1 AND id = $2`, m, id).Scan(&n); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO bench_event VALUES ($1, $2, 9, 'audit', 'somebody', $3)`, m, id, tx.Now)
	return err
}

// BenchmarkBusinessWithPost is 32 concurrent business transactions with and without a posting in them.
func BenchmarkBusinessWithPost(b *testing.B) {
	db := benchDB(b)
	if err := db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
		_, err := tx.Exec(context.Background(), `CREATE TABLE bench_business (merchant_id text, id bigint, state text, detail text, at timestamptz, PRIMARY KEY (merchant_id, id));
			CREATE INDEX ON bench_business (merchant_id, state); CREATE INDEX ON bench_business (at);
			CREATE TABLE bench_event (merchant_id text, id bigint, n int, kind text, who text, at timestamptz, PRIMARY KEY (merchant_id, id, n));
			SELECT house.merchant_table('bench_business', '', '', 'SELECT, INSERT, UPDATE'); SELECT house.merchant_table('bench_event', '', '', 'SELECT, INSERT')`)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	var with, without []float64
	for range 5 {
		without = append(without, businessRate(b, db, false))
		with = append(with, businessRate(b, db, true))
	}
	b.ReportMetric(mid(with), "tx/s")
	b.ReportMetric(mid(without), "tx/s-without")
	b.ReportMetric(mid(with)/mid(without), "ratio")
	b.ReportMetric(0, "ns/op")
}

func businessRate(b *testing.B, db *pg.DB, post bool) float64 {
	const seconds = 3
	var done atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(seconds * time.Second)
	for range 32 {
		wg.Go(func() {
			ctx := context.Background()
			for time.Now().Before(end) {
				e := benchEntries(1, false)
				id := benchKey.Add(1)
				err := db.InTx(ctx, pg.AsBatch("bench"), func(tx *pg.Tx) error {
					m := e[0].Merchant
					if err := business(ctx, tx, m, id); err != nil {
						return err
					}
					if !post {
						return nil
					}
					_, err := ledger.Post(ctx, tx, e...)
					return err
				})
				if err != nil {
					b.Error(err)
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / seconds
}
