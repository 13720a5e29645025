package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

func joinDuties(ds []Duty) string { return strings.Join(texts(ds), ",") }

func texts(ds []Duty) []string {
	out := make([]string, len(ds))
	for i, d := range ds {
		out[i] = string(d)
	}
	return out
}

func duties(list []string) []Duty {
	out := make([]Duty, len(list))
	for i, d := range list {
		out[i] = Duty(d)
	}
	return out
}

// loadLogin gives an enabled user and the hash of the password; found tells whether there is one.
func loadLogin(ctx context.Context, tx *pg.Tx, login string) (u User, hash string, found bool, err error) {
	var ds []string
	err = tx.QueryRow(ctx, `SELECT u.user_id, u.name, u.merchant_id, u.duties, p.hash FROM access_user u JOIN access_password p USING (user_id)
		WHERE u.login = $1 AND u.disabled_at IS NULL`, login).Scan(&u.ID, &u.Name, &u.Merchant, &ds, &hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return User{}, "", false, nil
	}
	u.Duties = duties(ds)
	return u, hash, err == nil, pg.Fault(err)
}

func saveUser(ctx context.Context, tx *pg.Tx, u User, login, hash string, now time.Time) error {
	if _, err := tx.Exec(ctx, `INSERT INTO access_user (user_id, login, name, merchant_id, duties, created_at) VALUES ($1,$2,$3,$4,$5,$6)
		ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, duties = excluded.duties`,
		u.ID, login, u.Name, u.Merchant, texts(u.Duties), now); err != nil {
		return pg.Fault(err)
	}
	_, err := tx.Exec(ctx, `INSERT INTO access_password (user_id, hash) VALUES ($1,$2) ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash`, u.ID, hash)
	return pg.Fault(err)
}

func openSession(ctx context.Context, tx *pg.Tx, hash []byte, user string, now, expires time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO access_session (token_hash, user_id, created_at, seen_at, expires_at) VALUES ($1,$2,$3,$3,$4)`, hash, user, now, expires)
	return pg.Fault(err)
}

func endSession(ctx context.Context, tx *pg.Tx, hash []byte, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE access_session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL`, hash, now)
	return pg.Fault(err)
}

func endSessions(ctx context.Context, tx *pg.Tx, user string, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE access_session SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL`, user, now)
	return pg.Fault(err)
}

func findBySession(ctx context.Context, tx *pg.Tx, hash []byte, now time.Time, idle time.Duration) (*User, error) {
	return scanUser(tx.QueryRow(ctx, `SELECT user_id, name, merchant_id, duties FROM access_by_session($1,$2,$3)`, hash, now, idle))
}

func findByToken(ctx context.Context, tx *pg.Tx, hash []byte, now time.Time) (*User, error) {
	return scanUser(tx.QueryRow(ctx, `SELECT user_id, name, merchant_id, duties FROM access_by_token($1,$2)`, hash, now))
}

func scanUser(row pgx.Row) (*User, error) {
	var u User
	var ds []string
	err := row.Scan(&u.ID, &u.Name, &u.Merchant, &ds)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // nobody is an answer here, not a fault
	}
	if err != nil {
		return nil, pg.Fault(err)
	}
	u.Duties = duties(ds)
	return &u, nil
}

// lockAttempts gives the count of a subject and keeps others from it until the transaction ends.
func lockAttempts(ctx context.Context, tx *pg.Tx, subject string, now time.Time) (attempts, error) {
	if _, err := tx.Exec(ctx, `INSERT INTO access_throttle (subject, failures, since) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING`, subject, now); err != nil {
		return attempts{}, pg.Fault(err)
	}
	var a attempts
	var until *time.Time
	err := tx.QueryRow(ctx, `SELECT failures, since, blocked_until FROM access_throttle WHERE subject = $1 FOR UPDATE`, subject).Scan(&a.Failures, &a.Since, &until)
	if until != nil {
		a.Until = *until
	}
	return a, pg.Fault(err)
}

func saveAttempts(ctx context.Context, tx *pg.Tx, subject string, a attempts) error {
	var until *time.Time
	if !a.Until.IsZero() {
		until = &a.Until
	}
	_, err := tx.Exec(ctx, `UPDATE access_throttle SET failures = $2, since = $3, blocked_until = $4 WHERE subject = $1`, subject, a.Failures, a.Since, until)
	return pg.Fault(err)
}

// clearAttempts forgets a user name's failures and takes this one attempt off the address, whose other failures stay.
func clearAttempts(ctx context.Context, tx *pg.Tx, login, place string) error {
	if _, err := tx.Exec(ctx, `UPDATE access_throttle SET failures = greatest(failures - 1, 0), blocked_until = NULL WHERE subject = $1`, place); err != nil {
		return pg.Fault(err)
	}
	_, err := tx.Exec(ctx, `DELETE FROM access_throttle WHERE subject = $1`, login)
	return pg.Fault(err)
}

// Sweep removes sessions and counts that ended a day before now (machine time); a job of batch calls it.
func Sweep(ctx context.Context, tx *pg.Tx, now time.Time) error {
	old := now.Add(-24 * time.Hour)
	if _, err := tx.Exec(ctx, `DELETE FROM access_session WHERE expires_at < $1 OR ended_at < $1`, old); err != nil {
		return pg.Fault(err)
	}
	_, err := tx.Exec(ctx, `DELETE FROM access_throttle WHERE since < $1 AND (blocked_until IS NULL OR blocked_until < $1)`, old)
	return pg.Fault(err)
}

func insertToken(ctx context.Context, tx *pg.Tx, user string, t Token, hash []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO access_token (token_id, token_hash, user_id, name, created_at, expires_at) VALUES ($1,$2,$3,$4,$5,$6)`,
		t.ID, hash, user, t.Name, t.CreatedAt, t.ExpiresAt)
	return pg.Fault(err)
}

func listTokens(ctx context.Context, tx *pg.Tx, user string) ([]Token, error) {
	rows, err := tx.Query(ctx, `SELECT token_id, name, created_at, expires_at, revoked_at FROM access_token WHERE user_id = $1 ORDER BY token_id DESC`, user)
	if err != nil {
		return nil, pg.Fault(err)
	}
	out, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (Token, error) {
		var t Token
		err := r.Scan(&t.ID, &t.Name, &t.CreatedAt, &t.ExpiresAt, &t.RevokedAt)
		return t, err
	})
	return out, pg.Fault(err)
}

func revokeToken(ctx context.Context, tx *pg.Tx, user, id string, now time.Time) (name string, ok bool, err error) {
	err = tx.QueryRow(ctx, `UPDATE access_token SET revoked_at = $3 WHERE token_id = $2 AND user_id = $1 AND revoked_at IS NULL RETURNING name`, user, id, now).Scan(&name)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	return name, err == nil, pg.Fault(err)
}
