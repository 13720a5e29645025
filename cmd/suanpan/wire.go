package main

import (
	"bytes"
	"context"
	"time"

	"suanpan/internal/auth"
	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/orders"
	"suanpan/orders/provisioning"
	"suanpan/settlement"
	"suanpan/settlement/statement"
)

// modules are the services, each given what the others lend it.
type modules struct {
	orders     *orders.Service
	invoicing  *invoicing.Service
	settlement *settlement.Service
	auth       *auth.Service

	provisioning *provisioning.Service
}

// wire ties the modules together. What happens in one and concerns another is subscribed here, in the order in which it runs.
func wire(db *pg.DB, clock func() time.Time) modules {
	m := modules{orders: orders.NewService(), invoicing: &invoicing.Service{}, auth: auth.New(db, auth.Options{})}
	m.settlement = &settlement.Service{DB: db, Orders: m.orders, Invoicing: m.invoicing}
	m.settlement.Subscribe(&m.invoicing.Events)
	m.orders.Billed = m.settlement.Billed
	m.provisioning = &provisioning.Service{Orders: m.orders, Clock: clock}
	m.provisioning.Listen()
	return m
}

// routes are the pages and the API, in the order of the navigation.
func (m modules) routes(ctx context.Context, db *pg.DB, fonts *doc.Fonts) []web.Route {
	out := settlement.NewMerchantHTTP(db, m.settlement).Routes()
	out = append(out, invoicing.NewHTTP(db, m.invoicing, m.drawings(fonts)...).Routes()...)
	out = append(out, settlement.NewHTTP(db, m.settlement, m.drawings(fonts)...).Routes()...)
	out = append(out, orders.NewHTTP(db, m.orders).Routes()...)
	books := ledger.NewHTTP(db, ledger.NewGroup(ctx, db))
	books.Prove, books.Names = m.settlement.Verify, auth.Names
	// What the records of orders, bills and payments account for is posted by them alone.
	books.Kept = []ledger.Account{ledger.DeferredOrders, ledger.MerchantUnbilled, ledger.MerchantPayable, ledger.MerchantInvoiced, ledger.PaymentInTransit}
	out = append(out, books.Routes()...)
	out = append(out, provisioning.NewHTTP(db, m.provisioning).Routes()...)
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
