package statement

import (
	"github.com/shopspring/decimal"

	"suanpan/money"
	"suanpan/settlement"
)

// Entity is the statement of an entity for a month.
type Entity struct {
	Head
	Trial []TrialRow
	Bills []settlement.Bill
	Names map[string]string // of merchants
	Asked []Asked           // requisitions of these bills, as of now
	Held  map[string]int    // lines not billed, by reason
}

// Sums are the totals of bills in one payout currency.
type Sums struct {
	Currency money.Currency
	Bills    []settlement.Bill
	Lines    int
	Rounded  decimal.Decimal
	CarryIn  decimal.Decimal
	Payable  decimal.Decimal
	CarryOut decimal.Decimal
	Deposit  decimal.Decimal // taken from deposits
	Owed     decimal.Decimal // left as debts of merchants
	List     decimal.Decimal // asked for by lists
}

// sums groups bills by payout currency.
func sums(bills []settlement.Bill) []Sums {
	in := map[money.Currency]bool{}
	for _, b := range bills {
		in[b.Currency] = true
	}
	var out []Sums
	for _, c := range sortedCurrencies(in) {
		s := Sums{Currency: c}
		for _, b := range bills {
			if b.Currency != c {
				continue
			}
			s.Bills, s.Lines = append(s.Bills, b), s.Lines+b.Lines
			s.Rounded, s.CarryIn = s.Rounded.Add(b.Rounded), s.CarryIn.Add(b.CarryIn)
			s.Payable, s.CarryOut, s.List = s.Payable.Add(b.Payable), s.CarryOut.Add(b.CarryOut), s.List.Add(asks(b))
			s.Deposit, s.Owed = s.Deposit.Add(b.FromDeposit), s.Owed.Add(b.Receivable)
		}
		out = append(out, s)
	}
	return out
}

// asks is what a bill's list asks for: nothing where the bill is carried.
func asks(b settlement.Bill) decimal.Decimal {
	return b.ListTotal()
}

// Reached counts the lists that stand at one stage, in one currency.
type Reached struct {
	State    settlement.RequisitionState
	Currency money.Currency
	Count    int
	Amount   decimal.Decimal
}

var stages = []settlement.RequisitionState{settlement.ReqOpen, settlement.ReqAccepted, settlement.ReqApproved, settlement.ReqPaid, settlement.ReqSettled}

// reached counts requisitions by stage and currency, in the order of the road.
func reached(as []Asked) []Reached {
	in := map[money.Currency]bool{}
	for _, a := range as {
		in[a.Currency] = true
	}
	var out []Reached
	for _, s := range stages {
		for _, c := range sortedCurrencies(in) {
			r := Reached{State: s, Currency: c}
			for _, a := range as {
				if a.State == s && a.Currency == c {
					r.Count, r.Amount = r.Count+1, r.Amount.Add(a.Payable)
				}
			}
			if r.Count > 0 {
				out = append(out, r)
			}
		}
	}
	return out
}
