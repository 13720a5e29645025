package pg

import (
	"context"
	"time"

	"suanpan/internal/fault"
)

// SetDemo makes this installation a demo whose business time stands at now. There is no way back: what was dated by a clock
// that somebody moved must never pass for real. Outside set-up it raises PG-DEMO-TWICE where the installation is a demo already.
func (db *DB) SetDemo(ctx context.Context, now time.Time) error {
	return db.OwnerTx(ctx, func(tx *Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE installation SET demo = true, demo_now = $1 WHERE NOT demo`, now.UTC())
		if err == nil && tag.RowsAffected() == 0 {
			return fault.New(fault.Conflict, "PG-DEMO-TWICE", "")
		}
		return err
	})
}

// Demo tells whether this installation is a demo, and where its business time stands (UTC).
func (db *DB) Demo(ctx context.Context) (demo bool, now time.Time, err error) {
	var at *time.Time
	err = db.Pool.QueryRow(ctx, `SELECT demo, demo_now FROM public.installation`).Scan(&demo, &at)
	if at != nil {
		now = at.UTC()
	}
	return demo, now, Fault(err)
}

// MoveClock moves a demo's business time forward to an instant. It raises PG-NOT-DEMO outside a demo and PG-CLOCK-BACK for an
// instant before the present one, since what is recorded would then lie in the future.
func (db *DB) MoveClock(ctx context.Context, to time.Time) error {
	_, err := db.moveClock(ctx, func(time.Time) time.Time { return to })
	return err
}

// AdvanceClock moves a demo's business time on by a duration and answers with the new time (UTC). Faults as in MoveClock.
func (db *DB) AdvanceClock(ctx context.Context, d time.Duration) (time.Time, error) {
	return db.moveClock(ctx, func(t time.Time) time.Time { return t.Add(d) })
}

func (db *DB) moveClock(ctx context.Context, next func(time.Time) time.Time) (time.Time, error) {
	var to time.Time
	err := db.OwnerTx(ctx, func(tx *Tx) error {
		var now *time.Time
		if err := tx.QueryRow(ctx, `SELECT demo_now FROM installation FOR UPDATE`).Scan(&now); err != nil {
			return err
		}
		if now == nil {
			return fault.New(fault.Forbidden, "PG-NOT-DEMO", "")
		}
		to = next(now.UTC()).UTC().Truncate(time.Microsecond)
		if to.Before(*now) {
			return fault.New(fault.Conflict, "PG-CLOCK-BACK", "", fault.Args{"now": now.UTC().Format(time.RFC3339)})
		}
		_, err := tx.Exec(ctx, `UPDATE installation SET demo_now = $1`, to)
		return err
	})
	return to, err
}
