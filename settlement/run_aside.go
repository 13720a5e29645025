package settlement

import (
	"context"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// bills makes an entity's bills, some merchants a transaction.
func (r *run) bills(ctx context.Context, opt RunOptions) (EntityResult, error) {
	if r.result.Early {
		return r.result, nil
	}
	size := opt.Chunk
	if size <= 0 {
		size = 1000
	}
	db := r.svc.DB
	var aside fault.Faults
	for at := 0; at < len(r.merchants); at += size {
		bad, err := r.billEach(ctx, opt, r.merchants[at:min(at+size, len(r.merchants))])
		if err != nil {
			return r.result, err
		}
		aside = append(aside, bad...)
		opt.Progress(min(at+size, len(r.merchants)), len(r.merchants), r.entity)
	}
	err := db.InTx(ctx, opt.actor(), func(tx *pg.Tx) error {
		if len(aside) > 0 {
			return r.tally(ctx, tx) // not finished: those set aside are still to be billed
		}
		if err := finishRun(ctx, tx, r.entity, r.month); err != nil {
			return err
		}
		return r.tally(ctx, tx)
	})
	r.result.Aside = aside
	return r.result, err
}

// billEach bills some merchants in one transaction. Where a bill cannot be made, halving finds whose it is; that merchant is set aside with its
// faults, and the others are billed.
func (r *run) billEach(ctx context.Context, opt RunOptions, merchants []string) (aside fault.Faults, err error) {
	err = r.svc.DB.InTx(ctx, opt.actor(), func(tx *pg.Tx) error { return r.bill(ctx, tx, merchants) })
	fs := fault.All(err)
	if err == nil || len(fs) == 0 {
		return nil, err
	}
	for _, f := range fs {
		if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
			return nil, err
		}
	}
	if len(merchants) == 1 {
		return fs, nil
	}
	half := len(merchants) / 2
	for _, part := range [][]string{merchants[:half], merchants[half:]} {
		bad, err := r.billEach(ctx, opt, part)
		if err != nil {
			return aside, err
		}
		aside = append(aside, bad...)
	}
	return aside, nil
}
