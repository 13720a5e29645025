package audit

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

// Write adds an event in the caller's transaction, at its business time, in its actor's name where the event names none. An
// event of a merchant's user always concerns that merchant.
func Write(ctx context.Context, tx *pg.Tx, e Event) error {
	if e.Actor == "" {
		e.Actor = tx.Actor.User
	}
	if tx.Actor.Role == pg.Web {
		e.Merchant = tx.Actor.Merchant
	}
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	if err := e.check(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO audit_event (merchant_id, at, actor, action, subject, reason, detail) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
		e.Merchant, tx.Now, e.Actor, e.Action, e.Subject, e.Reason, e.Detail)
	return pg.Fault(err)
}

// Filter says which events are wanted; an empty field means any.
type Filter struct {
	Merchant, Actor, Action, Subject string
	Before                           int64 // only ids below it: the last one of the page before; 0 begins at the newest
	Limit                            int   // 0 means 100
}

// List gives events, newest first, as far as the transaction's actor may see them.
func List(ctx context.Context, tx *pg.Tx, f Filter) ([]Event, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	rows, err := tx.Query(ctx, `SELECT event_id, at, written_at, actor, merchant_id, action, subject, reason, detail FROM audit_event
		WHERE ($1 = '' OR merchant_id = $1) AND ($2 = '' OR actor = $2) AND ($3 = '' OR action = $3) AND ($4 = '' OR subject = $4)
			AND ($5 = 0 OR event_id < $5)
		ORDER BY event_id DESC LIMIT $6`, f.Merchant, f.Actor, f.Action, f.Subject, f.Before, f.Limit)
	if err != nil {
		return nil, pg.Fault(err)
	}
	out, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (Event, error) {
		var e Event
		err := r.Scan(&e.ID, &e.At, &e.WrittenAt, &e.Actor, &e.Merchant, &e.Action, &e.Subject, &e.Reason, &e.Detail)
		return e, err
	})
	return out, pg.Fault(err)
}
