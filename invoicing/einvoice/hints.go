package einvoice

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pdftext"
	"suanpan/internal/period"
	"suanpan/money"
)

// Hint is a value that seems to stand on a page of a PDF that carries no electronic invoice. It is a suggestion: a person compares it with
// the page and confirms it, and nothing is decided by it.
type Hint struct {
	Field string `json:"field"` // number, issueDate, payable, currency, requisition
	Value string `json:"value"` // a day as 2026-11-16 and an amount as 1130.00 where they can be read in one way only, else as written
	Page  int    `json:"page"`
	Line  string `json:"line"` // what stands there
}

// label is what a value is announced by, the clearest words first.
type label struct {
	field string
	words *regexp.Regexp
	value *regexp.Regexp
	last  bool // the last one on the pages counts, as with totals
	only  bool // the words are common ones: nothing may stand between them and the value
}

var (
	numberForm = regexp.MustCompile(`[\p{L}0-9][\p{L}0-9/._-]*[0-9][\p{L}0-9/._-]*|[0-9]+`)
	dateForm   = regexp.MustCompile(`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}\.? \p{L}{3,9}\.? \d{4}|\p{L}{3,9} \d{1,2}, \d{4}`)
	amountForm = regexp.MustCompile(`-?\d{1,3}(?:[ .,'’]\d{3})+(?:[.,]\d{1,3})?|-?\d+(?:[.,]\d{1,3})?`)
)

// labels are the words of invoices in the languages in which merchants of the marketplace write them.
var labels = []label{
	{"number", words(`(?:tax |vat )?invoice (?:no|number|nr|num|#)|发票号码?|número d[ae] (?:fatura|nota)|n[ºo°.]+ d[ae] (?:fatura|nota)|número de factura|factura n\S*|fatura n\S*|rechnungs-?(?:nummer|nr)|(?:handels)?rechnung nr|numéro de facture|facture n\S*|numero fattura|fattura n\S*`), numberForm, false, false},
	{"number", words(`(?:tax )?invoice|factura|fatura|rechnung|facture|fattura`), numberForm, false, true},
	{"issueDate", words(`invoice date|date of issue|issue date|issued(?: on)?|开票日期|data (?:de|da|di) (?:emissão|fatura|emissione)|data fattura|fecha de (?:emisión|factura)|rechnungsdatum|date de (?:la )?facture`), dateForm, false, false},
	{"issueDate", words(`date|日期|data|fecha|datum`), dateForm, false, true},
	{"payable", words(`(?:amount|total|balance) (?:due|payable)|amount to pay|应付(?:金额)?|(?:total|valor) a pagar|zahlbetrag|net à payer|totale da pagare`), amountForm, true, false},
	{"payable", words(`(?:grand|invoice) total|total amount|total incl\S*|价税合计|valor total|importe total|gesamtbetrag|total ttc|totale documento`), amountForm, true, false},
	{"payable", words(`total|合计|summe|totale`), amountForm, true, false},
}

