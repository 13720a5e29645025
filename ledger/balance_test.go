package ledger_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/money"
)

// invent makes an entry that breaks no rule: one to four transfers, over one book or two, in one currency or two.
func invent(r *rand.Rand, n int) ledger.Entry {
	books, currencies := []string{sg, br, es}, []money.Currency{"USD", "BRL", "CLP"}
	own := []ledger.Account{ledger.MerchantUnbilled, ledger.MerchantPayable, ledger.MerchantInvoiced, ledger.PaymentInTransit, ledger.MerchantDeposit}
	shared := []ledger.Account{ledger.DeferredOrders, ledger.CustomerClearing, ledger.Bank, ledger.PlatformFee, ledger.IndirectTax, ledger.SellerTax("WHT")}
	e := ledger.Entry{
		Merchant: fmt.Sprintf("M%d", r.IntN(5)), Key: fmt.Sprintf("random/%d", n), Kind: "random", Book: books[r.IntN(3)],
		OccurredAt: midway.Add(-time.Duration(r.IntN(30*24)) * time.Hour),
	}
	amount := func() decimal.Decimal { return decimal.New(1+r.Int64N(1e12), -int32(r.IntN(9))) }
	c := currencies[r.IntN(3)]
	for range r.IntN(3) {
		e.Transfers = append(e.Transfers, ledger.Transfer{Book: e.Book, Currency: c, Debit: shared[r.IntN(6)], Credit: own[r.IntN(5)], Amount: amount()})
	}
	if other := books[r.IntN(3)]; other != e.Book {
		v := amount()
		e.Transfers = append(e.Transfers, ledger.Transfer{Book: other, Currency: c, Debit: ledger.CustomerClearing, Credit: ledger.DueTo(e.Book), Amount: v},
			ledger.Transfer{Book: e.Book, Currency: c, Debit: ledger.DueFrom(other), Credit: ledger.DeferredOrders, Amount: v})
	}
	if to := currencies[r.IntN(3)]; to != c && r.IntN(2) == 0 {
		sold, rate := decimal.New(1+r.Int64N(1e9), -6), decimal.New(1+r.Int64N(1e7), -4)
		ref := fmt.Sprintf("%s/%s@2026-10-31=%s", c, to, rate)
		e.Transfers = ledger.Move(e.Transfers, e.Book, c, ledger.MerchantUnbilled, ledger.FXClearing, sold, ref)
		e.Transfers = ledger.Move(e.Transfers, e.Book, to, ledger.FXClearing, ledger.MerchantPayable, money.Fixed(sold.Mul(rate)), ref)
	}
	return e
}

// TestEveryTrialBalanceSumsToZero by book and currency, over random entries; what a map sums up beside it is what the ledger says.
func TestEveryTrialBalanceSumsToZero(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	w := newWorld(t)
	want := map[string]decimal.Decimal{}
	var lines int
	for call := range 20 {
		var list []ledger.Entry
		for i := range 1 + r.IntN(20) {
			list = append(list, invent(r, call*100+i))
		}
		w.post(list...)
		for _, e := range list {
			for _, x := range e.Transfers {
				for a, v := range map[ledger.Account]decimal.Decimal{x.Debit: x.Amount, x.Credit: x.Amount.Neg()} {
					k := fmt.Sprint(x.Book, x.Currency, a, map[bool]string{true: e.Merchant}[a.Own()])
					want[k] = want[k].Add(v)
					lines++
				}
			}
		}
	}
	w.seal()
	for _, as := range []ledger.AsOf{{}, {Sequence: 40}, {Occurred: midway.AddDate(0, 0, -10)}, {Period: october}} {
		sums := map[string]decimal.Decimal{}
		for _, b := range w.trial(as) {
			k := b.Book + string(b.Currency)
			sums[k] = sums[k].Add(b.Net())
			if key := fmt.Sprint(b.Book, b.Currency, b.Account, b.Merchant); as == (ledger.AsOf{}) && !b.Net().Equal(want[key]) {
				t.Errorf("%s holds %s, want %s", key, b.Net(), want[key])
			}
		}
		for k, v := range sums {
			if !v.IsZero() {
				t.Errorf("%+v: %s sums to %s", as, k, v)
			}
		}
		if len(sums) < 2 {
			t.Errorf("%+v: nothing to sum", as)
		}
	}
	if n := w.count("ledger_transfer"); 2*n != lines {
		t.Errorf("%d transfers make %d sides", n, lines)
	}
	if _, err := w.verify(); err != nil {
		t.Error(err)
	}
}

