package pg_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// holdEnv makes the test's binary a command that holds a lease on a folder until it is killed or its input ends.
const holdEnv = "SUANPAN_TEST_HOLD"

func TestMain(m *testing.M) {
	pg.MaybeKeeper()
	if dir := os.Getenv(holdEnv); dir != "" {
		e, err := pg.StartEmbedded(context.Background(), dir)
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		fmt.Println(e.URL)
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// hold starts another process with a lease; it answers with the process and the URL it got.
func hold(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holdEnv+"="+dir)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "postgres://") {
		t.Fatalf("the other command said %q, %v", line, err)
	}
	return cmd, strings.TrimSpace(line)
}

// folder is a new data folder that an unprivileged account can reach, gone with its server at the end.
func folder(t *testing.T) string {
	t.Helper()
	base := os.TempDir()
	if st, err := os.Stat("/dev/shm"); err == nil && st.IsDir() {
		base = "/dev/shm"
	}
	top, err := os.MkdirTemp(base, "suanpan-server-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(top, 0o711); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(top, "data")
	t.Cleanup(func() {
		until(t, "the server is gone", func() bool { return !running(dir) })
		_ = os.RemoveAll(top)
	})
	return dir
}

func start(t *testing.T, dir string) *pg.Embedded {
	t.Helper()
	e, err := pg.StartEmbedded(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Release)
	return e
}

type pids struct{ Keeper, Postgres int }

func processes(dir string) (p pids) {
	b, err := os.ReadFile(filepath.Join(dir, "server.json"))
	if err == nil {
		_ = json.Unmarshal(b, &p)
	}
	return p
}

// running tells whether a keeper holds the folder.
func running(dir string) bool {
	f, err := os.Open(filepath.Join(dir, "keeper.lock"))
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) != nil
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(20 * time.Second)
	for !ok() {
		select {
		case <-end:
			t.Fatalf("waited in vain until %s", what)
		case <-tick.C:
		}
	}
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if pid <= 1 {
		t.Fatalf("no process to kill: %d", pid)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// remember commits a word; recall reads all that were committed.
func remember(t *testing.T, u, word string) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(ctx) }()
	if _, err := c.Exec(ctx, `CREATE TABLE IF NOT EXISTS word (word text)`); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(ctx, `INSERT INTO word VALUES ($1)`, word); err != nil {
		t.Fatal(err)
	}
}

func recall(u string) (string, error) {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, u)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close(ctx) }()
	var s string
	err = c.QueryRow(ctx, `SELECT string_agg(word, ' ' ORDER BY word) FROM word`).Scan(&s)
	return s, err
}

func recalls(t *testing.T, u, want string) {
	t.Helper()
	until(t, "the committed words are back", func() bool { s, err := recall(u); return err == nil && s == want })
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	t0 := time.Now()
	first := start(t, dir)
	cold := time.Since(t0)
	t0 = time.Now()
	second := start(t, dir)
	warm := time.Since(t0)
	t.Logf("cold %v, warm %v", cold, warm)
	_, third := hold(t, dir)
	if first.URL != second.URL || first.URL != third {
		t.Errorf("not one server: %s %s %s", first.URL, second.URL, third)
	}
	t.Run("the password is readable by its owner alone", func(t *testing.T) {
		for _, name := range []string{"password", "server.json", "postgres.log"} {
			st, err := os.Stat(filepath.Join(dir, name))
			if err != nil || st.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v %v", name, st.Mode(), err)
			}
		}
	})
	t.Run("loopback, UTF-8, C collation, no socket, not root", func(t *testing.T) {
		c, err := pgx.Connect(context.Background(), first.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close(context.Background()) }()
		var listen, socket, enc, coll, auth string
		err = c.QueryRow(context.Background(), `SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories'),
			pg_encoding_to_char(encoding), datcollate, (SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules)
			FROM pg_database WHERE datname = current_database()`).Scan(&listen, &socket, &enc, &coll, &auth)
		if err != nil || listen != "127.0.0.1" || socket != "" || enc != "UTF8" || coll != "C" || auth != "scram-sha-256" {
			t.Errorf("%q %q %q %q %q %v", listen, socket, enc, coll, auth, err)
		}
		st, err := os.Stat(filepath.Join(dir, "pg"))
		if err != nil || st.Sys().(*syscall.Stat_t).Uid == 0 {
			t.Errorf("PostgreSQL's data belongs to root (%v)", err)
		}
	})
	t.Run("a restart after the last lease keeps the data", func(t *testing.T) {
		remember(t, first.URL, "kept")
		first.Release()
		second.Release()
		if !running(dir) {
			t.Error("it stopped while a lease was held")
		}
	})
}

func TestEmbeddedStops(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	e := start(t, dir)
	remember(t, e.URL, "kept")
	p := processes(dir)
	e.Release()
	until(t, "the last lease has stopped the server", func() bool { return !running(dir) && syscall.Kill(p.Postgres, 0) != nil })
	if _, err := os.Stat(filepath.Join(dir, "pg", "postmaster.pid")); !os.IsNotExist(err) {
		t.Errorf("it did not stop cleanly: %v", err)
	}
	t0 := time.Now()
	again := start(t, dir)
	t.Logf("start of a laid-out folder %v", time.Since(t0))
	recalls(t, again.URL, "kept")
}

func TestEmbeddedStartersAtOnce(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	type result struct {
		e   *pg.Embedded
		err error
	}
	results := make(chan result)
	for range 4 {
		go func() { e, err := pg.StartEmbedded(context.Background(), dir); results <- result{e, err} }()
	}
	seen := map[string]bool{}
	for range 4 {
		r := <-results
		if r.err != nil {
			t.Error(r.err)
			continue
		}
		t.Cleanup(r.e.Release)
		seen[r.e.URL] = true
	}
	if len(seen) != 1 {
		t.Errorf("%d servers", len(seen))
	}
}

func TestEmbeddedRefuses(t *testing.T) {
	t.Parallel()
	t.Run("a folder of another major version, untouched", func(t *testing.T) {
		t.Parallel()
		dir := folder(t)
		data := filepath.Join(dir, "pg")
		if err := os.MkdirAll(data, 0o711); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("9.6\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, 0o711); err != nil {
			t.Fatal(err)
		}
		_, err := pg.StartEmbedded(context.Background(), dir)
		if !fault.Has(err, "PG-VERSION") || !strings.Contains(err.Error(), "9.6") {
			t.Errorf("got %v", err)
		}
		if left, _ := os.ReadDir(data); len(left) != 1 {
			t.Errorf("something was written: %v", left)
		}
	})
	t.Run("root: a folder that no other account can reach", func(t *testing.T) {
		t.Parallel()
		if os.Geteuid() != 0 {
			return // anybody else runs the server as themselves and reaches it
		}
		dir := folder(t)
		if err := os.Chmod(filepath.Dir(dir), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := pg.StartEmbedded(context.Background(), dir); !fault.Has(err, "PG-FOLDER") {
			t.Errorf("got %v", err)
		}
	})
}
