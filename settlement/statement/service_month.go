package statement

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/settlement"
)

// Entity gathers the statement of an entity for a month.
func (s *Service) Entity(ctx context.Context, tx *pg.Tx, entity string, month period.Month) (Entity, error) {
	g, err := s.ground(ctx, tx)
	if err != nil {
		return Entity{}, err
	}
	b, err := readBooks(ctx, tx, scope{month: month, entity: entity})
	if err != nil {
		return Entity{}, err
	}
	held, err := heldOf(ctx, tx, entity, month)
	if err != nil {
		return Entity{}, err
	}
	return s.entity(ctx, tx, g, b, scope{month: month, entity: entity}, held)
}

func (s *Service) entity(ctx context.Context, tx *pg.Tx, g *ground, b *books, sc scope, held []settlement.Held) (Entity, error) {
	h, err := g.head(sc.entity, sc.month)
	if err != nil {
		return Entity{}, err
	}
	e := Entity{Head: h, Trial: trial(b.opening, b.closing), Held: map[string]int{}}
	if e.Bills, err = s.bills(ctx, tx, sc); err != nil {
		return e, err
	}
	if e.Names, err = selectNames(ctx, tx, sc, nil); err != nil {
		return e, err
	}
	for _, x := range held {
		for _, r := range x.Reasons {
			e.Held[r.Code]++
		}
	}
	e.Asked, err = s.asked(ctx, tx, g, sc)
	return e, err
}

func heldOf(ctx context.Context, tx *pg.Tx, entity string, month period.Month) ([]settlement.Held, error) {
	return settlement.AllHeld(ctx, tx, []string{entity}, month)
}

// Finance gathers the workbook of a month over all entities. Its lines are read while it is drawn, from the same transaction.
func (s *Service) Finance(ctx context.Context, tx *pg.Tx, month period.Month) (Finance, error) {
	g, err := s.ground(ctx, tx)
	if err != nil {
		return Finance{}, err
	}
	var held []settlement.Held
	for _, e := range g.dir.Entities() {
		one, err := heldOf(ctx, tx, e.Code, month)
		if err != nil {
			return Finance{}, err
		}
		held = append(held, one...)
	}
	return s.finance(ctx, tx, g, month, held)
}

func (s *Service) finance(ctx context.Context, tx *pg.Tx, g *ground, month period.Month, held []settlement.Held) (Finance, error) {
	h, err := g.head("", month)
	if err != nil {
		return Finance{}, err
	}
	sc := scope{month: month}
	f := Finance{Head: h, Held: held, Zones: map[string]*time.Location{}, Lines: selectLines(ctx, tx, sc)}
	var who []string
	for _, x := range held {
		who = append(who, x.Merchant)
	}
	for _, e := range g.dir.Entities() {
		f.Zones[e.Code] = g.dir.Zone(e.Code)
	}
	if f.Bills, err = s.bills(ctx, tx, sc); err != nil {
		return f, err
	}
	if f.Names, err = selectNames(ctx, tx, sc, who); err != nil {
		return f, err
	}
	if f.Asked, err = s.asked(ctx, tx, g, sc); err != nil {
		return f, err
	}
	for _, a := range f.Asked {
		f.Payments = append(f.Payments, a.Payments...)
	}
	if f.Ties, err = s.ties(ctx, tx, sc); err != nil {
		return f, err
	}
	f.Differences = differences(f.Ties, f.Asked, f.Bills, f.Names, g.now, f.Zones)
	b, err := readBooks(ctx, tx, sc)
	if err == nil {
		f.Trial = trial(b.opening, b.closing)
	}
	return f, err
}

// tieKinds names what is tied, by the account that has to hold it.
var tieKinds = map[ledger.Account]string{
	ledger.DeferredOrders: "deferred", ledger.MerchantUnbilled: "unbilled", ledger.MerchantPayable: "payable", ledger.MerchantInvoiced: "invoiced",
	ledger.PaymentInTransit: "transit",
}

type tieKey struct {
	kind     string
	book     string
	currency money.Currency
}

// ties holds the records against the ledger, as they both stand now, and the month's bills against what was posted as billed in it.
func (s *Service) ties(ctx context.Context, tx *pg.Tx, sc scope) ([]Tie, error) {
	balances, err := ledger.TrialBalance(ctx, tx, ledger.AsOf{})
	if err != nil {
		return nil, err
	}
	by := map[tieKey]*Tie{}
	one := func(k tieKey) *Tie {
		if by[k] == nil {
			by[k] = &Tie{Kind: k.kind, Book: k.book, Currency: k.currency}
		}
		return by[k]
	}
	controls, err := s.Settlement.Controls(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, c := range controls {
		for _, w := range c.Want {
			t := one(tieKey{tieKinds[c.Accounts[0]], w.Book, w.Currency})
			t.Records = t.Records.Sub(w.Net())
		}
	}
	for _, b := range balances {
		if kind := tieKinds[b.Account]; kind != "" {
			t := one(tieKey{kind, b.Book, b.Currency})
			t.Ledger = t.Ledger.Sub(b.Net())
		}
	}
	if err := tieMonth(ctx, tx, sc, one); err != nil {
		return nil, err
	}
	return sortedTies(by), nil
}

// tieMonth sets the bills of the month against the entries that billed them: kind billed, and the reversals of withdrawn ones.
func tieMonth(ctx context.Context, tx *pg.Tx, sc scope, one func(tieKey) *Tie) error {
	rows, err := selectMonthTie(ctx, tx, sc)
	if err != nil {
		return err
	}
	for _, r := range rows {
		t := one(tieKey{"month", r.Book, r.Currency})
		t.Records = r.Records
		lines, err := ledger.AccountStatement(ctx, tx, ledger.AsOf{Period: sc.month},
			ledger.AccountQuery{Book: r.Book, Currency: r.Currency, Account: ledger.MerchantPayable, From: sc.month, Limit: everything})
		if err != nil {
			return err
		}
		for _, l := range lines {
			if billing(l.Key) {
				t.Ledger = t.Ledger.Sub(l.Amount)
			}
		}
	}
	return nil
}

func sortedTies(by map[tieKey]*Tie) []Tie {
	order := map[string]int{"deferred": 0, "unbilled": 1, "payable": 2, "invoiced": 3, "transit": 4, "month": 5}
	out := make([]Tie, 0, len(by))
	for _, t := range by {
		if !t.Records.Equal(decimal.Zero) || !t.Ledger.IsZero() {
			out = append(out, *t)
		}
	}
	sortBy(out, func(a, b Tie) bool {
		if order[a.Kind] != order[b.Kind] {
			return order[a.Kind] < order[b.Kind]
		}
		if a.Book != b.Book {
			return a.Book < b.Book
		}
		return a.Currency < b.Currency
	})
	return out
}
