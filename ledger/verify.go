package ledger

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Verification is what a check of the whole ledger found.
type Verification struct {
	Sealed   int64 // entries whose chain was computed again
	Unsealed int64 // entries committed and not sealed yet
}

// Verify recomputes the chain, the keys, the mirrors between books and the FX postings, and stops at the first difference with
// a fault that names it. Sums cannot be off: every transfer has two sides. The modules check their own tables against the
// control accounts with VerifyControl.
func Verify(ctx context.Context, tx *pg.Tx) (Verification, error) {
	var v Verification
	bad, sealed, err := verifyChain(ctx, tx)
	if err != nil {
		return v, err
	}
	v.Sealed = sealed
	if bad > 0 {
		return v, differs(fmt.Sprintf("the seal of batch %d does not match its entries", bad))
	}
	for _, f := range findings {
		what, err := firstFinding(ctx, tx, f.sql)
		if err != nil {
			return v, err
		}
		if what != "" {
			return v, differs(f.name + ": " + what)
		}
	}
	v.Unsealed, err = countUnsealed(ctx, tx)
	return v, err
}

// Control is one figure of a sub-ledger: what the module's own rows say an account should hold.
type Control struct {
	Name     string // what is compared, for the reader
	Accounts []Account
	Want     []Balance // Book, Currency, Merchant (empty: not told apart) and Debit−Credit; Account is ignored
}

// VerifyControl compares a sub-ledger with its control accounts, book by book and currency by currency, and names the first difference.
func VerifyControl(ctx context.Context, tx *pg.Tx, c Control) error {
	trial, err := TrialBalance(ctx, tx, AsOf{})
	if err != nil {
		return err
	}
	perMerchant := false
	for _, w := range c.Want {
		perMerchant = perMerchant || w.Merchant != ""
	}
	type place struct{ book, currency, merchant string }
	left := map[place]Balance{}
	in := map[Account]bool{}
	for _, a := range c.Accounts {
		in[a] = true
	}
	for _, b := range trial {
		if !in[b.Account] {
			continue
		}
		k := place{b.Book, string(b.Currency), ""}
		if perMerchant {
			k.merchant = b.Merchant
		}
		s := left[k]
		s.Debit, s.Credit = s.Debit.Add(b.Debit), s.Credit.Add(b.Credit)
		left[k] = s
	}
	for _, w := range c.Want {
		k := place{w.Book, string(w.Currency), w.Merchant}
		s := left[k]
		s.Debit = s.Debit.Sub(w.Net())
		left[k] = s
	}
	for _, k := range slices.SortedFunc(maps.Keys(left), func(a, b place) int {
		return cmp.Or(strings.Compare(a.book, b.book), strings.Compare(a.currency, b.currency), strings.Compare(a.merchant, b.merchant))
	}) {
		if s := left[k]; !s.Net().IsZero() {
			return differs(fmt.Sprintf("%s, book %s %s %s: the ledger holds %s more than the records", c.Name, k.book, k.currency, k.merchant, s.Net()))
		}
	}
	return nil
}

func differs(what string) error {
	return fault.New(fault.Conflict, "LEDGER-VERIFY", "", fault.Args{"what": what})
}
