package invoicing

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/money"
)

// selectHistory reads what a verdict needs of earlier invoices: every live one, and all versions of the numbers that come again.
// Documents are read only for the requisitions in question. One that has to be issued again counts so before the timer has turned it.
func selectHistory(ctx context.Context, tx *pg.Tx, merchant string, numbers, requisitions []string) ([]Earlier, error) {
	rows, err := tx.Query(ctx, `
		SELECT number, CASE WHEN reissue_at <= $4 AND status IN ('pending', 'accepted', 'waiting') THEN 'reissue' ELSE status END, requisition, submission, CASE WHEN requisition = ANY($3) THEN document END FROM invoice
		WHERE merchant_id = $1 AND (status IN ('pending', 'accepted', 'waiting', 'paid') OR number_key = ANY($2))
		ORDER BY changed_at, number_key, version`, merchant, numbers, requisitions, tx.Now)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Earlier, error) {
		var e Earlier
		var doc *Invoice
		err := row.Scan(&e.Number, &e.Status, &e.Requisition, &e.Submission, &doc)
		if doc != nil {
			e.Invoice = *doc
		}
		return e, err
	})
}

// stored is what of a verdict is kept as it was: figures, not faults (they have their own rows) and not the invoices' present state.
type stored struct {
	Compared []Compared       `json:"compared"`
	Complete bool             `json:"complete"`
	Missing  *money.Amount    `json:"missing,omitempty"`
	Invoices []InvoiceVerdict `json:"invoices"`
}

// insertSubmission writes an upload with its verdict and gives it its number.
func insertSubmission(ctx context.Context, tx *pg.Tx, merchant string, s *Submission) error {
	v := s.Verdict
	kept := stored{Compared: v.Compared, Complete: v.Complete, Missing: v.Missing}
	for _, i := range v.Invoices {
		kept.Invoices = append(kept.Invoices, InvoiceVerdict{Number: i.Number, Status: i.Status})
	}
	err := tx.QueryRow(ctx, `
		INSERT INTO submission (merchant_id, requisition, submission, received_at, more_follows, list_attached, outcome, detail, submitted_by, recorded_at)
		SELECT $1, $2, coalesce(max(submission), 0) + 1, $3, $4, $5, $6, $7, $8, $9 FROM submission WHERE merchant_id = $1 AND requisition = $2
		RETURNING submission`,
		merchant, s.Requisition, s.ReceivedAt, s.MoreFollows, s.ListAttached, v.Outcome, kept, s.SubmittedBy, tx.Now).Scan(&s.No)
	if err != nil {
		return err
	}
	s.RecordedAt = tx.Now
	return insertFaults(ctx, tx, merchant, s.Requisition, s.No, v)
}

// insertFaults adds faults to a submission, after those it has.
func insertFaults(ctx context.Context, tx *pg.Tx, merchant, number string, no int, v Verdict) error {
	batch := &pgx.Batch{}
	add := func(severity string, fs fault.Faults) {
		for _, f := range fs {
			batch.Queue(`INSERT INTO invoice_fault (merchant_id, requisition, submission, n, severity, kind, code, path, args)
				SELECT $1, $2, $3, coalesce(max(n), 0) + 1, $4, $5, $6, $7, $8 FROM invoice_fault
				WHERE merchant_id = $1 AND requisition = $2 AND submission = $3`, merchant, number, no, severity, f.Kind, f.Code, f.Path, printable(f.Args))
		}
	}
	add("fault", v.Faults)
	add("hold", v.Holds)
	add("warning", v.Warnings)
	return tx.SendBatch(ctx, batch).Close()
}

// printable turns the arguments of a message into texts: a day or a state is stored as it will be shown.
func printable(args fault.Args) map[string]string {
	out := make(map[string]string, len(args))
	for k := range args {
		out[k] = text(args[k])
	}
	return out
}

func insertInvoice(ctx context.Context, tx *pg.Tx, merchant string, s Sent) (int, error) {
	var version int
	err := tx.QueryRow(ctx, `
		INSERT INTO invoice (merchant_id, number_key, version, number, requisition, submission, position, status, document, reissue_at, changed_at, changed_by)
		SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM invoice WHERE merchant_id = $1 AND number_key = $2
		RETURNING version`,
		merchant, NumberKey(s.Invoice.Number), s.Invoice.Number, s.Requisition, s.Submission, s.Position, s.Status, s.Invoice,
		timeOrNil(s.ReissueAt), tx.Now, s.ChangedBy).Scan(&version)
	return version, err
}

const sentColumns = `version, requisition, submission, position, status, document, coalesce(reissue_at, '0001-01-01 00:00:00+00'::timestamptz), changed_at, changed_by`

// selectSent reads a requisition's invoices, in the order sent.
func selectSent(ctx context.Context, tx *pg.Tx, merchant, number string) ([]Sent, error) {
	rows, err := tx.Query(ctx, `SELECT `+sentColumns+` FROM invoice WHERE merchant_id = $1 AND requisition = $2 ORDER BY submission, position`, merchant, number)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Sent])
}

// selectVersions reads every version that ever came under a number.
func selectVersions(ctx context.Context, tx *pg.Tx, merchant, number string) ([]Sent, error) {
	rows, err := tx.Query(ctx, `SELECT `+sentColumns+` FROM invoice WHERE merchant_id = $1 AND number_key = $2 ORDER BY version`, merchant, NumberKey(number))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Sent])
}

