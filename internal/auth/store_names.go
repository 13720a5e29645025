package auth

import (
	"context"
	"strings"

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

// Person finds the enabled user of a log-in, folded as the log-in page folds it. any tells whether there are users at all: where there are none,
// nobody can be told from anybody.
func Person(ctx context.Context, tx *pg.Tx, login string) (u User, found, any bool, err error) {
	var ds []string
	err = tx.QueryRow(ctx, `
		SELECT coalesce(u.user_id, ''), coalesce(u.name, ''), coalesce(u.merchant_id, ''), coalesce(u.duties, '{}'), u.user_id IS NOT NULL, EXISTS (SELECT 1 FROM access_user)
		FROM (SELECT 1) one LEFT JOIN access_user u ON u.login = $1 AND u.disabled_at IS NULL`, Fold(login)).Scan(&u.ID, &u.Name, &u.Merchant, &ds, &found, &any)
	u.Duties = duties(ds)
	return u, found, any, pg.Fault(err)
}

// Fold gives a log-in the one form in which it is kept and compared.
func Fold(login string) string { return strings.ToLower(strings.TrimSpace(login)) }
