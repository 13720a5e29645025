package ledger

import (
	"context"
	"sort"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Post writes entries in the caller's transaction, so that a business row and its money commit together. It only appends, and
// updates no row that another merchant's posting also updates. All entries are refused, with every reason, if one of them is
// wrong. An entry whose key stands with the same content is a no-op, also where its month is locked by now; other content is a
// fault of kind Conflict.
func Post(ctx context.Context, tx *pg.Tx, entries ...Entry) ([]Result, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	if len(entries) <= quickMost {
		results, done, err := postQuick(ctx, tx, entries)
		if err != nil || done {
			return results, err
		}
		return postLeft(ctx, tx, entries, results)
	}
	cal, err := loadCalendar(ctx, tx, touched(entries))
	if err != nil {
		return nil, err
	}
	return PostWith(ctx, tx, cal, entries...)
}

// PostWith is Post with a calendar that was loaded before in the same transaction.
func PostWith(ctx context.Context, tx *pg.Tx, cal *Calendar, entries ...Entry) ([]Result, error) {
	p, err := Prepare(tx, cal, entries...)
	if err != nil {
		return nil, err
	}
	return p.Post(ctx, tx)
}

// Posting is a list of entries that passed every check and is not written yet.
type Posting struct{ list []prepared }

// Prepare is the part of PostWith that asks nothing of the database: a load checks and hashes its next entries while the last are written.
func Prepare(tx *pg.Tx, cal *Calendar, entries ...Entry) (Posting, error) {
	list, err := prepare(tx, cal, entries)
	return Posting{list}, err
}

// Post writes what was prepared, in the transaction it was prepared for.
func (p Posting) Post(ctx context.Context, tx *pg.Tx) ([]Result, error) {
	if len(p.list) == 0 {
		return nil, nil
	}
	return insertEntries(ctx, tx, p.list)
}

// prepared is an entry that passed every check, in the order its key is locked in.
type prepared struct {
	*Entry
	at   int // index in the caller's list
	sum  []byte
	twin int          // index of an equal entry earlier in this call, or −1
	shut *fault.Fault // its month is locked: it may only stand already
}

func prepare(tx *pg.Tx, cal *Calendar, entries []Entry) ([]prepared, error) {
	var fs fault.Faults
	list := make([]prepared, len(entries))
	first := make(map[string]int, len(entries))
	for i := range entries {
		e := entries[i] // a copy: the caller's value is not touched
		if e.Source == "" {
			e.Source = Fact
		}
		if e.KnownAt.IsZero() {
			e.KnownAt = tx.Now
		}
		if bad := e.check(); len(bad) > 0 {
			fs = append(fs, bad...)
			continue
		}
		if err := assignPeriod(&e, cal); err != nil {
			fs = append(fs, fault.All(err)...)
			continue
		}
		p := prepared{Entry: &e, at: i, sum: e.hash(), twin: -1, shut: lockedFault(&e, cal)}
		id := e.Merchant + "\x00" + e.Key
		if j, seen := first[id]; seen {
			if string(list[j].sum) != string(p.sum) {
				fs = append(fs, fault.New(fault.Conflict, "LEDGER-KEY-REUSED", e.Key, fault.Args{"key": e.Key}))
			}
			p.twin = j
		} else {
			first[id] = i
		}
		list[i] = p
	}
	if len(fs) > 0 {
		return nil, fs
	}
	// One global order of keys over the whole call: two calls can wait for each other, but never in a circle.
	sort.SliceStable(list, func(a, b int) bool {
		if list[a].Merchant != list[b].Merchant {
			return list[a].Merchant < list[b].Merchant
		}
		return list[a].Key < list[b].Key
	})
	return list, nil
}

// assignPeriod derives the month of a fact; the run and journals bring theirs.
func assignPeriod(e *Entry, cal *Calendar) error {
	books := e.books()
	for _, b := range books {
		if _, ok := cal.Zone(b); !ok {
			return fault.New(fault.Invalid, "LEDGER-BOOK", e.Key, fault.Args{"book": b})
		}
	}
	if e.Period.IsZero() {
		m, err := cal.PeriodOf(books, e.OccurredAt, e.KnownAt)
		e.Period = m
		return err
	}
	return nil
}

// lockedFault names the first of the entry's books in which its month is locked.
func lockedFault(e *Entry, cal *Calendar) *fault.Fault {
	for _, b := range e.books() {
		if cal.Locked(b, e.Period) {
			return fault.New(fault.Conflict, "LEDGER-MONTH-LOCKED", e.Key, fault.Args{"book": b, "month": e.Period})
		}
	}
	return nil
}

func touched(entries []Entry) []string {
	seen := map[string]bool{}
	var out []string
	for i := range entries {
		for _, b := range entries[i].books() {
			if !seen[b] {
				seen[b] = true
				out = append(out, b)
			}
		}
	}
	return out
}
