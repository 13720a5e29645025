package mailbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/invoicing/mailbox"
)

const lion = "Lion City Software Pte. Ltd."

func TestAMessageIsJudgedAndAnsweredOnce(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.arrives(letter(`"Mei" <mei@LION.example>`, "Invoice REQ-1", "Please find our invoice.", nil, "invoice.xml", ubl("INV-1", "REQ-1", lion, "471.60"), "list.pdf", h.copyOf("REQ-1")))
	if n := h.round(); n != 2 { // and the one that the server began with
		t.Fatalf("%d messages", n)
	}
	k := h.kept()["Invoice REQ-1"]
	if k.State != mailbox.Judged || k.Outcome != invoicing.Accepted || k.Merchant != "M2" || k.Requisition != "REQ-1" || k.Reply != mailbox.Sent {
		t.Fatalf("%+v", k)
	}
	for range 3 { // again and again: nothing new
		if n := h.round(); n != 0 {
			t.Errorf("%d messages were new", n)
		}
	}
	got := h.out.all()
	if len(got) != 1 || !strings.Contains(got[0], "accepted") || !strings.Contains(got[0], "In-Reply-To: <") || !strings.Contains(got[0], "auto-replied") || !strings.Contains(got[0], "To: <mei@lion.example>") {
		t.Errorf("%d answers: %v", len(got), got)
	}
	h.arrives(letter(`"Mei" <mei@LION.example>`, "Invoice REQ-1", "Please find our invoice.", nil, "invoice.xml", ubl("INV-1", "REQ-1", lion, "471.60"), "list.pdf", h.copyOf("REQ-1")))
	if n := h.round(); n != 0 || len(h.out.all()) != 1 { // the very same message, delivered twice
		t.Errorf("%d new, %d answers", n, len(h.out.all()))
	}
}

func TestARefusalSaysWhatToDo(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.arrives(letter("mei@lion.example", "wrong total", "REQ-1", nil, "a.xml", ubl("INV-1", "REQ-1", lion, "470.00"), "list.json", h.copyOf("REQ-1")))
	h.arrives(letter("mei@lion.example", "no list", "", nil, "a.xml", ubl("INV-2", "REQ-1", lion, "471.60")))
	h.arrives(letter("mei@lion.example", "nothing", "see attached", nil, "logo.png", "\x89PNG"))
	h.arrives(letter("mei@lion.example", "damaged", "REQ-1", nil, "a.xml", ubl("INV-3", "REQ-1", lion, "471.60")[:900]))
	h.round()
	for subject, want := range map[string]string{"wrong total": "SGD 470.00", "no list": "INV-LIST-ATTACHED", "nothing": "MAIL-NOTHING", "damaged": "EINV-"} {
		k := h.kept()[subject]
		if k.State != mailbox.Judged || k.Outcome != invoicing.Refused || !strings.Contains(k.ReplyBody, want) || k.Reply != mailbox.Sent {
			t.Errorf("%s: %s %s %q", subject, k.State, k.Outcome, k.ReplyBody)
		}
	}
	if n := len(h.out.all()); n != 4 {
		t.Errorf("%d answers", n)
	}
}

func TestAStrangerIsToldNothing(t *testing.T) {
	t.Parallel()
	h := build(t)
	invoice := ubl("INV-1", "REQ-1", lion, "471.60")
	h.arrives(letter("somebody@else.example", "stranger REQ-1", "REQ-1", nil, "a.xml", invoice, "list.pdf", h.copyOf("REQ-1")))
	h.arrives(letter("mei@lion.example, other@else.example", "two senders", "REQ-1", nil, "a.xml", invoice))
	h.arrives(letter("mei@lion.example", "away", "REQ-1", []string{"Auto-Submitted: auto-replied"}, "a.xml", invoice))
	h.arrives(letter("mei@lion.example", "bounce", "REQ-1", []string{"Return-Path: <>"}, "a.xml", invoice))
	h.round()
	for subject, want := range map[string]struct {
		state  mailbox.State
		reason string
	}{
		"stranger REQ-1": {mailbox.Waiting, "MAIL-SENDER"}, "two senders": {mailbox.Waiting, "MAIL-UNREADABLE"},
		"away": {mailbox.Ignored, "MAIL-AUTOMATIC"}, "bounce": {mailbox.Ignored, "MAIL-AUTOMATIC"},
	} {
		if k := h.kept()[subject]; k.State != want.state || k.Reason != want.reason || k.Merchant != "" {
			t.Errorf("%s: %+v", subject, k)
		}
	}
	if n := len(h.out.all()); n != 0 {
		t.Errorf("%d answers", n)
	}
	id := h.kept()["stranger REQ-1"].ID
	ana := pg.AsStaff("ana")
	if err := h.db.InTx(ctx, ana, func(tx *pg.Tx) error { return h.svc.Assign(ctx, tx, id, "M99") }); !fault.Has(err, "MAIL-MERCHANT") {
		t.Error(err)
	}
	h.as(ana, func(tx *pg.Tx) error { return h.svc.Assign(ctx, tx, id, "M2") })
	h.round()
	if k := h.kept()["stranger REQ-1"]; k.Outcome != invoicing.Accepted || k.ReplyTo != "Mei@lion.example" || k.Reply != mailbox.Sent {
		t.Errorf("%+v", k)
	}
	if err := h.db.InTx(ctx, ana, func(tx *pg.Tx) error { return h.svc.PutAside(ctx, tx, id) }); !fault.Has(err, "MAIL-STATE") {
		t.Error(err)
	}
	h.as(ana, func(tx *pg.Tx) error { return h.svc.PutAside(ctx, tx, h.kept()["two senders"].ID) })
	if k := h.kept()["two senders"]; k.State != mailbox.Ignored || k.DecidedBy != "ana" {
		t.Errorf("%+v", k)
	}
}

