package neutral

import (
	"strings"
)

// Table is one table of figures that a worked month states, to be compared cell by cell.
type Table struct {
	Name   string // "bills 2026-10"
	Header []string
	Rows   [][]string
}

// Tables finds the tables that follow a `check:` mark in the accountant's text.
func Tables(text string) []Table {
	var out []Table
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		name, ok := strings.CutPrefix(strings.TrimSpace(l), "<!-- check:")
		if !ok {
			continue
		}
		t := Table{Name: strings.TrimSpace(strings.TrimSuffix(name, "-->"))}
		for _, row := range lines[i+1:] {
			if !strings.HasPrefix(row, "|") {
				break
			}
			cells := strings.Split(strings.Trim(row, "|"), "|")
			for j := range cells {
				cells[j] = strings.Trim(strings.TrimSpace(cells[j]), "*")
			}
			switch {
			case t.Header == nil:
				t.Header = cells
			case strings.HasPrefix(cells[0], "---"):
			default:
				t.Rows = append(t.Rows, cells)
			}
		}
		out = append(out, t)
	}
	return out
}

// Cell is the value of a column in a row; empty where the table has no such column.
func (t Table) Cell(row []string, column string) string {
	for i, h := range t.Header {
		if h == column && i < len(row) {
			return row[i]
		}
	}
	return ""
}

// Figure is a cell's number without its thousands separators; "-" is nothing, which is zero.
func (t Table) Figure(row []string, column string) string {
	s := strings.ReplaceAll(t.Cell(row, column), ",", "")
	if s == "-" || s == "" {
		return "0"
	}
	return s
}
