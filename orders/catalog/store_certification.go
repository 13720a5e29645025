package catalog

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

func insertAttempt(ctx context.Context, tx *pg.Tx, a Attempt) error {
	if _, err := tx.Exec(ctx, `INSERT INTO certification_attempt (merchant_id, entity, number, state, asked_at, asked_by, currency, decided_at, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $4 = 'failed' THEN $5::timestamptz END, $8)`,
		a.Merchant, a.Entity, a.Number, a.State, a.AskedAt, a.AskedBy, string(a.Currency), a.Reason); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO certification_bank (merchant_id, entity, number, bank) VALUES ($1, $2, $3, $4)`, a.Merchant, a.Entity, a.Number, a.Bank)
	return err
}

const attemptsSQL = `SELECT a.merchant_id, a.entity, a.number, a.state, a.asked_at, a.asked_by, a.currency, b.bank, a.decided_at, coalesce(a.decided_by, ''), a.reason, a.forgiven
	FROM certification_attempt a LEFT JOIN certification_bank b USING (merchant_id, entity, number) WHERE `

func selectAttempts(ctx context.Context, tx *pg.Tx, merchant, entity string) ([]Attempt, error) {
	rows, err := tx.Query(ctx, attemptsSQL+`a.merchant_id = $1 AND ($2 = '' OR a.entity = $2) ORDER BY a.entity, a.number DESC`, merchant, entity)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanAttempt)
}

func selectWaitingAttempts(ctx context.Context, tx *pg.Tx) ([]Attempt, error) {
	rows, err := tx.Query(ctx, attemptsSQL+`a.state = 'waiting' ORDER BY a.asked_at, a.merchant_id, a.entity`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanAttempt)
}

func scanAttempt(r pgx.CollectableRow) (a Attempt, err error) {
	err = r.Scan(&a.Merchant, &a.Entity, &a.Number, &a.State, &a.AskedAt, &a.AskedBy, &a.Currency, &a.Bank, &a.DecidedAt, &a.DecidedBy, &a.Reason, &a.Forgiven)
	return a, err
}

func decideAttempt(ctx context.Context, tx *pg.Tx, a Attempt) error {
	_, err := tx.Exec(ctx, `UPDATE certification_attempt SET state = $4, decided_at = $5, decided_by = $6, reason = $7 WHERE merchant_id = $1 AND entity = $2 AND number = $3`,
		a.Merchant, a.Entity, a.Number, a.State, tx.Now, tx.Actor.User, a.Reason)
	return err
}

func forgiveAttempts(ctx context.Context, tx *pg.Tx, merchant, entity string) error {
	_, err := tx.Exec(ctx, `UPDATE certification_attempt SET forgiven = true WHERE merchant_id = $1 AND entity = $2 AND state = 'failed'`, merchant, entity)
	return err
}
