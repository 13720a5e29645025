package supervision

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

func (m *market) appeal(line string, who Party, change ...func(*Opening)) (Appeal, error) {
	o := Opening{Line: line, Party: who, Ground: OtherGround, Reason: "no answer", Files: []Sent{{"mail.txt", []byte("dear seller")}}}
	for _, c := range change {
		c(&o)
	}
	actor := pg.AsBatch("marketplace")
	if who == Seller {
		actor = pg.AsMerchant("M1", "usr_m1")
	}
	var a Appeal
	err := m.as(actor, func(tx *pg.Tx) (err error) { a, err = m.svc.Appeal(bg, tx, o); return err })
	return a, err
}

func (m *market) appealed(line string, who Party) Appeal {
	m.t.Helper()
	a, err := m.appeal(line, who)
	if err != nil {
		m.t.Fatal(err)
	}
	return a
}

func (m *market) decide(a Appeal, outcome, amount string) error {
	d := Decision{Merchant: a.Merchant, Line: a.Line, No: a.No, Outcome: outcome, Reason: "looked at both"}
	if amount != "" {
		d.Amount = decimal.RequireFromString(amount)
	}
	return m.as(pg.AsStaff("usr_ops"), func(tx *pg.Tx) error { _, err := m.svc.Decide(bg, tx, d); return err })
}

// postings are the kinds of entries of a line's order, in the ledger's words.
func (m *market) postings(order string) string {
	m.t.Helper()
	return m.query(`SELECT split_part(key, '/', 1) FROM ledger_entry WHERE position($1 in key) > 0 ORDER BY 1`, order)
}

func TestAnAppealFreezesBothSidesAndEveryTimer(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", Hardware, General)
	m.do(line, EnterShipment, CourierReport)
	m.pass(7 * day)
	m.must(func(tx *pg.Tx) error { // of another module
		return orders.SetTimer(bg, tx, orders.Timer{Merchant: "M1", Subject: "RF1", Kind: "refund.accept", Line: line, DueAt: m.clk.Now().Add(day)})
	})
	a := m.appealed(line, Seller)
	for _, e := range []Event{AcceptDelivery, RejectDelivery, UploadProof} {
		_, err := m.act(line, e)
		wantCode(t, string(e), err, "SUP-FROZEN")
	}
	_, err := m.appeal(line, Buyer)
	wantCode(t, "another appeal", err, "APL-OPEN")
	m.pass(0)
	if got := m.query(`SELECT kind FROM line_event WHERE line_id = $1 AND kind LIKE 'appeal%'`, line); got != "appeal_opened" {
		t.Errorf("the fact: %q", got)
	}
	m.pass(20 * day)
	m.wants(line, Accept)
	open := func() (e *orders.Event) {
		m.must(func(tx *pg.Tx) error {
			dir, err := entities.Load(bg, tx)
			if err != nil {
				return err
			}
			ss, err := orders.States(bg, tx, dir, []orders.LineID{{Merchant: "M1", Line: line}})
			e = ss[0].OpenAppeal(tx.Now)
			return err
		})
		return e
	}
	if open() == nil || m.query(`SELECT hold_id FROM line_hold WHERE until IS NULL`) != line+"/A1" {
		t.Error("others do not see the appeal")
	}
	if err := m.decide(a, OutcomeResume, ""); err != nil {
		t.Fatal(err)
	}
	d := m.wants(line, Accept)
	var left []string
	for _, x := range d.Timers {
		if x.Kind == timerAccept || x.Kind == "refund.accept" {
			left = append(left, x.Kind+" "+x.DueAt.Sub(m.clk.Now()).String())
		}
	}
	if strings.Join(left, ", ") != "refund.accept 24h0m0s, supervision.accept 72h0m0s" {
		t.Errorf("time left: %v", left)
	}
	m.must(func(tx *pg.Tx) error { return orders.DropTimer(bg, tx, "M1", "RF1", "refund.accept") })
	m.pass(3*day - time.Minute)
	m.wants(line, Accept)
	if open() != nil || m.query(`SELECT hold_id FROM line_hold WHERE until IS NULL`) != "" {
		t.Error("others still see an appeal")
	}
	m.pass(time.Minute)
	if d := m.wants(line, Done); !d.Accepted.Equal(october.Add(30 * day)) {
		t.Error("what was left of the ten days is over, yet accepted", d.Accepted)
	}
}

func TestWhatTheCourierSaysDuringAnAppealIsNoted(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", Hardware, General)
	m.do(line, EnterShipment)
	a := m.appealed(line, Buyer)
	m.pass(5 * day)
	m.do(line, CourierReport)
	m.pass(15 * day)
	m.wants(line, Accept)
	if err := m.decide(a, OutcomeResume, ""); err != nil {
		t.Fatal(err)
	}
	m.pass(10*day - time.Minute)
	m.wants(line, Accept)
	m.pass(time.Minute)
	m.wants(line, Done)
}

