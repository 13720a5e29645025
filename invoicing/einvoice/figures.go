package einvoice

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/money"
)

// The arithmetic of EN 16931 (rules BR-CO-10 to BR-CO-17 and the rates of its categories), on the figures as written. What does
// not add up is reported with both figures and where the stated one stands; nothing is corrected, and nothing is refused here.

// parts are the single amounts that totals are made of, in a format that writes them.
type parts struct {
	lines, allowances, charges []*node
}

// categorySlack is how far the tax of a category may be from base × rate: less than one unit of the currency, as the official
// validation of BR-CO-17 allows, since sellers round line by line.
var categorySlack = decimal.NewFromInt(1)

// checkFigures compares every stated total with what its parts give.
func (r *reading) checkFigures(p parts) {
	d := r.doc
	says := func(field string) bool { _, ok := d.Evidence[field]; return ok }
	if sum, ok := sumOf(p.lines); ok && len(p.lines) > 0 && says("lineTotal") {
		r.differs("EINV-BR-CO-10", "lineTotal", d.LineTotal, sum.Round(2))
	}
	if sum, ok := sumOf(p.allowances); ok {
		r.differs("EINV-BR-CO-11", "discount", d.Discount, sum.Round(2))
	}
	if sum, ok := sumOf(p.charges); ok {
		r.differs("EINV-BR-CO-12", "charges", d.Charges, sum.Round(2))
	}
	if says("lineTotal") && says("net") {
		r.differs("EINV-BR-CO-13", "net", d.Net, d.LineTotal.Sub(d.Discount).Add(d.Charges))
	}
	if len(d.TaxCategories) > 0 && says("tax") {
		sum := decimal.Zero
		for _, c := range d.TaxCategories {
			sum = sum.Add(c.Tax)
		}
		r.differs("EINV-BR-CO-14", "tax", d.Tax, sum.Round(2))
	}
	r.checkTotals()
	for i, c := range d.TaxCategories {
		r.checkCategory(r.doc.Evidence["taxCategories["+strconv.Itoa(i)+"]"].Where, c)
	}
}

// checkTotals compares the totals that every format has.
func (r *reading) checkTotals() {
	d := r.doc
	says := func(field string) bool { _, ok := d.Evidence[field]; return ok }
	if says("net") && says("gross") && !d.Gross.Equal(d.Net.Add(d.Tax).Add(r.duty)) {
		r.differs("EINV-BR-CO-15", "gross", d.Gross, d.Net.Add(d.Tax))
	}
	if says("payable") && says("gross") {
		r.differs("EINV-BR-CO-16", "payable", d.Payable, d.Gross.Sub(d.Prepaid).Add(d.Rounding).Sub(d.Retained))
	}
}

func (r *reading) checkCategory(where string, c TaxCategory) {
	want := c.Base.Mul(c.Rate).Shift(-2).Round(2)
	if c.Tax.Sub(want).Abs().GreaterThanOrEqual(categorySlack) {
		r.warn("EINV-BR-CO-17", where, fault.Args{"stated": money.Exact(c.Tax), "computed": money.Exact(want), "rate": money.Exact(c.Rate), "base": money.Exact(c.Base)})
	}
	free := strings.Contains(" Z E AE G K O ZR ES33 ESN33 OS ", " "+c.Code+" ") && c.Code != ""
	if (c.Code == "S" && !c.Rate.IsPositive()) || (free && (!c.Rate.IsZero() || !c.Tax.IsZero())) {
		r.warn("EINV-BR-RATE", where, fault.Args{"category": clip(c.Code, 10), "rate": money.Exact(c.Rate), "tax": money.Exact(c.Tax)})
	}
}

// differs reports a total that is not what its parts give.
func (r *reading) differs(code, field string, stated, computed decimal.Decimal) {
	if stated.Equal(computed) {
		return
	}
	where := r.doc.Evidence[field].Where
	if where == "" {
		where = r.where(r.root)
	}
	r.warn(code, where, fault.Args{"stated": money.Exact(stated), "computed": money.Exact(computed)})
}

// sumOf adds amounts; an amount that is none leaves the sum unknown.
func sumOf(nodes []*node) (decimal.Decimal, bool) {
	sum := decimal.Zero
	for _, n := range nodes {
		v, err := decimal.NewFromString(n.text)
		if err != nil || len(n.text) > 40 {
			return sum, false
		}
		sum = sum.Add(v)
	}
	return sum, true
}

// Findings tells what is wrong with a UBL or CII text, mandatory values and arithmetic alike, without refusing what is incomplete: it
// is how the rules are tried on files that break one of them on purpose.
func Findings(b []byte) (fault.Faults, error) {
	f, err := open(b)
	if err != nil {
		return nil, err
	}
	var r *reading
	switch {
	case isUBL(f):
		r = readingUBL(f)
	case isCII(f):
		r = readingCII(f)
	default:
		return nil, notRead(f)
	}
	return append(append(fault.Faults{}, r.faults...), r.doc.Warnings...), nil
}
