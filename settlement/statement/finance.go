package statement

import (
	"iter"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/settlement"
)

// Finance is the workbook that finance closes a month with: every list against its invoices and its payment, differences first, and the
// records against the ledger.
type Finance struct {
	Head
	Differences []Difference
	Ties        []Tie
	Asked       []Asked
	Bills       []settlement.Bill
	Names       map[string]string         // of merchants
	Lines       iter.Seq2[Line, error]    // of the bills: too many to be held; drawn as they are read, once
	Held        []settlement.Held         // by entity and line
	Payments    []settlement.Payment      // of these requisitions
	Trial       []TrialRow                // of the month
	Zones       map[string]*time.Location // by entity
}

// Tie holds one figure of the records against the ledger's; both as owed (credit − debit).
type Tie struct {
	Kind     string // deferred, unbilled, payable, invoiced, transit: as of now; month: of the month
	Book     string
	Currency money.Currency
	Records  decimal.Decimal
	Ledger   decimal.Decimal
}

// Difference is records − ledger: anything but zero is an error.
func (t Tie) Difference() decimal.Decimal { return t.Records.Sub(t.Ledger) }

// Difference is a point at which a list, its invoices and its payment do not (yet) agree.
type Difference struct {
	Open        string // what is open: tie, paid, accepted, reissue … as ranked by openOrder
	Entity      string
	Merchant    string
	Name        string
	Requisition string
	Currency    money.Currency
	List        decimal.Decimal
	Invoiced    decimal.Decimal
	Paid        decimal.Decimal
	Amount      decimal.Decimal // what is missing or too much
	Since       time.Time
	Note        string // the codes of a refusal, the control of a tie
}

// openOrder ranks what is open: what is wrong, then what waits, by who has to act first.
var openOrder = []string{"tie", "paid", "accepted", "reissue", "late", "refused", "missing", "overdue", "none", "review", "topay", "bank", "bill"}

// openPoint says what is open about a requisition; empty where list, invoices and payment agree and are on the bank statement.
func openPoint(a Asked, today period.Day) Difference {
	d := Difference{
		Entity: a.Entity, Merchant: a.Merchant, Name: a.Name, Requisition: a.No, Currency: a.Currency,
		List: a.Payable, Invoiced: a.Invoiced(), Paid: a.Paid(), Since: a.NoticeAt,
	}
	d.Amount = d.Invoiced.Sub(d.List)
	for _, i := range a.Invoices {
		if i.Since.After(d.Since) {
			d.Since = i.Since
		}
	}
	switch {
	case !d.Paid.IsZero() && !d.Paid.Equal(d.List):
		d.Open, d.Amount = "paid", d.Paid.Sub(d.List)
	case a.State != settlement.ReqOpen && !a.answers():
		d.Open = "accepted"
	case a.State == settlement.ReqOpen:
		d.Open, d.Note = waiting(a, today)
	case a.State == settlement.ReqAccepted:
		d.Open = "review"
	case a.State == settlement.ReqApproved:
		d.Open = "topay"
	case a.State == settlement.ReqPaid:
		d.Open = "bank"
	}
	if d.Open == "review" || d.Open == "topay" {
		d.Amount = d.Paid.Sub(d.List)
	}
	return d
}

// waiting says what an unanswered list waits for, and the codes of the refusal where there was one.
func waiting(a Asked, today period.Day) (open, note string) {
	switch {
	case a.has(invoicing.StatusReissue):
		return "reissue", ""
	case a.has(invoicing.StatusWaiting):
		return "late", ""
	case a.has(invoicing.StatusPending):
		return "missing", ""
	case a.has(invoicing.StatusRefused) || a.has(invoicing.StatusRevoked):
		for _, i := range a.Invoices {
			for _, c := range i.Codes {
				if note != "" {
					note += ", "
				}
				note += c
			}
		}
		return "refused", note
	case !a.Due.IsZero() && a.Due.Before(today):
		return "overdue", ""
	default:
		return "none", ""
	}
}

// differences gathers what is open, wrong figures first.
func differences(ties []Tie, as []Asked, bills []settlement.Bill, names map[string]string, now time.Time, zones map[string]*time.Location) []Difference {
	var out []Difference
	for _, t := range ties {
		if !t.Difference().IsZero() {
			out = append(out, Difference{Open: "tie", Entity: t.Book, Currency: t.Currency, List: t.Records, Amount: t.Difference(), Note: t.Kind, Since: now})
		}
	}
	for _, a := range as {
		zone := zones[a.Entity]
		if zone == nil {
			zone = time.UTC
		}
		if d := openPoint(a, period.DayOf(now, zone)); d.Open != "" {
			out = append(out, d)
		}
	}
	for _, b := range bills {
		if b.Requisition == "" && b.State != settlement.Carried && b.State != settlement.Collected {
			out = append(out, Difference{
				Open: "bill", Entity: b.Entity, Merchant: b.Merchant, Name: names[b.Merchant], Requisition: b.No, Currency: b.Currency,
				List: b.Payable, Amount: b.Payable.Neg(), Since: b.IssuedAt,
			})
		}
	}
	rank := map[string]int{}
	for i, o := range openOrder {
		rank[o] = i
	}
	sortBy(out, func(a, b Difference) bool {
		if rank[a.Open] != rank[b.Open] {
			return rank[a.Open] < rank[b.Open]
		}
		if a.Entity != b.Entity {
			return a.Entity < b.Entity
		}
		return a.Requisition < b.Requisition
	})
	return out
}

// billing tells whether an entry billed a bill or took one back.
func billing(key string) bool {
	return strings.HasPrefix(key, "billed/") || strings.HasPrefix(key, ledger.ReversalKey("billed/"))
}
