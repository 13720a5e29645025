package doc

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"suanpan/internal/fault"
	"suanpan/money"
)

// maxDataRows is what a sheet holds below its header; more go on in a further sheet.
const maxDataRows = 1_048_575

// Workbook writes an Excel file row by row: memory stays flat however many rows there are (they wait in temporary files).
// It is for one goroutine. Close writes the file; without Close nothing is written, but Abort must be called.
type Workbook struct {
	w      io.Writer
	at     time.Time
	file   *excelize.File
	styles map[string]int
	names  map[string]bool
	sheet  *Sheet
	limit  int // rows a sheet; less in tests
}

// Sheet is a sheet being written. It ends where the next one begins.
type Sheet struct {
	book   *Workbook
	name   string
	part   int // 1, and more where the rows went over what a sheet holds
	cols   []Column
	style  []int // style of each column
	stream *excelize.StreamWriter
	row    int // rows written, header included
	data   int // of these, rows of data
	cells  []excelize.Cell
	values []any
}

// NewWorkbook begins a workbook. at is the business time it is dated with; equal rows and times give equal bytes.
func NewWorkbook(w io.Writer, at time.Time) *Workbook {
	return &Workbook{w: w, at: at.UTC(), file: excelize.NewFile(), styles: map[string]int{}, names: map[string]bool{}, limit: maxDataRows}
}

// Sheet begins a sheet with a bold header that stays in sight and filters on its columns. Names are unique without regard to case.
func (b *Workbook) Sheet(name string, cols []Column) (*Sheet, error) {
	key := strings.ToLower(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > 25 || strings.ContainsAny(name, ":\\/?*[]'") || cleanText(name) != name || b.names[key] || key == "history" {
		return nil, fault.New(fault.Invalid, CodeSheetName, "sheet", fault.Args{"name": name})
	}
	if len(cols) == 0 {
		return nil, wrongRow(0, 1)
	}
	if err := b.finish(); err != nil {
		return nil, err
	}
	b.names[key] = true
	s := &Sheet{book: b, name: name, cols: cols, cells: make([]excelize.Cell, len(cols)), values: make([]any, len(cols))}
	for i := range cols {
		id, err := b.columnStyle(&cols[i], cols[i].Currency, false)
		if err != nil {
			return nil, err
		}
		s.style = append(s.style, id)
		s.values[i] = &s.cells[i] // one set of cells serves every row
	}
	b.sheet = s
	return s, s.begin()
}

func (s *Sheet) begin() error {
	b, f := s.book, s.book.file
	s.part++
	s.row, s.data = 0, 0
	name := s.title()
	if len(b.names) == 1 && s.part == 1 {
		if err := f.SetSheetName("Sheet1", name); err != nil {
			return internal(err)
		}
	} else if _, err := f.NewSheet(name); err != nil {
		return internal(err)
	}
	var err error
	if s.stream, err = f.NewStreamWriter(name); err != nil {
		return internal(err)
	}
	for i, c := range s.cols {
		if err := s.stream.SetColWidth(i+1, i+1, c.sheetWidth()); err != nil {
			return internal(err)
		}
	}
	if err := s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return internal(err)
	}
	for i, c := range s.cols {
		id, err := b.headStyle(c.right())
		if err != nil {
			return err
		}
		s.cells[i] = excelize.Cell{StyleID: id, Value: cleanText(c.Title)}
	}
	return s.put()
}

func (s *Sheet) title() string {
	if s.part == 1 {
		return s.name
	}
	return fmt.Sprintf("%s (%d)", s.name, s.part)
}

func (s *Sheet) put() error {
	s.row++
	if err := s.stream.SetRow("A"+itoa(s.row), s.values); err != nil {
		return internal(err)
	}
	return nil
}

// Row writes a row: one value a column, of the type that its kind takes.
func (s *Sheet) Row(values ...any) error { return s.write(values, false) }

// Total writes a row in bold: sums, ties to the ledger.
func (s *Sheet) Total(values ...any) error { return s.write(values, true) }

