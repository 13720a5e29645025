package invoicing

import (
	"context"
	"strings"
	"time"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// override judges an upload again without the faults that its proposal sets aside, and keeps what comes out.
func (s *Service) override(ctx context.Context, tx *pg.Tx, x Exception, p Step) error {
	r, err := s.locked(ctx, tx, x.Merchant, x.Requisition)
	if err != nil {
		return err
	}
	sub, mine, err := s.upload(ctx, tx, x.ExceptionRef)
	if err != nil {
		return err
	}
	v, err := s.judgeOverridden(ctx, tx, r.Merchant, sub, mine, p.Codes)
	if err != nil {
		return err
	}
	if v.Outcome == Refused || v.Outcome == Late {
		codes := append(v.Faults.Codes(), v.Holds.Codes()...)
		return fault.New(fault.Conflict, codeExceptionStill, x.path(), fault.Args{"requisition": x.Requisition, "codes": strings.Join(codes, ", ")})
	}
	said := fault.Faults{}
	for _, w := range v.Warnings {
		if w.Code == codeOverridden {
			said = append(said, w)
		}
	}
	if err := insertFaults(ctx, tx, r.Merchant, r.Number, x.Submission, Verdict{Warnings: said}); err != nil {
		return err
	}
	for n, i := range mine {
		i.Status = kept(v.Invoices[n].Status)
		if err := updateOne(ctx, tx, r.Merchant, i, i.Status, tx.Actor.User); err != nil {
			return err
		}
		if err := s.applyCredit(ctx, tx, r.Merchant, i); err != nil {
			return err
		}
	}
	sub.Decision, sub.DecidedBy, sub.DecisionNotes = "overridden", tx.Actor.User, p.Reason
	if err := updateDecision(ctx, tx, r.Merchant, sub); err != nil {
		return err
	}
	if err := insertEvent(ctx, tx, r, Event{Kind: EventOverridden, Attempt: r.Attempt, At: tx.Now, By: p.By, Second: tx.Actor.User, Reason: p.Reason}); err != nil {
		return err
	}
	sub.Verdict = v
	if err := tell(ctx, tx, s.Events.Judged, JudgedEvent{Merchant: r.Merchant, Submission: sub}); err != nil {
		return err
	}
	_, err = s.conclude(ctx, tx, r.Merchant, sub)
	return err
}

// upload reads a submission with its invoices, in the order sent.
func (s *Service) upload(ctx context.Context, tx *pg.Tx, ref ExceptionRef) (Submission, []Sent, error) {
	subs, err := selectSubmissions(ctx, tx, ref.Merchant, ref.Requisition, ref.Submission)
	if err != nil || len(subs) != 1 {
		return Submission{}, nil, err
	}
	sent, err := selectSent(ctx, tx, ref.Merchant, ref.Requisition)
	var mine []Sent
	for _, i := range sent {
		if i.Submission == ref.Submission {
			mine = append(mine, i)
		}
	}
	return subs[0], mine, err
}

// judgeOverridden judges an upload with some faults set aside. Its own invoices are no history to themselves.
func (s *Service) judgeOverridden(ctx context.Context, tx *pg.Tx, merchant string, sub Submission, mine []Sent, codes []string) (Verdict, error) {
	c := Send{Merchant: merchant, Requisition: sub.Requisition, ReceivedAt: sub.ReceivedAt, ListAttached: sub.ListAttached, MoreWillFollow: sub.MoreFollows}
	for _, i := range mine {
		c.Invoices = append(c.Invoices, i.Invoice)
	}
	in, err := s.load(ctx, tx, c)
	if err != nil {
		return Verdict{}, err
	}
	before := in.History
	in.History = nil
	for _, e := range before {
		if RequisitionKey(e.Requisition) != sub.Requisition || e.Submission != sub.No {
			in.History = append(in.History, e)
		}
	}
	in.Overridden = map[string]bool{}
	for _, code := range codes {
		in.Overridden[code] = true
	}
	in.LateAllowed = in.Overridden[codeLate]
	return Judge(in), nil
}

// UndoExceptions takes a decision back, whole, by who took it: until something was built on it. UndoFor is asked about a requisition whose
// acceptance would be undone, since the next step may be somebody else's; nil asks nobody.
func (s *Service) UndoExceptions(ctx context.Context, tx *pg.Tx, batch string, undoFor func(r Requisition) error) ([]ExceptionRef, error) {
	refs, err := selectBatch(ctx, tx, batch)
	if err != nil {
		return nil, err
	}
	if len(refs) == 0 {
		return nil, notFound("decision", batch)
	}
	var fs fault.Faults
	for _, ref := range refs {
		x, err := s.exception(ctx, tx, ref)
		if err == nil {
			err = s.undo(ctx, tx, x, batch, undoFor)
		}
		if more := fault.All(err); len(more) > 0 {
			fs = append(fs, more...)
		} else if err != nil {
			return nil, err
		}
	}
	return refs, fs.Err()
}

func (s *Service) undo(ctx context.Context, tx *pg.Tx, x Exception, batch string, undoFor func(r Requisition) error) error {
	last, ok := x.Last()
	late := fault.New(fault.Conflict, codeUndoLate, x.path(), fault.Args{"requisition": x.Requisition, "state": x.Stands()})
	switch {
	case !ok || last.Batch != batch || !x.Latest:
		return late
	case last.By != tx.Actor.User:
		return fault.New(fault.Forbidden, codeUndoOther, x.path(), fault.Args{"who": last.By})
	}
	if last.Kind == StepConfirm {
		if err := s.undoOverride(ctx, tx, x, undoFor); err != nil {
			return err
		}
	}
	if err := insertStep(ctx, tx, x, Step{Kind: StepUndo, Batch: batch, By: tx.Actor.User}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		Merchant: x.Merchant, Action: "exception.undo", Subject: "requisition/" + x.Requisition,
		Detail: map[string]any{"submission": x.Submission, "undone": string(last.Kind), "batch": batch},
	})
}

