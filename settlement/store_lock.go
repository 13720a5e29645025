package settlement

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// selectWaits tells whether the run of an entity's month is done, and which of its bills nobody has decided on.
func selectWaits(ctx context.Context, tx *pg.Tx, entity string, m period.Month) (ran bool, bills []waitingBills, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM settlement_run WHERE entity = $1 AND month = $2 AND finished_at IS NOT NULL)`, entity, m.FirstDay()).Scan(&ran)
	if err != nil {
		return false, nil, err
	}
	rows, err := tx.Query(ctx, `SELECT state, count(*), min(bill_no) FROM bill WHERE entity = $1 AND month = $2 AND state = ANY($3) GROUP BY 1 ORDER BY 1`, entity, m.FirstDay(), undecided)
	if err != nil {
		return false, nil, err
	}
	bills, err = pgx.CollectRows(rows, pgx.RowToStructByPos[waitingBills])
	return ran, bills, err
}

const lockSQL = `SELECT entity, month, n, reason, waits, state, proposed_by, proposed_at, coalesce(decided_by, ''), coalesce(decided_at, 'epoch') FROM month_lock `

func scanLock(r pgx.CollectableRow) (MonthLock, error) {
	var l MonthLock
	var month time.Time
	err := r.Scan(&l.Entity, &month, &l.N, &l.Reason, &l.Waits, &l.State, &l.ProposedBy, &l.ProposedAt, &l.DecidedBy, &l.DecidedAt)
	l.Month = period.MonthOfDay(month)
	return l, err
}

func selectLocks(ctx context.Context, tx *pg.Tx, m period.Month) ([]MonthLock, error) {
	rows, err := tx.Query(ctx, lockSQL+`WHERE state = 'open' OR month = $1 ORDER BY proposed_at DESC, entity, n DESC`, m.FirstDay())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanLock)
}

// openLock locks the proposal that waits for its second person.
func openLock(ctx context.Context, tx *pg.Tx, entity string, m period.Month) (MonthLock, error) {
	rows, err := tx.Query(ctx, lockSQL+`WHERE entity = $1 AND month = $2 AND state = 'open' FOR UPDATE`, entity, m.FirstDay())
	if err != nil {
		return MonthLock{}, err
	}
	l, err := pgx.CollectExactlyOneRow(rows, scanLock)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, fault.New(fault.Conflict, "LOCK-NONE", "entity", fault.Args{"entity": entity, "month": m})
	}
	return l, err
}

func insertLock(ctx context.Context, tx *pg.Tx, l MonthLock) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO month_lock (entity, month, n, reason, waits, proposed_by, proposed_at)
		SELECT $1, $2, 1 + coalesce(max(n), 0), $3, $4, $5, $6 FROM month_lock WHERE entity = $1 AND month = $2`,
		l.Entity, l.Month.FirstDay(), l.Reason, l.Waits, tx.Actor.User, tx.Now)
	return err
}

func decideLock(ctx context.Context, tx *pg.Tx, l MonthLock, state string) error {
	_, err := tx.Exec(ctx, `UPDATE month_lock SET state = $4, waits = $5, decided_by = $6, decided_at = $7 WHERE entity = $1 AND month = $2 AND n = $3`,
		l.Entity, l.Month.FirstDay(), l.N, state, l.Waits, tx.Actor.User, tx.Now)
	return err
}

var _ = pg.Constraint("month_lock_open", "LOCK-OPEN", "entity")
