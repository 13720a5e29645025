package invoicing_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
)

var ctx = context.Background()

// house is a database with the known entities and their books, a clock, and a service whose events are written down.
type house struct {
	t     *testing.T
	db    *pg.DB
	clock *pgtest.Clock
	svc   *invoicing.Service
	said  []string
}

func build(t *testing.T) *house {
	t.Helper()
	db, clock := pgtest.NewAt(t, time.Date(2026, 11, 13, 2, 0, 0, 0, time.UTC))
	h := &house{t: t, db: db, clock: clock, svc: &invoicing.Service{}}
	h.svc.Events = invoicing.Events{
		Judged: []func(context.Context, *pg.Tx, invoicing.JudgedEvent) error{func(_ context.Context, _ *pg.Tx, e invoicing.JudgedEvent) error {
			h.said = append(h.said, "judged:"+string(e.Submission.Verdict.Outcome))
			return nil
		}},
		Accepted: []func(context.Context, *pg.Tx, invoicing.AcceptedEvent) error{func(_ context.Context, _ *pg.Tx, e invoicing.AcceptedEvent) error {
			h.said = append(h.said, "accepted:"+e.Amount.String())
			return nil
		}},
		Revoked: []func(context.Context, *pg.Tx, invoicing.RevokedEvent) error{func(context.Context, *pg.Tx, invoicing.RevokedEvent) error {
			h.said = append(h.said, "revoked")
			return nil
		}},
		ReissueNeeded: []func(context.Context, *pg.Tx, invoicing.ReissueEvent) error{func(_ context.Context, _ *pg.Tx, e invoicing.ReissueEvent) error {
			h.said = append(h.said, "reissue:"+strings.Join(e.Numbers, ","))
			return nil
		}},
	}
	h.batch(func(tx *pg.Tx) error {
		if err := entities.SeedKnown(ctx, tx); err != nil {
			return err
		}
		return ledger.OpenBooks(ctx, tx, []ledger.Book{{Code: "5541", Zone: "Asia/Singapore"}, {Code: "5861", Zone: "America/Sao_Paulo"}})
	})
	return h
}

