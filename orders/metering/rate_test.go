package metering

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
)

func d(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

func rating(t *testing.T, js string) Rating {
	t.Helper()
	var r Rating
	if err := json.Unmarshal([]byte(js), &r); err != nil {
		t.Fatal(err)
	}
	if fs := r.Validate(); fs != nil {
		t.Fatal(fs)
	}
	return r
}

// rec is a record of one hour, reported five minutes after it ended.
func rec(sn, begin, value string) Record {
	b := at(begin)
	return Record{SN: sn, Instance: "I", Begin: b, End: b.Add(time.Hour), Value: d(value), ReportedAt: b.Add(65 * time.Minute)}
}

func reported(r Record, when string) Record { r.ReportedAt = at(when); return r }

const (
	stepMonth = `{"model":"step","accumulate":"month","bands":[{"up_to":"3","price":"0.30"},{"up_to":null,"price":"0.20"}]}`
	stepDay   = `{"model":"step","accumulate":"day","bands":[{"up_to":"3","price":"0.30"},{"up_to":null,"price":"0.20"}]}`
	tier      = `{"model":"tier","bands":[{"up_to":"5","price":"0.30"},{"up_to":null,"price":"0.20"}]}`
	fixed4    = `{"model":"fixed","price":"0.04"}`
)

func TestRate(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, rating string
		records      []Record
		want         []string // charge of each record, in order
		total        string
	}{
		{
			"fixed is usage times price, every digit kept", `{"model":"fixed","price":"0.0037"}`,
			[]Record{rec("a", "2026-10-12T01:00", "1234.5678"), rec("b", "2026-10-31T15:00", "0.0001")},
			[]string{"4.56790086", "0.00000037"},
			"4.56790123",
		},
		{"step splits a record at the band's end: 0.3×3 + 0.2×5", stepMonth, []Record{rec("a", "2026-10-05T01:00", "8")}, []string{"1.9"}, "1.9"},
		{
			"step accumulates across records of the month", stepMonth,
			[]Record{rec("a", "2026-10-05T01:00", "2"), rec("b", "2026-10-05T02:00", "1.5"), rec("c", "2026-10-20T02:00", "4.5")},
			[]string{"0.6", "0.4", "0.9"},
			"1.9",
		},
		{
			"step by month starts again in the next month", stepMonth,
			[]Record{rec("a", "2026-10-31T01:00", "4"), rec("b", "2026-11-01T01:00", "4")},
			[]string{"1.1", "1.1"},
			"2.2",
		},
		{
			"step by day starts again each day", stepDay,
			[]Record{rec("a", "2026-10-05T01:00", "4"), rec("b", "2026-10-05T02:00", "1"), rec("c", "2026-10-06T01:00", "4")},
			[]string{"1.1", "0.2", "1.1"},
			"2.4",
		},
		{
			"step includes the upper bound", stepMonth,
			[]Record{rec("a", "2026-10-05T01:00", "3"), rec("b", "2026-10-05T02:00", "0.0001")},
			[]string{"0.9", "0.00002"},
			"0.90002",
		},
		{
			"records are taken by window, not by arrival", stepMonth,
			[]Record{rec("z", "2026-10-20T01:00", "3"), rec("a", "2026-10-05T01:00", "3")},
			[]string{"0.9", "0.6"},
			"1.5",
		},
		{
			"tier prices each record whole", tier,
			[]Record{rec("a", "2026-10-09T01:00", "8"), rec("b", "2026-10-09T02:00", "5")},
			[]string{"1.6", "1.5"},
			"3.1",
		},
		{
			"tier includes the upper bound", tier,
			[]Record{rec("a", "2026-10-09T01:00", "5"), rec("b", "2026-10-09T02:00", "5.0001")},
			[]string{"1.5", "1.00002"},
			"2.50002",
		},
		{"nothing used costs nothing", tier, nil, nil, "0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Rate(Input{Rating: rating(t, c.rating), Zone: time.UTC, Records: c.records})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Charges) != len(c.want) {
				t.Fatalf("%d charges, want %d; refused %v", len(got.Charges), len(c.want), got.Refused)
			}
			for i, w := range c.want {
				if !got.Charges[i].Amount.Equal(d(w)) {
					t.Errorf("charge %d is %s, want %s", i, got.Charges[i].Amount, w)
				}
			}
			if !got.Total.Equal(d(c.total)) {
				t.Errorf("total %s, want %s", got.Total, c.total)
			}
		})
	}
}

