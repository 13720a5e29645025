package pg

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
)

// What lies in a data folder beside PostgreSQL's own pg/.
//
// Three file locks carry the whole arrangement; the kernel drops them with their process, so nothing that crashes leaves a trace
// which somebody would have to judge:
//
//	lease    shared, one for every command that uses the server; whoever gets it exclusively knows that there are none
//	keeper   exclusive, held by the keeper as long as it lives
//	starter  exclusive, held by a command while it looks for the keeper and starts it
const (
	fileLease    = "lease.lock"
	fileKeeper   = "keeper.lock"
	fileStarter  = "starter.lock"
	fileServer   = "server.json" // where the server listens; written when it is ready, removed when it stops
	filePassword = "password"    // 0600
	fileLog      = "postgres.log"
	folderData   = "pg"

	serverUser     = "suanpan" // superuser of the embedded server
	serverDatabase = "suanpan"
	startLimit     = 60 * time.Second // crash recovery of a large folder included
	watchEvery     = 250 * time.Millisecond
)

// Embedded is a lease on the server of a data folder. As long as one is held somewhere, the server runs, and comes back on the
// same port within a second or two when it, or its keeper, was killed.
type Embedded struct {
	URL string // of the database suanpan, with the password in it: never log it
	Dir string

	lease    *os.File
	settings []string
	stop     chan struct{}
	once     sync.Once
}

// EmbeddedOption changes how an embedded server is started; a server that runs already keeps what it has.
type EmbeddedOption func(*Embedded)

// WithSetting adds a setting of postgresql.conf to what the server is started with.
func WithSetting(name, value string) EmbeddedOption {
	return func(e *Embedded) { e.settings = append(e.settings, name+"="+value) }
}

// DefaultDataDir is where the data lies when nobody says otherwise: root cannot run PostgreSQL and its home is closed to others,
// so /var/lib/suanpan; anybody else has an XDG data home.
func DefaultDataDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/suanpan"
	}
	if x := os.Getenv("XDG_DATA_HOME"); x != "" {
		return filepath.Join(x, "suanpan")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "."
	}
	return filepath.Join(home, ".local", "share", "suanpan")
}

// StartEmbedded joins the server of a data folder, or starts it and, the first time, lays the folder out. Release gives the lease
// back; so does the end of the process, however it comes. It raises PG-MISSING, PG-VERSION, PG-FOLDER and PG-START.
// The program that calls it must call MaybeKeeper first of all.
func StartEmbedded(ctx context.Context, dataDir string, opts ...EmbeddedOption) (*Embedded, error) {
	if os.Getenv(keeperEnv) != "" {
		return nil, fmt.Errorf("pg: %s is set: the program does not call MaybeKeeper first", keeperEnv)
	}
	dir, err := filepath.Abs(dataDir)
	if err != nil {
		return nil, err
	}
	e := &Embedded{Dir: dir, stop: make(chan struct{})}
	for _, o := range opts {
		o(e)
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := makeFolder(dir); err != nil {
		return nil, folderFault(dir, err)
	}
	if e.lease, err = lockFile(ctx, filepath.Join(dir, fileLease), syscall.LOCK_SH); err != nil {
		return nil, folderFault(dir, err)
	}
	if e.URL, err = e.ensure(ctx); err != nil {
		_ = e.lease.Close()
		return nil, err
	}
	go e.watch()
	return e, nil
}

// Release gives the lease back. The last one stops the server, about a second later, in the background.
func (e *Embedded) Release() {
	e.once.Do(func() {
		close(e.stop)
		_ = e.lease.Close()
	})
}

// watch brings a killed keeper back, so that a long-running command gets its server back without anybody's help.
func (e *Embedded) watch() {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-e.stop:
			return
		case <-tick.C:
		}
		if !keeperAlive(e.Dir) {
			ctx, cancel := context.WithTimeout(context.Background(), startLimit)
			_, _ = e.ensure(ctx) // what went wrong stands in the log; the next tick tries again
			cancel()
		}
	}
}

// ensure finds the running server or has a keeper started, and answers with its URL once it can be connected to.
func (e *Embedded) ensure(ctx context.Context) (string, error) {
	starter, err := lockFile(ctx, filepath.Join(e.Dir, fileStarter), syscall.LOCK_EX)
	if err != nil {
		return "", folderFault(e.Dir, err)
	}
	defer func() { _ = starter.Close() }()
	var last error
	for {
		if !keeperAlive(e.Dir) {
			if err := spawnKeeper(ctx, e.Dir, e.settings); err != nil {
				return "", err
			}
		}
		u, err := serverURL(e.Dir)
		if err == nil {
			if err = answers(ctx, u); err == nil {
				return u, nil
			}
		}
		last = err
		select {
		case <-ctx.Done():
			return "", startFault(e.Dir, last)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// serverInfo is the content of server.json.
type serverInfo struct {
	Port     int `json:"port"`
	Postgres int `json:"postgres"` // process id
	Keeper   int `json:"keeper"`   // process id
}

func readServer(dir string) (serverInfo, error) {
	var s serverInfo
	b, err := os.ReadFile(filepath.Join(dir, fileServer))
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	return s, err
}

func serverURL(dir string) (string, error) {
	s, err := readServer(dir)
	if err != nil {
		return "", err
	}
	return urlFor(dir, s.Port, serverDatabase)
}

func urlFor(dir string, port int, database string) (string, error) {
	pw, err := os.ReadFile(filepath.Join(dir, filePassword))
	if err != nil {
		return "", err
	}
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(serverUser, string(pw)), Host: fmt.Sprintf("127.0.0.1:%d", port),
		Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String(), nil
}

func answers(ctx context.Context, u string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, u)
	if err != nil {
		return err
	}
	return c.Close(ctx)
}

// lockFile opens a file and locks it. It asks again and again instead of waiting in the kernel, which no context could end.
func lockFile(ctx context.Context, path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			_ = f.Close()
			return nil, err
		}
		select {
		case <-ctx.Done():
			_ = f.Close()
			return nil, ctx.Err()
		case <-time.After(4 * time.Millisecond):
		}
	}
}

// keeperAlive tells whether some process holds the keeper's lock.
func keeperAlive(dir string) bool {
	f, err := os.OpenFile(filepath.Join(dir, fileKeeper), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}

func folderFault(dir string, err error) error {
	return fault.New(fault.Unavailable, "PG-FOLDER", "", fault.Args{"dir": dir}).Wrap(err)
}

func startFault(dir string, err error) error {
	return fault.New(fault.Unavailable, "PG-START", "", fault.Args{"log": filepath.Join(dir, fileLog)}).Wrap(err)
}
