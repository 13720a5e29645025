package statement

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"suanpan/internal/doc"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/invoicing"
	"suanpan/orders"
	"suanpan/settlement"
)

const childEnv = "SUANPAN_STATEMENT_TEST_CHILD" // the URL of the database whose October the child writes

// TestMain lets the test binary run itself as a process that writes a month and prints the fingerprint of every file.
func TestMain(m *testing.M) {
	if url := os.Getenv(childEnv); url != "" {
		if err := printHashes(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func printHashes(url string) error {
	ctx := context.Background()
	db, err := pg.Open(ctx, url, pg.WithClock(func() time.Time { return time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC) }))
	if err != nil {
		return err
	}
	defer db.Close()
	out, err := os.MkdirTemp("", "month")
	if err != nil {
		return err
	}
	defer os.RemoveAll(out)
	f, _ := doc.FindFonts("")
	svc := &Service{Settlement: &settlement.Service{DB: db, Orders: &orders.Service{}, Invoicing: &invoicing.Service{}}, Fonts: f}
	return db.ReadTx(ctx, pg.AsAuditor("test"), func(tx *pg.Tx) error {
		names, err := svc.WriteMonth(ctx, tx, out, october)
		for _, n := range names {
			b, err := os.ReadFile(filepath.Join(out, n))
			if err != nil {
				return err
			}
			fmt.Printf("%x %s\n", sha256.Sum256(b), n)
		}
		return err
	})
}

func TestDocumentsAreTheSameInTenProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := ""
	for i := range 10 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+pgtest.URL(w.db), "GODEBUG=randautoseed=1", "TZ="+[]string{"UTC", "Asia/Shanghai", "America/Sao_Paulo"}[i%3])
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr.String())
		}
		if n := strings.Count(string(out), "\n"); n < 100 {
			t.Fatalf("the process wrote %d files:\n%s", n, out)
		}
		if first == "" {
			first = string(out)
		} else if string(out) != first {
			t.Fatalf("process %d wrote other bytes: %s", i, differing(first, string(out)))
		}
	}
}

func differing(a, b string) string {
	in := map[string]bool{}
	for _, l := range strings.Split(a, "\n") {
		in[l] = true
	}
	var out []string
	for _, l := range strings.Split(b, "\n") {
		if !in[l] {
			_, name, _ := strings.Cut(l, " ")
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}
