package invoicing_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

// scanner finds what it is told in files that contain "VIRUS", and counts how often it is asked.
type scanner struct {
	err   error
	asked int
}

func (s *scanner) Scan(_ context.Context, content []byte) (string, error) {
	s.asked++
	if s.err == nil && strings.Contains(string(content), "VIRUS") {
		return "Test.Virus", nil
	}
	return "", s.err
}

func (h *house) store(content []byte) (sha string) {
	h.t.Helper()
	h.as(pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error {
		f, err := h.svc.StoreFile(ctx, tx, "M2", "a.xml", content)
		sha = f.SHA256
		return err
	})
	return sha
}

// use reads a file and opens it, and gives the codes of both.
func (h *house) use(content []byte, sha string) string {
	h.t.Helper()
	var codes []string
	err := h.db.ReadTx(ctx, pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error {
		_, _, err := h.svc.ReadInvoice(ctx, tx, "M2", content)
		codes = append(codes, fault.All(err).Codes()...)
		_, err = h.svc.OpenFile(ctx, tx, "M2", sha)
		codes = append(codes, fault.All(err).Codes()...)
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.Join(codes, " ")
}

func TestScanner(t *testing.T) {
	t.Parallel()
	invoice, err := os.ReadFile("einvoice/testdata/ubl/invoice.xml")
	if err != nil {
		t.Fatal(err)
	}
	virus := append([]byte("<!-- VIRUS -->"), invoice...)
	for name, c := range map[string]struct {
		scanner   *scanner
		content   []byte
		scan, use string
	}{
		"off: nobody is asked":       {nil, virus, "", ""},
		"a clean file is read":       {&scanner{}, invoice, "", ""},
		"a virus is never read":      {&scanner{}, virus, "INV-FILE-VIRUS", "INV-FILE-VIRUS INV-FILE-VIRUS"},
		"no answer is not \"clean\"": {&scanner{err: errors.New("down")}, invoice, "INV-FILE-WAITS", "INV-FILE-WAITS INV-FILE-WAITS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := build(t)
			if c.scanner != nil {
				h.svc.Antivirus = c.scanner
			}
			sha := h.store(c.content)
			for range 2 {
				if got := strings.Join(fault.All(h.svc.ScanFiles(ctx, h.db, "M2", sha)).Codes(), " "); got != c.scan {
					t.Errorf("scanned: %q, want %q", got, c.scan)
				}
			}
			if got := h.use(c.content, sha); got != c.use {
				t.Errorf("used: %q, want %q", got, c.use)
			}
			if c.scanner != nil && c.scanner.err == nil && c.scanner.asked != 1 {
				t.Errorf("asked %d times", c.scanner.asked)
			}
			h.svc.Antivirus = nil
			if got := h.use(c.content, sha); strings.Contains(c.use, "VIRUS") != strings.Contains(got, "VIRUS") {
				t.Errorf("with the scanner off: %q", got)
			}
		})
	}
}

func TestWhatWaitsIsScannedWhenTheScannerAnswers(t *testing.T) {
	t.Parallel()
	h := build(t)
	down := &scanner{err: errors.New("down")}
	h.svc.Antivirus = down
	var shas []string
	for _, content := range []string{"a", "b VIRUS", "c", "d", "e"} {
		shas = append(shas, h.store([]byte(content)))
		h.clock.Add(time.Minute)
	}
	never := func() bool { return false }
	if more, err := h.svc.ScanWaiting(ctx, h.db, never); more || !fault.Has(err, "INV-FILE-WAITS") || down.asked != 3 {
		t.Errorf("down: %v %v, asked %d times", more, err, down.asked)
	}
	down.err = nil
	if more, err := h.svc.ScanWaiting(ctx, h.db, func() bool { return down.asked >= 5 }); !more || err != nil {
		t.Errorf("stopped: %v %v", more, err)
	}
	if more, err := h.svc.ScanWaiting(ctx, h.db, never); more || err != nil || down.asked != 8 {
		t.Errorf("up: %v %v, asked %d times", more, err, down.asked)
	}
	for i, sha := range shas {
		h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
			_, err := h.svc.OpenFile(ctx, tx, "", sha)
			if virus := fault.Has(err, "INV-FILE-VIRUS"); virus != (i == 1) || err != nil && !virus {
				t.Errorf("file %d: %v", i, err)
			}
			return nil
		})
	}
}

func TestAMerchantCannotSayThatItsFileIsClean(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.svc.Antivirus = &scanner{err: errors.New("down")}
	sha := h.store([]byte("<a/>"))
	err := h.db.InTx(ctx, pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error { return invoicing.InsertScan(ctx, tx, "M2", sha, "") })
	if err == nil {
		t.Error("its session wrote the scanner's answer")
	}
}

func TestBytesKeptElsewhereAreInspected(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scanner invoicing.Scanner
		content string
		want    string
	}{
		"off":       {nil, "VIRUS", ""},
		"clean":     {&scanner{}, "a", ""},
		"a virus":   {&scanner{}, "VIRUS", "INV-FILE-VIRUS"},
		"no answer": {&scanner{err: errors.New("down")}, "a", "INV-FILE-WAITS"},
	} {
		err := (&invoicing.Service{Antivirus: c.scanner}).Inspect(ctx, "a.xml", []byte(c.content))
		if got := strings.Join(fault.All(err).Codes(), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
