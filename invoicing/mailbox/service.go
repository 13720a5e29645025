package mailbox

import (
	"context"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/invoicing/einvoice"
	"suanpan/notices"
)

// State is where a message stands.
type State string

// The states of a message.
const (
	Taken   State = "taken"   // stored, not read yet
	Judged  State = "judged"  // its invoices were judged, or it was told why there was nothing to judge
	Waiting State = "waiting" // for a person: nobody knows whose it is
	Ignored State = "ignored" // written by a machine, or put aside by a person
)

// Reply is where an answer stands.
type Reply string

// The states of an answer.
const (
	NoReply Reply = ""
	Due     Reply = "due"
	Sending Reply = "sending" // handed to the mail server at this moment
	Sent    Reply = "sent"
	Unsure  Reply = "unsure" // the process ended while it was sending: a person decides
	Failed  Reply = "failed" // the mail server refuses it
)

// Kept is a message as it is kept.
type Kept struct {
	Merchant, ID    string
	Mailbox         string
	UID             uint32
	MessageID       string
	Sender, Subject string
	ArrivedAt       time.Time // business time at which the mail server had it
	TakenAt         time.Time // business time
	Size            int64
	Raw             []byte
	State           State
	Reason          string // code of the fault for which it waits or is ignored
	Requisition     string
	Outcome         invoicing.Outcome
	DecidedBy       string
	Reply           Reply
	ReplyTo         string
	ReplyHead       string
	ReplyBody       string
	ReplyTries      int
}

// Post is the mail server that answers leave by.
type Post interface {
	// Reply hands over one message whose Message-ID is made of id.
	Reply(ctx context.Context, id, to, inReplyTo, subject, body string, at time.Time) error
}

// Service has the verbs. Clock is the machine's: answers are tried again by it.
type Service struct {
	Invoicing *invoicing.Service
	Box       *Box // nil: none is configured
	Post      Post // nil: answers wait
	Clock     func() time.Time
}

// keep stores a message before anybody reads it. The same content again is nothing.
func (s *Service) keep(ctx context.Context, tx *pg.Tx, k Kept) (fresh bool, err error) {
	k.TakenAt, k.State = tx.Now, Taken
	if k.ArrivedAt.IsZero() || k.ArrivedAt.After(tx.Now) {
		k.ArrivedAt = tx.Now
	}
	if k.Size > MaxMessage {
		k.State, k.Reason = Waiting, "MAIL-LARGE"
	}
	return insertMessage(ctx, tx, k)
}

// Work judges the messages that were taken, each in a transaction of its own, until none is left or it is enough.
func (s *Service) Work(ctx context.Context, db *pg.DB, enough func() bool) (more bool, err error) {
	for !enough() {
		done := true
		err := db.InTx(ctx, pg.AsBatch("mail"), func(tx *pg.Tx) error {
			k, ok, err := lockTaken(ctx, tx)
			if err != nil || !ok {
				return err
			}
			done = false
			if err := s.judge(ctx, tx, &k, nil); err != nil {
				return err
			}
			return updateMessage(ctx, tx, "", k)
		})
		if err != nil || done {
			return false, err
		}
	}
	return true, nil
}

// known is whom an address belongs to.
type known struct {
	merchant string
	lang     fault.Lang
	address  string // as it is on file: where the answer goes
}

// judge decides what becomes of a message: told is whose it is, where a person said so.
func (s *Service) judge(ctx context.Context, tx *pg.Tx, k *Kept, told *known) error {
	m, err := parse(k.Raw)
	k.MessageID, k.Sender, k.Subject = clip(plain(m.ID), 300), clip(m.From, 300), clip(m.Subject, 300)
	switch {
	case err != nil || m.From == "":
		k.State, k.Reason = Waiting, "MAIL-UNREADABLE"
		return nil
	case m.Auto:
		k.State, k.Reason = Ignored, "MAIL-AUTOMATIC"
		return nil
	}
	list := []known{}
	if told != nil {
		list = append(list, *told)
	} else if list, err = senders(ctx, tx, m.From); err != nil {
		return err
	}
	read, err := s.read(ctx, tx, m, list)
	if err != nil {
		return err
	}
	who := read.owner(list)
	if who == nil {
		k.State, k.Reason = Waiting, "MAIL-SENDER"
		if len(list) > 1 {
			k.Reason = "MAIL-WHICH"
		}
		return nil
	}
	return s.answer(ctx, tx, k, m, *who, read)
}

// senders finds the merchants of an address: confirmed receivers of notices, and merchants' contacts.
func senders(ctx context.Context, tx *pg.Tx, address string) ([]known, error) {
	rs, err := notices.ByAddress(ctx, tx, address)
	if err != nil {
		return nil, err
	}
	ms, err := entities.MerchantsByEmail(ctx, tx, address)
	if err != nil {
		return nil, err
	}
	var out []known
	seen := map[string]bool{}
	for _, r := range rs {
		if r.Merchant != "" && !seen[r.Merchant] {
			seen[r.Merchant] = true
			out = append(out, known{r.Merchant, r.Lang, address})
		}
	}
	for _, m := range ms {
		if !seen[m.ID] {
			out = append(out, known{m.ID, spoken(m.Residence), address})
		}
	}
	return out, nil
}

// spoken is the language to answer a contact in whose language nobody asked.
func spoken(residence string) fault.Lang {
	switch residence {
	case "BR", "PT":
		return fault.PT
	case "CN", "HK", "TW", "MO":
		return fault.ZH
	}
	return fault.EN
}