func TestOutcomesAndTheirPostings(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	t.Run("resume posts nothing", func(t *testing.T) {
		line := m.typed("CS1", Manual, General)
		if err := m.decide(m.appealed(line, Buyer), OutcomeResume, ""); err != nil {
			t.Fatal(err)
		}
		m.pass(0)
		m.wants(line, Request)
		if got := m.postings("CS1"); got != "taken" {
			t.Error(got)
		}
		m.do(line, SubmitRequest)
	})
	t.Run("closed as accepted completes supervision", func(t *testing.T) {
		line := m.typed("CS2", Manual, General)
		a := m.appealed(line, Seller)
		m.pass(day)
		if err := m.decide(a, OutcomeAccepted, ""); err != nil {
			t.Fatal(err)
		}
		m.pass(0)
		if d := m.wants(line, Done); d.How != "appeal" || !d.Accepted.Equal(m.clk.Now()) || m.earned(line) != "2026-10" || m.postings("CS2") != "earned taken" {
			t.Errorf("%+v, %s", d.Case, m.postings("CS2"))
		}
	})
	t.Run("refund of the whole asks for it, and the fact posts it", func(t *testing.T) {
		line := m.typed("CS3", Manual, General)
		if err := m.decide(m.appealed(line, Buyer), OutcomeRefund, "113"); err != nil {
			t.Fatal(err)
		}
		m.pass(0)
		d := m.wants(line, Refunding)
		if m.postings("CS3") != "taken" || m.query(`SELECT concat_ws(' ', kind, trim_scale(amount), buyer_id, (due_at = issued_at + interval '3 hours')::text) FROM instruction WHERE line_id = $1`, line) != "refund 113 C-BR1 true" {
			t.Error("posted before the money moved, or not asked for:", m.postings("CS3"))
		}
		m.pass(time.Hour)
		m.moneyBack(d.RefundID, "CS3", "113")
		m.wants(line, Refunded)
		if got := m.query(`SELECT trim_scale(amount)::text FROM ledger_transfer t JOIN ledger_entry e USING (merchant_id, entry_id) WHERE e.key = $1`, "refunded/"+d.RefundID); got != "113" {
			t.Errorf("posted %q", got)
		}
	})
	t.Run("refund of a part lets the rest go on with the time it had", func(t *testing.T) {
		line := m.typed("CS4", Hardware, General)
		m.do(line, EnterShipment, CourierReport)
		m.pass(4 * day)
		a := m.appealed(line, Buyer)
		m.pass(10 * day)
		if err := m.decide(a, OutcomeRefund, "13"); err != nil {
			t.Fatal(err)
		}
		m.pass(20 * day)
		d := m.wants(line, Refunding)
		m.moneyBack(d.RefundID, "CS4", "13")
		m.wants(line, Accept)
		m.pass(6*day - time.Minute)
		m.wants(line, Accept)
		m.pass(time.Minute)
		m.wants(line, Done)
		if got := m.postings("CS4"); got != "earned refunded taken unearned" {
			t.Errorf("posted %q", got)
		}
	})
}

func TestAnotherRefundMeanwhileLeavesTheRestToBeAskedFor(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS5", Manual, General)
	if err := m.decide(m.appealed(line, Buyer), OutcomeRefund, "113"); err != nil {
		t.Fatal(err)
	}
	m.pass(0)
	m.moneyBack("RF-5", "CS5", "50")
	d := m.wants(line, Refunding)
	if got := m.query(`SELECT string_agg(concat_ws(' ', trim_scale(amount), withdrawn_at IS NOT NULL), ', ' ORDER BY number) FROM instruction WHERE line_id = $1`, line); got != "113 t, 63 f" {
		t.Errorf("asked for %s", got)
	}
	m.moneyBack(d.RefundID, "CS5", "63")
	m.wants(line, Refunded)
}

func TestAnotherRefundOfAllLeavesNothingToBeAskedFor(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS6", Manual, General)
	if err := m.decide(m.appealed(line, Buyer), OutcomeRefund, "63"); err != nil {
		t.Fatal(err)
	}
	m.pass(0)
	m.moneyBack("RF-6", "CS6", "113")
	m.wants(line, Refunded)
	if got := m.query(`SELECT string_agg(concat_ws(' ', trim_scale(amount), withdrawn_at IS NOT NULL), ', ' ORDER BY number) FROM instruction WHERE line_id = $1`, line); got != "63 t" {
		t.Errorf("asked for %s", got)
	}
}

