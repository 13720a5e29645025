package einvoice

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/money"
)

// shownTerms is how many parts of a sum its evidence names; the rest is counted in it but not named.
const shownTerms = 4

// term is one figure that a sum is made of.
type term struct {
	node  *node
	sign  string
	value decimal.Decimal
}

// total is a figure that a format writes in parts: "+@SubTotal", "-@Descuento". What stands once and alone is that figure as
// written; of several, the sum is taken and its evidence says so. Parts of zero are named only where there is nothing else.
func (r *reading) total(field string, required bool, parts ...string) decimal.Decimal {
	var terms []term
	sum := decimal.Zero
	for _, part := range parts {
		sign, path := part[:1], part[1:]
		for _, n := range r.root.all(r.ns, path) {
			if n.text == "" {
				continue
			}
			v, ok := r.parse(n)
			if !ok {
				return decimal.Zero
			}
			if sign == "-" {
				sum = sum.Sub(v)
			} else {
				sum = sum.Add(v)
			}
			terms = append(terms, term{n, sign, v})
		}
	}
	if len(terms) == 0 {
		if required {
			r.missing(field, parts[0][1:])
		}
		return decimal.Zero
	}
	r.derive(field, terms)
	return sum
}

// derive keeps where the parts of a sum stand.
func (r *reading) derive(field string, terms []term) {
	var shown []term
	for _, t := range terms {
		if !t.value.IsZero() {
			shown = append(shown, t)
		}
	}
	if len(shown) == 0 {
		shown = terms[:1]
	}
	if len(shown) == 1 && shown[0].sign == "+" {
		r.found(field, shown[0].node)
		return
	}
	var where, raw strings.Builder
	for i, t := range shown {
		if i == shownTerms {
			where.WriteString(" …")
			raw.WriteString(" …")
			break
		}
		if i > 0 || t.sign == "-" {
			where.WriteString(" " + t.sign + " ")
			raw.WriteString(" " + t.sign + " ")
		}
		where.WriteString(r.where(t.node))
		raw.WriteString(t.node.text)
	}
	r.doc.Evidence[field] = Evidence{Where: strings.TrimSpace(where.String()), Raw: clip(strings.TrimSpace(raw.String()), 200), Derived: true}
}

// parse reads one figure; what is no plain amount is a fault.
func (r *reading) parse(n *node) (decimal.Decimal, bool) {
	v, err := money.Parse(n.text)
	if err != nil {
		r.fail("EINV-AMOUNT", r.where(n), fault.Args{"value": clip(n.text, 60)})
	}
	return v, err == nil
}

// same says that a figure which the format writes only once under another meaning is also this one.
func (r *reading) same(field, as string) {
	if e, ok := r.doc.Evidence[as]; ok {
		r.doc.Evidence[field] = e
	}
}

// warn reports something about the document that refuses nothing.
func (r *reading) warn(code, where string, args ...fault.Args) {
	r.doc.Warnings = append(r.doc.Warnings, fault.Warning(code, where, args...))
}

// preceding keeps the invoices that this document refers back to.
func (r *reading) preceding(path string) {
	for _, n := range r.root.all(r.ns, path) {
		if n.text != "" {
			r.doc.Preceding = append(r.doc.Preceding, Text{Text: n.text, Where: r.where(n)})
		}
	}
}

// taxID adds a party's tax number under its scheme.
func (r *reading) taxID(p *Party, field, scheme, path string) {
	for _, n := range r.root.all(r.ns, path) {
		if n.text != "" {
			r.found(field+".taxIds["+strconv.Itoa(len(p.TaxIDs))+"]", n)
			p.TaxIDs = append(p.TaxIDs, TaxID{Scheme: scheme, ID: n.text})
			return
		}
	}
}

// category adds a row of the tax breakdown.
func (r *reading) category(n *node, c TaxCategory) {
	raw := c.Local
	if c.Code != "" {
		raw = c.Code
	}
	r.foundAs("taxCategories["+strconv.Itoa(len(r.doc.TaxCategories))+"]", n, raw)
	r.doc.TaxCategories = append(r.doc.TaxCategories, c)
}

// withheld adds a tax that the buyer keeps back.
func (r *reading) withheld(n *node, w Withholding) {
	r.foundAs("withholdings["+strconv.Itoa(len(r.doc.Withholdings))+"]", n, w.Tax)
	r.doc.Withholdings = append(r.doc.Withholdings, w)
}
