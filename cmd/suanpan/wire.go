package main

import (
	"bytes"
	"context"

	"suanpan/internal/auth"
	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/orders"
	"suanpan/settlement"
	"suanpan/settlement/statement"
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
func (m modules) routes(db *pg.DB, fonts *doc.Fonts) []web.Route {
	out := settlement.NewMerchantHTTP(db, m.settlement).Routes()
	out = append(out, invoicing.NewHTTP(db, m.invoicing, m.drawings(fonts)...).Routes()...)
	return append(out, m.auth.Routes()...)
}

// drawings lends invoicing the forms in which a list can be taken along, which statement draws.
func (m modules) drawings(fonts *doc.Fonts) []invoicing.Drawing {
	svc := &statement.Service{Settlement: m.settlement, Fonts: fonts}
	draw := func(how func(statement.List, *bytes.Buffer, fault.Lang) error) func(context.Context, *pg.Tx, invoicing.Detail, fault.Lang, bool) ([]byte, error) {
		return func(ctx context.Context, tx *pg.Tx, d invoicing.Detail, lang fault.Lang, _ bool) ([]byte, error) {
			l, err := svc.List(ctx, tx, d.Merchant, d.Number)
			if err != nil {
				return nil, err
			}
			var b bytes.Buffer
			err = how(l, &b, lang)
			return b.Bytes(), err
		}
	}
	return []invoicing.Drawing{
		{Ext: "pdf", Name: "PDF", Type: "application/pdf", Draw: draw(func(l statement.List, b *bytes.Buffer, lang fault.Lang) error { return l.PDF(b, fonts, lang) })},
		{
			Ext: "xlsx", Name: "Excel", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Draw: draw(func(l statement.List, b *bytes.Buffer, lang fault.Lang) error { return l.Excel(b, lang) }),
		},
	}
}
