package sim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/sim/audit"
	"suanpan/internal/sim/invent"
	"suanpan/internal/sim/neutral"
	"suanpan/orders"
	"suanpan/orders/refunds"
	"suanpan/orders/supervision"
)

// TestMonthsThroughTheModules lets invented months come about as they do in life: orders are placed, paid, refunded, supervised and appealed against
// by the verbs of the modules, calls are repeated, transactions break, timers fire late. The auditor is told what came of it, fact by fact, and keeps
// his books; each month's run has to agree with them. SEEDS=5000 plays that many seeds and prints what they consisted of
// (with -v), SEED=17 begins with that one.
func TestMonthsThroughTheModules(t *testing.T) {
	t.Parallel()
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return otherwise
	}
	began, places := number("SEED", 1), newGrounds(t)
	all := &tally{done: map[string]int{}}
	t.Cleanup(func() { all.show(t) })
	for i := range number("SEEDS", 40) {
		t.Run(fmt.Sprintf("seed %d", began+i), func(t *testing.T) {
			t.Parallel()
			play(t, places, all, uint64(began+i))
		})
	}
}

// errBroken is the end of a transaction that breaks: nothing of it stays.
var errBroken = errors.New("the machine broke down")

// bazaar is a marketplace with all modules around orders, played by chance.
type bazaar struct {
	*month
	r          *rand.Rand
	seed       uint64
	facts      neutral.Month
	zones      map[string]*time.Location
	refunds    *refunds.Service
	supervised *supervision.Service
	machine    time.Time

	deals   []*deal
	renews  map[string]agreed // instances, by the order that opened them
	meters  []*meter
	owed    map[pool]decimal.Decimal
	sent    map[string]neutral.Fact // orders as they were placed
	heard   []hearing
	known   map[string]bool // of what the simulation itself tells the auditor
	refused map[string]int
	n       int
}

// deal is an order as the buyer sees it.
type deal struct {
	f                neutral.Fact
	at               time.Time
	never            bool // is not going to be paid
	paid, gone       bool
	effective, typed bool
	last             time.Time // of a refund
}

// hearing is a fact that was taken in a transaction, which may have come to nothing.
type hearing struct {
	xid  string
	fact neutral.Fact
}

func play(t *testing.T, places *grounds, all *tally, seed uint64) {
	t.Helper()
	facts := invent.Ground(seed)
	place := places.take(period.MustMonth(facts.Periods[0]).Start(time.UTC).Add(36 * time.Hour))
	b := openBazaar(t, place, seed, facts)
	b.months()
	b.tally(all)
	places.giveBack(t, place)
}

func openBazaar(t *testing.T, place *ground, seed uint64, facts neutral.Month) *bazaar {
	t.Helper()
	b := &bazaar{
		r: rand.New(rand.NewPCG(seed, 7)), seed: seed, facts: facts, zones: map[string]*time.Location{}, sent: map[string]neutral.Fact{}, known: map[string]bool{}, owed: map[pool]decimal.Decimal{}, renews: map[string]agreed{},
		refused: map[string]int{}, machine: time.Unix(1_800_000_000, 0),
	}
	b.month = loadInto(t, place.db, place.clk, feedOf(t, b.facts))
	for code, e := range b.facts.Entities {
		z, err := time.LoadLocation(e.Zone)
		if err != nil {
			t.Fatal(err)
		}
		b.zones[code] = z
	}
	o := orders.NewService()
	b.svc.Orders = o
	o.Billed = b.svc.Billed
	b.refunds, b.supervised = refunds.New(o), supervision.New(o)
	o.Subscribe(b.hear)
	b.must(pg.AsBatch("test"), func(tx *pg.Tx) error {
		var all []entities.Setting
		for i, m := range b.facts.Merchant {
			all = append(all, entities.Setting{Key: entities.KeySupervisionType, Scope: entities.Scope{Merchant: m.ID}, Value: []string{"manual", "hardware", "license_offline"}[i%3], ValidFrom: b.clk.Now(), Source: "test", Who: "test"},
				entities.Setting{Key: entities.KeySupervisionChannel, Scope: entities.Scope{Merchant: m.ID}, Value: []string{"general", "base"}[i%2], ValidFrom: b.clk.Now(), Source: "test", Who: "test"})
		}
		all = append(all, entities.Setting{Key: entities.KeySupervisionEffective, Scope: entities.ForEntity(b.codes()[0]), Value: "service_start", ValidFrom: b.clk.Now(), Source: "test", Who: "test"})
		return entities.SaveSettings(context.Background(), tx, all)
	})
	return b
}

