package main

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/settlement"
)

// What --json shows of the modules' values: names that stay when a field inside is renamed.

type reasonView struct {
	Code     string     `json:"code"`
	Since    *time.Time `json:"since,omitempty"`
	Until    *time.Time `json:"until,omitempty"`
	LiftedBy string     `json:"liftedBy"`
	Detail   string     `json:"detail,omitempty"`
}

type whyView struct {
	Merchant    string           `json:"merchant"`
	Line        string           `json:"line"`
	Kind        string           `json:"kind"`
	Entity      string           `json:"entity"`
	Bill        string           `json:"bill,omitempty"`
	State       settlement.State `json:"state,omitempty"`
	Requisition string           `json:"requisition,omitempty"`
	Reasons     []reasonView     `json:"reasons"`
	Never       bool             `json:"never,omitempty"`
	Earliest    *time.Time       `json:"earliestRun,omitempty"`
	UnknownTill []string         `json:"unknownUntil,omitempty"`
}

// given is an instant that is known; nil where it is not.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func viewReasons(rs []orders.Reason) []reasonView {
	out := make([]reasonView, len(rs))
	for i, r := range rs {
		out[i] = reasonView{r.Code, given(r.Since), given(r.Until), r.LiftedBy, r.Detail}
	}
	return out
}

func viewWhy(ws []settlement.Why) []whyView {
	out := make([]whyView, len(ws))
	for i, w := range ws {
		out[i] = whyView{w.Merchant, w.Line, w.Kind, w.Entity, w.Bill, w.BillState, w.Requisition, viewReasons(w.Reasons), w.Closed, given(w.Earliest), w.UnknownTill}
	}
	return out
}

type requisitionView struct {
	No       string                      `json:"requisition"`
	Merchant string                      `json:"merchant"`
	Entity   string                      `json:"entity"`
	Amount   decimal.Decimal             `json:"amount"`
	Currency money.Currency              `json:"currencyCode"`
	State    settlement.RequisitionState `json:"state"`
	Bills    []string                    `json:"bills"`
}

func viewRequisitions(rs []settlement.Requisition) []requisitionView {
	out := make([]requisitionView, len(rs))
	for i, r := range rs {
		out[i] = requisitionView{r.No, r.Merchant, r.Entity, r.Amount, r.Currency, r.State, r.Bills}
	}
	return out
}

type paymentView struct {
	No          string          `json:"payment"`
	Merchant    string          `json:"merchant"`
	Requisition string          `json:"requisition"`
	Entity      string          `json:"entity"`
	Amount      decimal.Decimal `json:"amount"`
	Currency    money.Currency  `json:"currencyCode"`
	ValueDate   period.Day      `json:"valueDate"`
	State       string          `json:"state"`
	Reference   string          `json:"bankReference,omitempty"`
}

func viewPayment(p settlement.Payment) paymentView {
	return paymentView{p.No, p.Merchant, p.Requisition, p.Entity, p.Amount, p.Currency, p.ValueDate, p.State, p.BankReference}
}

func viewPayments(ps []settlement.Payment) []paymentView {
	out := make([]paymentView, len(ps))
	for i, p := range ps {
		out[i] = viewPayment(p)
	}
	return out
}

type pairView struct {
	From     string          `json:"from"`
	To       string          `json:"to"`
	Currency money.Currency  `json:"currencyCode"`
	Amount   decimal.Decimal `json:"amount"`
	Against  bool            `json:"mayNotNet,omitempty"`
}

type nettingView struct {
	Period    period.Month     `json:"period"`
	Owed      []pairView       `json:"owed"`
	Waiting   []pairView       `json:"waitingForCredit"`
	Transfers []pairView       `json:"transfers"`
	Gross     []pairView       `json:"gross"`
	Posted    []money.Currency `json:"posted"`
}

func viewNetting(n settlement.Netting) nettingView {
	pairs := func(ps []settlement.Position) []pairView {
		out := make([]pairView, len(ps))
		for i, p := range ps {
			out[i] = pairView{p.Owes, p.Owed, p.Currency, p.Amount, false}
		}
		return out
	}
	moves := func(ts []settlement.Transfer) []pairView {
		out := make([]pairView, len(ts))
		for i, x := range ts {
			out[i] = pairView{x.From, x.To, x.Currency, x.Amount, x.Against}
		}
		return out
	}
	v := nettingView{n.Month, pairs(n.Positions), pairs(n.Waiting), moves(n.Proposal.Transfers), moves(n.Proposal.Gross), []money.Currency{}}
	for _, c := range sortedKeys(n.Posted) {
		if n.Posted[c] {
			v.Posted = append(v.Posted, c)
		}
	}
	return v
}

type journalView struct {
	ID         string            `json:"id"`
	Book       string            `json:"book"`
	Merchant   string            `json:"merchant"`
	Period     period.Month      `json:"period"`
	Reason     string            `json:"reason"`
	Attachment string            `json:"attachment,omitempty"`
	State      string            `json:"state"`
	ProposedBy string            `json:"proposedBy"`
	DecidedBy  string            `json:"decidedBy,omitempty"`
	Transfers  []ledger.Transfer `json:"transfers"`
}

func viewJournals(js []ledger.ManualJournal) []journalView {
	out := make([]journalView, len(js))
	for i, j := range js {
		out[i] = journalView{j.ID, j.Book, j.Merchant, j.Period, j.Reason, j.Attachment, j.State, j.ProposedBy, j.DecidedBy, j.Transfers}
	}
	return out
}

type lockView struct {
	Entity     string       `json:"entity"`
	Period     period.Month `json:"period"`
	State      string       `json:"state"`
	Reason     string       `json:"reason,omitempty"`
	Over       []string     `json:"over"`
	ProposedBy string       `json:"proposedBy"`
	DecidedBy  string       `json:"decidedBy,omitempty"`
}

func viewLocks(ls []settlement.MonthLock) []lockView {
	out := make([]lockView, len(ls))
	for i, l := range ls {
		out[i] = lockView{l.Entity, l.Month, l.State, l.Reason, l.Waits, l.ProposedBy, l.DecidedBy}
	}
	return out
}

type settingView struct {
	Key    string    `json:"key"`
	Scope  string    `json:"scope"`
	From   time.Time `json:"from"`
	Value  string    `json:"value"`
	Source string    `json:"source"`
	Reason string    `json:"reason"`
	By     string    `json:"proposedBy"`
}

func viewSettings(ss []entities.Setting) []settingView {
	out := make([]settingView, len(ss))
	for i, s := range ss {
		out[i] = settingView{s.Key, s.Scope.String(), s.ValidFrom, s.Value, s.Source, s.Reason, s.Who}
	}
	return out
}
