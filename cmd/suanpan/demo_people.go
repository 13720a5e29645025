package main

import (
	"context"
	"slices"

	"suanpan/cmd/suanpan/demo"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/money"
	"suanpan/settlement"
)

// demoSteps are what the demo's people do once the bills stand, in order. Each finds what is still to be done, so that a demo that
// was interrupted goes on.
var demoSteps = []func(context.Context, *session) error{countersignDemo, answerDemo, reviewDemo, payDemo, bankDemo}

func person(login string) pg.Actor { return pg.AsStaff("usr_" + login) }

// countersignDemo has one person open the approval and another end it.
func countersignDemo(ctx context.Context, s *session) error {
	err := s.db.InTx(ctx, person(demo.Second), func(tx *pg.Tx) error {
		refs, err := s.openBills(ctx, tx, demo.Month, nil)
		if err != nil {
			return err
		}
		return s.countersign(ctx, tx, refs)
	})
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, person(demo.Reviewer), func(tx *pg.Tx) error {
		refs, err := s.openBills(ctx, tx, demo.Month, nil)
		if err != nil || len(refs) == 0 {
			return err
		}
		_, err = s.settlement.Approve(ctx, tx, refs...)
		return err
	})
}

// answerDemo has merchants send their invoices: right, wrong, and a part.
func answerDemo(ctx context.Context, s *session) error {
	var sends []invoicing.Send
	err := s.db.ReadTx(ctx, asDemo(), func(tx *pg.Tx) error {
		rs, err := s.invoicing.Requisitions(ctx, tx, invoicing.Filter{State: invoicing.StateOpen, Limit: 10000})
		if err != nil {
			return err
		}
		slices.SortFunc(rs, func(a, b invoicing.Requisition) int {
			if a.Number < b.Number {
				return -1
			}
			return 1
		})
		for _, r := range rs {
			d, err := s.invoicing.Requisition(ctx, tx, r.Merchant, r.Number)
			if err != nil {
				return err
			}
			if send, ok := demo.Send(d.List, period.DayOf(tx.Now, tx.Now.Location())); ok && len(d.Submissions) == 0 {
				sends = append(sends, send)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, send := range sends {
		err := s.db.InTx(ctx, pg.AsMerchant(send.Merchant, "usr_demo"), func(tx *pg.Tx) error {
			_, err := s.invoicing.Submit(ctx, tx, send)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// requisitionsIn lists the requisitions of some merchants in a state, by number.
func (s *session) requisitionsIn(ctx context.Context, tx *pg.Tx, merchants []string, state settlement.RequisitionState) ([]settlement.Requisition, error) {
	var out []settlement.Requisition
	for _, id := range merchants {
		rs, err := s.settlement.Requisitions(ctx, tx, id, state)
		if err != nil {
			return nil, err
		}
		out = append(out, rs...)
	}
	return out, nil
}

func reviewDemo(ctx context.Context, s *session) error {
	return s.db.InTx(ctx, person(demo.Reviewer), func(tx *pg.Tx) error {
		rs, err := s.requisitionsIn(ctx, tx, demo.Paid, settlement.ReqAccepted)
		for _, r := range rs {
			if err == nil {
				err = s.settlement.ApproveRequisition(ctx, tx, r.Merchant, r.No)
			}
		}
		return err
	})
}

func payDemo(ctx context.Context, s *session) error {
	return s.db.InTx(ctx, person(demo.Payer), func(tx *pg.Tx) error {
		rs, err := s.requisitionsIn(ctx, tx, demo.Paid, settlement.ReqApproved)
		for _, r := range rs {
			if err == nil {
				_, err = s.settlement.RecordPayment(ctx, tx, r.Merchant, r.No, period.DayOf(tx.Now, tx.Now.Location()))
			}
		}
		return err
	})
}

func bankDemo(ctx context.Context, s *session) error {
	return s.db.InTx(ctx, person(demo.Payer), func(tx *pg.Tx) error {
		for _, id := range demo.Banked {
			ps, err := s.settlement.Payments(ctx, tx, id, settlement.PaymentRecorded)
			if err != nil {
				return err
			}
			for _, p := range ps {
				_, err := s.settlement.Reconcile(ctx, tx, settlement.BankLine{
					Merchant: p.Merchant, Payment: p.No, Reference: demo.Mark + "-BANK-" + p.No, Date: p.ValueDate, Amount: money.New(p.Amount, p.Currency),
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}
