package draft

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/invoicing"
	"suanpan/money"
)

// maxNumber is how many characters a draft's invoice number may have; the longest that a country of the entities asks for has 50.
const maxNumber = 60

// Category is the tax category of the invoice (UNTDID 5305), as far as it follows from the list and the rate that the merchant named.
type Category string

// The categories of a draft. Whether an invoice without tax is exempt, zero-rated or outside the tax is the merchant's law: the draft
// says the last, which claims least.
const (
	OutsideTax    Category = "O"
	Standard      Category = "S"
	ReverseCharge Category = "AE"
)

// Yours is what only the merchant can say of its invoice. Every value may be empty.
type Yours struct {
	Number string
	Date   period.Day      // zero: today where the contracting entity is
	Rate   decimal.Decimal // percent of tax that the invoice shows; zero: it shows none
}

// ParseYours reads texts as somebody typed them, and gives all that is wrong with them.
func ParseYours(number, date, rate string) (Yours, fault.Faults) {
	y := Yours{Number: strings.TrimSpace(number)}
	var fs fault.Faults
	bad := func(code, path, got string, more ...fault.Args) {
		args := fault.Args{"got": got}
		for _, m := range more {
			for k, v := range m {
				args[k] = v
			}
		}
		fs = append(fs, fault.New(fault.Invalid, code, path, args))
	}
	if utf8.RuneCountInString(y.Number) > maxNumber || strings.ContainsFunc(y.Number, unwritable) {
		bad(codeNumber, "number", clip(y.Number), fault.Args{"max": maxNumber})
	}
	var err error
	if date = strings.TrimSpace(date); date != "" {
		if y.Date, err = period.ParseDay(date); err != nil {
			bad(codeDate, "date", clip(date))
		}
	}
	if rate = strings.TrimSuffix(strings.TrimSpace(rate), "%"); rate != "" {
		y.Rate, err = money.Parse(strings.TrimSpace(rate))
		if err != nil || y.Rate.IsNegative() || y.Rate.GreaterThanOrEqual(hundred) || y.Rate.Exponent() < -4 {
			bad(codeRate, "rate", clip(rate))
		}
	}
	return y, fs
}

// unwritable are characters that no XML carries, or that nobody sees.
func unwritable(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == 0xFFFE || r == 0xFFFF
}

func clip(s string) string {
	if r := []rune(s); len(r) > maxNumber {
		return string(r[:maxNumber]) + "…"
	}
	return s
}

// Ground is what a draft depends on besides the list and the merchant: taken from the directory at the instant it is drawn up.
type Ground struct {
	Rule    invoicing.CompareRule // which figure of the invoice answers which of the list
	Country string                // of the contracting entity, ISO 3166 alpha-2
	Address string                // of the contracting entity, in one line; empty where nobody set it
	Today   period.Day            // where the entity is
	At      time.Time             // business time of the drawing
	Demo    bool                  // the figures are invented
}

// GroundAt takes the ground of a list from the directory.
func GroundAt(dir *entities.Directory, l invoicing.List, at time.Time) Ground {
	g := invoicing.GroundAt(dir, l.Entity, at)
	return Ground{
		Rule: invoicing.CompareFor(dir, l), Country: g.Entity.Country, Address: dir.Text(entities.KeyEntityAddress, entities.ForEntity(l.Entity), at),
		Today: period.DayOf(at, invoicing.DeadlineOf(dir, l, at).Zone), At: at,
	}
}

// Draft is the invoice that answers a list, as far as it is known. Amounts are in the list's currency.
type Draft struct {
	List     invoicing.List
	Ground   Ground
	Number   string // empty: the merchant's to fill in
	Date     period.Day
	Net      decimal.Decimal // without tax
	Tax      decimal.Decimal
	Gross    decimal.Decimal // with tax: the amount payable
	Rate     decimal.Decimal // percent; zero where Category is not S
	Category Category
	Lines    []Line
	Values   map[string]string // fields of the list by name, as it or the merchant filled them in; blank ones are absent
	Blank    []string          // names of the fields that are blank, in the list's order
}

// Line is one line of the invoice.
type Line struct {
	Name   string
	Months []period.Month
	Net    decimal.Decimal
}

