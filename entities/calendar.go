package entities

import (
	"fmt"
	"time"

	"suanpan/internal/period"
)

// CalendarDay is a day that is not what its weekday says: a holiday on a weekday, or a weekend day that is worked.
type CalendarDay struct {
	Calendar string
	Day      period.Day
	Kind     DayKind
	Name     string
	Source   string
}

// DayKind says what a calendar row makes of its day.
type DayKind string

// The kinds.
const (
	Holiday DayKind = "holiday"
	Workday DayKind = "workday"
)

// Basis says what a computed day rests on: the calendars that were asked, and the years for which one has no rows, so that
// only weekends were counted there. Every deadline derived from a calendar shows it.
type Basis struct {
	Calendar string // "run" for the configured list, else a calendar's id
	Bare     []int  // years without rows
}

// WeekendsOnly tells that some year was counted without holidays.
func (b Basis) WeekendsOnly() bool { return len(b.Bare) > 0 }

// String is a note for people: "run: weekends only in 2026".
func (b Basis) String() string {
	if !b.WeekendsOnly() {
		return b.Calendar
	}
	s := b.Calendar + ": weekends only in"
	for _, y := range b.Bare {
		s += fmt.Sprintf(" %d", y)
	}
	return s
}

// calendar answers for one entity which days are worked.
type calendar struct {
	id    string
	days  map[period.Day]DayKind
	years map[int]bool
}

// counter walks a calendar and remembers which bare years it went through.
type counter struct {
	calendar
	basis Basis
}

func (c *counter) works(d period.Day) bool {
	if !c.years[d.Year] {
		known := false
		for _, y := range c.basis.Bare {
			known = known || y == d.Year
		}
		if !known {
			c.basis.Bare = append(c.basis.Bare, d.Year)
		}
	}
	switch c.days[d] {
	case Holiday:
		return false
	case Workday:
		return true
	}
	return !d.Weekend()
}

// onOrAfter is the first working day from d on.
func (c *counter) onOrAfter(d period.Day) period.Day {
	for !c.works(d) {
		d = d.Add(1)
	}
	return d
}

// add moves by n working days; 0 is the day itself.
func (c *counter) add(d period.Day, n int) period.Day {
	for ; n > 0; n-- {
		d = c.onOrAfter(d.Add(1))
	}
	return d
}

// counter chooses the calendar of an entity at an instant: weekends and the configured list, and with holiday_calendar=own the
// jurisdiction's rows besides.
func (d *Directory) counter(entity string, at time.Time) *counter {
	c := &counter{calendar: calendar{id: "run", days: map[period.Day]DayKind{}, years: map[int]bool{}}}
	if d.Text(KeyHolidayCalendar, ForEntity(entity), at) == "own" {
		c.id = d.Jurisdiction(entity).Calendar
		for day, kind := range d.days[c.id] {
			c.days[day], c.years[day.Year] = kind, true
		}
	}
	for _, s := range d.List(KeyRunHolidays, ForEntity(entity), at) {
		day := period.MustDay(s) // checked when it was saved
		c.days[day], c.years[day.Year] = Holiday, true
	}
	c.basis.Calendar = c.id
	return c
}

// RunDay is the day on which a month of an entity is run: run_day of the next month, moved to the next working day. The
// settings are those in force when the month ends.
func (d *Directory) RunDay(entity string, m period.Month) (period.Day, Basis) {
	end := m.End(d.Zone(entity))
	c := d.counter(entity, end)
	day := c.onOrAfter(m.Next().Day(d.Int(KeyRunDay, ForEntity(entity), end)))
	return day, c.basis
}

// RunInstant is 00:00 of the run day in the entity's zone: the instant at which the month closes for incoming facts.
func (d *Directory) RunInstant(entity string, m period.Month) time.Time {
	day, _ := d.RunDay(entity, m)
	return day.Start(d.Zone(entity))
}

// AddWorkdays moves a day by n working days in an entity's calendar.
func (d *Directory) AddWorkdays(entity string, day period.Day, n int) (period.Day, Basis) {
	c := d.counter(entity, day.Start(d.Zone(entity)))
	return c.add(day, n), c.basis
}
