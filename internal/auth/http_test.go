package auth

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"suanpan/internal/web"
)

// browser keeps cookies and follows nothing.
type browser struct {
	t       *testing.T
	s       http.Handler
	cookies map[string]string
	last    *httptest.ResponseRecorder
}

func (b *browser) do(method, target string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range b.cookies {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	b.last = httptest.NewRecorder()
	b.s.ServeHTTP(b.last, r)
	for _, ck := range b.last.Result().Cookies() {
		if ck.MaxAge < 0 {
			delete(b.cookies, ck.Name)
			continue
		}
		b.cookies[ck.Name] = ck.Value
	}
	return b.last
}

var csrf = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

// submit sends a form with the token of the page that was read last.
func (b *browser) submit(target string, pairs ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	m := csrf.FindStringSubmatch(b.last.Body.String())
	if m == nil {
		b.t.Fatal("the last page has no form")
	}
	form := url.Values{"_csrf": {m[1]}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.do("POST", target, form)
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	svc, _, _ := setup(t)
	home := web.Route{
		Method: "GET", Path: "/merchant", Name: "t.home", Duties: []Duty{web.Merchant}, Nav: "nav.home",
		Handler: func(c echo.Context) error { return c.String(200, From(c).Name) },
	}
	api := web.Route{
		Method: "GET", Path: "/api/v1/me", Name: "t.me", Duties: []Duty{web.LoggedIn},
		Handler: func(c echo.Context) error { return c.JSON(200, From(c).ID) },
	}
	s, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: append(svc.Routes(), home, api), Identify: svc.Identify})
	if err != nil {
		t.Fatal(err)
	}
	if u := s.Unlisted(); len(u) > 0 {
		t.Fatal(u)
	}
	return &browser{t: t, s: s, cookies: map[string]string{}}
}

func TestTheWayInAndOut(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	if w := b.do("GET", "/merchant", nil); w.Code != 303 || w.Header().Get("Location") != "/login?next=%2Fmerchant" {
		t.Fatal(w.Code, w.Header())
	}
	b.do("GET", "/login?next=%2Fmerchant", nil)
	if w := b.submit("/login", "login", "ana", "password", "wrong", "next", "/merchant"); w.Code != 422 ||
		!strings.Contains(w.Body.String(), "LOGIN-WRONG") || !strings.Contains(w.Body.String(), `value="ana"`) || strings.Contains(w.Body.String(), `value="wrong"`) {
		t.Fatal(w.Code, w.Body)
	}
	before := b.cookies["suanpan_form"]
	if w := b.submit("/login", "login", "ana", "password", word, "next", "//elsewhere.example"); w.Code != 303 || w.Header().Get("Location") != "/" {
		t.Fatal(w.Code, w.Header())
	}
	if b.cookies["suanpan_form"] == before {
		t.Error("the form's token of before logging in is still good")
	}
	if w := b.do("GET", "/merchant", nil); w.Code != 200 || w.Body.String() != "Ana Souza" {
		t.Fatal(w.Code, w.Body)
	}
	if w := b.do("GET", "/account", nil); !strings.Contains(w.Body.String(), "Welcome, Ana Souza.") || !strings.Contains(w.Body.String(), `href="/merchant"`) {
		t.Fatal(w.Body)
	}
	session := b.cookies[sessionCookie]
	if w := b.submit("/logout"); w.Code != 303 || b.cookies[sessionCookie] != "" {
		t.Fatal(w.Code, b.cookies)
	}
	b.cookies[sessionCookie] = session
	if w := b.do("GET", "/merchant", nil); w.Code != 303 {
		t.Error("the old cookie still opens:", w.Code)
	}
}

func TestATokenIsMadeShownOnceUsedAndRevoked(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	b.do("GET", "/login", nil)
	b.submit("/login", "login", "lei", "password", word)
	b.do("GET", "/account", nil)
	if w := b.submit("/account/tokens", "name", ""); w.Code != 422 || !strings.Contains(w.Body.String(), `aria-invalid="true"`) {
		t.Fatal(w.Code, w.Body)
	}
	w := b.submit("/account/tokens", "name", "ERP")
	m := regexp.MustCompile(`sp_[A-Za-z0-9_-]{43}`).FindString(w.Body.String())
	if m == "" {
		t.Fatal("no secret on ", w.Body)
	}
	if w := b.do("GET", "/account", nil); strings.Contains(w.Body.String(), m) || !strings.Contains(w.Body.String(), "ERP") {
		t.Error("the secret is shown again")
	}
	call := func(header string, cookies bool) int {
		r := httptest.NewRequest("GET", "/api/v1/me", nil)
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		if cookies {
			r.AddCookie(&http.Cookie{Name: sessionCookie, Value: b.cookies[sessionCookie]})
		}
		w := httptest.NewRecorder()
		b.s.ServeHTTP(w, r)
		return w.Code
	}
	for name, each := range map[string]struct{ got, want int }{
		"with it":                       {call("Bearer "+m, false), 200},
		"with a wrong one":              {call("Bearer "+m+"x", false), 401},
		"with none":                     {call("", false), 401},
		"a wrong one beside a session":  {call("Bearer x", true), 401},
		"another scheme beside session": {call("Basic eDp5", true), 401},
	} {
		if each.got != each.want {
			t.Errorf("%s: %d, want %d", name, each.got, each.want)
		}
	}
	id := regexp.MustCompile(`/account/tokens/(tok_[a-z0-9]+)/revoke`).FindStringSubmatch(b.last.Body.String())[1]
	if w := b.submit("/account/tokens/" + id + "/revoke"); w.Code != 303 {
		t.Fatal(w.Code, w.Body)
	}
	if got := call("Bearer "+m, false); got != 401 {
		t.Error("after revoking:", got)
	}
}

func TestEveryPage(t *testing.T) {
	t.Parallel()
	for _, err := range web.CheckPages(false) {
		t.Error(err)
	}
}
