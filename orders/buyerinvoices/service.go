package buyerinvoices

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// Kind is that of what is attached to a request.
const Kind = "buyer_invoice"

// Subscriber hears that a buyer asks for an invoice of a line, in the transaction that takes the request. An error refuses it.
type Subscriber func(ctx context.Context, tx *pg.Tx, merchant, line string) error

// Service has the verbs of buyers' invoices. Its zero value works.
type Service struct{ subscribers []Subscriber }

// Subscribe adds a module that hears when a buyer asks for an invoice.
func (s *Service) Subscribe(f Subscriber) { s.subscribers = append(s.subscribers, f) }

// Ask is a buyer's request as the marketplace sends it.
type Ask struct {
	ID          string
	Order, Line string // Line may be left out where the order has one
	Form        Form
}

func (a Ask) hash() []byte {
	b, _ := json.Marshal(a) // plain values always marshal
	sum := sha256.Sum256(b)
	return sum[:]
}

// Request takes a request for an invoice; a refund of the line that is still under review fails by it. The same again gives what became of it.
func (s *Service) Request(ctx context.Context, tx *pg.Tx, a Ask) (Invoice, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Invoice{}, err
	}
	st, err := orders.OrderLine(ctx, tx, dir, a.Order, a.Line)
	if err != nil {
		return Invoice{}, err
	}
	l := st.Line
	if err := orders.LockLine(ctx, tx, l.Merchant, l.ID); err != nil {
		return Invoice{}, err
	}
	merchant, err := selectClaim(ctx, tx, a.ID)
	if err != nil {
		return Invoice{}, err
	}
	if merchant != "" {
		i, _, err := selectInvoice(ctx, tx, merchant, a.ID, false)
		if err == nil && string(i.hash) != string(a.hash()) {
			err = fault.New(fault.Conflict, "BIN-CHANGED", "requestId", fault.Args{"request": a.ID})
		}
		return i, err
	}
	open, stands, err := selectOpen(ctx, tx, l.Merchant, l.ID)
	if err == nil && stands {
		err = fault.New(fault.Conflict, "BIN-STANDS", "orderId", fault.Args{"line": l.ID, "request": open.ID})
	}
	if err != nil {
		return Invoice{}, err
	}
	i := Invoice{Merchant: l.Merchant, ID: a.ID, Order: l.OrderID, Line: l.ID, Buyer: l.Buyer, Form: a.Form, State: Requested, RequestedAt: tx.Now, hash: a.hash()}
	if err := insertInvoice(ctx, tx, i); err != nil {
		return Invoice{}, err
	}
	for _, hear := range s.subscribers {
		if err := hear(ctx, tx, l.Merchant, l.ID); err != nil {
			return Invoice{}, err
		}
	}
	return i, i.note(ctx, tx, "requested")
}

func (i Invoice) note(ctx context.Context, tx *pg.Tx, what string) error {
	return audit.Write(ctx, tx, audit.Event{Merchant: i.Merchant, Action: "buyer_invoice." + what, Subject: i.ID, Reason: i.Reason, Detail: map[string]any{"line": i.Line, "number": i.Number}})
}

// verb is one act: what is wrong with it, what it writes, and whether that stands already.
type verb struct {
	act    Act
	check  func(Invoice) fault.Faults
	change func(*Invoice)
	stands func(Invoice) bool
}

// do locks a request, checks and moves it. The same again is nothing.
func (s *Service) do(ctx context.Context, tx *pg.Tx, merchant, id string, v verb) (Invoice, error) {
	i, found, err := selectInvoice(ctx, tx, merchant, id, true)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "BIN-UNKNOWN", "requestId", fault.Args{"request": id})
	}
	if err != nil {
		return i, err
	}
	var fs fault.Faults
	to, f := Next(i.State, v.act)
	if f != nil {
		if v.stands(i) {
			return i, nil
		}
		fs = append(fs, f)
	}
	if fs = append(fs, v.check(i)...); len(fs) > 0 {
		return i, fs
	}
	i.State = to
	v.change(&i)
	if err := updateInvoice(ctx, tx, i); err != nil {
		return i, err
	}
	return i, i.note(ctx, tx, string(to))
}