func (b *bazaar) codes() []string {
	var out []string
	for c := range b.zones {
		out = append(out, c)
	}
	sort.Strings(out)
	return out
}

func (b *bazaar) chance(percent int) bool { return b.r.IntN(100) < percent }

func oneOf[T any](b *bazaar, list []T) T { return list[b.r.IntN(len(list))] }

func (b *bazaar) id(prefix string) string { b.n++; return fmt.Sprintf("%s-%d", prefix, b.n) }

// hear writes down every fact that was taken, with its transaction. Now and then the machine breaks right here.
func (b *bazaar) hear(ctx context.Context, tx *pg.Tx, happened []orders.Happening) error {
	var xid string
	if err := tx.QueryRow(ctx, `SELECT pg_current_xact_id()::text`).Scan(&xid); err != nil {
		return err
	}
	for _, h := range happened {
		// An order of one line is known to the auditor by its line.
		f := neutral.Fact{Kind: h.Kind, Order: h.Line.ID, At: orders.Stamp(h.At), RecordedAt: orders.Stamp(h.KnownAt)}
		switch h.Kind {
		case orders.Placed:
			var known bool
			if f, known = b.sent[h.Line.OrderID]; !known {
				f = b.byItself(h.Line)
			}
			f.RecordedAt = orders.Stamp(h.KnownAt)
		case orders.Paid:
			if h.Payment.Method == orders.Credit {
				continue // the order says it
			}
		case orders.Failed:
			f.Kind = "failed"
		case orders.MoneyBack:
			f.ID, f.Gross, f.Rule = h.ID, h.Gross.String(), strings.ToLower(h.Rule)
		}
		b.heard = append(b.heard, hearing{xid, f})
	}
	if b.chance(3) {
		return errBroken
	}
	return nil
}

// tell gives the auditor something that is no fact of the feed, once.
func (b *bazaar) tell(f neutral.Fact) {
	if key := f.Kind + f.ID; !b.known[key] {
		b.known[key] = true
		b.heard = append(b.heard, hearing{"", f})
	}
}

// told is the month as the auditor is given it: what transactions kept, and nothing twice.
func (b *bazaar) told() neutral.Month {
	m := b.facts
	m.Facts = nil
	seen := map[string]bool{}
	var stays []bool
	b.read(func(tx *pg.Tx) error {
		xids := make([]string, len(b.heard))
		for i, h := range b.heard {
			xids[i] = h.xid
		}
		return tx.QueryRow(context.Background(), `
			SELECT array_agg(x = '' OR pg_xact_status(nullif(x, '')::xid8) = 'committed' ORDER BY n) FROM unnest($1::text[]) WITH ORDINALITY AS t(x, n)`, xids).Scan(&stays)
	})
	for i, h := range b.heard {
		if !stays[i] {
			continue
		}
		key := h.fact.Kind + " " + h.fact.Order + " " + h.fact.ID
		if strings.HasPrefix(h.fact.Kind, "appeal") {
			key += h.fact.At
		}
		if seen[key] {
			b.t.Errorf("seed %d: %s was taken twice", b.seed, key)
		}
		seen[key] = true
		m.Facts = append(m.Facts, h.fact)
	}
	return m
}

// do makes a call as it is made in life: it breaks down and is made again, and sometimes it is made once more although it had come through. A refusal
// is an answer; anything else that is neither is the product's fault.
func (b *bazaar) do(what string, a pg.Actor, fn func(ctx context.Context, tx *pg.Tx) error) bool {
	b.t.Helper()
	call := func(breaks bool) error {
		return b.as(a, func(tx *pg.Tx) error {
			if err := fn(context.Background(), tx); err != nil || !breaks {
				return err
			}
			return errBroken
		})
	}
	var err error
	for try := 0; try == 0 || errors.Is(err, errBroken); try++ {
		err = call(try < 5 && b.chance(12))
	}
	b.judge(what, err)
	if err == nil && b.chance(12) {
		again := errBroken
		for errors.Is(again, errBroken) {
			again = call(false)
		}
		b.judge(what+" again", again)
	}
	return err == nil
}

func (b *bazaar) judge(what string, err error) {
	b.t.Helper()
	fs := fault.All(err)
	switch {
	case err == nil:
		b.refused[what+": done"]++
	case len(fs) == 0 || fault.KindOf(err) == fault.Internal:
		b.t.Errorf("seed %d, %s: %s: %v", b.seed, b.clk.Now(), what, err)
	default:
		b.refused[what+": "+strings.Join(fs.Codes(), " ")]++
	}
}

