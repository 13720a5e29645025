package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"suanpan/internal/pg/pgtest"
)

// binary is the program as it is shipped, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "suanpan-cmd-")
		if err == nil {
			err = os.Chmod(dir, 0o755) //nolint:gosec // as root, PostgreSQL runs as somebody else and has to get in
		}
		if err == nil {
			binary = filepath.Join(dir, "suanpan")
			var out []byte
			if out, err = exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
				err = fmt.Errorf("%w: %s", err, out)
			}
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(dir) }()
		return m.Run()
	}())
}

// bench is a program with a database of its own.
type bench struct {
	t   *testing.T
	env []string

	imported string // how much stood in the ledger before a run was killed
}

// onDatabase works on a migrated database of the test server.
func onDatabase(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, env: []string{"DATABASE_URL=" + pgtest.URL(pgtest.New(t))}}
	b.ok("migrate")
	return b
}

// onFolder works on a data folder with an embedded server. It is gone from memory and disk at the end.
func onFolder(t *testing.T) *bench {
	t.Helper()
	base := ""
	if st, err := os.Stat("/dev/shm"); err == nil && st.IsDir() {
		base = "/dev/shm"
	}
	dir, err := os.MkdirTemp(base, "suanpan-cmd-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // see TestMain
		t.Fatal(err)
	}
	b := &bench{t: t, env: []string{"SUANPAN_DATA=" + dir}}
	t.Cleanup(func() {
		for _, d := range []string{dir, filepath.Join(dir, "demo")} {
			waitFor(t, "the server of "+d+" to stop", func() bool { _, err := os.Stat(filepath.Join(d, "server.json")); return os.IsNotExist(err) })
		}
		waitFor(t, "the folder to be free", func() bool { return os.RemoveAll(dir) == nil })
	})
	return b
}

// answer is what a command said.
type answer struct {
	code     int
	out, err string
}

func (b *bench) command(args ...string) *exec.Cmd {
	c := exec.CommandContext(b.t.Context(), binary, args...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "USER=tester"}, b.env...)
	return c
}

func (b *bench) run(args ...string) answer { return b.feed("", args...) }

func (b *bench) feed(stdin string, args ...string) answer {
	b.t.Helper()
	c := b.command(args...)
	var out, errs bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(stdin), &out, &errs
	err := c.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		b.t.Fatal(err)
	}
	return answer{c.ProcessState.ExitCode(), out.String(), errs.String()}
}

func (b *bench) ok(args ...string) answer {
	b.t.Helper()
	a := b.run(args...)
	if a.code != 0 {
		b.t.Fatalf("suanpan %s ended with %d\n%s%s", strings.Join(args, " "), a.code, a.out, a.err)
	}
	return a
}

// json runs a command with --json and reads its answer.
func (b *bench) json(into any, args ...string) int {
	b.t.Helper()
	a := b.run(append(args, "--json")...)
	if err := json.Unmarshal([]byte(a.out), into); err != nil {
		b.t.Fatalf("suanpan %s: no JSON: %v\n%s%s", strings.Join(args, " "), err, a.out, a.err)
	}
	return a.code
}

// wants checks the exit code and that something stands in what was said.
func (a answer) wants(t *testing.T, code int, texts ...string) {
	t.Helper()
	if a.code != code {
		t.Errorf("exit code %d, want %d", a.code, code)
	}
	for _, s := range texts {
		if !strings.Contains(a.out+a.err, s) {
			t.Errorf("%q is not said", s)
		}
	}
	if t.Failed() {
		t.Logf("%s%s", a.out, a.err)
	}
}

func (b *bench) write(name, content string) string {
	b.t.Helper()
	p := filepath.Join(b.t.TempDir(), name)
	if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return p
}

// waitFor asks again and again until something is so.
func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatal("waited in vain for", what)
		case <-tick.C:
		}
	}
}
