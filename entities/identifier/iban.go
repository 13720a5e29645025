package identifier

import (
	"fmt"
	"strings"

	"suanpan/internal/fault"
)

// accounts are the forms of account numbers behind country and check digits, as SWIFT's registry of IBANs has them. DE is "18n": what
// part of it names the bank does not matter here.
var accounts = map[string]string{
	"AD": "8n12c", "AE": "19n", "AL": "8n16c", "AT": "16n", "AZ": "4a20c", "BA": "16n", "BE": "12n", "BG": "4a6n8c", "BH": "4a14c", "BI": "23n",
	"BR": "23n1a1c", "BY": "4c4n16c", "CH": "5n12c", "CR": "18n", "CY": "8n16c", "CZ": "20n", "DE": "18n", "DJ": "23n", "DK": "14n", "DO": "4c20n",
	"EE": "16n", "EG": "25n", "ES": "20n", "FI": "14n", "FK": "2a12n", "FO": "14n", "FR": "10n11c2n", "GB": "4a14n", "GE": "2a16n", "GI": "4a15c",
	"GL": "14n", "GR": "7n16c", "GT": "24c", "HN": "4a20n", "HR": "17n", "HU": "24n", "IE": "4a14n", "IL": "19n", "IQ": "4a15n", "IS": "22n",
	"IT": "1a10n12c", "JO": "4a4n18c", "KW": "4a22c", "KZ": "3n13c", "LB": "4n20c", "LC": "4a24c", "LI": "5n12c", "LT": "16n", "LU": "3n13c",
	"LV": "4a13c", "LY": "21n", "MC": "10n11c2n", "MD": "20c", "ME": "18n", "MK": "3n10c2n", "MN": "16n", "MR": "23n", "MT": "4a5n18c",
	"MU": "4a19n3a", "NI": "4a20n", "NL": "4a10n", "NO": "11n", "OM": "3n16c", "PK": "4a16c", "PL": "24n", "PS": "4a21c", "PT": "21n",
	"QA": "4a21c", "RO": "4a16c", "RS": "18n", "RU": "14n15c", "SA": "2n18c", "SC": "4a20n3a", "SD": "14n", "SE": "20n", "SI": "15n",
	"SK": "20n", "SM": "1a10n12c", "SO": "19n", "ST": "21n", "SV": "4a20n", "TL": "19n", "TN": "20n", "TR": "6n16c", "UA": "6n19c",
	"VA": "18n", "VG": "4a16n", "XK": "16n", "YE": "4a4n18c",
}

// IBAN is an account number with its country and two check digits, at most 34 characters. Check digits inside a country's own account
// number are not looked at.
var IBAN = register(Rule{
	Kind: "iban", Name: "IBAN", Purpose: Account, Source: "ISO 13616; SWIFT, IBAN Registry",
	forms: func(n string) []string {
		if len(n) >= 2 && accounts[n[:2]] != "" {
			return []string{"2a2n" + accounts[n[:2]]}
		}
		if size := len([]rune(n)); size >= 15 && size <= 34 {
			return []string{fmt.Sprintf("2a2n%dc", size-4)}
		}
		return []string{"2a2n11c", "2a2n30c"}
	},
	mask: func(n string) string {
		return strings.TrimSpace(strings.Repeat("#### ", len(n)/4) + strings.Repeat("#", len(n)%4))
	},
	tidy: func(n string) string { return strings.TrimPrefix(n, "IBAN") },
	check: func(x *inspection, n string) {
		x.Country = n[:2]
		x.part("country", n[:2])
		x.part("account", n[4:])
		x.digit(3, fmt.Sprintf("%02d", 98-mod97(n[4:]+n[:2]+"00")))
		switch {
		case !country(n[:2]):
			x.only(false, 1, n[:2], "ISO 3166")
		case accounts[n[:2]] == "":
			x.fault(fault.Warning(codeIBANCountry, "value", fault.Args{"country": n[:2]}))
		}
	},
	Examples: []Example{
		{"GB82 WEST 1234 5698 7654 32", OK, nil},
		{"IBAN DE89 3704 0044 0532 0130 00", OK, nil},
		{"NL56AGDH9619008421", OK, nil},
		{"no93 8601 1117 947", OK, nil},
		{"BR18 0036 0305 0000 1000 9795 493C 1", OK, nil},
		{"MT84MALT011000012345MTLCAST001S", OK, nil},
		{"SA03 8000 0000 6080 1016 7519", OK, nil},
		{"IE29AIBK93115212345678", OK, nil},
		{"TR33 0006 1005 1978 6457 8413 26", OK, nil},
		{"GB82 WEST 1234 5698 7654 23", Refused, []string{codeCheck}},
		{"DE89 3704 0044 0532 0130 0", Refused, []string{codeLength}},
		{"GB82 WES1 1234 5698 7654 32", Refused, []string{codeCharacter}},
		{"0001-9", Refused, []string{codeLength}},
		{"DZ580002100001113000000570", Warning, []string{codeIBANCountry}},
	},
})
