package settlement

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/money"
)

// State is where a bill stands (账单状态), in the marketplace's stages.
type State string

// The states. The Chinese names are those of the marketplace's table.
const (
	PendingCountersign    State = "PENDING_COUNTERSIGN"    // 待会签
	Countersigning        State = "COUNTERSIGNING"         // 会签中
	CountersignRejected   State = "COUNTERSIGN_REJECTED"   // 会签驳回
	PendingRequisition    State = "PENDING_REQUISITION"    // 待申付
	RequisitionFailed     State = "REQUISITION_FAILED"     // 申付单创建失败
	PendingInvoice        State = "PENDING_INVOICE"        // 待开票
	InvoiceReview         State = "INVOICE_REVIEW"         // 发票待审核
	RequisitionProcessing State = "REQUISITION_PROCESSING" // 申付处理中
	RequisitionRejected   State = "REQUISITION_REJECTED"   // 申付被驳回
	PaymentInfoError      State = "PAYMENT_INFO_ERROR"     // 支付信息错误
	Paying                State = "PAYING"                 // 支付中
	Done                  State = "COMPLETED"              // 已完成
	Carried               State = "CARRIED"                // nothing to pay: carried to the next bill
	Collected             State = "COLLECTED"              // below zero a second time: taken from the deposit, the rest is owed
)

// next lists what may follow each state; anything else is refused.
var next = map[State][]State{
	PendingCountersign:    {Countersigning},
	Countersigning:        {CountersignRejected, PendingRequisition},
	CountersignRejected:   {Countersigning},
	PendingRequisition:    {PendingInvoice, RequisitionFailed},
	RequisitionFailed:     {PendingRequisition},
	PendingInvoice:        {InvoiceReview, RequisitionProcessing},
	InvoiceReview:         {PendingInvoice, RequisitionProcessing},
	RequisitionProcessing: {PendingInvoice, RequisitionRejected, PaymentInfoError, Paying},
	RequisitionRejected:   {RequisitionProcessing, PendingInvoice},
	PaymentInfoError:      {RequisitionProcessing},
	Paying:                {Done, PaymentInfoError, RequisitionProcessing},
}

// To says whether a bill may go from one state to another.
func (s State) To(t State) error {
	for _, n := range next[s] {
		if n == t {
			return nil
		}
	}
	return fault.New(fault.Conflict, "BILL-STATE", "state", fault.Args{"from": s, "to": t})
}

// States lists every state in the order of the road.
func States() []State {
	return []State{
		PendingCountersign, Countersigning, CountersignRejected, PendingRequisition, RequisitionFailed, PendingInvoice, InvoiceReview,
		RequisitionProcessing, RequisitionRejected, PaymentInfoError, Paying, Done, Carried, Collected,
	}
}

// Bill (账单) is what one entity owes one merchant in one payout currency for one cycle.
type Bill struct {
	Merchant    string
	No          string // entity-YYYYMM-merchant-currency
	Attempt     int    // raised each time the bill was withdrawn and made again
	Entity      string
	Month       period.Month
	Currency    money.Currency // payout currency
	State       State
	Lines       int
	Sales       []Sale          // one a sale currency
	Exact       decimal.Decimal // sum of the sales' products, exact
	Rounded     decimal.Decimal // Exact at the minor unit, half-up, once
	Residue     decimal.Decimal // Rounded − Exact
	CarryIn     decimal.Decimal // what the bill before carried over: negative, or positive below a minimum payout
	CarriedFrom string          // that bill
	Payable     decimal.Decimal // Rounded + CarryIn
	CarryOut    decimal.Decimal // Payable where it is not positive: goes to the next bill
	FromDeposit decimal.Decimal // of a collected bill: what the merchant's deposit covered
	Receivable  decimal.Decimal // of a collected bill: what the merchant owes from then on
	RunDay      period.Day
	IssuedAt    time.Time
	Requisition string // number, once approved
}

// Sale is the part of a bill that was sold in one currency.
type Sale struct {
	Currency    money.Currency
	Lines       int
	Gross       decimal.Decimal
	Tax         decimal.Decimal
	CustomerWHT decimal.Decimal
	Fee         decimal.Decimal
	Share       decimal.Decimal
	SellerTax   decimal.Decimal
	SellerTaxes map[string]decimal.Decimal
	Settlement  decimal.Decimal
	Rate        decimal.Decimal // payout units for one of Currency; 1 for the same currency
	RateKey     string          // the row it comes from; empty for the same currency
	Product     decimal.Decimal // Settlement × Rate, exact
}

