package invoicing

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
	"suanpan/money"
)

// selectExceptions reads uploads that were refused or late, oldest first, with their codes and steps. What something newer replaced is left out
// unless one requisition is asked for or finance took a step about it.
func selectExceptions(ctx context.Context, tx *pg.Tx, f ExceptionFilter) ([]Exception, error) {
	rows, err := tx.Query(ctx, `
		SELECT s.merchant_id, s.requisition, s.submission, r.entity, r.currency, r.payable, s.outcome, s.received_at, s.submitted_by, r.state,
			ARRAY(SELECT DISTINCT f.code FROM invoice_fault f WHERE f.merchant_id = s.merchant_id AND f.requisition = s.requisition
				AND f.submission = s.submission AND (f.severity = 'fault' OR f.code = $4) ORDER BY 1),
			NOT EXISTS (SELECT FROM submission n WHERE n.merchant_id = s.merchant_id AND n.requisition = s.requisition AND n.submission > s.submission) AS latest
		FROM submission s JOIN list_state r ON r.merchant_id = s.merchant_id AND r.requisition = s.requisition
		WHERE s.outcome IN ('refused', 'late') AND ($1 = '' OR s.merchant_id = $1) AND ($2 = '' OR r.entity = $2) AND ($3 = '' OR s.requisition = $3)
			AND ($3 <> '' OR EXISTS (SELECT FROM exception_step e WHERE e.merchant_id = s.merchant_id AND e.requisition = s.requisition AND e.submission = s.submission)
				OR (s.decision IS NULL AND r.state = 'open'
					AND ((s.outcome = 'refused' AND NOT EXISTS (SELECT FROM submission n WHERE n.merchant_id = s.merchant_id AND n.requisition = s.requisition AND n.submission > s.submission))
						OR (s.outcome = 'late' AND EXISTS (SELECT FROM invoice i WHERE i.merchant_id = s.merchant_id AND i.requisition = s.requisition
							AND i.submission = s.submission AND i.status = 'waiting')))))
		ORDER BY s.received_at, s.merchant_id, s.requisition, s.submission`, f.Merchant, f.Entity, f.Requisition, codeLate)
	if err != nil {
		return nil, err
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (x Exception, err error) {
		var c money.Currency
		err = row.Scan(&x.Merchant, &x.Requisition, &x.Submission, &x.Entity, &c, &x.Amount.Value, &x.Outcome, &x.ReceivedAt, &x.SubmittedBy, &x.State, &x.Codes, &x.Latest)
		x.Amount.Currency = c
		return x, err
	})
	if err != nil || len(out) == 0 {
		return out, err
	}
	return out, selectSteps(ctx, tx, out)
}

// selectSteps adds the steps of some exceptions.
func selectSteps(ctx context.Context, tx *pg.Tx, into []Exception) error {
	at := map[ExceptionRef]int{}
	var merchants, numbers []string
	for n, x := range into {
		at[x.ExceptionRef] = n
		merchants, numbers = append(merchants, x.Merchant), append(numbers, x.Requisition)
	}
	rows, err := tx.Query(ctx, `SELECT merchant_id, requisition, submission, n, kind, codes, batch, by_user, coalesce(proposer, ''), at, reason FROM exception_step
		WHERE (merchant_id, requisition) IN (SELECT unnest($1::text[]), unnest($2::text[])) ORDER BY merchant_id, requisition, submission, n`, merchants, numbers)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var ref ExceptionRef
		var s Step
		if err := rows.Scan(&ref.Merchant, &ref.Requisition, &ref.Submission, &s.N, &s.Kind, &s.Codes, &s.Batch, &s.By, &s.Proposer, &s.At, &s.Reason); err != nil {
			return err
		}
		if n, ok := at[ref]; ok {
			into[n].Steps = append(into[n].Steps, s)
		}
	}
	return rows.Err()
}

func insertStep(ctx context.Context, tx *pg.Tx, x Exception, s Step) error {
	_, err := tx.Exec(ctx, `INSERT INTO exception_step (merchant_id, requisition, submission, n, kind, codes, batch, by_user, proposer, at, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''), $10, $11)`, x.Merchant, x.Requisition, x.Submission, len(x.Steps)+1, s.Kind,
		append([]string{}, s.Codes...), s.Batch, s.By, s.Proposer, tx.Now, s.Reason)
	return pg.Fault(err)
}

// selectBatch names the exceptions that were decided at once.
func selectBatch(ctx context.Context, tx *pg.Tx, batch string) ([]ExceptionRef, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT merchant_id, requisition, submission FROM exception_step WHERE batch = $1 AND kind <> 'undo' ORDER BY 1, 2, 3`, batch)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[ExceptionRef])
}
