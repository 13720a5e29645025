package orders

import (
	"bytes"
	"context"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/money"
)

// loadReference loads what everything else refers to, kind by kind.
func (l *load) loadReference(ctx context.Context) error {
	cur := l.openStage(reference)
	var all []staged
	for {
		got, err := cur.fetch(ctx, l.b.tx, 10000)
		if err != nil {
			return err
		}
		if len(got) == 0 {
			break
		}
		all = append(all, got...)
	}
	if err := cur.close(ctx, l.b.tx); err != nil {
		return err
	}
	if len(all) == 0 {
		return l.b.prepare(ctx, l.min, l.max)
	}
	records, err := l.decodeAll(all)
	if err != nil {
		return err
	}
	before, err := countReference(ctx, l.b.tx)
	if err != nil {
		return err
	}
	refused := l.report.Rejected
	var es picked[entities.Entity]
	var regions picked[[]entities.Region]
	for i, r := range records {
		if e, ok := r.(*entityRecord); ok {
			es.add(i, e.entity())
			regions.add(i, e.regions())
		}
	}
	if err := saveEach(l, all, es, func(es []entities.Entity) error { return entities.SaveEntities(ctx, l.b.tx, es) }); err != nil {
		return err
	}
	for i := range regions.rows {
		one := picked[[]entities.Region]{at: regions.at[i : i+1], rows: regions.rows[i : i+1]}
		if err := saveEach(l, all, one, func(rs [][]entities.Region) error { return entities.SaveRegions(ctx, l.b.tx, rs[0]) }); err != nil {
			return err
		}
	}
	if err := l.b.prepare(ctx, l.min, l.max); err != nil {
		return err
	}
	n, err := l.applyReference(ctx, all, records)
	if err != nil {
		return err
	}
	after, err := countReference(ctx, l.b.tx)
	l.b.fresh += after - before
	l.b.repeated += max(0, int64(n+len(es.rows))-(l.report.Rejected-refused)-(after-before))
	return err
}

// picked are the rows of one kind among a file's reference facts, each with its place among them.
type picked[T any] struct {
	at   []int
	rows []T
}

func (p *picked[T]) add(i int, row T) { p.at, p.rows = append(p.at, i), append(p.rows, row) }

// saveEach hands rows to a verb that takes all or refuses all. Where it refuses, halving finds the lines that it means, and the others are kept.
func saveEach[T any](l *load, all []staged, p picked[T], save func([]T) error) error {
	if len(p.rows) == 0 {
		return nil
	}
	err := save(p.rows)
	fs := fault.All(err)
	if err == nil || len(fs) == 0 {
		return err
	}
	for _, f := range fs {
		if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
			return err
		}
	}
	if len(p.rows) == 1 {
		return l.refuse(all[p.at[0]].n, all[p.at[0]].raw, fs)
	}
	half := len(p.rows) / 2
	if err := saveEach(l, all, picked[T]{p.at[:half], p.rows[:half]}, save); err != nil {
		return err
	}
	return saveEach(l, all, picked[T]{p.at[half:], p.rows[half:]}, save)
}

// applyReference hands merchants, certifications and rates to entities, and keeps products. It says how many it handed over.
func (l *load) applyReference(ctx context.Context, all []staged, records []record) (int, error) {
	var ms picked[entities.Merchant]
	var cs picked[entities.Certification]
	var rs picked[entities.Rate]
	var products []int
	for i, r := range records {
		switch x := r.(type) {
		case *merchantRecord:
			ms.add(i, x.merchant())
		case *certificationRecord:
			cs.add(i, x.certification())
		case *rateRecord:
			rs.add(i, entities.Rate{Entity: x.Entity, Base: money.Currency(x.From), Quote: money.Currency(x.To), On: x.day, Rate: x.rate, Source: x.Source})
		case *productRecord:
			products = append(products, i)
		}
	}
	n := len(ms.rows) + len(cs.rows) + len(rs.rows)
	if err := saveEach(l, all, ms, func(ms []entities.Merchant) error { return entities.SaveMerchants(ctx, l.b.tx, ms) }); err != nil {
		return 0, err
	}
	if err := l.loadProductRecords(ctx, all, records, products); err != nil {
		return 0, err
	}
	if err := saveEach(l, all, cs, func(cs []entities.Certification) error { return entities.Certify(ctx, l.b.tx, cs) }); err != nil {
		return 0, err
	}
	if err := saveEach(l, all, rs, func(rs []entities.Rate) error { return entities.SaveRates(ctx, l.b.tx, rs) }); err != nil {
		return 0, err
	}
	return n, l.b.flush(ctx)
}

