package refunds

import (
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

func manual(id, order, amount string) Ask {
	return Ask{ID: id, Order: order, Delivery: Manual, Amount: usd(amount), Reason: "not needed"}
}

func TestANegotiatedRefundFromRequestToMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.order("O1", supervised)
	r := w.asked(manual("R1", "O1", "500.00"))
	if r.State != Review || !w.held("O1-1") || len(w.instructions()) != 0 {
		t.Fatalf("it waits for the merchant, holds the line, and moves no money: %+v", r)
	}
	if again := w.asked(manual("R1", "O1", "500.00")); again.ID != "R1" || again.State != Review {
		t.Errorf("asked again: %+v", again)
	}
	_, err := w.ask(manual("R1", "O1", "400.00"))
	refused(t, err, "RFD-CHANGED")
	_, err = w.ask(manual("R2", "O1", "500.00"))
	refused(t, err, "RFD-BUSY")

	r, err = w.as(seller, func(tx *pg.Tx) (Request, error) { return w.svc.Approve(bg, tx, w.step("R1")) })
	if err != nil || r.State != Refunding || r.Opinion != "as agreed" || r.DecidedBy != "seller" {
		t.Fatalf("%+v %v", r, err)
	}
	ins := w.instructions()
	if len(ins) != 1 || !ins[0].Amount.Equal(*usd("500")) || ins[0].RefundID != "R1" || !ins[0].DueAt.Equal(w.clk.Now().Add(3*time.Hour)) {
		t.Fatalf("the marketplace is asked for %+v", ins)
	}
	w.clk.Add(3*time.Hour + time.Second)
	var late []Request
	w.must(func(tx *pg.Tx) (err error) { late, err = w.svc.Requests(bg, tx, Query{Overdue: true}); return err })
	if len(late) != 1 || !late[0].Overdue(w.clk.Now()) {
		t.Errorf("after three hours it is not overdue: %+v", late)
	}
	w.facts(`{"kind":"refund","refundId":"R1","orderId":"O1","amount":"500.00","rule":"NEGOTIATED","time":"2026-11-10T11:00:30Z"}`)
	w.wantState("R1", Refunded, WhyMoneyBack)
	if w.held("O1-1") || len(w.instructions()) != 0 {
		t.Error("the line is let go and the instruction answered")
	}
}

