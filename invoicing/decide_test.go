package invoicing_test

import (
	"testing"
	"time"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
)

func TestRevoke(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.issue(h.list())
	h.clock.Add(time.Hour)
	h.submit(send(h.list(), "2026-11-13", "A", "471.60"))
	revoke := func(c invoicing.Revocation) func(tx *pg.Tx) error {
		c.Requisition = "REQ-1"
		return func(tx *pg.Tx) error { _, err := h.svc.Revoke(ctx, tx, c); return err }
	}
	h.fails(pg.AsStaff("ana"), "INV-REASON", revoke(invoicing.Revocation{Reason: "no", First: "ana", Second: "bo"}))
	h.fails(pg.AsStaff("ana"), "INV-TWO-PEOPLE", revoke(invoicing.Revocation{Reason: "stamp is missing", First: "ana", Second: "Ana"}))
	h.as(pg.AsStaff("ana"), revoke(invoicing.Revocation{Reason: "stamp is missing", First: "ana", Second: "bo"}))
	h.stands("REQ-1", invoicing.StateOpen, "revoked", "SGD 0.00")
	h.fails(pg.AsStaff("ana"), "INV-STATE", revoke(invoicing.Revocation{Reason: "stamp is missing", First: "ana", Second: "bo"}))
	h.submit(send(h.list(), "2026-11-13", "A", "471.60"))
	h.stands("REQ-1", invoicing.StateAccepted, "revoked accepted", "SGD 471.60")
	h.heard("judged:accepted", "accepted:SGD 471.60", "revoked", "judged:accepted", "accepted:SGD 471.60")
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
		_, err := h.svc.MarkPaid(ctx, tx, "M2", "REQ-1", period.MustDay("2026-11-25"))
		return err
	})
	h.stands("REQ-1", invoicing.StatePaid, "revoked paid", "SGD 471.60")
	h.fails(pg.AsStaff("ana"), "INV-STATE", revoke(invoicing.Revocation{Reason: "stamp is missing", First: "ana", Second: "bo"}))
	d := h.detail("REQ-1")
	if d.Attempt != 2 || len(d.Events) != 5 || d.Events[2].Second != "bo" {
		t.Errorf("%d %+v", d.Attempt, d.Events)
	}
}

func TestLateWaitsForFinance(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.issue(h.list())
	h.clock.Set(time.Date(2026, 12, 13, 16, 0, 0, 0, time.UTC)) // 14 December in Singapore
	want(t, h.submit(send(h.list(), "2026-12-13", "A", "471.60")).Submission.Verdict, invoicing.Late, "INV-LATE")
	h.stands("REQ-1", invoicing.StateOpen, "waiting", "SGD 0.00")
	decide := func(no int, allow bool) func(tx *pg.Tx) error {
		return func(tx *pg.Tx) error {
			_, err := h.svc.DecideLate(ctx, tx, invoicing.LateDecision{Requisition: "REQ-1", Submission: no, Allow: allow, Reason: "holiday of the post"})
			return err
		}
	}
	h.as(pg.AsStaff("ana"), decide(1, false))
	h.stands("REQ-1", invoicing.StateOpen, "refused", "SGD 0.00")
	h.fails(pg.AsStaff("ana"), "INV-NOT-LATE", decide(1, true))
	h.submit(send(h.list(), "2026-12-13", "A", "471.60"))
	h.batch(func(tx *pg.Tx) error {
		w, err := h.svc.Waiting(ctx, tx)
		if len(w) != 1 || w[0].Submission != 2 {
			t.Errorf("%+v", w)
		}
		return err
	})
	h.as(pg.AsStaff("ana"), decide(2, true))
	h.stands("REQ-1", invoicing.StateAccepted, "refused accepted", "SGD 471.60")
	h.heard("judged:late", "judged:refused", "judged:late", "judged:accepted", "accepted:SGD 471.60")
}

