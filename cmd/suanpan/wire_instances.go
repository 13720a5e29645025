package main

import (
	"context"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders/catalog"
	metered "suanpan/orders/metering/usage"
	"suanpan/orders/provisioning"
)

// deliveredBy says by which deliveries with an interface a product of an access type can reach its buyer. Of APIs no source says it, so their
// merchants' only interface is called; the others have none.
var deliveredBy = map[catalog.Access][]provisioning.Delivery{
	catalog.SaaS: {provisioning.SaaS}, catalog.License: {provisioning.Licence, provisioning.LicenceCode},
	catalog.Manual: {provisioning.Access}, catalog.Hardware: {provisioning.Access}, catalog.Compose: {provisioning.Access},
	catalog.Image: {}, catalog.DataFile: {},
}

// deliveries lends the produce interface what the catalogue knows of a product.
func (m modules) deliveries(ctx context.Context, tx *pg.Tx, merchant, product string) ([]provisioning.Delivery, error) {
	a, err := m.catalog.AccessOf(ctx, tx, merchant, product)
	return deliveredBy[a], err
}

// stateAfter says where an instance stands once its seller has done what was asked.
var stateAfter = map[provisioning.Scene]string{
	provisioning.Expire: metered.Frozen, provisioning.Freeze: metered.Frozen, provisioning.Unfreeze: metered.Open, provisioning.Release: metered.Released,
}

// instanceState tells usage what a seller did to an instance of its own. What was never ordered as pay-per-use has no usage; what the marketplace
// said itself of the same moment, or of an instance that is gone, stands.
func (m modules) instanceState(ctx context.Context, tx *pg.Tx, c provisioning.Call) error {
	state := stateAfter[c.Order.Scene]
	if state == "" || c.Order.Instance == "" {
		return nil
	}
	err := m.usage.SetState(ctx, tx, c.Merchant, c.Order.Instance, state, tx.Now.UTC().Truncate(time.Microsecond), "interface "+c.ID)
	if k := fault.KindOf(err); k == fault.NotFound || k == fault.Conflict {
		return nil
	}
	return err
}