func TestAppealsAreRefused(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", LicenseOffline, General)
	for _, x := range []struct {
		outcome string
		change  func(*Opening)
		want    string
	}{
		{"without evidence", func(o *Opening) { o.Files = nil }, "APL-EVIDENCE"},
		{"without a reason", func(o *Opening) { o.Reason = "" }, "SUP-REASON"},
		{"on an unknown ground", func(o *Opening) { o.Ground = "x" }, "APL-GROUND"},
		{"not accepted, without a proof", func(o *Opening) { o.Ground = NotAccepted }, "APL-PROOF"},
		{"of a line without a case", func(o *Opening) { o.Line = "CS9-1" }, "SUP-NONE"},
	} {
		_, err := m.appeal(line, Seller, x.change)
		wantCode(t, x.outcome, err, x.want)
	}
	m.do(line, DeliverService)
	a, err := m.appeal(line, Seller, func(o *Opening) { o.Ground = NotAccepted })
	if err != nil {
		t.Fatal(err)
	}
	if !a.DueAt.Equal(time.Date(2026, 10, 24, 3, 0, 0, 0, time.UTC)) || !strings.Contains(a.Basis, "weekends only") { // Tuesday and three working days, to midnight in São Paulo
		t.Errorf("due %s by %q", a.DueAt, a.Basis)
	}
	err = m.as(pg.AsStaff("usr_m1"), func(tx *pg.Tx) error {
		_, err := m.svc.Decide(bg, tx, Decision{Line: line, No: 1, Outcome: OutcomeResume, Reason: "mine"})
		return err
	})
	wantCode(t, "decided by who uploaded", err, "APL-OWN")
	wantCode(t, "too much", m.decide(a, OutcomeRefund, "113.01"), "APL-AMOUNT")
	wantCode(t, "another number", m.decide(Appeal{Merchant: "M1", Line: line, No: 2}, OutcomeResume, ""), "APL-NONE")
	if err := m.decide(a, OutcomeResume, ""); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "twice", m.decide(a, OutcomeResume, ""), "APL-DECIDED")
	again := m.appealed(line, Buyer) // the same second
	if again.No != 2 || !again.OpenedAt.After(a.OpenedAt) {
		t.Errorf("%+v", again)
	}
	if err := m.decide(again, OutcomeAccepted, ""); err != nil {
		t.Fatal(err)
	}
	_, err = m.appeal(line, Buyer)
	wantCode(t, "after the acceptance", err, "APL-ENDED")
	m.pass(time.Minute)
	m.wants(line, Done)
	m.set(entities.KeyAppealRule, "after_days", m.clk.Now())
	_, err = m.appeal(m.typed("CS2", LicenseOffline, General), Buyer)
	wantCode(t, "under the old rule", err, "APL-EARLY")
}

func TestAppealsOfTheFeedFreezeToo(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", Hardware, General)
	m.do(line, EnterShipment, CourierReport)
	m.pass(2 * day)
	fact := func(kind string) string {
		return `{"kind":"` + kind + `","orderId":"CS1","time":"` + m.clk.Now().Format(stampForm) + `"}`
	}
	opened := fact("appealOpened")
	m.load(opened)
	m.load(opened)
	if d := m.detail(line); d.Frozen == nil || len(d.Appeals) != 1 || !d.Appeals[0].ByFeed {
		t.Fatalf("%+v", d)
	}
	m.pass(20 * day)
	m.wants(line, Accept)
	m.load(fact("appealClosed"))
	if d := m.detail(line); d.Frozen != nil || d.Appeals[0].Outcome != outcomeFeed {
		t.Errorf("%+v", d)
	}
	m.pass(8*day - time.Minute)
	m.wants(line, Accept)
	m.pass(time.Minute)
	m.wants(line, Done)

	other := m.typed("CS2", Manual, General)
	m.load(strings.ReplaceAll(fact("appealOpened"), "CS1", "CS2"))
	m.load(strings.ReplaceAll(fact("supervisionCompleted"), "CS1", "CS2"))
	if d := m.wants(other, Done); d.Frozen != nil || d.Appeals[0].DecidedAt == nil {
		t.Errorf("completed elsewhere while appealed: %+v", d)
	}
}

func TestMerchantsAreKeptApart(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", LicenseOffline, General)
	m.do(line, UploadProof)
	sha := m.detail(line).Papers[0].SHA
	err := m.as(pg.AsMerchant("M2", "u"), func(tx *pg.Tx) error {
		_, err := m.svc.Detail(bg, tx, "M1", line)
		wantCode(t, "a case", err, "SUP-NONE")
		_, err = m.svc.File(bg, tx, "M1", sha)
		wantCode(t, "a file", err, "NOT-FOUND")
		_, err = m.svc.Do(bg, tx, Act{Merchant: "M1", Line: line, Event: DeliverService, Party: Seller})
		return err
	})
	if fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}
