package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"suanpan/internal/fault"
	"suanpan/invoicing/einvoice"
)

// example is a worked example of a reader.
func example(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "einvoice", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// folder writes files into a new folder; a name may have folders of its own.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func walk(t *testing.T, dir string) (r Report) {
	t.Helper()
	err := Walk(context.Background(), dir, fault.EN, func(l Line) error { r.Lines = append(r.Lines, l); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryFileHasItsLineInOrder(t *testing.T) {
	t.Parallel()
	ubl := example(t, "ubl/invoice.xml")
	files := map[string]string{"z/b.xml": ubl, "a.txt": "hello", "empty": "", "z/a.pdf": example(t, "facturx/invoice.pdf"), "cut.xml": ubl[:len(ubl)/2]}
	for i := range 40 {
		files[fmt.Sprintf("many/%02d.xml", i)] = ubl
	}
	dir := folder(t, files)
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "link.xml")); err != nil {
		t.Fatal(err)
	}
	r := walk(t, dir)
	var paths []string
	why := map[string]string{}
	for _, l := range r.Lines {
		paths = append(paths, l.Path)
		why[l.Path] = l.Why()
	}
	if len(paths) != len(files)+1 || !slices.IsSorted(paths) {
		t.Errorf("%d lines: %v", len(paths), paths)
	}
	for path, code := range map[string]string{"a.txt": "EINV-UNKNOWN", "empty": "EINV-EMPTY", "cut.xml": "EINV-TRUNCATED", "link.xml": "CONF-FILE", "z/a.pdf": "", "z/b.xml": ""} {
		if why[path] != code {
			t.Errorf("%s: %s, want %s", path, why[path], code)
		}
	}
	l := r.Lines[len(r.Lines)-1]
	if l.Format != "ubl" || l.Number != "OR-2031/17" || l.Date != "2031-04-16" || l.Currency != "EUR" || l.Payable != "1000.50" || l.Gross != "1250.46" || l.Seller == "" || len(l.SellerID) == 0 {
		t.Errorf("%+v", l)
	}
}

func TestOnlyAFolderThatIsNotThereOrAReaderWhoStopsEndsTheWalk(t *testing.T) {
	t.Parallel()
	err := Walk(context.Background(), filepath.Join(t.TempDir(), "nowhere"), fault.EN, func(Line) error { return nil })
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	dir, enough := folder(t, map[string]string{"a": "", "b": "", "c": ""}), errors.New("enough")
	n := 0
	err = Walk(context.Background(), dir, fault.EN, func(Line) error { n++; return enough })
	if !errors.Is(err, enough) || n != 1 {
		t.Errorf("after %d lines: %v", n, err)
	}
}

func TestPairs(t *testing.T) {
	t.Parallel()
	line := func(path, format, payable, date string) Line {
		return Line{Path: path, Format: format, Number: "1", Seller: "S", Payable: payable, Date: date}
	}
	for name, c := range map[string]struct {
		lines []Line
		want  string
	}{
		"the same in two syntaxes":                         {[]Line{line("a", "ubl", "1", "d"), line("b", "cii", "1", "d")}, "b=a"},
		"another figure":                                   {[]Line{line("a", "ubl", "1", "d"), line("b", "cii", "2", "d")}, `b≠a payable: "2" and "1"`},
		"a number used again is another invoice":           {[]Line{line("a", "ubl", "1", "d"), line("b", "cii", "2", "e")}, ""},
		"two in one syntax are no pair":                    {[]Line{line("a", "ubl", "1", "d"), line("b", "ubl", "1", "d")}, ""},
		"each finds its own":                               {[]Line{line("a", "ubl", "1", "d"), line("b", "ubl", "2", "d"), line("c", "cii", "2", "d"), line("e", "cii", "1", "d")}, "c=b e=a"},
		"what has its counterpart is compared no further":  {[]Line{line("a", "ubl", "1", "d"), line("b", "cii", "1", "d"), line("c", "cii", "2", "d")}, "b=a"},
		"one that was not read is no pair":                 {[]Line{line("a", "ubl", "1", "d"), {Path: "b", Format: "cii", Number: "1", Seller: "S", Reason: []Reason{{}}}}, ""},
		"names are compared without their blanks and case": {[]Line{line("a", "ubl", "1", "d"), {Path: "b", Format: "cii", Number: "1", Seller: " s ", Payable: "1", Date: "d"}}, "b=a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range (&Report{Lines: c.lines}).Pairs() {
				if s := p.One + "=" + p.Other; len(p.Differ) == 0 {
					got = append(got, s)
				} else {
					got = append(got, strings.Replace(s, "=", "≠", 1)+" "+strings.Join(p.Differ, " "))
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%v, want %s", got, c.want)
			}
		})
	}
}

const ublRoot = `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">`

// ruleCases is a file as the unit tests of EN 16931 are laid out: a set of tests, name spaces declared at the top.
func ruleCases(tests ...string) string {
	return `<?xml version="1.0"?><testSet xmlns="http://difi.no/xsd/vefa/validator/1.0" xmlns:b="` + cbc + `" xmlns:a="` + cac + `"><assert><scope>X</scope></assert>` + strings.Join(tests, "\n") + `</testSet>`
}

