package orders

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
	"suanpan/money"
)

func upsertRenewal(ctx context.Context, tx *pg.Tx, r Renewal) error {
	var after *string
	if r.AfterDiscount != nil {
		v := money.Exact(*r.AfterDiscount)
		after = &v
	}
	_, err := tx.Exec(ctx, `INSERT INTO instance_renewal (merchant_id, instance_id, product_id, period_type, period_number, amount, after_discount, tax, currency, since, set_by)
		VALUES ($1, $2, $3, $4, $5, $6::text::numeric, $7::text::numeric, $8::text::numeric, $9, $10, $11)
		ON CONFLICT (merchant_id, instance_id) DO UPDATE SET product_id = excluded.product_id, period_type = excluded.period_type,
			period_number = excluded.period_number, amount = excluded.amount, after_discount = excluded.after_discount, tax = excluded.tax,
			currency = excluded.currency, since = excluded.since, set_by = excluded.set_by`,
		r.Merchant, r.Instance, r.Product, r.PeriodType, r.PeriodNumber, money.Exact(r.Amount), after, money.Exact(r.Tax), string(r.Currency), tx.Now, tx.Actor.User)
	return err
}

func deleteRenewal(ctx context.Context, tx *pg.Tx, merchant, instance string) (bool, error) {
	tag, err := tx.Exec(ctx, `DELETE FROM instance_renewal WHERE merchant_id = $1 AND instance_id = $2`, merchant, instance)
	return tag.RowsAffected() == 1, err
}

func updateLastTry(ctx context.Context, tx *pg.Tx, r Renewal) error {
	_, err := tx.Exec(ctx, `UPDATE instance_renewal SET last_try = $3 WHERE merchant_id = $1 AND instance_id = $2`, r.Merchant, r.Instance, r.LastTry)
	return err
}

const renewalColumns = `r.merchant_id, r.instance_id, r.product_id, r.period_type, r.period_number, r.amount::text, r.after_discount::text, r.tax::text, r.currency, r.last_try`

func collectRenewals(rows pgx.Rows, err error) ([]Renewal, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Renewal, error) {
		var r Renewal
		var amount, tax, currency string
		var after *string
		err := row.Scan(&r.Merchant, &r.Instance, &r.Product, &r.PeriodType, &r.PeriodNumber, &amount, &after, &tax, &currency, &r.LastTry)
		if err != nil {
			return r, err
		}
		r.Amount, r.Tax, r.Currency = money.MustParse(amount), money.MustParse(tax), money.Currency(currency)
		if after != nil {
			v := money.MustParse(*after)
			r.AfterDiscount = &v
		}
		return r, nil
	})
}

func selectRenewal(ctx context.Context, tx *pg.Tx, merchant, instance string) (Renewal, bool, error) {
	all, err := collectRenewals(tx.Query(ctx, `SELECT `+renewalColumns+` FROM instance_renewal r WHERE r.merchant_id = $1 AND r.instance_id = $2 FOR UPDATE`, merchant, instance))
	if err != nil || len(all) == 0 {
		return Renewal{}, false, err
	}
	return all[0], true, nil
}

func selectRenewalsOf(ctx context.Context, tx *pg.Tx, merchant string) ([]Renewal, error) {
	return collectRenewals(tx.Query(ctx, `SELECT `+renewalColumns+` FROM instance_renewal r WHERE r.merchant_id = $1 ORDER BY r.instance_id`, merchant))
}

// selectRenewals finds which of these instances, called by their names or by the lines that opened them, renew by themselves.
func selectRenewals(ctx context.Context, tx *pg.Tx, merchants, ids []string) ([]Renewal, error) {
	return collectRenewals(tx.Query(ctx, `SELECT `+renewalColumns+` FROM instance_renewal r WHERE (r.merchant_id, r.instance_id) IN (
		SELECT m, i FROM unnest($1::text[], $2::text[]) AS t(m, i)
		UNION SELECT n.merchant_id, n.instance_id FROM unnest($1::text[], $2::text[]) AS t(m, i) JOIN instance_name n ON n.merchant_id = t.m AND n.line_id = t.i)`, merchants, ids))
}