// Issue notes that the invoice was issued, under its number.
func (s *Service) Issue(ctx context.Context, tx *pg.Tx, merchant, id, number string) (Invoice, error) {
	number = strings.TrimSpace(number)
	return s.do(ctx, tx, merchant, id, verb{
		act: Issue,
		check: func(Invoice) fault.Faults {
			if number == "" {
				return fault.Faults{fault.New(fault.Invalid, "BIN-NUMBER", "invoiceNumber")}
			}
			return nil
		},
		change: func(i *Invoice) { i.Number, i.IssuedAt = number, &tx.Now },
		stands: func(i Invoice) bool { return i.State == Issued && i.Number == number },
	})
}

// Cancel takes a request back that was not completed (撤销开票).
func (s *Service) Cancel(ctx context.Context, tx *pg.Tx, merchant, id, reason string) (Invoice, error) {
	reason = strings.TrimSpace(reason)
	return s.do(ctx, tx, merchant, id, verb{
		act: Cancel,
		check: func(Invoice) fault.Faults {
			if reason == "" {
				return fault.Faults{fault.New(fault.Invalid, "BIN-REASON", "reason")}
			}
			return nil
		},
		change: func(i *Invoice) { i.Reason, i.ClosedAt = reason, &tx.Now },
		stands: func(i Invoice) bool { return i.State == Cancelled && i.Reason == reason },
	})
}

// Return takes a completed invoice back (退票): from now on the line can be refunded again.
func (s *Service) Return(ctx context.Context, tx *pg.Tx, merchant, id string, b Back, files []orders.Attachment) (Invoice, error) {
	b.Reason, b.Carrier, b.Tracking, b.Proofs = strings.TrimSpace(b.Reason), strings.TrimSpace(b.Carrier), strings.TrimSpace(b.Tracking), len(files)
	i, err := s.do(ctx, tx, merchant, id, verb{
		act:   Return,
		check: func(i Invoice) fault.Faults { return append(CheckBack(i.Form, b), orders.CheckAttachments(files)...) },
		change: func(i *Invoice) {
			i.Reason, i.Deducted, i.Carrier, i.Tracking, i.ClosedAt = b.Reason, b.Deducted, b.Carrier, b.Tracking, &tx.Now
		},
		stands: func(i Invoice) bool { return i.State == Returned && i.Reason == b.Reason && i.Tracking == b.Tracking },
	})
	if err != nil {
		return i, err
	}
	return i, orders.Attach(ctx, tx, merchant, Kind, id, files)
}

// StateOf tells where the invoice of a line stands: requested, issued, or none that matters any more.
func (s *Service) StateOf(ctx context.Context, tx *pg.Tx, merchant, line string) (State, error) {
	i, found, err := selectOpen(ctx, tx, merchant, line)
	if err != nil || !found {
		return None, err
	}
	return i.State, nil
}

// Find reads one request of a merchant. BIN-UNKNOWN where there is none.
func (s *Service) Find(ctx context.Context, tx *pg.Tx, merchant, id string) (Invoice, error) {
	i, found, err := selectInvoice(ctx, tx, merchant, id, false)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "BIN-UNKNOWN", "requestId", fault.Args{"request": id})
	}
	return i, err
}

// MerchantOf tells whose request a number names; empty where it names none. Not for merchants.
func (s *Service) MerchantOf(ctx context.Context, tx *pg.Tx, id string) (string, error) {
	return selectClaim(ctx, tx, id)
}

// List gives a merchant's requests, or all where none is named, the latest first.
func (s *Service) List(ctx context.Context, tx *pg.Tx, merchant string, limit int) ([]Invoice, error) {
	return selectInvoices(ctx, tx, merchant, limit)
}
