package settlement_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
)

// scanner answers as it is told: its error, else what it finds in files that contain "VIRUS".
type scanner struct{ err error }

func (s *scanner) Scan(_ context.Context, content []byte) (string, error) {
	if strings.Contains(string(content), "VIRUS") {
		return "Test.Virus", s.err
	}
	return "", s.err
}

func TestAFileThatWaitsForTheScannerIsSaidPlainlyAndNeedsNoSecondUpload(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	down := &scanner{err: errors.New("connection refused")}
	s.inv.Antivirus = down
	invoice := ubl("LC-1", "2026-11-16", s.payer(), "471.60")
	w := s.ask("M2", "POST", "/requisitions/"+list2+"/invoices", s.starred(form{"a.xml": invoice}))
	page := w.Body.String()
	if w.Code != http.StatusServiceUnavailable {
		t.Error(w.Code)
	}
	for _, part := range []string{"INV-FILE-WAITS", "a.xml waits unread", "a.xml (uploaded before)"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	sha := between(t, page, `name="kept" value="`, `"`)
	if got := s.ask("M2", "GET", "/files/"+sha, nil); got.Code != http.StatusServiceUnavailable || strings.Contains(got.Body.String(), "<Invoice") {
		t.Errorf("a file that nobody looked at is handed out: %d", got.Code)
	}
	down.err = nil
	w = s.ask("M2", "POST", "/requisitions/"+list2+"/invoices", s.starred(form{"kept": sha}))
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body)
	}
	if v := s.ask("M2", "GET", w.Header().Get("Location"), nil).Body.String(); !strings.Contains(strings.ToLower(v), "accepted") {
		t.Error(v)
	}
	got := s.ask("M2", "GET", "/files/"+sha, nil)
	if got.Code != 200 || !strings.Contains(got.Header().Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment") {
		t.Error(got.Code, got.Header())
	}
}

func TestAFileWithAVirusIsKeptNeverReadAndNotSentAlong(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.inv.Antivirus = &scanner{}
	w := s.ask("M2", "POST", "/requisitions/"+list2+"/check", s.starred(form{"bad.xml": ubl("VIRUS", "2026-11-16", "X", "1"), "good.xml": ubl("LC-1", "2026-11-16", "X", "1")}))
	page := w.Body.String()
	if w.Code != http.StatusForbidden || !strings.Contains(page, "Test.Virus") || !strings.Contains(page, "good.xml (uploaded before)") || strings.Contains(page, "bad.xml (uploaded before)") {
		t.Error(w.Code, page)
	}
	api := s.ask("M2", "POST", "/api/v1/requisitions/"+list2+"/check", form{"bad.xml": ubl("VIRUS", "2026-11-16", "X", "1")})
	if api.Code != http.StatusForbidden || !strings.Contains(api.Body.String(), "INV-FILE-VIRUS") {
		t.Error(api.Code, api.Body)
	}
}

func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	got, _, closed := strings.Cut(rest, to)
	if !ok || !closed {
		t.Fatalf("no %s in %s", from, s)
	}
	return got
}
