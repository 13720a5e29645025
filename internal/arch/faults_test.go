package arch_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// codes is what a tree says about faults: where each code is defined with which texts, and where it is raised.
type codes struct {
	consts  map[string]string       // folder + "." + constant → value
	raises  map[string]map[int]bool // folder + "." + function → which parameters are codes
	defined map[string]*definition
	out     []finding
}

type definition struct {
	at    string
	names []string // {placeholders} of all languages, sorted
}

var (
	placeholder = regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9_]*\}`)
	codeShape   = regexp.MustCompile(`^[A-Z][A-Z0-9]{2,}(-[A-Z0-9]+)*$|^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$`)
)

// faultRules: every code that is raised is defined once, says something in three languages, and fills what its texts name.
func faultRules(files []*source) []finding {
	c := &codes{consts: map[string]string{}, raises: map[string]map[int]bool{}, defined: map[string]*definition{}}
	var product []*source
	for _, f := range files {
		if !f.test && f.dir != "internal/fault" {
			product = append(product, f)
			c.constants(f)
		}
	}
	for _, f := range product {
		c.define(f)
	}
	for again := true; again; { // until no wrapper of a wrapper turns up
		again = false
		for _, f := range product {
			again = c.wrappers(f) || again
		}
	}
	for _, f := range product {
		c.used(f)
	}
	return c.out
}

func (c *codes) constants(f *source) {
	for _, d := range f.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i, n := range v.Names {
				if i < len(v.Values) {
					if text, ok := c.text(f, v.Values[i]); ok {
						c.consts[f.dir+"."+n.Name] = text
					}
				}
			}
		}
	}
}

// text is the value of a constant expression of strings.
func (c *codes) text(f *source, e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		a, ok := c.text(f, e.X)
		b, ok2 := c.text(f, e.Y)
		return a + b, ok && ok2 && e.Op == token.ADD
	case *ast.Ident:
		s, ok := c.consts[f.dir+"."+e.Name]
		return s, ok
	case *ast.ParenExpr:
		return c.text(f, e.X)
	}
	return "", false
}

// faultCall tells calls of package fault: New, Warning or Define.
func faultCall(n *ast.CallExpr, names ...string) bool {
	s, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "fault" && slices.Contains(names, s.Sel.Name)
}

func (c *codes) define(f *source) {
	ast.Inspect(f.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !faultCall(call, "Define") || len(call.Args) != 4 {
			return true
		}
		at := f.at(call.Pos())
		code, ok := c.text(f, call.Args[0])
		if !ok || !codeShape.MatchString(code) {
			c.say(at, "a code is a constant of capitals, digits and hyphens")
			return true
		}
		if d := c.defined[code]; d != nil {
			c.say(at, code+" is defined twice; the other stands at "+d.at)
			return true
		}
		d := &definition{at: at}
		c.defined[code] = d
		var english []string
		for i, lang := range []string{"English", "Chinese", "Portuguese"} {
			text, ok := c.text(f, call.Args[i+1])
			names := placeholder.FindAllString(text, -1)
			slices.Sort(names)
			names = slices.Compact(names)
			plain := slices.Clone(names)
			for k := range plain { // {rule_zh} is the Chinese text's {rule_en}
				plain[k] = strings.Replace(plain[k], "_"+[]string{"en", "zh", "pt"}[i]+"}", "}", 1)
			}
			switch {
			case !ok || strings.TrimSpace(text) == "":
				c.say(at, code+" has no "+lang+" text")
			case (lang == "Chinese") != strings.ContainsFunc(strip(text), func(r rune) bool { return unicode.Is(unicode.Han, r) }):
				c.say(at, code+": its "+lang+" text is in another language")
			case i > 0 && !slices.Equal(plain, english):
				c.say(at, code+": the "+lang+" text names "+strings.Join(plain, " ")+", the English "+strings.Join(english, " "))
			}
			if i == 0 {
				english = plain
			}
			d.names = append(d.names, names...)
		}
		slices.Sort(d.names)
		d.names = slices.Compact(d.names)
		return true
	})
}

// strip leaves out what stands in quotation marks: a field may be quoted in the language of the form.
var quoted = regexp.MustCompile(`"[^"]*"|“[^”]*”|\([^)]*\)|（[^）]*）`)

func strip(text string) string {
	if left := quoted.ReplaceAllString(text, ""); strings.TrimSpace(left) != "" {
		return left
	}
	return text
}

// codeArgs are the arguments of a call that are codes.
func (c *codes) codeArgs(f *source, call *ast.CallExpr) []int {
	switch {
	case faultCall(call, "New"):
		return []int{1}
	case faultCall(call, "Warning"):
		return []int{0}
	}
	name := ""
	switch fn := call.Fun.(type) {
	case *ast.Ident:
		name = fn.Name
	case *ast.SelectorExpr:
		name = fn.Sel.Name
	}
	var out []int
	for i := range c.raises[f.dir+"."+name] {
		out = append(out, i)
	}
	return out
}