// Make draws up the draft of a list. filled is what the merchant filled into the list's blanks. DRAFT-REVERSE-CHARGE where it names a
// rate though the list forbids a tax.
func Make(l invoicing.List, filled map[string]string, g Ground, y Yours) (Draft, error) {
	if l.ReverseCharge && y.Rate.IsPositive() {
		return Draft{}, fault.New(fault.Invalid, codeReverse, "rate")
	}
	d := Draft{List: l, Ground: g, Number: y.Number, Date: y.Date, Rate: y.Rate, Category: OutsideTax, Values: map[string]string{}}
	if d.Date.IsZero() {
		d.Date = g.Today
	}
	switch {
	case l.ReverseCharge:
		d.Category = ReverseCharge
	case y.Rate.IsPositive():
		d.Category = Standard
	}
	d.figures()
	d.lines()
	known := map[string]string{}
	for k, v := range filled {
		known[k] = v
	}
	known["invoice_no"], known["invoice_date"] = d.Number, d.Date.String()
	for _, f := range l.Draft(known) {
		if f.Field == "invoice_amount" {
			f.Value = money.Plain(d.Gross, l.Currency)
		}
		if f.Value == "" {
			d.Blank = append(d.Blank, f.Field)
			continue
		}
		d.Values[f.Field] = f.Value
	}
	return d, nil
}

var hundred = decimal.NewFromInt(100)

// figures follow from the figure that is compared: net, tax and total of an invoice that reaches it exactly.
func (d *Draft) figures() {
	want, c := d.want(), d.List.Currency
	part := d.Rate.Div(hundred)
	if d.Ground.Rule.Invoice == invoicing.InvoiceNet {
		d.Net = want
		d.Tax = money.Round(want.Mul(part), c)
		d.Gross = d.Net.Add(d.Tax)
		return
	}
	d.Gross = want
	d.Net = money.Round(want.Div(decimal.NewFromInt(1).Add(part)), c)
	// The division's rounding can leave a tax that is not the rounded part of the net; a neighbouring net often fits.
	unit := decimal.New(1, -c.MinorUnits())
	for _, net := range []decimal.Decimal{d.Net, d.Net.Add(unit), d.Net.Sub(unit)} {
		if net.Add(money.Round(net.Mul(part), c)).Equal(want) {
			d.Net = net
			break
		}
	}
	d.Tax = d.Gross.Sub(d.Net)
}

// want is the list's figure that the invoice has to reach.
func (d *Draft) want() decimal.Decimal {
	if d.Ground.Rule.List == invoicing.ListBeforeTaxes {
		return d.List.BeforeTaxes
	}
	return d.List.Payable
}

// lines are the bills of the list, one each, where they add up to the net; else there is one line for all.
func (d *Draft) lines() {
	name := strings.TrimSpace(d.List.ServiceItem)
	if name == "" {
		name = d.List.Requisition
	}
	sum := decimal.Zero
	for _, b := range d.List.Lines {
		v := b.Payable
		if d.Ground.Rule.List == invoicing.ListBeforeTaxes {
			v = b.Before
		}
		sum = sum.Add(v)
		d.Lines = append(d.Lines, Line{Name: name + ", " + b.Bill, Months: []period.Month{b.Period}, Net: v})
	}
	if len(d.Lines) == 0 || !sum.Equal(d.Net) {
		d.Lines = []Line{{Name: name, Months: d.List.Periods, Net: d.Net}}
	}
}

// Remarks is the text that has to stand on the invoice: requisition and settlement period.
func (d Draft) Remarks() string {
	return "Payment requisition " + d.List.Requisition + ", settlement period " + d.List.PeriodText()
}

// span is the first and the last day of some months.
func span(ms []period.Month) (first, last period.Day) {
	for i, m := range ms {
		if i == 0 || m.Day(1).Before(first) {
			first = m.Day(1)
		}
		if i == 0 || m.LastDay().After(last) {
			last = m.LastDay()
		}
	}
	return first, last
}

func (d Draft) plain(v decimal.Decimal) string { return money.Plain(v, d.List.Currency) }
