package metering

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
)

func day(s string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05", s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWhichCollectionTakesARecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ cycle, begin, written, since, want string }{
		"reported at once waits for the end of its hour": {Hourly, "2026-10-05T13:25:00", "2026-10-05T13:26:00", "2026-10-01T00:15:00", "2026-10-05T14:15:00"},
		"reported at minute 15 sharp is in time":         {Hourly, "2026-10-05T13:25:00", "2026-10-05T14:15:00", "2026-10-01T00:15:00", "2026-10-05T14:15:00"},
		"later than minute 15 slips by an hour":          {Hourly, "2026-10-05T13:25:00", "2026-10-05T14:15:01", "2026-10-01T00:15:00", "2026-10-05T15:15:00"},
		"days later goes to the next hour from then":     {Hourly, "2026-10-05T13:25:00", "2026-10-09T08:00:00", "2026-10-01T00:15:00", "2026-10-09T08:15:00"},
		"an hour begins with its first second":           {Hourly, "2026-10-05T14:00:00", "2026-10-05T14:01:00", "2026-10-01T00:15:00", "2026-10-05T15:15:00"},
		"a day is collected at one":                      {Daily, "2026-10-05T13:25:00", "2026-10-06T01:00:00", "2026-10-01T01:00:00", "2026-10-06T01:00:00"},
		"after one slips to the following day":           {Daily, "2026-10-05T13:25:00", "2026-10-06T01:00:01", "2026-10-01T01:00:00", "2026-10-07T01:00:00"},
		"never before the instance's first collection":   {Daily, "2026-10-05T13:25:00", "2026-10-05T14:00:00", "2026-11-01T01:00:00", "2026-11-01T01:00:00"},
	} {
		if got := CollectedAt(c.cycle, day(c.begin), day(c.written), day(c.since)); !got.Equal(day(c.want)) {
			t.Errorf("%s: %s, want %s", name, got.Format(time.DateTime), c.want)
		}
	}
	for now, want := range map[string]string{"2026-10-05T14:14:59": "2026-10-05T13:15:00", "2026-10-05T14:15:00": "2026-10-05T14:15:00"} {
		if got := LastCollection(Hourly, day(now)); !got.Equal(day(want)) {
			t.Errorf("last at %s: %s", now, got)
		}
	}
}

// due is a record of an hour, collected at its end.
func due(sn, begin string, hours int, value, pkg string) Due {
	b := day(begin)
	return Due{Record{SN: sn, Instance: "I", Begin: b, End: b.Add(time.Duration(hours) * time.Hour), Value: decimal.RequireFromString(value), Package: pkg}, CollectedAt(Hourly, b, b.Add(time.Duration(hours)*time.Hour), time.Time{})}
}

func number(s string) *decimal.Decimal { d := decimal.RequireFromString(s); return &d }

func flat(c Collected) string {
	var out []string
	for _, x := range c.Charges {
		out = append(out, x.At.Format("0102T15")+" "+x.Span.String()+" "+x.Rated.String()+"/"+x.Quantity.String()+" after "+x.Before.String()+" = "+x.Amount.String())
	}
	for _, d := range c.Deductions {
		out = append(out, d.Package+" "+d.From.Format("2006-01-02")+" "+d.Before.String()+"+"+d.Quantity.String()+"/"+d.Quota.String())
	}
	for _, e := range c.Excess {
		out = append(out, "excess "+e.Record.SN+" "+e.Quantity.String())
	}
	return strings.Join(out, "; ")
}

