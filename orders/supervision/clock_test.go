package supervision

import (
	"context"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/pg"
)

func (m *market) set(key, value string, from time.Time) {
	m.t.Helper()
	m.must(func(tx *pg.Tx) error {
		return entities.SaveSetting(bg, tx, entities.Setting{Key: key, Value: value, ValidFrom: from, Source: "help page", Who: "t"})
	})
}

func (m *market) phone(line, phone string) {
	m.t.Helper()
	m.must(func(tx *pg.Tx) error {
		_, err := m.svc.SetOrder(bg, tx, OrderWords{Line: line, Phone: &phone, By: Platform})
		return err
	})
}

func TestHardwareIsAcceptedTenDaysAfterItWasSignedFor(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", Hardware, General)
	m.do(line, EnterShipment, CourierReport)
	m.do(line, CourierReport) // said twice
	m.pass(10*day - time.Minute)
	m.wants(line, Accept)
	m.pass(5 * time.Minute)
	if d := m.wants(line, Done); d.How != "automatic" || !d.Accepted.Equal(october.Add(10*day)) || m.earned(line) != "2026-10" || m.told(NoteAutoAccept, Seller) != 1 {
		t.Errorf("%+v, cycle %s", d.Case, m.earned(line))
	}
}

func TestHardwareThatNobodySignedForIsNeverAcceptedByItself(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", Hardware, General)
	m.do(line, EnterShipment)
	if _, err := m.act(line, CourierReport, func(a *Act) { a.Text = "in transit" }); err != nil {
		t.Fatal(err)
	}
	m.pass(60 * day)
	m.wants(line, Accept)
}

func TestDifferingPhonesStopAutomaticAcceptance(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", Hardware, General)
	m.phone(line, "13800138000")
	m.do(line, EnterShipment, CourierReport)
	m.pass(5 * day)
	if _, err := m.act(line, CourierReport, func(a *Act) { a.Text, a.Phone = "signed", "13800138001" }); err != nil {
		t.Fatal(err)
	}
	if d := m.detail(line); !d.PhonesDiffer || len(d.Timers) != 2 || // the watches, and no acceptance
		m.told(NoteRemindBuyer, Seller) != 1 {
		t.Errorf("%+v, told %+v", d.Case, m.notes)
	}
	m.pass(20 * day)
	m.wants(line, Accept)
	t.Run("mended, the days count from the signature", func(t *testing.T) {
		m.phone(line, "13800138001")
		m.pass(0)
		if d := m.wants(line, Done); !d.Accepted.Equal(october.Add(10 * day)) {
			t.Error(d.Accepted)
		}
	})
	t.Run("phones are erased by themselves", func(t *testing.T) {
		m.must(func(tx *pg.Tx) error { return m.svc.EraseContact(bg, tx, "M1", line) })
		if got := m.query(`SELECT order_phone FROM supervision_contact`); got != "" {
			t.Errorf("left: %q", got)
		}
	})
}

func TestAMerchantNeverReadsPhones(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", Hardware, General)
	m.phone(line, "13800138000")
	err := m.as(pg.AsMerchant("M1", "u"), func(tx *pg.Tx) error {
		_, err := tx.Exec(bg, `SELECT order_phone FROM supervision_contact`)
		return err
	})
	wantCode(t, "phones", err, "PG-DENIED")
}

func TestAnotherParcelBeginsAnew(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.typed("CS1", Hardware, Base)
	m.do(line, EnterShipment, CourierReport)
	m.pass(5 * day)
	m.do(line, RejectDelivery)
	m.pass(6 * day)
	m.wants(line, Ship)
	m.do(line, EnterShipment)
	if _, err := m.act(line, CourierReport, func(a *Act) { a.Text = "in transit" }); err != nil {
		t.Fatal(err)
	}
	m.pass(30 * day)
	m.wants(line, Accept)
	m.do(line, CourierReport)
	m.pass(10 * day)
	m.wants(line, Review)
	m.do(line, PassReview)
	m.pass(0)
	m.wants(line, Done)
}

func TestAWeeklyWarningAfterHalfAYear(t *testing.T) {
	t.Parallel()
	m := newMarket(t, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC))
	line := m.typed("CS1", Manual, General)
	m.pass(179 * day)
	if m.told(NoteOverdue, Seller) != 0 {
		t.Error("warned too early")
	}
	m.pass(day)
	m.pass(14 * day)
	if n := m.told(NoteOverdue, Seller); n != 3 || m.told(NoteOverdue, Platform) != 3 {
		t.Errorf("warned %d times in two weeks and a day, want 3", n)
	}
	m.pass(365 * day)
	m.wants(line, Request) // nothing is closed by itself any more
}

