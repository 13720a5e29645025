package draft

import (
	"regexp"
	"strings"

	"github.com/beevik/etree"

	"suanpan/internal/period"
)

// EN 16931 is the profile of both XML forms: the European standard's semantic model, on which the other national ones build.
const en16931 = "urn:cen.eu:en16931:2017"

// Codes of the lists that EN 16931 names.
const (
	commercialInvoice = "380" // UNTDID 1001
	creditTransfer    = "30"  // UNTDID 4461
	meansNotDefined   = "1"   // where the account is not known here
	one               = "C62" // UN/ECE Rec 20: one
	localTaxNumber    = "FC"  // UNTDID 1153: a tax number that is no VAT identifier (BT-32)
)

// reasons say why no tax is charged, by category (VATEX code list).
var reasons = map[Category]struct{ code, text string }{
	OutsideTax:    {"VATEX-EU-O", "Not subject to VAT"},
	ReverseCharge: {"VATEX-EU-AE", "Reverse charge"},
}

// tree writes elements below a parent. An element without a text is not written.
type tree struct{ *etree.Element }

// under makes an element along a path of names; attrs are pairs.
func (t tree) under(name string, attrs ...string) tree {
	e := t.CreateElement(name)
	for i := 0; i+1 < len(attrs); i += 2 {
		e.CreateAttr(attrs[i], attrs[i+1])
	}
	return tree{e}
}

func (t tree) text(name, value string, attrs ...string) {
	if value = writable(value); value != "" {
		t.under(name, attrs...).SetText(value)
	}
}

// yours is a place that only the merchant can fill. Empty, it stays empty, with a mark before it, and no reader takes it for a value.
func (t tree) yours(name, value, what string) {
	if value = writable(value); value != "" {
		t.text(name, value)
		return
	}
	t.CreateComment(" fill in: " + what + " ")
	t.under(name)
}

// missing marks a place that is left out because its value is not known.
func (t tree) missing(what string) { t.CreateComment(" fill in: " + what + " ") }

func (d Draft) document(root string, spaces ...string) (*etree.Document, tree) {
	out := etree.NewDocument()
	out.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	if d.Ground.Demo {
		out.CreateComment(" DEMO: invented figures, not an invoice ")
	}
	r := out.CreateElement(root)
	for i := 0; i+1 < len(spaces); i += 2 {
		r.CreateAttr(spaces[i], spaces[i+1])
	}
	return out, tree{r}
}

func bytesOf(d *etree.Document) ([]byte, error) {
	d.Indent(2)
	return d.WriteToBytes()
}

// writable is a text as an XML can carry it: one line, no invisible characters.
func writable(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unwritable(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// notes of the invoice: the remarks that a list asks for, and reverse charge where it applies.
func (d Draft) notes() []string {
	out := []string{d.Remarks()}
	if d.Category == ReverseCharge {
		out = append(out, "reverse charge")
	}
	return out
}

// terms of payment: EN 16931 asks for them or for a day (BR-CO-25), and no day is promised before the invoice is accepted.
func (d Draft) terms() string {
	return "Paid on payment requisition " + d.List.Requisition + " after the invoice is accepted"
}

var vatID = regexp.MustCompile(`^[A-Z]{2}[0-9A-Z+*.]{2,13}$`)

// vat tells whether a tax number is a VAT identifier in the sense of EN 16931: it begins with its country (BR-CO-09). Others are
// local numbers.
func vat(id, country string) bool {
	return country != "" && strings.HasPrefix(id, country) && vatID.MatchString(id)
}

func compact(s string) string { return strings.ReplaceAll(writable(s), " ", "") }

var iban = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$`)

// account is the merchant's account number and whether it is an IBAN.
func (d Draft) account() (no string, isIBAN bool) {
	no = writable(d.Values["bank_account_no"])
	if c := strings.ToUpper(compact(no)); iban.MatchString(c) {
		return c, true
	}
	return no, false
}

var bic = regexp.MustCompile(`^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$`)

// bankCode is the bank's BIC; empty where what is known has not its shape.
func (d Draft) bankCode() string {
	if c := strings.ToUpper(compact(d.Values["swift_code"])); bic.MatchString(c) {
		return c
	}
	return ""
}

func dayCII(d period.Day) string { return strings.ReplaceAll(d.String(), "-", "") }
