package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

var writer, approver = pg.AsStaff("wen"), pg.AsStaff("ada")

func journal(id string) ledger.ManualJournal {
	return ledger.ManualJournal{
		ID: id, Book: sg, Period: october, OccurredAt: midway, Reason: "bank charges of the third quarter",
		Transfers: []ledger.Transfer{move(sg, ledger.Adjustments, ledger.Bank, "12.50")},
	}
}

func (w *world) propose(a pg.Actor, j ledger.ManualJournal) error {
	return w.try(a, func(tx *pg.Tx) error { return ledger.Propose(context.Background(), tx, j, onlyM1) })
}

func (w *world) decide(a pg.Actor, id string, approve bool) error {
	return w.try(a, func(tx *pg.Tx) error { return ledger.Decide(context.Background(), tx, id, approve) })
}

func TestAJournalIsRefusedBeforeASecondPersonSeesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lock(sg, period.MustMonth("2026-09"))
	for _, c := range []struct {
		name, code string
		kind       fault.Kind
		change     func(*ledger.ManualJournal)
	}{
		{"without a reason", "JOURNAL-REASON", fault.Invalid, func(j *ledger.ManualJournal) { j.Reason = "" }},
		{"with nine letters and blanks", "JOURNAL-REASON", fault.Invalid, func(j *ledger.ManualJournal) { j.Reason = "  nine char   " }},
		{"without a month", "LEDGER-INCOMPLETE", fault.Invalid, func(j *ledger.ManualJournal) { j.Period = period.Month{} }},
		{"without a number", "LEDGER-INCOMPLETE", fault.Invalid, func(j *ledger.ManualJournal) { j.ID = "" }},
		{"into a locked month", "LEDGER-MONTH-LOCKED", fault.Conflict, func(j *ledger.ManualJournal) { j.Period = period.MustMonth("2026-09") }},
		{"into a book nobody opened", "LEDGER-BOOK", fault.Invalid, func(j *ledger.ManualJournal) { j.Book = "XX99" }},
		{"with half a mirror", "LEDGER-MIRROR", fault.Invalid, func(j *ledger.ManualJournal) { j.Transfers[0].Credit = ledger.DueTo(br) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := journal("j1")
			c.change(&j)
			(&world{TB: t}).wantCode(w.propose(writer, j), c.kind, c.code)
		})
	}
	j := journal("j1")
	j.Reason, j.Transfers[0].Amount = "short", dec("-1")
	w.wantCode(w.propose(writer, j), fault.Invalid, "JOURNAL-REASON", "LEDGER-AMOUNT")
	if w.count("ledger_journal") != 0 {
		t.Error("a refused journal is kept")
	}
	ten := journal("j2")
	ten.Reason = "银行手续费二零二六年" // ten letters, thirty bytes
	if err := w.propose(writer, ten); err != nil {
		t.Error(err)
	}
}

// TestASecondPersonPostsAJournal: nothing moves before; the writer can neither approve nor reject; a decision stands.
func TestASecondPersonPostsAJournal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"good", "bad"} {
		if err := w.propose(writer, journal(id)); err != nil {
			t.Fatal(err)
		}
		w.clock.Add(time.Hour)
	}
	for _, approve := range []bool{true, false} {
		w.wantCode(w.decide(writer, "good", approve), fault.Forbidden, "JOURNAL-SAME-PERSON")
	}
	w.wantCode(w.decide(approver, "unknown", true), fault.NotFound, "LEDGER-NO-ENTRY")
	if w.count("ledger_entry") != 0 {
		t.Fatal("a proposal was posted")
	}
	w.clock.Set(at("2026-11-20T00:00:00Z")) // October is closed for facts, not locked
	w.begin(october, sg)
	if err := w.decide(approver, "good", true); err != nil {
		t.Fatal(err)
	}
	if err := w.decide(approver, "bad", false); err != nil {
		t.Fatal(err)
	}
	for id, approve := range map[string]bool{"good": true, "bad": true} {
		w.wantCode(w.decide(approver, id, approve), fault.Conflict, "JOURNAL-STATE")
	}
	if w.count("ledger_entry WHERE key = 'journal/good' AND kind = 'journal' AND source = 'journal' AND merchant_id = 'ESG01' AND period = '2026-10-01'") != 1 || w.count("ledger_entry") != 1 {
		t.Error("the entry is not what was approved")
	}
	var list []ledger.ManualJournal
	w.must(pg.AsStaff("reader"), func(tx *pg.Tx) (err error) { list, err = ledger.Journals(context.Background(), tx); return err })
	got := ""
	for _, j := range list {
		got += fmt.Sprintln(j.ID, j.State, j.Merchant, j.ProposedBy, j.DecidedBy, j.Reason, j.Period, j.Transfers[0].Amount, j.DecidedAt.Equal(w.clock.Now()))
	}
	if want := "bad rejected ESG01 wen ada bank charges of the third quarter 2026-10 12.5 true\ngood approved ESG01 wen ada bank charges of the third quarter 2026-10 12.5 true\n"; got != want {
		t.Errorf("listed:\n%s", got)
	}
}

// TestAMonthLockedMeanwhileKeepsAJournalOut, and it stays proposed: rejecting it is still possible.
func TestAMonthLockedMeanwhileKeepsAJournalOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.propose(writer, journal("late")); err != nil {
		t.Fatal(err)
	}
	w.lock(sg, october)
	w.wantCode(w.decide(approver, "late", true), fault.Conflict, "LEDGER-MONTH-LOCKED")
	if w.count("ledger_journal WHERE state = 'proposed'") != 1 || w.count("ledger_entry") != 0 {
		t.Error("half of the decision stands")
	}
	if err := w.decide(approver, "late", false); err != nil {
		t.Error(err)
	}
}

// TestJournalsAreFinances: a merchant can neither read nor write them, a job only reads, and the table keeps the two people apart too.
func TestJournalsAreFinances(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.propose(writer, journal("j")); err != nil {
		t.Fatal(err)
	}
	for _, a := range []pg.Actor{actors[0], batch, actors[3]} {
		if err := w.propose(a, journal("mine")); !fault.Has(err, "PG-DENIED") {
			t.Errorf("%s proposes: %v", a.Role, err)
		}
		if err := w.decide(a, "j", true); !fault.Has(err, "PG-DENIED") {
			t.Errorf("%s decides: %v", a.Role, err)
		}
	}
	err := w.try(actors[0], func(tx *pg.Tx) error { _, err := ledger.Journals(context.Background(), tx); return err })
	if !fault.Has(err, "PG-DENIED") {
		t.Errorf("a merchant reads journals: %v", err)
	}
	err = w.try(writer, func(tx *pg.Tx) error {
		_, err := tx.Exec(context.Background(), `UPDATE ledger_journal SET state = 'approved', decided_by = proposed_by`)
		return err
	})
	if !fault.Has(err, "PG-CHECK") {
		t.Errorf("one person twice: %v", err)
	}
}
