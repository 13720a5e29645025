package settlement

import (
	"context"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders"
)

// Why answers the merchants' most-asked question for one line: where it is billed, or what keeps it back, since when, who can lift that, and
// which run takes it at the earliest.
type Why struct {
	Merchant    string
	Line        string
	Kind        string
	Entity      string
	Bill        string // the bill it is on; empty while it is on none
	BillState   State
	Month       period.Month // the bill's month
	Requisition string
	Reasons     []orders.Reason // every reason that holds now
	Closed      bool            // it will never be billed
	Earliest    time.Time       // earliest run that takes it; zero while a condition has no known date
	UnknownTill []string        // codes of the reasons without a date: the answer is unknown until they end
}

// Ask explains a line, all lines of an order, or a merchant's month ("M1" with a month). merchant narrows it to one merchant's rows. A merchant
// without a month, or with one that has no lines, answers WHY-MERCHANT and names the months that have; an id that is not there WHY-UNKNOWN: never
// received.
func (s *Service) Ask(ctx context.Context, tx *pg.Tx, merchant, id string, month period.Month) ([]Why, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	refs, err := selectAsked(ctx, tx, merchant, id, month)
	if err != nil {
		return nil, err
	}
	if len(refs) == 0 {
		return nil, notFound(ctx, tx, merchant, id)
	}
	a := &asking{dir: dir, now: tx.Now}
	if err := a.load(ctx, tx, refs); err != nil {
		return nil, err
	}
	out := make([]Why, 0, len(refs))
	for _, r := range refs {
		out = append(out, a.answer(r))
	}
	return out, nil
}

// notFound says why an id explains no line: it is a merchant's, whose lines are asked for by month, or nobody's.
func notFound(ctx context.Context, tx *pg.Tx, merchant, id string) error {
	if merchant == "" || merchant == id {
		known, err := entities.Merchants(ctx, tx, []string{id})
		if err != nil {
			return err
		}
		if len(known) > 0 {
			months, err := selectMonthsWithLines(ctx, tx, id)
			if err != nil {
				return err
			}
			return fault.New(fault.Invalid, "WHY-MERCHANT", "month", fault.Args{"id": id, "months": strings.Join(months, ", ")})
		}
	}
	return fault.New(fault.NotFound, "WHY-UNKNOWN", "id", fault.Args{"id": id})
}

// asked is a line to explain, with what is on record about it.
type asked struct {
	orders.LineID
	kind, entity, order, currency string
	bill, requisition             string
	state                         State
	month                         period.Month
	earned                        bool
	earnedCycle                   period.Month
	pairedIn                      period.Month // month of the full refund that is to stand beside it
	at                            time.Time
}

type asking struct {
	dir    *entities.Directory
	now    time.Time
	states map[orders.LineID]*orders.State
	repaid map[orders.PoolKey]bool
	certs  map[string][]entities.Certification
	rates  entities.Rates
	ran    map[string]map[period.Month]bool
}

func (a *asking) load(ctx context.Context, tx *pg.Tx, refs []asked) error {
	a.states, a.certs, a.repaid = map[orders.LineID]*orders.State{}, map[string][]entities.Certification{}, map[orders.PoolKey]bool{}
	var ids []orders.LineID
	var merchants []string
	for _, r := range refs {
		ids, merchants = append(ids, orders.LineID{Merchant: r.Merchant, Line: r.order}), append(merchants, r.Merchant)
	}
	states, err := orders.States(ctx, tx, a.dir, ids)
	if err != nil {
		return err
	}
	for _, s := range states {
		a.states[orders.LineID{Merchant: s.Line.Merchant, Line: s.Line.ID}] = s
		if k, ok := s.PoolKey(a.dir); ok {
			// A pool is judged at month ends: what is repaid today counts from the end of this month on.
			zone := a.dir.Zone(s.Line.Entity)
			one, err := orders.PoolsRepaid(ctx, tx, []orders.PoolKey{k}, period.MonthOf(a.now, zone), zone, a.now.Add(time.Microsecond))
			if err != nil {
				return err
			}
			a.repaid[k] = one[k]
		}
	}
	certs, err := entities.Certifications(ctx, tx, merchants)
	if err != nil {
		return err
	}
	for _, c := range certs {
		a.certs[c.MerchantID] = append(a.certs[c.MerchantID], c)
	}
	today := period.DayOf(a.now, time.UTC)
	if a.rates, err = entities.RatesBetween(ctx, tx, today.Add(-400), today.Add(1)); err != nil {
		return err
	}
	a.ran, err = selectRan(ctx, tx)
	return err
}

