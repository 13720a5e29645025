package money

import (
	"sort"

	"github.com/shopspring/decimal"
)

// Allocate splits total over weights so that the parts, each at the given number of decimals, add up to total
// exactly: the largest remainders get the last units, earlier parts first where remainders tie. Weights must not be
// negative and not all zero; total may be negative. A total finer than places leaves its dust on the first part.
func Allocate(total decimal.Decimal, weights []decimal.Decimal, places int32) []decimal.Decimal {
	sum := decimal.Zero
	for _, w := range weights {
		if w.IsNegative() {
			panic("money: a negative weight cannot be allocated to")
		}
		sum = sum.Add(w)
	}
	if sum.IsZero() {
		panic("money: nothing to allocate to")
	}
	sign := decimal.NewFromInt(1)
	if total.IsNegative() {
		sign = sign.Neg()
	}
	abs := total.Abs()
	parts := make([]decimal.Decimal, len(weights))
	rest := make([]decimal.Decimal, len(weights))
	order := make([]int, len(weights))
	left := abs
	for i, w := range weights {
		exact := abs.Mul(w).DivRound(sum, places+16)
		parts[i] = exact.Truncate(places)
		rest[i] = exact.Sub(parts[i])
		left = left.Sub(parts[i])
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return rest[order[a]].GreaterThan(rest[order[b]]) })
	unit := decimal.New(1, -places)
	for k := 0; left.GreaterThanOrEqual(unit); k++ {
		i := order[k%len(order)]
		parts[i] = parts[i].Add(unit)
		left = left.Sub(unit)
	}
	parts[0] = parts[0].Add(left)
	for i := range parts {
		parts[i] = parts[i].Mul(sign)
	}
	return parts
}
