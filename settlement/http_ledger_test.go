package settlement_test

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// journal proposes a journal with a paper, as the form does, and gives the paper's hash.
func (o *office) journal(who string) string {
	o.t.Helper()
	page := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/ledger/journals/new", nil)
	r.Header.Set("X-Who", who)
	o.srv.ServeHTTP(page, r)
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for k, v := range map[string]string{
		"_csrf": token.FindStringSubmatch(page.Body.String())[1], "book": "5541", "period": "2026-10", "reason": "bank charge of October",
		"currency1": "USD", "debit1": "adjustments", "credit1": "bank", "amount1": "12.50",
	} {
		_ = m.WriteField(k, v)
	}
	f, _ := m.CreateFormFile("paper", `C:\mail\charge.pdf`)
	_, _ = f.Write([]byte("%PDF-1.7 a bank's letter"))
	_ = m.Close()
	r = httptest.NewRequest("POST", "/ledger/journals", &body)
	r.Header.Set("X-Who", who)
	r.Header.Set("Content-Type", m.FormDataContentType())
	for _, c := range page.Result().Cookies() {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	o.srv.ServeHTTP(w, r)
	if w.Code != 303 {
		o.t.Fatal(w.Code, text(w))
	}
	list := o.sees(who, "/ledger/journals", "bank charge of October", "charge.pdf", "waits for a second person")
	return regexp.MustCompile(`/ledger/papers/([0-9a-f]{64})`).FindStringSubmatch(list)[1]
}

func TestAJournalIsPostedByTheSecondPerson(t *testing.T) {
	t.Parallel()
	o := open(t)
	paper := o.journal("ana")
	if w := o.ask("eva", "GET", "/ledger/papers/"+paper, nil); w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), "charge.pdf") ||
		w.Header().Get("Content-Type") != "application/octet-stream" || w.Body.String() != "%PDF-1.7 a bank's letter" {
		t.Error(w.Code, w.Header())
	}
	id := regexp.MustCompile(`jnl_\w+`).FindString(o.sees("lei", "/ledger/journals", "Approve and post"))
	if strings.Contains(o.sees("ana", "/ledger/journals"), "Approve and post") {
		t.Error("the one who wrote it is offered to approve it")
	}
	o.sends("ana", "/ledger/journals/"+id, 403, url.Values{"do": {"approve"}}, "JOURNAL-SAME-PERSON")
	o.sends("lei", "/ledger/journals/"+id, 303, url.Values{"do": {"approve"}})
	o.sends("marta", "/ledger/journals/"+id, 409, url.Values{"do": {"reject"}}, "JOURNAL-STATE")
	o.sees("eva", "/ledger/account?book=5541&currency=USD&account=adjustments", "journal/"+id, "12.50")
	o.sends("ana", "/ledger/journals", 422, url.Values{"book": {"5541"}, "period": {"2026-10"}, "reason": {"bank charge of October"}}, "JOURNAL-EMPTY")
	o.sends("ana", "/ledger/journals", 422, url.Values{"book": {"5541"}, "period": {"2026-10"}, "reason": {"why"}, "currency1": {"USD"}, "debit1": {"bank"}, "credit1": {"netting"}, "amount1": {"1"}}, "JOURNAL-REASON", `value="netting"`)
}

func TestTheTrialBalanceIsAskedAsOf(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.sees("eva", "/ledger", "5861 · BRL", "balanced", "Merchants, payable")
	if strings.Contains(o.sees("eva", "/ledger"), "not balanced") {
		t.Error("a book is not balanced")
	}
	if strings.Contains(o.sees("eva", "/ledger?period=2026-08"), "5861 · BRL") {
		t.Error("August shows what came later")
	}
	if w := o.ask("eva", "GET", "/ledger?occurred=soon&sequence=x", nil); w.Code != 422 || strings.Count(w.Body.String(), "LEDGER-ASOF") < 2 {
		t.Error(w.Code, text(w))
	}
}
