package orders

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suanpan/entities"
)

// TestConventions compares docs/conventions.md with the settings the code knows; with -update it writes it.
func TestConventions(t *testing.T) {
	t.Parallel()
	levels := []struct {
		level entities.Level
		name  string
	}{
		{entities.PerInstallation, "installation"}, {entities.PerEntity, "entity"}, {entities.PerResidence, "residence"}, {entities.PerMerchant, "merchant"}, {entities.PerProduct, "product"}, {entities.PerFault, "fault"},
	}
	cell := func(s string) string { return strings.ReplaceAll(s, "|", "\\|") }
	var b bytes.Buffer
	fmt.Fprint(&b, `# Conventions

What laws, contracts or custom decide and no source fixes for everybody is a dated setting: a key with a default, set for the whole installation or
for less, from a day on, with its source and the person who set it (`+"`suanpan settings`"+`). The narrowest scope that has a value on the day counts; a past
month runs again under the values of that month. An empty default is unknown until somebody fills it: nothing is guessed.

This page is written from the code by `+"`go test ./orders -run TestConventions -update`"+`, and a test compares them.

| setting | default | may be | set per | meaning | given by |
|---|---|---|---|---|---|
`)
	for _, k := range entities.Keys() {
		def := "*empty*"
		if k.Default != "" {
			def = "`" + strings.ReplaceAll(k.Default, ",", ", ") + "`"
		}
		may := strings.Join(k.Values, ", ")
		if k.Kind == entities.Whole {
			may = fmt.Sprintf("from %d", k.Min)
			if k.Max > 0 {
				may += fmt.Sprintf(" to %d", k.Max)
			}
		}
		var per []string
		for _, l := range levels {
			if k.Levels&l.level != 0 {
				per = append(per, l.name)
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", k.Name, cell(def), cell(may), strings.Join(per, ", "), cell(k.Doc), cell(k.Given))
	}
	path := filepath.Join("..", "docs", "conventions.md")
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil { //nolint:gosec // documentation is for everybody
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%s is not what the code says (%v); rewrite it with: go test ./orders -run TestConventions -update", path, err)
	}
}
