package statement

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jung-kurt/gofpdf"
	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/settlement"
)

const benchLines = 100_000

var benchAt = time.Date(2026, 11, 9, 8, 30, 0, 0, time.UTC)

func benchLine(i int) Line {
	gross := decimal.New(int64(11300+i%90000), -2)
	return Line{
		Merchant: fmt.Sprintf("M%04d", i%5000), Entity: "5541", Bill: fmt.Sprintf("5541-202610-M%04d-EUR", i%5000), ID: fmt.Sprintf("CS2610%08d-000001", i), Kind: "order",
		Order: fmt.Sprintf("CS2610%08d", i), Product: fmt.Sprintf("P%03d", i%700), ProductName: "Flow Analytics Basic", Currency: "USD",
		Gross: gross, Tax: dec("13.00"), CustomerWHT: decimal.Zero, Base: gross.Sub(dec("13.00")), FeeRate: dec("0.15"), Fee: dec("15.00"), Share: dec("85.00"),
		SellerTax: decimal.Zero, Settlement: dec("85.00"), EarnedAt: benchAt,
	}
}

// BenchmarkWorkbook100k writes a finance workbook of 100,000 lines and its floor, the stream of the Excel library with the same styles, the
// same cells and figures that are floats already, one after the other; ×floor is the ratio of the medians.
func BenchmarkWorkbook100k(b *testing.B) {
	lines := make([]Line, benchLines)
	for i := range lines {
		lines[i] = benchLine(i)
	}
	names := map[string]string{}
	for i := range 5000 {
		names[fmt.Sprintf("M%04d", i)] = fmt.Sprintf("Merchant %04d Software Ltd", i)
	}
	rows := make([][]any, benchLines)
	t := lineTable(voice(fault.EN), nil, names)
	for i, l := range lines {
		rows[i] = make([]any, len(t.cells))
		t.fill(rows[i], l)
		for c, v := range rows[i] {
			switch v := v.(type) {
			case *decimal.Decimal:
				rows[i][c], _ = v.Float64()
			case time.Time:
				rows[i][c] = 46335.0
			}
		}
	}
	versus(b, 5, func() {
		f := Finance{Head: Head{At: benchAt, Month: october, Zone: time.UTC}, Names: names, Lines: of(lines)}
		if err := f.Excel(io.Discard, fault.EN); err != nil {
			b.Fatal(err)
		}
	}, func() { bareWorkbook(b, t, rows) })
}

func bareWorkbook(b *testing.B, t table[Line], rows [][]any) {
	f := excelize.NewFile()
	defer f.Close()
	styles := make([]int, len(t.cells))
	for i, c := range t.cells {
		format := map[doc.Kind]string{doc.Exact: "#,##0.00######;[Red]-#,##0.00######", doc.Percent: "0.00%", doc.Date: "yyyy-mm-dd"}[c.kind]
		if format == "" {
			format = "@"
		}
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			b.Fatal(err)
		}
		styles[i] = id
	}
	sw, err := f.NewStreamWriter("Sheet1")
	if err != nil {
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
}

// versus runs both in turn, several rounds, and reports the medians' ratio.
func versus(b *testing.B, rounds int, ours, floor func()) {
	b.Helper()
	var a, f []time.Duration
	for range rounds {
		start := time.Now()
		floor()
		f = append(f, time.Since(start))
		start = time.Now()
		ours()
		a = append(a, time.Since(start))
	}
	for _, d := range [][]time.Duration{a, f} {
		sortBy(d, func(x, y time.Duration) bool { return x < y })
	}
	b.ReportMetric(a[rounds/2].Seconds(), "s/ours")
	b.ReportMetric(f[rounds/2].Seconds(), "s/floor")
	b.ReportMetric(a[rounds/2].Seconds()/f[rounds/2].Seconds(), "×floor")
	b.ReportMetric(0, "ns/op")
}

