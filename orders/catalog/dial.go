package catalog

import (
	"context"
	"strconv"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// TimerDial is the kind of timer that makes a product's next dial test due.
const TimerDial = "catalog.dial"

// dialClaim is how long one worker has for a test before another may take it: machine time.
const dialClaim = time.Minute

func dialZone(dir *entities.Directory, at time.Time) *time.Location {
	z, err := time.LoadLocation(dir.Text(entities.KeyDialZone, entities.Scope{}, at))
	if err != nil {
		return time.UTC
	}
	return z
}

// nextDial is the first instant after another at which dial tests are due, and what its test is called.
func nextDial(after time.Time, times []string, zone *time.Location) (at time.Time, day period.Day, slot string) {
	for d := period.DayOf(after, zone); ; d = d.Add(1) {
		for _, t := range times {
			h, m, _ := strings.Cut(strings.TrimSpace(t), ":")
			hour, err1 := strconv.Atoi(h)
			minute, err2 := strconv.Atoi(m)
			if err1 != nil || err2 != nil || hour > 23 || minute > 59 {
				continue
			}
			x := time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, zone)
			if x.After(after) && (at.IsZero() || x.Before(at)) {
				at, day, slot = x, d, strings.TrimSpace(t)
			}
		}
		if !at.IsZero() || d.UTC().Sub(after) > 48*time.Hour { // no time of day can be read: none is ever due
			return at, day, slot
		}
	}
}

// planDial sets the timer of a product's next dial test.
func (s *Service) planDial(ctx context.Context, tx *pg.Tx, merchant, product string) error {
	return s.planDialAfter(ctx, tx, merchant, product, tx.Now)
}

func (s *Service) planDialAfter(ctx context.Context, tx *pg.Tx, merchant, product string, after time.Time) error {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	at, _, _ := nextDial(after, dir.List(entities.KeyDialTimes, entities.Scope{}, tx.Now), dialZone(dir, tx.Now))
	if at.IsZero() {
		return nil
	}
	return orders.SetTimer(ctx, tx, orders.Timer{Merchant: merchant, Subject: "product/" + product, Kind: TimerDial, DueAt: at})
}

// dialDue makes a test due and plans the next. Only products on sale are tested; one that is not keeps its rhythm, so that it is tested again once it is.
func (s *Service) dialDue(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
	id := strings.TrimPrefix(t.Subject, "product/")
	p, found, err := selectProduct(ctx, tx, t.Merchant, id, false)
	if err != nil || !found || p.State == Delisted {
		return err
	}
	if p.State == OnSale && p.Listing.Interface != nil {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		zone := dialZone(dir, tx.Now)
		if err := insertDial(ctx, tx, t.Merchant, id, period.DayOf(t.DueAt, zone), t.DueAt.In(zone).Format("15:04"), t.DueAt); err != nil {
			return err
		}
	}
	return s.planDialAfter(ctx, tx, t.Merchant, id, t.DueAt)
}

// Dial is one test that is due.
type Dial struct {
	Merchant, Product string
	Day               period.Day
	Slot              string
	Address           string
}

// RunDials makes the tests that are due, by any number of workers: each is claimed, made outside of transactions, and written down. It tells how many
// were made. Machine time is given. Five consecutive days on which none of a product's tests succeeded freeze it.
func (s *Service) RunDials(ctx context.Context, db *pg.DB, machine time.Time) (n int, err error) {
	if s.Dial == nil {
		return 0, nil
	}
	for {
		var due []Dial
		if err := db.InTx(ctx, pg.AsBatch("dial"), func(tx *pg.Tx) (err error) {
			due, err = claimDials(ctx, tx, machine, dialClaim)
			return err
		}); err != nil || len(due) == 0 {
			return n, err
		}
		for _, d := range due {
			why := ""
			if err := s.Dial(ctx, d.Address); err != nil {
				why = err.Error()
			}
			if ctx.Err() != nil {
				return n, ctx.Err()
			}
			if err := db.InTx(ctx, pg.AsBatch("dial"), func(tx *pg.Tx) error { return s.dialed(ctx, tx, d, why) }); err != nil {
				return n, err
			}
			n++
		}
	}
}

func (s *Service) dialed(ctx context.Context, tx *pg.Tx, d Dial, why string) error {
	if err := endDial(ctx, tx, d, why); err != nil || why == "" {
		return err
	}
	p, found, err := selectProduct(ctx, tx, d.Merchant, d.Product, true)
	if err != nil || !found {
		return err
	}
	if err := s.tell(ctx, tx, p, "dial_failed", why); err != nil {
		return err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	need := dir.Int(entities.KeyDialDays, entities.Scope{}, tx.Now)
	days, err := selectDialDays(ctx, tx, d.Merchant, d.Product, need, p.Since)
	if err != nil || !FailedInARow(days, d.Day, need) || p.State != OnSale {
		return err
	}
	return s.move(ctx, tx, p, Freeze, "frozen", "dial test: "+why)
}

// DialDay is a day's tests: whether any succeeded.
type DialDay struct {
	Day period.Day
	OK  bool
}

// FailedInARow tells whether on each of the last n calendar days up to one there were tests and none succeeded.
func FailedInARow(days []DialDay, last period.Day, n int) bool {
	failed := map[period.Day]bool{}
	for _, d := range days {
		failed[d.Day] = !d.OK
	}
	for i := range n {
		if !failed[last.Add(-i)] {
			return false
		}
	}
	return n > 0
}
