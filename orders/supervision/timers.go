package supervision

import (
	"context"
	"strconv"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// Kinds of timers. Those about a line have it as their subject and stand still while it is appealed; those that send an appeal's facts do not.
const (
	timerAccept   = "supervision.accept"   // the parcel was signed for long enough ago
	timerWatch    = "supervision.watch"    // the weekly warning
	timerClose    = "supervision.close"    // the old rule of 365 days
	timerComplete = "supervision.complete" // accepted: the fact goes out, hours before the three that are allowed
	timerAppealed = "supervision.appealed" // the fact that an appeal was opened
	timerDecided  = "supervision.decided"  // the facts that a decision causes
)

const (
	source    = "supervision"
	watchStep = 7 * 24 * time.Hour
)

// ours tells whether a timer's case still stands; a timer of one that is gone does nothing.
func (svc *Service) ours(ctx context.Context, tx *pg.Tx, t orders.Timer, lock bool) (*Case, error) {
	line, _, _ := strings.Cut(t.Subject, "/A")
	cs, err := findCases(ctx, tx, t.Merchant, line, lock)
	if err != nil || len(cs) == 0 {
		return nil, err
	}
	return &cs[0], nil
}

// acceptByItself accepts a parcel that was signed for and not acted on: as of the day it fell due.
func (svc *Service) acceptByItself(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
	c, err := svc.ours(ctx, tx, t, true)
	if err != nil || c == nil || c.Stage != Accept || c.Frozen != nil || c.Signed == nil || c.PhonesDiffer {
		return err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	_, to, f := move(c.Type, c.Channel, c.Stage, AutoAccept)
	if f != nil {
		return f
	}
	if err := svc.advance(ctx, tx, dir, c, to, Act{Event: AutoAccept, Party: System, At: t.DueAt}); err != nil {
		return err
	}
	return svc.tell(ctx, tx, c, NoteAutoAccept, Seller, t.DueAt, "")
}

// watch warns once a week of a case that is not accepted for long.
func (svc *Service) watch(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
	c, err := svc.ours(ctx, tx, t, true)
	if err != nil || c == nil || !c.Stage.Waiting() {
		return err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	if dir.Text(entities.KeySupervisionOverdue, entities.ForEntity(c.Entity), t.DueAt) != overdueCloses {
		for _, who := range []Party{Seller, Platform} { // and the buyer's business contact, whom the platform knows
			if err := svc.tell(ctx, tx, c, NoteOverdue, who, t.DueAt, ""); err != nil {
				return err
			}
		}
		if err := svc.write(ctx, tx, c, "overdue", System, t.DueAt, ""); err != nil {
			return err
		}
	}
	next := t
	next.Line, next.DueAt = c.Line, t.DueAt.Add(watchStep)
	return orders.SetTimer(ctx, tx, next)
}

// closeOverdue ends a case by the rule that held until 2024-03-05: accepted where the buyer has an invoice, refunded where not.
func (svc *Service) closeOverdue(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
	c, err := svc.ours(ctx, tx, t, true)
	if err != nil || c == nil || !c.Stage.Waiting() || c.Frozen != nil {
		return err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil || dir.Text(entities.KeySupervisionOverdue, entities.ForEntity(c.Entity), t.DueAt) != overdueCloses {
		return err
	}
	if svc.BuyerInvoiceIssued == nil { // neither is known to be right: people decide
		if err := svc.write(ctx, tx, c, "overdueUndecided", System, t.DueAt, ""); err != nil {
			return err
		}
		return svc.tell(ctx, tx, c, NoteOverdue, Platform, t.DueAt, "")
	}
	issued, err := svc.BuyerInvoiceIssued(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return err
	}
	if err := orders.DropTimers(ctx, tx, []orders.LineID{{Merchant: c.Merchant, Line: c.Line}}, timerAccept, timerWatch); err != nil {
		return err
	}
	if issued || !c.Left().IsPositive() {
		c.enter(Completing, t.DueAt)
		c.Accepted, c.How = &t.DueAt, "overdue"
		if err := svc.write(ctx, tx, c, "overdueAccepted", System, t.DueAt, ""); err != nil {
			return err
		}
		if err := orders.SetTimer(ctx, tx, orders.Timer{Merchant: c.Merchant, Subject: c.Line, Kind: timerComplete, Line: c.Line, DueAt: t.DueAt}); err != nil {
			return err
		}
		return svc.tell(ctx, tx, c, NoteAutoAccept, Seller, t.DueAt, "")
	}
	if err := svc.giveBack(ctx, tx, c, c.Left(), "O", t.DueAt, orders.Conditional); err != nil {
		return err
	}
	if err := svc.write(ctx, tx, c, "overdueRefund", System, t.DueAt, c.Left().String()); err != nil {
		return err
	}
	return svc.tell(ctx, tx, c, NoteAutoRefund, Seller, t.DueAt, "")
}

// complete sends the fact that supervision is completed, at the time of what completed it.
func (svc *Service) complete(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
	c, err := svc.ours(ctx, tx, t, false)
	if err != nil || c == nil || c.Stage != Completing {
		return err
	}
	fs, err := svc.completion(ctx, tx, c)
	if err != nil {
		return err
	}
	_, err = svc.Orders.Take(ctx, tx, source, fs...)
	return err
}

// completion is the fact that a line is completed and, where that is ours to say, that it is in effect.
func (svc *Service) completion(ctx context.Context, tx *pg.Tx, c *Case) ([]orders.Fact, error) {
	fs := []orders.Fact{{"kind": "supervisionCompleted", "orderId": c.Order, "orderLineId": c.Line, "time": orders.Stamp(*c.Accepted)}}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	at := entities.ForEntity(c.Entity)
	if dir.Text(entities.KeySupervisionEffective, at, *c.Accepted) != effectiveByUs {
		return fs, nil
	}
	ss, err := orders.States(ctx, tx, dir, []orders.LineID{{Merchant: c.Merchant, Line: c.Line}})
	if err != nil {
		return nil, err
	}
	for _, s := range ss {
		for _, e := range s.Events {
			if e.Kind == orders.Effective {
				return fs, nil // the marketplace said so already
			}
		}
	}
	start := c.ServiceStart(dir.Text(entities.KeySupervisionStart, at, *c.Accepted))
	return append(fs, orders.Fact{"kind": "effectiveness", "orderId": c.Order, "orderLineId": c.Line, "time": orders.Stamp(start)}), nil
}

// tellAppealed sends the fact that an appeal was opened.
func (svc *Service) tellAppealed(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
	c, a, err := svc.appealOf(ctx, tx, t)
	if err != nil || c == nil {
		return err
	}
	_, err = svc.Orders.Take(ctx, tx, source, orders.Fact{"kind": "appealOpened", "orderId": c.Order, "orderLineId": c.Line, "time": orders.Stamp(a.OpenedAt)})
	return err
}

// tellDecided sends the fact that an appeal was closed, and what the decision completed.
func (svc *Service) tellDecided(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
	c, a, err := svc.appealOf(ctx, tx, t)
	if err != nil || c == nil || a.DecidedAt == nil {
		return err
	}
	fs := []orders.Fact{{"kind": "appealClosed", "orderId": c.Order, "orderLineId": c.Line, "time": orders.Stamp(*a.DecidedAt)}}
	if a.Outcome == OutcomeAccepted && c.Stage == Completing {
		more, err := svc.completion(ctx, tx, c)
		if err != nil {
			return err
		}
		fs = append(fs, more...)
	}
	_, err = svc.Orders.Take(ctx, tx, source, fs...)
	return err
}

func (svc *Service) appealOf(ctx context.Context, tx *pg.Tx, t orders.Timer) (*Case, Appeal, error) {
	c, err := svc.ours(ctx, tx, t, false)
	if err != nil || c == nil {
		return nil, Appeal{}, err
	}
	all, err := appealsOf(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return nil, Appeal{}, err
	}
	i := strings.LastIndex(t.Subject, "/A")
	no, err := strconv.Atoi(t.Subject[i+2:])
	if err != nil || no < 1 || no > len(all) {
		return nil, Appeal{}, err
	}
	return c, all[no-1], nil
}
