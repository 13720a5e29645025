package identifier

// TIN is a Thai taxpayer's number: 13 digits, the last a check digit. Companies' numbers begin with 0.
var TIN = register(Rule{
	Kind: "th.tin", Country: "TH", Name: "TIN", Purpose: Tax, Source: "Revenue Department, as cited by python-stdnum th.tin",
	shapes: []string{"13n"},
	mask: func(n string) string {
		if n[0] == '0' {
			return "#-##-#-###-#####-#"
		}
		return "#-####-#####-##-#"
	},
	check: func(x *inspection, n string) {
		x.part("holder", map[bool]string{true: "company", false: "person"}[n[0] == '0'])
		x.digit(13, figure((11-weigh(n, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10))
	},
	Examples: []Example{
		{"1-2345-45678-78-1", OK, nil},
		{"0-99-4-000-61772-1", OK, nil},
		{"0993000133978", OK, nil},
		{"3100600445635", OK, nil},
		{"0105544059925", OK, nil},
		{"0105544059926", Refused, []string{codeCheck}},
		{"1234545678789", Refused, []string{codeCheck}},
		{"010554405992", Refused, []string{codeLength}},
	},
})
