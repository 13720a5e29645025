package pdftext

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"

	text "github.com/ledongthuc/pdf"
	pdf "github.com/speedata/pdfdisassembler"
)

// Limits of looking for text: a document says what it is on its first pages and its last.
const (
	maxPages  = 6
	maxStream = 8 << 20  // of one unpacked stream, in bytes
	maxTotal  = 24 << 20 // of all of them, pictures that stay packed left out
	maxTexts  = 20_000   // strings drawn on one page
)

// ErrTooLarge says that the file unpacks to more than any document of text.
var ErrTooLarge = errors.New("pdftext: unpacks to too much")

// Cell is a piece of text that stands together on a page.
type Cell struct {
	X    int // its left edge in points from that of the page, rounded
	Text string
}

// Row is the cells on one line of a page, from left to right.
type Row struct {
	Page  int // from 1
	Cells []Cell
}

// String is the row's cells with two blanks between them.
func (r Row) String() string {
	var out []string
	for _, c := range r.Cells {
		out = append(out, c.Text)
	}
	return strings.Join(out, "  ")
}

// placed is a cell with its exact place, left edge and baseline.
type placed struct {
	x, y float64
	text string
}

// Rows reads the first pages and the last one. A page that cannot be read costs its own rows, not those of the others; a panic of a
// library is an error. The library that knows fonts has no limits of its own, so what it would unpack is measured first by
// the one that has.
func Rows(b []byte) ([]Row, error) {
	if err := guarded(func() error { return measure(b) }); err != nil {
		return nil, err
	}
	var rows []Row
	err := guarded(func() error {
		r, err := text.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return err
		}
		for n := 1; n <= min(r.NumPage(), 1_000); n++ {
			if n >= maxPages && n != r.NumPage() {
				continue
			}
			_ = guarded(func() error {
				if page := r.Page(n); !page.V.IsNull() {
					rows = append(rows, rowsOf(n, drawn(page))...)
				}
				return nil
			})
		}
		return nil
	})
	return rows, err
}

func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("pdftext: %v", p)
		}
	}()
	return f()
}

// measure refuses a file whose streams unpack to more than any document of text.
func measure(b []byte) error {
	r, err := pdf.Open(bytes.NewReader(b), pdf.WithMaxStreamSize(maxStream))
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	total := 0
	for e := range r.Objects() {
		s, ok := e.Object.(*pdf.Stream)
		if !ok {
			continue
		}
		content, err := s.Content()
		if err != nil && strings.Contains(err.Error(), "limit") { // the library has no error of its own for it
			return ErrTooLarge
		} else if err != nil {
			continue // a picture, or broken: the reader of text meets it, if at all, behind its own recovery
		}
		if total += len(content); total > maxTotal {
			return ErrTooLarge
		}
	}
	return nil
}

// rowsOf puts cells into a row where they stand on one line.
func rowsOf(page int, cells []placed) []Row {
	lines := map[int][]placed{}
	for _, c := range cells {
		y := int(math.Round(c.y / 3)) // three points are less than any line is high
		lines[y] = append(lines[y], c)
	}
	heights := make([]int, 0, len(lines))
	for y := range lines {
		heights = append(heights, y)
	}
	sort.Sort(sort.Reverse(sort.IntSlice(heights)))
	var rows []Row
	for _, y := range heights {
		sort.SliceStable(lines[y], func(a, b int) bool { return lines[y][a].x < lines[y][b].x })
		row := Row{Page: page}
		for _, c := range lines[y] {
			row.Cells = append(row.Cells, Cell{int(math.Round(c.x)), c.text})
		}
		rows = append(rows, row)
	}
	return rows
}
