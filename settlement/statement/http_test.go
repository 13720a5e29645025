package statement

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/xuri/excelize/v2"

	"suanpan/internal/web"
)

// TestTheMonthsDocumentsAreTakenAlong from the console: whole, named after what they are, and by those who look at finance's pages alone.
func TestTheMonthsDocumentsAreTakenAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	srv, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: NewHTTP(w.db, w.svc).Routes(), Identify: func(c echo.Context) (*web.User, error) {
		return map[string]*web.User{
			"ana":    {ID: "ana", Name: "Ana", Duties: []web.Duty{web.FinanceReview}},
			"seller": {ID: "seller", Name: "Seller", Merchant: "M2", Duties: []web.Duty{web.Merchant}},
		}[c.Request().Header.Get("X-Who")], nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	get := func(who, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("X-Who", who)
		out := httptest.NewRecorder()
		srv.ServeHTTP(out, r)
		return out
	}
	book := get("ana", "/finance/workbook.xlsx?month=2026-10")
	if book.Code != 200 || !strings.Contains(book.Header().Get("Content-Disposition"), "finance-2026-10.en.xlsx") {
		t.Fatalf("%d %v", book.Code, book.Header())
	}
	f, err := excelize.OpenReader(bytes.NewReader(book.Body.Bytes()))
	if err != nil || len(f.GetSheetList()) < 3 {
		t.Errorf("%v: %v", f.GetSheetList(), err)
	}
	for _, kind := range []string{"pdf", "xlsx"} {
		for range 2 { // the second is named as the first
			one := get("ana", "/finance/entity."+kind+"?month=2026-10&entity=5541")
			if one.Code != 200 || one.Body.Len() < 1000 || !strings.Contains(one.Header().Get("Content-Disposition"), "entity-5541-2026-10.en."+kind) {
				t.Errorf("%s: %d, %d bytes, %v", kind, one.Code, one.Body.Len(), one.Header())
			}
		}
	}
	for path, want := range map[string]int{
		"/finance/workbook.xlsx?month=october":            422,
		"/finance/entity.pdf?month=2026-10&entity=nobody": 404,
	} {
		if got := get("ana", path); got.Code != want || strings.Contains(got.Header().Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	if got := get("seller", "/finance/workbook.xlsx?month=2026-10"); got.Code != 403 {
		t.Errorf("a merchant got %d", got.Code)
	}
}
