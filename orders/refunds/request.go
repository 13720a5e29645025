package refunds

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Request is a buyer's wish for money back on one order line, and what became of it.
type Request struct {
	Merchant string
	ID       string // the marketplace's number; the refund's fact bears it as refundId
	Order    string
	Line     string
	Buyer    string
	Entity   string // owes the merchant; its zone and calendar count
	Currency money.Currency
	Delivery Delivery
	Way      Way
	Rule     string // of the refund: orders.Negotiated, orders.FiveDay …
	Goods    Goods
	Reason   string // in the buyer's words
	Phone    string // of the buyer; kept only with the buyer's consent
	Figures

	State       State
	RequestedAt time.Time
	ContactFrom *time.Time // from when the buyer may press "contact the seller"; nil where nobody reviews
	Contacted   *time.Time // when the buyer did
	Opinion     string     // of the merchant, with the decision
	DecidedAt   *time.Time
	DecidedBy   string
	Carrier     string // of the returned goods
	Tracking    string
	ShippedAt   *time.Time
	DueAt       *time.Time // of what is waited for: return, acceptance, money; nil where no source gives a time
	Instruction int64      // 0 until the marketplace is asked to pay
	ClosedAt    *time.Time
	Why         string // a code, where time or another module ended it: RETURN_LAPSED, INVOICE_ASKED, OVERTAKEN, MONEY_BACK

	hash []byte
}

// Why a request ended or went on by itself.
const (
	WhyReturnLapsed   = "RETURN_LAPSED"
	WhyAcceptLapsed   = "ACCEPTANCE_LAPSED"
	WhyInvoiceAsked   = "INVOICE_ASKED"
	WhyOvertaken      = "OVERTAKEN"
	WhyMoneyBack      = "MONEY_BACK"
	WhyOtherAmount    = "OTHER_AMOUNT_BACK" // the fact came with another amount than was asked for
	WhyProvisioning   = "PROVISIONING_FAILED"
	WhyOperationsSaid = "OPERATIONS_DECIDED"
)

// Overdue tells whether what is waited for is late at an instant.
func (r Request) Overdue(now time.Time) bool {
	return r.State.Open() && r.DueAt != nil && now.After(*r.DueAt)
}

// Idle tells whether the merchant has left a review lying for longer than the marketplace's working days.
func (r Request) Idle(now time.Time) bool {
	return r.State == Review && r.ContactFrom != nil && !now.Before(*r.ContactFrom)
}

// Figures are a refund's money, in the line's currency. Amount = Paid − Due − Fee, exactly, where the rules compute it; a negotiated amount is what
// the two sides agreed on, and Due and Fee are zero.
type Figures struct {
	Paid   decimal.Decimal // and not given back before
	Due    decimal.Decimal // for what was used
	Fee    decimal.Decimal // handling fee
	Amount decimal.Decimal // goes back
}

// Conditional computes a refund after the five days: due = paid × used ÷ subscribed, refund = paid − due − fee. What goes back is rounded once, half
// up, to the currency's minor unit; the rounding is the due part's, so that the three parts are what was paid. Nothing goes back below zero.
func Conditional(paid decimal.Decimal, used, subscribed time.Duration, feeShare decimal.Decimal, c money.Currency) Figures {
	f := Figures{Paid: paid, Fee: money.Round(paid.Mul(feeShare), c)}
	used = min(max(used, 0), subscribed)
	whole := decimal.NewFromInt(int64(subscribed))
	left := paid.Mul(whole.Sub(decimal.NewFromInt(int64(used)))).Div(whole)
	f.Amount = money.Round(left.Sub(f.Fee), c)
	if f.Amount.IsNegative() {
		f.Amount = decimal.Zero
	}
	f.Due = paid.Sub(f.Fee).Sub(f.Amount)
	return f
}

// Terms are the dated settings a request is judged and walked by.
type Terms struct {
	SaaS, Supervised string // entities.RefundNone and so on
	FiveDay          time.Duration
	Quota            int
	QuotaCovers      string
	QuotaZone        *time.Location
	FeeShare         *decimal.Decimal // nil: nobody has said
	ReviewDays       int              // working days
	AppealDays       int              // working days
	Return, Accept   time.Duration
	Money            time.Duration
	Zone             *time.Location // of the owing entity
}

// termsOf reads the settings that count for an entity at an instant.
func termsOf(dir *entities.Directory, entity string, at time.Time) Terms {
	s := entities.ForEntity(entity)
	n := func(key string, unit time.Duration) time.Duration { return time.Duration(dir.Int(key, s, at)) * unit }
	const day = 24 * time.Hour
	t := Terms{
		SaaS: dir.Text(entities.KeyRefundSaaS, s, at), Supervised: dir.Text(entities.KeyRefundSupervised, s, at), FiveDay: n(entities.KeyRefundFiveDayHours, time.Hour),
		Quota: dir.Int(entities.KeyRefundQuota, entities.Installation, at), QuotaCovers: dir.Text(entities.KeyRefundQuotaCovers, entities.Installation, at), QuotaZone: time.UTC,
		ReviewDays: dir.Int(entities.KeyRefundReviewWorkdays, s, at), AppealDays: dir.Int(entities.KeyRefundAppealWorkdays, s, at), Return: n(entities.KeyRefundReturnDays, day), Accept: n(entities.KeyRefundAcceptDays, day),
		Money: n(entities.KeyRefundMoneyHours, time.Hour), Zone: dir.Zone(entity),
	}
	if z := dir.Text(entities.KeyRefundQuotaZone, entities.Installation, at); z != "" {
		if zone, err := time.LoadLocation(z); err == nil { // checked when it was saved
			t.QuotaZone = zone
		}
	}
	if v := dir.Text(entities.KeyRefundHandlingFee, s, at); v != "" {
		share := money.MustParse(v) // checked when it was saved
		t.FeeShare = &share
	}
	return t
}

// afterWorkdays is the first instant after a number of whole working days of an entity, the first of them the one after the day of an instant.
func afterWorkdays(dir *entities.Directory, entity string, at time.Time, days int) time.Time {
	zone := dir.Zone(entity)
	last, _ := dir.AddWorkdays(entity, period.DayOf(at, zone), days)
	return last.Add(1).Start(zone).UTC()
}

// quotaYear is the calendar year that a self-service refund counts in.
func (t Terms) quotaYear(at time.Time) int { return at.In(t.QuotaZone).Year() }

// feeUnknown is said with every conditional refund while nobody has set the handling fee.
func feeUnknown() *fault.Fault { return fault.Warning("RFD-FEE-UNKNOWN", "amount") }
