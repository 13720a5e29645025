package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"
	"golang.org/x/text/width"

	"suanpan/internal/fault"
)

// printFaults writes faults to standard error, one a line, or to standard output as JSON.
func (m *Main) printFaults(fs fault.Faults) {
	if m.flags.json {
		_ = m.printJSON(map[string]any{"faults": m.faultsJSON(fs)})
		return
	}
	for _, f := range fs {
		_, _ = fmt.Fprintln(m.Stderr, m.faultLine(f))
		if m.flags.verbose && f.Cause != nil {
			_, _ = fmt.Fprintln(m.Stderr, "   ", f.Cause)
		}
	}
}

// faultLine is code, place, what is wrong and what to do.
func (m *Main) faultLine(f *fault.Fault) string {
	at := ""
	if f.Path != "" {
		at = " " + f.Path
	}
	return f.Code + at + ": " + m.text(f)
}

// text is a fault's message, and where the way out is an argument of this program, that.
func (m *Main) text(f *fault.Fault) string {
	switch {
	case f.Code == "INV-LIST-ATTACHED":
		return f.Text(m.lang) + " " + m.say("hint.list")
	case f.Code == "PG-SCHEMA" && m.databaseURL() == "" && !m.flags.demo && m.demoStands():
		return f.Text(m.lang) + " " + m.say("hint.demo")
	}
	return f.Text(m.lang)
}

// faultJSON is a fault for programs: they compare code and path, people read message.
type faultJSON struct {
	Kind    fault.Kind `json:"kind"`
	Code    string     `json:"code"`
	Path    string     `json:"path,omitempty"`
	Message string     `json:"message"`
	Warning bool       `json:"warning,omitempty"`
}

func (m *Main) faultsJSON(fs fault.Faults) []faultJSON {
	out := make([]faultJSON, len(fs))
	for i, f := range fs {
		out[i] = faultJSON{f.Kind, f.Code, f.Path, m.text(f), f.Warn}
	}
	return out
}

func (m *Main) printJSON(v any) error {
	e := json.NewEncoder(m.Stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// remark tells a person something that no program reads.
func (m *Main) remark(key string, pairs ...any) {
	if !m.flags.quiet && !m.flags.json {
		_, _ = fmt.Fprintln(m.Stdout, m.say(key, pairs...))
	}
}

// table is a small table for a terminal; the last columns given in right are aligned to the right.
type table struct {
	head  []string
	rows  [][]string
	right map[int]bool
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer) {
	wide := make([]int, len(t.head))
	all := append([][]string{t.head}, t.rows...)
	for _, r := range all {
		for i, c := range r {
			wide[i] = max(wide[i], cellWidth(c))
		}
	}
	for _, r := range all {
		var b strings.Builder
		for i, c := range r {
			pad := strings.Repeat(" ", wide[i]-cellWidth(c))
			if t.right[i] {
				b.WriteString(pad + c)
			} else {
				b.WriteString(c + pad)
			}
			b.WriteString("  ")
		}
		_, _ = fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// cellWidth counts columns of a terminal: Chinese characters take two.
func cellWidth(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// sortedKeys are a map's keys in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// isTerminal tells whether somebody looks at what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
