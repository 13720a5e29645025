package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/settlement"
)

func whyCommand(m *Main) *cobra.Command {
	var merchant, month string
	c := &cobra.Command{
		Use:   "why LINE | ORDER | MERCHANT --period 2026-10",
		Short: "Say where a line is billed, or what holds it back",
		Long: `Answers the merchants' most-asked question for a line, all lines of an order, or a merchant's month: the bill it is on, or each reason
that holds it, since when, who can lift it, and the earliest run that takes it - unknown where a condition has no known date.`,
		Example: "  suanpan why CS2610051300A1-000001\n  suanpan why M1 --period 2026-10",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var mo period.Month
			if month != "" {
				var err error
				if mo, err = monthOf(month); err != nil {
					return err
				}
			}
			var answers []settlement.Why
			err := m.with(c.Context(), func(s *session) error {
				return s.db.ReadTx(c.Context(), pg.AsAuditor(m.user()), func(tx *pg.Tx) (err error) {
					answers, err = s.settlement.Ask(c.Context(), tx, merchant, args[0], mo)
					return err
				})
			})
			if err != nil {
				return err
			}
			if m.flags.json {
				return m.printJSON(map[string]any{"lines": viewWhy(answers)})
			}
			for _, w := range answers {
				_, _ = fmt.Fprint(m.Stdout, m.whyText(w))
			}
			return nil
		},
	}
	c.Flags().StringVar(&merchant, "merchant", "", "only this merchant's lines (`id`)")
	c.Flags().StringVar(&month, "period", "", "`month` of a merchant")
	return c
}

// whyText is one line's answer: a sentence, and a line for each reason.
func (m *Main) whyText(w settlement.Why) string {
	head := w.Line + " (" + w.Kind + ", " + w.Entity + "): "
	if w.Bill != "" {
		return head + m.say("why.billed", "bill", w.Bill, "state", w.BillState) + "\n"
	}
	var b strings.Builder
	switch {
	case w.Closed:
		b.WriteString(head + m.say("why.never") + "\n")
	case w.Earliest.IsZero():
		b.WriteString(head + m.say("why.unknown", "codes", strings.Join(w.UnknownTill, ", ")) + "\n")
	default:
		b.WriteString(head + m.say("why.earliest", "run", w.Earliest.Format(time.RFC3339)) + "\n")
	}
	for _, r := range w.Reasons {
		since, until := "", ""
		if !r.Since.IsZero() {
			since = " " + m.say("why.since", "at", r.Since.Format(time.RFC3339))
		}
		if !r.Until.IsZero() {
			until = " " + m.say("why.until", "at", r.Until.Format(time.RFC3339))
		}
		b.WriteString("  " + strings.TrimSpace(r.Code+" "+r.Detail) + since + until + " " + m.say("why.lifted", "who", r.LiftedBy) + "\n")
	}
	return b.String()
}
