package invoicing_test

import (
	"strings"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
)

func TestTheStatesOfAnException(t *testing.T) {
	t.Parallel()
	legal := map[string]invoicing.ExceptionState{
		"open/propose": invoicing.ExceptionProposed, "open/close": invoicing.ExceptionClosed,
		"proposed/confirm": invoicing.ExceptionOverridden, "proposed/reject": invoicing.ExceptionOpen,
	}
	for _, s := range []invoicing.ExceptionState{invoicing.ExceptionOpen, invoicing.ExceptionProposed, invoicing.ExceptionOverridden, invoicing.ExceptionClosed} {
		for _, k := range []invoicing.StepKind{invoicing.StepPropose, invoicing.StepConfirm, invoicing.StepReject, invoicing.StepClose, invoicing.StepUndo} {
			next, ok := s.After(k)
			if want, legal := legal[string(s)+"/"+string(k)]; ok != legal || next != want {
				t.Errorf("%s/%s gives %s %v", s, k, next, ok)
			}
		}
	}
}

func TestWhereAnExceptionStandsFollowsFromItsSteps(t *testing.T) {
	t.Parallel()
	for steps, want := range map[string]invoicing.ExceptionState{
		"":                            invoicing.ExceptionOpen,
		"propose":                     invoicing.ExceptionProposed,
		"propose undo":                invoicing.ExceptionOpen,
		"propose confirm":             invoicing.ExceptionOverridden,
		"propose confirm undo":        invoicing.ExceptionProposed,
		"propose confirm undo undo":   invoicing.ExceptionOpen,
		"propose reject close":        invoicing.ExceptionClosed,
		"close undo propose":          invoicing.ExceptionProposed,
		"propose reject undo confirm": invoicing.ExceptionOverridden,
	} {
		var x invoicing.Exception
		for _, k := range strings.Fields(steps) {
			x.Steps = append(x.Steps, invoicing.Step{Kind: invoicing.StepKind(k)})
		}
		if got := x.Stands(); got != want {
			t.Errorf("%q stands %s, want %s", steps, got, want)
		}
	}
}

var review = []web.Duty{web.FinanceReview}

