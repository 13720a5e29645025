package invoicing

import (
	"context"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// openAnswers opens the buyer's time to answer for the invoices of a resident. It is counted from the day printed on the invoice, or that of
// receipt where that is earlier: the tax office's own reception is not known here, and too early an alarm does no harm.
func (s *Service) openAnswers(ctx context.Context, tx *pg.Tx, merchant string, l List, g Ground, received time.Time, invoices []Invoice) error {
	today := period.DayOf(received, g.zone())
	if g.Law == nil || !g.Entity.Resident(l.Residence) {
		return nil
	}
	if _, gives := g.Law.WindowOn(entities.AskedInvoice, today); !gives {
		return nil
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	for _, i := range invoices {
		from := i.Date
		if from.IsZero() || from.After(today) {
			from = today
		}
		a, gives := answerWindow(dir, l.Entity, entities.AskedInvoice, from, received)
		if !gives || NumberKey(i.Number) == "" || !i.IsInvoice() {
			continue
		}
		a.Merchant, a.Number, a.Requisition = merchant, strings.TrimSpace(i.Number), RequisitionKey(l.Requisition)
		if _, err := insertAnswer(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}

// Cancellation says that a merchant asked, at the tax office, to cancel an invoice.
type Cancellation struct {
	Merchant, Number string
	On               period.Day // in the zone of the entity; zero: today
	Reason           string
}

// AskCancellation notes that a cancellation was asked for and opens the buyer's time to answer it. The same again is nothing.
// INV-NOT-FOUND where there is no such invoice, ANSWER-NO-LAW where the law of the entity gives no such time, ANSWER-DAY for a day to come.
func (s *Service) AskCancellation(ctx context.Context, tx *pg.Tx, c Cancellation) (Answer, error) {
	sent, err := selectVersions(ctx, tx, c.Merchant, c.Number)
	if err != nil {
		return Answer{}, err
	}
	if len(sent) == 0 {
		return Answer{}, notFound("invoice", c.Number)
	}
	last := sent[len(sent)-1]
	r, ok, err := selectRequisition(ctx, tx, c.Merchant, last.Requisition)
	if err != nil {
		return Answer{}, err
	}
	if !ok {
		return Answer{}, notFound("requisition", last.Requisition)
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Answer{}, err
	}
	today := period.DayOf(tx.Now, dir.InvoiceZone(r.Entity, tx.Now))
	if c.On.IsZero() {
		c.On = today
	}
	if c.On.After(today) {
		return Answer{}, fault.New(fault.Invalid, codeAnswerDay, "on", fault.Args{"day": c.On, "today": today})
	}
	a, gives := answerWindow(dir, r.Entity, entities.AskedCancellation, c.On, tx.Now)
	if !gives {
		return Answer{}, fault.New(fault.Conflict, codeAnswerNoLaw, "number", fault.Args{"number": c.Number, "entity": r.Entity})
	}
	a.Merchant, a.Number, a.Requisition, a.Reason = c.Merchant, last.Invoice.Number, r.Number, strings.TrimSpace(c.Reason)
	fresh, err := insertAnswer(ctx, tx, a)
	if err != nil || !fresh {
		return a, err
	}
	return a, audited(ctx, tx, "cancellation.asked", a)
}

// Answered is what finance answered the tax office about an invoice or its cancellation.
type Answered struct {
	Merchant, Number string
	Asked            entities.Asked
	From             period.Day
	Said             string // accepted, refused
	Reason           string
}

// Answer notes what finance answered. INV-REASON without ten letters of reason, ANSWER-STATE where there is nothing to answer any more.
func (s *Service) Answer(ctx context.Context, tx *pg.Tx, c Answered) (Answer, error) {
	if c.Said != "accepted" && c.Said != "refused" {
		return Answer{}, fault.New(fault.Invalid, codeAnswerSaid, "said", fault.Args{"said": said(c.Said)})
	}
	if err := needReason(c.Reason); err != nil {
		return Answer{}, err
	}
	list, err := selectAnswers(ctx, tx, AnswerQuery{Merchant: c.Merchant, Number: c.Number, Lock: true})
	if err != nil {
		return Answer{}, err
	}
	for _, a := range list {
		if a.Asked != c.Asked || a.From != c.From {
			continue
		}
		if a, err = a.To(AnswerGiven, tx.Now, tx.Actor.User); err != nil {
			return a, err
		}
		a.Said, a.Reason = c.Said, strings.TrimSpace(c.Reason)
		if err := updateAnswer(ctx, tx, a); err != nil {
			return a, err
		}
		return a, audited(ctx, tx, "answer.given", a)
	}
	return Answer{}, notFound("answer", c.Number)
}

// Answers lists the times to answer, what runs out first before the others.
func (s *Service) Answers(ctx context.Context, tx *pg.Tx, q AnswerQuery) ([]Answer, error) {
	return selectAnswers(ctx, tx, q)
}

// DueAlarms tells finance of every time to answer that is about to run out, and of every one that ran out, as of business time. Each is told once.
func (s *Service) DueAlarms(ctx context.Context, tx *pg.Tx) ([]Answer, error) {
	list, err := selectAnswers(ctx, tx, AnswerQuery{AlarmBy: tx.Now, Lock: true})
	if err != nil {
		return nil, err
	}
	var out []Answer
	for _, a := range list {
		over := !a.DueAt.After(tx.Now)
		if !over && !a.AlarmedAt.IsZero() {
			continue
		}
		if a.AlarmedAt.IsZero() {
			a.AlarmedAt = tx.Now
		}
		if over {
			if a, err = a.To(AnswerTimeOver, tx.Now, tx.Actor.User); err != nil {
				return out, err
			}
		}
		if err := updateAnswer(ctx, tx, a); err != nil {
			return out, err
		}
		if err := tell(ctx, tx, s.Events.AnswerDue, a); err != nil {
			return out, err
		}
		out = append(out, a)
	}
	return out, nil
}

// settle ends the times to answer invoices that were accepted, or opens them again where the acceptance is undone.
func (s *Service) settle(ctx context.Context, tx *pg.Tx, r Requisition, from, next AnswerState) error {
	list, err := selectAnswers(ctx, tx, AnswerQuery{Merchant: r.Merchant, Requisition: r.Number, Lock: true})
	if err != nil || len(list) == 0 {
		return err
	}
	live, err := selectSent(ctx, tx, r.Merchant, r.Number)
	if err != nil {
		return err
	}
	held := map[string]bool{}
	for _, i := range live {
		held[NumberKey(i.Invoice.Number)] = held[NumberKey(i.Invoice.Number)] || i.Status.Live()
	}
	for _, a := range list {
		if a.Asked != entities.AskedInvoice || a.State != from || next == AnswerSettled && !held[NumberKey(a.Number)] {
			continue
		}
		if a, err = a.To(next, tx.Now, tx.Actor.User); err != nil {
			return err
		}
		if err := updateAnswer(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}

func audited(ctx context.Context, tx *pg.Tx, action string, a Answer) error {
	return audit.Write(ctx, tx, audit.Event{
		Merchant: a.Merchant, Action: action, Subject: a.Number, Reason: a.Reason,
		Detail: map[string]any{"asked": a.Asked, "from": a.From.String(), "last": a.Last.String(), "rule": a.Rule, "said": a.Said},
	})
}
