package orders

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/money"
)

// Order types, as the marketplace names them (orderType).
const (
	New           = "NEW"             // 新购
	Trial         = "TRIAL"           // 试用
	TrialToFormal = "TRIAL_TO_FORMAL" // 试用转正
	Renew         = "RENEW"           // 续费
	Change        = "CHANGE"          // 变更
	Unsubscribe   = "UNSUBSCRIBE"     // 退订
)

// Charging modes, as the marketplace names them (chargingMode).
const (
	OneTime  = "ONE_TIME"      // 一次性
	Period   = "PERIOD"        // 包周期
	OnDemand = "ON_DEMAND"     // 按需
	Package  = "ON_DEMAND_PKG" // 按需套餐包
)

// Line is one order line (订单行) as it was placed. It never changes but by a correction.
type Line struct {
	Merchant    string
	ID          string // orderLineId
	OrderID     string
	Type        string
	Mode        string
	Product     string
	SKU         string
	Buyer       string
	Entity      string // the contracting entity that owes the merchant
	PlacedAt    time.Time
	KnownAt     time.Time
	Currency    money.Currency  // sale currency
	Gross       decimal.Decimal // deal amount, indirect tax included; 0 on demand
	Tax         decimal.Decimal // indirect tax within Gross
	CustomerWHT decimal.Decimal // what the customer withheld of Gross
	Supervised  bool            // billed only once supervision is completed
	Terms       Terms
}

// Terms are what only some lines have.
type Terms struct {
	FeeRate         *decimal.Decimal `json:"feeRate,omitempty"`         // agreed for this line; otherwise the product's when placed
	TaxRate         *decimal.Decimal `json:"taxRate,omitempty"`         // on demand: indirect tax on the price
	CustomerWHTRate *decimal.Decimal `json:"customerWhtRate,omitempty"` // on demand: withheld by the customer, of the price
	SellerTaxes     []SellerTax      `json:"sellerTaxes,omitempty"`
	Instance        string           `json:"instanceId,omitempty"`
	Quota           *PackageTerms    `json:"package,omitempty"`
	PeriodType      string           `json:"periodType,omitempty"`
	PeriodNumber    int              `json:"periodNumber,omitempty"`
	ExpireTime      string           `json:"expireTime,omitempty"` // as the marketplace sent it; drives nothing
	ListAmount      string           `json:"listAmount,omitempty"` // before discounts, for the reader
	Region          string           `json:"region,omitempty"`     // where the buyer was registered when it was placed
	Quantity        int              `json:"quantity,omitempty"`   // how many; 0: not said, which counts as one
	StartTime       *time.Time       `json:"startTime,omitempty"`  // of a package: when its buyer wants it to begin
}

// SellerTax is a tax taken from the merchant's settlement on this line. A given amount wins over a rate.
type SellerTax struct {
	Code   string           `json:"code"`
	Amount *decimal.Decimal `json:"amount,omitempty"`
	Rate   *decimal.Decimal `json:"rate,omitempty"`
	Of     string           `json:"of,omitempty"` // gross, net (without tax), base, share
}

// PackageTerms are the quota a package brings to an instance.
type PackageTerms struct {
	Covers     string          `json:"covers"` // the pay-per-use instance
	Quota      decimal.Decimal `json:"quota"`
	Reset      string          `json:"reset"` // none, month, year
	ValidUntil time.Time       `json:"validUntil"`
	Cycle      string          `json:"cycle,omitempty"` // which months and years a reset counts: calendar, order; empty where the marketplace does not say
	Stop       bool            `json:"stop,omitempty"`  // stop-before-excess (用完即停)
}

// Event kinds of a line.
const (
	Paid         = "paid"
	Effective    = "effective"
	Completed    = "supervision_completed"
	Canceled     = "canceled"
	Failed       = "provisioning_failed"
	AppealOpened = "appeal_opened"
	AppealClosed = "appeal_closed"
)

// Event is something that happened to a line.
type Event struct {
	Line    string
	Kind    string
	FactID  string
	At      time.Time
	KnownAt time.Time
	Payment *PaymentDetail // of Paid

	hash []byte
}

// PaymentDetail says how a customer pays and to whom.
type PaymentDetail struct {
	Method    string `json:"method"`    // CASH, CREDIT
	Collector string `json:"collector"` // the entity that collects
}

// Payment methods.
const (
	Cash   = "CASH"
	Credit = "CREDIT"
)

// Refund (退订) is money given back on a line.
type Refund struct {
	ID         string
	Line       string
	Gross      decimal.Decimal // of the line's gross, positive
	Rule       string
	At         time.Time // money back
	KnownAt    time.Time
	CreditPart *decimal.Decimal // of a credit order: what lowered the customer's debt
}

// Refund rules.
const (
	Negotiated      = "NEGOTIATED"            // by agreement, before supervision completes
	FiveDay         = "FIVE_DAY"              // whole, within five days of provisioning
	NotInEffect     = "RENEWAL_NOT_EFFECTIVE" // whole renewal that had not begun
	Conditional     = "CONDITIONAL"           // anything else
	ProvisionFailed = "PROVISIONING_FAILED"   // automatic
)

// Earned is a line all of whose own conditions hold (EarnedLine): its share is posted and waits for a bill.
type Earned struct {
	Merchant    string
	ID          string
	Kind        string // order, refund, usage, adjustment, correction
	OrderLine   string
	Entity      string
	Currency    money.Currency
	Cycle       period.Month
	Gross       decimal.Decimal
	Tax         decimal.Decimal
	CustomerWHT decimal.Decimal
	Base        decimal.Decimal // gross − tax − customer WHT
	FeeRate     decimal.Decimal
	Fee         decimal.Decimal
	Share       decimal.Decimal // base − fee: what merchant_unbilled holds
	SellerTax   decimal.Decimal // sum of SellerTaxes
	SellerTaxes map[string]decimal.Decimal
	Settlement  decimal.Decimal // share − seller taxes
	Product     string
	PairOf      string
	Note        string
	EarnedAt    time.Time
	KnownAt     time.Time
}
