package einvoice

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"suanpan/internal/fault"
)

// pdfOf writes objects, numbered from 1, with a table of where they stand. The first is the catalogue.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	var offsets []int
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, at)
	return b.Bytes()
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, zlib.BestSpeed)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// packedPDF carries one attachment that is deflated as often as said.
func packedPDF(name string, content []byte, times int) []byte {
	for range times {
		content = deflate(content)
	}
	return pdfOf("<< /Type /Catalog /Names << /EmbeddedFiles << /Names [ (x) 3 0 R ] >> >> >>",
		fmt.Sprintf("<< /Type /EmbeddedFile /Filter [%s] /Length %d >>\nstream\n%s\nendstream", strings.Repeat(" /FlateDecode", times), len(content), content),
		fmt.Sprintf("<< /Type /Filespec /F (%s) /EF << /F 2 0 R >> >>", name))
}

// manyPDF names one attachment very often.
func manyPDF(n int) []byte {
	return pdfOf("<< /Type /Catalog /Names << /EmbeddedFiles << /Names ["+strings.Repeat(" (a) 3 0 R", n)+" ] >> >> >>",
		"<< /Type /EmbeddedFile /Length 4 >>\nstream\n<a/>\nendstream", "<< /Type /Filespec /F (a.xml) /EF << /F 2 0 R >> >>")
}

// stackedPDF keeps the descriptions of n attachments in one stream that unpacks to eight mebibytes: each that is looked up has the
// library unpack all of it again.
func stackedPDF(n int) []byte {
	var head, body, names strings.Builder
	for i := range n {
		fmt.Fprintf(&head, "%d %d ", 10+i, body.Len())
		body.WriteString("<< /Type /Filespec /F (a.bin) >> ")
		fmt.Fprintf(&names, " (a) %d 0 R", 10+i)
	}
	packed := deflate([]byte(head.String() + body.String() + strings.Repeat(" ", 8<<20)))
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	at := map[int]int{}
	object := func(no int, dict string, stream []byte) {
		at[no] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s", no, dict)
		if stream != nil {
			fmt.Fprintf(&b, "\nstream\n%s\nendstream", stream)
		}
		b.WriteString("\nendobj\n")
	}
	object(1, "<< /Type /Catalog /Names << /EmbeddedFiles << /Names ["+names.String()+" ] >> >> >>", nil)
	object(2, fmt.Sprintf("<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>", n, head.Len(), len(packed)), packed)
	var table []byte
	row := func(kind byte, a uint32, c uint16) {
		table = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(append(table, kind), a), c)
	}
	row(0, 0, 0)
	row(1, uint32(at[1]), 0)
	row(1, uint32(at[2]), 0)
	row(1, uint32(b.Len()), 0)
	for range 6 {
		row(0, 0, 0)
	}
	for i := range n {
		row(2, 2, uint16(i))
	}
	start := b.Len()
	object(3, fmt.Sprintf("<< /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Length %d >>", 10+n, len(table)), table)
	fmt.Fprintf(&b, "startxref\n%d\n%%%%EOF\n", start)
	return b.Bytes()
}

func zipped(name string, content []byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, _ := w.Create(name)
	_, _ = f.Write(content)
	_ = w.Close()
	return b.Bytes()
}

func gzipped(content []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(content)
	_ = w.Close()
	return b.Bytes()
}

