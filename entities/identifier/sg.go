package identifier

import (
	"strings"
	"unicode"
)

// uenTypes are the kinds of bodies in the third form of a UEN (uen.gov.sg).
const uenTypes = " CC CD CH CL CM CP CS CX DP FB FC FM FN GA GB GS HS LL LP MB MC MD MH MM MQ NB NR PA PB PF RF RP SM SS TC TU VH XL "

// UEN is a Singapore body's number: 8 digits and a letter (a business), the year, 5 digits and a letter (a local company), F, 000, 5 digits
// and a letter (a foreign company of old), or R, S or T for the century, the year, a kind of body, 4 digits and a letter.
var UEN = register(Rule{
	Kind: "sg.uen", Country: "SG", Name: "UEN", Purpose: Tax, Source: "uen.gov.sg; check letters as cited by python-stdnum sg.uen",
	shapes: []string{"8n1a", "9n1a", "1a8n1a", "1a2n2a4n1a"},
	check:  func(x *inspection, n string) { uen(x, n) },
	Examples: []Example{
		{"00192200M", OK, nil},
		{"197401143C", OK, nil},
		{"F00056789H", OK, nil},
		{"S16FC0121D", OK, nil},
		{"T01FC6132D", OK, nil},
		{"T08LL0001A", Warning, []string{codeCheck}},
		{"00192200N", Refused, []string{codeCheck}},
		{"197401143D", Refused, []string{codeCheck}},
		{"X08LL0001A", Refused, []string{codePart}},
		{"T08ZZ0001A", Refused, []string{codePart}},
		{"F12356789H", Refused, []string{codePart}},
		{"123456", Refused, []string{codeLength}},
	},
})

// uen checks a number that has one of the four forms.
func uen(x *inspection, n string) {
	switch {
	case len(n) == 9:
		x.part("body", "business")
		x.digit(9, uenBusiness(n))
	case digit(rune(n[0])):
		x.part("body", "company")
		x.part("year", n[:4])
		x.digit(10, uenCompany(n))
	case digit(rune(n[3])):
		x.only(n[:4] == "F000", 1, n[:4], "F000")
		x.unchecked()
	default:
		x.only(strings.Contains("RST", n[:1]), 1, n[:1], "R, S, T")
		x.only(strings.Contains(uenTypes, " "+n[3:5]+" "), 4, n[3:5], strings.ReplaceAll(strings.TrimSpace(uenTypes), " ", ", "))
		if len(x.Faults) > 0 {
			return
		}
		x.part("body", n[3:5])
		x.perhaps(10, uenOther(n)) // the formula is not the agency's published one
	}
}

func uenBusiness(n string) string {
	i := weigh(n, 10, 4, 9, 3, 8, 2, 7, 1) % 11
	return "XMKECAWLJDB"[i : i+1]
}

func uenCompany(n string) string {
	i := weigh(n, 10, 8, 6, 4, 9, 7, 5, 3, 1) % 11
	return "ZKCMDNERGWH"[i : i+1]
}

func uenOther(n string) string {
	const alphabet = "ABCDEFGHJKLMNPQRSTUVWX0123456789"
	sum := 0
	for i, w := range []int{4, 3, 5, 3, 10, 2, 2, 5, 7} {
		sum += strings.IndexByte(alphabet, n[i]) * w
	}
	i := ((sum-5)%11 + 11) % 11
	return alphabet[i : i+1]
}

// GST is the number of a Singapore taxpayer registered for GST: its UEN, or one of the forms given to others. Only the UEN has a known check.
var GST = register(Rule{
	Kind: "sg.gst", Country: "SG", Name: "GST registration number", Purpose: Tax, Source: "iras.gov.sg; forms as listed by compass.coupa.com, Singapore",
	shapes: []string{"8n1a", "9n1a", "1a8n1a", "1a9n", "2a8n", "1a2n2a4n1a"},
	check: func(x *inspection, n string) {
		last := unicode.IsLetter(rune(n[len(n)-1]))
		switch {
		case len(n) == 9:
			x.perhaps(9, uenBusiness(n))
		case last && digit(rune(n[0])):
			x.perhaps(10, uenCompany(n))
		case last && letter(rune(n[3])):
			x.only(strings.Contains("RST", n[:1]), 1, n[:1], "R, S, T")
			x.perhaps(10, uenOther(n))
		default:
			x.unchecked()
		}
	},
	Examples: []Example{
		{"M90310005V", OK, nil},
		{"M2-0012345-6", OK, []string{}},
		{"MR-8500001-0", OK, nil},
		{"199701142R", Warning, []string{codeCheck}},
		{"197401143C", OK, nil},
		{"00192200M", OK, nil},
		{"S16FC0121D", OK, nil},
		{"X08LL0001A", Refused, []string{codeCheck, codePart}},
		{"M9031000", Refused, []string{codeLength}},
		{"M9031000!V", Refused, []string{codeCharacter}},
	},
})
