package identifier

// SAVAT is a Saudi VAT number: 15 digits, the first and the last 3. No check digit is published.
var SAVAT = register(Rule{
	Kind: "sa.vat", Country: "SA", Name: "VAT number", Purpose: Tax, Source: "ZATCA, BR-KSA-40 and BR-KSA-44",
	shapes: []string{"15n"},
	check: func(x *inspection, n string) {
		x.only(n[0] == '3', 1, n[:1], "3")
		x.only(n[14] == '3', 15, n[14:], "3")
		x.unchecked()
	},
	Examples: []Example{
		{"300000000000003", OK, nil},
		{"100000000000003", Refused, []string{codePart}},
		{"300000000000001", Refused, []string{codePart}},
		{"30000000000003", Refused, []string{codeLength}},
	},
})
