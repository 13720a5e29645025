package doc

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
)

// render draws a document and gives its bytes.
func render(t testing.TB, d *Document, f *Fonts) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := d.PDF(&buf, f); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// poppler runs one of the tools that read a PDF independently of the library that wrote it.
func poppler(t testing.TB, tool string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		t.Fatalf("%s is needed to check documents (Debian: apt-get install poppler-utils; macOS: brew install poppler)", tool)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%s: %v\n%s", tool, err, stderr.String())
	}
	return string(out)
}

func textOfPDF(t testing.TB, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "d.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return poppler(t, "pdftotext", "-layout", file, "-")
}

// ink counts the dark pixels of the first page.
func ink(t testing.TB, pdf []byte) int {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "d.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	poppler(t, "pdftoppm", "-r", "80", "-png", "-singlefile", file, filepath.Join(dir, "p"))
	f, err := os.Open(filepath.Join(dir, "p.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if r, g, b, _ := img.At(x, y).RGBA(); r+g+b < 3*0x8000 {
				n++
			}
		}
	}
	return n
}

const (
	thaiName  = "บริษัท ผู้ใช้ น้ำ ที่ ปี่ จำกัด"
	hanName   = "北京算盘云计算有限公司（深圳）"
	portName  = "Soluções de Integração São João Ltda. — à vista"
	emojiName = "Acme 🚀 Ltd 𠮷"
)

func TestStatementReadsInEveryLanguage(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	for _, lang := range fault.Langs {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			d := statement(lang, 60)
			d.Blocks = append(d.Blocks, Paragraph(hanName), Paragraph(portName), Paragraph(thaiName), Paragraph(emojiName))
			pdf := render(t, d, f)
			got := textOfPDF(t, pdf)
			for _, want := range []string{
				d.Title, hanName, portName, thaiName, "Acme [U+1F680] Ltd [U+20BB7]", "1,135,802.46", "-98,765.43", "B-005859", "1/3", "3/3",
			} {
				if !strings.Contains(got, want) {
					t.Errorf("%q cannot be read from the page:\n%s", want, got)
				}
			}
			if n := strings.Count(got, "Payable BRL"); n != 2 && n != 3 {
				t.Errorf("the table's header stands %d times", n)
			}
			if n := ink(t, pdf); n < 5000 {
				t.Errorf("the rendered page is nearly empty: %d dark pixels", n)
			}
		})
	}
}

// A box where a glyph is missing leaves the text readable by programs and unreadable by people, so each letter drawn is compared
// with the glyph it should be: different letters must leave different ink.
func TestLettersAreDrawnAndNotBoxes(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	for _, pair := range [][2]string{{"中中中", "国国国"}, {"ааа", "щщщ"}, {"กกก", "ฐฐฐ"}, {"ããã", "ççç"}, {"111", "888"}} {
		a := ink(t, render(t, &Document{At: at, Title: pair[0]}, f))
		b := ink(t, render(t, &Document{At: at, Title: pair[1]}, f))
		if a == b || a == 0 || b == 0 {
			t.Errorf("%s and %s leave the same ink (%d, %d)", pair[0], pair[1], a, b)
		}
	}
}

func TestOnlyTheNeededFontsAreEmbedded(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	pdf := render(t, statement(fault.PT, 20), f)
	if bytes.Contains(pdf, []byte("han")) || bytes.Contains(pdf, []byte("thai")) {
		t.Error("a Portuguese statement carries a Chinese or Thai font")
	}
	if pdf := render(t, statement(fault.ZH, 20), f); !bytes.Contains(pdf, []byte("/BaseFont /utf8han0")) {
		t.Error("a Chinese statement carries no Chinese font")
	}
}

