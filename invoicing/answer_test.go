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
	"suanpan/invoicing"
	"suanpan/ledger"
)

func TestAnAnswerMovesOnlyAsItMay(t *testing.T) {
	t.Parallel()
	all := []invoicing.AnswerState{invoicing.AnswerOpen, invoicing.AnswerGiven, invoicing.AnswerSettled, invoicing.AnswerTimeOver}
	may := map[string]bool{"open→answered": true, "open→settled": true, "open→lapsed": true, "settled→open": true, "lapsed→answered": true}
	for _, from := range all {
		for _, to := range all {
			step := string(from) + "→" + string(to)
			a, err := invoicing.Answer{State: from}.To(to, time.Time{}, "ana")
			if (err == nil) != may[step] || err == nil && a.State != to || err != nil && !fault.Has(err, "ANSWER-STATE") {
				t.Errorf("%s: %v", step, err)
			}
		}
	}
}

// alarmed is a house with a Chilean and a Mexican list, whose alarms are written down.
func alarmed(t *testing.T) (h *house, chile, mexico invoicing.List) {
	h = build(t)
	h.batch(func(tx *pg.Tx) error {
		mx := entities.Entity{Code: "5899", Name: "Nube de México SA de CV", Country: "MX", Jurisdiction: "mx", ZoneName: "America/Mexico_City", Source: "test"}
		if err := entities.SaveEntities(ctx, tx, []entities.Entity{mx}); err != nil {
			return err
		}
		return ledger.OpenBooks(ctx, tx, []ledger.Book{{Code: "5821", Zone: "America/Santiago"}, {Code: "5899", Zone: "America/Mexico_City"}})
	})
	h.svc.Events.AnswerDue = append(h.svc.Events.AnswerDue, func(_ context.Context, _ *pg.Tx, a invoicing.Answer) error {
		h.said = append(h.said, "alarm:"+a.Number+":"+string(a.State))
		return nil
	})
	chile = h.brazil()
	chile.Requisition, chile.Entity, chile.EntityName, chile.Currency, chile.Residence = "REQ-CL", "5821", "Sparkoo Technologies Chile SpA", "CLP", "CL"
	chile.Payable = sumOf("1000")
	mexico = chile
	mexico.Requisition, mexico.Entity, mexico.EntityName, mexico.Currency, mexico.Residence = "REQ-MX", "5899", "Nube de México SA de CV", "MXN", "MX"
	h.issue(chile)
	h.issue(mexico)
	h.clock.Set(time.Date(2026, 11, 16, 15, 0, 0, 0, time.UTC))
	return h, chile, mexico
}

func (h *house) answers() string {
	h.t.Helper()
	var out []string
	h.batch(func(tx *pg.Tx) error {
		list, err := h.svc.Answers(ctx, tx, invoicing.AnswerQuery{})
		for _, a := range list {
			out = append(out, a.Number+" "+a.Rule+" "+a.Last.String()+" "+string(a.State))
		}
		return err
	})
	return strings.Join(out, "; ")
}

func (h *house) alarms(at time.Time) {
	h.t.Helper()
	h.clock.Set(at)
	h.said = nil
	h.batch(func(tx *pg.Tx) error { _, err := h.svc.DueAlarms(ctx, tx); return err })
}

func santiago(day, hour int) time.Time {
	return time.Date(2026, 11, day, hour, 0, 0, 0, time.FixedZone("CLST", -3*3600))
}

