package orders

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Happened is the first event of a kind, nil where there is none. Not for appeals, which may come again: OpenAppeal.
func (s *State) Happened(kind string) *Event { return s.event(kind) }

// GivenBack is the sum of all refunds, in the line's currency.
func (s *State) GivenBack() decimal.Decimal { return s.refunded() }

// EndsAt is when the period that a line bought ends: as long after its effectiveness as was bought, in a zone's calendar. Nil where it has no period
// or has not begun. The marketplace's own expireTime drifts from it and drives nothing.
func (s *State) EndsAt(zone *time.Location) *time.Time {
	e, t := s.event(Effective), s.Line.Terms
	if e == nil || t.PeriodType == "" {
		return nil
	}
	n, at := max(t.PeriodNumber, 1), e.At.In(zone)
	switch t.PeriodType {
	case "year":
		at = at.AddDate(n, 0, 0)
	case "month":
		at = at.AddDate(0, n, 0)
	case "day":
		at = at.AddDate(0, 0, n)
	}
	at = at.UTC()
	return &at
}

// OrderLine reads the line that an order number and, where the order has several, a line number mean. The transaction is that of staff or batch,
// since an order number leads to its merchant.
func OrderLine(ctx context.Context, tx *pg.Tx, dir *entities.Directory, orderID, line string) (*State, error) {
	b := newBatch(tx, false)
	b.dir = dir
	if err := b.loadOrders(ctx, []string{orderID}); err != nil {
		return nil, err
	}
	o := b.orders[orderID]
	if o == nil {
		return nil, fault.New(fault.NotFound, "FEED-UNKNOWN-ORDER", "orderId", fault.Args{"order": orderID})
	}
	s, f := o.one(line)
	if f != nil {
		return nil, f
	}
	return s, nil
}

// LockLine keeps others that lock the same line waiting until the transaction ends: for verbs that first look at what stands for a line and then add.
func LockLine(ctx context.Context, tx *pg.Tx, merchant, line string) error {
	return lockLine(ctx, tx, merchant, line)
}
