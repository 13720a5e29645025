package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"suanpan/cmd/suanpan/demo"
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
var documents = []func(context.Context, *export) ([]file, error){billsCSV, heldCSV, trialCSV, requisitionFiles}

// export is what one month's documents are drawn from: one snapshot.
type export struct {
	*session
	tx    *pg.Tx
	month period.Month
	demo  bool // mark every file: nothing made up may pass for real
}

// writeDocuments writes a month's documents into a folder and gives their names. It reads one snapshot, so that they agree.
func (m *Main) writeDocuments(ctx context.Context, s *session, month period.Month, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // documents are for others to read
		return nil, fault.New(fault.Invalid, "CLI-FILE", dir, fault.Args{"why": cause(err)}).Wrap(err)
	}
	isDemo, _, err := s.db.Demo(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	err = s.db.ReadTx(ctx, pg.AsAuditor("export"), func(tx *pg.Tx) error {
		x := &export{session: s, tx: tx, month: month, demo: isDemo}
		for _, draw := range documents {
			files, err := draw(ctx, x)
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
func (x *export) csvFile(name string, columns []doc.Column, rows func(add func(...any) error) error) ([]file, error) {
	var b bytes.Buffer
	if x.demo {
		columns[0].Title = demo.Mark + " " + columns[0].Title
	}
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
func billsCSV(ctx context.Context, x *export) ([]file, error) {
	bills, err := x.settlement.Bills(ctx, x.tx, settlement.BillFilter{Month: x.month, Limit: 1 << 30})
	if err != nil {
		return nil, err
	}
	cols := texts("bill", "merchant", "entity", "period", "state", "lines", "currency", "exact", "rounded", "carried in", "payable", "requisition")
	return x.csvFile("bills.csv", cols, func(add func(...any) error) error {
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
func heldCSV(ctx context.Context, x *export) ([]file, error) {
	codes, err := entityCodes(ctx, x.tx)
	if err != nil {
		return nil, err
	}
	held, err := settlement.AllHeld(ctx, x.tx, codes, x.month)
	if err != nil {
		return nil, err
	}
	return x.csvFile("held.csv", texts("entity", "merchant", "line", "kind", "why", "lifted by"), func(add func(...any) error) error {
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
func trialCSV(ctx context.Context, x *export) ([]file, error) {
	rows, err := ledger.TrialBalance(ctx, x.tx, ledger.AsOf{Period: x.month})
	if err != nil {
		return nil, err
	}
	return x.csvFile("trial-balance.csv", texts("book", "currency", "account", "merchant", "debit", "credit"), func(add func(...any) error) error {
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
func requisitionFiles(ctx context.Context, x *export) ([]file, error) {
	rs, err := x.invoicing.Requisitions(ctx, x.tx, invoicing.Filter{Limit: 1 << 30})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rs, func(a, b invoicing.Requisition) int { return strings.Compare(a.Number, b.Number) })
	var out []file
	verdicts, err := x.csvFile("verdicts.csv", texts("requisition", "merchant", "amount", "state", "invoice", "status", "faults"), func(add func(...any) error) error {
		for _, r := range rs {
			d, err := x.invoicing.Requisition(ctx, x.tx, r.Merchant, r.Number)
			if err != nil {
				return err
			}
			if !slices.Contains(d.List.Periods, x.month) {
				continue
			}
			out = append(out, file{"list-" + r.Number + ".json", d.List.Canonical()}, file{"draft-" + r.Number + ".txt", x.text(d.List.DraftText(d.Filled, fault.EN))})
			if err := x.sample(&out, d); err != nil {
				return err
			}
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

// sample adds, in a demo, the electronic invoice that would answer a list nobody answered yet, to try "check" with.
func (x *export) sample(out *[]file, d invoicing.Detail) error {
	if !x.demo || len(d.Submissions) > 0 {
		return nil
	}
	b, err := demo.UBL(d.List, period.DayOf(x.tx.Now, x.tx.Now.Location()), decimal.Zero)
	*out = append(*out, file{"invoice-" + d.Number + ".xml", b})
	return err
}

// text is a plain text, marked in a demo.
func (x *export) text(s string) []byte {
	if x.demo {
		s = demo.Mark + "\n\n" + s
	}
	return []byte(s)
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
