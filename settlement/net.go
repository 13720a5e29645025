package settlement

import (
	"context"
	"encoding/json"
	"sort"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/orders"
)

// Netting is what the entities owe each other at the end of a month, and the transfers that bring it to nothing.
type Netting struct {
	Month     period.Month
	Positions []Position // what is open between each pair, waiting credit left out
	Waiting   []Position // owed on customers' credit whose cycle is not repaid yet: a later netting takes it
	Proposal  Proposal
	Posted    map[money.Currency]bool
}

// Net shows what the entities owe each other by the end of a month and proposes the transfers that settle it.
func (s *Service) Net(ctx context.Context, tx *pg.Tx, month period.Month) (Netting, error) {
	n := Netting{Month: month, Posted: map[money.Currency]bool{}}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return n, err
	}
	trial, err := ledger.TrialBalance(ctx, tx, ledger.AsOf{Period: month})
	if err != nil {
		return n, err
	}
	waiting, err := waitingCredit(ctx, tx, dir, month)
	if err != nil {
		return n, err
	}
	open := map[Position]decimal.Decimal{}
	for _, b := range trial {
		code, party := b.Account.Split()
		if code != "due_to" {
			continue
		}
		k := Position{Owes: b.Book, Owed: party, Currency: b.Currency}
		open[k] = open[k].Sub(b.Net())
	}
	for k, v := range waiting {
		open[k] = open[k].Sub(v)
		k.Amount = v
		n.Waiting = append(n.Waiting, k)
	}
	for k, v := range open {
		if !v.IsZero() {
			k.Amount = v
			n.Positions = append(n.Positions, k)
		}
	}
	sortPositions(n.Positions)
	sortPositions(n.Waiting)
	n.Proposal = Net(n.Positions, forbiddenPairs(dir, month.End(time.UTC)))
	done, err := selectNetted(ctx, tx, month)
	for _, c := range done {
		n.Posted[c] = true
	}
	return n, err
}

func sortPositions(ps []Position) {
	sort.Slice(ps, func(i, j int) bool {
		a, b := ps[i], ps[j]
		return string(a.Currency)+a.Owes+a.Owed < string(b.Currency)+b.Owes+b.Owed
	})
}

func forbiddenPairs(dir *entities.Directory, at time.Time) [][2]string {
	var out [][2]string
	for _, p := range dir.List(entities.KeyNettingForbidden, entities.Installation, at) {
		if a, b, ok := strings.Cut(p, "-"); ok {
			out = append(out, [2]string{strings.TrimSpace(a), strings.TrimSpace(b)})
		}
	}
	return out
}

// PostNetting posts a month's netting in one currency, once: every position leaves due-to and due-from over the netting accounts, the proposed
// transfers go over the banks, and every netting account is zero afterwards. Where nothing is open in the currency, or only between pairs that
// may not net, it is refused: nobody should believe that something was posted.
func (s *Service) PostNetting(ctx context.Context, tx *pg.Tx, month period.Month, c money.Currency) (Netting, error) {
	if !c.Valid() {
		return Netting{}, fault.New(fault.Invalid, "NET-CURRENCY", "currency", fault.Args{"currency": c})
	}
	n, err := s.Net(ctx, tx, month)
	if err != nil {
		return n, err
	}
	if n.Posted[c] {
		return n, fault.New(fault.Conflict, "NET-DONE", "month", fault.Args{"month": month, "currency": c})
	}
	gross := map[[2]string]bool{}
	for _, g := range n.Proposal.Gross {
		gross[[2]string{g.From, g.To}], gross[[2]string{g.To, g.From}] = true, true
	}
	var t []ledger.Transfer
	var taken []Position
	for _, p := range n.Positions {
		if p.Currency != c || gross[[2]string{p.Owes, p.Owed}] {
			continue
		}
		taken = append(taken, p)
		t = ledger.Move(t, p.Owes, c, ledger.DueTo(p.Owed), ledger.Netting, p.Amount, "")
		t = ledger.Move(t, p.Owed, c, ledger.Netting, ledger.DueFrom(p.Owes), p.Amount, "")
	}
	var moves []Transfer
	for _, m := range n.Proposal.Transfers {
		if m.Currency != c {
			continue
		}
		moves = append(moves, m)
		t = ledger.Move(t, m.From, c, ledger.Netting, ledger.Bank, m.Amount, "")
		t = ledger.Move(t, m.To, c, ledger.Bank, ledger.Netting, m.Amount, "")
	}
	if len(t) == 0 {
		return n, fault.New(fault.Conflict, "NET-NOTHING", "currency", fault.Args{"month": month, "currency": c})
	}
	book := taken[0].Owes
	if _, err := ledger.Post(ctx, tx, ledger.Entry{
		Merchant: "E" + book, Key: "netted/" + month.String() + "/" + string(c), Kind: "netted", Book: book, OccurredAt: tx.Now, KnownAt: tx.Now, Transfers: t,
	}); err != nil {
		return n, err
	}
	n.Posted[c] = true
	return n, insertNetting(ctx, tx, month, c, taken, moves)
}

// waitingCredit sums, per pair, what a collecting entity owes for credit orders whose customer's pool is not repaid at the month's end.
func waitingCredit(ctx context.Context, tx *pg.Tx, dir *entities.Directory, month period.Month) (map[Position]decimal.Decimal, error) {
	lines, err := selectCrossCredit(ctx, tx, month)
	if err != nil {
		return nil, err
	}
	byZone := map[string][]orders.PoolKey{}
	for _, l := range lines {
		byZone[l.entity] = append(byZone[l.entity], l.pool(dir))
	}
	out := map[Position]decimal.Decimal{}
	for entity, keys := range byZone {
		zone := dir.Zone(entity)
		repaid, err := orders.PoolsRepaid(ctx, tx, keys, month, zone, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			if l.entity == entity && !repaid[l.pool(dir)] {
				k := Position{Owes: l.collector, Owed: l.entity, Currency: l.currency}
				out[k] = out[k].Add(l.owed)
			}
		}
	}
	return out, nil
}

type crossCredit struct {
	entity, collector, buyer string
	currency                 money.Currency
	owed                     decimal.Decimal
	at                       time.Time
}

func (c crossCredit) pool(dir *entities.Directory) orders.PoolKey {
	return orders.PoolKey{Buyer: c.buyer, Collector: c.collector, Cycle: period.MonthOf(c.at, dir.Zone(c.collector))}
}

func marshal(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("settlement: " + err.Error()) // plain values only
	}
	return raw
}
