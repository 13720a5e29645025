package orders

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/ledger"
)

// correctionKind: a fact was wrong and another takes its place. What it had posted is reversed and posted anew; a line that is on a bill
// already keeps its figures there, and the difference is a line of the next bill.
var correctionKind = kindDef{
	name: "correction", phase: last, rank: 0, make: func() record { return &correctionRecord{} },
	id: "correctionId",
	about: "Replaces a fact (order, payment, effectiveness, supervisionCompleted, refund) by another of the same id: reverses what it posted and posts anew. " +
		"A line that is billed already keeps its figures; the difference is a line of the next bill.",
	example: `{"kind":"correction","correctionId":"CR-1","reason":"tax was wrong","time":"20261012100000","fact":{"kind":"order","orderId":"CS2610051300A1","orderType":"NEW","createTime":"20261005130000","merchantId":"M1",` +
		`"buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"CS2610051300A1-000001","chargingMode":"PERIOD","periodType":"year","periodNumber":1,` +
		`"productInfo":{"productId":"P11"},"amount":"1200.00","amountAfterDiscount":"1130.00","taxAmount":"113.00","currencyCode":"USD"}]}}`,
	journal: []string{
		"earned/CS2610051300A1-000001/2 2026-10 5861 deferred_orders → indirect_tax USD 113",
		"earned/CS2610051300A1-000001/2 2026-10 5861 deferred_orders → merchant_unbilled USD 864.45",
		"earned/CS2610051300A1-000001/2 2026-10 5861 deferred_orders → platform_fee USD 152.55",
		"reversal/earned/CS2610051300A1-000001 2026-10 5861 indirect_tax → deferred_orders USD 130",
		"reversal/earned/CS2610051300A1-000001 2026-10 5861 merchant_unbilled → deferred_orders USD 850",
		"reversal/earned/CS2610051300A1-000001 2026-10 5861 platform_fee → deferred_orders USD 150",
		"reversal/taken/CS2610051300A1-000001 2026-10 5861 deferred_orders → customer_clearing USD 1130",
		"taken/CS2610051300A1-000001/2 2026-10 5861 customer_clearing → deferred_orders USD 1130",
	},
}

type correctionRecord struct {
	Head
	ID     string          `json:"correctionId"`
	Reason string          `json:"reason"`
	Time   string          `json:"time"`
	Fact   json.RawMessage `json:"fact"`

	at   time.Time
	fact record
}

func (r *correctionRecord) factID() string      { return r.ID }
func (r *correctionRecord) happened() time.Time { return r.at }

func (r *correctionRecord) check(c *checker) {
	c.id("correctionId", &r.ID)
	c.text("reason", &r.Reason, true)
	r.at = c.time("time", &r.Time, true)
	inner := &checker{zone: c.zone}
	fact, k, fs := decode(r.Fact, inner)
	for _, f := range fs {
		f.Path = "fact." + f.Path
		c.faults = append(c.faults, f)
	}
	if fact == nil {
		return
	}
	if k.phase != ordered {
		c.bad("COR-KIND", "fact.kind", fault.Args{"kind": k.name})
		return
	}
	r.fact = fact
	if body, err := json.Marshal(fact); err == nil { // the one normal form, so that the hash does not hang on spelling
		r.Fact = body
	}
}

// stands nowhere beforehand: whose order it corrects is only known once that is read.
func (r *correctionRecord) stands(*batch) standingKey { return standingKey{} }

func (r *correctionRecord) applyFree(ctx context.Context, b *batch) (fault.Faults, error) {
	if err := b.flush(ctx); err != nil { // what it corrects may stand in the same file
		return nil, err
	}
	if err := b.lookUp(ctx, []record{r.fact}); err != nil {
		return nil, err
	}
	o := b.orders[r.fact.orderRef()]
	if o == nil {
		return fault.Faults{fault.New(fault.NotFound, "COR-UNKNOWN", "fact.orderId", fault.Args{"kind": r.fact.head().Kind, "id": r.fact.orderRef()})}, nil
	}
	if seen, err := selectCorrection(ctx, b.tx, o.merchant, r.ID); err != nil {
		return nil, err
	} else if seen != nil {
		return b.sameFact(correctionKind.name, r.ID, r.hash, seen), nil
	}
	before := make([]Derived, len(o.lines))
	snapshot, err := json.Marshal(snapshotOf(o))
	if err != nil {
		return nil, err
	}
	for i, s := range o.lines {
		if s.standing != nil { // credit was judged when the line was earned; that judgement stays
			s.Pool = &PoolEarned{Month: s.standing.cycle, At: s.standing.at, KnownAt: s.standing.known}
		}
		before[i] = s.Derive(b.tx.Now)
	}
	fs := b.replace(o, r)
	if len(fs) > 0 {
		return fs, nil
	}
	return b.repost(ctx, o, r, before, snapshot)
}

