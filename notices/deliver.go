package notices

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// State is where a delivery stands.
type State string

// The states of a delivery.
const (
	Waiting State = "waiting" // to be sent, or tried again later
	Sent    State = "sent"    // handed to the receiver's server
	Failed  State = "failed"  // given up; a person may send it again
)

// Delivery is a notice on its way to one receiver. Its times are machine time.
type Delivery struct {
	ID       string // dlv_…; the same for every attempt
	Notice   Notice
	Channel  Channel
	Receiver string // empty: the account's own address
	State    State
	Tries    int // since a person last let it be sent again
	NextAt   time.Time
	SentAt   *time.Time
	Failure  string

	round   int
	to      string
	lang    fault.Lang // empty: nobody said which, and it is sent in all
	removed bool       // the receiver was taken away meanwhile
}

const (
	lease     = 5 * time.Minute // longer than any attempt may take
	attempt   = 30 * time.Second
	maxTries  = 8
	atOnce    = 20
	spreading = 200
)

// Service has the verbs of notices. What it needs of others is lent.
type Service struct {
	Clock func() time.Time // machine time

	// Address gives a merchant's own e-mail and phone, to which goes what no receiver was set for.
	Address func(ctx context.Context, tx *pg.Tx, merchant string) (email, phone string, err error)
	// Channels says by which channels a type goes to the account's own address; nil, or nothing: by e-mail. The message table's columns were never
	// seen, so no type has channels of its own here.
	Channels func(ctx context.Context, tx *pg.Tx, typ string) ([]Channel, error)
	// ChangesADay is how many changes of receivers a merchant may make a day; nil: 40.
	ChangesADay func(ctx context.Context, tx *pg.Tx) (int, error)

	URL   string     // of the console, for links; without a slash at the end
	Loose bool       // webhooks to this machine are allowed, without TLS too: a demo
	Mail  *Mail      // nil: no e-mail is sent, and what waits waits
	Text  *Gateway   // nil: no text message is sent
	Hooks HookSender // sends webhooks
}

// deliveryID is made of the delivery's key, so that it is the same whoever sends it how often.
func deliveryID(n Notice, c Channel, receiver string) string {
	h := sha256.Sum256([]byte(n.Merchant + "\x00" + n.Key + "\x00" + string(c) + "\x00" + receiver))
	return "dlv_" + hex.EncodeToString(h[:12])
}

// Deliver writes the deliveries of what was told and sends what waits, by any number of workers at once. It tells whether more may be left.
func (s *Service) Deliver(ctx context.Context, db *pg.DB, enough func() bool) (more bool, err error) {
	for !enough() {
		var n int
		err := db.InTx(ctx, pg.AsBatch("notices"), func(tx *pg.Tx) (err error) {
			n, err = s.spread(ctx, tx)
			return err
		})
		if err != nil {
			return false, err
		}
		m, err := s.send(ctx, db)
		if err != nil || n+m == 0 {
			return false, err
		}
	}
	return true, nil
}

