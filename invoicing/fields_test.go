package invoicing_test

import (
	"os"
	"strings"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/invoicing/einvoice"
)

func TestDraftSaysWhatToType(t *testing.T) {
	t.Parallel()
	l := plain().Lists[0]
	l.ReverseCharge = true
	l.Fields = l.StandardFields([]string{"bank_name", "invoice_no"}, map[string]string{"swift_code": "DBSSSGSG"})
	for lang, want := range map[fault.Lang][]string{
		fault.EN: {"Bill to: Sparkoo Technologies Singapore Pte. Ltd.", "INVOICE AMOUNT: 471.60", "SWIFT code: DBSSSGSG", "Bank name: Bank of X", "Remarks: REQ-1 / 202610", "Invoice no.: ____________", "Reverse charge"},
		fault.ZH: {"申付单号: REQ-1", "对账期次: 202610"},
		fault.PT: {"Moeda da fatura: SGD"},
	} {
		text := l.DraftText(map[string]string{"bank_name": "Bank of X"}, lang)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q:\n%s", lang, w, text)
			}
		}
	}
	if got := strings.Join(l.Blank(nil), " "); got != "bank_name invoice_no" {
		t.Errorf("blank: %s", got)
	}
}

func TestStandardFieldsAreFilledByTheInvoiceItself(t *testing.T) {
	t.Parallel()
	h := build(t)
	l := h.list()
	l.Fields = l.StandardFields([]string{"invoice_no", "invoice_date", "bank_name"}, nil)
	h.issue(l)
	c := send(h.list(), "2026-11-13", "A", "471.60")
	c.Filled = nil
	want(t, h.submit(c).Submission.Verdict, invoicing.Refused, "INV-STARRED")
	c.Filled = map[string]string{"bank_name": "Bank of X"}
	want(t, h.submit(c).Submission.Verdict, invoicing.Accepted, "")
	c.Filled = map[string]string{"bill_to": "somebody else"}
	h.fails(pg.AsMerchant("M2", "x"), "INV-FIELD", func(tx *pg.Tx) error { _, err := h.svc.Submit(ctx, tx, c); return err })
}

func TestDocumentThatContradictsItself(t *testing.T) {
	t.Parallel()
	in := plain("471.60")
	other := sumOf("471.61")
	in.Upload.Invoices[0].Stated = &other
	want(t, invoicing.Judge(in), invoicing.Refused, "INV-ARITHMETIC")
}

func TestWhatIsWithheldIsStillDue(t *testing.T) {
	t.Parallel()
	in := plain("471.60")
	inv := &in.Upload.Invoices[0]
	rest := sumOf("431.60")
	inv.Retained, inv.Stated = sumOf("40.00"), &rest
	want(t, invoicing.Judge(in), invoicing.Accepted, "")
	inv.Retained = sumOf("39.99")
	want(t, invoicing.Judge(in), invoicing.Refused, "INV-ARITHMETIC")
}

func TestWhatAReaderFindsIsToldWithTheVerdict(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("einvoice/testdata/ubl/invoice.xml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := einvoice.Read([]byte(strings.Replace(string(raw), `LineExtensionAmount currencyID="EUR">1250.46</b:LineExtensionAmount>
    <b:TaxExclusive`, `LineExtensionAmount currencyID="EUR">1250.40</b:LineExtensionAmount>
    <b:TaxExclusive`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	in := plain("471.60")
	in.Upload.Invoices[0].Findings = invoicing.FromDocument(d, nil).Findings
	v := invoicing.Judge(in)
	want(t, v, invoicing.Accepted, "EINV-BR-CO-10 EINV-BR-CO-13")
	if len(v.Warnings) != 2 || !strings.HasPrefix(v.Warnings[0].Path, "invoices[0].file /Invoice/") {
		t.Errorf("%+v", v.Warnings)
	}
}

func TestReadKindsOfDocuments(t *testing.T) {
	t.Parallel()
	for file, kind := range map[string]invoicing.Kind{
		"cfdi/invoice.xml": invoicing.KindInvoice, "cfdi/credit_note.xml": invoicing.KindCreditNote, "cfdi/payment_receipt.xml": invoicing.KindOther,
	} {
		raw, err := os.ReadFile("einvoice/testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := einvoice.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		if inv := invoicing.FromDocument(d, nil); inv.Kind != kind || !inv.Retained.Equal(d.Retained) {
			t.Errorf("%s: %+v", file, inv)
		}
	}
}

func TestFromDocumentKeepsWhereEachValueStands(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("einvoice/testdata/ubl/invoice.xml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := einvoice.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	inv := invoicing.FromDocument(d, []string{"REQ-NOT-THERE"})
	if inv.Number != d.Number || !inv.GrandTotal.Equal(d.Gross) || inv.BillTo != d.Buyer.Name || len(inv.Requisitions) != 0 || inv.FileHash == "" {
		t.Errorf("%+v", inv)
	}
	for _, field := range []string{"number", "date", "currency", "grandTotal", "issuer", "billTo", "stated"} {
		if inv.Evidence[field].Place == "" {
			t.Errorf("%s has no evidence", field)
		}
	}
}
