package statement

import (
	"context"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/settlement"
)

// Service gathers documents. Every verb reads in the caller's transaction and writes nothing to the database; documents that belong
// together are read in one ReadTx, so that they agree.
type Service struct {
	Settlement *settlement.Service // with its Orders and Invoicing
	Fonts      *doc.Fonts          // for WriteMonth
}

// ground is what all documents of a transaction are drawn up on.
type ground struct {
	dir  *entities.Directory
	cal  *ledger.Calendar
	demo bool
	now  time.Time
}

func (s *Service) ground(ctx context.Context, tx *pg.Tx) (*ground, error) {
	g := &ground{now: tx.Now}
	var err error
	if g.dir, err = entities.Load(ctx, tx); err != nil {
		return nil, err
	}
	if g.cal, err = ledger.LoadCalendar(ctx, tx); err != nil {
		return nil, err
	}
	g.demo, err = selectDemo(ctx, tx)
	return g, err
}

// head is the head of a document of an entity; empty: of all entities, whose days are then told in UTC.
func (g *ground) head(code string, month period.Month) (Head, error) {
	h := Head{At: g.now, Demo: g.demo, Month: month, Entity: code, Zone: time.UTC}
	if code == "" {
		return h, nil
	}
	e, ok := g.dir.EntityAt(code, g.now)
	if !ok {
		return h, fault.New(fault.NotFound, "STM-ENTITY", "entity", fault.Args{"entity": code})
	}
	h.EntityName, h.Zone, h.Locked = e.Name, g.dir.Zone(code), g.cal.Locked(code, month)
	return h, nil
}

// List gathers the invoice list of a requisition. merchant narrows it to one merchant's rows; staff may leave it empty.
func (s *Service) List(ctx context.Context, tx *pg.Tx, merchant, requisition string) (List, error) {
	g, err := s.ground(ctx, tx)
	if err != nil {
		return List{}, err
	}
	return s.list(ctx, tx, g, merchant, requisition)
}

func (s *Service) list(ctx context.Context, tx *pg.Tx, g *ground, merchant, requisition string) (List, error) {
	d, err := s.Settlement.Invoicing.Requisition(ctx, tx, merchant, requisition)
	if err != nil {
		return List{}, err
	}
	month := d.List.Periods[len(d.List.Periods)-1]
	h, err := g.head(d.List.Entity, month)
	if err != nil {
		return List{}, err
	}
	h.At, h.EntityName = d.List.IssuedAt.UTC(), d.List.EntityName
	l := List{Head: h, List: d.List, Filled: d.Filled, Hash: d.Hash}
	l.Due, l.LastDay, l.LastZone = g.due(d.List)
	return l, nil
}

// due gives the last day for an invoice, and where the entity's law has a last day of the month for receipt, that day and its zone.
func (g *ground) due(l invoicing.List) (period.Day, int, string) {
	where := invoicing.GroundAt(g.dir, l.Entity, l.NoticeAt)
	zone := ""
	if where.LastDay > 0 && where.Zone != nil {
		zone = where.Zone.String()
	}
	return where.LastDayFor(l, invoicing.SettingsAt(g.dir, []invoicing.List{l}, l.NoticeAt)), where.LastDay, zone
}

// Merchant gathers the statement of a merchant with an entity for a month.
func (s *Service) Merchant(ctx context.Context, tx *pg.Tx, merchant, entity string, month period.Month) (Merchant, error) {
	g, err := s.ground(ctx, tx)
	if err != nil {
		return Merchant{}, err
	}
	h, err := g.head(entity, month)
	if err != nil {
		return Merchant{}, err
	}
	b, err := readBooks(ctx, tx, scope{month, entity, merchant})
	if err != nil {
		return Merchant{}, err
	}
	var held []settlement.Held
	err = settlement.HeldLines(ctx, tx, entity, month, func(x settlement.Held) error {
		if x.Merchant == merchant {
			held = append(held, x)
		}
		return nil
	})
	if err != nil {
		return Merchant{}, err
	}
	names, err := selectNames(ctx, tx, scope{month, entity, merchant}, []string{merchant})
	if err != nil {
		return Merchant{}, err
	}
	if names[merchant] == "" {
		return Merchant{}, fault.New(fault.NotFound, "STM-MERCHANT", "merchant", fault.Args{"merchant": merchant})
	}
	asked, err := s.asked(ctx, tx, g, scope{month, entity, merchant})
	if err != nil {
		return Merchant{}, err
	}
	return s.merchant(ctx, tx, h, b, merchant, names[merchant], asked, held)
}

