package identifier

import "strings"

// USCC (统一社会信用代码) is a Chinese body's number: who registered it, its kind, 6 digits of its district, 9 characters of the body,
// a check character.
var USCC = register(Rule{
	Kind: "cn.uscc", Country: "CN", Name: "USCC", Purpose: Tax, Source: "GB 32100-2015, as cited by python-stdnum cn.uscc",
	shapes: []string{"2u6n10u"},
	check: func(x *inspection, n string) {
		x.part("district", n[2:8])
		sum, w := 0, 1
		for i := range 17 {
			sum += strings.IndexByte(uscc, n[i]) * w
			w = w * 3 % 31
		}
		i := (31 - sum%31) % 31
		x.digit(18, uscc[i:i+1])
	},
	Examples: []Example{
		{"91110000600037341L", OK, nil},
		{"9 1 110000 600037341L", OK, nil},
		{"91110000600037341K", Refused, []string{codeCheck}},
		{"A1110000600037341L", Refused, []string{codeCheck}},
		{"91110000600037341O", Refused, []string{codeCharacter}},
		{"12345", Refused, []string{codeLength}},
	},
})
