package draft_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/invoicing"
	"suanpan/invoicing/draft"
	"suanpan/invoicing/einvoice"
	"suanpan/money"
	"suanpan/templates"
)

// What is sent as the draft says is accepted: every form that is a file to send, for every entity.
func TestEveryDraftIsReadAndAccepted(t *testing.T) {
	t.Parallel()
	all := worlds()
	if len(all) < 100 {
		t.Fatalf("%d lists are few", len(all))
	}
	for name, w := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := w.draft(t, draft.Yours{Number: "LC-1"})
			for _, f := range draft.Forms() {
				if !f.XML || (f.Name == "pdf" && !w.pages) {
					continue
				}
				file := draw(t, f.Name, d)
				v, doc := w.judge(t, file)
				if v.Outcome != invoicing.Accepted || len(v.Faults)+len(v.Holds) != 0 || strings.Contains(strings.Join(codes(v.Warnings), " "), "INV-") {
					t.Errorf("%s: %s %v", f.Name, v.Outcome, v.All())
				}
				if !doc.Net.Equal(d.Net) || !doc.Tax.Equal(d.Tax) || !doc.Gross.Equal(d.Gross) || !doc.Payable.Equal(d.Gross) || doc.Number != "LC-1" ||
					doc.Currency != w.list.Currency || doc.Buyer.Name != w.list.EntityName || doc.Seller.Name != w.list.MerchantName || doc.IssueDate != d.Date {
					t.Errorf("%s reads as %+v", f.Name, doc)
				}
				if f.Name != "pdf" {
					agrees(t, file, d)
				}
			}
		})
	}
}

func TestBlankNumbersCannotBeSent(t *testing.T) {
	t.Parallel()
	d := valid().draft(t, draft.Yours{})
	for _, f := range draft.Forms() {
		if !f.XML {
			continue
		}
		_, err := einvoice.Read(draw(t, f.Name, d))
		if !fault.Has(err, "EINV-MISSING") {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	if xml := draw(t, "ubl", d); !bytes.Contains(xml, []byte("<!-- fill in: your invoice number -->")) {
		t.Error(string(xml))
	}
}

func TestFiguresFollowWhatIsCompared(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		invoice, list   invoicing.Figure
		rate, cur       string
		net, tax, gross string
	}{
		"the payable without tax":                {invoicing.InvoicePayable, invoicing.ListPayable, "0", "SGD", "1000.00", "0.00", "1000.00"},
		"the payable contains the tax":           {invoicing.InvoicePayable, invoicing.ListPayable, "9", "SGD", "917.43", "82.57", "1000.00"},
		"before seller taxes":                    {invoicing.InvoicePayable, invoicing.ListBeforeTaxes, "0", "SGD", "1150.00", "0.00", "1150.00"},
		"the net, and tax on top":                {invoicing.InvoiceNet, invoicing.ListPayable, "9", "SGD", "1000.00", "90.00", "1090.00"},
		"the net before seller taxes, a rounded": {invoicing.InvoiceNet, invoicing.ListBeforeTaxes, "7.333", "SGD", "1150.00", "84.33", "1234.33"},
		"a currency without minor units":         {invoicing.InvoicePayable, invoicing.ListPayable, "19", "CLP", "840", "160", "1000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := valid()
			w.rule = invoicing.CompareRule{Invoice: c.invoice, List: c.list}
			w.rate, w.list.Currency = c.rate, money.Currency(c.cur)
			w.list.Payable, w.list.BeforeTaxes = money.MustParse("1000"), money.MustParse("1150")
			d := w.draft(t, draft.Yours{})
			got := []string{money.Plain(d.Net, w.list.Currency), money.Plain(d.Tax, w.list.Currency), money.Plain(d.Gross, w.list.Currency)}
			if strings.Join(got, " ") != c.net+" "+c.tax+" "+c.gross {
				t.Errorf("%v, want %s %s %s", got, c.net, c.tax, c.gross)
			}
		})
	}
}

func TestBlanksAreNamed(t *testing.T) {
	t.Parallel()
	w := valid()
	d := w.draft(t, draft.Yours{})
	if got := strings.Join(d.Blank, " "); got != "bank_name bank_address invoice_no entity_vat_no" {
		t.Error(got)
	}
	d = w.draft(t, draft.Yours{Number: "1", Date: period.MustDay("2026-11-17")})
	if strings.Contains(strings.Join(d.Blank, " "), "invoice_no") || d.Values["invoice_date"] != "2026-11-17" || d.Values["invoice_no"] != "1" {
		t.Errorf("%v %v", d.Blank, d.Values)
	}
}

func TestReverseChargeTakesNoRate(t *testing.T) {
	t.Parallel()
	w := valid()
	w.list.ReverseCharge = true
	if _, err := draft.Make(w.list, nil, w.ground(), draft.Yours{Rate: money.MustParse("9")}); !fault.Has(err, "DRAFT-REVERSE-CHARGE") {
		t.Error(err)
	}
	if xml := draw(t, "ubl", w.draft(t, draft.Yours{Number: "1"})); !bytes.Contains(xml, []byte("<cbc:Note>reverse charge</cbc:Note>")) {
		t.Error(string(xml))
	}
}

