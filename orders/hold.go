package orders

import (
	"context"
	"time"

	"suanpan/internal/pg"
)

// AppealHold is the kind of hold that stands while an appeal of a line is open, from the moment it is made: the fact may follow some seconds later.
const AppealHold = "appeal"

// SetHold keeps a line off bills from an instant on; id names the hold within its kind, such as the refund's number. The same again is nothing. A
// hold that began after a month's end does not hold that month back.
func SetHold(ctx context.Context, tx *pg.Tx, merchant, id string, h Hold) error {
	return insertHold(ctx, tx, merchant, id, h)
}

// LiftHold ends a hold at an instant; one that is lifted already, or that never was, is left alone.
func LiftHold(ctx context.Context, tx *pg.Tx, merchant, line, kind, id string, at time.Time) error {
	return endHold(ctx, tx, merchant, line, kind, id, at)
}
