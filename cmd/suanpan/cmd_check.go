package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/invoicing/einvoice"
)

type checkFlags struct {
	requisition, list string
	more              bool
}

func checkCommand(m *Main) *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check --requisition NO --list FILE INVOICE…",
		Short: "Judge invoices for a requisition without submitting them",
		Long: `Reads electronic invoices (UBL, CII, Factur-X or ZUGFeRD PDF) and gives the verdict that submitting them would give: every fault with
its code and place, and which figures were compared. Nothing is kept. Invoices are sent together with their invoice list: --list FILE names it, as
downloaded or as export wrote it (lists/NO.json); without it the verdict is INV-LIST-ATTACHED.

Exit codes: 0 accepted, warnings included; 1 refused; 2 a file cannot be read; 3 waits, because it is late or more has to follow.`,
		Example: `  suanpan check --requisition PR-202610-001 invoice.xml --list list.json
  suanpan check --requisition PR-202610-001 part1.pdf --list list.json --more-follows`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return m.with(c.Context(), func(s *session) error { return m.check(c.Context(), s, args, f) })
		},
	}
	c.Flags().StringVar(&f.requisition, "requisition", "", "`number` of the payment requisition the invoices answer")
	c.Flags().StringVar(&f.list, "list", "", "`file` of the invoice list that goes along: as downloaded, or its QR text")
	c.Flags().BoolVar(&f.more, "more-follows", false, "these are not all the invoices of the requisition")
	_ = c.MarkFlagRequired("requisition")
	return c
}

func (m *Main) check(ctx context.Context, s *session, names []string, f checkFlags) error {
	files, err := m.readInvoiceFiles(names)
	if err != nil {
		return err
	}
	send := invoicing.Send{Requisition: f.requisition, MoreWillFollow: f.more}
	if f.list != "" {
		if send.ListCopy, err = m.listCopy(f.list); err != nil {
			return err
		}
	}
	s.invoicing.Antivirus = nil // the files are this machine's own and are not kept
	var v invoicing.Verdict
	err = s.db.ReadTx(ctx, pg.AsAuditor(m.user()), func(tx *pg.Tx) error {
		d, err := s.invoicing.Requisition(ctx, tx, "", f.requisition)
		if err != nil {
			return err
		}
		send.Merchant = d.Merchant
		var unread fault.Faults
		for i, content := range files {
			inv, _, err := s.invoicing.ReadInvoice(ctx, tx, d.Merchant, content)
			if fs := fault.All(err); len(fs) > 0 {
				unread = append(unread, fs.In(names[i])...)
				continue
			} else if err != nil {
				return err
			}
			send.Invoices = append(send.Invoices, inv)
		}
		if len(unread) > 0 {
			return unread
		}
		v, err = s.invoicing.Check(ctx, tx, send)
		return err
	})
	if err != nil {
		return err
	}
	return m.printVerdict(f.requisition, v)
}

func (m *Main) readInvoiceFiles(names []string) ([][]byte, error) {
	out := make([][]byte, len(names))
	var fs fault.Faults
	for i, name := range names {
		b, err := m.readAll(name, einvoice.MaxBytes+1)
		out[i] = b
		fs = append(fs, fault.All(err)...)
	}
	return out, fs.Err()
}

// readAll reads at most limit bytes of a file or of standard input.
func (m *Main) readAll(name string, limit int64) ([]byte, error) {
	r, err := m.openFile(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, limit))
	if err != nil {
		return nil, fault.New(fault.Invalid, "CLI-FILE", name, fault.Args{"why": cause(err)}).Wrap(err)
	}
	return b, nil
}

// listCopy is what a copy of the list is recognised by: the QR text that stands in it, else the hash of the file itself.
func (m *Main) listCopy(name string) (string, error) {
	b, err := m.readAll(name, invoicing.MaxFile)
	if err != nil {
		return "", err
	}
	return invoicing.ListCopy(b), nil
}

func (m *Main) printVerdict(no string, v invoicing.Verdict) error {
	if m.flags.json {
		err := m.printJSON(map[string]any{
			"requisition": no, "outcome": v.Outcome, "complete": v.Complete, "compared": v.Compared, "missing": v.Missing, "invoices": v.Invoices,
			"faults": m.faultsJSON(v.Faults), "holds": m.faultsJSON(v.Holds), "warnings": m.faultsJSON(v.Warnings),
		})
		if err != nil {
			return err
		}
	} else {
		key := map[invoicing.Outcome]string{invoicing.Accepted: "check.yes", invoicing.Refused: "check.no"}[v.Outcome]
		if key == "" {
			key = "check.wait"
		}
		_, _ = fmt.Fprintln(m.Stdout, m.say(key, "no", no, "outcome", v.Outcome))
		for _, f := range v.All() {
			_, _ = fmt.Fprintln(m.Stdout, " ", m.faultLine(f))
		}
		for _, c := range v.Compared {
			_, _ = fmt.Fprintln(m.Stdout, m.say("check.figure", "a", c.InvoiceFigure, "got", c.GotText(), "b", c.ListFigure, "want", c.Want))
		}
		if v.Missing != nil {
			_, _ = fmt.Fprintln(m.Stdout, m.say("check.missing", "missing", v.Missing))
		}
	}
	if code := v.ExitCode(); code != 0 {
		return exitError(code)
	}
	return nil
}
