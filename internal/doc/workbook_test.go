package doc

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"suanpan/internal/fault"
	"suanpan/money"
)

var bookColumns = []Column{
	{Title: "Order", Width: 18},
	{Title: "Merchant", Width: 30},
	{Title: "Product"},
	{Title: "Region"},
	{Title: "Status"},
	{Title: "Accepted", Kind: Date},
	{Title: "Quantity", Kind: Int},
	{Title: "Gross", Kind: Money, Currency: "BRL"},
	{Title: "Fee", Kind: Money, Currency: "CLP"},
	{Title: "Rate", Kind: Percent},
}

func bookRow(i int) []any {
	return []any{
		fmt.Sprintf("CS%010d", i), "Soluções São João", "Analytics Pro", "sa-brazil-1", "completed",
		at.AddDate(0, 0, i%28), i%9 + 1, decimal.New(int64(i*7919%10_000_000), -2), decimal.NewFromInt(int64(i * 31 % 100_000)), decimal.New(15, -2),
	}
}

func writeBook(b *Workbook, rows, sheets int) error {
	defer b.Abort()
	for n := range sheets {
		s, err := b.Sheet(fmt.Sprintf("Lines %d", n+1), bookColumns)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := s.Row(bookRow(i)...); err != nil {
				return err
			}
		}
		if err := s.Total("Total", nil, nil, nil, nil, nil, 1, decimal.New(12345, -2), decimal.NewFromInt(-7), nil); err != nil {
			return err
		}
	}
	return b.Close()
}

