package orders

import (
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/money"
)

// Kinds of movement in a customer's credit.
const (
	Used          = "used"           // by an order of a merchant here
	UsedElsewhere = "used_elsewhere" // outside the marketplace
	Repaid        = "repaid"
	Refunded      = "refunded" // a refund that lowered the debt instead of being paid out
)

// Movement changes what a customer owes an entity for one month's credit (信用额度). The table of them is append-only.
type Movement struct {
	Buyer     string
	Collector string
	Cycle     period.Month // month the credit was used in, in the collector's zone
	ID        string
	Kind      string
	Currency  money.Currency
	Amount    decimal.Decimal // positive
	At        time.Time
	KnownAt   time.Time
}

// PoolKey names a pool: one customer, one collecting entity, one month, over all merchants and everything outside.
type PoolKey struct {
	Buyer     string
	Collector string
	Cycle     period.Month
}

// Pool is a customer's credit of one cycle, as its movements tell it.
type Pool struct {
	Key       PoolKey
	Movements []Movement
}

// Owed is what the customer owed in a currency by what had happened at t (inclusive), as known at another instant (inclusive).
func (p *Pool) Owed(c money.Currency, t, known time.Time) decimal.Decimal {
	sum := decimal.Zero
	for _, m := range p.Movements {
		if m.Currency != c || m.At.After(t) || m.KnownAt.After(known) {
			continue
		}
		if m.Kind == Used || m.Kind == UsedElsewhere {
			sum = sum.Add(m.Amount)
		} else {
			sum = sum.Sub(m.Amount)
		}
	}
	return sum
}

// repaidBefore tells whether the pool owed nothing at an instant (exclusive), in any currency. All that was used counts: the last hours
// of a cycle in the collector's zone may lie after the month's end in the zone of the entity that owes the merchant, and the whole
// cycle has to be repaid.
func (p *Pool) repaidBefore(end time.Time) (repaid bool, last, known time.Time) {
	owed := map[money.Currency]decimal.Decimal{}
	for _, m := range p.Movements {
		v := m.Amount
		if m.Kind == Repaid || m.Kind == Refunded {
			if !m.At.Before(end) {
				continue
			}
			v = v.Neg()
			if m.At.After(last) {
				last = m.At
			}
			if m.KnownAt.After(known) {
				known = m.KnownAt
			}
		}
		owed[m.Currency] = owed[m.Currency].Add(v)
	}
	for _, v := range owed {
		if v.IsPositive() {
			return false, last, known
		}
	}
	return true, last, known
}

// Judge finds the first month, from the cycle's own to upTo, at whose end the whole pool was repaid. Months end in the zone of
// the entity that owes the merchant. A pool is never judged before its cycle has ended.
func (p *Pool) Judge(zone *time.Location, upTo period.Month) *PoolEarned {
	sort.Slice(p.Movements, func(i, j int) bool { return p.Movements[i].At.Before(p.Movements[j].At) })
	for m := p.Key.Cycle; !m.After(upTo); m = m.Next() {
		repaid, last, known := p.repaidBefore(m.End(zone))
		if !repaid {
			continue
		}
		at := last
		if end := p.Key.Cycle.LastInstant(zone); at.Before(end) {
			at = end
		}
		return &PoolEarned{Month: m, At: at, KnownAt: known}
	}
	return nil
}
