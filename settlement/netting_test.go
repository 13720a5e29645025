package settlement

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/shopspring/decimal"

	"suanpan/money"
)

func owes(from, to string, amount string) Position {
	return Position{Owes: from, Owed: to, Currency: "USD", Amount: decimal.RequireFromString(amount)}
}

func lines(ts []Transfer) []string {
	out := []string{}
	for _, t := range ts {
		s := fmt.Sprintf("%s %s→%s %s", t.Currency, t.From, t.To, t.Amount)
		if t.Against {
			s += " against"
		}
		out = append(out, s)
	}
	return out
}

func TestNet(t *testing.T) {
	t.Parallel()
	eur := owes("B", "A", "5")
	eur.Currency = "EUR"
	cases := []struct {
		name             string
		positions        []Position
		forbidden        [][2]string
		transfers, gross []string
	}{
		{"nothing open needs nothing", nil, nil, []string{}, []string{}},
		{"both directions of a pair net", []Position{owes("A", "B", "107"), owes("B", "A", "7")}, nil, []string{"USD A→B 100"}, []string{}},
		{"a circle needs nothing", []Position{owes("A", "B", "5"), owes("B", "C", "5"), owes("C", "A", "5")}, nil, []string{}, []string{}},
		{"a chain is paid once", []Position{owes("A", "B", "5"), owes("B", "C", "5")}, nil, []string{"USD A→C 5"}, []string{}},
		{"currencies stay apart", []Position{owes("A", "B", "5"), eur}, nil, []string{"EUR B→A 5", "USD A→B 5"}, []string{}},
		{"a negative amount is owed the other way", []Position{owes("A", "B", "-5")}, nil, []string{"USD B→A 5"}, []string{}},
		// 6 = 5 + 1 and 7 = 4 + 3: taken together without the groups, largest-first needs five.
		{
			"groups that net to zero are found",
			[]Position{owes("D1", "X", "6"), owes("X", "C1", "5"), owes("X", "C2", "1"), owes("D2", "X", "7"), owes("X", "C3", "4"), owes("X", "C4", "3")},
			nil,
			[]string{"USD D1→C1 5", "USD D1→C2 1", "USD D2→C3 4", "USD D2→C4 3"},
			[]string{},
		},
		{
			"a forbidden pair is paid gross, each way",
			[]Position{owes("A", "B", "9"), owes("B", "A", "4"), owes("A", "C", "3")},
			[][2]string{{"B", "A"}},
			[]string{"USD A→C 3"},
			[]string{"USD A→B 9", "USD B→A 4"},
		},
		{
			"a transfer goes round a forbidden pair where it can",
			[]Position{owes("A", "X", "5"), owes("X", "B", "5"), owes("C", "X", "5"), owes("X", "D", "5")},
			[][2]string{{"A", "B"}},
			[]string{"USD A→D 5", "USD C→B 5"},
			[]string{},
		},
		{
			"a transfer that cannot go round is marked",
			[]Position{owes("A", "X", "5"), owes("X", "B", "5")},
			[][2]string{{"A", "B"}},
			[]string{"USD A→B 5 against"},
			[]string{},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := Net(c.positions, c.forbidden)
			if !reflect.DeepEqual(lines(got.Transfers), c.transfers) {
				t.Errorf("transfers %v, want %v", lines(got.Transfers), c.transfers)
			}
			if !reflect.DeepEqual(lines(got.Gross), c.gross) {
				t.Errorf("gross %v, want %v", lines(got.Gross), c.gross)
			}
		})
	}
}

// random makes positions between n entities; small amounts make zero-sum groups likely.
func random(r *rand.Rand, n int) []Position {
	var ps []Position
	for range n * 2 {
		a, b := r.IntN(n), r.IntN(n)
		cur := money.Currency([]string{"USD", "USD", "EUR"}[r.IntN(3)])
		ps = append(ps, Position{fmt.Sprintf("E%02d", a), fmt.Sprintf("E%02d", b), cur, decimal.New(int64(r.IntN(6)), -2)})
	}
	return ps
}

