package sim

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
	"time"

	"suanpan/internal/period"
	"suanpan/internal/sim/audit"
	"suanpan/internal/sim/invent"
	"suanpan/internal/sim/neutral"
)

// TestTheOrderOfArrivalChangesNothing brings the same invented months shuffled and twice, and in parts as they became known, each month run on
// its day: the journal is that of one file.
func TestTheOrderOfArrivalChangesNothing(t *testing.T) {
	t.Parallel()
	for i := range max(4, *seeds/8) {
		seed := *first + 1000 + uint64(i)
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			facts := invent.Months(seed)
			last := facts.Periods[len(facts.Periods)-1]
			m := atOnce(t, facts)
			want, closed := m.journal(), m.journalTo(last)
			if got := shuffled(t, facts, seed).journal(); got != want {
				t.Errorf("seed %d: shuffled and loaded twice, the journal differs\n%s", seed, diff(want, got))
			}
			// What the open month after the last run holds already depends on when its next run comes; what was run does not.
			if got := asItCame(t, facts).journalTo(last); got != closed {
				want = closed
				t.Errorf("seed %d: loaded as it became known, the journal differs\n%s", seed, diff(want, got))
			}
		})
	}
}

// journalTo is everything posted up to a month, as text.
func (m *month) journalTo(last string) string {
	var b strings.Builder
	for _, p := range m.postings() {
		if p.period <= last {
			b.WriteString(p.id() + " " + p.amount + "\n")
		}
	}
	return b.String()
}

func atOnce(t *testing.T, facts neutral.Month) *month {
	t.Helper()
	m := load(t, feedOf(t, facts), nowFor(facts))
	for _, p := range facts.Periods {
		m.run(period.MustMonth(p))
	}
	return m
}

func shuffled(t *testing.T, facts neutral.Month, seed uint64) *month {
	t.Helper()
	source, rest, _ := bytes.Cut(feedOf(t, facts), []byte("\n"))
	lines := bytes.Split(bytes.TrimSpace(rest), []byte("\n"))
	rand.New(rand.NewPCG(seed, 2)).Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	feed := append(append(source, '\n'), append(bytes.Join(lines, []byte("\n")), '\n')...)
	m := load(t, feed, nowFor(facts))
	if rep := m.imports(feed); rep.Fresh != 0 {
		t.Errorf("seed %d: the second load found %d new facts", seed, rep.Fresh)
	}
	for range 2 {
		for _, p := range facts.Periods {
			m.run(period.MustMonth(p))
		}
	}
	return m
}

// asItCame loads, day after run day, what had become known by then.
func asItCame(t *testing.T, facts neutral.Month) *month {
	t.Helper()
	source, rest, _ := bytes.Cut(feedOf(t, facts), []byte("\n"))
	type stop struct {
		at  time.Time
		run string
	}
	var stops []stop
	for _, p := range facts.Periods {
		d := period.MustMonth(p).Next().Day(7)
		for d.Weekend() {
			d = d.Add(1)
		}
		// The last zone's run instant is over by noon, UTC; a load on the eve and one in the middle of the month before.
		stops = append(stops, stop{at: d.UTC().AddDate(0, 0, -18)}, stop{at: d.UTC().Add(-20 * time.Hour)}, stop{d.UTC().Add(12 * time.Hour), p})
	}
	stops = append(stops, stop{at: nowFor(facts)})
	lines := bytes.Split(bytes.TrimSpace(rest), []byte("\n"))
	loaded := make([]bool, len(lines))
	var m *month
	for _, s := range stops {
		part := append(append([]byte{}, source...), '\n')
		for i, line := range lines {
			if k := knownAt(t, line); !loaded[i] && k.Before(s.at) {
				loaded[i] = true
				part = append(append(part, line...), '\n')
			}
		}
		if m == nil {
			m = load(t, part, s.at)
		} else {
			m.clk.Set(s.at)
			m.imports(part)
		}
		if s.run != "" {
			m.run(period.MustMonth(s.run))
		}
	}
	return m
}

// TestEveryMistakeIsFound makes the auditor err in one recipe at a time: against the product's books of some months, each mistake has to show,
// just as it would if the product made it.
func TestEveryMistakeIsFound(t *testing.T) {
	t.Parallel()
	const months = 10 // invented ones; the worked month has a tie and a carry on purpose
	type pair struct {
		facts neutral.Month
		books *audit.Books
	}
	var pairs []pair
	for seed := uint64(0); seed <= months; seed++ {
		facts := workedFacts(t)
		if seed > 0 {
			facts = invent.Months(seed)
		}
		m := load(t, feedOf(t, facts), nowFor(facts))
		books := &audit.Books{Months: map[string]*audit.Month{}}
		for _, p := range facts.Periods {
			m.run(period.MustMonth(p))
			books.Months[p] = m.harvest(period.MustMonth(p))
		}
		pairs = append(pairs, pair{facts, books})
	}
	differ := func(mistake audit.Mistake) (n int, where []string) {
		for _, x := range pairs {
			wrong := audit.Keep(x.facts, mistake)
			found := false
			for p, month := range x.books.Months {
				if d := audit.Diff(month, wrong.Months[p]); len(d) > 0 {
					found, where = true, append(where, p+": "+d[0])
				}
			}
			if found {
				n++
			}
		}
		sort.Strings(where)
		return n, where
	}
	if n, where := differ(audit.None); n > 0 {
		t.Fatalf("the product differs from a right auditor:\n%s", strings.Join(where, "\n"))
	}
	for _, mistake := range audit.Mistakes {
		n, _ := differ(mistake)
		t.Logf("%-50s found in %d of %d", mistake, n, len(pairs))
		if n == 0 {
			t.Errorf("nothing shows that %s", mistake)
		}
	}
}
