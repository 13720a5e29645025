package mailbox

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap"
	"github.com/emersion/go-imap/client"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Box is a mailbox on an IMAP server.
type Box struct {
	name           string // for people and the database: user@host/folder, never the password
	addr           string
	user, password string
	folder         string
	plain          bool // without TLS, to this very machine alone
	config         *tls.Config
}

// NewBox reads where the mailbox is: imaps://user:password@host:993/INBOX, or imap://…?tls=none for a server on this very machine. A nil config
// trusts the system's authorities. MAIL-URL where it cannot be used.
func NewBox(address string, config *tls.Config) (*Box, error) {
	no := func(why string) (*Box, error) {
		return nil, fault.New(fault.Invalid, "MAIL-URL", "", fault.Args{"why": why})
	}
	u, err := url.Parse(address)
	if err != nil { // the error would repeat the password
		return no("not a URL")
	}
	host := u.Hostname()
	b := &Box{folder: strings.Trim(u.Path, "/"), config: config}
	ip := net.ParseIP(host)
	local := host == "localhost" || ip != nil && ip.IsLoopback()
	port := "993"
	switch {
	case host == "" || u.User == nil || u.User.Username() == "":
		return no("host and user are needed")
	case u.Scheme == "imaps":
	case u.Scheme == "imap" && u.Query().Get("tls") == "none" && local:
		b.plain, port = true, "143"
	default:
		return no("imaps:// is needed; without TLS only to this machine")
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if b.folder == "" {
		b.folder = "INBOX"
	}
	if b.config == nil {
		b.config = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	}
	b.user = u.User.Username()
	b.password, _ = u.User.Password()
	b.addr = net.JoinHostPort(host, port)
	b.name = b.user + "@" + host + "/" + b.folder
	return b, nil
}

// Name says which mailbox it is, without its password.
func (b *Box) Name() string { return b.name }

const serverTime = time.Minute // of one answer of the mail server

// Fetch stores what came since the mailbox was last read, each message in a transaction of its own together with how far it was read. Nothing in the
// mailbox is changed. MAIL-NONE where no mailbox is configured, MAIL-SERVER where the
// server cannot be read; what was stored stays.
func (s *Service) Fetch(ctx context.Context, db *pg.DB, enough func() bool) (fresh int, more bool, err error) {
	b := s.Box
	if b == nil {
		return 0, false, fault.New(fault.Invalid, "MAIL-NONE", "")
	}
	down := func(err error) error {
		return fault.New(fault.Unavailable, "MAIL-SERVER", "", fault.Args{"mailbox": b.name, "why": err}).Wrap(err)
	}
	c, err := b.dial(ctx)
	if err != nil {
		return 0, false, down(err)
	}
	defer func() { _ = c.Logout() }()
	status, err := c.Select(b.folder, true)
	if err != nil {
		return 0, false, down(err)
	}
	var last uint32
	if err := db.InTx(ctx, pg.AsBatch("mail"), func(tx *pg.Tx) (err error) {
		last, err = lastRead(ctx, tx, b.name, status.UidValidity)
		return err
	}); err != nil {
		return 0, false, err
	}
	uids, err := b.newer(c, last)
	if err != nil {
		return 0, false, down(err)
	}
	demo, _, err := db.Demo(ctx)
	if err != nil {
		return 0, false, err
	}
	for _, uid := range uids {
		if enough() || ctx.Err() != nil {
			return fresh, true, ctx.Err()
		}
		k, there, err := b.get(c, uid)
		if err != nil {
			return fresh, false, down(err)
		}
		if demo { // a demo's mail arrives on its own clock
			k.ArrivedAt = time.Time{}
		}
		err = db.InTx(ctx, pg.AsBatch("mail"), func(tx *pg.Tx) error {
			if there {
				kept, err := s.keep(ctx, tx, k)
				if err != nil {
					return err
				}
				if kept {
					fresh++
				}
			}
			return setRead(ctx, tx, b.name, status.UidValidity, uid)
		})
		if err != nil {
			return fresh, false, err
		}
	}
	return fresh, false, nil
}

func (b *Box) dial(ctx context.Context) (*client.Client, error) {
	d := &net.Dialer{Timeout: serverTime}
	var conn net.Conn
	var err error
	if b.plain {
		conn, err = d.DialContext(ctx, "tcp", b.addr)
	} else {
		conn, err = (&tls.Dialer{NetDialer: d, Config: b.config}).DialContext(ctx, "tcp", b.addr)
	}
	if err != nil {
		return nil, err
	}
	c, err := client.New(conn)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	c.Timeout = serverTime
	c.ErrorLog = quiet{}
	if err := c.Login(b.user, b.password); err != nil {
		_ = c.Logout()
		return nil, err
	}
	return c, nil
}

// quiet drops what the library would print: the server's words may hold what nobody else may read.
type quiet struct{}

// Printf drops it.
func (quiet) Printf(string, ...any) {}

// Println drops it.
func (quiet) Println(...any) {}

// newer lists the messages after the last that was read, oldest first.
func (b *Box) newer(c *client.Client, last uint32) ([]uint32, error) {
	want := imap.NewSearchCriteria()
	want.Uid = new(imap.SeqSet)
	want.Uid.AddRange(last+1, 0)
	got, err := c.UidSearch(want)
	if err != nil {
		return nil, err
	}
	var out []uint32
	for _, uid := range got { // "after the last" always names the last one too
		if uid > last {
			out = append(out, uid)
		}
	}
	return out, nil
}

// get fetches one message: its size first, and the whole of it only where it is no larger than is taken.
func (b *Box) get(c *client.Client, uid uint32) (k Kept, there bool, err error) {
	k = Kept{Mailbox: b.name, UID: uid}
	head, err := fetch(c, uid, imap.FetchRFC822Size, imap.FetchInternalDate)
	if err != nil {
		return k, false, err
	}
	if head == nil { // deleted meanwhile
		return k, false, nil
	}
	k.Size, k.ArrivedAt = int64(head.Size), head.InternalDate.UTC()
	if k.Size > MaxMessage {
		k.ID = mailID([]byte(b.name + " " + strconv.FormatUint(uint64(uid), 10) + " " + head.InternalDate.String()))
		return k, true, nil
	}
	section := &imap.BodySectionName{Peek: true}
	whole, err := fetch(c, uid, section.FetchItem())
	if err != nil || whole == nil {
		return k, false, err
	}
	r := whole.GetBody(section)
	if r == nil {
		return k, false, nil
	}
	k.Raw, err = io.ReadAll(io.LimitReader(r, MaxMessage+1))
	k.ID, k.Size = mailID(k.Raw), int64(len(k.Raw))
	return k, true, err
}

func fetch(c *client.Client, uid uint32, items ...imap.FetchItem) (*imap.Message, error) {
	set := new(imap.SeqSet)
	set.AddNum(uid)
	got := make(chan *imap.Message, 4)
	done := make(chan error, 1)
	go func() { done <- c.UidFetch(set, append(items, imap.FetchUid), got) }()
	var m *imap.Message
	for x := range got {
		if x.Uid == uid {
			m = x
		}
	}
	return m, <-done
}
