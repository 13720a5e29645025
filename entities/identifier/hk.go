package identifier

// BRN is a Hong Kong business registration number: 8 digits. No VAT number exists there, none of these is asked for, and no check
// digit is published.
var BRN = register(Rule{
	Kind: "hk.brn", Country: "HK", Name: "business registration number", Purpose: Tax, Source: "Inland Revenue Department: business registration certificate",
	shapes: []string{"8n"},
	check:  func(x *inspection, _ string) { x.unchecked() },
	Examples: []Example{
		{"12345678", OK, nil},
		{"1234567", Refused, []string{codeLength}},
		{"1234567A", Refused, []string{codeCharacter}},
	},
})
