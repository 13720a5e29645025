package usage_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/labstack/echo/v4"

	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/orders"
	"suanpan/orders/metering/usage"
)

// envInt reads a size from the environment, so that a quick look need not take the whole measurement.
func envInt(name string, def int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return def
}

const (
	benchClients = 8
	benchCall    = 1000
	perClient    = 250 // instances of each client's merchant
)

var benchDay = time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)

// fillBench orders n pay-per-use instances of each of some merchants, at a step price collected hourly.
func fillBench(b *testing.B, db *pg.DB, merchants, n int) {
	b.Helper()
	var f bytes.Buffer
	fmt.Fprintln(&f, `{"kind":"source","name":"bench","zone":"UTC","history":true}`)
	fmt.Fprintln(&f, `{"kind":"entity","code":"X1","name":"Bench","country":"SG","zone":"Asia/Singapore","jurisdiction":"none","payoutCurrencies":[{"currencyCode":"EUR"}],"source":"bench"}`)
	for m := range merchants {
		fmt.Fprintf(&f, `{"kind":"merchant","merchantId":"M%04d","name":"Merchant %d","residence":"SG"}`+"\n", m, m)
		fmt.Fprintf(&f, `{"kind":"product","merchantId":"M%04d","productId":"P","platformFees":[{"rate":"0.15"}],"rating":{"model":"step","accumulate":"month","cycle":"hour","bands":[{"up_to":"100","price":"0.3"},{"up_to":"1000","price":"0.2"},{"up_to":null,"price":"0.1"}]}}`+"\n", m)
		for i := range n {
			id := fmt.Sprintf("O%04d-%05d", m, i)
			fmt.Fprintf(&f, `{"kind":"order","orderId":"%[1]s","orderType":"NEW","createTime":"20261001000000","merchantId":"M%04[2]d","buyerInfo":{"customerId":"C1"},"orderLine":[{"orderLineId":"%[1]s-1","chargingMode":"ON_DEMAND","productInfo":{"productId":"P"},"amount":"0","currencyCode":"USD","instanceId":"I-%[1]s","contractingEntity":"X1"}]}`+"\n", id, m)
			fmt.Fprintf(&f, `{"kind":"effectiveness","orderId":"%s","time":"20261001010000"}`+"\n", id)
		}
	}
	if rep, err := (&orders.Service{}).Import(context.Background(), db, "bench", &f, orders.Options{}); err != nil {
		b.Fatal(err, rep.Faults)
	}
	benchExec(b, db, `ANALYZE`)
}

