package invoicing

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Status is where an invoice stands.
type Status string

// The states of an invoice.
const (
	StatusPending  Status = "pending"  // right so far, more will follow
	StatusAccepted Status = "accepted" // answers its list, unpaid
	StatusRefused  Status = "refused"  // wrong; its number is free again
	StatusWaiting  Status = "waiting"  // late: finance decides
	StatusRevoked  Status = "revoked"  // acceptance undone by two people; number free again
	StatusReissue  Status = "reissue"  // a law asks for a new one; number free again
	StatusPaid     Status = "paid"
)

// Live tells whether an invoice in this state holds its number and counts towards its list.
func (s Status) Live() bool {
	switch s {
	case StatusRefused, StatusRevoked, StatusReissue:
		return false
	}
	return true
}

// Earlier is an invoice of the same merchant that came before, in its latest version.
type Earlier struct {
	Number      string
	Status      Status
	Requisition string
	Submission  int     // the upload it came with
	Invoice     Invoice // its figures, where it counts towards the list that is judged
}

// Upload is what was sent at once.
type Upload struct {
	Requisition    string    // the requisition it was sent for (page, API, check); empty where only the invoices say it (mail)
	ReceivedAt     time.Time // business time
	ListAttached   bool      // the list came along: given by the page, or a file recognised by hash or QR
	MoreWillFollow bool      // the merchant says that this is not all
	StarredBlank   []string  // names of the * fields of the list that are still blank
	Invoices       []Invoice
}

// Input is everything a verdict depends on; Judge looks at nothing else.
type Input struct {
	Fiscal map[string]FiscalHold // by Invoice.FiscalKey: the fiscal documents that are taken

	Lists    []List    // this merchant's lists in force
	History  []Earlier // this merchant's invoices so far
	Upload   Upload
	Merchant entities.Merchant // its spellings count as its name; may be empty
	Grounds  map[string]Ground // by entity code, those of the lists
	Settings Settings
	AsOf     time.Time  // when an accepted invoice is looked at again; zero: it is being received
	PaidAt   time.Time  // value date of a recorded payment; zero: unpaid
	RulesOn  period.Day // whose national rules count; zero: those of the day of receipt, in each entity's zone
	// LateAllowed is finance's decision to take a late upload: it is then judged as if in time.
	LateAllowed bool
	// Answered are requisitions that stand accepted or paid, whatever their invoices add up to: a tolerance or two people may have taken less.
	Answered map[string]bool
	// Overridden are faults, by code, that two people set aside for this upload.
	Overridden map[string]bool
}

// Outcome is the verdict in a word.
type Outcome string

// The outcomes.
const (
	Accepted   Outcome = "accepted"   // warnings included
	Refused    Outcome = "refused"    // at least one fault
	Late       Outcome = "late"       // no fault, but after the deadline: waits for finance
	Incomplete Outcome = "incomplete" // no fault, but more has to follow
)

// Compared says which figure was held against which: nobody has to guess what "the total" meant.
type Compared struct {
	Requisition   string       `json:"requisition"`
	InvoiceFigure Figure       `json:"invoiceFigure"`
	ListFigure    Figure       `json:"listFigure"`
	Got           money.Amount `json:"got"`             // the sum over what was sent and what is pending, in the one currency the invoices bear
	Mixed         totals       `json:"mixed,omitempty"` // the sums by currency where they bear several; Got is then empty
	Want          money.Amount `json:"want"`            // the list's figure
	Source        string       `json:"source"`
}

// GotText is what the invoices come to, each sum in its own currency: "SGD 471.61".
func (c Compared) GotText() string { return c.got().String() }

// DifferenceText is got − want, "SGD -5.00", or which currencies stand in the way of one: "DKK ≠ SGD".
func (c Compared) DifferenceText() string {
	if got := c.got(); len(got) == 1 && got[0].Currency == c.Want.Currency && got[0].Value.Equal(c.Want.Value) {
		return money.Zero(c.Want.Currency).String()
	}
	return c.got().difference(c.Want)
}

func (c Compared) got() totals {
	if len(c.Mixed) > 0 {
		return c.Mixed
	}
	return totals{c.Got}
}

