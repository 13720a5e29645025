package einvoice

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"suanpan/internal/fault"
)

var update = flag.Bool("update", false, "rewrite the expected documents and the PDF fixture")

func load(t testing.TB, parts ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// attach is a file inside a made PDF.
type attach struct{ name, content string }

// makePDF writes a one-page PDF with attachments, uncompressed so that a person can read it.
func makePDF(files ...attach) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(body string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	b.WriteString("%PDF-1.7\n")
	var tree strings.Builder
	for i, f := range files {
		fmt.Fprintf(&tree, "(%s) %d 0 R ", f.name, 5+2*i)
	}
	object("<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [ " + tree.String() + "] >> >> >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>")
	for i, f := range files {
		object(fmt.Sprintf("<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream", len(f.content), f.content))
		object(fmt.Sprintf("<< /Type /Filespec /F (%s) /UF (%s) /AFRelationship /Data /EF << /F %d 0 R /UF %d 0 R >> >>", f.name, f.name, 4+2*i, 4+2*i))
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return b.Bytes()
}

// TestEveryFormat demands a worked example of every registered format, and that nothing but its own format claims it.
func TestEveryFormat(t *testing.T) {
	t.Parallel()
	if *update {
		p := makePDF(attach{"notes.txt", "not an invoice"}, attach{"factur-x.xml", string(load(t, "cii", "invoice.xml"))})
		if err := os.WriteFile("testdata/facturx/invoice.pdf", p, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range formats {
		t.Run(format.Name, func(t *testing.T) {
			t.Parallel()
			all, _ := filepath.Glob(filepath.Join("testdata", format.Name, "*"))
			examples := 0
			for _, name := range all {
				if filepath.Ext(name) == ".json" {
					continue
				}
				examples++
				example(t, format, name)
			}
			if examples == 0 {
				t.Errorf("put a worked example of %s into testdata/%s", format.Name, format.Name)
			}
		})
	}
}

func example(t *testing.T, format Format, name string) {
	t.Helper()
	b := load(t, strings.TrimPrefix(name, "testdata/"))
	f, err := open(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range formats {
		if other.Detect(f) != (other.Name == format.Name) {
			t.Errorf("%s: %s says %v", name, other.Name, other.Detect(f))
		}
	}
	doc, err := Read(b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(doc.Warnings) > 0 {
		t.Errorf("%s: %v (%v)", name, doc.Warnings, doc.Warnings[0].Cause)
	}
	got, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden := strings.TrimSuffix(name, filepath.Ext(name)) + ".json"
	if *update {
		if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := load(t, strings.TrimPrefix(golden, "testdata/")); string(got)+"\n" != string(want) {
		t.Errorf("%s reads to\n%s\nwant\n%s", name, got, want)
	}
	for i := 1; i < 40; i++ { // cut off anywhere: refused with a reason, and no panic
		if _, err := Read(b[:len(b)*i/40]); len(fault.All(err)) == 0 {
			t.Errorf("%s cut at %d/40: %v", name, i, err)
		}
	}
}

func TestOneInvoiceReadsAlikeInEveryFormat(t *testing.T) {
	t.Parallel()
	var first *Document
	for _, name := range []string{"ubl/invoice.xml", "cii/invoice.xml", "facturx/invoice.pdf"} {
		d, err := Read(load(t, name))
		if err != nil {
			t.Fatal(err)
		}
		for field, e := range d.Evidence {
			if !strings.Contains(e.Where, "/") || (d.Format == "facturx") != strings.HasPrefix(e.Where, "factur-x.xml:/") {
				t.Errorf("%s: %s was found at %q", name, field, e.Where)
			}
		}
		d.Format, d.Source, d.Evidence = "", Source{}, nil
		for i := range d.Notes {
			d.Notes[i].Where = ""
		}
		for i := range d.References {
			d.References[i].Where = ""
		}
		if first == nil {
			first = d
		} else if a, b := fmt.Sprintf("%+v", *first), fmt.Sprintf("%+v", *d); a != b || !reflect.DeepEqual(first.TaxCategories, d.TaxCategories) {
			t.Errorf("%s reads to\n%s\nUBL to\n%s", name, b, a)
		}
	}
	if !first.ReverseCharge() {
		t.Error("category AE was not seen")
	}
}

func TestBooksInTheInvoicesCurrencyAreNoOtherTotals(t *testing.T) {
	t.Parallel()
	// Saudi Arabia writes the tax twice, in one currency where it is the invoice's own.
	s := strings.Replace(string(load(t, "ubl", "saudi.xml")), `currencyID="SAR">56.25`, `currencyID="SAR">15.00`, 1)
	d, err := Read([]byte(strings.ReplaceAll(s, "USD", "SAR")))
	if err != nil || d.Accounting != nil || d.Tax.String() != "15" || len(d.Warnings) > 0 {
		t.Errorf("%+v, %v", d, err)
	}
}
