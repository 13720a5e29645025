package conformance

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"suanpan/invoicing/einvoice"
)

// Report gathers lines.
type Report struct {
	Lines []Line
}

// Pair is an invoice that lies in the folder in two syntaxes: the same number of the same seller.
type Pair struct {
	One    string   `json:"one"` // paths
	Other  string   `json:"other"`
	Differ []string `json:"differ,omitempty"` // fields that read differently, with both values; empty: the same invoice
}

// Pairs compares each invoice with those of its number and seller that are written in another syntax. Test collections use a number
// more than once: those that agree in all are a pair first, and only what is then left over on both sides is compared as best it fits.
func (r *Report) Pairs() []Pair {
	groups := map[string]map[string][]Line{} // number and seller → format → lines
	for _, l := range r.Lines {
		if !l.Read() || l.Number == "" {
			continue
		}
		k := l.Number + "\x00" + strings.ToLower(strings.Join(strings.Fields(l.Seller), " "))
		if groups[k] == nil {
			groups[k] = map[string][]Line{}
		}
		groups[k][l.Format] = append(groups[k][l.Format], l)
	}
	var out []Pair
	for _, k := range sorted(groups) {
		formats := sorted(groups[k])
		for i, one := range formats {
			for _, other := range formats[i+1:] {
				out = append(out, match(groups[k][one], groups[k][other])...)
			}
		}
	}
	return out
}

