package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tryReadme types what the README tells to type, as it stands there, in a folder as `make run` leaves it. What only ends when it is stopped is
// left out.
func tryReadme(t *testing.T, b *bench, documents string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	docs, err := filepath.Abs(filepath.Join("..", "..", "docs"))
	if err != nil {
		t.Fatal(err)
	}
	here := t.TempDir()
	if err := os.Mkdir(filepath.Join(here, "bin"), 0o755); err != nil { //nolint:gosec // as TestMain
		t.Fatal(err)
	}
	for name, target := range map[string]string{"bin/suanpan": binary, "out": documents, "docs": docs} {
		if err := os.Symlink(target, filepath.Join(here, name)); err != nil {
			t.Fatal(err)
		}
	}
	typed := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "./bin/suanpan ") || strings.Contains(line, " serve") {
			continue
		}
		typed++
		c := exec.CommandContext(t.Context(), "sh", "-c", line)
		c.Dir, c.Env = here, b.command().Env
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s%v\n%s", line, err, out)
		}
	}
	if typed < 8 {
		t.Errorf("only %d commands of the README were typed", typed)
	}
}
