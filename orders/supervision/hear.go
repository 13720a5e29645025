package supervision

import (
	"context"
	"time"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// hear follows what happened to lines, whichever door it came through. What this module's own verbs said comes back here too and finds it done.
func (svc *Service) hear(ctx context.Context, tx *pg.Tx, happened []orders.Happening) error {
	var paid, rest []orders.Happening
	for _, h := range happened {
		switch {
		case h.History:
		case h.Kind == orders.Paid && supervised(h.Line):
			paid = append(paid, h)
		case h.Kind == orders.Completed, h.Kind == orders.Canceled, h.Kind == orders.Failed, h.Kind == orders.AppealOpened, h.Kind == orders.AppealClosed, h.Kind == orders.MoneyBack:
			rest = append(rest, h)
		}
	}
	if len(paid)+len(rest) == 0 {
		return nil
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	fresh, err := svc.open(ctx, tx, dir, paid)
	if err != nil {
		return err
	}
	return svc.follow(ctx, tx, dir, rest, fresh)
}

// supervised tells whether the payment of a line opens a case: a renewal of a supervised order is never supervised again, and a trial is not paid for.
func supervised(l *orders.Line) bool {
	return l.Supervised && (l.Type == orders.New || l.Type == orders.TrialToFormal || l.Type == orders.Change)
}

// open opens cases, set by set. A line that ended before its payment was heard of gets none. It tells which lines it looked at: what happened to them in the same file
// it has seen.
func (svc *Service) open(ctx context.Context, tx *pg.Tx, dir *entities.Directory, paid []orders.Happening) (map[orders.LineID]bool, error) {
	looked := map[orders.LineID]bool{}
	if len(paid) == 0 {
		return looked, nil
	}
	ids := make([]orders.LineID, len(paid))
	at := map[orders.LineID]time.Time{}
	for i, h := range paid {
		ids[i] = orders.LineID{Merchant: h.Line.Merchant, Line: h.Line.ID}
		at[ids[i]] = h.At
	}
	states, err := orders.States(ctx, tx, dir, ids)
	if err != nil {
		return nil, err
	}
	var cases []Case
	appealed := map[orders.LineID]time.Time{}
	for _, s := range states {
		id := orders.LineID{Merchant: s.Line.Merchant, Line: s.Line.ID}
		looked[id] = true
		if ended(s) {
			continue
		}
		cases = append(cases, newCase(dir, s, at[id]))
		if a := s.OpenAppeal(tx.Now); a != nil {
			appealed[id] = a.At
		}
	}
	fresh, err := insertCases(ctx, tx, cases)
	if err != nil {
		return nil, err
	}
	var timers []orders.Timer
	for i := range cases {
		c := &cases[i]
		id := orders.LineID{Merchant: c.Merchant, Line: c.Line}
		if !fresh[id] {
			continue
		}
		scope := entities.ForEntity(c.Entity)
		for kind, key := range map[string]string{timerWatch: entities.KeySupervisionWarn, timerClose: entities.KeySupervisionClose} {
			timers = append(timers, orders.Timer{Merchant: c.Merchant, Subject: c.Line, Kind: kind, Line: c.Line, DueAt: c.OpenedAt.AddDate(0, 0, dir.Int(key, scope, c.OpenedAt))})
		}
		if err := svc.tell(ctx, tx, c, NoteTurn, Turn(c.Type, c.Stage), c.OpenedAt, ""); err != nil {
			return nil, err
		}
	}
	if err := orders.SetTimers(ctx, tx, timers); err != nil {
		return nil, err
	}
	for i := range cases {
		id := orders.LineID{Merchant: cases[i].Merchant, Line: cases[i].Line}
		if since, ok := appealed[id]; ok && fresh[id] {
			if err := svc.frozenElsewhere(ctx, tx, dir, &cases[i], since); err != nil {
				return nil, err
			}
		}
	}
	return looked, nil
}

func ended(s *orders.State) bool {
	if why, _, _ := s.Closed(); why != "" {
		return true
	}
	for _, e := range s.Events {
		if e.Kind == orders.Completed {
			return true
		}
	}
	return false
}

func newCase(dir *entities.Directory, s *orders.State, paid time.Time) Case {
	l := s.Line
	scope := entities.Scope{Merchant: l.Merchant, Product: l.Product}
	c := Case{
		Merchant: l.Merchant, Line: l.ID, Order: l.OrderID, Entity: l.Entity, Buyer: l.Buyer, Product: l.Product, SKU: l.SKU, Currency: l.Currency, Gross: l.Gross,
		Type: Type(dir.Text(entities.KeySupervisionType, scope, l.PlacedAt)), Channel: Channel(dir.Text(entities.KeySupervisionChannel, scope, l.PlacedAt)),
		OpenedAt: paid, Since: paid,
	}
	c.Stage = First(c.Type, c.Channel)
	for _, r := range s.Refunds {
		c.Refunded = c.Refunded.Add(r.Gross)
	}
	return c
}

// follow moves cases by what happened to their lines elsewhere.
func (svc *Service) follow(ctx context.Context, tx *pg.Tx, dir *entities.Directory, hs []orders.Happening, looked map[orders.LineID]bool) error {
	var merchants, lines []string
	for _, h := range hs {
		merchants, lines = append(merchants, h.Line.Merchant), append(lines, h.Line.ID)
	}
	if len(hs) == 0 {
		return nil
	}
	cs, err := casesOf(ctx, tx, merchants, lines)
	if err != nil {
		return err
	}
	cases := map[orders.LineID]*Case{}
	for i := range cs {
		cases[orders.LineID{Merchant: cs[i].Merchant, Line: cs[i].Line}] = &cs[i]
	}
	var ends ending
	for _, h := range hs {
		id := orders.LineID{Merchant: h.Line.Merchant, Line: h.Line.ID}
		c := cases[id]
		switch {
		case looked[id]:
		case h.Kind == orders.AppealOpened && (c == nil || !c.Open()):
			err = orders.FreezeTimers(ctx, tx, id.Merchant, id.Line, h.At) // those of other modules
		case h.Kind == orders.AppealClosed && (c == nil || !c.Open()):
			err = orders.ThawTimers(ctx, tx, id.Merchant, id.Line, h.At)
		case c == nil || !c.Open():
		case h.Kind == orders.AppealOpened:
			err = svc.appealHeard(ctx, tx, dir, c, h.At)
		case h.Kind == orders.AppealClosed:
			err = svc.closureHeard(ctx, tx, c, h.At)
		case h.Kind == orders.MoneyBack:
			err = svc.moneyHeard(ctx, tx, c, h, &ends)
		case h.Kind == orders.Completed:
			if c.How == "" {
				c.How, c.Accepted = "feed", &h.At
			}
			err = svc.end(ctx, tx, c, Done, h.At, &ends)
		default:
			c.How = map[string]string{orders.Canceled: "canceled", orders.Failed: "failed"}[h.Kind]
			err = svc.end(ctx, tx, c, Closed, h.At, &ends)
		}
		if err != nil {
			return err
		}
	}
	return ends.write(ctx, tx)
}

// end ends a case; an appeal that is still open ends with it.
func (svc *Service) end(ctx context.Context, tx *pg.Tx, c *Case, s Stage, at time.Time, ends *ending) error {
	if c.Frozen != nil {
		if err := svc.closeElsewhere(ctx, tx, c, at); err != nil {
			return err
		}
	}
	c.enter(s, at)
	c.Ended = &at
	ends.add(c, at)
	return nil
}

// appealHeard follows an appeal that may have been opened here.
func (svc *Service) appealHeard(ctx context.Context, tx *pg.Tx, dir *entities.Directory, c *Case, at time.Time) error {
	appeals, err := appealsOf(ctx, tx, c.Merchant, c.Line)
	if err != nil || c.Frozen != nil {
		return err
	}
	for _, a := range appeals {
		if a.OpenedAt.Equal(at) {
			return nil
		}
	}
	return svc.frozenElsewhere(ctx, tx, dir, c, at)
}

func (svc *Service) frozenElsewhere(ctx context.Context, tx *pg.Tx, dir *entities.Directory, c *Case, at time.Time) error {
	appeals, err := appealsOf(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return err
	}
	a := Appeal{Merchant: c.Merchant, Line: c.Line, No: len(appeals) + 1, Party: Platform, Ground: OtherGround, OpenedBy: tx.Actor.User, OpenedAt: at, ByFeed: true}
	a.DueAt, a.Basis = appealDue(dir, c.Entity, at)
	return svc.freeze(ctx, tx, c, a)
}

// closureHeard follows the closing of an appeal that may have been decided here.
func (svc *Service) closureHeard(ctx context.Context, tx *pg.Tx, c *Case, at time.Time) error {
	appeals, err := appealsOf(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return err
	}
	for _, a := range appeals {
		if a.DecidedAt != nil && a.DecidedAt.Equal(at) || a.DecidedAt == nil && at.Before(a.OpenedAt) {
			return nil
		}
	}
	if c.Frozen == nil || c.Stage == Refunding {
		return nil
	}
	if err := svc.closeElsewhere(ctx, tx, c, at); err != nil {
		return err
	}
	return svc.write(ctx, tx, c, "appealClosed", Platform, at, "")
}

// closeElsewhere ends the open appeal of a case without a decision of ours.
func (svc *Service) closeElsewhere(ctx context.Context, tx *pg.Tx, c *Case, at time.Time) error {
	appeals, err := appealsOf(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return err
	}
	for _, a := range appeals {
		if a.DecidedAt != nil {
			continue
		}
		a.Outcome, a.DecidedAt, a.DecidedBy = outcomeFeed, &at, tx.Actor.User
		if err := updateAppeal(ctx, tx, a); err != nil {
			return err
		}
		if err := orders.LiftHold(ctx, tx, c.Merchant, c.Line, orders.AppealHold, a.subject(), at); err != nil {
			return err
		}
	}
	return svc.thaw(ctx, tx, c, at)
}

// moneyHeard follows a refund: of the whole it ends the case; the one that was waited for lets it go on with what is left.
func (svc *Service) moneyHeard(ctx context.Context, tx *pg.Tx, c *Case, h orders.Happening, ends *ending) error {
	c.Refunded = c.Refunded.Add(h.Gross)
	if c.Stage == Refunding && c.RefundID != h.ID {
		if err := svc.askForLess(ctx, tx, c, h.At); err != nil {
			return err
		}
	}
	if !c.Left().IsPositive() {
		c.How = "refund"
		return svc.end(ctx, tx, c, Refunded, h.At, ends)
	}
	if c.Stage == Refunding && c.RefundID == h.ID {
		c.enter(c.Resume, h.At)
		c.RefundID, c.Resume = "", ""
		if err := svc.thaw(ctx, tx, c, h.At); err != nil {
			return err
		}
	}
	return svc.write(ctx, tx, c, "refunded", Platform, h.At, h.Gross.String())
}

// askForLess asks for what is left where the refund that a case waits for has become more than that: another one came first, and the marketplace
// could never answer. The one asked for before is withdrawn; the new one, where anything is left, bears a number of its own.
func (svc *Service) askForLess(ctx context.Context, tx *pg.Tx, c *Case, at time.Time) error {
	open, err := orders.Instructions(ctx, tx, orders.InstructionQuery{Order: c.Order, Open: true, Limit: 1000})
	if err != nil {
		return err
	}
	for _, i := range open {
		if i.Kind != orders.GiveBack || i.RefundID != c.RefundID || !i.Amount.GreaterThan(c.Left()) {
			continue
		}
		if _, err := orders.WithdrawInstruction(ctx, tx, i); err != nil {
			return err
		}
		if !c.Left().IsPositive() {
			return nil
		}
		due := at.Add(refundWithin)
		i.RefundID, i.Amount, i.DueAt = i.RefundID+"-R", c.Left(), &due
		c.RefundID = i.RefundID
		_, err := orders.Instruct(ctx, tx, i)
		return err
	}
	return nil
}
