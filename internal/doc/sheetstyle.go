package doc

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"suanpan/money"
)

func (c *Column) right() bool {
	switch c.kind() {
	case Text, Date, Instant:
		return false
	}
	return true
}

func (c *Column) sheetWidth() float64 {
	if c.Width > 0 {
		return min(c.Width, 255)
	}
	switch c.kind() {
	case Date:
		return 12
	case Int, Percent:
		return 10
	case Text:
		return 24
	}
	return 18
}

// format is Excel's number format of a column. Negative amounts are red and keep their minus.
func (c *Column) format(currency money.Currency) string {
	switch c.kind() {
	case Money:
		f := "#,##0"
		if n := currency.MinorUnits(); n > 0 {
			f += "." + strings.Repeat("0", int(n))
		}
		return f + ";[Red]-" + f
	case Exact:
		return "#,##0.00######;[Red]-#,##0.00######"
	case Int:
		return "#,##0"
	case Percent:
		return "0.00%"
	case Date:
		return "yyyy-mm-dd"
	case Instant:
		return "yyyy-mm-dd hh:mm:ss"
	}
	return "@"
}

// columnStyle makes each style once: a workbook holds 65,430 of them, and equal ones are not recognised quickly.
func (b *Workbook) columnStyle(c *Column, currency money.Currency, bold bool) (int, error) {
	format := c.format(currency)
	key := format
	if bold {
		key += "|bold"
	}
	if c.right() {
		key += "|right"
	}
	return b.style(key, func() *excelize.Style {
		st := &excelize.Style{CustomNumFmt: &format}
		if format == "@" { // text cells keep what they hold as it is: 00123 and 1E5 stay text
			st = &excelize.Style{NumFmt: 49}
		}
		if c.right() {
			st.Alignment = &excelize.Alignment{Horizontal: "right"}
		}
		if bold {
			st.Font = &excelize.Font{Bold: true}
			st.Border = []excelize.Border{{Type: "top", Color: "404040", Style: 1}}
		}
		return st
	})
}

func (b *Workbook) headStyle(right bool) (int, error) {
	align := "left"
	if right {
		align = "right"
	}
	return b.style("head|"+align, func() *excelize.Style {
		return &excelize.Style{
			Font:      &excelize.Font{Bold: true},
			Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F0F0EC"}},
			Border:    []excelize.Border{{Type: "bottom", Color: "404040", Style: 1}},
			Alignment: &excelize.Alignment{Horizontal: align, Vertical: "center"},
		}
	})
}

func (b *Workbook) style(key string, build func() *excelize.Style) (int, error) {
	if id, ok := b.styles[key]; ok {
		return id, nil
	}
	id, err := b.file.NewStyle(build())
	if err != nil {
		return 0, internal(err)
	}
	b.styles[key] = id
	return id, nil
}