// loadProductRecords adds products, and to those that stand the fees and ratings with later dates. A date that stands with another
// rate is refused, since lines were placed under it.
func (l *load) loadProductRecords(ctx context.Context, all []staged, records []record, at []int) error {
	var merchants, ids, owners []string
	for _, i := range at {
		p := records[i].(*productRecord)
		merchants, ids, owners = append(merchants, p.Merchant), append(ids, p.Product), append(owners, p.Merchant)
	}
	if err := l.b.loadMerchants(ctx, owners); err != nil {
		return err
	}
	if err := l.b.readProducts(ctx, merchants, ids); err != nil {
		return err
	}
	for _, i := range at {
		p := records[i].(*productRecord)
		k := p.Merchant + "\x00" + p.Product
		old := l.b.products[k]
		if fs := l.b.checkProduct(p, old); len(fs) > 0 {
			if err := l.refuse(all[i].n, all[i].raw, fs); err != nil {
				return err
			}
			continue
		}
		if old != nil && bytes.Equal(old.hash, p.hash) {
			l.b.repeated++
			continue
		}
		l.b.fresh++
		l.b.rows.products = append(l.b.rows.products, p)
		l.b.products[k] = old.with(p)
	}
	return nil
}

func (b *batch) checkProduct(p *productRecord, old *product) fault.Faults {
	if fs := b.needMerchant(p.Merchant); fs != nil {
		return fs
	}
	if old == nil {
		return nil
	}
	var fs fault.Faults
	for i, f := range p.Fees {
		for _, o := range old.fees {
			if o.from.Equal(f.from) && (!o.rate.Equal(f.rate) || o.policy != f.Policy) {
				fs = append(fs, fault.New(fault.Conflict, "FEED-CHANGED", index("platformFees", i, "rate"), fault.Args{"kind": "platformFee", "id": p.factID() + " " + f.From}))
			}
		}
	}
	return fs
}

// with is a product after a record was added to it.
func (p *product) with(r *productRecord) *product {
	out := &product{hash: r.hash}
	if p != nil {
		out.fees, out.ratings = append(out.fees, p.fees...), append(out.ratings, p.ratings...)
	}
	for _, f := range r.Fees {
		out.addFee(fee{f.from, f.rate, f.Policy})
	}
	if r.rating != nil {
		out.ratings = append(out.ratings, rating{r.ratingFrom, *r.rating})
	}
	return out
}

func (p *product) addFee(f fee) {
	at := len(p.fees)
	for i, o := range p.fees {
		if o.from.Equal(f.from) {
			return
		}
		if o.from.After(f.from) {
			at = i
			break
		}
	}
	p.fees = append(p.fees[:at], append([]fee{f}, p.fees[at:]...)...)
}

// ratingAt is the rating in force when an order was placed.
func (p *product) ratingAt(t time.Time) *rating {
	for i := len(p.ratings) - 1; i >= 0; i-- {
		if !p.ratings[i].from.After(t) {
			return &p.ratings[i]
		}
	}
	return nil
}

// loadFree applies usage, credit, adjustments, payments to and by merchants and openings in the order in which they happened, then corrections.
func (l *load) loadFree(ctx context.Context) error {
	for _, p := range []phase{free, last} {
		cur := l.openStage(p)
		for {
			got, err := cur.fetch(ctx, l.b.tx, 8000)
			if err != nil {
				return err
			}
			if len(got) == 0 {
				break
			}
			if err := l.applyFree(ctx, got); err != nil {
				return err
			}
		}
		if err := cur.close(ctx, l.b.tx); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) applyFree(ctx context.Context, work []staged) error {
	records, err := l.decodeAll(work)
	if err != nil {
		return err
	}
	var merchants, instances []string
	for _, r := range records {
		switch x := r.(type) {
		case *usageRecord:
			instances = append(instances, x.Instance)
		case *adjustmentRecord:
			merchants = append(merchants, x.Merchant)
		case *payoutRecord:
			merchants = append(merchants, x.Merchant)
		case *merchantPaymentRecord:
			merchants = append(merchants, x.Merchant)
		case *openingRecord:
			merchants = append(merchants, x.Merchant)
		}
	}
	if err := l.b.loadMerchants(ctx, merchants); err != nil {
		return err
	}
	if err := l.b.loadInstances(ctx, instances); err != nil {
		return err
	}
	keys := make([]standingKey, 0, len(records))
	for _, r := range records {
		if k := r.(freeRecord).stands(l.b); k.kind != "" {
			keys = append(keys, k)
		}
	}
	if err := l.b.loadStanding(ctx, keys); err != nil {
		return err
	}
	for i, r := range records {
		fs, err := l.b.applyFree(ctx, r.(freeRecord))
		if err != nil {
			return err
		}
		if len(fs) > 0 {
			if err := l.refuse(work[i].n, work[i].raw, fs); err != nil {
				return err
			}
		}
	}
	return l.b.flush(ctx)
}

// applyFree applies one fact outside of orders, unless it stands already.
func (b *batch) applyFree(ctx context.Context, r freeRecord) (fault.Faults, error) {
	k := r.stands(b)
	if again, fs := b.repeats(k, r.head().hash); again {
		return fs, nil
	}
	fs, err := r.applyFree(ctx, b)
	if err == nil && len(fs) == 0 && k.kind != "" {
		b.standing[k] = r.head().hash
	}
	return fs, err
}
