package auth

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

// Names gives the names of the people the transaction's actor may see, by their id and by their log-in: what a page writes where a
// row keeps who did something.
func Names(ctx context.Context, tx *pg.Tx) (map[string]string, error) {
	rows, err := tx.Query(ctx, `SELECT user_id, login, name FROM access_user`)
	if err != nil {
		return nil, pg.Fault(err)
	}
	out := map[string]string{}
	var id, login, name string
	_, err = pgx.ForEachRow(rows, []any{&id, &login, &name}, func() error {
		out[id], out[login] = name, name
		return nil
	})
	return out, pg.Fault(err)
}
