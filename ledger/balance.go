package ledger

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// AsOf is a point in the three times. Zero fields do not limit. The same AsOf with a Sequence gives the same answer for ever.
type AsOf struct {
	Occurred time.Time    // what had happened in the world by then (inclusive)
	Sequence int64        // what had been sealed by then (inclusive)
	Period   period.Month // what stands in this month and those before it
}

// Balance is what stands on one account of one book in one currency.
type Balance struct {
	Book     string
	Currency money.Currency
	Account  Account
	Merchant string // set for a merchant's own accounts
	Debit    decimal.Decimal
	Credit   decimal.Decimal
}

// Net is debit − credit.
func (b Balance) Net() decimal.Decimal { return b.Debit.Sub(b.Credit) }

// TrialBalance (试算平衡) lists every account with its turnover as of a point in time; each book and currency sums to zero.
// No books given means all of them.
func TrialBalance(ctx context.Context, tx *pg.Tx, as AsOf, books ...string) ([]Balance, error) {
	if len(books) == 0 {
		books = nil
	}
	return selectTrialBalance(ctx, tx, as, books)
}

// Held lists what stands on one account of a book for some merchants, by merchant and currency.
func Held(ctx context.Context, tx *pg.Tx, as AsOf, book string, account Account, merchants []string) ([]Balance, error) {
	return selectHeld(ctx, tx, as, book, account, merchants)
}

// AccountQuery names an account for a statement.
type AccountQuery struct {
	Book     string
	Currency money.Currency
	Account  Account
	Merchant string       // empty: all merchants
	From     period.Month // first month shown; zero: from the beginning
	Limit    int          // most lines given; 0: 10,000
}

func (q AccountQuery) limit() int {
	if q.Limit <= 0 {
		return 10000
	}
	return q.Limit
}

func (q AccountQuery) fromDate() *time.Time {
	if q.From.IsZero() {
		return nil
	}
	d := q.From.FirstDay()
	return &d
}

// Line is one movement on an account: positive debits it.
type Line struct {
	Merchant   string
	Key        string
	Kind       string
	OccurredAt time.Time
	RecordedAt time.Time
	Period     period.Month
	Other      Account // the account on the other side
	Amount     decimal.Decimal
}

// AccountStatement lists an account's movements in the order they happened.
func AccountStatement(ctx context.Context, tx *pg.Tx, as AsOf, q AccountQuery) ([]Line, error) {
	return selectAccount(ctx, tx, as, q)
}

func ownAccounts() []string {
	var out []string
	for a, l := range chart {
		if l.own {
			out = append(out, string(a))
		}
	}
	return out
}
