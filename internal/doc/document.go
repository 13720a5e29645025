package doc

import (
	"time"

	"suanpan/internal/fault"
)

// Document is a document as a plain value: what stands on the pages, in order, with every figure already printed. Drawing it
// decides nothing but line and page breaks.
type Document struct {
	Lang      fault.Lang // the language of the few words that drawing adds (DEMO banner, font notes)
	At        time.Time  // business time: the document's date of creation. Printed nowhere; put a date into Meta
	Title     string     // large, on the first page; small at the head of the following ones
	Subtitle  string     // below it: a period, a number
	Author    string     // who issues it: above the title, and in the file's properties
	Demo      bool       // mark every page: DEMO values must never be taken for real ones
	Landscape bool       // A4 lying, for tables with many columns
	Meta      []Field    // facts at the head, in two columns
	QR        *QR        // beside the title
	Blocks    []Block
	Footer    string // left at the foot of every page; the page number stands right

	Attached []Attachment // files inside a PDF, such as the XML of an invoice
	XMP      []byte       // a PDF's XML metadata packet, whole; empty: none
}

// Attachment is a file inside a PDF, as another form of what stands on the pages. Its name is plain ASCII.
type Attachment struct {
	Name, Description string
	Content           []byte
}

// Field is a fact with its name.
type Field struct{ Label, Value string }

// QR is a QR code with a line of text below it. The text holds at most 1,000 bytes.
type QR struct{ Text, Caption string }

// Block is a part of a document's body: Heading, Paragraph, Note, Fields or Table.
type Block interface{ block() }

// Heading begins a section.
type Heading string

// Paragraph is running text; "\n" breaks a line.
type Paragraph string

// Note is running text in small grey type: sources, explanations.
type Note string

// Fields are facts in two columns, as Meta.
type Fields []Field

// Table is a table. Its header is repeated on every page it runs over.
type Table struct {
	Columns []TableColumn
	Rows    [][]string // one text a column; a long one is wrapped inside its column
	Totals  [][]string // bold, below a rule, never parted from the last row
	Empty   string     // said where there are no rows
}

// TableColumn is a column of a Table.
type TableColumn struct {
	Title string
	// Weight is the column's share of the width that figures leave over; 0 counts as 1. A column of figures takes what its
	// longest figure needs.
	Weight float64
	Align  Align
}

// Align is where text stands in its column.
type Align uint8

// The alignments.
const (
	Left   Align = iota
	Figure       // right, never wrapped as long as the page is wide enough: amounts, counts, percentages
	Center
)

func (Heading) block()   {}
func (Paragraph) block() {}
func (Note) block()      {}
func (Fields) block()    {}
func (Table) block()     {}

// words are the few that drawing adds.
var words = map[fault.Lang]struct{ demo, escaped string }{
	fault.EN: {
		"DEMO — invented figures, not a document to pay or file by",
		"Characters that no installed font has are written as their Unicode code points, for example [U+4E2D 56FD].",
	},
	fault.ZH: {
		"DEMO 演示 — 数据均为虚构，不可作为付款或入账依据",
		"没有字体可显示的字符以 Unicode 编码表示，例如 [U+4E2D 56FD]。",
	},
	fault.PT: {
		"DEMO — valores fictícios, documento sem validade para pagamento ou registro",
		"Caracteres sem fonte instalada aparecem como códigos Unicode, por exemplo [U+4E2D 56FD].",
	},
}
