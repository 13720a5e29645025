package provisioning

import (
	"context"
	"slices"

	"suanpan/internal/pg"
	"suanpan/orders"
)

// sceneOf says what a paid order asks of the seller.
var sceneOf = map[string]Scene{
	orders.New: Create, orders.Trial: Create, orders.TrialToFormal: TrialToFormal, orders.Renew: Renewal, orders.Change: Upgrade,
}

// Hear makes calls of what happened to orders. Files of the past set nothing going, nor do orders of merchants without an interface: what becomes of
// those, the feed says.
func (svc *Service) Hear(ctx context.Context, tx *pg.Tx, happened []orders.Happening) error {
	var mine []*orders.Happening
	merchants := map[string]bool{}
	for k := range happened {
		h := &happened[k]
		switch h.Kind {
		case orders.Paid, orders.Effective, orders.Completed, orders.Canceled, orders.Failed, orders.MoneyBack:
			if !h.History {
				mine = append(mine, h)
				merchants[h.Line.Merchant] = true
			}
		}
	}
	if len(mine) == 0 {
		return nil
	}
	all, err := selectInterfaces(ctx, tx, keysOf(merchants))
	if err != nil || len(all) == 0 {
		return err
	}
	by := map[string][]Interface{}
	for _, i := range all {
		by[i.Merchant] = append(by[i.Merchant], i)
	}
	e := &ear{svc: svc, by: by}
	if err := e.instances(ctx, tx, mine); err != nil {
		return err
	}
	for _, h := range mine {
		if err := e.hear(ctx, tx, h); err != nil {
			return err
		}
	}
	if err := withdrawCalls(ctx, tx, e.gone, tx.Now); err != nil {
		return err
	}
	return insertCalls(ctx, tx, e.calls)
}

func keysOf(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}

// ear gathers what follows from one hearing.
type ear struct {
	svc   *Service
	by    map[string][]Interface
	made  map[string]Call // the create calls of the lines, by merchant and line
	calls []Call
	gone  []gone
}

// gone names a line's open calls that have become pointless; scenes empty: all of them.
type gone struct {
	merchant, line string
	scenes         []string
}

func (e *ear) instances(ctx context.Context, tx *pg.Tx, mine []*orders.Happening) error {
	var merchants, lines []string
	for _, h := range mine {
		if h.Kind == orders.Completed || h.Kind == orders.MoneyBack {
			merchants, lines = append(merchants, h.Line.Merchant), append(lines, h.Line.ID)
		}
	}
	made, err := selectCreated(ctx, tx, merchants, lines)
	e.made = made
	return err
}

func (e *ear) hear(ctx context.Context, tx *pg.Tx, h *orders.Happening) error {
	l := h.Line
	if len(e.by[l.Merchant]) == 0 {
		return nil
	}
	i, err := e.svc.choose(ctx, tx, l.Merchant, e.by[l.Merchant], l.Product)
	if err != nil || i == nil {
		return err
	}
	switch h.Kind {
	case orders.Paid:
		if scene := sceneOf[l.Type]; scene != "" {
			e.add(l, orderOf(l, scene))
		}
	case orders.Effective: // told by the marketplace: what it stands for is done
		e.drop(l, Create, Upgrade, TrialToFormal)
	case orders.Canceled, orders.Failed:
		e.drop(l)
	case orders.Completed:
		return e.accepted(ctx, tx, h, i)
	case orders.MoneyBack:
		return e.moneyBack(ctx, tx, h)
	}
	return nil
}

// drop takes back the calls of a line, those of this hearing too; scenes empty: all of them.
func (e *ear) drop(l *orders.Line, scenes ...Scene) {
	g := gone{merchant: l.Merchant, line: l.ID}
	for _, s := range scenes {
		g.scenes = append(g.scenes, string(s))
	}
	e.gone = append(e.gone, g)
	e.calls = slices.DeleteFunc(e.calls, func(c Call) bool {
		return c.Merchant == l.Merchant && c.Line == l.ID && (len(scenes) == 0 || contains(scenes, c.Order.Scene))
	})
}

func (e *ear) add(l *orders.Line, o Order) {
	c := newCall(l.Merchant, o, "")
	c.Line, c.Supervised, c.Currency, c.Gross = l.ID, l.Supervised, l.Currency, l.Gross
	if o.Scene == Create && o.Instance != "" {
		c.BusinessID = o.Instance // the order names its instance already; the first call proposes it to the seller
	}
	e.calls = append(e.calls, c)
}

func orderOf(l *orders.Line, s Scene) Order {
	o := Order{
		Scene: s, OrderID: l.OrderID, LineID: l.ID, Product: l.Product, SKU: l.SKU, Mode: l.Mode, Buyer: l.Buyer, Instance: l.Terms.Instance, Expire: l.Terms.ExpireTime,
	}
	if s == Renewal || s == TrialToFormal {
		gross := l.Gross
		o.Amount = &gross
	}
	return o
}

// accepted: a supervised line takes effect when its buyer accepts. Where the product opens only then, the seller is told the time.
func (e *ear) accepted(ctx context.Context, tx *pg.Tx, h *orders.Happening, i *Interface) error {
	l := h.Line
	if !l.Supervised || sceneOf[l.Type] != Create {
		return nil
	}
	made, known := e.made[l.Merchant+"\x00"+l.ID]
	if i.Acceptance {
		o := orderOf(l, Acceptance)
		o.Accepted, o.Instance = h.At, made.Order.Instance
		e.add(l, o)
		return nil
	}
	if !known { // paid and accepted in one file: the call that is to be made remembers it
		for k := range e.calls {
			if c := &e.calls[k]; c.Merchant == l.Merchant && c.Line == l.ID && c.Order.Scene == Create {
				c.Order.Accepted = h.At
			}
		}
		return nil
	}
	if err := acceptCall(ctx, tx, l.Merchant, made.ID, h.At); err != nil || made.State != Succeeded {
		return err // a create that is still under way takes effect when it succeeds
	}
	return orders.SetTimer(ctx, tx, orders.Timer{Merchant: l.Merchant, Subject: made.ID, Kind: effectTimer, Line: l.ID, DueAt: tx.Now})
}

// moneyBack: a line refunded whole has nothing to wait for, and its instance goes; of a renewal only the renewal goes. What a refund leaves lowers
// what a later failure would give back.
func (e *ear) moneyBack(ctx context.Context, tx *pg.Tx, h *orders.Happening) error {
	l := h.Line
	if h.Left.IsPositive() {
		return lowerGross(ctx, tx, l.Merchant, l.ID, h.Left)
	}
	e.drop(l)
	instance := l.Terms.Instance
	if made, ok := e.made[l.Merchant+"\x00"+l.ID]; ok && made.Order.Instance != "" {
		instance = made.Order.Instance
	}
	o := orderOf(l, Release)
	switch sceneOf[l.Type] {
	case Create, TrialToFormal:
	case Renewal:
		o.Scene = RenewalRefund
		back := h.Gross
		o.Amount = &back
	default:
		return nil
	}
	if instance == "" {
		return nil // nothing was ever made
	}
	o.Instance, o.OrderID, o.LineID = instance, h.ID, h.ID+"-000001"
	c := newCall(l.Merchant, o, "")
	c.Line = l.ID
	e.calls = append(e.calls, c)
	return nil
}
