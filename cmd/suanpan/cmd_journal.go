package main

import (
	"time"

	"github.com/spf13/cobra"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/strict"
	"suanpan/internal/web"
	"suanpan/ledger"
)

// journalFile is a manual journal as it is written for `journal propose`.
type journalFile struct {
	ID         string                `json:"id"`
	Book       string                `json:"book"`
	Merchant   string                `json:"merchant,omitempty"`
	Period     period.Month          `json:"period"`
	OccurredAt time.Time             `json:"occurredAt"`
	Reason     string                `json:"reason"`
	Attachment string                `json:"attachment,omitempty"`
	Transfers  []ledger.TransferJSON `json:"transfers"`
}

func journalCommand(m *Main) *cobra.Command {
	c := &cobra.Command{
		Use:   "journal",
		Short: "Manual journals: propose, approve, reject, list",
		Long:  `A manual journal (手工分录) is proposed by one person and decided by another; only an approved one is posted. Both are named by --as.`,
	}
	group(c)
	c.AddCommand(journalPropose(m), journalDecide(m, true), journalDecide(m, false), journalList(m))
	return c
}

func journalPropose(m *Main) *cobra.Command {
	return &cobra.Command{
		Use:   "propose FILE",
		Short: "Propose a journal from a JSON file",
		Example: `  suanpan journal propose --as ana journal.json
  echo '{"id":"J-1","book":"5861","period":"2026-10","occurredAt":"2026-10-31T12:00:00Z","reason":"bank charge of October",
    "transfers":[{"currency":"BRL","debit":"adjustments","credit":"bank","amount":"12.50"}]}' | suanpan journal propose --as ana -`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			b, err := m.readAll(args[0], 1<<20)
			if err != nil {
				return err
			}
			var j journalFile
			if err := strict.Unmarshal(b, &j); err != nil {
				return fault.New(fault.Invalid, "CLI-VALUE", args[0], fault.Args{"got": err, "want": `{"id":…,"book":…,"period":…,"occurredAt":…,"reason":…,"transfers":[…]}`})
			}
			body := ledger.EntryJSON{Key: j.ID, Book: j.Book, Transfers: j.Transfers}
			e, fs := body.Entry()
			if fs = append(fs, ledger.KeptFaults(keptAccounts, &e)...); len(fs) > 0 {
				return fs
			}
			return m.withDuty(c.Context(), func(s *session) error {
				ctx := c.Context()
				err := s.db.InTx(ctx, pg.AsStaff(m.user()), func(tx *pg.Tx) error {
					err := ledger.Propose(ctx, tx, ledger.ManualJournal{
						ID: j.ID, Book: j.Book, Merchant: j.Merchant, Period: j.Period, OccurredAt: j.OccurredAt, Transfers: e.Transfers,
						Reason: j.Reason, Attachment: j.Attachment,
					}, knownMerchants)
					if err != nil {
						return err
					}
					return audit.Write(ctx, tx, audit.Event{Action: "journal.proposed", Subject: j.ID, Reason: j.Reason})
				})
				if err != nil {
					return err
				}
				return m.answer("journal.new", map[string]any{"id": j.ID, "state": "proposed"}, "id", j.ID)
			}, web.FinanceReview, web.FinancePay)
		},
	}
}

func journalDecide(m *Main, approve bool) *cobra.Command {
	use, short, state := "approve ID", "Approve and post a journal that somebody else proposed", "approved"
	if !approve {
		use, short, state = "reject ID", "Reject a proposed journal", "rejected"
	}
	return &cobra.Command{
		Use: use, Short: short, Example: "  suanpan journal " + use[:len(use)-2] + "--as li.lei J-1", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx := c.Context()
			return m.withDuty(ctx, func(s *session) error {
				err := s.db.InTx(ctx, pg.AsStaff(m.user()), func(tx *pg.Tx) error {
					if err := ledger.Decide(ctx, tx, args[0], approve); err != nil {
						return err
					}
					return audit.Write(ctx, tx, audit.Event{Action: "journal." + state, Subject: args[0]})
				})
				if err != nil {
					return err
				}
				return m.answer("journal.set", map[string]any{"id": args[0], "state": state}, "id", args[0], "state", state)
			}, web.FinanceReview, web.FinancePay)
		},
	}
}

func journalList(m *Main) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List manual journals, newest first", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx := c.Context()
			return m.with(ctx, func(s *session) error {
				var js []ledger.ManualJournal
				err := s.db.ReadTx(ctx, pg.AsAuditor(m.user()), func(tx *pg.Tx) (err error) {
					js, err = ledger.Journals(ctx, tx)
					return err
				})
				if err != nil {
					return err
				}
				if m.flags.json {
					return m.printJSON(map[string]any{"journals": viewJournals(js)})
				}
				t := table{head: []string{"id", m.say("t.entity"), "period", m.say("t.state"), "by", "decided by", "reason"}}
				for _, j := range js {
					t.add(j.ID, j.Book, j.Period.String(), j.State, j.ProposedBy, j.DecidedBy, j.Reason)
				}
				t.print(m.Stdout)
				return nil
			})
		},
	}
}

// answer says that something was done: words for a person, a value for a program.
func (m *Main) answer(key string, v any, pairs ...any) error {
	if m.flags.json {
		return m.printJSON(v)
	}
	m.remark(key, pairs...)
	return nil
}

// keptAccounts are those that records of the product are held against: nobody posts there past the verbs.
var keptAccounts = []ledger.Account{ledger.DeferredOrders, ledger.MerchantUnbilled, ledger.MerchantPayable, ledger.MerchantInvoiced, ledger.PaymentInTransit, ledger.MerchantDeposit, ledger.MerchantReceivable}
