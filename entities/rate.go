package entities

import (
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Rate says what one unit of Base was worth in Quote on a day, from a source. An empty entity means it counts for all that
// have none of their own.
type Rate struct {
	Entity string
	Base   money.Currency
	Quote  money.Currency
	On     period.Day
	Rate   decimal.Decimal
	Source string
}

// Key names the rate's row, as postings over FX clearing do: "5861/USD/BRL/2026-10-31".
func (r Rate) Key() string {
	return r.Entity + "/" + string(r.Base) + "/" + string(r.Quote) + "/" + r.On.String()
}

// CheckRate says whether a rate can be saved.
func CheckRate(r Rate) fault.Faults {
	var fs fault.Faults
	if !r.Base.Valid() || !r.Quote.Valid() || r.Base == r.Quote || r.On.IsZero() {
		fs = append(fs, fault.New(fault.Invalid, "RATE-INCOMPLETE", "rate", fault.Args{"rate": r.Key()}))
	}
	if !r.Rate.IsPositive() {
		fs = append(fs, fault.New(fault.Invalid, "RATE-VALUE", "rate", fault.Args{"rate": r.Key(), "value": r.Rate}))
	}
	return fs
}

type ratePlace struct {
	entity      string
	base, quote money.Currency
	on          period.Day
}

// Rates is a set of rates in memory.
type Rates map[ratePlace]Rate

// NewRates makes a set.
func NewRates(rows []Rate) Rates {
	rs := make(Rates, len(rows))
	for _, r := range rows {
		rs[ratePlace{r.Entity, r.Base, r.Quote, r.On}] = r
	}
	return rs
}

// On finds the rate of a pair for an entity on a day, or on the nearest of the lookback days before it. A rate of the
// entity's own, even an older one, comes before one for all: an entity with a source of its own keeps to it. Same currency
// is 1. A rate is never inverted, and never taken from the future: RATE-MISSING.
func (rs Rates) On(entity string, base, quote money.Currency, day period.Day, lookback int) (Rate, error) {
	if base == quote {
		return Rate{Entity: entity, Base: base, Quote: quote, On: day, Rate: decimal.NewFromInt(1), Source: "same currency"}, nil
	}
	whose := []string{entity, ""}
	if entity == "" {
		whose = whose[:1]
	}
	for _, e := range whose {
		for n := 0; n <= lookback; n++ {
			if r, ok := rs[ratePlace{e, base, quote, day.Add(-n)}]; ok {
				return r, nil
			}
		}
	}
	return Rate{}, fault.New(fault.NotFound, "RATE-MISSING", "rate", fault.Args{
		"entity": entity, "base": base, "quote": quote, "day": day, "lookback": lookback,
	})
}