func TestMonthIsWhereTheWindowBegins(t *testing.T) {
	t.Parallel()
	sg := zone(t, "Asia/Singapore")
	// 15:00 UTC on 31 October is 23:00 there; 16:00 UTC is already November.
	got, err := Rate(Input{
		Rating: rating(t, stepMonth), Zone: sg,
		Records: []Record{rec("a", "2026-10-31T15:00", "4"), rec("b", "2026-10-31T16:00", "4")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"2026-10", "2026-11"} {
		if c := got.Charges[i]; c.Month.String() != want || !c.Amount.Equal(d("1.1")) {
			t.Errorf("charge %d: %s %s, want %s 1.1", i, c.Month, c.Amount, want)
		}
	}
}

func TestLateRecords(t *testing.T) {
	t.Parallel()
	oct, nov := period.MustMonth("2026-10"), period.MustMonth("2026-11")
	runs := []Run{{oct, at("2026-11-09T00:00")}, {nov, at("2026-12-07T00:00")}}
	late := reported(rec("late", "2026-10-01T01:00", "2"), "2026-11-20T00:00")
	onTime := []Record{rec("a", "2026-10-05T01:00", "2"), rec("b", "2026-10-06T01:00", "2")}
	november := rec("n", "2026-11-02T01:00", "4") // reported before October's run, and yet November's
	in := Input{Rating: rating(t, stepMonth), Zone: time.UTC, Runs: runs, Records: append([]Record{late, november}, onTime...)}
	got, err := Rate(in)
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, m period.Month, run int, want string) {
		t.Helper()
		sum, any := got.Of(m, run)
		if !any || !sum.Equal(d(want)) {
			t.Errorf("%s: %s (%v), want %s", name, sum, any, want)
		}
	}
	check("on time: 3×0.3 + 1×0.2", oct, 0, "1.1")
	check("late goes on counting: 2×0.2", oct, 1, "0.4")
	check("November's own steps: 3×0.3 + 1×0.2", nov, 1, "1.1")
	if _, any := got.Of(nov, 0); any {
		t.Error("October's run took a record of November")
	}
	all, err := Rate(Input{Rating: in.Rating, Zone: time.UTC, Records: append([]Record{late}, onTime...)})
	if err != nil {
		t.Fatal(err)
	}
	if !all.Total.Equal(d("1.5")) {
		t.Errorf("all of October together: %s, want 1.5, on time and late", all.Total)
	}

	t.Run("a record reported at the run instant is late", func(t *testing.T) {
		t.Parallel()
		r, err := Rate(Input{
			Rating: rating(t, fixed4), Zone: time.UTC, Runs: runs,
			Records: []Record{reported(rec("x", "2026-10-05T01:00", "1"), "2026-11-09T00:00")},
		})
		if err != nil || r.Charges[0].Run != 1 {
			t.Errorf("run %d, %v", r.Charges[0].Run, err)
		}
	})
}

func TestLateRecordsLeaveEarlierChargesAlone(t *testing.T) {
	t.Parallel()
	runs := []Run{{period.MustMonth("2026-10"), at("2026-11-09T00:00")}}
	pack := Package{ID: "p", Quota: d("3"), From: at("2026-10-01T00:00"), Until: at("2027-10-01T00:00")}
	onTime := []Record{rec("a", "2026-10-05T01:00", "2"), rec("b", "2026-10-06T01:00", "2.5")}
	in := Input{Rating: rating(t, stepMonth), Zone: time.UTC, Runs: runs, Packages: []Package{pack}, Records: onTime}
	first, err := Rate(in)
	if err != nil {
		t.Fatal(err)
	}
	in.Records = append([]Record{reported(rec("late", "2026-10-01T01:00", "3"), "2026-11-20T00:00")}, onTime...)
	second, err := Rate(in)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first.Charges, second.Charges[:2]) {
		t.Errorf("on-time charges changed:\n%+v\n%+v", first.Charges, second.Charges[:2])
	}
	// The quota was gone (3 of 4.5), 1.5 were rated; 3 late ones: 1.5×0.3 + 1.5×0.2.
	if c := second.Charges[2]; !c.Amount.Equal(d("0.75")) || len(c.Taken) != 0 {
		t.Errorf("late charge %s, took %v", c.Amount, c.Taken)
	}
}

