package web

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/templates"
)

func TestEveryPageExecutesInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, err := range CheckPages(false) {
		t.Error(err)
	}
}

func TestTheLanguagesOfWordsAndFaultsAreTheSame(t *testing.T) {
	t.Parallel()
	var langs []string
	for _, l := range fault.Langs {
		langs = append(langs, string(l))
	}
	if !slices.Equal(langs, templates.Langs) {
		t.Error(langs, templates.Langs)
	}
	for _, d := range Duties {
		if _, ok := templates.Lookup("duty." + string(d)); !ok {
			t.Errorf("duty %s has no name", d)
		}
	}
}

type request struct {
	Number string `form:"number" validate:"required,max=5"`
	Total  string `form:"total" validate:"amount"`
	Day    string `json:"day" validate:"omitempty,day"`
	Lines  []struct {
		Currency string `json:"currency" validate:"currency"`
		Count    int    `json:"count" validate:"min=1"`
	} `json:"lines" validate:"dive"`
}

func TestEveryBrokenRuleIsAFaultAtItsField(t *testing.T) {
	t.Parallel()
	valid := `{"Number":"A1","Total":"10.00","day":"2026-11-09","lines":[{"currency":"USD","count":1}]}`
	bind := func(body string) error {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		var q request
		return Bind(echo.New().NewContext(r, httptest.NewRecorder()), &q)
	}
	if err := bind(valid); err != nil {
		t.Fatal(err)
	}
	for name, each := range map[string][3]string{
		"missing":       {`"A1"`, `""`, "number"},
		"too long":      {`"A1"`, `"A12345"`, "number"},
		"no decimal":    {`"10.00"`, `"1e3"`, "total"},
		"no day":        {`2026-11-09`, `2026-11-31`, "day"},
		"no currency":   {`"USD"`, `"usd"`, "lines[0].currency"},
		"count too low": {`"count":1`, `"count":0`, "lines[0].count"},
	} {
		t.Run(name, func(t *testing.T) {
			fs := fault.All(bind(strings.Replace(valid, each[0], each[1], 1)))
			if len(fs) != 1 || fs[0].Code != "VALID" || fs[0].Path != each[2] {
				t.Fatal(fs)
			}
			seen := map[string]bool{}
			for _, l := range fault.Langs {
				text := fs[0].Text(l)
				if strings.Contains(text, "{") || seen[text] || !strings.Contains(text, each[2]) {
					t.Errorf("%s: %q", l, text)
				}
				seen[text] = true
			}
		})
	}
	t.Run("what cannot be read", func(t *testing.T) {
		if err := bind(`{`); !fault.Has(err, "BAD-INPUT") {
			t.Error(err)
		}
	})
	t.Run("all at once", func(t *testing.T) {
		if fs := fault.All(bind(`{"lines":[{},{}]}`)); len(fs) != 6 {
			b, _ := json.Marshal(JSONFaults(fs, fault.EN))
			t.Error(len(fs), string(b))
		}
	})
}

func TestAListIsPagedWithoutCountingIt(t *testing.T) {
	t.Parallel()
	paging := func(query string) Paging {
		return PagingOf(echo.New().NewContext(httptest.NewRequest("GET", "/bills?"+query, nil), httptest.NewRecorder()), 20)
	}
	p := paging("page=3&state=open")
	if p.Limit() != 21 || p.Offset() != 40 {
		t.Error(p.Limit(), p.Offset())
	}
	if got := p.Pager(21); got.Next != "/bills?page=4&state=open" || got.Prev != "/bills?page=2&state=open" {
		t.Errorf("%+v", got)
	}
	if got := p.Pager(20); got.Next != "" {
		t.Errorf("%+v", got)
	}
	for _, odd := range []string{"", "page=0", "page=-3", "page=x"} {
		if got := paging(odd); got.Page != 1 || got.Pager(0).Prev != "" {
			t.Errorf("%q is page %d", odd, got.Page)
		}
	}
}

func TestMoneyAndTimeAreShownWithWhatTheyAreIn(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 10, 1, 30, 0, 0, time.UTC)
	if got := Instant(at, "America/Sao_Paulo"); got != "2026-11-09 22:30 America/Sao_Paulo" {
		t.Error(got)
	}
	if got := Instant(at, "Nowhere/At_All"); got != "2026-11-10 01:30 UTC" {
		t.Error(got)
	}
	if got := string(when(at, "Asia/Singapore")); got != `<time datetime="2026-11-10T01:30:00Z">2026-11-10 09:30 Asia/Singapore</time>` {
		t.Error(got)
	}
	print := funcs(fault.EN, true, nil)["money"].(func(decimal.Decimal, any) string)
	if got := print(decimal.RequireFromString("1234567"), "CLP"); got != "1,234,567" {
		t.Error(got)
	}
}
