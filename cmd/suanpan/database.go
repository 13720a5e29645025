package main

import (
	"context"
	"path/filepath"

	"suanpan/entities"
	"suanpan/internal/auth"
	"suanpan/internal/pg"
)

// session is an open database with the modules on it.
type session struct {
	modules
	db       *pg.DB
	embedded *pg.Embedded // nil where a URL was given
}

// Close gives the connections and the lease back.
func (s *session) Close() {
	s.db.Close()
	if s.embedded != nil {
		s.embedded.Release()
	}
}

// dataDir is the folder of the embedded server.
func (m *Main) dataDir() string {
	dir := m.flags.data
	if dir == "" {
		dir = m.Env("SUANPAN_DATA")
	}
	if dir == "" {
		dir = pg.DefaultDataDir()
	}
	if m.flags.demo {
		dir = filepath.Join(dir, "demo")
	}
	return dir
}

// databaseURL is the server that was named; empty where it is the embedded one. A folder named on the command line is meant, even
// where the environment names a server.
func (m *Main) databaseURL() string {
	if m.flags.database != "" || m.flags.data != "" {
		return m.flags.database
	}
	return m.Env("DATABASE_URL")
}

// open connects to the database, starting the embedded server where nobody runs it. Close ends the lease.
func (m *Main) open(ctx context.Context) (*session, error) {
	s := &session{}
	url := m.databaseURL()
	if url == "" {
		e, err := pg.StartEmbedded(ctx, m.dataDir())
		if err != nil {
			return nil, err
		}
		s.embedded, url = e, e.URL
	}
	db, err := pg.Open(ctx, url, pg.WithClock(m.Clock))
	if err != nil {
		if s.embedded != nil {
			s.embedded.Release()
		}
		return nil, err
	}
	s.db, s.modules = db, wire(db)
	return s, nil
}

// with opens the database for one command.
func (m *Main) with(ctx context.Context, do func(*session) error) error {
	s, err := m.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	m.identify(ctx, s)
	return do(s)
}

// identify makes the person who types here the same one that logs in to the console, so that two pairs of eyes are two people by whichever way they
// came. A database without users yet knows nobody, and the name stays as typed.
func (m *Main) identify(ctx context.Context, s *session) {
	_ = s.db.ReadTx(ctx, pg.AsAuditor("identify"), func(tx *pg.Tx) error {
		names, err := auth.Names(ctx, tx)
		if err != nil {
			return err
		}
		if id := "usr_" + m.user(); names[id] != "" {
			m.flags.as = id
		}
		return nil
	})
}

// migrate lays out the schema and adds what public sources say of the entities.
func (s *session) migrate(ctx context.Context) error {
	if err := pg.Migrate(ctx, s.db); err != nil {
		return err
	}
	return s.db.InTx(ctx, pg.AsBatch("migrate"), func(tx *pg.Tx) error { return entities.SeedKnown(ctx, tx) })
}
