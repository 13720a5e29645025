package einvoice

import (
	"bytes"
	"math"
	"sort"
	"strings"

	text "github.com/ledongthuc/pdf"
	pdf "github.com/speedata/pdfdisassembler"

	"suanpan/internal/fault"
)

// Limits of looking for text: an invoice says what it is on its first pages and its last.
const (
	maxHintPages  = 6
	maxHintStream = 8 << 20  // of one unpacked stream
	maxHintTotal  = 24 << 20 // of all of them, pictures that stay packed left out
	maxHintTexts  = 20_000   // strings drawn on one page
)

// cell is a piece of text that stands together on a page, left edge and baseline in points.
type cell struct {
	x, y float64
	text string
}

// row is the cells on one line of a page, from left to right.
type row struct {
	page  int
	cells []cell
}

func (r row) text() string {
	var out []string
	for _, c := range r.cells {
		out = append(out, c.text)
	}
	return strings.Join(out, "  ")
}

// pdfRows reads the text of a PDF as lines of cells. The library that knows fonts has no limits of its own, so what it would
// unpack is measured first by the one that has.
func pdfRows(b []byte) ([]row, error) {
	if !endsWhole(b) {
		return nil, pdfFault(b, errNoEnd)
	}
	var rows []row
	err := guard("pdf text", func() error {
		if err := measure(b); err != nil {
			return err
		}
		r, err := text.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return pdfFault(b, err)
		}
		for n := 1; n <= min(r.NumPage(), 1_000); n++ {
			if n > maxHintPages-1 && n != r.NumPage() {
				continue
			}
			page := r.Page(n)
			if page.V.IsNull() {
				continue
			}
			// A page that cannot be read costs its own hints, not those of the others.
			_ = guard("pdf page", func() error {
				rows = append(rows, rowsOf(n, drawn(page))...)
				return nil
			})
		}
		return nil
	})
	return rows, err
}

// measure refuses a PDF whose streams unpack to more than any invoice's.
func measure(b []byte) error {
	r, err := pdf.Open(bytes.NewReader(b), pdf.WithMaxStreamSize(maxHintStream))
	if err != nil {
		return pdfFault(b, err)
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
			total = maxHintTotal + 1
		} else if err != nil {
			continue // a picture, or broken: the reader of text meets it, if at all, behind its own recovery
		}
		if total += len(content); total > maxHintTotal {
			return fault.New(fault.TooLarge, "EINV-TOO-LARGE", "", fault.Args{"limit": maxHintTotal >> 20})
		}
	}
	return nil
}

// rowsOf puts cells into a row where they stand on one line.
func rowsOf(page int, cells []cell) []row {
	lines := map[int][]cell{}
	for _, c := range cells {
		y := int(math.Round(c.y / 3)) // three points are less than any line is high
		lines[y] = append(lines[y], c)
	}
	heights := make([]int, 0, len(lines))
	for y := range lines {
		heights = append(heights, y)
	}
	sort.Sort(sort.Reverse(sort.IntSlice(heights)))
	var rows []row
	for _, y := range heights {
		sort.SliceStable(lines[y], func(a, b int) bool { return lines[y][a].x < lines[y][b].x })
		rows = append(rows, row{page: page, cells: lines[y]})
	}
	return rows
}
