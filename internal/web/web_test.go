package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/templates"
)

// visitor says by header who a request is from, as a session would.
func visitor(c echo.Context) (*User, error) {
	switch c.Request().Header.Get("X-Test-User") {
	case "merchant":
		return &User{ID: "usr_m", Name: "Ana", Merchant: "5821", Duties: []Duty{Merchant}}, nil
	case "program":
		return &User{ID: "usr_m", Merchant: "5821", Duties: []Duty{Merchant}, ByToken: true}, nil
	case "broken":
		return nil, fault.New(fault.Unavailable, "TIMEOUT", "")
	}
	return nil, nil
}

func testRoutes() []Route {
	ok := func(c echo.Context) error { return c.String(http.StatusOK, "ok") }
	fail := func(err error) echo.HandlerFunc { return func(echo.Context) error { return err } }
	public := []Duty{Public}
	return []Route{
		{Method: "GET", Path: "/form", Name: "t.form", Duties: public, Handler: func(c echo.Context) error {
			return errorPage.Render(c, Head{Title: "product"}, ErrorPage{})
		}},
		{Method: "POST", Path: "/form", Name: "t.send", Duties: public, Handler: func(c echo.Context) error {
			Flash(c, OK, "pager.of", "page", "7")
			return c.String(http.StatusOK, "sent")
		}, BodyLimit: 4096},
		{Method: "GET", Path: "/mine", Name: "t.mine", Duties: []Duty{Merchant}, Handler: ok, Nav: "nav.home"},
		{Method: "GET", Path: "/pay", Name: "t.pay", Duties: []Duty{FinancePay}, Handler: ok},
		{Method: "POST", Path: "/api/v1/mine", Name: "t.api", Duties: []Duty{Merchant}, Handler: ok},
		{Method: "GET", Path: "/api/v1/fault", Name: "t.fault", Duties: public, Handler: fail(fault.Faults{
			fault.Warning("CSRF", "a"), fault.New(fault.Conflict, "DUTY", "b[0].c"),
		})},
		{Method: "GET", Path: "/broken", Name: "t.broken", Duties: public, Handler: fail(errors.New("password=hunter2"))},
		{Method: "GET", Path: "/panic", Name: "t.panic", Duties: public, Handler: func(echo.Context) error { panic("boom") }},
		{Method: "GET", Path: "/slow", Name: "t.slow", Duties: public, Timeout: time.Millisecond, Handler: func(c echo.Context) error {
			<-c.Request().Context().Done()
			return c.Request().Context().Err()
		}},
	}
}

func newServer(t *testing.T, opt Options) *Server {
	t.Helper()
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	opt.Routes, opt.Identify = append(testRoutes(), opt.Routes...), visitor
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func do(s http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	want := map[fault.Kind]int{
		fault.Invalid: 422, fault.NotFound: 404, fault.Conflict: 409, fault.Forbidden: 403,
		fault.Unauthorized: 401, fault.TooLarge: 413, fault.Unavailable: 503, fault.Internal: 500,
	}
	for kind, status := range want {
		if got := Status(fault.New(kind, "INTERNAL", "")); got != status {
			t.Errorf("%s gives %d, want %d", kind, got, status)
		}
		if _, ok := templates.Lookup("error.title." + string(kind)); !ok {
			t.Errorf("%s has no title", kind)
		}
	}
	if len(statusOf) != len(want) {
		t.Errorf("the table has %d kinds, the test %d", len(statusOf), len(want))
	}
	if got := Status(errors.New("x")); got != 500 {
		t.Errorf("what is no fault gives %d", got)
	}
}

func TestFaultsAreAnsweredAsTheReaderAsks(t *testing.T) {
	t.Parallel()
	s := newServer(t, Options{})
	t.Run("the API lists all, in three languages, and the refusal decides the status", func(t *testing.T) {
		w := do(s, "GET", "/api/v1/fault", "", "Accept-Language", "zh-CN", "Accept", "text/html")
		var got FaultsJSON
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 409 {
			t.Fatal(w.Code, err, w.Body)
		}
		if len(got.Faults) != 2 || !got.Faults[0].Warning || got.Faults[1].Code != "DUTY" || got.Faults[1].Path != "b[0].c" || got.Faults[1].Kind != fault.Conflict {
			t.Errorf("%+v", got.Faults)
		}
		zh, _ := fault.Message("DUTY", fault.ZH)
		if got.Faults[1].Message != zh || len(got.Faults[1].Messages) != 3 {
			t.Errorf("%+v", got.Faults[1])
		}
	})
	t.Run("a page otherwise", func(t *testing.T) {
		w := do(s, "GET", "/nowhere", "", "Accept", "text/html", "Accept-Language", "pt-BR,pt;q=0.9")
		if w.Code != 404 || !strings.Contains(w.Body.String(), "Não encontrado") || !strings.Contains(w.Body.String(), `lang="pt-BR"`) {
			t.Error(w.Code, w.Body)
		}
	})
	t.Run("JSON where the Accept header asks for it", func(t *testing.T) {
		if w := do(s, "GET", "/nowhere", "", "Accept", "application/json"); w.Code != 404 || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
			t.Error(w.Code, w.Header())
		}
	})
	t.Run("what went wrong inside is not shown but has its number", func(t *testing.T) {
		w := do(s, "GET", "/broken", "")
		if w.Code != 500 || strings.Contains(w.Body.String(), "hunter2") || !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
			t.Error(w.Code, w.Body)
		}
	})
	for target, status := range map[string]int{"/panic": 500, "/slow": 503} {
		if w := do(s, "GET", target, ""); w.Code != status {
			t.Errorf("%s gives %d, want %d", target, w.Code, status)
		}
	}
	if w := do(s, "DELETE", "/form", ""); w.Code != 405 {
		t.Errorf("a method nobody takes gives %d", w.Code)
	}
}

