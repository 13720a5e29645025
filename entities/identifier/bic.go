package identifier

import "golang.org/x/text/language"

// BIC is a bank's code: 4 characters of the bank, 2 letters of the country, 2 of the place, and 3 of the branch or none.
var BIC = register(Rule{
	Kind: "bic", Name: "BIC (SWIFT code)", Purpose: Bank, Source: "ISO 9362",
	shapes: []string{"4c2a2c", "4c2a5c"},
	check: func(x *inspection, n string) {
		x.Country = n[4:6]
		x.only(country(n[4:6]), 5, n[4:6], "ISO 3166")
		x.part("bank", n[:4])
		x.part("country", n[4:6])
		if len(n) == 11 {
			x.part("branch", n[8:])
		}
		x.unchecked()
	},
	Examples: []Example{
		{"AGRIFRPP882", OK, nil},
		{"ABNA BE 2A", OK, nil},
		{"agriFRPP", OK, nil},
		{"AGRIFRPP8", Refused, []string{codeLength}},
		{"AGRIF2PP", Refused, []string{codeCharacter}},
		{"AGRIQQPP", Refused, []string{codePart}},
	},
})

// country tells whether two letters are a country, Kosovo's XK included.
func country(s string) bool {
	r, err := language.ParseRegion(s)
	return err == nil && r.IsCountry() && r.String() == s
}