type orderSnapshot struct {
	Lines   []Line   `json:"lines"`
	Events  []Event  `json:"events"`
	Refunds []Refund `json:"refunds"`
}

func snapshotOf(o *order) orderSnapshot {
	var x orderSnapshot
	for _, s := range o.lines {
		x.Lines, x.Events, x.Refunds = append(x.Lines, s.Line), append(x.Events, s.Events...), append(x.Refunds, s.Refunds...)
	}
	return x
}

// replace puts the new fact in the old one's place, in memory.
func (b *batch) replace(o *order, c *correctionRecord) fault.Faults {
	unknown := func(id string) fault.Faults {
		return fault.Faults{fault.New(fault.NotFound, "COR-UNKNOWN", "fact", fault.Args{"kind": c.fact.head().Kind, "id": id})}
	}
	event := func(kind, line string, at time.Time, p *PaymentDetail) fault.Faults {
		found := false
		for _, s := range o.lines {
			if e := s.event(kind); e != nil && (line == "" || line == s.Line.ID) {
				e.At, e.KnownAt, found = at, b.known(&c.Head, c.at), true
				if p != nil {
					e.Payment = p
				}
			}
		}
		if !found {
			return unknown(o.id)
		}
		return nil
	}
	switch r := c.fact.(type) {
	case *orderRecord:
		return b.replaceOrder(o, c, r)
	case *paymentRecord:
		if _, f := b.zoneOf(r.Collector, "collectingEntity"); f != nil {
			f.Path = "fact.collectingEntity"
			return fault.Faults{f}
		}
		if f := r.owes(o); f != nil {
			f.Path = "fact.amount"
			return fault.Faults{f}
		}
		return event(Paid, "", r.at, &PaymentDetail{r.Method, r.Collector})
	case *effectiveRecord:
		return event(Effective, r.LineID, r.at, nil)
	case *supervisionRecord:
		return event(Completed, r.LineID, r.at, nil)
	case *refundRecord:
		for _, s := range o.lines {
			for i := range s.Refunds {
				if x := &s.Refunds[i]; x.ID == r.RefundID {
					if left := s.Line.Gross.Sub(s.refunded()).Add(x.Gross); r.amount.GreaterThan(left) {
						return fault.Faults{fault.New(fault.Conflict, "REF-AMOUNT", "fact.amount", fault.Args{"amount": r.amount, "left": left})}
					}
					x.Gross, x.Rule, x.At, x.KnownAt = r.amount, r.Rule, r.at, b.known(&c.Head, c.at)
					return nil
				}
			}
		}
		return unknown(r.RefundID)
	}
	return fault.Faults{fault.New(fault.Invalid, "COR-KIND", "fact.kind", fault.Args{"kind": c.fact.head().Kind})}
}

func (b *batch) replaceOrder(o *order, c *correctionRecord, r *orderRecord) fault.Faults {
	r.setKnown(b.known(&c.Head, c.at))
	lines, fs := r.lines(b)
	if len(fs) > 0 {
		return fs
	}
	if r.Merchant != o.merchant || len(lines) != len(o.lines) {
		return fault.Faults{fault.New(fault.Invalid, "COR-OTHER", "fact.merchantId", fault.Args{"what": "merchant or number of lines"})}
	}
	for _, l := range lines {
		s, f := o.one(l.ID)
		if f != nil {
			return fault.Faults{f}
		}
		if s.refunded().GreaterThan(l.Gross) {
			return fault.Faults{fault.New(fault.Conflict, "REF-AMOUNT", "fact.orderLine", fault.Args{"amount": s.refunded(), "left": l.Gross})}
		}
		if l.Entity != s.Line.Entity || l.Currency != s.Line.Currency || l.Mode != s.Line.Mode {
			return fault.Faults{fault.New(fault.Invalid, "COR-OTHER", "fact.orderLine", fault.Args{"what": "entity, currency or charging mode"})}
		}
		fresh := b.state(l)
		s.Line, s.FeeRate, s.FeeKnown = l, fresh.FeeRate, fresh.FeeKnown
	}
	return nil
}

// reposting is one line of a corrected order: what it amounted to, what it does now, and what of it is on a bill.
type reposting struct {
	s             *State
	before, after Derived
	earned        bool
	billed        map[string]bool
}

// plan derives the lines anew. A billed line has to stay earned: what the customer got back is a refund, not a correction.
func (b *batch) plan(ctx context.Context, o *order, before []Derived) ([]reposting, fault.Faults, error) {
	var fs fault.Faults
	out := make([]reposting, len(o.lines))
	for i, s := range o.lines {
		p := reposting{s: s, before: before[i], earned: s.standing != nil, billed: map[string]bool{}}
		s.standing = nil
		s.Attempt++
		p.after = s.Derive(b.tx.Now)
		if b.billed != nil && len(p.before.Earned) > 0 {
			ids := make([]string, len(p.before.Earned))
			for j, e := range p.before.Earned {
				ids[j] = e.ID
			}
			var err error
			if p.billed, err = b.billed(ctx, b.tx, s.Line.Merchant, ids); err != nil {
				return nil, nil, err
			}
		}
		if p.billed[s.Line.ID] && len(p.after.Earned) == 0 {
			fs = append(fs, fault.New(fault.Conflict, "COR-BILLED", "fact", fault.Args{"line": s.Line.ID}))
		}
		out[i] = p
	}
	return out, fs, nil
}

