package main

import (
	"context"

	"suanpan/internal/auth"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/orders"
	"suanpan/settlement"
)

// modules are the services, each given what the others lend it.
type modules struct {
	orders     *orders.Service
	invoicing  *invoicing.Service
	settlement *settlement.Service
	auth       *auth.Service
}

// wire ties the modules together. What happens in one and concerns another is subscribed here, in the order in which it runs.
func wire(db *pg.DB) modules {
	m := modules{orders: &orders.Service{}, invoicing: &invoicing.Service{}, auth: auth.New(db, auth.Options{})}
	m.settlement = &settlement.Service{DB: db, Orders: m.orders, Invoicing: m.invoicing}
	return m
}

// routes are the pages and the API, in the order of the navigation.
func (m modules) routes() []web.Route {
	return m.auth.Routes()
}

// controls compares every module's rows with their control accounts and stops at the first difference.
func (m modules) controls(ctx context.Context, tx *pg.Tx) ([]string, error) {
	var names []string
	for _, make := range []func(context.Context, *pg.Tx) (ledger.Control, error){m.invoicing.Control} {
		c, err := make(ctx, tx)
		if err != nil {
			return names, err
		}
		if err := ledger.VerifyControl(ctx, tx, c); err != nil {
			return names, err
		}
		names = append(names, c.Name)
	}
	return names, nil
}
