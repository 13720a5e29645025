package demo

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/money"
)

// Feed writes the month of a seed as a feed file: the same seed gives the same bytes.
func Feed(w io.Writer, seed int64) error {
	buf := bufio.NewWriter(w)
	m := &maker{out: json.NewEncoder(buf), seed: seed, rng: rand.New(rand.NewPCG(uint64(seed), 0x5355414e50414e)), owed: map[pool]decimal.Decimal{}} //nolint:gosec // a demo
	m.out.SetEscapeHTML(false)
	m.source()
	for i := range merchants {
		m.merchant(&merchants[i])
	}
	m.repay()
	if m.err != nil {
		return m.err
	}
	return buf.Flush()
}

// fact is one record; its fields are written in the order of their names.
type fact map[string]any

// pool is a customer's credit with one collecting entity, in one currency.
type pool struct{ buyer, collector, currency string }

// maker draws a month.
type maker struct {
	out  *json.Encoder
	seed int64
	rng  *rand.Rand
	err  error
	n    int
	owed map[pool]decimal.Decimal
}

func (m *maker) emit(f fact) {
	if m.err == nil {
		m.err = m.out.Encode(f)
	}
}

func (m *maker) source() {
	m.emit(fact{"kind": "source", "name": fmt.Sprintf("%s-%d", sourceName, m.seed), "zone": sourceZone, "history": true})
	for _, r := range rates {
		m.emit(fact{"kind": "exchangeRate", "from": r[0], "to": r[1], "date": ratesDay, "rate": r[2], "source": ratesSource})
	}
}

func (m *maker) merchant(x *Merchant) {
	m.emit(fact{
		"kind": "merchant", "merchantId": x.ID, "name": x.Name, "residence": x.Residence,
		"contact": fact{"name": Mark, "email": x.ID + "@demo.invalid"},
	})
	fee := fees[m.rng.IntN(len(fees))]
	m.product(x, 1, fact{"platformFees": []fact{{"rate": fee, "source": feeSource}}})
	second := fact{"platformFees": []fact{{"rate": fees[m.rng.IntN(len(fees))], "source": feeSource}}}
	if x.NoFee {
		second = fact{}
	}
	m.product(x, 2, second)
	m.product(x, 3, fact{"platformFees": []fact{{"rate": fee, "source": feeSource}}, "rating": m.rating()})
	for _, c := range x.Certified {
		if c.Currency == "" {
			continue
		}
		m.emit(fact{
			"kind": "certification", "merchantId": x.ID, "contractingEntity": c.Entity, "currencyCode": c.Currency, "accountName": x.Name,
			"accountNo": "DEMO-" + x.ID, "bankName": bankName, "swiftCode": swift, "time": "2026-03-02T04:00:00Z",
		})
	}
	if x.Outage {
		m.emit(fact{
			"kind": "adjustment", "adjustmentId": "DEMO-AJ-" + x.ID, "merchantId": x.ID, "contractingEntity": x.Certified[0].Entity, "amount": "-650.00",
			"currencyCode": "THB", "reason": outage, "document": "DEMO-TCK-881", "time": "2026-10-20T02:00:00Z",
		})
	}
	for i := range x.Orders {
		c := x.Certified[i%len(x.Certified)]
		m.story(x, marketOf(c.Entity), i)
	}
}

func marketOf(code string) entity {
	for _, e := range market {
		if e.code == code {
			return e
		}
	}
	panic("demo: no market of " + code) // the table above is whole, or the test of every seed fails
}

func (m *maker) product(x *Merchant, n int, more fact) {
	f := fact{"kind": "product", "merchantId": x.ID, "productId": productID(x, n), "name": fmt.Sprintf("%s %d (%s)", x.Category, n, Mark)}
	for k, v := range more {
		f[k] = v
	}
	m.emit(f)
}

func productID(x *Merchant, n int) string { return fmt.Sprintf("%s-P%d", x.ID, n) }

// rating is a price for use: the same for each unit, or lower in a second band.
func (m *maker) rating() fact {
	if m.rng.IntN(2) == 0 {
		return fact{"model": "fixed", "price": "0.42"}
	}
	return fact{"model": "step", "accumulate": "month", "bands": []fact{{"up_to": "100", "price": "0.50"}, {"up_to": nil, "price": "0.35"}}}
}

// sale is one drawn order.
type sale struct {
	x        *Merchant
	e        entity
	id       string
	at       time.Time
	buyer    string
	currency string
	gross    decimal.Decimal
	tax      decimal.Decimal
}

