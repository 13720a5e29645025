// Package fault is the one error type that people get to see: what kind it is, a stable code, the place it concerns,
// and a text in English, Chinese and Portuguese that says what to do next.
//
// A code is defined once (Define, in the package that raises it) and never changes its meaning. Nobody reads an error's text;
// code and kind decide. Rules return all faults they find, as Faults.
package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind says which sort of trouble a fault is; internal/web has the one table from kinds to HTTP statuses.
type Kind string

// The kinds. They are few on purpose.
const (
	Invalid      Kind = "invalid"      // the input is wrong; sending it again unchanged cannot help
	NotFound     Kind = "not_found"    // no such thing, or not yours: the two are not told apart
	Conflict     Kind = "conflict"     // it contradicts what stands
	Forbidden    Kind = "forbidden"    // you may not
	Unauthorized Kind = "unauthorized" // nobody is logged in
	TooLarge     Kind = "too_large"    // over a size limit
	Unavailable  Kind = "unavailable"  // try again later
	Internal     Kind = "internal"     // our mistake
)

// Lang is a language of messages.
type Lang string

// The languages every message exists in.
const (
	EN Lang = "en"
	ZH Lang = "zh"
	PT Lang = "pt"
)

// Langs lists them in the order in which they are shown.
var Langs = []Lang{EN, ZH, PT}

// Args fills the {names} in a message. Values are printed with %v, so amounts are passed as strings.
type Args map[string]any

// Fault is one thing that is wrong.
type Fault struct {
	Kind  Kind   // decides the HTTP status and the exit code
	Code  string // stable, such as INV-TOTAL; tests and programs compare this
	Path  string // the field, line or place: "orderLine[0].amount"; empty where the whole input is meant
	Args  Args   // what the message names
	Warn  bool   // true: worth saying, refuses nothing
	Cause error  // the technical cause, for logs only; never shown
}

// New makes a fault. The code must have been defined; a test walks the sources for codes that were not.
func New(kind Kind, code, path string, args ...Args) *Fault {
	f := &Fault{Kind: kind, Code: code, Path: path}
	if len(args) > 0 {
		f.Args = args[0]
	}
	return f
}

// Warning makes a fault that refuses nothing.
func Warning(code, path string, args ...Args) *Fault {
	f := New(Invalid, code, path, args...)
	f.Warn = true
	return f
}

// Wrap adds a technical cause, kept for the log.
func (f *Fault) Wrap(err error) *Fault { f.Cause = err; return f }

// Error is the English message with code and place.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Code)
	if f.Path != "" {
		b.WriteString(" at " + f.Path)
	}
	b.WriteString(": " + f.Text(EN))
	if f.Kind == Internal && f.Cause != nil {
		b.WriteString(" (" + f.Cause.Error() + ")")
	}
	return b.String()
}

// Unwrap gives the technical cause.
func (f *Fault) Unwrap() error { return f.Cause }

// Text is the message in a language: what is wrong and what to do next.
func (f *Fault) Text(l Lang) string {
	d, ok := catalogue[f.Code]
	if !ok {
		return f.Code
	}
	t := d[l]
	if t == "" {
		t = d[EN]
	}
	for k, v := range f.Args {
		t = strings.ReplaceAll(t, "{"+k+"}", fmt.Sprint(v))
	}
	return t
}

// Faults is a list of faults; it is an error too, so a rule can return all of them at once.
type Faults []*Fault

// Error joins the English messages, one a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is nil where the list holds nothing but warnings, so that `return fs.Err()` reads well.
func (fs Faults) Err() error {
	for _, f := range fs {
		if !f.Warn {
			return fs
		}
	}
	return nil
}

// In gives the faults with the name of what they stand in, a file say, before each path. The list itself stays as it is.
func (fs Faults) In(name string) Faults {
	out := make(Faults, len(fs))
	for i, f := range fs {
		g := *f
		g.Path = strings.TrimSpace(name + " " + f.Path)
		out[i] = &g
	}
	return out
}

// Codes lists the distinct codes, sorted.
func (fs Faults) Codes() []string {
	seen := map[string]bool{}
	out := []string{}
	for _, f := range fs {
		if !seen[f.Code] {
			seen[f.Code] = true
			out = append(out, f.Code)
		}
	}
	sort.Strings(out)
	return out
}

// All gives the faults inside an error: itself, a list, or nothing.
func All(err error) Faults {
	var fs Faults
	if errors.As(err, &fs) {
		return fs
	}
	var f *Fault
	if errors.As(err, &f) {
		return Faults{f}
	}
	return nil
}

// Has tells whether an error holds a fault of this code.
func Has(err error, code string) bool {
	for _, f := range All(err) {
		if f.Code == code {
			return true
		}
	}
	return false
}

// KindOf is the kind of an error: that of its first fault, Internal for anything else.
func KindOf(err error) Kind {
	for _, f := range All(err) {
		if !f.Warn {
			return f.Kind
		}
	}
	return Internal
}
