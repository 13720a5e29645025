package statement

import (
	"context"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// TestAMerchantSeesItsOwn gathers documents with the rights of a merchant's user: the same figures as staff sees, and nothing of others.
func TestAMerchantSeesItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := context.Background()
	as := func(merchant string, fn func(tx *pg.Tx) error) error {
		return w.db.ReadTx(ctx, pg.AsMerchant(merchant, "usr"), fn)
	}

	t.Run("its list", func(t *testing.T) {
		no := w.open("M2").Requisition
		var l List
		if err := as("M2", func(tx *pg.Tx) (err error) { l, err = w.svc.List(ctx, tx, "M2", no); return err }); err != nil || l.Hash != w.list("M2").Hash {
			t.Errorf("%v", err)
		}
		err := as("M1", func(tx *pg.Tx) error { _, err := w.svc.List(ctx, tx, "", no); return err })
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("a stranger got %v", err)
		}
	})
	t.Run("its statement", func(t *testing.T) {
		var m Merchant
		if err := as("M2", func(tx *pg.Tx) (err error) { m, err = w.svc.Merchant(ctx, tx, "M2", "5541", october); return err }); err != nil {
			t.Fatal(err)
		}
		same(t, "closing", m.Owed[0].Closing.Payable, "471.60")
		want := w.merchant("M2", "5541", october)
		if len(m.Held) != len(want.Held) || len(m.Lines) != len(want.Lines) || len(m.Asked) != 1 || len(m.Asked[0].Invoices) != 1 {
			t.Errorf("%d held, %d lines, %d lists; staff sees %d, %d, 1", len(m.Held), len(m.Lines), len(m.Asked), len(want.Held), len(want.Lines))
		}
	})
	t.Run("nothing of others", func(t *testing.T) {
		var m Merchant
		err := as("M1", func(tx *pg.Tx) (err error) { m, err = w.svc.Merchant(ctx, tx, "M2", "5541", october); return err })
		if err == nil && (len(m.Owed) > 0 || len(m.Bills) > 0 || len(m.Lines) > 0 || len(m.Asked) > 0 || len(m.Held) > 0) {
			t.Errorf("a stranger sees %+v", m)
		}
	})
}
