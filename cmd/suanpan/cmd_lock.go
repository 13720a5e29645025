package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/settlement"
)

func lockCommand(m *Main) *cobra.Command {
	c := &cobra.Command{
		Use:   "lock",
		Short: "Lock a month of a book for good: propose, confirm, drop, list",
		Long: `Ends a month of a contracting entity's book: nothing enters it any more and its trial balance never moves again. There is no way back, so
one person proposes it, another confirms it, both named by --as, and the entities are always named. While the month's run is not done or
bills wait for approval it is refused, unless --reason says why it is locked all the same.`,
		Example: `  suanpan lock propose --as ana --period 2026-10 --entity 5861
  suanpan lock confirm --as li.lei --period 2026-10 --entity 5861`,
	}
	group(c)
	c.AddCommand(lockPropose(m), lockConfirm(m), lockDrop(m), lockList(m))
	return c
}

func lockPropose(m *Main) *cobra.Command {
	var reason string
	c := lockVerb(m, "propose", "Propose to lock a month; a second person has to confirm it", "lock.new", "proposed",
		func(ctx context.Context, s *session, tx *pg.Tx, entity string, mo period.Month) error {
			return s.settlement.ProposeLock(ctx, tx, entity, mo, strings.TrimSpace(reason))
		})
	c.Flags().StringVar(&reason, "reason", "", "why it is locked although something still waits in it")
	return c
}

func lockConfirm(m *Main) *cobra.Command {
	return lockVerb(m, "confirm", "Lock a month that somebody else proposed", "locked", "locked",
		func(ctx context.Context, s *session, tx *pg.Tx, entity string, mo period.Month) error {
			return s.settlement.ConfirmLock(ctx, tx, entity, mo)
		})
}

func lockDrop(m *Main) *cobra.Command {
	return lockVerb(m, "drop", "End a proposal without locking", "lock.dropped", "dropped",
		func(ctx context.Context, s *session, tx *pg.Tx, entity string, mo period.Month) error {
			return s.settlement.DropLock(ctx, tx, entity, mo)
		})
}

// lockVerb is a command that does one thing to the month of each named entity, all or none.
func lockVerb(m *Main, use, short, say, state string, do func(context.Context, *session, *pg.Tx, string, period.Month) error) *cobra.Command {
	var month string
	var codes []string
	c := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx := c.Context()
			mo, err := monthOf(month)
			if err != nil {
				return err
			}
			err = m.withDuty(ctx, func(s *session) error {
				return s.db.InTx(ctx, pg.AsStaff(m.user()), func(tx *pg.Tx) error {
					for _, code := range codes {
						if err := do(ctx, s, tx, code, mo); err != nil {
							return err
						}
					}
					return nil
				})
			}, web.FinanceReview, web.FinancePay)
			if err != nil {
				return err
			}
			for _, code := range codes {
				if err := m.answer(say, map[string]any{"entity": code, "period": mo, "state": state}, "entity", code, "month", mo); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&month, "period", "", "`month` to lock")
	c.Flags().StringSliceVar(&codes, "entity", nil, "`codes` of the entities whose books are locked")
	_ = c.MarkFlagRequired("period")
	_ = c.MarkFlagRequired("entity")
	return c
}

func lockList(m *Main) *cobra.Command {
	var month string
	c := &cobra.Command{
		Use: "list", Short: "List who proposed and confirmed the locks of a month, and what they were put over", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx := c.Context()
			mo, err := monthOf(month)
			if err != nil {
				return err
			}
			return m.with(ctx, func(s *session) error {
				var locks []settlement.MonthLock
				err := s.db.ReadTx(ctx, pg.AsAuditor(m.user()), func(tx *pg.Tx) (err error) {
					locks, err = s.settlement.Locks(ctx, tx, mo)
					return err
				})
				if err != nil {
					return err
				}
				if m.flags.json {
					return m.printJSON(map[string]any{"locks": viewLocks(locks)})
				}
				t := table{head: []string{m.say("t.entity"), "period", m.say("t.state"), "by", "decided by", m.say("t.why"), "over"}}
				for _, l := range locks {
					t.add(l.Entity, l.Month.String(), l.State, l.ProposedBy, l.DecidedBy, l.Reason, strings.Join(l.Waits, ", "))
				}
				t.print(m.Stdout)
				return nil
			})
		},
	}
	c.Flags().StringVar(&month, "period", "", "`month` whose locks are listed; open proposals of others come too")
	_ = c.MarkFlagRequired("period")
	return c
}
