package ledger

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Source says what an entry comes from, which decides the months that are still open to it.
type Source string

// The sources.
const (
	Fact    Source = "fact"    // something that happened: enters a month until that month's run instant
	Run     Source = "run"     // a posting of the bill run, or of what follows a bill: until the month is locked
	Journal Source = "journal" // a manual journal: until the month is locked
)

// Transfer moves an amount from one account to another inside one book and one currency: debit To… credit From is
// not said here; Debit is debited and Credit is credited.
type Transfer struct {
	Book     string          // the entity's code
	Currency money.Currency  // one for both sides
	Debit    Account         // debited
	Credit   Account         // credited
	Amount   decimal.Decimal // always positive
	Rate     string          // where fx_clearing is touched: "USD/CLP@2026-10-31=946", the row the amount was computed by
}

// Entry is one cause and the transfers it makes. An entry without transfers is legal (a free order): its key still counts.
type Entry struct {
	Merchant   string       // whose cause it is, or "E<entity>" where a cause has no merchant
	Key        string       // the cause in numbers of the field: "earned/CS2207-000001", with "/2" for a second attempt
	Kind       string       // the cause's kind: "earned"
	Book       string       // the book that owes the merchant; its zone decides the month
	OccurredAt time.Time    // in the world
	KnownAt    time.Time    // when the marketplace knew of it; zero: now. A month takes facts known before its run instant
	Period     period.Month // zero: derived from OccurredAt, KnownAt and Book. The run and journals set it
	Source     Source       // empty: Fact
	Reverses   string       // key of the entry this one reverses
	Transfers  []Transfer
}

// Result says what Post did with an entry.
type Result struct {
	EntryID int64
	New     bool // false: the key was there with the same content, nothing was added
	Period  period.Month
}

// hash covers what a repetition of the same cause must repeat. RecordedAt, KnownAt and Period are not in it: a retry after month
// close has to find its first answer. Nor is a reversal's OccurredAt: whoever asks for it again later means the one that stands.
func (e *Entry) hash() []byte {
	var b strings.Builder
	at := e.OccurredAt.UnixMicro()
	if e.Reverses != "" && e.Key == ReversalKey(e.Reverses) {
		at = 0
	}
	fmt.Fprintf(&b, "%s\x1f%s\x1f%s\x1f%s\x1f%d\x1f%s", e.Merchant, e.Key, e.Kind, e.Book, at, e.Reverses)
	lines := make([]string, len(e.Transfers))
	for i, t := range e.Transfers {
		lines[i] = fmt.Sprintf("%s|%s|%s|%s|%s|%s", t.Book, t.Currency, t.Debit, t.Credit, money.Exact(t.Amount), t.Rate)
	}
	sort.Strings(lines)
	for _, l := range lines {
		b.WriteString("\x1e" + l)
	}
	h := sha256.Sum256([]byte(b.String()))
	return h[:]
}

// tooMuch is an amount that no transfer reaches: a mistake, or an attack on whoever adds up.
var tooMuch = decimal.New(1, 18)

// check gives every reason for which an entry cannot be written.
func (e *Entry) check() fault.Faults {
	var fs fault.Faults
	bad := func(code, path string, args ...fault.Args) {
		fs = append(fs, fault.New(fault.Invalid, code, path, args...))
	}
	if e.Merchant == "" || e.Key == "" || e.Kind == "" || e.Book == "" || e.OccurredAt.IsZero() {
		bad("LEDGER-INCOMPLETE", e.Key)
	}
	if strings.HasPrefix(e.Key, ReversalKey("")) && e.Key != ReversalKey(e.Reverses) { // it would stand in the real reversal's way
		bad("LEDGER-REVERSAL-KEY", e.Key)
	}
	for i, t := range e.Transfers {
		path := fmt.Sprintf("%s.transfers[%d]", e.Key, i)
		if !t.Amount.IsPositive() {
			bad("LEDGER-AMOUNT", path, fault.Args{"amount": t.Amount})
		}
		if t.Amount.GreaterThanOrEqual(tooMuch) {
			bad("LEDGER-TOO-MUCH", path)
		}
		if !t.Debit.Known() || !t.Credit.Known() {
			bad("LEDGER-ACCOUNT", path, fault.Args{"debit": t.Debit, "credit": t.Credit})
		}
		if t.Debit == t.Credit {
			bad("LEDGER-SAME-ACCOUNT", path, fault.Args{"account": t.Debit})
		}
		if !t.Currency.Valid() {
			bad("LEDGER-CURRENCY", path, fault.Args{"currency": t.Currency})
		}
		if (t.Debit == FXClearing) != (t.Credit == FXClearing) && !t.ratedFor() {
			bad("LEDGER-FX-RATE", path)
		}
	}
	if len(fs) == 0 { // an amount is compared with its rate once both can be read
		fs = e.checkExchange()
	}
	return append(fs, e.checkMirror()...)
}

// checkMirror demands for every due-to its due-from: what book A owes to B, B has to claim from A, in the same entry.
func (e *Entry) checkMirror() fault.Faults {
	owes := map[string]decimal.Decimal{} // "A>B/USD" → what A owes B by A's book, minus what B claims by B's
	touch := func(a Account, book string, c money.Currency, debit bool, v decimal.Decimal) {
		code, party := a.Split()
		switch code {
		case "due_to": // a credit raises the debt
			if debit {
				v = v.Neg()
			}
			k := book + ">" + party + "/" + string(c)
			owes[k] = owes[k].Add(v)
		case "due_from": // a debit raises the claim
			if debit {
				v = v.Neg()
			}
			k := party + ">" + book + "/" + string(c)
			owes[k] = owes[k].Add(v)
		}
	}
	for _, t := range e.Transfers {
		touch(t.Debit, t.Book, t.Currency, true, t.Amount)
		touch(t.Credit, t.Book, t.Currency, false, t.Amount)
	}
	var fs fault.Faults
	for _, k := range slices.Sorted(maps.Keys(owes)) {
		if v := owes[k]; !v.IsZero() {
			fs = append(fs, fault.New(fault.Invalid, "LEDGER-MIRROR", e.Key, fault.Args{"pair": k, "amount": v}))
		}
	}
	return fs
}

// books lists the books an entry touches, its own first.
func (e *Entry) books() []string {
	out := []string{e.Book}
	for _, t := range e.Transfers {
		known := false
		for _, b := range out {
			known = known || b == t.Book
		}
		if !known {
			out = append(out, t.Book)
		}
	}
	return out
}

// Move appends a transfer from one account to another where the amount is positive, the opposite one where it is
// negative, and nothing where it is zero, so that recipes need not tell the cases apart.
func Move(list []Transfer, book string, c money.Currency, debit, credit Account, amount decimal.Decimal, rate string) []Transfer {
	switch amount.Sign() {
	case 0:
		return list
	case -1:
		debit, credit, amount = credit, debit, amount.Neg()
	}
	return append(list, Transfer{Book: book, Currency: c, Debit: debit, Credit: credit, Amount: amount, Rate: rate})
}
