package einvoice

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	library "github.com/speedata/einvoice"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// reading collects a Document from a tree, with its evidence and everything that is wrong with it.
type reading struct {
	doc    *Document
	root   *node
	ns     names
	prefix string // before every place: the attachment's name and a colon, in a PDF
	faults fault.Faults

	duty decimal.Decimal // a stamp duty that a total may contain beside net amount and tax (Italy's bollo)
}

func newReading(f File, ns names) *reading {
	return &reading{doc: &Document{Evidence: map[string]Evidence{}}, root: f.root, ns: ns, prefix: f.where}
}

func (r *reading) where(n *node) string { return r.prefix + n.where(r.ns) }

func (r *reading) fail(code, path string, args ...fault.Args) {
	r.faults = append(r.faults, fault.New(fault.Invalid, code, path, args...))
}

func (r *reading) found(field string, n *node) { r.foundAs(field, n, n.text) }

func (r *reading) foundAs(field string, n *node, raw string) {
	r.doc.Evidence[field] = Evidence{Where: r.where(n), Raw: clip(raw, 200)}
}

// missing says that a value which every invoice needs is not written where the format wants it.
func (r *reading) missing(field, path string) {
	r.fail("EINV-MISSING", r.prefix+r.root.where(nil)+"/"+path, fault.Args{"field": field})
}

// text is the value of an element that may stand once. Twice with one value is tolerated, with two values nobody can
// say which is meant.
func (r *reading) text(field, path string, required bool) string {
	var first *node
	for _, n := range r.root.all(r.ns, path) {
		switch {
		case n.text == "":
		case first == nil:
			first = n
		case first.text != n.text:
			r.fail("EINV-REPEATED", r.where(n), fault.Args{"field": field, "one": clip(first.text, 60), "other": clip(n.text, 60)})
			return first.text
		}
	}
	if first == nil {
		if required {
			r.missing(field, path)
		}
		return ""
	}
	r.found(field, first)
	return first.text
}

// firstText is the first value among several that are all legitimate, such as one account of two.
func (r *reading) firstText(field, path string) string {
	for _, n := range r.root.all(r.ns, path) {
		if n.text != "" {
			r.found(field, n)
			return n.text
		}
	}
	return ""
}

// amount is a figure in the document's currency. A figure in another currency, such as the tax in that of the tax
// office, stands beside it in some profiles and is passed over.
func (r *reading) amount(field, path string, required bool) decimal.Decimal {
	var first *node
	var value decimal.Decimal
	other := ""
	for _, n := range r.root.all(r.ns, path) {
		if c := n.attr("currencyID"); c != "" && c != string(r.doc.Currency) {
			other = c
			continue
		}
		v, err := money.Parse(n.text)
		switch {
		case err != nil:
			r.fail("EINV-AMOUNT", r.where(n), fault.Args{"value": clip(n.text, 60)})
			return decimal.Zero
		case first == nil:
			first, value = n, v
		case !value.Equal(v):
			r.fail("EINV-REPEATED", r.where(n), fault.Args{"field": field, "one": clip(first.text, 60), "other": clip(n.text, 60)})
			return value
		}
	}
	switch {
	case first != nil:
		r.found(field, first)
	case required && other != "":
		r.fail("EINV-CURRENCY", r.prefix+r.root.where(nil)+"/"+path, fault.Args{"field": field, "currency": clip(other, 10), "document": string(r.doc.Currency)})
	case required:
		r.missing(field, path)
	}
	return value
}

// amountIn is a figure in a named currency other than the document's; what bears no currency is not it.
func (r *reading) amountIn(field, path string, c money.Currency) decimal.Decimal {
	var first *node
	var value decimal.Decimal
	for _, n := range r.root.all(r.ns, path) {
		if n.attr("currencyID") != string(c) {
			continue
		}
		v, ok := r.parse(n)
		switch {
		case !ok:
			return decimal.Zero
		case first == nil:
			first, value = n, v
			r.found(field, n)
		case !value.Equal(v):
			r.fail("EINV-REPEATED", r.where(n), fault.Args{"field": field, "one": clip(first.text, 60), "other": clip(n.text, 60)})
		}
	}
	return value
}

// currency reads the document's currency; the amounts need it.
func (r *reading) currency(path string) {
	text := r.text("currency", path, true)
	r.doc.Currency = money.Currency(text)
	if text != "" && !r.doc.Currency.Valid() {
		r.fail("EINV-CURRENCY-UNKNOWN", r.doc.Evidence["currency"].Where, fault.Args{"currency": clip(text, 20)})
	}
}