func (s *Sheet) write(values []any, bold bool) error {
	if len(values) != len(s.cols) {
		return wrongRow(len(values), len(s.cols))
	}
	if s.data >= s.book.limit {
		if err := s.book.endSheet(); err != nil {
			return err
		}
		if err := s.begin(); err != nil {
			return err
		}
	}
	for i, v := range values {
		if err := s.cell(i, v, bold); err != nil {
			return err
		}
	}
	s.data++
	return s.put()
}

// cell fills one cell. Figures go in as numbers only where the workbook holds them exactly, otherwise as text: a figure that
// quietly lost its cents is worse than one that cannot be summed.
func (s *Sheet) cell(i int, v any, bold bool) error {
	c := &s.cols[i]
	out := &s.cells[i]
	out.StyleID, out.Value = s.style[i], nil
	currency := c.Currency
	if !empty(v) {
		switch c.kind() {
		case Text:
			out.Value = cleanText(textOf(v))
		case Date:
			t, ok := day(v)
			if !ok {
				return c.refuse(v)
			}
			out.Value = serial(t)
		case Instant:
			t, ok := v.(time.Time)
			if !ok {
				return c.refuse(v)
			}
			out.Value = serial(time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC))
		default:
			d, cur, ok := c.figure(v)
			if !ok || c.kind() == Int && !d.IsInteger() {
				return c.refuse(v)
			}
			currency = cur
			if f, ok := float(d); ok {
				out.Value = f
			} else {
				out.Value = money.Plain(d, cur)
			}
		}
	}
	if !bold && currency == c.Currency {
		return nil
	}
	id, err := s.book.columnStyle(c, currency, bold)
	out.StyleID = id
	return err
}

var pow10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// float gives a decimal as the number Excel stores, where that is exact: at most 15 digits, all that Excel keeps, and below 10^13.
// A whole number below 2^53 divided by a power of ten up to 10^22 is rounded once, hence prints as the same decimal again.
func float(d decimal.Decimal) (float64, bool) {
	if d.Exponent() < -15 || d.Exponent() > 0 || d.NumDigits() > 15 {
		d = decimal.RequireFromString(money.Exact(d))
		if d.Exponent() < -15 || d.Exponent() > 0 || d.NumDigits() > 15 {
			return 0, false
		}
	}
	f := float64(d.CoefficientInt64()) / pow10[-d.Exponent()]
	return f, f < 1e13 && f > -1e13
}

// serial counts days since 30 December 1899, as Excel does for every day after February 1900.
func serial(t time.Time) float64 {
	const epoch = -2209161600 // 1899-12-30T00:00:00Z
	return float64(t.Unix()-epoch) / 86400
}

// finish ends the sheet being written.
func (b *Workbook) finish() error {
	if b.sheet == nil {
		return nil
	}
	err := b.endSheet()
	b.sheet = nil
	return err
}

// endSheet sets the filter over the rows that were written; it must come before Flush, after which it is lost without an error.
func (b *Workbook) endSheet() error {
	s := b.sheet
	last, err := excelize.CoordinatesToCellName(len(s.cols), max(s.row, 2))
	if err != nil {
		return internal(err)
	}
	if err := b.file.AutoFilter(s.title(), "A1:"+last, nil); err != nil {
		return internal(err)
	}
	if err := s.stream.Flush(); err != nil {
		return internal(err)
	}
	return nil
}

// Close writes the file and frees what it used.
func (b *Workbook) Close() error {
	defer b.Abort()
	if err := b.finish(); err != nil {
		return err
	}
	stamp := b.at.Format(time.RFC3339)
	if err := b.file.SetDocProps(&excelize.DocProperties{Creator: "Suanpan", LastModifiedBy: "Suanpan", Created: stamp, Modified: stamp}); err != nil {
		return internal(err)
	}
	if err := b.file.SetAppProps(&excelize.AppProperties{Application: "Suanpan"}); err != nil {
		return internal(err)
	}
	p := &packer{at: b.at}
	defer p.free()
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return p })
	if err := b.file.Write(io.Discard); err != nil {
		return internal(err)
	}
	return p.writeTo(b.w)
}

// Abort frees temporary files without writing anything. After Close it does nothing.
func (b *Workbook) Abort() { _ = b.file.Close() }

func internal(err error) error { return fault.New(fault.Internal, CodeRender, "workbook").Wrap(err) }
