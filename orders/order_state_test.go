package orders

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

func TestOrderStateFollowsFromTheFactsOfTheLine(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 10, 5, 5, 0, 0, 0, time.UTC)
	hundred := decimal.NewFromInt(100)
	priced := func(mode string) Line { return Line{Type: New, Mode: mode, Gross: hundred} }
	supervised := priced(OneTime)
	supervised.Supervised = true
	for _, c := range []struct {
		outcome string
		line    Line
		events  []string
		back    int64
		want    OrderState
	}{
		{"placed, to be paid", priced(Period), nil, 0, PendingPayment},
		{"canceled unpaid", priced(Period), []string{Canceled}, 0, OrderCanceled},
		{"paid", priced(Period), []string{Paid}, 0, Processing},
		{"effect heard before the payment", priced(Period), []string{Effective}, 0, PendingPayment},
		{"paid and in effect", priced(Period), []string{Paid, Effective}, 0, OrderCompleted},
		{"supervised, in effect, not accepted", supervised, []string{Paid, Effective}, 0, Processing},
		{"supervised and accepted", supervised, []string{Paid, Effective, Completed}, 0, OrderCompleted},
		{"provisioning failed", priced(Period), []string{Paid, Failed}, 0, Processing},
		{"provisioning failed, money partly back", priced(Period), []string{Paid, Failed}, 50, Processing},
		{"provisioning failed, money back", priced(Period), []string{Paid, Failed}, 100, OrderCompleted},
		{"given back before acceptance", supervised, []string{Paid}, 100, OrderCompleted},
		{"free", Line{Type: New, Mode: Period}, nil, 0, Processing},
		{"free and in effect", Line{Type: New, Mode: Period}, []string{Effective}, 0, OrderCompleted},
		{"trial", Line{Type: Trial, Mode: Period}, nil, 0, Processing},
		{"pay-per-use asks for nothing at once", Line{Type: New, Mode: OnDemand}, nil, 0, Processing},
		{"pay-per-use in effect", Line{Type: New, Mode: OnDemand}, []string{Effective}, 0, OrderCompleted},
		{"package", priced(Package), []string{Paid, Effective}, 0, OrderCompleted},
		{"unsubscribe", Line{Type: Unsubscribe, Mode: Period}, nil, 0, Processing},
		{"unsubscribe in effect", Line{Type: Unsubscribe, Mode: Period}, []string{Effective}, 0, OrderCompleted},
		{"an appeal changes nothing", supervised, []string{Paid, AppealOpened}, 0, Processing},
	} {
		s := &State{Line: c.line}
		for _, k := range c.events {
			s.Events = append(s.Events, Event{Kind: k, At: at})
		}
		if c.back > 0 {
			s.Refunds = []Refund{{Gross: decimal.NewFromInt(c.back), At: at}}
		}
		if got := s.OrderState(); got != c.want {
			t.Errorf("%s: %s, want %s", c.outcome, got, c.want)
		}
	}
	for _, c := range []struct {
		lines []OrderState
		want  OrderState
	}{
		{[]OrderState{OrderCompleted, OrderCompleted}, OrderCompleted},
		{[]OrderState{OrderCompleted, Processing}, Processing},
		{[]OrderState{OrderCanceled, OrderCompleted}, OrderCompleted},
		{[]OrderState{OrderCanceled}, OrderCanceled},
		{[]OrderState{Processing, PendingPayment}, PendingPayment},
	} {
		if got := StateOfOrder(c.lines...); got != c.want {
			t.Errorf("%v: %s, want %s", c.lines, got, c.want)
		}
	}
}
