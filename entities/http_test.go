package entities

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"suanpan/internal/web"
)

func TestNumbersAreExplainedOverTheAPI(t *testing.T) {
	t.Parallel()
	srv, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: Routes(), Identify: func(c echo.Context) (*web.User, error) {
		if c.Request().Header.Get("X-Who") == "" {
			return nil, nil //nolint:nilnil // nobody is logged in
		}
		return &web.User{ID: "usr_m1", Merchant: "M1", Duties: []web.Duty{web.Merchant}, ByToken: true}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(who, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/identifiers", strings.NewReader(body))
		r.Header.Set("X-Who", who)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", "pt")
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, r)
		return w
	}
	t.Run("a wrong number is an answer in three languages", func(t *testing.T) {
		t.Parallel()
		w := ask("seller", `{"kind":"tax","country":"BR","value":"16.727.230/0001-98"}`)
		var got NumberJSON
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %s: %v", w.Code, w.Body, err)
		}
		if got.Kind != "br.cnpj" || got.Outcome != "refused" || got.Normal != "16727230000198" || got.Parts["branch"] != "0001" || len(got.Faults) != 1 ||
			got.Faults[0].Code != "ID-CHECK" || len(got.Faults[0].Messages) != 3 || got.Faults[0].Message != got.Faults[0].Messages["pt"] {
			t.Errorf("%s", w.Body)
		}
	})
	t.Run("what is not known is said", func(t *testing.T) {
		t.Parallel()
		if w := ask("seller", `{"kind":"account","value":"0001-9"}`); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "ID-NO-IBAN") || !strings.Contains(w.Body.String(), `"faults":[]`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("an unknown kind is a fault", func(t *testing.T) {
		t.Parallel()
		if w := ask("seller", `{"kind":"passport","value":"1"}`); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "ID-KIND") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("nobody asks without being known", func(t *testing.T) {
		t.Parallel()
		if w := ask("", `{"kind":"iban","value":"1"}`); w.Code != http.StatusUnauthorized {
			t.Errorf("%d", w.Code)
		}
	})
}
