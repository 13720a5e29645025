package metering

import (
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

// Run is a bill run that has been or will be: it takes every record of its month or an earlier one that was reported
// before At and that no run before it took.
type Run struct {
	Month period.Month
	At    time.Time // the run instant: facts heard of at At or later belong to a later run
}

// Input is everything that the charges of one instance depend on.
type Input struct {
	Rating   Rating
	Zone     *time.Location // of the entity that owes the merchant: decides month and day
	Records  []Record       // of one instance. With packages: since the earliest package began, for quota used before counts
	Packages []Package      // that cover the instance
	Runs     []Run          // in time order; what none of them takes belongs to the open run. Empty: one open run
}

// Charge is what one record costs, exact.
type Charge struct {
	Record Record
	Month  period.Month    // in which the window begins
	Run    int             // index into Input.Runs of the run that takes it; len(Runs) is the open one
	Taken  []Taken         // from packages
	Excess decimal.Decimal // beyond a stop-before-excess package: not sold
	Rated  decimal.Decimal
	Slices []Slice
	Amount decimal.Decimal
}

// Result is the charges in the order in which they were taken, run by run.
type Result struct {
	Charges []Charge
	Refused []Refused
	Uses    []Use // package windows that were looked at, by end and package
	Total   decimal.Decimal
}

// Rate charges an instance's records. It is a function of its input alone: rating again with more records reported
// later, or with further runs, gives the same charges for every run that came before.
func Rate(in Input) (Result, error) {
	if err := check(in); err != nil {
		return Result{}, err
	}
	accepted, refused := Sift(in.Records)
	out := Result{Refused: refused, Charges: make([]Charge, len(accepted))}
	for i, r := range accepted {
		m := period.MonthOf(r.Begin, in.Zone)
		out.Charges[i] = Charge{Record: r, Month: m, Run: in.runOf(r, m)}
	}
	sort.SliceStable(out.Charges, func(a, b int) bool { return before(out.Charges[a], out.Charges[b]) })

	quota := quotas{packages: in.Packages, zone: in.Zone}
	used := map[string]decimal.Decimal{} // by accumulation span
	for i := range out.Charges {
		c := &out.Charges[i]
		c.Rated, c.Excess, c.Taken = quota.take(c.Record.Begin, c.Record.Value, c.Record.Package)
		span := in.span(c)
		c.Slices = in.Rating.slices(c.Rated, used[span])
		used[span] = used[span].Add(c.Rated)
		for _, s := range c.Slices {
			c.Amount = c.Amount.Add(s.Amount())
		}
		out.Total = out.Total.Add(c.Amount)
	}
	for _, u := range quota.uses {
		out.Uses = append(out.Uses, *u)
	}
	sort.SliceStable(out.Uses, func(a, b int) bool {
		if !out.Uses[a].Until.Equal(out.Uses[b].Until) {
			return out.Uses[a].Until.Before(out.Uses[b].Until)
		}
		return out.Uses[a].Package < out.Uses[b].Package
	})
	return out, nil
}

// Of is the exact sum of what one run takes of one month, and whether it takes any record at all. For the run of that
// same month it is the month's usage line; for a later run it is the line of records that were reported late.
func (r Result) Of(m period.Month, run int) (sum decimal.Decimal, any bool) {
	for _, c := range r.Charges {
		if c.Month == m && c.Run == run {
			sum, any = sum.Add(c.Amount), true
		}
	}
	return sum, any
}

func check(in Input) error {
	fs := in.Rating.Validate()
	if in.Zone == nil {
		fs = append(fs, fault.New(fault.Invalid, "RATING-ZONE", "zone"))
	}
	for _, p := range in.Packages {
		fs = append(fs, p.Validate()...)
	}
	for i := 1; i < len(in.Runs); i++ {
		if in.Runs[i].At.Before(in.Runs[i-1].At) {
			fs = append(fs, fault.New(fault.Invalid, "RATING-RUNS", "runs"))
			break
		}
	}
	for _, r := range in.Records {
		if r.Instance != in.Records[0].Instance {
			fs = append(fs, fault.New(fault.Invalid, "RATING-INSTANCES", "records"))
			break
		}
	}
	return fs.Err()
}

func (in Input) runOf(r Record, m period.Month) int {
	for i, run := range in.Runs {
		if !run.Month.Before(m) && r.ReportedAt.Before(run.At) {
			return i
		}
	}
	return len(in.Runs)
}

func (in Input) span(c *Charge) string {
	if in.Rating.Accumulate == ByDay {
		return period.DayOf(c.Record.Begin, in.Zone).String()
	}
	return c.Month.String()
}

func before(a, b Charge) bool {
	switch x, y := a.Record, b.Record; {
	case a.Run != b.Run:
		return a.Run < b.Run
	case !x.Begin.Equal(y.Begin):
		return x.Begin.Before(y.Begin)
	case !x.End.Equal(y.End):
		return x.End.Before(y.End)
	default:
		return x.SN < y.SN
	}
}
