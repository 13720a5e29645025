package orders

import (
	"testing"

	"github.com/shopspring/decimal"

	"suanpan/money"
)

func TestUpgradeFeeIsTheDifferenceOfTheRemainingDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		outcome            string
		newPrice, oldPrice string
		newDays, oldDays   int
		remaining          int
		discount, want     string
	}{
		{"a year's difference for half of it", "730", "365", 365, 365, 180, "1", "180"},
		{"a discount lowers both sides", "730", "365", 365, 365, 180, "0.8", "144"},
		{"prices of different terms", "60", "365", 30, 365, 90, "1", "90"},
		{"thirds stay exact until the end", "100", "0", 3, 1, 1, "1", "33.33333333"},
		{"thirds of nine days are whole", "100", "0", 3, 1, 9, "1", "300"},
		{"nothing remains", "730", "365", 365, 365, 0, "1", "0"},
		{"a cheaper target is no upgrade", "100", "365", 365, 365, 73, "1", "-53"},
	} {
		got := UpgradeFee(Upgrade{money.MustParse(c.newPrice), c.newDays, money.MustParse(c.oldPrice), c.oldDays, c.remaining, money.MustParse(c.discount)})
		if !got.Equal(decimal.RequireFromString(c.want)) {
			t.Errorf("%s: %s, want %s", c.outcome, got, c.want)
		}
	}
}