// date reads a calendar day; parse knows how the format writes it.
func (r *reading) date(path string, parse func(string) (period.Day, error)) {
	text := r.text("issueDate", path, true)
	if text == "" {
		return
	}
	day, err := parse(text)
	if err != nil {
		r.fail("EINV-DATE", r.doc.Evidence["issueDate"].Where, fault.Args{"value": clip(text, 40)})
		return
	}
	r.doc.IssueDate = day
}

// notes keeps every note, without the subject code that UBL writes as #AAK# before the text (EN 16931, BT-21).
func (r *reading) notes(path string) {
	for _, n := range r.root.all(r.ns, path) {
		text := n.text
		if strings.HasPrefix(text, "#") {
			if i := strings.Index(text[1:], "#"); i > 0 && i <= 4 {
				text = strings.TrimSpace(text[i+2:])
			}
		}
		if text != "" {
			r.foundAs("notes["+strconv.Itoa(len(r.doc.Notes))+"]", n, n.text)
			r.doc.Notes = append(r.doc.Notes, Text{Text: text, Where: r.where(n)})
		}
	}
}

func (r *reading) references(place Place, path string) {
	for _, n := range r.root.all(r.ns, path) {
		if n.text != "" {
			r.doc.References = append(r.doc.References, Reference{Place: place, Value: n.text, Where: r.where(n)})
		}
	}
}

func (r *reading) rate(n *node, path string) decimal.Decimal {
	for _, k := range n.all(r.ns, path) {
		if k.text == "" {
			continue
		}
		if c := k.attr("currencyID"); c != "" && c != string(r.doc.Currency) {
			continue
		}
		v, err := money.Parse(k.text)
		if err != nil {
			r.fail("EINV-AMOUNT", r.where(k), fault.Args{"value": clip(k.text, 60)})
		}
		return v
	}
	return decimal.Zero
}

func childText(n *node, ns names, path string) string {
	for _, k := range n.all(ns, path) {
		if k.text != "" {
			return k.text
		}
	}
	return ""
}

// done gives the document, or everything that is wrong with it; for formats that no second reader knows.
func (r *reading) done() (*Document, error) {
	r.checkTotals()
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	return r.doc, nil
}

// creditCodes are the document types (UNTDID 1001, and Turkey's return) with which a seller gives money back.
var creditCodes = map[string]bool{"81": true, "83": true, "261": true, "262": true, "296": true, "308": true, "381": true, "396": true, "420": true, "458": true, "532": true, "IADE": true}

// finish has the library read the same text, compares, and gives the document or all faults.
func (r *reading) finish(text []byte) (*Document, error) {
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	if len(text) > maxSecond {
		r.doc.Warnings = append(r.doc.Warnings, fault.Warning("EINV-ONE-READER", r.prefix))
		return r.doc, nil
	}
	var inv *library.Invoice
	err := guard("einvoice", func() (err error) {
		inv, err = library.ParseReader(bytes.NewReader(text))
		return err
	})
	if err != nil {
		// It is stricter than the formats in places (a blank around an amount); its silence refuses nothing.
		r.doc.Warnings = append(r.doc.Warnings, fault.Warning("EINV-ONE-READER", r.where(r.root)).Wrap(err))
		return r.doc, nil
	}
	r.compare(inv)
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	return r.doc, nil
}

// compare refuses figures on which two readers differ. Only what is written is compared.
func (r *reading) compare(inv *library.Invoice) {
	differ := func(field, mine, theirs string) {
		if mine != theirs {
			r.fail("EINV-READERS", r.doc.Evidence[field].Where, fault.Args{"field": field, "one": clip(mine, 60), "other": clip(theirs, 60)})
		}
	}
	d := r.doc
	differ("number", d.Number, strings.TrimSpace(inv.InvoiceNumber))
	differ("currency", string(d.Currency), strings.TrimSpace(inv.InvoiceCurrencyCode))
	if !inv.InvoiceDate.IsZero() {
		differ("issueDate", d.IssueDate.String(), inv.InvoiceDate.Format("2006-01-02"))
	}
	for _, f := range []struct {
		field        string
		mine, theirs decimal.Decimal
	}{
		{"net", d.Net, inv.TaxBasisTotal},
		{"tax", d.Tax, inv.TaxTotal},
		{"gross", d.Gross, inv.GrandTotal},
		{"prepaid", d.Prepaid, inv.TotalPrepaid},
		{"payable", d.Payable, inv.DuePayableAmount},
	} {
		if _, written := d.Evidence[f.field]; written && !f.mine.Equal(f.theirs) {
			differ(f.field, money.Exact(f.mine), money.Exact(f.theirs))
		}
	}
	if d.Lines != len(inv.InvoiceLines) {
		differ("lines", strconv.Itoa(d.Lines), strconv.Itoa(len(inv.InvoiceLines)))
	}
}