func TestMissingFontIsSaidAndNothingIsLost(t *testing.T) {
	t.Parallel()
	f, warnings := findFonts(nil)
	if got := strings.Join(warnings.Codes(), " "); got != "DOC-FONT-HAN DOC-FONT-THAI" || warnings.Err() != nil {
		t.Errorf("warnings %q, error %v", got, warnings.Err())
	}
	if got := f.Missing(); len(got) != 2 || got[0] != Han || got[1] != Thai {
		t.Errorf("missing %v", got)
	}
	for _, lang := range fault.Langs {
		if Han.Text(lang) == "" || Thai.Text(lang) == Thai.Text(fault.EN) && lang != fault.EN {
			t.Errorf("no text in %s", lang)
		}
	}
	d := &Document{At: at, Lang: fault.PT, Title: "Extrato", Meta: []Field{{"Lojista", "算盘 Ltd"}, {"Outro", "กข"}}}
	got := strings.Join(strings.Fields(textOfPDF(t, render(t, d, f))), " ")
	for _, want := range []string{"[U+7B97 76D8] Ltd", "[U+0E01 0E02]", "fonts-droid-fallback", "fonts-thai-tlwg-ttf"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the page:\n%s", want, got)
		}
	}
}

func TestConfiguredFolderIsLookedAtFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, err := os.ReadFile(fonts(t).File(Thai))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"Garuda.ttf": data, "NotoSansSC-Regular.ttf": []byte("no font"), "Loma.ttf": data[:len(data)/2]} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, warnings := FindFonts(dir)
	if got, want := f.File(Thai), filepath.Join(dir, "Garuda.ttf"); got != want {
		t.Errorf("Thai font is %s, want %s", got, want)
	}
	if len(warnings) != 0 {
		t.Errorf("a damaged file hid the good one behind it: %v", warnings)
	}
}

func TestLongCellsStayInTheirColumn(t *testing.T) {
	t.Parallel()
	l := newLayout(&Document{At: at}, fonts(t))
	for _, s := range []string{
		strings.Repeat("W", 300), strings.Repeat("算盘", 100), strings.Repeat("ที่น้ำ", 50), "a b  c " + strings.Repeat("long word ", 40), "", " ", "a\nb",
	} {
		as := l.set(s, false)
		for _, w := range []float64{3, 20, 77.7, 400} {
			kept := 0
			for _, line := range wrap(as, 9, w) {
				if got := width(line, 9); got > w+0.01 && len(line) > 1 {
					t.Errorf("a line of %q is %.1f wide in %.1f", s, got, w)
				}
				for _, a := range line {
					kept += b2i(a.r != ' ')
				}
			}
			want := 0
			for _, a := range as {
				want += b2i(a.r != ' ' && a.r != '\n')
			}
			if kept != want {
				t.Errorf("wrapping %q to %.0f kept %d of %d letters", s, w, kept, want)
			}
		}
	}
}

func TestRowHigherThanAPageGoesOnOverleaf(t *testing.T) {
	t.Parallel()
	d := &Document{At: at, Title: "T", Blocks: []Block{Table{
		Columns: []TableColumn{{Title: "Name"}, {Title: "Text"}},
		Rows:    [][]string{{"a", "b"}, {"x", strings.Repeat("palavra ", 4000) + "fim"}, {"short row"}},
		Totals:  [][]string{{"Total", "1"}},
	}}}
	got := textOfPDF(t, render(t, d, fonts(t)))
	if n := strings.Count(got, "palavra"); n != 4000 || !strings.Contains(got, "fim") {
		t.Errorf("%d of 4000 words are on the pages", n)
	}
}

func TestDemoIsMarkedOnEveryPage(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	d := statement(fault.EN, 80)
	if strings.Contains(textOfPDF(t, render(t, d, f)), "DEMO") {
		t.Error("a real document says DEMO")
	}
	d.Demo = true
	pages := strings.Split(strings.TrimSuffix(textOfPDF(t, render(t, d, f)), "\f"), "\f")
	for i, p := range pages {
		if !strings.Contains(p, "DEMO — invented") {
			t.Errorf("page %d of %d does not say DEMO", i+1, len(pages))
		}
	}
}

