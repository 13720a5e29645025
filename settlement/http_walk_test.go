package settlement_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
)

// TestEveryRouteOfFinanceAndTheLedger walks the routes as they are registered: each answers its own people, refuses other duties, and sends
// who is not logged in to the log-in.
func TestEveryRouteOfFinanceAndTheLedger(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.sends("ana", "/finance/bills/do", 303, with(ticked(m2Bill), "do", "approve"))
	o.answer("M2", "REQ-5541-202610-M2", "INV-1")
	var f invoicing.File
	if err := o.db.InTx(context.Background(), pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) (err error) {
		f, err = o.svc.Invoicing.StoreFile(context.Background(), tx, "M2", "invoice.xml", []byte("<Invoice/>"))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	paper := o.journal("ana")
	concrete := map[string]string{
		"/finance/bills/:merchant/:no": m2Page, "/finance/requisitions/:merchant/:no": m2Road, "/finance/files/:merchant/:sha": "/finance/files/M2/" + f.SHA256,
		"/ledger/account": "/ledger/account?book=5541&currency=USD&account=bank&from=2026-10", "/ledger/papers/:sha": "/ledger/papers/" + paper,
		"/api/v1/ledger/accounts/:book/:currency/:account": "/api/v1/ledger/accounts/5541/USD/merchant_unbilled",
	}
	for _, r := range o.routes {
		target := concrete[r.Path]
		if target == "" {
			target = strings.NewReplacer(":merchant", "M2", ":no", "REQ-5541-202610-M2", ":submission", "1", ":id", "none").Replace(r.Path)
		}
		api := strings.HasPrefix(r.Path, "/api/")
		for who, u := range people {
			switch {
			case !u.Has(r.Duties...):
				if w := o.ask(who, r.Method, target, url.Values{}); w.Code != 403 {
					t.Errorf("%s %s as %s: %d, want 403", r.Method, target, who, w.Code)
				}
			case r.Method == "GET":
				if w := o.ask(who, r.Method, target, nil); w.Code != 200 || strings.Contains(w.Body.String(), "ZgotmplZ") {
					t.Errorf("%s %s as %s: %d %s", r.Method, target, who, w.Code, text(w))
				}
			}
		}
		w := o.ask("", r.Method, target, nil)
		if ok := w.Code == 303 && strings.HasPrefix(w.Header().Get("Location"), "/login") || api && w.Code == 401; !ok {
			t.Errorf("%s %s as nobody: %d", r.Method, target, w.Code)
		}
	}
	for _, gone := range []string{"/finance/bills/M1/5541-202610-M2-SGD", "/finance/requisitions/M1/REQ-5541-202610-M2", "/finance/files/M1/" + f.SHA256, "/ledger/papers/none", "/ledger/account?book=5541&currency=USD&account=nothing"} {
		if w := o.ask("eva", "GET", gone, nil); w.Code != 404 {
			t.Errorf("%s: %d, want 404", gone, w.Code)
		}
	}
}

func TestEveryPageOfFinanceExecutes(t *testing.T) {
	t.Parallel()
	for _, err := range web.CheckPages(false) {
		t.Error(err)
	}
}
