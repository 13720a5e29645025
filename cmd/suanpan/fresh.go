package main

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"time"

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
	return pg.Recreate(ctx, e.URL)
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
