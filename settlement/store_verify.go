package settlement

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/money"
)

// Each gives book, currency, merchant and debit − credit.
const (
	unbilledSQL = `
		SELECT e.entity, e.currency, e.merchant_id, (-sum(e.share))::text FROM earned_line e
		WHERE NOT EXISTS (SELECT 1 FROM bill_line b WHERE b.merchant_id = e.merchant_id AND b.line_id = e.line_id) GROUP BY 1, 2, 3`
	payableSQL = `
		SELECT entity, currency, merchant_id, (-sum(v))::text FROM (
			SELECT entity, currency, merchant_id, rounded + from_deposit + to_receivable AS v FROM bill
			UNION ALL SELECT entity, currency, merchant_id, -amount FROM requisition WHERE state <> 'OPEN'
			UNION ALL SELECT entity, currency, merchant_id, -amount FROM payout
		) x GROUP BY 1, 2, 3`
	depositSQL = `
		SELECT entity, currency, merchant_id, (-sum(v))::text FROM (
			SELECT entity, currency, merchant_id, CASE purpose WHEN 'DEPOSIT' THEN amount ELSE -amount END AS v FROM merchant_payment WHERE purpose <> 'RECEIVABLE'
			UNION ALL SELECT entity, currency, merchant_id, -from_deposit FROM bill WHERE from_deposit > 0
		) x GROUP BY 1, 2, 3`
	receivableSQL = `
		SELECT entity, currency, merchant_id, sum(v)::text FROM (
			SELECT entity, currency, merchant_id, -amount AS v FROM merchant_payment WHERE purpose = 'RECEIVABLE'
			UNION ALL SELECT entity, currency, merchant_id, to_receivable FROM bill WHERE to_receivable > 0
		) x GROUP BY 1, 2, 3`
	transitSQL = `
		SELECT entity, currency, merchant_id, (-sum(amount))::text FROM payment WHERE state = 'RECORDED' GROUP BY 1, 2, 3`
	openingSQL = `
		SELECT entity, currency, merchant_id, sum(amount)::text FROM opening WHERE account = $1 GROUP BY 1, 2, 3`
)

func selectControl(ctx context.Context, tx *pg.Tx, sql string, args ...any) ([]ledger.Balance, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (ledger.Balance, error) {
		var b ledger.Balance
		var v string
		err := r.Scan(&b.Book, &b.Currency, &b.Merchant, &v)
		if err == nil {
			b.Debit = money.MustParse(v)
		}
		return b, err
	})
}
