package main

import (
	"suanpan/internal/auth"
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
	return m
}

// routes are the pages and the API, in the order of the navigation.
func (m modules) routes() []web.Route {
	return m.auth.Routes()
}
