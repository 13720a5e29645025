package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"suanpan/cmd/suanpan/demo"
	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/settlement/statement"
)

// fonts finds what documents are drawn with, and says which script has no font: its characters are named on the document instead.
func (m *Main) fonts() *doc.Fonts {
	f, missing := doc.FindFonts(m.Env("SUANPAN_FONTS"))
	if !m.flags.quiet && !m.flags.json {
		for _, w := range missing {
			_, _ = fmt.Fprintln(m.Stderr, m.faultLine(w))
		}
	}
	return f
}

// writeDocuments writes a month's documents into a folder and gives their names. It reads one snapshot, so that they agree.
func (m *Main) writeDocuments(ctx context.Context, s *session, month period.Month, dir string, langs ...fault.Lang) ([]string, error) {
	svc := &statement.Service{Settlement: s.settlement, Fonts: m.fonts()}
	isDemo, _, err := s.db.Demo(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	err = s.db.ReadTx(ctx, pg.AsAuditor("export"), func(tx *pg.Tx) (err error) {
		if names, err = svc.WriteMonth(ctx, tx, dir, month, langs...); err != nil || !isDemo {
			return err
		}
		more, err := s.sampleInvoices(ctx, tx, month, dir)
		names = append(names, more...)
		return err
	})
	return names, err
}

// sampleInvoices writes, in a demo, electronic invoices to try the program with: for lists that nobody answered one to "check", and for each
// merchant that can log in one that its open list accepts and one that it refuses.
func (s *session) sampleInvoices(ctx context.Context, tx *pg.Tx, month period.Month, dir string) ([]string, error) {
	rs, err := s.invoicing.Requisitions(ctx, tx, invoicing.Filter{State: invoicing.StateOpen, Limit: 1 << 30})
	if err != nil {
		return nil, err
	}
	logins := map[string]string{}
	for _, u := range demo.Users() {
		logins[u.Merchant] = u.Login
	}
	type drawing func(invoicing.List, period.Day) ([]byte, error)
	var names []string
	for _, r := range rs {
		d, err := s.invoicing.Requisition(ctx, tx, r.Merchant, r.Number)
		if err != nil {
			return nil, err
		}
		if d.List.Periods[len(d.List.Periods)-1] != month {
			continue
		}
		files := map[string]drawing{}
		if len(d.Submissions) == 0 {
			files["samples/invoice-"+r.Number+".xml"] = demo.UBL
		}
		if login := logins[r.Merchant]; login != "" {
			files[acceptedSample(login)], files[refusedSample(login)] = demo.Accepted, demo.Refused
		}
		for _, name := range sortedKeys(files) {
			b, err := files[name](d.List, period.DayOf(tx.Now, tx.Now.Location()))
			if err == nil {
				err = writeFile(filepath.Join(dir, name), b)
			}
			if err != nil {
				return nil, err
			}
			names = append(names, name)
		}
	}
	return names, nil
}

func acceptedSample(login string) string { return "samples/" + login + "-accepted.xml" }
func refusedSample(login string) string  { return "samples/" + login + "-refused.xml" }

// writeFile writes one file and the folders above it.
func writeFile(path string, b []byte) error {
	err := os.MkdirAll(filepath.Dir(path), 0o755) //nolint:gosec // documents are for others to read
	if err == nil {
		err = os.WriteFile(path, b, 0o644) //nolint:gosec // as above
	}
	if err != nil {
		return fault.New(fault.Invalid, "CLI-FILE", path, fault.Args{"why": cause(err)}).Wrap(err)
	}
	return nil
}
