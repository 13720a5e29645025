package identifier

import "strings"

// class says which characters may stand at a place.
type class struct {
	in         func(r rune) bool
	en, zh, pt string
}

func digit(r rune) bool  { return r >= '0' && r <= '9' }
func letter(r rune) bool { return r >= 'A' && r <= 'Z' }

// uscc are the characters of a Chinese credit code, in the order of their values.
const uscc = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// classes are the letters of a form. n, a and c are those of the IBAN registry.
var classes = map[byte]class{
	'n': {digit, "a digit", "数字", "um algarismo"},
	'a': {letter, "a letter", "字母", "uma letra"},
	'c': {func(r rune) bool { return digit(r) || letter(r) }, "a letter or digit", "字母或数字", "uma letra ou algarismo"},
	'k': {func(r rune) bool { return digit(r) || r == 'K' }, "a digit or K", "数字或 K", "um algarismo ou K"},
	'r': {func(r rune) bool { return letter(r) || r == '&' || r == 'Ñ' }, "a letter, & or Ñ", "字母、& 或 Ñ", "uma letra, & ou Ñ"},
	'o': {func(r rune) bool { return letter(r) || r == '+' || r == '*' }, "a letter, + or *", "字母、+ 或 *", "uma letra, + ou *"},
	'u': {func(r rune) bool { return strings.ContainsRune(uscc, r) }, "a digit or a letter other than I O S V Z", "数字或除 I O S V Z 外的字母", "um algarismo ou letra, menos I O S V Z"},
	'x': {func(r rune) bool { return digit(r) || r >= 'A' && r <= 'F' }, "a digit or a letter from A to F", "数字或 A 至 F 的字母", "um algarismo ou letra de A a F"},
	'-': {func(r rune) bool { return r == '-' }, "a hyphen", "连字符", "um hífen"},
}

// shape reads a form: how many characters of which class, "12c2n".
func shape(s string) []class {
	var out []class
	count := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			count = count*10 + int(s[i]-'0')
			continue
		}
		c, ok := classes[s[i]]
		if !ok {
			panic("identifier: no class of characters " + s[i:i+1] + " in " + s)
		}
		for range count {
			out = append(out, c)
		}
		count = 0
	}
	return out
}

// mismatch is the first place (from 0) where a character is not of its class; -1 where all are.
func mismatch(cs []class, n []rune) int {
	for i, c := range cs {
		if !c.in(n[i]) {
			return i
		}
	}
	return -1
}