// words matches one of the alternatives at the start of a cell, whatever its case, and what usually follows a label.
func words(alternatives string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(?:` + alternatives + `)(?:$|[\s:：.#№(]|\d)`)
}

var currencyForm = regexp.MustCompile(`\b[A-Z]{3}\b`)

// Hints looks for an invoice's number, day, amount due and currency on the pages of a PDF, and for the given requisition numbers. None
// of it is read from pictures.
func Hints(b []byte, requisitions ...string) ([]Hint, error) {
	if !endsWhole(b) {
		return nil, pdfFault(b, errNoEnd)
	}
	rows, err := pdftext.Rows(b)
	switch {
	case errors.Is(err, pdftext.ErrTooLarge):
		return nil, fault.New(fault.TooLarge, "EINV-TOO-LARGE", "", fault.Args{"limit": MaxBytes >> 20}).Wrap(err)
	case err != nil:
		return nil, pdfFault(b, err)
	}
	var out []Hint
	seen := map[string]bool{}
	for _, l := range labels {
		if seen[l.field] {
			continue
		}
		if h, currency := l.find(rows); h != nil {
			seen[l.field] = true
			out = append(out, *h)
			if currency != "" {
				out = append(out, Hint{"currency", currency, h.Page, h.Line})
			}
		}
	}
	for _, number := range requisitions {
		for _, r := range rows {
			if want := plain(number); want != "" && contains(plain(r.String()), want) {
				out = append(out, Hint{"requisition", number, r.Page, clip(r.String(), 200)})
				break
			}
		}
	}
	return out, nil
}

// find gives the label's value: in its own cell, in the next one of the row, or in the one below.
func (l label) find(rows []pdftext.Row) (*Hint, string) {
	var found *Hint
	currency := ""
	for i, r := range rows {
		for j, c := range r.Cells {
			at := l.words.FindStringIndex(c.Text)
			if at == nil {
				continue
			}
			where, value := l.near(rows, i, j, at[1])
			if value == "" {
				continue
			}
			found = &Hint{Field: l.field, Value: l.understood(value), Page: r.Page, Line: clip(where.String(), 200)}
			currency = ""
			if l.field == "payable" {
				currency = currencyOf(where.String() + " " + r.String())
			}
			if !l.last {
				return found, currency
			}
		}
	}
	return found, currency
}

// near looks for the value where people put it beside its label.
func (l label) near(rows []pdftext.Row, i, j, from int) (pdftext.Row, string) {
	r := rows[i]
	if from > 0 && from <= len(r.Cells[j].Text) {
		from-- // the label's last sign may be the value's first digit
	}
	rest := r.Cells[j].Text[from:]
	if v := l.pick(rest); v != "" {
		if l.only && !strings.HasPrefix(strings.TrimLeft(rest, " :：.#№"), v) {
			return r, ""
		}
		return r, v
	}
	for _, c := range r.Cells[j+1:] {
		if v := l.pick(c.Text); v != "" {
			return r, v
		}
	}
	if i+1 < len(rows) && rows[i+1].Page == r.Page {
		for _, c := range rows[i+1].Cells {
			if d := c.X - r.Cells[j].X; d > -40 && d < 40 { // a column's values stand under its head
				if v := l.pick(c.Text); v != "" {
					return rows[i+1], v
				}
			}
		}
	}
	return r, ""
}

func (l label) pick(s string) string {
	s = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
	all := l.value.FindAllString(s, -1)
	if len(all) == 0 {
		return ""
	}
	if l.last { // "Total 16% 200.07": the amount comes last
		return all[len(all)-1]
	}
	return all[0]
}

// understood writes a day or an amount in one way, where there is only one in which it can be read.
func (l label) understood(value string) string {
	switch l.field {
	case "issueDate":
		if d, ok := hintDay(value); ok {
			return d.String()
		}
	case "payable":
		return hintAmount(value)
	}
	return strings.Trim(value, "./_-")
}

var dayFirst = regexp.MustCompile(`^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})$`)

// hintDay reads a day. 11/03/2026 is March in one country and November in another, and stays as it is written.
func hintDay(s string) (period.Day, bool) {
	for _, layout := range []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "2 January 2006", "2 Jan 2006", "January 2, 2006", "Jan 2, 2006", "2. January 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return period.DayOf(t, time.UTC), true
		}
	}
	m := dayFirst.FindStringSubmatch(s)
	if m == nil {
		return period.Day{}, false
	}
	layouts := map[bool]string{true: "2/1/2006", false: "1/2/2006"}
	first, err1 := time.Parse(layouts[true], m[1]+"/"+m[3]+"/"+m[4])
	second, err2 := time.Parse(layouts[false], m[1]+"/"+m[3]+"/"+m[4])
	switch {
	case err1 == nil && (err2 != nil || m[2] == "." || first.Equal(second)): // with full stops the day comes first
		return period.DayOf(first, time.UTC), true
	case err1 != nil && err2 == nil:
		return period.DayOf(second, time.UTC), true
	}
	return period.Day{}, false
}

// hintAmount takes the marks out between thousands. 1.250 may be a thousand or one and a quarter, and stays as it is written.
func hintAmount(s string) string {
	bare := strings.NewReplacer(" ", "", "'", "", "’", "").Replace(s)
	point, comma := strings.LastIndex(bare, "."), strings.LastIndex(bare, ",")
	mark := max(point, comma)
	switch {
	case mark < 0:
	case point >= 0 && comma >= 0, len(bare)-mark-1 != 3:
		whole := strings.NewReplacer(".", "", ",", "").Replace(bare[:mark])
		bare = whole + "." + bare[mark+1:]
	case strings.Count(bare, bare[mark:mark+1]) > 1: // 1.250.000
		bare = strings.NewReplacer(".", "", ",", "").Replace(bare)
	default:
		return s
	}
	if _, err := money.Parse(bare); err != nil {
		return s
	}
	return bare
}

func currencyOf(line string) string {
	for _, c := range currencyForm.FindAllString(line, -1) {
		if money.Currency(c).Valid() {
			return c
		}
	}
	return ""
}
