package ledger_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/web"
	"suanpan/ledger"
)

// BenchmarkHTTP posts over the HTTP endpoint with 1, 8 and 32 clients, one entry a call, and in bulk of 1,000: entries a second, p50 and p99 of a call.
// Client, service and database share the machine.
func BenchmarkHTTP(b *testing.B) {
	db := benchDB(b)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	h := ledger.NewHTTP(db, ledger.NewGroup(ctx, db))
	srv, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: h.Routes(), Identify: func(echo.Context) (*web.User, error) {
		return &web.User{ID: "bench", Name: "Bench", Duties: []web.Duty{web.FinanceReview}, ByToken: true}, nil
	}})
	if err != nil {
		b.Fatal(err)
	}
	ts := httptest.NewServer(srv)
	defer ts.Close()
	for _, c := range []struct{ clients, bulk int }{{1, 1}, {8, 1}, {32, 1}, {1, 1000}, {8, 1000}} {
		b.Run(fmt.Sprintf("clients=%d/bulk=%d", c.clients, c.bulk), func(b *testing.B) {
			took := drive(b, ts.URL, c.clients, c.bulk, benchSeconds()/2)
			sort.Slice(took, func(i, j int) bool { return took[i] < took[j] })
			b.ReportMetric(float64(len(took)*c.bulk)/(benchSeconds()/2).Seconds(), "entries/s")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func drive(b *testing.B, url string, clients, bulk int, span time.Duration) []time.Duration {
	var mu sync.Mutex
	var took []time.Duration
	var wg sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	end := time.Now().Add(span)
	for range clients {
		wg.Go(func() {
			for time.Now().Before(end) {
				body := benchBody(bulk)
				start := time.Now()
				res, err := client.Post(url+"/api/v1/ledger/entries", "application/json", strings.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				said, _ := io.ReadAll(res.Body)
				_ = res.Body.Close()
				if res.StatusCode != http.StatusCreated {
					b.Errorf("%d %s", res.StatusCode, said)
					return
				}
				mu.Lock()
				took = append(took, time.Since(start))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return took
}

func benchBody(bulk int) string {
	one := func() string {
		k := benchKey.Add(1)
		return fmt.Sprintf(`{"merchant":"M%04d","key":"http/%d","kind":"bench","book":"B1","occurredAt":"2026-10-05T00:00:00Z","transfers":[{"currency":"USD","debit":"adjustments","credit":"bank","amount":"123.45"}]}`, k%1000, k)
	}
	if bulk == 1 {
		return one()
	}
	parts := make([]string, bulk)
	for i := range parts {
		parts[i] = one()
	}
	return "[" + strings.Join(parts, ",") + "]"
}
