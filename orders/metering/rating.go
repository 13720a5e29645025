package metering

import (
	"strconv"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
)

// Price models, in the words of the rating's JSON.
const (
	Fixed = "fixed" // usage × price, every record
	Step  = "step"  // usage accumulates over the span; each slice at the price of its own band
	Tier  = "tier"  // each record whole, at the price of the band its quantity falls in
)

// Billing cycles (计费周期): how often usage is collected and charged.
const (
	Hourly = "hour" // at minute 15 of the next hour
	Daily  = "day"  // at 01:00 UTC of the next day
)

// Spans over which a step price accumulates.
const (
	ByMonth = "month"
	ByDay   = "day"
)

// Rating is how usage is priced, per unit, tax excluded, in the product's currency.
type Rating struct {
	Model      string           `json:"model"`
	Price      *decimal.Decimal `json:"price,omitempty"`      // fixed only
	Bands      []Band           `json:"bands,omitempty"`      // step and tier, rising
	Accumulate string           `json:"accumulate,omitempty"` // step only: month or day, in the entity's zone
	Cycle      string           `json:"cycle,omitempty"`      // hour or day; empty: collected once, by the run of its month
}

// Band is one band of a step or tier price. It includes its upper bound: 5 units fall in the band up to 5.
type Band struct {
	UpTo  *decimal.Decimal `json:"up_to"` // null in the last band, which has no end
	Price *decimal.Decimal `json:"price"`
}

// Validate gives everything that is wrong with the rating; paths are those of its JSON.
func (r Rating) Validate() fault.Faults {
	var fs fault.Faults
	if r.Cycle != "" && r.Cycle != Hourly && r.Cycle != Daily {
		fs = append(fs, fault.New(fault.Invalid, "RATING-CYCLE", "cycle"))
	}
	switch r.Model {
	case Fixed:
		if !usable(r.Price) {
			fs = append(fs, fault.New(fault.Invalid, "RATING-PRICE", "price"))
		}
		if len(r.Bands) > 0 {
			fs = append(fs, fault.New(fault.Invalid, "RATING-BANDS", "bands"))
		}
	case Step, Tier:
		fs = append(fs, r.validateBands()...)
		if r.Model == Step && r.Accumulate != ByMonth && r.Accumulate != ByDay {
			fs = append(fs, fault.New(fault.Invalid, "RATING-ACCUMULATE", "accumulate"))
		}
	default:
		fs = append(fs, fault.New(fault.Invalid, "RATING-MODEL", "model", fault.Args{"model": r.Model}))
	}
	return fs
}

func (r Rating) validateBands() fault.Faults {
	var fs fault.Faults
	if len(r.Bands) == 0 {
		fs = append(fs, fault.New(fault.Invalid, "RATING-BANDS", "bands"))
	}
	if r.Price != nil {
		fs = append(fs, fault.New(fault.Invalid, "RATING-PRICE", "price"))
	}
	below := decimal.Zero
	for i, b := range r.Bands {
		at := "bands[" + strconv.Itoa(i) + "]"
		if !usable(b.Price) {
			fs = append(fs, fault.New(fault.Invalid, "RATING-PRICE", at+".price"))
		}
		last := i == len(r.Bands)-1
		switch {
		case b.UpTo == nil && last:
		case b.UpTo == nil || last || !usable(b.UpTo) || !b.UpTo.GreaterThan(below):
			fs = append(fs, fault.New(fault.Invalid, "RATING-BANDS", at+".up_to"))
		default:
			below = *b.UpTo
		}
	}
	return fs
}

// usable also bounds the exponent: a price such as 1e9000 is a legal decimal and would make every sum thousands of digits long.
func usable(d *decimal.Decimal) bool {
	return d != nil && d.Exponent() >= -12 && d.Exponent() <= 20 && !d.IsNegative()
}

// Slice is a part of a charge at one price.
type Slice struct {
	Quantity decimal.Decimal
	Price    decimal.Decimal
}

// Amount is quantity × price, exact.
func (s Slice) Amount() decimal.Decimal { return s.Quantity.Mul(s.Price) }

// slices prices one quantity, of which used units came before it in the span (step only).
func (r Rating) slices(quantity, used decimal.Decimal) []Slice {
	if !quantity.IsPositive() {
		return nil
	}
	switch r.Model {
	case Fixed:
		return []Slice{{quantity, *r.Price}}
	case Tier:
		for _, b := range r.Bands {
			if b.UpTo == nil || quantity.LessThanOrEqual(*b.UpTo) {
				return []Slice{{quantity, *b.Price}}
			}
		}
	case Step:
		var out []Slice
		for _, b := range r.Bands {
			take := quantity
			if b.UpTo != nil {
				take = decimal.Min(quantity, decimal.Max(b.UpTo.Sub(used), decimal.Zero))
			}
			if take.IsPositive() {
				out = append(out, Slice{take, *b.Price})
				quantity, used = quantity.Sub(take), used.Add(take)
			}
		}
		return out
	}
	return nil
}
