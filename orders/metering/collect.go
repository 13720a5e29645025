package metering

import (
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

// Grace is how long after the end of its cycle usage is collected: at minute 15 of the next hour, at 01:00 UTC of the next
// day (KooGallery, SDR collection). What is reported later slips to the following collection.
func Grace(cycle string) time.Duration {
	if cycle == Hourly {
		return 15 * time.Minute
	}
	return time.Hour
}

// Length is the length of a billing cycle; cycles are cut in UTC.
func Length(cycle string) time.Duration {
	if cycle == Hourly {
		return time.Hour
	}
	return 24 * time.Hour
}

// CollectedAt is the collection that takes a record: the first that is neither before the end of the cycle in which its
// window begins, nor before the record was written, nor before since, the first collection of its instance.
func CollectedAt(cycle string, begin, written, since time.Time) time.Time {
	length, grace := Length(cycle), Grace(cycle)
	at := begin.UTC().Truncate(length).Add(length + grace)
	if w := written.UTC().Add(-grace - time.Microsecond).Truncate(length).Add(length + grace); w.After(at) {
		at = w
	}
	if since.After(at) {
		return since
	}
	return at
}

// LastCollection is the latest collection that is due at an instant.
func LastCollection(cycle string, now time.Time) time.Time {
	return now.UTC().Add(-Grace(cycle)).Truncate(Length(cycle)).Add(Grace(cycle))
}

// Collection is everything that the charges of some collections of one instance depend on.
type Collection struct {
	Rating   Rating
	Zone     *time.Location // of the entity that owes the merchant: decides month and day
	Packages []Package
	Uses     []Use                          // what packages gave before, whoever used them
	Rated    map[period.Day]decimal.Decimal // what was rated before, by span
	Records  []Due                          // all records that these collections take
}

// Due is a record with the collection that takes it.
type Due struct {
	Record
	At time.Time
}

// Collected is what collections charge, and what they take from packages.
type Collected struct {
	Charges    []Charged
	Deductions []Deducted
	Excess     []Excess
}

// Charged is what one collection charges in one span of consumption.
type Charged struct {
	At       time.Time
	Span     period.Day   // its first day: of the month, or the day itself where a step price accumulates by day
	Month    period.Month // of consumption
	Records  int
	Quantity decimal.Decimal // as reported
	Rated    decimal.Decimal // what packages left over
	Before   decimal.Decimal // rated in the span by earlier collections
	Amount   decimal.Decimal // exact, before tax
}

// Deducted is what one collection takes from one reset window of a package.
type Deducted struct {
	At       time.Time
	Package  string
	From     time.Time
	Until    time.Time
	Quota    decimal.Decimal
	Before   decimal.Decimal
	Quantity decimal.Decimal
}

// Excess is what a record has beyond its stop-before-excess package: it is not sold.
type Excess struct {
	Record   Record
	Quantity decimal.Decimal
}

// Collect charges the records that are due, collection by collection and in a collection by (Begin, End, SN). A record whose
// window crosses the end of a package's reset window is parted there by time, to four decimals, its parts adding up exactly;
// the whole of it is priced in the span in which it begins. Charges of earlier collections are never looked at again.
func Collect(c Collection) (Collected, error) {
	fs := c.Rating.Validate()
	if c.Zone == nil {
		fs = append(fs, fault.New(fault.Invalid, "RATING-ZONE", "zone"))
	}
	for _, p := range c.Packages {
		fs = append(fs, p.Validate()...)
	}
	if err := fs.Err(); err != nil {
		return Collected{}, err
	}
	due := append([]Due(nil), c.Records...)
	sort.SliceStable(due, func(a, b int) bool {
		if !due[a].At.Equal(due[b].At) {
			return due[a].At.Before(due[b].At)
		}
		return before(Charge{Record: due[a].Record}, Charge{Record: due[b].Record})
	})
	q := quotas{packages: c.Packages, zone: c.Zone}
	for _, u := range c.Uses {
		q.uses = append(q.uses, &u)
	}
	k := collecting{c: c, q: &q, rated: map[period.Day]decimal.Decimal{}, charges: map[chargeKey]int{}, deductions: map[deductionKey]int{}}
	for d, v := range c.Rated {
		k.rated[d] = v
	}
	for i := range due {
		k.take(&due[i])
	}
	return k.out, nil
}

type (
	chargeKey struct {
		at   int64
		span period.Day
	}
	deductionKey struct {
		at, from int64
		pkg      string
	}
)

// collecting remembers where each charge and deduction stands in what comes out.
type collecting struct {
	c          Collection
	q          *quotas
	rated      map[period.Day]decimal.Decimal
	charges    map[chargeKey]int
	deductions map[deductionKey]int
	out        Collected
}

func (k *collecting) take(d *Due) {
	span := k.c.span(d.Begin)
	left, excess := decimal.Zero, decimal.Zero
	for _, p := range k.parts(d.Record) {
		l, e, taken := k.q.take(p.at, p.quantity, d.Package)
		left, excess = left.Add(l), excess.Add(e)
		for _, t := range taken {
			k.deduct(d.At, t)
		}
	}
	if excess.IsPositive() {
		k.out.Excess = append(k.out.Excess, Excess{d.Record, excess})
	}
	key := chargeKey{d.At.UnixNano(), span}
	i, stands := k.charges[key]
	if !stands {
		i = len(k.out.Charges)
		k.charges[key] = i
		k.out.Charges = append(k.out.Charges, Charged{At: d.At, Span: span, Month: period.MonthOf(d.Begin, k.c.Zone), Before: k.rated[span]})
	}
	c := &k.out.Charges[i]
	for _, s := range k.c.Rating.slices(left, k.rated[span]) {
		c.Amount = c.Amount.Add(s.Amount())
	}
	c.Records++
	c.Quantity, c.Rated = c.Quantity.Add(d.Value), c.Rated.Add(left)
	k.rated[span] = k.rated[span].Add(left)
}

func (k *collecting) deduct(at time.Time, t Taken) {
	key := deductionKey{at.UnixNano(), t.From.UnixNano(), t.Package}
	i, stands := k.deductions[key]
	if !stands {
		i = len(k.out.Deductions)
		k.deductions[key] = i
		for _, u := range k.q.uses {
			if u.Package == t.Package && u.From.Equal(t.From) {
				k.out.Deductions = append(k.out.Deductions, Deducted{At: at, Package: u.Package, From: u.From, Until: u.Until, Quota: u.Quota, Before: u.Used.Sub(t.Quantity)})
			}
		}
	}
	k.out.Deductions[i].Quantity = k.out.Deductions[i].Quantity.Add(t.Quantity)
}

func (c Collection) span(begin time.Time) period.Day {
	if c.Rating.Model == Step && c.Rating.Accumulate == ByDay {
		return period.DayOf(begin, c.Zone)
	}
	return period.MonthOf(begin, c.Zone).Day(1)
}

// part is what of a record falls before the next end of a package's window.
type part struct {
	at       time.Time
	quantity decimal.Decimal
}

// parts cuts a record at the begins and ends of packages' windows inside its own. What falls before a cut is rounded down to four decimals, so
// the parts add up to the record.
func (k *collecting) parts(r Record) []part {
	cuts := map[int64]time.Time{}
	for _, p := range k.c.Packages {
		for at := r.Begin; at.Before(r.End); {
			from, until, ok := p.Window(at, k.c.Zone)
			next := until
			if !ok {
				if next = p.From; !next.After(at) { // it is over
					break
				}
			} else if from.After(r.Begin) {
				cuts[from.UnixNano()] = from
			}
			if next.After(r.Begin) && next.Before(r.End) {
				cuts[next.UnixNano()] = next
			}
			at = next
		}
	}
	if len(cuts) == 0 {
		return []part{{r.Begin, r.Value}}
	}
	at := make([]time.Time, 0, len(cuts))
	for _, t := range cuts {
		at = append(at, t)
	}
	sort.Slice(at, func(a, b int) bool { return at[a].Before(at[b]) })
	whole := decimal.NewFromInt(r.End.Sub(r.Begin).Microseconds())
	var out []part
	done, begin := decimal.Zero, r.Begin
	for _, t := range at {
		upTo := r.Value.Mul(decimal.NewFromInt(t.Sub(r.Begin).Microseconds())).DivRound(whole, 16).Truncate(4)
		out = append(out, part{begin, upTo.Sub(done)})
		done, begin = upTo, t
	}
	return append(out, part{begin, r.Value.Sub(done)})
}
