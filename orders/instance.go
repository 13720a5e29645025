package orders

import (
	"context"
	"sort"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// Instance (实例) is what a buyer holds: opened by one order line, prolonged by renewals, changed by upgrades, closed when its money went back. It is
// a pure function of the facts of those lines, in whatever order they arrived and by whichever door; nothing of it is stored beside them.
type Instance struct {
	Merchant string
	ID       string // the seller's name for it; the order line that opened it, until it has one
	Line     string // the order line that opened it
	Order    string
	Buyer    string
	Entity   string
	Region   string // where the buyer was registered when it was bought; empty where that was not said
	Product  string // as of the last renewal or change in effect
	SKU      string
	Mode     string
	Currency money.Currency
	Trial    bool // not turned formal yet

	OpenedAt    *time.Time // when the opening line took effect; nil: not yet
	ExpiresAt   *time.Time // end of the last term; nil: it has no end, or none that is known. The marketplace's expireTime drives nothing
	ClosedAt    *time.Time // when what opened it was wholly given back, failed or was canceled; nil: it stands, be it expired
	ClosedWhy   string     // ClosedFailed, ClosedCanceled, ClosedRefunded or ClosedUnsubscribe
	Terms       []Term     // in the order in which they begin
	RenewalPaid bool       // a renewal is paid that has not taken effect yet
}

// Term is one stretch of an instance's life that one order line bought.
type Term struct {
	Line     string
	Type     string // New, Trial, TrialToFormal, Renew
	StartsAt time.Time
	EndsAt   *time.Time // nil where the line has no period
}

// Open tells whether the instance was in use at an instant: opened, neither closed nor expired by then.
func (i *Instance) Open(at time.Time) bool {
	return i.OpenedAt != nil && !i.OpenedAt.After(at) && (i.ClosedAt == nil || i.ClosedAt.After(at)) && (i.ExpiresAt == nil || i.ExpiresAt.After(at))
}

// foldInstance derives an instance from the lines that concern it. A renewal begins where the term before it ended, however late it was ordered:
// in the days of grace and retention too. Where a renewal was wholly given back, its term never was.
func foldInstance(id string, lines []*State, zone *time.Location) *Instance {
	sort.SliceStable(lines, func(a, b int) bool {
		x, y := lines[a], lines[b]
		if o, p := x.opens(), y.opens(); o != p {
			return o
		}
		if !x.Line.PlacedAt.Equal(y.Line.PlacedAt) {
			return x.Line.PlacedAt.Before(y.Line.PlacedAt)
		}
		return x.Line.ID < y.Line.ID
	})
	if len(lines) == 0 {
		return nil
	}
	first := lines[0]
	l := first.Line
	i := &Instance{
		Merchant: l.Merchant, ID: id, Line: l.ID, Order: l.OrderID, Buyer: l.Buyer, Entity: l.Entity, Region: l.Terms.Region, Product: l.Product, SKU: l.SKU,
		Mode: l.Mode, Currency: l.Currency, Trial: l.Type == Trial,
	}
	for _, s := range lines {
		i.take(s, s == first, zone)
	}
	return i
}

// instanceID is the name by which the line's instance is found: the one the line gives, or its own id.
func (s *State) instanceID() string {
	if s.Line.Terms.Instance != "" {
		return s.Line.Terms.Instance
	}
	return s.Line.ID
}

// opens tells whether a line opens an instance, instead of concerning one that stands.
func (s *State) opens() bool { return s.Line.Type == New || s.Line.Type == Trial }

// take applies the next line.
func (i *Instance) take(s *State, opening bool, zone *time.Location) {
	l, effective, whole := &s.Line, s.event(Effective), s.wholeRefund()
	if opening {
		i.close(s, whole)
	}
	if s.event(Canceled) != nil || s.event(Failed) != nil || !opening && whole != nil {
		return
	}
	if effective == nil {
		i.RenewalPaid = i.RenewalPaid || l.Type == Renew && s.event(Paid) != nil
		return
	}
	at := effective.At
	switch {
	case opening:
		i.OpenedAt = &at
		i.extend(l, at, zone)
	case l.Type == Renew:
		if i.ExpiresAt != nil {
			at = *i.ExpiresAt
		}
		i.Product = l.Product
		i.extend(l, at, zone)
	case l.Type == TrialToFormal:
		i.Trial, i.Product, i.SKU = false, l.Product, l.SKU
		i.extend(l, at, zone)
	case l.Type == Change:
		i.Product, i.SKU = l.Product, l.SKU
	case l.Type == Unsubscribe && i.ClosedAt == nil:
		// What has a price closes with its money; what never had one closes with the unsubscription itself.
		if i.Trial {
			i.ClosedAt, i.ClosedWhy = &at, ClosedUnsubscribe
		}
	}
}

func (i *Instance) close(s *State, whole *Refund) {
	switch {
	case s.event(Canceled) != nil:
		i.ClosedAt, i.ClosedWhy = &s.event(Canceled).At, ClosedCanceled
	case s.event(Failed) != nil:
		i.ClosedAt, i.ClosedWhy = &s.event(Failed).At, ClosedFailed
	case whole != nil:
		i.ClosedAt, i.ClosedWhy = &whole.At, ClosedRefunded
	}
}

func (i *Instance) extend(l *Line, at time.Time, zone *time.Location) {
	t := Term{Line: l.ID, Type: l.Type, StartsAt: at}
	switch {
	case l.Terms.PeriodType != "" && l.Terms.PeriodNumber > 0:
		end := AddPeriod(at, l.Terms.PeriodType, l.Terms.PeriodNumber, zone)
		t.EndsAt = &end
	case l.Terms.Quota != nil:
		end := l.Terms.Quota.ValidUntil
		t.EndsAt = &end
	}
	i.Terms = append(i.Terms, t)
	i.ExpiresAt = t.EndsAt
}

// AddPeriod adds years, months or days on the calendar of a zone, keeping the hour. A day that the month reached does not have is its last one.
func AddPeriod(at time.Time, unit string, n int, zone *time.Location) time.Time {
	local := at.In(zone)
	day := period.DayOf(local, zone)
	switch unit {
	case "year":
		day = day.Of().Add(12 * n).Day(day.Day)
	case "month":
		day = day.Of().Add(n).Day(day.Day)
	default:
		day = day.Add(n)
	}
	return time.Date(day.Year, day.Month, day.Day, local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), zone).UTC()
}

