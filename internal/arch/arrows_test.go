package arch_test

import (
	"path"
	"strconv"
	"strings"
	"testing"
)

// row says what a package and its sub-packages may import of this module. Own sub-packages are no exception: they are listed.
type row struct {
	of     string
	may    []string
	parent bool // sub-packages may import the package itself, never one another
	std    bool // beyond that only the standard library, decimal and x/text
}

var (
	ground    = []string{"internal/period", "internal/strict"} // plain values of the calendar, and reading JSON: everybody may
	internals = []string{"internal/web", "internal/doc", "internal/auth", "internal/audit", "internal/pg", "internal/fault", "templates", "money"}
	modules   = append([]string{"entities", "ledger", "notices"}, internals...)
)

// rows are the arrows of the house, from what stands lowest. A package in no row is refused.
var rows = []row{
	{of: "money", std: true},
	{of: "migrations", std: true},
	{of: "templates", std: true},
	{of: "internal/fault", std: true},
	{of: "internal/period", std: true},
	{of: "internal/strict"}, // the JSON library stands behind it alone
	{of: "internal/pg", may: []string{"internal/pg", "migrations", "internal/fault"}},
	{of: "internal/web", may: []string{"templates", "internal/fault", "internal/pg", "money"}},
	{of: "internal/doc", may: []string{"templates", "internal/fault", "internal/pg", "money"}},
	{of: "internal/auth", may: []string{"templates", "internal/fault", "internal/pg", "money", "internal/web", "internal/audit"}}, // its pages are web's, its log-ins are audited
	{of: "internal/audit", may: []string{"templates", "internal/fault", "internal/pg", "money"}},
	{of: "notices", may: internals},
	{of: "ledger", may: []string{"money", "internal/fault", "internal/pg", "internal/web", "internal/auth", "internal/audit"}}, // the web ground for its http.go alone
	{of: "entities/identifier", may: []string{"internal/fault"}},
	{of: "entities", may: append([]string{"notices", "entities/identifier"}, internals...)},
	{of: "orders", may: append([]string{"orders/metering"}, modules...), parent: true}, // rating is pure and knows nothing of orders; orders/metering/usage knows both
	{of: "internal/pdftext"}, // two libraries stand behind it
	{of: "invoicing/einvoice", may: append([]string{"internal/pdftext"}, modules...)},
	{of: "invoicing/draft", may: append([]string{"invoicing", "invoicing/einvoice"}, modules...)},
	{of: "invoicing", may: append([]string{"invoicing/einvoice"}, modules...)},
	{of: "invoicing/mailbox", may: append([]string{"invoicing", "invoicing/einvoice"}, modules...)}, // a door to invoicing's verbs
	{of: "settlement", may: append([]string{"orders", "invoicing"}, modules...), parent: true},
	{of: "internal/sim", may: []string{"money", "internal/sim"}}, // the auditor knows nothing of what it checks; its tests may all
	{of: "internal/arch"},
	{of: "docs", may: []string{"orders", "settlement", "invoicing"}, parent: true},       // examples that are programs: they use the product as its own commands do
	{of: "cmd", may: []string{"cmd", "orders", "invoicing", "settlement"}, parent: true}, // and everything below; spelled out in allowed
}

// vague are package names that say nothing of what a reader finds inside.
var vague = map[string]bool{"util": true, "utils": true, "common": true, "helpers": true, "models": true, "types": true}

func rowOf(dir string) *row {
	var best *row
	for i := range rows {
		if under(dir, rows[i].of) && (best == nil || len(rows[i].of) > len(best.of)) {
			best = &rows[i]
		}
	}
	return best
}

// allowed tells whether the folder may import another one of the module.
func allowed(r *row, dir, target string, test bool) bool {
	switch {
	case under(target, ground...), r.of == "cmd", r.of == "docs":
		return true
	case test && under(dir, "internal/sim", "internal/arch"):
		return true
	case test && (target == dir || target == "internal/pg/pgtest"): // the external test of a package; a test's database
		return true
	case r.parent && dir != r.of && target == r.of:
		return true
	case r.of == "orders" && under(target, "orders"):
		return target == "orders/metering" && (dir == r.of || under(dir, "orders/metering"))
	}
	if under(target, "cmd", "internal/sim", "internal/arch", "internal/pg/pgtest") {
		return dir != target && under(dir, "internal/sim", "internal/pg") && under(target, r.may...)
	}
	return under(target, r.may...)
}

