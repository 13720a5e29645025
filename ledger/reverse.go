package ledger

import (
	"context"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// ReversalKey is the key under which an entry is reversed; since a key is posted once, so is a reversal.
func ReversalKey(key string) string { return "reversal/" + key }

// Reversal says what to undo and when that happened in the world.
type Reversal struct {
	Merchant   string
	Key        string
	OccurredAt time.Time
	KnownAt    time.Time    // zero: now
	Source     Source       // empty: Fact
	Period     period.Month // zero: derived; the run sets it to take back a bill in the month it stood in
}

// Reverse posts the opposite of entries that stand: same amounts, debit and credit swapped, in the month that is open now.
// Reversing what was reversed already is a no-op.
func Reverse(ctx context.Context, tx *pg.Tx, what ...Reversal) ([]Result, error) {
	if len(what) == 0 {
		return nil, nil
	}
	standing, err := selectEntries(ctx, tx, what)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(what))
	for i, w := range what {
		old, ok := standing[w.Merchant+"\x00"+w.Key]
		if !ok {
			return nil, fault.New(fault.NotFound, "LEDGER-NO-ENTRY", w.Key, fault.Args{"key": w.Key})
		}
		if tx.Actor.Role == pg.Web && !old.whole() {
			return nil, fault.New(fault.Forbidden, "LEDGER-REVERSE-HIDDEN", w.Key, fault.Args{"key": w.Key})
		}
		e := Entry{
			Merchant: w.Merchant, Key: ReversalKey(w.Key), Kind: "reversal", Book: old.Book, OccurredAt: w.OccurredAt,
			KnownAt: w.KnownAt, Source: w.Source, Period: w.Period, Reverses: w.Key,
		}
		for _, t := range old.Transfers {
			t.Debit, t.Credit = t.Credit, t.Debit
			e.Transfers = append(e.Transfers, t)
		}
		entries[i] = e
	}
	return Post(ctx, tx, entries...)
}
