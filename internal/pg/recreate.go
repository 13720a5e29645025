package pg

import (
	"context"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// Recreate drops the database that a URL names, with everything in it, and makes it anew, empty. It is for demos and tests; the caller makes sure that it
// is one.
func Recreate(ctx context.Context, database string) error {
	u, err := url.Parse(database)
	if err != nil {
		return err
	}
	name := pgx.Identifier{u.Path[1:]}.Sanitize()
	u.Path = "/postgres"
	conn, err := pgx.Connect(ctx, u.String())
	if err != nil {
		return Fault(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return Fault(err)
		}
	}
	return nil
}
