package usage_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"suanpan/internal/web"
	"suanpan/orders/metering/usage"
)

func TestEveryPage(t *testing.T) {
	t.Parallel()
	for _, err := range web.CheckPages(false) {
		t.Error(err)
	}
}

func TestPagesShowWhatBecameOfRecords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.push("M1", record("s1"), record("bad", "usage_value", "0"), record("alien", "instance_id", "J-1"))
	w.push("M2", record("theirs", "instance_id", "J-1"))
	w.at("2026-11-05T14:15:00")
	has := func(outcome string, rec *httptest.ResponseRecorder, wants ...string) {
		t.Helper()
		text := rec.Body.String()
		for _, s := range wants {
			if no, found := strings.CutPrefix(s, "!"); (found && strings.Contains(text, no)) || (!found && !strings.Contains(text, s)) {
				t.Errorf("%s: %d, %q", outcome, rec.Code, s)
			}
		}
	}
	has("a seller's own", w.ask("M1", "GET", "/merchant/usage", nil), "s1", "Collected 2026-11-05 14:15 UTC", "report again", "!theirs")
	has("in Chinese", w.ask("M1", "GET", "/merchant/usage?lang=zh", nil, "Accept-Language", "zh"), "异常", "重新上报")
	has("in Portuguese", w.ask("M1", "GET", "/merchant/usage", nil, "Accept-Language", "pt"), "anormal", "informe de novo")
	has("by state", w.ask("M1", "GET", "/merchant/usage?state=abnormal", nil), "bad", "alien", "!s1")
	has("by instance", w.ask("M1", "GET", "/merchant/usage?instance=I-1&state=collected", nil), "s1", "!>bad")
	has("a state there is none of", w.ask("M1", "GET", "/merchant/usage?state=lost", nil), "USG-FILTER")
	has("operations see all", w.ask("ops", "GET", "/operations/usage", nil), "s1", "theirs", "M2")
	has("operations ask for one", w.ask("ops", "GET", "/operations/usage?merchant=M2", nil), "theirs", "!s1")
	csv := w.ask("M1", "GET", "/merchant/usage/export", nil)
	has("as CSV", csv, "s1,I-1,2026-11-05T13:00:00Z,2026-11-05T14:00:00Z,2.5,,collected,", "bad,I-1,20261105T130000Z,20261105T140000Z,0,,abnormal,003,", "!theirs")
	if csv.Header().Get("Content-Disposition") == "" {
		t.Error("the file has no name")
	}
	has("operations as CSV", w.ask("ops", "GET", "/operations/usage/export?merchant=M2", nil), "theirs", "!s1")
	for _, c := range []struct{ who, path string }{{"ops", "/merchant/usage"}, {"M1", "/operations/usage"}, {"M1", "/operations/usage/export"}, {"market", "/merchant/usage/export"}} {
		if rec := w.ask(c.who, "GET", c.path, nil); rec.Code != 403 {
			t.Errorf("%s at %s: %d", c.who, c.path, rec.Code)
		}
	}
}

func TestAKeyIsShownOnceAndEndsTheOneBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.keys["M1"]
	rec := w.ask("M1", "POST", "/merchant/usage/key", url.Values{})
	_, after, ok := strings.Cut(rec.Body.String(), "<code>")
	if !ok || rec.Header().Get("Cache-Control") != "no-store" {
		t.Fatal(rec.Code, rec.Body)
	}
	w.keys["M1"], _, _ = strings.Cut(after, "</code>")
	if got := w.push("M1", record("new")).codes(); got != "ok" {
		t.Errorf("the new key: %s", got)
	}
	fresh := w.keys["M1"]
	w.keys["M1"] = before
	if got := w.push("M1", record("old")).codes(); got != "401 MKT.0150" {
		t.Errorf("the old key: %s", got)
	}
	if strings.Contains(w.ask("M1", "GET", "/merchant/usage", nil).Body.String(), fresh) {
		t.Error("the key is shown again")
	}
	if rec := w.ask("M1", "POST", "/merchant/usage/key/erase", url.Values{}); rec.Code != 303 {
		t.Error(rec.Code)
	}
	w.keys["M1"] = fresh
	if got := w.push("M1", record("gone")).codes(); got != "401 MKT.0150" {
		t.Errorf("an erased key: %s", got)
	}
	if got := w.rows(`SELECT string_agg(action, ' ' ORDER BY event_id) FROM audit_event WHERE action LIKE 'usage.key%' AND merchant_id = 'M1'`); got != "usage.key.made usage.key.made usage.key.erased" {
		t.Errorf("audited: %s", got)
	}
}

func TestTheMarketplaceTellsStatesOfResources(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tell := func(who, instance, state, at string) (int, string) {
		b, _ := json.Marshal(map[string]string{"state": state, "time": at, "why": "arrears"})
		r := httptest.NewRequest("POST", "/api/v1/usage/instances/"+instance+"/states", strings.NewReader(string(b)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Who", who)
		rec := httptest.NewRecorder()
		w.server.ServeHTTP(rec, r)
		code := ""
		if _, rest, ok := strings.Cut(rec.Body.String(), `"code":"`); ok {
			code, _, _ = strings.Cut(rest, `"`)
		}
		return rec.Code, code
	}
	for _, c := range []struct {
		name, who, instance, state, at string
		status                         int
		code                           string
	}{
		{"frozen", "market", "I-1", usage.Frozen, "2026-11-05T13:30:00Z", 200, ""},
		{"told again", "market", "I-1", usage.Frozen, "2026-11-05T13:30:00Z", 200, ""},
		{"another state at that moment", "market", "I-1", usage.Open, "2026-11-05T13:30:00Z", 409, "USG-STATE"},
		{"a state there is none of", "market", "I-1", "asleep", "2026-11-05T13:40:00Z", 422, "USG-STATE"},
		{"no time", "market", "I-1", usage.Open, "today", 422, "USG-STATE"},
		{"nobody's instance", "market", "I-9", usage.Open, "2026-11-05T13:40:00Z", 404, "USG-INSTANCE"},
		{"released", "market", "I-4", usage.Released, "2026-11-05T13:30:00Z", 200, ""},
		{"opened after its release", "market", "I-4", usage.Open, "2026-11-05T13:40:00Z", 409, "USG-STATE"},
		{"by a seller", "M1", "I-1", usage.Open, "2026-11-05T13:40:00Z", 403, "DUTY"},
	} {
		if status, code := tell(c.who, c.instance, c.state, c.at); status != c.status || code != c.code {
			t.Errorf("%s: %d %s, want %d %s", c.name, status, code, c.status, c.code)
		}
	}
	if got := w.push("M1", record("s1")).codes(); got != "0:013" {
		t.Errorf("usage while it was frozen: %s", got)
	}
}