// take takes facts as the marketplace's systems send them; a refusal of what has to be taken is a difference.
func (b *bazaar) take(what string, facts ...orders.Fact) bool {
	b.t.Helper()
	return b.do(what, pg.AsBatch("marketplace"), func(ctx context.Context, tx *pg.Tx) error {
		_, err := b.svc.Orders.Take(ctx, tx, "marketplace", facts...)
		return err
	})
}

// ofFeed gives a neutral fact as the feed has it.
func (b *bazaar) ofFeed(f neutral.Fact) []orders.Fact {
	b.t.Helper()
	raw := feedOf(b.t, neutral.Month{Facts: []neutral.Fact{f}})
	var out []orders.Fact
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n")[1:] {
		var o orders.Fact
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			b.t.Fatal(err)
		}
		out = append(out, o)
	}
	return out
}

// months plays from the first month to the run of the last, runs each on its day, and compares.
func (b *bazaar) months() {
	b.t.Helper()
	for i, p := range b.facts.Periods {
		day := period.MustMonth(p).Next().Day(7)
		for day.Weekend() {
			day = day.Add(1)
		}
		b.playUntil(day.UTC().Add(-13 * time.Hour)) // before the day begins anywhere
		b.clk.Set(day.UTC().Add(13 * time.Hour))    // it has begun everywhere
		b.run(period.MustMonth(p))
		told := b.told()
		told.Periods = told.Periods[:i+1]
		books := audit.Keep(told, audit.None)
		if d := audit.Diff(b.harvest(period.MustMonth(p)), books.Months[p]); len(d) > 0 {
			b.t.Fatalf("seed %d, %s: product and auditor differ\n%s\n%s", b.seed, p, strings.Join(d, "\n"), stories(told, d))
		}
	}
	for sn, code := range union(b.month.refused(), audit.Keep(b.told(), audit.None).Refused) {
		b.t.Errorf("seed %d: usage %s: %s", b.seed, sn, code)
	}
	for _, amiss := range audit.Keep(b.told(), audit.None).Amiss {
		b.t.Errorf("seed %d: %s", b.seed, amiss)
	}
	b.verify()
}

// stories are the facts of the orders that differences name, in the order in which they were taken.
func stories(told neutral.Month, differences []string) string {
	named := map[string]bool{}
	for _, d := range differences {
		for _, word := range strings.FieldsFunc(d, func(r rune) bool { return r == ' ' || r == ':' || r == '/' }) {
			named[word] = true
		}
	}
	for _, f := range told.Facts {
		if f.ID != "" && (named[f.ID] || named["PF-"+f.Order]) {
			named[f.Order] = true
		}
	}
	var out []string
	for _, f := range told.Facts {
		if f.Order != "" && named[f.Order] {
			out = append(out, strings.Join(strings.Fields(fmt.Sprintln("   ", f.Order, f.Kind, f.ID, f.Rule, f.Gross, "at", f.At, "known", f.RecordedAt, f.Merchant, f.OwedBy, f.CollectedBy, f.Mode, f.Pay, "supervised", f.Supervised)), " "))
		}
	}
	return strings.Join(out, "\n")
}

// tally adds what the play consisted of to that of all plays.
func (b *bazaar) tally(all *tally) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if !b.t.Failed() {
		all.seeds++
	}
	for what, n := range b.refused {
		all.done[what] += n
	}
}

// tally is what played months consisted of: how often each call was made, and what was answered.
type tally struct {
	mu    sync.Mutex
	seeds int
	done  map[string]int
}

// show prints it, and demands that it was a play: each of these came about.
func (all *tally) show(t *testing.T) {
	t.Helper()
	var out []string
	for what, n := range all.done {
		out = append(out, fmt.Sprintf("%7d %s", n, what))
	}
	sort.Strings(out)
	t.Logf("%d seeds without a difference\n%s", all.seeds, strings.Join(out, "\n"))
	for _, what := range []string{
		"place", "paid", "effective", "failed", "refund asked", "refund approved", "refund paid", "deliver", "accept", "decided refund", "decided resume", "usage", "package", "repaid", "credit used",
		"renews by itself",
	} {
		if all.seeds > 4 && all.done[what+": done"] == 0 {
			t.Errorf("in %d seeds nothing was: %s", all.seeds, what)
		}
	}
}
