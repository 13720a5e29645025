package einvoice

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"suanpan/internal/fault"
)

// printed is a piece of text at a place of a page, in points from its lower left corner.
type printed struct {
	x, y int
	text string
}

// makePages writes a PDF whose pages carry text in a standard font; extra are further objects.
func makePages(pages [][]printed, extra ...string) []byte {
	var objects []string
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 4+2*i)
	}
	objects = append(objects, "<< /Type /Catalog /Pages 2 0 R >>", fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids.String(), len(pages)),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	for i, page := range pages {
		var s strings.Builder
		for _, p := range page {
			fmt.Fprintf(&s, "BT /F1 10 Tf %d %d Td (%s) Tj ET\n", p.x, p.y, strings.NewReplacer("(", `\(`, ")", `\)`).Replace(p.text))
		}
		objects = append(objects, fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", 5+2*i),
			fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", s.Len(), s.String()))
	}
	objects = append(objects, extra...)
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

func shown(hints []Hint) string {
	var out []string
	for _, h := range hints {
		out = append(out, fmt.Sprintf("%s=%s@%d", h.Field, h.Value, h.Page))
	}
	return strings.Join(out, " ")
}

func TestHints(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		pages [][]printed
		want  string
	}{
		{"labels with their values beside them", [][]printed{{
			{50, 780, "TAX INVOICE"},
			{50, 760, "Invoice No: OR-2031/17"},
			{300, 760, "Invoice Date:"},
			{400, 760, "2031-04-16"},
			{50, 700, "Cloud services"},
			{400, 700, "1,250.46"},
			{50, 650, "Total"},
			{400, 650, "1,250.46"},
			{50, 630, "Amount due"},
			{350, 630, "USD"},
			{400, 630, "1,000.50"},
			{50, 600, "Payment requisition QN-77120045, 2031-03"},
		}}, "number=OR-2031/17@1 issueDate=2031-04-16@1 payable=1000.50@1 currency=USD@1 requisition=QN-77120045@1"},
		{"values under their heads, on two pages", [][]printed{
			{{50, 780, "Rechnungsnummer"}, {200, 780, "Rechnungsdatum"}, {50, 765, "R-88"}, {200, 765, "16.04.2031"}},
			{{50, 500, "Gesamtbetrag"}, {300, 500, "1.250,46 EUR"}},
		}, "number=R-88@1 issueDate=2031-04-16@1 payable=1250.46@2 currency=EUR@2"},
		{"a number in the title", [][]printed{{{50, 780, "Invoice FA-2031-0008"}, {50, 760, "Date: 16 April 2031"}}}, "number=FA-2031-0008@1 issueDate=2031-04-16@1"},
		{"a day that has two readings stays as written", [][]printed{{{50, 760, "Date 03/04/2031"}, {50, 740, "Total 1.250"}}}, "issueDate=03/04/2031@1 payable=1.250@1"},
		{"with full stops the day comes first", [][]printed{{{50, 760, "Date 03.04.2031"}}}, "issueDate=2031-04-03@1"},
		{"the last total counts", [][]printed{{{50, 700, "Total 5.00"}, {50, 600, "Total 10.00"}}}, "payable=10.00@1"},
		{"a due date is not the invoice's day", [][]printed{{{50, 700, "Due Date 2031-05-16"}}}, ""},
		{"a label without anything beside it", [][]printed{{{50, 700, "Invoice Number"}, {400, 690, "X-1"}}}, ""},
		{"nothing of an invoice", [][]printed{{{50, 700, "Hello"}}}, ""},
		{"an empty page", [][]printed{{}}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			hints, err := Hints(makePages(c.pages), "QN-77120045", "QN-7712004")
			if got := shown(hints); err != nil || got != c.want {
				t.Errorf("%s, want %s (%v)", got, c.want, err)
			}
			for _, h := range hints {
				if h.Line == "" {
					t.Errorf("%+v says not where", h)
				}
			}
		})
	}
}

func TestHintsOfStrangeFiles(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	if _, err := z.Write(make([]byte, 9<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	page := [][]printed{{{50, 700, "Total 5.00"}}}
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"a stream that unpacks to more than any page": {
			makePages(page, fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", bomb.Len(), bomb.String())), "EINV-TOO-LARGE",
		},
		"half a PDF":              {makePages(page)[:400], "EINV-TRUNCATED"},
		"a PDF that is only text": {[]byte("%PDF-1.7 rubbish %%EOF"), "EINV-PDF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hints, err := Hints(c.in)
			if got := strings.Join(fault.All(err).Codes(), " "); got != c.want || len(hints) > 0 {
				t.Errorf("%v %v, want %s", hints, err, c.want)
			}
		})
	}
	broken := bytes.Replace(makePages([][]printed{{{1, 1, "x"}}, {{50, 700, "Total 5.00"}}}), []byte("1 1 Td"), []byte("1 Td  "), 1)
	if hints, err := Hints(broken); err != nil || shown(hints) != "payable=5.00@2" {
		t.Errorf("a broken page costs the others theirs: %v, %v", hints, err)
	}
}

func TestHintAmounts(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"1250.46": "1250.46", "1,250.46": "1250.46", "1.250,46": "1250.46", "1 250,46": "1250.46", "1'250.46": "1250.46", "1250": "1250", "1,250": "1,250",
		"1.250.000": "1250000", "12,5": "12.5", "-3,00": "-3.00", "1,250,000.00": "1250000.00", "": "",
	} {
		if got := hintAmount(in); got != want {
			t.Errorf("%q reads as %q, want %q", in, got, want)
		}
	}
}
