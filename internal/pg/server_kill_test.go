package pg_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestEmbeddedKilled(t *testing.T) {
	t.Parallel()
	t.Run("starter: the others go on, and its lease is gone with it", func(t *testing.T) {
		t.Parallel()
		dir := folder(t)
		cmd, u := hold(t, dir)
		mine := start(t, dir)
		remember(t, u, "kept")
		p := processes(dir)
		kill(t, cmd.Process.Pid)
		_ = cmd.Wait()
		recalls(t, mine.URL, "kept")
		mine.Release()
		until(t, "the server is stopped", func() bool { return !running(dir) && syscall.Kill(p.Postgres, 0) != nil })
	})
	t.Run("starter, alone: the server stops by itself", func(t *testing.T) {
		t.Parallel()
		dir := folder(t)
		cmd, _ := hold(t, dir)
		kill(t, cmd.Process.Pid)
		_ = cmd.Wait()
		until(t, "the server is stopped", func() bool { return !running(dir) })
	})
	for name, victim := range map[string]func(pids) int{
		"keeper":   func(p pids) int { return p.Keeper },
		"postgres": func(p pids) int { return p.Postgres },
	} {
		t.Run(name+": it comes back on the same port for those who hold a lease", func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			e := start(t, dir)
			remember(t, e.URL, "kept")
			before := victim(processes(dir))
			kill(t, before)
			until(t, "another "+name+" is there", func() bool { now := victim(processes(dir)); return now != 0 && now != before })
			recalls(t, e.URL, "kept")
		})
	}
	t.Run("all of them: the next command finds everything", func(t *testing.T) {
		t.Parallel()
		dir := folder(t)
		cmd, u := hold(t, dir)
		remember(t, u, "kept")
		p := processes(dir)
		kill(t, cmd.Process.Pid)
		kill(t, p.Keeper)
		kill(t, p.Postgres)
		_ = cmd.Wait()
		recalls(t, start(t, dir).URL, "kept")
	})
}

func TestEmbeddedLeftovers(t *testing.T) {
	t.Parallel()
	t.Run("a lock file whose process number is somebody else's now", func(t *testing.T) {
		t.Parallel()
		dir := folder(t)
		cmd, u := hold(t, dir)
		remember(t, u, "kept")
		p := processes(dir)
		path := filepath.Join(dir, "pg", "postmaster.pid")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		kill(t, cmd.Process.Pid)
		kill(t, p.Keeper)
		kill(t, p.Postgres)
		until(t, "everything is dead", func() bool { return !running(dir) })
		_, rest, _ := bytes.Cut(b, []byte("\n"))
		other := folder(t) // only a process of the server's own account makes PostgreSQL hesitate: another folder's server
		start(t, other)
		if err := os.WriteFile(path, []byte(strconv.Itoa(processes(other).Postgres)+"\n"+string(rest)), 0o600); err != nil {
			t.Fatal(err)
		}
		recalls(t, start(t, dir).URL, "kept")
	})
	t.Run("an initdb that was killed half-way", func(t *testing.T) {
		t.Parallel()
		dir := folder(t)
		if err := os.MkdirAll(filepath.Join(dir, "pg.new", "base"), 0o711); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, 0o711); err != nil {
			t.Fatal(err)
		}
		if u := start(t, dir).URL; !strings.HasPrefix(u, "postgres://") {
			t.Errorf("got %q", u)
		}
	})
}
