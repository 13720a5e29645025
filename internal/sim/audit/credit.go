package audit

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/sim/neutral"
)

// creditFact books credit used elsewhere, or repaid.
func (a *auditor) creditFact(f neutral.Fact, w moment) {
	book, c := f.CollectedBy, saleCurrency(f)
	m := a.open(w, book, book)
	if f.Kind == "credit_use" {
		a.moves = append(a.moves, movement{moment: w, pool: pool{f.Customer, book, a.month(w.at, book)}, currency: c, amount: num(f.Amount)})
		a.post("credit_use/"+f.ID, m, book, c, "customer_credit", "outside_marketplace", num(f.Amount))
		return
	}
	a.moves = append(a.moves, movement{moment: w, pool: pool{f.Customer, book, period.MustMonth(f.Cycle)}, currency: c, amount: num(f.Amount).Neg()})
	a.post("repaid/"+f.ID, m, book, c, "customer_cash", "customer_credit", num(f.Amount))
}

// owedAt is what a pool owed at a moment, by what was known then.
func (a *auditor) owedAt(p pool, currency string, w moment) decimal.Decimal {
	sum := decimal.Zero
	for _, v := range a.moves {
		if v.pool == p && v.currency == currency && !v.at.After(w.at) && !v.known.After(w.known) {
			sum = sum.Add(v.amount)
		}
	}
	return sum
}

// repaidAt tells whether a pool owed nothing at a month's end in an entity's zone, by what was known before an instant. All that was used in
// the cycle counts, wherever its last hours fall: the whole cycle has to be repaid.
func (a *auditor) repaidAt(p pool, o *order, m period.Month, entity string, known time.Time) bool {
	end := m.End(a.zones[entity])
	owed := map[string]decimal.Decimal{}
	for _, v := range a.moves {
		if v.pool != p || !v.known.Before(known) || (v.amount.IsNegative() && !v.at.Before(end)) {
			continue
		}
		if a.mistake == CreditPerOrder && v.amount.IsPositive() && v.order != o.f.Order {
			continue
		}
		owed[v.currency] = owed[v.currency].Add(v.amount)
	}
	for _, v := range owed {
		if v.IsPositive() {
			return false
		}
	}
	return true
}

// repaid finds the first month, from the pool's own to the one that is run, at whose end it was repaid.
func (a *auditor) repaid(p pool, o *order, run period.Month) (period.Month, bool) {
	known := a.runInstant(o.f.OwedBy, run)
	for m := p.cycle; !m.After(run); m = m.Next() {
		if a.repaidAt(p, o, m, o.f.OwedBy, known) {
			return m, true
		}
	}
	return period.Month{}, false
}

func (a *auditor) poolOf(o *order) pool {
	return pool{o.f.Customer, o.f.CollectedBy, a.month(o.at, o.f.CollectedBy)}
}