func reopen(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func raw(t testing.TB, f *excelize.File, sheet, cell string) string {
	t.Helper()
	v, err := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWorkbookReopensWithExactFigures(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	b := NewWorkbook(&buf, at)
	s, err := b.Sheet("算盘 bills", []Column{{Title: "Text"}, {Title: "BRL", Kind: Money, Currency: "BRL"}, {Title: "Exact", Kind: Exact}, {Title: "Day", Kind: Date}, {Title: "At", Kind: Instant}, {Title: "Share", Kind: Percent}, {Title: "n", Kind: Int}})
	if err != nil {
		t.Fatal(err)
	}
	figures := []string{
		"0", "0.01", "-0.01", "1234.50", "0.1", "0.3", "71.428571428571", "142.714285714285", "9999999999999.99", "9999999999999", "99999999999999.99",
		"-1234567890123.45", "0.00000001", "471.600458334135", "10000000000000", "12345678901234567890.12345678", "100.00", "1000000000000.0000",
	}
	for _, v := range figures {
		d := money.MustParse(v)
		if err := s.Row("a", d, d, at, at, d, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Row("=1+1", money.New(money.MustParse("5"), "JPY"), nil, "2026-02-28", nil, decimal.New(15, -2), 7); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	f := reopen(t, buf.Bytes())
	for i, v := range figures {
		for _, col := range []string{"B", "C"} {
			got := raw(t, f, "算盘 bills", fmt.Sprintf("%s%d", col, i+2))
			d, err := decimal.NewFromString(got)
			if err != nil || !d.Equal(money.MustParse(v)) {
				t.Errorf("%s came back as %q", v, got)
			}
		}
	}
	for v, number := range map[string]bool{"9999999999999": true, "10000000000000": false, "71.428571428571": true, "471.600458334135": true, "-1234567890123.45": true, "9999999999999.99": true, "1234567890123.456": false} {
		if _, ok := float(money.MustParse(v)); ok != number {
			t.Errorf("%s is written as a number: %v", v, ok)
		}
	}
	last := len(figures) + 2
	shown := func(cell string) string {
		v, err := f.GetCellValue("算盘 bills", fmt.Sprintf("%s%d", cell, last))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for cell, want := range map[string]string{"A": "=1+1", "B": "5", "C": "", "D": "2026-02-28", "E": "", "F": "15.00%", "G": "7"} {
		if got := shown(cell); got != want {
			t.Errorf("column %s shows %q, want %q", cell, got, want)
		}
	}
	if v, _ := f.GetCellValue("算盘 bills", "B5"); v != "1,234.50" {
		t.Errorf("1234.50 is shown as %s", v)
	}
	if v, _ := f.GetCellValue("算盘 bills", "E2"); v != "2026-11-09 08:30:00" {
		t.Errorf("the instant is shown as %s", v)
	}
	if v, _ := f.GetCellFormula("算盘 bills", fmt.Sprintf("A%d", last)); v != "" {
		t.Errorf("the text became the formula %s", v)
	}
}

func TestWorkbookKeepsTextAsItIs(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	b := NewWorkbook(&buf, at)
	s, err := b.Sheet("s", []Column{{Title: "Text"}})
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{
		"0012345": "0012345", "1E5": "1E5", "  x ": "  x ", "a\x01b\x1fc": "abc", "<&>\"'": "<&>\"'", "🚀": "🚀", "line\nline": "line\nline",
		"\xff": "\uFFFD", "_x0041_": "_x0041_", strings.Repeat("长", 40000): strings.Repeat("长", 32766) + "…",
		strings.Repeat("🚀", 20000): strings.Repeat("🚀", 16383) + "…",
	}
	keys := make([]string, 0, len(texts))
	for k := range texts {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		if err := s.Row(k); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	f := reopen(t, buf.Bytes())
	for i, k := range keys {
		if got := raw(t, f, "s", fmt.Sprintf("A%d", i+2)); got != texts[k] {
			t.Errorf("%.40q came back as %.40q (%d runes)", k, got, len([]rune(got)))
		}
	}
}

func TestWorkbookHasFrozenHeaderAndFilter(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	if err := writeBook(NewWorkbook(&buf, at), 50, 2); err != nil {
		t.Fatal(err)
	}
	zr, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range zr.File {
		names = append(names, e.Name)
		if !e.Modified.Equal(at) {
			t.Errorf("%s is dated %v", e.Name, e.Modified)
		}
		if strings.HasPrefix(e.Name, "xl/worksheets/") {
			r, err := e.Open()
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{`<autoFilter ref="$A$1:$J$52"`, `state="frozen"`, `ySplit="1"`} {
				if !bytes.Contains(body, []byte(want)) {
					t.Errorf("%s has no %s", e.Name, want)
				}
			}
		}
	}
	if !sort.StringsAreSorted(names) {
		t.Errorf("parts are not in name order: %v", names)
	}
	f := reopen(t, buf.Bytes())
	if got := strings.Join(f.GetSheetList(), ","); got != "Lines 1,Lines 2" {
		t.Errorf("sheets %s", got)
	}
	if p, err := f.GetDocProps(); err != nil || p.Created != at.Format(time.RFC3339) {
		t.Errorf("created %v, %v", p, err)
	}
	if v, _ := f.GetCellValue("Lines 2", "H52"); v != "123.45" {
		t.Errorf("the total is %s", v)
	}
}

func TestSheetGoesOnInAnotherWhenFull(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	b := NewWorkbook(&buf, at)
	b.limit = 10
	s, err := b.Sheet("L", []Column{{Title: "n", Kind: Int}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 25 {
		if err := s.Row(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	f := reopen(t, buf.Bytes())
	if got := strings.Join(f.GetSheetList(), ","); got != "L,L (2),L (3)" {
		t.Fatalf("sheets %s", got)
	}
	for cell, want := range map[string]string{"L!A1": "n", "L!A11": "9", "L (2)!A1": "n", "L (2)!A2": "10", "L (3)!A6": "24"} {
		sheet, ref, _ := strings.Cut(cell, "!")
		if got := raw(t, f, sheet, ref); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
}

func TestWorkbookRefusals(t *testing.T) {
	t.Parallel()
	one := []Column{{Title: "n", Kind: Int}}
	for name, c := range map[string]struct {
		do   func(*Workbook) error
		code string
	}{
		"bad name":       {func(b *Workbook) error { _, err := b.Sheet("a/b", one); return err }, CodeSheetName},
		"no name":        {func(b *Workbook) error { _, err := b.Sheet("", one); return err }, CodeSheetName},
		"same name":      {func(b *Workbook) error { _, _ = b.Sheet("a", one); _, err := b.Sheet("A", one); return err }, CodeSheetName},
		"no columns":     {func(b *Workbook) error { _, err := b.Sheet("a", nil); return err }, CodeRow},
		"too many cells": {func(b *Workbook) error { s, _ := b.Sheet("a", one); return s.Row(1, 2) }, CodeRow},
		"float":          {func(b *Workbook) error { s, _ := b.Sheet("a", one); return s.Row(1.5) }, CodeValue},
		"broken count":   {func(b *Workbook) error { s, _ := b.Sheet("a", one); return s.Row(decimal.New(15, -1)) }, CodeValue},
		"no day":         {func(b *Workbook) error { s, _ := b.Sheet("a", []Column{{Kind: Date}}); return s.Row("9.11.2026") }, CodeValue},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := NewWorkbook(io.Discard, at)
			defer b.Abort()
			if err := c.do(b); !fault.Has(err, c.code) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func FuzzWorkbookText(f *testing.F) {
	for _, s := range []string{"", "\x00", "a\uFFFFb", "]]>", "_x000D_", emojiName} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var buf bytes.Buffer
		b := NewWorkbook(&buf, at)
		sh, err := b.Sheet("s", []Column{{Title: s}})
		if err != nil {
			t.Fatal(err)
		}
		if err := sh.Row(s); err != nil {
			t.Fatal(err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		rows, err := reopen(t, buf.Bytes()).GetRows("s")
		if err != nil {
			t.Fatal(err)
		}
		if cleanText(s) != "" && len(rows) != 2 {
			t.Fatalf("%q gives %d rows", s, len(rows))
		}
	})
}
