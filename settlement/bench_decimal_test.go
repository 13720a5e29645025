package settlement

import (
	"github.com/shopspring/decimal"

	"suanpan/money"
)

func decimalOf(s string) decimal.Decimal { return money.MustParse(s) }
