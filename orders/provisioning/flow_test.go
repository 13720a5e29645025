package provisioning

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

var v2 = Interface{Delivery: SaaS, Version: V2}

func TestAPaidOrderIsProvided(t *testing.T) {
	t.Parallel()
	for _, v := range []Version{V1, V2} {
		w := newWorld(t, Interface{Delivery: SaaS, Version: v}, &Stub{})
		w.load(w.order("CS1", orders.New, "")...)
		w.clk.Add(time.Minute)
		w.due()
		w.stands(string(v), "create/CS1-000001 succeeded 0", "effective@08:01")
		if got := w.query(`SELECT (instance_id = business_id AND made = 1 AND ended_at IS NOT NULL AND due_at IS NULL)::text FROM interface_call`); got != "true" {
			t.Error("instance, count or end: ", got)
		}
		w.due()
		if len(w.stub.Log()) != 1 || len(w.failures) != 0 {
			t.Errorf("%v %v", w.stub.Log(), w.failures)
		}
	}
}

func TestNothingIsCalledWithoutCause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Interface{}, &Stub{})
	w.load(w.order("CS1", orders.New, "")...)
	w.due()
	w.stands("no interface", "", "")
	w = newWorld(t, v2, &Stub{})
	w.loadAs(`{"kind":"source","name":"past","zone":"UTC","history":true}`, w.order("CS1", orders.New, "")...)
	w.due()
	w.stands("a file of the past", "", "")
	lines := w.order("CS2", orders.New, "")
	w.load(append(lines, `{"kind":"effectiveness","orderId":"CS2","time":"2026-10-05T08:00:00Z"}`)...)
	w.due()
	w.stands("provided by the marketplace in the same file", "", "effective@08:00")
}

func TestTriesAreRepeatedAndThenTheMoneyGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{FailFirst: 99})
	w.load(w.order("CS1", orders.New, "")...)
	w.due()
	w.stands("at once", "create/CS1-000001 failed 1", "")
	for k := range 2 {
		w.clk.Add(59 * time.Minute)
		w.due()
		w.stands("within the hour", fmt.Sprintf("create/CS1-000001 failed %d", k+1), "")
		w.clk.Add(time.Minute)
		w.due()
		w.stands("after an hour", fmt.Sprintf("create/CS1-000001 failed %d", k+2), "")
	}
	w.clk.Add(time.Hour)
	w.due()
	w.stands("after three hours", "create/CS1-000001 exhausted 4", "provisioning_failed@11:00")
	const asked = `SELECT concat_ws(' ', kind, cause, currency, trim_scale(amount), rule) FROM instruction`
	if got := w.query(asked); got != "refund refund/PF-CS1-000001 USD 113 PROVISIONING_FAILED" {
		t.Errorf("instruction: %s", got)
	}
	if got := w.query(`SELECT concat_ws(' ', made, activity, code, failed) FROM interface_try ORDER BY made`); got != "1 newInstance 000005 t,2 newInstance 000005 t,3 newInstance 000005 t,4 newInstance 000005 t" {
		t.Errorf("tries: %s", got)
	}
	if got := w.query(`SELECT concat_ws(' ', action, subject, detail->>'code') FROM audit_event WHERE action LIKE 'interface.e%'`); got != "interface.exhausted create/CS1-000001 000005" {
		t.Errorf("audit: %s", got)
	}
	if len(w.failures) != 4 || w.failures[2].Final || !w.failures[3].Final || w.failures[3].Code != InternalError {
		t.Errorf("heard of %+v", w.failures)
	}
	err := w.db.InTx(ctx, pg.AsStaff("ops"), func(tx *pg.Tx) error { return w.svc.Restart(ctx, tx, "M1", "create/CS1-000001", "try again") })
	if !fault.Has(err, "PROV-REFUNDED") {
		t.Errorf("started again: %v", err)
	}
	w.load(`{"kind":"refund","refundId":"PF-CS1-000001","orderId":"CS1","amount":"113.00","rule":"PROVISIONING_FAILED","time":"2026-10-05T11:30:00Z"}`)
	if got := w.query(`SELECT answer FROM instruction`); got != "PF-CS1-000001" {
		t.Errorf("the answer is %q", got)
	}
	w.due()
	w.stands("nothing was made, nothing is released", "create/CS1-000001 exhausted 4", "provisioning_failed@11:00")
}

func TestARepeatSucceedsWithTheFirstCallsInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{FailFirst: 2})
	w.load(w.order("CS1", orders.New, "")...)
	for range 3 {
		w.due()
		w.clk.Add(time.Hour)
	}
	w.stands("third", "create/CS1-000001 succeeded 2", "effective@10:00")
}