func arrows(files []*source) []finding {
	var out []finding
	for _, f := range files {
		r := rowOf(f.dir)
		if r == nil {
			out = append(out, finding{"arrows", f.path, "package " + f.dir + " is not on the map: give it a row here, or put the file where it belongs"})
			continue
		}
		if vague[path.Base(f.dir)] {
			out = append(out, finding{"arrows", f.path, "name the package after what it owns"})
		}
		for _, i := range f.file.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			target, ours := strings.CutPrefix(p, module+"/")
			switch {
			case ours && !allowed(r, f.dir, target, f.test):
				out = append(out, finding{"arrows", f.at(i.Pos()), f.dir + " may not import " + target})
			case !ours && r.std && strings.Contains(strings.Split(p, "/")[0], ".") &&
				p != "github.com/shopspring/decimal" && !strings.HasPrefix(p, "golang.org/x/text/"):
				out = append(out, finding{"arrows", f.at(i.Pos()), f.dir + " stands on the standard library alone, not on " + p})
			}
		}
	}
	return out
}

func TestArrows(t *testing.T) {
	t.Parallel()
	verdict(t, arrows(theTree(t)), "arrows")
}

func TestArrowsFindABreach(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, imports string
		wants         []string
	}{
		"ledger knows no orders":                {"ledger/a.go", "suanpan/orders", []string{"ledger may not import orders"}},
		"ledger writes no notices":              {"ledger/a.go", "suanpan/notices", []string{"may not import"}},
		"entities keep off the ledger":          {"entities/a.go", "suanpan/ledger", []string{"may not import"}},
		"an invoice does not know the month":    {"invoicing/a.go", "suanpan/settlement", []string{"may not import"}},
		"a reader does not know invoicing":      {"invoicing/einvoice/a.go", "suanpan/invoicing", []string{"may not import"}},
		"sub-packages of orders do not meet":    {"orders/refunds/a.go", "suanpan/orders/supervision", []string{"may not import"}},
		"settlement does not know its prints":   {"settlement/a.go", "suanpan/settlement/statement", []string{"may not import"}},
		"a statement knows the month":           {"settlement/statement/a.go", "suanpan/settlement", nil},
		"usage stands on rating and orders":     {"orders/metering/usage/a.go", "suanpan/orders/metering", nil},
		"others keep off rating":                {"orders/refunds/a.go", "suanpan/orders/metering", []string{"may not import"}},
		"a sub-package of orders imports it":    {"orders/refunds/a.go", "suanpan/orders", nil},
		"money stands alone":                    {"money/a.go", "github.com/labstack/echo/v4", []string{"standard library alone"}},
		"money may use decimal":                 {"money/a.go", "github.com/shopspring/decimal", nil},
		"nobody imports cmd":                    {"settlement/a.go", "suanpan/cmd/suanpan", []string{"may not import"}},
		"a test database is for tests":          {"ledger/a.go", "suanpan/internal/pg/pgtest", []string{"may not import"}},
		"a test may have a test database":       {"ledger/a_test.go", "suanpan/internal/pg/pgtest", nil},
		"a test keeps to the arrows":            {"ledger/a_test.go", "suanpan/orders", []string{"may not import"}},
		"everybody may use the calendar":        {"money/a.go", "suanpan/internal/period", nil},
		"cmd wires everything":                  {"cmd/suanpan/a.go", "suanpan/settlement/statement", nil},
		"the auditor reads only the feed":       {"internal/sim/a.go", "suanpan/ledger", []string{"may not import"}},
		"the simulation's tests may everything": {"internal/sim/a_test.go", "suanpan/settlement", nil},
		"a package off the map is refused":      {"stuff/a.go", "fmt", []string{"not on the map"}},
		"a vague name is refused":               {"orders/util/a.go", "fmt", []string{"what it owns"}},
	} {
		t.Run(name, func(t *testing.T) {
			planted(t, arrows, map[string]string{c.file: "package x\nimport _ " + strconv.Quote(c.imports) + "\n"}, c.wants...)
		})
	}
}
