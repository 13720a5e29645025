package main

import (
	"github.com/spf13/cobra"

	"suanpan/internal/pg"
	"suanpan/ledger"
)

func verifyCommand(m *Main) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Recompute the ledger and compare it with the records",
		Long: `Recomputes the chain of seals, the mirrors between books and the exchange postings, and compares what the modules' own records say
with their control accounts. It stops at the first difference, names it and exits with 1.`,
		Example: "  suanpan verify",
		RunE: func(c *cobra.Command, _ []string) error {
			ctx := c.Context()
			return m.with(ctx, func(s *session) error {
				if _, err := ledger.Seal(ctx, s.db); err != nil {
					return err
				}
				var v ledger.Verification
				err := s.db.ReadTx(ctx, pg.AsAuditor(m.user()), func(tx *pg.Tx) (err error) {
					v, err = s.settlement.Verify(ctx, tx)
					return err
				})
				if err != nil {
					return err
				}
				if m.flags.json {
					return m.printJSON(map[string]any{"sealed": v.Sealed, "unsealed": v.Unsealed})
				}
				m.remark("verify.ok", "sealed", v.Sealed, "unsealed", v.Unsealed)
				return nil
			})
		},
	}
}
