package invoicing

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// AnswerQuery chooses times to answer; empty fields choose all.
type AnswerQuery struct {
	Merchant    string
	Number      string // of the invoice
	Requisition string
	Standing    bool      // only those that are open or ran out unanswered
	AlarmBy     time.Time // only open ones whose alarm is due by then
	Lock        bool      // they are to be changed
}

const answerColumns = `merchant_id, number, asked, from_day, requisition, entity, rule, last_day, basis, alarm_at, due_at, state,
	coalesce(alarmed_at, '0001-01-01 00:00:00+00'::timestamptz), changed_at, changed_by, answer, reason`

// insertAnswer opens a time to answer; false where it stands already.
func insertAnswer(ctx context.Context, tx *pg.Tx, a Answer) (bool, error) {
	tag, err := tx.Exec(ctx, `
		INSERT INTO invoice_answer (merchant_id, number_key, asked, from_day, number, requisition, entity, rule, last_day, basis, alarm_at, due_at, state,
			changed_at, changed_by, reason)
		VALUES ($1, $2, $3, $4::text::date, $5, $6, $7, $8, $9::text::date, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING`,
		a.Merchant, NumberKey(a.Number), a.Asked, a.From.String(), a.Number, a.Requisition, a.Entity, a.Rule, a.Last.String(), a.Basis, a.AlarmAt, a.DueAt,
		a.State, tx.Now, tx.Actor.User, a.Reason)
	return tag.RowsAffected() == 1, err
}

// selectAnswers reads times to answer, what runs out first before the others.
func selectAnswers(ctx context.Context, tx *pg.Tx, q AnswerQuery) ([]Answer, error) {
	lock := ""
	if q.Lock {
		lock = " FOR UPDATE"
	}
	rows, err := tx.Query(ctx, `SELECT `+answerColumns+` FROM invoice_answer
		WHERE ($1 = '' OR merchant_id = $1) AND ($2 = '' OR number_key = $2) AND ($3 = '' OR requisition = $3)
			AND (NOT $4 OR state IN ('open', 'lapsed')) AND ($5::timestamptz IS NULL OR state = 'open' AND alarm_at <= $5)
		ORDER BY due_at, merchant_id, number_key, asked, from_day`+lock,
		q.Merchant, NumberKey(q.Number), RequisitionKey(q.Requisition), q.Standing, timeOrNil(q.AlarmBy))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (a Answer, err error) {
		var from, last time.Time
		err = row.Scan(&a.Merchant, &a.Number, &a.Asked, &from, &a.Requisition, &a.Entity, &a.Rule, &last, &a.Basis, &a.AlarmAt, &a.DueAt, &a.State,
			&a.AlarmedAt, &a.ChangedAt, &a.ChangedBy, &a.Said, &a.Reason)
		a.From, a.Last = dayOf(from), dayOf(last)
		return a, err
	})
}

func updateAnswer(ctx context.Context, tx *pg.Tx, a Answer) error {
	_, err := tx.Exec(ctx, `UPDATE invoice_answer SET state = $5, alarmed_at = $6, changed_at = $7, changed_by = $8, answer = $9, reason = $10
		WHERE merchant_id = $1 AND number_key = $2 AND asked = $3 AND from_day = $4::text::date`,
		a.Merchant, NumberKey(a.Number), a.Asked, a.From.String(), a.State, timeOrNil(a.AlarmedAt), tx.Now, tx.Actor.User, a.Said, a.Reason)
	return err
}

func dayOf(t time.Time) period.Day { return period.DayOf(t, time.UTC) }
