package supervision

import (
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"

	"suanpan/money"
)

// Case is one supervised order line (服务监管单).
type Case struct {
	Merchant, Line, Order string
	Entity                string // the contracting entity that owes the merchant; its zone and calendar count
	Buyer, Product, SKU   string
	Currency              money.Currency
	Gross, Refunded       decimal.Decimal // of the line, in its currency, tax included
	Type                  Type
	Channel               Channel
	ProductName, SpecName string // as the order has them; empty where not told
	Stage                 Stage
	Since                 time.Time // when the stage began
	OpenedAt              time.Time // the payment
	Frozen                *time.Time
	Rejections            int // of deliveries
	Acts                  int // entries of the log
	Carrier, Parcel       string
	Signed                *time.Time // the courier's SIGNED event
	PhonesDiffer          bool
	Start                 *time.Time // 服务实际开通时间 as the seller filled it in, or the activation
	Accepted              *time.Time // what ended supervision happened then
	How                   string     // buyer, automatic, review, proof, appeal, overdue, feed, refund, canceled, failed
	Ended                 *time.Time
	RefundID              string
	Resume                Stage
}

// Open tells whether the case has not ended.
func (c *Case) Open() bool { return c.Ended == nil }

// Left is what can still be refunded.
func (c *Case) Left() decimal.Decimal { return c.Gross.Sub(c.Refunded) }

// ServiceStart is when the service began: what the seller filled in; otherwise the acceptance. Zero while neither is known.
func (c *Case) ServiceStart(rule string) time.Time {
	if c.Start != nil && rule != startAtAcceptance {
		return *c.Start
	}
	if c.Accepted != nil {
		return *c.Accepted
	}
	return time.Time{}
}

// enter puts the case into a stage at an instant.
func (c *Case) enter(s Stage, at time.Time) {
	if s != c.Stage {
		c.Stage, c.Since = s, at
	}
}

// Contact is the personal data of a case, kept apart so that it can be erased.
type Contact struct {
	Company     string // the ordering user's full company name
	OrderPhone  string // the receiver's in the order
	ParcelPhone string // the receiver's as the courier has it
}

// differ tells whether both phones are known and are not the same. Only digits count; a country code makes another phone, since a wrong "same" would
// accept by itself what nobody received, and a wrong "other" only asks the seller to remind the buyer.
func (p Contact) differ() bool {
	a, b := digits(p.OrderPhone), digits(p.ParcelPhone)
	return a != "" && b != "" && a != b
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// Entry is one thing that was done to a case.
type Entry struct {
	No           int
	Event, Actor string
	Party        Party
	At, Recorded time.Time
	Stage        Stage // after it
	Text         string
}

// Paper is a file that was handed in: a delivery proof, or evidence of an appeal.
type Paper struct {
	No, Appeal int
	SHA, Name  string
	Party      Party
	Actor      string
	At         time.Time
	Elements   Elements
	Unchecked  []string // elements that could not be compared
}

// Elements are what a delivery proof (《交付验收文档》) says of itself. The help pages name five; the last two were never seen whole, so what they
// are is the setting supervision_proof_elements.
type Elements struct {
	Orders  string            `json:"orders,omitempty"`  // order numbers, separated by commas or spaces
	Company string            `json:"company,omitempty"` // full name of the buyer's company
	Product string            `json:"product,omitempty"`
	Spec    string            `json:"spec,omitempty"`
	More    map[string]string `json:"more,omitempty"` // those asked for by the setting
}

// File is the content of a paper.
type File struct {
	SHA, Type string
	Content   []byte
}

// Note is what somebody should be told, handed to Service.Tell in the transaction of its cause.
type Note struct {
	Kind     string // a name of the field's message table where it has one
	To       Party
	Merchant string
	Line     string
	Order    string
	Buyer    string
	At       time.Time
	Text     string // the reason, where there is one
}

// Kinds of notes. NoteAutoRefund is named in the message table as 服务监管超期系统自动执行退订通知商家.
const (
	NoteTurn        = "supervision.turn"         // it is your turn
	NoteRejected    = "supervision.rejected"     // the delivery or the request was rejected
	NoteRemindBuyer = "supervision.remind_buyer" // the phones differ: remind the buyer to accept
	NoteOverdue     = "supervision.overdue"      // not accepted for half a year; to the seller and the buyer's business contact
	NoteAutoAccept  = "supervision.auto_accepted"
	NoteAutoRefund  = "supervision.auto_refunded"
	NoteAppealed    = "appeal.opened"
	NoteDecided     = "appeal.decided"
)
