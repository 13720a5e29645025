package conformance

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"
)

// The name spaces of UBL's simple and composite elements.
const (
	cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
	cac = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
)

// completed adds to a UBL fragment what every invoice says beside that which a rule is about: number, date, type, currency, the two
// names and the two last totals. Nothing that stands there is changed; a value of another format comes back as it is.
func completed(doc []byte) []byte {
	f, ok := look(doc)
	if !ok {
		return doc
	}
	var head, totals strings.Builder
	simple := func(b *strings.Builder, name, value string) {
		b.WriteString(`<` + name + ` xmlns="` + cbc + `">` + value + `</` + name + `>`)
	}
	for _, want := range [][2]string{{"ID", "1"}, {"IssueDate", "2026-01-01"}, {f.root + "TypeCode", map[string]string{"Invoice": "380", "CreditNote": "381"}[f.root]}, {"DocumentCurrencyCode", f.currency}} {
		if !f.has[want[0]] {
			simple(&head, want[0], want[1])
		}
	}
	for _, party := range []string{"AccountingSupplierParty", "AccountingCustomerParty"} {
		if !f.has[party+"/name"] {
			head.WriteString(`<` + party + ` xmlns="` + cac + `"><Party><PartyLegalEntity>`)
			simple(&head, "RegistrationName", "X")
			head.WriteString(`</PartyLegalEntity></Party></` + party + `>`)
		}
	}
	gross, payable := f.totals["TaxInclusiveAmount"], f.totals["PayableAmount"]
	if gross == "" {
		if gross = payable; gross == "" {
			gross = "0"
		}
		simple(&totals, "TaxInclusiveAmount", gross)
	}
	if payable == "" {
		simple(&totals, "PayableAmount", gross)
	}
	at := f.end
	if f.totalsEnd > 0 {
		at = f.totalsEnd
	} else {
		rest := totals.String()
		totals.Reset()
		totals.WriteString(`<LegalMonetaryTotal xmlns="` + cac + `">` + rest + `</LegalMonetaryTotal>`)
	}
	return slices.Concat(doc[:at], []byte(totals.String()), doc[at:f.end], []byte(head.String()), doc[f.end:])
}

// fragment is what stands in a UBL document, as far as it may have to be completed.
type fragment struct {
	root, currency string
	has            map[string]bool   // children of the root, and AccountingSupplierParty/name
	totals         map[string]string // what LegalMonetaryTotal says
	totalsEnd, end int               // where its last tag and the root's begin
}

func look(doc []byte) (fragment, bool) {
	f := fragment{currency: "EUR", has: map[string]bool{}, totals: map[string]string{}}
	dec := xml.NewDecoder(bytes.NewReader(doc))
	var open []string
	for {
		from := int(dec.InputOffset())
		tok, err := dec.Token()
		if err != nil {
			return f, f.end > 0 && (f.root == "Invoice" || f.root == "CreditNote")
		}
		switch t := tok.(type) {
		case xml.StartElement:
			open = append(open, t.Name.Local)
			f.enter(open, t.Attr)
		case xml.CharData:
			if len(open) == 3 && open[1] == "LegalMonetaryTotal" {
				f.totals[open[2]] += strings.TrimSpace(string(t))
			}
		case xml.EndElement:
			if len(open) == 2 && open[1] == "LegalMonetaryTotal" {
				f.totalsEnd = from
			}
			if len(open) == 1 {
				f.end = from
			}
			open = open[:len(open)-1]
		}
	}
}

func (f *fragment) enter(open []string, attrs []xml.Attr) {
	switch n := len(open); {
	case n == 1:
		f.root = open[0]
	case n == 2:
		f.has[open[1]] = true
	case open[n-1] == "RegistrationName", open[n-1] == "Name" && open[n-2] == "PartyName":
		f.has[open[1]+"/name"] = true
	}
	for _, a := range attrs {
		if a.Name.Local == "currencyID" && f.currency == "EUR" && a.Value != "" {
			f.currency = a.Value
		}
	}
}
