package identifier

import (
	"sort"
	"strconv"
	"strings"

	"suanpan/internal/fault"
)

// Outcome is what is to be thought of a number, in a word.
type Outcome string

// The outcomes, see the package's comment.
const (
	OK      Outcome = "ok"
	Warning Outcome = "warning"
	Refused Outcome = "refused"
)

// Result explains a number.
type Result struct {
	Kind    Kind
	Country string
	Name    string       // of the kind: "CNPJ"
	Given   string       // as it was entered
	Normal  string       // as it is compared and kept
	Printed string       // as its country prints it
	Outcome Outcome      // ok, warning, refused
	Faults  fault.Faults // why it is not ok: code, what stands where, what to do
	Notes   fault.Faults // what could not be checked, though nothing is wrong
	Parts   []Part       // what the number says by itself
}

// Part is a piece of a number that means something.
type Part struct{ Name, Value string }

// Part gives a piece by name; empty where the number has none.
func (r Result) Part(name string) string {
	for _, p := range r.Parts {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// Says gives everything there is to say, faults before notes, as warnings about one field: what a form or a file shows beside it.
func (r Result) Says(field string) fault.Faults {
	var out fault.Faults
	for _, f := range append(append(fault.Faults{}, r.Faults...), r.Notes...) {
		g := *f
		g.Path, g.Warn = field, true
		out = append(out, &g)
	}
	return out
}

// inspection is a number while it is being looked at.
type inspection struct {
	Result
	rule   *Rule
	formed bool // the form is right
}

// form holds the number against the forms of its rule: first its length, then each place. Only a number of the right form is checked further.
func (x *inspection) form() {
	n := []rune(x.Normal)
	if len(n) == 0 {
		x.fault(fault.New(fault.Invalid, codeEmpty, "value", fault.Args{"name": x.Name}))
		return
	}
	forms := x.rule.formsOf(x.Normal)
	lengths := map[int]bool{}
	far, wrong := -1, class{}
	for _, s := range forms {
		cs := shape(s)
		lengths[len(cs)] = true
		if len(cs) != len(n) {
			continue
		}
		at := mismatch(cs, n)
		if at < 0 {
			x.formed = true
			if x.rule.check != nil {
				x.rule.check(x, x.Normal)
			}
			return
		}
		if at > far {
			far, wrong = at, cs[at]
		}
	}
	if far < 0 {
		x.fault(fault.New(fault.Invalid, codeLength, "value", fault.Args{"name": x.Name, "got": len(n), "want": listed(lengths)}))
		return
	}
	x.fault(fault.New(fault.Invalid, codeCharacter, "value", fault.Args{
		"name": x.Name, "place": far + 1, "got": string(n[far]), "want_en": wrong.en, "want_zh": wrong.zh, "want_pt": wrong.pt,
	}))
}

func listed(lengths map[int]bool) string {
	var ns []int
	for n := range lengths {
		ns = append(ns, n)
	}
	sort.Ints(ns)
	out := make([]string, len(ns))
	for i, n := range ns {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, " / ")
}

func (x *inspection) fault(f *fault.Fault) { x.Faults = append(x.Faults, f) }

func (x *inspection) part(name, value string) { x.Parts = append(x.Parts, Part{name, value}) }

// digit compares the check characters that stand from a place on (counted from 1) with the ones that fit. Which would fit is not told: whoever typed
// them in would make a wrong account right.
func (x *inspection) digit(place int, want string) {
	if got := string([]rune(x.Normal)[place-1:][:len([]rune(want))]); got != want {
		x.fault(fault.New(fault.Invalid, codeCheck, "value", fault.Args{"name": x.Name, "place": place, "got": got}))
	}
}

// perhaps is digit for registers that hold numbers whose check characters do not fit: it only warns.
func (x *inspection) perhaps(place int, want string) {
	x.digit(place, want)
	if n := len(x.Faults); n > 0 && x.Faults[n-1].Code == codeCheck {
		x.Faults[n-1].Warn = true
	}
}

// only refuses a piece that stands from a place on and is none of the possible ones; possible is how they are told.
func (x *inspection) only(ok bool, place int, got, possible string) {
	if !ok {
		x.fault(fault.New(fault.Invalid, codePart, "value", fault.Args{"name": x.Name, "place": place, "got": got, "want": possible}))
	}
}

// repeated refuses one digit throughout: such numbers often satisfy the formula and are nobody's.
func (x *inspection) repeated() bool {
	if strings.Trim(x.Normal, x.Normal[:1]) != "" {
		return false
	}
	x.fault(fault.New(fault.Invalid, codeRepeated, "value", fault.Args{"name": x.Name}))
	return true
}

// unchecked says that nothing tells a mistyped number of this kind.
func (x *inspection) unchecked() {
	x.Notes = append(x.Notes, fault.Warning(codeUnchecked, "value", fault.Args{"name": x.Name}))
}
