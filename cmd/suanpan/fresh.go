package main

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// forgetDemo empties the demo's own folder. A database that was named by its URL is somebody's, and is not emptied; nor is one that
// another command works on.
func (m *Main) forgetDemo(ctx context.Context) error {
	if m.databaseURL() != "" {
		return fault.New(fault.Invalid, "DEMO-FRESH", "--fresh")
	}
	dir := m.dataDir()
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		return nil
	}
	if leased(ctx, dir) {
		return fault.New(fault.Conflict, "DEMO-BUSY", "--fresh")
	}
	e, err := pg.StartEmbedded(ctx, dir)
	if err != nil {
		return err
	}
	defer e.Release()
	u, err := url.Parse(e.URL)
	if err != nil {
		return err
	}
	name := pgx.Identifier{u.Path[1:]}.Sanitize()
	u.Path = "/postgres"
	conn, err := pgx.Connect(ctx, u.String())
	if err != nil {
		return pg.Fault(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return pg.Fault(err)
		}
	}
	return nil
}

// leased tells whether a command holds a lease on the folder's server. The keeper looks at the same lock for an instant now and
// then, so one look is not enough.
func leased(ctx context.Context, dir string) bool {
	f, err := os.OpenFile(filepath.Join(dir, "lease.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	for range 50 {
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			return false
		}
		select {
		case <-ctx.Done():
			return true
		case <-time.After(5 * time.Millisecond):
		}
	}
	return true
}