func test(states, rule, doc string) string {
	return "<test><assert><description>x</description><" + states + ">" + rule + "</" + states + "></assert>" + doc + "</test>"
}

func TestRuleCases(t *testing.T) {
	t.Parallel()
	number := "<b:ID>7</b:ID>"
	for name, c := range map[string]struct{ in, want string }{
		"a broken one is found":             {test("error", "BR-02", ublRoot+"</Invoice>"), "BR-02 broken said"},
		"a kept one is quiet":               {test("success", "BR-02", ublRoot+number+"</Invoice>"), "BR-02 kept quiet"},
		"a false alarm is told":             {test("success", "BR-02", ublRoot+"</Invoice>"), "BR-02 kept said"},
		"an empty document":                 {test("error", "BR-02", strings.Replace(ublRoot, ">", "/>", 1)), "BR-02 broken said"},
		"a rule that nobody checks":         {test("fatal", "BR-9999", ublRoot+"</Invoice>"), "BR-9999 broken unchecked"},
		"a document that no reader takes":   {test("error", "BR-02", "<Order/>"), "BR-02 broken unjudged"},
		"several tests":                     {test("warning", "BR-02", ublRoot+"</Invoice>") + test("success", "BR-05", ublRoot+"<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode></Invoice>"), "BR-02 broken said, BR-05 kept quiet"},
		"a document with a test of its own": {test("success", "BR-02", ublRoot+number+"<test><error>BR-03</error></test></Invoice>"), "BR-02 kept quiet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cases, ok := casesOf([]byte(ruleCases(c.in)))
			if !ok {
				t.Fatal("not taken for rule cases")
			}
			var got []string
			for _, s := range cases {
				j := s.judge(context.Background())
				state := "kept"
				if j.Broken {
					state = "broken"
				}
				got = append(got, fmt.Sprintf("%s %s %s", j.Rule, state, j.Outcome))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("%v, want %s", got, c.want)
			}
		})
	}
	for name, in := range map[string]string{
		"an invoice":      example(t, "ubl/invoice.xml"),
		"half a file":     ruleCases(test("error", "BR-02", ublRoot))[:200],
		"a document type": strings.Replace(ruleCases(test("error", "BR-02", ublRoot+"</Invoice>")), "<testSet", "<!DOCTYPE x><testSet", 1),
		"no cases":        ruleCases(),
	} {
		if _, ok := casesOf([]byte(in)); ok {
			t.Errorf("%s was taken for rule cases", name)
		}
	}
}

func TestAFragmentIsCompletedAndNothingInItIsChanged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, number, currency, gross, payable string }{
		"nothing at all":            {ublRoot + "</Invoice>", "1", "EUR", "0", "0"},
		"a credit note":             {strings.ReplaceAll(ublRoot, "Invoice", "CreditNote") + "</CreditNote>", "1", "EUR", "0", "0"},
		"a number and a payable":    {ublRoot + `<b:ID xmlns:b="` + cbc + `">9</b:ID><a:LegalMonetaryTotal xmlns:a="` + cac + `"><b:PayableAmount xmlns:b="` + cbc + `" currencyID="DKK">5.00</b:PayableAmount></a:LegalMonetaryTotal></Invoice>`, "9", "DKK", "5", "5"},
		"totals that do not add up": {ublRoot + `<a:LegalMonetaryTotal xmlns:a="` + cac + `" xmlns:b="` + cbc + `"><b:TaxInclusiveAmount>7</b:TaxInclusiveAmount><b:PayableAmount>5</b:PayableAmount></a:LegalMonetaryTotal></Invoice>`, "1", "EUR", "7", "5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := einvoice.Read(completed([]byte(c.in)))
			if err != nil {
				t.Fatal(err, string(completed([]byte(c.in))))
			}
			if d.Number != c.number || string(d.Currency) != c.currency || d.Gross.String() != c.gross || d.Payable.String() != c.payable {
				t.Errorf("%+v", d)
			}
		})
	}
	if cii := example(t, "cii/invoice.xml"); string(completed([]byte(cii))) != cii {
		t.Error("another format was changed")
	}
}

func TestMarkdownCountsAndCopiesNothing(t *testing.T) {
	t.Parallel()
	r := walk(t, folder(t, map[string]string{
		"SECRET.xml": example(t, "ubl/invoice.xml"), "b.xml": example(t, "cii/invoice.xml"), "c": "x",
		"cases.xml": ruleCases(test("error", "BR-02", ublRoot+"</Invoice>"), test("error", "BR-02", "<Order/>"), test("success", "BR-02", ublRoot+"</Invoice>"), test("error", "BR-9999", "<x/>")),
	}))
	var b strings.Builder
	if err := r.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"| ubl | 1 |", "| cii | 1 |", "| cases | 1 |", "| `EINV-UNKNOWN` | 1 |", "1 pairs read to the same values, 0 do not", "| BR-02 | 2 | 1 | 1 | 50 % | 1 | 1 | 0 |",
		"| **all that are checked** | 2 | 1 | 1 | 50 % | 1 | 1 | 0 |", "1 rules with 1 broken and 0 kept",
	} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("lacks %q:\n%s", part, b.String())
		}
	}
	if strings.Contains(b.String(), "SECRET") || strings.Contains(b.String(), "OR-2031") {
		t.Error("the page copies from the files")
	}
}
