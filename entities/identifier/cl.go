package identifier

// RUT is a Chilean taxpayer's number: 7 or 8 digits and a check character, where K stands for 10.
var RUT = register(Rule{
	Kind: "cl.rut", Country: "CL", Name: "RUT", Purpose: Tax, Source: "SII, as cited by python-stdnum cl.rut",
	shapes: []string{"7n1k", "8n1k"},
	mask: func(n string) string {
		if len(n) == 8 {
			return "#.###.###-#"
		}
		return "##.###.###-#"
	},
	check: func(x *inspection, n string) {
		sum, w := 0, 2
		for i := len(n) - 2; i >= 0; i-- {
			sum += int(n[i]-'0') * w
			if w++; w == 8 {
				w = 2
			}
		}
		i := 11 - sum%11
		x.digit(len(n), "0123456789K0"[i:i+1])
	},
	Examples: []Example{
		{"76086428-5", OK, nil},
		{"CL 12531909-2", OK, nil},
		{"99.535.120-k", OK, nil},
		{"99.535.120-1", Refused, []string{codeCheck}},
		{"12531909-3", Refused, []string{codeCheck}},
		{"12531909-X", Refused, []string{codeCharacter}},
		{"K", Refused, []string{codeLength}},
	},
})