func TestWhatTheMerchantTypes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ number, date, rate, code string }{
		"everything empty":        {"", "", "", ""},
		"everything right":        {"LC-1", "2026-11-16", "7.5", ""},
		"a percent sign":          {"", "", "9 %", ""},
		"a date of another order": {"", "16.11.2026", "", "DRAFT-DATE"},
		"a word as a rate":        {"", "", "nine", "DRAFT-RATE"},
		"a negative rate":         {"", "", "-1", "DRAFT-RATE"},
		"a rate of all":           {"", "", "100", "DRAFT-RATE"},
		"a rate too fine":         {"", "", "7.33333", "DRAFT-RATE"},
		"an invisible character":  {"LC\u200b1", "", "", "DRAFT-NUMBER"},
		"a number without end":    {strings.Repeat("9", 61), "", "", "DRAFT-NUMBER"},
		"a line break":            {"1\x002", "", "", "DRAFT-NUMBER"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, fs := draft.ParseYours(c.number, c.date, c.rate)
			if got := strings.Join(codes(fs), " "); got != c.code {
				t.Errorf("%q, want %q", got, c.code)
			}
		})
	}
	if _, fs := draft.ParseYours("\x00", "x", "x"); len(fs) != 3 {
		t.Errorf("all at once: %v", fs)
	}
}

func codes(fs fault.Faults) (out []string) {
	for _, f := range fs {
		out = append(out, f.Code)
	}
	return out
}

func TestTablesHoldTheListsValues(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]map[string]string{
		"cfdi": {
			"SubTotal": "432.66", "Total": "471.60", "Moneda": "SGD", "Receptor@Nombre": "Sparkoo Technologies Singapore Pte. Ltd.", "Receptor@Rfc": "XEXX010101000",
			"Receptor@ResidenciaFiscal": "SGP", "Emisor@Rfc": "200312345K", "Folio": "LC-1", "Traslado@Importe": "38.94", "Traslado@TasaOCuota": "0.090000",
			"TipoDeComprobante": "I", "CondicionesDePago": "Payment requisition REQ-5541-202610-M2, settlement period 202610", "TimbreFiscalDigital@UUID": "",
		},
		"nfse": {
			"toma/xNome": "Sparkoo Technologies Singapore Pte. Ltd.", "serv/comExt/vServMoeda": "471.60", "infDPS/nDPS": "LC-1", "valores/vServPrest/vServ": "",
			"valores/trib/tribMun/pAliq": "9", "serv/infoCompl/xInfComp": "Payment requisition REQ-5541-202610-M2, settlement period 202610",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := valid()
			w.rate = "9"
			var got struct {
				Fields []struct{ Field, Says, Value, Note string }
			}
			if err := json.Unmarshal(draw(t, name, w.draft(t, draft.Yours{Number: "LC-1"})), &got); err != nil {
				t.Fatal(err)
			}
			values := map[string]string{}
			for _, f := range got.Fields {
				values[f.Field] = f.Value
				if f.Says == "" || strings.HasPrefix(f.Says, "draft.") || strings.HasPrefix(f.Note, "draft.") {
					t.Errorf("%+v has no words", f)
				}
			}
			for field, v := range want {
				if got, there := values[field]; !there || got != v {
					t.Errorf("%s = %q, want %q", field, got, v)
				}
			}
		})
	}
}

// A CFDI knows no negative number: where a bill gives money back there is one line for all.
func TestNoNegativeNumberInACFDI(t *testing.T) {
	t.Parallel()
	w := worlds()["5541 SGD SG two cycles"]
	if b := draw(t, "cfdi", w.draft(t, draft.Yours{})); bytes.Contains(b, []byte(`"-`)) {
		t.Error(string(b))
	}
}

func TestBrazilsResidentPutsTheWholeAmount(t *testing.T) {
	t.Parallel()
	w := worlds()["5861 BRL BR"]
	if b := draw(t, "nfse", w.draft(t, draft.Yours{})); !bytes.Contains(b, []byte(`"value": "7104.47"`)) || !bytes.Contains(b, []byte(`toma/CNPJ`)) {
		t.Error(string(b))
	}
}

// Every form is drawn in every language, the same twice, and its words are there.
func TestEveryForm(t *testing.T) {
	t.Parallel()
	if len(draft.Forms()) != 6 {
		t.Errorf("%d forms", len(draft.Forms()))
	}
	for _, f := range draft.Forms() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			d := valid().draft(t, draft.Yours{Number: "LC-1"})
			for _, key := range []string{"draft.form." + f.Name, "draft.form." + f.Name + ".for"} {
				if _, ok := templates.Lookup(key); !ok {
					t.Errorf("no words for %s", key)
				}
			}
			for _, lang := range fault.Langs {
				one, err := f.Draw(d, lang, fonts())
				if err != nil {
					t.Fatal(err)
				}
				two, _ := f.Draw(d, lang, fonts())
				if !bytes.Equal(one, two) {
					t.Errorf("%s: two drawings differ", lang)
				}
				if f.Name != "pdf" && !bytes.Contains(one, []byte("REQ-5541-202610-M2")) {
					t.Errorf("%s: the requisition is missing", lang)
				}
			}
			d.Ground.Demo = true
			if b, err := f.Draw(d, fault.EN, fonts()); err != nil || (f.Name != "pdf" && !bytes.Contains(bytes.ToLower(b), []byte("demo"))) {
				t.Errorf("a demo's draft does not say so: %v", err)
			}
		})
	}
	if _, err := draft.FormNamed("fax"); !fault.Has(err, "DRAFT-FORM") {
		t.Error(err)
	}
}

func TestAPDFNamesItsXML(t *testing.T) {
	t.Parallel()
	b := draw(t, "pdf", valid().draft(t, draft.Yours{Number: "LC-1"}))
	for _, want := range []string{"/AF [", "/AFRelationship /Alternative", "/Metadata ", "/UF (factur-x.xml)", "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>"} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("%s is missing", want)
		}
	}
	if bytes.Contains(b, []byte("pdfaid")) {
		t.Error("it claims to be PDF/A, which it is not")
	}
	doc, err := einvoice.Read(b)
	if err != nil || doc.Source.Attachment != "factur-x.xml" {
		t.Errorf("%v %+v", err, doc)
	}
}
