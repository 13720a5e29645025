package money

import (
	"errors"
	"strings"

	"github.com/shopspring/decimal"
)

// ErrFormat says that a text is no plain decimal number.
var ErrFormat = errors.New("money: not a plain decimal number such as 1130.00")

// What a stranger may send: amounts below 10^18, wide enough for any currency and narrow enough that sums and products of them stay cheap.
const (
	maxWhole    = 18
	maxFraction = 22
)

// Parse reads a plain decimal: an optional sign, digits, an optional point and digits. No exponent, no thousands
// separator, no blanks inside: "1e3" and "1,130" are refused, since two readers could understand them differently.
func Parse(s string) (decimal.Decimal, error) {
	whole, fraction, points := 0, 0, 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			if points > 0 {
				fraction++
			} else {
				whole++
			}
		case r == '.' && points == 0 && i > 0 && i < len(s)-1:
			points++
		case (r == '-' || r == '+') && i == 0:
		default:
			return decimal.Zero, ErrFormat
		}
	}
	if whole == 0 || whole > maxWhole || fraction > maxFraction || strings.HasPrefix(s, "-.") || strings.HasPrefix(s, "+.") {
		return decimal.Zero, ErrFormat
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return decimal.Zero, ErrFormat
	}
	return d, nil
}

// MustParse reads a decimal that the program itself wrote, of whatever size a sum came to, and panics where it is none.
func MustParse(s string) decimal.Decimal {
	d, err := decimal.NewFromString(s)
	if err != nil {
		panic("money: " + s + " is not a decimal")
	}
	return d
}
