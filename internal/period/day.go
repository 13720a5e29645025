package period

import (
	"fmt"
	"time"
)

// Day is a calendar day, written 2026-11-09.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDay reads 2026-11-09.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("period: %q is no day such as 2026-11-09", s)
	}
	return DayOf(t, time.UTC), nil
}

// MustDay reads a day that the program itself wrote.
func MustDay(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DayOf is the day an instant falls on, in a zone.
func DayOf(t time.Time, zone *time.Location) Day {
	t = t.In(zone)
	return Day{t.Year(), t.Month(), t.Day()}
}

// String is 2026-11-09.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// IsZero tells that no day is given.
func (d Day) IsZero() bool { return d == Day{} }

// Start is 00:00 of the day in a zone.
func (d Day) Start(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// UTC is midnight UTC of the day, the form in which a date column stores it.
func (d Day) UTC() time.Time { return d.Start(time.UTC) }

// Add moves by n days.
func (d Day) Add(n int) Day { return DayOf(d.UTC().AddDate(0, 0, n), time.UTC) }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.UTC().Weekday() }

// Weekend tells whether the day is a Saturday or a Sunday.
func (d Day) Weekend() bool { w := d.Weekday(); return w == time.Saturday || w == time.Sunday }

// Before tells whether d comes before o.
func (d Day) Before(o Day) bool { return d.UTC().Before(o.UTC()) }

// After tells whether d comes after o.
func (d Day) After(o Day) bool { return o.Before(d) }

// Of is the month the day lies in.
func (d Day) Of() Month { return Month{d.Year, d.Month} }

// NextMonth is the same day number in the month after, or that month's last day where it is shorter.
func (d Day) NextMonth() Day { return d.Of().Next().Day(d.Day) }

// MarshalText writes 2026-11-09, for JSON.
func (d Day) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads 2026-11-09.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	v, err := ParseDay(string(b))
	*d = v
	return err
}
