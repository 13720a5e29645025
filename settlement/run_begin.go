package settlement

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// shut ends the month for facts in the books whose run instant has come, before anything of it is read: what was being posted into it is there by
// then, and what comes meanwhile enters the next month. It is a transaction of its own, so that postings wait only for each other's end and not
// for the preparation of the run. It gives the books it has ended.
func shut(ctx context.Context, tx *pg.Tx, month period.Month, codes []string) ([]string, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	var due []string
	for _, code := range codes {
		if !tx.Now.Before(dir.RunInstant(code, month)) {
			due = append(due, code)
		}
	}
	if len(due) == 0 {
		return nil, nil
	}
	return due, ledger.BeginRun(ctx, tx, due, month)
}

// begin opens the runs of a month or takes up those that were begun: earns what a month's end decides, in all books before any is billed, and
// fixes what each run will bill. An entity that is not due is left alone; a dry run asks no day.
func (s *Service) begin(ctx context.Context, tx *pg.Tx, month period.Month, codes, due []string, opt RunOptions) ([]*run, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	rates, err := entities.RatesBetween(ctx, tx, month.LastDay().Add(-400), month.LastDay())
	if err != nil {
		return nil, err
	}
	runs := make([]*run, len(codes))
	var fresh []*run
	var prepare []string
	for i, code := range codes {
		day, _ := dir.RunDay(code, month)
		r := &run{svc: s, dry: opt.DryRun, dir: dir, rates: rates, month: month, entity: code, zone: dir.Zone(code)}
		r.result = EntityResult{Entity: code, RunDay: day, Instant: dir.RunInstant(code, month), Amounts: map[string]decimal.Decimal{}}
		runs[i] = r
		if r.result.Early = !slices.Contains(due, code) && !opt.DryRun; r.result.Early {
			continue
		}
		cutoff, err := beginRun(ctx, tx, r, opt.User)
		if err != nil {
			return nil, err
		}
		if cutoff != nil {
			r.cutoff = *cutoff
			continue
		}
		r.cutoff = tx.Now
		fresh, prepare = append(fresh, r), append(prepare, code)
	}
	if err := s.Orders.PrepareRun(ctx, tx, dir, prepare, month); err != nil {
		return nil, err
	}
	for _, r := range fresh {
		if err := r.close(ctx, tx); err != nil {
			return nil, err
		}
	}
	for _, r := range runs {
		if r.result.Early {
			continue
		}
		if r.merchants, err = selectRunMerchants(ctx, tx, r); err != nil {
			return nil, err
		}
		if r.sales, err = selectSaleCurrencies(ctx, tx, r.entity); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

// close ends the preparation of a run: what is written here by now is what it bills.
func (r *run) close(ctx context.Context, tx *pg.Tx) error {
	if err := r.increment(ctx, tx); err != nil {
		return err
	}
	return setCutoff(ctx, tx, r.entity, r.month)
}