// Instances reads a merchant's instances by their names, by one question; what was never ordered is missing from the answer. A seller that
// has not named an instance knows it by its order line.
func Instances(ctx context.Context, tx *pg.Tx, dir *entities.Directory, merchant string, ids []string) (map[string]*Instance, error) {
	lines, of, err := instanceLines(ctx, tx, dir, merchant, ids)
	if err != nil {
		return nil, err
	}
	by := map[string][]*State{}
	for _, s := range lines {
		id := of[s.Line.ID]
		by[id] = append(by[id], s)
	}
	out := make(map[string]*Instance, len(by))
	for id, lines := range by {
		out[id] = foldInstance(id, lines, dir.Zone(lines[0].Line.Entity))
	}
	return out, nil
}

// FindInstance reads one instance; nil where the merchant has none of that name.
func FindInstance(ctx context.Context, tx *pg.Tx, dir *entities.Directory, merchant, id string) (*Instance, error) {
	all, err := Instances(ctx, tx, dir, merchant, []string{id})
	return all[id], err
}

// NameInstance gives what a line opened the name its seller chose: once. The same again is nothing; another name, or one that is taken, is
// INST-NAMED.
func NameInstance(ctx context.Context, tx *pg.Tx, merchant, line, id string) error {
	ok, err := insertName(ctx, tx, merchant, line, id)
	if err == nil && !ok {
		return fault.New(fault.Conflict, "INST-NAMED", "instanceId", fault.Args{"instance": id, "line": line})
	}
	return err
}
