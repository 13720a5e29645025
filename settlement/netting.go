package settlement

import (
	"math/bits"
	"sort"

	"github.com/shopspring/decimal"

	"suanpan/money"
)

// exactPositions is how many open positions of a currency are solved for the exact minimum of transfers: the search
// looks at every subset, 4,096 of them at twelve. Above it the largest debtor pays the largest creditor, in turn.
const exactPositions = 12

// searchSteps bounds the search for transfers that keep clear of pairs which may not net.
const searchSteps = 20000

// Position is what one entity owes another, open at the moment of netting. A negative amount is owed the other way.
type Position struct {
	Owes, Owed string // entity codes
	Currency   money.Currency
	Amount     decimal.Decimal
}

// Transfer is a payment from one entity to another.
type Transfer struct {
	From, To string
	Currency money.Currency
	Amount   decimal.Decimal // above zero
	// Against says that the two may not net and that no other way was found to bring every position to zero: a person decides.
	Against bool
}

// NetPosition is an entity's net over all pairs that may net: above zero it is owed, below zero it owes.
type NetPosition struct {
	Entity   string
	Currency money.Currency
	Amount   decimal.Decimal // never zero
}

// Proposal is the answer of Net, sorted by currency and then by entity.
type Proposal struct {
	Nets      []NetPosition // after the transfers each of them is zero
	Transfers []Transfer    // fewer than the nets of their currency; together they move half of Σ|net|
	Gross     []Transfer    // pairs that may not net: each direction paid in full, by itself
}

// Net proposes how the entities' positions (签约主体间轧差) are brought to zero with as few payments as can be found. What two
// entities of a forbidden pair owe each other, in either direction, is left out of every net and comes back in Gross.
// The answer depends on the positions alone, not on their order; currencies are never mixed.
func Net(positions []Position, forbidden [][2]string) Proposal {
	apart := map[[2]string]bool{}
	for _, p := range forbidden {
		apart[p], apart[[2]string{p[1], p[0]}] = true, true
	}
	nets := map[money.Currency]map[string]decimal.Decimal{}
	gross := map[Transfer]decimal.Decimal{} // key without amount
	for _, p := range positions {
		if p.Amount.IsNegative() {
			p.Owes, p.Owed, p.Amount = p.Owed, p.Owes, p.Amount.Neg()
		}
		if p.Owes == p.Owed || p.Amount.IsZero() {
			continue
		}
		if apart[[2]string{p.Owes, p.Owed}] {
			k := Transfer{From: p.Owes, To: p.Owed, Currency: p.Currency}
			gross[k] = gross[k].Add(p.Amount)
			continue
		}
		if nets[p.Currency] == nil {
			nets[p.Currency] = map[string]decimal.Decimal{}
		}
		m := nets[p.Currency]
		m[p.Owed], m[p.Owes] = m[p.Owed].Add(p.Amount), m[p.Owes].Sub(p.Amount)
	}
	var out Proposal
	for c, m := range nets {
		open := openPositions(c, m)
		out.Nets = append(out.Nets, open...)
		out.Transfers = append(out.Transfers, settleAll(open, apart)...)
	}
	for k, amount := range gross {
		k.Amount = amount
		out.Gross = append(out.Gross, k)
	}
	sort.Slice(out.Nets, func(a, b int) bool {
		x, y := out.Nets[a], out.Nets[b]
		return x.Currency < y.Currency || (x.Currency == y.Currency && x.Entity < y.Entity)
	})
	sortTransfers(out.Transfers)
	sortTransfers(out.Gross)
	return out
}

func openPositions(c money.Currency, m map[string]decimal.Decimal) []NetPosition {
	var open []NetPosition
	for e, v := range m {
		if !v.IsZero() {
			open = append(open, NetPosition{e, c, v})
		}
	}
	sort.Slice(open, func(a, b int) bool { return open[a].Entity < open[b].Entity })
	return open
}

// settleAll pays each group that nets to zero within itself by one transfer fewer than it has members. Where a group
// cannot do so without paying across a forbidden pair, all positions together are tried before the rule is broken.
func settleAll(open []NetPosition, apart map[[2]string]bool) []Transfer {
	var out []Transfer
	for _, g := range zeroSumGroups(open) {
		ts, ok := settle(g, apart)
		if !ok {
			if whole, ok := settle(open, apart); ok {
				return whole
			}
			ts = largestFirst(g, apart)
		}
		out = append(out, ts...)
	}
	return out
}

