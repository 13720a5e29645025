package invoicing_test

import (
	"context"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

// creditNote lowers an invoice of a list.
func creditNote(l invoicing.List, number, of, total string) invoicing.Invoice {
	i := send(l, "2026-11-13", "X", total).Invoices[0]
	i.Number, i.Kind, i.Credits = number, invoicing.KindCreditNote, of
	return i
}

// creditCases start from a credit note of 100 on A-1, which is pending over 300 of 471.60, sent with an invoice over what is then missing.
var creditCases = []struct {
	name    string
	bend    func(*invoicing.Input)
	outcome invoicing.Outcome
	codes   string
}{
	{"lowers what is pending", func(*invoicing.Input) {}, invoicing.Accepted, ""},
	{"may be written with a minus", func(in *invoicing.Input) {
		in.Upload.Invoices[0].GrandTotal = sumOf("-100")
	}, invoicing.Accepted, ""},
	{"needs no period of its own", func(in *invoicing.Input) {
		in.Upload.Invoices[0].Period, in.Upload.Invoices[0].Requisitions = "", nil
	}, invoicing.Accepted, ""},
	{"names an invoice in another writing", func(in *invoicing.Input) {
		in.Upload.Invoices[0].Credits = " ａ-1"
	}, invoicing.Accepted, ""},
	{"that names nothing is no answer", func(in *invoicing.Input) {
		in.Upload.Invoices[0].Credits = " "
	}, invoicing.Refused, "INV-CREDIT-NOTE INV-TOTAL"},
	{"that names an unknown invoice is refused", func(in *invoicing.Input) {
		in.Upload.Invoices[0].Credits = "A-2"
	}, invoicing.Refused, "INV-CREDIT-UNKNOWN INV-TOTAL"},
	{"that names a refused invoice is refused", func(in *invoicing.Input) {
		in.History[0].Status = invoicing.StatusRefused
	}, invoicing.Refused, "INV-CREDIT-UNKNOWN INV-TOTAL"},
	{"that names a paid invoice is refused", func(in *invoicing.Input) {
		in.History[0].Status = invoicing.StatusPaid
	}, invoicing.Refused, "INV-CREDIT-PAID INV-TOTAL"},
	{"in another currency is refused", func(in *invoicing.Input) {
		in.Upload.Invoices[0].Currency = "USD"
	}, invoicing.Refused, "INV-CURRENCY INV-TOTAL"},
	{"over more than is left is refused", func(in *invoicing.Input) {
		in.History = append(in.History, invoicing.Earlier{Number: "C-0", Status: invoicing.StatusPending, Requisition: "REQ-1", Invoice: creditNote(in.Lists[0], "C-0", "A-1", "200.01")})
	}, invoicing.Refused, "INV-CREDIT-MORE INV-TOTAL"},
	{"over nothing is refused", func(in *invoicing.Input) {
		in.Upload.Invoices[0].GrandTotal = sumOf("0")
	}, invoicing.Refused, "INV-CREDIT-MORE INV-TOTAL"},
	{"alone leaves something to follow", func(in *invoicing.Input) {
		in.Upload.Invoices = in.Upload.Invoices[:1]
	}, invoicing.Incomplete, "INV-INCOMPLETE"},
	{"is told that the law knows none, where no binding source says so", func(in *invoicing.Input) {
		g := in.Grounds["5541"]
		g.Law = grounds()["5861"].Law
		g.LastDay = 31
		in.Grounds["5541"] = g
	}, invoicing.Refused, "BR-NO-CREDIT-NOTE BR-RESIDENT-BRL INV-TOTAL"},
}

func TestACreditNote(t *testing.T) {
	t.Parallel()
	for _, c := range creditCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := plain("100", "271.60")
			cn := &in.Upload.Invoices[0]
			cn.Kind, cn.Credits = invoicing.KindCreditNote, "A-1"
			was := plain("300").Upload.Invoices[0]
			was.Number = "A-1"
			in.History = []invoicing.Earlier{{Number: "A-1", Status: invoicing.StatusPending, Requisition: "REQ-1", Invoice: was}}
			c.bend(&in)
			want(t, invoicing.Judge(in), c.outcome, c.codes)
		})
	}
}