// updateStatus moves a requisition's invoices from some states to another and gives back those it moved.
func updateStatus(ctx context.Context, tx *pg.Tx, r Requisition, from []Status, to Status, by string) ([]Sent, error) {
	rows, err := tx.Query(ctx, `UPDATE invoice SET status = $4, changed_at = $5, changed_by = $6
		WHERE merchant_id = $1 AND requisition = $2 AND status = ANY($3) RETURNING `+sentColumns, r.Merchant, r.Number, from, to, tx.Now, by)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Sent])
}

// updateOne moves one version of an invoice to another state.
func updateOne(ctx context.Context, tx *pg.Tx, merchant string, s Sent, to Status, by string) error {
	_, err := tx.Exec(ctx, `UPDATE invoice SET status = $4, changed_at = $5, changed_by = $6
		WHERE merchant_id = $1 AND number_key = $2 AND version = $3`, merchant, NumberKey(s.Invoice.Number), s.Version, to, tx.Now, by)
	return err
}

// due is a requisition with invoices whose time for being paid ran out.
type due struct {
	Merchant    string
	Requisition string
	Since       time.Time
}

func selectDue(ctx context.Context, tx *pg.Tx, merchant string) ([]due, error) {
	rows, err := tx.Query(ctx, `SELECT merchant_id, requisition, min(reissue_at) FROM invoice
		WHERE status IN ('pending', 'accepted', 'waiting') AND reissue_at <= $1 AND ($2 = '' OR merchant_id = $2)
		GROUP BY 1, 2 ORDER BY 1, 2`, tx.Now, merchant)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[due])
}

// selectSubmissions reads a requisition's uploads with their faults, oldest first. No zero reads all.
func selectSubmissions(ctx context.Context, tx *pg.Tx, merchant, number string, no int) ([]Submission, error) {
	rows, err := tx.Query(ctx, `
		SELECT requisition, submission, received_at, more_follows, list_attached, outcome, detail, submitted_by, recorded_at,
			coalesce(decision, ''), coalesce(decided_by, ''), coalesce(decided_at, '0001-01-01 00:00:00+00'::timestamptz), coalesce(reason, '')
		FROM submission WHERE merchant_id = $1 AND requisition = $2 AND ($3 = 0 OR submission = $3) ORDER BY submission`, merchant, number, no)
	if err != nil {
		return nil, err
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Submission, error) {
		var s Submission
		var kept stored
		err := row.Scan(&s.Requisition, &s.No, &s.ReceivedAt, &s.MoreFollows, &s.ListAttached, &s.Verdict.Outcome, &kept, &s.SubmittedBy,
			&s.RecordedAt, &s.Decision, &s.DecidedBy, &s.DecidedAt, &s.DecisionNotes)
		s.Verdict.Requisition = s.Requisition
		s.Verdict.Compared, s.Verdict.Complete, s.Verdict.Missing, s.Verdict.Invoices = kept.Compared, kept.Complete, kept.Missing, kept.Invoices
		return s, err
	})
	if err != nil {
		return nil, err
	}
	return out, selectFaults(ctx, tx, merchant, number, out)
}

func selectFaults(ctx context.Context, tx *pg.Tx, merchant, number string, into []Submission) error {
	rows, err := tx.Query(ctx, `SELECT submission, severity, kind, code, path, args FROM invoice_fault
		WHERE merchant_id = $1 AND requisition = $2 ORDER BY submission, n`, merchant, number)
	if err != nil {
		return err
	}
	var no int
	var severity, code, path string
	var kind fault.Kind
	var args map[string]any
	_, err = pgx.ForEachRow(rows, []any{&no, &severity, &kind, &code, &path, &args}, func() error {
		f := fault.New(kind, code, path, fault.Args(args))
		args = nil
		for i := range into {
			if into[i].No == no {
				into[i].Verdict.put(severity, f)
			}
		}
		return nil
	})
	return err
}

func updateDecision(ctx context.Context, tx *pg.Tx, merchant string, s Submission) error {
	_, err := tx.Exec(ctx, `UPDATE submission SET decision = nullif($4, ''), decided_by = nullif($5, ''), decided_at = CASE WHEN $4 = '' THEN NULL ELSE $6::timestamptz END, reason = nullif($7, '')
		WHERE merchant_id = $1 AND requisition = $2 AND submission = $3`, merchant, s.Requisition, s.No, s.Decision, s.DecidedBy, tx.Now, s.DecisionNotes)
	return err
}

// selectRequisitions lists requisitions, newest notice first.
func selectRequisitions(ctx context.Context, tx *pg.Tx, f Filter) ([]Requisition, error) {
	rows, err := tx.Query(ctx, `SELECT `+requisitionColumns+` FROM list_state
		WHERE ($1 = '' OR merchant_id = $1) AND ($2 = '' OR entity = $2) AND ($3 = '' OR state = $3)
		ORDER BY notice_at DESC, requisition LIMIT $4`, f.Merchant, f.Entity, f.State, f.limit())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Requisition, error) { return scanRequisition(row) })
}

// selectWaiting lists the late submissions that finance has not decided.
func selectWaiting(ctx context.Context, tx *pg.Tx) ([]WaitingLate, error) {
	rows, err := tx.Query(ctx, `SELECT merchant_id, requisition, submission, received_at FROM submission s
		WHERE outcome = 'late' AND decision IS NULL AND EXISTS (SELECT FROM invoice i WHERE i.merchant_id = s.merchant_id
			AND i.requisition = s.requisition AND i.submission = s.submission AND i.status = 'waiting') ORDER BY received_at`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[WaitingLate])
}

// selectAccepted sums what is accepted and unpaid, for the ledger's control account.
func selectAccepted(ctx context.Context, tx *pg.Tx, state State) ([]Requisition, error) {
	return selectRequisitions(ctx, tx, Filter{State: state, Limit: 1 << 30})
}
