package pg

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	pgxdecimal "github.com/jackc/pgx-shopspring-decimal"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"suanpan/internal/fault"
)

// DB is one database. It is safe for concurrent use.
type DB struct {
	Pool   *pgxpool.Pool
	clock  func() time.Time
	memo   sync.Map
	prefix atomic.Pointer[string] // of the roles; read once from installation
}

// Option changes how a database is opened.
type Option func(*DB, *pgxpool.Config)

// WithClock gives the business time of a database that is no demo; the wall clock by default.
func WithClock(now func() time.Time) Option {
	return func(db *DB, _ *pgxpool.Config) { db.clock = now }
}

// WithMaxConns bounds the pool; by default what the URL's pool_max_conns says, or the greater of 4 and the number of processors.
func WithMaxConns(n int) Option {
	return func(_ *DB, c *pgxpool.Config) { c.MaxConns = int32(n) }
}

// Open connects to the database of a URL and makes sure that it answers. It raises PG-URL and PG-DOWN.
func Open(ctx context.Context, url string, opts ...Option) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fault.New(fault.Invalid, "PG-URL", "").Wrap(err)
	}
	db := &DB{clock: time.Now}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["jit"] = "off" // compiling a statement costs more than our set-based ones take
	if cfg.ConnConfig.RuntimeParams["application_name"] == "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = "suanpan"
	}
	cfg.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		pgxdecimal.Register(c.TypeMap())
		return nil
	}
	for _, o := range opts {
		o(db, cfg)
	}
	if db.Pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, Fault(err)
	}
	if err := db.Pool.Ping(ctx); err != nil {
		db.Pool.Close()
		return nil, Fault(err)
	}
	return db, nil
}

// Close waits for what is running and closes all connections.
func (db *DB) Close() { db.Pool.Close() }

// rolePrefix is what the roles of this database begin with; PG-SCHEMA where no schema was laid out yet.
func (db *DB) rolePrefix(ctx context.Context) (string, error) {
	if p := db.prefix.Load(); p != nil {
		return *p, nil
	}
	var p string
	if err := db.Pool.QueryRow(ctx, `SELECT role_prefix FROM public.installation`).Scan(&p); err != nil {
		if isState(err, "42P01") {
			return "", fault.New(fault.Unavailable, "PG-SCHEMA", "").Wrap(err)
		}
		return "", Fault(err)
	}
	db.prefix.Store(&p)
	return p, nil
}

// RoleName is the cluster role behind a kind of actor in this database, for those who look into the catalogue.
func (db *DB) RoleName(ctx context.Context, r Role) (string, error) {
	p, err := db.rolePrefix(ctx)
	return strings.Join([]string{p, string(r)}, "_"), err
}