// repost reverses what the lines had posted, posts what they amount to now, and brings their earned figures into line.
func (b *batch) repost(ctx context.Context, o *order, c *correctionRecord, before []Derived, snapshot []byte) (fault.Faults, error) {
	known := b.known(&c.Head, c.at)
	plan, fs, err := b.plan(ctx, o, before)
	if len(fs) > 0 || err != nil {
		return fs, err
	}
	var undo []ledger.Reversal
	for _, p := range plan {
		for j := range p.after.Entries { // heard of now: an entry of a closed month enters the open one
			p.after.Entries[j].KnownAt = latest(p.after.Entries[j].KnownAt, known)
		}
		for _, e := range p.before.Entries {
			undo = append(undo, ledger.Reversal{Merchant: e.Merchant, Key: e.Key, OccurredAt: c.at, KnownAt: known})
		}
		b.entries = append(b.entries, p.after.Entries...)
		if !p.after.Due.IsZero() { // a condition that now lies ahead comes true in its time
			b.rows.timers = append(b.rows.timers, timerRow{p.s.Line.Merchant, p.s.Line.ID, p.after.Due})
		}
		for _, m := range p.after.Used {
			if err := setMovement(ctx, b.tx, m.ID, m.Amount, m.At); err != nil {
				return nil, err
			}
		}
		if p.earned || len(p.after.Earned) > 0 {
			if err := b.correctEarned(ctx, p, c, known); err != nil {
				return nil, err
			}
		}
		if err := updateState(ctx, b.tx, p.s); err != nil {
			return nil, err
		}
	}
	if _, err := ledger.Reverse(ctx, b.tx, undo...); err != nil {
		return nil, err
	}
	after, err := json.Marshal(snapshotOf(o))
	if err != nil {
		return nil, err
	}
	b.fresh++
	if err := insertCorrection(ctx, b.tx, o, c, snapshot, after); err != nil {
		return nil, err
	}
	return nil, b.flush(ctx)
}

// correctEarned replaces the figures of lines on no bill yet; for a billed one it adds the difference as a line of its own.
func (b *batch) correctEarned(ctx context.Context, p reposting, c *correctionRecord, known time.Time) error {
	now := map[string]Earned{}
	for _, e := range p.after.Earned {
		now[e.ID] = e
	}
	for _, old := range p.before.Earned {
		e, still := now[old.ID]
		delete(now, old.ID)
		if !p.billed[old.ID] {
			if err := replaceEarned(ctx, b.tx, old, e, still); err != nil {
				return err
			}
			continue
		}
		d := difference(e, old)
		if d.Gross.IsZero() && d.Tax.IsZero() && d.CustomerWHT.IsZero() && d.Share.IsZero() && d.Settlement.IsZero() {
			continue // only its time was wrong, and that bill stands
		}
		d.ID, d.Kind, d.OrderLine = fmt.Sprintf("%s/C/%s", old.ID, c.ID), "correction", old.OrderLine
		d.Merchant, d.Entity, d.Currency, d.Product = old.Merchant, old.Entity, old.Currency, old.Product
		d.FeeRate, d.Note, d.EarnedAt, d.KnownAt = old.FeeRate, c.Reason, c.at, latest(known, c.at)
		d.Cycle = period.MonthOf(c.at, p.s.zone)
		b.rows.earned = append(b.rows.earned, d)
	}
	for _, e := range p.after.Earned {
		if _, fresh := now[e.ID]; fresh {
			b.rows.earned = append(b.rows.earned, e)
		}
	}
	return nil
}

func difference(now, old Earned) Earned {
	d := Earned{
		Gross: now.Gross.Sub(old.Gross), Tax: now.Tax.Sub(old.Tax), CustomerWHT: now.CustomerWHT.Sub(old.CustomerWHT), Base: now.Base.Sub(old.Base),
		Fee: now.Fee.Sub(old.Fee), Share: now.Share.Sub(old.Share), SellerTax: now.SellerTax.Sub(old.SellerTax), Settlement: now.Settlement.Sub(old.Settlement),
		SellerTaxes: map[string]decimal.Decimal{},
	}
	for k, v := range now.SellerTaxes {
		d.SellerTaxes[k] = d.SellerTaxes[k].Add(v)
	}
	for k, v := range old.SellerTaxes {
		d.SellerTaxes[k] = d.SellerTaxes[k].Sub(v)
	}
	return d
}
