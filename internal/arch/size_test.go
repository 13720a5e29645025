package arch_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
	"testing"
)

const (
	maxFile = 400
	maxFunc = 70
)

// sizes: what does not fit on a few screens has two subjects. `// long: reason` on the line above excuses one.
func sizes(files []*source) []finding {
	var out []finding
	for _, f := range files {
		lines := strings.Count(f.text, "\n")
		if f.test {
			lines -= tables(f, f.file)
		}
		if lines > maxFile && !reasonedAbove(f, f.file.Package) {
			out = append(out, finding{"size", f.path, fmt.Sprintf("more than %d lines: split it by subject", maxFile)})
		}
		for _, d := range f.file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			lines := f.line(fn.End()) - f.line(fn.Pos()) + 1
			if f.test {
				lines -= tables(f, fn)
			}
			if lines > maxFunc && !reasonedAbove(f, fn.Pos()) {
				out = append(out, finding{"size", f.at(fn.Pos()), fmt.Sprintf("%s is longer than %d lines: name its steps", funcName(fn), maxFunc)})
			}
		}
	}
	return out
}

// tables are the lines inside composite literals and raw strings: the data of a test, which may be as long as the field needs.
func tables(f *source, in ast.Node) int {
	n := 0
	ast.Inspect(in, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CompositeLit, *ast.BasicLit:
			if k, ok := node.(*ast.BasicLit); ok && k.Kind != token.STRING {
				return false
			}
			if d := f.line(node.End()) - f.line(node.Pos()) - 1; d > 0 {
				n += d
			}
			return false
		}
		return true
	})
	return n
}

// reasonedAbove finds `// long: reason` in the lines of comment that end on the line above.
func reasonedAbove(f *source, at token.Pos) bool {
	lines := strings.Split(f.text, "\n")
	for i := f.line(at) - 2; i >= 0 && strings.HasPrefix(lines[i], "//"); i-- {
		if reason, ok := strings.CutPrefix(lines[i], "// long: "); ok && strings.TrimSpace(reason) != "" {
			return true
		}
	}
	return false
}

func funcName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	return receiver(fn) + "." + fn.Name.Name
}

func receiver(fn *ast.FuncDecl) string {
	e := fn.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

func TestFilesAndFunctionsFitTheEye(t *testing.T) {
	t.Parallel()
	verdict(t, sizes(theTree(t)), "size")
	long := "func f() {\n" + strings.Repeat("\tg()\n", maxFunc) + "}\n"
	table := "func f() {\n\tx := []int{\n" + strings.Repeat("\t\t1,\n", maxFunc) + "\t}\n}\n"
	planted(t, sizes, map[string]string{
		"a/a.go":      "package a\n" + long,
		"a/b.go":      "package a\n\n// f is one.\n// long: one switch over what a law lists\n" + long,
		"a/c.go":      "package a\n" + strings.Repeat("\n", maxFile),
		"a/d.go":      "// long: a table\npackage a\n" + strings.Repeat("\n", maxFile),
		"a/e.go":      "package a\n" + table,
		"a/f.go":      "package a\n// long: \n" + long,
		"a/g_test.go": "package a\n" + table + long,
	}, "a/a.go:2: f is longer", "a/c.go: more than", "a/e.go:2", "a/f.go:3", "a/g_test.go:76")
}

// docs: a stranger reads what an exported thing means before its code.
func docs(files []*source) []finding {
	var out []finding
	packages := map[string]bool{}
	first := map[string]*source{}
	for _, f := range files {
		if f.test {
			continue
		}
		if first[f.dir] == nil {
			first[f.dir] = f
		}
		packages[f.dir] = packages[f.dir] || f.file.Doc != nil
		for _, d := range f.file.Decls {
			for _, name := range undocumented(d) {
				out = append(out, finding{"doc", f.at(d.Pos()), name + " has no doc comment: say what it means, its units, zone and faults"})
			}
		}
	}
	for _, dir := range sortedKeys(packages) {
		if !packages[dir] {
			out = append(out, finding{"doc", first[dir].path, "package " + dir + " has no doc.go that says what it owns"})
		}
	}
	return out
}

// undocumented are the exported names of a declaration without a comment; that of a group serves all its constants and variables.
func undocumented(d ast.Decl) []string {
	var out []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
			out = append(out, funcName(d))
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && (d.Doc == nil || d.Lparen.IsValid()) {
					out = append(out, s.Name.Name)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
						out = append(out, n.Name)
					}
				}
			}
		}
	}
	return out
}

func TestExportedNamesAreExplained(t *testing.T) {
	t.Parallel()
	verdict(t, docs(theTree(t)), "doc")
	planted(t, docs, map[string]string{
		"a/doc.go": "// Package a is.\npackage a",
		"a/a.go":   "package a\ntype T int\nfunc F() {}\nfunc (t *T) M() {}\nfunc (t u) M() {}\n// C is.\nconst (\n\tC = 1\n\tD = 2\n)\nvar V, w = 1, 2\n",
		"b/b.go":   "package b\n",
	}, "T has no doc", "F has no doc", "T.M has no doc", "V has no doc", "package b has no doc.go")
}
