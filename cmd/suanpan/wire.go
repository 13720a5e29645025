package main

import (
	"context"

	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
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
	m.settlement.Subscribe(&m.invoicing.Events)
	m.orders.Billed = m.billed
	return m
}

// billed lends orders what settlement knows: which of a merchant's lines are on a bill. A line that was never received is on none.
func (m modules) billed(ctx context.Context, tx *pg.Tx, merchant string, lines []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, id := range lines {
		ws, err := m.settlement.Ask(ctx, tx, merchant, id, period.Month{})
		if fault.Has(err, "WHY-UNKNOWN") {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, w := range ws {
			if w.Line == id && w.Bill != "" {
				out[id] = true
			}
		}
	}
	return out, nil
}

// routes are the pages and the API, in the order of the navigation.
func (m modules) routes() []web.Route {
	return m.auth.Routes()
}