// The PDF library takes minutes over some thousand consecutive characters; split fonts keep it to a moment.
func TestManyDistinctCharactersAreDrawnQuickly(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for r := rune(0x4E00); r < 0x4E00+5000; r++ {
		b.WriteRune(r)
	}
	start := time.Now()
	pdf := render(t, &Document{At: at, Title: "T", Blocks: []Block{Paragraph(b.String())}}, fonts(t))
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	got := textOfPDF(t, pdf)
	for r := rune(0x4E00); r < 0x4E00+5000; r += 97 {
		if !strings.ContainsRune(got, r) {
			t.Fatalf("%c is not on the page", r)
		}
	}
	for r := rune(0x4E00 + 5000); r < 0x9FA0; r++ {
		b.WriteRune(r)
	}
	err := (&Document{At: at, Blocks: []Block{Paragraph(b.String())}}).PDF(&bytes.Buffer{}, fonts(t))
	if !fault.Has(err, CodeGlyphs) {
		t.Errorf("20,000 distinct characters gave %v", err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	f := fonts(t)
	for name, c := range map[string]struct {
		doc  Document
		code string
	}{
		"QR text too long": {Document{QR: &QR{Text: strings.Repeat("x", 1001)}}, CodeQR},
		"QR text empty":    {Document{QR: &QR{}}, CodeQR},
		"too many pages":   {Document{Blocks: []Block{Paragraph(strings.Repeat("\n", 300_000))}}, CodePages},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var buf bytes.Buffer
			if err := c.doc.PDF(&buf, f); !fault.Has(err, c.code) || buf.Len() > 0 {
				t.Errorf("error %v, %d bytes written", err, buf.Len())
			}
		})
	}
}

// Thai text keeps its own code points whatever form its signs take.
func TestThaiSignsTakeTheirForms(t *testing.T) {
	t.Parallel()
	l := newLayout(&Document{}, fonts(t))
	for text, want := range map[string][]form{
		"ที่":  {formPlain, formPlain, formPlain}, // a tone over a vowel stays high
		"ใช้":  {formPlain, formPlain, formLow},
		"ปี่":  {formPlain, formLeft, formLeft},
		"ป่า":  {formPlain, formLowLeft, formPlain},
		"น้ำ":  {formPlain, formPlain, formPlain},
		"ญู":   {formNoTail, formPlain},
		"กฎุ":  {formPlain, formPlain, formLow},
		"ผู้":  {formPlain, formPlain, formLow},
		"ญาติ": {formPlain, formPlain, formPlain, formPlain},
	} {
		as := l.set(text, false)
		if len(as) != len(want) {
			t.Errorf("%s has %d signs, want %d", text, len(as), len(want))
			continue
		}
		for i := range as {
			if as[i].form != want[i] {
				t.Errorf("%s: sign %d has form %d, want %d", text, i, as[i].form, want[i])
			}
		}
	}
}

func FuzzPDF(f *testing.F) {
	for _, s := range []string{hanName, thaiName, portName, emojiName, "\x00\xff\xfe", "a\u202eb\u200d\ufe0f", "\uE000\uF70A", "(\\)\r\n{nb}", "\uFFFF\uFFFE", "e\u0301\u0301\u0301"} {
		f.Add(s)
	}
	fs := fonts(f)
	f.Fuzz(func(t *testing.T, s string) {
		s = s[:min(len(s), 5000)]
		d := &Document{
			At: at, Title: s, Subtitle: s, Author: s, Footer: s, Demo: true, Meta: []Field{{s, s}, {s, s}},
			Blocks: []Block{Heading(s), Paragraph(s), Note(s), Table{
				Columns: []TableColumn{{Title: s}, {Title: s, Align: Figure}, {Title: s, Align: Center, Weight: 3}},
				Rows:    [][]string{{s, s, s}, {s}}, Totals: [][]string{{s, s, s}}, Empty: s,
			}},
		}
		if err := d.PDF(&bytes.Buffer{}, fs); err != nil && !fault.Has(err, CodePages) && !fault.Has(err, CodeGlyphs) {
			t.Fatal(err)
		}
	})
}