func TestOnlyWhoIsNamedComesIn(t *testing.T) {
	t.Parallel()
	s := newServer(t, Options{})
	for name, each := range map[string]struct {
		target, user, accept string
		want                 int
	}{
		"the merchant":                    {"/mine", "merchant", "text/html", 200},
		"a visitor is led to log in":      {"/mine", "", "text/html", 303},
		"a visiting program is told":      {"/mine", "", "application/json", 401},
		"another duty is refused":         {"/pay", "merchant", "text/html", 403},
		"an unknown identity is no guest": {"/form", "broken", "text/html", 503},
	} {
		t.Run(name, func(t *testing.T) {
			w := do(s, "GET", each.target, "", "X-Test-User", each.user, "Accept", each.accept)
			if w.Code != each.want {
				t.Errorf("got %d, want %d", w.Code, each.want)
			}
		})
	}
	if got := do(s, "GET", "/mine?x=1", "", "Accept", "text/html").Header().Get("Location"); got != "/login?next=%2Fmine%3Fx%3D1" {
		t.Error(got)
	}
}

var tokenIn = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

func TestAFormWithoutItsTokenChangesNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t, Options{})
	page := func() (cookie, token string) {
		w := do(s, "GET", "/form", "", "X-Test-User", "merchant")
		m := tokenIn.FindStringSubmatch(w.Body.String())
		if m == nil {
			t.Fatal("no token in ", w.Body)
		}
		return strings.Split(w.Header().Get("Set-Cookie"), ";")[0], m[1]
	}
	cookie, token := page()
	_, other := page()
	send := func(headers ...string) func(body string) int {
		return func(body string) int { return do(s, "POST", "/form", body, headers...).Code }
	}
	for name, each := range map[string]struct {
		got, want int
	}{
		"with both":                   {send("Cookie", cookie)("_csrf=" + token), 200},
		"in a header":                 {do(s, "POST", "/form", "", "Cookie", cookie, "X-CSRF-Token", token).Code, 200},
		"without token":               {send("Cookie", cookie)("a=b"), 403},
		"without cookie":              {send()("_csrf=" + token), 403},
		"of another browser":          {send("Cookie", cookie)("_csrf=" + other), 403},
		"garbage":                     {send("Cookie", cookie)("_csrf=AAAA"), 403},
		"sent by another site":        {send("Cookie", cookie, "Sec-Fetch-Site", "cross-site")("_csrf=" + token), 403},
		"token in the query":          {do(s, "POST", "/form?_csrf="+token, "a=b", "Cookie", cookie).Code, 403},
		"a program needs none":        {do(s, "POST", "/api/v1/mine", "", "X-Test-User", "program").Code, 200},
		"a session at the API does":   {do(s, "POST", "/api/v1/mine", "", "X-Test-User", "merchant").Code, 403},
		"too large":                   {send("Cookie", cookie)("_csrf=" + token + "&x=" + strings.Repeat("y", 5000)), 413},
		"cut off in the middle is no": {send("Cookie", cookie)("%zz"), 422},
	} {
		t.Run(name, func(t *testing.T) {
			if each.got != each.want {
				t.Errorf("got %d, want %d", each.got, each.want)
			}
		})
	}
	if _, again := page(); again == token {
		t.Error("the token is the same on two pages")
	}
}

func TestAnUploadCarriesTheTokenAndKeepsToItsLimit(t *testing.T) {
	t.Parallel()
	s := newServer(t, Options{})
	w := do(s, "GET", "/form", "", "X-Test-User", "merchant")
	token, cookie := tokenIn.FindStringSubmatch(w.Body.String())[1], strings.Split(w.Header().Get("Set-Cookie"), ";")[0]
	for size, want := range map[int]int{100: 200, 9000: 413} {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		_ = m.WriteField("_csrf", token)
		f, _ := m.CreateFormFile("file", "a.pdf")
		_, _ = f.Write(make([]byte, size))
		_ = m.Close()
		r := httptest.NewRequest("POST", "/form", &b)
		r.ContentLength = -1 // the limit must hold without the sender's own figure
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Header.Set("Cookie", cookie)
		got := httptest.NewRecorder()
		s.ServeHTTP(got, r)
		if got.Code != want {
			t.Errorf("%d bytes give %d, want %d", size, got.Code, want)
		}
	}
}

