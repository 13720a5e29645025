package arch_test

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// workshop are words that belong to how this was made, not to what it is: a reader of the product cannot follow them. They are
// put together here so that this file does not contain them.
var workshop = regexp.MustCompile(`(?i)` + strings.Join([]string{
	"/wor" + "k/", "/far" + "m/", `\.libra` + `ry/`, "share" + "d/(design|domain|examples|realdata|samples|hooks)", "before" + "-stop",
	`\bdesi` + `gn\.md`, `\b(platf` + `orm|librar` + `ies|settle` + `ment|ord` + `ers|invoi` + `cing)\.md\b`, "/tm" + "p/brief", `\bthe bri` + `ef\b`,
	`\biss` + `ue #?\d+`, `\biss` + `ues show`, `\b(a|the|this|next|last|other) help` + `er sess`, "clau" + "de", "anthro" + "pic", `\bLL` + `M\b`, `\bAI ass` + `istant`,
	`(?-i:\b(TO` + `DO|FIX` + `ME)\b)`, `t\.Sk` + `ip(f|Now)?\(`,
}, "|"))

// outsideProduct are files that are read by tools, not people, or hold foreign data that is quoted as it came.
func outsideProduct(name string) bool {
	return strings.Contains(name, "testdata/") || path.Base(name) == "go.sum" || strings.HasPrefix(name, ".git") && name != ".gitignore"
}

func words(all map[string]string) []finding {
	var out []finding
	for _, name := range sortedKeys(all) {
		text := all[name]
		if outsideProduct(name) || strings.ContainsRune(text[:min(len(text), 4096)], 0) {
			continue
		}
		for i, line := range strings.Split(text, "\n") {
			if w := workshop.FindString(line); w != "" {
				out = append(out, finding{"words", name + ":" + strconv.Itoa(i+1), strconv.Quote(w) + " means nothing to a reader of the product"})
			}
		}
	}
	return out
}

func TestTheProductSpeaksOfItself(t *testing.T) {
	t.Parallel()
	all, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	verdict(t, words(all), "words")
	got := words(map[string]string{
		"a.go": "x\n// see /wor" + "k/main\n", "b.md": "iss" + "ue 12", "c.go": "// TO" + "DO later",
		"d.md": "The issuer issued 2 invoices in a session, see docs/feed.md.", "e.png": "\x00 TO" + "DO",
	})
	if len(got) != 3 {
		t.Errorf("findings: %v", got)
	}
}
