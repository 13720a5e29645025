package notices

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
)

// world is a database, a service on a clock of its own, and servers that take what it sends.
type world struct {
	t     *testing.T
	db    *pg.DB
	clock *pgtest.Clock
	svc   *Service
	mails *mailbox
	hooks *hookServer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db, clock := pgtest.NewAt(t, time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	w := &world{t: t, db: db, clock: clock, mails: startMail(t), hooks: startHooks(t)}
	m, err := NewMail("smtp://"+w.mails.addr, "market@example.com", w.mails.trust)
	if err != nil {
		t.Fatal(err)
	}
	w.svc = &Service{
		Clock: clock.Now, Mail: m, URL: "https://market.example", Hooks: HookSender{trusted: w.hooks.Client()},
		Address: func(_ context.Context, _ *pg.Tx, merchant string) (string, string, error) {
			return strings.ToLower(merchant) + "@example.org", "+5511999990000", nil
		},
	}
	return w
}

func (w *world) as(a pg.Actor, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := context.Background()
	return w.db.InTx(ctx, a, func(tx *pg.Tx) error { return fn(ctx, tx) })
}

func (w *world) must(a pg.Actor, fn func(ctx context.Context, tx *pg.Tx) error) {
	w.t.Helper()
	if err := w.as(a, fn); err != nil {
		w.t.Fatal(err)
	}
}

var m1, m2, batch, wei = pg.AsMerchant("M1", "ana"), pg.AsMerchant("M2", "bob"), pg.AsBatch("test"), pg.AsStaff("wei")

// paid is a valid notice.
func paid(key string) Notice {
	return Notice{Key: key, Type: "payment.recorded", Merchant: "M1", Args: map[string]string{"requisition": "REQ1", "amount": "BRL 10.00", "day": "2026-11-20"}}
}

func (w *world) tell(a pg.Actor, n Notice) {
	w.t.Helper()
	w.must(a, func(ctx context.Context, tx *pg.Tx) error { return Tell(ctx, tx, n) })
}

func (w *world) deliver() {
	w.t.Helper()
	if _, err := w.svc.Deliver(context.Background(), w.db, func() bool { return false }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) outbox() (list []Delivery) {
	w.t.Helper()
	w.must(wei, func(ctx context.Context, tx *pg.Tx) (err error) {
		list, err = Outbox(ctx, tx, OutboxQuery{})
		return err
	})
	return list
}

// receiver adds one as the merchant and gives the link it was sent by mail or webhook.
func (w *world) receiver(c Channel, address string, types ...string) (r Receiver, token string) {
	w.t.Helper()
	w.must(m1, func(ctx context.Context, tx *pg.Tx) (err error) {
		r, err = w.svc.AddReceiver(ctx, tx, Receiver{Merchant: "M1", Channel: c, Lang: fault.PT, Name: "Ana", Address: address, Types: types})
		return err
	})
	w.deliver()
	text := ""
	if c == Webhook {
		text = string(w.hooks.last().body)
	} else {
		text = w.mails.last().body
	}
	_, token, _ = strings.Cut(text, "/notices/confirm?t=")
	token, _, _ = strings.Cut(token, "\"")
	return r, strings.TrimSpace(token)
}

func (w *world) confirm(token string) error {
	return w.as(batch, func(ctx context.Context, tx *pg.Tx) error { return w.svc.Confirm(ctx, tx, token) })
}

// letter is a message as the mail server got it.
type letter struct {
	to, id, subject, body string
	tls                   bool
}

// mailbox is a real SMTP server that demands TLS and keeps what it gets; refuse makes it answer with an error instead.
type mailbox struct {
	addr   string
	trust  *tls.Config
	mu     sync.Mutex
	got    []letter
	refuse *smtp.SMTPError
}

func startMail(t *testing.T) *mailbox {
	t.Helper()
	cert, pool := certificate(t)
	box := &mailbox{trust: &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}}
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &mailSession{box: box, conn: c}, nil }))
	s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	box.addr = ln.Addr().String()
	go func() { _ = s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close() })
	return box
}

func (b *mailbox) all() []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]letter(nil), b.got...)
}

func (b *mailbox) last() letter {
	l := b.all()
	if len(l) == 0 {
		return letter{}
	}
	return l[len(l)-1]
}

func (b *mailbox) answer(e *smtp.SMTPError) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse = e
}

type mailSession struct {
	box  *mailbox
	conn *smtp.Conn
	to   string
}

func (*mailSession) Reset()                                      {}
func (*mailSession) Logout() error                               { return nil }
func (*mailSession) Mail(string, *smtp.MailOptions) error        { return nil }
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *mailSession) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(quoted(m))
	if err != nil {
		return err
	}
	subject, _ := decoder.DecodeHeader(m.Header.Get("Subject"))
	_, secure := s.conn.TLSConnectionState()
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	if s.box.refuse != nil {
		return s.box.refuse
	}
	s.box.got = append(s.box.got, letter{s.to, m.Header.Get("Message-ID"), subject, string(body), secure})
	return nil
}

// certificate makes one for this machine, and the authority that vouches for it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

type request struct {
	header http.Header
	body   []byte
}

// hookServer is a real HTTPS server that keeps what it gets and answers with a status.
type hookServer struct {
	*httptest.Server
	mu     sync.Mutex
	got    []request
	status int
}

func startHooks(t *testing.T) *hookServer {
	t.Helper()
	h := &hookServer{status: http.StatusNoContent}
	h.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.got = append(h.got, request{r.Header.Clone(), body})
		w.WriteHeader(h.status)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hookServer) all() []request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]request(nil), h.got...)
}

func (h *hookServer) last() request {
	l := h.all()
	if len(l) == 0 {
		return request{}
	}
	return l[len(l)-1]
}

func (h *hookServer) answer(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}
