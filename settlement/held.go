package settlement

import (
	"context"
	"sort"
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders"
)

// Held is a line that a run left off its bills, with every reason.
type Held struct {
	Merchant string
	Line     string
	Kind     string // order, refund, usage, adjustment, correction
	Entity   string
	Reasons  []orders.Reason
	Closed   bool // it will never be billed; listed once
}

// Codes are the reasons' codes.
func (h Held) Codes() []string {
	out := make([]string, len(h.Reasons))
	for i, r := range h.Reasons {
		out[i] = r.Code
	}
	return out
}

// heldPage bounds the lines looked at together.
const heldPage = 5000

// HeldLines lists, for the run of a month in an entity's book, every line that was placed before the run instant and is on no bill up to that
// month, and every refund, usage or adjustment line that was due and is on none. A closed line is listed in the first run after it closed.
func HeldLines(ctx context.Context, tx *pg.Tx, entity string, month period.Month, emit func(Held) error) error {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	h := &holding{dir: dir, entity: entity, month: month, zone: dir.Zone(entity), instant: dir.RunInstant(entity, month), certs: map[string][]entities.Certification{}}
	h.before = dir.RunInstant(entity, month.Add(-1))
	if h.rates, err = entities.RatesBetween(ctx, tx, month.LastDay().Add(-400), month.LastDay()); err != nil {
		return err
	}
	after := orders.LineID{}
	for {
		ids, err := selectUnbilledOrders(ctx, tx, h, after, heldPage)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			break
		}
		after = ids[len(ids)-1]
		if err := h.orders(ctx, tx, ids, emit); err != nil {
			return err
		}
	}
	return h.dues(ctx, tx, emit)
}

type holding struct {
	dir     *entities.Directory
	entity  string
	month   period.Month
	zone    *time.Location
	instant time.Time
	before  time.Time // the run instant of the month before
	rates   entities.Rates
	certs   map[string][]entities.Certification
}

func (h *holding) moment() orders.Moment {
	return orders.Moment{End: h.month.End(h.zone), Known: h.instant}
}

func (h *holding) orders(ctx context.Context, tx *pg.Tx, ids []orders.LineID, emit func(Held) error) error {
	states, err := orders.States(ctx, tx, h.dir, ids)
	if err != nil {
		return err
	}
	var keys []orders.PoolKey
	var merchants []string
	for _, s := range states {
		merchants = append(merchants, s.Line.Merchant)
		if k, ok := s.PoolKey(h.dir); ok {
			keys = append(keys, k)
		}
	}
	repaid, err := orders.PoolsRepaid(ctx, tx, keys, h.month, h.zone, h.instant)
	if err != nil {
		return err
	}
	if err := h.loadCerts(ctx, tx, merchants); err != nil {
		return err
	}
	pairs, err := selectPairs(ctx, tx, h, ids)
	if err != nil {
		return err
	}
	for _, s := range states {
		k, _ := s.PoolKey(h.dir)
		held, listed := h.judge(s, repaid[k] || s.EarnedBy(h.month, h.instant), pairs[orders.LineID{Merchant: s.Line.Merchant, Line: s.Line.ID}])
		if listed {
			if err := emit(held); err != nil {
				return err
			}
		}
	}
	return nil
}

// judge gives the reasons of one order line at the run.
func (h *holding) judge(s *orders.State, repaid, paired bool) (Held, bool) {
	m := h.moment()
	out := Held{Merchant: s.Line.Merchant, Line: s.Line.ID, Kind: "order", Entity: h.entity}
	if !s.Line.PlacedAt.Before(m.End) {
		out.Reasons = []orders.Reason{{Code: orders.DateNotReached, Since: s.Line.PlacedAt, LiftedBy: "time", Until: h.dir.RunInstant(h.entity, period.MonthOf(s.Line.PlacedAt, h.zone))}}
		return out, true
	}
	own := s.Reasons(m, repaid)
	if len(own) == 1 && own[0].LiftedBy == "nobody" {
		prev := s.At(orders.Moment{End: h.month.Start(h.zone), Known: h.before})
		listedBefore := false
		if why, _, _ := prev.Closed(); why != "" && s.Line.PlacedAt.Before(h.month.Start(h.zone)) && s.Line.KnownAt.Before(h.before) {
			listedBefore = true
		}
		out.Reasons, out.Closed = own, true
		return out, !listedBefore && own[0].Code != orders.ClosedUnsubscribe
	}
	out.Reasons = append(h.party(s.Line.Merchant), own...)
	if len(out.Reasons) == 0 {
		out.Reasons = h.money(s.Line.Merchant, string(s.Line.Currency))
	}
	if paired && earnedBut(own) { // beside what lies with the merchant and with holds: every open reason is given
		out.Reasons = append(out.Reasons, orders.Reason{Code: orders.PairedWithRefund, Since: s.Line.PlacedAt, LiftedBy: "time", Until: h.dir.RunInstant(h.entity, h.month.Next())})
	}
	if len(out.Reasons) == 0 { // everything holds: it came too late for this run and is on the next one
		out.Reasons = []orders.Reason{{Code: orders.DateNotReached, Since: s.Line.PlacedAt, LiftedBy: "time", Until: h.dir.RunInstant(h.entity, h.month.Next())}}
	}
	return out, true
}

