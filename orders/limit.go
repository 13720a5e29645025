package orders

import (
	"context"
	"strconv"
	"time"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// Offer names what an order asks for: a specification of a merchant's product, for a buyer registered somewhere.
type Offer struct{ Merchant, Product, SKU, Region string }

// Limit (限购) bounds what one buyer may buy of a product, from a day on. Zero: no such bound. Orders that were canceled, failed or wholly given
// back do not count.
type Limit struct {
	Merchant, Product string
	ValidFrom         time.Time
	Orders            int  // purchases, at most
	Quantity          int  // pieces over all purchases, at most
	UntilExpiry       bool // no second one before the first has expired (资源到期前限购)
	Source            string
}

// SetLimit states the limits of a product from an instant on; for the same instant it replaces what was stated.
func SetLimit(ctx context.Context, tx *pg.Tx, l Limit) error {
	if l.Source == "" || l.Orders < 0 || l.Quantity < 0 {
		return fault.New(fault.Invalid, "ORD-LIMIT-TERMS", "source")
	}
	if err := upsertLimit(ctx, tx, l); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		Merchant: l.Merchant, Action: "product.limited", Subject: l.Product, Reason: l.Source,
		Detail: map[string]any{"orders": l.Orders, "quantity": l.Quantity, "untilExpiry": l.UntilExpiry, "from": Stamp(l.ValidFrom)},
	})
}

// sellable asks the catalogue about every line that buys something new. Renewals of what runs go on, whatever became of the product.
func (x *placing) sellable(ctx context.Context) (fault.Faults, error) {
	if x.svc.Sellable == nil || x.r.OrderType == Renew || x.r.OrderType == Unsubscribe {
		return nil, nil
	}
	var fs fault.Faults
	for i := range x.r.Lines {
		p := x.r.Lines[i].ProductInfo
		err := x.svc.Sellable(ctx, x.tx, Offer{x.r.Merchant, p.Product, p.SKU, x.r.Buyer.Region})
		if err != nil && fault.KindOf(err) != fault.Conflict {
			return nil, err
		}
		for _, f := range fault.All(err) {
			f.Path = index("orderLine", i, "productInfo.productId")
			fs = append(fs, f)
		}
	}
	return fs, nil
}

// limits compares a purchase with what its buyer bought before.
func (x *placing) limits(ctx context.Context) (fault.Faults, error) {
	if x.r.OrderType != New {
		return nil, nil
	}
	wanted := map[string]int{} // pieces by product
	place := map[string]int{}
	for i := range x.r.Lines {
		p := x.r.Lines[i].ProductInfo.Product
		if _, seen := place[p]; !seen {
			place[p] = i
		}
		wanted[p] += max(1, x.r.Lines[i].Quantity)
	}
	var fs fault.Faults
	for i := range x.r.Lines {
		p := x.r.Lines[i].ProductInfo.Product
		if place[p] != i {
			continue
		}
		limit, found, err := selectLimit(ctx, x.tx, x.r.Merchant, p, x.at)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		bought, err := boughtBefore(ctx, x.tx, x.dir, x.r.Merchant, p, x.r.Buyer.Customer)
		if err != nil {
			return nil, err
		}
		counted, err := x.counted(ctx, bought)
		if err != nil {
			return nil, err
		}
		if why, most := limit.refuses(counted, wanted[p]); why != "" {
			fs = append(fs, fault.New(fault.Conflict, "ORD-LIMIT", index("orderLine", i, "productInfo.productId"), fault.Args{"product": p, "what": why, "most": most}))
		}
	}
	return fs, nil
}

// purchases are what of a buyer's orders counts toward a limit.
type purchases struct {
	orders, pieces int
	running        bool // one of them has not expired
}

func (x *placing) counted(ctx context.Context, bought []*State) (purchases, error) {
	var p purchases
	orders := map[string]bool{}
	var ids []string
	for _, s := range bought {
		if s.event(Canceled) != nil || s.event(Failed) != nil || s.wholeRefund() != nil {
			continue
		}
		orders[s.Line.OrderID] = true
		p.pieces += max(1, s.Line.Terms.Quantity)
		ids = append(ids, s.instanceID())
	}
	p.orders = len(orders)
	held, err := Instances(ctx, x.tx, x.dir, x.r.Merchant, ids)
	for _, in := range held {
		p.running = p.running || in.ClosedAt == nil && (in.ExpiresAt == nil || in.ExpiresAt.After(x.at))
	}
	return p, err
}

// refuses names the bound that one more purchase of so many pieces would cross, and what it allows.
func (l Limit) refuses(p purchases, pieces int) (why, most string) {
	switch {
	case l.Orders > 0 && p.orders+1 > l.Orders:
		return "orders", strconv.Itoa(l.Orders)
	case l.Quantity > 0 && p.pieces+pieces > l.Quantity:
		return "pieces", strconv.Itoa(l.Quantity)
	case l.UntilExpiry && p.running:
		return "running", "1"
	}
	return "", ""
}
