package statement

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/invoicing"
	"suanpan/money"
	"suanpan/settlement"
)

// Merchant is the statement of a merchant with an entity for a month (商家对账单).
type Merchant struct {
	Head
	ID    string
	Name  string
	Owed  []Owed     // one a currency; the ledger's figures
	Other []Standing // unbilled share, receivable, deposit
	Bills []settlement.Bill
	Lines []Line  // of these bills
	Asked []Asked // requisitions of these bills with all that answered them, as of now
	Held  []settlement.Held
}

// Line is a line of a bill.
type Line struct {
	Merchant    string
	Entity      string
	Bill        string
	ID          string
	Kind        string // order, refund, usage, adjustment, correction
	Order       string // empty for an adjustment
	Product     string
	ProductName string
	Currency    money.Currency // of the sale
	Gross       decimal.Decimal
	Tax         decimal.Decimal
	CustomerWHT decimal.Decimal
	Base        decimal.Decimal
	FeeRate     decimal.Decimal
	Fee         decimal.Decimal
	Share       decimal.Decimal
	SellerTax   decimal.Decimal
	Settlement  decimal.Decimal
	EarnedAt    time.Time
	Note        string
}

// Asked is a requisition with its list, the invoices that came for it and the payments made for it.
type Asked struct {
	Merchant string
	Name     string
	Entity   string
	No       string
	Currency money.Currency
	Payable  decimal.Decimal // the list's
	Before   decimal.Decimal // before seller taxes
	State    settlement.RequisitionState
	NoticeAt time.Time
	Due      period.Day
	Bills    []string
	Invoices []Sent
	Payments []settlement.Payment
}

// Sent is an invoice in its latest version.
type Sent struct {
	Number  string
	Version int
	Status  invoicing.Status
	Invoice invoicing.Invoice
	Since   time.Time // of this state
	Codes   []string  // of the verdict it got
}

// Invoiced is the sum of the invoices that count: neither refused nor revoked nor to be issued again.
func (a Asked) Invoiced() decimal.Decimal {
	sum := decimal.Zero
	for _, i := range a.Invoices {
		if i.Status.Live() && i.Invoice.Currency == a.Currency {
			sum = sum.Add(i.Invoice.Due())
		}
	}
	return sum
}

// Paid is the sum of the payments that were not returned.
func (a Asked) Paid() decimal.Decimal {
	sum := decimal.Zero
	for _, p := range a.Payments {
		if p.State != settlement.PaymentReturned {
			sum = sum.Add(p.Amount)
		}
	}
	return sum
}

// answers tells whether the invoices in force reach the list, in one of the pairs of figures that finance may have chosen to compare.
func (a Asked) answers() bool {
	due, net := decimal.Zero, decimal.Zero
	for _, i := range a.Invoices {
		if i.Status.Live() && i.Invoice.Currency == a.Currency {
			due, net = due.Add(i.Invoice.Due()), net.Add(i.Invoice.GrandTotal.Sub(i.Invoice.Tax))
		}
	}
	for _, got := range []decimal.Decimal{due, net} {
		if got.Equal(a.Payable) || got.Equal(a.Before) {
			return true
		}
	}
	return false
}

func (a Asked) has(s invoicing.Status) bool {
	for _, i := range a.Invoices {
		if i.Status == s {
			return true
		}
	}
	return false
}

// nothing tells that there is nothing to tell: no balance, no movement, no bill and no line.
func (m Merchant) nothing() bool {
	return len(m.Owed) == 0 && len(m.Other) == 0 && len(m.Bills) == 0 && len(m.Held) == 0
}

// product is how a line names what was sold.
func (l Line) product() string {
	if l.ProductName != "" {
		return l.ProductName
	}
	if l.Product != "" {
		return l.Product
	}
	return l.Note
}

func joinCodes(codes []string) string { return strings.Join(codes, ", ") }
