package ledger_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// TestRefusals starts from an entry that breaks no rule, breaks one thing and expects one code.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cases := []struct {
		name, code string
		start      func(string) ledger.Entry
		break1     func(*ledger.Entry)
	}{
		{"without a merchant", "LEDGER-INCOMPLETE", valid, func(e *ledger.Entry) { e.Merchant = "" }},
		{"without a key", "LEDGER-INCOMPLETE", valid, func(e *ledger.Entry) { e.Key = "" }},
		{"without a kind", "LEDGER-INCOMPLETE", valid, func(e *ledger.Entry) { e.Kind = "" }},
		{"without a book", "LEDGER-INCOMPLETE", valid, func(e *ledger.Entry) { e.Book = "" }},
		{"without a time", "LEDGER-INCOMPLETE", valid, func(e *ledger.Entry) { e.OccurredAt = time.Time{} }},
		{"taking a reversal's key", "LEDGER-REVERSAL-KEY", valid, func(e *ledger.Entry) { e.Key = "reversal/" + e.Key }},
		{"moving more than there is", "LEDGER-TOO-MUCH", valid, func(e *ledger.Entry) { e.Transfers[1].Amount = dec("1000000000000000000") }},
		{"moving nothing", "LEDGER-AMOUNT", valid, func(e *ledger.Entry) { e.Transfers[1].Amount = dec("0") }},
		{"moving less than nothing", "LEDGER-AMOUNT", valid, func(e *ledger.Entry) { e.Transfers[1].Amount = dec("-20") }},
		{"an account outside the chart", "LEDGER-ACCOUNT", valid, func(e *ledger.Entry) { e.Transfers[0].Debit = "slush_fund" }},
		{"an empty account", "LEDGER-ACCOUNT", valid, func(e *ledger.Entry) { e.Transfers[0].Credit = "" }},
		{"a party where none belongs", "LEDGER-ACCOUNT", valid, func(e *ledger.Entry) { e.Transfers[0].Credit = "merchant_unbilled:M2" }},
		{"no party where one belongs", "LEDGER-ACCOUNT", valid, func(e *ledger.Entry) { e.Transfers[0].Credit = "seller_tax:" }},
		{"from an account to itself", "LEDGER-SAME-ACCOUNT", valid, func(e *ledger.Entry) { e.Transfers[1].Credit = ledger.DeferredOrders }},
		{"no currency", "LEDGER-CURRENCY", valid, func(e *ledger.Entry) { e.Transfers[1].Currency = "" }},
		{"a currency that is none", "LEDGER-CURRENCY", valid, func(e *ledger.Entry) { e.Transfers[1].Currency = "usd" }},
		{"over FX clearing without its rate", "LEDGER-FX-RATE", exchanged, func(e *ledger.Entry) { e.Transfers[0].Rate = "" }},
		{"a rate nobody can read", "LEDGER-FX-RATE", exchanged, func(e *ledger.Entry) { e.Transfers[0].Rate = "about five and a half" }},
		{"a rate of other currencies", "LEDGER-FX-RATE", exchanged, func(e *ledger.Entry) { e.Transfers[1].Currency = "CLP" }},
		{"an amount its rate does not give", "LEDGER-FX-AMOUNT", exchanged, func(e *ledger.Entry) { e.Transfers[1].Amount = dec("550.01") }},
		{"one side of an exchange", "LEDGER-FX-AMOUNT", exchanged, func(e *ledger.Entry) { e.Transfers = e.Transfers[:1] }},
		{"a due-to without its due-from", "LEDGER-MIRROR", between, func(e *ledger.Entry) { e.Transfers = e.Transfers[:1] }},
		{"a due-from without its due-to", "LEDGER-MIRROR", between, func(e *ledger.Entry) { e.Transfers = e.Transfers[1:] }},
		{"mirrors of two amounts", "LEDGER-MIRROR", between, func(e *ledger.Entry) { e.Transfers[1].Amount = dec("99.99") }},
		{"both entities claim", "LEDGER-MIRROR", between, func(e *ledger.Entry) {
			e.Transfers[0].Debit, e.Transfers[0].Credit = e.Transfers[0].Credit, e.Transfers[0].Debit
		}},
		{"a book nobody opened", "LEDGER-BOOK", valid, func(e *ledger.Entry) { e.Book = "XX99" }},
		{"a transfer in a book nobody opened", "LEDGER-BOOK", valid, func(e *ledger.Entry) { e.Transfers[1].Book = "XX99" }},
	}
	for _, c := range cases {
		t.Run(c.name+" is "+c.code, func(t *testing.T) {
			key := "refused/" + strings.ReplaceAll(c.name, " ", "-")
			e := c.start(key)
			w.post(e) // what breaks nothing is accepted
			e = c.start(key + "/2")
			c.break1(&e)
			_, err := w.postAs(batch, e)
			(&world{TB: t}).wantCode(err, fault.Invalid, c.code)
		})
	}
	if got, want := w.count("ledger_entry"), len(cases); got != want {
		t.Errorf("%d entries stand, want the %d valid ones", got, want)
	}
}

