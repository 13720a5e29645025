package catalog

import (
	"context"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// Sellable refuses an order of a product that is not on sale, or for a buyer registered outside its regions. A product that came by the feed alone is
// sold as the marketplace says.
func (s *Service) Sellable(ctx context.Context, tx *pg.Tx, merchant, product, region string) error {
	p, found, err := selectProduct(ctx, tx, merchant, product, false)
	if err != nil || !found {
		return err
	}
	if p.State != OnSale && p.State != InReview { // a change in review does not stop the sale of what was judged before
		return fault.New(fault.Conflict, "CAT-NOT-ON-SALE", "productId", fault.Args{"product": product})
	}
	if p.State == InReview {
		if before, err := wasOnSale(ctx, tx, merchant, product); err != nil || !before {
			return firstErr(err, fault.New(fault.Conflict, "CAT-NOT-ON-SALE", "productId", fault.Args{"product": product}))
		}
	}
	regions, err := selectRegions(ctx, tx, merchant, product)
	if err != nil {
		return err
	}
	for _, r := range regions {
		if r == region {
			return nil
		}
	}
	return fault.New(fault.Conflict, "CAT-NOT-HERE", "registrationRegion", fault.Args{"product": product, "region": region})
}

// DelistedSince tells since when those of a merchant's products that left the sale for good are off it.
func (s *Service) DelistedSince(ctx context.Context, tx *pg.Tx, merchant string, products []string) (map[string]time.Time, error) {
	return selectDelisted(ctx, tx, merchant, products)
}

// AccessOf tells how a product reaches its buyer; empty where the catalogue does not have it.
func (s *Service) AccessOf(ctx context.Context, tx *pg.Tx, merchant, product string) (Access, error) {
	p, _, err := selectProduct(ctx, tx, merchant, product, false)
	return p.Access, err
}

func firstErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// unreachableMost is how often a seller may leave mail unanswered for 24 hours, or its hotline unreached, before its product leaves the sale.
const unreachableMost = 2

// NoteUnreachable keeps that a seller was not reached; more than twice takes the product off sale for good.
func (s *Service) NoteUnreachable(ctx context.Context, tx *pg.Tx, merchant, product, channel, note string) error {
	p, err := s.Product(ctx, tx, merchant, product)
	if err != nil {
		return err
	}
	if strings.TrimSpace(note) == "" {
		return fault.New(fault.Invalid, "CAT-REASON", "reason")
	}
	n, err := insertUnreachable(ctx, tx, merchant, product, channel, note)
	if err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "product.unreachable", Subject: product, Reason: note, Detail: map[string]any{"channel": channel, "times": n}}); err != nil {
		return err
	}
	if _, f := p.State.To(Delist); n <= unreachableMost || f != nil {
		return nil
	}
	return s.move(ctx, tx, p, Delist, "delisted", note)
}

// failedMost is how many orders may fail by the interface in one calendar month before the product leaves the sale.
const failedMost = 5

// CheckFailedOrders takes a product off sale when more than five of its orders failed by its interface in the calendar month of now.
func (s *Service) CheckFailedOrders(ctx context.Context, tx *pg.Tx, merchant, product string) error {
	if s.FailedOrders == nil {
		return nil
	}
	p, found, err := selectProduct(ctx, tx, merchant, product, true)
	if err != nil || !found {
		return err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	zone := dialZone(dir, tx.Now)
	m := period.MonthOf(tx.Now, zone)
	n, err := s.FailedOrders(ctx, tx, merchant, product, m.Start(zone), m.End(zone))
	if err != nil || n <= failedMost {
		return err
	}
	if _, f := p.State.To(Delist); f != nil {
		return nil
	}
	return s.move(ctx, tx, p, Delist, "delisted", "interface: "+m.String())
}
