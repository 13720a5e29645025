package pg

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"suanpan/migrations"
)

// The keys of the advisory locks; any numbers do that nobody else in the database uses.
const (
	lockRoles   = 0x5355414e01
	lockMigrate = 0x5355414e02
	lockJobs    = 0x5355414e04
)

// Migrate lays out or brings up to date the schema and the roles it needs, as the owner: the user of the database's URL, who must
// be allowed to create roles the first time. Starters that do so at the same time wait for one another.
func Migrate(ctx context.Context, db *DB) error {
	prefix, err := makeRoles(ctx, db)
	if err != nil {
		return Fault(err)
	}
	cfg := db.Pool.Config().ConnConfig.Copy()
	cfg.RuntimeParams["suanpan.role_prefix"] = prefix // 0001 writes it into installation
	std := stdlib.OpenDB(*cfg)
	defer func() { _ = std.Close() }()
	p, err := goose.NewProvider(goose.DialectPostgres, std, migrations.FS, goose.WithSessionLocker(migrationLock{}))
	if err != nil {
		return fmt.Errorf("pg: read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return Fault(fmt.Errorf("pg: migrate: %w", err))
	}
	return Fault(migrateJobs(ctx, db))
}

// JobSchema is where the job library keeps its tables: they are the library's own and follow its version, not ours.
const JobSchema = "river"

// migrateJobs brings the job library's tables up to date. What our roles may do with them was said when the schema was made.
func migrateJobs(ctx context.Context, db *DB) error {
	c, err := db.Pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	if _, err := c.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(lockJobs)); err != nil {
		return err
	}
	defer func() { _, _ = c.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(lockJobs)) }()
	m, err := rivermigrate.New(riverpgxv5.New(db.Pool), &rivermigrate.Config{Schema: JobSchema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("pg: the job library: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("pg: migrate the job library: %w", err)
	}
	return nil
}

// migrationLock waits in the server's queue: goose's own locker polls every few seconds, and a second starter would wait as long.
type migrationLock struct{}

func (migrationLock) SessionLock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, int64(lockMigrate))
	return err
}

func (migrationLock) SessionUnlock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, int64(lockMigrate))
	return err
}

// makeRoles creates the four cluster roles where they are missing and lets the login take them. Roles outlive and span databases,
// which is why no migration makes them.
func makeRoles(ctx context.Context, db *DB) (prefix string, err error) {
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		var laidOut bool
		var name string
		if err := tx.QueryRow(ctx, `SELECT to_regclass('public.installation') IS NOT NULL, current_database()
			FROM pg_advisory_xact_lock($1)`, int64(lockRoles)).Scan(&laidOut, &name); err != nil {
			return err
		}
		prefix = PrefixFor(name)
		if laidOut {
			if err := tx.QueryRow(ctx, `SELECT role_prefix FROM public.installation`).Scan(&prefix); err != nil {
				return err
			}
		}
		for _, r := range []Role{Web, Staff, Batch, Auditor} {
			if err := makeRole(ctx, tx, prefix+"_"+string(r)); err != nil {
				return err
			}
		}
		return nil
	})
	return prefix, err
}

func makeRole(ctx context.Context, tx pgx.Tx, name string) error {
	var exists, member bool
	if err := tx.QueryRow(ctx, `SELECT count(*) > 0, coalesce(bool_or(m.roleid IS NOT NULL), false)
		FROM pg_roles r LEFT JOIN pg_auth_members m ON m.roleid = r.oid AND m.member = current_user::regrole
		WHERE rolname = $1`, name).Scan(&exists, &member); err != nil {
		return err
	}
	id := pgx.Identifier{name}.Sanitize()
	if !exists {
		// A clone of the same template may be doing this in another database, where our lock does not reach.
		if _, err := tx.Exec(ctx, `DO $$ BEGIN CREATE ROLE `+id+` NOLOGIN NOBYPASSRLS;
			EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`); err != nil {
			return err
		}
	}
	if !member {
		if _, err := tx.Exec(ctx, `GRANT `+id+` TO CURRENT_USER`); err != nil {
			return err
		}
	}
	return nil
}

var notPlain = regexp.MustCompile(`[^a-z0-9_]+`)

// PrefixFor derives the roles' prefix from a database's name. A name that has to be changed to fit gets a part of its hash, so
// that two databases never share roles by accident.
func PrefixFor(database string) string {
	p := strings.Trim(notPlain.ReplaceAllString(strings.ToLower(database), "_"), "_")
	if p == database && len(p) <= 40 && p[0] >= 'a' && p[0] <= 'z' {
		return p
	}
	sum := sha256.Sum256([]byte(database))
	return "d" + p[:min(len(p), 30)] + "_" + hex.EncodeToString(sum[:4])
}