func TestMirrorNeedsTheSameCurrency(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := between("mirror/currency")
	e.Transfers[1].Currency = "BRL"
	_, err := w.postAs(batch, e)
	w.wantCode(err, fault.Invalid, "LEDGER-MIRROR")
	if n := len(fault.All(err)); n != 2 {
		t.Fatalf("%d faults, want one a currency", n)
	}
}

// TestEveryReasonAtOnce: one entry broken in many ways, one in another, each reason told once with its place, in one fixed order.
func TestEveryReasonAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := valid("many/1")
	one.Kind = ""
	one.Transfers[0] = ledger.Transfer{Book: sg, Currency: "xx", Debit: "nothing", Credit: "nothing", Amount: dec("-1")}
	one.Transfers[1] = ledger.Transfer{Book: sg, Currency: "USD", Debit: ledger.FXClearing, Credit: ledger.Bank, Amount: dec("1")}
	one.Transfers = append(one.Transfers, move(sg, ledger.Bank, ledger.DueTo(es), "1"), move(sg, ledger.Bank, ledger.DueTo(br), "1"))
	two := valid("many/2")
	two.Book = "XX99"
	want := []string{
		"LEDGER-INCOMPLETE many/1", "LEDGER-AMOUNT many/1.transfers[0]", "LEDGER-ACCOUNT many/1.transfers[0]", "LEDGER-SAME-ACCOUNT many/1.transfers[0]",
		"LEDGER-CURRENCY many/1.transfers[0]", "LEDGER-FX-RATE many/1.transfers[1]", "LEDGER-MIRROR many/1 SG01>BR01/USD", "LEDGER-MIRROR many/1 SG01>ES01/USD", "LEDGER-BOOK many/2",
	}
	for range 10 { // the order is not that of a map
		_, err := w.postAs(batch, one, two, valid("many/3"))
		var got []string
		for _, f := range fault.All(err) {
			s := f.Code + " " + f.Path
			if p, ok := f.Args["pair"].(string); ok {
				s += " " + p
			}
			got = append(got, s)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if w.count("ledger_entry")+w.count("ledger_key")+w.count("ledger_transfer") != 0 {
		t.Fatal("something was written although one of many was bad")
	}
}

// TestPrecedence: what is wrong with an entry itself is told before its book, its book before its month, its month before its key.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("first/1"))
	w.lock(sg, october)
	e := valid("first/1")
	e.Period, e.Source, e.Book, e.Transfers[0].Amount = october, ledger.Journal, "XX99", dec("-1")
	step := func(kind fault.Kind, code string) {
		t.Helper()
		_, err := w.postAs(batch, e)
		w.wantCode(err, kind, code)
	}
	step(fault.Invalid, "LEDGER-AMOUNT")
	e.Transfers[0].Amount = dec("80.01")
	step(fault.Invalid, "LEDGER-BOOK")
	e.Book = sg
	step(fault.Conflict, "LEDGER-MONTH-LOCKED")
	e.Period = november
	step(fault.Conflict, "LEDGER-KEY-REUSED")
}

// TestWhatReachedTheDatabaseFailsWhole: a conflict found by the insert undoes the neighbours in the caller's transaction.
func TestWhatReachedTheDatabaseFailsWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(valid("stands"))
	other := valid("stands")
	other.Transfers[0].Amount = dec("81")
	_, err := w.postAs(batch, valid("new/1"), other, valid("new/2"))
	w.wantCode(err, fault.Conflict, "LEDGER-KEY-REUSED")
	if n := w.count("ledger_entry"); n != 1 {
		t.Fatalf("%d entries stand, want 1", n)
	}
}

// TestAFreeOrderStillCounts: an entry without transfers is legal, and its key is used up.
func TestAFreeOrderStillCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := valid("trial/1")
	e.Transfers = nil
	if r := w.post(e); !r[0].New || r[0].Period != october {
		t.Fatalf("got %+v", r[0])
	}
	if r := w.post(e); r[0].New {
		t.Fatal("it was posted twice")
	}
	_, err := w.postAs(batch, valid("trial/1"))
	w.wantCode(err, fault.Conflict, "LEDGER-KEY-REUSED")
}

// TestTheDatabaseRefusesToo: whoever goes around Post meets the constraints of the table.
func TestTheDatabaseRefusesToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, values := range map[string]string{
		"a negative amount":         `'bank', 'rounding', -1`,
		"an account against itself": `'bank', 'bank', 1`,
	} {
		err := w.db.OwnerTx(context.Background(), func(tx *pg.Tx) error {
			_, err := tx.Exec(context.Background(), `INSERT INTO ledger_transfer (merchant_id, entry_id, n, book, currency, debit, credit, amount, period, merchant_visible)
				SELECT 'M1', 1, 1, 'SG01', 'USD', d, c, a, '2026-10-01', false FROM (VALUES (`+values+`)) AS v(d, c, a)`)
			return err
		})
		if !fault.Has(err, "PG-CHECK") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
