package orders

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"suanpan/internal/fault"
)

var update = flag.Bool("update", false, "rewrite the documentation from the code")

// field is one field of a kind, as its record declares it.
type field struct {
	path     string // orderLine.amount
	name     string
	required bool
	doc      fieldDoc
	inner    []field
	list     bool
}

// fieldsOf reads the fields of a record by reflection; a field without omitempty is required.
func fieldsOf(t *testing.T, kind string, typ reflect.Type, prefix string) []field {
	t.Helper()
	var out []field
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous {
			out = append(out, fieldsOf(t, kind, f.Type, prefix)...)
			continue
		}
		name, opt, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			continue
		}
		x := field{path: prefix + name, name: name, required: !strings.Contains(opt, "omitempty")}
		x.doc = docOf(t, kind, x.path)
		if x.doc.form == "" {
			continue
		}
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice && inner.Elem().Kind() != reflect.Uint8 {
			x.list = x.list || inner.Kind() == reflect.Slice
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			x.inner = fieldsOf(t, kind, inner, x.path+".")
		}
		out = append(out, x)
	}
	return out
}

// docOf finds the meaning of a field: that of the kind's whole path, else of a shorter end of it.
func docOf(t *testing.T, kind, path string) fieldDoc {
	t.Helper()
	for p := kind + "." + path; ; {
		if d, ok := fields[p]; ok {
			if _, ok := forms[d.form]; !ok {
				t.Errorf("%s: there is no form %q", p, d.form)
			}
			return d
		}
		_, rest, more := strings.Cut(p, ".")
		if !more {
			t.Errorf("field %s of %s has no meaning in the table of fields", path, kind)
			return fieldDoc{}
		}
		p = rest
	}
}

func kindsInOrder() []*kindDef {
	out := make([]*kindDef, 0, len(kinds))
	for _, k := range kinds {
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.phase != b.phase {
			return a.phase < b.phase
		}
		return a.rank < b.rank
	})
	return out
}

func recordFields(t *testing.T, k *kindDef) []field {
	t.Helper()
	return fieldsOf(t, k.name, reflect.TypeOf(k.make()).Elem(), "")
}

// schema of the feed: each line by itself. What hangs on other facts no schema can say; the refusals do.
func schema(t *testing.T) []byte {
	t.Helper()
	defs, all := map[string]any{}, []any{}
	var names []string
	for _, k := range kindsInOrder() {
		names = append(names, k.name)
		d := object(recordFields(t, k))
		d["description"] = k.about
		d["properties"].(map[string]any)["kind"] = map[string]any{"const": k.name}
		if k.name == orderKind.name { // an UNSUBSCRIBE comes without amounts
			line := d["properties"].(map[string]any)["orderLine"].(map[string]any)
			line["minItems"] = 1
			item := line["items"].(map[string]any)
			item["required"] = slices.DeleteFunc(item["required"].([]string), func(s string) bool { return s == "amount" || s == "currencyCode" })
		}
		if k.name == correctionKind.name {
			d["properties"].(map[string]any)["fact"] = map[string]any{"$ref": "#"}
		}
		defs[k.name] = d
		all = append(all, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"kind": map[string]any{"const": k.name}}, "required": []string{"kind"}},
			"then": map[string]any{"$ref": "#/$defs/" + k.name},
		})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Suanpan feed: one line", "type": "object", "required": []string{"kind"},
		"properties": map[string]any{"kind": map[string]any{"enum": names}}, "allOf": all, "$defs": defs,
	}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func object(fs []field) map[string]any {
	props, required := map[string]any{}, []string{}
	for _, f := range fs {
		props[f.name] = value(f)
		if f.required {
			required = append(required, f.name)
		}
	}
	return map[string]any{"type": "object", "properties": props, "required": required, "additionalProperties": false}
}

