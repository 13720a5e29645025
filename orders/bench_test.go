package orders_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
)

// tablesFilled are the tables that a file of orders fills.
var tablesFilled = []string{"order_claim", "order_line", "line_event", "earned_line", "ledger_key", "ledger_entry", "ledger_transfer"}

// BenchmarkImport loads FACTS facts (an order, its payment and its effectiveness each) from a file, against COPY of the very rows it made into the same
// tables with their keys and indexes in place.
func BenchmarkImport(b *testing.B) {
	facts := 1_000_000
	if n, err := strconv.Atoi(os.Getenv("FACTS")); err == nil {
		facts = n
	}
	db := pgtest.Durable(b)
	dir := b.TempDir()
	file := filepath.Join(dir, "feed.ndjson")
	writeFeed(b, file, facts)
	orders.LoadMemory() // as the command does
	var ours, floor []float64
	rounds := 5
	if facts >= 500_000 {
		rounds = 3
	}
	for i := range rounds {
		truncate(b, db)
		f, err := os.Open(file)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		rep, err := (&orders.Service{}).Import(context.Background(), db, "bench", f, orders.Options{})
		if err != nil {
			b.Fatal(err, rep.Faults)
		}
		ours = append(ours, time.Since(start).Seconds())
		f.Close()
		if i == 0 {
			b.ReportMetric(peak(), "MB-peak")
			dump(b, db, dir)
		}
		truncate(b, db)
		start = time.Now()
		restore(b, db, dir)
		floor = append(floor, time.Since(start).Seconds())
	}
	sort.Float64s(ours)
	sort.Float64s(floor)
	b.ReportMetric(float64(facts)/ours[rounds/2], "facts/s")
	b.ReportMetric(ours[rounds/2], "s")
	b.ReportMetric(floor[rounds/2], "s/floor")
	b.ReportMetric(floor[rounds/2]/ours[rounds/2], "of-floor")
	b.ReportMetric(0, "ns/op")
}

func writeFeed(b *testing.B, name string, facts int) {
	b.Helper()
	f, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, `{"kind":"source","name":"bench","zone":"UTC","history":true}`)
	fmt.Fprintln(w, `{"kind":"entity","code":"X1","name":"Bench","country":"SG","zone":"Asia/Singapore","jurisdiction":"none","payoutCurrencies":[{"currencyCode":"EUR"}],"source":"bench"}`)
	const merchants = 5000
	for m := range merchants {
		fmt.Fprintf(w, "{\"kind\":\"merchant\",\"merchantId\":\"M%05d\",\"name\":\"Merchant %d\",\"residence\":\"SG\"}\n{\"kind\":\"product\",\"merchantId\":\"M%05d\",\"productId\":\"P1\",\"platformFees\":[{\"rate\":\"0.15\"}]}\n", m, m, m)
	}
	for i := range facts / 3 {
		fmt.Fprintf(w, `{"kind":"order","orderId":"CS%09d","orderType":"NEW","createTime":"20261005130000","merchantId":"M%05d","buyerInfo":{"customerId":"C%d"},"orderLine":[{"orderLineId":"CS%09d-000001","chargingMode":"PERIOD","periodType":"year","periodNumber":1,"productInfo":{"productId":"P1"},"amount":"1130.00","taxAmount":"130.00","currencyCode":"USD","contractingEntity":"X1"}]}`+"\n", i, i%merchants, i%997, i)
		fmt.Fprintf(w, `{"kind":"payment","orderId":"CS%09d","method":"CASH","collectingEntity":"X1","time":"20261005130500","amount":"1130.00"}`+"\n", i)
		fmt.Fprintf(w, `{"kind":"effectiveness","orderId":"CS%09d","time":"20261005130600"}`+"\n", i)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

func truncate(b *testing.B, db *pg.DB) {
	b.Helper()
	if err := db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
		_, err := tx.Exec(context.Background(), `TRUNCATE `+strings.Join(tablesFilled, ", ")+`; CHECKPOINT`)
		return err
	}); err != nil {
		b.Fatal(err)
	}
}

func dump(b *testing.B, db *pg.DB, dir string) {
	b.Helper()
	conn, err := db.Pool.Acquire(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Release()
	for _, t := range tablesFilled {
		f, err := os.Create(filepath.Join(dir, t))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := conn.Conn().PgConn().CopyTo(context.Background(), f, `COPY `+t+` TO STDOUT (FORMAT binary)`); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// restore is the floor: COPY of the prepared rows, all tables in one transaction.
func restore(b *testing.B, db *pg.DB, dir string) {
	b.Helper()
	conn, err := db.Pool.Acquire(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Release()
	pc := conn.Conn().PgConn()
	exec := func(sql string) {
		if _, err := pc.Exec(context.Background(), sql).ReadAll(); err != nil {
			b.Fatal(err)
		}
	}
	exec(`BEGIN`)
	for _, t := range tablesFilled {
		f, err := os.Open(filepath.Join(dir, t))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := pc.CopyFrom(context.Background(), f, `COPY `+t+` FROM STDIN (FORMAT binary)`); err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
	exec(`COMMIT`)
}

func peak() float64 {
	raw, _ := os.ReadFile("/proc/self/status")
	for _, l := range strings.Split(string(raw), "\n") {
		if f := strings.Fields(l); len(f) > 1 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}