func (h *house) as(a pg.Actor, fn func(tx *pg.Tx) error) {
	h.t.Helper()
	if err := h.db.InTx(ctx, a, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) batch(fn func(tx *pg.Tx) error) { h.t.Helper(); h.as(pg.AsBatch("test"), fn) }

// fails runs something that has to be refused with a code.
func (h *house) fails(a pg.Actor, code string, fn func(tx *pg.Tx) error) {
	h.t.Helper()
	if err := h.db.InTx(ctx, a, fn); !fault.Has(err, code) {
		h.t.Errorf("got %v, want %s", err, code)
	}
}

func (h *house) list() invoicing.List {
	l := plain().Lists[0]
	l.Version = 0
	return l
}

func (h *house) brazil() invoicing.List {
	l := h.list()
	l.Requisition, l.Entity, l.EntityName, l.Currency = "REQ-BR", "5861", "SPARKOO TECNOLOGIAS DO BRASIL LTDA", "BRL"
	l.Merchant, l.MerchantName, l.Residence, l.Payable, l.Fields = "M1", "Ipê Sistemas Ltda", "BR", sumOf("7104.47"), nil
	return l
}

func (h *house) issue(l invoicing.List) {
	h.t.Helper()
	h.batch(func(tx *pg.Tx) error { _, err := h.svc.IssueList(ctx, tx, l); return err })
}

// send is an upload that answers a list with invoices over some totals, numbered from a letter on.
func send(l invoicing.List, day, first string, totals ...string) invoicing.Send {
	c := invoicing.Send{Merchant: l.Merchant, Requisition: l.Requisition, ListAttached: true, Filled: map[string]string{}}
	for _, f := range l.Fields {
		if f.Starred {
			c.Filled[f.Name] = "+65 1234"
		}
	}
	for n, total := range totals {
		c.Invoices = append(c.Invoices, invoicing.Invoice{
			Number: first + string(rune('1'+n)), Date: period.MustDay(day), Currency: l.Currency, BillTo: l.EntityName, Issuer: l.MerchantName,
			AccountName: l.MerchantName, Requisitions: []string{l.Requisition}, Period: l.PeriodText(), GrandTotal: sumOf(total),
		})
	}
	return c
}

func (h *house) submit(c invoicing.Send) (out invoicing.Receipt) {
	h.t.Helper()
	h.as(pg.AsMerchant(c.Merchant, "seller"), func(tx *pg.Tx) (err error) { out, err = h.svc.Submit(ctx, tx, c); return err })
	return out
}

func (h *house) detail(number string) (d invoicing.Detail) {
	h.t.Helper()
	h.batch(func(tx *pg.Tx) (err error) { d, err = h.svc.Requisition(ctx, tx, "", number); return err })
	return d
}

// stands checks states and the ledger: what is invoiced (credit) of the merchant's accounts.
func (h *house) stands(number string, state invoicing.State, statuses, invoiced string) {
	h.t.Helper()
	d := h.detail(number)
	var got []string
	for _, i := range d.Invoices {
		got = append(got, string(i.Status))
	}
	if d.State != state || strings.Join(got, " ") != statuses {
		h.t.Errorf("%s [%s], want %s [%s]", d.State, strings.Join(got, " "), state, statuses)
	}
	h.batch(func(tx *pg.Tx) error {
		bs, err := ledger.TrialBalance(ctx, tx, ledger.AsOf{})
		if err != nil {
			return err
		}
		sum := money.Zero(d.Amount.Currency)
		for _, b := range bs {
			if b.Account == ledger.MerchantInvoiced && b.Book == d.Entity && b.Merchant == d.Merchant {
				sum.Value = sum.Value.Sub(b.Net())
			}
		}
		if sum.String() != invoiced {
			h.t.Errorf("invoiced %s, want %s", sum, invoiced)
		}
		c, err := h.svc.Control(ctx, tx)
		if err != nil {
			return err
		}
		if state == invoicing.StatePaid {
			return nil // the payment's own posting is settlement's
		}
		return ledger.VerifyControl(ctx, tx, c)
	})
}

func (h *house) heard(want ...string) {
	h.t.Helper()
	if got := strings.Join(h.said, " "); got != strings.Join(want, " ") {
		h.t.Errorf("events %q, want %q", got, strings.Join(want, " "))
	}
	h.said = nil
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	t.Run("two invoices that reach the list are accepted and posted once", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		h.issue(h.list())
		h.clock.Add(time.Hour)
		got := h.submit(send(h.list(), "2026-11-13", "A", "400", "71.60"))
		want(t, got.Submission.Verdict, invoicing.Accepted, "")
		h.stands("REQ-1", invoicing.StateAccepted, "accepted accepted", "SGD 471.60")
		h.heard("judged:accepted", "accepted:SGD 471.60")
		again := h.submit(send(h.list(), "2026-11-13", "B", "471.60"))
		want(t, again.Submission.Verdict, invoicing.Refused, "INV-ANSWERED")
		h.stands("REQ-1", invoicing.StateAccepted, "accepted accepted refused", "SGD 471.60")
	})
	t.Run("a refused invoice comes back under its number and both versions are kept", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		h.issue(h.list())
		h.clock.Add(time.Hour)
		want(t, h.submit(send(h.list(), "2026-11-13", "A", "471.61")).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
		h.stands("REQ-1", invoicing.StateOpen, "refused", "SGD 0.00")
		want(t, h.submit(send(h.list(), "2026-11-13", "A", "471.60")).Submission.Verdict, invoicing.Accepted, "")
		h.stands("REQ-1", invoicing.StateAccepted, "refused accepted", "SGD 471.60")
		d := h.detail("REQ-1")
		if len(d.Submissions) != 2 || d.Submissions[0].Verdict.Faults[0].Text(fault.EN) != "The invoices say SGD 471.61, the list REQ-1 says SGD 471.60 (difference SGD +0.01). Correct the total, or send the missing invoices together." {
			t.Errorf("%+v", d.Submissions)
		}
		h.batch(func(tx *pg.Tx) error {
			vs, err := h.svc.Versions(ctx, tx, "M2", " a1")
			if len(vs) != 2 || vs[0].Version != 1 || vs[1].Invoice.GrandTotal.String() != "471.6" {
				t.Errorf("%+v", vs)
			}
			return err
		})
	})
}

