package invent

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
)

const day = 24 * time.Hour

// placed is an order while its story is told.
type placed struct {
	f                   neutral.Fact
	at, known           time.Time
	gross, wht          decimal.Decimal
	paid, paidKnown     time.Time // zero when it never was
	effective, complete time.Time
}

func (w *world) order() {
	o := w.place()
	switch {
	case o.f.Type == "TRIAL":
		w.event("effective", o, o.at.Add(time.Minute), o.known, 0)
	case o.f.Pay == "cash" && w.chance(5):
		w.event("canceled", o, w.after(o.at, 20*day, o.f.OwedBy), o.known, 10)
	case o.f.Pay == "cash" && w.chance(7): // never paid
		if w.chance(50) {
			w.takeEffect(o, false)
		}
	default:
		w.pay(o)
		w.story(o)
	}
}

// place puts an order down.
func (w *world) place() *placed {
	merchant := pick(w, w.m.Merchant).ID
	owner := pick(w, w.homes[merchant])
	if w.chance(4) {
		owner = pick(w, w.codes)
	}
	o := &placed{at: w.when(w.from, w.to, owner)}
	f := neutral.Fact{
		Kind: "order", Order: w.id("O"), Merchant: merchant, Product: w.products[merchant][w.r.IntN(2)].ID, OwedBy: owner, CollectedBy: owner,
		Mode: pick(w, []string{"ONE_TIME", "PERIOD"}), Type: pick(w, []string{"NEW", "NEW", "NEW", "CHANGE", "RENEW", "RENEW", "TRIAL_TO_FORMAL"}), Pay: "cash",
		Customer: fmt.Sprintf("C%d", w.r.IntN(4)+1), At: text(o.at), Currency: pick(w, sales),
	}
	if w.chance(25) {
		f.CollectedBy = pick(w, w.codes)
	}
	if w.chance(30) {
		f.Pay = "credit"
		if w.chance(70) {
			f.Currency = "USD"
		}
		if w.chance(15) {
			f.Customer, f.CollectedBy = pick(w, users), owner
		}
	}
	net := decimal.NewFromInt(int64(10 + w.r.IntN(2000)))
	if w.chance(30) {
		net = net.Add(decimal.New(int64(w.r.IntN(100)), -2))
	}
	if w.chance(5) {
		net = decimal.Zero
	}
	if w.chance(6) {
		f.Type, f.Pay, net = "TRIAL", "cash", decimal.Zero
	}
	tax := net.Mul(money.MustParse(pick(w, []string{"0", "0.07", "0.09", "0.13", "0.19"}))).Round(2)
	o.gross = net.Add(tax)
	f.Gross, f.Tax = money.Exact(o.gross), money.Exact(tax)
	if w.chance(15) {
		o.wht = net.Mul(money.MustParse("0.03")).Round(2)
		f.CustomerWHT = money.Exact(o.wht)
	}
	if w.chance(20) {
		f.FeeRate = pick(w, fees)
	}
	if net.IsPositive() {
		f.SellerTaxes = w.sellerTaxes(net, false)
	}
	f.Supervised = f.Type == "NEW" && w.chance(35) && !slices.Contains(users, f.Customer)
	o.known, f.RecordedAt = w.heard(o.at, o.at, 6)
	o.f = f
	w.put(f)
	if f.Pay == "credit" {
		p := pool{f.Customer, f.CollectedBy, period.MonthOf(o.at, w.zones[f.CollectedBy]).String(), f.Currency}
		w.pools[p] = w.pools[p].Add(o.gross).Sub(o.wht)
	}
	return o
}

func (w *world) sellerTaxes(net decimal.Decimal, rateOnly bool) []map[string]any {
	var out []map[string]any
	for _, code := range []string{"WHT", "DST"} {
		switch {
		case w.chance(80):
		case !rateOnly && w.chance(40):
			out = append(out, map[string]any{"code": code, "amount": money.Exact(net.Mul(money.MustParse("0.04")).Round(2))})
		default:
			out = append(out, map[string]any{"code": code, "rate": pick(w, []string{"0.1", "0.02", "0.0375"}), "of": pick(w, []string{"gross", "net", "base", "share"})})
		}
	}
	return out
}

// event tells a fact of an order, heard late now and then but never before floor.
func (w *world) event(kind string, o *placed, at, floor time.Time, late int) time.Time {
	known, recorded := w.heard(at, floor, late)
	w.put(neutral.Fact{Kind: kind, Order: o.f.Order, At: text(at), RecordedAt: recorded})
	return known
}

func (w *world) pay(o *placed) {
	if o.f.Pay == "credit" {
		o.paid, o.paidKnown = o.at, o.known
		return
	}
	o.paid = o.at.Add(time.Duration(1+w.r.IntN(50)) * time.Minute)
	if w.chance(15) {
		o.paid = w.after(o.at, 25*day, o.f.OwedBy)
	}
	o.paidKnown = w.event("paid", o, o.paid, o.known, 8)
}

