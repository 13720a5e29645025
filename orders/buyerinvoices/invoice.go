package buyerinvoices

import (
	"time"

	"suanpan/internal/fault"
)

// State is where a request for an invoice stands.
type State string

// The states.
const (
	None      State = "" // never asked for, or all of it ended
	Requested State = "requested"
	Issued    State = "issued"
	Cancelled State = "cancelled" // 撤销开票, before it was completed
	Returned  State = "returned"  // 退票, after it was completed
)

// Act is what is done to a request.
type Act string

// The acts.
const (
	Issue  Act = "issue"
	Cancel Act = "cancel"
	Return Act = "return"
)

var moves = map[State]map[Act]State{
	Requested: {Issue: Issued, Cancel: Cancelled},
	Issued:    {Return: Returned},
}

// Next is the state after an act; BIN-STATE where it does not belong here.
func Next(s State, a Act) (State, *fault.Fault) {
	if to, ok := moves[s][a]; ok {
		return to, nil
	}
	return s, fault.New(fault.Conflict, "BIN-STATE", "state", fault.Args{"state": s, "act": a})
}

// Form says whether an invoice is paper.
type Form string

// The forms.
const (
	Paper      Form = "paper"
	Electronic Form = "electronic"
)

// Invoice is a buyer's request for an invoice of one order line, and the invoice.
type Invoice struct {
	Merchant    string
	ID          string // the marketplace's number of the request
	Order, Line string
	Buyer       string
	Form        Form
	State       State
	RequestedAt time.Time
	Number      string // of the invoice, once issued
	IssuedAt    *time.Time
	ClosedAt    *time.Time // cancelled or returned
	Reason      string     // of cancelling or returning
	Deducted    bool       // the buyer had deducted the VAT (已抵扣认证)
	Carrier     string     // of the paper that came back
	Tracking    string

	hash []byte
}

// Back is how an invoice comes back.
type Back struct {
	Reason            string
	Deducted          bool
	Carrier, Tracking string // of the parcel
	Proofs            int    // how many files are attached
}

// CheckBack gives all that is missing: always a reason; for paper the parcel's carrier and number, unless the buyer has deducted the VAT, when the reason
// comes with attachments instead. An electronic invoice needs no parcel.
func CheckBack(f Form, b Back) (fs fault.Faults) {
	if b.Reason == "" {
		fs = append(fs, fault.New(fault.Invalid, "BIN-REASON", "reason"))
	}
	switch {
	case b.Deducted && b.Proofs == 0:
		fs = append(fs, fault.New(fault.Invalid, "BIN-PROOF", "files"))
	case !b.Deducted && f == Paper && (b.Carrier == "" || b.Tracking == ""):
		fs = append(fs, fault.New(fault.Invalid, "BIN-PARCEL", "trackingNumber"))
	}
	return fs
}
