package catalog_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/orders/catalog"
)

// A merchant who sent a mistyped account sees what is wrong with it, and operations see it before they certify; nothing is refused for it.
func TestWrongNumbersAreShownAndRefuseNothing(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.do(pg.AsBatch("test"), func(tx *pg.Tx) error {
		return entities.CorrectMerchant(ctx, tx, entities.Merchant{ID: "M1", Name: "Ipê Sistemas Ltda", Residence: "BR", TaxID: "16.727.230/0001-98"})
	})
	h.do(merchant, func(tx *pg.Tx) error {
		a, err := h.svc.AskCertification(ctx, tx, "M1", "5861", "BRL", entities.Bank{AccountName: "Ipê Sistemas Ltda", AccountNo: "BR18 0036 0305 0000 1000 9795 493C 2", BankName: "Banco", Swift: "AGRIFRPP8"})
		if a.State != "waiting" {
			t.Errorf("the attempt is %s: %s", a.State, a.Reason)
		}
		return err
	})
	people := map[string]*web.User{
		"seller": {ID: "usr_seller", Merchant: "M1", Duties: []web.Duty{web.Merchant}},
		"ops":    {ID: "usr_ops", Duties: []web.Duty{web.Operations}},
	}
	srv, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: catalog.NewHTTP(h.db, h.svc).Routes(), Identify: func(c echo.Context) (*web.User, error) {
		return people[c.Request().Header.Get("X-Who")], nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for who, page := range map[string]string{"seller": "/certification", "ops": "/operations/certifications"} {
		t.Run(who+" sees it", func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, page, nil)
			r.Header.Set("X-Who", who)
			w := httptest.NewRecorder()
			srv.ServeHTTP(w, r)
			for _, s := range []string{"16.727.230/0001-98", "98 at place 13", "BR18 0036 0305 0000 1000 9795 493C 2", "IBAN: ", "BIC (SWIFT code): 9 characters", "cannot be"} {
				if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), s) {
					t.Errorf("%d: %q is not said", w.Code, s)
				}
			}
		})
	}
}
