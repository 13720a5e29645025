package provisioning

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

func TestOthersWaitForARestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{FailFirst: 1})
	w.load(w.order("CS2", orders.Renew, `,"instanceId":"i"`)...)
	w.due()
	w.stands("an update 2.0 is called once", "renewal/CS2-000001 exhausted 1", "")
	if got := w.query(`SELECT cause FROM instruction`); got != "" {
		t.Errorf("money goes back: %s", got)
	}
	restart := func(a pg.Actor, call, reason string) error {
		return w.db.InTx(ctx, a, func(tx *pg.Tx) error { return w.svc.Restart(ctx, tx, "M1", call, reason) })
	}
	for code, err := range map[string]error{
		"PROV-REASON": restart(pg.AsStaff("ops"), "renewal/CS2-000001", " x "),
		"PROV-CALL":   restart(pg.AsStaff("ops"), "renewal/none", "seller mended it"),
	} {
		if !fault.Has(err, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
	if err := restart(pg.AsMerchant("M2", "stranger"), "renewal/CS2-000001", "not mine"); !fault.Has(err, "PROV-CALL") {
		t.Errorf("a stranger: %v", err)
	}
	if err := restart(pg.AsMerchant("M1", "seller"), "renewal/CS2-000001", "we mended it"); err != nil {
		t.Fatal(err)
	}
	if err := restart(pg.AsStaff("ops"), "renewal/CS2-000001", "me too"); !fault.Has(err, "PROV-STATE") {
		t.Errorf("twice: %v", err)
	}
	w.due()
	w.stands("the seller knows no such instance", "renewal/CS2-000001 exhausted 1", "")
	if got := w.query(`SELECT code FROM interface_try ORDER BY made`); got != "000005,000003" {
		t.Error(got)
	}
	if got := w.query(`SELECT concat_ws(' ', action, subject, reason, actor) FROM audit_event WHERE action = 'interface.restarted'`); got != "interface.restarted renewal/CS2-000001 we mended it seller" {
		t.Error(got)
	}
}

func TestFailedOrdersOfAMonthAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{FailFirst: 99})
	for k := range DelistAfter + 1 {
		w.load(w.order(fmt.Sprintf("CS2%d", k), orders.Renew, `,"instanceId":"i"`)...)
	}
	w.due()
	count := func(from, to string) (n int) {
		a, _ := time.Parse(time.DateOnly, from)
		b, _ := time.Parse(time.DateOnly, to)
		w.in(pg.AsMerchant("M1", "seller"), func(tx *pg.Tx) (err error) { n, err = w.svc.FailedOrders(ctx, tx, "M1", "", a, b); return err })
		return n
	}
	if got := count("2026-10-01", "2026-11-01"); got != DelistAfter+1 {
		t.Errorf("October: %d", got)
	}
	if got := count("2026-11-01", "2026-12-01"); got != 0 {
		t.Errorf("November: %d", got)
	}
}

func TestAsking(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{})
	w.load(w.order("CS1", orders.New, "")...)
	w.due()
	id := w.query(`SELECT instance_id FROM interface_call`)
	ask := func(merchant, as string, o Order) error {
		return w.db.InTx(ctx, pg.AsBatch("market"), func(tx *pg.Tx) error { _, err := w.svc.Ask(ctx, tx, merchant, as, o); return err })
	}
	for range 2 {
		if err := ask("M1", "f1", Order{Scene: Freeze, Instance: id}); err != nil {
			t.Fatal(err)
		}
	}
	w.due()
	if got := w.query(`SELECT count(*)::text FROM audit_event WHERE action = 'interface.asked' AND actor = 'market'`); got != "1" {
		t.Errorf("audited %s times", got)
	}
	if i, _ := w.stub.Instance(id); i.Status != "FREEZE" || len(w.stub.Log()) != 2 {
		t.Errorf("%+v %v", i, w.stub.Log())
	}
	for code, err := range map[string]error{
		"PROV-CHANGED":   ask("M1", "f1", Order{Scene: Freeze, Instance: id, OrderID: "CS1"}),
		"PROV-NOT-ASKED": ask("M1", "c1", Order{Scene: Create, Instance: id}),
		"PROV-INTERFACE": ask("M2", "f1", Order{Scene: Freeze, Instance: id}),
		"FEED-ID":        ask("M1", "", Order{Scene: Freeze, Instance: id}),
	} {
		if !fault.Has(err, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestKeysAreForBatchAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, v2, &Stub{})
	for _, a := range []pg.Actor{pg.AsMerchant("M1", "seller"), pg.AsStaff("ops"), pg.AsAuditor("eva")} {
		err := w.db.InTx(ctx, a, func(tx *pg.Tx) error { _, err := tx.Exec(ctx, `SELECT secret FROM seller_key`); return err })
		if !fault.Has(err, "PG-DENIED") {
			t.Errorf("%s reads keys: %v", a.Role, err)
		}
	}
	if got := w.query(`SELECT convert_from(secret, 'UTF8') FROM seller_key`); got != goldenKey {
		t.Errorf("without a lock it is stored as %q", got)
	}
	w.svc.Lock, _ = ReadLock(strings.Repeat("0a", lockBytes))
	i := Interface{Merchant: "M1", Delivery: SaaS, Version: V2, Address: w.url}
	w.in(pg.AsMerchant("M1", "seller"), func(tx *pg.Tx) error { return w.svc.Configure(ctx, tx, i, goldenKey, true) })
	if raw := w.query(`SELECT encode(secret, 'escape') FROM seller_key`); strings.Contains(raw, "5b4c") {
		t.Errorf("with a lock it is stored as %q", raw)
	}
	w.load(w.order("CS1", orders.New, "")...)
	w.due()
	w.stands("signed with the opened key", "create/CS1-000001 succeeded 0", "effective@08:00")
	w.svc.Lock = Lock{}
	w.load(w.order("CS2", orders.New, "")...)
	w.due()
	if got := w.query(`SELECT code FROM interface_call WHERE call_id = 'create/CS2-000001'`); got != string(SealedKey) {
		t.Errorf("without its lock: %s", got)
	}
	w.in(pg.AsMerchant("M1", "seller"), func(tx *pg.Tx) error { return w.svc.Erase(ctx, tx, i) })
	if got := w.query(`SELECT merchant_id FROM seller_key`); got != "" {
		t.Errorf("erased, it stands: %s", got)
	}
	err := w.db.InTx(ctx, pg.AsMerchant("M1", "seller"), func(tx *pg.Tx) error { return w.svc.Erase(ctx, tx, i) })
	if !fault.Has(err, "PROV-INTERFACE") {
		t.Errorf("erased twice: %v", err)
	}
	bad := Interface{Merchant: "M1", Address: "http://seller.example", Version: "3.0", Delivery: "x"}
	err = w.db.InTx(ctx, pg.AsMerchant("M1", "seller"), func(tx *pg.Tx) error { return w.svc.Configure(ctx, tx, bad, "a b", false) })
	for _, code := range []string{"PROV-ADDRESS", "PROV-VERSION", "PROV-DELIVERY", "PROV-KEY"} {
		if !fault.Has(err, code) {
			t.Errorf("%s is not among %v", code, err)
		}
	}
	var log bytes.Buffer
	fmt.Fprint(&log, w.query(`SELECT detail::text FROM audit_event`), w.failures)
	if strings.Contains(log.String(), goldenKey) {
		t.Error("the key stands in the audit or in a failure")
	}
}
