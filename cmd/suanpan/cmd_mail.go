package main

import (
	"context"

	"github.com/spf13/cobra"

	"suanpan/internal/web"
)

func mailCommand(m *Main) *cobra.Command {
	c := &cobra.Command{
		Use:   "mail",
		Short: "Read the mailbox that merchants send invoices to",
		Long: `Merchants may send invoices to a mailbox; each message is judged by the rules of an upload in the console and answered with the verdict, once.
Workers read it every minute; "mail fetch" does it at once. What nobody can place waits on finance's page Mail. docs/mail.md says how to set it up.`,
		Example: "  suanpan mail fetch --as ana",
	}
	group(c)
	c.AddCommand(mailFetch(m))
	return c
}

func mailFetch(m *Main) *cobra.Command {
	return &cobra.Command{
		Use:   "fetch",
		Short: "Read the mailbox now, judge what came, and answer",
		Long: `Does once what workers do every minute: stores what came to the mailbox since it was last read, judges the invoices in it, and sends the answers.
The mailbox is SUANPAN_IMAP (imaps://user:password@host:993/INBOX); answers leave by SUANPAN_SMTP and wait where that is not set. Nothing in the mailbox is changed.`,
		Example: "  SUANPAN_IMAP=imaps://invoices:secret@mail.example.com suanpan mail fetch --as ana",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return m.withDuty(c.Context(), func(s *session) error {
				if err := m.channels(c.Context(), s, ""); err != nil {
					return err
				}
				fresh, err := s.readMail(c.Context())
				if err != nil {
					return err
				}
				return m.answer("mail.fetched", map[string]any{"fresh": fresh}, "n", fresh)
			}, web.FinanceReview, web.FinancePay, web.Operations)
		},
	}
}

// readMail fetches, judges and answers until nothing is left.
func (s *session) readMail(ctx context.Context) (fresh int, err error) {
	on := func() bool { return ctx.Err() != nil }
	if fresh, _, err = s.mailbox.Fetch(ctx, s.db, on); err != nil {
		return fresh, err
	}
	if _, err = s.mailbox.Work(ctx, s.db, on); err != nil {
		return fresh, err
	}
	_, err = s.mailbox.Answer(ctx, s.db, on)
	return fresh, err
}
