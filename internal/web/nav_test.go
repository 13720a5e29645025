package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

// console is a server with so many pages for merchants besides its own, each "/p<letter>", in sections.
func console(t *testing.T, pages string, counts func(context.Context, *User) (map[string]int, error)) *Server {
	t.Helper()
	opt := Options{Sections: []Section{{"nav.trade", []string{"nav.login"}}, {"nav.money", []string{"nav.account"}}}, Counts: counts}
	for i, p := range strings.Split(pages, "") {
		key := []string{"nav.account", "nav.login"}[i%2]
		opt.Routes = append(opt.Routes, Route{Method: "GET", Path: "/p" + p, Name: "t.p" + p, Duties: []Duty{Merchant}, Nav: key, Handler: func(c echo.Context) error { return c.String(http.StatusOK, "ok") }})
	}
	return newServer(t, opt)
}

func shape(parts []NavPart) string {
	var out []string
	for _, p := range parts {
		items := []string{p.Key}
		for _, i := range p.Items {
			items = append(items, i.Href)
		}
		out = append(out, strings.Join(items, " "))
	}
	return strings.Join(out, "; ")
}

func TestManyEntriesStandUnderHeadingsAndFewInOneRow(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	u := &User{ID: "usr_1", Merchant: "M1", Duties: []Duty{Merchant}}
	if got, want := shape(console(t, "abcde", nil).navFor(ctx, u, "/pb")), " /mine; nav.trade /pb /pd; nav.money /pa /pc /pe"; got != want {
		t.Errorf("many: %q, want %q", got, want)
	}
	if got, want := shape(console(t, "ab", nil).navFor(ctx, u, "/pb")), " /mine /pb /pa"; got != want {
		t.Errorf("few: %q, want %q", got, want)
	}
	if got := console(t, "ab", nil).navFor(ctx, nil, "/"); got != nil {
		t.Errorf("for nobody: %v", got)
	}
}

func TestWhatWaitsIsCountedBesideItsEntry(t *testing.T) {
	t.Parallel()
	s := console(t, "abcde", func(context.Context, *User) (map[string]int, error) { return map[string]int{"nav.home": 3}, nil })
	page := do(s, "GET", "/form", "", "X-Test-User", "merchant").Body.String()
	if n := strings.Count(page, `<span class="count">3<span class="unseen"> new</span></span>`); n != 2 { // in the row and in the menu of a phone
		t.Errorf("counted %d times: %s", n, page)
	}
	if !strings.Contains(page, "<details><summary>Menu</summary>") {
		t.Error("there is no menu for a phone")
	}
	broken := console(t, "abcde", func(context.Context, *User) (map[string]int, error) { return nil, errors.New("no database") })
	if got := do(broken, "GET", "/form", "", "X-Test-User", "merchant"); got.Code != http.StatusOK {
		t.Errorf("a count that failed: %d", got.Code)
	}
}
