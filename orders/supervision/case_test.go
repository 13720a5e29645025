package supervision

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/orders"
)

var (
	bg  = context.Background()
	pdf = Sent{Name: "proof.pdf", Content: []byte("%PDF-1.4 acceptance")}
)

// market is a database with one merchant and one product, and supervision listening.
type market struct {
	t     *testing.T
	db    *pg.DB
	clk   *pgtest.Clock
	svc   *Service
	notes []Note
}

func newMarket(t *testing.T, at time.Time) *market {
	t.Helper()
	db, clk := pgtest.NewAt(t, at)
	m := &market{t: t, db: db, clk: clk, svc: New(&orders.Service{})}
	m.svc.Tell = func(_ context.Context, _ *pg.Tx, n Note) error { m.notes = append(m.notes, n); return nil }
	m.must(func(tx *pg.Tx) error { return entities.SeedKnown(bg, tx) })
	m.load(`{"kind":"merchant","merchantId":"M1","name":"Lumen","residence":"BR"}`, `{"kind":"product","merchantId":"M1","productId":"P11","name":"Backup","platformFees":[{"rate":"0.15"}]}`)
	return m
}

func (m *market) as(a pg.Actor, fn func(tx *pg.Tx) error) error { return m.db.InTx(bg, a, fn) }

func (m *market) must(fn func(tx *pg.Tx) error) {
	m.t.Helper()
	if err := m.as(pg.AsBatch("test"), fn); err != nil {
		m.t.Fatal(err)
	}
}

func (m *market) load(lines ...string) {
	m.t.Helper()
	in := `{"kind":"source","name":"test","zone":"UTC"}` + "\n" + strings.Join(lines, "\n") + "\n"
	rep, err := m.svc.Orders.Import(bg, m.db, "test", bytes.NewReader([]byte(in)), orders.Options{})
	if err != nil || len(rep.Faults) > 0 {
		m.t.Fatal(err, rep.Faults)
	}
}

const stampForm = "20060102150405"

// order places and pays an order of one supervised line, in effect at once, and gives its line.
func (m *market) order(id string, more ...string) string {
	m.t.Helper()
	now, kind, extra := m.clk.Now().Format(stampForm), "NEW", ""
	for _, x := range more {
		if k, ok := strings.CutPrefix(x, "type="); ok {
			kind = k
		} else {
			extra += x
		}
	}
	m.load(fmt.Sprintf(`{"kind":"order","orderId":"%s","orderType":"%s","createTime":"%s","merchantId":"M1","buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},`+
		`"orderLine":[{"orderLineId":"%s-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P11"},"amount":"113","taxAmount":"13","currencyCode":"USD","serviceSupervision":true%s}]}`, id, kind, now, id, extra),
		fmt.Sprintf(`{"kind":"payment","orderId":"%s","method":"CASH","collectingEntity":"5861","time":"%s"}`, id, now),
		fmt.Sprintf(`{"kind":"effectiveness","orderId":"%s","time":"%s"}`, id, now))
	return id + "-1"
}

// typed is order with a delivery type and channel, and the names a proof is compared with.
func (m *market) typed(id string, t Type, ch Channel) string {
	m.t.Helper()
	line := m.order(id)
	company, spec, product := "ACME Ltda", "Large", "Backup"
	m.must(func(tx *pg.Tx) error {
		_, err := m.svc.SetOrder(bg, tx, OrderWords{Line: line, Type: &t, Channel: &ch, Company: &company, Product: &product, Spec: &spec, By: Platform})
		return err
	})
	return line
}

func proofOf(order string) Elements {
	return Elements{Orders: order, Company: "ACME Ltda", Product: "Backup", Spec: "Large"}
}

