package main

import (
	"context"
	"path/filepath"
	"strings"

	"suanpan/entities"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing/antivirus"
	"suanpan/orders/provisioning"
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
	s.db, s.modules = db, wire(db, m.Clock)
	if s.provisioning.Lock, err = provisioning.ReadLock(m.Env("SUANPAN_KEY")); err != nil {
		s.Close()
		return nil, err
	}
	if v := m.Env("SUANPAN_CLAMD"); v != "" {
		if s.invoicing.Antivirus, err = antivirus.New(v); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// with opens the database for one command.
func (m *Main) with(ctx context.Context, do func(*session) error) error {
	s, err := m.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := m.identify(ctx, s); err != nil {
		return err
	}
	return do(s)
}

// withDuty is with for what only people of one of the duties may do.
func (m *Main) withDuty(ctx context.Context, do func(*session) error, duties ...auth.Duty) error {
	return m.with(ctx, func(s *session) error {
		if err := m.may(duties...); err != nil {
			return err
		}
		return do(s)
	})
}

// identify makes the person who types here the same one that logs in to the console, so that two pairs of eyes are two people by whichever way they
// came. Where there are users, whoever decides about money has to be one of them and have the duty; before the first user is added the name stays as
// typed.
func (m *Main) identify(ctx context.Context, s *session) error {
	migrated := true
	err := s.db.ReadTx(ctx, pg.AsAuditor("identify"), func(tx *pg.Tx) error {
		u, found, any, err := auth.Person(ctx, tx, m.user())
		if err != nil {
			return err
		}
		m.person, m.known = u, any
		if found {
			m.flags.as = u.ID
		}
		return nil
	})
	if fault.Has(err, "PG-SCHEMA") { // nothing is laid out yet; the command itself says what to do
		migrated = false
	}
	if !migrated {
		return nil
	}
	return err
}

// may refuses a person without any of the duties. It asks nothing while the installation has no users.
func (m *Main) may(duties ...auth.Duty) error {
	if !m.known || m.person.Has(duties...) {
		return nil
	}
	names := make([]string, len(duties))
	for i, d := range duties {
		names[i] = string(d)
	}
	return fault.New(fault.Forbidden, "CLI-DUTY", "--as", fault.Args{"user": m.user(), "duty": strings.Join(names, ", ")})
}

// migrate lays out the schema and adds what public sources say of the entities.
func (s *session) migrate(ctx context.Context) error {
	if err := pg.Migrate(ctx, s.db); err != nil {
		return err
	}
	return s.db.InTx(ctx, pg.AsBatch("migrate"), func(tx *pg.Tx) error { return entities.SeedKnown(ctx, tx) })
}
