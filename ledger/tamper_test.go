package ledger_test

import (
	"context"
	"strings"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

const seals = "the seal of batch 2 does not match"

// tampering is what somebody with the owner's password might do; "e/2" stands in the second of three sealed batches.
var tampering = []struct{ name, sql, says string }{
	{"an amount is changed", `UPDATE ledger_transfer SET amount = amount + 0.01 WHERE n = 1 AND entry_id = $1`, seals},
	{"an account is changed", `UPDATE ledger_transfer SET credit = 'rounding' WHERE n = 2 AND entry_id = $1`, seals},
	{"a currency is changed", `UPDATE ledger_transfer SET currency = 'SGD' WHERE entry_id = $1`, seals},
	{"a transfer is hidden from its merchant", `UPDATE ledger_transfer SET merchant_visible = NOT merchant_visible WHERE n = 1 AND entry_id = $1`, seals},
	{"a transfer is deleted", `DELETE FROM ledger_transfer WHERE n = 2 AND entry_id = $1`, seals},
	{"a transfer is added", `INSERT INTO ledger_transfer SELECT merchant_id, entry_id, 3, book, currency, debit, credit, amount, rate, period, merchant_visible FROM ledger_transfer WHERE n = 1 AND entry_id = $1`, seals},
	{"an entry is deleted", `DELETE FROM ledger_entry WHERE entry_id = $1`, seals},
	{"an entry is deleted with all that was its own", `WITH t AS (DELETE FROM ledger_transfer WHERE entry_id = $1), k AS (DELETE FROM ledger_key WHERE entry_id = $1), s AS (DELETE FROM ledger_sequence WHERE entry_id = $1) DELETE FROM ledger_entry WHERE entry_id = $1`, seals},
	{"a key is deleted", `DELETE FROM ledger_key WHERE entry_id = $1`, "an entry without its key: e/2"},
	{"a key is given to another entry", `UPDATE ledger_key SET entry_id = 1 WHERE entry_id = $1`, "an entry without its key: e/2"},
	{"a key is invented", `INSERT INTO ledger_key SELECT merchant_id, 'blocked', hash, 999 FROM ledger_key WHERE entry_id = $1`, "a key without its entry: blocked"},
	{"the time of a cause is changed", `UPDATE ledger_entry SET occurred_at = occurred_at - interval '1 microsecond' WHERE entry_id = $1`, seals},
	{"the time of recording is changed", `UPDATE ledger_entry SET recorded_at = recorded_at - interval '1 day' WHERE entry_id = $1`, seals},
	{"the month is changed", `WITH t AS (UPDATE ledger_transfer SET period = '2026-09-01' WHERE entry_id = $1) UPDATE ledger_entry SET period = '2026-09-01' WHERE entry_id = $1`, seals},
	{"the merchant is changed", `WITH t AS (UPDATE ledger_transfer SET merchant_id = 'M2' WHERE entry_id = $1), k AS (UPDATE ledger_key SET merchant_id = 'M2' WHERE entry_id = $1), s AS (UPDATE ledger_sequence SET merchant_id = 'M2' WHERE entry_id = $1) UPDATE ledger_entry SET merchant_id = 'M2' WHERE entry_id = $1`, seals},
	{"the rate is changed", `UPDATE ledger_transfer SET rate = 'USD/BRL@2026-10-31=5.6' WHERE n = 1 AND entry_id = (SELECT entry_id FROM ledger_entry WHERE key = 'x/2' AND $1 > 0)`, seals},
	{"two numbers are swapped", `UPDATE ledger_sequence SET entry_id = 0 WHERE entry_id = $1; UPDATE ledger_sequence SET entry_id = 3 WHERE entry_id = 4 AND $1 > 0; UPDATE ledger_sequence SET entry_id = $1 + 1 WHERE entry_id = 0`, seals},
	{"a number is missing", `DELETE FROM ledger_sequence WHERE entry_id = $1`, seals},
	{"a seal's hash is changed", `UPDATE ledger_seal SET hash = sha256('forged') WHERE batch = 2 AND $1 > 0`, seals},
	{"a seal is cut out", `DELETE FROM ledger_seal WHERE batch = 2 AND $1 > 0`, "the seal of batch 3 does not match"},
	{"the last seal is torn off", `DELETE FROM ledger_seal WHERE batch = 3 AND $1 > 0`, "a number outside every seal: 6"},
	{"an entry is slipped in under an old transaction", `WITH k AS (INSERT INTO ledger_key SELECT merchant_id, 'slipped', hash, 999 FROM ledger_key WHERE entry_id = $1)
		INSERT INTO ledger_entry SELECT merchant_id, 999, 'slipped', kind, source, book, occurred_at, recorded_at, period, reverses, '3' FROM ledger_entry WHERE entry_id = $1`, "an entry the sealer never saw: slipped"},
}

// TestVerifyNamesTheFirstDifference: each tampering alone, in a transaction that is given up again.
func TestVerifyNamesTheFirstDifference(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("e/1"))
	w.seal()
	w.post(between("b/2"), valid("e/2"), exchanged("x/2"), valid("f/2"))
	w.seal()
	w.post(valid("e/3"))
	w.seal()
	id := int64(3) // of e/2: a new database counts entries from 1
	for _, c := range tampering {
		t.Run(c.name, func(t *testing.T) {
			err := w.db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
				if _, err := ledger.Verify(context.Background(), tx); err != nil {
					t.Fatalf("before: %v", err)
				}
				for _, sql := range strings.Split(c.sql, ";") {
					if tag, err := tx.Exec(context.Background(), sql, id); err != nil || tag.RowsAffected() == 0 {
						t.Fatalf("nothing was tampered with: %v %v", tag, err)
					}
				}
				_, err := ledger.Verify(context.Background(), tx)
				return err
			})
			if !fault.Has(err, "LEDGER-VERIFY") || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
	if _, err := w.verify(); err != nil {
		t.Error(err)
	}
}

// TestVerifyReadsWhatIsNotSealedYet: what no chain covers so far is still asked the questions of a sound ledger.
func TestVerifyReadsWhatIsNotSealedYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(between("b"), exchanged("x"), valid("e"))
	for _, c := range []struct{ name, sql, says string }{
		{"a mirror is broken", `UPDATE ledger_transfer SET amount = 99 WHERE entry_id = 1 AND n = 1`, "a due-to without its mirror: BR01>SG01 in entry 1"},
		{"an exchange is off", `UPDATE ledger_transfer SET amount = 551 WHERE entry_id = 3 AND n = 2`, "an FX amount that its rate does not give: entry 3 rate USD/BRL"},
		{"a rate is garbled", `UPDATE ledger_transfer SET rate = 'five' WHERE entry_id = 3`, "an FX amount that its rate does not give: entry 3 rate five"},
		{"a rate is gone", `UPDATE ledger_transfer SET rate = NULL WHERE entry_id = 3`, "an FX amount that its rate does not give: entry 3"},
		{"a transfer moves to another month", `UPDATE ledger_transfer SET period = '2026-11-01' WHERE entry_id = 2 AND n = 1`, "a transfer outside its entry's month: e"},
		{"a transfer loses its entry", `WITH k AS (DELETE FROM ledger_key WHERE entry_id = 2) DELETE FROM ledger_entry WHERE entry_id = 2`, "a transfer without its entry: 2"},
		{"a reversal points nowhere", `UPDATE ledger_entry SET reverses = 'nothing' WHERE entry_id = 2`, "a reversal of nothing: e"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := w.db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
				if _, err := tx.Exec(context.Background(), c.sql); err != nil {
					t.Fatal(err)
				}
				_, err := ledger.Verify(context.Background(), tx)
				return err
			})
			if !fault.Has(err, "LEDGER-VERIFY") || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
	if v, err := w.verify(); err != nil || v.Unsealed != 3 {
		t.Errorf("%+v %v", v, err)
	}
}

