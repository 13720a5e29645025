package ledger

import (
	"context"
	"encoding/json"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
)

func insertJournal(ctx context.Context, tx *pg.Tx, j ManualJournal) error {
	lines, err := json.Marshal(j.Transfers)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO ledger_journal (journal_id, book, merchant_id, period, occurred_at, transfers, reason, attachment, proposed_by, proposed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		j.ID, j.Book, j.Merchant, j.Period.FirstDay(), j.OccurredAt, lines, j.Reason, j.Attachment, j.ProposedBy, j.ProposedAt)
	return err
}

func lockJournal(ctx context.Context, tx *pg.Tx, id string) (ManualJournal, error) {
	if _, err := tx.Exec(ctx, `SELECT 1 FROM ledger_journal WHERE journal_id = $1 FOR UPDATE`, id); err != nil {
		return ManualJournal{}, err
	}
	list, err := selectJournals(ctx, tx, id)
	if err != nil {
		return ManualJournal{}, err
	}
	if len(list) == 0 {
		return ManualJournal{}, fault.New(fault.NotFound, "LEDGER-NO-ENTRY", "id", fault.Args{"key": "journal/" + id})
	}
	return list[0], nil
}

func updateJournal(ctx context.Context, tx *pg.Tx, j ManualJournal) error {
	_, err := tx.Exec(ctx, `UPDATE ledger_journal SET state = $2, decided_by = $3, decided_at = $4 WHERE journal_id = $1`, j.ID, j.State, tx.Actor.User, tx.Now)
	return err
}

func selectJournals(ctx context.Context, tx *pg.Tx, id string) ([]ManualJournal, error) {
	rows, err := tx.Query(ctx, `
		SELECT journal_id, book, merchant_id, period, occurred_at, transfers, reason, attachment, state, proposed_by, proposed_at, coalesce(decided_by, ''), coalesce(decided_at, 'epoch')
		FROM ledger_journal WHERE $1 = '' OR journal_id = $1 ORDER BY proposed_at DESC, journal_id`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []ManualJournal
	for rows.Next() {
		var j ManualJournal
		var p time.Time
		var lines []byte
		if err := rows.Scan(&j.ID, &j.Book, &j.Merchant, &p, &j.OccurredAt, &lines, &j.Reason, &j.Attachment, &j.State, &j.ProposedBy, &j.ProposedAt, &j.DecidedBy, &j.DecidedAt); err != nil {
			return nil, err
		}
		j.Period = period.MonthOfDay(p)
		if err := json.Unmarshal(lines, &j.Transfers); err != nil {
			return nil, err
		}
		out = append(out, j)
	}
	return out, rows.Err()
}
