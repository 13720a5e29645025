package arch_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"suanpan/entities"
)

var (
	ruleName    = regexp.MustCompile("`([^`]+)`")
	ruleCode    = regexp.MustCompile(`^[A-Z]+(-[A-Z0-9]+)+$`)
	ruleTest    = regexp.MustCompile(`^Test\w+$`)
	quotedCode  = regexp.MustCompile(`"([A-Z]+(?:-[A-Z0-9]+)+)"`)
	testFunc    = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	ruleRowForm = regexp.MustCompile(`^\|.*\|.*\|.*\|.*\|$`)
)

// dangling lists what a page of rules names and the sources do not have, and rows without a test.
func dangling(page string, codes, tests, settings map[string]bool) (out []string) {
	for _, row := range strings.Split(page, "\n") {
		if !ruleRowForm.MatchString(row) || strings.HasPrefix(row, "|---") || strings.HasPrefix(row, "| code") {
			continue
		}
		named := 0
		for _, m := range ruleName.FindAllStringSubmatch(row, -1) {
			name := m[1]
			switch {
			case ruleTest.MatchString(name):
				named++
				if !tests[name] {
					out = append(out, "no test "+name)
				}
			case ruleCode.MatchString(name):
				if !codes[name] {
					out = append(out, "no code "+name)
				}
			case !settings[name]:
				out = append(out, "no setting "+name)
			}
		}
		if named == 0 {
			out = append(out, "no test in "+row)
		}
	}
	return out
}

func TestRulesNameWhatExists(t *testing.T) {
	t.Parallel()
	codes, tests, settings := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, k := range entities.Keys() {
		settings[k.Name] = true
	}
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		raw, err := os.ReadFile(path)
		if strings.HasSuffix(path, "_test.go") {
			for _, m := range testFunc.FindAllSubmatch(raw, -1) {
				tests[string(m[1])] = true
			}
			return err
		}
		for _, m := range quotedCode.FindAllSubmatch(raw, -1) {
			codes[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dangling(string(page), codes, tests, settings) {
		t.Errorf("docs/rules.md: %s", d)
	}
	planted := dangling("| `NO-SUCH` `no_such` | x | `TestNothing` | y |\n| `INV-TOTAL` | x | none | y |", codes, tests, settings)
	if strings.Join(planted, "; ") != "no code NO-SUCH; no setting no_such; no test TestNothing; no test in | `INV-TOTAL` | x | none | y |" {
		t.Errorf("the check finds %v", planted)
	}
}
