package statement

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/invoicing"
)

func pdf(t testing.TB, draw func(io.Writer, *doc.Fonts, fault.Lang) error, lang fault.Lang) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := draw(&b, fonts(t), lang); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// textOf reads a PDF independently of the library that wrote it.
func textOf(t testing.TB, data []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Fatal("pdftotext is needed to check documents (Debian: apt-get install poppler-utils; macOS: brew install poppler)")
	}
	file := filepath.Join(t.TempDir(), "d.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("SUANPAN_LOOK"); dir != "" { // to look at what the tests draw
		_ = os.WriteFile(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "_")+".pdf"), data, 0o600)
	}
	out, err := exec.Command(tool, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func sheets(t testing.TB, draw func(io.Writer, fault.Lang) error, lang fault.Lang) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := draw(&b, lang); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func has(t *testing.T, text string, want ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(text), " ")
	for _, w := range want {
		if !strings.Contains(flat, w) {
			t.Errorf("%q is missing in\n%s", w, text)
		}
	}
}

func TestDocumentsReadInEveryLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list, merchant, entity := w.list("M1"), w.merchant("M4", "5531", october), w.entity("5541", october)
	words := map[fault.Lang][3]string{fault.EN: {"Invoice list", "Merchant statement", "Entity statement"}, fault.ZH: {"开票清单", "商家对账单", "签约主体对账单"}, fault.PT: {"Lista para faturamento", "Extrato do comerciante", "Extrato da entidade"}}
	for lang, title := range words {
		t.Run(string(lang)+" list", func(t *testing.T) {
			text := textOf(t, pdf(t, list.PDF, lang))
			has(t, text, title[0], "REQ-5861-202610-M1", "SPARKOO TECNOLOGIAS DO BRASIL LTDA", "7,104.47", "BRL", "202610", "5861-202610-M1-BRL", "*")
			for _, d := range list.List.Draft(nil) {
				has(t, text, strings.Fields(invoicing.Label(d.Field, lang))[0])
			}
		})
		t.Run(string(lang)+" merchant", func(t *testing.T) {
			has(t, textOf(t, pdf(t, merchant.PDF, lang)), title[1], "Victoria Peak Tech Limited", "5531-202610-M4-HKD", "3,302.80", "-795.60", "2,507.20", "7.7713 (2026-10-31)")
		})
		t.Run(string(lang)+" entity", func(t *testing.T) {
			has(t, textOf(t, pdf(t, entity.PDF, lang)), title[2], "Sparkoo Technologies Singapore Pte. Ltd.", "471.60", "236.02", "197,538")
		})
	}
}

func TestListKeepsTheIssuedDocument(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.list("M3")
	var back invoicing.List
	if err := json.Unmarshal(l.JSON(), &back); err != nil {
		t.Fatal(err)
	}
	if back.Hash() != l.Hash || !strings.Contains(l.List.QR(), l.Hash) {
		t.Errorf("the JSON form has the fingerprint %s, the list %s", back.Hash(), l.Hash)
	}
	before := pdf(t, l.PDF, fault.EN)
	w.clk.Set(time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC))
	if !bytes.Equal(before, pdf(t, w.list("M3").PDF, fault.EN)) {
		t.Error("an issued list looks different months later")
	}
	f := sheets(t, l.Excel, fault.PT)
	rows, err := f.GetRows("Campos")
	if err != nil {
		t.Fatal(err)
	}
	stars := 0
	for _, r := range rows[1:] {
		if len(r) > 1 && r[1] == "*" {
			stars++
		}
	}
	starred := 0
	for _, x := range l.List.Fields {
		if x.Starred {
			starred++
		}
	}
	if stars != starred || len(rows) != len(l.List.Fields)+1 {
		t.Errorf("%d fields and %d stars, want %d and %d", len(rows)-1, stars, len(l.List.Fields), starred)
	}
}

func TestWorkbookHoldsEverySheet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.finance(october)
	want := map[fault.Lang]string{
		fault.EN: "Differences,Tie-out,Lists,Bills,Lines,Held,Payments,Trial balance", fault.ZH: "差异,账实核对,开票清单,账单,明细行,未出账,付款,试算平衡",
		fault.PT: "Diferenças,Conciliação,Listas,Contas,Linhas,Retidas,Pagamentos,Balancete",
	}
	for _, lang := range fault.Langs {
		book := sheets(t, f.Excel, lang)
		if got := strings.Join(book.GetSheetList(), ","); got != want[lang] {
			t.Errorf("%s: sheets %s, want %s", lang, got, want[lang])
		}
	}
	book := sheets(t, f.Excel, fault.EN)
	lines := 0
	for _, b := range f.Bills {
		lines += b.Lines
	}
	rows, err := book.GetRows("Lines")
	if err != nil || len(rows) != lines+1 {
		t.Errorf("%d lines in the workbook, %d on bills (%v)", len(rows)-1, lines, err)
	}
	ties, err := book.GetRows("Tie-out", excelize.Options{RawCellValue: true})
	if err != nil || len(ties) != len(f.Ties)+1 {
		t.Fatalf("%d ties (%v)", len(ties), err)
	}
	for _, r := range ties[1:] {
		if r[5] != "0" {
			t.Errorf("tie-out %v", r)
		}
	}
	v, err := book.GetCellValue("Bills", "N2", excelize.Options{RawCellValue: true})
	if err != nil || v == "" {
		t.Errorf("payable of the first bill: %q %v", v, err)
	}
}