func (a *asking) answer(r asked) Why {
	w := Why{Merchant: r.Merchant, Line: r.Line, Kind: r.kind, Entity: r.entity, Bill: r.bill, BillState: r.state, Month: r.month, Requisition: r.requisition}
	if w.Bill != "" {
		return w
	}
	m := orders.Moment{End: a.now.Add(time.Microsecond), Known: a.now.Add(time.Microsecond)}
	s := a.states[orders.LineID{Merchant: r.Merchant, Line: r.order}]
	if s != nil && !r.earned {
		k, _ := s.PoolKey(a.dir)
		w.Reasons = s.Reasons(m, a.repaid[k])
		if len(w.Reasons) == 1 && w.Reasons[0].LiftedBy == "nobody" {
			w.Closed = true
			return w
		}
	}
	if _, ok := entities.CertifiedAt(a.certs[r.Merchant], r.entity, a.now); !ok {
		w.Reasons = append([]orders.Reason{{Code: orders.NotCertified, LiftedBy: "merchant"}}, w.Reasons...)
	}
	if reason, missing := a.rateMissing(r); missing {
		w.Reasons = append(w.Reasons, reason)
	}
	if !r.pairedIn.IsZero() && r.pairedIn.After(r.earnedCycle) {
		w.Reasons = append(w.Reasons, orders.Reason{Code: orders.PairedWithRefund, LiftedBy: "time", Until: r.pairedIn.Start(a.dir.Zone(r.entity))})
	}
	a.forecast(&w, r)
	return w
}

// rateMissing tells whether a line that everything else let through was left off by a run for want of a rate.
func (a *asking) rateMissing(r asked) (orders.Reason, bool) {
	cert, ok := entities.CertifiedAt(a.certs[r.Merchant], r.entity, a.now)
	if !ok || !r.earned || r.currency == string(cert.Currency) || !a.ran[r.entity][r.earnedCycle] {
		return orders.Reason{}, false
	}
	last := r.earnedCycle
	for a.ran[r.entity][last.Next()] {
		last = last.Next()
	}
	if _, err := a.dir.RateOn(a.rates, r.entity, money.Currency(r.currency), cert.Currency, last.LastDay()); err == nil {
		return orders.Reason{}, false
	}
	return orders.Reason{Code: orders.RateMissing, LiftedBy: "finance", Detail: r.currency + "/" + string(cert.Currency) + " " + last.LastDay().String()}, true
}

// forecast finds the earliest run after the last condition, where every condition has a date.
func (a *asking) forecast(w *Why, r asked) {
	zone := a.dir.Zone(r.entity)
	from := a.now
	if r.earned {
		from = r.earnedCycle.Start(zone)
	}
	for _, x := range w.Reasons {
		switch {
		case x.Until.IsZero():
			w.UnknownTill = append(w.UnknownTill, x.Code)
		case x.Until.After(from):
			from = x.Until
		}
	}
	if len(w.UnknownTill) > 0 {
		return
	}
	month := period.MonthOf(from, zone)
	for a.ran[r.entity][month] {
		month = month.Next()
	}
	w.Earliest = a.dir.RunInstant(r.entity, month)
	if len(w.Reasons) == 0 {
		w.Reasons = []orders.Reason{{Code: orders.DateNotReached, Since: r.at, Until: w.Earliest, LiftedBy: "time"}}
	}
}
