package money

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// LineDecimals is the number of decimals a bill line, and a figure posted to FX clearing, is fixed at.
const LineDecimals = 8

// Amount is a sum of money (金额): an exact value in one currency.
type Amount struct {
	Value    decimal.Decimal
	Currency Currency
}

// New makes an amount from a value and a currency.
func New(v decimal.Decimal, c Currency) Amount { return Amount{Value: v, Currency: c} }

// Zero is nothing, in a currency.
func Zero(c Currency) Amount { return Amount{Currency: c} }

// Add gives a + b. Two currencies in one sum are a mistake in the program, not in its input, so Add panics on them.
func (a Amount) Add(b Amount) Amount {
	a.mustMatch(b)
	return Amount{a.Value.Add(b.Value), a.Currency}
}

// Sub gives a − b, and panics where the currencies differ.
func (a Amount) Sub(b Amount) Amount {
	a.mustMatch(b)
	return Amount{a.Value.Sub(b.Value), a.Currency}
}

// Neg gives −a.
func (a Amount) Neg() Amount { return Amount{a.Value.Neg(), a.Currency} }

// Cmp compares two amounts of one currency: −1, 0 or 1.
func (a Amount) Cmp(b Amount) int {
	a.mustMatch(b)
	return a.Value.Cmp(b.Value)
}

// IsZero tells whether the amount is exactly nothing.
func (a Amount) IsZero() bool { return a.Value.IsZero() }

// Rounded is the amount at its currency's minor unit, half-up away from zero: what a document's total shows.
func (a Amount) Rounded() Amount { return Amount{Round(a.Value, a.Currency), a.Currency} }

// String prints the amount as a document does: "BRL 7,104.47". A value finer than the minor unit keeps its digits.
func (a Amount) String() string { return string(a.Currency) + " " + Print(a.Value, a.Currency) }

func (a Amount) mustMatch(b Amount) {
	if a.Currency != b.Currency {
		panic(fmt.Sprintf("money: %s and %s cannot be added or compared", a.Currency, b.Currency))
	}
}

// Fixed is a value at eight decimals, half-up away from zero.
func Fixed(v decimal.Decimal) decimal.Decimal { return v.Round(LineDecimals) }

// Round is a value at the minor unit of c, half-up away from zero (1328.125 → 1328.13, −72.855 → −72.86).
func Round(v decimal.Decimal, c Currency) decimal.Decimal { return v.Round(c.MinorUnits()) }

// Print writes a value with thousands separators and at least the minor units of c, keeping any finer digits.
func Print(v decimal.Decimal, c Currency) string {
	places := c.MinorUnits()
	if e := -v.Exponent(); e > places {
		if t := trimmedPlaces(v); t > places {
			places = t
		}
	}
	s := v.Abs().StringFixed(places)
	whole, frac, _ := strings.Cut(s, ".")
	var b strings.Builder
	if v.IsNegative() && v.Round(places).Sign() != 0 {
		b.WriteByte('-')
	}
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	if frac != "" {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	return b.String()
}

// Plain writes a value without separators, with at least the minor units of c: what JSON and CSV carry.
func Plain(v decimal.Decimal, c Currency) string {
	places := c.MinorUnits()
	if t := trimmedPlaces(v); t > places {
		places = t
	}
	return v.StringFixed(places)
}

// Exact writes a value without separators and without trailing zeros: "471.600458334135", "350".
func Exact(v decimal.Decimal) string {
	s := v.String()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

func trimmedPlaces(v decimal.Decimal) int32 {
	_, frac, ok := strings.Cut(Exact(v), ".")
	if !ok {
		return 0
	}
	return int32(len(frac)) //nolint:gosec // a decimal's digits are far fewer than 2^31
}
