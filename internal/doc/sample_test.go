package doc

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"suanpan/internal/fault"
)

// systemFonts finds the fonts once for all tests; the Debian packages are part of what the tests need.
var systemFonts = sync.OnceValues(func() (*Fonts, fault.Faults) { return FindFonts("") })

func fonts(t testing.TB) *Fonts {
	t.Helper()
	f, warnings := systemFonts()
	if len(warnings) > 0 {
		t.Fatalf("install the fonts first (Debian: apt-get install fonts-droid-fallback fonts-thai-tlwg-ttf):\n%v", warnings)
	}
	return f
}

var at = time.Date(2026, 11, 9, 8, 30, 0, 0, time.UTC)

// statement is a document with everything on it, in a language.
func statement(lang fault.Lang, rows int) *Document {
	name := map[fault.Lang]string{
		fault.EN: "Northwind Analytics Ltd", fault.ZH: "北京算盘云计算有限公司", fault.PT: "Soluções de Integração São João Ltda.",
	}[lang]
	title := map[fault.Lang]string{fault.EN: "Merchant statement", fault.ZH: "商户对账单", fault.PT: "Extrato do lojista"}[lang]
	d := &Document{
		Lang: lang, At: at, Title: title, Subtitle: "2026-10", Author: "Suanpan Marketplace (Singapore) Pte. Ltd.",
		Meta: []Field{
			{"Merchant", name},
			{"Merchant number", "M-4711"},
			{"Period", "2026-10"},
			{"Zone", "America/Sao_Paulo"},
			{"Requisition", "PR-202610-000123"},
		},
		QR:     &QR{Text: "suanpan:PR-202610-000123:e3b0c44298fc1c14", Caption: "PR-202610-000123"},
		Footer: "Suanpan Marketplace (Singapore) Pte. Ltd.",
	}
	t := Table{
		Columns: []TableColumn{
			{Title: "Bill", Weight: 2},
			{Title: "Product", Weight: 3},
			{Title: "Lines", Align: Figure},
			{Title: "Gross BRL", Align: Figure},
			{Title: "Fee BRL", Align: Figure},
			{Title: "Payable BRL", Align: Figure},
		},
		Totals: [][]string{{"Total", "", fmt.Sprint(rows * 3), "1,234,567.89", "-98,765.43", "1,135,802.46"}},
	}
	for i := range rows {
		t.Rows = append(t.Rows, []string{
			fmt.Sprintf("B-%06d", 5800+i), name + " — " + []string{"Basic", "Pro"}[i%2], fmt.Sprint(i%7 + 1),
			fmt.Sprintf("%d,%03d.%02d", i%90+1, i*37%1000, i*13%100), fmt.Sprintf("-%d.%02d", i*7%900, i*29%100),
			fmt.Sprintf("%d,%03d.%02d", i%80+1, i*31%1000, i*17%100),
		})
	}
	d.Blocks = []Block{Heading("Bills"), t, Note("Amounts in BRL, rounded once per bill.")}
	return d
}
