package identifier

import "strings"

// irish are the check letters of an Irish number, in the order of their values.
const irish = "WABCDEFGHIJKLMNOPQRSTUV"

// IEVAT is an Irish VAT number: 7 digits and a check letter, since 2013 also a second letter that counts nine times; or, of old, a digit,
// a letter or sign, 5 digits and the check letter.
var IEVAT = register(Rule{
	Kind: "ie.vat", Country: "IE", Name: "VAT number", Purpose: Tax, Source: "revenue.ie, as cited by python-stdnum ie.vat",
	shapes: []string{"7n1a", "7n2a", "1n1o5n1a"},
	check: func(x *inspection, n string) {
		if !digit(rune(n[1])) {
			n = "0" + n[2:7] + n[:1]
		}
		sum := weigh(n, 8, 7, 6, 5, 4, 3, 2)
		if len(n) == 9 {
			second := strings.IndexByte(irish, n[8])
			x.only(second >= 0, 9, n[8:], "A–W")
			sum += 9 * max(second, 0)
		}
		x.digit(8, irish[sum%23:][:1])
	},
	Examples: []Example{
		{"IE 6433435F", OK, nil},
		{"IE6433435OA", OK, nil},
		{"1114174HH", OK, nil},
		{"8D79739I", OK, nil},
		{"6433435E", Refused, []string{codeCheck}},
		{"8D79739J", Refused, []string{codeCheck}},
		{"8?79739J", Refused, []string{codeCharacter}},
		{"643343F", Refused, []string{codeLength}},
	},
})