func TestSubmitInPartsAndFromOutside(t *testing.T) {
	t.Parallel()
	t.Run("in parts: pending until the sum is reached", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		h.issue(h.list())
		h.clock.Add(time.Hour)
		first := send(h.list(), "2026-11-13", "A", "211.60")
		first.MoreWillFollow = true
		want(t, h.submit(first).Submission.Verdict, invoicing.Incomplete, "INV-INCOMPLETE")
		h.stands("REQ-1", invoicing.StateOpen, "pending", "SGD 0.00")
		want(t, h.submit(send(h.list(), "2026-11-13", "B", "260")).Submission.Verdict, invoicing.Accepted, "")
		h.stands("REQ-1", invoicing.StateAccepted, "accepted accepted", "SGD 471.60")
	})
	t.Run("in parts: one refused alone, the others reach the list", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		h.issue(h.list())
		h.clock.Add(time.Hour)
		c := send(h.list(), "2026-11-13", "A", "211.60", "300", "260")
		c.MoreWillFollow = true
		want(t, h.submit(c).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
		h.stands("REQ-1", invoicing.StateAccepted, "accepted refused accepted", "SGD 471.60")
	})
	t.Run("check says the same and saves nothing", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		h.issue(h.list())
		c := send(h.list(), "2026-11-13", "A", "471.60")
		h.as(pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error {
			v, err := h.svc.Check(ctx, tx, c)
			want(t, v, invoicing.Accepted, "")
			c.Filled = nil
			v, _ = h.svc.Check(ctx, tx, c)
			want(t, v, invoicing.Refused, "INV-STARRED")
			c.ListAttached, c.ListCopy = false, "other"
			v, _ = h.svc.Check(ctx, tx, c)
			want(t, v, invoicing.Refused, "INV-LIST-ATTACHED INV-STARRED")
			return err
		})
		h.stands("REQ-1", invoicing.StateOpen, "", "SGD 0.00")
		c.ListCopy, c.Filled = h.detail("REQ-1").List.QR(), map[string]string{"phone": "1"}
		want(t, h.submit(c).Submission.Verdict, invoicing.Accepted, "")
	})
	t.Run("an unknown requisition is refused and kept", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		l := h.list()
		l.Fields = nil
		got := h.submit(send(l, "2026-11-13", "A", "471.60"))
		want(t, got.Submission.Verdict, invoicing.Refused, "INV-NO-LIST")
	})
	t.Run("another merchant neither sees nor answers it", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		h.issue(h.list())
		c := send(h.list(), "2026-11-13", "A", "471.60")
		c.Merchant, c.Filled = "M9", nil
		want(t, h.submit(c).Submission.Verdict, invoicing.Refused, "INV-NO-LIST")
		h.fails(pg.AsMerchant("M9", "x"), "INV-NOT-FOUND", func(tx *pg.Tx) error { _, err := h.svc.Requisition(ctx, tx, "", "REQ-1"); return err })
		l := h.list()
		l.Merchant = "M9"
		h.fails(pg.AsBatch("t"), "INV-REQUISITION-USED", func(tx *pg.Tx) error { _, err := h.svc.IssueList(ctx, tx, l); return err })
	})
}
