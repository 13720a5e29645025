package invoicing_test

import (
	"strings"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

// Whatever an accountant worked out by hand comes out again of what is kept of it.
func TestWhatIsKeptOfAnInputGivesItsVerdictAgain(t *testing.T) {
	t.Parallel()
	for _, c := range goldenCases(t) {
		in := c.input()
		if !in.AsOf.IsZero() || !in.PaidAt.IsZero() {
			continue // looked at again later: no submission is
		}
		in.Merchant = entities.Merchant{ID: in.Lists[0].Merchant, Name: in.Lists[0].MerchantName, Contact: entities.Contact{Email: "ana@example.com"}}
		extra := in.Lists[0] // a list that nothing names, and a number of another one
		extra.Requisition = "REQ-ELSEWHERE"
		in.Lists = append(in.Lists, extra)
		in.History = append(in.History, invoicing.Earlier{Number: "ZZ-1", Status: invoicing.StatusPaid, Requisition: "REQ-OLD"})
		kept, err := invoicing.Kept(in)
		if err != nil {
			t.Fatal(err)
		}
		if was, is := invoicing.ResultOf(invoicing.Judge(in)), invoicing.ResultOf(invoicing.Judge(kept)); !was.Same(is) {
			t.Errorf("%s: was %+v, is %+v", c.Case, was, is)
		}
		if kept.Merchant.Contact.Email != "" {
			t.Errorf("%s: personal data is kept", c.Case)
		}
		for _, e := range kept.History {
			if e.Requisition == "REQ-OLD" {
				t.Errorf("%s: what cannot matter is kept", c.Case)
			}
		}
	}
}

// history sends what comes out in every way: accepted, refused, in parts, late, taken late, Brazilian, for no list.
func (h *house) history() {
	h.t.Helper()
	second := h.list()
	second.Requisition = "REQ-2"
	for _, l := range []invoicing.List{h.list(), second, h.brazil()} {
		h.issue(l)
	}
	h.clock.Add(time.Hour)
	h.submit(send(h.list(), "2026-11-13", "A", "471.61"))
	part := send(h.list(), "2026-11-13", "A", "400")
	part.MoreWillFollow = true
	h.submit(part)
	h.submit(send(h.list(), "2026-11-13", "B", "71.60"))
	h.submit(send(h.list(), "2026-11-13", "C", "471.60"))
	lost := send(h.list(), "2026-11-13", "D", "1")
	lost.Requisition, lost.Invoices[0].Requisitions, lost.Filled = "REQ-NONE", []string{"REQ-NONE"}, nil
	h.submit(lost)
	h.clock.Set(time.Date(2026, 11, 18, 15, 0, 0, 0, time.UTC))
	h.submit(send(h.brazil(), "2026-11-18", "N", "7104.47"))
	h.clock.Set(time.Date(2026, 12, 14, 3, 0, 0, 0, time.UTC))
	h.submit(send(second, "2026-12-14", "E", "471.60"))
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
		_, err := h.svc.DecideLate(ctx, tx, invoicing.LateDecision{Requisition: "REQ-2", Submission: 1, Allow: true, Reason: "holiday of the post"})
		return err
	})
}

func (h *house) replay(p invoicing.Past) (n int, other []invoicing.Again) {
	h.t.Helper()
	h.as(pg.AsAuditor("check"), func(tx *pg.Tx) (err error) { n, other, err = h.svc.Replay(ctx, tx, p); return err })
	return n, other
}