func TestTheOldRuleOf365Days(t *testing.T) {
	t.Parallel()
	since := time.Date(2023, 2, 1, 0, 0, 0, 0, time.UTC)
	old := func(t *testing.T) *market {
		m := newMarket(t, since)
		m.set(entities.KeySupervisionOverdue, "close", since)
		m.set(entities.KeySupervisionOverdue, "warn", time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC))
		return m
	}
	t.Run("accepted where the buyer has an invoice", func(t *testing.T) {
		t.Parallel()
		m := old(t)
		m.svc.BuyerInvoiceIssued = func(context.Context, *pg.Tx, string, string) (bool, error) { return true, nil }
		line := m.typed("CS1", Manual, General)
		m.pass(366 * day)
		if d := m.wants(line, Done); d.How != "overdue" || !d.Accepted.Equal(since.Add(365*day)) || m.earned(line) != "2024-01" || m.told(NoteOverdue, Seller) != 0 {
			t.Errorf("%+v", d.Case)
		}
	})
	t.Run("refunded where not", func(t *testing.T) {
		t.Parallel()
		m := old(t)
		m.svc.BuyerInvoiceIssued = func(context.Context, *pg.Tx, string, string) (bool, error) { return false, nil }
		line := m.typed("CS1", Manual, General)
		m.pass(366 * day)
		d := m.wants(line, Refunding)
		if got := m.query(`SELECT concat_ws(' ', cause, trim_scale(amount), rule) FROM instruction`); got != "refund/SV-CS1-1-O 113 CONDITIONAL" || m.told(NoteAutoRefund, Seller) != 1 {
			t.Error(got)
		}
		_, err := m.act(line, SubmitRequest)
		wantCode(t, "while the money is on its way", err, "SUP-STEP")
		m.moneyBack(d.RefundID, "CS1", "113")
		if d := m.wants(line, Refunded); d.Open() || m.earned(line) != "" || m.query(`SELECT answer FROM instruction`) != d.RefundID {
			t.Errorf("%+v", d.Case)
		}
	})
	t.Run("nobody can say, so nothing is closed", func(t *testing.T) {
		t.Parallel()
		m := old(t)
		line := m.typed("CS1", Manual, General)
		m.pass(366 * day)
		m.wants(line, Request)
		if m.told(NoteOverdue, Platform) != 1 {
			t.Errorf("%+v", m.notes)
		}
	})
	t.Run("not any more since 5 March 2024", func(t *testing.T) {
		t.Parallel()
		m := old(t)
		m.clk.Set(time.Date(2023, 3, 7, 0, 0, 0, 0, time.UTC))
		line := m.typed("CS1", Manual, General)
		m.pass(366 * day)
		m.wants(line, Request)
	})
}

func (m *market) moneyBack(id, order, amount string) {
	m.t.Helper()
	m.load(`{"kind":"refund","refundId":"` + id + `","orderId":"` + order + `","amount":"` + amount + `","rule":"NEGOTIATED","time":"` + m.clk.Now().Format(stampForm) + `"}`)
}

func TestFactsFromTheFeedEndACase(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	at := october.Format(stampForm)
	done := m.typed("CS1", Manual, General)
	m.load(`{"kind":"supervisionCompleted","orderId":"CS1","time":"` + at + `"}`)
	if d := m.wants(done, Done); d.How != "feed" || len(d.Timers) != 0 || d.Ended == nil {
		t.Errorf("%+v", d.Case)
	}
	racing := m.typed("CS2", LicenseDeploy, General)
	m.do(racing, DeliverService, AcceptDelivery)
	m.load(`{"kind":"supervisionCompleted","orderId":"CS2","time":"` + at + `"}`)
	m.pass(time.Hour)
	if d := m.wants(racing, Done); d.How != "buyer" || m.earned(racing) != "2026-10" {
		t.Errorf("%+v", d.Case)
	}
	part := m.typed("CS3", Manual, General)
	m.moneyBack("RF1", "CS3", "13")
	m.wants(part, Request)
	m.moneyBack("RF2", "CS3", "100")
	if d := m.wants(part, Refunded); !d.Left().IsZero() {
		t.Errorf("%+v", d.Case)
	}
	failed := m.typed("CS4", Manual, General)
	m.load(`{"kind":"provisioningFailed","orderId":"CS4","time":"` + at + `"}`)
	if d := m.wants(failed, Closed); d.How != "failed" {
		t.Errorf("%+v", d.Case)
	}
	_, err := m.act(done, SubmitRequest)
	wantCode(t, "after the end", err, "SUP-STEP")
	t.Run("one file with payment and completion leaves nothing open", func(t *testing.T) {
		m.load(`{"kind":"order","orderId":"CS5","orderType":"NEW","createTime":"`+at+`","merchantId":"M1","buyerInfo":{"customerId":"C","registrationRegion":"BR"},"orderLine":[{"orderLineId":"CS5-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P11"},"amount":"1","currencyCode":"USD","serviceSupervision":true}]}`,
			`{"kind":"payment","orderId":"CS5","method":"CASH","collectingEntity":"5861","time":"`+at+`"}`, `{"kind":"supervisionCompleted","orderId":"CS5","time":"`+at+`"}`)
		if got := m.query(`SELECT stage FROM supervision_case WHERE line_id = 'CS5-1'`); got != "" {
			t.Error(got)
		}
	})
}

