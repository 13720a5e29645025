package notices

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/templates"
)

var decoder mime.WordDecoder

func quoted(m *mail.Message) io.Reader {
	if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		return quotedprintable.NewReader(m.Body)
	}
	return m.Body
}

func TestEveryTypeHasItsWords(t *testing.T) {
	t.Parallel()
	for _, x := range Types() {
		for _, part := range []string{"name", "subject", "body"} {
			if _, ok := templates.Lookup("notice." + x.Name + "." + part); !ok {
				t.Errorf("%s has no %s", x.Name, part)
			}
		}
	}
	for name, code := range map[string]int{"interface.failed": 501, "provisioning.failed": 101, "customer.cleared": 103, "merchant.reviewed": 203, "buyerinvoice.requested": 901} {
		if x, ok := TypeOf(name); !ok || x.Code != code {
			t.Errorf("%s has code %d, want %d", name, x.Code, code)
		}
	}
}

func TestTellingHappensWithItsCauseAndOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	undone := errors.New("undone")
	err := w.as(m1, func(ctx context.Context, tx *pg.Tx) error {
		if err := Tell(ctx, tx, paid("k0")); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	w.tell(m1, paid("k1"))
	w.tell(batch, paid("k1"))
	w.must(m1, func(ctx context.Context, tx *pg.Tx) error { // for staff, by a merchant's deed
		n := paid("k2")
		n.Duty = "finance_review"
		if err := Tell(ctx, tx, n); err != nil {
			return err
		}
		return Tell(ctx, tx, n)
	})
	w.deliver()
	w.deliver()
	if got := w.mails.all(); len(got) != 1 || got[0].to != "m1@example.org" || !got[0].tls || !strings.Contains(got[0].body, "2026-11-20") ||
		got[0].id != "<"+w.outbox()[0].ID+"@example.com>" {
		t.Errorf("%+v", got)
	}
	w.must(m1, func(ctx context.Context, tx *pg.Tx) error {
		list, err := Messages(ctx, tx, "M1", 10, 0)
		n, _ := Unread(ctx, tx, "M1")
		if len(list) != 1 || n != 1 {
			t.Errorf("the merchant sees %d messages, %d unread", len(list), n)
		}
		_ = MarkRead(ctx, tx, "M1")
		if n, _ = Unread(ctx, tx, "M1"); n != 0 {
			t.Error("still unread", n)
		}
		return err
	})
	w.must(m2, func(ctx context.Context, tx *pg.Tx) error {
		if list, _ := Messages(ctx, tx, "M1", 10, 0); len(list) != 0 {
			t.Error("a stranger reads", list)
		}
		return nil
	})
}

func TestWhatCannotBeTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for code, broken := range map[string]func(*Notice){
		"NOTICE-TYPE": func(n *Notice) { n.Type = "x" },
		"NOTICE-KEY":  func(n *Notice) { n.Key = "" },
	} {
		n := paid("k")
		broken(&n)
		if err := w.as(batch, func(ctx context.Context, tx *pg.Tx) error { return Tell(ctx, tx, n) }); !fault.Has(err, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestAReceiverIsUsedOnceItConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, token := w.receiver(Email, "ana@example.net", "payment.recorded")
	w.tell(m1, paid("before"))
	w.deliver()
	if got := w.mails.last(); got.to != "m1@example.org" {
		t.Errorf("before it confirmed, %s was told", got.to)
	}
	if err := w.confirm(token + "0"); !fault.Has(err, "RECEIVER-LINK") {
		t.Error("a forged link:", err)
	}
	for range 2 {
		if err := w.confirm(token); err != nil {
			t.Fatal(err)
		}
	}
	w.tell(m1, paid("after"))
	other := paid("other")
	other.Type = "invoice.revoked"
	w.tell(m1, other)
	w.deliver()
	to := map[string]string{}
	for _, d := range w.outbox() {
		to[d.Notice.Key] = d.Receiver
	}
	if to["after"] != r.ID || to["other"] != "" {
		t.Errorf("told: %v", to)
	}
	for _, l := range w.mails.all() {
		if l.to == "ana@example.net" && strings.Contains(l.body, "REQ1") && !strings.Contains(l.subject, "foi paga") {
			t.Error("not in Portuguese:", l.subject)
		}
	}
	w.must(m1, func(ctx context.Context, tx *pg.Tx) error { return w.svc.RemoveReceiver(ctx, tx, "M1", r.ID) })
	if err := w.confirm(token); !fault.Has(err, "RECEIVER-LINK") {
		t.Error("a removed one confirmed:", err)
	}
	if n := w.count(`SELECT count(*) FROM notice_address`); n != 0 {
		t.Error("its address stays", n)
	}
	if err := w.as(m1, func(ctx context.Context, tx *pg.Tx) error { return w.svc.RemoveReceiver(ctx, tx, "M1", r.ID) }); !fault.Has(err, "RECEIVER-NONE") {
		t.Error(err)
	}
}

func (w *world) count(sql string) (n int) {
	w.t.Helper()
	if err := w.db.Pool.QueryRow(context.Background(), sql).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestALinkEndsAfterThreeDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, token := w.receiver(Email, "ana@example.net")
	w.clock.Add(linkFor)
	if err := w.confirm(token); !fault.Has(err, "RECEIVER-LINK") {
		t.Error(err)
	}
}

func TestReceiversThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	add := func(r Receiver) error {
		return w.as(m1, func(ctx context.Context, tx *pg.Tx) error { _, err := w.svc.AddReceiver(ctx, tx, r); return err })
	}
	good := Receiver{Merchant: "M1", Channel: Email, Lang: fault.EN, Name: "Ana", Address: "ana@example.net"}
	for name, c := range map[string]struct {
		code   string
		breaks func(*Receiver)
	}{
		"no address":                   {"RECEIVER-ADDRESS", func(r *Receiver) { r.Address = "ana" }},
		"a name beside it":             {"RECEIVER-ADDRESS", func(r *Receiver) { r.Address = "Ana <ana@example.net>" }},
		"a phone without country":      {"RECEIVER-ADDRESS", func(r *Receiver) { r.Channel, r.Address = SMS, "11999990000" }},
		"a webhook in the clear":       {"RECEIVER-ADDRESS", func(r *Receiver) { r.Channel, r.Address = Webhook, "http://example.net/" }},
		"a webhook with a password":    {"RECEIVER-ADDRESS", func(r *Receiver) { r.Channel, r.Address = Webhook, "https://a:b@example.net/" }},
		"one to this machine, no demo": {"RECEIVER-ADDRESS", func(r *Receiver) { r.Channel, r.Address = Webhook, "http://127.0.0.1/" }},
		"an unknown channel":           {"RECEIVER-CHANNEL", func(r *Receiver) { r.Channel = "fax" }},
		"an unknown type":              {"NOTICE-TYPE", func(r *Receiver) { r.Types = []string{"x"} }},
	} {
		r := good
		c.breaks(&r)
		if err := add(r); !fault.Has(err, c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.svc.ChangesADay = func(context.Context, *pg.Tx) (int, error) { return 2, nil }
	for i, want := range []string{"", "", "RECEIVER-LIMIT"} {
		if err := add(good); (err != nil) != (want != "") || want != "" && !fault.Has(err, want) {
			t.Errorf("change %d: %v", i, err)
		}
	}
	w.clock.Add(24 * time.Hour)
	if err := add(good); err != nil {
		t.Error("the next day:", err)
	}
}

func TestWhatFailsIsTriedLaterThenGivenUpThenSentByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell(m1, paid("k"))
	w.mails.answer(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 0, 0}, Message: "later"})
	for i := 1; i <= maxTries; i++ {
		w.deliver()
		w.deliver() // not before its time
		d := w.outbox()[0]
		want := Waiting
		if i == maxTries {
			want = Failed
		}
		if d.Tries != i || d.State != want || !strings.Contains(d.Failure, "later") {
			t.Fatalf("after attempt %d: %+v", i, d)
		}
		w.clock.Add(time.Hour)
	}
	w.deliver()
	w.mails.answer(nil)
	id := w.outbox()[0].ID
	w.must(wei, func(ctx context.Context, tx *pg.Tx) error { return w.svc.Resend(ctx, tx, id) })
	w.deliver()
	if d := w.outbox()[0]; d.State != Sent || len(w.mails.all()) != 1 {
		t.Errorf("%+v", d)
	}
	if err := w.as(wei, func(ctx context.Context, tx *pg.Tx) error { return w.svc.Resend(ctx, tx, id) }); !fault.Has(err, "NOTICE-NONE") {
		t.Error("a sent one is sent again:", err)
	}
}