// wrappers finds functions that pass a parameter on as a code, and tells whether there was a new one.
func (c *codes) wrappers(f *source) (found bool) {
	eachFunc(f, func(name string, params map[string]int, body *ast.BlockStmt) {
		ast.Inspect(body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			for _, i := range c.codeArgs(f, call) {
				if i >= len(call.Args) {
					continue
				}
				id, ok := call.Args[i].(*ast.Ident)
				if !ok {
					continue
				}
				if p, ok := params[id.Name]; ok && !c.raises[f.dir+"."+name][p] {
					if c.raises[f.dir+"."+name] == nil {
						c.raises[f.dir+"."+name] = map[int]bool{}
					}
					c.raises[f.dir+"."+name][p] = true
					found = true
				}
			}
			return true
		})
	})
	return found
}

// eachFunc visits declared functions and those bound to a name inside them.
func eachFunc(f *source, fn func(name string, params map[string]int, body *ast.BlockStmt)) {
	params := func(t *ast.FuncType) map[string]int {
		out, i := map[string]int{}, 0
		for _, p := range t.Params.List {
			for _, n := range p.Names {
				out[n.Name] = i
				i++
			}
		}
		return out
	}
	ast.Inspect(f.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Body != nil {
				fn(n.Name.Name, params(n.Type), n.Body)
			}
		case *ast.AssignStmt:
			if lit, ok := n.Rhs[0].(*ast.FuncLit); ok && len(n.Lhs) == 1 {
				if id, ok := n.Lhs[0].(*ast.Ident); ok {
					fn(id.Name, params(lit.Type), lit.Body)
				}
			}
		}
		return true
	})
}

func (c *codes) used(f *source) {
	ast.Inspect(f.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for _, i := range c.codeArgs(f, call) {
			if i >= len(call.Args) {
				continue
			}
			code, ok := c.text(f, call.Args[i])
			if !ok || !codeShape.MatchString(code) && !faultCall(call, "New", "Warning") {
				continue // a variable, or another function of that name
			}
			d := c.defined[code]
			if d == nil {
				c.say(f.at(call.Pos()), code+" is raised and nowhere defined")
				continue
			}
			c.filled(f, call, i, code, d)
		}
		return true
	})
}

// filled checks a direct call whose values stand in sight: what the texts name is given.
func (c *codes) filled(f *source, call *ast.CallExpr, i int, code string, d *definition) {
	if !faultCall(call, "New", "Warning") || call.Ellipsis.IsValid() {
		return
	}
	given := map[string]bool{}
	if len(call.Args) > i+2 {
		lit, ok := call.Args[i+2].(*ast.CompositeLit)
		if !ok {
			return
		}
		for _, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if k, ok := c.text(f, kv.Key); ok {
					given["{"+k+"}"] = true
				}
			}
		}
	}
	for _, n := range d.names {
		if !given[n] {
			c.say(f.at(call.Pos()), code+" names "+n+", which this call does not give")
		}
	}
}

func (c *codes) say(at, text string) { c.out = append(c.out, finding{"fault", at, text}) }

func TestEveryFaultIsDefinedInThreeLanguages(t *testing.T) {
	t.Parallel()
	verdict(t, faultRules(theTree(t)), "fault")
}

func TestFaultRulesFindABreach(t *testing.T) {
	t.Parallel()
	const good = "package a\nvar _ = fault.Define(\"A-B\", \"Bad {x}\", \"坏 {x}\", \"Mau {x}\")\n"
	for name, c := range map[string]struct {
		more  string
		wants []string
	}{
		"all is well":                    {"func f() error { return fault.New(fault.Invalid, \"A-B\", \"p\", fault.Args{\"x\": 1}) }", nil},
		"a code nobody defined":          {"func f() error { return fault.New(fault.Invalid, \"A-C\", \"p\") }", []string{"A-C is raised"}},
		"a warning nobody defined":       {"func f() error { return fault.Warning(\"A-C\", \"p\") }", []string{"A-C is raised"}},
		"a constant nobody defined":      {"const k = \"A-C\"\nfunc f() error { return fault.New(fault.Invalid, k, \"p\") }", []string{"A-C is raised"}},
		"through a wrapper of a wrapper": {"func g(s, code string) { fault.Warning(code, s) }\nfunc h(c string) { g(\"\", c) }\nfunc f() { h(\"A-C\") }", []string{"A-C is raised"}},
		"through a local function":       {"func f() { say := func(code string) { fault.Warning(code, \"\") }; say(\"A-C\") }", []string{"A-C is raised"}},
		"a name that is not given":       {"func f() error { return fault.New(fault.Invalid, \"A-B\", \"p\") }", []string{"names {x}"}},
		"twice":                          {"var _ = fault.Define(\"A-B\", \"x\", \"坏\", \"x\")", []string{"defined twice"}},
		"no Chinese":                     {"var _ = fault.Define(\"A-C\", \"x\", \"x\", \"x\")", []string{"Chinese text is in another"}},
		"no Portuguese":                  {"var _ = fault.Define(\"A-C\", \"x\", \"坏\", \" \")", []string{"no Portuguese"}},
		"other names in one language":    {"var _ = fault.Define(\"A-C\", \"{x}\", \"坏 {y}\", \"{x}\")", []string{"Chinese text names {y}"}},
		"an odd code":                    {"var _ = fault.Define(\"a b\", \"x\", \"坏\", \"x\")", []string{"a code is"}},
	} {
		t.Run(name, func(t *testing.T) {
			planted(t, faultRules, map[string]string{"a/a.go": good + c.more}, c.wants...)
		})
	}
}