func TestCollectionsCharge(t *testing.T) {
	t.Parallel()
	step := Rating{Model: Step, Accumulate: ByMonth, Bands: []Band{{number("3"), number("0.3")}, {nil, number("0.2")}}}
	fixed := Rating{Model: Fixed, Price: number("1")}
	pack := func(id, from, until, quota string, reset Reset, cycle Cycle, stop bool) Package {
		return Package{ID: id, Quota: *number(quota), Reset: reset, Cycle: cycle, From: day(from), Until: day(until), Instance: "K" + id, Stop: stop}
	}
	for name, c := range map[string]struct {
		in   Collection
		want string
	}{
		"step of the source: 8 minutes are 1.90": {Collection{Rating: step, Records: []Due{due("a", "2026-10-05T13:00:00", 1, "8", "")}}, "1005T14 2026-10-01 8/8 after 0 = 1.9"},
		"step goes on over collections": {
			Collection{Rating: step, Records: []Due{due("b", "2026-10-05T14:00:00", 1, "6", ""), due("a", "2026-10-05T13:00:00", 1, "2", "")}},
			"1005T14 2026-10-01 2/2 after 0 = 0.6; 1005T15 2026-10-01 6/6 after 2 = 1.3",
		},
		"usage belongs to the month of consumption": {
			Collection{Rating: step, Records: []Due{due("a", "2026-10-31T23:00:00", 1, "2", ""), due("b", "2026-11-01T00:00:00", 1, "2", "")}},
			"1101T00 2026-10-01 2/2 after 0 = 0.6; 1101T01 2026-11-01 2/2 after 0 = 0.6",
		},
		"the package that ends first is used first, what exceeds it is paid": {
			Collection{
				Rating: fixed, Records: []Due{due("a", "2026-10-05T13:00:00", 1, "7.5", "")},
				Packages: []Package{pack("L", "2026-10-01T00:00:00", "2027-10-01T00:00:00", "5", ResetNone, "", false), pack("S", "2026-10-01T00:00:00", "2026-11-01T00:00:00", "2", ResetNone, "", false)},
			},
			"1005T14 2026-10-01 0.5/7.5 after 0 = 0.5; S 2026-10-01 0+2/2; L 2026-10-01 0+5/5",
		},
		"a resettable package ends with its window": {
			Collection{
				Rating: fixed, Records: []Due{due("a", "2026-10-25T13:00:00", 1, "3", "")},
				Packages: []Package{pack("M", "2026-09-20T00:00:00", "2027-09-20T00:00:00", "2", ResetMonth, OrderCycle, false), pack("N", "2026-10-01T00:00:00", "2026-12-01T00:00:00", "5", ResetNone, "", false)},
			},
			"1025T14 2026-10-01 0/3 after 0 = 0; M 2026-10-20 0+2/2; N 2026-10-01 0+1/5",
		},
		"a record over the end of a window is parted by time": {
			Collection{
				Rating: fixed, Records: []Due{due("a", "2026-10-19T22:00:00", 3, "10", "")},
				Packages: []Package{pack("M", "2026-09-20T00:00:00", "2027-09-20T00:00:00", "5", ResetMonth, OrderCycle, false)},
			},
			"1020T01 2026-10-01 1.6666/10 after 0 = 1.6666; M 2026-09-20 0+5/5; M 2026-10-20 0+3.3334/5",
		},
		"a yearly window is counted from the package's start": {
			Collection{
				Rating: fixed, Records: []Due{due("a", "2027-09-19T13:00:00", 1, "1", ""), due("b", "2027-09-20T13:00:00", 1, "1", "")},
				Packages: []Package{pack("Y", "2026-09-20T00:00:00", "2028-09-20T00:00:00", "5", ResetYear, OrderCycle, false)},
			},
			"0919T14 2027-09-01 0/1 after 0 = 0; 0920T14 2027-09-01 0/1 after 0 = 0; Y 2026-09-20 0+1/5; Y 2027-09-20 0+1/5",
		},
		"nothing beyond a stop-before-excess package is sold": {
			Collection{
				Rating: fixed, Records: []Due{due("a", "2026-10-05T13:00:00", 1, "7", "KS")},
				Packages: []Package{pack("S", "2026-10-01T00:00:00", "2026-11-01T00:00:00", "5", ResetNone, "", true), pack("T", "2026-10-01T00:00:00", "2026-10-09T00:00:00", "5", ResetNone, "", true)},
			},
			"1005T14 2026-10-01 0/7 after 0 = 0; S 2026-10-01 0+5/5; excess a 2",
		},
		"what was used and rated before counts": {
			Collection{
				Rating: step, Records: []Due{due("a", "2026-10-05T13:00:00", 1, "3", "")}, Packages: []Package{pack("S", "2026-10-01T00:00:00", "2026-11-01T00:00:00", "5", ResetNone, "", false)},
				Uses: []Use{{Package: "S", From: day("2026-10-01T00:00:00"), Until: day("2026-11-01T00:00:00"), Quota: *number("5"), Used: *number("4")}},
			},
			"1005T14 2026-10-01 2/3 after 0 = 0.6; S 2026-10-01 4+1/5",
		},
	} {
		c.in.Zone = time.UTC
		got, err := Collect(c.in)
		if err != nil || flat(got) != c.want {
			t.Errorf("%s:\n got %s %v\nwant %s", name, flat(got), err, c.want)
		}
	}
}

func TestCollectRefusesWhatCannotBeRated(t *testing.T) {
	t.Parallel()
	_, err := Collect(Collection{Rating: Rating{Model: Fixed, Price: number("1"), Cycle: "week"}, Packages: []Package{{ID: "P"}}})
	var codes []string
	for _, f := range fault.All(err) {
		codes = append(codes, f.Code)
	}
	if got := strings.Join(codes, " "); got != "RATING-CYCLE RATING-ZONE RATING-PACKAGE" {
		t.Errorf("got %s", got)
	}
}
