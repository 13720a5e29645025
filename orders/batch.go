package orders

import (
	"context"
	"sort"
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/orders/metering"
)

// RunDue posts what became due by business time: lines whose announced condition came true. It works on a bounded number of lines and
// says how many it did; call it until that is none.
func (svc *Service) RunDue(ctx context.Context, tx *pg.Tx) (int, error) {
	b := newBatch(tx, false)
	states, err := b.dueStates(ctx)
	if err != nil || len(states) == 0 {
		return 0, err
	}
	for _, s := range states {
		b.touch(s)
	}
	if err := b.flush(ctx); err != nil {
		return 0, err
	}
	return len(states), deleteTimers(ctx, tx, states)
}

// PrepareRun earns, for the run of a month in some entities' books, what only a month's end can decide: usage is rated into its lines, customers'
// credit is judged, and lines that waited for a fee get it. All usage is rated before any credit is judged, since a customer's pool spans the books.
// Repeating it adds nothing. A run's postings enter the month it runs, whatever hour it really starts.
func (svc *Service) PrepareRun(ctx context.Context, tx *pg.Tx, dir *entities.Directory, codes []string, month period.Month) error {
	cal, err := ledger.LoadCalendar(ctx, tx)
	if err != nil {
		return err
	}
	books := make([]*running, len(codes))
	for i, code := range codes {
		b := newBatch(tx, false)
		b.dir, b.cal = dir, cal
		books[i] = &running{b: b, entity: code, month: month, instant: dir.RunInstant(code, month), zone: dir.Zone(code)}
		if err := books[i].rateUsage(ctx); err != nil {
			return err
		}
		if err := books[i].takeUsage(ctx); err != nil {
			return err
		}
	}
	for _, r := range books {
		if err := r.earnWaiting(ctx); err != nil {
			return err
		}
	}
	return nil
}

// running is the preparation of one month's run in one book.
type running struct {
	b       *batch
	entity  string
	month   period.Month
	instant time.Time // facts known from here on belong to a later run
	zone    *time.Location
}

// rateUsage turns the usage records that this run takes into usage lines.
func (r *running) rateUsage(ctx context.Context) error {
	lines, err := r.b.loadStates(ctx, `l.entity = $1 AND l.mode = 'ON_DEMAND' AND EXISTS (
		SELECT 1 FROM usage_record u WHERE u.merchant_id = l.merchant_id AND u.instance_id = l.terms->>'instanceId' AND u.known_at < $2)`, r.entity, r.instant)
	if err != nil {
		return err
	}
	for _, s := range lines {
		if r.ratingOf(s).collected() {
			if err := r.sumCharges(ctx, s); err != nil {
				return err
			}
			continue
		}
		records, err := selectUsage(ctx, r.b.tx, s.Line.Merchant, s.Line.Terms.Instance, r.instant)
		if err != nil {
			return err
		}
		packages, err := r.b.packagesOf(ctx, s.Line, r.instant)
		if err != nil {
			return err
		}
		if err := r.rateInstance(s, records, packages); err != nil {
			return err
		}
	}
	return r.b.flush(ctx)
}

// ratingOf is the rating a line was placed under; nil: the line is held as RATING-MISSING.
func (r *running) ratingOf(s *State) *rating {
	p := r.b.products[s.Line.Merchant+"\x00"+s.Line.Product]
	if p == nil {
		return nil
	}
	return p.ratingAt(s.Line.PlacedAt)
}

// collected tells whether usage under a rating is charged by the hour or day, so that a run only sums what was charged.
func (r *rating) collected() bool { return r != nil && r.rating.Cycle != "" }

// sumCharges makes the usage lines of an instance that is collected by the hour or day out of what collections charged. A charge belongs to the
// first run after it was made; what a collection has charged is not rated again.
func (r *running) sumCharges(ctx context.Context, s *State) error {
	charges, err := selectMetered(ctx, r.b.tx, s.Line.Merchant, s.Line.Terms.Instance, r.instant)
	if err != nil {
		return err
	}
	sums := usageSums{}
	for _, c := range charges {
		heard := c.cycle
		for heard.Before(r.month) && !c.heard.Before(r.b.dir.RunInstant(r.entity, heard)) {
			heard = heard.Next()
		}
		if c.cycle.After(r.month) {
			continue
		}
		sums.at(r, s, c.cycle, heard).add(c)
	}
	r.keep(s, sums)
	return nil
}

// usageCell is a usage line before it has a number: month of consumption, and the month whose run makes it.
type usageCell struct{ cycle, heard period.Month }

type usageSums map[usageCell]*UsageLine

func (u usageSums) at(r *running, s *State, cycle, heard period.Month) *UsageLine {
	k := usageCell{cycle, heard}
	if u[k] == nil {
		u[k] = &UsageLine{
			Merchant: s.Line.Merchant, ID: usageLineID(s.Line.ID, cycle, heard), OrderLine: s.Line.ID, Cycle: cycle, Heard: heard,
			at: cycle.LastInstant(r.zone), hash: []byte{},
		}
	}
	return u[k]
}

