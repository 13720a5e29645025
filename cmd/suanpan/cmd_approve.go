package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
	"suanpan/settlement"
)

type approveFlags struct {
	month, reason string
	entities      []string
	requisitions  []string
	reject        bool
}

func approveCommand(m *Main) *cobra.Command {
	var f approveFlags
	c := &cobra.Command{
		Use:   "approve [BILL…]",
		Short: "Approve bills (会签) or accepted requisitions",
		Long: `Countersigns and approves bills: those of one merchant, entity and currency become one payment requisition, whose invoice list is issued.
With --requisition it approves requisitions whose invoices were accepted, so that they may be paid. Who approved cannot record the payment.`,
		Example: `  suanpan approve --as ana --period 2026-10 --entity 5861
  suanpan approve --as ana 5861-202610-M1-BRL
  suanpan approve --as ana --reject --reason "fee under discussion" 5861-202610-M1-BRL
  suanpan approve --as ana --requisition REQ-5861-202610-M1-1`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if (len(args) == 0) == (f.month == "") && len(f.requisitions) == 0 {
				return usage(c, errors.New("name bills, or a --period, or a --requisition"))
			}
			var month period.Month
			if f.month != "" {
				var err error
				if month, err = monthOf(f.month); err != nil {
					return err
				}
			}
			return m.withDuty(c.Context(), func(s *session) error { return m.approve(c.Context(), s, args, month, f) }, web.FinanceReview)
		},
	}
	c.Flags().StringVar(&f.month, "period", "", "all open bills of a `month`")
	c.Flags().StringSliceVar(&f.entities, "entity", nil, "with --period: only of these entities (`codes`)")
	c.Flags().StringSliceVar(&f.requisitions, "requisition", nil, "`numbers` of accepted requisitions to approve for payment")
	c.Flags().BoolVar(&f.reject, "reject", false, "send the bills back instead, with --reason")
	c.Flags().StringVar(&f.reason, "reason", "", "why they are sent back")
	return c
}

func (m *Main) approve(ctx context.Context, s *session, nos []string, month period.Month, f approveFlags) error {
	var made []settlement.Requisition
	bills := 0
	err := s.db.InTx(ctx, pg.AsStaff(m.user()), func(tx *pg.Tx) error {
		for _, no := range f.requisitions {
			merchant, err := s.ownerOf(ctx, tx, no)
			if err != nil {
				return err
			}
			if err := s.settlement.ApproveRequisition(ctx, tx, merchant, no); err != nil {
				return err
			}
		}
		refs, err := s.billRefs(ctx, tx, nos)
		if err != nil {
			return err
		}
		if !month.IsZero() {
			if refs, err = s.openBills(ctx, tx, month, f.entities); err != nil {
				return err
			}
		}
		bills = len(refs)
		made, err = s.decide(ctx, tx, refs, f)
		return err
	})
	if err != nil {
		return err
	}
	if m.flags.json {
		return m.printJSON(map[string]any{"bills": bills, "rejected": f.reject, "requisitions": viewRequisitions(made), "approved": f.requisitions})
	}
	for _, r := range made {
		_, _ = fmt.Fprintln(m.Stdout, r.No, r.Currency, money.Print(r.Amount, r.Currency))
	}
	if len(f.requisitions) > 0 {
		m.remark("approve.req", "n", len(f.requisitions))
	} else {
		m.remark(map[bool]string{false: "approve.done", true: "approve.back"}[f.reject], "bills", bills, "n", len(made))
	}
	return nil
}

func (s *session) decide(ctx context.Context, tx *pg.Tx, refs []settlement.BillRef, f approveFlags) ([]settlement.Requisition, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	if err := s.countersign(ctx, tx, refs); err != nil {
		return nil, err
	}
	if f.reject {
		return nil, s.settlement.Reject(ctx, tx, f.reason, refs...)
	}
	return s.settlement.Approve(ctx, tx, refs...)
}

// countersign opens the approval of the bills that wait for it; others go on from where they stand.
func (s *session) countersign(ctx context.Context, tx *pg.Tx, refs []settlement.BillRef) error {
	var open []settlement.BillRef
	for _, r := range refs {
		bs, err := s.settlement.Bills(ctx, tx, settlement.BillFilter{Merchant: r.Merchant, No: r.No})
		if err != nil {
			return err
		}
		if len(bs) == 1 && bs[0].State != settlement.Countersigning {
			open = append(open, r)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return s.settlement.Countersign(ctx, tx, open...)
}

// billRefs finds the merchants of bill numbers. A number that is not there is left to the verb to refuse.
func (s *session) billRefs(ctx context.Context, tx *pg.Tx, nos []string) ([]settlement.BillRef, error) {
	var out []settlement.BillRef
	for _, no := range nos {
		ref := settlement.BillRef{No: no}
		bs, err := s.settlement.Bills(ctx, tx, settlement.BillFilter{No: no})
		if err != nil {
			return nil, err
		}
		if len(bs) > 0 {
			ref.Merchant = bs[0].Merchant
		}
		out = append(out, ref)
	}
	return out, nil
}

// openBills are the bills of a month that wait for approval.
func (s *session) openBills(ctx context.Context, tx *pg.Tx, month period.Month, codes []string) ([]settlement.BillRef, error) {
	if len(codes) == 0 {
		codes = []string{""}
	}
	var out []settlement.BillRef
	for _, code := range codes {
		for _, state := range []settlement.State{settlement.PendingCountersign, settlement.Countersigning} {
			bs, err := s.settlement.Bills(ctx, tx, settlement.BillFilter{Entity: code, Month: month, State: state, Limit: 1 << 30})
			if err != nil {
				return nil, err
			}
			for _, b := range bs {
				out = append(out, settlement.BillRef{Merchant: b.Merchant, No: b.No})
			}
		}
	}
	return out, nil
}

// ownerOf is the merchant a requisition belongs to.
func (s *session) ownerOf(ctx context.Context, tx *pg.Tx, requisition string) (string, error) {
	d, err := s.invoicing.Requisition(ctx, tx, "", requisition)
	return d.Merchant, err
}

func unsettleCommand(m *Main) *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:   "unsettle BILL… --reason WHY",
		Short: "Withdraw bills before their approval begins",
		Long: `Withdraws bills: what they posted is reversed, and their lines are free for the run to be made again. Once approval began, a difference
goes to the next cycle's bill instead.`,
		Example: `  suanpan unsettle 5861-202610-M1-BRL --reason "rate was typed wrong" && suanpan settle --period 2026-10`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return m.withDuty(c.Context(), func(s *session) error {
				err := s.db.InTx(c.Context(), pg.AsStaff(m.user()), func(tx *pg.Tx) error {
					refs, err := s.billRefs(c.Context(), tx, args)
					if err != nil {
						return err
					}
					return s.settlement.Unsettle(c.Context(), tx, reason, refs...)
				})
				if err != nil {
					return err
				}
				return m.answer("unsettled", map[string]any{"withdrawn": args}, "n", len(args))
			}, web.FinanceReview)
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why they are withdrawn")
	_ = c.MarkFlagRequired("reason")
	return c
}
