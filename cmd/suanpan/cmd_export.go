package main

import (
	"github.com/spf13/cobra"

	"suanpan/internal/fault"
)

func exportCommand(m *Main) *cobra.Command {
	var month, out string
	var in []string
	c := &cobra.Command{
		Use:   "export --period 2026-10 --out DIR",
		Short: "Write a month's documents",
		Long: `Writes the documents of a month into a folder, all from one snapshot: the finance workbook, bills, lines, held lines with their reasons,
differences and trial balance; the statement of each entity and merchant; and each invoice list with the draft of its invoice. The same
data give the same bytes.`,
		Example: "  suanpan export --period 2026-10 --out october",
		RunE: func(c *cobra.Command, _ []string) error {
			mo, err := monthOf(month)
			if err != nil {
				return err
			}
			langs := make([]fault.Lang, len(in))
			for i, l := range in {
				langs[i] = fault.Lang(l)
			}
			return m.with(c.Context(), func(s *session) error {
				files, err := m.writeDocuments(c.Context(), s, mo, out, langs...)
				if err != nil {
					return err
				}
				return m.answer("demo.out", map[string]any{"out": out, "files": files}, "n", len(files), "dir", out)
			})
		},
	}
	c.Flags().StringVar(&month, "period", "", "`month` to export")
	c.Flags().StringVar(&out, "out", "out", "`folder` for the documents")
	c.Flags().StringSliceVar(&in, "in", nil, "`languages` of the documents: en, zh, pt; all where none is given")
	_ = c.MarkFlagRequired("period")
	return c
}
