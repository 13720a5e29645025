package web

import (
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
)

// The values below are what the partials in templates/base/partials.html draw. Keys are words of the catalogue; Text is shown
// as it is.

// Pill is a state: a word and its tone.
type Pill struct {
	Tone Tone
	Key  string
}

// Cell is one cell of a table or one value of a definition list: a text, a text with a link, or a pill; and a small note.
type Cell struct {
	Text, Href, Note string
	Pill             Pill
}

// Column is one column of a table; numbers stand at the right.
type Column struct {
	Key    string
	Number bool
}

// Table is drawn by {{template "table" .}}: on a phone each row becomes a card, its first cell the heading.
type Table struct {
	Caption string // key; empty: none
	Columns []Column
	Rows    [][]Cell // each as long as Columns
	Total   []Cell   // a last row of sums; nil: none
	Empty   string   // key of what is said where there are no rows
}

// Term is one line of a definition list, drawn by {{template "terms" .}} for a []Term.
type Term struct {
	Key    string
	Cell   Cell
	Number bool
}

// Crumb is one step of the way from the start to this page; the last has no Href.
type Crumb struct{ Text, Href string }

// Option is one choice of a select field.
type Option struct{ Value, Text string }

// Field is one field of a form, made in a template by
// {{template "field" (field "name" "label.key" .Data.Name .Data.Faults "required" "yes" "hint" "hint.key")}}.
type Field struct {
	Name, Key, Value, Type, Hint, Autocomplete, InputMode string
	Required                                              bool
	Options                                               []Option
	Faults                                                fault.Faults
}

// Upload is a file field, made in a template by {{template "upload" .Data.Upload}}.
type Upload struct {
	Name, Key string
	Accept    string // as the browser wants it: ".pdf,.xml"
	Types     string // as people read it: "PDF, XML"
	MaxMB     int
	Multiple  bool
	Required  bool
	Faults    fault.Faults
}

// FaultsAt are those of a field: its own path and what lies inside it.
func FaultsAt(fs fault.Faults, path string) fault.Faults {
	var out fault.Faults
	for _, f := range fs {
		if f.Path == path {
			out = append(out, f)
		}
	}
	return out
}

// Paging is the part of a list that a request asks for by ?page=N.
type Paging struct {
	Page int // from 1
	Size int
	c    echo.Context
}

// maxPage bounds how deep a list is paged: beyond it a filter helps more than a page number, and the database walks less.
const maxPage = 1000

// PagingOf reads ?page=; anything that is no page number is the first page.
func PagingOf(c echo.Context, size int) Paging {
	n, err := strconv.Atoi(c.QueryParam("page"))
	if err != nil || n < 1 {
		n = 1
	}
	return Paging{Page: min(n, maxPage), Size: size, c: c}
}

// Limit is how many rows to ask for: one more than are shown, which tells whether there is a next page without counting all.
func (p Paging) Limit() int { return p.Size + 1 }

// Offset is how many rows come before the page.
func (p Paging) Offset() int { return (p.Page - 1) * p.Size }

// Pager is what {{template "pager" .}} draws; it keeps the other parts of the query.
type Pager struct {
	Page       int
	Prev, Next string
}

// Pager is made from how many rows came back for Limit; show at most Size of them.
func (p Paging) Pager(got int) Pager {
	out := Pager{Page: p.Page}
	if p.Page > 1 {
		out.Prev = p.address(p.Page - 1)
	}
	if got > p.Size && p.Page < maxPage {
		out.Next = p.address(p.Page + 1)
	}
	return out
}

func (p Paging) address(n int) string {
	q := url.Values{}
	for k, v := range p.c.QueryParams() {
		q[k] = v
	}
	q.Set("page", strconv.Itoa(n))
	return p.c.Request().URL.Path + "?" + q.Encode()
}