func TestReissue(t *testing.T) {
	t.Parallel()
	h := build(t)
	l := h.brazil()
	h.issue(l)
	h.clock.Set(time.Date(2026, 11, 16, 15, 0, 0, 0, time.UTC))
	want(t, h.submit(send(l, "2026-11-16", "A", "7104.47")).Submission.Verdict, invoicing.Accepted, "")
	turn := func(n int) {
		t.Helper()
		h.batch(func(tx *pg.Tx) error {
			es, err := h.svc.DueReissues(ctx, tx)
			if len(es) != n {
				t.Errorf("%d turned, want %d", len(es), n)
			}
			return err
		})
	}
	h.clock.Set(time.Date(2026, 12, 1, 2, 59, 59, 0, time.UTC))
	turn(0)
	h.fails(pg.AsStaff("ana"), "INV-PAY-MONTH", func(tx *pg.Tx) error {
		_, err := h.svc.MarkPaid(ctx, tx, "", l.Requisition, period.MustDay("2026-12-01"))
		return err
	})
	h.clock.Set(time.Date(2026, 12, 2, 3, 0, 0, 0, time.UTC))
	turn(1)
	turn(0)
	h.stands(l.Requisition, invoicing.StateOpen, "reissue", "BRL 0.00")
	h.clock.Set(time.Date(2026, 12, 3, 15, 0, 0, 0, time.UTC))
	want(t, h.submit(send(l, "2026-12-03", "A", "7104.47")).Submission.Verdict, invoicing.Accepted, "")
	h.stands(l.Requisition, invoicing.StateAccepted, "reissue accepted", "BRL 7,104.47")
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
		_, err := h.svc.MarkPaid(ctx, tx, "", l.Requisition, period.MustDay("2026-12-10"))
		return err
	})
	h.clock.Set(time.Date(2027, 1, 5, 3, 0, 0, 0, time.UTC))
	turn(0)
	h.heard("judged:accepted", "accepted:BRL 7,104.47", "reissue:A1", "judged:accepted", "accepted:BRL 7,104.47")
}

