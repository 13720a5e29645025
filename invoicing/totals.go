package invoicing

import (
	"strings"

	"github.com/shopspring/decimal"

	"suanpan/money"
)

// totals is a sum of invoices by the currency that each bears, in the order met: what a merchant wrote is never told in another currency.
type totals []money.Amount

// add gives the totals with one more amount.
func (t totals) add(v decimal.Decimal, c money.Currency) totals {
	out := append(totals{}, t...)
	for i := range out {
		if out[i].Currency == c {
			out[i] = out[i].Add(money.New(v, c))
			return out
		}
	}
	return append(out, money.New(v, c))
}

// figure adds the bare figures, whatever their currency, so that a merchant learns at once that figure and currency are wrong.
func (t totals) figure() decimal.Decimal {
	sum := decimal.Zero
	for _, a := range t {
		sum = sum.Add(a.Value)
	}
	return sum
}

// String is "SGD 400.00 + DKK 100.00".
func (t totals) String() string {
	out := make([]string, len(t))
	for i, a := range t {
		out[i] = strings.TrimSpace(a.String()) // without a currency only the figure was written
	}
	return strings.Join(out, " + ")
}

// difference is got − want with its sign, "SGD +0.01"; where the currencies differ there is none, and they are told: "DKK ≠ SGD".
func (t totals) difference(want money.Amount) string {
	names := make([]string, len(t))
	for i, a := range t {
		names[i] = said(string(a.Currency))
	}
	if len(t) == 1 && t[0].Currency == want.Currency {
		return signed(t[0].Value, want.Value, want.Currency)
	}
	return strings.Join(names, ", ") + " ≠ " + string(want.Currency)
}
