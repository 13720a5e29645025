package arch_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
)

const module = "suanpan"

// source is one Go file of the tree, or one that a test made up.
type source struct {
	path string // from the root, with slashes
	dir  string // "." for the root
	test bool
	text string
	file *ast.File
	fset *token.FileSet
}

// finding is one breach: the rule, where, and what to do.
type finding struct{ rule, place, text string }

func (f finding) String() string { return f.rule + ": " + f.place + ": " + f.text }

// key names a breach without its line, so that an exception survives edits above it. An arrow names both its ends.
func (f finding) key() string {
	if f.rule == "arrows" {
		return f.rule + ": " + f.text
	}
	place, _, _ := strings.Cut(f.place, ":")
	return f.rule + ": " + place + ": " + f.text
}

func (s *source) line(p token.Pos) int { return s.fset.Position(p).Line }

func (s *source) at(p token.Pos) string { return fmt.Sprintf("%s:%d", s.path, s.line(p)) }

// parse makes a source; a file that does not parse is the compiler's to report.
func parse(name, text string) (*source, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	return &source{path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), text: text, file: f, fset: fset}, nil
}

// made turns a made-up tree, path to text, into sources.
func made(t *testing.T, files map[string]string) []*source {
	t.Helper()
	var out []*source
	for _, name := range sortedKeys(files) {
		s, err := parse(name, files[name])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// root is the folder of go.mod.
var root = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above the test")
		}
	}
	return "", err
})

// built are folders that make fills; they are no part of the tree.
var built = map[string]bool{"bin": true, "bin-tools": true, "out": true}

// texts are all files of the tree, by path from the root.
var texts = sync.OnceValues(func() (map[string]string, error) {
	top, err := root()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	err = filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if built[rel] || rel == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		b, err := os.ReadFile(name)
		out[rel] = string(b)
		return err
	})
	return out, err
})

// tree is every Go file.
var tree = sync.OnceValues(func() ([]*source, error) {
	all, err := texts()
	if err != nil {
		return nil, err
	}
	var out []*source
	for _, name := range sortedKeys(all) {
		if path.Ext(name) != ".go" || strings.Contains(name, "/testdata/") {
			continue
		}
		s, err := parse(name, all[name])
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
})

func theTree(t *testing.T) []*source {
	t.Helper()
	s, err := tree()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// verdict fails for every finding that is not known, and for every known one of these rules that is no more.
func verdict(t *testing.T, found []finding, rules ...string) {
	t.Helper()
	stale := map[string]bool{}
	for k := range known {
		for _, r := range rules {
			if strings.HasPrefix(k, r+": ") {
				stale[k] = true
			}
		}
	}
	for _, f := range found {
		if _, ok := known[f.key()]; ok {
			delete(stale, f.key())
			continue
		}
		t.Error(f)
	}
	for _, k := range sortedKeys(stale) {
		t.Errorf("mended, so take it from the list in known_test.go: %s", k)
	}
}

// planted checks that a rule finds exactly these texts in a made-up tree.
func planted(t *testing.T, rule func([]*source) []finding, files map[string]string, want ...string) {
	t.Helper()
	got := rule(made(t, files))
	if len(got) != len(want) {
		t.Errorf("%d findings, want %d: %v", len(got), len(want), got)
		return
	}
	for i, f := range got {
		if !strings.Contains(f.String(), want[i]) {
			t.Errorf("finding %d is %q, want it to say %q", i, f, want[i])
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// under tells whether a folder is one of the packages or inside one.
func under(dir string, packages ...string) bool {
	for _, p := range packages {
		if dir == p || strings.HasPrefix(dir, p+"/") {
			return true
		}
	}
	return false
}
