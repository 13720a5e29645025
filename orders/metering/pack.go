package metering

import (
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
)

// Reset says when a package's quota is filled again; what was not used of it by then is lost.
type Reset string

// The reset rules (资源重置规则).
const (
	ResetNone  Reset = "none"  // the quota is the total over the whole validity
	ResetMonth Reset = "month" // 按月
	ResetYear  Reset = "year"  // 按年
)

// Cycle says which months and years a reset counts.
type Cycle string

// The two cycles that packages are sold with; the marketplace tells which one a package has.
const (
	CalendarCycle Cycle = ""      // calendar months and years in the entity's zone
	OrderCycle    Cycle = "order" // months and years counted from the package's own start
)

// Package is a quota that an instance may use up before it pays (按需套餐包).
type Package struct {
	ID    string
	Quota decimal.Decimal // units per reset window
	Reset Reset           // "" counts as none
	Cycle Cycle
	From  time.Time // takes effect
	Until time.Time // the first instant at which it is no longer valid

	Instance string // the package's own instance, by which a record names it
	Stop     bool   // stop-before-excess (用完即停): only for records that name it, and nothing beyond it is sold
}

// Validate gives what is wrong with the package.
func (p Package) Validate() fault.Faults {
	known := p.Reset == "" || p.Reset == ResetNone || p.Reset == ResetMonth || p.Reset == ResetYear
	cycle := p.Cycle == CalendarCycle || p.Cycle == OrderCycle
	if p.ID == "" || !known || !cycle || !usable(&p.Quota) || !p.Until.After(p.From) {
		return fault.Faults{fault.New(fault.Invalid, "RATING-PACKAGE", "packages", fault.Args{"id": p.ID})}
	}
	return nil
}

// Window is the reset window that an instant falls in, cut to the validity; ok is false where the package is not valid then.
func (p Package) Window(at time.Time, zone *time.Location) (from, until time.Time, ok bool) {
	if at.Before(p.From) || !at.Before(p.Until) {
		return time.Time{}, time.Time{}, false
	}
	from, until = p.From, p.Until
	if p.Reset == ResetMonth || p.Reset == ResetYear {
		from, until = p.cycle(at.In(zone), zone)
	}
	if from.Before(p.From) {
		from = p.From
	}
	if until.After(p.Until) {
		until = p.Until
	}
	return from, until, true
}

func (p Package) cycle(at time.Time, zone *time.Location) (from, until time.Time) {
	if p.Cycle == OrderCycle {
		step := 1
		if p.Reset == ResetYear {
			step = 12
		}
		start := p.From.In(zone)
		n := (at.Year()-start.Year())*12 + int(at.Month()-start.Month())
		n -= n % step
		if monthsAfter(start, n).After(at) {
			n -= step
		}
		return monthsAfter(start, n), monthsAfter(start, n+step)
	}
	if p.Reset == ResetYear {
		return time.Date(at.Year(), 1, 1, 0, 0, 0, 0, zone), time.Date(at.Year()+1, 1, 1, 0, 0, 0, 0, zone)
	}
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, zone), time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, zone)
}

// monthsAfter keeps the day number, or takes the month's last day where it is shorter: 31 January, 28 February, 31 March.
func monthsAfter(t time.Time, n int) time.Time {
	last := time.Date(t.Year(), t.Month()+time.Month(n+1), 0, 0, 0, 0, 0, t.Location()).Day()
	return time.Date(t.Year(), t.Month()+time.Month(n), min(t.Day(), last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// Use is what one reset window of a package has given.
type Use struct {
	Package string
	From    time.Time // of the reset window
	Until   time.Time
	Quota   decimal.Decimal
	Used    decimal.Decimal
}

// Left is what the window can still give.
func (u Use) Left() decimal.Decimal { return u.Quota.Sub(u.Used) }

// Taken is what one record took from one package.
type Taken struct {
	Package  string
	Quantity decimal.Decimal
	From     time.Time // of the reset window
}

// quotas remembers what each window of each package has given so far.
type quotas struct {
	packages []Package
	zone     *time.Location
	uses     []*Use
}

// take deducts from the window that ends first and gives what is left over to be rated; one record may use up a quota
// and go on to the next package. A record that names a package takes from it alone; what exceeds a stop-before-excess
// package is not sold: it comes back as excess.
func (q *quotas) take(at time.Time, quantity decimal.Decimal, named string) (left, excess decimal.Decimal, taken []Taken) {
	var open []*Use
	stop := false
	for _, p := range q.packages {
		if named == "" && p.Stop || named != "" && p.Instance != named {
			continue
		}
		stop = stop || p.Stop
		if from, until, ok := p.Window(at, q.zone); ok {
			open = append(open, q.use(p, from, until))
		}
	}
	sort.SliceStable(open, func(a, b int) bool {
		if !open[a].Until.Equal(open[b].Until) {
			return open[a].Until.Before(open[b].Until)
		}
		return open[a].Package < open[b].Package
	})
	for _, u := range open {
		part := decimal.Min(quantity, u.Left())
		if part.IsPositive() {
			u.Used, quantity = u.Used.Add(part), quantity.Sub(part)
			taken = append(taken, Taken{u.Package, part, u.From})
		}
	}
	if stop {
		return decimal.Zero, quantity, taken
	}
	return quantity, decimal.Zero, taken
}

func (q *quotas) use(p Package, from, until time.Time) *Use {
	for _, u := range q.uses {
		if u.Package == p.ID && u.From.Equal(from) {
			return u
		}
	}
	u := &Use{Package: p.ID, From: from, Until: until, Quota: p.Quota}
	q.uses = append(q.uses, u)
	return u
}
