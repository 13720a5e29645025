package identifier

// CUIT is an Argentine taxpayer's number: 2 digits for the kind of taxpayer, 8 digits, a check digit.
var CUIT = register(Rule{
	Kind: "ar.cuit", Country: "AR", Name: "CUIT", Purpose: Tax, Source: "ARCA (AFIP), as cited by python-stdnum ar.cuit",
	shapes: []string{"11n"}, mask: always("##-########-#"),
	check: func(x *inspection, n string) {
		i := 11 - weigh(n, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11
		x.digit(11, "012345678990"[i:i+1])
	},
	Examples: []Example{
		{"20-05536168-2", OK, nil},
		{"20267565393", OK, nil},
		{"20267565392", Refused, []string{codeCheck}},
		{"2026756A393", Refused, []string{codeCharacter}},
		{"2026756539", Refused, []string{codeLength}},
	},
})
