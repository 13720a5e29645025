package entities

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// companyForms maps what people write for the form of a company to one word. Forms are brought to one spelling and never
// dropped: "Lion City Software Sdn. Bhd." is not "Lion City Software Pte. Ltd.". Ltd and Ltda stay apart: they are forms of
// different laws.
var companyForms = map[string]string{
	"limited":                               "ltd",
	"limitada":                              "ltda",
	"company":                               "co",
	"corporation":                           "corp",
	"incorporated":                          "inc",
	"private":                               "pte",
	"pvt":                                   "pte",
	"proprietary":                           "pty",
	"sendirian":                             "sdn",
	"berhad":                                "bhd",
	"sociedad por acciones":                 "spa",
	"societa per azioni":                    "spa",
	"sociedad anonima cerrada":              "sac",
	"sociedad anonima":                      "sa",
	"sociedade anonima":                     "sa",
	"gesellschaft mit beschrankter haftung": "gmbh",
	"aktiengesellschaft":                    "ag",
	"limited liability company":             "llc",
	"public limited company":                "plc",
	"kabushiki kaisha":                      "kk",
	"kabushiki gaisha":                      "kk",
}

// longestForm is the number of words of the longest key above.
const longestForm = 4

// undecomposed are letters with a stroke that Unicode does not take apart into letter and mark.
var undecomposed = map[rune]rune{'ø': 'o', 'ł': 'l', 'đ': 'd', 'ħ': 'h', 'ı': 'i'}

// SameCompany tells whether two printings name the same company: equal once width, case, Latin diacritics, punctuation and
// spaces are out of the way and company forms are spelled alike. There is no edit distance: one letter makes another company.
// An empty name is nobody's.
func SameCompany(a, b string) bool {
	x := strings.Join(nameWords(a), "")
	return x != "" && x == strings.Join(nameWords(b), "")
}

// NameDifference shows where two names part, as they are compared: "tecnologia ≠ tecnologias"; empty where SameCompany holds.
// Letters that look alike and are not are shown with their code points.
func NameDifference(a, b string) string {
	if SameCompany(a, b) {
		return ""
	}
	x, y := nameWords(a), nameWords(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return showWords(x) + " ≠ " + showWords(y)
}

func showWords(ws []string) string {
	if len(ws) == 0 {
		return "–"
	}
	s := strings.Join(ws, " ")
	latin, other := false, ""
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin = true
		case unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Greek, r) || unicode.Is(unicode.Armenian, r) || unicode.Is(unicode.Cherokee, r):
			other += fmt.Sprintf(" U+%04X", r)
		}
	}
	if latin && other != "" {
		s += " (" + other[1:] + ")"
	}
	return s
}

// nameWords brings a name to the words that are compared.
func nameWords(name string) []string {
	words := mergeLetters(strings.Fields(foldName(name)))
	out := make([]string, 0, len(words))
	for i := 0; i < len(words); {
		n, form := formAt(words[i:])
		out = append(out, form)
		i += n
	}
	return out
}

// formAt takes the longest company form at the start of words, or the first word as it is.
func formAt(words []string) (int, string) {
	for n := min(longestForm, len(words)); n > 0; n-- {
		if f, ok := companyForms[strings.Join(words[:n], " ")]; ok {
			return n, f
		}
	}
	return 1, words[0]
}

// mergeLetters joins runs of single Latin letters: "s a c" (from "S.A.C.") becomes "sac".
func mergeLetters(words []string) []string {
	var out []string
	single := false
	for _, w := range words {
		one := len(w) == 1 && w[0] >= 'a' && w[0] <= 'z'
		if one && single {
			out[len(out)-1] += w
		} else {
			out = append(out, w)
		}
		single = one
	}
	return out
}

// foldName levels width and case, takes marks off Latin letters only (in Thai or Japanese a mark makes another word), drops
// what cannot be seen and puts a space for all punctuation.
func foldName(name string) string {
	s := norm.NFD.String(cases.Fold().String(norm.NFKC.String(name)))
	var b strings.Builder
	onLatin := false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) && !unicode.IsSpace(r):
		case r == '\'' || r == '’' || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.So, r): // O'Neil is one word; ® says nothing
		case unicode.IsMark(r):
			if !onLatin {
				b.WriteRune(r)
			}
		case unicode.IsPunct(r) || unicode.IsSpace(r):
			b.WriteByte(' ')
			onLatin = false
		default:
			if plain, ok := undecomposed[r]; ok {
				r = plain
			}
			b.WriteRune(r)
			onLatin = unicode.Is(unicode.Latin, r)
		}
	}
	return norm.NFC.String(b.String())
}
