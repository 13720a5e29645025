// Package period is the calendar's plain values: a month and a day, without an hour and without a zone.
//
// A month (账期) becomes a span of time only together with the zone of the entity whose book it is; a day only together
// with the zone of whoever counts it. Both are comparable with == and sort as their texts do.
package period

import (
	"fmt"
	"time"
)

// Month is a calendar month, written 2026-10.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads 2026-10 or 202610.
func ParseMonth(s string) (Month, error) {
	for _, layout := range []string{"2006-01", "200601"} {
		if t, err := time.Parse(layout, s); err == nil {
			return Month{t.Year(), t.Month()}, nil
		}
	}
	return Month{}, fmt.Errorf("period: %q is no month such as 2026-10", s)
}

// MustMonth reads a month that the program itself wrote.
func MustMonth(s string) Month {
	m, err := ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// MonthOf is the month an instant falls in, in a zone.
func MonthOf(t time.Time, zone *time.Location) Month {
	t = t.In(zone)
	return Month{t.Year(), t.Month()}
}

// MonthOfDay is the month whose first day a date column holds.
func MonthOfDay(t time.Time) Month { return Month{t.Year(), t.Month()} }

// String is 2026-10.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// Compact is 202610, the form bill numbers and invoices carry.
func (m Month) Compact() string { return fmt.Sprintf("%04d%02d", m.Year, int(m.Month)) }

// IsZero tells that no month is given.
func (m Month) IsZero() bool { return m == Month{} }

// Add moves by n months.
func (m Month) Add(n int) Month {
	t := time.Date(m.Year, m.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return Month{t.Year(), t.Month()}
}

// Next is the month after.
func (m Month) Next() Month { return m.Add(1) }

// Before tells whether m comes before o.
func (m Month) Before(o Month) bool {
	return m.Year < o.Year || (m.Year == o.Year && m.Month < o.Month)
}

// After tells whether m comes after o.
func (m Month) After(o Month) bool { return o.Before(m) }

// Start is the first instant of the month in a zone.
func (m Month) Start(zone *time.Location) time.Time {
	return time.Date(m.Year, m.Month, 1, 0, 0, 0, 0, zone)
}

// End is the first instant after the month in a zone: what happened at End is next month's.
func (m Month) End(zone *time.Location) time.Time { return m.Next().Start(zone) }

// LastInstant is the last microsecond of the month in a zone: where a bill stands in time.
func (m Month) LastInstant(zone *time.Location) time.Time { return m.End(zone).Add(-time.Microsecond) }

// FirstDay is the month's first day at midnight UTC, the form in which a date column stores a month.
func (m Month) FirstDay() time.Time { return m.Start(time.UTC) }

// LastDay is the month's last calendar day.
func (m Month) LastDay() Day { return DayOf(m.Next().Start(time.UTC).AddDate(0, 0, -1), time.UTC) }

// Day is the given day of the month, or its last one where the month is shorter (31 → 28 February).
func (m Month) Day(n int) Day {
	if last := m.LastDay(); n > last.Day {
		return last
	}
	return Day{m.Year, m.Month, n}
}

// MarshalText writes 2026-10, for JSON.
func (m Month) MarshalText() ([]byte, error) {
	if m.IsZero() {
		return nil, nil
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads 2026-10 or 202610.
func (m *Month) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = Month{}
		return nil
	}
	v, err := ParseMonth(string(b))
	*m = v
	return err
}
