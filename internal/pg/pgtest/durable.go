package pgtest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"suanpan/internal/pg"
)

// Durable gives a migrated database on a server of its own with its data on disk and every commit flushed: what figures are measured on. The
// server is stopped and its folder removed at cleanup.
func Durable(t testing.TB) *pg.DB {
	t.Helper()
	ctx := context.Background()
	base, err := os.MkdirTemp("/var/tmp", "suanpan-bench-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(base, 0o755); err != nil { // the server's own user has to pass
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(base) })
	e, err := pg.StartEmbedded(ctx, filepath.Join(base, "pg"),
		pg.WithSetting("shared_buffers", "4GB"), pg.WithSetting("max_wal_size", "16GB"), pg.WithSetting("checkpoint_timeout", "1h"),
		pg.WithSetting("work_mem", "64MB"), pg.WithSetting("maintenance_work_mem", "512MB"), pg.WithSetting("max_connections", "100"), pg.WithSetting("autovacuum", "off"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Release() })
	db, err := pg.Open(ctx, e.URL, pg.WithMaxConns(64))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := pg.Migrate(ctx, db); err != nil {
		t.Fatal(err)
	}
	return db
}
