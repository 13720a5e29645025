package entities

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the pages that are made from the code")

// TestJurisdictionsPage compares docs/jurisdictions.md with the rules the code knows; with -update it writes it.
func TestJurisdictionsPage(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "docs", "jurisdictions.md")
	page := jurisdictionsPage()
	if *update {
		if err := os.WriteFile(path, page, 0o644); err != nil { //nolint:gosec // documentation is for everybody
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, page) {
		t.Error("docs/jurisdictions.md is not what the code says: go test ./entities -run TestJurisdictionsPage -update")
	}
}

func jurisdictionsPage() []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, `# Jurisdictions

What the law where a contracting entity lives asks of an invoice to it: one file a country in `+"`entities/`"+`, each rule with its dates, its source and how much
that source weighs. An invoice is **refused** only for a rule of law or contract; by an authority's guidance or a weak source it is **warned** of. A rule
that is **stated** is written down for people and not tested; one that **alarms** gives the buyer a time to answer, of which finance is told before it
runs out. A rule is silent where the part of the invoice that it needs is not known: a typed invoice has few parts, an electronic one those of its format.

Rules count by the day of receipt. One that changes ends, and another of the same code follows it; a past verdict is kept with what it was given on and
its rules' day, and comes out the same again (`+"`suanpan rules replay`"+`). Before a rule or a setting is switched on, `+"`suanpan rules diff DAY DAY --period MONTH`"+`
lists the verdicts of the past that it would change. `+"`suanpan rules [COUNTRY]`"+` prints this page in English, Chinese or Portuguese.

Withholding is no rule of a country here: its lines are the dated setting `+"`withholding`"+`, per entity, residence of the merchant and service item, empty
until somebody who knows fills it. This page is not tax advice.

It is written from the code by `+"`go test ./entities -run TestJurisdictionsPage -update`"+`, and a test compares them.
`)
	section := func(title string, rules []Rule) {
		fmt.Fprintf(&b, "\n## %s\n\n", title)
		fmt.Fprint(&b, "| rule | asks | an invoice against it | needs to know | in force | source |\n|---|---|---|---|---|---|\n")
		for _, r := range rules {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s: %s |\n", r.Code, cell(r.Says.EN), effect(r), needs(r), dates(r), r.Kind, cell(r.Source))
		}
	}
	for _, j := range Jurisdictions() {
		if len(j.Rules) == 0 {
			continue
		}
		section(j.Names.EN, j.Rules)
		fmt.Fprintf(&b, "\n%s; days are counted in %s.", j.Currency, j.ZoneName)
		if j.TaxID != nil {
			fmt.Fprint(&b, " Tax numbers are held against their form (LAW-TAX-ID).")
		}
		for _, r := range j.Rates {
			fmt.Fprintf(&b, " Rate known: %s %%, %s (%s: %s).", r.Percent, dates(Rule{From: r.From, Until: r.Until}), r.Kind, r.Source)
		}
		fmt.Fprintln(&b)
	}
	section("Every country", CommonRules())
	return b.Bytes()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func effect(r Rule) string {
	switch {
	case r.Window != nil && r.Window.Working:
		return fmt.Sprintf("alarms: %d working days", r.Window.Days)
	case r.Window != nil:
		return fmt.Sprintf("alarms: %d calendar days", r.Window.Days)
	case !r.Tested():
		return "stated"
	case r.Refuses:
		return "is **refused**"
	}
	return "is warned of"
}

func needs(r Rule) string {
	out := make([]string, len(r.Needs))
	for i, p := range r.Needs {
		out[i] = string(p)
	}
	return strings.Join(out, ", ")
}

func dates(r Rule) string {
	switch {
	case r.From.IsZero() && r.Until.IsZero():
		return "always"
	case r.Until.IsZero():
		return "from " + r.From.String()
	case r.From.IsZero():
		return "until " + r.Until.String()
	}
	return r.From.String() + " to " + r.Until.String()
}