// refused is a house with one refused invoice on REQ-1, over a cent too much.
func refused(t *testing.T) *house {
	t.Helper()
	h := build(t)
	h.issue(h.list())
	h.clock.Add(time.Hour)
	want(t, h.submit(send(h.list(), "2026-11-13", "A", "471.61")).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
	h.said = nil
	return h
}

func decision(do invoicing.StepKind) invoicing.ExceptionDecision {
	return invoicing.ExceptionDecision{Refs: []invoicing.ExceptionRef{{Merchant: "M2", Requisition: "REQ-1", Submission: 1}}, Do: do, Reason: "agreed with the merchant", Duties: review}
}

// decide takes a decision in somebody's name.
func (h *house) decide(who string, d invoicing.ExceptionDecision) (batch string) {
	h.t.Helper()
	h.as(pg.AsStaff(who), func(tx *pg.Tx) (err error) { batch, err = h.svc.DecideExceptions(ctx, tx, d); return err })
	return batch
}

func (h *house) cannot(who, code string, d invoicing.ExceptionDecision) {
	h.t.Helper()
	h.fails(pg.AsStaff(who), code, func(tx *pg.Tx) error { _, err := h.svc.DecideExceptions(ctx, tx, d); return err })
}

func (h *house) undo(who, batch string) {
	h.t.Helper()
	h.as(pg.AsStaff(who), func(tx *pg.Tx) error { _, err := h.svc.UndoExceptions(ctx, tx, batch, nil); return err })
}

func (h *house) queue(f invoicing.ExceptionFilter) string {
	h.t.Helper()
	var out []string
	h.as(pg.AsStaff("eva"), func(tx *pg.Tx) error {
		list, err := h.svc.Exceptions(ctx, tx, f)
		for _, x := range list {
			out = append(out, x.Requisition+":"+string(x.Stands()))
		}
		return err
	})
	return strings.Join(out, " ")
}

func TestTwoPeopleOverrideARefusal(t *testing.T) {
	t.Parallel()
	h := refused(t)
	if got := h.queue(invoicing.ExceptionFilter{}); got != "REQ-1:open" {
		t.Fatal(got)
	}
	h.decide("ana", decision(invoicing.StepPropose))
	h.stands("REQ-1", invoicing.StateOpen, "refused", "SGD 0.00")
	h.cannot("ana", "INV-TWO-PEOPLE", decision(invoicing.StepConfirm))
	h.cannot("ANA", "INV-TWO-PEOPLE", decision(invoicing.StepConfirm))
	h.decide("lei", decision(invoicing.StepConfirm))
	h.stands("REQ-1", invoicing.StateAccepted, "accepted", "SGD 471.60")
	h.heard("judged:accepted", "accepted:SGD 471.60")
	d := h.detail("REQ-1")
	if v := d.Submissions[0].Verdict; v.Outcome != invoicing.Refused || len(v.Warnings) != 1 || v.Warnings[0].Code != "INV-OVERRIDDEN" || d.Submissions[0].Decision != "overridden" {
		t.Errorf("%+v", d.Submissions[0])
	}
	if e := d.Events[1]; e.Kind != invoicing.EventOverridden || e.By != "ana" || e.Second != "lei" || e.Reason != "agreed with the merchant" {
		t.Errorf("%+v", e)
	}
	h.as(pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error {
		o, ok, err := h.svc.OverrideOf(ctx, tx, invoicing.ExceptionRef{Merchant: "M2", Requisition: "REQ-1", Submission: 1})
		if !ok || o.First != "ana" || o.Second != "lei" || strings.Join(o.Codes, " ") != "INV-TOTAL" {
			t.Errorf("the merchant sees %+v", o)
		}
		return err
	})
	h.batch(func(tx *pg.Tx) error {
		list, err := audit.List(ctx, tx, audit.Filter{Action: "exception.confirm"})
		if len(list) != 1 || list[0].Actor != "lei" || list[0].Detail["proposer"] != "ana" || list[0].Reason != "agreed with the merchant" {
			t.Errorf("%+v", list)
		}
		return err
	})
	if got := h.queue(invoicing.ExceptionFilter{}) + h.queue(invoicing.ExceptionFilter{Stands: invoicing.ExceptionOverridden}); got != "REQ-1:overridden" {
		t.Error(got)
	}
}

func TestTheDatabaseItselfAsksForTwoPeople(t *testing.T) {
	t.Parallel()
	h := refused(t)
	h.decide("ana", decision(invoicing.StepPropose))
	for proposer, code := range map[string]string{"Ana": "INV-TWO-PEOPLE", "": "PG-CHECK"} {
		h.fails(pg.AsStaff("ana"), code, func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO exception_step (merchant_id, requisition, submission, n, kind, batch, by_user, proposer, at)
				VALUES ('M2', 'REQ-1', 1, 2, 'confirm', 'x', 'ana', nullif($1, ''), $2)`, proposer, tx.Now)
			return pg.Fault(err)
		})
	}
}

func TestWhatFinanceCannotDecide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, who, code string
		bend            func(*house, *invoicing.ExceptionDecision)
	}{
		{"without a reason", "ana", "INV-REASON", func(_ *house, d *invoicing.ExceptionDecision) { d.Reason = "because" }},
		{"about nothing", "ana", "INV-EXCEPTION-NONE", func(_ *house, d *invoicing.ExceptionDecision) { d.Refs = nil }},
		{"about what is not there", "ana", "INV-NOT-FOUND", func(_ *house, d *invoicing.ExceptionDecision) { d.Refs[0].Submission = 9 }},
		{"about their own upload", "seller", "INV-EXCEPTION-OWN", func(*house, *invoicing.ExceptionDecision) {}},
		{"without the duty", "marta", "INV-EXCEPTION-DUTY", func(_ *house, d *invoicing.ExceptionDecision) { d.Duties = []web.Duty{web.FinancePay} }},
		{"where a setting gives another duty", "ana", "INV-EXCEPTION-DUTY", func(h *house, _ *invoicing.ExceptionDecision) {
			h.setting(entities.KeyExceptionDecides, "finance_pay", entities.ForFault("5541", "INV-TOTAL"))
		}},
		{"where a setting gives nobody", "ana", "INV-EXCEPTION-NEVER", func(h *house, _ *invoicing.ExceptionDecision) {
			h.setting(entities.KeyExceptionDecides, "nobody", entities.ForFault("", "INV-TOTAL"))
		}},
		{"what nobody proposed", "lei", "INV-EXCEPTION-STATE", func(_ *house, d *invoicing.ExceptionDecision) { d.Do = invoicing.StepConfirm }},
		{"what was sent anew since", "ana", "INV-EXCEPTION-STATE", func(h *house, _ *invoicing.ExceptionDecision) {
			h.submit(send(h.list(), "2026-11-13", "A", "471.62"))
		}},
		{"what is answered by now", "ana", "INV-EXCEPTION-STATE", func(h *house, _ *invoicing.ExceptionDecision) {
			h.submit(send(h.list(), "2026-11-13", "A", "471.60"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := refused(t)
			d := decision(invoicing.StepPropose)
			c.bend(h, &d)
			h.cannot(c.who, c.code, d)
		})
	}
}

func TestALawIsNotOverridden(t *testing.T) {
	t.Parallel()
	h := build(t)
	l := h.brazil()
	h.issue(l)
	h.clock.Add(time.Hour)
	want(t, h.submit(send(l, "2026-10-30", "A", "7104.47")).Submission.Verdict, invoicing.Refused, "BR-SAME-MONTH")
	d := decision(invoicing.StepPropose)
	d.Refs = []invoicing.ExceptionRef{{Merchant: "M1", Requisition: "REQ-BR", Submission: 1}}
	h.cannot("ana", "INV-EXCEPTION-NEVER", d)
	d.Do = invoicing.StepClose // left to the merchant it can be
	h.decide("ana", d)
	if got := h.queue(invoicing.ExceptionFilter{}) + "|" + h.queue(invoicing.ExceptionFilter{Stands: invoicing.ExceptionClosed}); got != "|REQ-BR:closed" {
		t.Error(got)
	}
}

func TestALateUploadIsOverriddenToo(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.issue(h.list())
	h.clock.Set(time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC))
	want(t, h.submit(send(h.list(), "2026-12-18", "A", "471.60")).Submission.Verdict, invoicing.Late, "INV-LATE")
	h.decide("ana", decision(invoicing.StepPropose))
	batch := h.decide("lei", decision(invoicing.StepConfirm))
	h.stands("REQ-1", invoicing.StateAccepted, "accepted", "SGD 471.60")
	h.undo("lei", batch)
	h.stands("REQ-1", invoicing.StateOpen, "waiting", "SGD 0.00")
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
		list, err := h.svc.Waiting(ctx, tx)
		if len(list) != 1 {
			t.Errorf("%+v", list)
		}
		return err
	})
}

func TestADecisionIsUndoneUntilTheNextStep(t *testing.T) {
	t.Parallel()
	t.Run("a proposal, until it is confirmed", func(t *testing.T) {
		t.Parallel()
		h := refused(t)
		first := h.decide("ana", decision(invoicing.StepPropose))
		h.fails(pg.AsStaff("lei"), "INV-UNDO-OTHER", func(tx *pg.Tx) error { _, err := h.svc.UndoExceptions(ctx, tx, first, nil); return err })
		h.undo("ana", first)
		if got := h.queue(invoicing.ExceptionFilter{}); got != "REQ-1:open" {
			t.Error(got)
		}
		h.fails(pg.AsStaff("ana"), "INV-UNDO-LATE", func(tx *pg.Tx) error { _, err := h.svc.UndoExceptions(ctx, tx, first, nil); return err })
		second := h.decide("ana", decision(invoicing.StepPropose))
		h.decide("lei", decision(invoicing.StepConfirm))
		h.fails(pg.AsStaff("ana"), "INV-UNDO-LATE", func(tx *pg.Tx) error { _, err := h.svc.UndoExceptions(ctx, tx, second, nil); return err })
	})
	t.Run("a confirmation, as if it had not been, and once more", func(t *testing.T) {
		t.Parallel()
		h := refused(t)
		h.decide("ana", decision(invoicing.StepPropose))
		h.undo("lei", h.decide("lei", decision(invoicing.StepConfirm)))
		h.stands("REQ-1", invoicing.StateOpen, "refused", "SGD 0.00")
		if got := h.queue(invoicing.ExceptionFilter{}); got != "REQ-1:proposed" {
			t.Error(got)
		}
		h.decide("lei", decision(invoicing.StepConfirm))
		h.stands("REQ-1", invoicing.StateAccepted, "accepted", "SGD 471.60")
		h.heard("judged:accepted", "accepted:SGD 471.60", "revoked", "judged:accepted", "accepted:SGD 471.60")
	})
	t.Run("not once it is paid, or who took the next step says no", func(t *testing.T) {
		t.Parallel()
		h := refused(t)
		h.decide("ana", decision(invoicing.StepPropose))
		batch := h.decide("lei", decision(invoicing.StepConfirm))
		no := func(r invoicing.Requisition) error { return invoicing.RefuseCrediting(r) }
		h.fails(pg.AsStaff("lei"), "INV-CREDIT-APPROVED", func(tx *pg.Tx) error { _, err := h.svc.UndoExceptions(ctx, tx, batch, no); return err })
		h.batch(func(tx *pg.Tx) error {
			_, err := h.svc.MarkPaid(ctx, tx, "M2", "REQ-1", period.MustDay("2026-11-13"))
			return err
		})
		h.fails(pg.AsStaff("lei"), "INV-UNDO-LATE", func(tx *pg.Tx) error { _, err := h.svc.UndoExceptions(ctx, tx, batch, nil); return err })
		h.stands("REQ-1", invoicing.StatePaid, "paid", "SGD 471.60")
	})
}

func TestABulkDecisionIsWholeAndSoIsItsUndo(t *testing.T) {
	t.Parallel()
	h := refused(t)
	other := h.list()
	other.Requisition = "REQ-2"
	h.issue(other)
	h.clock.Add(time.Hour)
	h.submit(send(other, "2026-11-13", "B", "471.59"))
	d := decision(invoicing.StepPropose)
	d.Refs = append(d.Refs, invoicing.ExceptionRef{Merchant: "M2", Requisition: "req-2", Submission: 1}, d.Refs[0])
	both := h.decide("ana", d)
	if got := h.queue(invoicing.ExceptionFilter{}); got != "REQ-1:proposed REQ-2:proposed" {
		t.Fatal(got)
	}
	one := decision(invoicing.StepConfirm)
	batch := h.decide("lei", one)
	d.Do = invoicing.StepConfirm
	h.cannot("lei", "INV-EXCEPTION-STATE", d) // REQ-1 is done: nothing happens to REQ-2 either
	h.fails(pg.AsStaff("ana"), "INV-UNDO-LATE", func(tx *pg.Tx) error { _, err := h.svc.UndoExceptions(ctx, tx, both, nil); return err })
	if got := h.queue(invoicing.ExceptionFilter{}); got != "REQ-2:proposed" {
		t.Error(got)
	}
	h.undo("lei", batch)
	h.undo("ana", both)
	if got := h.queue(invoicing.ExceptionFilter{}); got != "REQ-1:open REQ-2:open" {
		t.Error(got)
	}
}

func TestTheQueueIsFilteredAndOldestFirst(t *testing.T) {
	t.Parallel()
	h := refused(t)
	h.setting(entities.KeyExceptionOwner, "Team South", entities.ForFault("5861", "BR-SAME-MONTH"))
	l := h.brazil()
	h.issue(l)
	h.clock.Add(24 * time.Hour)
	h.submit(send(l, "2026-10-30", "A", "7104.47"))
	for name, c := range map[string]struct {
		f    invoicing.ExceptionFilter
		want string
	}{
		"all":            {invoicing.ExceptionFilter{}, "REQ-1:open REQ-BR:open"},
		"by code":        {invoicing.ExceptionFilter{Code: "BR-SAME-MONTH"}, "REQ-BR:open"},
		"by entity":      {invoicing.ExceptionFilter{Entity: "5541"}, "REQ-1:open"},
		"by merchant":    {invoicing.ExceptionFilter{Merchant: "M1"}, "REQ-BR:open"},
		"by owner":       {invoicing.ExceptionFilter{Owner: "Team South"}, "REQ-BR:open"},
		"by currency":    {invoicing.ExceptionFilter{Currency: "SGD"}, "REQ-1:open"},
		"by money":       {invoicing.ExceptionFilter{AtLeast: l.Amount()}, "REQ-BR:open"},
		"by age":         {invoicing.ExceptionFilter{OlderThan: h.clock.Now().Add(-time.Hour)}, "REQ-1:open"},
		"by its closing": {invoicing.ExceptionFilter{Stands: invoicing.ExceptionClosed}, ""},
	} {
		if got := h.queue(c.f); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	h.as(pg.AsStaff("eva"), func(tx *pg.Tx) error {
		list, err := h.svc.Exceptions(ctx, tx, invoicing.ExceptionFilter{})
		counts := invoicing.CountCodes(list)
		if len(counts) != 2 || counts[0].Code != "BR-SAME-MONTH" || counts[0].Money[0].String() != "BRL 7,104.47" {
			t.Errorf("%+v", counts)
		}
		return err
	})
	if fault.KindOf(h.db.InTx(ctx, pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error {
		_, err := h.svc.DecideExceptions(ctx, tx, decision(invoicing.StepClose))
		return err
	})) != fault.Forbidden {
		t.Error("a merchant decides")
	}
}
