package mailbox

import (
	"context"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Messages lists what was taken, newest first; an empty state stands for all.
func (s *Service) Messages(ctx context.Context, tx *pg.Tx, state State, limit, offset int) ([]Kept, error) {
	return selectMessages(ctx, tx, state, limit, offset)
}

// Message gives one with its original. MAIL-ID where there is none.
func (s *Service) Message(ctx context.Context, tx *pg.Tx, id string) (Kept, error) {
	k, ok, err := selectMessage(ctx, tx, id)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "MAIL-ID", "id", fault.Args{"id": id})
	}
	return k, err
}

// Assign says whose a waiting message is, and judges it as that merchant's. The answer goes to the merchant's contact, never to an address nobody knows;
// without a contact there is none, and the verdict stands in the console.
func (s *Service) Assign(ctx context.Context, tx *pg.Tx, id, merchant string) error {
	k, err := s.waiting(ctx, tx, id)
	if err != nil {
		return err
	}
	ms, err := entities.Merchants(ctx, tx, []string{merchant})
	if err != nil {
		return err
	}
	if len(ms) != 1 {
		return fault.New(fault.NotFound, "MAIL-MERCHANT", "merchant", fault.Args{"merchant": merchant})
	}
	if err := s.judge(ctx, tx, &k, &known{merchant, spoken(ms[0].Residence), ms[0].Contact.Email}); err != nil {
		return err
	}
	if k.ReplyTo == "" {
		k.Reply = NoReply
	}
	if err := updateMessage(ctx, tx, "", k); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "mail.assigned", Subject: id})
}

// PutAside ends a waiting message: it was no invoice. Nobody is told.
func (s *Service) PutAside(ctx context.Context, tx *pg.Tx, id string) error {
	k, err := s.waiting(ctx, tx, id)
	if err != nil {
		return err
	}
	k.State, k.DecidedBy = Ignored, tx.Actor.User
	if err := updateMessage(ctx, tx, k.Merchant, k); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Action: "mail.put_aside", Subject: id})
}

func (s *Service) waiting(ctx context.Context, tx *pg.Tx, id string) (Kept, error) {
	k, ok, err := lockMessage(ctx, tx, id)
	switch {
	case err != nil:
		return k, err
	case !ok:
		return k, fault.New(fault.NotFound, "MAIL-ID", "id", fault.Args{"id": id})
	case k.State != Waiting:
		return k, fault.New(fault.Conflict, "MAIL-STATE", "id", fault.Args{"state": k.State})
	}
	return k, nil
}

// SendAgain lets an answer that failed, or of which nobody knows whether it left, be sent once more.
func (s *Service) SendAgain(ctx context.Context, tx *pg.Tx, id string) error {
	k, ok, err := lockMessage(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case !ok:
		return fault.New(fault.NotFound, "MAIL-ID", "id", fault.Args{"id": id})
	case k.Reply != Unsure && k.Reply != Failed:
		return fault.New(fault.Conflict, "MAIL-STATE", "id", fault.Args{"state": k.Reply})
	}
	if err := setReply(ctx, tx, k, Due, tx.Now); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: k.Merchant, Action: "mail.sent_again", Subject: id})
}
