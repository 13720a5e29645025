package invoicing

import (
	"context"

	"suanpan/internal/pg"
)

func insertCredit(ctx context.Context, tx *pg.Tx, merchant string, i Sent) error {
	_, err := tx.Exec(ctx, `INSERT INTO credit_application (merchant_id, credit_key, credit_version, requisition, invoice_key, currency, amount, applied_at, applied_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, merchant, NumberKey(i.Invoice.Number), i.Version, i.Requisition, NumberKey(i.Invoice.Credits),
		i.Invoice.Currency, i.Invoice.Due().Abs(), tx.Now, tx.Actor.User)
	return pg.Fault(err)
}

// selectAnswered tells which of some requisitions stand accepted or paid.
func selectAnswered(ctx context.Context, tx *pg.Tx, merchant string, numbers []string) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `SELECT requisition FROM list_state
		WHERE merchant_id = $1 AND state IN ('accepted', 'paid') AND requisition IN (SELECT unnest($2::text[]))`, merchant, numbers)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for rows.Next() {
		var no string
		if err := rows.Scan(&no); err != nil {
			return nil, err
		}
		out[no] = true
	}
	return out, rows.Err()
}

// selectLiveNumbers reads the numbers of a merchant's invoices that a credit note could lower.
func selectLiveNumbers(ctx context.Context, tx *pg.Tx, merchant string) ([]string, error) {
	var out []string
	err := tx.QueryRow(ctx, `SELECT coalesce(array_agg(number), '{}') FROM invoice
		WHERE merchant_id = $1 AND status IN ('pending', 'accepted', 'paid') AND coalesce(document->>'credits', '') = ''`, merchant).Scan(&out)
	return out, err
}