// act does an event with all it needs, as its party.
func (m *market) act(line string, e Event, change ...func(*Act)) (Case, error) {
	a := Act{Line: line, Event: e}
	for _, x := range steps {
		if x.Event == e {
			a.Party = x.Who
		}
	}
	switch e {
	case SubmitRequest, SubmitCode, RejectDelivery, RejectRequest, FailReview:
		a.Text = "words"
	case CourierReport:
		a.Text = "signed"
	case EnterShipment:
		a.Carrier, a.Parcel = "SF", "SF1"
	case DeliverService, UploadProof:
		a.Files, a.Elements = []Sent{pdf}, proofOf(strings.TrimSuffix(line, "-1"))
	}
	for _, c := range change {
		c(&a)
	}
	who := pg.AsBatch("marketplace")
	if a.Party == Seller {
		who = pg.AsMerchant("M1", "usr_m1")
	}
	var c Case
	err := m.as(who, func(tx *pg.Tx) (err error) { c, err = m.svc.Do(bg, tx, a); return err })
	return c, err
}

func (m *market) do(line string, events ...Event) {
	m.t.Helper()
	for _, e := range events {
		if _, err := m.act(line, e); err != nil {
			m.t.Fatalf("%s %s: %v", line, e, err)
		}
	}
}

// pass lets time go by and does what becomes due on the way.
func (m *market) pass(d time.Duration) {
	m.t.Helper()
	m.clk.Set(m.clk.Now().Add(d))
	if _, failed, err := m.svc.Orders.FireDue(bg, m.db, time.Now()); err != nil || failed > 0 {
		var why []string
		m.must(func(tx *pg.Tx) error {
			ts, err := orders.Timers(bg, tx, orders.TimerQuery{Failed: true})
			for _, t := range ts {
				why = append(why, t.Kind+": "+t.Failure)
			}
			return err
		})
		m.t.Fatal(err, why)
	}
}

func (m *market) detail(line string) (d Detail) {
	m.t.Helper()
	m.must(func(tx *pg.Tx) (err error) { d, err = m.svc.Detail(bg, tx, "M1", line); return err })
	return d
}

func (m *market) wants(line string, s Stage) Detail {
	m.t.Helper()
	d := m.detail(line)
	if d.Stage != s {
		m.t.Errorf("%s stands in %s, want %s", line, d.Stage, s)
	}
	return d
}

