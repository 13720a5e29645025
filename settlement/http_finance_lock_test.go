package settlement_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"suanpan/internal/audit"
	"suanpan/internal/pg"
)

// audited gives the events of an action, as auditors read them.
func (o *office) audited(action string) []audit.Event {
	o.t.Helper()
	var out []audit.Event
	err := o.db.ReadTx(context.Background(), pg.AsAuditor("eva"), func(tx *pg.Tx) (err error) {
		out, err = audit.List(context.Background(), tx, audit.Filter{Action: action})
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func TestAMonthIsLockedByTwo(t *testing.T) {
	t.Parallel()
	o := open(t)
	of := func(entity string) url.Values { return url.Values{"month": {"2026-10"}, "entity": {entity}} }
	o.sees("ana", "/finance/lock?month=2026-10", "5861", "PENDING_COUNTERSIGN: 1", "Propose to lock 5861")
	o.sends("ana", "/finance/lock", 409, of("5861"), "LOCK-BILLS", "5861-202610-M1-BRL")
	o.sends("ana", "/finance/lock", 404, of("9999"), "SET-ENTITY")
	o.sends("ana", "/finance/lock", 404, url.Values{"month": {"soon"}, "entity": {"5861"}})

	o.sends("ana", "/finance/bills/do", 303, with(ticked("M1|5861-202610-M1-BRL"), "do", "approve"))
	o.sends("ana", "/finance/lock", 303, of("5861"))
	o.sees("lei", "/finance", "5861 2026-10: a lock waits for its second person")
	o.sends("lei", "/finance/lock", 409, of("5861"), "LOCK-OPEN")
	o.sends("ana", "/finance/lock/confirm", 403, of("5861"), "EYES-SAME")
	if page := o.sees("ana", "/finance/lock?month=2026-10", "You proposed this"); strings.Contains(page, "Lock 5861 for good") {
		t.Error("the proposer is offered to confirm")
	}
	o.sends("marta", "/finance/lock/confirm", 303, of("5861"))
	o.sees("eva", "/finance/lock?month=2026-10", "Confirmed by marta")
	o.sends("lei", "/finance/lock", 409, of("5861"), "LOCK-DONE")
	o.sends("lei", "/finance/lock/confirm", 409, of("5861"), "LOCK-NONE")
	if got := o.audited("month.locked"); len(got) != 1 || got[0].Subject != "5861/2026-10" || got[0].Actor != "marta" || got[0].Detail["proposedBy"] != "ana" {
		t.Errorf("%+v", got)
	}
	if got := o.audited("month.locked_overriding"); len(got) != 0 {
		t.Errorf("a month in which nothing waited is listed as an override: %+v", got)
	}
}

func TestAMonthIsLockedOverWhatWaitsOnlyWithAReason(t *testing.T) {
	t.Parallel()
	o := open(t)
	form := func(month, reason string) url.Values {
		return url.Values{"month": {month}, "entity": {"5861"}, "reason": {reason}}
	}
	o.sends("ana", "/finance/lock", 409, form("2026-11", ""), "LOCK-RUN")
	o.sends("ana", "/finance/lock", 422, form("2026-10", "now"), "SET-REASON", ">now</textarea>")
	o.sends("ana", "/finance/lock", 303, form("2026-10", "the merchant is gone"))
	o.sends("lei", "/finance/lock/drop", 303, form("2026-10", ""))
	o.sends("ana", "/finance/lock", 303, form("2026-10", "the merchant is gone"))
	o.sends("lei", "/finance/lock/confirm", 303, form("2026-10", ""))
	o.sees("eva", "/finance/lock?month=2026-10", "locked over what waited", "the merchant is gone", "LOCK-BILLS PENDING_COUNTERSIGN 1")
	if got := o.audited("month.locked_overriding"); len(got) != 1 || got[0].Reason != "the merchant is gone" || len(got[0].Detail["waits"].([]any)) != 1 {
		t.Errorf("%+v", got)
	}
	if got := o.audited("month.locked"); len(got) != 0 {
		t.Errorf("an override is listed among the others: %+v", got)
	}
}

// TestWhatComesBetweenTheTwoIsSeen: a bill that begins to wait after the proposal keeps the second person from locking.
func TestWhatComesBetweenTheTwoIsSeen(t *testing.T) {
	t.Parallel()
	o := open(t)
	form := url.Values{"month": {"2026-10"}, "entity": {"5861"}}
	o.sends("ana", "/finance/bills/do", 303, with(ticked("M1|5861-202610-M1-BRL"), "do", "approve"))
	o.sends("ana", "/finance/lock", 303, form)
	err := o.db.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) error {
		_, err := tx.Exec(context.Background(), `UPDATE bill SET state = 'REQUISITION_FAILED' WHERE bill_no = '5861-202610-M1-BRL'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	o.sends("lei", "/finance/lock/confirm", 409, form, "LOCK-BILLS", "REQUISITION_FAILED")
	o.sees("eva", "/finance/lock?month=2026-10", "waits for a second person")
}
