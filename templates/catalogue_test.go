package templates

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func TestEveryWordExistsInThreeLanguagesWithTheSamePlaceholders(t *testing.T) {
	t.Parallel()
	if len(Keys()) == 0 {
		t.Fatal("the catalogue is empty")
	}
	for _, key := range Keys() {
		w, _ := Lookup(key)
		want := sorted(placeholder.FindAllString(w.EN, -1))
		for _, lang := range Langs {
			text := w.In(lang)
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s has no words in %s", key, lang)
			}
			if got := sorted(placeholder.FindAllString(text, -1)); !slices.Equal(got, want) {
				t.Errorf("%s in %s fills %v, in English %v", key, lang, got, want)
			}
		}
	}
}

// Literal keys are found here; those a page puts together are found when it is executed.
func TestEveryKeyInATemplateExists(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`\{\{t "([^"]+)"`)
	files, err := fs.Glob(FS, "*/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal("no templates", err)
	}
	for _, f := range files {
		b, err := fs.ReadFile(FS, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(b), -1) {
			if _, ok := Lookup(m[1]); !ok {
				t.Errorf("%s uses %q, which has no words", f, m[1])
			}
		}
	}
}

func TestNothingInATemplateNeedsScriptOrInlineStyle(t *testing.T) {
	t.Parallel()
	bad := regexp.MustCompile(`(?i)<script|\son[a-z]+=|\sstyle=|javascript:|https?://`)
	files, _ := fs.Glob(FS, "*/*.html")
	for _, f := range files {
		b, _ := fs.ReadFile(FS, f)
		if m := bad.Find(b); m != nil {
			t.Errorf("%s contains %q, which the content policy forbids", f, m)
		}
	}
}

func TestTextFillsItsNamesAndAnUnknownKeyIsShownAsItIs(t *testing.T) {
	t.Parallel()
	if got, ok := Text("pt", "pager.of", "page", 3); !ok || got != "Página 3" {
		t.Errorf("got %q %v", got, ok)
	}
	if got, ok := Text("en", "no.such.key"); ok || got != "no.such.key" {
		t.Errorf("got %q %v", got, ok)
	}
}

func sorted(s []string) []string { slices.Sort(s); return s }
