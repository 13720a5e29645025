package orders

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/orders/metering"
)

// rows are what a load wants to write, kind by kind; store.go turns each into one set-based statement.
type rows struct {
	lines            []lineRow
	events           []eventRow
	refunds          []refundRow
	usage            []usageRow
	usageLines       []UsageLine
	movements        []movementRow
	earned           []Earned
	timers           []timerRow
	adjustments      []adjustmentRow
	payouts          []payoutRow
	merchantPayments []merchantPaymentRow
	openings         []openingRow
	products         []*productRecord
}

type lineRow struct {
	Line
	hash []byte
}

type eventRow struct {
	merchant string
	Event
}

type refundRow struct {
	merchant string
	Refund
	hash []byte
}

type usageRow struct {
	*usageRecord
	merchant string
	knownAt  time.Time
}

type movementRow struct {
	Movement
	hash []byte
}

type timerRow struct {
	merchant, line string
	due            time.Time
}

type adjustmentRow struct {
	*adjustmentRecord
	knownAt time.Time
}

type payoutRow struct {
	*payoutRecord
	knownAt time.Time
}

type merchantPaymentRow struct {
	*merchantPaymentRecord
	knownAt time.Time
}

type openingRow struct {
	*openingRecord
	owner string
}

type rating struct {
	from   time.Time
	rating metering.Rating
}

// UsageLine is the usage of one instance in one month of consumption, as one line (用量账单行): what was reported before the run of that
// month is one, what came later is one more for each month it was heard in.
type UsageLine struct {
	Merchant    string
	ID          string
	OrderLine   string
	Cycle       period.Month // of consumption
	Heard       period.Month // whose run made the line
	Quantity    decimal.Decimal
	Gross       decimal.Decimal
	Tax         decimal.Decimal
	CustomerWHT decimal.Decimal
	KnownAt     time.Time

	at   time.Time
	hash []byte
}
