package arch_test

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// literals calls fn for every string literal of a file that is not the path of an import.
func literals(f *source, fn func(at token.Pos, text string)) {
	ast.Inspect(f.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				if s, err := strconv.Unquote(n.Value); err == nil {
					fn(n.Pos(), s)
				}
			}
		}
		return true
	})
}

var (
	ledgerTable  = regexp.MustCompile(`\bledger_[a-z]`)
	ledgerChange = regexp.MustCompile(`(?i)(INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+ledger_[a-z]`)
)

// ledgerNames: nothing goes around the ledger's two doors. The tests of the whole may tamper with its tables to see it noticed, and
// a benchmark measures against plain SQL on the same tables.
func ledgerNames(files []*source) []finding {
	var out []finding
	for _, f := range files {
		if under(f.dir, "ledger", "migrations", "internal/arch") || f.test && (under(f.dir, "internal/sim", "cmd") || path.Base(f.path) == "bench_test.go") {
			continue
		}
		literals(f, func(at token.Pos, text string) {
			if f.test && !ledgerChange.MatchString(text) {
				return // a test may look at what was posted; changing it is for the ledger alone
			}
			if ledgerTable.MatchString(text) {
				out = append(out, finding{"ledger", f.at(at), "only ledger/ names a ledger table: ask the ledger"})
			}
		})
	}
	return out
}

func TestOnlyTheLedgerNamesItsTables(t *testing.T) {
	t.Parallel()
	verdict(t, ledgerNames(theTree(t)), "ledger")
	planted(t, ledgerNames, map[string]string{
		"ledger/store.go":     "package ledger\nconst q = `SELECT FROM ledger_entry`",
		"settlement/store.go": "package settlement\nconst q = `SELECT 1\n\tFROM ledger_entry`",
		"orders/a_test.go":    "package orders\nconst q = `DELETE FROM ledger_transfer`",
	}, "orders/a_test.go:2", "settlement/store.go:2")
}

var sqlText = regexp.MustCompile(`^\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s|DELETE\s+FROM\s|WITH\s+(RECURSIVE\s+)?\w+\s*(\(|AS\b)|TRUNCATE\s|LOCK\s+TABLE\s|` +
	`(CREATE|ALTER|DROP)\s+(TEMP|TEMPORARY|TABLE|INDEX|VIEW|DATABASE|SCHEMA|ROLE|POLICY)\b|COPY\s+\w+\s|VALUES\s*\(|SET\s+LOCAL\s)`)

// sqlPlaces: a reader who looks for a query opens store.go.
func sqlPlaces(files []*source) []finding {
	var out []finding
	for _, f := range files {
		if f.test || under(f.dir, "internal/pg", "migrations", "internal/arch") {
			continue
		}
		store := strings.HasPrefix(path.Base(f.path), "store") && !under(f.dir, "cmd", "money", "internal/web", "internal/doc", "internal/fault")
		literals(f, func(at token.Pos, text string) {
			if !store && sqlText.MatchString(text) {
				out = append(out, finding{"sql", f.at(at), "SQL stands in store*.go of the module that owns the table"})
			}
		})
	}
	return out
}

func TestSQLStandsInStores(t *testing.T) {
	t.Parallel()
	verdict(t, sqlPlaces(theTree(t)), "sql")
	planted(t, sqlPlaces, map[string]string{
		"cmd/suanpan/store.go": "package main\nconst q = `SELECT 1`",
		"entities/service.go":  "package entities\nconst q = `\n\tINSERT INTO a VALUES (1)`",
		"entities/store_a.go":  "package entities\nconst q = `INSERT INTO a VALUES (1)`",
		"entities/text.go":     "package entities\nconst a, b = `Select a merchant`, `UPDATE`",
		"orders/batch.go":      "package orders\nconst q = `WITH due AS (SELECT 1) SELECT 1`",
	}, "cmd/suanpan/store.go:2", "entities/service.go:2", "orders/batch.go:2")
}

// machineTime lists who may ask the wall clock, and why. Everything else is given business time.
var machineTime = map[string]string{
	"cmd":           "hands the clock to all others",
	"internal/pg":   "a server's life and the default of the business clock",
	"internal/auth": "sessions and tokens end on the wall clock",
	"internal/web":  "the length of a request, the age of a message",
}