// merchant puts a statement together from what was read for the whole entity, and reads the merchant's own bills.
func (s *Service) merchant(ctx context.Context, tx *pg.Tx, h Head, b *books, id, name string, asked []Asked, held []settlement.Held) (Merchant, error) {
	m := Merchant{Head: h, ID: id, Name: name, Owed: b.owed(id), Other: b.others(id), Asked: asked, Held: held}
	sc := scope{h.Month, h.Entity, id}
	var err error
	if m.Bills, err = s.bills(ctx, tx, sc); err != nil || len(m.Bills) == 0 {
		return m, err
	}
	m.Lines, err = collectLines(ctx, tx, sc)
	return m, err
}

// everything lifts the limit that pages put on a list.
const everything = 1 << 30

func (s *Service) bills(ctx context.Context, tx *pg.Tx, sc scope) ([]settlement.Bill, error) {
	out, err := s.Settlement.Bills(ctx, tx, settlement.BillFilter{Merchant: sc.merchant, Entity: sc.entity, Month: sc.month, Limit: everything})
	sortBy(out, func(a, b settlement.Bill) bool { return a.No < b.No })
	return out, err
}

// asked gathers the requisitions of a scope with their invoices and payments.
func (s *Service) asked(ctx context.Context, tx *pg.Tx, g *ground, sc scope) ([]Asked, error) {
	out, lists, err := selectAsked(ctx, tx, sc)
	if err != nil || len(out) == 0 {
		return out, err
	}
	sent, err := selectSent(ctx, tx, sc)
	if err != nil {
		return nil, err
	}
	paid, err := selectPaid(ctx, tx, sc)
	if err != nil {
		return nil, err
	}
	for i := range out {
		a := &out[i]
		if !lists[i].NoticeAt.IsZero() {
			a.Due, _, _ = g.due(lists[i])
		}
		a.Invoices = sent[requisitionKey{a.Merchant, invoicing.RequisitionKey(a.No)}]
		a.Payments = paid[requisitionKey{a.Merchant, a.No}]
	}
	return out, nil
}

// readBooks reads an entity's accounts at both ends of a month, and what moved the stages of its merchants (or one) in it.
func readBooks(ctx context.Context, tx *pg.Tx, sc scope) (*books, error) {
	b := &books{month: sc.month, moves: map[holder][]Move{}}
	var only []string
	if sc.entity != "" {
		only = []string{sc.entity}
	}
	var err error
	if b.opening, err = ledger.TrialBalance(ctx, tx, ledger.AsOf{Period: sc.month.Add(-1)}, only...); err != nil {
		return nil, err
	}
	if b.closing, err = ledger.TrialBalance(ctx, tx, ledger.AsOf{Period: sc.month}, only...); err != nil {
		return nil, err
	}
	if sc.entity == "" {
		return b, nil
	}
	seen := map[ledger.AccountQuery]bool{}
	for _, x := range b.closing {
		var st Stage
		q := ledger.AccountQuery{Book: sc.entity, Currency: x.Currency, Account: x.Account, Merchant: sc.merchant, From: sc.month, Limit: everything}
		if !st.at(x.Account, decimal.Zero) || seen[q] {
			continue
		}
		seen[q] = true
		lines, err := ledger.AccountStatement(ctx, tx, ledger.AsOf{Period: sc.month}, q)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			b.move(holder{l.Merchant, x.Currency}, x.Account, l)
		}
	}
	for _, ms := range b.moves {
		sortBy(ms, func(x, y Move) bool {
			if !x.At.Equal(y.At) {
				return x.At.Before(y.At)
			}
			return road(x) < road(y)
		})
	}
	return b, nil
}

// road sorts what happened at one instant (a demo's clock stands still) in the order in which it has to have happened.
func road(m Move) string {
	order := []string{"opening", "billed", "invoice.accepted", "payment", "banked"}
	for i, k := range order {
		if m.Kind == k {
			return string(rune('0'+i)) + m.Key
		}
	}
	return "9" + strings.TrimPrefix(m.Key, "reversal/")
}

// move adds a movement of one account; what one entry did to several stages is one move.
func (b *books) move(k holder, a ledger.Account, l ledger.Line) {
	for i := range b.moves[k] {
		if m := &b.moves[k][i]; m.Key == l.Key {
			m.at(a, l.Amount.Neg())
			return
		}
	}
	m := Move{At: l.OccurredAt, Kind: l.Kind, Key: l.Key}
	m.at(a, l.Amount.Neg())
	b.moves[k] = append(b.moves[k], m)
}
