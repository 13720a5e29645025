package doc

import (
	"encoding/csv"
	"io"
	"strings"
	"time"

	"suanpan/money"
)

// CSV writes rows as RFC 4180: comma, CRLF, quotes where needed, UTF-8. Numbers are plain (1234.50), dates 2026-11-09, instants
// with their offset.
type CSV struct {
	w      *csv.Writer
	out    io.Writer
	cols   []Column
	cells  []string
	bom    bool
	headed bool
}

// CSVOption changes how a CSV file is written.
type CSVOption func(*CSV)

// WithBOM puts a byte order mark first: without it Excel takes UTF-8 for the machine's old code page.
func WithBOM() CSVOption { return func(c *CSV) { c.bom = true } }

// NewCSV begins a CSV file; the header is written with the first row or at Close.
func NewCSV(w io.Writer, cols []Column, opts ...CSVOption) *CSV {
	c := &CSV{w: csv.NewWriter(w), out: w, cols: cols, cells: make([]string, len(cols))}
	c.w.UseCRLF = true
	for _, o := range opts {
		o(c)
	}
	return c
}

// Row writes a row: one value a column, of the type that its kind takes.
func (c *CSV) Row(values ...any) error {
	if len(values) != len(c.cols) {
		return wrongRow(len(values), len(c.cols))
	}
	if err := c.head(); err != nil {
		return err
	}
	for i, v := range values {
		s, err := c.cols[i].csv(v)
		if err != nil {
			return err
		}
		c.cells[i] = s
	}
	return c.w.Write(c.cells)
}

// Close writes what is buffered. It does not close the writer below.
func (c *CSV) Close() error {
	if err := c.head(); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

func (c *CSV) head() error {
	if c.headed {
		return nil
	}
	c.headed = true
	if c.bom {
		if _, err := io.WriteString(c.out, "\uFEFF"); err != nil {
			return err
		}
	}
	for i, col := range c.cols {
		c.cells[i] = harmless(cleanCSV(col.Title))
	}
	return c.w.Write(c.cells)
}

func (c *Column) csv(v any) (string, error) {
	if empty(v) {
		return "", nil
	}
	switch c.kind() {
	case Text:
		return harmless(cleanCSV(textOf(v))), nil
	case Date:
		t, ok := day(v)
		if !ok {
			return "", c.refuse(v)
		}
		return t.Format(time.DateOnly), nil
	case Instant:
		t, ok := v.(time.Time)
		if !ok {
			return "", c.refuse(v)
		}
		return t.Format(time.RFC3339), nil
	}
	d, currency, ok := c.figure(v)
	if !ok || c.kind() == Int && !d.IsInteger() {
		return "", c.refuse(v)
	}
	if c.kind() == Money {
		return money.Plain(d, currency), nil
	}
	return money.Exact(d), nil
}

// harmless disarms text that a spreadsheet would run as a formula when it opens the file: an apostrophe before it makes it text.
// Blanks before the sign do not stop a spreadsheet, and East Asian editions take the full-width signs as well. Only text is
// treated: a number that begins with a minus is a number.
func harmless(s string) string {
	if s == "" {
		return s
	}
	if s[0] == '\t' || s[0] == '\r' || s[0] == '\n' {
		return "'" + s
	}
	t := strings.TrimLeft(s, " \u00a0\u3000\t\r\n")
	for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(t, sign) {
			return "'" + s
		}
	}
	return s
}

// cleanCSV drops what no reader of CSV expects inside text and keeps tabs and line ends.
func cleanCSV(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7F || r == '\uFEFF' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
