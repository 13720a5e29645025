package audit

import (
	"context"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
)

var bg = context.Background()

func write(t *testing.T, db *pg.DB, a pg.Actor, e Event) error {
	t.Helper()
	return db.InTx(bg, a, func(tx *pg.Tx) error { return Write(bg, tx, e) })
}

func list(t *testing.T, db *pg.DB, a pg.Actor, f Filter) []Event {
	t.Helper()
	var out []Event
	if err := db.InTx(bg, a, func(tx *pg.Tx) (err error) { out, err = List(bg, tx, f); return err }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnEventTellsWhoWhatAndWhenAndIsSeenByWhomItConcerns(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 9, 8, 0, 0, 0, time.UTC)
	db, _ := pgtest.NewAt(t, at)
	for _, each := range []struct {
		actor pg.Actor
		event Event
	}{
		{pg.AsStaff("usr_rev"), Event{Merchant: "5821", Action: "bill.approved", Subject: "5821-202610-SG-USD", Reason: "as agreed", Detail: map[string]any{"lines": 3}}},
		{pg.AsStaff("usr_rev"), Event{Merchant: "7000", Action: "bill.approved", Subject: "7000-202610-SG-USD"}},
		{pg.AsBatch("settle"), Event{Action: "run.ended", Subject: "2026-10"}},
		{pg.AsMerchant("7000", "usr_m"), Event{Merchant: "5821", Action: "invoice.sent", Subject: "inv_1"}},
	} {
		if err := write(t, db, each.actor, each.event); err != nil {
			t.Fatal(err)
		}
	}
	if got := list(t, db, pg.AsAuditor("usr_aud"), Filter{}); len(got) != 4 || got[3].Actor != "usr_rev" || !got[3].At.Equal(at) || got[3].Reason != "as agreed" || got[3].Detail["lines"] != 3.0 || got[1].Actor != "settle" {
		t.Errorf("%+v", got)
	}
	if got := list(t, db, pg.AsMerchant("5821", "usr_x"), Filter{}); len(got) != 1 || got[0].Merchant != "5821" {
		t.Errorf("a merchant sees %+v", got)
	}
	if got := list(t, db, pg.AsMerchant("7000", "usr_m"), Filter{}); len(got) != 2 || got[0].Action != "invoice.sent" {
		t.Errorf("an event of a merchant's user is not its own: %+v", got)
	}
	if got := list(t, db, pg.AsStaff("usr_rev"), Filter{Action: "bill.approved", Limit: 1}); len(got) != 1 || got[0].Merchant != "7000" {
		t.Errorf("%+v", got)
	} else if next := list(t, db, pg.AsStaff("usr_rev"), Filter{Action: "bill.approved", Before: got[0].ID}); len(next) != 1 || next[0].Merchant != "5821" {
		t.Errorf("%+v", next)
	}
	if got := list(t, db, pg.Actor{Role: pg.Web}, Filter{}); len(got) != 0 {
		t.Errorf("nobody's transaction sees %+v", got)
	}
}

func TestAnEventIsNeverChangedAndHoldsNoSecret(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, a := range []pg.Actor{pg.AsMerchant("5821", "u"), pg.AsStaff("u"), pg.AsBatch("u"), pg.AsAuditor("u")} {
		for _, sql := range []string{`UPDATE audit_event SET reason = 'x'`, `DELETE FROM audit_event`, `TRUNCATE audit_event`} {
			err := db.InTx(bg, a, func(tx *pg.Tx) error { _, err := tx.Exec(bg, sql); return err })
			if !fault.Has(err, "PG-DENIED") {
				t.Errorf("%s may %s: %v", a.Role, sql, err)
			}
		}
	}
	for _, detail := range []map[string]any{{"new_password": "x"}, {"to": map[string]any{"IBAN": "x"}}, {"apiToken": "x"}} {
		if err := write(t, db, pg.AsStaff("u"), Event{Action: "a", Subject: "s", Detail: detail}); !fault.Has(err, "AUDIT-SECRET") {
			t.Errorf("%v is taken: %v", detail, err)
		}
	}
	if err := write(t, db, pg.AsStaff("u"), Event{Action: "a"}); !fault.Has(err, "AUDIT-EVENT") {
		t.Error("an event about nothing is taken:", err)
	}
}