func benchExec(b *testing.B, db *pg.DB, sql string, args ...any) {
	b.Helper()
	err := db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
		_, err := tx.Exec(context.Background(), sql, args...)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// benchRecord is the n-th record of a client: windows of a second, so that none comes twice.
type benchRecord struct {
	instance, sn string
	begin        time.Time
}

func benchRecordOf(client, n int) benchRecord {
	return benchRecord{fmt.Sprintf("I-O%04d-%05d", client, n%perClient), fmt.Sprintf("%08x-%d-%08x", uint32(n)*2654435761, client, n), benchDay.Add(time.Duration(n/perClient) * time.Second)}
}

// BenchmarkPush sends RECORDS signed records over HTTP, 8 clients with 1,000 a call, against COPY into a temporary table and a sorted INSERT with ON
// CONFLICT DO NOTHING of the same rows into the same table with its keys, as many at once. Client, service and database share the machine.
func BenchmarkPush(b *testing.B) {
	calls := envInt("RECORDS", 800_000) / benchCall / benchClients
	db := pgtest.Durable(b)
	fillBench(b, db, benchClients, perClient)
	svc := &usage.Service{}
	keys := make([]string, benchClients)
	for m := range keys {
		err := db.InTx(context.Background(), pg.AsBatch("bench"), func(tx *pg.Tx) (err error) {
			keys[m], err = svc.MakeKey(context.Background(), tx, fmt.Sprintf("M%04d", m))
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	server, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: usage.NewHTTP(db, svc, time.Now).Routes(), Identify: func(c echo.Context) (*web.User, error) {
		m := c.Request().Header.Get("X-Merchant")
		return &web.User{ID: "usr_" + m, Name: "Bench", Merchant: m, Duties: []web.Duty{web.Merchant}, ByToken: true}, nil
	}})
	if err != nil {
		b.Fatal(err)
	}
	ts := httptest.NewServer(server)
	defer ts.Close()
	var ours, floor []float64
	var took []time.Duration
	for range 3 {
		benchExec(b, db, `TRUNCATE usage_record`)
		floor = append(floor, benchRate(calls, func(client, call int) { benchCopy(b, db, client, call) }))
		benchExec(b, db, `TRUNCATE usage_record`)
		took = took[:0]
		var mu sync.Mutex
		bodies := benchBodies(calls)
		ours = append(ours, benchRate(calls, func(client, call int) {
			began := time.Now()
			benchPush(b, ts.URL, client, call, keys[client], bodies[client][call])
			mu.Lock()
			took = append(took, time.Since(began))
			mu.Unlock()
		}))
	}
	sort.Float64s(ours)
	sort.Float64s(floor)
	sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
	b.ReportMetric(ours[1], "records/s")
	b.ReportMetric(floor[1], "records/s-floor")
	b.ReportMetric(ours[1]/floor[1], "of-floor")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(0, "ns/op")
}

// benchRate has every client make its calls at once and gives records a second.
func benchRate(calls int, one func(client, call int)) float64 {
	began := time.Now()
	var wg sync.WaitGroup
	for client := range benchClients {
		wg.Go(func() {
			for call := range calls {
				one(client, call)
			}
		})
	}
	wg.Wait()
	return float64(calls*benchClients*benchCall) / time.Since(began).Seconds()
}

func benchBodies(calls int) [][][]byte {
	out := make([][][]byte, benchClients)
	for client := range out {
		for call := range calls {
			var s strings.Builder
			s.WriteString(`{"usage_records":[`)
			for i := range benchCall {
				if i > 0 {
					s.WriteByte(',')
				}
				r := benchRecordOf(client, call*benchCall+i)
				fmt.Fprintf(&s, `{"begin_time":"%s","end_time":"%s","instance_id":"%s","metering_sn":"%s","record_time":"20261006T000500Z","usage_value":"1.2345"}`,
					r.begin.Format("20060102T150405Z"), r.begin.Add(time.Second).Format("20060102T150405Z"), r.instance, r.sn)
			}
			s.WriteString(`]}`)
			out[client] = append(out[client], []byte(s.String()))
		}
	}
	return out
}

var benchRound = time.Now().UnixNano()

func benchPush(b *testing.B, url string, client, call int, key string, body []byte) {
	now := time.Now()
	ts, nonce := strconv.FormatInt(now.UnixMilli(), 10), fmt.Sprintf("%d-%d-%d", benchRound, now.UnixNano(), call)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url+push, bytes.NewReader(body))
	if err != nil {
		b.Error(err)
		return
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Merchant", fmt.Sprintf("M%04d", client))
	req.Header.Set("ts", ts)
	req.Header.Set("nonce", nonce)
	req.Header.Set("signature", usage.Sign(key, ts, nonce, body))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Error(err)
		return
	}
	said, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if string(said) != `{"error_code":"MKT.0000","error_msg":"success"}`+"\n" {
		b.Errorf("%d %.300s", res.StatusCode, said)
	}
}

// benchCopy is one call of the floor.
func benchCopy(b *testing.B, db *pg.DB, client, call int) {
	ctx := context.Background()
	merchant, hash, now := fmt.Sprintf("M%04d", client), make([]byte, 32), time.Now()
	err := db.OwnerTx(ctx, func(tx *pg.Tx) error {
		if _, err := tx.Exec(ctx, `CREATE TEMP TABLE pushed (LIKE usage_record INCLUDING DEFAULTS) ON COMMIT DROP`); err != nil {
			return err
		}
		cols := []string{"merchant_id", "instance_id", "begin_at", "end_at", "metering_sn", "value", "reported_at", "known_at", "hash", "recorded_at", "package_instance"}
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"pushed"}, cols, pgx.CopyFromSlice(benchCall, func(i int) ([]any, error) {
			r := benchRecordOf(client, call*benchCall+i)
			return []any{merchant, r.instance, r.begin, r.begin.Add(time.Second), r.sn, "1.2345", now, now, hash, now, ""}, nil
		}))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO usage_record SELECT * FROM pushed ORDER BY merchant_id, instance_id, begin_at, end_at ON CONFLICT DO NOTHING`)
		return err
	})
	if err != nil {
		b.Error(err)
	}
}

// BenchmarkCollect collects and rates RECORDS records of 10,000 instances in hourly collections at a step price, against plain SQL that sums them by
// instance and hour, runs the sums on and inserts the same charge rows without a price.
func BenchmarkCollect(b *testing.B) {
	const merchants, each, hours = 100, 100, 25
	records := envInt("RECORDS", 5_000_000)
	db := pgtest.Durable(b)
	fillBench(b, db, merchants, each)
	per := records / (merchants * each * hours)
	if per == 0 || per > 3600 {
		b.Fatalf("RECORDS must be at least %d", merchants*each*hours)
	}
	benchExec(b, db, `
		INSERT INTO usage_record (merchant_id, instance_id, begin_at, end_at, metering_sn, value, reported_at, known_at, hash, recorded_at)
		SELECT l.merchant_id, l.terms->>'instanceId', $1::timestamptz + make_interval(hours => h, secs => n), $1::timestamptz + make_interval(hours => h, secs => n + 1),
			l.line_id || '-' || h || '-' || n, 1.2345, $1::timestamptz + make_interval(hours => h + 1, mins => 5), $1::timestamptz + make_interval(hours => h + 1, mins => 5), '\x00', $1::timestamptz + make_interval(hours => h + 1, mins => 5)
		FROM generate_series(0, $2::int - 1) h, order_line l, generate_series(0, $3::int - 1) n`, benchDay, hours, per)
	benchExec(b, db, `INSERT INTO usage_clock (merchant_id, cycle, closed_until, collected_until) SELECT merchant_id, 'hour', $1, $1 FROM merchant`, benchDay.Add(-45*time.Minute))
	benchExec(b, db, `
		INSERT INTO usage_meter (merchant_id, instance_id, line_id, cycle, zone, model, accumulate, lows, ups, prices, since)
		SELECT merchant_id, terms->>'instanceId', line_id, 'hour', 'Asia/Singapore', 'step', 'month', '{0,100,1000}', '{100,1000,NULL}', '{0.3,0.2,0.1}', $1 FROM order_line`, benchDay.Add(-45*time.Minute))
	benchExec(b, db, `ANALYZE`)
	svc := &usage.Service{}
	var ours, floor []float64
	var charges int64
	for range 3 {
		benchExec(b, db, `TRUNCATE metered_charge`)
		began := time.Now()
		benchExec(b, db, `
			INSERT INTO metered_charge (merchant_id, instance_id, span, collected_at, month, records, quantity, rated, rated_before, amount, recorded_at)
			SELECT merchant_id, instance_id, '2026-10-01', at, '2026-10-01', n, q, q, sum(q) OVER (PARTITION BY merchant_id, instance_id ORDER BY at) - q, 0, $1
			FROM (SELECT merchant_id, instance_id, date_trunc('hour', begin_at) AS at, count(*) AS n, sum(value) AS q FROM usage_record GROUP BY 1, 2, 3) x`, benchDay)
		floor = append(floor, time.Since(began).Seconds())
		benchExec(b, db, `TRUNCATE metered_charge`)
		benchExec(b, db, `UPDATE usage_clock SET closed_until = $1, collected_until = $1`, benchDay.Add(-45*time.Minute))
		began = time.Now()
		n, err := svc.Collect(context.Background(), db)
		if err != nil {
			b.Fatal(err)
		}
		ours, charges = append(ours, time.Since(began).Seconds()), n
	}
	if charges != merchants*each*hours {
		b.Fatalf("%d charges", charges)
	}
	sort.Float64s(ours)
	sort.Float64s(floor)
	b.ReportMetric(ours[1], "s/collection")
	b.ReportMetric(floor[1], "s/floor")
	b.ReportMetric(ours[1]/floor[1], "×floor")
	b.ReportMetric(benchPeak(), "MB-peak")
	b.ReportMetric(0, "ns/op")
}

// benchPeak is the largest resident size this process had, in MB.
func benchPeak() float64 {
	raw, _ := os.ReadFile("/proc/self/status")
	for _, l := range strings.Split(string(raw), "\n") {
		if f := strings.Fields(l); len(f) > 1 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}
