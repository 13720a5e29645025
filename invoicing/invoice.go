package invoicing

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"

	"golang.org/x/text/unicode/norm"
)

// Kind is what a document says it is.
type Kind string

// The kinds. Only an invoice answers a list.
const (
	KindInvoice    Kind = "invoice"
	KindCreditNote Kind = "credit_note"
	KindOther      Kind = "other" // a payment receipt, a delivery note …
)

// Invoice is what a merchant sent: typed in, or read from a file. Every value is as it stands on the document; nothing is filled
// in for it. Blank means that the document does not say.
type Invoice struct {
	FiscalKind string `json:"fiscalKind,omitempty"` // of its fiscal id, as entities/identifier names it: "mx.cfdi", "br.nfe"
	FiscalID   string `json:"fiscalId,omitempty"`   // what its tax office calls it, once for ever; empty where it has none

	Number       string              `json:"number"`
	Date         period.Day          `json:"date"` // the day printed on it, no zone
	Currency     money.Currency      `json:"currency"`
	BillTo       string              `json:"billTo"`      // addressee
	Issuer       string              `json:"issuer"`      // seller
	AccountName  string              `json:"accountName"` // beneficiary of the bank account
	Requisitions []string            `json:"requisitions"`
	Period       string              `json:"period"` // settlement period(s) as written: "202610", "2026-09, 2026-10"
	GrandTotal   decimal.Decimal     `json:"grandTotal"`
	Tax          decimal.Decimal     `json:"tax"` // all tax on it, contained in GrandTotal
	Prepaid      decimal.Decimal     `json:"prepaid"`
	Rounding     decimal.Decimal     `json:"rounding"`
	Retained     decimal.Decimal     `json:"retained,omitzero"`  // taxes the payer withholds, where the document itself deducts them (Mexico, Brazil, Italy)
	Stated       *decimal.Decimal    `json:"stated,omitempty"`   // amount due as the document itself says; nil where it does not
	Kind         Kind                `json:"kind"`               // empty: invoice
	Credits      string              `json:"credits,omitempty"`  // of a credit note: the number of the invoice that it lowers
	FileHash     string              `json:"fileHash,omitempty"` // SHA-256 of the stored file it was read from
	Format       string              `json:"format,omitempty"`   // "typed", "UBL", "CII" …
	Evidence     map[string]Evidence `json:"evidence,omitempty"` // by field name, as in this JSON

	// Known says which of the particulars the reader could tell; a typed invoice has none. What is not known is never taken for missing.
	Known       entities.Parts        `json:"known,omitempty"`
	Particulars *entities.Particulars `json:"particulars,omitempty"`
	// Findings are what its reader has to say that refuses nothing: figures that do not add up, no seal. They are told with the verdict
	// and kept with it.
	Findings fault.Faults `json:"-"`
}

// Evidence says where a value was found.
type Evidence struct {
	Place string `json:"place"` // XPath, field code, page and line
	Text  string `json:"text"`  // as it stands there
}

// Due is the amount due: total − prepaid + rounding (EN 16931 BR-CO-16), tax included. What the payer withholds is still due, to
// the tax office, and is not deducted.
func (i Invoice) Due() decimal.Decimal { return i.GrandTotal.Sub(i.Prepaid).Add(i.Rounding) }

// consistent tells whether the amount due that the document states is the one its other figures give. A document
// that deducts what is withheld states the rest.
func (i Invoice) consistent() bool { return i.Stated == nil || i.Stated.Equal(i.Due().Sub(i.Retained)) }

// IsInvoice tells whether the document can answer a list: it calls itself an invoice and asks for money.
func (i Invoice) IsInvoice() bool {
	return (i.Kind == "" || i.Kind == KindInvoice) && !i.GrandTotal.IsNegative()
}

// IsCredit tells whether the document lowers an invoice that it names. A credit note that names none answers nothing.
func (i Invoice) IsCredit() bool {
	return i.Kind == KindCreditNote && strings.TrimSpace(i.Credits) != ""
}

// signed gives a figure its direction: what a credit note says is taken off, whichever sign it was written with.
func (i Invoice) signed(v decimal.Decimal) decimal.Decimal {
	if i.IsCredit() {
		return v.Abs().Neg()
	}
	return v
}

// NumberKey is the number as it is compared: trimmed and case-blind, otherwise exact.
func NumberKey(number string) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) { // invisible: two numbers that look the same are the same
			return -1
		}
		return r
	}, norm.NFKC.String(number))
	return strings.ToUpper(strings.TrimSpace(seen))
}

// lookAlike tells whether a person may take one number for the other: the same letters and digits whatever separates them (INV-2026-001,
// INV2026001), or the same parts but for leading zeros (A-007, A7). Case, width and invisible characters are gone by NumberKey.
func lookAlike(a, b string) bool {
	bareA, partsA := lookKeys(a)
	bareB, partsB := lookKeys(b)
	return bareA == bareB || partsA == partsB
}

// lookKeys gives a number's letters and digits, and the same with runs of digits apart and without their leading zeros.
func lookKeys(number string) (bare, parts string) {
	var all, cut strings.Builder
	begun, zeros := false, false // in a run of digits beyond its leading zeros; only zeros of it seen so far
	end := func() {
		if zeros {
			cut.WriteString(" 0")
		}
		begun, zeros = false, false
	}
	for _, r := range NumberKey(number) {
		switch {
		case r == '0' && !begun:
			zeros = true
		case unicode.IsDigit(r):
			if !begun {
				cut.WriteByte(' ')
			}
			begun, zeros = true, false
			cut.WriteRune(r)
		default:
			end()
			if unicode.IsLetter(r) {
				cut.WriteRune(r)
			}
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			all.WriteRune(r)
		}
	}
	end()
	return all.String(), cut.String()
}

// RequisitionKey is a requisition number as it is compared: trimmed, case-blind.
func RequisitionKey(no string) string { return strings.ToUpper(strings.TrimSpace(no)) }

// named gives the distinct requisitions on the invoice, blanks left out.
func (i Invoice) named() []string {
	var out []string
	seen := map[string]bool{}
	for _, r := range i.Requisitions {
		k := RequisitionKey(r)
		if k != "" && !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}

var (
	yearFirst  = regexp.MustCompile(`\b(\d{4})[-/.]?(\d{2})\b`)
	monthFirst = regexp.MustCompile(`\b(\d{2})[-/.](\d{4})\b`)
)

// months reads the settlement periods named on an invoice: 202610, 2026-10, 10/2026, and days such as 2026-10-31 as their month.
func months(text string) map[period.Month]bool {
	out := map[period.Month]bool{}
	for _, m := range yearFirst.FindAllStringSubmatch(text, -1) {
		if p, err := period.ParseMonth(m[1] + m[2]); err == nil {
			out[p] = true
		}
	}
	for _, m := range monthFirst.FindAllStringSubmatch(text, -1) {
		if p, err := period.ParseMonth(m[2] + m[1]); err == nil {
			out[p] = true
		}
	}
	return out
}

func samePeriods(named map[period.Month]bool, want []period.Month) bool {
	if len(named) != len(want) {
		return false
	}
	for _, m := range want {
		if !named[m] {
			return false
		}
	}
	return true
}
