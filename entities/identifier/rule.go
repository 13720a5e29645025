package identifier

import (
	"sort"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"suanpan/internal/fault"
)

// Kind names an identifier: its country and number ("br.cnpj"), or "iban", "bic".
type Kind string

// Purpose is what a number is for.
type Purpose string

// The purposes.
const (
	Tax      Purpose = "tax"      // names a taxpayer
	Account  Purpose = "account"  // names a bank account
	Bank     Purpose = "bank"     // names a bank
	Document Purpose = "document" // names one fiscal document, for ever
)

// Rule says how one kind of number is written and checked.
type Rule struct {
	Kind     Kind
	Country  string // ISO 3166 alpha-2; empty where it is of no one country
	Name     string // as the field calls it
	Purpose  Purpose
	Source   string
	Examples []Example

	shapes []string                      // the forms it may have, see shape
	forms  func(normal string) []string  // instead of shapes, where the form depends on the number
	tidy   func(normal string) string    // what else is taken off or put back, beyond separators
	mask   func(normal string) string    // how it is printed, as a pattern with # for a character; nil: as it is
	check  func(x *inspection, n string) // what a number of the right form still has to fulfil
}

// Example is a number with what has to be said of it: outcome and codes of faults.
type Example struct {
	Value   string
	Outcome Outcome
	Codes   []string
}

var rules = map[Kind]*Rule{}

// register adds a kind of number; a second one of the same name stops the program at its start.
func register(r Rule) Kind {
	if rules[r.Kind] != nil {
		panic("identifier: " + string(r.Kind) + " is registered twice")
	}
	rules[r.Kind] = &r
	return r.Kind
}

// Rules lists all kinds of numbers, by kind.
func Rules() []Rule {
	out := make([]Rule, 0, len(rules))
	for _, r := range rules {
		out = append(out, *r)
	}
	sort.Slice(out, func(a, b int) bool { return out[a].Kind < out[b].Kind })
	return out
}

// bare is a number without what people put between its characters: compatible forms made one (full width digits), capitals,
// no spaces, dots, hyphens, slashes, nor anything invisible.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Pd, r), r == '.', r == '/':
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(s))
}

// normal is a number as it is compared and kept. The country before it is taken off where only the rest has a form of the rule.
func (r *Rule) normal(given string) string {
	n := bare(given)
	if rest, ok := strings.CutPrefix(n, r.Country); ok && r.Country != "" && !r.fits(n) && r.fits(rest) {
		n = rest
	}
	if r.tidy != nil {
		n = r.tidy(n)
	}
	return n
}

// fits tells whether a number has as many characters as one of the forms.
func (r *Rule) fits(n string) bool {
	for _, s := range r.formsOf(n) {
		if len(shape(s)) == len([]rune(n)) {
			return true
		}
	}
	return false
}

func (r *Rule) formsOf(n string) []string {
	if r.forms != nil {
		return r.forms(n)
	}
	return r.shapes
}

// Normalise gives a number as it is compared and kept, whether it is right or not. ok is false where no such kind is known.
func Normalise(k Kind, given string) (normal string, ok bool) {
	r := rules[k]
	if r == nil {
		return bare(given), false
	}
	return r.normal(given), true
}

// Check explains one number of a kind that the program itself names; an unknown kind is answered by ID-KIND.
func Check(k Kind, given string) Result {
	r := rules[k]
	if r == nil {
		return Result{Kind: k, Given: given, Normal: bare(given), Printed: bare(given), Outcome: Refused, Faults: fault.Faults{
			fault.New(fault.NotFound, codeKind, "kind", fault.Args{"kind": k, "known": known()}),
		}}
	}
	x := &inspection{rule: r, Result: Result{Kind: k, Country: r.Country, Name: r.Name, Given: given, Normal: r.normal(given), Outcome: OK}}
	x.form()
	x.Printed = x.Normal
	if x.formed && r.mask != nil {
		x.Printed = printed(r.mask(x.Normal), x.Normal)
	}
	for _, f := range x.Faults {
		switch {
		case !f.Warn:
			x.Outcome = Refused
		case x.Outcome == OK:
			x.Outcome = Warning
		}
	}
	return x.Result
}

func known() string {
	out := []string{string(Tax), string(Account)} // see Explain
	for _, r := range Rules() {
		out = append(out, string(r.Kind))
	}
	return strings.Join(out, ", ")
}

// printed puts a number's characters into the places of a pattern.
func printed(mask, n string) string {
	var b strings.Builder
	rs := []rune(n)
	for _, m := range mask {
		if m == '#' && len(rs) > 0 {
			m, rs = rs[0], rs[1:]
		}
		b.WriteRune(m)
	}
	return b.String() + string(rs)
}

// always is a mask that does not depend on the number.
func always(mask string) func(string) string { return func(string) string { return mask } }
