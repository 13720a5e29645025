package period

import (
	"encoding/json"
	"testing"
	"time"
)

func TestMonthsAreCutByTheirZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 1, 1, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{"America/Sao_Paulo": "2026-10", "America/Santiago": "2026-10", "Asia/Singapore": "2026-11", "UTC": "2026-11"} {
		z, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		m := MonthOf(at, z)
		if m.String() != want {
			t.Errorf("%s: %s, want %s", zone, m, want)
		}
		if at.Before(m.Start(z)) || !at.Before(m.End(z)) || !m.LastInstant(z).Before(m.End(z)) || MonthOf(m.LastInstant(z), z) != m || MonthOf(m.End(z), z) != m.Next() {
			t.Errorf("%s: the edges of %s are off", zone, m)
		}
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, next string }{{"2027-01-31", "2027-02-28"}, {"2028-01-31", "2028-02-29"}, {"2026-11-13", "2026-12-13"}, {"2026-12-31", "2027-01-31"}} {
		if got := MustDay(c.from).NextMonth().String(); got != c.next {
			t.Errorf("a month after %s is %s, want %s", c.from, got, c.next)
		}
	}
	if d := MustDay("2026-11-07"); !d.Weekend() || d.Add(2).String() != "2026-11-09" || d.Add(2).Weekend() || !d.Before(d.Add(1)) || d.After(d) {
		t.Error("7 November 2026 is a Saturday")
	}
	for _, bad := range []string{"2026-13-01", "2026-02-30", "20261109", ""} {
		if _, err := ParseDay(bad); err == nil {
			t.Errorf("%q was read as a day", bad)
		}
	}
}

func TestTextForms(t *testing.T) {
	t.Parallel()
	var v struct {
		M Month
		D Day
	}
	if err := json.Unmarshal([]byte(`{"M":"202610","D":"2026-11-09"}`), &v); err != nil {
		t.Fatal(err)
	}
	if b, _ := json.Marshal(v); string(b) != `{"M":"2026-10","D":"2026-11-09"}` {
		t.Error(string(b))
	}
	if v.M.Compact() != "202610" || v.M.Add(-10).String() != "2025-12" || v.M.LastDay().String() != "2026-10-31" || !v.M.Before(v.M.Next()) {
		t.Error("arithmetic of months")
	}
	if err := json.Unmarshal([]byte(`{"M":"2026-1"}`), &v); err == nil {
		t.Error("2026-1 was read as a month")
	}
}
