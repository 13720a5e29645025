package settlement

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

func selectNetted(ctx context.Context, tx *pg.Tx, m period.Month) ([]money.Currency, error) {
	rows, err := tx.Query(ctx, `SELECT currency FROM netting WHERE month = $1`, m.FirstDay())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[money.Currency])
}

func insertNetting(ctx context.Context, tx *pg.Tx, m period.Month, c money.Currency, taken []Position, moves []Transfer) error {
	_, err := tx.Exec(ctx, `INSERT INTO netting (month, currency, positions, transfers, posted_by, posted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		m.FirstDay(), string(c), marshal(taken), marshal(moves), tx.Actor.User, tx.Now)
	return err
}

// selectCrossCredit gives the credit orders of a month or before that one entity collects and another owes, with what still hangs on the
// customer's credit: the claim less refunds that lowered it.
func selectCrossCredit(ctx context.Context, tx *pg.Tx, m period.Month) ([]crossCredit, error) {
	rows, err := tx.Query(ctx, `
		SELECT l.entity, e.detail->>'collector', l.buyer_id, l.currency, e.at,
			(l.gross - l.customer_wht - coalesce((SELECT sum(r.credit_part) FROM refund r WHERE r.merchant_id = l.merchant_id AND r.line_id = l.line_id), 0))::text
		FROM order_line l JOIN line_event e ON e.merchant_id = l.merchant_id AND e.line_id = l.line_id AND e.kind = 'paid'
		WHERE e.detail->>'method' = 'CREDIT' AND e.detail->>'collector' <> l.entity AND l.mode <> 'ON_DEMAND' AND e.at < ($1::date + interval '1 month 1 day')
		UNION ALL
		SELECT l.entity, e.detail->>'collector', l.buyer_id, l.currency, u.cycle::timestamptz + interval '12 hours', (u.gross - u.customer_wht)::text
		FROM usage_line u JOIN order_line l ON l.merchant_id = u.merchant_id AND l.line_id = u.order_line_id
		JOIN line_event e ON e.merchant_id = l.merchant_id AND e.line_id = l.line_id AND e.kind = 'paid'
		WHERE e.detail->>'method' = 'CREDIT' AND e.detail->>'collector' <> l.entity AND u.cycle <= $1`, m.FirstDay())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (crossCredit, error) {
		var c crossCredit
		var v string
		err := r.Scan(&c.entity, &c.collector, &c.buyer, &c.currency, &c.at, &v)
		if err == nil {
			c.owed = money.MustParse(v)
		}
		return c, err
	})
}
