package statement

import (
	"io"

	"github.com/shopspring/decimal"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/money"
)

// cell is a column: the key of its words and what it holds.
type cell struct {
	key  string
	kind doc.Kind
}

// table is a sheet of a workbook, and at the same time a CSV file: its columns, and how a value fills a row of them.
type table[T any] struct {
	name  string // key of the sheet's words
	cells []cell
	fill  func(row []any, x T)
}

func text(keys ...string) []cell  { return cells(doc.Text, keys) }
func exact(keys ...string) []cell { return cells(doc.Exact, keys) }

func cells(k doc.Kind, keys []string) []cell {
	out := make([]cell, len(keys))
	for i, key := range keys {
		out[i] = cell{key, k}
	}
	return out
}

func join(parts ...[]cell) []cell {
	var out []cell
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// columns speaks the columns in a language. The first one of a demo's sheet says so: it stays in sight however far one scrolls.
func (t table[T]) columns(v voice, demo bool) []doc.Column {
	out := make([]doc.Column, len(t.cells))
	for i, c := range t.cells {
		out[i] = doc.Column{Title: v.say(c.key), Kind: c.kind}
		if i == 0 && demo {
			out[i].Title = v.say("demo") + " · " + out[i].Title
		}
		if c.key == "col.what" || c.key == "col.next" || c.key == "col.value" || c.key == "col.why" {
			out[i].Width = 48
		}
	}
	return out
}

// rower takes rows: a sheet or a CSV file.
type rower interface{ Row(values ...any) error }

// rows writes values through one row that is filled again and again.
func (t table[T]) rows(w rower, list []T) error {
	row := make([]any, len(t.cells))
	for _, x := range list {
		t.fill(row, x)
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return nil
}

// stream writes values as they are read.
func (t table[T]) stream(w rower, list func(yield func(T, error) bool)) error {
	row := make([]any, len(t.cells))
	for x, err := range list {
		if err != nil {
			return err
		}
		t.fill(row, x)
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return nil
}

// sheet adds the table to a workbook.
func (t table[T]) sheet(b *doc.Workbook, v voice, demo bool, list []T) error {
	s, err := b.Sheet(v.say(t.name), t.columns(v, demo))
	if err != nil {
		return err
	}
	return t.rows(s, list)
}

// csv writes the table as a file that a spreadsheet opens without running anything in it.
func (t table[T]) csv(w io.Writer, lang fault.Lang, demo bool, list []T) error {
	c := doc.NewCSV(w, t.columns(voice(lang), demo), doc.WithBOM())
	if err := t.rows(c, list); err != nil {
		return err
	}
	return c.Close()
}

// book begins a workbook, lets fn fill it, and writes it whole or not at all.
func (h Head) book(w io.Writer, fn func(b *doc.Workbook) error) error {
	b := doc.NewWorkbook(w, h.At)
	if err := fn(b); err != nil {
		b.Abort()
		return err
	}
	return b.Close()
}

// each runs steps until one fails.
func each(steps ...func() error) error {
	for _, f := range steps {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// in is an amount with its currency, for columns that hold several.
func in(c money.Currency, d decimal.Decimal) money.Amount { return money.New(d, c) }
