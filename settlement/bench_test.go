package settlement

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
)

// envInt reads a size from the environment, so that a quick look need not take the whole measurement.
func envInt(name string, def int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return def
}

// BenchmarkBillRun bills LINES eligible lines of 5,000 merchants in six entities, against plain SQL that writes the same rows in one transaction.
// Rounds of both alternate; the medians' ratio is what counts.
func BenchmarkBillRun(b *testing.B) {
	ctx := context.Background()
	lines, merchants := envInt("LINES", 1_000_000), envInt("MERCHANTS", 5000)
	db := pgtest.Durable(b)
	svc := &Service{DB: db, Orders: &orders.Service{}}
	codes := fillBench(b, db, lines, merchants)
	month := period.MustMonth("2026-10")
	var ours, floor []time.Duration
	for range 5 {
		start := time.Now()
		benchFloor(b, db)
		floor = append(floor, time.Since(start))
		resetBench(b, db)
		start = time.Now()
		res, err := svc.Run(ctx, month, RunOptions{User: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		ours = append(ours, time.Since(start))
		got := 0
		for _, e := range res.Entities {
			got += e.Lines
		}
		if got != lines || len(res.Entities) != len(codes) {
			b.Fatalf("%d lines billed, want %d", got, lines)
		}
		resetBench(b, db)
	}
	b.ReportMetric(median(ours).Seconds(), "s/run")
	b.ReportMetric(median(floor).Seconds(), "s/floor")
	b.ReportMetric(median(ours).Seconds()/median(floor).Seconds(), "×floor")
	b.ReportMetric(peakRSS(), "MB-peak")
	b.ReportMetric(0, "ns/op")
}

func median(d []time.Duration) time.Duration {
	sort.Slice(d, func(i, j int) bool { return d[i] < d[j] })
	return d[len(d)/2]
}

// peakRSS is the largest resident size this process had, in MB.
func peakRSS() float64 {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, l := range strings.Split(string(raw), "\n") {
		if f := strings.Fields(l); len(f) > 1 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}

func own(b *testing.B, db *pg.DB, sql string, args ...any) {
	b.Helper()
	if err := db.OwnerTx(context.Background(), func(tx *pg.Tx) error { _, err := tx.Exec(context.Background(), sql, args...); return err }); err != nil {
		b.Fatal(err)
	}
}

// fillBench makes merchants with certifications, rates, and earned lines spread over six entities.
func fillBench(b *testing.B, db *pg.DB, lines, merchants int) []string {
	b.Helper()
	ctx := context.Background()
	codes := []string{"X1", "X2", "X3", "X4", "X5", "X6"}
	err := db.InTx(ctx, pg.AsBatch("bench"), func(tx *pg.Tx) error {
		var es []entities.Entity
		var ms []entities.Merchant
		var cs []entities.Certification
		for _, c := range codes {
			es = append(es, entities.Entity{Code: c, Name: "Bench " + c, Country: "SG", Jurisdiction: "none", ZoneName: "Asia/Singapore", Payout: []entities.Payout{{Currency: "EUR", For: entities.Anyone, Source: "bench"}}, Source: "bench"})
		}
		for i := range merchants {
			id := fmt.Sprintf("M%05d", i)
			ms = append(ms, entities.Merchant{ID: id, Name: "Merchant " + id, Residence: "SG"})
			for _, c := range codes {
				cs = append(cs, entities.Certification{MerchantID: id, Entity: c, Currency: "EUR", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Source: "bench"})
			}
		}
		if err := entities.SaveEntities(ctx, tx, es); err != nil {
			return err
		}
		if err := entities.SaveMerchants(ctx, tx, ms); err != nil {
			return err
		}
		if err := entities.Certify(ctx, tx, cs); err != nil {
			return err
		}
		return entities.SaveRates(ctx, tx, []entities.Rate{{Base: "USD", Quote: "EUR", On: period.MustDay("2026-10-31"), Rate: decimalOf("0.8571"), Source: "bench"}})
	})
	if err != nil {
		b.Fatal(err)
	}
	own(b, db, `
		INSERT INTO earned_line (merchant_id, line_id, kind, order_line_id, entity, currency, cycle, gross, tax, customer_wht, base, fee_rate, fee, share, seller_tax, settlement, product_id, earned_at, known_at, recorded_at)
		SELECT 'M' || lpad((i % $2)::text, 5, '0'), 'CS' || lpad(i::text, 9, '0') || '-000001', 'order', 'CS' || lpad(i::text, 9, '0') || '-000001', 'X' || (1 + (i / $2) % 6), 'USD', '2026-10-01',
			113, 13, 0, 100, 0.15, 15, 85, 0, 85, 'P1', '2026-10-15', '2026-10-15', '2026-10-15' FROM generate_series(0, $1 - 1) i`, lines, merchants)
	own(b, db, `ANALYZE`)
	return codes
}

// resetBench takes everything a run wrote back, as if it had not been.
func resetBench(b *testing.B, db *pg.DB) {
	b.Helper()
	own(b, db, `TRUNCATE bill, bill_line, bill_fx, bill_event, settlement_run, ledger_key, ledger_entry, ledger_transfer; UPDATE ledger_month SET run_at = NULL; CHECKPOINT`)
}

// benchFloor is the least that has to be written: the lines with fee and amount, the bills, one entry and its transfers a bill, in one transaction on
// the same tables with the same indexes.
func benchFloor(b *testing.B, db *pg.DB) {
	b.Helper()
	own(b, db, `
		INSERT INTO bill_line (merchant_id, line_id, bill_no, currency, fee, amount)
		SELECT merchant_id, line_id, entity || '-202610-' || merchant_id || '-EUR', currency, round(base * fee_rate, 8), base - round(base * fee_rate, 8) FROM earned_line WHERE cycle <= '2026-10-01';
		INSERT INTO bill (merchant_id, bill_no, attempt, entity, month, currency, state, lines, exact, rounded, residue, carry_in, payable, carry_out, run_day, issued_at)
		SELECT e.merchant_id, l.bill_no, 1, e.entity, '2026-10-01', 'EUR', 'PENDING_COUNTERSIGN', count(*), sum(l.amount) * 0.8571, round(sum(l.amount) * 0.8571, 2), 0, 0, round(sum(l.amount) * 0.8571, 2), 0, '2026-11-09', now()
		FROM bill_line l JOIN earned_line e USING (merchant_id, line_id) GROUP BY 1, 2, 4;
		INSERT INTO ledger_key (merchant_id, key, hash, entry_id) SELECT merchant_id, 'billed/' || bill_no, sha256(bill_no::bytea), nextval('ledger_entry_id') FROM bill;
		INSERT INTO ledger_entry (merchant_id, entry_id, key, kind, source, book, occurred_at, recorded_at, period)
		SELECT k.merchant_id, k.entry_id, k.key, 'billed', 'run', split_part(k.key, '/', 2), now(), now(), '2026-10-01' FROM ledger_key k;
		INSERT INTO ledger_transfer (merchant_id, entry_id, n, book, currency, debit, credit, amount, rate, period, merchant_visible)
		SELECT k.merchant_id, k.entry_id, t.n, b.entity, t.c, t.d, t.cr, b.rounded, t.r, '2026-10-01', true
		FROM bill b JOIN ledger_key k ON k.merchant_id = b.merchant_id AND k.key = 'billed/' || b.bill_no
		CROSS JOIN (VALUES (1, 'USD', 'merchant_unbilled', 'fx_clearing', 'USD/EUR@2026-10-31=0.8571'), (2, 'EUR', 'fx_clearing', 'merchant_payable', 'USD/EUR@2026-10-31=0.8571'), (3, 'EUR', 'rounding', 'merchant_payable', NULL)) AS t(n, c, d, cr, r)`)
}
