package identifier

import "strings"

// RUC is a Peruvian taxpayer's number: 2 digits for the kind of taxpayer, 8 digits, a check digit.
var RUC = register(Rule{
	Kind: "pe.ruc", Country: "PE", Name: "RUC", Purpose: Tax, Source: "SUNAT, as cited by python-stdnum pe.ruc",
	shapes: []string{"11n"},
	check: func(x *inspection, n string) {
		x.only(strings.Contains(" 10 15 17 20 ", " "+n[:2]+" "), 1, n[:2], "10, 15, 17, 20")
		x.part("holder", map[bool]string{true: "company", false: "person"}[n[:2] == "20"])
		x.digit(11, figure((11-weigh(n, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11)%10))
	},
	Examples: []Example{
		{"20512333797", OK, nil},
		{"20100070970", OK, nil},
		{"20512333798", Refused, []string{codeCheck}},
		{"30100070970", Refused, []string{codeCheck, codePart}},
		{"2051233379", Refused, []string{codeLength}},
	},
})
