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
	run := &submitting{db: db, svc: svc, each: each, callers: callers}
	var with, without []float64
	for range rounds {
		invoicing.WithoutPosting(func() { without = append(without, run.rate(b, in)) })
		with = append(with, run.rate(b, in))
	}
	sort.Float64s(with)
	sort.Float64s(without)
	b.ReportMetric(with[rounds/2], "tx/s")
	b.ReportMetric(without[rounds/2], "tx/s-without")
	b.ReportMetric(with[rounds/2]/without[rounds/2], "ratio")
	b.ReportMetric(0, "ns/op")
}

// submitting is one round of the benchmark after the other, each on lists of its own.
type submitting struct {
	db            *pg.DB
	svc           *invoicing.Service
	each, callers int
	no            int
}

func (r *submitting) issue(in func(func(*pg.Tx) error)) []invoicing.List {
	lists := make([]invoicing.List, r.each)
	in(func(tx *pg.Tx) error {
		for i := range lists {
			r.no++
			l := plain().Lists[0]
			l.Version, l.Requisition, l.Merchant = 0, fmt.Sprintf("REQ-B%d", r.no), fmt.Sprintf("M%d", r.no%500)
			lists[i] = l
			if _, err := r.svc.IssueList(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	return lists
}

func (r *submitting) submit(l invoicing.List) error {
	c := send(l, "2026-11-13", l.Requisition+"-", "471.60")
	return r.db.InTx(ctx, pg.AsMerchant(c.Merchant, "seller"), func(tx *pg.Tx) error {
		out, err := r.svc.Submit(ctx, tx, c)
		if err == nil && out.Submission.Verdict.Outcome != invoicing.Accepted {
			err = fmt.Errorf("%s: %v", c.Requisition, out.Submission.Verdict)
		}
		return err
	})
}

// rate is how many invoices a second all callers together submit.
func (r *submitting) rate(b *testing.B, in func(func(*pg.Tx) error)) float64 {
	lists := r.issue(in)
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range r.callers {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(lists)); i = next.Add(1) - 1 {
				if err := r.submit(lists[i]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(r.each) / time.Since(start).Seconds()
}