func (r *running) keep(s *State, sums usageSums) {
	for _, k := range sortedKeys(sums, func(a, b usageCell) bool {
		return a.cycle.Before(b.cycle) || a.cycle == b.cycle && a.heard.Before(b.heard)
	}) {
		u := sums[k]
		s.price(u)
		r.b.rows.usageLines = append(r.b.rows.usageLines, *u)
	}
}

func (r *running) rateInstance(s *State, records []metering.Record, packages []metering.Package) error {
	rt := r.ratingOf(s)
	if rt == nil || len(records) == 0 {
		return nil // held as RATING-MISSING
	}
	first := r.month
	for _, u := range records {
		if m := period.MonthOf(u.Begin, r.zone); m.Before(first) {
			first = m
		}
	}
	var runs []metering.Run
	for m := first; !m.After(r.month); m = m.Next() {
		runs = append(runs, metering.Run{Month: m, At: r.b.dir.RunInstant(r.entity, m)})
	}
	res, err := metering.Rate(metering.Input{Rating: rt.rating, Zone: r.zone, Records: records, Packages: packages, Runs: runs})
	if err != nil {
		return err
	}
	sums := usageSums{}
	for _, c := range res.Charges {
		if c.Run >= len(runs) {
			continue
		}
		u := sums.at(r, s, c.Month, runs[c.Run].Month)
		u.Gross = u.Gross.Add(c.Amount) // price without tax until the line is whole
		u.Quantity = u.Quantity.Add(c.Record.Value)
		u.KnownAt = latest(u.KnownAt, c.Record.ReportedAt)
	}
	r.keep(s, sums)
	return nil
}

// price adds tax and the customer's withholding to a usage line's sum; every figure is fixed at eight decimals on the line, not per record.
func (s *State) price(u *UsageLine) {
	net := money.Fixed(u.Gross)
	if t := s.Line.Terms.TaxRate; t != nil {
		u.Tax = money.Fixed(net.Mul(*t))
	}
	if w := s.Line.Terms.CustomerWHTRate; w != nil {
		u.CustomerWHT = money.Fixed(net.Mul(*w))
	}
	u.Gross = net.Add(u.Tax)
}

// takeUsage posts usage as taken; on credit it is used from here on.
func (r *running) takeUsage(ctx context.Context) error {
	usage, err := r.waitingUsage(ctx)
	if err != nil {
		return err
	}
	for _, u := range usage {
		r.collect(u.state, u.state.deriveUsage(u.line, nil))
	}
	return r.b.flush(ctx)
}

// earnWaiting looks at every paid line that is not earned yet, and at every refund of an earned one that is not: credit is judged as of the
// month's end, a line that waited for its fee is computed, and a refund that went back in a later month than its order was earned follows it.
func (r *running) earnWaiting(ctx context.Context) error {
	lines, err := r.b.loadStates(ctx, `l.entity = $1 AND l.known_at < $2 AND l.mode <> 'ON_DEMAND' AND l.order_type NOT IN ('TRIAL', 'UNSUBSCRIBE')
		AND EXISTS (SELECT 1 FROM line_event e WHERE e.merchant_id = l.merchant_id AND e.line_id = l.line_id AND e.kind = 'paid')
		AND NOT EXISTS (SELECT 1 FROM earned_line x WHERE x.merchant_id = l.merchant_id AND x.line_id = l.line_id)`, r.entity, r.instant)
	if err != nil {
		return err
	}
	later, err := r.b.loadStates(ctx, `l.entity = $1 AND (l.merchant_id, l.line_id) IN (
		SELECT f.merchant_id, f.line_id FROM refund f JOIN earned_line o ON o.merchant_id = f.merchant_id AND o.line_id = f.line_id
		WHERE o.entity = $1 AND f.known_at < $2 AND NOT EXISTS (SELECT 1 FROM earned_line x WHERE x.merchant_id = f.merchant_id AND x.line_id = f.refund_id))`,
		r.entity, r.instant)
	if err != nil {
		return err
	}
	lines = append(lines, later...)
	usage, err := r.waitingUsage(ctx)
	if err != nil {
		return err
	}
	pools, err := r.judge(ctx, lines, usage)
	if err != nil {
		return err
	}
	for _, s := range lines {
		s.Pool = pools[r.poolOf(s, nil)]
		r.collect(s, s.Derive(r.b.tx.Now))
	}
	for _, u := range usage {
		r.collect(u.state, u.state.deriveUsage(u.line, pools[r.poolOf(u.state, &u.line)]))
	}
	return r.b.flush(ctx)
}

type waitingUsage struct {
	state *State
	line  UsageLine
}

