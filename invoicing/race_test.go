package invoicing_test

import (
	"sync"
	"testing"
	"time"

	"suanpan/internal/pg"
	"suanpan/invoicing"
)

// Several uploads that would each answer the list arrive at once: one is accepted, the others learn that it is answered.
func TestUploadsAtTheSameMoment(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.svc.Events = invoicing.Events{} // what they write down is not meant for many at once
	l := h.list()
	l.Fields = nil // nothing to fill in: no row of theirs makes the uploads wait for one another
	h.issue(l)
	h.clock.Add(time.Hour)
	const callers = 8
	outcomes := make(chan invoicing.Outcome, callers)
	var wg sync.WaitGroup
	for n := range callers {
		wg.Go(func() {
			c := send(l, "2026-11-13", string(rune('A'+n)), "471.60")
			err := h.db.InTx(ctx, pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error {
				r, err := h.svc.Submit(ctx, tx, c)
				outcomes <- r.Submission.Verdict.Outcome
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(outcomes)
	accepted := 0
	for o := range outcomes {
		if o == invoicing.Accepted {
			accepted++
		}
	}
	if accepted != 1 {
		t.Errorf("%d accepted, want 1", accepted)
	}
	d := h.detail("REQ-1")
	if len(d.Submissions) != callers || d.Attempt != 1 {
		t.Errorf("%d submissions, attempt %d", len(d.Submissions), d.Attempt)
	}
}
