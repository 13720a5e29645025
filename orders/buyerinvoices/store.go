package buyerinvoices

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

const columns = `merchant_id, request_id, order_id, line_id, buyer_id, form, state, requested_at, invoice_no, issued_at, closed_at, reason, deducted, carrier, tracking, hash`

func scan(row pgx.CollectableRow) (Invoice, error) {
	var i Invoice
	err := row.Scan(&i.Merchant, &i.ID, &i.Order, &i.Line, &i.Buyer, &i.Form, &i.State, &i.RequestedAt, &i.Number, &i.IssuedAt, &i.ClosedAt, &i.Reason, &i.Deducted,
		&i.Carrier, &i.Tracking, &i.hash)
	i.RequestedAt = i.RequestedAt.UTC()
	for _, t := range []*time.Time{i.IssuedAt, i.ClosedAt} {
		if t != nil {
			*t = t.UTC()
		}
	}
	return i, err
}

func one(rows pgx.Rows, err error) (Invoice, bool, error) {
	if err != nil {
		return Invoice{}, false, err
	}
	i, err := pgx.CollectExactlyOneRow(rows, scan)
	if errors.Is(err, pgx.ErrNoRows) {
		return i, false, nil
	}
	return i, err == nil, err
}

func selectInvoice(ctx context.Context, tx *pg.Tx, merchant, id string, lock bool) (Invoice, bool, error) {
	if lock {
		return one(tx.Query(ctx, `SELECT `+columns+` FROM buyer_invoice WHERE merchant_id = $1 AND request_id = $2 FOR UPDATE`, merchant, id))
	}
	return one(tx.Query(ctx, `SELECT `+columns+` FROM buyer_invoice WHERE merchant_id = $1 AND request_id = $2`, merchant, id))
}

func selectOpen(ctx context.Context, tx *pg.Tx, merchant, line string) (Invoice, bool, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM buyer_invoice WHERE merchant_id = $1 AND line_id = $2 AND closed_at IS NULL`, merchant, line))
}

func selectInvoices(ctx context.Context, tx *pg.Tx, merchant string, limit int) ([]Invoice, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM buyer_invoice WHERE ($1 = '' OR merchant_id = $1) ORDER BY requested_at DESC, request_id LIMIT $2`, merchant, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

func selectClaim(ctx context.Context, tx *pg.Tx, id string) (merchant string, err error) {
	err = tx.QueryRow(ctx, `SELECT merchant_id FROM buyer_invoice_claim WHERE request_id = $1`, id).Scan(&merchant)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return merchant, err
}

func insertInvoice(ctx context.Context, tx *pg.Tx, i Invoice) error {
	if _, err := tx.Exec(ctx, `INSERT INTO buyer_invoice_claim (request_id, merchant_id) VALUES ($1, $2)`, i.ID, i.Merchant); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO buyer_invoice (merchant_id, request_id, order_id, line_id, buyer_id, form, state, requested_at, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		i.Merchant, i.ID, i.Order, i.Line, i.Buyer, string(i.Form), string(i.State), i.RequestedAt, i.hash)
	return err
}

// updateInvoice writes what acts change; what was asked for never changes.
func updateInvoice(ctx context.Context, tx *pg.Tx, i Invoice) error {
	_, err := tx.Exec(ctx, `UPDATE buyer_invoice SET state = $3, invoice_no = $4, issued_at = $5, closed_at = $6, reason = $7, deducted = $8, carrier = $9, tracking = $10
		WHERE merchant_id = $1 AND request_id = $2`, i.Merchant, i.ID, string(i.State), i.Number, i.IssuedAt, i.ClosedAt, i.Reason, i.Deducted, i.Carrier, i.Tracking)
	return err
}
