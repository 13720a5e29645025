package mailbox_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/backend/memory"
	"github.com/emersion/go-imap/client"
	"github.com/emersion/go-imap/server"
	"github.com/emersion/go-smtp"
	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/invoicing"
	"suanpan/invoicing/mailbox"
	"suanpan/ledger"
	"suanpan/notices"
)

var ctx = context.Background()

// house is a database with two merchants and their lists, a mailbox on a real IMAP server, and a real SMTP server that takes the answers.
type house struct {
	t     *testing.T
	db    *pg.DB
	clock *pgtest.Clock
	svc   *mailbox.Service
	imap  string
	out   *outgoing
}

func build(t *testing.T) *house {
	t.Helper()
	db, clock := pgtest.NewAt(t, time.Date(2026, 11, 16, 3, 0, 0, 0, time.UTC))
	h := &house{t: t, db: db, clock: clock, imap: startIMAP(t), out: startSMTP(t)}
	post, err := notices.NewMail("smtp://"+h.out.addr+"?tls=none", "invoices@market.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	h.svc = &mailbox.Service{Invoicing: &invoicing.Service{}, Post: post, Clock: clock.Now}
	if h.svc.Box, err = mailbox.NewBox("imap://username:password@"+h.imap+"/INBOX?tls=none", nil); err != nil {
		t.Fatal(err)
	}
	h.as(pg.AsBatch("test"), func(tx *pg.Tx) error {
		if err := entities.SeedKnown(ctx, tx); err != nil {
			return err
		}
		if err := ledger.OpenBooks(ctx, tx, []ledger.Book{{Code: "5541", Zone: "Asia/Singapore"}}); err != nil {
			return err
		}
		if err := entities.SaveMerchants(ctx, tx, []entities.Merchant{
			{ID: "M2", Name: "Lion City Software Pte. Ltd.", Residence: "SG", Contact: entities.Contact{Name: "Mei", Email: "Mei@lion.example"}},
			{ID: "M3", Name: "Heron Data Pte. Ltd.", Residence: "SG", Contact: entities.Contact{Name: "Mei", Email: "mei@both.example"}},
			{ID: "M4", Name: "Heron Cloud Pte. Ltd.", Residence: "CN", Contact: entities.Contact{Name: "Mei", Email: "mei@both.example"}},
		}); err != nil {
			return err
		}
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		e, _ := dir.Entity("5541")
		for _, l := range []invoicing.List{list("REQ-1", "M2", "Lion City Software Pte. Ltd.", e.Name), list("REQ-3", "M3", "Heron Data Pte. Ltd.", e.Name), list("REQ-4", "M4", "Heron Cloud Pte. Ltd.", e.Name)} {
			if _, err := h.svc.Invoicing.IssueList(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	return h
}

func list(no, merchant, name, entity string) invoicing.List {
	return invoicing.List{
		Requisition: no, Periods: []period.Month{period.MustMonth("202610")}, Entity: "5541", EntityName: entity, Merchant: merchant, MerchantName: name, Residence: "SG",
		Currency: "SGD", BeforeTaxes: decimal.RequireFromString("471.60"), Payable: decimal.RequireFromString("471.60"), NoticeAt: time.Date(2026, 11, 13, 2, 0, 0, 0, time.UTC),
	}
}

func (h *house) as(a pg.Actor, fn func(tx *pg.Tx) error) {
	h.t.Helper()
	if err := h.db.InTx(ctx, a, fn); err != nil {
		h.t.Fatal(err)
	}
}

func never() bool { return false }

// round reads the mailbox, judges and answers, and says how many messages were new.
func (h *house) round() int {
	h.t.Helper()
	n, _, err := h.svc.Fetch(ctx, h.db, never)
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.svc.Work(ctx, h.db, never); err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.svc.Answer(ctx, h.db, never); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// kept are the messages that were taken, by subject; the one that the server began with is left out.
func (h *house) kept() map[string]mailbox.Kept {
	h.t.Helper()
	out := map[string]mailbox.Kept{}
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
		list, err := h.svc.Messages(ctx, tx, "", 100, 0)
		for _, k := range list {
			if k.Subject != "A little message, just for you" {
				out[k.Subject] = k
			}
		}
		return err
	})
	return out
}

// letter writes a message as mail programs do.
func letter(from, subject, text string, headers []string, files ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "From: %s\r\nTo: invoices@market.example\r\nSubject: %s\r\nMessage-ID: <%x@mail.example>\r\nMIME-Version: 1.0\r\n", from, subject, subject)
	for _, x := range headers {
		b.WriteString(x + "\r\n")
	}
	b.WriteString("Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n")
	for i := 0; i+1 < len(files); i += 2 {
		fmt.Fprintf(&b, "--cut\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"%s\"\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n",
			files[i], base64.StdEncoding.EncodeToString([]byte(files[i+1])))
	}
	b.WriteString("--cut--\r\n")
	return b.String()
}

// arrives puts a message into the mailbox.
func (h *house) arrives(message string) {
	h.t.Helper()
	c, err := client.Dial(h.imap)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = c.Logout() }()
	if err := c.Login("username", "password"); err != nil {
		h.t.Fatal(err)
	}
	if err := c.Append("INBOX", nil, h.clock.Now(), bytes.NewBufferString(message)); err != nil {
		h.t.Fatal(err)
	}
}

// copyOf is what a list is recognised by in an attachment.
func (h *house) copyOf(no string) string {
	h.t.Helper()
	var qr string
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
		d, err := h.svc.Invoicing.Requisition(ctx, tx, "", no)
		qr = d.List.QR()
		return err
	})
	return "a printed list with its code " + qr + " below"
}

func startIMAP(t *testing.T) string {
	t.Helper()
	s := server.New(memory.New())
	s.AllowInsecureAuth = true
	s.ErrorLog = silent{}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close() })
	return ln.Addr().String()
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// outgoing is a real SMTP server that keeps what it gets; refuse makes it answer with an error instead.
type outgoing struct {
	addr   string
	mu     sync.Mutex
	got    []string
	refuse *smtp.SMTPError
}

func startSMTP(t *testing.T) *outgoing {
	t.Helper()
	o := &outgoing{}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return session{o}, nil }))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.addr = ln.Addr().String()
	go func() { _ = s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close() })
	return o
}

func (o *outgoing) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.got...)
}

type session struct{ o *outgoing }

func (s session) Mail(string, *smtp.MailOptions) error { return nil }
func (s session) Rcpt(string, *smtp.RcptOptions) error {
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	if s.o.refuse != nil {
		return s.o.refuse
	}
	return nil
}

func (s session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	s.o.got = append(s.o.got, string(b))
	return err
}
func (s session) Reset()        {}
func (s session) Logout() error { return nil }

// ubl is an invoice for a list of this house.
func ubl(number, requisition, seller, total string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>` + number + `</cbc:ID><cbc:IssueDate>2026-11-16</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:Note>Requisition ` + requisition + `, period 202610</cbc:Note><cbc:DocumentCurrencyCode>SGD</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>` + seller + `</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Sparkoo Technologies Singapore Pte. Ltd.</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>1234567</cbc:ID><cbc:Name>` + seller + `</cbc:Name></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="SGD">0.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="SGD">` + total + `</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount currencyID="SGD">` + total + `</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="SGD">` + total + `</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="SGD">` + total + `</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="SGD">` + total + `</cbc:LineExtensionAmount><cac:Item><cbc:Name>Cloud</cbc:Name></cac:Item><cac:Price><cbc:PriceAmount currencyID="SGD">` + total + `</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>`
}
