package orders

import (
	"github.com/shopspring/decimal"

	"suanpan/money"
)

// Upgrade is what the fee of a change of specification (变更) is computed from. Prices are today's: the target's and, of the running specification,
// today's too, not what was paid. Each is for so many days.
type Upgrade struct {
	NewPrice  decimal.Decimal // of the target, for NewDays
	NewDays   int
	OldPrice  decimal.Decimal // of the running specification, for OldDays
	OldDays   int
	Remaining int             // days from the change to the end of the term
	Discount  decimal.Decimal // 1: none
}

// UpgradeFee is new price × remaining days × discount − old price × remaining days × discount, both prices by the day. It is one exact fraction,
// brought to eight decimals once; a sum that is not above zero is no upgrade.
func UpgradeFee(u Upgrade) decimal.Decimal {
	newDays, oldDays := decimal.NewFromInt(int64(u.NewDays)), decimal.NewFromInt(int64(u.OldDays))
	dear := u.NewPrice.Mul(oldDays).Sub(u.OldPrice.Mul(newDays)) // over newDays × oldDays
	return dear.Mul(decimal.NewFromInt(int64(u.Remaining))).Mul(u.Discount).DivRound(newDays.Mul(oldDays), money.LineDecimals)
}
