package ledger_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/ledger"
)

// api is the ledger's API over two open books, asked with a token of somebody who reviews.
type api struct {
	t      *testing.T
	db     *pg.DB
	srv    *web.Server
	ledger *ledger.HTTP
}

func serve(t *testing.T, kept ...ledger.Account) *api {
	t.Helper()
	db, _ := pgtest.NewAt(t, time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	if err := db.InTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error {
		return ledger.OpenBooks(ctx, tx, []ledger.Book{{Code: "5541", Zone: "Asia/Singapore"}, {Code: "5861", Zone: "America/Sao_Paulo"}})
	}); err != nil {
		t.Fatal(err)
	}
	h := ledger.NewHTTP(db, ledger.NewGroup(ctx, db))
	h.Kept = kept
	srv, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: h.Routes(), Identify: func(echo.Context) (*web.User, error) {
		return &web.User{ID: "ana", Name: "Ana", Duties: []web.Duty{web.FinanceReview}, ByToken: true}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &api{t, db, srv, h}
}

func (a *api) send(body string) (int, string) {
	a.t.Helper()
	r := httptest.NewRequest("POST", "/api/v1/ledger/entries", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	a.srv.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func (a *api) get(target string) (int, string) {
	a.t.Helper()
	w := httptest.NewRecorder()
	a.srv.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
	return w.Code, w.Body.String()
}

func entryJSON(key, amount string) string {
	return fmt.Sprintf(`{"merchant":"E5541","key":%q,"kind":"charge","book":"5541","occurredAt":"2026-10-31T20:00:00+08:00","transfers":[{"currency":"USD","debit":"adjustments","credit":"bank","amount":%q}]}`, key, amount)
}

func TestAnEntryIsPostedOnce(t *testing.T) {
	t.Parallel()
	a := serve(t)
	code, first := a.send(entryJSON("charge/1", "12.50"))
	if code != 201 || !strings.Contains(first, `"period":"2026-10"`) || !strings.Contains(first, `"new":true`) {
		t.Fatal(code, first)
	}
	code, again := a.send(entryJSON("charge/1", "12.5"))
	if code != 200 || strings.Replace(again, "false", "true", 1) != first {
		t.Error(code, again)
	}
	if code, body := a.send(entryJSON("charge/1", "12.51")); code != 409 || !strings.Contains(body, "LEDGER-KEY-REUSED") {
		t.Error(code, body)
	}
	if code, body := a.get("/api/v1/ledger/trial-balance?period=2026-10&book=5541"); code != 200 || !strings.Contains(body, `"account":"bank","debit":"0","credit":"12.5","balance":"-12.5"`) {
		t.Error(code, body)
	}
	if code, body := a.get("/api/v1/ledger/accounts/5541/USD/bank"); code != 200 || !strings.Contains(body, `"key":"charge/1"`) || !strings.Contains(body, `"amount":"-12.5"`) {
		t.Error(code, body)
	}
}

func TestABulkIsAllOrNoneAndAnswersEachEntry(t *testing.T) {
	t.Parallel()
	a := serve(t)
	if code, body := a.send("[" + entryJSON("a", "1") + "," + entryJSON("b", "0") + "," + entryJSON("c", "1e3") + "]"); code != 422 || strings.Count(body, "LEDGER-AMOUNT-FORM") != 1 || !strings.Contains(body, "c.transfers[0]") {
		t.Error(code, body)
	}
	if code, body := a.send("[" + entryJSON("a", "1") + "," + entryJSON("b", "0") + "]"); code != 422 || !strings.Contains(body, "b.transfers[0]") {
		t.Error(code, body)
	}
	if _, body := a.get("/api/v1/ledger/trial-balance"); !strings.Contains(body, `"balances":[]`) {
		t.Error("a refused bulk left something:", body)
	}
	if code, _ := a.send(entryJSON("a", "1")); code != 201 {
		t.Fatal(code)
	}
	code, body := a.send("[" + entryJSON("a", "1") + "," + entryJSON("b", "2") + "]")
	var out struct {
		Results []struct {
			Key string
			New bool
		}
	}
	if err := json.Unmarshal([]byte(body), &out); err != nil || code != 201 || len(out.Results) != 2 || out.Results[0].New || !out.Results[1].New {
		t.Error(code, body)
	}
}

// Requests that are committed together are still judged each by itself.
func TestABadRequestRefusesOnlyItself(t *testing.T) {
	t.Parallel()
	a := serve(t)
	const n = 64
	codes := make([]int, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			body := entryJSON(fmt.Sprintf("k/%d", i), "1")
			if i%8 == 3 {
				body = strings.Replace(body, `"book":"5541"`, `"book":"9999"`, 1)
			}
			codes[i], _ = a.send(body)
		})
	}
	wg.Wait()
	for i, c := range codes {
		if want := map[bool]int{true: 422, false: 201}[i%8 == 3]; c != want {
			t.Errorf("request %d: %d, want %d", i, c, want)
		}
	}
	if _, body := a.get("/api/v1/ledger/trial-balance"); !strings.Contains(body, `"account":"bank","debit":"0","credit":"56"`) {
		t.Error(body)
	}
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	a := serve(t, ledger.MerchantUnbilled)
	many := "[" + strings.TrimSuffix(strings.Repeat(`{"key":"x"},`, 10001), ",") + "]"
	for name, c := range map[string]struct {
		body, code string
		status     int
	}{
		"an amount that is a number":       {strings.Replace(entryJSON("k", "1"), `"1"`, `1`, 1), "LEDGER-JSON", 422},
		"a field nobody knows":             {strings.Replace(entryJSON("k", "1"), `"kind"`, `"sort"`, 1), "LEDGER-JSON", 422},
		"nothing":                          {"", "LEDGER-JSON", 422},
		"an empty list":                    {"[]", "LEDGER-BULK", 422},
		"two values":                       {entryJSON("k", "1") + entryJSON("l", "1"), "LEDGER-JSON", 422},
		"too many":                         {many, "LEDGER-BULK", 422},
		"too long":                         {strings.Repeat(" ", 8<<20) + "{}", "BODY-TOO-LARGE", 413},
		"a time without offset":            {strings.Replace(entryJSON("k", "1"), "+08:00", "", 1), "LEDGER-JSON", 422},
		"an account nobody knows":          {strings.Replace(entryJSON("k", "1"), `"bank"`, `"purse"`, 1), "LEDGER-ACCOUNT", 422},
		"an account the product's own":     {strings.Replace(entryJSON("k", "1"), `"bank"`, `"merchant_unbilled"`, 1), "LEDGER-KEPT", 422},
		"a due-to without its other side":  {strings.Replace(entryJSON("k", "1"), `"bank"`, `"due_to:5861"`, 1), "LEDGER-MIRROR", 422},
		"a currency nobody has":            {strings.Replace(entryJSON("k", "1"), "USD", "XYZ", 1), "LEDGER-CURRENCY", 422},
		"an entry that does not say whose": {strings.Replace(entryJSON("k", "1"), "E5541", "", 1), "LEDGER-INCOMPLETE", 422},
	} {
		t.Run(name, func(t *testing.T) {
			if code, body := a.send(c.body); code != c.status || !strings.Contains(body, c.code) {
				t.Errorf("%d %.300s", code, body)
			}
		})
	}
	for _, bad := range []string{"/api/v1/ledger/trial-balance?period=10-2026", "/api/v1/ledger/trial-balance?sequence=-1", "/api/v1/ledger/accounts/5541/USD/bank?from=x"} {
		if code, _ := a.get(bad); code != 422 {
			t.Error(bad, code)
		}
	}
	if code, _ := a.get("/api/v1/ledger/accounts/5541/USD/purse"); code != 404 {
		t.Error(code)
	}
}

func TestTheSameQuestionHasTheSameAnswer(t *testing.T) {
	t.Parallel()
	a := serve(t)
	a.send(entryJSON("a", "1"))
	if _, err := ledger.Seal(context.Background(), a.db); err != nil {
		t.Fatal(err)
	}
	_, before := a.get("/api/v1/ledger/trial-balance?sequence=1")
	if !strings.Contains(before, `"sequence":1,"sealed":1`) || !strings.Contains(before, `"credit":"1"`) {
		t.Fatal(before)
	}
	a.send(entryJSON("b", "2"))
	if _, err := ledger.Seal(context.Background(), a.db); err != nil {
		t.Fatal(err)
	}
	if _, after := a.get("/api/v1/ledger/trial-balance?sequence=1"); strings.Replace(after, `"sealed":2`, `"sealed":1`, 1) != before {
		t.Error(after)
	}
	if _, day := a.get("/api/v1/ledger/trial-balance?occurred=2026-10-30"); !strings.Contains(day, `"balances":[]`) {
		t.Error(day)
	}
}