func TestPackages(t *testing.T) {
	t.Parallel()
	year := func(id, quota string, reset Reset, until string) Package {
		return Package{ID: id, Quota: d(quota), Reset: reset, From: at("2026-10-01T00:00"), Until: at(until)}
	}
	cases := []struct {
		name     string
		packages []Package
		records  []Record
		rated    []string
		uses     map[string]string // package@window's end → used
	}{
		{
			"a record straddles the end of the quota",
			[]Package{year("p", "100", ResetNone, "2027-10-03T03:00")},
			[]Record{rec("a", "2026-10-10T01:00", "60"), rec("b", "2026-10-11T01:00", "45.25")},
			[]string{"0", "5.25"},
			map[string]string{"p@2027-10-03": "100"},
		},
		{
			"the window that ends first gives first: a monthly one before a yearly total",
			[]Package{year("a-total", "10", ResetNone, "2027-10-01T00:00"), year("z-month", "10", ResetMonth, "2028-10-01T00:00")},
			[]Record{rec("a", "2026-10-10T01:00", "12")},
			[]string{"0"},
			map[string]string{"z-month@2026-11-01": "10", "a-total@2027-10-01": "2"},
		},
		{
			"a monthly quota is cleared and filled again",
			[]Package{year("m", "5", ResetMonth, "2027-10-01T00:00")},
			[]Record{rec("a", "2026-10-10T01:00", "2"), rec("b", "2026-11-10T01:00", "6")},
			[]string{"0", "1"},
			map[string]string{"m@2026-11-01": "2", "m@2026-12-01": "5"},
		},
		{
			"a yearly quota lasts to the year's end",
			[]Package{year("y", "5", ResetYear, "2028-10-01T00:00")},
			[]Record{rec("a", "2026-12-31T22:00", "4"), rec("b", "2027-01-01T00:00", "4")},
			[]string{"0", "0"},
			map[string]string{"y@2027-01-01": "4", "y@2028-01-01": "4"},
		},
		{
			"usage before the package began and from its end on pays",
			[]Package{year("p", "9", ResetNone, "2026-10-10T00:00")},
			[]Record{rec("a", "2026-09-30T23:00", "1"), rec("b", "2026-10-09T23:00", "1"), rec("c", "2026-10-10T00:00", "1")},
			[]string{"1", "0", "1"},
			map[string]string{"p@2026-10-10": "1"},
		},
		{"without a package everything is rated", nil, []Record{rec("a", "2026-10-10T01:00", "7")}, []string{"7"}, map[string]string{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Rate(Input{Rating: rating(t, fixed4), Zone: time.UTC, Records: c.records, Packages: c.packages})
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range c.rated {
				if !got.Charges[i].Rated.Equal(d(w)) || !got.Charges[i].Amount.Equal(d(w).Mul(d("0.04"))) {
					t.Errorf("record %d: rated %s for %s, want %s", i, got.Charges[i].Rated, got.Charges[i].Amount, w)
				}
			}
			uses := map[string]string{}
			for _, u := range got.Uses {
				uses[u.Package+"@"+u.Until.Format(time.DateOnly)] = u.Used.String()
			}
			if !reflect.DeepEqual(uses, c.uses) {
				t.Errorf("uses %v, want %v", uses, c.uses)
			}
		})
	}
}