func TestNetProperties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		ps := random(r, 2+r.IntN(19))
		var forbidden [][2]string
		if seed%3 == 0 {
			forbidden = [][2]string{{"E00", "E01"}, {"E02", "E00"}}
		}
		got := Net(ps, forbidden)
		type key struct {
			entity   string
			currency money.Currency
		}
		left, half, moved, open, count := map[key]decimal.Decimal{}, map[money.Currency]decimal.Decimal{}, map[money.Currency]decimal.Decimal{}, map[money.Currency]int{}, map[money.Currency]int{}
		for _, p := range ps {
			left[key{p.Owed, p.Currency}] = left[key{p.Owed, p.Currency}].Add(p.Amount)
			left[key{p.Owes, p.Currency}] = left[key{p.Owes, p.Currency}].Sub(p.Amount)
		}
		for _, n := range got.Nets {
			half[n.Currency] = half[n.Currency].Add(n.Amount.Abs().Div(decimal.NewFromInt(2)))
			open[n.Currency]++
		}
		for i, tr := range append(append([]Transfer(nil), got.Transfers...), got.Gross...) {
			left[key{tr.To, tr.Currency}] = left[key{tr.To, tr.Currency}].Sub(tr.Amount)
			left[key{tr.From, tr.Currency}] = left[key{tr.From, tr.Currency}].Add(tr.Amount)
			if !tr.Amount.IsPositive() {
				t.Fatalf("seed %d: transfer of %s", seed, tr.Amount)
			}
			if i < len(got.Transfers) {
				moved[tr.Currency] = moved[tr.Currency].Add(tr.Amount)
				count[tr.Currency]++
			}
		}
		for k, v := range left {
			if !v.IsZero() {
				t.Fatalf("seed %d: %v stays open at %s", seed, k, v)
			}
		}
		for c := range open {
			if !moved[c].Equal(half[c]) {
				t.Fatalf("seed %d: %s moved, half of Σ|net| is %s", seed, moved[c], half[c])
			}
			if count[c] > open[c]-1 {
				t.Fatalf("seed %d: %d transfers for %d positions", seed, count[c], open[c])
			}
		}
		shuffled := append([]Position(nil), ps...)
		r.Shuffle(len(shuffled), func(a, b int) { shuffled[a], shuffled[b] = shuffled[b], shuffled[a] })
		if again := Net(shuffled, forbidden); !reflect.DeepEqual(lines(got.Transfers), lines(again.Transfers)) {
			t.Fatalf("seed %d: another order of positions, other transfers", seed)
		}
	}
}

// fewest finds the smallest number of transfers by trying every way to pay the first open position from or to any other.
func fewest(left []int) int {
	for len(left) > 0 && left[0] == 0 {
		left = left[1:]
	}
	if len(left) == 0 {
		return 0
	}
	best := 1 << 20
	for i := 1; i < len(left); i++ {
		if left[i]*left[0] < 0 {
			next := append([]int(nil), left[1:]...)
			next[i-1] += left[0] // the first is cleared whole, as in some shortest way
			best = min(best, 1+fewest(next))
		}
	}
	return best
}

func TestNetNeedsTheFewestTransfers(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		n := 2 + r.IntN(6)
		nets, sum := make([]int, n), 0
		for i := range nets[:n-1] {
			nets[i] = r.IntN(15) - 7
			sum += nets[i]
		}
		nets[n-1] = -sum
		var ps []Position
		for i, v := range nets {
			ps = append(ps, Position{"HUB", fmt.Sprintf("E%d", i), "USD", decimal.NewFromInt(int64(v))})
		}
		if got, want := len(Net(ps, nil).Transfers), fewest(nets); got != want {
			t.Fatalf("seed %d: %v in %d transfers, %d are enough", seed, nets, got, want)
		}
	}
}

func TestTwelvePositionsAreExact(t *testing.T) {
	t.Parallel()
	// Six debtors and six creditors that pair off exactly, in amounts that largest-first would mix up in a wider set.
	var ps []Position
	for i, v := range []string{"13", "11", "8", "7", "5", "2"} {
		ps = append(ps, owes(fmt.Sprintf("D%d", i), "HUB", v), owes("HUB", fmt.Sprintf("C%d", 5-i), v))
	}
	if got := Net(ps, nil); len(got.Nets) != 12 || len(got.Transfers) != 6 {
		t.Errorf("%d positions, %d transfers, want 12 and 6", len(got.Nets), len(got.Transfers))
	}
}