// ListTotal is what the invoice list asks for: nothing where the bill is carried.
func (b Bill) ListTotal() decimal.Decimal {
	if b.Payable.IsPositive() {
		return b.Payable
	}
	return decimal.Zero
}

// BillNo names the bill of a merchant, entity, month and payout currency.
func BillNo(entity string, m period.Month, merchant string, c money.Currency) string {
	return fmt.Sprintf("%s-%s-%s-%s", entity, m.Compact(), merchant, c)
}

// compute rounds a bill once and settles what is carried. Everything before the rounding is exact.
func (b *Bill) compute(minPayout decimal.Decimal) {
	b.Exact = decimal.Zero
	for i := range b.Sales {
		s := &b.Sales[i]
		s.Product = s.Settlement.Mul(s.Rate)
		b.Exact = b.Exact.Add(s.Product)
	}
	b.Rounded = money.Round(b.Exact, b.Currency)
	b.Residue = b.Rounded.Sub(b.Exact)
	b.Payable = b.Rounded.Add(b.CarryIn)
	b.CarryOut, b.State = decimal.Zero, PendingCountersign
	if !b.Payable.IsPositive() || b.Payable.LessThan(minPayout) {
		b.CarryOut, b.State = b.Payable, Carried
	}
}

// asks tells whether a bill in this state has anything that an invoice list asks for.
func (s State) asks() bool { return s != Carried && s != Collected }

// collectable tells whether what is missing was carried before: sales of a second month do not cover it.
func (b *Bill) collectable() bool { return b.Payable.IsNegative() && b.CarryIn.IsNegative() }

// collect takes what is missing from the merchant's deposit, as far as that goes, and leaves the rest as a debt of the merchant's. Nothing is
// carried on.
func (b *Bill) collect(deposit decimal.Decimal) {
	missing := b.Payable.Neg()
	b.FromDeposit = decimal.Max(decimal.Zero, decimal.Min(deposit, missing))
	b.Receivable = missing.Sub(b.FromDeposit)
	b.CarryOut, b.State = decimal.Zero, Collected
}

// key is the cause under which the bill stands in the ledger.
func (b *Bill) key() string {
	if b.Attempt > 1 {
		return fmt.Sprintf("billed/%s/%d", b.No, b.Attempt)
	}
	return "billed/" + b.No
}

// entry posts the bill: seller taxes leave the unbilled share, the rest crosses into the payout currency, and rounding gets what one rounding
// of the exact product made of the figures posted. What is collected leaves nothing on the payable account.
func (b *Bill) entry(zone *time.Location) ledger.Entry {
	var t []ledger.Transfer
	posted := decimal.Zero
	for _, s := range b.Sales {
		for _, code := range sortedCodes(s.SellerTaxes) {
			t = ledger.Move(t, b.Entity, s.Currency, ledger.MerchantUnbilled, ledger.SellerTax(code), s.SellerTaxes[code], "")
		}
		if s.Currency == b.Currency {
			t = ledger.Move(t, b.Entity, s.Currency, ledger.MerchantUnbilled, ledger.MerchantPayable, s.Settlement, "")
			posted = posted.Add(s.Settlement)
			continue
		}
		ref := fmt.Sprintf("%s/%s@%s=%s", s.Currency, b.Currency, s.RateKey, money.Exact(s.Rate))
		v := money.Fixed(s.Product)
		t = ledger.Move(t, b.Entity, s.Currency, ledger.MerchantUnbilled, ledger.FXClearing, s.Settlement, ref)
		t = ledger.Move(t, b.Entity, b.Currency, ledger.FXClearing, ledger.MerchantPayable, v, ref)
		posted = posted.Add(v)
	}
	t = ledger.Move(t, b.Entity, b.Currency, ledger.Rounding, ledger.MerchantPayable, b.Rounded.Sub(posted), "")
	t = ledger.Move(t, b.Entity, b.Currency, ledger.MerchantDeposit, ledger.MerchantPayable, b.FromDeposit, "")
	t = ledger.Move(t, b.Entity, b.Currency, ledger.MerchantReceivable, ledger.MerchantPayable, b.Receivable, "")
	at := b.Month.LastInstant(zone)
	return ledger.Entry{
		Merchant: b.Merchant, Key: b.key(), Kind: "billed", Book: b.Entity, OccurredAt: at, KnownAt: at, Period: b.Month, Source: ledger.Run, Transfers: t,
	}
}