// earnedBut tells whether nothing but holds keeps a line off a bill: it is earned.
func earnedBut(own []orders.Reason) bool {
	for _, r := range own {
		if r.Code != orders.HeldReason {
			return false
		}
	}
	return true
}

// party gives the reason that lies with the merchant, not with the line.
func (h *holding) party(merchant string) []orders.Reason {
	if _, ok := entities.CertifiedAt(h.certs[merchant], h.entity, h.instant); !ok {
		return []orders.Reason{{Code: orders.NotCertified, LiftedBy: "merchant"}}
	}
	return nil
}

// money gives the reasons that lie with currency and rate; they are asked for only where everything else holds.
func (h *holding) money(merchant, sale string) []orders.Reason {
	c, _ := entities.CertifiedAt(h.certs[merchant], h.entity, h.instant)
	if c.Currency == "" {
		return []orders.Reason{{Code: orders.CurrencyMissing, LiftedBy: "finance"}}
	}
	if sale != string(c.Currency) {
		if _, err := h.dir.RateOn(h.rates, h.entity, money.Currency(sale), c.Currency, h.month.LastDay()); err != nil {
			return []orders.Reason{{Code: orders.RateMissing, LiftedBy: "finance", Detail: sale + "/" + string(c.Currency)}}
		}
	}
	return nil
}

func (h *holding) loadCerts(ctx context.Context, tx *pg.Tx, merchants []string) error {
	var ask []string
	for _, m := range merchants {
		if _, ok := h.certs[m]; !ok {
			h.certs[m] = nil
			ask = append(ask, m)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	certs, err := entities.Certifications(ctx, tx, ask)
	for _, c := range certs {
		h.certs[c.MerchantID] = append(h.certs[c.MerchantID], c)
	}
	return err
}

// dues lists refund, usage, adjustment and correction lines that were due and are on no bill.
func (h *holding) dues(ctx context.Context, tx *pg.Tx, emit func(Held) error) error {
	due, err := selectUnbilledDues(ctx, tx, h)
	if err != nil {
		return err
	}
	merchants := make([]string, len(due))
	for i, d := range due {
		merchants[i] = d.merchant
	}
	if err := h.loadCerts(ctx, tx, merchants); err != nil {
		return err
	}
	var ids []orders.LineID
	for _, d := range due {
		if d.order != "" {
			ids = append(ids, orders.LineID{Merchant: d.merchant, Line: d.order})
		}
	}
	states, err := orders.States(ctx, tx, h.dir, ids)
	if err != nil {
		return err
	}
	holds := map[orders.LineID][]orders.Reason{}
	for _, s := range states {
		holds[orders.LineID{Merchant: s.Line.Merchant, Line: s.Line.ID}] = s.HoldReasons(h.moment())
	}
	for _, d := range due {
		held := Held{Merchant: d.merchant, Line: d.line, Kind: d.kind, Entity: h.entity, Reasons: h.party(d.merchant)}
		if !d.earned {
			held.Reasons = append(held.Reasons, orders.Reason{Code: orders.CreditNotRepaid, Since: d.at, LiftedBy: "customer"})
		}
		held.Reasons = append(held.Reasons, holds[orders.LineID{Merchant: d.merchant, Line: d.order}]...)
		if len(held.Reasons) == 0 {
			held.Reasons = h.money(d.merchant, d.currency)
		}
		if len(held.Reasons) == 0 {
			held.Reasons = []orders.Reason{{Code: orders.DateNotReached, Since: d.at, LiftedBy: "time", Until: h.dir.RunInstant(h.entity, h.month.Next())}}
		}
		if err := emit(held); err != nil {
			return err
		}
	}
	return nil
}

// AllHeld gathers HeldLines of several entities, sorted by line: for tables a person reads.
func AllHeld(ctx context.Context, tx *pg.Tx, codes []string, month period.Month) ([]Held, error) {
	var out []Held
	for _, c := range codes {
		if err := HeldLines(ctx, tx, c, month, func(h Held) error { out = append(out, h); return nil }); err != nil {
			return nil, err
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Line < out[j].Line })
	return out, nil
}