func (s sale) line() string { return s.id + "-000001" }

// draw begins an order: when, of whom, in which currency and for how much.
func (m *maker) draw(x *Merchant, e entity) sale {
	m.n++
	at := Month.Start(time.UTC).Add(time.Duration(24+m.rng.IntN(24*24)) * time.Hour).Add(time.Duration(m.rng.IntN(3600)) * time.Second)
	s := sale{x: x, e: e, at: at, id: fmt.Sprintf("CS%s%03d%04d", at.Format("0601021504"), m.seed%1000, m.n), buyer: fmt.Sprintf("DEMO-C-%s-%02d", e.region, m.rng.IntN(12)), currency: "USD"}
	price := decimal.NewFromInt(prices[m.rng.IntN(len(prices))]).Add(decimal.New(m.rng.Int64N(100), -2))
	if m.rng.IntN(3) == 0 {
		s.currency, price = e.currency, price.Mul(money.MustParse(e.perUSD))
	}
	c := money.Currency(s.currency)
	s.gross = money.Round(price, c)
	rate := money.MustParse(e.tax)
	s.tax = money.Round(s.gross.Mul(rate).Div(rate.Add(decimal.NewFromInt(1))), c)
	return s
}

func (s sale) text(v decimal.Decimal) string { return money.Plain(v, money.Currency(s.currency)) }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// order places it; more adds to its line or, where the key is the order's own, to the order.
func (m *maker) order(s sale, orderType string, product int, line fact) {
	l := fact{
		"orderLineId": s.line(), "chargingMode": "PERIOD", "periodType": "year", "periodNumber": 1, "productInfo": fact{"productId": productID(s.x, product)},
		"amount": s.text(s.gross), "taxAmount": s.text(s.tax), "currencyCode": s.currency, "contractingEntity": s.e.code,
	}
	if t := s.sellerTax(); t != "" {
		l["sellerTaxes"] = []fact{{"code": "WHT", "rate": t}}
	}
	for k, v := range line {
		l[k] = v
	}
	m.emit(fact{
		"kind": "order", "orderId": s.id, "orderType": orderType, "createTime": stamp(s.at), "merchantId": s.x.ID,
		"buyerInfo": fact{"customerId": s.buyer, "registrationRegion": s.e.region}, "orderLine": []fact{l},
	})
}

func (s sale) sellerTax() string {
	t := sellerTaxes[s.e.code]
	if s.x.Residence == s.e.region {
		return t[0]
	}
	return t[1]
}

func (m *maker) pay(s sale, method, collector string) {
	if method == "CREDIT" {
		p := pool{s.buyer, collector, s.currency}
		m.owed[p] = m.owed[p].Add(s.gross)
	}
	m.emit(fact{"kind": "payment", "orderId": s.id, "method": method, "collectingEntity": collector, "time": stamp(s.at.Add(5 * time.Minute))})
}

func (m *maker) event(kind string, s sale, after time.Duration) {
	m.emit(fact{"kind": kind, "orderId": s.id, "time": stamp(s.at.Add(after))})
}

func (m *maker) refund(s sale, rule string, amount decimal.Decimal, after time.Duration) {
	m.emit(fact{"kind": "refund", "refundId": "RF" + s.id[2:], "orderId": s.id, "amount": s.text(amount), "rule": rule, "time": stamp(s.at.Add(after))})
}

// repay settles the credit of customers with an even number: theirs is whole before the month ends, the others still owe a part.
func (m *maker) repay() {
	pools := make([]pool, 0, len(m.owed))
	for p := range m.owed {
		pools = append(pools, p)
	}
	sort.Slice(pools, func(i, j int) bool {
		a, b := pools[i], pools[j]
		return a.buyer+a.collector+a.currency < b.buyer+b.collector+b.currency
	})
	for i, p := range pools {
		amount := m.owed[p]
		if digit := p.buyer[len(p.buyer)-1]; digit%2 == 1 {
			amount = money.Round(amount.Div(decimal.NewFromInt(2)), money.Currency(p.currency))
		}
		m.emit(fact{
			"kind": "repayment", "repaymentId": fmt.Sprintf("DEMO-RP-%d-%03d", m.seed, i+1), "customerId": p.buyer, "collectingEntity": p.collector,
			"cycle": Month.String(), "amount": money.Plain(amount, money.Currency(p.currency)), "currencyCode": p.currency, "time": "2026-10-29T03:00:00Z",
		})
	}
}
