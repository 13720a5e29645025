package money

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
)

func TestRound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, currency, want string }{
		{"1328.125", "HKD", "1328.13"},
		{"91052.5", "CLP", "91053"},
		{"-72.8535", "EUR", "-72.85"},
		{"-72.855", "EUR", "-72.86"},
		{"197537.85", "JPY", "197538"},
		{"471.600458334135", "SGD", "471.6"},
		{"0.005", "USD", "0.01"},
		{"-0.005", "USD", "-0.01"},
	} {
		if got := Round(MustParse(c.in), Currency(c.currency)); !got.Equal(MustParse(c.want)) {
			t.Errorf("%s in %s: %s, want %s", c.in, c.currency, got, c.want)
		}
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, currency, print, plain string }{
		{"7104.47", "BRL", "7,104.47", "7104.47"},
		{"91053", "CLP", "91,053", "91053"},
		{"0.1", "USD", "0.10", "0.10"},
		{"-1234567.891", "USD", "-1,234,567.891", "-1234567.891"},
		{"471.600458334135", "SGD", "471.600458334135", "471.600458334135"},
		{"100", "USD", "100.00", "100.00"},
		{"-0.00", "USD", "0.00", "0.00"},
		{"1.500", "JPY", "1.5", "1.5"},
	} {
		v := MustParse(c.in)
		if got := Print(v, Currency(c.currency)); got != c.print {
			t.Errorf("Print(%s): %s, want %s", c.in, got, c.print)
		}
		if got := Plain(v, Currency(c.currency)); got != c.plain {
			t.Errorf("Plain(%s): %s, want %s", c.in, got, c.plain)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"1130.00", "0", "-5", "+5.25", "0.00000001"} {
		if _, err := Parse(s); err != nil {
			t.Errorf("%q is refused", s)
		}
	}
	for _, s := range []string{"", " ", "1,130", "1e3", "1.", ".5", "-.5", "--1", "1.2.3", "NaN", "Inf", "٣", "0x1", "1 000", "12345678901234567890123456789012345678901"} {
		if v, err := Parse(s); err == nil {
			t.Errorf("%q was read as %s", s, v)
		}
	}
}

func TestTwoCurrenciesAreNeverAdded(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("USD and EUR were added")
		}
	}()
	New(MustParse("1"), "USD").Add(New(MustParse("1"), "EUR"))
}

func TestAllocateGivesOutExactlyTheTotal(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		total := decimal.New(rng.Int64N(2_000_000)-1_000_000, -2)
		weights := make([]decimal.Decimal, 1+rng.IntN(6))
		for i := range weights {
			weights[i] = decimal.New(rng.Int64N(1000), -1)
		}
		weights[0] = weights[0].Add(decimal.New(1, 0))
		sum, unit := decimal.Zero, decimal.New(1, -2)
		all := decimal.Zero
		for _, w := range weights {
			all = all.Add(w)
		}
		for i, p := range Allocate(total, weights, 2) {
			sum = sum.Add(p)
			if fair := total.Mul(weights[i]).DivRound(all, 20); p.Sub(fair).Abs().GreaterThanOrEqual(unit) {
				t.Fatalf("%s over %v: part %d is %s, fair is %s", total, weights, i, p, fair)
			}
		}
		if !sum.Equal(total) {
			t.Fatalf("%s over %v gives out %s", total, weights, sum)
		}
	}
}

func TestMinorUnits(t *testing.T) {
	t.Parallel()
	for c, want := range map[Currency]int32{"USD": 2, "CLP": 0, "JPY": 0, "KRW": 0, "KWD": 3, "BRL": 2, "IDR": 2, "XYZ": 2} {
		if got := c.MinorUnits(); got != want {
			t.Errorf("%s has %d decimals, want %d", c, got, want)
		}
	}
	for c, want := range map[Currency]bool{"USD": true, "usd": false, "": false, "US": false, "ZZZ": false, "U$D": false} {
		if c.Valid() != want {
			t.Errorf("%q valid: %v", c, !want)
		}
	}
}