// takeEffect says when an order took effect, or will: that of a renewal is announced when it is ordered.
func (w *world) takeEffect(o *placed, late bool) {
	from := o.at
	if o.paid.After(from) {
		from = o.paid
	}
	percent := 0
	if late {
		percent = 8
	}
	if o.f.Type == "RENEW" {
		o.effective = w.after(from.Add(time.Hour), 45*day, o.f.OwedBy)
		known := o.known
		if o.paidKnown.After(known) {
			known = o.paidKnown
		}
		w.put(neutral.Fact{Kind: "effective", Order: o.f.Order, At: text(o.effective), RecordedAt: text(known)})
		return
	}
	o.effective = from.Add(time.Duration(1+w.r.IntN(90)) * time.Minute)
	if w.chance(10) {
		o.effective = w.after(from, 20*day, o.f.OwedBy)
	}
	w.event("effective", o, o.effective, o.known, percent)
}

// story tells what becomes of a paid order.
func (w *world) story(o *placed) {
	some := o.gross.IsPositive()
	switch n := w.r.IntN(100); {
	case slices.Contains(users, o.f.Customer):
		w.takeEffect(o, true)
	case n < 4:
		w.event("provisioning_failed", o, w.after(o.paid, 5*day, o.f.OwedBy), o.paidKnown, 5)
	case n < 8: // nothing more is heard
	case some && n < 18 && o.f.Type == "RENEW":
		w.takeEffect(o, false)
		if at := o.paid.Add(o.effective.Sub(o.paid) / 2); at.After(o.paidKnown) {
			w.refund(o, at, "renewal_not_effective", o.gross, decimal.Zero, o.paidKnown, 0)
		}
	case some && n < 28 && !o.f.Supervised:
		w.takeEffect(o, false)
		w.refund(o, w.after(o.effective, 5*day, o.f.OwedBy), "five_day", o.gross, decimal.Zero, o.paidKnown, 10)
	case o.f.Supervised:
		w.supervised(o, some)
	case some && n < 45:
		w.takeEffect(o, false)
		w.conditional(o, o.effective, decimal.Zero, time.Time{})
	default:
		w.takeEffect(o, true)
	}
}

func (w *world) refund(o *placed, at time.Time, rule string, gross, before decimal.Decimal, floor time.Time, late int) (decimal.Decimal, time.Time) {
	if floor.Before(o.paidKnown) {
		floor = o.paidKnown
	}
	known, recorded := w.heard(at, floor, late)
	w.put(neutral.Fact{Kind: "refund", ID: w.id("R"), Order: o.f.Order, At: text(at), RecordedAt: recorded, Gross: money.Exact(gross), Rule: rule})
	return before.Add(gross), known
}

// conditional gives money back once or several times, sometimes all of it.
func (w *world) conditional(o *placed, from time.Time, before decimal.Decimal, floor time.Time) {
	for i := range 1 + w.r.IntN(3) {
		at := w.after(from.Add(time.Hour), 40*day, o.f.OwedBy)
		left := o.gross.Sub(before)
		amount := left
		if i == 0 && w.chance(70) || w.chance(50) {
			amount = left.Mul(decimal.New(int64(1+w.r.IntN(8)), -1)).Round(2)
		}
		if !amount.IsPositive() {
			return
		}
		before, floor = w.refund(o, at, "conditional", amount, before, floor, 10)
		from = at
	}
}

// supervised tells of stages: completed, appealed against, agreed to be paid back.
func (w *world) supervised(o *placed, some bool) {
	w.takeEffect(o, false)
	from := o.effective
	before, floor := decimal.Zero, time.Time{}
	if some && w.chance(30) {
		parts := 1 + w.r.IntN(2)
		all := w.chance(40)
		for i := range parts {
			amount := o.gross.Sub(before)
			if !all || i < parts-1 {
				amount = amount.Mul(money.MustParse("0.4")).Round(2)
			}
			from = w.after(from.Add(time.Minute), 20*day, o.f.OwedBy)
			before, floor = w.refund(o, from, "negotiated", amount, before, floor, 0)
		}
		if all {
			return
		}
	}
	if w.chance(25) {
		opened := w.after(from, 10*day, o.f.OwedBy)
		w.event("appeal_opened", o, opened, o.known, 5)
		if w.chance(60) {
			from = w.after(opened.Add(time.Minute), 20*day, o.f.OwedBy)
			w.event("appeal_closed", o, from, o.known, 5)
		} else {
			return
		}
	}
	if w.chance(15) {
		return
	}
	o.complete = w.after(from.Add(time.Minute), 35*day, o.f.OwedBy)
	w.event("supervision_completed", o, o.complete, o.known, 8)
	if some && w.chance(20) {
		w.conditional(o, o.complete, before, floor)
	}
}
