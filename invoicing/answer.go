package invoicing

import (
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
)

// AnswerState is where a buyer's time to answer stands.
type AnswerState string

// The states of an answer.
//
//	open ──finance answers──▶ answered
//	  │───the invoice is accepted──▶ settled ──revoked──▶ open
//	  └───nobody answers──▶ lapsed ──finance notes what it did──▶ answered
const (
	AnswerOpen     AnswerState = "open"
	AnswerGiven    AnswerState = "answered" // finance answered the tax office
	AnswerSettled  AnswerState = "settled"  // the invoice was accepted: silence is right
	AnswerTimeOver AnswerState = "lapsed"   // silence has counted as consent
)

var answerSteps = map[AnswerState][]AnswerState{
	AnswerOpen:     {AnswerGiven, AnswerSettled, AnswerTimeOver},
	AnswerSettled:  {AnswerOpen},
	AnswerTimeOver: {AnswerGiven},
}

// Answer is a time that a law gives the buyer to answer an invoice, or the cancellation of one. Suanpan does not speak to a tax office: finance
// answers there and notes it here.
type Answer struct {
	Merchant    string
	Number      string // of the invoice
	Asked       entities.Asked
	From        period.Day // counted from the day after
	Requisition string
	Entity      string
	Rule        string     // that gives the time: CL-8-DAYS
	Last        period.Day // last day, in the entity's zone
	Basis       string     // of working days; empty for calendar days
	AlarmAt     time.Time  // business time at which finance is told
	DueAt       time.Time  // end of the last day
	State       AnswerState
	AlarmedAt   time.Time
	ChangedAt   time.Time
	ChangedBy   string
	Said        string // what was answered
	Reason      string
}

// To gives the answer in its next state, or ANSWER-STATE.
func (a Answer) To(next AnswerState, at time.Time, by string) (Answer, error) {
	for _, s := range answerSteps[a.State] {
		if s == next {
			a.State, a.ChangedAt, a.ChangedBy = next, at, by
			return a, nil
		}
	}
	return a, fault.New(fault.Conflict, codeAnswerState, "answer", fault.Args{"number": a.Number, "state": a.State, "next": next})
}

// answerWindow counts the time that the law of an entity gives from a day on; false where it gives none then.
func answerWindow(dir *entities.Directory, entity string, what entities.Asked, from period.Day, at time.Time) (Answer, bool) {
	zone := dir.InvoiceZone(entity, at)
	r, ok := dir.Jurisdiction(entity).WindowOn(what, from)
	if !ok {
		return Answer{}, false
	}
	a := Answer{Asked: what, From: from, Entity: entity, Rule: r.Code, State: AnswerOpen, Last: from.Add(r.Window.Days)}
	if r.Window.Working {
		var basis entities.Basis
		a.Last, basis = dir.AddWorkdays(entity, from, r.Window.Days)
		a.Basis = basis.String()
	}
	before := dir.Int(entities.KeyAnswerAlarm, entities.ForEntity(entity), at)
	a.DueAt, a.AlarmAt = a.Last.Add(1).Start(zone).UTC(), a.Last.Add(1-before).Start(zone).UTC()
	return a, true
}
