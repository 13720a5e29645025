package sim

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"suanpan/internal/period"
	"suanpan/internal/sim/audit"
	"suanpan/internal/sim/invent"
	"suanpan/internal/sim/neutral"
)

var (
	seeds = flag.Int("seeds", 30, "how many invented months are compared")
	first = flag.Uint64("seed", 1, "the first of their seeds")
)

// TestInventedMonths runs months that nobody worked by hand through the product and compares them with the auditor's books, month by month.
// `go test ./internal/sim -run TestInventedMonths -seeds 1 -seed 17` repeats one.
func TestInventedMonths(t *testing.T) {
	t.Parallel()
	for i := range *seeds {
		seed := *first + uint64(i)
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			sameAsAuditor(t, fmt.Sprintf("seed %d", seed), invent.Months(seed))
		})
	}
}

func sameAsAuditor(t *testing.T, name string, facts neutral.Month) {
	t.Helper()
	books := audit.Keep(facts, audit.None)
	m := load(t, feedOf(t, facts), nowFor(facts))
	for _, p := range facts.Periods {
		m.run(period.MustMonth(p))
		if d := audit.Diff(m.harvest(period.MustMonth(p)), books.Months[p]); len(d) > 0 {
			t.Fatalf("%s, %s: product and auditor differ\n%s", name, p, strings.Join(d, "\n"))
		}
	}
	for sn, code := range union(m.refused(), books.Refused) {
		t.Errorf("%s: usage %s: %s", name, sn, code)
	}
	for _, p := range facts.Periods { // what was run does not move
		if d := audit.Diff(&audit.Month{Balance: m.harvest(period.MustMonth(p)).Balance}, &audit.Month{Balance: books.Months[p].Balance}); len(d) > 0 {
			t.Errorf("%s: after the last run, %s has moved\n%s", name, p, strings.Join(d, "\n"))
		}
	}
	m.verify()
}

// union tells where two lists of refused records differ.
func union(product, auditor map[string]string) map[string]string {
	out := map[string]string{}
	for sn, code := range product {
		if auditor[sn] != code {
			out[sn] = "the product says " + code + ", the auditor " + auditor[sn]
		}
	}
	for sn, code := range auditor {
		if product[sn] == "" {
			out[sn] = "only the auditor says " + code
		}
	}
	return out
}

func feedOf(t *testing.T, facts neutral.Month) []byte {
	t.Helper()
	feed, err := facts.Feed("invented")
	if err != nil {
		t.Fatal(err)
	}
	return feed
}

// nowFor is a moment at which all facts are known and all months can be run.
func nowFor(facts neutral.Month) time.Time {
	last := period.MustMonth(facts.Periods[len(facts.Periods)-1])
	now := last.Next().Next().Start(time.UTC)
	if after := facts.After(); after.After(now) {
		return after
	}
	return now
}
