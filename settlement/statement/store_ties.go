package statement

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

func selectMonthTie(ctx context.Context, tx *pg.Tx, s scope) ([]Tie, error) {
	rows, err := tx.Query(ctx, `SELECT b.entity, b.currency, sum(b.rounded) FROM bill b WHERE `+billed+` GROUP BY 1, 2`, s.args()...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Tie, error) {
		t := Tie{Kind: "month"}
		err := r.Scan(&t.Book, &t.Currency, &t.Records)
		return t, err
	})
}