func TestChileGivesTheBuyerEightDays(t *testing.T) {
	t.Parallel()
	h, chile, _ := alarmed(t)
	h.submit(send(chile, "2026-11-16", "A", "999")) // refused: somebody has to complain, or it is accepted by silence
	if got := h.answers(); got != "A1 CL-8-DAYS 2026-11-24 open" {
		t.Fatal(got)
	}
	h.submit(send(chile, "2026-11-16", "A", "998")) // the same document again: one time runs
	for _, step := range []struct {
		at   time.Time
		want string
	}{
		{santiago(22, 23), ""},
		{santiago(23, 0), "alarm:A1:open"},
		{santiago(24, 23), ""},
		{santiago(25, 0), "alarm:A1:lapsed"},
		{santiago(26, 0), ""},
	} {
		h.alarms(step.at)
		h.heard(strings.Fields(step.want)...)
	}
	answer := func(said, reason string) func(tx *pg.Tx) error {
		return func(tx *pg.Tx) error {
			_, err := h.svc.Answer(ctx, tx, invoicing.Answered{Merchant: "M1", Number: "a1", Asked: entities.AskedInvoice, From: period.MustDay("2026-11-16"), Said: said, Reason: reason})
			return err
		}
	}
	h.fails(pg.AsStaff("ana"), "INV-REASON", answer("refused", "late"))
	h.fails(pg.AsStaff("ana"), "ANSWER-SAID", answer("perhaps", "complained on the 20th"))
	h.as(pg.AsStaff("ana"), answer("refused", "complained on the 20th"))
	h.fails(pg.AsStaff("ana"), "ANSWER-STATE", answer("refused", "complained on the 20th"))
	if got := h.answers(); got != "A1 CL-8-DAYS 2026-11-24 answered" {
		t.Error(got)
	}
}

func TestAnAcceptedInvoiceNeedsNoAnswerUntilItIsRevoked(t *testing.T) {
	t.Parallel()
	h, chile, _ := alarmed(t)
	h.submit(send(chile, "2026-11-16", "B", "1000"))
	if got := h.answers(); got != "B1 CL-8-DAYS 2026-11-24 settled" {
		t.Error(got)
	}
	h.alarms(santiago(23, 1))
	h.heard()
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
		_, err := h.svc.Revoke(ctx, tx, invoicing.Revocation{Merchant: "M1", Requisition: "REQ-CL", Reason: "not the right service", First: "ana", Second: "li.lei"})
		return err
	})
	h.alarms(santiago(23, 2))
	h.heard("alarm:B1:open")
}

func TestAForeignersInvoiceHasNoTimeToAnswer(t *testing.T) {
	t.Parallel()
	h, chile, _ := alarmed(t)
	foreign := chile
	foreign.Requisition, foreign.Residence = "REQ-CL-2", "SG"
	h.issue(foreign)
	h.submit(send(foreign, "2026-11-16", "F", "999"))
	if got := h.answers(); got != "" {
		t.Error(got)
	}
}

func TestMexicoGivesThreeWorkingDaysToAnswerACancellation(t *testing.T) {
	t.Parallel()
	h, chile, mexico := alarmed(t)
	h.submit(send(mexico, "2026-11-16", "C", "1000"))
	h.submit(send(chile, "2026-11-16", "D", "1000"))
	ask := func(number, on string) func(tx *pg.Tx) error {
		return func(tx *pg.Tx) error {
			_, err := h.svc.AskCancellation(ctx, tx, invoicing.Cancellation{Merchant: "M1", Number: number, On: period.MustDay(on), Reason: "wrong use of the CFDI"})
			return err
		}
	}
	h.clock.Set(time.Date(2026, 11, 19, 18, 0, 0, 0, time.UTC)) // a Thursday
	h.fails(pg.AsStaff("ana"), "INV-NOT-FOUND", ask("none", "2026-11-19"))
	h.fails(pg.AsStaff("ana"), "ANSWER-NO-LAW", ask("D1", "2026-11-19"))
	h.fails(pg.AsStaff("ana"), "ANSWER-DAY", ask("C1", "2026-11-20"))
	h.as(pg.AsStaff("ana"), ask("C1", "2026-11-19"))
	h.as(pg.AsStaff("ana"), ask("C1", "2026-11-19"))
	if got := h.answers(); got != "C1 MX-CANCEL-3-DAYS 2026-11-24 open; D1 CL-8-DAYS 2026-11-24 settled" && got != "D1 CL-8-DAYS 2026-11-24 settled; C1 MX-CANCEL-3-DAYS 2026-11-24 open" {
		t.Error(got)
	}
	h.alarms(time.Date(2026, 11, 23, 5, 59, 0, 0, time.UTC))
	h.heard()
	h.alarms(time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)) // midnight in Mexico City, two days before the end
	h.heard("alarm:C1:open")
}