// undoOverride puts an upload back to what its verdict made of it, and its requisition to open. A credit note that was applied stays applied, so
// an upload with one cannot be put back.
func (s *Service) undoOverride(ctx context.Context, tx *pg.Tx, x Exception, undoFor func(r Requisition) error) error {
	r, err := s.locked(ctx, tx, x.Merchant, x.Requisition)
	if err != nil {
		return err
	}
	sub, mine, err := s.upload(ctx, tx, x.ExceptionRef)
	if err != nil {
		return err
	}
	if r.State != StateOpen && r.State != StateAccepted {
		return fault.New(fault.Conflict, codeUndoLate, x.path(), fault.Args{"requisition": x.Requisition, "state": r.State})
	}
	if undoFor != nil {
		if err := undoFor(r); err != nil {
			return err
		}
	}
	back := StatusRefused
	if sub.Verdict.Outcome == Late {
		back = StatusWaiting
	}
	if r.State == StateAccepted {
		if r, err = s.unaccept(ctx, tx, r, tx.Now, Event{Kind: EventUndone}); err != nil {
			return err
		}
		if _, err := updateStatus(ctx, tx, r, []Status{StatusAccepted}, StatusPending, tx.Actor.User); err != nil {
			return err
		}
		if err := tell(ctx, tx, s.Events.Revoked, RevokedEvent{Requisition: r, Reason: "override undone"}); err != nil {
			return err
		}
	} else if err := insertEvent(ctx, tx, r, Event{Kind: EventUndone, Attempt: r.Attempt, At: tx.Now, By: tx.Actor.User}); err != nil {
		return err
	}
	for _, i := range mine {
		if i.Invoice.IsCredit() || (i.Status != StatusPending && i.Status != StatusAccepted) {
			return fault.New(fault.Conflict, codeUndoLate, x.path(), fault.Args{"requisition": x.Requisition, "state": i.Status})
		}
		if err := updateOne(ctx, tx, r.Merchant, i, back, tx.Actor.User); err != nil {
			return err
		}
	}
	sub.Decision, sub.DecidedBy, sub.DecisionNotes = "", "", ""
	return updateDecision(ctx, tx, r.Merchant, sub)
}

// Override is what two people set aside on an upload, as its pages show it.
type Override struct {
	Codes  []string
	Reason string
	First  string    // who proposed
	Second string    // who confirmed
	At     time.Time // when it was confirmed
}

// OverrideOf tells what was set aside on an upload; false where nothing was.
func (s *Service) OverrideOf(ctx context.Context, tx *pg.Tx, ref ExceptionRef) (Override, bool, error) {
	list, err := selectExceptions(ctx, tx, ExceptionFilter{Merchant: ref.Merchant, Requisition: ref.Requisition})
	for _, x := range list {
		if p, c, ok := x.Overridden(); ok && x.Submission == ref.Submission {
			return Override{Codes: c.Codes, Reason: p.Reason, First: p.By, Second: c.By, At: c.At}, true, err
		}
	}
	return Override{}, false, err
}
