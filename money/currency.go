package money

import (
	"golang.org/x/text/currency"
)

// Currency is an ISO 4217 code (币种): "USD". The empty currency means that none is known yet.
type Currency string

// Valid tells whether c is a currency that ISO 4217 knows.
func (c Currency) Valid() bool {
	if len(c) != 3 {
		return false
	}
	for i := 0; i < 3; i++ {
		if c[i] < 'A' || c[i] > 'Z' {
			return false
		}
	}
	_, err := currency.ParseISO(string(c))
	return err == nil
}

// MinorUnits is the number of decimals in which a document's total is given: 2 for most, none for CLP and JPY.
// Source: ISO 4217 as the Unicode CLDR carries it (golang.org/x/text/currency). An unknown code counts as 2.
func (c Currency) MinorUnits() int32 {
	switch c { // the everyday ones, without a table walk
	case "USD", "EUR", "BRL", "SGD", "HKD", "CNY", "GBP", "THB", "PEN":
		return 2
	case "JPY", "CLP":
		return 0
	}
	if n, ok := isoExceptions[c]; ok {
		return n
	}
	u, err := currency.ParseISO(string(c))
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(u)
	return int32(scale) //nolint:gosec // CLDR scales are 0 to 4
}

// isoExceptions are currencies where CLDR shows the digits in everyday use and ISO 4217, which invoices follow, has more.
var isoExceptions = map[Currency]int32{
	"IDR": 2, "COP": 2, "CRC": 2, "CZK": 2, "DKK": 2, "HUF": 2, "MXN": 2, "NOK": 2, "RSD": 2, "SEK": 2, "TWD": 2, "KZT": 2,
	"PKR": 2, "LBP": 2, "IRR": 2, "IQD": 3, "ALL": 2, "AFN": 2, "MMK": 2, "YER": 2, "SYP": 2, "SOS": 2, "TZS": 2, "LAK": 2, "MNT": 2, "UZS": 2, "GYD": 2, "MUR": 2, "AMD": 2, "RON": 2, "KRW": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3, "JOD": 3, "TND": 3,
}
