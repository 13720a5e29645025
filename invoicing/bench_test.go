package invoicing_test

import (
	"fmt"
	"sort"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/invoicing"
	"suanpan/ledger"
)

// BenchmarkSubmitWithPost is 32 merchants at a time submitting an invoice that is accepted, with its posting and without, in turn: what the ledger
// adds to a real business transaction.
func BenchmarkSubmitWithPost(b *testing.B) {
	const rounds, each, callers = 5, 1600, 32
	db := pgtest.Durable(b)
	svc := &invoicing.Service{}
	in := func(fn func(tx *pg.Tx) error) {
		if err := db.InTx(ctx, pg.AsBatch("bench"), fn); err != nil {
			b.Fatal(err)
		}
	}
	in(func(tx *pg.Tx) error {
		if err := entities.SeedKnown(ctx, tx); err != nil {
			return err
		}
		return ledger.OpenBooks(ctx, tx, []ledger.Book{{Code: "5541", Zone: "Asia/Singapore"}})
	})
	no := 0
	issued := func() []invoicing.List {
		lists := make([]invoicing.List, each)
		in(func(tx *pg.Tx) error {
			for i := range lists {
				no++
				l := plain().Lists[0]
				l.Version, l.Requisition, l.Merchant = 0, fmt.Sprintf("REQ-B%d", no), fmt.Sprintf("M%d", no%500)
				lists[i] = l
				if _, err := svc.IssueList(ctx, tx, l); err != nil {
					return err
				}
			}
			return nil
		})
		return lists
	}
	rate := func() float64 {
		lists := issued()
		var next atomic.Int64
		var wg sync.WaitGroup
		start := time.Now()
		for range callers {
			wg.Go(func() {
				for {
					i := int(next.Add(1)) - 1
					if i >= len(lists) {
						return
					}
					c := send(lists[i], "2026-11-13", lists[i].Requisition+"-", "471.60")
					err := db.InTx(ctx, pg.AsMerchant(c.Merchant, "seller"), func(tx *pg.Tx) error {
						out, err := svc.Submit(ctx, tx, c)
						if err == nil && out.Submission.Verdict.Outcome != invoicing.Accepted {
							err = fmt.Errorf("%s: %v", c.Requisition, out.Submission.Verdict)
						}
						return err
					})
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		return each / time.Since(start).Seconds()
	}
	var with, without []float64
	for range rounds {
		invoicing.WithoutPosting(func() { without = append(without, rate()) })
		with = append(with, rate())
	}
	sort.Float64s(with)
	sort.Float64s(without)
	b.ReportMetric(with[rounds/2], "tx/s")
	b.ReportMetric(without[rounds/2], "tx/s-without")
	b.ReportMetric(with[rounds/2]/without[rounds/2], "ratio")
	b.ReportMetric(0, "ns/op")
}
