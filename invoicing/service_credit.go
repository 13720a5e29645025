package invoicing

import (
	"context"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// applyCredit writes down that a credit note lowers its invoice, where it is right. INV-CREDIT-TWICE where it did so before, in whichever version.
func (s *Service) applyCredit(ctx context.Context, tx *pg.Tx, merchant string, i Sent) error {
	if !i.Invoice.IsCredit() || i.Status != StatusPending {
		return nil
	}
	if err := insertCredit(ctx, tx, merchant, i); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		Merchant: merchant, Action: "credit.applied", Subject: "requisition/" + i.Requisition,
		Detail: map[string]any{"credit": i.Invoice.Number, "invoice": i.Invoice.Credits, "submission": i.Submission},
	})
}

// credited follows an upload with credit notes for a requisition that stands accepted: what replaced the lowered invoice in the same upload joins
// the acceptance; where the sum is no longer reached, the acceptance is reversed and the rest waits for what has to follow.
func (s *Service) credited(ctx context.Context, tx *pg.Tx, r Requisition, sub Submission) (Requisition, error) {
	sent, err := selectSent(ctx, tx, r.Merchant, r.Number)
	if err != nil {
		return r, err
	}
	lowers := false
	for _, i := range sent {
		lowers = lowers || (i.Submission == sub.No && i.Status == StatusPending && i.Invoice.IsCredit())
	}
	if !lowers {
		return r, nil
	}
	if err := tell(ctx, tx, s.Events.Crediting, r); err != nil {
		return r, err
	}
	if sub.Verdict.Complete {
		if _, err := updateStatus(ctx, tx, r, []Status{StatusPending}, StatusAccepted, tx.Actor.User); err != nil {
			return r, err
		}
		return r, insertEvent(ctx, tx, r, Event{Kind: EventCredited, Attempt: r.Attempt, At: tx.Now, By: tx.Actor.User})
	}
	if r, err = s.unaccept(ctx, tx, r, tx.Now, Event{Kind: EventCredited}); err != nil {
		return r, err
	}
	if _, err := updateStatus(ctx, tx, r, []Status{StatusAccepted}, StatusPending, tx.Actor.User); err != nil {
		return r, err
	}
	return r, tell(ctx, tx, s.Events.Revoked, RevokedEvent{Requisition: r, Reason: "credit note"})
}

// auditTolerances notes what a tolerance took, beside the warning that the verdict bears.
func auditTolerances(ctx context.Context, tx *pg.Tx, merchant string, sub Submission) error {
	if sub.Verdict.Outcome == Refused { // refused for something else: nothing was taken
		return nil
	}
	for _, f := range sub.Verdict.Warnings {
		if f.Code != codeTolerated {
			continue
		}
		detail := map[string]any{"submission": sub.No}
		for k := range f.Args {
			detail[k] = text(f.Args[k])
		}
		if err := audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "invoice.tolerated", Subject: "requisition/" + sub.Requisition, Detail: detail}); err != nil {
			return err
		}
	}
	return nil
}

// RefuseCrediting is what a subscriber answers whose next step was taken already.
func RefuseCrediting(r Requisition) error {
	return fault.New(fault.Conflict, codeReopen, "credits", fault.Args{"requisition": r.Number})
}
