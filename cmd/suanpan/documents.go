package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"suanpan/cmd/suanpan/demo"
	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/settlement"
)

// documents are what the demo writes, by file name without a language.
var documents = []struct {
	name string
	draw func(context.Context, *session, *pg.Tx) ([]byte, error)
}{
	{"held.csv", heldCSV},
	{"trial-balance.csv", trialCSV},
}

// writeDocuments writes the month's documents into a folder and gives their names.
func (m *Main) writeDocuments(ctx context.Context, s *session, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // documents are for others to read
		return nil, fault.New(fault.Invalid, "CLI-FILE", dir, fault.Args{"why": cause(err)}).Wrap(err)
	}
	var names []string
	err := s.db.ReadTx(ctx, pg.AsAuditor("demo"), func(tx *pg.Tx) error {
		for _, d := range documents {
			b, err := d.draw(ctx, s, tx)
			if err != nil {
				return err
			}
			if err := writeFile(filepath.Join(dir, d.name), b); err != nil {
				return err
			}
			names = append(names, d.name)
		}
		return nil
	})
	return names, err
}

// heldCSV lists every line that the month's run held back, with its reasons.
func heldCSV(ctx context.Context, _ *session, tx *pg.Tx) ([]byte, error) {
	var b bytes.Buffer
	c := doc.NewCSV(&b, []doc.Column{{Title: demo.Mark + " entity"}, {Title: "merchant"}, {Title: "line"}, {Title: "kind"}, {Title: "why"}, {Title: "lifted by"}})
	codes, err := entityCodes(ctx, tx)
	if err != nil {
		return nil, err
	}
	held, err := settlement.AllHeld(ctx, tx, codes, demo.Month)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		var who []string
		for _, r := range h.Reasons {
			who = append(who, r.LiftedBy)
		}
		if err := c.Row(h.Entity, h.Merchant, h.Line, h.Kind, strings.Join(h.Codes(), ", "), strings.Join(who, ", ")); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), c.Close()
}

// trialCSV is the trial balance of all books as far as the month.
func trialCSV(ctx context.Context, _ *session, tx *pg.Tx) ([]byte, error) {
	var b bytes.Buffer
	c := doc.NewCSV(&b, []doc.Column{{Title: demo.Mark + " book"}, {Title: "currency"}, {Title: "account"}, {Title: "merchant"}, {Title: "debit"}, {Title: "credit"}})
	rows, err := ledger.TrialBalance(ctx, tx, ledger.AsOf{Period: demo.Month})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if err := c.Row(r.Book, string(r.Currency), string(r.Account), r.Merchant, r.Debit.String(), r.Credit.String()); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), c.Close()
}
