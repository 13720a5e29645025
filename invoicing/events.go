package invoicing

import (
	"context"
	"time"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// AcceptedEvent says that a list is answered: its requisition can be approved and paid.
type AcceptedEvent struct {
	Requisition Requisition
	Amount      money.Amount
	Dates       []period.Day // of its invoices
	PayBefore   time.Time    // a law's end for paying it; zero where none
	Verdict     Verdict
}

// RevokedEvent says that an acceptance was undone: nothing may be paid on it any more.
type RevokedEvent struct {
	Requisition Requisition
	Reason      string
}

// ReissueEvent says that the time for paying ran out by law: the invoices named have to be issued again.
type ReissueEvent struct {
	Requisition Requisition
	Numbers     []string
	Since       time.Time
}

// JudgedEvent says that an upload was judged, whatever came out.
type JudgedEvent struct {
	Merchant   string
	Submission Submission
}

// Events are what others do in the same transaction when something happens here, in the order listed. The first error ends it.
type Events struct {
	ListIssued    []func(ctx context.Context, tx *pg.Tx, r Requisition, l List) error
	Judged        []func(ctx context.Context, tx *pg.Tx, e JudgedEvent) error
	Accepted      []func(ctx context.Context, tx *pg.Tx, e AcceptedEvent) error
	Crediting     []func(ctx context.Context, tx *pg.Tx, r Requisition) error // asked before a credit note changes an accepted requisition
	Revoked       []func(ctx context.Context, tx *pg.Tx, e RevokedEvent) error
	ReissueNeeded []func(ctx context.Context, tx *pg.Tx, e ReissueEvent) error
	AnswerDue     []func(ctx context.Context, tx *pg.Tx, a Answer) error // a time to answer is about to run out, or ran out
}

func tell[E any](ctx context.Context, tx *pg.Tx, to []func(context.Context, *pg.Tx, E) error, e E) error {
	for _, f := range to {
		if err := f(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}
