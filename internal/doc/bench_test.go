package doc

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/jung-kurt/gofpdf"
	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"suanpan/internal/fault"
)

// BenchmarkPDF draws one-page statements; BenchmarkBarePDF is its floor: the PDF library alone with the same cells and exactly the
// fonts that each text needs. One operation is one statement.
func BenchmarkPDF(b *testing.B) {
	f := fonts(b)
	for _, lang := range []fault.Lang{fault.EN, fault.ZH} {
		b.Run(string(lang), func(b *testing.B) {
			d := statement(lang, 20)
			d.QR = nil
			b.ReportAllocs()
			for b.Loop() {
				if err := d.PDF(io.Discard, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkBarePDF(b *testing.B) {
	han, err := os.ReadFile(fonts(b).File(Han))
	if err != nil {
		b.Fatal(err)
	}
	for _, lang := range []fault.Lang{fault.EN, fault.ZH} {
		b.Run(string(lang), func(b *testing.B) {
			d := statement(lang, 20)
			b.ReportAllocs()
			for b.Loop() {
				pdf := gofpdf.New("P", "pt", "A4", "")
				pdf.SetCatalogSort(true)
				pdf.SetCreationDate(at)
				pdf.SetModificationDate(at)
				pdf.AddUTF8FontFromBytes("latin", "", goregular.TTF)
				pdf.AddUTF8FontFromBytes("latinbold", "", gobold.TTF)
				if lang == fault.ZH {
					pdf.AddUTF8FontFromBytes("han", "", han)
				}
				pdf.AddPage()
				barePage(pdf, d)
				if err := pdf.Output(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func barePage(pdf *gofpdf.Fpdf, d *Document) {
	cell := func(w float64, s, family string, size float64, align string) {
		if strings.IndexFunc(s, isHan) >= 0 {
			family = "han"
		}
		pdf.SetFont(family, "", size)
		pdf.CellFormat(w, 14, s, "B", 0, align, false, 0, "")
	}
	line := func(w float64, s, family string, size float64) { cell(w, s, family, size, "L"); pdf.Ln(15) }
	line(400, d.Author, "latinbold", 9)
	line(400, d.Title, "latinbold", 20)
	line(400, d.Subtitle, "latin", 11)
	for _, m := range d.Meta {
		cell(100, m.Label, "latin", 8.5, "L")
		line(200, m.Value, "latin", 8.5)
	}
	for _, blk := range d.Blocks {
		switch blk := blk.(type) {
		case Heading:
			line(400, string(blk), "latinbold", 11.5)
		case Note:
			line(400, string(blk), "latin", 7.5)
		case Table:
			for _, c := range blk.Columns {
				cell(80, c.Title, "latinbold", 7.5, "L")
			}
			pdf.Ln(15)
			for _, r := range blk.Rows {
				for _, s := range r {
					cell(80, s, "latin", 8.5, "R")
				}
				pdf.Ln(15)
			}
			for _, s := range blk.Totals[0] {
				cell(80, s, "latinbold", 8.5, "R")
			}
		}
	}
	pdf.Ln(15)
	line(400, d.Footer, "latin", 7.5)
	line(40, "1 / 1", "latin", 7.5)
}

const benchRows = 100_000

// BenchmarkWorkbook writes 100,000 lines of ten columns; BenchmarkBareWorkbook is its floor: the stream of the Excel library with
// the same styles and figures that are floats already.
func BenchmarkWorkbook(b *testing.B) {
	rows := make([][]any, benchRows)
	for i := range rows {
		rows[i] = bookRow(i)
	}
	b.ReportAllocs()
	for b.Loop() {
		book := NewWorkbook(io.Discard, at)
		s, err := book.Sheet("Lines", bookColumns)
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range rows {
			if err := s.Row(r...); err != nil {
				b.Fatal(err)
			}
		}
		if err := book.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBareWorkbook(b *testing.B) {
	rows := make([][]any, benchRows)
	for i := range rows {
		rows[i] = bookRow(i)
		for c, v := range rows[i] {
			if d, ok := v.(decimal.Decimal); ok {
				rows[i][c], _ = d.Float64()
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		f := excelize.NewFile()
		style := func(format string) int {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err != nil {
				b.Fatal(err)
			}
			return id
		}
		text, day, whole, cents, pesos, share := style("@"), style("yyyy-mm-dd"), style("#,##0"), style("#,##0.00"), style("#,##0;-#,##0"), style("0.00%")
		styles := []int{text, text, text, text, text, day, whole, cents, pesos, share}
		if err := f.AutoFilter("Sheet1", fmt.Sprintf("A1:J%d", benchRows+1), nil); err != nil {
			b.Fatal(err)
		}
		sw, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			b.Fatal(err)
		}
		cells := make([]any, len(styles))
		for i, r := range rows {
			for c, v := range r {
				cells[c] = excelize.Cell{StyleID: styles[c], Value: v}
			}
			if err := sw.SetRow(fmt.Sprintf("A%d", i+2), cells); err != nil {
				b.Fatal(err)
			}
		}
		if err := sw.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := f.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	rows := make([][]any, benchRows)
	for i := range rows {
		rows[i] = bookRow(i)
	}
	b.ReportAllocs()
	for b.Loop() {
		var buf bytes.Buffer
		c := NewCSV(&buf, bookColumns)
		for _, r := range rows {
			if err := c.Row(r...); err != nil {
				b.Fatal(err)
			}
		}
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
