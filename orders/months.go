package orders

import (
	"context"
	"time"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// PlanMonths opens the entities' books and states the run instant of every month from one instant to a year after another.
func PlanMonths(ctx context.Context, tx *pg.Tx, dir *entities.Directory, from, to time.Time) error {
	_, err := planMonths(ctx, tx, dir, from, to)
	return err
}

// planMonths is PlanMonths with the calendar that stands then. Mostly everything is planned already, and nothing is written.
func planMonths(ctx context.Context, tx *pg.Tx, dir *entities.Directory, from, to time.Time) (*ledger.Calendar, error) {
	var books []ledger.Book
	var plan []ledger.Close
	for _, e := range dir.Entities() {
		zone := dir.Zone(e.Code)
		books = append(books, ledger.Book{Code: e.Code, Zone: zone.String()})
		for m, end := period.MonthOf(from, zone).Add(-1), period.MonthOf(to, zone).Add(13); m.Before(end); m = m.Next() {
			plan = append(plan, ledger.Close{Book: e.Code, Month: m, ClosesAt: dir.RunInstant(e.Code, m)})
		}
	}
	cal, err := ledger.LoadCalendar(ctx, tx)
	if err != nil || cal.Has(books, plan, tx.Now) {
		return cal, err
	}
	if err := ledger.OpenBooks(ctx, tx, books); err != nil {
		return nil, err
	}
	if err := ledger.PlanMonths(ctx, tx, plan); err != nil {
		return nil, err
	}
	return ledger.LoadCalendar(ctx, tx)
}
