package identifier

import (
	"strconv"
	"strings"

	"suanpan/internal/fault"
)

// rfcAlphabet are the characters that the check character of an RFC is computed from, in the order of their values.
const rfcAlphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"

// RFC is a Mexican taxpayer's number: 3 letters of a company or 4 of a person, a date, 2 characters and a check character. About
// 1.5 % of the numbers in use have a check character that does not fit, so that one only warns.
var RFC = register(Rule{
	Kind: "mx.rfc", Country: "MX", Name: "RFC", Purpose: Tax, Source: "SAT, as cited by python-stdnum mx.rfc",
	shapes: []string{"3r6n3c", "4r6n3c"},
	mask: func(n string) string {
		if len([]rune(n)) == 12 {
			return "### ###### ###"
		}
		return "#### ###### ###"
	},
	check: func(x *inspection, n string) {
		if n == "XAXX010101000" || n == "XEXX010101000" {
			x.fault(fault.Warning(codeGeneric, "value", fault.Args{"name": x.Name, "got": n}))
			return
		}
		rs := []rune(n)
		x.part("holder", map[int]string{12: "company", 13: "person"}[len(rs)])
		date := string(rs[len(rs)-9 : len(rs)-3])
		x.only(calendarDay(date), len(rs)-8, date, "yymmdd")
		x.perhaps(len(rs), rfcCheck(rs[:len(rs)-1]))
	},
	Examples: []Example{
		{"GODE 561231 GR8", OK, nil},
		{"MAB-930714-8T4", OK, nil},
		{"VACE-460910-SX6", Warning, []string{codeCheck}},
		{"XEXX010101000", Warning, []string{codeGeneric}},
		{"MAB-931314-8T4", Refused, []string{codeCheck, codePart}},
		{"MAB-930714", Refused, []string{codeLength}},
		{"1AB-930714-8T4", Refused, []string{codeCharacter}},
	},
})

// rfcCheck is the check character over the others; a company's number counts as if a space stood before it.
func rfcCheck(rs []rune) string {
	alphabet := []rune(rfcAlphabet)
	if len(rs) == 11 {
		rs = append([]rune{' '}, rs...)
	}
	sum := 0
	for i, r := range rs {
		for v, a := range alphabet {
			if a == r {
				sum += v * (13 - i)
			}
		}
	}
	return string(alphabet[(11-sum%11)%11])
}

// calendarDay tells whether yymmdd is a day of some century.
func calendarDay(s string) bool {
	y, _ := strconv.Atoi(s[:2])
	m, _ := strconv.Atoi(s[2:4])
	d, _ := strconv.Atoi(s[4:])
	if m < 1 || m > 12 || d < 1 {
		return false
	}
	last := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && y%4 == 0 {
		last = 29
	}
	return d <= last
}

// CFDI is the UUID that a certifying provider stamps on a Mexican invoice (folio fiscal), for ever.
var CFDI = register(Rule{
	Kind: "mx.cfdi", Country: "MX", Name: "UUID (folio fiscal)", Purpose: Document, Source: "SAT, TimbreFiscalDigital 1.1: UUID",
	shapes: []string{"8x1-4x1-4x1-4x1-12x"},
	tidy: func(n string) string {
		if len(n) != 32 || len([]rune(n)) != 32 {
			return n
		}
		return n[:8] + "-" + n[8:12] + "-" + n[12:16] + "-" + n[16:20] + "-" + n[20:]
	},
	check: func(x *inspection, n string) {
		if strings.Trim(n, "0-") == "" {
			x.fault(fault.New(fault.Invalid, codeRepeated, "value", fault.Args{"name": x.Name}))
			return
		}
		x.unchecked()
	},
	Examples: []Example{
		{"1fac4464-1111-0000-1111-cd37179db12e", OK, nil},
		{"1FAC4464111100001111CD37179DB12E", OK, nil},
		{"1fac4464-1111-0000-1111-cd37179db12", Refused, []string{codeLength}},
		{"1fac4464-1111-0000-1111-cd37179db12g", Refused, []string{codeCharacter}},
		{"00000000-0000-0000-0000-000000000000", Refused, []string{codeRepeated}},
	},
})
