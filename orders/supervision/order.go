package supervision

import (
	"context"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// OrderWords are what the marketplace says of an order that the feed does not: how it is delivered, and what a proof and a parcel are compared with.
// A nil field leaves what stands.
type OrderWords struct {
	Merchant, Line         string
	Type                   *Type
	Channel                *Channel
	Company, Product, Spec *string
	Phone                  *string // the receiver's in the order
	By                     Party
}

// SetOrder notes what the marketplace or operations says of an order. A type that is known stays once somebody acted.
func (svc *Service) SetOrder(ctx context.Context, tx *pg.Tx, w OrderWords) (Case, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Case{}, err
	}
	c, err := svc.one(ctx, tx, w.Merchant, w.Line, true)
	if err != nil {
		return c, err
	}
	t, ch := c.Type, c.Channel
	if w.Type != nil {
		t = *w.Type
	}
	if w.Channel != nil {
		ch = *w.Channel
	}
	from := c.Stage
	if t != c.Type || ch != c.Channel {
		if f := classify(&c, t, ch, tx.Now); f != nil {
			return c, f
		}
	}
	for field, v := range map[*string]*string{&c.ProductName: w.Product, &c.SpecName: w.Spec} {
		if v != nil {
			*field = strings.TrimSpace(*v)
		}
	}
	p, err := selectContact(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return c, err
	}
	for field, v := range map[*string]*string{&p.Company: w.Company, &p.OrderPhone: w.Phone} {
		if v != nil {
			*field = strings.TrimSpace(*v)
		}
	}
	if err := upsertContact(ctx, tx, &c, p); err != nil {
		return c, err
	}
	if err := svc.phones(ctx, tx, dir, &c, p); err != nil {
		return c, err
	}
	if from != c.Stage {
		if err := svc.write(ctx, tx, &c, "classify", w.By, tx.Now, string(t)+" "+string(ch)); err != nil {
			return c, err
		}
		return c, svc.tell(ctx, tx, &c, NoteTurn, Turn(c.Type, c.Stage), tx.Now, "")
	}
	return c, updateCase(ctx, tx, &c)
}

// classify gives a case its type and channel, and with them its first stage.
func classify(c *Case, t Type, ch Channel, at time.Time) *fault.Fault {
	if t != "" && flowOf(t) == nil || ch != "" && !ch.Valid() {
		return fault.New(fault.Invalid, "SUP-TYPE", "type", fault.Args{"type": string(t), "channel": string(ch), "types": join(Types()), "channels": join(Channels)})
	}
	begun := c.Stage != Untyped && c.Stage != First(c.Type, c.Channel)
	if c.Frozen != nil || begun || !c.Stage.Waiting() || c.Rejections > 0 {
		return fault.New(fault.Conflict, "SUP-TYPED", "type", fault.Args{"type": string(c.Type)})
	}
	c.Type, c.Channel = t, ch
	if s := First(t, ch); s != c.Stage {
		c.enter(s, at)
	}
	return nil
}

func join[T ~string](all []T) string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = string(x)
	}
	return strings.Join(out, ", ")
}

// EraseContact erases the personal data of a case. That phones differed stays known, the phones do not.
func (svc *Service) EraseContact(ctx context.Context, tx *pg.Tx, merchant, line string) error {
	c, err := svc.one(ctx, tx, merchant, line, true)
	if err != nil {
		return err
	}
	if err := deleteContact(ctx, tx, c.Merchant, c.Line); err != nil {
		return err
	}
	return svc.write(ctx, tx, &c, "eraseContact", Platform, tx.Now, "")
}

// courier notes what the courier reports: that the parcel was signed for, and the phone of who is to receive it.
func (svc *Service) courier(ctx context.Context, tx *pg.Tx, c *Case, a Act) error {
	if strings.EqualFold(strings.TrimSpace(a.Text), signed) && c.Signed == nil {
		c.Signed = &a.At
	}
	if strings.TrimSpace(a.Phone) == "" {
		return nil
	}
	p, err := selectContact(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return err
	}
	p.ParcelPhone = strings.TrimSpace(a.Phone)
	if err := upsertContact(ctx, tx, c, p); err != nil {
		return err
	}
	return svc.judgePhones(ctx, tx, c, p)
}

// phones judges anew whether the phones differ, and winds the clock accordingly.
func (svc *Service) phones(ctx context.Context, tx *pg.Tx, dir *entities.Directory, c *Case, p Contact) error {
	before := c.PhonesDiffer
	if c.Stage != Accept || flowOf(c.Type) == nil || !flowOf(c.Type).Courier {
		return nil
	}
	if err := svc.judgePhones(ctx, tx, c, p); err != nil || before == c.PhonesDiffer {
		return err
	}
	return svc.windAccept(ctx, tx, dir, c)
}

func (svc *Service) judgePhones(ctx context.Context, tx *pg.Tx, c *Case, p Contact) error {
	before := c.PhonesDiffer
	c.PhonesDiffer = p.differ()
	if c.PhonesDiffer && !before {
		return svc.tell(ctx, tx, c, NoteRemindBuyer, Seller, tx.Now, "")
	}
	return nil
}

// clocks winds the timers of a case after it moved.
func (svc *Service) clocks(ctx context.Context, tx *pg.Tx, dir *entities.Directory, c *Case, from Stage, e Event) error {
	if e == CourierReport {
		return svc.windAccept(ctx, tx, dir, c)
	}
	if from == Accept && c.Stage != Accept {
		if err := orders.DropTimer(ctx, tx, c.Merchant, c.Line, timerAccept); err != nil {
			return err
		}
	}
	if c.Stage == Completing {
		return orders.SetTimer(ctx, tx, orders.Timer{Merchant: c.Merchant, Subject: c.Line, Kind: timerComplete, Line: c.Line, DueAt: *c.Accepted})
	}
	return nil
}

// windAccept sets the clock of automatic acceptance where it runs, and stops it where it does not: not signed for, or the phones differ.
func (svc *Service) windAccept(ctx context.Context, tx *pg.Tx, dir *entities.Directory, c *Case) error {
	if c.Stage != Accept || c.Signed == nil || c.PhonesDiffer {
		return orders.DropTimer(ctx, tx, c.Merchant, c.Line, timerAccept)
	}
	appeals, err := appealsOf(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return err
	}
	due := acceptDue(*c.Signed, dir.Int(entities.KeySupervisionAccept, entities.ForEntity(c.Entity), *c.Signed), appeals)
	if err := orders.SetTimer(ctx, tx, orders.Timer{Merchant: c.Merchant, Subject: c.Line, Kind: timerAccept, Line: c.Line, DueAt: due}); err != nil || c.Frozen == nil {
		return err
	}
	since := *c.Frozen
	if c.Signed.After(since) { // signed for while frozen: all of the days are left
		since = *c.Signed
	}
	return orders.FreezeTimers(ctx, tx, c.Merchant, c.Line, since)
}

// acceptDue is when a parcel that was signed for is accepted by itself: after so many days, appeals not counted.
func acceptDue(at time.Time, days int, appeals []Appeal) time.Time {
	due := at.AddDate(0, 0, days)
	for _, a := range appeals {
		if a.DecidedAt == nil {
			continue
		}
		from := a.OpenedAt
		if from.Before(at) {
			from = at
		}
		if from.Before(*a.DecidedAt) && from.Before(due) {
			due = due.Add(a.DecidedAt.Sub(from))
		}
	}
	return due
}
