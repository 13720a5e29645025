// Package pgtest gives every test a migrated database of its own on a real PostgreSQL.
//
// All test processes share one server: SUANPAN_TEST_DATABASE_URL if it is set, otherwise an embedded one in memory (/dev/shm),
// which the first process starts and which is gone a second after the last. A database is a copy of a template that is built once
// for each content of the migrations.
package pgtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"suanpan/internal/pg"
)

// The binary of a test may be started as the keeper of the test server; it must know before anything else runs.
func init() { pg.MaybeKeeper() }

// Clock is a business time that a test moves by hand.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is where it stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves it; transactions that began before keep their instant.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// Add moves it on.
func (c *Clock) Add(d time.Duration) { c.Set(c.Now().Add(d)) }

// New gives the test a database whose business time is the wall clock's. It is dropped at the end of the test.
func New(t testing.TB, opts ...pg.Option) *pg.DB {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	s, err := shared()
	if err != nil {
		t.Fatalf("no test database: %v", err)
	}
	name, err := s.clone(ctx)
	if err != nil {
		t.Fatalf("no test database: %v", err)
	}
	db, err := pg.Open(ctx, s.urlOf(name), append([]pg.Option{pg.WithMaxConns(16)}, opts...)...)
	if err != nil {
		t.Fatalf("no test database: %v", err)
	}
	t.Cleanup(func() {
		db.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.drop(ctx, name); err != nil {
			t.Logf("database %s stays behind: %v", name, err)
		}
	})
	return db
}

// NewAt gives the test a database whose business time stands at now until the clock is moved.
func NewAt(t testing.TB, now time.Time) (*pg.DB, *Clock) {
	t.Helper()
	c := &Clock{now: now}
	return New(t, pg.WithClock(c.Now)), c
}

// URL is where a database of a test is reached, for child processes.
func URL(db *pg.DB) string { return db.Pool.Config().ConnString() }
