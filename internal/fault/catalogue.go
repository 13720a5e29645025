package fault

import "sort"

var catalogue = map[string]map[Lang]string{}

// Define gives a code its message in the three languages. {names} are filled from the fault's Args. Each message says what is
// wrong and what to do next. It is called from package variables, so a code defined twice stops the program at its start.
func Define(code, en, zh, pt string) bool {
	if _, twice := catalogue[code]; twice {
		panic("fault: code " + code + " is defined twice")
	}
	catalogue[code] = map[Lang]string{EN: en, ZH: zh, PT: pt}
	return true
}

// Codes lists every defined code, sorted.
func Codes() []string {
	out := make([]string, 0, len(catalogue))
	for c := range catalogue {
		out = append(out, c)
	}
	sort.Strings(out)
	return out
}

// Message is the raw text of a code in a language, with its {names} unfilled, and whether it exists.
func Message(code string, l Lang) (string, bool) {
	t := catalogue[code][l]
	return t, t != ""
}
