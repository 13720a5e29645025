package invoicing

import (
	"strconv"
	"time"

	"suanpan/internal/fault"
	"suanpan/money"
)

// State is where a requisition stands.
type State string

// The states of a requisition.
const (
	StateOpen      State = "open"      // the list waits for its invoices
	StateAccepted  State = "accepted"  // answered, unpaid
	StatePaid      State = "paid"      // a payment is recorded
	StateWithdrawn State = "withdrawn" // its number is never used again
)

// Requisition (申付单) is a payment request and where its invoices stand.
type Requisition struct {
	Merchant  string
	Number    string
	Entity    string
	Amount    money.Amount // the list's payable
	Version   int          // of the list in force
	State     State
	Attempt   int // raised by each reversal of an acceptance
	NoticeAt  time.Time
	ChangedAt time.Time
	ChangedBy string
}

// transitions says which state may follow which. Everything else is a fault.
var transitions = map[State][]State{
	StateOpen:     {StateAccepted, StateWithdrawn},
	StateAccepted: {StateOpen, StatePaid}, // open again: revoked, or must be reissued
	StatePaid:     {StateAccepted},        // the payment was undone
}

// To gives the requisition in its next state, or INV-STATE.
func (r Requisition) To(next State, at time.Time, by string) (Requisition, error) {
	for _, s := range transitions[r.State] {
		if s == next {
			r.State, r.ChangedAt, r.ChangedBy = next, at, by
			return r, nil
		}
	}
	return r, fault.New(fault.Conflict, "INV-STATE", "requisition", fault.Args{"requisition": r.Number, "state": r.State, "next": next})
}

// AcceptedKey is the ledger key of the acceptance of the present attempt.
func (r Requisition) AcceptedKey() string {
	return "invoice.accepted/" + r.Number + "/" + strconv.Itoa(r.Attempt)
}

// Event is something that happened to a requisition.
type Event struct {
	Kind    EventKind
	Attempt int
	At      time.Time
	By      string
	Second  string // where two people were asked
	Reason  string
}

// EventKind names what happened.
type EventKind string

// The events of a requisition.
const (
	EventIssued      EventKind = "issued"
	EventReplaced    EventKind = "replaced" // a new version of the list
	EventWithdrawn   EventKind = "withdrawn"
	EventAccepted    EventKind = "accepted"
	EventRevoked     EventKind = "revoked"
	EventLateAllowed EventKind = "late_allowed"
	EventLateRefused EventKind = "late_refused"
	EventReissue     EventKind = "reissue"
	EventPaid        EventKind = "paid"
	EventUnpaid      EventKind = "unpaid"
	EventCredited    EventKind = "credited"   // a credit note lowered an accepted invoice
	EventOverridden  EventKind = "overridden" // two people set faults aside
	EventUndone      EventKind = "override_undone"
)

// Submission is one upload as it was judged.
type Submission struct {
	Requisition   string
	No            int
	ReceivedAt    time.Time
	MoreFollows   bool
	ListAttached  bool
	Verdict       Verdict // as it was then; Invoices carry their status of then
	SubmittedBy   string
	RecordedAt    time.Time
	Decision      string // "allowed", "refused": what finance decided about a late one; "overridden": its faults were set aside
	DecidedBy     string
	DecidedAt     time.Time
	DecisionNotes string
}

// Sent is one version of an invoice as it stands now.
type Sent struct {
	Version     int
	Requisition string
	Submission  int
	Position    int // in its submission, from 0
	Status      Status
	Invoice     Invoice
	ReissueAt   time.Time // zero where no law asks for it
	ChangedAt   time.Time
	ChangedBy   string
}

// Detail is everything about one requisition, for a page or an answer of the API.
type Detail struct {
	Requisition
	List        List
	Hash        string
	Filled      map[string]string // what the merchant filled into the list's fields
	Submissions []Submission
	Invoices    []Sent
	Events      []Event
}
