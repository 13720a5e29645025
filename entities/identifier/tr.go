package identifier

// VKN is a Turkish company's tax number: 9 digits and a check digit.
var VKN = register(Rule{
	Kind: "tr.vkn", Country: "TR", Name: "VKN", Purpose: Tax, Source: "Gelir İdaresi Başkanlığı, as cited by python-stdnum tr.vkn",
	shapes: []string{"10n"},
	check: func(x *inspection, n string) {
		sum, power := 0, 1
		for i := 1; i <= 9; i++ {
			power *= 2
			v := (int(n[9-i]-'0') + i) % 10
			if v == 0 {
				continue
			}
			if v = v * power % 9; v == 0 {
				v = 9
			}
			sum += v
		}
		x.digit(10, figure((10-sum%10)%10))
	},
	Examples: []Example{
		{"4540536920", OK, nil},
		{"4540536921", Refused, []string{codeCheck}},
		{"454053692", Refused, []string{codeLength}},
	},
})

// TCKN is a Turkish person's number: 9 digits, the first not 0, and 2 check digits.
var TCKN = register(Rule{
	Kind: "tr.tckn", Country: "TR", Name: "TCKN", Purpose: Tax, Source: "Nüfus ve Vatandaşlık İşleri, as cited by python-stdnum tr.tckimlik",
	shapes: []string{"11n"},
	check: func(x *inspection, n string) {
		x.only(n[0] != '0', 1, n[:1], "1–9")
		first := figure((10 - weigh(n, 3, 1, 3, 1, 3, 1, 3, 1, 3)%10) % 10)
		x.digit(10, first+figure(weigh(n[:9]+first, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)%10))
	},
	Examples: []Example{
		{"17291716060", OK, nil},
		{"17291716050", Refused, []string{codeCheck}},
		{"07291716092", Refused, []string{codePart}},
		{"1729171606", Refused, []string{codeLength}},
	},
})
