package orders

import (
	"bytes"
	"context"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
)

// loadReference loads what everything else refers to, kind by kind.
func (l *load) loadReference(ctx context.Context) error {
	cur := openStage(reference)
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
	records, err := l.decodeAll(all)
	if err != nil {
		return err
	}
	var es []entities.Entity
	for _, r := range records {
		if e, ok := r.(*entityRecord); ok {
			es = append(es, e.entity())
		}
	}
	if len(es) > 0 {
		if err := entities.SaveEntities(ctx, l.b.tx, es); err != nil {
			return err
		}
	}
	if err := l.b.prepare(ctx, l.min, l.max); err != nil {
		return err
	}
	return l.applyReference(ctx, all, records)
}

// applyReference hands merchants, certifications and rates to entities, and keeps products.
func (l *load) applyReference(ctx context.Context, all []staged, records []record) error {
	var ms []entities.Merchant
	var cs []entities.Certification
	var rs []entities.Rate
	var products []int
	for i, r := range records {
		switch x := r.(type) {
		case *merchantRecord:
			ms = append(ms, x.merchant())
			l.b.merchants[x.Merchant] = true
		case *certificationRecord:
			cs = append(cs, x.certification())
		case *rateRecord:
			rs = append(rs, entities.Rate{Entity: x.Entity, Base: moneyOf(x.From), Quote: moneyOf(x.To), On: x.day, Rate: x.rate, Source: x.Source})
		case *productRecord:
			products = append(products, i)
		}
	}
	if err := entities.SaveMerchants(ctx, l.b.tx, ms); err != nil {
		return err
	}
	if err := l.loadProductRecords(ctx, all, records, products); err != nil {
		return err
	}
	if err := entities.Certify(ctx, l.b.tx, cs); err != nil {
		return err
	}
	if err := entities.SaveRates(ctx, l.b.tx, rs); err != nil {
		return err
	}
	return l.b.flush(ctx)
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
	if !b.merchants[p.Merchant] {
		return fault.Faults{fault.New(fault.NotFound, "FEED-UNKNOWN-MERCHANT", "merchantId", fault.Args{"merchant": p.Merchant})}
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

// loadFree applies usage, credit, adjustments, payouts and openings in the order in which they happened, then corrections.
func (l *load) loadFree(ctx context.Context) error {
	for _, p := range []phase{free, last} {
		cur := openStage(p)
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
	for i, r := range records {
		fs, err := r.(interface {
			applyFree(context.Context, *batch) (fault.Faults, error)
		}).applyFree(ctx, l.b)
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
