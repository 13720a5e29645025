package main

import (
	"bytes"
	"context"
	"errors"
	"time"

	"suanpan/entities"
	"suanpan/internal/auth"
	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/invoicing/draft"
	"suanpan/invoicing/mailbox"
	"suanpan/ledger"
	"suanpan/notices"
	"suanpan/orders"
	"suanpan/orders/buyerinvoices"
	"suanpan/orders/catalog"
	metered "suanpan/orders/metering/usage"
	"suanpan/orders/provisioning"
	"suanpan/orders/refunds"
	"suanpan/orders/supervision"
	"suanpan/settlement"
	"suanpan/settlement/statement"
)

// modules are the services, each given what the others lend it.
type modules struct {
	orders     *orders.Service
	supervised *supervision.Service
	invoicing  *invoicing.Service
	settlement *settlement.Service
	usage      *metered.Service
	auth       *auth.Service

	provisioning *provisioning.Service
	catalog      *catalog.Service
	refunds      *refunds.Service
	invoices     *buyerinvoices.Service
	notices      *notices.Service
	mailbox      *mailbox.Service
}

// wire ties the modules together. What happens in one and concerns another is subscribed here, in the order in which it runs.
func wire(db *pg.DB, clock func() time.Time) modules {
	m := modules{orders: orders.NewService(), invoicing: &invoicing.Service{}, auth: auth.New(db, auth.Options{})}
	m.settlement = &settlement.Service{DB: db, Orders: m.orders, Invoicing: m.invoicing}
	m.settlement.Subscribe(&m.invoicing.Events)
	m.orders.Billed = m.settlement.Billed
	m.provisioning = &provisioning.Service{Orders: m.orders, Clock: clock}
	m.provisioning.Listen()
	m.catalog = &catalog.Service{
		Orders: m.orders, FailedOrders: m.provisioning.FailedOrders,
		Replay: func(ctx context.Context, p catalog.Product, c catalog.Case) string {
			return m.provisioning.Trial(ctx, db, p.Merchant, p.ID, p.Listing.Interface.Address, provisioning.Version(p.Listing.Interface.Version), c.Scene)
		},
		Dial: func(ctx context.Context, address string) error {
			if code := m.provisioning.Reach(ctx, db, address); code != "" {
				return errors.New(string(code))
			}
			return nil
		},
	}
	m.catalog.Renewing = func(ctx context.Context, tx *pg.Tx, merchant, product string, regions []string) (out []string, err error) {
		on, err := orders.AutoRenewing(ctx, tx, merchant, regions)
		for _, i := range on {
			if i.Product == product {
				out = append(out, i.Order)
			}
		}
		return out, err
	}
	m.orders.Sellable = func(ctx context.Context, tx *pg.Tx, o orders.Offer) error {
		return m.catalog.Sellable(ctx, tx, o.Merchant, o.Product, o.Region)
	}
	m.catalog.Handle()
	m.refunds, m.invoices = refunds.New(m.orders), &buyerinvoices.Service{}
	m.invoices.Subscribe(m.refunds.InvoiceAsked)
	m.refunds.Invoice = func(ctx context.Context, tx *pg.Tx, merchant, line string) (refunds.InvoiceState, error) {
		s, err := m.invoices.StateOf(ctx, tx, merchant, line)
		return refunds.InvoiceState(s), err // the same words; what has ended is none for both
	}
	m.supervised = supervision.New(m.orders)
	m.supervised.BuyerInvoiceIssued = func(ctx context.Context, tx *pg.Tx, merchant, line string) (bool, error) {
		s, err := m.invoices.StateOf(ctx, tx, merchant, line)
		return s == buyerinvoices.Issued, err
	}
	m.refunds.Shipped = m.supervised.Shipped
	m.usage = &metered.Service{Billed: m.settlement.Billed, Delisted: m.catalog.DelistedSince}
	m.provisioning.Deliveries = m.deliveries
	m.provisioning.OnDone = m.instanceState
	m.notices = &notices.Service{Clock: clock, Address: ownAddress, Channels: channelsOf, ChangesADay: changesADay}
	m.mailbox = &mailbox.Service{Invoicing: m.invoicing, Clock: clock}
	m.tellMerchants()
	m.tellOfOrders()
	return m
}

// routes are the pages and the API, in the order of the navigation.
func (m modules) routes(ctx context.Context, db *pg.DB, fonts *doc.Fonts, machine func() time.Time) []web.Route {
	out := settlement.NewMerchantHTTP(db, m.settlement).Routes()
	lists := invoicing.NewHTTP(db, m.invoicing, m.drawings(fonts)...)
	lists.Drafts = true
	out = append(out, lists.Routes()...)
	out = append(out, draft.NewHTTP(db, &draft.Service{Invoicing: m.invoicing}, fonts).Routes()...)
	out = append(out, refunds.NewHTTP(db, m.refunds).Routes()...)
	out = append(out, buyerinvoices.NewHTTP(db, m.invoices).Routes()...)
	out = append(out, mailbox.NewHTTP(db, m.mailbox).Routes()...)
	out = append(out, settlement.NewHTTP(db, m.settlement, m.drawings(fonts)...).Routes()...)
	out = append(out, statement.NewHTTP(db, &statement.Service{Settlement: m.settlement, Fonts: fonts}).Routes()...)
	out = append(out, supervision.NewHTTP(db, m.supervised).Routes()...)
	out = append(out, orders.NewHTTP(db, m.orders).Routes()...)
	out = append(out, metered.NewHTTP(db, m.usage, machine).Routes()...)
	books := ledger.NewHTTP(db, ledger.NewGroup(ctx, db))
	books.Prove, books.Names, books.Known = m.settlement.Verify, auth.Names, knownMerchants
	// What the records of orders, bills and payments account for is posted by them alone.
	books.Kept = keptAccounts
	out = append(out, books.Routes()...)
	out = append(out, provisioning.NewHTTP(db, m.provisioning).Routes()...)
	out = append(out, catalog.NewHTTP(db, m.catalog).Routes()...)
	out = append(out, entities.Routes()...)
	out = append(out, notices.NewHTTP(db, m.notices).Routes()...)
	return append(out, m.auth.Routes()...)
}

// knownMerchants lends the books who the merchants are.
func knownMerchants(ctx context.Context, tx *pg.Tx, ids []string) (map[string]bool, error) {
	ms, err := entities.Merchants(ctx, tx, ids)
	out := make(map[string]bool, len(ms))
	for _, m := range ms {
		out[m.ID] = true
	}
	return out, err
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
