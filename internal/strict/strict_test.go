package strict_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"suanpan/internal/strict"
)

type head struct {
	Kind string `json:"kind"`
}

type record struct {
	head
	Lines []line         `json:"lines"`
	Any   map[string]any `json:"any"`
	Price decimal.Decimal
	Count *int `json:"count"`
}

type line struct {
	Amount string `json:"amount"`
	Fine   bool   `json:"fine"`
}

func TestUnmarshal(t *testing.T) {
	var r record
	if p := strict.Unmarshal([]byte(` {"kind":"x","lines":[{"amount":"1.00","fine":true}],"any":{"A":1,"a":[{}]},"Price":"1.10","count":null} `), &r); p != nil {
		t.Fatal(p)
	}
	if r.Kind != "x" || r.Lines[0].Amount != "1.00" || !r.Lines[0].Fine || len(r.Any) != 2 || r.Price.String() != "1.1" {
		t.Errorf("%+v", r)
	}
	for _, c := range []struct{ in, kind, path, got, want string }{
		{`{"kind":"x"`, strict.Syntax, "", "", ""},
		{`{"kind":"x"} {}`, strict.Syntax, "", "", ""},
		{``, strict.Syntax, "", "", ""},
		{"{\"kind\":\"\xff\"}", strict.Syntax, "kind", "", ""},
		{`{"Kind":"x"}`, strict.Unknown, "Kind", "", ""},
		{`{"kind":"x","kind":"x"}`, strict.Twice, "kind", "", ""},
		{`{"kind":"x","\u006bind":"x"}`, strict.Twice, "kind", "", ""},
		{`{"lines":[{"amount":"1"},{"amount":"1","amuont":"2"}]}`, strict.Unknown, "lines[1].amuont", "", ""},
		{`{"lines":[{"amount":"1"},{"amount":1}]}`, strict.Type, "lines[1].amount", "number", "string"},
		{`{"lines":[{"fine":"yes"}]}`, strict.Type, "lines[0].fine", "string", "boolean"},
		{`{"lines":{"amount":"1"}}`, strict.Type, "lines", "object", "array"},
		{`{"lines":["1"]}`, strict.Type, "lines[0]", "string", "object"},
		{`{"count":"1"}`, strict.Type, "count", "string", "number"},
		{`{"count":1.5}`, strict.Value, "count", "", ""},
		{`{"Price":"a lot"}`, strict.Value, "Price", "", ""},
		{`{"any":{"a":{"b":1,"b":2}}}`, strict.Twice, "any.a.b", "", ""},
		{`[]`, strict.Type, "", "array", "object"},
	} {
		p := strict.Unmarshal([]byte(c.in), &record{})
		switch {
		case p == nil:
			t.Errorf("%s: read", c.in)
		case p.Kind != c.kind || p.Path != c.path || c.got != "" && (p.Got != c.got || p.Want != c.want):
			t.Errorf("%s: %+v", c.in, *p)
		case p.Error() == "":
			t.Errorf("%s: says nothing", c.in)
		}
	}
}
