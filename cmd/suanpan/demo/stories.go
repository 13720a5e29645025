package demo

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/money"
)

const day = 24 * time.Hour

// story draws one order and what became of it. Most are simple; every merchant has some of the others, in turn, so that each
// reason for holding a line back is met in a month of any seed.
func (m *maker) story(x *Merchant, e entity, i int) {
	s := m.draw(x, e)
	product := 1 + i%2
	switch i % 16 {
	case 2:
		m.onCredit(s, product)
	case 3:
		m.supervised(s, product, i)
	case 5:
		m.order(s, "NEW", product, nil)
		m.pay(s, "CASH", e.other) // another company of the group has the money
		m.event("effectiveness", s, time.Hour)
	case 6:
		m.simple(s, product)
		m.refund(s, "FIVE_DAY", s.gross, 3*day)
	case 7:
		m.metered(s)
	case 8:
		m.trial(s, product)
	case 9:
		m.simple(s, product)
		m.refund(s, "CONDITIONAL", money.Round(s.gross.Mul(decimal.New(3, -1)), money.Currency(s.currency)), 4*day)
	case 10:
		m.order(s, "NEW", product, nil) // never paid
	case 11:
		m.order(s, "RENEW", product, nil)
		m.pay(s, "CASH", e.code)
		m.emit(fact{"kind": "effectiveness", "orderId": s.id, "time": "2026-11-15T02:00:00Z", "recordedAt": stamp(s.at.Add(time.Hour))})
	case 12:
		m.order(s, "NEW", product, nil)
		m.event("cancellation", s, 2*time.Hour)
	case 13:
		m.order(s, "NEW", product, fact{"chargingMode": "ONE_TIME", "amountAfterDiscount": s.text(s.gross), "amount": s.text(s.gross.Add(decimal.NewFromInt(20)))})
		m.pay(s, "CASH", e.code)
		m.event("effectiveness", s, time.Hour)
	case 14:
		m.order(s, "NEW", product, nil)
		m.pay(s, "CASH", e.code)
		m.event("provisioningFailed", s, day)
		m.refund(s, "PROVISIONING_FAILED", s.gross, 2*day)
	default:
		m.simple(s, product)
	}
}

func (m *maker) simple(s sale, product int) {
	m.order(s, "NEW", product, nil)
	m.pay(s, "CASH", s.e.code)
	m.event("effectiveness", s, time.Hour)
}

func (m *maker) onCredit(s sale, product int) {
	m.order(s, "NEW", product, nil)
	m.pay(s, "CREDIT", s.e.code)
	m.event("effectiveness", s, time.Hour)
}

// supervised orders end accepted, still open, or before an appeal.
func (m *maker) supervised(s sale, product, i int) {
	m.order(s, "NEW", product, fact{"serviceSupervision": true, "chargingMode": "ONE_TIME"})
	m.pay(s, "CASH", s.e.code)
	m.event("effectiveness", s, time.Hour)
	switch (i + len(s.x.ID) + int(s.x.ID[len(s.x.ID)-1])) % 3 {
	case 0:
		m.event("supervisionCompleted", s, 2*day)
	case 1:
		m.event("appealOpened", s, 2*day)
	}
}

// trial is a trial that becomes a real order.
func (m *maker) trial(s sale, product int) {
	free := s
	free.id, free.gross, free.tax = s.id+"T", decimal.Zero, decimal.Zero
	m.order(free, "TRIAL", product, nil)
	m.event("effectiveness", free, time.Hour)
	s.at = s.at.Add(day)
	m.order(s, "TRIAL_TO_FORMAL", product, nil)
	m.pay(s, "CASH", s.e.code)
	m.event("effectiveness", s, time.Hour)
}

// metered is a pay-per-use instance with a package that covers a part of its use.
func (m *maker) metered(s sale) {
	instance := "DEMO-I-" + s.id
	line := fact{"chargingMode": "ON_DEMAND", "instanceId": instance, "amount": "0", "taxAmount": "0", "taxRate": s.e.tax}
	s.currency, s.at = "USD", Month.Start(time.UTC).Add(30*time.Hour)
	m.order(s, "NEW", 3, line)
	m.pay(s, "CASH", s.e.code)
	m.event("effectiveness", s, time.Hour)
	p := s
	p.id, p.gross, p.tax = s.id+"K", decimal.NewFromInt(40), decimal.Zero
	m.order(p, "NEW", 3, fact{"chargingMode": "ON_DEMAND_PKG", "package": fact{
		"coversInstanceId": instance, "quota": "50", "resetRule": "month", "validUntil": "2027-10-01T00:00:00Z",
	}})
	m.pay(p, "CASH", s.e.code)
	m.event("effectiveness", p, time.Hour)
	for i := range 24 {
		begin := s.at.Add(time.Duration(i+1) * 25 * time.Hour)
		m.emit(fact{
			"kind": "usageRecord", "metering_sn": fmt.Sprintf("%s-%02d", instance, i), "instance_id": instance, "begin_time": stamp(begin),
			"end_time": stamp(begin.Add(time.Hour)), "usage_value": decimal.New(int64(10000+m.rng.IntN(180000)), -4).String(), "record_time": stamp(begin.Add(65 * time.Minute)),
		})
	}
}
