package pdftext

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// document is a PDF of one page with a content stream, and further objects.
func document(content string, extra ...string) []byte {
	widths := strings.TrimSpace(strings.Repeat("500 ", 224))
	objects := append([]string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> /Contents 4 0 R >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		"<< /Type /Font /Subtype /TrueType /BaseFont /Own /Encoding /WinAnsiEncoding /FirstChar 32 /LastChar 255 /Widths [" + widths + "] >>",
	}, extra...)
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return b.Bytes()
}

func TestRows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, want string }{
		"strings far apart are cells":             {"BT /F2 10 Tf 50 700 Td (Total) Tj 200 0 Td (5.00) Tj ET", "50:Total|250:5.00"},
		"rows go from the top down":               {"BT /F2 10 Tf 50 100 Td (low) Tj ET BT 50 700 Td (high) Tj ET", "50:high/50:low"},
		"the second string follows at once":       {"BT /F2 10 Tf 50 700 Td (INV) Tj (-7) Tj ET", "50:INV-7"},
		"a gap of half a letter is a blank":       {"BT /F2 10 Tf 50 700 Td (No) Tj 15 0 Td (7) Tj ET", "50:No 7"},
		"kerning cuts no word":                    {"BT /F2 10 Tf 50 700 Td [(IN) 20 (VO) -30 (ICE)] TJ ET", "50:INVOICE"},
		"a wide kerning is a blank":               {"BT /F2 10 Tf 50 700 Td [(Invoice) -300 (7)] TJ ET", "50:Invoice 7"},
		"a font without widths":                   {"BT /F1 10 Tf 50 700 Td [(In) 10 (voice)] TJ 200 0 Td (7) Tj ET", "50:Invoice|250:7"},
		"the page's own transformation":           {"q 1 0 0 1 100 50 cm BT /F2 10 Tf 50 600 Td (a) Tj ET Q BT 50 600 Td (b) Tj ET", "150:a/50:b"},
		"a text matrix":                           {"BT /F2 1 Tf 10 0 0 10 50 700 Tm (a) Tj 2 0 Td (b) Tj ET", "50:a|70:b"},
		"next lines":                              {"BT /F2 10 Tf 12 TL 50 700 Td (a) Tj T* (b) Tj (c) ' ET", "50:a/50:b/50:c"},
		"lines one leading apart":                 {"BT /F2 10 Tf 50 700 Td (a) Tj 0 -12 TD (b) Tj T* (c) Tj ET", "50:a/50:b/50:c"},
		"an operator without operands is nothing": {"BT /F2 10 Tf 50 700 Td Td Tj Q (a) Tj ET", "50:a"},
		"a string outside any page":               {"BT /F2 10 Tf 900000 700 Td (a) Tj ET", ""},
		"nothing":                                 {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, err := Rows(document(c.content))
			var out []string
			for _, r := range rows {
				var cells []string
				for _, x := range r.Cells {
					cells = append(cells, fmt.Sprintf("%d:%s", x.X, x.Text))
				}
				out = append(out, strings.Join(cells, "|"))
			}
			if got := strings.Join(out, "/"); err != nil || got != c.want {
				t.Errorf("%s, want %s (%v)", got, c.want, err)
			}
		})
	}
}

func TestRowsOfStrangeFiles(t *testing.T) {
	t.Parallel()
	runs := strings.Repeat("\x81a", (maxStream/128)+2) // each unpacks to 128 bytes
	bomb := fmt.Sprintf("<< /Length %d /Filter /RunLengthDecode >>\nstream\n%s\nendstream", len(runs), runs)
	if _, err := Rows(document("", bomb)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a stream that unpacks to too much: %v", err)
	}
	for _, b := range [][]byte{nil, []byte("%PDF-1.7"), document("x")[:300]} {
		if rows, err := Rows(b); err == nil && len(rows) > 0 {
			t.Errorf("%q gives %v", b, rows)
		}
	}
	if err := guarded(func() error { panic("library") }); err == nil {
		t.Error("a panic is no error")
	}
}
