package statement

import (
	"sort"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/money"
)

// Stage is what an entity owes a merchant, by how far it is on its way: credit − debit of the merchant's accounts.
type Stage struct {
	Payable   decimal.Decimal // billed, no accepted invoice yet
	Invoiced  decimal.Decimal // invoice accepted, not paid
	InTransit decimal.Decimal // paid, not on a bank line
}

// Sum is everything owed.
func (s Stage) Sum() decimal.Decimal { return s.Payable.Add(s.Invoiced).Add(s.InTransit) }

// IsZero tells that nothing is owed at any stage.
func (s Stage) IsZero() bool {
	return s.Payable.IsZero() && s.Invoiced.IsZero() && s.InTransit.IsZero()
}

func (s Stage) plus(o Stage) Stage {
	return Stage{s.Payable.Add(o.Payable), s.Invoiced.Add(o.Invoiced), s.InTransit.Add(o.InTransit)}
}

// at adds an amount to the stage an account stands for; false where it stands for none.
func (s *Stage) at(a ledger.Account, v decimal.Decimal) bool {
	switch a {
	case ledger.MerchantPayable:
		s.Payable = s.Payable.Add(v)
	case ledger.MerchantInvoiced:
		s.Invoiced = s.Invoiced.Add(v)
	case ledger.PaymentInTransit:
		s.InTransit = s.InTransit.Add(v)
	default:
		return false
	}
	return true
}

// owedAccounts are the stages' accounts.
var owedAccounts = []ledger.Account{ledger.MerchantPayable, ledger.MerchantInvoiced, ledger.PaymentInTransit}

// Owed is a merchant's account with an entity in one currency, through one month: Opening and all Moves give Closing.
type Owed struct {
	Currency money.Currency
	Opening  Stage
	Moves    []Move
	Closing  Stage
}

// Move is what one entry of the ledger did to the stages.
type Move struct {
	At   time.Time // in the world
	Kind string    // of the entry: billed, invoice.accepted, payment …
	Key  string    // its cause
	Stage
}

// Standing is a balance of another account of the merchant at both ends of the month; positive is owed to the merchant.
type Standing struct {
	Account  ledger.Account
	Currency money.Currency
	Opening  decimal.Decimal
	Closing  decimal.Decimal
}

// books are one entity's accounts at both ends of a month, and what moved merchants' stages in it.
type books struct {
	month   period.Month
	opening []ledger.Balance
	closing []ledger.Balance
	moves   map[holder][]Move // of the stages, by merchant and currency
}

type holder struct {
	merchant string
	currency money.Currency
}

// owed gives a merchant's account in each currency in which anything stood or moved.
func (b *books) owed(merchant string) []Owed {
	by := map[money.Currency]*Owed{}
	one := func(c money.Currency) *Owed {
		if by[c] == nil {
			by[c] = &Owed{Currency: c, Moves: b.moves[holder{merchant, c}]}
		}
		return by[c]
	}
	for k := range b.moves {
		if k.merchant == merchant {
			one(k.currency)
		}
	}
	for i, side := range [][]ledger.Balance{b.opening, b.closing} {
		for _, x := range side {
			if x.Merchant != merchant || x.Net().IsZero() && by[x.Currency] == nil {
				continue
			}
			var s Stage
			if !s.at(x.Account, x.Net().Neg()) {
				continue
			}
			if o := one(x.Currency); i == 0 {
				o.Opening = o.Opening.plus(s)
			} else {
				o.Closing = o.Closing.plus(s)
			}
		}
	}
	out := make([]Owed, 0, len(by))
	for _, o := range by {
		out = append(out, *o)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Currency < out[j].Currency })
	return out
}

// others gives the merchant's accounts that are no stage.
func (b *books) others(merchant string) []Standing {
	type key struct {
		account  ledger.Account
		currency money.Currency
	}
	by := map[key]*Standing{}
	for i, side := range [][]ledger.Balance{b.opening, b.closing} {
		for _, x := range side {
			var s Stage
			if x.Merchant != merchant || s.at(x.Account, decimal.Zero) {
				continue
			}
			k := key{x.Account, x.Currency}
			if by[k] == nil {
				by[k] = &Standing{Account: x.Account, Currency: x.Currency}
			}
			if i == 0 {
				by[k].Opening = x.Net().Neg()
			} else {
				by[k].Closing = x.Net().Neg()
			}
		}
	}
	var out []Standing
	for _, s := range by {
		if !s.Opening.IsZero() || !s.Closing.IsZero() {
			out = append(out, *s)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Account != out[j].Account {
			return out[i].Account < out[j].Account
		}
		return out[i].Currency < out[j].Currency
	})
	return out
}

// merchants lists everybody with a balance or a movement, sorted.
func (b *books) merchants() map[string]bool {
	out := map[string]bool{}
	for _, side := range [][]ledger.Balance{b.opening, b.closing} {
		for _, x := range side {
			if x.Merchant != "" && !x.Net().IsZero() {
				out[x.Merchant] = true
			}
		}
	}
	for k := range b.moves {
		out[k.merchant] = true
	}
	return out
}

// TrialRow is an account of a book through the month: debit − credit at both ends, and the turnover between them. The accounts of
// merchants are summed.
type TrialRow struct {
	Book      string
	Currency  money.Currency
	Account   ledger.Account
	Merchants int // how many hold a part of it at the end; 0 for the entity's own accounts
	Opening   decimal.Decimal
	Debit     decimal.Decimal
	Credit    decimal.Decimal
	Closing   decimal.Decimal
}

// trial folds the balances at both ends into rows by book, currency and account.
func trial(opening, closing []ledger.Balance) []TrialRow {
	type key struct {
		book     string
		currency money.Currency
		account  ledger.Account
	}
	by := map[key]*TrialRow{}
	row := func(x ledger.Balance) *TrialRow {
		k := key{x.Book, x.Currency, x.Account}
		if by[k] == nil {
			by[k] = &TrialRow{Book: x.Book, Currency: x.Currency, Account: x.Account}
		}
		return by[k]
	}
	for _, x := range opening {
		r := row(x)
		r.Opening = r.Opening.Add(x.Net())
		r.Debit, r.Credit = r.Debit.Sub(x.Debit), r.Credit.Sub(x.Credit)
	}
	for _, x := range closing {
		r := row(x)
		r.Closing = r.Closing.Add(x.Net())
		r.Debit, r.Credit = r.Debit.Add(x.Debit), r.Credit.Add(x.Credit)
		if x.Merchant != "" && !x.Net().IsZero() {
			r.Merchants++
		}
	}
	out := make([]TrialRow, 0, len(by))
	for _, r := range by {
		out = append(out, *r)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Book != b.Book {
			return a.Book < b.Book
		}
		if a.Currency != b.Currency {
			return a.Currency < b.Currency
		}
		return a.Account < b.Account
	})
	return out
}

func sortBy[T any](list []T, less func(a, b T) bool) {
	sort.SliceStable(list, func(i, j int) bool { return less(list[i], list[j]) })
}

// reference is the number of the field that a cause is named by: "billed/5861-202610-M1-BRL" is the bill.
func (m Move) reference() string {
	key := strings.TrimPrefix(m.Key, "reversal/")
	if _, after, ok := strings.Cut(key, "/"); ok {
		return after
	}
	return key
}