func TestAnAddressOfSeveralMerchantsIsToldApartByTheRequisition(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.arrives(letter("mei@both.example", "for three", "our invoice", nil, "a.xml", ubl("H-1", "REQ-3", "Heron Data Pte. Ltd.", "471.60"), "l", h.copyOf("REQ-3")))
	h.arrives(letter("mei@both.example", "for REQ-4", "", nil, "a.xml", ubl("H-2", "REQ-4", "Heron Cloud Pte. Ltd.", "471.60"), "l", h.copyOf("REQ-4")))
	h.arrives(letter("mei@both.example", "for nobody", "", nil, "a.xml", ubl("H-3", "REQ-9", "Heron Cloud Pte. Ltd.", "471.60")))
	h.round()
	for subject, want := range map[string]string{"for three": "M3 accepted", "for REQ-4": "M4 accepted", "for nobody": " "} {
		if k := h.kept()[subject]; k.Merchant+" "+string(k.Outcome) != want {
			t.Errorf("%s: %s %s %s", subject, k.Merchant, k.Outcome, k.ReplyBody)
		}
	}
	if k := h.kept()["for nobody"]; k.Reason != "MAIL-WHICH" {
		t.Errorf("%+v", k)
	}
	if k := h.kept()["for REQ-4"]; !strings.Contains(k.ReplyBody, "已接收") {
		t.Errorf("a Chinese company is answered %q", k.ReplyBody)
	}
}

func TestAnAnswerNeverLeavesTwice(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.out.refuse = &smtp.SMTPError{Code: 451, Message: "later"}
	h.arrives(letter("mei@lion.example", "slow", "REQ-1", nil, "a.xml", ubl("INV-1", "REQ-1", lion, "471.60"), "l", h.copyOf("REQ-1")))
	h.round()
	if k := h.kept()["slow"]; k.Reply != mailbox.Due {
		t.Fatalf("%+v", k)
	}
	h.out.refuse = nil
	h.round() // not before its time
	if n := len(h.out.all()); n != 0 {
		t.Errorf("%d answers", n)
	}
	h.clock.Add(5 * time.Minute)
	h.round()
	if k := h.kept()["slow"]; k.Reply != mailbox.Sent || len(h.out.all()) != 1 {
		t.Errorf("%s, %d answers", k.Reply, len(h.out.all()))
	}
	h.arrives(letter("mei@lion.example", "died", "REQ-1", nil, "a.xml", ubl("INV-9", "REQ-1", lion, "1.00"), "l", h.copyOf("REQ-1")))
	post := h.svc.Post
	h.svc.Post = nil // the answer waits; then the process dies while it hands it over
	h.round()
	if err := h.db.OwnerTx(ctx, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE mail_message SET reply = 'sending', reply_next = $1 WHERE subject = 'died'`, h.clock.Now().Add(time.Minute))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h.svc.Post = post
	h.clock.Add(10 * time.Minute)
	h.round()
	k := h.kept()["died"]
	if k.Reply != mailbox.Unsure || len(h.out.all()) != 1 {
		t.Fatalf("%s, %d answers", k.Reply, len(h.out.all()))
	}
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error { return h.svc.SendAgain(ctx, tx, k.ID) })
	h.round()
	if k := h.kept()["died"]; k.Reply != mailbox.Sent || len(h.out.all()) != 2 {
		t.Errorf("%s, %d answers", k.Reply, len(h.out.all()))
	}
	h.out.refuse = &smtp.SMTPError{Code: 550, Message: "no such user"}
	h.arrives(letter("mei@lion.example", "gone", "REQ-1", nil, "x.xml", "<a/>"))
	h.round()
	if k := h.kept()["gone"]; k.Reply != mailbox.Failed {
		t.Errorf("%+v", k)
	}
}

func TestTheMailboxIsNamedWithoutItsPassword(t *testing.T) {
	t.Parallel()
	b, err := mailbox.NewBox("imaps://ana:secret@mail.example/Invoices", nil)
	if err != nil || b.Name() != "ana@mail.example/Invoices" {
		t.Errorf("%v %v", b, err)
	}
	for _, bad := range []string{"imap://ana:secret@mail.example", "imaps://mail.example", "http://ana:secret@mail.example", "imap://ana:secret@mail.example?tls=none", "imaps://ana:sec ret@mail:x"} {
		if _, err := mailbox.NewBox(bad, nil); !fault.Has(err, "MAIL-URL") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	h := build(t)
	h.svc.Box, _ = mailbox.NewBox("imap://username:wrong@"+h.imap+"?tls=none", nil)
	if _, _, err := h.svc.Fetch(ctx, h.db, never); !fault.Has(err, "MAIL-SERVER") {
		t.Error(err)
	}
	h.svc.Box = nil
	if _, _, err := h.svc.Fetch(ctx, h.db, never); !fault.Has(err, "MAIL-NONE") {
		t.Error(err)
	}
}