func (r *running) waitingUsage(ctx context.Context) ([]waitingUsage, error) {
	lines, err := selectWaitingUsage(ctx, r.b.tx, r.entity, r.instant)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	var merchants, ids []string
	for _, u := range lines {
		merchants, ids = append(merchants, u.Merchant), append(ids, u.OrderLine)
	}
	states, err := r.b.loadStates(ctx, `(l.merchant_id, l.line_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`, merchants, ids)
	if err != nil {
		return nil, err
	}
	by := map[string]*State{}
	for _, s := range states {
		by[s.Line.Merchant+"\x00"+s.Line.ID] = s
	}
	var out []waitingUsage
	for _, u := range lines {
		if s := by[u.Merchant+"\x00"+u.OrderLine]; s != nil {
			u.at = u.Cycle.LastInstant(r.zone)
			out = append(out, waitingUsage{s, u})
		}
	}
	return out, nil
}

// poolOf names the credit pool a line waits for; the zero key for one that is paid in money.
func (r *running) poolOf(s *State, u *UsageLine) PoolKey {
	paid := s.event(Paid)
	if paid == nil || paid.Payment.Method != Credit {
		return PoolKey{}
	}
	if u != nil {
		return PoolKey{s.Line.Buyer, paid.Payment.Collector, u.Cycle}
	}
	return PoolKey{s.Line.Buyer, paid.Payment.Collector, period.MonthOf(paid.At, r.b.dir.Zone(paid.Payment.Collector))}
}

func (r *running) judge(ctx context.Context, lines []*State, usage []waitingUsage) (map[PoolKey]*PoolEarned, error) {
	var keys []PoolKey
	for _, s := range lines {
		if k := r.poolOf(s, nil); k.Buyer != "" {
			keys = append(keys, k)
		}
	}
	for i := range usage {
		if k := r.poolOf(usage[i].state, &usage[i].line); k.Buyer != "" {
			keys = append(keys, k)
		}
	}
	out := map[PoolKey]*PoolEarned{}
	if len(keys) == 0 {
		return out, nil
	}
	pools, err := selectPools(ctx, r.b.tx, keys, r.instant)
	if err != nil {
		return nil, err
	}
	for k, p := range pools {
		if j := p.Judge(r.zone, r.month); j != nil {
			out[k] = j
		}
	}
	return out, nil
}

// collect keeps what a line amounts to at the month's end; what came true only later waits for a later run. A refund of a later month that is
// known already stands beside its order at once, as it does where the order was paid in money: the order may have to wait for it.
func (r *running) collect(s *State, d Derived) {
	kept := Derived{Used: d.Used, Entries: d.Entries[:0:0]}
	for _, e := range d.Earned {
		beside := e.Kind == "refund" && len(kept.Earned) > 0
		if (!e.Cycle.After(r.month) || beside) && e.KnownAt.Before(r.instant) {
			kept.Earned = append(kept.Earned, e)
		}
	}
	for _, e := range d.Entries {
		if (e.Kind == "earned" || e.Kind == "unearned") && !kept.has(e) {
			continue
		}
		e.Source, e.Period = ledger.Run, r.periodOf(e)
		kept.Entries = append(kept.Entries, e)
	}
	r.b.collect(s, kept)
}

func (d *Derived) has(e ledger.Entry) bool {
	for i := range d.Earned {
		if e.Key == e.Kind+"/"+d.Earned[i].ID || len(e.Key) > len(e.Kind)+len(d.Earned[i].ID)+2 && e.Key[:len(e.Kind)+len(d.Earned[i].ID)+2] == e.Kind+"/"+d.Earned[i].ID+"/" {
			return true
		}
	}
	return false
}

// periodOf is the month an entry of the run enters: its own where that is still open to what was known then, else the one that is run.
func (r *running) periodOf(e ledger.Entry) period.Month {
	m := period.MonthOf(e.OccurredAt, r.zone)
	for ; m.Before(r.month); m = m.Next() {
		if at, planned := r.b.cal.ClosesAt(r.entity, m); !r.b.cal.Ran(r.entity, m) && !r.b.cal.Locked(r.entity, m) && (!planned || e.KnownAt.Before(at)) {
			return m
		}
	}
	return m
}

func (b *batch) packagesOf(ctx context.Context, l Line, instant time.Time) ([]metering.Package, error) {
	states, err := b.loadStates(ctx, `l.merchant_id = $1 AND l.mode = 'ON_DEMAND_PKG' AND l.terms->'package'->>'covers' = $2 AND l.known_at < $3`, l.Merchant, l.Terms.Instance, instant)
	if err != nil {
		return nil, err
	}
	var out []metering.Package
	for _, s := range states {
		e := s.event(Effective)
		if why, _, _ := s.closed(); why != "" || e == nil || s.Line.Terms.Quota == nil || s.wholeRefund() != nil {
			continue
		}
		out = append(out, s.Line.Terms.Quota.Covering(s.Line, e.At))
	}
	return out, nil
}

func sortedKeys[K comparable, V any](m map[K]V, less func(a, b K) bool) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return less(keys[i], keys[j]) })
	return keys
}
