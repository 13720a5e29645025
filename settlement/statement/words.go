package statement

import (
	"fmt"
	"strings"

	"suanpan/internal/fault"
)

// word is one text in the three languages.
type word struct{ en, zh, pt string }

var catalogue = map[string]word{}

// define gives a key its words; {names} in them are filled by say. A key defined twice stops the program at its start.
func define(key, en, zh, pt string) bool {
	if _, twice := catalogue[key]; twice {
		panic("statement: the words of " + key + " are defined twice")
	}
	catalogue[key] = word{en, zh, pt}
	return true
}

func (w word) in(l fault.Lang) string {
	switch l {
	case fault.ZH:
		return w.zh
	case fault.PT:
		return w.pt
	default:
		return w.en
	}
}

// voice speaks one language.
type voice fault.Lang

// say gives the words of a key with its {names} filled: name, value, name, value. An unknown key is a mistake in the program.
func (v voice) say(key string, fill ...any) string {
	w, ok := catalogue[key]
	if !ok {
		panic("statement: no words for " + key)
	}
	s := w.in(fault.Lang(v))
	for i := 0; i+1 < len(fill); i += 2 {
		s = strings.ReplaceAll(s, "{"+fill[i].(string)+"}", fmt.Sprint(fill[i+1]))
	}
	return s
}

// name gives the words of a code of the field ("state", "PAYING"); the code itself where none are known, since a code that is new is
// still worth more than a blank.
func (v voice) name(kind, code string) string {
	if w, ok := catalogue[kind+"."+code]; ok {
		return w.in(fault.Lang(v))
	}
	return code
}

// names is name for several codes, in their order.
func (v voice) names(kind string, codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = v.name(kind, c)
	}
	return strings.Join(out, "; ")
}