// match pairs the lines of two syntaxes, those that agree best first.
func match(ones, others []Line) (out []Pair) {
	var all []Pair
	for _, a := range ones {
		for _, b := range others {
			if a.Date == b.Date || a.Payable == b.Payable { // else it is another invoice under a number that was used again
				all = append(all, Pair{a.Path, b.Path, differences(a, b)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Pair) int { return cmp.Compare(len(a.Differ), len(b.Differ)) })
	taken := map[string]bool{}
	for _, p := range all {
		if !taken[p.One] && !taken[p.Other] {
			taken[p.One], taken[p.Other] = true, true
			out = append(out, p)
		}
	}
	return out
}

func differences(a, b Line) (out []string) {
	for _, f := range []struct{ name, one, other string }{
		{"kind", a.Kind, b.Kind},
		{"date", a.Date, b.Date},
		{"currency", a.Currency, b.Currency},
		{"payable", a.Payable, b.Payable},
		{"net", a.Net, b.Net},
		{"tax", a.Tax, b.Tax},
		{"gross", a.Gross, b.Gross},
		{"seller tax ids", strings.Join(a.SellerID, ", "), strings.Join(b.SellerID, ", ")},
		{"buyer", a.Buyer, b.Buyer},
		{"buyer tax ids", strings.Join(a.BuyerID, ", "), strings.Join(b.BuyerID, ", ")},
	} {
		if f.one != f.other {
			out = append(out, fmt.Sprintf("%s: %q and %q", f.name, f.one, f.other))
		}
	}
	return out
}

// Rule is what became of all cases about one rule.
type Rule struct {
	Rule                          string `json:"rule"`
	Broken, Found, Unread         int    // cases that break it; of these, those it was said of; of the others, those that no reader takes
	Kept, FalseAlarms, KeptUnread int    // cases that keep it; of these, those it was said of all the same; and those no reader takes
	Unchecked                     bool   // no reader checks it
}

// Rules counts the cases by rule, in the order of their names.
func (r *Report) Rules() []Rule {
	by := map[string]*Rule{}
	for _, l := range r.Lines {
		for _, c := range l.Cases {
			x := by[c.Rule]
			if x == nil {
				x = &Rule{Rule: c.Rule}
				by[c.Rule] = x
			}
			x.add(c)
		}
	}
	var out []Rule
	for _, k := range sorted(by) {
		out = append(out, *by[k])
	}
	return out
}

func (x *Rule) add(c Case) {
	one := func(when bool) int {
		if when {
			return 1
		}
		return 0
	}
	x.Unchecked = c.Outcome == Unchecked
	if c.Broken {
		x.Broken++
		x.Found += one(c.Outcome == Said)
		x.Unread += one(c.Outcome == Unjudged)
		return
	}
	x.Kept++
	x.FalseAlarms += one(c.Outcome == Said)
	x.KeptUnread += one(c.Outcome == Unjudged)
}

// Count is how many files came out alike.
type Count struct {
	What  string `json:"what"` // a format or, of files not read, a code
	Files int    `json:"files"`
}

// Counts counts the files by format and those not read by reason.
func (r *Report) Counts() (read, unread []Count) {
	formats, codes := map[string]int{}, map[string]int{}
	for _, l := range r.Lines {
		if why := l.Why(); why != "" {
			codes[why]++
		} else {
			formats[l.Format]++
		}
	}
	for _, k := range sorted(formats) {
		read = append(read, Count{k, formats[k]})
	}
	for _, k := range sorted(codes) {
		unread = append(unread, Count{k, codes[k]})
	}
	return read, unread
}

// Markdown writes the figures as a page: nothing of the files but how many there are.
func (r *Report) Markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Conformance\n\nWhat the readers make of documents that this project did not write. Written by `make conformance SAMPLES=DIR UPDATE=yes`; the files themselves\n" +
		"are not part of the repository. Readers: `" + einvoice.ReaderVersion + "`.\n\n## Files\n\n| read as | files |\n|---|---|\n")
	read, unread := r.Counts()
	for _, c := range read {
		fmt.Fprintf(&b, "| %s | %d |\n", c.What, c.Files)
	}
	b.WriteString("\n| not read | files |\n|---|---|\n")
	for _, c := range unread {
		fmt.Fprintf(&b, "| `%s` | %d |\n", c.What, c.Files)
	}
	same, differ := 0, 0
	for _, p := range r.Pairs() {
		if len(p.Differ) == 0 {
			same++
		} else {
			differ++
		}
	}
	fmt.Fprintf(&b, "\nThe same invoice in two syntaxes: %d pairs read to the same values, %d do not.\n", same, differ)
	rulesTable(&b, r.Rules())
	_, err := io.WriteString(w, b.String())
	return err
}

func rulesTable(b *strings.Builder, rules []Rule) {
	b.WriteString("\n## Rule cases\n\nFiles that state which rule of EN 16931 each document breaks or keeps. Most documents are fragments; what every invoice has beside is added to\n" +
		"them first. *Not read*: no reader takes the document even so; such a broken one counts as not found.\n\n| rule | broken | found | not read | recall | kept | false alarms | not read |\n|---|---|---|---|---|---|---|---|\n")
	row := func(name string, x Rule) {
		fmt.Fprintf(b, "| %s | %d | %d | %d | %s | %d | %d | %d |\n", name, x.Broken, x.Found, x.Unread, percent(x.Found, x.Broken), x.Kept, x.FalseAlarms, x.KeptUnread)
	}
	var all, none Rule
	names := 0
	for _, x := range rules {
		if x.Unchecked {
			names++
			none.Broken, none.Kept = none.Broken+x.Broken, none.Kept+x.Kept
			continue
		}
		row(x.Rule, x)
		all.Broken, all.Found, all.Unread = all.Broken+x.Broken, all.Found+x.Found, all.Unread+x.Unread
		all.Kept, all.FalseAlarms, all.KeptUnread = all.Kept+x.Kept, all.FalseAlarms+x.FalseAlarms, all.KeptUnread+x.KeptUnread
	}
	row("**all that are checked**", all)
	fmt.Fprintf(b, "\nNot checked by any reader: %d rules with %d broken and %d kept cases.\n", names, none.Broken, none.Kept)
}

// percent is n of all in whole percent, rounded down, so that 100 % is all of them.
func percent(n, all int) string {
	if all == 0 {
		return "–"
	}
	return fmt.Sprintf("%d %%", 100*n/all)
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
