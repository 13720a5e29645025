package ledger_test

import (
	"context"
	"fmt"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

var actors = []pg.Actor{pg.AsMerchant("M1", "ana"), pg.AsStaff("finn"), batch, pg.AsAuditor("aud")}

// TestNothingIsChangedOnlyAdded: each role tries to change and to remove what was posted and sealed.
func TestNothingIsChangedOnlyAdded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("e/1"))
	w.seal()
	for table, column := range map[string]string{"ledger_entry": "kind", "ledger_transfer": "debit", "ledger_key": "key", "ledger_seal": "sealed_at", "ledger_sequence": "merchant_id", "ledger_book": "zone"} {
		for _, a := range actors {
			for _, sql := range []string{`UPDATE ` + table + ` SET ` + column + ` = ` + column, `DELETE FROM ` + table, `TRUNCATE ` + table} {
				err := w.try(a, func(tx *pg.Tx) error { _, err := tx.Exec(context.Background(), sql); return err })
				if !fault.Has(err, "PG-DENIED") {
					t.Errorf("%s: %s: %v", a.Role, sql, err)
				}
			}
		}
	}
	for _, a := range []pg.Actor{actors[0], actors[1], actors[3]} { // only the sealer's role numbers and chains
		err := w.try(a, func(tx *pg.Tx) error {
			_, err := tx.Exec(context.Background(), `INSERT INTO ledger_sequence VALUES (9, 'M1', 9)`)
			return err
		})
		if !fault.Has(err, "PG-DENIED") {
			t.Errorf("%s numbers an entry: %v", a.Role, err)
		}
	}
	if _, err := w.postAs(pg.AsAuditor("aud"), valid("e/2")); !fault.Has(err, "PG-DENIED") {
		t.Errorf("an auditor posts: %v", err)
	}
	if _, err := w.verify(); err != nil {
		t.Error(err)
	}
}

// seen are how many keys, entries and transfers somebody is shown.
func (w *world) seen(a pg.Actor) (out [3]int) {
	w.Helper()
	w.must(a, func(tx *pg.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT (SELECT count(*) FROM ledger_key), (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM ledger_transfer)`).Scan(&out[0], &out[1], &out[2])
	})
	return out
}

// TestAMerchantSeesItsOwnAccounts: of its entries the transfers that touch one of them, of others' entries nothing.
func TestAMerchantSeesItsOwnAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := valid("e/1")
	other.Merchant = "M2"
	entity := between("netted")
	entity.Merchant = "ESG01"
	w.post(valid("e/1"), between("b/1"), exchanged("x/1"), other, entity)
	for _, c := range []struct {
		who  string
		a    pg.Actor
		want [3]int
	}{
		{"M1", actors[0], [3]int{3, 3, 3}}, // e/1 to unbilled, x/1 both sides; of b/1 none
		{"M2", pg.AsMerchant("M2", "bo"), [3]int{1, 1, 1}},
		{"a stranger", pg.AsMerchant("M9", "eve"), [3]int{}},
		{"nobody", pg.AsMerchant("", "eve"), [3]int{}},
		{"finance", actors[1], [3]int{5, 5, 10}},
		{"the batch", batch, [3]int{5, 5, 10}},
		{"the auditor", actors[3], [3]int{5, 5, 10}},
	} {
		if got := w.seen(c.a); got != c.want {
			t.Errorf("%s sees %v keys, entries and transfers, want %v", c.who, got, c.want)
		}
	}
	var lines []ledger.Line
	var trial []ledger.Balance
	w.must(actors[0], func(tx *pg.Tx) (err error) {
		if lines, err = ledger.AccountStatement(context.Background(), tx, ledger.AsOf{}, ledger.AccountQuery{Book: sg, Currency: "USD", Account: ledger.MerchantUnbilled}); err != nil {
			return err
		}
		trial, err = ledger.TrialBalance(context.Background(), tx, ledger.AsOf{})
		return err
	})
	if got := fmt.Sprint(len(lines), lines[0].Amount, lines[1].Amount); got != "2 -80 100" {
		t.Errorf("the merchant reads %s", got)
	}
	for _, b := range trial {
		if b.Account == ledger.PlatformFee || b.Account == ledger.DueTo(sg) || b.Merchant == "M2" {
			t.Errorf("the merchant reads %+v", b)
		}
	}
}

// TestAMerchantPostsWhatItMayNotSee: its own cause writes the fee and the mirror too; repeating it finds the first answer.
func TestAMerchantPostsWhatItMayNotSee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for round := range 2 {
		res, err := w.postAs(actors[0], valid("e/1"), between("b/1"))
		if err != nil || res[0].New != (round == 0) || res[1].New != (round == 0) {
			t.Fatalf("round %d: %+v %v", round, res, err)
		}
		one, err := w.postAs(actors[0], between("b/2"))
		if err != nil || one[0].New != (round == 0) {
			t.Fatalf("round %d, alone: %+v %v", round, one, err)
		}
	}
	if n := w.count("ledger_transfer"); n != 6 {
		t.Errorf("%d transfers stand, want 6", n)
	}
	e := valid("e/1")
	e.Kind = "other"
	_, err := w.postAs(actors[0], e)
	w.wantCode(err, fault.Conflict, "LEDGER-KEY-REUSED")
	for _, merchant := range []string{"M2", "ESG01"} {
		e := valid("foreign")
		e.Merchant = merchant
		if _, err := w.postAs(actors[0], e); !fault.Has(err, "PG-DENIED") {
			t.Errorf("M1 posts for %s: %v", merchant, err)
		}
	}
}

// TestAMerchantReversesWholeEntriesOrNone: it sees some of an entry's transfers; a reversal of those alone would move money.
func TestAMerchantReversesWholeEntriesOrNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := valid("seen")
	seen.Transfers = []ledger.Transfer{move(sg, ledger.MerchantPayable, ledger.MerchantInvoiced, "5")}
	w.post(valid("half"), between("hidden"), seen)
	undo := func(key string) error {
		return w.try(actors[0], func(tx *pg.Tx) error {
			_, err := ledger.Reverse(context.Background(), tx, ledger.Reversal{Merchant: "M1", Key: key, OccurredAt: midway})
			return err
		})
	}
	w.wantCode(undo("half"), fault.Forbidden, "LEDGER-REVERSE-HIDDEN")
	w.wantCode(undo("hidden"), fault.Forbidden, "LEDGER-REVERSE-HIDDEN")
	if err := undo("seen"); err != nil {
		t.Error(err)
	}
	err := w.try(pg.AsMerchant("M2", "bo"), func(tx *pg.Tx) error {
		_, err := ledger.Reverse(context.Background(), tx, ledger.Reversal{Merchant: "M1", Key: "seen", OccurredAt: midway})
		return err
	})
	w.wantCode(err, fault.NotFound, "LEDGER-NO-ENTRY")
}