func TestTheReviewNeedsWordsProofAndTheRightMerchant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.order("O1", supervised)
	w.asked(manual("R1", "O1", "500.00"))
	act := func(who pg.Actor, fn func(*pg.Tx) (Request, error)) error { _, err := w.as(who, fn); return err }
	approve := func(st Step) func(*pg.Tx) (Request, error) {
		return func(tx *pg.Tx) (Request, error) { return w.svc.Approve(bg, tx, st) }
	}
	refused(t, act(seller, approve(Step{Merchant: "M1", ID: "R1", Opinion: " "})), "RFD-OPINION", "RFD-PROOF")
	refused(t, act(pg.AsMerchant("M2", "x"), approve(Step{Merchant: "M1", ID: "R1"})), "RFD-UNKNOWN")
	refused(t, act(seller, func(tx *pg.Tx) (Request, error) { return w.svc.Accept(bg, tx, w.step("R1")) }), "RFD-STATE")
	refused(t, act(shop, func(tx *pg.Tx) (Request, error) { return w.svc.Ship(bg, tx, "M1", "R1", "SF", "1") }), "RFD-STATE")
	many := w.step("R1")
	for range orders.MaxAttachments {
		many.Files = append(many.Files, orders.NewAttachment("a", []byte("a")))
	}
	many.Files[1], many.Files[2] = orders.NewAttachment("big", make([]byte, orders.MaxAttachment+1)), orders.NewAttachment("none", nil)
	refused(t, act(seller, approve(many)), "ATT-COUNT", "ATT-SIZE", "ATT-EMPTY")
	refused(t, act(seller, func(tx *pg.Tx) (Request, error) { return w.svc.Reject(bg, tx, Step{Merchant: "M1", ID: "R1"}) }), "RFD-OPINION")
	w.wantState("R1", Review, "")

	if err := act(seller, func(tx *pg.Tx) (Request, error) { return w.svc.Reject(bg, tx, w.step("R1")) }); err != nil {
		t.Fatal(err)
	}
	w.wantState("R1", Rejected, "")
	if w.held("O1-1") {
		t.Error("a rejected request still holds the line")
	}
	err := w.in(seller, func(tx *pg.Tx) error {
		files, err := orders.Attachments(bg, tx, "M1", Kind, "R1")
		if err != nil || len(files) != 1 || files[0].ContentType != "application/pdf" {
			t.Errorf("attached: %+v %v", files, err)
		}
		_, err = orders.OpenAttachment(bg, tx, "M1", Kind, "R1", "none")
		refused(t, err, "ATT-UNKNOWN")
		f, err := orders.OpenAttachment(bg, tx, "M1", Kind, "R1", files[0].SHA256)
		if string(f.Content) != "%PDF-1" {
			t.Errorf("the file holds %q", f.Content)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	w.asked(manual("R2", "O1", "400.00")) // filing again is open
}

func TestTheBuyerWithdrawsOrAsksForAnInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, o := range []string{"O1", "O2", "O3"} {
		w.order(o, supervised)
	}
	w.asked(manual("R1", "O1", "500.00"))
	for range 2 { // the second is nothing
		if r, err := w.as(shop, func(tx *pg.Tx) (Request, error) { return w.svc.Withdraw(bg, tx, "M1", "R1") }); err != nil || r.State != Withdrawn {
			t.Fatal(r.State, err)
		}
	}
	w.asked(manual("R2", "O2", "500.00"))
	invoice := func(line string) error {
		return w.in(shop, func(tx *pg.Tx) error { return w.svc.InvoiceAsked(bg, tx, "M1", line) })
	}
	if err := invoice("O2-1"); err != nil {
		t.Fatal(err)
	}
	w.wantState("R2", Failed, WhyInvoiceAsked)
	if w.held("O1-1") || w.held("O2-1") {
		t.Error("an ended request still holds its line")
	}
	w.asked(manual("R3", "O3", "500.00"))
	if _, err := w.as(seller, func(tx *pg.Tx) (Request, error) { return w.svc.Approve(bg, tx, w.step("R3")) }); err != nil {
		t.Fatal(err)
	}
	refused(t, invoice("O3-1"), "RFD-INVOICE-LATE")
	_, err := w.as(shop, func(tx *pg.Tx) (Request, error) { return w.svc.Withdraw(bg, tx, "M1", "R3") })
	refused(t, err, "RFD-STATE")
	if err := invoice("none"); err != nil {
		t.Error("a line without a refund:", err)
	}
}

func TestAnIdleMerchantIsContactedAfterSevenWorkingDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.order("O1", supervised)
	r := w.asked(manual("R1", "O1", "500.00")) // Tuesday 10 November in São Paulo: the seven days end with Thursday the 19th
	contact := func() (Request, error) {
		return w.as(shop, func(tx *pg.Tx) (Request, error) { return w.svc.Contact(bg, tx, "M1", "R1") })
	}
	if want := at("2026-11-20T03:00:00Z"); !r.ContactFrom.Equal(want) {
		t.Fatalf("from %s, want %s", r.ContactFrom, want)
	}
	w.clk.Set(r.ContactFrom.Add(-time.Second))
	_, err := contact()
	refused(t, err, "RFD-CONTACT-EARLY")
	w.clk.Set(*r.ContactFrom)
	if r, err = contact(); err != nil || r.Contacted == nil || r.State != Review {
		t.Errorf("%+v %v", r, err)
	}
	first := *r.Contacted
	w.clk.Add(time.Hour)
	if r, err = contact(); err != nil || !r.Contacted.Equal(first) {
		t.Errorf("again: %+v %v", r.Contacted, err)
	}
	w.clk.Add(365 * 24 * time.Hour)
	w.fire()
	w.wantState("R1", Review, "") // no source lets anything happen by itself
}

func hardware(id, order string, g Goods) Ask {
	return Ask{ID: id, Order: order, Delivery: Hardware, Goods: g, Amount: usd("1130.00"), Reason: "broken"}
}

func TestReceivedGoodsComeBackFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	road := func(order, id string, steps ...func(id string) error) {
		t.Helper()
		w.order(order, supervised)
		w.asked(hardware(id, order, GoodsReceived))
		for i, s := range steps {
			if err := s(id); err != nil {
				t.Fatalf("%s, step %d: %v", id, i, err)
			}
		}
	}
	verb := func(who pg.Actor, fn func(tx *pg.Tx, id string) (Request, error)) func(string) error {
		return func(id string) error {
			_, err := w.as(who, func(tx *pg.Tx) (Request, error) { return fn(tx, id) })
			return err
		}
	}
	approve := verb(seller, func(tx *pg.Tx, id string) (Request, error) { return w.svc.Approve(bg, tx, w.step(id)) })
	ship := verb(shop, func(tx *pg.Tx, id string) (Request, error) { return w.svc.Ship(bg, tx, "M1", id, "SF", "SF1") })
	accept := verb(seller, func(tx *pg.Tx, id string) (Request, error) {
		return w.svc.Accept(bg, tx, Step{Merchant: "M1", ID: id})
	})
	reject := verb(seller, func(tx *pg.Tx, id string) (Request, error) { return w.svc.Reject(bg, tx, w.step(id)) })
	appeal := verb(seller, func(tx *pg.Tx, id string) (Request, error) { return w.svc.Appeal(bg, tx, w.step(id)) })
	forBuyer := verb(operator, func(tx *pg.Tx, id string) (Request, error) { return w.svc.Settle(bg, tx, w.step(id), true) })
	forSeller := verb(operator, func(tx *pg.Tx, id string) (Request, error) { return w.svc.Settle(bg, tx, w.step(id), false) })

	road("O1", "R1", approve)
	road("O2", "R2", approve, ship)
	road("O3", "R3", approve, ship, ship, accept) // the same shipment twice is nothing
	road("O4", "R4", approve, ship, reject)
	road("O5", "R5", approve, ship, appeal)
	road("O6", "R6", approve, ship, appeal, forBuyer)
	road("O7", "R7", approve, ship, appeal, forSeller)
	w.wantState("R1", AwaitReturn, "")
	w.wantState("R2", AwaitAcceptance, "")
	w.wantState("R3", Refunding, "")
	w.wantState("R4", Rejected, "")
	w.wantState("R6", Refunding, WhyOperationsSaid)
	w.wantState("R7", Rejected, WhyOperationsSaid)
	if got := len(w.instructions()); got != 2 {
		t.Errorf("%d instructions, want those of R3 and R6", got)
	}
	if r := w.find("R5"); r.DueAt == nil || !r.DueAt.Equal(at("2026-11-14T03:00:00Z")) { // three working days after Tuesday end with Friday
		t.Errorf("the appeal is due at %v", r.DueAt)
	}
	refused(t, verb(shop, func(tx *pg.Tx, id string) (Request, error) { return w.svc.Ship(bg, tx, "M1", id, "SF", "SF2") })("R2"), "RFD-STATE")
	refused(t, verb(shop, func(tx *pg.Tx, id string) (Request, error) { return w.svc.Ship(bg, tx, "M1", id, "", "SF2") })("R1"), "RFD-SHIPMENT")

	w.timeGoesOn()
}

// timeGoesOn lets the days for return (R1) and for acceptance (R2) pass; R5 is appealed.
func (w *world) timeGoesOn() {
	w.t.Helper()
	w.must(func(tx *pg.Tx) error {
		timers, err := orders.Timers(bg, tx, orders.TimerQuery{})
		if len(timers) != 2 || timers[0].Subject != "R1" || timers[1].Subject != "R2" {
			w.t.Errorf("timers are left of what has gone on: %+v", timers)
		}
		return err
	})
	began := w.clk.Now()
	w.clk.Set(began.Add(10*24*time.Hour - time.Second))
	w.fire()
	w.wantState("R1", AwaitReturn, "")
	w.clk.Set(began.Add(12 * 24 * time.Hour)) // the program was asleep for two days
	w.fire()
	w.wantState("R1", Withdrawn, WhyReturnLapsed)
	if r := w.find("R1"); !r.ClosedAt.Equal(began.Add(10 * 24 * time.Hour)) {
		w.t.Errorf("it ended at %s, want ten days after the approval", r.ClosedAt)
	}
	w.clk.Set(began.Add(16 * 24 * time.Hour))
	w.fire()
	w.wantState("R2", Refunding, WhyAcceptLapsed)
	if r := w.find("R2"); !r.DueAt.Equal(began.Add(15*24*time.Hour + 3*time.Hour)) {
		w.t.Errorf("the money is due at %s, want three hours after the acceptance that time gave", r.DueAt)
	}
	w.wantState("R5", Appealed, "") // an appeal stops the clock
}

func TestGoodsInTransitNeedOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.order("O1", supervised)
	w.order("O2", supervised)
	w.asked(hardware("R1", "O1", GoodsInTransit))
	w.asked(hardware("R2", "O2", GoodsInTransit))
	w.wantState("R1", InTransit, "")
	_, err := w.as(seller, func(tx *pg.Tx) (Request, error) { return w.svc.Approve(bg, tx, w.step("R1")) })
	refused(t, err, "RFD-TRANSIT")
	r, err := w.as(operator, func(tx *pg.Tx) (Request, error) { return w.svc.ConfirmTransit(bg, tx, w.step("R1")) })
	if err != nil || r.State != Review || r.ContactFrom == nil {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := w.as(seller, func(tx *pg.Tx) (Request, error) { return w.svc.Approve(bg, tx, w.step("R1")) }); err != nil {
		t.Error(err)
	}
	if _, err := w.as(operator, func(tx *pg.Tx) (Request, error) { return w.svc.RefuseTransit(bg, tx, w.step("R2")) }); err != nil {
		t.Error(err)
	}
	w.wantState("R2", Rejected, WhyOperationsSaid)
}

func TestAnAppealLocksBothSidesAndStopsTheClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.order("O1", supervised)
	w.asked(hardware("R1", "O1", GoodsReceived))
	if _, err := w.as(seller, func(tx *pg.Tx) (Request, error) { return w.svc.Approve(bg, tx, w.step("R1")) }); err != nil {
		t.Fatal(err)
	}
	w.facts(`{"kind":"appealOpened","orderId":"O1","time":"2026-11-10T08:00:00Z"}`)
	w.must(func(tx *pg.Tx) error { return orders.FreezeTimers(bg, tx, "M1", "O1-1", tx.Now) })
	ship := func() error {
		_, err := w.as(shop, func(tx *pg.Tx) (Request, error) { return w.svc.Ship(bg, tx, "M1", "R1", "SF", "1") })
		return err
	}
	refused(t, ship(), "RFD-APPEAL")
	w.clk.Add(30 * 24 * time.Hour)
	w.fire()
	w.wantState("R1", AwaitReturn, "")
	w.facts(`{"kind":"appealClosed","orderId":"O1","time":"2026-12-10T08:00:00Z"}`)
	w.must(func(tx *pg.Tx) error { return orders.ThawTimers(bg, tx, "M1", "O1-1", tx.Now) })
	w.fire()
	w.wantState("R1", AwaitReturn, "") // all ten days are left
	if err := ship(); err != nil {
		t.Error(err)
	}
}

func TestWhatTheRulesAloneDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, o := range []string{"O1", "O2", "O4"} {
		w.order(o, "")
		w.effective(o)
	}
	w.typed("O3", orders.Renew, "")
	five := w.asked(Ask{ID: "R1", Order: "O1", Delivery: Image})
	if five.Rule != orders.FiveDay || five.State != Refunding || !five.Amount.Equal(*usd("1130")) || five.Instruction == 0 {
		t.Errorf("within five days: %+v", five)
	}
	renewal := w.asked(Ask{ID: "R3", Order: "O3", Delivery: Image})
	if renewal.Rule != orders.NotInEffect || !renewal.Amount.Equal(*usd("1130")) {
		t.Errorf("a renewal that has not begun: %+v", renewal)
	}
	w.clk.Set(at(start).Add(15 * 24 * time.Hour)) // half of the thirty days of 9 November to 9 December
	var warned fault.Faults
	var part Request
	w.must(func(tx *pg.Tx) (err error) {
		part, warned, err = w.svc.Request(bg, tx, Ask{ID: "R2", Order: "O2", Delivery: Image})
		return err
	})
	if part.Rule != orders.Conditional || !part.Amount.Equal(*usd("565")) || !part.Due.Equal(*usd("565")) || len(warned) != 1 || warned[0].Code != "RFD-FEE-UNKNOWN" {
		t.Errorf("after them, without a fee: %+v %v", part, warned)
	}
	w.must(func(tx *pg.Tx) error {
		return entities.SaveSetting(bg, tx, entities.Setting{Key: entities.KeyRefundHandlingFee, ValidFrom: tx.Now, Value: "0.02", Source: "test", Who: "test"})
	})
	w.must(func(tx *pg.Tx) (err error) {
		part, warned, err = w.svc.Request(bg, tx, Ask{ID: "R4", Order: "O4", Delivery: Image})
		return err
	})
	if !part.Fee.Equal(*usd("22.60")) || !part.Amount.Equal(*usd("542.40")) || len(warned) != 0 {
		t.Errorf("with a fee of 2 %%: %+v %v", part, warned)
	}
	w.facts(`{"kind":"refund","refundId":"X1","orderId":"O2","amount":"600.00","rule":"CONDITIONAL","time":"2026-11-24T09:00:00Z"}`)
	w.wantState("R2", Failed, WhyOvertaken) // only 530 are left
	if n := len(w.instructions()); n != 3 {
		t.Errorf("%d instructions are open, want those of R1, R3 and R4", n)
	}
}

func TestTenFiveDayRefundsAYear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, o := range []string{"O1", "O2", "O3", "O4"} {
		w.order(o, "")
		w.effective(o)
	}
	w.facts(`{"kind":"refund","refundId":"X1","orderId":"O1","amount":"1130.00","rule":"FIVE_DAY","time":"2026-11-10T07:00:00Z"}`) // nobody asked here, and it counts
	w.asked(Ask{ID: "R2", Order: "O2", Delivery: Image, QuotaElsewhere: 8})
	_, err := w.ask(Ask{ID: "R3", Order: "O3", Delivery: Image, QuotaElsewhere: 8})
	refused(t, err, "RFD-QUOTA")
	w.asked(Ask{ID: "R3", Order: "O3", Delivery: Image, QuotaElsewhere: 7})
	w.typed("O5", orders.Renew, "")
	w.asked(Ask{ID: "R5", Order: "O5", Delivery: Image, QuotaElsewhere: 10}) // what is not in effect uses none
	w.facts(`{"kind":"refund","refundId":"X2","orderId":"O2","amount":"1130.00","rule":"CONDITIONAL","time":"2026-11-10T08:00:00Z"}`)
	w.wantState("R2", Failed, WhyOvertaken)
	w.asked(Ask{ID: "R4", Order: "O4", Delivery: Image, QuotaElsewhere: 7}) // a failed request gives its place back
}

func TestFailedProvisioningGivesTheMoneyBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, o := range []string{"O1", "O2", "O3"} {
		w.order(o, supervised)
	}
	w.asked(manual("R3", "O3", "500.00"))
	failed := func(o string) string {
		return `{"kind":"provisioningFailed","orderId":"` + o + `","time":"2026-11-10T07:30:00Z"}`
	}
	back := func(o, id string) string {
		return `{"kind":"refund","refundId":"` + id + `","orderId":"` + o + `","amount":"1130.00","rule":"PROVISIONING_FAILED","time":"2026-11-10T07:40:00Z"}`
	}
	w.facts(failed("O1"), failed("O2"), back("O2", "X2"), failed("O3"))
	w.wantState("PF-O1-1", Refunding, WhyProvisioning)
	w.wantState("R3", Failed, WhyOvertaken)
	ins := w.instructions()
	if len(ins) != 2 || !ins[0].Amount.Equal(*usd("1130")) || ins[0].Rule != orders.ProvisionFailed {
		t.Errorf("asked for %+v, want the money of O1 and O3; that of O2 is back already", ins)
	}
	w.facts(back("O1", "X1"), back("O3", "PF-O3-1")) // the first under a number of the marketplace's own
	w.wantState("PF-O1-1", Refunded, WhyMoneyBack)
	w.wantState("PF-O3-1", Refunded, WhyMoneyBack)
	if n := len(w.instructions()); n != 0 {
		t.Errorf("%d instructions are left", n)
	}
}
