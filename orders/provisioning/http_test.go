package provisioning

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/orders"
)

var people = map[string]*web.User{
	"seller":   {ID: "seller", Name: "Seller", Merchant: "M1", Duties: []web.Duty{web.Merchant}},
	"stranger": {ID: "stranger", Name: "Stranger", Merchant: "M2", Duties: []web.Duty{web.Merchant}},
	"ops":      {ID: "ops", Name: "Ops", Duties: []web.Duty{web.Operations}},
	"eva":      {ID: "eva", Name: "Eva", Duties: []web.Duty{web.Auditor}},
	"market":   {ID: "market", Name: "Market", Duties: []web.Duty{web.Marketplace}, ByToken: true},
}

// console is the world behind its pages.
type console struct {
	*world
	srv    *web.Server
	routes []web.Route
}

func newConsole(t *testing.T, stub *Stub) *console {
	t.Helper()
	c := &console{world: newWorld(t, v2, stub)}
	c.routes = NewHTTP(c.db, c.svc).Routes()
	var err error
	c.srv, err = web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: c.routes, Identify: func(e echo.Context) (*web.User, error) {
		return people[e.Request().Header.Get("X-Who")], nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var csrf = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

// ask sends a request as somebody; a form goes with the token and cookie of a page that person was shown.
func (c *console) ask(who, method, target string, form url.Values) *httptest.ResponseRecorder {
	c.t.Helper()
	do := func(r *http.Request) *httptest.ResponseRecorder {
		r.Header.Set("X-Who", who)
		w := httptest.NewRecorder()
		c.srv.ServeHTTP(w, r)
		return w
	}
	if method == http.MethodGet {
		return do(httptest.NewRequest(method, target, nil))
	}
	if strings.HasPrefix(target, "/api/") {
		r := httptest.NewRequest(method, target, strings.NewReader(form.Get("json")))
		r.Header.Set("Content-Type", "application/json")
		return do(r)
	}
	page := "/merchant/interface"
	if people[who] != nil && people[who].Merchant == "" {
		page = "/operations/interface"
	}
	shown := do(httptest.NewRequest("GET", page, nil))
	if m := csrf.FindStringSubmatch(shown.Body.String()); m != nil {
		form.Set("_csrf", m[1])
	}
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, k := range shown.Result().Cookies() {
		r.AddCookie(k)
	}
	return do(r)
}

func (c *console) want(w *httptest.ResponseRecorder, outcome string, status int, texts ...string) {
	c.t.Helper()
	if w.Code != status {
		c.t.Errorf("%s: %d, want %d: %.300s", outcome, w.Code, status, w.Body.String())
	}
	for _, x := range texts {
		if !strings.Contains(w.Body.String(), x) {
			c.t.Errorf("%s does not say %q", outcome, x)
		}
	}
}

func TestEveryPage(t *testing.T) {
	t.Parallel()
	for _, err := range web.CheckPages(false) {
		t.Error(err)
	}
}

func TestRoutesAreForTheirOwnPeople(t *testing.T) {
	t.Parallel()
	c := newConsole(t, &Stub{FailFirst: 1})
	c.load(c.order("CS2", orders.Renew, `,"instanceId":"i"`)...)
	c.due()
	for _, r := range c.routes {
		for who, u := range people {
			switch {
			case !u.Has(r.Duties...):
				c.want(c.ask(who, r.Method, r.Path, url.Values{}), r.Path+" as "+who, http.StatusForbidden)
			case r.Method == http.MethodGet:
				c.want(c.ask(who, r.Method, r.Path, nil), r.Path+" as "+who, http.StatusOK)
			}
		}
		if w := c.ask("", r.Method, r.Path, url.Values{}); w.Code != http.StatusSeeOther && w.Code != http.StatusUnauthorized {
			t.Errorf("%s as nobody: %d", r.Path, w.Code)
		}
	}
	mine, others := c.ask("seller", "GET", "/merchant/interface", nil).Body.String(), c.ask("stranger", "GET", "/merchant/interface", nil).Body.String()
	if !strings.Contains(mine, "renewal/CS2-000001") || !strings.Contains(mine, c.url) || strings.Contains(mine, goldenKey) {
		t.Error("the seller does not see its own call and address, or sees a key")
	}
	if strings.Contains(others, "CS2") || strings.Contains(others, c.url) {
		t.Error("a stranger sees another merchant's calls")
	}
	restart := url.Values{"merchant": {"M1"}, "call": {"renewal/CS2-000001"}, "reason": {"mended it"}}
	c.want(c.ask("stranger", "POST", "/merchant/interface/restart", restart), "a stranger's restart", http.StatusNotFound)
	if strings.Contains(c.ask("eva", "GET", "/operations/interface", nil).Body.String(), "<button>Start again") {
		t.Error("who only audits may start again")
	}
	c.want(c.ask("ops", "GET", "/operations/interface?merchant=M2", nil), "another merchant's failures", http.StatusOK, "No call has failed")
	c.want(c.ask("ops", "POST", "/operations/interface/restart", url.Values{"merchant": {"M1"}, "call": {"renewal/CS2-000001"}, "reason": {"x"}}), "no reason", http.StatusUnprocessableEntity, "PROV-REASON", `value="x"`)
	c.want(c.ask("ops", "POST", "/operations/interface/restart", restart), "a restart", http.StatusSeeOther)
	c.want(c.ask("seller", "POST", "/merchant/interface/restart", restart), "again", http.StatusConflict, "PROV-STATE")
	if got := c.query(`SELECT state FROM interface_call`); got != "waiting" {
		t.Errorf("it is %s", got)
	}
}

func TestASellerConfiguresItsInterface(t *testing.T) {
	t.Parallel()
	c := newConsole(t, &Stub{})
	form := func(pairs ...string) url.Values {
		v := url.Values{"address": {"https://seller.example/p"}, "version": {"1.0"}, "delivery": {"licence"}, "product": {"P12"}, "key": {goldenKey}, "acceptance": {"yes"}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	c.want(c.ask("seller", "POST", "/merchant/interface", form("key", "", "address", "http://seller.example/p")), "wrong", http.StatusUnprocessableEntity, "PROV-KEY", "PROV-ADDRESS", "http://seller.example/p")
	c.want(c.ask("seller", "POST", "/merchant/interface", form()), "right", http.StatusSeeOther)
	c.want(c.ask("seller", "GET", "/merchant/interface", nil), "the page", http.StatusOK, "https://seller.example/p", "P12", "key stored unencrypted", "0 orders failed")
	if got := c.query(`SELECT concat_ws(' ', merchant_id, product_id, delivery, version, acceptance) FROM seller_interface WHERE product_id <> ''`); got != "M1 P12 licence 1.0 t" {
		t.Error(got)
	}
	c.want(c.ask("stranger", "POST", "/merchant/interface/erase", form()), "a stranger erases", http.StatusNotFound)
	c.want(c.ask("seller", "POST", "/merchant/interface/erase", form()), "erased", http.StatusSeeOther)
	if got := c.query(`SELECT product_id FROM seller_key`); got != "" {
		t.Errorf("keys of %q stand", got)
	}
}

func TestTheMarketplaceAsks(t *testing.T) {
	t.Parallel()
	c := newConsole(t, &Stub{})
	c.load(c.order("CS1", orders.New, "")...)
	c.due()
	id := c.query(`SELECT instance_id FROM interface_call`)
	body := url.Values{"json": {`{"id":"f1","merchantId":"M1","scene":"freeze","instanceId":"` + id + `"}`}}
	c.want(c.ask("market", "POST", "/api/v1/interface/calls", body), "first", http.StatusCreated, `"call":"freeze/`+id+`/f1"`, `"state":"waiting"`)
	c.clk.Add(time.Minute)
	c.due()
	c.want(c.ask("market", "POST", "/api/v1/interface/calls", body), "again", http.StatusOK, `"state":"succeeded"`)
	body.Set("json", `{"id":"f1","merchantId":"M1","scene":"renewal","instanceId":"x"}`)
	c.want(c.ask("market", "POST", "/api/v1/interface/calls", body), "what is not asked for", http.StatusUnprocessableEntity, "PROV-NOT-ASKED")
	if got := c.query(`SELECT asked_by FROM interface_call WHERE scene = 'freeze'`); got != "market" {
		t.Errorf("asked by %s", got)
	}
	if err := c.db.InTx(ctx, pg.AsMerchant("M2", "stranger"), func(tx *pg.Tx) error {
		list, err := Calls(ctx, tx, CallQuery{Merchant: "M1"})
		if len(list) != 0 {
			t.Error("a stranger reads calls")
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}