// Every verdict that was ever given comes out the same when it is judged again, months later and with everything that has come since.
func TestEveryPastVerdictIsGivenAgain(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.history()
	h.clock.Set(time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC))
	if n, other := h.replay(invoicing.Past{}); n != 8 || len(other) > 0 {
		t.Errorf("%d verdicts, otherwise: %+v", n, other)
	}
	for p, want := range map[invoicing.Past]int{
		{Period: period.MustMonth("2026-10")}: 7, {Period: period.MustMonth("2026-09")}: 0, {Entity: "5861"}: 1, {Entity: "5541", Period: period.MustMonth("2026-10")}: 6,
	} {
		if n, _ := h.replay(p); n != want {
			t.Errorf("%+v: %d, want %d", p, n, want)
		}
	}
	if err := h.db.OwnerTx(ctx, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE verdict_input SET input = jsonb_set(input, '{listAttached}', 'false') WHERE requisition = 'REQ-BR'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_, other := h.replay(invoicing.Past{})
	if len(other) != 1 || other[0].Requisition != "REQ-BR" || strings.Join(other[0].New(), "; ") != "INV-LIST-ATTACHED list" || len(other[0].Gone()) != 0 {
		t.Errorf("a changed input is not found: %+v", other)
	}
}

// Before a rule or setting is switched on, the verdicts that it would change are listed.
func TestRulesAreTriedOnWhatWas(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.history()
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
		for _, s := range []entities.Setting{
			{Key: entities.KeyBRLastDay, Scope: entities.ForEntity("5861"), ValidFrom: tx.Now.AddDate(0, 1, 0), Value: "15", Source: "letter 9", Who: "ana"},
		} {
			if _, err := entities.ChangeSetting(ctx, tx, s); err != nil {
				return err
			}
		}
		return nil
	})
	diff := func(p invoicing.Past, a, b string) (n int, changed []invoicing.Again) {
		h.as(pg.AsAuditor("check"), func(tx *pg.Tx) (err error) {
			n, changed, err = h.svc.Diff(ctx, tx, p, period.MustDay(a), period.MustDay(b))
			return err
		})
		return n, changed
	}
	october := invoicing.Past{Period: period.MustMonth("2026-10")}
	n, changed := diff(october, "2026-11-18", "2027-02-01")
	if n != 7 || len(changed) != 1 {
		t.Fatalf("%d looked at, changed: %+v", n, changed)
	}
	if c := changed[0]; c.Requisition != "REQ-BR" || strings.Join(c.New(), "; ") != "BR-LAST-DAY invoices[0].receivedAt" || c.Before.Outcome != invoicing.Accepted || c.After.Outcome != invoicing.Refused {
		t.Errorf("%+v", c)
	}
	if _, changed := diff(october, "2026-11-18", "2026-12-31"); len(changed) > 0 {
		t.Errorf("nothing changes until then: %+v", changed)
	}
	if n, _ := diff(invoicing.Past{Entity: "5541"}, "2026-11-18", "2027-02-01"); n != 6 {
		t.Errorf("%d verdicts of the other entity", n)
	}
}

// What a reader could tell reaches the country's rules; what nobody read is not missing.
func TestNationalRulesJudgeWhatIsKnown(t *testing.T) {
	t.Parallel()
	ie, _ := entities.JurisdictionByID("ie")
	charged := func(known entities.Parts, p *entities.Particulars) invoicing.Input {
		in := plain("471.60")
		g := in.Grounds["5541"]
		g.Law = ie
		in.Grounds["5541"] = g
		in.Upload.Invoices[0].Tax = sumOf("88.19")
		in.Upload.Invoices[0].Known, in.Upload.Invoices[0].Particulars = known, p
		return in
	}
	want(t, invoicing.Judge(charged(nil, nil)), invoicing.Accepted, "")
	want(t, invoicing.Judge(charged(entities.Parts{entities.PartSeller}, &entities.Particulars{})), invoicing.Refused, "IE-SELLER-VAT")
	want(t, invoicing.Judge(charged(entities.Parts{entities.PartSeller}, &entities.Particulars{Seller: entities.PartyFacts{TaxIDs: []string{"IE6388047V"}}})), invoicing.Accepted, "")
	in := charged(entities.Parts{entities.PartLocal}, &entities.Particulars{})
	v := invoicing.Judge(in)
	want(t, v, invoicing.Accepted, "IE-EUR-VAT")
	if len(v.Warnings) != 1 || v.Warnings[0].Path != "invoices[0].currency" {
		t.Errorf("%v", v.Warnings)
	}
}