// TestVerifyControlNamesTheDifference between a module's own records and the accounts that control them.
func TestVerifyControlNamesTheDifference(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	two := valid("e/2")
	two.Merchant = "M2"
	w.post(valid("e/1"), two)
	bal := func(merchant, amount string) ledger.Balance {
		return ledger.Balance{Book: sg, Currency: "USD", Merchant: merchant, Credit: dec(amount)}
	}
	for _, c := range []struct {
		name string
		want []ledger.Balance
		says string
	}{
		{"in sum", []ledger.Balance{bal("", "160")}, ""},
		{"in parts", []ledger.Balance{bal("", "100"), bal("", "60")}, ""},
		{"by merchant", []ledger.Balance{bal("M1", "80"), bal("M2", "80")}, ""},
		{"a cent too much", []ledger.Balance{bal("", "160.01")}, "unbilled, book SG01 USD : the ledger holds 0.01 more"},
		{"one merchant short, the other over", []ledger.Balance{bal("M1", "79"), bal("M2", "81")}, "unbilled, book SG01 USD M1: the ledger holds -1 more"},
		{"a merchant missing", []ledger.Balance{bal("M1", "80")}, "unbilled, book SG01 USD M2: the ledger holds -80 more"},
		{"nothing recorded", nil, "unbilled, book SG01 USD : the ledger holds -160 more"},
		{"a book that holds nothing", []ledger.Balance{bal("", "160"), {Book: br, Currency: "USD", Debit: dec("1")}}, "unbilled, book BR01 USD : the ledger holds -1 more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := w.try(batch, func(tx *pg.Tx) error {
				return ledger.VerifyControl(context.Background(), tx, ledger.Control{Name: "unbilled", Accounts: []ledger.Account{ledger.MerchantUnbilled}, Want: c.want})
			})
			if c.says == "" && err != nil || c.says != "" && (!fault.Has(err, "LEDGER-VERIFY") || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}