// TestAnAccountStatement lists both sides of an account in the order things happened, and only what was asked for.
func TestAnAccountStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid, earlier, other := valid("paid"), valid("earlier"), valid("other")
	paid.OccurredAt, paid.Transfers = midway, []ledger.Transfer{move(sg, ledger.MerchantUnbilled, ledger.MerchantPayable, "50")}
	earlier.OccurredAt = at("2026-09-20T00:00:00Z") // September's run is past: it enters October
	other.Merchant = "M2"
	w.post(valid("earned"), paid, other, between("elsewhere"), exchanged("reais"))
	w.clock.Add(time.Hour)
	w.post(earlier)
	read := func(as ledger.AsOf, q ledger.AccountQuery) string {
		q.Book, q.Currency = sg, "USD"
		if q.Account == "" {
			q.Account = ledger.MerchantUnbilled
		}
		var out []string
		w.must(batch, func(tx *pg.Tx) error {
			lines, err := ledger.AccountStatement(context.Background(), tx, as, q)
			for _, l := range lines {
				out = append(out, fmt.Sprintf("%s %s %s", l.Key, l.Amount, l.Other))
			}
			return err
		})
		return strings.Join(out, "; ")
	}
	const e1, e2, o, x, p = "earlier -80 deferred_orders", "earned -80 deferred_orders", "other -80 deferred_orders", "reais 100 fx_clearing", "paid 50 merchant_payable"
	for name, c := range map[string]struct{ got, want string }{
		"one merchant's": {read(ledger.AsOf{}, ledger.AccountQuery{Merchant: "M1"}), strings.Join([]string{e1, e2, x, p}, "; ")},
		"all merchants'": {read(ledger.AsOf{}, ledger.AccountQuery{}), strings.Join([]string{e1, e2, x, o, p}, "; ")},
		"so many":        {read(ledger.AsOf{}, ledger.AccountQuery{Limit: 2}), strings.Join([]string{e1, e2}, "; ")},
		"by then":        {read(ledger.AsOf{Occurred: at("2026-09-20T00:00:00Z")}, ledger.AccountQuery{}), e1},
		"from a month":   {read(ledger.AsOf{}, ledger.AccountQuery{From: november}), ""},
		"to a month":     {read(ledger.AsOf{Period: october.Add(-1)}, ledger.AccountQuery{}), ""},
		"due from":       {read(ledger.AsOf{}, ledger.AccountQuery{Account: ledger.DueFrom(br)}), "elsewhere 100 deferred_orders"},
	} {
		if c.got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, c.got, c.want)
		}
	}
}

// TestAMoveSwapsSidesForANegativeAmount and leaves nothing for none.
func TestAMoveSwapsSidesForANegativeAmount(t *testing.T) {
	t.Parallel()
	for amount, want := range map[string]string{"5": "bank rounding 5", "-5": "rounding bank 5", "0": ""} {
		got := ""
		for _, x := range ledger.Move(nil, sg, "USD", ledger.Bank, ledger.Rounding, dec(amount), "") {
			got += fmt.Sprint(x.Debit, " ", x.Credit, " ", x.Amount)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", amount, got, want)
		}
	}
}

func TestTheChartAnswersForEveryAccount(t *testing.T) {
	t.Parallel()
	for a, want := range map[ledger.Account]string{
		ledger.Bank: "true false asset Bank", ledger.MerchantPayable: "true true liability Merchant, payable", ledger.DueTo(sg): "true false liability Due to entity SG01",
		ledger.SellerTax("WHT"): "true false liability Seller taxes WHT", "seller_tax": "false false liability Seller taxes", "none": "false false  none", "due_from:": "false false asset Due from entity",
	} {
		if got := fmt.Sprint(a.Known(), " ", a.Own(), " ", a.Class(), " ", a.Name()); got != want {
			t.Errorf("%s: %q, want %q", a, got, want)
		}
	}
}
