package notices

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Channel is a way to reach somebody besides the console itself.
type Channel string

// The channels.
const (
	Email   Channel = "email"
	SMS     Channel = "sms"
	Webhook Channel = "webhook"
)

// Receiver is somebody a merchant wants told (接收人), or a system of theirs. Nothing is sent before it confirmed by the link it got.
type Receiver struct {
	Merchant  string // empty: the house itself
	ID        string // rcv_…
	Channel   Channel
	Lang      fault.Lang
	Types     []string // empty: all
	Name      string   // erasable, as is Address
	Address   string
	AddedAt   time.Time  // business time
	Confirmed *time.Time // machine time
}

// changesADay is how many changes of receivers a merchant may make on one day where no setting says otherwise; the public pages of the message
// centre say 40.
const changesADay = 40

var phone = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// check gives all that is wrong with a receiver. Loose allows a webhook on this machine without TLS: a demo.
func (r Receiver) check(loose bool) error {
	var out fault.Faults
	ok := len(r.Address) <= 500
	switch r.Channel {
	case Email:
		a, err := mail.ParseAddress(r.Address)
		ok = ok && err == nil && a.Address == r.Address
	case SMS:
		ok = ok && phone.MatchString(r.Address)
	case Webhook:
		u, err := url.Parse(r.Address)
		ok = ok && err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || loose && u.Scheme == "http" && loopback(u.Hostname()))
	default:
		return fault.New(fault.Invalid, "RECEIVER-CHANNEL", "channel", fault.Args{"channel": string(r.Channel)})
	}
	if !ok {
		out = append(out, fault.New(fault.Invalid, "RECEIVER-ADDRESS", "address"))
	}
	for _, t := range r.Types {
		if _, known := TypeOf(t); !known {
			out = append(out, fault.New(fault.Invalid, "NOTICE-TYPE", "types", fault.Args{"type": t}))
		}
	}
	return out.Err()
}

// AddReceiver adds a receiver and asks it to confirm. RECEIVER-LIMIT where the day's changes are used up.
func (s *Service) AddReceiver(ctx context.Context, tx *pg.Tx, r Receiver) (Receiver, error) {
	r.Address, r.Name = strings.TrimSpace(r.Address), strings.TrimSpace(r.Name)
	if err := r.check(s.Loose); err != nil {
		return r, err
	}
	if err := s.countChange(ctx, tx, r.Merchant); err != nil {
		return r, err
	}
	r.ID, r.AddedAt = "rcv_"+strings.ToLower(rand.Text()), tx.Now
	if err := insertReceiver(ctx, tx, r); err != nil {
		return r, err
	}
	n := Notice{Key: "receiver.confirm/" + r.ID, Type: "receiver.confirm", Merchant: r.Merchant, Receiver: r.ID, Args: map[string]string{}}
	if r.Merchant == "" {
		n.Duty = "operations"
	}
	if err := Tell(ctx, tx, n); err != nil {
		return r, err
	}
	return r, audit.Write(ctx, tx, audit.Event{Merchant: r.Merchant, Action: "receiver.added", Subject: r.ID, Detail: map[string]any{"channel": string(r.Channel)}})
}

// RemoveReceiver takes a receiver away and erases who it was.
func (s *Service) RemoveReceiver(ctx context.Context, tx *pg.Tx, merchant, id string) error {
	if err := s.countChange(ctx, tx, merchant); err != nil {
		return err
	}
	found, err := removeReceiver(ctx, tx, merchant, id)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.NotFound, "RECEIVER-NONE", "receiver")
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "receiver.removed", Subject: id})
}

// Receivers lists a merchant's receivers that were not removed.
func Receivers(ctx context.Context, tx *pg.Tx, merchant string) ([]Receiver, error) {
	return selectReceivers(ctx, tx, merchant)
}

// ByAddress lists the receivers, of any merchant, that confirmed an e-mail address; its case does not matter. For staff and batch alone.
func ByAddress(ctx context.Context, tx *pg.Tx, address string) ([]Receiver, error) {
	return selectByAddress(ctx, tx, address)
}

func (s *Service) countChange(ctx context.Context, tx *pg.Tx, merchant string) error {
	most := changesADay
	if s.ChangesADay != nil {
		n, err := s.ChangesADay(ctx, tx)
		if err != nil {
			return err
		}
		most = n
	}
	n, err := addChange(ctx, tx, merchant)
	if err == nil && n > most {
		return fault.New(fault.Conflict, "RECEIVER-LIMIT", "", fault.Args{"n": most})
	}
	return err
}

// linkFor is how long a link to confirm by is good, from when it is sent.
const linkFor = 72 * time.Hour

// link is the part of an address that confirms a receiver. Its signature binds merchant, receiver and end.
func link(secret []byte, merchant, id string, until time.Time) string {
	v := merchant + "|" + id + "|" + strconv.FormatInt(until.Unix(), 10)
	return base64.RawURLEncoding.EncodeToString([]byte(v)) + "." + mac(secret, "link", v)
}

// readLink gives what a link stands for, if it was ours and its time is not over.
func readLink(secret []byte, text string, machine time.Time) (merchant, id string, ok bool) {
	a, sig, _ := strings.Cut(text, ".")
	v, err := base64.RawURLEncoding.DecodeString(a)
	if err != nil || !hmac.Equal([]byte(sig), []byte(mac(secret, "link", string(v)))) {
		return "", "", false
	}
	p := strings.Split(string(v), "|")
	if len(p) != 3 {
		return "", "", false
	}
	until, err := strconv.ParseInt(p[2], 10, 64)
	return p[0], p[1], err == nil && machine.Unix() < until
}

func mac(secret []byte, purpose, v string) string {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(purpose + "\x00" + v))
	return hex.EncodeToString(m.Sum(nil))
}

// Confirm lets a receiver be used: whoever got the link wants to be told. Doing so twice changes nothing. The transaction is the batch role's.
func (s *Service) Confirm(ctx context.Context, tx *pg.Tx, text string) error {
	secret, err := selectSecret(ctx, tx)
	if err != nil {
		return err
	}
	merchant, id, ok := readLink(secret, text, s.Clock())
	if ok {
		ok, err = confirmReceiver(ctx, tx, merchant, id, s.Clock())
	}
	if err == nil && !ok {
		return fault.New(fault.NotFound, "RECEIVER-LINK", "")
	}
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "receiver.confirmed", Subject: id})
}

// WebhookSecret is what a webhook's requests are signed with: 64 hexadecimal digits, its own. The transaction is the batch role's.
func WebhookSecret(ctx context.Context, tx *pg.Tx, merchant, id string) (string, error) {
	secret, err := selectSecret(ctx, tx)
	return mac(secret, "webhook", merchant+"|"+id), err
}