func (m *market) query(sql string, args ...any) string {
	m.t.Helper()
	var out []string
	m.must(func(tx *pg.Tx) error {
		rows, err := tx.Query(bg, sql, args...)
		if err == nil {
			out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		return err
	})
	return strings.Join(out, " ")
}

// earned is the cycle in which a line is billable; empty where it is not.
func (m *market) earned(line string) string {
	m.t.Helper()
	return m.query(`SELECT to_char(cycle, 'YYYY-MM') FROM earned_line WHERE line_id = $1`, line)
}

func (m *market) told(kind string, to Party) (n int) {
	for _, x := range m.notes {
		if x.Kind == kind && x.To == to {
			n++
		}
	}
	return n
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if !fault.Has(err, code) || len(fault.All(err)) != 1 {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

var october = time.Date(2026, 10, 20, 9, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

func TestACaseOpensWithThePaymentOfASupervisedLine(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.order("CS1")
	if d := m.wants(line, Untyped); !d.OpenedAt.Equal(october) || len(d.Timers) != 2 {
		t.Errorf("%+v", d)
	}
	_, err := m.act(line, SubmitRequest)
	wantCode(t, "nothing can be done without a type", err, "SUP-STEP")
	none := func(what, line string) {
		t.Helper()
		err := m.as(pg.AsBatch("t"), func(tx *pg.Tx) error { _, err := m.svc.Detail(bg, tx, "", line); return err })
		wantCode(t, what, err, "SUP-NONE")
	}
	none("a renewal", m.order("CS2", "type=RENEW"))
	none("a trial", m.order("CS3", "type=TRIAL"))
	in := strings.NewReader(`{"kind":"source","name":"past","zone":"UTC","history":true}
{"kind":"order","orderId":"CS4","orderType":"NEW","createTime":"20260901000000","merchantId":"M1","buyerInfo":{"customerId":"C","registrationRegion":"BR"},"orderLine":[{"orderLineId":"CS4-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P11"},"amount":"1","currencyCode":"USD","serviceSupervision":true}]}
{"kind":"payment","orderId":"CS4","method":"CASH","collectingEntity":"5861","time":"20260901000000"}`)
	if _, err := m.svc.Orders.Import(bg, m.db, "t", in, orders.Options{}); err != nil {
		t.Fatal(err)
	}
	none("the past", "CS4-1")
	m.must(func(tx *pg.Tx) error {
		return entities.SaveSettings(bg, tx, []entities.Setting{
			{Key: entities.KeySupervisionType, Scope: entities.Scope{Product: "P11"}, ValidFrom: october, Value: "saas", Source: "listing", Who: "t"},
			{Key: entities.KeySupervisionChannel, Scope: entities.Scope{Product: "P11"}, ValidFrom: october, Value: "general", Source: "listing", Who: "t"},
		})
	})
	m.wants(m.order("CS5"), Request)
	if m.told(NoteTurn, Buyer) != 1 {
		t.Errorf("told: %+v", m.notes)
	}
}

func TestEveryTypeGoesFromPaymentToTheBill(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	for i, x := range []struct {
		t      Type
		ch     Channel
		events []Event
		how    string
	}{
		{Manual, General, []Event{SubmitRequest, RejectRequest, SubmitRequest, ConfirmRequest, DeliverService, RejectDelivery, DeliverService, AcceptDelivery}, "buyer"},
		{ManualSite, Joint, []Event{SubmitRequest, ConfirmRequest, UploadProof, DeliverService, AcceptDelivery}, "buyer"},
		{SaaS, Enablement, []Event{SubmitRequest, DeliverService, AcceptDelivery, FailReview, DeliverService, AcceptDelivery, PassReview}, "review"},
		{LicenseOffline, General, []Event{DeliverService, AcceptDelivery}, "buyer"},
		{LicenseID, Base, []Event{SubmitCode, DeliverService, AcceptDelivery, PassReview}, "review"},
		{LicenseCode, General, []Event{ClaimCode, ActivateCode, UploadProof}, "proof"},
		{LicenseCode, Enablement, []Event{ClaimCode, ActivateCode, UploadProof, PassReview}, "review"},
		{LicenseDeploy, Enablement, []Event{DeliverService, AcceptDelivery}, "buyer"},
		{Hardware, General, []Event{EnterShipment, CourierReport, AcceptDelivery}, "buyer"},
		{App, General, []Event{SubmitRequest, ConfirmRequest, DeliverService, AcceptDelivery}, "buyer"},
		{Data, General, []Event{SubmitRequest, ConfirmRequest, DeliverService, AcceptDelivery}, "buyer"},
	} {
		line := m.typed(fmt.Sprintf("CS%d", i), x.t, x.ch)
		m.do(line, x.events...)
		if m.earned(line) != "" {
			t.Errorf("%s is billable before the fact", x.t)
		}
		m.pass(0)
		d := m.wants(line, Done)
		if d.How != x.how || m.earned(line) != "2026-10" || len(d.Timers) != 0 {
			t.Errorf("%s %s: %s, billable in %q, timers %v", x.t, x.ch, d.How, m.earned(line), d.Timers)
		}
		if x.t == LicenseCode && (d.Start == nil || !d.Start.Equal(october)) {
			t.Errorf("service start of a licence code: %v, want its activation", d.Start)
		}
	}
	if d := m.detail("CS0-1"); d.Rejections != 1 || len(d.Log) != 10 || d.Log[6].Text != "words" {
		t.Errorf("rejections and their reasons: %d, %+v", d.Rejections, d.Log)
	}
}

func TestAcceptanceDecidesTheCycleHoweverLateItIsHeard(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", SaaS, General)
	m.do(line, SubmitRequest, DeliverService)
	accepted := time.Date(2026, 10, 31, 22, 0, 0, 0, time.UTC) // in São Paulo still October
	m.clk.Set(accepted)
	m.do(line, AcceptDelivery)
	m.pass(3 * time.Hour)
	if d := m.wants(line, Done); !d.Accepted.Equal(accepted) || m.earned(line) != "2026-10" {
		t.Errorf("%v, cycle %s", d.Accepted, m.earned(line))
	}
	if got := m.query(`SELECT at::text FROM line_event WHERE line_id = $1 AND kind = 'supervision_completed'`, line); !strings.HasPrefix(got, "2026-10-31") {
		t.Error("the fact's time is not the acceptance:", got)
	}
	late := m.typed("CS2", SaaS, General)
	m.do(late, SubmitRequest, DeliverService, AcceptDelivery)
	m.pass(time.Hour)
	if got := m.earned(late); got != "2026-10" { // 01:00 UTC on the 1st
		t.Errorf("accepted at %s: %s", m.clk.Now(), got)
	}
	m.pass(3 * time.Hour)
	next := m.typed("CS3", SaaS, General)
	m.do(next, SubmitRequest, DeliverService, AcceptDelivery)
	m.pass(0)
	if got := m.earned(next); got != "2026-11" {
		t.Errorf("accepted in November: %s", got)
	}
}

func TestServiceStartAndEffectiveness(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	m.must(func(tx *pg.Tx) error {
		return entities.SaveSetting(bg, tx, entities.Setting{Key: entities.KeySupervisionEffective, ValidFrom: october, Value: "service_start", Source: "choice", Who: "t"})
	})
	deliver := func(id string, start time.Time) string {
		line := m.typed(id, LicenseOffline, General)
		if _, err := m.act(line, DeliverService, func(a *Act) { a.Start = start }); err != nil {
			t.Fatal(err)
		}
		m.pass(day)
		m.do(line, AcceptDelivery)
		m.pass(0)
		return m.query(`SELECT to_char(at AT TIME ZONE 'UTC', 'MM-DD HH24') FROM line_event WHERE line_id = $1 AND kind = 'effective'`, line)
	}
	if got := deliver("CS1", time.Time{}); got != "10-20 09" { // the feed had said so
		t.Error(got)
	}
	d := m.detail("CS1-1")
	if got := d.ServiceStart("seller"); !got.Equal(october.Add(day)) {
		t.Errorf("left empty, the service starts with the acceptance: %s", got)
	}
	deliver("CS2", m.clk.Now())
	d = m.detail("CS2-1")
	if got := d.ServiceStart("seller"); !got.Equal(october.Add(day)) || !d.ServiceStart(startAtAcceptance).Equal(october.Add(2*day)) {
		t.Errorf("filled in: %s", got)
	}
	if _, err := m.act(m.typed("CS3", LicenseOffline, General), DeliverService, func(a *Act) { a.Start = m.clk.Now().Add(time.Hour) }); true {
		wantCode(t, "a start in the future", err, "SUP-START")
	}
	now := m.clk.Now().Format(stampForm)
	m.load(fmt.Sprintf(`{"kind":"order","orderId":"CS9","orderType":"NEW","createTime":"%s","merchantId":"M1","buyerInfo":{"customerId":"C","registrationRegion":"BR"},"orderLine":[{"orderLineId":"CS9-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P11"},"amount":"1","currencyCode":"USD","serviceSupervision":true}]}`, now),
		fmt.Sprintf(`{"kind":"payment","orderId":"CS9","method":"CASH","collectingEntity":"5861","time":"%s"}`, now))
	ty, ch := LicenseDeploy, General
	m.must(func(tx *pg.Tx) error {
		_, err := m.svc.SetOrder(bg, tx, OrderWords{Line: "CS9-1", Type: &ty, Channel: &ch, By: Platform})
		return err
	})
	start := m.clk.Now()
	if _, err := m.act("CS9-1", DeliverService, func(a *Act) { a.Start = start }); err != nil {
		t.Fatal(err)
	}
	m.pass(day)
	m.do("CS9-1", AcceptDelivery)
	m.pass(0)
	if got := m.query(`SELECT to_char(at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS') FROM line_event WHERE line_id = 'CS9-1' AND kind = 'effective'`); got != start.Format(stampForm) || m.earned("CS9-1") == "" {
		t.Errorf("nobody had said that it is in effect: %q", got)
	}
}