// found is what the attachments of a message are.
type found struct {
	invoices map[string][]invoicing.Invoice // by merchant: which numbers stand on them depends on whose they are
	named    map[string][]string            // by merchant: its requisitions that the message or its invoices name
	faults   fault.Faults                   // of attachments that were meant as invoices and cannot be read
	copies   []string                       // hashes and QR texts that stand in the attachments: one may be the list
	files    []Attachment
}

// read reads every attachment once, and finds the requisitions of each merchant in question.
func (s *Service) read(ctx context.Context, tx *pg.Tx, m Message, list []known) (found, error) {
	f := found{invoices: map[string][]invoicing.Invoice{}, named: map[string][]string{}}
	numbers := map[string][]string{}
	for _, w := range list {
		rs, err := s.Invoicing.Requisitions(ctx, tx, invoicing.Filter{Merchant: w.merchant, Limit: 100000})
		if err != nil {
			return f, err
		}
		for _, r := range rs {
			numbers[w.merchant] = append(numbers[w.merchant], r.Number)
		}
		f.named[w.merchant] = names(m.Subject+"\n"+m.Text, numbers[w.merchant])
	}
	for i, a := range m.Attachments {
		if i == maxAttached {
			f.faults = append(f.faults, fault.New(fault.TooLarge, "MAIL-MANY", "", fault.Args{"max": maxAttached}))
			break
		}
		f.copies = append(f.copies, invoicing.ListCopy(a.Content))
		f.files = append(f.files, a)
		if err := s.Invoicing.Inspect(ctx, a.Name, a.Content); fault.Has(err, "INV-FILE-VIRUS") {
			f.faults = append(f.faults, fault.All(err).In(a.Name)...)
			continue
		} else if err != nil {
			return f, err // nobody knows: the message stays taken and is judged when the scanner answers
		}
		d, err := einvoice.ReadContext(ctx, a.Content)
		if bad := fault.All(err); len(bad) > 0 {
			if meant(a) {
				f.faults = append(f.faults, bad.In(a.Name)...)
			}
			continue
		} else if err != nil {
			return f, err
		}
		for _, w := range list {
			f.invoices[w.merchant] = append(f.invoices[w.merchant], invoicing.FromDocument(d, numbers[w.merchant]))
			for _, x := range einvoice.FindRequisition(d, numbers[w.merchant]...) {
				f.named[w.merchant] = append(f.named[w.merchant], x.Number)
			}
		}
	}
	return f, nil
}

// names finds the numbers that stand in a text as whole words.
func names(text string, numbers []string) []string {
	var out []string
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool {
		return !(r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z')
	}) {
		words[strings.Trim(w, "-_")] = true
	}
	for _, n := range numbers {
		if words[strings.ToUpper(n)] {
			out = append(out, n)
		}
	}
	return out
}

// meant tells an attachment that was sent as an invoice from a logo or a signature. A PDF may be a copy for people beside the XML.
func meant(a Attachment) bool {
	n := strings.ToLower(a.Name)
	for _, end := range []string{".xml", ".zip", ".rar", ".7z", ".ofd", ".dat"} {
		if strings.HasSuffix(n, end) {
			return true
		}
	}
	return false
}

// owner is whose message it is: the only merchant of the address, or the only one whose requisition is named.
func (f found) owner(list []known) *known {
	if len(list) == 1 {
		return &list[0]
	}
	var one *known
	for i := range list {
		if len(f.named[list[i].merchant]) > 0 {
			if one != nil {
				return nil
			}
			one = &list[i]
		}
	}
	return one
}

// answer judges what is attached and writes what the sender is told, in the same transaction.
func (s *Service) answer(ctx context.Context, tx *pg.Tx, k *Kept, m Message, who known, f found) error {
	k.Merchant, k.State, k.Reply, k.ReplyTo = who.merchant, Judged, Due, who.address
	k.DecidedBy = tx.Actor.User
	for _, a := range f.files {
		if len(a.Content) <= invoicing.MaxFile {
			if _, err := s.Invoicing.StoreFile(ctx, tx, who.merchant, a.Name, a.Content); err != nil {
				return err
			}
		}
	}
	invoices := f.invoices[who.merchant]
	if len(invoices) == 0 || len(f.faults) > 0 {
		if len(f.faults) == 0 {
			f.faults = fault.Faults{fault.New(fault.Invalid, "MAIL-NOTHING", "")}
		}
		k.Outcome = invoicing.Refused
		k.ReplyHead, k.ReplyBody = letter{lang: who.lang, subject: m.Subject, faults: f.faults}.write()
		return audit.Write(ctx, tx, audit.Event{Merchant: who.merchant, Action: "mail.unread", Subject: k.ID})
	}
	send := invoicing.Send{Merchant: who.merchant, ReceivedAt: k.ArrivedAt, Invoices: invoices}
	if named := distinct(f.named[who.merchant]); len(named) == 1 {
		send.Requisition = named[0]
	}
	for _, c := range f.copies { // one of them may be the list: its hash, or the QR text that stands in it
		send.ListCopy = c
		v, err := s.Invoicing.Check(ctx, tx, send)
		if err != nil {
			return err
		}
		if !fault.Has(v.Faults.Err(), "INV-LIST-ATTACHED") {
			break
		}
	}
	r, err := s.Invoicing.Submit(ctx, tx, send)
	if err != nil {
		return err
	}
	v := r.Submission.Verdict
	k.Requisition, k.Outcome = string(r.Submission.Requisition), v.Outcome
	k.ReplyHead, k.ReplyBody = letter{lang: who.lang, subject: m.Subject, requisition: k.Requisition, verdict: &v}.write()
	return audit.Write(ctx, tx, audit.Event{Merchant: who.merchant, Action: "mail.judged", Subject: k.ID, Reason: string(v.Outcome)})
}

func distinct(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, x := range list {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