// InvoiceVerdict is what becomes of one invoice of the upload.
type InvoiceVerdict struct {
	Number string       `json:"number"`
	Status Status       `json:"status"` // accepted, pending, waiting or refused
	Faults fault.Faults `json:"faults"` // those whose path is this invoice
}

// Verdict is the whole answer.
type Verdict struct {
	Outcome     Outcome          `json:"outcome"`
	Requisition string           `json:"requisition"` // the list judged against; empty where none was found
	Faults      fault.Faults     `json:"faults"`      // all that is wrong, in the order told in doc.go
	Warnings    fault.Faults     `json:"warnings"`    // worth saying, refuse nothing
	Holds       fault.Faults     `json:"holds"`       // INV-LATE, INV-INCOMPLETE: no fault, but not accepted yet
	Compared    []Compared       `json:"compared"`
	Complete    bool             `json:"complete"`          // the invoices in force reach the list exactly: it is answered, late or not
	Missing     *money.Amount    `json:"missing,omitempty"` // what has still to follow, where the outcome is incomplete (or late and incomplete)
	Invoices    []InvoiceVerdict `json:"invoices"`
}

// All gives faults, holds and warnings together.
func (v Verdict) All() fault.Faults {
	out := append(fault.Faults{}, v.Faults...)
	out = append(out, v.Holds...)
	return append(out, v.Warnings...)
}

// put files a fault where its severity says: "fault", "hold" or "warning".
func (v *Verdict) put(severity string, f *fault.Fault) {
	switch severity {
	case "hold":
		v.Holds = append(v.Holds, f)
	case "warning":
		f.Warn = true
		v.Warnings = append(v.Warnings, f)
	default:
		v.Faults = append(v.Faults, f)
	}
}

// Codes lists the distinct codes of faults, holds and warnings, sorted.
func (v Verdict) Codes() []string { return v.All().Codes() }

// ExitCode is what `check` ends with: 0 accepted, 1 refused, 3 waits (2 is for what cannot be read).
func (v Verdict) ExitCode() int {
	switch v.Outcome {
	case Accepted:
		return 0
	case Refused:
		return 1
	default:
		return 3
	}
}

// Judge decides an upload. It is pure: the same input gives the same verdict for ever.
func Judge(in Input) Verdict {
	j := newJudgement(in)
	j.upload()
	for n := range in.Upload.Invoices {
		j.invoice(n)
	}
	j.setAside()
	for _, l := range j.targets {
		j.timing(l)
	}
	for _, l := range j.targets {
		j.sum(l)
	}
	return j.verdict()
}

// judgement gathers what one verdict finds.
type judgement struct {
	Input
	lists   map[string]List // by requisition key
	targets []List          // the lists this upload is compared with, in the order met
	shared  fault.Faults    // of the upload as a whole
	own     []fault.Faults  // of each invoice
	after   fault.Faults    // of time and sums
	warn    fault.Faults
	holds   fault.Faults
	seen    []Compared
	against [][]List // per invoice: the lists it is compared with
	missing *money.Amount
	late    bool
	reached bool // the sum of what is not refused equals the list
}

func newJudgement(in Input) *judgement {
	j := &judgement{Input: in, lists: map[string]List{}, own: make([]fault.Faults, len(in.Upload.Invoices))}
	for _, l := range in.Lists {
		k := RequisitionKey(l.Requisition)
		if old, ok := j.lists[k]; !ok || l.Version > old.Version {
			j.lists[k] = l
		}
	}
	j.against = make([][]List, len(in.Upload.Invoices))
	known := map[string]bool{}
	for n := range in.Upload.Invoices {
		j.against[n] = j.listsOf(n)
		for _, l := range j.against[n] {
			if k := RequisitionKey(l.Requisition); !known[k] {
				known[k] = true
				j.targets = append(j.targets, l)
			}
		}
	}
	return j
}