func TestActsAreRefused(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	none := func(*Act) {}
	bare := func(a *Act) { a.Files, a.Text, a.Parcel = nil, "", "" }
	for i, x := range []struct {
		outcome string
		t       Type
		before  []Event
		e       Event
		change  func(*Act)
		want    string
	}{
		{"out of turn", Manual, nil, AcceptDelivery, none, "SUP-STEP"},
		{"by the other side", Manual, nil, SubmitRequest, func(a *Act) { a.Party = Platform }, "SUP-PARTY"},
		{"a request without words", Manual, nil, SubmitRequest, bare, "SUP-TEXT"},
		{"an identification code that is empty", LicenseID, nil, SubmitCode, bare, "SUP-CODE"},
		{"a rejection without a reason", Manual, []Event{SubmitRequest}, RejectRequest, bare, "SUP-REASON"},
		{"a delivery without a proof", LicenseOffline, nil, DeliverService, bare, "SUP-PROOF"},
		{"a proof without a file", LicenseOffline, nil, UploadProof, bare, "SUP-PROOF"},
		{"a proof of another order", LicenseOffline, nil, UploadProof, func(a *Act) { a.Elements.Orders = "CS" }, "SUP-PROOF-ORDER"},
		{"a parcel without a number", Hardware, nil, EnterShipment, bare, "SUP-SHIPMENT"},
		{"a courier who says nothing", Hardware, []Event{EnterShipment}, CourierReport, bare, "SUP-COURIER"},
		{"a courier where nothing travels", LicenseOffline, []Event{DeliverService}, CourierReport, none, "SUP-STEP"},
		{"in the future", Manual, nil, SubmitRequest, func(a *Act) { a.At = october.Add(time.Hour) }, "SUP-TIME"},
		{"before the stage began", Manual, nil, SubmitRequest, func(a *Act) { a.At = october.Add(-time.Hour) }, "SUP-TIME"},
		{"a start before the payment", LicenseOffline, nil, DeliverService, func(a *Act) { a.Start = october.Add(-time.Hour) }, "SUP-START"},
		{"a file that is none", LicenseOffline, nil, UploadProof, func(a *Act) { a.Files = []Sent{{"x", nil}} }, "SUP-FILE"},
		{"a delivery after an earlier proof", LicenseOffline, []Event{UploadProof}, DeliverService, bare, ""},
	} {
		line := m.typed("CS"+string(rune('A'+i)), x.t, General)
		m.do(line, x.before...)
		_, err := m.act(line, x.e, x.change)
		if x.want != "" {
			wantCode(t, x.outcome, err, x.want)
		} else if err != nil {
			t.Errorf("%s: %v", x.outcome, err)
		}
	}
}

func TestATypeStaysOnceSupervisionBegan(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	set := func(line string, ty Type, ch Channel) error {
		return m.as(pg.AsBatch("t"), func(tx *pg.Tx) error {
			_, err := m.svc.SetOrder(bg, tx, OrderWords{Line: line, Type: &ty, Channel: &ch, By: Platform})
			return err
		})
	}
	line := m.typed("CS1", Manual, General)
	wantCode(t, "unknown", set(line, "boat", General), "SUP-TYPE")
	if err := set(line, SaaS, Base); err != nil {
		t.Error("before anybody acted:", err)
	}
	m.do(line, SubmitRequest)
	wantCode(t, "afterwards", set(line, Manual, Base), "SUP-TYPED")
}