func TestWhatNoRepetitionCuresIsGivenUpAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mails.answer(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody here"})
	w.tell(m1, paid("k"))
	w.deliver()
	if d := w.outbox()[0]; d.State != Failed || d.Tries != 1 {
		t.Errorf("%+v", d)
	}
	w.svc.Address = func(context.Context, *pg.Tx, string) (string, string, error) { return "", "", nil }
	w.tell(m1, paid("k2"))
	w.deliver()
	for _, d := range w.outbox() {
		if d.Notice.Key == "k2" && !strings.Contains(d.Failure, "NOTICE-ADDRESS") {
			t.Errorf("%+v", d)
		}
	}
}

func TestADeadWorkersDeliveryIsTakenWhenItsLeaseEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tell(m1, paid("k"))
	w.must(batch, func(ctx context.Context, tx *pg.Tx) error { _, err := w.svc.spread(ctx, tx); return err })
	var dead []Delivery
	w.must(batch, func(ctx context.Context, tx *pg.Tx) (err error) {
		dead, err = claim(ctx, tx, w.svc.usable(), w.clock.Now(), atOnce)
		return err
	})
	w.deliver()
	if len(dead) != 1 || len(w.mails.all()) != 0 {
		t.Fatal("a leased delivery was taken", len(dead), len(w.mails.all()))
	}
	w.clock.Add(lease + time.Second)
	w.must(batch, func(ctx context.Context, tx *pg.Tx) error {
		_, err := claim(ctx, tx, w.svc.usable(), w.clock.Now(), atOnce)
		return err
	})
	dead[0].outcome(errors.New("too late"), w.clock.Now()) // the first was only slow: what it reports must not take the delivery from the second
	w.clock.Add(time.Minute)
	w.must(batch, func(ctx context.Context, tx *pg.Tx) error { return report(ctx, tx, dead[0]) })
	w.deliver()
	if d := w.outbox()[0]; len(w.mails.all()) != 0 || d.Failure != "" {
		t.Errorf("the second worker's lease was broken: %d mails, %+v", len(w.mails.all()), d)
	}
	w.clock.Add(lease)
	w.deliver()
	if d := w.outbox()[0]; len(w.mails.all()) != 1 || d.State != Sent {
		t.Errorf("%d mails, %+v", len(w.mails.all()), d)
	}
}

func TestManyWorkersSendEachOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 60
	for i := range n {
		w.tell(m1, paid("k"+string(rune('A'+i))))
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := w.svc.Deliver(context.Background(), w.db, func() bool { return false }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ids := map[string]bool{}
	for _, l := range w.mails.all() {
		ids[l.id] = true
	}
	if len(ids) != n || len(w.mails.all()) != n {
		t.Errorf("%d mails, %d different", len(w.mails.all()), len(ids))
	}
}