func clock(files []*source) []finding {
	var out []finding
	for _, f := range files {
		dir := f.dir
		if under(dir, "cmd") {
			dir = "cmd"
		} else if under(dir, "internal/pg") {
			dir = "internal/pg"
		}
		if f.test || machineTime[dir] != "" {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && (s.Sel.Name == "Now" || s.Sel.Name == "Since" || s.Sel.Name == "Until") {
					out = append(out, finding{"clock", f.at(s.Pos()), "business time is given (Tx.Now), not asked for"})
				}
			}
			return true
		})
		literals(f, func(at token.Pos, text string) {
			if sqlClock.MatchString(text) {
				out = append(out, finding{"clock", f.at(at), "SQL is given its instant as an argument"})
			}
		})
	}
	return out
}

var sqlClock = regexp.MustCompile(`(?i)\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\b(current_timestamp|current_date|localtimestamp)\b`)

// sqlClockAllowed are the lines of migrations that ask the server's clock.
var sqlClockAllowed = map[string]string{
	"created_at  timestamptz NOT NULL DEFAULT statement_timestamp(),": "when the schema was laid out is machine time",
	"written_at  timestamptz NOT NULL DEFAULT clock_timestamp(),":     "machine time of the audit, beside its business time",
}

func migrationClock(all map[string]string) []finding {
	var out []finding
	for _, name := range sortedKeys(all) {
		if path.Ext(name) != ".sql" {
			continue
		}
		for i, line := range strings.Split(all[name], "\n") {
			code, _, _ := strings.Cut(line, "--")
			if sqlClock.MatchString(code) && sqlClockAllowed[strings.TrimSpace(code)] == "" {
				out = append(out, finding{"clock", name + ":" + strconv.Itoa(i+1), "a column is given its instant; no default asks the clock"})
			}
		}
	}
	return out
}

func TestBusinessTimeIsGiven(t *testing.T) {
	t.Parallel()
	all, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	verdict(t, append(clock(theTree(t)), migrationClock(all)...), "clock")
	planted(t, clock, map[string]string{
		"cmd/suanpan/main.go":  "package main\nimport \"time\"\nvar c = time.Now",
		"invoicing/late.go":    "package invoicing\nimport \"time\"\nfunc f(t time.Time) bool { return time.Since(t) > 0 }",
		"orders/store.go":      "package orders\nconst q = `UPDATE a SET b = now()`",
		"settlement/run.go":    "package settlement\nimport \"time\"\nvar at = time.Now()",
		"settlement/x_test.go": "package settlement\nimport \"time\"\nvar at = time.Now()",
	}, "invoicing/late.go:3", "orders/store.go:2", "settlement/run.go:3")
	if got := migrationClock(map[string]string{"migrations/9.sql": "a timestamptz DEFAULT now(),\n-- never now()\n"}); len(got) != 1 {
		t.Errorf("findings: %v", got)
	}
}

// floatAllowed are files near money that may hold a float, each with its reason.
var floatAllowed = map[string]string{}

// floats: an amount is exact from the feed to the statement.
func floats(files []*source) []finding {
	var out []finding
	for _, f := range files {
		if f.test || floatAllowed[f.path] != "" || !under(f.dir, "money", "ledger", "orders", "entities", "settlement", "invoicing") {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			switch id.Name {
			case "float64", "float32", "ParseFloat", "NewFromFloat", "InexactFloat64", "Float64", "FormatFloat":
				out = append(out, finding{"float", f.at(id.Pos()), id.Name + " near money: use money.Amount or decimal"})
			}
			return true
		})
	}
	return out
}

func TestNoFloatNearMoney(t *testing.T) {
	t.Parallel()
	verdict(t, floats(theTree(t)), "float")
	planted(t, floats, map[string]string{
		"internal/doc/a.go":         "package doc\nvar x float64",
		"money/a.go":                "package money\nvar x float64",
		"orders/metering/rate.go":   "package metering\nimport \"strconv\"\nvar f = strconv.ParseFloat",
		"orders/metering/a_test.go": "package metering\nvar x float32",
	}, "money/a.go:2", "metering/rate.go:3")
}
