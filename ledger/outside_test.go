package ledger_test

import (
	"context"
	"strings"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// onlyM1 is what somebody who knows merchants would lend: there is one, M1.
func onlyM1(_ context.Context, _ *pg.Tx, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = id == "M1"
	}
	return out, nil
}

// TestTheAPITakesOnlyWhatCanBe: business time stands at 3 November, 09:00 UTC; the only merchant is M1.
func TestTheAPITakesOnlyWhatCanBe(t *testing.T) {
	t.Parallel()
	a := serve(t)
	a.ledger.Known = onlyM1
	set := func(old, new string) string { return strings.Replace(entryJSON("k", "1"), old, new, 1) }
	for name, c := range map[string]struct{ body, code string }{
		"a second later than a day ahead":    {set("2026-10-31T20:00:00+08:00", "2026-11-04T09:00:01Z"), "LEDGER-FUTURE"},
		"known later than a day ahead":       {set(`"transfers"`, `"knownAt":"2026-11-04T09:00:01Z","transfers"`), "LEDGER-FUTURE"},
		"a key of 201 characters":            {entryJSON(strings.Repeat("键", 201), "1"), "LEDGER-KEY-LONG"},
		"a kind of 61 characters":            {set(`"kind":"`, `"kind":"`+strings.Repeat("k", 60)), "LEDGER-KIND-LONG"},
		"thirteen decimals":                  {entryJSON("k", "0.0000000000001"), "LEDGER-DECIMALS"},
		"a merchant nobody knows":            {set("E5541", "M2"), "LEDGER-MERCHANT"},
		"an entity that has no book":         {set("E5541", "E9999"), "LEDGER-MERCHANT"},
		"an amount with an exponent":         {entryJSON("k", "1e3"), "LEDGER-AMOUNT-FORM"},
		"no transfers, for nobody":           {`{"merchant":"M2","key":"trial/1","kind":"trial","book":"5541","occurredAt":"2026-10-31T20:00:00Z","transfers":[]}`, "LEDGER-MERCHANT"},
		"one of two, whose amount is no sum": {"[" + entryJSON("good", "1") + "," + entryJSON("k", "0.0000000000001") + "]", "LEDGER-DECIMALS"},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			if code, body := a.send(c.body); code != 422 || strings.Count(body, `"code":"`) != 1 || !strings.Contains(body, `"code":"`+c.code+`"`) {
				t.Errorf("%d %.300s", code, body)
			}
		})
	}
	for name, body := range map[string]string{
		"a day ahead":           strings.Replace(entryJSON("ahead", "1"), "2026-10-31T20:00:00+08:00", "2026-11-04T09:00:00Z", 1),
		"a key of 200":          entryJSON(strings.Repeat("键", 200), "1"),
		"twelve decimals":       entryJSON("fine", "0.0000000000010"),
		"a merchant":            strings.Replace(entryJSON("m1", "1"), "E5541", "M1", 1),
		"another open book's":   strings.Replace(entryJSON("other", "1"), "E5541", "E5861", 1),
		"nothing that is moved": `{"merchant":"M1","key":"trial/2","kind":"trial","book":"5541","occurredAt":"2026-10-31T20:00:00Z","transfers":[]}`,
	} {
		t.Run("takes "+name, func(t *testing.T) {
			if code, said := a.send(body); code != 201 {
				t.Errorf("%d %.300s", code, said)
			}
		})
	}
	t.Run("tells everything at once", func(t *testing.T) {
		body := strings.Replace(strings.Replace(set("E5541", "M2"), `"1"`, `"-0.0000000000001"`, 1), "2026-10-31", "2027-10-31", 1)
		if _, said := a.send(body); strings.Count(said, `"code":"`) != 4 {
			t.Error(said)
		}
	})
}

// TestAJournalTakesOnlyWhatCanBePaid: business time stands in the middle of October.
func TestAJournalTakesOnlyWhatCanBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		code   string
		change func(*ledger.ManualJournal)
	}{
		"a tenth of a cent":           {"JOURNAL-MINOR-UNIT", func(j *ledger.ManualJournal) { j.Transfers[0].Amount = dec("12.501") }},
		"half a peso":                 {"JOURNAL-MINOR-UNIT", func(j *ledger.ManualJournal) { j.Transfers[0].Currency = "CLP" }},
		"a later day than tomorrow":   {"LEDGER-FUTURE", func(j *ledger.ManualJournal) { j.OccurredAt = midway.AddDate(0, 0, 2) }},
		"a merchant nobody knows":     {"LEDGER-MERCHANT", func(j *ledger.ManualJournal) { j.Merchant = "M2" }},
		"a number too long for a key": {"LEDGER-KEY-LONG", func(j *ledger.ManualJournal) { j.ID = strings.Repeat("9", 193) }},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			j := journal("j1")
			c.change(&j)
			(&world{TB: t}).wantCode(w.propose(writer, j), fault.Invalid, c.code)
		})
	}
	for name, change := range map[string]func(*ledger.ManualJournal){
		"zeros behind a cent": func(j *ledger.ManualJournal) { j.Transfers[0].Amount = dec("12.5000") },
		"whole pesos":         func(j *ledger.ManualJournal) { j.Transfers[0].Currency, j.Transfers[0].Amount = "CLP", dec("12") },
		"a merchant":          func(j *ledger.ManualJournal) { j.Merchant = "M1" },
		"a rest that rounding takes": func(j *ledger.ManualJournal) {
			j.Transfers[0].Credit, j.Transfers[0].Amount = ledger.Rounding, dec("0.001")
		},
	} {
		t.Run("takes "+name, func(t *testing.T) {
			j := journal("taken " + name)
			change(&j)
			if err := w.propose(writer, j); err != nil {
				t.Error(err)
			}
		})
	}
}
