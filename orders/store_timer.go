package orders

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

func upsertTimer(ctx context.Context, tx *pg.Tx, t Timer) error {
	strand := t.Line
	if strand == "" {
		strand = t.Subject
	}
	_, err := tx.Exec(ctx, `INSERT INTO timer (merchant_id, subject, kind, strand, due_at, set_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (merchant_id, subject, kind) DO UPDATE SET due_at = excluded.due_at, set_at = excluded.set_at, strand = excluded.strand,
			failures = 0, failure = '', retry_at = NULL`, t.Merchant, t.Subject, t.Kind, strand, t.DueAt, tx.Now)
	return err
}

func upsertTimers(ctx context.Context, tx *pg.Tx, ts []Timer) error {
	if len(ts) == 0 {
		return nil
	}
	col := make([][]string, 4)
	due := make([]time.Time, len(ts))
	for i, t := range ts {
		strand := t.Line
		if strand == "" {
			strand = t.Subject
		}
		for j, v := range []string{t.Merchant, t.Subject, t.Kind, strand} {
			col[j] = append(col[j], v)
		}
		due[i] = t.DueAt
	}
	_, err := tx.Exec(ctx, `INSERT INTO timer (merchant_id, subject, kind, strand, due_at, set_at)
		SELECT m, s, k, x, d, $6 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS t(m, s, k, x, d)
		ON CONFLICT (merchant_id, subject, kind) DO UPDATE SET due_at = excluded.due_at, set_at = excluded.set_at, strand = excluded.strand,
			failures = 0, failure = '', retry_at = NULL`, col[0], col[1], col[2], col[3], due, tx.Now)
	return err
}

func deleteTimersOf(ctx context.Context, tx *pg.Tx, lines []LineID, kinds []string) error {
	merchants, subjects := make([]string, len(lines)), make([]string, len(lines))
	for i, l := range lines {
		merchants[i], subjects[i] = l.Merchant, l.Line
	}
	_, err := tx.Exec(ctx, `DELETE FROM timer t USING unnest($1::text[], $2::text[]) AS x(m, s)
		WHERE t.merchant_id = x.m AND t.subject = x.s AND t.kind = ANY ($3)`, merchants, subjects, kinds)
	return err
}

func deleteTimer(ctx context.Context, tx *pg.Tx, merchant, subject, kind string) error {
	_, err := tx.Exec(ctx, `DELETE FROM timer WHERE merchant_id = $1 AND subject = $2 AND kind = $3`, merchant, subject, kind)
	return err
}

func freezeTimers(ctx context.Context, tx *pg.Tx, merchant, line string, since time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE timer SET frozen_at = $3 WHERE merchant_id = $1 AND strand = $2 AND frozen_at IS NULL`, merchant, line, since)
	return err
}

func thawTimers(ctx context.Context, tx *pg.Tx, merchant, line string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE timer SET due_at = greatest(due_at, frozen_at) + greatest($3 - frozen_at, interval '0'), frozen_at = NULL
		WHERE merchant_id = $1 AND strand = $2 AND frozen_at IS NOT NULL`, merchant, line, at)
	return err
}

// takeDue takes the first due timer of each of some strands. A timer that another worker holds still stands for the others, so those after it in
// its strand wait.
func takeDue(ctx context.Context, tx *pg.Tx, machine time.Time, most int) ([]Timer, error) {
	rows, err := tx.Query(ctx, `WITH x AS MATERIALIZED (
			SELECT t.merchant_id, t.subject, t.kind FROM timer t
			WHERE t.due_at <= $1 AND t.frozen_at IS NULL AND (t.retry_at IS NULL OR t.retry_at <= $3)
			  AND NOT EXISTS (SELECT FROM timer e WHERE e.merchant_id = t.merchant_id AND e.strand = t.strand AND e.frozen_at IS NULL
				AND (e.due_at, e.subject, e.kind) < (t.due_at, t.subject, t.kind))
			ORDER BY t.due_at, t.merchant_id, t.subject, t.kind LIMIT $2 FOR UPDATE SKIP LOCKED)
		DELETE FROM timer d USING x WHERE d.merchant_id = x.merchant_id AND d.subject = x.subject AND d.kind = x.kind
		RETURNING d.merchant_id, d.subject, d.kind, d.strand, d.due_at, d.frozen_at, d.failures, d.failure`, tx.Now, most, machine)
	if err != nil {
		return nil, err
	}
	out, err := pgx.CollectRows(rows, scanTimer)
	sortTimers(out)
	return out, err
}

func scanTimer(r pgx.CollectableRow) (Timer, error) {
	var t Timer
	err := r.Scan(&t.Merchant, &t.Subject, &t.Kind, &t.Line, &t.DueAt, &t.FrozenAt, &t.Failures, &t.Failure)
	t.DueAt = t.DueAt.UTC()
	if t.Line == t.Subject { // a strand of its own; where the subject is the line itself, it is named by the subject
		t.Line = ""
	}
	return t, err
}

// putOff notes a failure and waits twice as long after each, from a minute to an hour.
func putOff(ctx context.Context, tx *pg.Tx, t Timer, cause error, machine time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE timer SET failures = failures + 1, failure = left($4, 500),
			retry_at = $5::timestamptz + least(interval '1 minute' * power(2, least(failures, 10)), interval '1 hour')
		WHERE merchant_id = $1 AND subject = $2 AND kind = $3`, t.Merchant, t.Subject, t.Kind, cause.Error(), machine)
	return err
}

func retryTimer(ctx context.Context, tx *pg.Tx, merchant, subject, kind string) (bool, error) {
	tag, err := tx.Exec(ctx, `UPDATE timer SET retry_at = NULL WHERE merchant_id = $1 AND subject = $2 AND kind = $3`, merchant, subject, kind)
	return tag.RowsAffected() == 1, err
}

func selectTimers(ctx context.Context, tx *pg.Tx, q TimerQuery) ([]Timer, error) {
	rows, err := tx.Query(ctx, `SELECT merchant_id, subject, kind, strand, due_at, frozen_at, failures, failure FROM timer
		WHERE ($1 = '' OR merchant_id = $1) AND ($2 = '' OR strand = $2) AND ($3 = '' OR subject = $3) AND (NOT $4 OR failures > 0)
		ORDER BY due_at, merchant_id, subject, kind LIMIT $5`, q.Merchant, q.Line, q.Subject, q.Failed, q.Limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanTimer)
}
