package templates

import (
	"fmt"
	"sort"
	"strings"
)

// Langs are the languages of the interface in the order in which the switch shows them. A test keeps them equal to fault.Langs,
// which this package may not import.
var Langs = []string{"en", "zh", "pt"}

// Word is one text of the interface in the three languages.
type Word struct{ EN, ZH, PT string }

var catalogue = map[string]Word{}

// Define gives a key of the interface its words; {names} in them are filled by Text. It is called from package variables in
// words_<module>.go, so a key defined twice stops the program at its start.
func Define(key, en, zh, pt string) bool {
	if _, twice := catalogue[key]; twice {
		panic("templates: key " + key + " is defined twice")
	}
	catalogue[key] = Word{EN: en, ZH: zh, PT: pt}
	return true
}

// Keys lists every defined key, sorted.
func Keys() []string {
	out := make([]string, 0, len(catalogue))
	for k := range catalogue {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Lookup gives the words of a key and whether it exists.
func Lookup(key string) (Word, bool) {
	w, ok := catalogue[key]
	return w, ok
}

// In is the word in a language; English for a language that is not known.
func (w Word) In(lang string) string {
	switch lang {
	case "zh":
		return w.ZH
	case "pt":
		return w.PT
	default:
		return w.EN
	}
}

// Text is the text of a key in a language with {names} filled from pairs: Text("pt", "page.of", "page", 2). A key that does not
// exist gives itself and false, so that a page is never lost over a word.
func Text(lang, key string, pairs ...any) (string, bool) {
	w, ok := catalogue[key]
	if !ok {
		return key, false
	}
	t := w.In(lang)
	for i := 0; i+1 < len(pairs); i += 2 {
		t = strings.ReplaceAll(t, "{"+fmt.Sprint(pairs[i])+"}", fmt.Sprint(pairs[i+1]))
	}
	return t, true
}
