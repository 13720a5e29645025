package main

import (
	"github.com/spf13/cobra"
)

func exportCommand(m *Main) *cobra.Command {
	var month, out string
	c := &cobra.Command{
		Use:   "export --period 2026-10 --out DIR",
		Short: "Write a month's documents",
		Long: `Writes the documents of a month into a folder, all from one snapshot: bills, held lines with their reasons, trial balance, invoice lists
as issued, drafts of the invoices to send, and how invoices were judged. The same data give the same bytes.`,
		Example: "  suanpan export --period 2026-10 --out october",
		RunE: func(c *cobra.Command, _ []string) error {
			mo, err := monthOf(month)
			if err != nil {
				return err
			}
			return m.with(c.Context(), func(s *session) error {
				files, err := m.writeDocuments(c.Context(), s, mo, out)
				if err != nil {
					return err
				}
				return m.answer("demo.out", map[string]any{"out": out, "files": files}, "n", len(files), "dir", out)
			})
		},
	}
	c.Flags().StringVar(&month, "period", "", "`month` to export")
	c.Flags().StringVar(&out, "out", "out", "`folder` for the documents")
	_ = c.MarkFlagRequired("period")
	return c
}
