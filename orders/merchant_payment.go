package orders

import (
	"context"

	"suanpan/internal/fault"
	"suanpan/ledger"
	"suanpan/money"
)

// What a merchant and an entity pay each other for beside bills.
const (
	ForDeposit    = "DEPOSIT"          // 保证金: stands until a bill that is collected takes from it
	ForReceivable = "RECEIVABLE"       // what bills left it owing
	DepositBack   = "DEPOSIT_RETURNED" // the other way: the entity gives a deposit back
)

// merchantPaymentKind: a merchant pays an entity, into its deposit (保证金) or towards what it owes, or gets its deposit back.
var merchantPaymentKind = kindDef{
	name: "merchantPayment", phase: free, rank: 5, make: func() record { return &merchantPaymentRecord{} },
	id: "merchantPaymentId",
	about: "A merchant's payment arrives at an entity's bank, into its deposit or towards what it owes, or the entity gives a deposit back. Posts " +
		"bank → merchant_deposit, bank → merchant_receivable or merchant_deposit → bank. A payment above what is owed stays to the merchant's credit there, and the next bill that is collected uses it up.",
	example: `{"kind":"merchantPayment","merchantPaymentId":"MP-1","merchantId":"M1","contractingEntity":"5861","purpose":"DEPOSIT","amount":"500.00","currencyCode":"BRL","time":"20261012120000"}`,
	journal: []string{"merchant_paid/MP-1 2026-10 5861 bank → merchant_deposit BRL 500"},
}

type merchantPaymentRecord struct {
	Head
	ID       string `json:"merchantPaymentId"`
	Merchant string `json:"merchantId"`
	Entity   string `json:"contractingEntity"`
	Purpose  string `json:"purpose"`
	moved
}

func (r *merchantPaymentRecord) factID() string { return r.ID }

func (r *merchantPaymentRecord) check(c *checker) {
	c.id("merchantPaymentId", &r.ID)
	c.id("merchantId", &r.Merchant)
	c.id("contractingEntity", &r.Entity)
	c.oneOf("purpose", &r.Purpose, ForDeposit, ForReceivable, DepositBack)
	r.checkMoved(c)
}

func (r *merchantPaymentRecord) stands(_ *batch) standingKey {
	return standingKey{merchantPaymentKind.name, r.Merchant, r.ID}
}

func (r *merchantPaymentRecord) applyFree(_ context.Context, b *batch) (fault.Faults, error) {
	if _, f := b.zoneOf(r.Entity, "contractingEntity"); f != nil {
		return fault.Faults{f}, nil
	}
	if fs := b.needMerchant(r.Merchant); fs != nil {
		return fs, nil
	}
	known := b.known(&r.Head, r.at)
	from, to := ledger.Bank, ledger.MerchantDeposit
	switch r.Purpose {
	case ForReceivable:
		to = ledger.MerchantReceivable
	case DepositBack:
		from, to = to, from
	}
	b.rows.merchantPayments = append(b.rows.merchantPayments, merchantPaymentRow{r, known})
	b.post(ledger.Entry{
		Merchant: r.Merchant, Key: "merchant_paid/" + r.ID, Kind: "merchant_paid", Book: r.Entity, OccurredAt: r.at, KnownAt: known,
		Transfers: ledger.Move(nil, r.Entity, money.Currency(r.Currency), from, to, r.amount, ""),
	})
	return nil, nil
}
