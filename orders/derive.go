package orders

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/ledger"
	"suanpan/money"
)

// Derived is what a line's facts amount to.
type Derived struct {
	Entries []ledger.Entry // every posting that has to stand, oldest cause first
	Earned  []Earned       // the line and its refunds, as far as they are earned
	Due     time.Time      // when a condition with a known date will come true; zero where none is waited for
	Used    []Movement     // what a credit line takes from its customer's credit
}

// Derive replays a line. It is pure: the same facts give the same result, in whatever order they arrived. Posting what it
// returns is safe to repeat, since every entry's key is its cause.
func (s *State) Derive(now time.Time) Derived {
	var d Derived
	s.sortRefunds()
	paid := s.event(Paid)
	if paid == nil || s.Line.Mode == OnDemand {
		return d
	}
	s.deriveTaken(&d, paid)
	s.deriveRefunded(&d, paid)
	c, ok, due := s.earnedWhen(now)
	d.Due = due
	if !ok {
		return d
	}
	whole := split(s.Line.Gross, s.Line.Tax, s.Line.CustomerWHT, s.FeeRate, s.Line.Terms.SellerTaxes)
	s.deriveEarned(&d, whole, c)
	s.deriveUnearned(&d, whole, c)
	return d
}

func (s *State) key(kind, id string) string {
	if s.Attempt > 1 {
		return fmt.Sprintf("%s/%s/%d", kind, id, s.Attempt)
	}
	return kind + "/" + id
}

func (s *State) entry(kind, id string, at, known time.Time, transfers []ledger.Transfer) ledger.Entry {
	return ledger.Entry{
		Merchant: s.Line.Merchant, Key: s.key(kind, id), Kind: kind, Book: s.Line.Entity, OccurredAt: at, KnownAt: known, Transfers: transfers,
	}
}

// collect moves a customer's money or promise into an account of the owing entity's book; where another entity collects, through
// due-to in its book and due-from in the owing one's. A negative amount goes the same way back.
func collect(list []ledger.Transfer, owner, collector string, c money.Currency, from, to ledger.Account, amount decimal.Decimal) []ledger.Transfer {
	if owner == collector {
		return ledger.Move(list, owner, c, from, to, amount, "")
	}
	list = ledger.Move(list, collector, c, from, ledger.DueTo(owner), amount, "")
	return ledger.Move(list, owner, c, ledger.DueFrom(collector), to, amount, "")
}

func payer(method string) ledger.Account {
	if method == Credit {
		return ledger.CustomerCredit
	}
	return ledger.CustomerClearing
}

func (s *State) deriveTaken(d *Derived, paid *Event) {
	l := s.Line
	var t []ledger.Transfer
	owed := l.Gross.Sub(l.CustomerWHT)
	t = collect(t, l.Entity, paid.Payment.Collector, l.Currency, payer(paid.Payment.Method), ledger.DeferredOrders, owed)
	t = ledger.Move(t, l.Entity, l.Currency, ledger.WHTCertificates, ledger.DeferredOrders, l.CustomerWHT, "")
	d.Entries = append(d.Entries, s.entry("taken", l.ID, paid.At, paid.KnownAt, t))
	if paid.Payment.Method == Credit && !owed.IsZero() {
		d.Used = append(d.Used, Movement{
			Buyer: l.Buyer, Collector: paid.Payment.Collector, ID: "used/" + l.ID, Kind: Used, Currency: l.Currency, Amount: owed,
			At: paid.At, KnownAt: paid.KnownAt,
		})
	}
}

func (s *State) deriveRefunded(d *Derived, paid *Event) {
	l := s.Line
	before := decimal.Zero
	for _, r := range s.Refunds {
		after := before.Add(r.Gross)
		wht := portion(l.CustomerWHT, after, l.Gross).Sub(portion(l.CustomerWHT, before, l.Gross))
		before = after
		back := r.Gross.Sub(wht)
		var t []ledger.Transfer
		cash := back
		if paid.Payment.Method == Credit {
			if r.CreditPart == nil {
				continue // how much of it lowers the customer's debt is decided first
			}
			cash = back.Sub(*r.CreditPart)
			t = collect(t, l.Entity, paid.Payment.Collector, l.Currency, ledger.CustomerCredit, ledger.DeferredOrders, r.CreditPart.Neg())
		}
		t = collect(t, l.Entity, paid.Payment.Collector, l.Currency, ledger.CustomerClearing, ledger.DeferredOrders, cash.Neg())
		t = ledger.Move(t, l.Entity, l.Currency, ledger.WHTCertificates, ledger.DeferredOrders, wht.Neg(), "")
		d.Entries = append(d.Entries, s.entry("refunded", r.ID, r.At, r.KnownAt, t))
	}
}

// recognise is the recipe of earned; unearned is the same with everything negative.
func recognise(owner string, c money.Currency, p parts) []ledger.Transfer {
	t := ledger.Move(nil, owner, c, ledger.DeferredOrders, ledger.IndirectTax, p.tax, "")
	t = ledger.Move(t, owner, c, ledger.DeferredOrders, ledger.WHTBorne, p.wht, "")
	t = ledger.Move(t, owner, c, ledger.DeferredOrders, ledger.PlatformFee, p.fee, "")
	return ledger.Move(t, owner, c, ledger.DeferredOrders, ledger.MerchantUnbilled, p.share, "")
}

func (s *State) deriveEarned(d *Derived, p parts, c condition) {
	e := s.earned(s.Line.ID, "order", p, c)
	d.Entries = append(d.Entries, s.entry("earned", s.Line.ID, c.at, c.known, recognise(s.Line.Entity, s.Line.Currency, p)))
	d.Earned = append(d.Earned, e)
}

func (s *State) deriveUnearned(d *Derived, whole parts, order condition) {
	l := s.Line
	before := decimal.Zero
	for _, r := range s.Refunds {
		after := before.Add(r.Gross)
		p := whole.mirrored(before, after, l.Gross).neg()
		before = after
		c := order // posted with the refund or with the order, whichever is later
		c.add(r.At, r.KnownAt)
		if m := period.MonthOf(r.At, s.zone); c.cycle.Before(m) {
			c.cycle = m
		}
		d.Entries = append(d.Entries, s.entry("unearned", r.ID, c.at, c.known, recognise(l.Entity, l.Currency, p)))
		e := s.earned(r.ID, "refund", p, c)
		if after.Equal(l.Gross) && (r.Rule == FiveDay || r.Rule == NotInEffect) {
			e.PairOf = l.ID
		}
		d.Earned = append(d.Earned, e)
	}
}

func (s *State) earned(id, kind string, p parts, c condition) Earned {
	l := s.Line
	return Earned{
		Merchant: l.Merchant, ID: id, Kind: kind, OrderLine: l.ID, Entity: l.Entity, Currency: l.Currency, Cycle: c.cycle,
		Gross: p.gross, Tax: p.tax, CustomerWHT: p.wht, Base: p.base, FeeRate: s.FeeRate, Fee: p.fee, Share: p.share,
		SellerTax: p.sellerTax, SellerTaxes: p.taxes, Settlement: p.settlement, Product: l.Product, EarnedAt: c.at, KnownAt: c.known,
	}
}
