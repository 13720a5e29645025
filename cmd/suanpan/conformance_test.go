package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	example := func(name string) string {
		b, err := os.ReadFile(filepath.Join("..", "..", "invoicing", "einvoice", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	folder := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	b := &bench{t: t} // no database
	ubl := example("ubl/invoice.xml")
	good := folder(map[string]string{"a.xml": ubl, "b.xml": example("cii/invoice.xml"), "evil\tname.txt": "no invoice\n"})
	t.Run("each file has its line, whatever its name, and pairs and sums follow", func(t *testing.T) {
		t.Parallel()
		b.run("conformance", good).wants(t, 0, "a.xml\tubl\tOR-2031/17\t2031-04-16\tEUR\t1000.50", "evil name.txt\t\t", "EINV-UNKNOWN", "the same invoice: b.xml and a.xml", "read as ubl: 1", "not read, EINV-UNKNOWN: 1")
	})
	t.Run("an invoice that reads differently in two syntaxes ends with 1", func(t *testing.T) {
		t.Parallel()
		bad := folder(map[string]string{"a.xml": strings.ReplaceAll(ubl, "1250.46", "1250.47"), "b.xml": example("cii/invoice.xml")})
		b.run("conformance", bad).wants(t, 1, "reads differently: b.xml and a.xml", `gross: "1250.46" and "1250.47"`)
	})
	t.Run("programs get a JSON object a line, on the screen and in a file, and docs a page of figures", func(t *testing.T) {
		t.Parallel()
		out, page := filepath.Join(t.TempDir(), "r.jsonl"), filepath.Join(t.TempDir(), "c.md")
		a := b.run("conformance", good, "--json", "--out", out, "--update", page)
		kept, err := os.ReadFile(out)
		if err != nil || a.code != 0 || string(kept) != a.out {
			t.Fatalf("%d %v\n%s\n%s", a.code, err, kept, a.out)
		}
		types := ""
		for line := range strings.Lines(a.out) {
			var o struct {
				Type string
				Data map[string]any
			}
			if err := json.Unmarshal([]byte(line), &o); err != nil || len(o.Data) == 0 {
				t.Fatal(err, line)
			}
			types += o.Type + " "
		}
		if types != "file file file pair read read unread " {
			t.Error(types)
		}
		if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "| ubl | 1 |") {
			t.Error(err, string(text))
		}
	})
	t.Run("a folder that is not there ends with 2", func(t *testing.T) {
		t.Parallel()
		b.run("conformance", "nowhere").wants(t, 2, "CLI-FILE nowhere")
		b.run("conformance").wants(t, 2, "CLI-USAGE")
	})
}