func TestACreditNoteOnAnAcceptedRequisition(t *testing.T) {
	t.Parallel()
	accepted := func(t *testing.T) *house {
		h := build(t)
		h.issue(h.list())
		h.clock.Add(time.Hour)
		want(t, h.submit(send(h.list(), "2026-11-13", "A", "471.60")).Submission.Verdict, invoicing.Accepted, "")
		h.said = nil
		return h
	}
	t.Run("with its replacement keeps it accepted", func(t *testing.T) {
		t.Parallel()
		h := accepted(t)
		c := send(h.list(), "2026-11-13", "B", "471.60")
		c.Invoices = append(c.Invoices, creditNote(h.list(), "C1", "A1", "471.60"))
		want(t, h.submit(c).Submission.Verdict, invoicing.Accepted, "")
		h.stands("REQ-1", invoicing.StateAccepted, "accepted accepted accepted", "SGD 471.60")
		h.heard("judged:accepted")
	})
	t.Run("alone opens it again, and the rest reaches the list once more", func(t *testing.T) {
		t.Parallel()
		h := accepted(t)
		c := send(h.list(), "2026-11-13", "B")
		c.Invoices = []invoicing.Invoice{creditNote(h.list(), "C1", "A1", "71.60")}
		want(t, h.submit(c).Submission.Verdict, invoicing.Incomplete, "INV-INCOMPLETE")
		h.stands("REQ-1", invoicing.StateOpen, "pending pending", "SGD 0.00")
		h.heard("judged:incomplete", "revoked")
		want(t, h.submit(send(h.list(), "2026-11-13", "B", "71.60")).Submission.Verdict, invoicing.Accepted, "")
		h.stands("REQ-1", invoicing.StateAccepted, "accepted accepted accepted", "SGD 471.60")
	})
	t.Run("is asked for by who took the next step", func(t *testing.T) {
		t.Parallel()
		h := accepted(t)
		h.svc.Events.Crediting = append(h.svc.Events.Crediting, refuseCrediting)
		c := send(h.list(), "2026-11-13", "B")
		c.Invoices = []invoicing.Invoice{creditNote(h.list(), "C1", "A1", "71.60")}
		h.fails(pg.AsMerchant("M2", "seller"), "INV-CREDIT-APPROVED", func(tx *pg.Tx) error { _, err := h.svc.Submit(ctx, tx, c); return err })
		h.stands("REQ-1", invoicing.StateAccepted, "accepted", "SGD 471.60")
	})
	t.Run("does not count twice", func(t *testing.T) {
		t.Parallel()
		h := accepted(t)
		c := send(h.list(), "2026-11-13", "B")
		c.Invoices = []invoicing.Invoice{creditNote(h.list(), "C1", "A1", "71.60")}
		h.submit(c)
		want(t, h.submit(c).Submission.Verdict, invoicing.Refused, "INV-DUPLICATE")
		again := func(tx *pg.Tx) error { // whoever goes around the verdict meets the constraint
			_, err := tx.Exec(ctx, `INSERT INTO credit_application SELECT merchant_id, credit_key, 2, requisition, 'OTHER', currency, 1, applied_at, applied_by FROM credit_application`)
			return pg.Fault(err)
		}
		h.fails(pg.AsBatch("test"), "INV-CREDIT-TWICE", again)
		if err := h.db.InTx(ctx, pg.AsBatch("test"), again); fault.KindOf(err) != fault.Conflict {
			t.Error(err)
		}
	})
}

func refuseCrediting(_ context.Context, _ *pg.Tx, r invoicing.Requisition) error {
	return invoicing.RefuseCrediting(r)
}
