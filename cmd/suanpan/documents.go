package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/settlement"
)

// file is a document that was drawn.
type file struct {
	name string
	body []byte
}

// documents are what a month's documents are drawn by, in the order in which they are written.
var documents = []func(context.Context, *session, *pg.Tx, period.Month) ([]file, error){billsCSV, heldCSV, trialCSV, requisitionFiles}

// writeDocuments writes a month's documents into a folder and gives their names. It reads one snapshot, so that they agree.
func (m *Main) writeDocuments(ctx context.Context, s *session, month period.Month, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // documents are for others to read
		return nil, fault.New(fault.Invalid, "CLI-FILE", dir, fault.Args{"why": cause(err)}).Wrap(err)
	}
	var names []string
	err := s.db.ReadTx(ctx, pg.AsAuditor("export"), func(tx *pg.Tx) error {
		for _, draw := range documents {
			files, err := draw(ctx, s, tx, month)
			if err != nil {
				return err
			}
			for _, f := range files {
				if err := writeFile(filepath.Join(dir, f.name), f.body); err != nil {
					return err
				}
				names = append(names, f.name)
			}
		}
		return nil
	})
	return names, err
}

// csvFile draws a CSV file; rows calls add for each row.
func csvFile(name string, columns []doc.Column, rows func(add func(...any) error) error) ([]file, error) {
	var b bytes.Buffer
	c := doc.NewCSV(&b, columns)
	if err := rows(c.Row); err != nil {
		return nil, err
	}
	if err := c.Close(); err != nil {
		return nil, err
	}
	return []file{{name, b.Bytes()}}, nil
}

func texts(titles ...string) []doc.Column {
	out := make([]doc.Column, len(titles))
	for i, t := range titles {
		out[i] = doc.Column{Title: t}
	}
	return out
}

// billsCSV lists the month's bills.
func billsCSV(ctx context.Context, s *session, tx *pg.Tx, month period.Month) ([]file, error) {
	bills, err := s.settlement.Bills(ctx, tx, settlement.BillFilter{Month: month, Limit: 1 << 30})
	if err != nil {
		return nil, err
	}
	cols := texts("bill", "merchant", "entity", "period", "state", "lines", "currency", "exact", "rounded", "carried in", "payable", "requisition")
	return csvFile("bills.csv", cols, func(add func(...any) error) error {
		for _, b := range bills {
			p := func(v decimal.Decimal) string { return money.Plain(v, b.Currency) }
			err := add(b.No, b.Merchant, b.Entity, b.Month, string(b.State), b.Lines, string(b.Currency), money.Exact(b.Exact), p(b.Rounded), p(b.CarryIn), p(b.Payable), b.Requisition)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// heldCSV lists every line that the month's runs held back, with its reasons.
func heldCSV(ctx context.Context, _ *session, tx *pg.Tx, month period.Month) ([]file, error) {
	codes, err := entityCodes(ctx, tx)
	if err != nil {
		return nil, err
	}
	held, err := settlement.AllHeld(ctx, tx, codes, month)
	if err != nil {
		return nil, err
	}
	return csvFile("held.csv", texts("entity", "merchant", "line", "kind", "why", "lifted by"), func(add func(...any) error) error {
		for _, h := range held {
			var who []string
			for _, r := range h.Reasons {
				who = append(who, r.LiftedBy)
			}
			if err := add(h.Entity, h.Merchant, h.Line, h.Kind, strings.Join(h.Codes(), ", "), strings.Join(who, ", ")); err != nil {
				return err
			}
		}
		return nil
	})
}

// trialCSV is the trial balance of all books as far as the month.
func trialCSV(ctx context.Context, _ *session, tx *pg.Tx, month period.Month) ([]file, error) {
	rows, err := ledger.TrialBalance(ctx, tx, ledger.AsOf{Period: month})
	if err != nil {
		return nil, err
	}
	return csvFile("trial-balance.csv", texts("book", "currency", "account", "merchant", "debit", "credit"), func(add func(...any) error) error {
		for _, r := range rows {
			if err := add(r.Book, string(r.Currency), string(r.Account), r.Merchant, money.Exact(r.Debit), money.Exact(r.Credit)); err != nil {
				return err
			}
		}
		return nil
	})
}

// requisitionFiles are, for every requisition with the month on it: the list as it was issued, for "check --list"; the draft of the
// invoice to send; and, in one table, how its invoices were judged.
func requisitionFiles(ctx context.Context, s *session, tx *pg.Tx, month period.Month) ([]file, error) {
	rs, err := s.invoicing.Requisitions(ctx, tx, invoicing.Filter{Limit: 1 << 30})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rs, func(a, b invoicing.Requisition) int { return strings.Compare(a.Number, b.Number) })
	var out []file
	verdicts, err := csvFile("verdicts.csv", texts("requisition", "merchant", "amount", "state", "invoice", "status", "faults"), func(add func(...any) error) error {
		for _, r := range rs {
			d, err := s.invoicing.Requisition(ctx, tx, r.Merchant, r.Number)
			if err != nil {
				return err
			}
			if !slices.Contains(d.List.Periods, month) {
				continue
			}
			out = append(out, file{"list-" + r.Number + ".json", d.List.Canonical()}, file{"draft-" + r.Number + ".txt", []byte(d.List.DraftText(d.Filled, fault.EN))})
			if len(d.Invoices) == 0 {
				if err := add(r.Number, r.Merchant, r.Amount, string(r.State), "", "", ""); err != nil {
					return err
				}
			}
			for _, i := range d.Invoices {
				if err := add(r.Number, r.Merchant, r.Amount, string(r.State), i.Invoice.Number, string(i.Status), judged(d, i)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return append(verdicts, out...), err
}

// judged are the codes of the verdict that an invoice got.
func judged(d invoicing.Detail, i invoicing.Sent) string {
	for _, sub := range d.Submissions {
		if sub.No == i.Submission {
			return strings.Join(sub.Verdict.Codes(), ", ")
		}
	}
	return ""
}
