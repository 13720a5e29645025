package einvoice

import (
	"bytes"
	"strings"
	"testing"

	"suanpan/internal/fault"
)

// fuzz asks of any bytes: a document with its evidence, or faults; never a panic.
func fuzz(f *testing.F, seeds ...string) {
	for _, s := range seeds {
		b := load(f, s)
		f.Add(b)
		f.Add(b[:len(b)*2/3])                                            // cut off
		f.Add(bytes.ReplaceAll(b, []byte("0"), []byte("9")))             // keys, dates and amounts that are none
		f.Add(bytes.ReplaceAll(b, []byte(".00"), nil))                   // figures that do not add up
		f.Add(bytes.Replace(b, []byte("UTF-8"), []byte("x"), 1))         // an encoding that does not exist
		f.Add(utf16LE(strings.Replace(string(b), "UTF-8", "UTF-16", 1))) // another one that does
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Read(b)
		if err != nil {
			if len(fault.All(err)) == 0 {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		for _, field := range []string{"number", "currency", "issueDate", "payable", "gross", "seller.name", "buyer.name"} {
			if d.Evidence[field].Where == "" {
				t.Fatalf("no evidence of %s", field)
			}
		}
		for _, w := range d.Warnings {
			if !w.Warn || w.Path == "" {
				t.Fatalf("a warning that refuses, or says not where: %+v", w)
			}
		}
		FindRequisition(d, d.Number)
		FindPeriods(d)
	})
}

func FuzzUBL(f *testing.F) {
	fuzz(f, "ubl/invoice.xml", "ubl/credit_note_gst.xml", "ubl/saudi.xml", "ubl/turkish.xml")
}
func FuzzCII(f *testing.F) { fuzz(f, "cii/invoice.xml") }
func FuzzCFDI(f *testing.F) {
	fuzz(f, "cfdi/invoice.xml", "cfdi/credit_note.xml", "cfdi/payment_receipt.xml")
}
func FuzzNFe(f *testing.F)  { fuzz(f, "nfe/invoice.xml", "nfe/return_of_goods.xml") }
func FuzzNFSe(f *testing.F) { fuzz(f, "nfse/invoice.xml") }
func FuzzFatturaPA(f *testing.F) {
	fuzz(f, "fatturapa/invoice.xml", "fatturapa/credit_note.xml")
}
func FuzzFacturX(f *testing.F) { fuzz(f, "facturx/invoice.pdf") }

func FuzzFindRequisition(f *testing.F) {
	f.Add("申付单号SP-1账期202610", "SP-1")
	f.Fuzz(func(_ *testing.T, text, number string) {
		d := &Document{Notes: []Text{{Text: text}}}
		FindRequisition(d, number)
		FindPeriods(d)
	})
}

func FuzzHints(f *testing.F) {
	f.Add(makePages([][]printed{{{50, 700, "Invoice No 7"}, {50, 680, "Date 2031-04-16"}, {50, 660, "Total 5.00"}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		hints, err := Hints(b, "QN-1")
		if err != nil && len(fault.All(err)) == 0 {
			t.Fatalf("an error without a code: %v", err)
		}
		for _, h := range hints {
			if h.Value == "" || h.Page < 1 {
				t.Fatalf("%+v", h)
			}
		}
	})
}