// listsOf are the lists an invoice is compared with: the one it was sent for and all it names. Where it names none, the only
// list it can be meant for; that costs nothing, since such an invoice is refused anyway and only learns all its faults at once.
func (j *judgement) listsOf(n int) []List {
	inv := j.Upload.Invoices[n]
	keys := inv.named()
	if sent := RequisitionKey(j.Upload.Requisition); sent != "" && !contains(keys, sent) {
		keys = append([]string{sent}, keys...)
	}
	var out []List
	for _, k := range keys {
		if l, ok := j.lists[k]; ok {
			out = append(out, l)
		}
	}
	if len(keys) > 0 {
		return out
	}
	return j.onlyCandidate(inv)
}

func (j *judgement) onlyCandidate(inv Invoice) []List {
	narrow := func(in []List, fits func(List) bool) []List {
		var out []List
		for _, l := range in {
			if fits(l) {
				out = append(out, l)
			}
		}
		if len(out) == 0 {
			return in
		}
		return out
	}
	left := append([]List{}, j.Lists...)
	left = narrow(left, func(l List) bool { return j.addressedTo(inv.BillTo, l) })
	left = narrow(left, func(l List) bool { return samePeriods(months(inv.Period), l.Periods) })
	left = narrow(left, func(l List) bool { return inv.Currency == l.Currency })
	left = narrow(left, func(l List) bool { return inv.Due().Equal(l.Payable) })
	if len(left) != 1 {
		return nil
	}
	return left
}

// setAside turns faults that two people overrode into warnings. A sum that is overridden counts as reached: the list's amount is paid.
func (j *judgement) setAside() {
	if len(j.Overridden) == 0 {
		return
	}
	keep := func(fs fault.Faults) fault.Faults {
		var out fault.Faults
		for _, f := range fs {
			if !j.Overridden[f.Code] || !overridable(f.Code) {
				out = append(out, f)
				continue
			}
			j.warn = append(j.warn, fault.Warning(codeOverridden, f.Path, fault.Args{"code": f.Code}))
			if f.Code == codeTotal || f.Code == codeAmountDue {
				j.reached, j.missing = true, nil
			}
		}
		return out
	}
	j.shared, j.after = keep(j.shared), keep(j.after)
	for n := range j.own {
		j.own[n] = keep(j.own[n])
	}
}

func (j *judgement) verdict() Verdict {
	j.setAside()
	v := Verdict{Warnings: j.warn, Holds: j.holds, Compared: j.seen, Missing: j.missing}
	if len(j.targets) > 0 {
		v.Requisition = j.targets[0].Requisition
	}
	v.Faults = append(v.Faults, j.shared...)
	for _, fs := range j.own {
		v.Faults = append(v.Faults, fs...)
	}
	v.Faults = append(v.Faults, j.after...)
	switch {
	case len(v.Faults) > 0:
		v.Outcome = Refused
	case j.late:
		v.Outcome = Late
	case j.missing != nil:
		v.Outcome = Incomplete
	default:
		v.Outcome = Accepted
	}
	v.Complete = j.reached && len(j.shared) == 0 && len(j.after) == 0 && (j.Upload.MoreWillFollow || len(v.Faults) == 0)
	for n, inv := range j.Upload.Invoices {
		v.Invoices = append(v.Invoices, InvoiceVerdict{Number: strings.TrimSpace(inv.Number), Status: j.fate(n), Faults: j.own[n]})
	}
	return v
}

// fate is what becomes of one invoice. Sent as all there is, invoices stand or fall together; where more will follow, each alone.
func (j *judgement) fate(n int) Status {
	refused := len(j.shared) > 0 || len(j.after) > 0 || len(j.own[n]) > 0
	if !j.Upload.MoreWillFollow {
		for _, fs := range j.own {
			refused = refused || len(fs) > 0
		}
	}
	switch {
	case refused:
		return StatusRefused
	case j.late:
		return StatusWaiting
	case j.missing != nil:
		return StatusPending
	default:
		return StatusAccepted
	}
}

func (j *judgement) bad(n int, code, field string, args fault.Args) {
	j.own[n] = append(j.own[n], fault.New(fault.Invalid, code, path(n, field), args))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// signed writes got − want with its sign: "SGD +0.01".
func signed(got, want decimal.Decimal, c money.Currency) string {
	d := got.Sub(want)
	sign := "+"
	if d.IsNegative() {
		sign = "-"
	}
	return string(c) + " " + sign + money.Print(d.Abs(), c)
}
