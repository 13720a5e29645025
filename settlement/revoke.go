package settlement

import (
	"context"

	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

var (
	_ = fault.Define("REVOKE-NONE", "Nobody proposes to revoke requisition {requisition}. Propose it first, with a reason.", "没有撤销申付单 {requisition} 的提议。请先提出并说明原因。", "Ninguém propôs revogar a requisição {requisition}. Proponha antes, com um motivo.")
	_ = fault.Define("REVOKE-OPEN", "A revocation waits for its second person already. Confirm or drop that one.", "已有撤销提议等待第二人处理。请先确认或放弃该提议。", "Já há uma revogação à espera da segunda pessoa. Confirme ou descarte essa.")
)

// ProposeRevocation asks that the acceptance of a requisition's invoices be undone. Nothing changes until a second person confirms it.
func (s *Service) ProposeRevocation(ctx context.Context, tx *pg.Tx, merchant, no, reason string) error {
	if len([]rune(reason)) < 10 { // what invoicing asks for when it is confirmed: said to the one who can still write it
		return fault.New(fault.Invalid, "INV-REASON", "reason")
	}
	r, err := lockRequisition(ctx, tx, merchant, no)
	if err != nil {
		return err
	}
	if err := revocable(r); err != nil {
		return err
	}
	return insertProposal(ctx, tx, merchant, no, reason)
}

func revocable(r Requisition) error {
	if r.State != ReqAccepted && r.State != ReqApproved {
		return fault.New(fault.Conflict, "REQ-STATE", "", fault.Args{"requisition": r.No, "state": r.State, "want": ReqAccepted})
	}
	return nil
}

// ConfirmRevocation is the second person's word: the acceptance is undone, its posting reversed, and the merchant sends again.
func (s *Service) ConfirmRevocation(ctx context.Context, tx *pg.Tx, merchant, no string) error {
	p, err := openProposal(ctx, tx, merchant, no)
	if err != nil {
		return err
	}
	if err := auth.DifferentPeople(p.ProposedBy, tx.Actor.User); err != nil {
		return err
	}
	if err := decideProposal(ctx, tx, p, "confirmed"); err != nil {
		return err
	}
	_, err = s.Invoicing.Revoke(ctx, tx, invoicing.Revocation{
		Merchant: merchant, Requisition: no, Reason: p.Reason, First: p.ProposedBy, Second: tx.Actor.User,
	})
	return err
}

// DropRevocation ends a proposal without revoking; either person may.
func (s *Service) DropRevocation(ctx context.Context, tx *pg.Tx, merchant, no string) error {
	p, err := openProposal(ctx, tx, merchant, no)
	if err != nil {
		return err
	}
	return decideProposal(ctx, tx, p, "dropped")
}
