package doc

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/money"
)

func TestCSVDisarmsFormulasInTextOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+55 11": "'+55 11", "-5": "'-5", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'x", "\n=1": "'\n=1",
		" =1+1": "' =1+1", "　=1": "'　=1", "＝1+1": "'＝1+1", "－1": "'－1", "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
		"a=1": "a=1", "a-b": "a-b", "": "", "0012": "0012", "'=1": "'=1", "\uFEFF=1": "'=1", "\x00=1": "'=1", "S&P, \"x\"": "S&P, \"x\"",
	} {
		var buf bytes.Buffer
		c := NewCSV(&buf, []Column{{Title: "t"}, {Title: "m", Kind: Money, Currency: "BRL"}})
		if err := c.Row(text, decimal.New(-5, 0)); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&buf).ReadAll()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		// The writer drops a CR inside a cell and ends lines with CRLF; the reader turns that into LF.
		if got := rows[1][0]; got != want {
			t.Errorf("%q is written as %q, want %q", text, got, want)
		}
		if rows[1][1] != "-5.00" {
			t.Errorf("the number is written as %q", rows[1][1])
		}
	}
}

func TestCSVWritesEveryKind(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	cols := []Column{
		{Title: "=t"},
		{Title: "m", Kind: Money, Currency: "CLP"},
		{Title: "e", Kind: Exact},
		{Title: "i", Kind: Int},
		{Title: "p", Kind: Percent},
		{Title: "d", Kind: Date},
		{Title: "z", Kind: Instant},
	}
	c := NewCSV(&buf, cols, WithBOM())
	zone := time.FixedZone("", -3*3600)
	rows := [][]any{
		{"a,b", decimal.New(1500, 0), money.MustParse("0.12345678"), int64(3), decimal.New(15, -2), at, at.In(zone)},
		{nil, money.New(money.MustParse("1234567.5"), "USD"), nil, nil, nil, "2026-01-31", time.Time{}},
	}
	for _, r := range rows {
		if err := c.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	want := "\uFEFF'=t,m,e,i,p,d,z\r\n\"a,b\",1500,0.12345678,3,0.15,2026-11-09,2026-11-09T05:30:00-03:00\r\n,1234567.50,,,,2026-01-31,\r\n"
	if got := buf.String(); got != want {
		t.Errorf("got\n%q want\n%q", got, want)
	}
}

func TestCSVWithoutRowsHasItsHeader(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	if err := NewCSV(&buf, []Column{{Title: "a"}, {Title: "b"}}).Close(); err != nil || buf.String() != "a,b\r\n" {
		t.Errorf("%q, %v", buf.String(), err)
	}
}

func TestCSVRefusals(t *testing.T) {
	t.Parallel()
	c := NewCSV(&strings.Builder{}, []Column{{Title: "n", Kind: Int}})
	if err := c.Row(); !fault.Has(err, CodeRow) {
		t.Errorf("no cells: %v", err)
	}
	if err := c.Row("7"); !fault.Has(err, CodeValue) {
		t.Errorf("text as number: %v", err)
	}
}
