package einvoice

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	library "github.com/speedata/einvoice"
)

// fiftyLines is the worked example with fifty lines that come to its total.
func fiftyLines(tb testing.TB) []byte {
	tb.Helper()
	s := string(load(tb, "ubl", "invoice.xml"))
	from, to := strings.Index(s, "  <a:InvoiceLine>"), strings.Index(s, "</i:Invoice>")
	line := s[from:to]
	var b strings.Builder
	b.WriteString(s[:from])
	for i := 1; i <= 50; i++ {
		l := strings.Replace(line, "<b:ID>1</b:ID>", fmt.Sprintf("<b:ID>%d</b:ID>", i), 1)
		if i > 1 {
			l = strings.Replace(l, "1250.46</b:LineExtensionAmount>", "0.00</b:LineExtensionAmount>", 1)
		}
		b.WriteString(l)
	}
	b.WriteString(s[to:])
	return []byte(b.String())
}

// BenchmarkRead reads an invoice of fifty lines. What it is measured against is the second reader alone and two bare scans of the
// same bytes: own reading, checks and evidence should cost no more than that.
func BenchmarkRead(b *testing.B) {
	in := fiftyLines(b)
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			if d, err := Read(in); err != nil || len(d.Warnings) > 0 {
				b.Fatal(d, err)
			}
		}
	})
	b.Run("library", func(b *testing.B) {
		for b.Loop() {
			if _, err := library.ParseReader(bytes.NewReader(in)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("scan", func(b *testing.B) {
		for b.Loop() {
			dec := xml.NewDecoder(bytes.NewReader(in))
			for {
				if _, err := dec.Token(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