func TestHeadersKeepThePageToItself(t *testing.T) {
	t.Parallel()
	s := newServer(t, Options{Secure: true})
	for _, target := range []string{"/form", "/nowhere", "/api/v1/fault", "/panic"} {
		h := do(s, "GET", target, "").Header()
		for name, part := range map[string]string{
			"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Strict-Transport-Security": "max-age",
		} {
			if !strings.Contains(h.Get(name), part) {
				t.Errorf("%s: %s is %q", target, name, h.Get(name))
			}
		}
		if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || strings.Contains(h.Get("Content-Security-Policy"), "script-src") {
			t.Error("scripts are let in")
		}
		if ck := h.Get("Set-Cookie"); ck != "" && (!strings.Contains(ck, "Secure") || !strings.Contains(ck, "HttpOnly") || !strings.Contains(ck, "SameSite=Lax")) {
			t.Errorf("%s: cookie %q", target, ck)
		}
	}
}

func TestTheLogTellsWhoAndWhatButNoSecret(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	s := newServer(t, Options{Log: slog.New(slog.NewJSONHandler(&b, nil))})
	do(s, "GET", "/mine?token=topsecret", "", "X-Test-User", "merchant", "Authorization", "Bearer topsecret", "Cookie", "suanpan_session=topsecret")
	line := b.String()
	for _, part := range []string{`"path":"/mine"`, `"status":200`, `"user":"usr_m"`, `"request":"`, `"route":"/mine"`} {
		if !strings.Contains(line, part) {
			t.Errorf("%s is missing in %s", part, line)
		}
	}
	if strings.Contains(line, "topsecret") {
		t.Error("a secret is in the log:", line)
	}
}

func TestNothingIsServedThatIsNotListed(t *testing.T) {
	t.Parallel()
	s := newServer(t, Options{})
	if got := s.Unlisted(); len(got) > 0 {
		t.Error(got)
	}
	s.Echo.GET("/secret", func(echo.Context) error { return nil })
	if got := s.Unlisted(); len(got) != 1 || got[0] != "GET /secret" {
		t.Error("an unlisted route goes unseen:", got)
	}
	for name, r := range map[string]Route{
		"names nobody":  {Method: "GET", Path: "/a", Name: "a", Handler: s.health},
		"has no name":   {Method: "GET", Path: "/a", Duties: []Duty{Public}, Handler: s.health},
		"takes a place": {Method: "GET", Path: "/healthz", Name: "a", Duties: []Duty{Public}, Handler: s.health},
		"takes a name":  {Method: "GET", Path: "/a", Name: "web.health", Duties: []Duty{Public}, Handler: s.health},
	} {
		if _, err := New(Options{Log: slog.New(slog.DiscardHandler), Routes: []Route{r}}); err == nil {
			t.Errorf("a route that %s is taken", name)
		}
	}
}

func TestAnAssetIsFoundByItsContentAndKept(t *testing.T) {
	t.Parallel()
	s := newServer(t, Options{})
	p, err := s.view.assets.address("suanpan.css")
	if err != nil {
		t.Fatal(err)
	}
	w := do(s, "GET", p, "", "Accept-Encoding", "gzip")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Encoding") != "gzip" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
		t.Error(w.Code, w.Header())
	}
	if w := do(s, "GET", "/static/suanpan.0000000000.css", ""); w.Code != 404 {
		t.Error("an old name gives", w.Code)
	}
}

func TestTheDemoMarkIsOnEveryPage(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 9, 8, 0, 0, 0, time.UTC)
	s := newServer(t, Options{Demo: func(context.Context) (time.Time, bool, error) { return at, true, nil }})
	for _, target := range []string{"/form", "/nowhere"} {
		if w := do(s, "GET", target, ""); !strings.Contains(w.Body.String(), "DEMO · business time 2026-11-09 08:00 UTC") {
			t.Errorf("%s bears no mark", target)
		}
	}
	none := newServer(t, Options{Demo: func(context.Context) (time.Time, bool, error) { return time.Time{}, false, nil }})
	if strings.Contains(do(none, "GET", "/form", "").Body.String(), "DEMO") {
		t.Error("a real installation is marked as a demo")
	}
}

func TestServingEndsWithItsContextAndFinishesWhatItHas(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	s := newServer(t, Options{Routes: []Route{{Method: "GET", Path: "/wait", Name: "t.wait", Duties: []Duty{Public}, Handler: func(c echo.Context) error {
		close(entered)
		<-release
		return c.String(200, "finished")
	}}}})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served, body := make(chan error, 1), make(chan string, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	go func() {
		resp, err := http.Get("http://" + ln.Addr().String() + "/wait")
		if err != nil {
			body <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		body <- string(b)
	}()
	<-entered
	stop()
	close(release)
	if got := <-body; got != "finished" {
		t.Error(got)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestHealthFollowsWhatItIsTold(t *testing.T) {
	t.Parallel()
	if w := do(newServer(t, Options{}), "GET", "/healthz", ""); w.Code != 200 {
		t.Error(w.Code)
	}
	if w := do(newServer(t, Options{Health: func(context.Context) error { return errors.New("down") }}), "GET", "/healthz", ""); w.Code != 503 {
		t.Error(w.Code)
	}
}
