package ledger

import (
	"context"
	"sort"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// Close is the plan for one month of one book.
type Close struct {
	Book     string
	Month    period.Month
	ClosesAt time.Time // run instant: 00:00 of the run day in the book's zone; facts known from then on go to a later month
}

// Book is a book to be opened: the entity's code and its zone (IANA name).
type Book struct {
	Code string
	Zone string
}

type monthState struct {
	closesAt time.Time
	ran      bool
	locked   bool
}

// Calendar is what a transaction knows of the books and of which months are open. Load it once for many entries.
type Calendar struct {
	zones   map[string]*time.Location
	months  map[string]map[period.Month]monthState
	version int64 // of books and months as they were read; another one means that something changed
}

// Zone is the zone of a book.
func (c *Calendar) Zone(book string) (*time.Location, bool) { z, ok := c.zones[book]; return z, ok }

// Locked tells whether a month of a book was locked by finance.
func (c *Calendar) Locked(book string, m period.Month) bool { return c.months[book][m].locked }

// Ran tells whether the month's bill run has begun.
func (c *Calendar) Ran(book string, m period.Month) bool { return c.months[book][m].ran }

// ClosesAt is the run instant planned for a month, and whether one is planned.
func (c *Calendar) ClosesAt(book string, m period.Month) (time.Time, bool) {
	s, ok := c.months[book][m]
	return s.closesAt, ok
}

// PeriodOf is the month a fact enters: that of occurredAt in the owing book's zone, or the first later one that is open in
// all the books. A month is open to a fact known before its run instant while its run has not begun.
func (c *Calendar) PeriodOf(books []string, occurredAt, knownAt time.Time) (period.Month, error) {
	zone, ok := c.zones[books[0]]
	if !ok {
		return period.Month{}, fault.New(fault.Invalid, "LEDGER-BOOK", "book", fault.Args{"book": books[0]})
	}
	m := period.MonthOf(occurredAt, zone)
	for !c.open(books, m, knownAt) {
		m = m.Next()
	}
	return m, nil
}

func (c *Calendar) open(books []string, m period.Month, knownAt time.Time) bool {
	for _, b := range books {
		if s, ok := c.months[b][m]; ok && (s.locked || s.ran || !knownAt.Before(s.closesAt)) {
			return false
		}
	}
	return true
}

// LoadCalendar holds the months until the transaction ends and gives them as they stand: those kept from an earlier transaction where their version
// is still the one that counts, or read anew. Nobody changes what it gives.
func LoadCalendar(ctx context.Context, tx *pg.Tx) (*Calendar, error) {
	m := memoryOf(tx)
	m.mu.Lock()
	kept := m.cal
	m.mu.Unlock()
	if kept != nil {
		if version, err := heldVersion(ctx, tx); err != nil || version == kept.version {
			return kept, err
		}
	}
	cal, err := loadCalendar(ctx, tx, nil)
	if err == nil {
		m.keep(cal)
	}
	return cal, err
}

// Has tells whether opening these books and planning these months would change nothing.
func (c *Calendar) Has(books []Book, plan []Close, now time.Time) bool {
	for _, b := range books {
		if c.zones[b.Code] == nil {
			return false
		}
	}
	for _, p := range plan {
		s, known := c.months[p.Book][p.Month]
		if !known || !s.ran && !s.locked && s.closesAt.After(now) && !s.closesAt.Equal(p.ClosesAt) {
			return false
		}
	}
	return true
}

// OpenBooks opens books that do not exist yet; a book's zone never changes, since its months are cut by it.
func OpenBooks(ctx context.Context, tx *pg.Tx, books []Book) error {
	return insertBooks(ctx, tx, books)
}

// PlanMonths states when months close for facts. A month whose run has begun, or whose planned close is past, keeps its plan.
func PlanMonths(ctx context.Context, tx *pg.Tx, plan []Close) error {
	sort.Slice(plan, func(i, j int) bool {
		if plan[i].Book != plan[j].Book {
			return plan[i].Book < plan[j].Book
		}
		return plan[i].Month.Before(plan[j].Month)
	})
	return upsertMonths(ctx, tx, plan)
}

// BeginRun marks that the bill run of a month has begun in the books: from here on no fact enters it. It waits for the postings under way, which
// found the month open, and all others wait until its transaction ends: keep that short, begin with it, and read the month in a later one.
func BeginRun(ctx context.Context, tx *pg.Tx, books []string, m period.Month) error {
	return markRun(ctx, tx, books, m)
}

// LockMonth ends a month for good: its trial balance never moves again. It waits as BeginRun does.
func LockMonth(ctx context.Context, tx *pg.Tx, book string, m period.Month) error {
	return markLocked(ctx, tx, book, m)
}