// zeroSumGroups splits positions into as many groups as possible that each add up to zero. n positions need
// n − (number of such groups) transfers, and no fewer: every set of transfers that clears them links each group's
// members into a tree.
func zeroSumGroups(open []NetPosition) [][]NetPosition {
	n := len(open)
	if n == 0 {
		return nil
	}
	if n > exactPositions {
		return [][]NetPosition{open}
	}
	sum := make([]decimal.Decimal, 1<<n)
	best := make([]int, 1<<n)  // most zero-sum groups met when building the subset one position at a time
	added := make([]int, 1<<n) // the position added last on that way
	for mask := 1; mask < 1<<n; mask++ {
		low := bits.TrailingZeros(uint(mask))
		sum[mask] = sum[mask&(mask-1)].Add(open[low].Amount)
		best[mask] = -1
		for i := 0; i < n; i++ {
			if mask&(1<<i) != 0 && best[mask^(1<<i)] > best[mask] {
				best[mask], added[mask] = best[mask^(1<<i)], i
			}
		}
		if sum[mask].IsZero() {
			best[mask]++
		}
	}
	var groups [][]NetPosition
	var group []NetPosition
	for mask := 1<<n - 1; mask != 0; mask ^= 1 << added[mask] {
		if sum[mask].IsZero() && len(group) > 0 {
			groups, group = append(groups, group), nil
		}
		group = append(group, open[added[mask]])
	}
	return append(groups, group)
}

// settle searches transfers that clear a group without paying across a forbidden pair. Each clears at least one
// position and the last clears two. It tries the largest debtor against each creditor, and gives up after searchSteps.
func settle(group []NetPosition, apart map[[2]string]bool) ([]Transfer, bool) {
	steps := 0
	var try func(left []NetPosition) ([]Transfer, bool)
	try = func(left []NetPosition) ([]Transfer, bool) {
		debtors, creditors := sides(left)
		if len(debtors) == 0 {
			return nil, true
		}
		for _, c := range creditors {
			if steps++; steps > searchSteps {
				return nil, false
			}
			if apart[[2]string{debtors[0].Entity, c.Entity}] {
				continue
			}
			t := pay(debtors[0], c)
			if rest, ok := try(after(left, t)); ok {
				return append([]Transfer{t}, rest...), true
			}
			if len(apart) == 0 {
				break
			}
		}
		return nil, false
	}
	return try(group)
}

// largestFirst always clears a group, and marks what crosses a forbidden pair.
func largestFirst(left []NetPosition, apart map[[2]string]bool) []Transfer {
	var out []Transfer
	for {
		debtors, creditors := sides(left)
		if len(debtors) == 0 {
			return out
		}
		t := pay(debtors[0], creditors[0])
		left = after(left, t)
		t.Against = apart[[2]string{t.From, t.To}]
		out = append(out, t)
	}
}

// sides parts debtors from creditors, the largest first, entities of one amount by code.
func sides(left []NetPosition) (debtors, creditors []NetPosition) {
	for _, p := range left {
		if p.Amount.IsNegative() {
			debtors = append(debtors, p)
		} else {
			creditors = append(creditors, p)
		}
	}
	for _, s := range [][]NetPosition{debtors, creditors} {
		sort.Slice(s, func(a, b int) bool {
			if c := s[a].Amount.Abs().Cmp(s[b].Amount.Abs()); c != 0 {
				return c > 0
			}
			return s[a].Entity < s[b].Entity
		})
	}
	return debtors, creditors
}

func pay(debtor, creditor NetPosition) Transfer {
	return Transfer{
		From: debtor.Entity, To: creditor.Entity, Currency: debtor.Currency,
		Amount: decimal.Min(debtor.Amount.Neg(), creditor.Amount),
	}
}

// after is what stays open once a transfer is paid.
func after(left []NetPosition, t Transfer) []NetPosition {
	out := make([]NetPosition, 0, len(left))
	for _, p := range left {
		switch p.Entity {
		case t.From:
			p.Amount = p.Amount.Add(t.Amount)
		case t.To:
			p.Amount = p.Amount.Sub(t.Amount)
		}
		if !p.Amount.IsZero() {
			out = append(out, p)
		}
	}
	return out
}

func sortTransfers(ts []Transfer) {
	sort.Slice(ts, func(a, b int) bool {
		x, y := ts[a], ts[b]
		if x.Currency != y.Currency {
			return x.Currency < y.Currency
		}
		if x.From != y.From {
			return x.From < y.From
		}
		return x.To < y.To
	})
}