// utf16Of writes without a byte order mark.
func utf16Of(s string, order binary.AppendByteOrder) (out []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func laughs() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">`)
	for i := range 9 {
		fmt.Fprintf(&b, `<!ENTITY l%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	return b.String() + `]><x>&l9;</x>`
}

// TestHostileFiles: each is refused with a reason that tells its sender what to do, and long before the time a file is given.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	ubl, pdfFile := string(load(t, "ubl", "invoice.xml")), load(t, "facturx", "invoice.pdf")
	zeros := make([]byte, 24<<20)
	page := []byte("<html><body><script>alert(1)</script>" + strings.TrimPrefix(ubl, `<?xml version="1.0" encoding="UTF-8"?>`) + "</body></html>")
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"a billion laughs": {[]byte(laughs()), "EINV-DTD"},
		"an entity that doubles itself in an attribute":   {[]byte(strings.Replace(ubl, "<b:Note>", `<b:Note languageID="&l9;">`, 1)), "EINV-XML"},
		"elements nested ten thousand deep":               {[]byte(strings.Repeat("<a>", 10_000)), "EINV-TOO-DEEP"},
		"a tag without end":                               {[]byte("<a " + strings.Repeat("x", maxTag) + "='1'/>"), "EINV-ATTRIBUTES"},
		"half a million attributes":                       {[]byte("<a" + strings.Repeat(" x=''", 500_000) + "/>"), "EINV-ATTRIBUTES"},
		"more attributes than an element has":             {[]byte("<a" + numbered(maxAttributes+1) + "/>"), "EINV-ATTRIBUTES"},
		"more attributes than a file has":                 {[]byte("<r>" + strings.Repeat("<a"+numbered(maxAttributes)+"/>", maxAllAttrs/maxAttributes+1) + "</r>"), "EINV-ATTRIBUTES"},
		"a currency said twice":                           {change(t, `<b:PayableAmount currencyID="EUR">`, `<b:PayableAmount currencyID="EUR" currencyID="USD">`), "EINV-ATTRIBUTES"},
		"an attachment that unpacks to 24 MiB":            {packedPDF("factur-x.xml", zeros, 1), "EINV-TOO-LARGE"},
		"one packed twice":                                {packedPDF("factur-x.xml", zeros, 2), "EINV-TOO-LARGE"},
		"one packed three times under another name":       {packedPDF("drawing.bin", zeros, 3), "EINV-TOO-LARGE"},
		"a thousand attachments":                          {manyPDF(1000), "EINV-TOO-LARGE"},
		"a thousand descriptions in a stream of 8 MiB":    {stackedPDF(1000), "EINV-TOO-LARGE"},
		"arrays nested a million deep in a PDF":           {pdfOf(strings.Repeat("[", 1<<20)), "EINV-PDF"},
		"an XML that is a PDF too":                        {append([]byte("<!-- %PDF-1.7 -->"+ubl+"<!--"), append(pdfFile, "-->"...)...), "EINV-TWO-IN-ONE"},
		"a PDF that is a ZIP too":                         {append(bytes.Clone(pdfFile), zipped("invoice.xml", []byte(ubl))...), "EINV-TWO-IN-ONE"},
		"a ZIP that is a PDF too":                         {zipped("%PDF-1.7", pdfFile), "EINV-TWO-IN-ONE"},
		"an XML that is a ZIP too":                        {append([]byte(ubl), zipped("a", []byte("b"))...), "EINV-TWO-IN-ONE"},
		"a web page with an invoice in it":                {page, "EINV-UNKNOWN"},
		"a zipped invoice":                                {zipped("invoice.xml", []byte(ubl)), "EINV-PACKED"},
		"a gzipped invoice":                               {gzipped([]byte(ubl)), "EINV-PACKED"},
		"a gzip bomb":                                     {gzipped(zeros), "EINV-PACKED"},
		"UTF-8 that calls itself UTF-16":                  {change(t, `encoding="UTF-8"`, `encoding="UTF-16"`), "EINV-ENCODING"},
		"UTF-16 that ends in half a character":            {append(utf16LE(strings.Replace(ubl, `encoding="UTF-8"`, `encoding="UTF-16"`, 1)), 0), "EINV-ENCODING"},
		"UTF-16 with half a surrogate":                    {append(utf16LE("<a>"), 0x00, 0xD8, '<', 0), "EINV-ENCODING"},
		"UTF-32":                                          {[]byte("<\x00\x00\x00?\x00\x00\x00"), "EINV-UNKNOWN"},
		"an overlong letter":                              {change(t, "FRAME-9", "FRAME\xc0\xbc9"), "EINV-ENCODING"},
		"a character that no XML has":                     {change(t, "FRAME-9", "FRAME\x009"), "EINV-XML"},
		"a surrogate written as a reference":              {change(t, "FRAME-9", "&#xD800;"), "EINV-XML"},
		"one in an attribute":                             {change(t, `<b:PayableAmount currencyID="EUR">`, `<b:PayableAmount currencyID="EUR" x="&#xDFFF;">`), "EINV-XML"},
		"a note of nine mebibytes that is not Latin text": {change(t, "FRAME-9", strings.Repeat("\xff", 9<<20)), "EINV-ENCODING"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			_, err := Read(c.in)
			if got := strings.Join(fault.All(err).Codes(), " "); got != c.want {
				t.Errorf("%.300v, want %s", err, c.want)
			}
			if took := time.Since(began); took > readTime*2/3 {
				t.Errorf("took %v", took)
			}
		})
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d='1'", i)
	}
	return b.String()
}

// TestOddButHonestFiles: what looks like an attack and is none is read all the same.
func TestOddButHonestFiles(t *testing.T) {
	t.Parallel()
	ubl, cii := string(load(t, "ubl", "invoice.xml")), string(load(t, "cii", "invoice.xml"))
	wide := strings.Replace(ubl, `encoding="UTF-8"`, `encoding="UTF-16"`, 1)
	for name, in := range map[string][]byte{
		"UTF-16 without its mark, little end first": utf16Of(wide, binary.LittleEndian),
		"UTF-16 without its mark, big end first":    utf16Of(wide, binary.BigEndian),
		"a comment that names a PDF":                []byte(strings.Replace(ubl, "?>", "?><!-- made from %PDF-1.7 -->", 1)),
		"a stylesheet for browsers":                 []byte(strings.Replace(ubl, "?>", `?><?xml-stylesheet type="text/xsl" href="http://example.com/x.xsl"?>`, 1)),
		"a comment longer than any tag":             []byte(strings.Replace(ubl, "?>", "?><!-- "+strings.Repeat("x", 2*maxTag)+" -->", 1)),
		"a workbook beside the invoice in a PDF":    makePDF(attach{"a.xlsx", string(zipped("x", []byte("y")))}, attach{"factur-x.xml", cii}),
		"a bomb that is no bomb: 9 MiB of blanks":   packedPDF("factur-x.xml", []byte(cii+strings.Repeat(" ", 9<<20)), 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := Read(in)
			if err != nil {
				t.Fatal(err)
			}
			if d.Payable.String() != "1000.5" || d.Gross.String() != "1250.46" {
				t.Errorf("read %+v", d)
			}
		})
	}
}

// examples are the worked examples of every format.
func examples(t *testing.T) (names []string) {
	t.Helper()
	for _, format := range formats {
		all, _ := filepath.Glob(filepath.Join("testdata", format.Name, "*"))
		for _, path := range all {
			if filepath.Ext(path) != ".json" {
				names = append(names, strings.TrimPrefix(filepath.ToSlash(path), "testdata/"))
			}
		}
	}
	if len(names) < len(formats) {
		t.Fatal("too few examples", names)
	}
	return names
}

// TestCutOffFiles cuts every example at each sixteenth: none is read as if it were whole, and the reason is that it was cut.
func TestCutOffFiles(t *testing.T) {
	t.Parallel()
	for _, name := range examples(t) {
		whole := load(t, name)
		for n := 1; n < 16; n++ {
			t.Run(fmt.Sprintf("%s at %d of 16", name, n), func(t *testing.T) {
				t.Parallel()
				if _, err := Read(whole[:len(whole)*n/16]); strings.Join(fault.All(err).Codes(), " ") != "EINV-TRUNCATED" {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// TestMutatedFiles changes a few bytes at random, the same on every run: an answer with a code, or a document with its evidence.
func TestMutatedFiles(t *testing.T) {
	t.Parallel()
	for _, name := range examples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dice, whole := rand.New(rand.NewPCG(7, 11)), load(t, name)
			for range 300 {
				b := bytes.Clone(whole)
				for range 1 + dice.IntN(8) {
					at := dice.IntN(len(b))
					switch dice.IntN(3) {
					case 0:
						b[at] = byte(dice.IntN(256))
					case 1:
						b = append(b[:at], b[min(len(b), at+dice.IntN(40)):]...)
					case 2:
						b = append(b[:at:at], append(bytes.Clone(b[at:min(len(b), at+dice.IntN(200))]), b[at:]...)...)
					}
				}
				d, err := Read(b)
				if err != nil && len(fault.All(err)) == 0 || err == nil && len(d.Evidence) == 0 {
					t.Fatalf("document %v, error %v, of\n%q", d, err, b)
				}
			}
		})
	}
}

func TestATimeLimitCutsAReaderOff(t *testing.T) {
	t.Parallel()
	free := make(chan struct{})
	_, err := within(context.Background(), time.Millisecond, func(context.Context) (*Document, error) { <-free; return nil, nil })
	if !fault.Has(err, "EINV-SLOW") {
		t.Errorf("got %v", err)
	}
	close(free)
	_, err = within(context.Background(), time.Millisecond, func(ctx context.Context) (*Document, error) { <-ctx.Done(); return nil, ctx.Err() })
	if !fault.Has(err, "EINV-SLOW") {
		t.Errorf("a reader that noticed: %v", err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadContext(gone, load(t, "ubl", "invoice.xml")); err == nil {
		t.Error("read for somebody who had gone")
	}
	if _, err := within(context.Background(), time.Minute, func(context.Context) (*Document, error) { panic("broken") }); !fault.Has(err, "EINV-UNREADABLE") {
		t.Errorf("a panic: %v", err)
	}
}
