package neutral

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var (
	month   = flag.String("month", "", "a worked month's JSON to bring into testdata")
	figures = flag.String("figures", "", "the accountant's text with its figures")
	into    = flag.String("into", "../testdata/worked-month", "folder that receives them")
)

// TestConvert brings a worked month into testdata when it is given one, and always checks that what stands there can be read.
func TestConvert(t *testing.T) {
	if *month != "" {
		convert(t)
	}
	feed, err := os.ReadFile(filepath.Join(*into, "feed.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(feed), "\n"); n < 50 || !strings.HasPrefix(string(feed), `{"history":true,"kind":"source"`) {
		t.Fatalf("the feed has %d lines and begins %.60s", n, feed)
	}
	text, err := os.ReadFile(filepath.Join(*into, "figures.md"))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(Tables(string(text))); got < 10 {
		t.Fatalf("%d tables of figures, want at least ten", got)
	}
}

func convert(t *testing.T) {
	t.Helper()
	raw, err := os.ReadFile(*month)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	feed, err := m.Feed(filepath.Base(*into))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(*figures)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, tb := range Tables(string(text)) {
		b.WriteString("<!-- check: " + tb.Name + " -->\n| " + strings.Join(tb.Header, " | ") + " |\n|" + strings.Repeat("---|", len(tb.Header)) + "\n")
		for _, r := range tb.Rows {
			b.WriteString("| " + strings.Join(r, " | ") + " |\n")
		}
		b.WriteString("\n")
	}
	for name, body := range map[string]string{"feed.ndjson": string(feed), "figures.md": b.String()} {
		if err := os.WriteFile(filepath.Join(*into, name), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
