package statement

import (
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Head is what every document says of itself.
type Head struct {
	At         time.Time // business time: of an issued list its issue, of everything else the transaction's
	Demo       bool      // made-up values: every page and sheet says so
	Month      period.Month
	Entity     string         // code; empty where all entities are meant
	EntityName string         // legal name
	Zone       *time.Location // the entity's; days and hours are printed in it
	Locked     bool           // finance locked the month: nothing on the account moves any more
}

func (h Head) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return period.DayOf(t, h.Zone).String()
}

// entity is the entity as documents name it.
func (h Head) entity(v voice) string {
	if h.Entity == "" {
		return v.say("all.entities")
	}
	return h.EntityName + " (" + h.Entity + ")"
}

func (h Head) monthState(v voice) string {
	if h.Locked {
		return v.say("month.locked")
	}
	return v.say("month.open")
}

// Langs are the languages in which documents are drawn.
func Langs() []fault.Lang { return []fault.Lang{fault.EN, fault.ZH, fault.PT} }

func known(l fault.Lang) bool { return l == fault.EN || l == fault.ZH || l == fault.PT }

// currencies gathers currencies in the order in which they sort.
func sortedCurrencies(in map[money.Currency]bool) []money.Currency {
	out := make([]money.Currency, 0, len(in))
	for c := range in {
		out = append(out, c)
	}
	sortBy(out, func(a, b money.Currency) bool { return a < b })
	return out
}
