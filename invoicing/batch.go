package invoicing

import (
	"context"

	"suanpan/internal/pg"
)

// DueReissues turns what a law no longer lets be paid into must-be-issued-again: at the end of its month in the entity's zone, by
// reversal as of that instant, whenever the job really runs. Numbers are free again. It answers with what it turned; running it
// again turns nothing.
func (s *Service) DueReissues(ctx context.Context, tx *pg.Tx) ([]ReissueEvent, error) {
	return s.turn(ctx, tx, "")
}

// turn does so for one merchant, or for all where none is given. A new upload turns first what is over, so that nothing is added to it.
func (s *Service) turn(ctx context.Context, tx *pg.Tx, merchant string) ([]ReissueEvent, error) {
	list, err := selectDue(ctx, tx, merchant)
	if err != nil {
		return nil, err
	}
	var out []ReissueEvent
	for _, d := range list {
		e, turned, err := s.reissue(ctx, tx, d)
		if err != nil {
			return out, err
		}
		if turned {
			out = append(out, e)
		}
	}
	return out, nil
}

func (s *Service) reissue(ctx context.Context, tx *pg.Tx, d due) (ReissueEvent, bool, error) {
	r, err := s.locked(ctx, tx, d.Merchant, d.Requisition)
	if err != nil {
		return ReissueEvent{}, false, err
	}
	sent, err := selectSent(ctx, tx, r.Merchant, r.Number)
	if err != nil {
		return ReissueEvent{}, false, err
	}
	e := ReissueEvent{Since: d.Since}
	open := map[Status]bool{StatusPending: true, StatusAccepted: true, StatusWaiting: true}
	event := Event{Kind: EventReissue, Reason: "unpaid at the end of the invoice's month"}
	if r.State == StateAccepted {
		if r, err = s.unaccept(ctx, tx, r, d.Since, event); err != nil {
			return e, false, err
		}
	}
	for _, i := range sent {
		over := open[i.Status] && !i.ReissueAt.IsZero() && !i.ReissueAt.After(tx.Now)
		switch {
		case over:
			e.Numbers = append(e.Numbers, i.Invoice.Number)
			err = updateOne(ctx, tx, r.Merchant, i, StatusReissue, tx.Actor.User)
		case i.Status == StatusAccepted: // its own month still runs: it waits for the others
			err = updateOne(ctx, tx, r.Merchant, i, StatusPending, tx.Actor.User)
		}
		if err != nil {
			return e, false, err
		}
	}
	e.Requisition = r
	if len(e.Numbers) == 0 {
		return e, false, nil
	}
	return e, true, tell(ctx, tx, s.Events.ReissueNeeded, e)
}
