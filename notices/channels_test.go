package notices

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

func TestAWebhookIsSignedAndRepeatable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, token := w.receiver(Webhook, w.hooks.URL+"/in")
	if err := w.confirm(token); err != nil {
		t.Fatal(err)
	}
	var secret string
	w.must(batch, func(ctx context.Context, tx *pg.Tx) (err error) {
		secret, err = WebhookSecret(ctx, tx, "M1", r.ID)
		return err
	})
	w.hooks.answer(http.StatusServiceUnavailable)
	w.tell(m1, paid("k"))
	w.deliver()
	w.hooks.answer(http.StatusOK)
	w.clock.Add(time.Minute)
	w.deliver()
	w.deliver()
	got := w.hooks.all()[1:] // after the request to confirm
	if len(got) != 2 || got[0].header.Get(HeaderID) != got[1].header.Get(HeaderID) {
		t.Fatalf("%d requests", len(got))
	}
	last := got[1]
	if err := CheckWebhook(secret, last.header, last.body, w.clock.Now()); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		secret string
		body   []byte
		now    time.Time
		id     string
	}{
		"another's secret": {strings.Repeat("0", 64), last.body, w.clock.Now(), ""},
		"another body":     {secret, append([]byte(" "), last.body...), w.clock.Now(), ""},
		"another id":       {secret, last.body, w.clock.Now(), "dlv_x"},
		"used later":       {secret, last.body, w.clock.Now().Add(6 * time.Minute), ""},
	} {
		h := last.header.Clone()
		if c.id != "" {
			h.Set(HeaderID, c.id)
		}
		if err := CheckWebhook(c.secret, h, c.body, c.now); !fault.Has(err, "WEBHOOK-SIGNATURE") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(w.mails.all()) != 1 { // a system is no person: the account's own address is told too
		t.Errorf("%d mails", len(w.mails.all()))
	}
}

func TestAWebhookDoesNotReachIntoOurNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, token := w.receiver(Webhook, w.hooks.URL+"/in")
	if err := w.confirm(token); err != nil {
		t.Fatal(err)
	}
	w.svc.Hooks = HookSender{}
	before := len(w.hooks.all())
	w.tell(m1, paid("k"))
	w.deliver()
	var d Delivery
	for _, x := range w.outbox() {
		if x.Channel == Webhook && x.Notice.Key == "k" {
			d = x
		}
	}
	if len(w.hooks.all()) != before || !strings.Contains(d.Failure, "private network") || d.State != Failed {
		t.Errorf("%+v", d)
	}
}

func TestATextMessageGoesThroughTheGateway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := make(chan request, 4)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got <- request{r.Header.Clone(), b}
	}))
	defer s.Close()
	g, err := NewGateway(s.URL, `{"to":"{{phone}}","msg":"{{text}}","ref":"{{id}}"}`, "secret")
	if err != nil {
		t.Fatal(err)
	}
	w.svc.Text = g
	w.svc.Channels = func(context.Context, *pg.Tx, string) ([]Channel, error) { return []Channel{SMS}, nil }
	n := paid("k")
	n.Args["day"] = `20"11`
	w.tell(m1, n)
	w.deliver()
	r := <-got
	if !strings.Contains(string(r.body), `"to":"+5511999990000"`) || !strings.Contains(string(r.body), `20\"11`) || r.header.Get("Authorization") != "Bearer secret" ||
		r.header.Get("Idempotency-Key") != w.outbox()[0].ID {
		t.Errorf("%s %v", r.body, r.header)
	}
}

func TestServersThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ server, from string }{
		{"smtp://mail.example:587", "nobody"}, {"http://mail.example", "a@b.example"}, {"smtp://mail.example?tls=none", "a@b.example"}, {"smtp://", "a@b.example"}, {"smtp://%zz", "a@b.example"},
	} {
		if _, err := NewMail(c.server, c.from, nil); !fault.Has(err, "SMTP-URL") {
			t.Errorf("%v: %v", c, err)
		}
	}
	for _, c := range []struct{ url, body string }{{"http://sms.example", "{{phone}}{{text}}"}, {"https://sms.example", "{{text}}"}} {
		if _, err := NewGateway(c.url, c.body, ""); !fault.Has(err, "SMS-URL") {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestMailWithoutTLSIsNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m, err := NewMail("smtp://"+w.mails.addr, "market@example.com", nil) // does not know who vouches for the server
	if err != nil {
		t.Fatal(err)
	}
	w.svc.Mail = m
	w.tell(m1, paid("k"))
	w.deliver()
	if d := w.outbox()[0]; len(w.mails.all()) != 0 || d.State != Waiting || !strings.Contains(d.Failure, "certificate") {
		t.Errorf("%+v", d)
	}
}

func TestWithoutAnAddressOfTheConsoleNoLinkIsSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.svc.URL = ""
	if _, token := w.receiver(Email, "ana@example.net"); token != "" || !strings.Contains(w.outbox()[0].Failure, "NOTICE-URL") {
		t.Errorf("%q %+v", token, w.outbox()[0])
	}
}
