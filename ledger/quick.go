package ledger

import (
	"context"
	"sync"

	"suanpan/internal/pg"
)

// quickMost is how many entries go the quick way: as many as a business transaction posts. More are cheaper by sets.
const quickMost = 8

// memory is what postings keep of a database between transactions: numbers for entries, drawn ahead, and the calendar of a version. A number is
// used once and never given back; a calendar counts only while its version stands in the database.
type memory struct {
	mu  sync.Mutex
	ids []int64
	cal *Calendar
}

type memoryKey struct{}

func memoryOf(tx *pg.Tx) *memory {
	m, _ := tx.Memo.LoadOrStore(memoryKey{}, &memory{})
	return m.(*memory)
}

// calendar is the one kept, or the one that this transaction sees. That one may be of a version that is never committed: then nobody else will
// ever see its number.
func (m *memory) calendar(ctx context.Context, tx *pg.Tx) (*Calendar, error) {
	m.mu.Lock()
	cal := m.cal
	m.mu.Unlock()
	if cal != nil {
		return cal, nil
	}
	cal, err := loadCalendar(ctx, tx, nil)
	if err != nil {
		return nil, err
	}
	m.keep(cal)
	return cal, nil
}

func (m *memory) keep(cal *Calendar) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cal = cal
}

// take gives n entry numbers.
func (m *memory) take(ctx context.Context, tx *pg.Tx, n int) ([]int64, error) {
	m.mu.Lock()
	if len(m.ids) >= n {
		out := m.ids[:n:n]
		m.ids = m.ids[n:]
		m.mu.Unlock()
		return out, nil
	}
	m.mu.Unlock() // not held over the round trip: two may draw at once, and nothing is lost by it
	drawn, err := drawEntryIDs(ctx, tx)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ids = append(m.ids, drawn[n:]...)
	return drawn[:n:n], nil
}

// postQuick posts a few entries in one round trip, under a calendar that may be kept from an earlier transaction: the statement that writes a
// key also asks whether the calendar's version still stands. What it could not write, because a key stood or the calendar changed or
// something is wrong, is left to the careful way, which finds out why; done is false then and results has what was written.
func postQuick(ctx context.Context, tx *pg.Tx, entries []Entry) (results []Result, done bool, err error) {
	results = make([]Result, len(entries))
	m := memoryOf(tx)
	cal, err := m.calendar(ctx, tx)
	if err != nil {
		return nil, false, err
	}
	list, err := prepare(tx, cal, entries)
	if err != nil {
		return results, false, nil // under a calendar that may be old; the careful way refuses under the present one
	}
	for i := range list {
		if list[i].twin >= 0 || list[i].shut != nil {
			return results, false, nil
		}
	}
	ids, err := m.take(ctx, tx, len(list))
	if err != nil {
		return nil, false, err
	}
	written, err := insertQuick(ctx, tx, list, ids, cal.version)
	if err != nil {
		return nil, false, err
	}
	done = true
	for i := range list {
		if written[i] {
			results[list[i].at] = Result{EntryID: ids[i], New: true, Period: list[i].Period}
		} else {
			done = false
		}
	}
	return results, done, nil
}

// postLeft posts carefully what the quick way left, under the calendar as it is now.
func postLeft(ctx context.Context, tx *pg.Tx, entries []Entry, results []Result) ([]Result, error) {
	cal, err := loadCalendar(ctx, tx, nil)
	if err != nil {
		return nil, err
	}
	memoryOf(tx).keep(cal)
	left := make([]Entry, 0, len(entries))
	for i := range entries {
		if !results[i].New {
			left = append(left, entries[i])
		}
	}
	more, err := PostWith(ctx, tx, cal, left...)
	if err != nil {
		return nil, err
	}
	for i := range results {
		if !results[i].New {
			results[i], more = more[0], more[1:]
		}
	}
	return results, nil
}
