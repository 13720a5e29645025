package audit

import (
	"sort"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
)

// Posting is one movement in the auditor's journal: a positive amount from debit to credit inside one book and currency.
type Posting struct {
	Cause, Period, Book, Debit, Credit, Currency string
	Amount                                       decimal.Decimal
}

func (a *auditor) post(cause string, m period.Month, book, currency, debit, credit string, amount decimal.Decimal) {
	if amount.IsNegative() {
		debit, credit, amount = credit, debit, amount.Neg()
	}
	if !amount.IsZero() {
		a.journal = append(a.journal, Posting{cause, m.String(), book, debit, credit, currency, amount})
	}
}

func saleCurrency(f neutral.Fact) string {
	if f.Currency == "" {
		return "USD"
	}
	return f.Currency
}

// receive books a customer's money, or claim, for the owner; where another entity collects, it owes the owner.
func (a *auditor) receive(cause string, m period.Month, o *order, from string, amount decimal.Decimal) {
	owner, collector, c := o.f.OwedBy, o.f.CollectedBy, saleCurrency(o.f)
	if owner == collector {
		a.post(cause, m, owner, c, from, "deferred_orders", amount)
		return
	}
	a.post(cause, m, collector, c, from, "due_to:"+owner, amount)
	claim := "due_from:" + collector
	if a.mistake == NoMirror {
		claim = from
	}
	a.post(cause, m, owner, c, claim, "deferred_orders", amount)
}

func (a *auditor) certificate(cause string, m period.Month, o *order, amount decimal.Decimal) {
	if a.mistake == WHTWrongSide {
		amount = amount.Neg()
	}
	a.post(cause, m, o.f.OwedBy, saleCurrency(o.f), "wht_certificates", "deferred_orders", amount)
}

// take books the customer's money of an order, and what of it went back, when each happened.
func (a *auditor) take(o *order) {
	from, owed := "customer_cash", o.gross.Sub(o.wht)
	p := pool{o.f.Customer, o.f.CollectedBy, a.month(o.at, o.f.CollectedBy)}
	if o.credit() {
		from = "customer_credit"
		a.moves = append(a.moves, movement{moment: o.moment, pool: p, currency: saleCurrency(o.f), amount: owed, order: o.f.Order})
	}
	m := a.open(*o.paid, o.f.OwedBy, o.f.OwedBy, o.f.CollectedBy)
	a.receive("taken/"+o.f.Order, m, o, from, owed)
	a.certificate("taken/"+o.f.Order, m, o, o.wht)
}

// giveBack books every refund. One of a credit order first lowers what its pool still owed when the money went back.
func (a *auditor) giveBack() {
	type item struct {
		o *order
		r *refund
	}
	var all []item
	for _, o := range a.orders {
		for _, r := range o.refunds {
			if o.paid != nil {
				all = append(all, item{o, r})
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		x, y := all[i], all[j]
		if !x.r.at.Equal(y.r.at) {
			return x.r.at.Before(y.r.at)
		}
		return x.r.id < y.r.id
	})
	for _, x := range all {
		o, r := x.o, x.r
		wht := a.part(o, r, o.wht)
		back := r.gross.Sub(wht)
		if o.credit() {
			p := pool{o.f.Customer, o.f.CollectedBy, a.month(o.at, o.f.CollectedBy)}
			owed := a.owedAt(p, saleCurrency(o.f), r.moment)
			r.creditPart = decimal.Max(decimal.Zero, decimal.Min(owed, back))
			a.moves = append(a.moves, movement{moment: r.moment, pool: p, currency: saleCurrency(o.f), amount: r.creditPart.Neg(), order: o.f.Order})
		}
		m := a.open(r.moment, o.f.OwedBy, o.f.OwedBy, o.f.CollectedBy)
		a.receive("refunded/"+r.id, m, o, "customer_credit", r.creditPart.Neg())
		a.receive("refunded/"+r.id, m, o, "customer_cash", back.Sub(r.creditPart).Neg())
		a.certificate("refunded/"+r.id, m, o, wht.Neg())
	}
}

// part is a refund's part of a figure of its order: cumulative, so that a full refund leaves nothing.
func (a *auditor) part(o *order, r *refund, figure decimal.Decimal) decimal.Decimal {
	if o.gross.IsZero() {
		return decimal.Zero
	}
	share := func(given decimal.Decimal) decimal.Decimal { return figure.Mul(given).DivRound(o.gross, 8) }
	if a.mistake == PartsAlone {
		return share(r.gross)
	}
	return share(r.before.Add(r.gross)).Sub(share(r.before))
}

// figures are one line's amounts.
type figures struct {
	gross, tax, wht, base, rate, fee, share, sellerTax, settlement decimal.Decimal
	sellerTaxes                                                    map[string]decimal.Decimal
}

func (a *auditor) orderFigures(o *order, gross, tax, wht decimal.Decimal) figures {
	f := figures{gross: gross, tax: tax, wht: wht, rate: o.fee, sellerTaxes: map[string]decimal.Decimal{}}
	f.base = gross.Sub(tax).Sub(wht)
	f.fee = money.Fixed(f.base.Mul(o.fee))
	f.share = f.base.Sub(f.fee)
	of := map[string]decimal.Decimal{"gross": gross, "net": gross.Sub(tax), "base": f.base, "share": f.share}
	for _, t := range o.f.SellerTaxes {
		code, _ := t["code"].(string)
		if v, ok := t["amount"].(string); ok {
			f.sellerTaxes[code] = f.sellerTaxes[code].Add(num(v))
			continue
		}
		rate, _ := t["rate"].(string)
		basis, _ := t["of"].(string)
		f.sellerTaxes[code] = f.sellerTaxes[code].Add(money.Fixed(of[basis].Mul(num(rate))))
	}
	f.settle()
	return f
}

func (f *figures) settle() {
	f.sellerTax = decimal.Zero
	for _, v := range f.sellerTaxes {
		f.sellerTax = f.sellerTax.Add(v)
	}
	f.settlement = f.share.Sub(f.sellerTax)
}

// mirror is a refund's line: the order's figures in proportion, negative.
func (a *auditor) mirror(o *order, r *refund, whole figures) figures {
	neg := func(v decimal.Decimal) decimal.Decimal { return a.part(o, r, v).Neg() }
	f := figures{gross: r.gross.Neg(), tax: neg(whole.tax), wht: neg(whole.wht), rate: whole.rate, fee: neg(whole.fee), sellerTaxes: map[string]decimal.Decimal{}}
	if a.mistake == FeeKept {
		f.fee = decimal.Zero
	}
	f.base = f.gross.Sub(f.tax).Sub(f.wht)
	f.share = f.base.Sub(f.fee)
	for c, v := range whole.sellerTaxes {
		f.sellerTaxes[c] = neg(v)
	}
	f.settle()
	return f
}
