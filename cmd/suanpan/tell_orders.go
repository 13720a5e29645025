package main

import (
	"context"
	"strconv"

	"suanpan/internal/pg"
	"suanpan/notices"
	"suanpan/orders/catalog"
	metered "suanpan/orders/metering/usage"
	"suanpan/orders/provisioning"
	"suanpan/orders/refunds"
	"suanpan/orders/supervision"
)

// tellOfOrders lets the modules around orders tell merchants what the message table of the seller console names.
func (m modules) tellOfOrders() {
	m.provisioning.OnFailure = func(ctx context.Context, tx *pg.Tx, f provisioning.Failure) error {
		o, attempt := f.Call.Order, f.Call.ID+"/"+strconv.Itoa(f.Call.Made)
		if err := note(ctx, tx, f.Call.Merchant, "interface.failed", attempt, "product", o.Product, "reason", string(f.Code)); err != nil || !f.Final {
			return err
		}
		if err := note(ctx, tx, f.Call.Merchant, "provisioning.failed", attempt, "order", o.OrderID, "reason", string(f.Code)); err != nil {
			return err
		}
		return m.catalog.CheckFailedOrders(ctx, tx, f.Call.Merchant, o.Product)
	}
	m.catalog.Tell = func(ctx context.Context, tx *pg.Tx, n catalog.Note) error {
		at := strconv.FormatInt(tx.Now.UnixMicro(), 10) // a product can go through the same event again
		if n.Event == "dial_failed" {
			return note(ctx, tx, n.Merchant, "interface.failed", "dial/"+n.Product+"/"+at, "product", n.Name, "reason", n.Why)
		}
		result := n.Event
		if n.Why != "" {
			result += ": " + n.Why
		}
		return note(ctx, tx, n.Merchant, "product.reviewed", n.Product+"/"+at, "product", n.Name, "result", result)
	}
	m.supervised.Tell = func(ctx context.Context, tx *pg.Tx, n supervision.Note) error {
		typ := map[string]string{supervision.NoteAutoRefund: "supervision.terminated", supervision.NoteOverdue: "supervision.long"}[n.Kind]
		if typ == "" || n.To != supervision.Seller { // the table names no message for the others; their pages show whose turn it is
			return nil
		}
		return note(ctx, tx, n.Merchant, typ, n.Line+"/"+strconv.FormatInt(n.At.UnixMicro(), 10), "order", n.Order, "days", "180")
	}
	m.usage.LowQuota = func(ctx context.Context, tx *pg.Tx, l metered.LowQuota) error {
		d := l.Deducted
		left := d.Quota.Sub(d.Before).Sub(d.Quantity)
		return note(ctx, tx, l.Merchant, "package.low", d.Package+"/"+strconv.FormatInt(d.From.UnixMicro(), 10), "instance", l.Instance,
			"left", left.String(), "quota", d.Quota.String(), "until", d.Until.UTC().Format("2006-01-02 15:04"))
	}
	m.refunds.Requested = func(ctx context.Context, tx *pg.Tx, r refunds.Request) error {
		return note(ctx, tx, r.Merchant, "refund.requested", r.ID, "order", r.Order)
	}
	m.invoices.Subscribe(func(ctx context.Context, tx *pg.Tx, merchant, line string) error {
		return note(ctx, tx, merchant, "buyerinvoice.requested", line+"/"+strconv.FormatInt(tx.Now.UnixMicro(), 10), "order", line)
	})
}

// note tells a merchant something once for its cause.
func note(ctx context.Context, tx *pg.Tx, merchant, typ, cause string, pairs ...string) error {
	args := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return notices.Tell(ctx, tx, notices.Notice{Key: typ + "/" + cause, Type: typ, Merchant: merchant, Args: args})
}
