package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"suanpan/internal/pg"
	"suanpan/migrations"
)

const (
	templatePrefix = "suanpan_t_" // finished templates, by hash
	buildPrefix    = "suanpan_b_" // one that is being migrated
	clonePrefix    = "suanpan_c_" // a test's own: process and a random part
	keepTemplates  = 8
	lockTemplates  = 0x5355414e03
)

// server is the PostgreSQL that the tests of this process use.
type server struct {
	url      *url.URL
	admin    *pgxpool.Pool
	template string
	ours     bool // embedded: every other user of it is a process of this machine
}

var shared = sync.OnceValues(func() (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	s := &server{}
	address := os.Getenv("SUANPAN_TEST_DATABASE_URL")
	if address == "" {
		s.ours = true
		e, err := startServer(ctx)
		if err != nil {
			return nil, err
		}
		address = e.URL // the lease ends with the process
	}
	var err error
	if s.url, err = url.Parse(address); err != nil {
		return nil, errors.New("SUANPAN_TEST_DATABASE_URL is not a postgres:// address")
	}
	cfg, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = 8
	if s.admin, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, err
	}
	if s.template, err = templateName(); err != nil {
		return nil, err
	}
	return s, s.ensureTemplate(ctx)
})

func startServer(ctx context.Context) (*pg.Embedded, error) {
	opts := []pg.EmbeddedOption{pg.WithSetting("max_connections", "400"), pg.WithSetting("autovacuum", "off")}
	base := os.TempDir()
	if st, err := os.Stat("/dev/shm"); err == nil && st.IsDir() && syscall.Access("/dev/shm", 2) == nil {
		base = "/dev/shm"
		for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} { // memory does not survive a power cut anyway
			opts = append(opts, pg.WithSetting(name, "off"))
		}
	}
	return pg.StartEmbedded(ctx, filepath.Join(base, fmt.Sprintf("suanpan-test-%d", os.Geteuid())), opts...)
}

// templateName is keyed by what the migrations say, so that a changed file never meets an old schema.
func templateName() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.FS, path)
		_, _ = fmt.Fprintf(h, "%s %d\n%s", path, len(b), b)
		return err
	})
	return templatePrefix + hex.EncodeToString(h.Sum(nil)[:8]), err
}

// ensureTemplate builds the template unless it stands, one process at a time, and clears away what dead processes left.
func (s *server) ensureTemplate(ctx context.Context) error {
	c, err := s.admin.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	if _, err := c.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(lockTemplates)); err != nil {
		return err
	}
	defer func() {
		_, _ = c.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(lockTemplates))
	}()
	names, err := databases(ctx, c.Conn())
	if err != nil {
		return err
	}
	stands, templates := false, 0
	for _, n := range names { // newest first
		switch {
		case n == s.template:
			stands = true
		case strings.HasPrefix(n, templatePrefix):
			if templates++; templates >= keepTemplates {
				_ = s.drop(ctx, n)
			}
		case strings.HasPrefix(n, clonePrefix) && s.ours && ownerGone(n):
			_ = s.drop(ctx, n)
		}
	}
	if stands {
		return nil
	}
	build := buildPrefix + strings.TrimPrefix(s.template, templatePrefix)
	if err := s.drop(ctx, build); err != nil {
		return err
	}
	if _, err := c.Exec(ctx, `CREATE DATABASE `+quote(build)+` ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`); err != nil {
		return err
	}
	if err := s.migrate(ctx, build); err != nil {
		return errors.Join(err, s.drop(ctx, build))
	}
	_, err = c.Exec(ctx, `ALTER DATABASE `+quote(build)+` RENAME TO `+quote(s.template))
	return err
}

func (s *server) migrate(ctx context.Context, name string) error {
	db, err := pg.Open(ctx, s.urlOf(name))
	if err != nil {
		return err
	}
	defer db.Close()
	return pg.Migrate(ctx, db)
}

// clone makes a database for one test. Another process may have dropped the template as one of the oldest: then it is built anew.
func (s *server) clone(ctx context.Context) (string, error) {
	name := fmt.Sprintf("%s%d_%s", clonePrefix, os.Getpid(), strings.ToLower(rand.Text()[:10]))
	for try := 0; ; try++ {
		_, err := s.admin.Exec(ctx, `CREATE DATABASE `+quote(name)+` TEMPLATE `+quote(s.template)+` STRATEGY file_copy`)
		var pe *pgconn.PgError
		if err == nil || try > 2 || !errors.As(err, &pe) || pe.Code != "3D000" {
			return name, err
		}
		if err := s.ensureTemplate(ctx); err != nil {
			return "", err
		}
	}
}

func (s *server) drop(ctx context.Context, name string) error {
	_, err := s.admin.Exec(ctx, `DROP DATABASE IF EXISTS `+quote(name)+` WITH (FORCE)`)
	return err
}

func (s *server) urlOf(name string) string {
	u := *s.url
	u.Path = "/" + name
	return u.String()
}

func databases(ctx context.Context, c *pgx.Conn) ([]string, error) {
	rows, err := c.Query(ctx, `SELECT datname FROM pg_database ORDER BY oid DESC`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// ownerGone tells whether the process that made a clone has ended.
func ownerGone(name string) bool {
	pid, _, _ := strings.Cut(strings.TrimPrefix(name, clonePrefix), "_")
	n, err := strconv.Atoi(pid)
	return err == nil && syscall.Kill(n, 0) == syscall.ESRCH
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
