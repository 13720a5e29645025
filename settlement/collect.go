package settlement

import (
	"context"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/money"
)

// collects tells whether the entity takes what two bills did not cover from deposits, by the rule of the month that is run.
func (r *run) collects() bool {
	return r.dir.Text(entities.KeyNegativeBill, entities.ForEntity(r.entity), r.month.LastInstant(r.zone)) == "collect"
}

// collect ends the bills that are below zero a second time, with one look at the deposits of all of them.
func (r *run) collect(ctx context.Context, tx *pg.Tx, bills []Bill) error {
	if !r.collects() {
		return nil
	}
	var merchants []string
	for i := range bills {
		if bills[i].collectable() {
			merchants = append(merchants, bills[i].Merchant)
		}
	}
	if len(merchants) == 0 {
		return nil
	}
	deposits, err := r.deposits(ctx, tx, merchants)
	if err != nil {
		return err
	}
	for i := range bills {
		if b := &bills[i]; b.collectable() {
			b.collect(deposits[purse{b.Merchant, b.Currency}])
		}
	}
	return nil
}

// purse is what one merchant has deposited in one currency.
type purse struct {
	merchant string
	currency money.Currency
}

// deposits gives what stands on deposits for the run: by the end of its month, which is what was known before its run instant, and not more
// than what stands there now, after the runs of later months.
func (r *run) deposits(ctx context.Context, tx *pg.Tx, merchants []string) (map[purse]decimal.Decimal, error) {
	out := map[purse]decimal.Decimal{}
	for i, as := range []ledger.AsOf{{Period: r.month}, {}} {
		list, err := ledger.Held(ctx, tx, as, r.entity, ledger.MerchantDeposit, merchants)
		if err != nil {
			return nil, err
		}
		now := map[purse]decimal.Decimal{}
		for _, b := range list {
			now[purse{b.Merchant, b.Currency}] = b.Net().Neg()
		}
		if i == 0 {
			out = now
			continue
		}
		for k, v := range out {
			out[k] = decimal.Min(v, now[k])
		}
	}
	return out, nil
}