func TestOrderCycleCountsFromTheStart(t *testing.T) {
	t.Parallel()
	p := Package{ID: "p", Quota: d("1"), Reset: ResetMonth, Cycle: OrderCycle, From: at("2026-01-31T10:00"), Until: at("2027-01-31T10:00")}
	for _, c := range [][3]string{
		{"2026-02-01T00:00", "2026-01-31T10:00", "2026-02-28T10:00"},
		{"2026-02-28T10:00", "2026-02-28T10:00", "2026-03-31T10:00"},
		{"2026-03-31T09:59", "2026-02-28T10:00", "2026-03-31T10:00"},
	} {
		from, until, ok := p.Window(at(c[0]), time.UTC)
		if !ok || !from.Equal(at(c[1])) || !until.Equal(at(c[2])) {
			t.Errorf("%s: %s – %s (%v), want %s – %s", c[0], from, until, ok, c[1], c[2])
		}
	}
	p.Reset = ResetYear
	p.Until = at("2029-01-31T10:00")
	from, until, _ := p.Window(at("2028-01-31T09:00"), time.UTC)
	if !from.Equal(at("2027-01-31T10:00")) || !until.Equal(at("2028-01-31T10:00")) {
		t.Errorf("yearly: %s – %s", from, until)
	}
}

func TestRefusedRecords(t *testing.T) {
	t.Parallel()
	good := rec("a", "2026-10-05T01:00", "2")
	change := func(f func(*Record)) Record { r := rec("b", "2026-10-06T01:00", "2"); f(&r); return r }
	cases := map[string]struct {
		record Record
		codes  []Code
	}{
		"a repeated window":          {change(func(r *Record) { r.Begin, r.End = good.Begin, good.End }), []Code{DuplicateWindow}},
		"a repeated number":          {change(func(r *Record) { r.SN = "a" }), []Code{SNRepeated}},
		"the same record once more":  {reported(good, "2026-10-07T00:00"), []Code{SNRepeated, DuplicateWindow}},
		"no number":                  {change(func(r *Record) { r.SN = "" }), []Code{SNMissing}},
		"no usage":                   {change(func(r *Record) { r.Value = d("0") }), []Code{BadUsage}},
		"less than nothing":          {change(func(r *Record) { r.Value = d("-1") }), []Code{BadUsage}},
		"five decimals":              {change(func(r *Record) { r.Value = d("0.00001") }), []Code{BadUsage}},
		"an endless exponent":        {change(func(r *Record) { r.Value = d("1e9000") }), []Code{BadUsage}},
		"ends before it begins":      {change(func(r *Record) { r.End = r.Begin.Add(-time.Second) }), []Code{BadTimeRange}},
		"reported before it is over": {change(func(r *Record) { r.ReportedAt = r.End.Add(-time.Second) }), []Code{BadTimeRange}},
	}
	for name, c := range cases {
		t.Run(name+" is refused", func(t *testing.T) {
			t.Parallel()
			got, err := Rate(Input{Rating: rating(t, fixed4), Zone: time.UTC, Records: []Record{c.record, good}})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Refused) != 1 || !reflect.DeepEqual(got.Refused[0].Codes, c.codes) {
				t.Fatalf("refused %+v, want %v", got.Refused, c.codes)
			}
			if len(got.Charges) != 1 || !got.Total.Equal(d("0.08")) {
				t.Errorf("the good record no longer counts: %+v", got.Charges)
			}
		})
	}
	t.Run("of two reported at once the smaller number counts", func(t *testing.T) {
		t.Parallel()
		other := good
		other.SN, other.Value = "0", d("9")
		accepted, refused := Sift([]Record{good, other})
		if len(accepted) != 1 || accepted[0].SN != "0" || refused[0].Record.SN != "a" {
			t.Errorf("accepted %v, refused %v", accepted, refused)
		}
	})
}