func TestWhatIsStillProcessingIsPolled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{DelayOnce: true})
	w.load(w.order("CS1", orders.New, "")...)
	w.due()
	w.stands("processing", "create/CS1-000001 waiting 0", "")
	w.clk.Add(5 * time.Minute)
	w.due()
	w.stands("ready", "create/CS1-000001 succeeded 0", "effective@08:05")
	if got := strings.Join(w.stub.Log(), ","); got != "newInstance 000004,queryInstance 000000" {
		t.Error(got)
	}
	w = newWorld(t, Interface{Delivery: SaaS, Version: V1}, &Stub{DelayOnce: true})
	w.load(w.order("CS1", orders.New, "")...)
	w.due()
	w.clk.Add(5 * time.Minute)
	w.due()
	if got := strings.Join(w.stub.Log(), ","); got != "newInstance 000004,newInstance 000000" {
		t.Errorf("version 1.0 has no query: %s", got)
	}
	w.stands("ready", "create/CS1-000001 succeeded 0", "effective@08:05")
}

func TestASupervisedLineTakesEffectAtAcceptance(t *testing.T) {
	t.Parallel()
	const supervised = `,"serviceSupervision":true`
	accept := func(w *world) {
		w.clk.Add(time.Hour)
		w.load(`{"kind":"supervisionCompleted","orderId":"CS1","time":"2026-10-05T08:30:00Z"}`)
		w.due()
	}
	w := newWorld(t, v2, &Stub{})
	w.load(w.order("CS1", orders.New, supervised)...)
	w.due()
	w.stands("made, not accepted", "create/CS1-000001 succeeded 0", "")
	accept(w)
	w.stands("accepted", "create/CS1-000001 succeeded 0", "effective@08:30,supervision_completed@08:30")

	w = newWorld(t, v2, &Stub{FailFirst: 1})
	w.load(w.order("CS1", orders.New, supervised)...)
	w.due()
	w.clk.Add(-time.Minute)
	accept(w)
	w.stands("accepted while it fails", "create/CS1-000001 failed 1", "supervision_completed@08:30")
	w.clk.Add(time.Minute)
	w.due()
	w.stands("made later", "create/CS1-000001 succeeded 1", "effective@08:30,supervision_completed@08:30")

	w = newWorld(t, v2, &Stub{})
	w.load(append(w.order("CS1", orders.New, supervised), `{"kind":"supervisionCompleted","orderId":"CS1","time":"2026-10-05T08:00:00Z"}`)...)
	w.due()
	w.stands("paid and accepted in one file", "create/CS1-000001 succeeded 0", "effective@08:00,supervision_completed@08:00")

	w = newWorld(t, Interface{Delivery: SaaS, Version: V2, Acceptance: true}, &Stub{})
	w.load(w.order("CS1", orders.New, supervised)...)
	w.due()
	accept(w)
	w.stands("the seller is told", "create/CS1-000001 succeeded 0,acceptance/CS1-000001 succeeded 0", "effective@08:30,supervision_completed@08:30")
	if i, _ := w.stub.Instance(w.query(`SELECT instance_id FROM interface_call WHERE scene = 'create'`)); i.Accepted != "20261005083000000" {
		t.Errorf("%+v", i)
	}
}

func TestRenewalUpgradeAndRefundReachTheInstance(t *testing.T) {
	t.Parallel()
	for _, v := range []Version{V1, V2} {
		w := newWorld(t, Interface{Delivery: SaaS, Version: v}, &Stub{})
		w.load(w.order("CS1", orders.New, "")...)
		w.due()
		id := w.query(`SELECT instance_id FROM interface_call`)
		of := `,"instanceId":"` + id + `"`
		w.clk.Add(time.Minute)
		w.load(append(w.order("CS2", orders.Renew, of), w.order("CS3", orders.Change, of)...)...)
		w.due()
		if i, _ := w.stub.Instance(id); i.Renewals != 1 || i.SKU != "S2" {
			t.Errorf("%s: %+v", v, i)
		}
		w.clk.Add(time.Minute)
		w.load(`{"kind":"refund","refundId":"RF2","orderId":"CS2","amount":"113.00","rule":"RENEWAL_NOT_EFFECTIVE","time":"2026-10-05T08:02:00Z"}`)
		w.due()
		if i, _ := w.stub.Instance(id); i.Renewals != 0 || i.Status != "NORMAL" {
			t.Errorf("%s, the renewal refunded: %+v", v, i)
		}
		w.clk.Add(time.Minute)
		w.load(`{"kind":"refund","refundId":"RF1","orderId":"CS1","amount":"13.00","rule":"CONDITIONAL","time":"2026-10-05T08:03:00Z"}`)
		w.due()
		if i, _ := w.stub.Instance(id); i.Status != "NORMAL" {
			t.Errorf("%s, a part refunded: %+v", v, i)
		}
		w.load(`{"kind":"refund","refundId":"RF1b","orderId":"CS1","amount":"100.00","rule":"CONDITIONAL","time":"2026-10-05T08:03:00Z"}`)
		w.due()
		if i, _ := w.stub.Instance(id); i.Status != "RELEASED" {
			t.Errorf("%s, all refunded: %+v", v, i)
		}
		w.stands(string(v), "create/CS1-000001 succeeded 0,renewal/CS2-000001 succeeded 0,upgrade/CS3-000001 succeeded 0,renewal_refund/RF2 succeeded 0,release/"+id+" succeeded 0",
			"effective@08:00,effective@08:01")
	}
}

func TestACrashRepeatsTheRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{})
	w.load(w.order("CS1", orders.New, "")...)
	jobs, err := w.svc.claim(ctx, w.db)
	if err != nil || len(jobs) != 1 {
		t.Fatal(err, len(jobs))
	}
	jobs[0].run(ctx) // the seller did it, and the worker died before it could write that down
	w.due()
	w.stands("leased", "create/CS1-000001 waiting 0", "")
	w.svc.Clock = func() time.Time { return time.Now().Add(leaseFor + time.Second) }
	w.stub.Clock = w.svc.Clock
	w.due()
	w.stands("repeated", "create/CS1-000001 succeeded 0", "effective@08:00")
	if err := w.svc.record(ctx, w.db, &jobs[0]); err != nil { // it was only slow, not dead
		t.Fatal(err)
	}
	w.stands("a late answer changes nothing", "create/CS1-000001 succeeded 0", "effective@08:00")
	if n := w.stub.Instances(); n != 1 {
		t.Errorf("%d instances", n)
	}
	if got := w.query(`SELECT (instance_id = business_id)::text FROM interface_call`); got != "true" {
		t.Error("the instance is not the first call's businessId")
	}
}

func TestAnOrderWhoseCauseIsGoneIsNotCalled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{FailFirst: 1})
	w.load(w.order("CS1", orders.New, "")...)
	w.due()
	w.load(`{"kind":"refund","refundId":"RF1","orderId":"CS1","amount":"113.00","rule":"NEGOTIATED","time":"2026-10-05T08:00:00Z"}`)
	w.clk.Add(time.Hour)
	w.due()
	w.stands("refunded", "create/CS1-000001 withdrawn 1", "")
	if len(w.stub.Log()) != 1 {
		t.Errorf("%v", w.stub.Log())
	}
}

func TestAPartRefundLowersWhatAFailureGivesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{FailFirst: 99})
	w.load(w.order("CS1", orders.New, "")...)
	w.due()
	w.load(`{"kind":"refund","refundId":"RF1","orderId":"CS1","amount":"13.00","rule":"NEGOTIATED","time":"2026-10-05T08:00:00Z"}`)
	for range 3 {
		w.clk.Add(time.Hour)
		w.due()
	}
	if got := w.query(`SELECT trim_scale(amount)::text FROM instruction`); got != "100" {
		t.Errorf("%s goes back", got)
	}
}

func TestWorkersDoNotMakeARequestTwice(t *testing.T) {
	t.Parallel()
	const most = 24
	w := newWorld(t, v2, &Stub{})
	for k := range most {
		w.load(w.order(fmt.Sprintf("CS3%02d", k), orders.New, "")...)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := w.svc.Dispatch(ctx, w.db); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(w.stub.Log()); n != most || w.stub.Instances() != most {
		t.Errorf("%d requests, %d instances", n, w.stub.Instances())
	}
	if got := w.query(`SELECT concat_ws(' ', state, count(*)) FROM interface_call GROUP BY state`); got != fmt.Sprintf("succeeded %d", most) {
		t.Error(got)
	}
}

func TestAnAnswerThatCannotBeWrittenKeepsNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{FailFirst: 2})
	broken := errors.New("broken")
	w.svc.OnFailure = func(_ context.Context, _ *pg.Tx, f Failure) error {
		if f.Call.Order.OrderID == "CS1" {
			return broken
		}
		return nil
	}
	w.load(append(w.order("CS1", orders.New, ""), w.order("CS2", orders.New, "")...)...)
	if _, err := w.svc.Dispatch(ctx, w.db); !errors.Is(err, broken) {
		t.Errorf("it is not told: %v", err)
	}
	w.stands("the other one", "create/CS1-000001 waiting 0,create/CS2-000001 failed 1", "")
}

func TestAnInstructionThatStandsIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{FailFirst: 99})
	w.orders.Subscribe(func(ctx context.Context, tx *pg.Tx, hs []orders.Happening) error {
		for _, h := range hs {
			if h.Kind == orders.Failed {
				_, err := orders.Instruct(ctx, tx, orders.Instruction{
					Merchant: "M1", Kind: orders.GiveBack, Order: "CS1", Line: h.Line.ID, RefundID: refundID(h.Line.ID), Buyer: "C1", Currency: "USD",
					Amount: decimal.RequireFromString("100"), Rule: orders.ProvisionFailed,
				})
				return err
			}
		}
		return nil
	})
	w.load(w.order("CS1", orders.New, "")...)
	for range 4 {
		w.due()
		w.clk.Add(time.Hour)
	}
	w.stands("failed", "create/CS1-000001 exhausted 4", "provisioning_failed@11:00")
	if got := w.query(`SELECT trim_scale(amount)::text FROM instruction`); got != "100" {
		t.Errorf("%s is asked for", got)
	}
}
