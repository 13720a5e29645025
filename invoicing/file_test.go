package invoicing_test

import (
	"testing"
	"time"

	"suanpan/internal/pg"
	"suanpan/invoicing"
)

func TestTheSameBytesAreKeptOnceWithEachUse(t *testing.T) {
	t.Parallel()
	h := build(t)
	seller := pg.AsMerchant("M2", "seller")
	keep := func(requisition, name string) (f invoicing.File) {
		h.as(seller, func(tx *pg.Tx) (err error) {
			f, err = h.svc.KeepFile(ctx, tx, "M2", invoicing.FileUse{Requisition: requisition, Name: name, Way: "page"}, []byte("<?xml version='1.0'?><a/>"))
			return err
		})
		return f
	}
	first := keep("req-1", "a.xml")
	h.clock.Add(time.Hour)
	keep("REQ-1", "a.xml") // again, as after a check: no further use
	if again := keep("REQ-2", "../b\u202e.xml"); again.SHA256 != first.SHA256 {
		t.Errorf("other bytes: %s and %s", first.SHA256, again.SHA256)
	}
	h.as(seller, func(tx *pg.Tx) error {
		uses, err := h.svc.FileUses(ctx, tx, "M2", first.SHA256)
		if len(uses) != 2 || uses[0].Requisition != "REQ-1" || uses[0].Name != "a.xml" || uses[1].Requisition != "REQ-2" || uses[1].Name != "b.xml" || uses[1].UsedBy != "seller" {
			t.Errorf("uses %+v", uses)
		}
		return err
	})
	h.as(pg.AsMerchant("M9", "stranger"), func(tx *pg.Tx) error {
		uses, err := h.svc.FileUses(ctx, tx, "M2", first.SHA256)
		if len(uses) != 0 {
			t.Errorf("a stranger sees %+v", uses)
		}
		return err
	})
}
