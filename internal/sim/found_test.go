package sim

import (
	"testing"

	"suanpan/internal/sim/neutral"
)

// TestWhatSeedsFound keeps, as the smallest month that shows it, each case in which an invented month found the product wrong.
func TestWhatSeedsFound(t *testing.T) {
	t.Parallel()
	credit := neutral.Fact{
		Kind: "order", Order: "O-1", At: "2026-08-18T06:00:00Z", Merchant: "M1", Product: "P1", Mode: "ONE_TIME", Type: "NEW", Customer: "C1", OwedBy: "5541",
		CollectedBy: "5541", Gross: "1130", Tax: "130", Pay: "credit",
	}
	effective := neutral.Fact{Kind: "effective", Order: "O-1", At: "2026-08-18T07:00:00Z"}
	repaid := neutral.Fact{Kind: "repayment", ID: "RP-1", At: "2026-08-25T06:00:00Z", Customer: "C1", CollectedBy: "5541", Cycle: "2026-08", Amount: "1130", Currency: "USD"}
	with := func(f neutral.Fact, change func(*neutral.Fact)) neutral.Fact { change(&f); return f }
	refund := func(id, at, gross, rule string) neutral.Fact {
		return neutral.Fact{Kind: "refund", ID: id, Order: "O-1", At: at, Gross: gross, Rule: rule}
	}
	cash := with(credit, func(f *neutral.Fact) { f.Pay = "cash" })
	paid := neutral.Fact{Kind: "paid", Order: "O-1", At: "2026-08-18T06:30:00Z"}
	for name, facts := range map[string][]neutral.Fact{
		"a credit order's refund of a later month, known before the order was earned, is billed": {credit, effective, repaid, refund("R-1", "2026-09-25T01:00:00Z", "113", "conditional")},
		"a credit order stands on the bill of its five-day refund of the next month": {
			with(credit, func(f *neutral.Fact) { f.At = "2026-08-29T06:00:00Z" }), with(effective, func(f *neutral.Fact) { f.At = "2026-08-30T07:00:00Z" }),
			with(repaid, func(f *neutral.Fact) { f.At = "2026-08-30T06:00:00Z" }), refund("R-1", "2026-09-02T01:00:00Z", "1130", "five_day"),
		},
		"a credit order of the cycle's last hours is not repaid by nobody": {
			// 22:00 on 31 August in São Paulo, which collects; already September in Singapore, which owes.
			with(credit, func(f *neutral.Fact) { f.At, f.CollectedBy = "2026-09-01T01:00:00Z", "5861" }),
			with(effective, func(f *neutral.Fact) { f.At = "2026-09-01T02:00:00Z" }),
		},
		"a repayment heard of later does not turn a refund into money": {
			credit, effective, with(repaid, func(f *neutral.Fact) { f.RecordedAt = "2026-09-20T06:00:00Z" }), refund("R-1", "2026-08-28T01:00:00Z", "113", "conditional"),
		},
		"refunds of a credit order with customer's withholding leave nothing": {
			with(credit, func(f *neutral.Fact) { f.CustomerWHT = "30.01" }), effective,
			refund("R-1", "2026-08-20T01:00:00Z", "377.7", "conditional"), refund("R-2", "2026-08-21T01:00:00Z", "377.7", "conditional"), refund("R-3", "2026-08-22T01:00:00Z", "374.6", "conditional"),
		},
		"an order that waits for its refund and its merchant's certification says both": {
			with(cash, func(f *neutral.Fact) { f.Merchant, f.Product, f.At = "M2", "P2", "2026-08-30T06:00:00Z" }), with(paid, func(f *neutral.Fact) { f.At = "2026-08-30T06:30:00Z" }),
			with(effective, func(f *neutral.Fact) { f.At = "2026-08-30T07:00:00Z" }), refund("R-1", "2026-09-02T01:00:00Z", "1130", "five_day"),
		},
		"what is earned does not wait for credit of its cycle that is heard of later": {
			with(credit, func(f *neutral.Fact) { f.Merchant, f.Product = "M2", "P2" }), effective, repaid,
			{Kind: "credit_use", ID: "X-1", At: "2026-08-27T06:00:00Z", RecordedAt: "2026-09-20T06:00:00Z", Customer: "C1", CollectedBy: "5541", Amount: "50", Currency: "USD"},
		},
		"a whole refund does not wait for an effectiveness heard of later": {
			cash, paid, with(effective, func(f *neutral.Fact) { f.RecordedAt = "2026-09-20T06:00:00Z" }), refund("R-1", "2026-08-19T01:00:00Z", "1130", "five_day"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sameAsAuditor(t, name, smallMonths(t, facts))
		})
	}
}

// smallMonths are three months of two entities far apart, with a merchant who is certified and one who is not.
func smallMonths(t *testing.T, facts []neutral.Fact) neutral.Month {
	t.Helper()
	m, err := neutral.Parse([]byte(`{
		"periods": ["2026-08", "2026-09", "2026-10"],
		"entities": {"5541": {"name": "One", "country": "SG", "zone": "Asia/Singapore", "payout": ["SGD"]}, "5861": {"name": "Two", "country": "BR", "zone": "America/Sao_Paulo", "payout": ["EUR"]}},
		"fx": [{"period": "2026-08", "from": "USD", "to": "SGD", "rate": "1.3"}, {"period": "2026-09", "from": "USD", "to": "SGD", "rate": "1.31"}, {"period": "2026-10", "from": "USD", "to": "SGD", "rate": "1.32"}],
		"merchants": [{"id": "M1", "name": "M1", "residence": "SG", "certifications": [{"entity": "5541", "currency": "SGD", "at": "2026-03-02T02:00:00Z"}]}, {"id": "M2", "name": "M2", "residence": "SG"}],
		"products": [{"id": "P1", "merchant": "M1", "fee": "0.15"}, {"id": "P2", "merchant": "M2", "fee": "0.15"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	m.Facts = facts
	return m
}