func value(f field) map[string]any {
	v := map[string]any{"description": f.doc.about}
	switch f.doc.form {
	case "flag":
		v["type"] = "boolean"
	case "whole number":
		v["type"] = "integer"
	case "anything":
	case "object":
		if v["type"] = "object"; f.inner != nil {
			v = object(f.inner)
			v["description"] = f.doc.about
		}
	case "list":
		v["type"], v["items"] = "array", map[string]any{"type": "string"}
		if f.inner != nil {
			v["items"] = object(f.inner)
		}
	case "enum":
		v["enum"] = f.doc.enum
		if !f.required {
			v["enum"] = append([]string{""}, f.doc.enum...)
		}
	default:
		v["type"] = "string"
		if p := forms[f.doc.form]; p != "" && f.required {
			v["pattern"] = p
		} else if p != "" { // empty is as good as missing
			v["pattern"] = "^$|" + p
		} else if f.required {
			v["minLength"] = 1
		}
	}
	return v
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema(t)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("feed.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("feed.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t *testing.T, s *jsonschema.Schema, line string) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// TestSchema holds examples and the month of the tests to the schema, and the schema to what a line by itself is refused for.
func TestSchema(t *testing.T) {
	t.Parallel()
	s := compiled(t)
	lines := month()
	for _, k := range kinds {
		lines = append(lines, k.example)
	}
	for _, l := range lines {
		if err := valid(t, s, l); err != nil {
			t.Errorf("%s\n%v", l, err)
		}
	}
	said := map[string]bool{"FEED-JSON": true, "FEED-KIND": true, "FEED-FIELD": true, "FEED-FIELD-TWICE": true, "FEED-TYPE": true, "FEED-REQUIRED": true, "FEED-ID": true, "FEED-ENUM": true, "FEED-TIME": true, "FEED-DAY": true, "FEED-MONTH": true, "FEED-AMOUNT": true, "FEED-CURRENCY": true, "FEED-COUNTRY": true}
	beyond := []string{lineAt + "instanceId", lineAt + "package", "merchantId", "rating", "rating.modle"} // hang on another field
	for _, r := range refusals {
		if r.code == "FEED-FIELD-TWICE" {
			continue // the same field twice: a schema only sees the last
		}
		if said[r.code] && !slices.Contains(beyond, r.path) && valid(t, s, r.line()) == nil {
			t.Errorf("%s %s at %s: the schema takes %s", r.kind, r.code, r.path, r.line())
		}
	}
}

// TestRequired removes each required field from the examples: the line has to be refused there.
func TestRequired(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		for _, f := range recordFields(t, k) {
			if f.name == "kind" {
				continue
			}
			var line map[string]any
			if err := json.Unmarshal([]byte(k.example), &line); err != nil {
				t.Fatal(err)
			}
			if _, ok := line[f.name]; !ok && f.required {
				t.Errorf("the example of %s lacks %s, which is required", k.name, f.name)
			}
			delete(line, f.name)
			raw, err := json.Marshal(line)
			if err != nil {
				t.Fatal(err)
			}
			_, _, fs := decode(raw, &checker{zone: always.Location()})
			if (len(fs) > 0) != f.required {
				t.Errorf("%s without %s: %v; required: %v", k.name, f.name, fs, f.required)
			}
		}
	}
}

// TestDocumentation compares docs/feed.md and its schema with the code; with -update it writes them.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]byte{"feed.md": document(t), "feed.schema.json": schema(t)} {
		path := filepath.Join("..", "docs", name)
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil { //nolint:gosec // documentation is for everybody
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the code says (%v); rewrite it with: go test ./orders -run TestDocumentation -update", path, err)
		}
	}
}

func document(t *testing.T) []byte {
	t.Helper()
	intro, err := os.ReadFile(filepath.Join("testdata", "feed-intro.md"))
	if err != nil {
		t.Fatal(err)
	}
	b := bytes.NewBuffer(intro)
	fmt.Fprint(b, "\n## How values are written\n\n| form | pattern |\n|---|---|\n")
	names := make([]string, 0, len(forms))
	for f, p := range forms {
		if p != "" {
			names = append(names, f)
		}
	}
	sort.Strings(names)
	for _, f := range names {
		fmt.Fprintf(b, "| %s | `%s` |\n", f, strings.ReplaceAll(forms[f], "|", "\\|"))
	}
	fmt.Fprint(b, "\n## Kinds\n\n")
	for _, k := range kindsInOrder() {
		fmt.Fprintf(b, "- [%s](#%s)\n", k.name, strings.ToLower(k.name))
	}
	for _, k := range kindsInOrder() {
		describe(t, b, k)
	}
	fmt.Fprint(b, "\n## Refusals of a whole file\n\n| code | message |\n|---|---|\n")
	for _, c := range []string{"FEED-SOURCE", "FEED-GZIP", "FEED-READ", "FEED-LINE-LENGTH", "FEED-REFUSED"} {
		refusalRow(b, c)
	}
	return b.Bytes()
}

func describe(t *testing.T, b *bytes.Buffer, k *kindDef) {
	t.Helper()
	fmt.Fprintf(b, "\n### %s\n\n%s\n\nNamed by: %s.\n\n| field | form | required | meaning |\n|---|---|---|---|\n", k.name, k.about, k.id)
	var rows func([]field)
	rows = func(fs []field) {
		for _, f := range fs {
			form, must := f.doc.form, ""
			if f.doc.enum != nil {
				form = strings.Join(f.doc.enum, ", ")
			}
			if f.required {
				must = "yes"
			}
			if f.name != "kind" && f.name != "recordedAt" {
				fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.path, form, must, f.doc.about)
			}
			rows(f.inner)
		}
	}
	rows(recordFields(t, k))
	fmt.Fprintf(b, "\n```json\n%s\n```\n\n", k.example)
	if len(k.journal) == 0 {
		fmt.Fprint(b, "Posts nothing by itself.\n")
	} else {
		fmt.Fprintf(b, "Posts:\n\n```\n%s\n```\n", strings.Join(k.journal, "\n"))
	}
	codes := map[string]bool{}
	for _, r := range refusals {
		if r.kind == k.name {
			codes[r.code] = true
		}
	}
	if k == &openingKind {
		codes["FEED-OPENING-LATE"] = true
	}
	if k == &correctionKind {
		codes["COR-BILLED"] = true
	}
	names := make([]string, 0, len(codes))
	for c := range codes {
		names = append(names, c)
	}
	sort.Strings(names)
	if len(names) > 0 {
		fmt.Fprint(b, "\n| refused with | message |\n|---|---|\n")
		for _, c := range names {
			refusalRow(b, c)
		}
	}
}

func refusalRow(b *bytes.Buffer, code string) {
	fmt.Fprintf(b, "| %s | %s |\n", code, strings.ReplaceAll(fault.New(fault.Invalid, code, "").Text(fault.EN), "|", "\\|"))
}
