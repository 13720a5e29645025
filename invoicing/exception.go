package invoicing

import (
	"sort"
	"time"

	"suanpan/internal/fault"
	"suanpan/money"
)

// An exception is an upload that was refused or came late and that nothing newer has replaced: the merchant sends again, or finance decides.
//
//	open ──propose──▶ proposed ──confirm (another person)──▶ overridden
//	  │                  └──reject──▶ open
//	  └──close──▶ closed           (left to the merchant; out of the queue)
//
// Undo takes back the last step as long as nothing was built on it.

// ExceptionState is where finance stands with an exception.
type ExceptionState string

// The states of an exception.
const (
	ExceptionOpen       ExceptionState = "open"
	ExceptionProposed   ExceptionState = "proposed"   // waits for a second person
	ExceptionOverridden ExceptionState = "overridden" // taken in spite of its faults
	ExceptionClosed     ExceptionState = "closed"     // left to the merchant
)

// StepKind is what finance does to an exception.
type StepKind string

// The steps.
const (
	StepPropose StepKind = "propose"
	StepConfirm StepKind = "confirm"
	StepReject  StepKind = "reject"
	StepClose   StepKind = "close"
	StepUndo    StepKind = "undo"
)

var exceptionSteps = map[ExceptionState]map[StepKind]ExceptionState{
	ExceptionOpen:     {StepPropose: ExceptionProposed, StepClose: ExceptionClosed},
	ExceptionProposed: {StepConfirm: ExceptionOverridden, StepReject: ExceptionOpen},
}

// After gives the state that a step leads to; false where it cannot be taken.
func (s ExceptionState) After(k StepKind) (ExceptionState, bool) {
	next, ok := exceptionSteps[s][k]
	return next, ok
}

// Step is one thing that finance did to an exception.
type Step struct {
	N        int
	Kind     StepKind
	Codes    []string // of a proposal: the faults to set aside
	Batch    string   // decisions taken at once bear one
	By       string
	Proposer string // of a confirmation: who proposed
	At       time.Time
	Reason   string
}

// standing are the steps that nothing has undone, oldest first.
func standing(steps []Step) []Step {
	var out []Step
	for _, s := range steps {
		if s.Kind == StepUndo {
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// ExceptionRef names an exception by its upload.
type ExceptionRef struct {
	Merchant, Requisition string
	Submission            int
}

// Exception is one row of finance's queue.
type Exception struct {
	ExceptionRef
	Entity      string
	Amount      money.Amount // the list's payable: what waits
	Outcome     Outcome      // refused or late
	ReceivedAt  time.Time
	SubmittedBy string
	State       State        // of the requisition
	Codes       []string     // what is wrong, sorted
	Owners      []string     // who looks after such faults at this entity
	Faults      fault.Faults // what is wrong, where it was asked for by Explain
	Steps       []Step
	Latest      bool // nothing was uploaded for the requisition since
}

// Stands is where finance stands with it.
func (x Exception) Stands() ExceptionState {
	s := ExceptionOpen
	for _, step := range standing(x.Steps) {
		if next, ok := s.After(step.Kind); ok {
			s = next
		}
	}
	return s
}

// Last is the step that stands last; false where none does.
func (x Exception) Last() (Step, bool) {
	left := standing(x.Steps)
	if len(left) == 0 {
		return Step{}, false
	}
	return left[len(left)-1], true
}

// Overridden is what two people set aside, as the invoice shows it: the proposal and its confirmation.
func (x Exception) Overridden() (proposal, confirmation Step, ok bool) {
	left := standing(x.Steps)
	if x.Stands() != ExceptionOverridden || len(left) < 2 {
		return Step{}, Step{}, false
	}
	return left[len(left)-2], left[len(left)-1], true
}

// hindrances are the reasons for which finance cannot set the faults of an exception aside.
func (x Exception) hindrances() fault.Faults {
	var fs fault.Faults
	for _, code := range x.Codes {
		if !overridable(code) {
			fs = append(fs, fault.New(fault.Conflict, codeExceptionNever, x.path(), fault.Args{"code": code, "requisition": x.Requisition}))
		}
	}
	return fs
}

func (x Exception) path() string {
	return "exceptions[" + x.Requisition + "/" + text(x.Submission) + "]"
}

func (x Exception) cannot() *fault.Fault {
	return fault.New(fault.Conflict, codeExceptionState, x.path(), fault.Args{"requisition": x.Requisition, "submission": x.Submission, "state": x.Stands()})
}

// ExceptionFilter chooses exceptions; empty fields choose all that wait.
type ExceptionFilter struct {
	Merchant, Entity, Code, Owner string
	Currency                      money.Currency
	AtLeast                       money.Amount   // only lists over at least so much, in its currency; zero: any
	OlderThan                     time.Time      // only those received then or before; zero: any
	Stands                        ExceptionState // empty: open and proposed
	Requisition                   string
}

func (f ExceptionFilter) takes(x Exception) bool {
	stands := x.Stands()
	switch {
	case f.Stands == "" && stands != ExceptionOpen && stands != ExceptionProposed, f.Stands != "" && stands != f.Stands:
		return false
	case f.Code != "" && !contains(x.Codes, f.Code), f.Owner != "" && !contains(x.Owners, f.Owner):
		return false
	case f.Currency != "" && x.Amount.Currency != f.Currency:
		return false
	case !f.AtLeast.IsZero() && (x.Amount.Currency != f.AtLeast.Currency || x.Amount.Value.LessThan(f.AtLeast.Value)):
		return false
	}
	return f.OlderThan.IsZero() || !x.ReceivedAt.After(f.OlderThan)
}

// CodeCount is how many exceptions bear a code, and what money waits with them, by currency.
type CodeCount struct {
	Code  string
	Count int
	Money []money.Amount
}

// CountCodes counts exceptions by code, the most frequent first. An exception with several codes counts with each.
func CountCodes(list []Exception) []CodeCount {
	at := map[string]int{}
	var out []CodeCount
	for _, x := range list {
		for _, code := range x.Codes {
			n, ok := at[code]
			if !ok {
				n = len(out)
				at[code], out = n, append(out, CodeCount{Code: code})
			}
			out[n].Count++
			out[n].Money = totals(out[n].Money).add(x.Amount.Value, x.Amount.Currency)
		}
	}
	sort.SliceStable(out, func(a, b int) bool {
		if out[a].Count != out[b].Count {
			return out[a].Count > out[b].Count
		}
		return out[a].Code < out[b].Code
	})
	return out
}
