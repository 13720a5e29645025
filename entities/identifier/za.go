package identifier

import "strings"

// ZAVAT is a South African VAT number: 10 digits, the first 4. No check digit is published.
var ZAVAT = register(Rule{
	Kind: "za.vat", Country: "ZA", Name: "VAT number", Purpose: Tax, Source: "compass.coupa.com, South Africa",
	shapes: []string{"10n"},
	check: func(x *inspection, n string) {
		x.only(n[0] == '4', 1, n[:1], "4")
		x.unchecked()
	},
	Examples: []Example{
		{"4123456789", OK, nil},
		{"5123456789", Refused, []string{codePart}},
		{"412345678", Refused, []string{codeLength}},
	},
})

// ZATIN is a South African income tax number: 10 digits, the first 0, 1, 2, 3 or 9, the last by Luhn's formula.
var ZATIN = register(Rule{
	Kind: "za.tin", Country: "ZA", Name: "income tax number", Purpose: Tax, Source: "SARS, OECD portal, as cited by python-stdnum za.tin",
	shapes: []string{"10n"},
	check: func(x *inspection, n string) {
		x.only(strings.Contains("01239", n[:1]), 1, n[:1], "0, 1, 2, 3, 9")
		x.digit(10, figure(luhn(n[:9])))
	},
	Examples: []Example{
		{"0001339050", OK, nil},
		{"084308984-8", OK, nil},
		{"2449/494/16/0", Refused, []string{codeCheck}},
		{"4123456789", Refused, []string{codeCheck, codePart}},
		{"9125568", Refused, []string{codeLength}},
	},
})
