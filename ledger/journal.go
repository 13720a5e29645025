package ledger

import (
	"context"
	"strings"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// ManualJournal (手工分录) is a posting that a person wrote; a second person has to approve it before it is posted.
type ManualJournal struct {
	ID         string
	Book       string
	Merchant   string // empty: the entity's own, "E<book>"
	Period     period.Month
	OccurredAt time.Time
	Transfers  []Transfer
	Reason     string
	Attachment string // reference of the stored document that proves it; may be empty
	State      string // proposed, approved, rejected
	ProposedBy string
	ProposedAt time.Time
	DecidedBy  string
	DecidedAt  time.Time
}

func (j *ManualJournal) entry() Entry {
	m := j.Merchant
	if m == "" {
		m = "E" + j.Book
	}
	return Entry{
		Merchant: m, Key: "journal/" + j.ID, Kind: "journal", Book: j.Book, OccurredAt: j.OccurredAt, Period: j.Period,
		Source: Journal, Transfers: j.Transfers,
	}
}

// Propose keeps a journal for a second person to decide. Nothing is posted yet, but what could not be posted is refused now; so is a merchant
// that is not known.
func Propose(ctx context.Context, tx *pg.Tx, j ManualJournal, known Known) error {
	var fs fault.Faults
	if len([]rune(strings.TrimSpace(j.Reason))) < 10 {
		fs = append(fs, fault.New(fault.Invalid, "JOURNAL-REASON", "reason"))
	}
	e := j.entry()
	if j.ID == "" || j.Period.IsZero() {
		fs = append(fs, fault.New(fault.Invalid, "LEDGER-INCOMPLETE", "period"))
	}
	unknown, err := strangers(ctx, tx, known, []Entry{e})
	if err != nil {
		return err
	}
	fs = append(append(append(append(fs, unknown...), e.outside(tx.Now)...), e.check()...), e.wholeUnits()...)
	if len(fs) > 0 {
		return fs
	}
	cal, err := loadCalendar(ctx, tx, e.books())
	if err != nil {
		return err
	}
	if err := assignPeriod(&e, cal); err != nil {
		return err
	}
	if shut := lockedFault(&e, cal); shut != nil {
		return shut
	}
	j.Merchant, j.ProposedBy, j.ProposedAt = e.Merchant, tx.Actor.User, tx.Now
	return insertJournal(ctx, tx, j)
}

// Decide approves a journal, which posts it, or rejects it. The one who wrote it cannot.
func Decide(ctx context.Context, tx *pg.Tx, id string, approve bool) error {
	j, err := lockJournal(ctx, tx, id)
	if err != nil {
		return err
	}
	if j.State != "proposed" {
		return fault.New(fault.Conflict, "JOURNAL-STATE", "id", fault.Args{"id": id, "state": j.State})
	}
	if j.ProposedBy == tx.Actor.User {
		return fault.New(fault.Forbidden, "JOURNAL-SAME-PERSON", "")
	}
	j.State = "rejected"
	if approve {
		j.State = "approved"
		if _, err := Post(ctx, tx, j.entry()); err != nil {
			return err
		}
	}
	return updateJournal(ctx, tx, j)
}

// Journals lists manual journals, newest first: they are read apart from everything else.
func Journals(ctx context.Context, tx *pg.Tx) ([]ManualJournal, error) {
	return selectJournals(ctx, tx, "")
}