func TestValidate(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ js, want string }{
		"no model":                       {`{}`, "RATING-MODEL@model"},
		"a model nobody knows":           {`{"model":"volume","price":"1"}`, "RATING-MODEL@model"},
		"fixed without a price":          {`{"model":"fixed"}`, "RATING-PRICE@price"},
		"a negative price":               {`{"model":"fixed","price":"-1"}`, "RATING-PRICE@price"},
		"a price with a huge exponent":   {`{"model":"fixed","price":"1e9000"}`, "RATING-PRICE@price"},
		"fixed with bands":               {`{"model":"fixed","price":"1","bands":[{"up_to":null,"price":"1"}]}`, "RATING-BANDS@bands"},
		"no bands":                       {`{"model":"tier"}`, "RATING-BANDS@bands"},
		"bands with a price beside them": {`{"model":"tier","price":"1","bands":[{"up_to":null,"price":"1"}]}`, "RATING-PRICE@price"},
		"a last band with an end":        {`{"model":"tier","bands":[{"up_to":"1","price":"1"}]}`, "RATING-BANDS@bands[0].up_to"},
		"an open band in the middle":     {`{"model":"tier","bands":[{"up_to":null,"price":"1"},{"up_to":null,"price":"1"}]}`, "RATING-BANDS@bands[0].up_to"},
		"falling bands":                  {`{"model":"tier","bands":[{"up_to":"5","price":"1"},{"up_to":"5","price":"1"},{"up_to":null,"price":"1"}]}`, "RATING-BANDS@bands[1].up_to"},
		"a band without a price":         {`{"model":"tier","bands":[{"up_to":null}]}`, "RATING-PRICE@bands[0].price"},
		"step without a span":            {`{"model":"step","bands":[{"up_to":null,"price":"1"}]}`, "RATING-ACCUMULATE@accumulate"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r Rating
			if err := json.Unmarshal([]byte(c.js), &r); err != nil {
				t.Fatal(err)
			}
			fs := r.Validate()
			if len(fs) != 1 || fs[0].Code+"@"+fs[0].Path != c.want {
				t.Errorf("got %v, want %s", fs, c.want)
			}
		})
	}
}

func TestRateRefusesWhatItCannotRate(t *testing.T) {
	t.Parallel()
	ok := func() Input { return Input{Rating: rating(t, fixed4), Zone: time.UTC} }
	for code, f := range map[string]func(*Input){
		"RATING-ZONE":      func(in *Input) { in.Zone = nil },
		"RATING-MODEL":     func(in *Input) { in.Rating.Model = "?" },
		"RATING-PACKAGE":   func(in *Input) { in.Packages = []Package{{ID: "p"}} },
		"RATING-INSTANCES": func(in *Input) { in.Records = []Record{{Instance: "a"}, {Instance: "b"}} },
		"RATING-RUNS":      func(in *Input) { in.Runs = []Run{{At: at("2026-11-09T00:00")}, {At: at("2026-10-09T00:00")}} },
	} {
		in := ok()
		f(&in)
		if _, err := Rate(in); !fault.Has(err, code) {
			t.Errorf("want %s, got %v", code, err)
		}
	}
}

func TestEveryMessageExistsInThreeLanguages(t *testing.T) {
	t.Parallel()
	for _, code := range fault.Codes() {
		for _, l := range fault.Langs {
			if _, ok := fault.Message(code, l); strings.HasPrefix(code, "RATING-") && !ok {
				t.Errorf("%s has no message in %s", code, l)
			}
		}
	}
}