func TestReissueOfParts(t *testing.T) {
	t.Parallel()
	t.Run("a part of last month does not count, before the timer ran as after it", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		l := h.brazil()
		h.issue(l)
		h.clock.Set(time.Date(2026, 11, 16, 15, 0, 0, 0, time.UTC))
		first := send(l, "2026-11-16", "A", "7000")
		first.MoreWillFollow = true
		h.submit(first)
		h.clock.Set(time.Date(2026, 12, 3, 15, 0, 0, 0, time.UTC))
		rest := send(l, "2026-12-03", "B", "104.47")
		h.batch(func(tx *pg.Tx) error {
			v, err := h.svc.Check(ctx, tx, rest)
			want(t, v, invoicing.Refused, "INV-TOTAL")
			return err
		})
		want(t, h.submit(rest).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
		h.stands(l.Requisition, invoicing.StateOpen, "reissue refused", "BRL 0.00")
		h.heard("judged:incomplete", "reissue:A1", "judged:refused")
	})
	t.Run("of two accepted ones, the one that is not over waits for its other half", func(t *testing.T) {
		t.Parallel()
		h := build(t)
		l := h.brazil()
		h.issue(l)
		h.clock.Set(time.Date(2026, 11, 16, 15, 0, 0, 0, time.UTC))
		h.submit(send(l, "2026-11-16", "A", "7000", "104.47"))
		if err := h.db.OwnerTx(ctx, func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE invoice SET reissue_at = reissue_at + interval '1 year' WHERE number_key = 'A2'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		h.clock.Set(time.Date(2026, 12, 2, 15, 0, 0, 0, time.UTC))
		h.batch(func(tx *pg.Tx) error { _, err := h.svc.DueReissues(ctx, tx); return err })
		h.stands(l.Requisition, invoicing.StateOpen, "reissue pending", "BRL 0.00")
	})
}

func TestIssueList(t *testing.T) {
	t.Parallel()
	h := build(t)
	l := h.list()
	h.issue(l)
	h.clock.Add(time.Hour)
	h.issue(l) // the same document again is nothing
	if d := h.detail("req-1 "); d.Version != 1 || d.List.Hash() != d.Hash {
		t.Errorf("%+v", d)
	}
	l.Payable = sumOf("500")
	h.issue(l)
	d := h.detail("REQ-1")
	if d.Version != 2 || d.Amount.String() != "SGD 500.00" || d.List.Hash() != d.Hash {
		t.Errorf("%+v", d.Requisition)
	}
	part := send(l, "2026-11-13", "A", "400")
	part.MoreWillFollow = true
	h.submit(part)
	l.Payable = sumOf("600")
	h.fails(pg.AsBatch("t"), "INV-LIST-FIXED", func(tx *pg.Tx) error { _, err := h.svc.IssueList(ctx, tx, l); return err })
	h.as(pg.AsStaff("ana"), func(tx *pg.Tx) error {
		_, err := h.svc.WithdrawList(ctx, tx, "", "REQ-1", "the month was wrong")
		return err
	})
	h.stands("REQ-1", invoicing.StateWithdrawn, "revoked", "SGD 0.00")
	h.fails(pg.AsBatch("t"), "INV-REQUISITION-USED", func(tx *pg.Tx) error { _, err := h.svc.IssueList(ctx, tx, l); return err })
	c := send(l, "2026-11-13", "A", "500")
	want(t, h.submit(c).Submission.Verdict, invoicing.Refused, "INV-NO-LIST")
	h.fails(pg.AsBatch("t"), "INV-LIST-INCOMPLETE", func(tx *pg.Tx) error {
		_, err := h.svc.IssueList(ctx, tx, invoicing.List{Requisition: "X"})
		return err
	})
}

func TestFiles(t *testing.T) {
	t.Parallel()
	h := build(t)
	var sha string
	h.as(pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error {
		f, err := h.svc.StoreFile(ctx, tx, "M2", `C:\x\in"voice.pdf`, []byte("%PDF-1.7 …"))
		if f.Name != "invoice.pdf" || f.ContentType != "application/pdf" {
			t.Errorf("%+v", f)
		}
		sha = f.SHA256
		if err == nil {
			_, err = h.svc.StoreFile(ctx, tx, "M2", "again.pdf", []byte("%PDF-1.7 …"))
		}
		return err
	})
	h.as(pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error {
		f, err := h.svc.OpenFile(ctx, tx, "M2", sha)
		if string(f.Content) != "%PDF-1.7 …" || f.Name != "invoice.pdf" {
			t.Errorf("%+v", f)
		}
		f2, _ := h.svc.StoreFile(ctx, tx, "M2", "", []byte("<script>"))
		if f2.ContentType != "application/octet-stream" {
			t.Errorf("%+v", f2)
		}
		return err
	})
	h.fails(pg.AsMerchant("M9", "x"), "INV-NOT-FOUND", func(tx *pg.Tx) error { _, err := h.svc.OpenFile(ctx, tx, "M2", sha); return err })
	h.fails(pg.AsMerchant("M2", "x"), "INV-FILE-SIZE", func(tx *pg.Tx) error {
		_, err := h.svc.StoreFile(ctx, tx, "M2", "big", make([]byte, invoicing.MaxFile+1))
		return err
	})
}

func TestStates(t *testing.T) {
	t.Parallel()
	all := []invoicing.State{invoicing.StateOpen, invoicing.StateAccepted, invoicing.StatePaid, invoicing.StateWithdrawn}
	legal := map[string]bool{"open accepted": true, "open withdrawn": true, "accepted open": true, "accepted paid": true, "paid accepted": true}
	for _, a := range all {
		for _, b := range all {
			r, err := invoicing.Requisition{State: a}.To(b, time.Time{}, "x")
			if key := string(a) + " " + string(b); (err == nil) != legal[key] || (err == nil && r.State != b) {
				t.Errorf("%s: %v", key, err)
			}
		}
	}
}
