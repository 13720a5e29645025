package doc

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/money"
)

// Kind is what a column of a workbook or CSV file holds.
type Kind string

// The kinds, with the Go values they take. nil is an empty cell in all of them.
const (
	Text    Kind = "text"    // string, fmt.Stringer, fmt.Sprint of anything else
	Money   Kind = "money"   // decimal.Decimal or money.Amount, shown at the minor unit of its currency
	Exact   Kind = "exact"   // the same, shown with up to eight decimals: figures of lines
	Int     Kind = "int"     // int, int64, or a decimal without decimals
	Percent Kind = "percent" // decimal.Decimal as a fraction: 0.15 is shown as 15.00%
	Date    Kind = "date"    // time.Time, its day in its own zone; or a text such as 2026-11-09
	Instant Kind = "instant" // time.Time to the second, in its own zone
)

// Column is a column of a workbook or CSV file.
type Column struct {
	Title    string
	Width    float64 // of the sheet's column, in characters; 0 lets the kind decide
	Kind     Kind    // empty counts as Text
	Currency money.Currency
}

// maxCellText is what Excel holds in a cell.
const maxCellText = 32767

// cleanText drops control characters, which XML cannot hold, and cuts what Excel would refuse.
func cleanText(s string) string {
	if !isPlainASCII(s) {
		s = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r == 0x7F || r == 0xFFFE || r == 0xFFFF {
				return -1
			}
			return r
		}, strings.ToValidUTF8(s, "\uFFFD"))
	}
	if len(s) > maxCellText && utf8.RuneCountInString(s) > maxCellText/2 { // a rune above U+FFFF counts twice in Excel
		rs, units := []rune(s), 0
		for i, r := range rs {
			if units += 1 + b2i(r > 0xFFFF); units > maxCellText-1 {
				return string(rs[:i]) + "…"
			}
		}
	}
	return s
}

func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}

// figure takes the value and the currency out of what a Money, Exact, Int or Percent column is given.
func (c *Column) figure(v any) (decimal.Decimal, money.Currency, bool) {
	switch v := v.(type) {
	case decimal.Decimal:
		return v, c.Currency, true
	case *decimal.Decimal:
		return *v, c.Currency, true
	case money.Amount:
		return v.Value, v.Currency, true
	case int:
		return decimal.NewFromInt(int64(v)), c.Currency, true
	case int32:
		return decimal.NewFromInt(int64(v)), c.Currency, true
	case int64:
		return decimal.NewFromInt(v), c.Currency, true
	}
	return decimal.Decimal{}, "", false
}

// day takes the calendar day out of what a Date column is given.
func day(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return time.Date(v.Year(), v.Month(), v.Day(), 0, 0, 0, 0, time.UTC), true
	case string, fmt.Stringer:
		t, err := time.Parse(time.DateOnly, textOf(v))
		return t, err == nil
	}
	return time.Time{}, false
}

func (c *Column) refuse(v any) error {
	return fault.New(fault.Invalid, CodeValue, c.Title, fault.Args{"type": fmt.Sprintf("%T", v), "column": c.Title, "kind": string(c.kind())})
}

func (c *Column) kind() Kind {
	if c.Kind == "" {
		return Text
	}
	return c.Kind
}

func wrongRow(got, want int) error {
	return fault.New(fault.Invalid, CodeRow, "", fault.Args{"got": got, "want": want})
}

// empty tells a cell without a value, a zero time included: an open date is none.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case time.Time:
		return v.IsZero()
	case *decimal.Decimal:
		return v == nil
	}
	return false
}