// benchStatement is a merchant's statement of one page.
func benchStatement(i int) Merchant {
	m := Merchant{Head: Head{At: benchAt, Month: october, Entity: "5541", EntityName: "Marketplace Technologies Singapore Pte. Ltd.", Zone: time.UTC}, ID: fmt.Sprintf("M%04d", i), Name: "Lion City Software Pte. Ltd."}
	no := fmt.Sprintf("5541-202610-M%04d-SGD", i)
	m.Owed = []Owed{{Currency: "SGD", Moves: []Move{{At: benchAt, Kind: "billed", Key: "billed/" + no, Stage: Stage{Payable: dec("471.60")}}}, Closing: Stage{Payable: dec("471.60")}}}
	m.Bills = []settlement.Bill{{
		Merchant: m.ID, No: no, Entity: "5541", Month: october, Currency: "SGD", State: settlement.PendingInvoice, Lines: 7, Exact: dec("471.600458334135"), Rounded: dec("471.60"),
		Residue: dec("-0.000458334135"), Payable: dec("471.60"),
		Sales: []settlement.Sale{{Currency: "USD", Lines: 7, Gross: dec("500.00"), Tax: dec("13.00"), Fee: dec("50.00"), Share: dec("363.13271605"), Settlement: dec("363.13271605"), Rate: dec("1.2987"), RateKey: "2026-10-31"}},
	}}
	for n := range 2 {
		m.Lines = append(m.Lines, benchLine(i*2+n))
	}
	return m
}

// BenchmarkStatements1000 draws 1,000 statements of one page and its floor, the PDF library alone with the same cells and exactly the fonts
// each text needs.
func BenchmarkStatements1000(b *testing.B) {
	f := fonts(b)
	han, err := os.ReadFile(f.File(doc.Han))
	if err != nil {
		b.Fatal(err)
	}
	for _, lang := range []fault.Lang{fault.EN, fault.ZH} {
		b.Run(string(lang), func(b *testing.B) {
			count, rounds := 1000, 3
			if lang == fault.ZH { // the floor parses a whole Chinese font for each: a hundred tell as much
				count = 100
			}
			versus(b, rounds, func() {
				for i := range count {
					if err := benchStatement(i).PDF(io.Discard, f, lang); err != nil {
						b.Fatal(err)
					}
				}
			}, func() {
				for i := range count {
					barePDF(b, benchStatement(i).Document(lang), han)
				}
			})
		})
	}
}

func barePDF(b *testing.B, d *doc.Document, han []byte) {
	pdf := gofpdf.New("P", "pt", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.AddUTF8FontFromBytes("latin", "", goregular.TTF)
	pdf.AddUTF8FontFromBytes("bold", "", gobold.TTF)
	if d.Lang == fault.ZH {
		pdf.AddUTF8FontFromBytes("han", "", han)
	}
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddPage()
	cell := func(s, family string, size float64) {
		if strings.ContainsFunc(s, func(r rune) bool { return r >= 0x2E80 }) {
			family = "han"
		}
		pdf.SetFont(family, "", size)
		pdf.CellFormat(60, 14, s, "B", 0, "R", false, 0, "")
	}
	row := func(cells []string, family string) {
		for _, s := range cells {
			cell(s, family, 8.5)
		}
		pdf.Ln(14)
	}
	row([]string{d.Author, d.Title, d.Subtitle, d.Footer}, "bold")
	for _, m := range d.Meta {
		row([]string{m.Label, m.Value}, "latin")
	}
	for _, blk := range d.Blocks {
		switch blk := blk.(type) {
		case doc.Heading:
			row([]string{string(blk)}, "bold")
		case doc.Note:
			row([]string{string(blk)}, "latin")
		case doc.Paragraph:
			row([]string{string(blk)}, "latin")
		case doc.Table:
			for _, c := range blk.Columns {
				cell(c.Title, "bold", 7.5)
			}
			pdf.Ln(14)
			for _, r := range blk.Rows {
				row(r, "latin")
			}
			for _, r := range blk.Totals {
				row(r, "bold")
			}
		}
	}
	if err := pdf.Output(io.Discard); err != nil {
		b.Fatal(err)
	}
}
