package orders

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
	"suanpan/money"
)

func insertInstruction(ctx context.Context, tx *pg.Tx, i Instruction) (number int64, amount decimal.Decimal, err error) {
	if _, err = tx.Exec(ctx, `INSERT INTO instruction (merchant_id, cause, kind, order_id, line_id, buyer_id, currency, amount, rule, issued_at, due_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (merchant_id, cause) DO NOTHING`,
		i.Merchant, i.cause(), i.Kind, i.Order, i.Line, i.Buyer, string(i.Currency), i.Amount, i.Rule, tx.Now, i.DueAt); err != nil {
		return 0, amount, err
	}
	err = tx.QueryRow(ctx, `SELECT number, amount FROM instruction WHERE merchant_id = $1 AND cause = $2`, i.Merchant, i.cause()).Scan(&number, &amount)
	return number, amount, err
}

func withdrawInstruction(ctx context.Context, tx *pg.Tx, merchant, cause string) (bool, error) {
	tag, err := tx.Exec(ctx, `UPDATE instruction SET withdrawn_at = $3 WHERE merchant_id = $1 AND cause = $2 AND answered_at IS NULL AND withdrawn_at IS NULL`,
		merchant, cause, tx.Now)
	return tag.RowsAffected() == 1, err
}

func updateAnswered(ctx context.Context, tx *pg.Tx, a answers) error {
	if len(a.causes) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE instruction i SET answered_at = t.at, answer = t.id
		FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) AS t(m, c, id, at)
		WHERE i.merchant_id = t.m AND i.cause = t.c AND i.answered_at IS NULL`, a.merchants, a.causes, a.ids, a.at)
	return err
}

func updateWithdrawn(ctx context.Context, tx *pg.Tx, a answers) error {
	if len(a.causes) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE instruction i SET withdrawn_at = $3 FROM unnest($1::text[], $2::text[]) AS t(m, c)
		WHERE i.merchant_id = t.m AND i.cause = t.c AND i.answered_at IS NULL AND i.withdrawn_at IS NULL`, a.merchants, a.causes, tx.Now)
	return err
}

func selectInstructions(ctx context.Context, tx *pg.Tx, q InstructionQuery) ([]Instruction, error) {
	rows, err := tx.Query(ctx, `SELECT number, merchant_id, cause, kind, order_id, line_id, buyer_id, currency, amount, rule, issued_at, due_at, answered_at, answer, withdrawn_at
		FROM instruction WHERE number > $1 AND (NOT $2 OR answered_at IS NULL AND withdrawn_at IS NULL)
			AND (NOT $3 OR answered_at IS NULL AND withdrawn_at IS NULL AND due_at < $4) AND ($5 = '' OR order_id = $5)
		ORDER BY number LIMIT $6`, q.After, q.Open, q.Overdue, tx.Now, q.Order, q.Limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Instruction, error) {
		var i Instruction
		var cause, currency string
		err := r.Scan(&i.Number, &i.Merchant, &cause, &i.Kind, &i.Order, &i.Line, &i.Buyer, &currency, &i.Amount, &i.Rule, &i.IssuedAt, &i.DueAt, &i.Answered, &i.Answer, &i.Withdrawn)
		i.Currency, i.RefundID = money.Currency(currency), ""
		if id, ok := strings.CutPrefix(cause, refundKey); ok {
			i.RefundID = id
		}
		return i, err
	})
}

func insertHold(ctx context.Context, tx *pg.Tx, merchant, id string, h Hold) error {
	_, err := tx.Exec(ctx, `INSERT INTO line_hold (merchant_id, line_id, kind, hold_id, since, lifted_by, why) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (merchant_id, line_id, kind, hold_id) DO NOTHING`, merchant, h.Line, h.Kind, id, h.Since, h.LiftedBy, h.Why)
	return err
}

func endHold(ctx context.Context, tx *pg.Tx, merchant, line, kind, id string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE line_hold SET until = $5 WHERE merchant_id = $1 AND line_id = $2 AND kind = $3 AND hold_id = $4 AND until IS NULL`,
		merchant, line, kind, id, at)
	return err
}
