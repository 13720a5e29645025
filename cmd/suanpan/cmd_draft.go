package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"suanpan/internal/pg"
	"suanpan/invoicing/draft"
)

type draftFlags struct {
	requisition, form, number, date, rate, out string
}

func draftCommand(m *Main) *cobra.Command {
	var f draftFlags
	c := &cobra.Command{
		Use:   "draft --requisition NO [--form ubl | --out FOLDER]",
		Short: "Draw up the invoice that answers a list",
		Long: `Writes what the merchant's invoice has to say for a payment requisition: ubl and cii are electronic invoices, pdf has the CII inside, cfdi and
nfse are the values for Mexico's and Brazil's forms, text is to type in. What only the merchant knows is an empty, marked place unless it is given
here. One form goes to standard output; --out writes all of them, or the one named by --form, into a folder. Nothing is kept.`,
		Example: `  suanpan draft --requisition PR-202610-001 --form ubl --number LC-77 > invoice.xml
  suanpan draft --requisition PR-202610-001 --number LC-77 --rate 9 --out drafts`,
		RunE: func(c *cobra.Command, _ []string) error {
			return m.with(c.Context(), func(s *session) error { return m.draft(c.Context(), s, f) })
		},
	}
	c.Flags().StringVar(&f.requisition, "requisition", "", "`number` of the payment requisition")
	c.Flags().StringVar(&f.form, "form", "", "`name` of the form: ubl, pdf, cii, cfdi, nfse or text (the default)")
	c.Flags().StringVar(&f.number, "number", "", "the merchant's invoice `number`")
	c.Flags().StringVar(&f.date, "date", "", "`day` of the invoice, 2026-11-16; today where the entity is unless given")
	c.Flags().StringVar(&f.rate, "rate", "", "`percent` of tax that the invoice shows")
	c.Flags().StringVar(&f.out, "out", "", "write into this `folder`")
	_ = c.MarkFlagRequired("requisition")
	return c
}

func (m *Main) draft(ctx context.Context, s *session, f draftFlags) error {
	y, fs := draft.ParseYours(f.number, f.date, f.rate)
	if err := fs.Err(); err != nil {
		return err
	}
	forms := draft.Forms()
	if f.form != "" || f.out == "" {
		name := f.form
		if name == "" {
			name = "text"
		}
		one, err := draft.FormNamed(name)
		if err != nil {
			return err
		}
		forms = []draft.Form{one}
	}
	demo, _, err := s.db.Demo(ctx)
	if err != nil {
		return err
	}
	var d draft.Draft
	err = s.db.ReadTx(ctx, pg.AsAuditor(m.user()), func(tx *pg.Tx) (err error) {
		d, err = (&draft.Service{Invoicing: s.invoicing}).Draft(ctx, tx, "", f.requisition, y, demo)
		return err
	})
	if err != nil {
		return err
	}
	fonts := m.fonts()
	var names []string
	for _, form := range forms {
		b, err := form.Draw(d, m.lang, fonts)
		if err != nil {
			return err
		}
		if f.out == "" {
			_, err = m.Stdout.Write(b)
			return err
		}
		name := filepath.Join(f.out, form.FileName(d))
		if err := writeFile(name, b); err != nil {
			return err
		}
		names = append(names, name)
	}
	if m.flags.json {
		return m.printJSON(map[string]any{"files": names})
	}
	for _, name := range names {
		_, _ = fmt.Fprintln(m.Stdout, name)
	}
	return nil
}
