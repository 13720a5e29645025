package supervision

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

const appealColumns = `merchant_id, line_id, no, party, ground, reason, opened_by, opened_at, due_at, due_basis, by_feed, outcome, amount, decision, decided_by, decided_at`

func selectAppeals(ctx context.Context, tx *pg.Tx, where string, args ...any) ([]Appeal, error) {
	rows, err := tx.Query(ctx, `SELECT `+appealColumns+` FROM appeal `+where, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Appeal, error) {
		var a Appeal
		err := r.Scan(&a.Merchant, &a.Line, &a.No, &a.Party, &a.Ground, &a.Reason, &a.OpenedBy, &a.OpenedAt, &a.DueAt, &a.Basis, &a.ByFeed, &a.Outcome, &a.Amount, &a.Decision,
			&a.DecidedBy, &a.DecidedAt)
		a.OpenedAt, a.DueAt = a.OpenedAt.UTC(), a.DueAt.UTC()
		if a.DecidedAt != nil {
			*a.DecidedAt = a.DecidedAt.UTC()
		}
		return a, err
	})
}

func appealsOf(ctx context.Context, tx *pg.Tx, merchant, line string) ([]Appeal, error) {
	return selectAppeals(ctx, tx, `WHERE merchant_id = $1 AND line_id = $2 ORDER BY no`, merchant, line)
}

func openAppeals(ctx context.Context, tx *pg.Tx, limit, offset int) ([]Appeal, error) {
	return selectAppeals(ctx, tx, `WHERE decided_at IS NULL ORDER BY due_at, merchant_id, line_id LIMIT $1 OFFSET $2`, limit, offset)
}

func insertAppeal(ctx context.Context, tx *pg.Tx, a Appeal) error {
	_, err := tx.Exec(ctx, `INSERT INTO appeal (merchant_id, line_id, no, party, ground, reason, opened_by, opened_at, due_at, due_basis, by_feed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, a.Merchant, a.Line, a.No, string(a.Party), a.Ground, a.Reason, a.OpenedBy, a.OpenedAt, a.DueAt, a.Basis, a.ByFeed)
	return err
}

func updateAppeal(ctx context.Context, tx *pg.Tx, a Appeal) error {
	_, err := tx.Exec(ctx, `UPDATE appeal SET outcome = $4, amount = $5, decision = $6, decided_by = $7, decided_at = $8 WHERE merchant_id = $1 AND line_id = $2 AND no = $3`,
		a.Merchant, a.Line, a.No, a.Outcome, a.Amount, a.Decision, a.DecidedBy, a.DecidedAt)
	return err
}