// spread writes a delivery for each channel and receiver of some notices.
func (s *Service) spread(ctx context.Context, tx *pg.Tx) (int, error) {
	list, err := takeUnspread(ctx, tx, spreading)
	if err != nil {
		return 0, err
	}
	known := map[string][]Receiver{}
	for _, n := range list {
		whose := n.Merchant
		if n.Duty != "" {
			whose = ""
		}
		if _, loaded := known[whose]; !loaded {
			if known[whose], err = selectReceivers(ctx, tx, whose); err != nil {
				return 0, err
			}
		}
		if err := s.spreadOne(ctx, tx, n, known[whose]); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

func (s *Service) spreadOne(ctx context.Context, tx *pg.Tx, n Notice, receivers []Receiver) error {
	people := false
	for _, r := range receivers {
		wanted := n.Receiver == r.ID || n.Receiver == "" && r.Confirmed != nil && (len(r.Types) == 0 || slices.Contains(r.Types, n.Type))
		if !wanted {
			continue
		}
		people = people || r.Channel != Webhook
		if err := insertDelivery(ctx, tx, n, r.Channel, r.ID, s.Clock()); err != nil {
			return err
		}
	}
	if people || n.Receiver != "" || n.Duty != "" { // staff have the console
		return nil
	}
	own := []Channel{Email}
	if s.Channels != nil {
		set, err := s.Channels(ctx, tx, n.Type)
		if err != nil {
			return err
		}
		if len(set) > 0 {
			own = set
		}
	}
	for _, c := range own {
		if err := insertDelivery(ctx, tx, n, c, "", s.Clock()); err != nil {
			return err
		}
	}
	return nil
}

// usable are the channels that this process can send by.
func (s *Service) usable() []string {
	out := []string{string(Webhook)}
	if s.Mail != nil {
		out = append(out, string(Email))
	}
	if s.Text != nil {
		out = append(out, string(SMS))
	}
	return out
}

// Configured tells whether this process can send by a channel; what waits for another one is sent by whoever can.
func (s *Service) Configured(c Channel) bool { return slices.Contains(s.usable(), string(c)) }

// send claims some deliveries, sends them outside any transaction, and notes what came of each.
func (s *Service) send(ctx context.Context, db *pg.DB) (int, error) {
	var list []Delivery
	var secret []byte
	err := db.InTx(ctx, pg.AsBatch("notices"), func(tx *pg.Tx) (err error) {
		if list, err = claim(ctx, tx, s.usable(), s.Clock(), atOnce); err != nil || len(list) == 0 {
			return err
		}
		for i := range list {
			if err := s.ownAddress(ctx, tx, &list[i]); err != nil {
				return err
			}
		}
		secret, err = selectSecret(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	end := s.Clock().Add(lease - attempt)
	for i := range list {
		if s.Clock().After(end) { // the rest is taken again once its lease is over
			break
		}
		d := &list[i]
		one, cancel := context.WithTimeout(ctx, attempt)
		err := s.sendOne(one, *d, secret)
		cancel()
		if err != nil && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		d.outcome(err, s.Clock())
		if err := db.InTx(ctx, pg.AsBatch("notices"), func(tx *pg.Tx) error { return report(ctx, tx, *d) }); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// ownAddress looks up where a delivery without a receiver goes.
func (s *Service) ownAddress(ctx context.Context, tx *pg.Tx, d *Delivery) error {
	if d.Receiver != "" || s.Address == nil {
		return nil
	}
	email, phone, err := s.Address(ctx, tx, d.Notice.Merchant)
	switch d.Channel {
	case Email:
		d.to = email
	case SMS:
		d.to = phone
	case Webhook:
	}
	return err
}

// permanent is an error that trying again does not cure.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent tells that trying again is no use.
func (p permanent) Permanent() bool { return true }

func (s *Service) sendOne(ctx context.Context, d Delivery, secret []byte) error {
	if d.to == "" || d.removed {
		return permanent{fault.New(fault.NotFound, "NOTICE-ADDRESS", "")}
	}
	if d.Notice.Type == "receiver.confirm" {
		if s.URL == "" {
			return fault.New(fault.Unavailable, "NOTICE-URL", "")
		}
		whose := d.Notice.Merchant
		d.Notice.Args = map[string]string{"link": s.URL + "/notices/confirm?t=" + link(secret, whose, d.Receiver, s.Clock().Add(linkFor))}
	}
	subject, body := d.Text()
	switch d.Channel {
	case Email:
		return s.Mail.send(ctx, d.ID, d.to, subject, body, s.Clock())
	case SMS:
		return s.Text.send(ctx, d.ID, d.to, subject+" "+body)
	case Webhook:
	}
	whose := d.Notice.Merchant
	if d.Notice.Duty != "" {
		whose = ""
	}
	return s.Hooks.send(ctx, d, mac(secret, "webhook", whose+"|"+d.Receiver), subject, body, s.Clock(), s.Loose)
}

// Text is what a delivery says: in its receiver's language, or where nobody said which, in all three.
func (d Delivery) Text() (subject, body string) {
	if d.lang != "" {
		return words(d.Notice.Type, d.lang, d.Notice.Args)
	}
	for _, l := range fault.Langs {
		a, b := words(d.Notice.Type, l, d.Notice.Args)
		if body != "" {
			subject, body = subject+" / "+a, body+"\n\n"+b
			continue
		}
		subject, body = a, b
	}
	return subject, body
}

// outcome moves a delivery on after an attempt: sent, to be tried later (twice as long after each, from a minute to an hour), or given up.
func (d *Delivery) outcome(err error, machine time.Time) {
	var never permanent
	switch {
	case err == nil:
		d.State, d.SentAt, d.Failure = Sent, &machine, ""
	case errors.As(err, &never) || d.Tries >= maxTries:
		d.State, d.Failure = Failed, err.Error()
	default:
		d.Failure = err.Error()
		d.NextAt = machine.Add(min(time.Minute<<(d.Tries-1), time.Hour))
	}
}

// OutboxQuery says which deliveries are wanted.
type OutboxQuery struct {
	State         State // empty: all
	ID            string
	Limit, Offset int
}

// Outbox lists deliveries, those told latest first.
func Outbox(ctx context.Context, tx *pg.Tx, q OutboxQuery) ([]Delivery, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	return selectDeliveries(ctx, tx, q)
}

// Resend lets a delivery that was given up be sent again. NOTICE-NONE where none such failed.
func (s *Service) Resend(ctx context.Context, tx *pg.Tx, id string) error {
	ok, err := resend(ctx, tx, id, s.Clock())
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.NotFound, "NOTICE-NONE", "delivery")
	}
	return audit.Write(ctx, tx, audit.Event{Action: "notice.resent", Subject: id})
}