func TestCSVRunsNothing(t *testing.T) {
	t.Parallel()
	m := Merchant{Head: Head{Entity: "5541", Zone: time.UTC}, ID: "M1", Name: `=HYPERLINK("http://x")`}
	m.Lines = []Line{{Merchant: "M1", Entity: "5541", ID: "@SUM(A1)", Kind: "refund", ProductName: "+1", Note: "\t=2", Currency: "USD", Gross: dec("-113"), Settlement: dec("-85")}}
	var b bytes.Buffer
	if err := m.LinesCSV(&b, fault.EN); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	r := rows[1]
	for i, want := range map[int]string{2: `'=HYPERLINK("http://x")`, 4: "'@SUM(A1)", 8: "'+1", 10: "-113", 18: "-85", 20: "'\t=2"} {
		if r[i] != want {
			t.Errorf("column %d is %q, want %q", i, r[i], want)
		}
	}
}

func TestDemoIsMarkedEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.db.SetDemo(t.Context(), time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	for _, name := range w.export(out) {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		switch filepath.Ext(name) {
		case ".pdf":
			for i, page := range strings.Split(strings.TrimSuffix(textOf(t, data), "\f"), "\f") {
				if !strings.Contains(page, "DEMO") {
					t.Errorf("%s: page %d without its mark", name, i+1)
				}
			}
		case ".xlsx":
			f, err := excelize.OpenReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range f.GetSheetList() {
				if v, _ := f.GetCellValue(s, "A1"); !strings.Contains(v, "DEMO") {
					t.Errorf("%s, sheet %s begins with %q", name, s, v)
				}
			}
			_ = f.Close()
		case ".json": // the issued document: what it was fingerprinted as
		default:
			if first, _, _ := bytes.Cut(data, []byte("\n")); !bytes.Contains(first, []byte("DEMO")) {
				t.Errorf("%s begins with %q", name, first)
			}
		}
	}
}

func TestWriteMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := t.TempDir()
	names := w.export(out, fault.PT)

	t.Run("every document has its stable name", func(t *testing.T) {
		for _, want := range []string{
			"finance-2026-10.pt.xlsx", "bills-2026-10.csv", "lines-2026-10.csv", "held-2026-10.csv", "differences-2026-10.csv", "trial-balance-2026-10.csv",
			"entities/5861-2026-10.pt.pdf", "merchants/5541-2026-10-M2.pt.pdf", "merchants/5861-2026-10-M6.pt.xlsx",
			"lists/REQ-5861-202610-M1.pt.pdf", "lists/REQ-5861-202610-M1.pt.xlsx", "lists/REQ-5861-202610-M1.json", "lists/REQ-5861-202610-M1.pt.txt",
		} {
			if !slices.Contains(names, want) {
				t.Errorf("%s is missing in %v", want, names)
			}
		}
	})
	t.Run("nothing half-written stays", func(t *testing.T) {
		if got := filesIn(t, out); !slices.Equal(got, names) {
			t.Errorf("the folder holds %v, told were %v", got, names)
		}
	})
	t.Run("again gives the same bytes", func(t *testing.T) {
		other := t.TempDir()
		w.export(other, fault.PT)
		for _, n := range names {
			a, _ := os.ReadFile(filepath.Join(out, n))
			b, _ := os.ReadFile(filepath.Join(other, n))
			if len(a) == 0 || !bytes.Equal(a, b) {
				t.Errorf("%s differs", n)
			}
		}
	})
	t.Run("a failure leaves the old file and says which", func(t *testing.T) {
		x := &export{out: out}
		err := x.write("bills-2026-10.csv", func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return io.ErrUnexpectedEOF })
		if err == nil || len(x.names) > 0 {
			t.Error("the failure was not told")
		}
		if b, _ := os.ReadFile(filepath.Join(out, "bills-2026-10.csv")); bytes.Equal(b, []byte("half")) || len(filesIn(t, out)) != len(names) {
			t.Error("a half-written file stayed")
		}
		blocked := filepath.Join(out, "bills-2026-10.csv")
		if err := (&export{out: blocked}).write("x.csv", func(io.Writer) error { return nil }); !fault.Has(err, "STM-FILE") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("numbers of the field never leave the folder", func(t *testing.T) {
		seen := map[string]bool{}
		for _, s := range []string{"../../etc/x", "a/b", "a_b", "", ".hidden", "M1", strings.Repeat("long", 60), "商家"} {
			n := safe(s)
			if n == "" || strings.ContainsAny(n, "/\\") || strings.HasPrefix(n, ".") || len(n) > 100 || seen[n] {
				t.Errorf("%q becomes %q", s, n)
			}
			seen[n] = true
		}
	})
}

func filesIn(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, p)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func TestTheMeasuredStatementIsOnePage(t *testing.T) {
	t.Parallel()
	for _, lang := range fault.Langs {
		if n := strings.Count(textOf(t, pdf(t, benchStatement(1).PDF, lang)), "\f"); n != 1 {
			t.Errorf("%s: %d pages", lang, n)
		}
	}
}
