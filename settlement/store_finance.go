package settlement

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// StageSum is how many bills of an entity's month stand in a state, and what they ask for in one payout currency.
type StageSum struct {
	Entity   string
	State    State
	Currency money.Currency
	Bills    int
	Payable  decimal.Decimal // sum; of carried bills what is carried
}

// MonthSums counts the bills of a month per entity, state and currency.
func (s *Service) MonthSums(ctx context.Context, tx *pg.Tx, m period.Month) ([]StageSum, error) {
	rows, err := tx.Query(ctx, `
		SELECT entity, state, currency, count(*), sum(payable)::text FROM bill WHERE month = $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`, m.FirstDay())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (StageSum, error) {
		var x StageSum
		var v string
		err := r.Scan(&x.Entity, &x.State, &x.Currency, &x.Bills, &v)
		if err == nil {
			x.Payable = money.MustParse(v)
		}
		return x, err
	})
}

// RunState is how far the bill run of an entity's month is.
type RunState struct {
	Entity     string
	Month      period.Month
	RunDay     period.Day
	Instant    time.Time // facts known from here on belong to a later run
	StartedAt  time.Time
	StartedBy  string
	FinishedAt time.Time // zero: begun and not finished; running it again goes on with it
}

// Runs lists the bill runs of a month that were begun.
func (s *Service) Runs(ctx context.Context, tx *pg.Tx, m period.Month) ([]RunState, error) {
	rows, err := tx.Query(ctx, `SELECT entity, run_day, instant, started_at, started_by, finished_at FROM settlement_run WHERE month = $1 ORDER BY entity`, m.FirstDay())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (RunState, error) {
		x := RunState{Month: m}
		var day time.Time
		var end *time.Time
		err := r.Scan(&x.Entity, &day, &x.Instant, &x.StartedAt, &x.StartedBy, &end)
		x.RunDay = period.DayOf(day, time.UTC)
		if end != nil {
			x.FinishedAt = *end
		}
		return x, err
	})
}

// billSelection narrows bills for a list a person reads and picks from; empty fields do not.
type billSelection struct {
	Entity, Merchant string
	Month            period.Month
	States           []State
	Limit, Offset    int
}

func (f billSelection) args() []any {
	var month *time.Time
	if !f.Month.IsZero() {
		d := f.Month.FirstDay()
		month = &d
	}
	states := make([]string, len(f.States))
	for i, s := range f.States {
		states[i] = string(s)
	}
	return []any{f.Entity, f.Merchant, month, states}
}

const billSelectionSQL = ` FROM bill WHERE ($1 = '' OR entity = $1) AND ($2 = '' OR merchant_id = $2) AND ($3::date IS NULL OR month = $3)
	AND (cardinality($4::text[]) = 0 OR state = ANY($4)) `

// selectBillRows gives bills without their sales, newest month first.
func selectBillRows(ctx context.Context, tx *pg.Tx, f billSelection) ([]Bill, error) {
	rows, err := tx.Query(ctx, `
		SELECT merchant_id, bill_no, attempt, entity, month, currency, state, lines, exact::text, rounded::text, residue::text, carry_in::text, coalesce(carried_from, ''),
			payable::text, carry_out::text, from_deposit::text, to_receivable::text, run_day, issued_at, coalesce(requisition_no, '')`+billSelectionSQL+
		`ORDER BY month DESC, bill_no LIMIT $5 OFFSET $6`, append(f.args(), f.Limit, f.Offset)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanBill)
}

func countBills(ctx context.Context, tx *pg.Tx, f billSelection) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*)`+billSelectionSQL, f.args()...).Scan(&n)
	return n, err
}

// reissueAsked lists the requisitions whose merchants have to send new invoices because the law's time for paying ran out.
func reissueAsked(ctx context.Context, tx *pg.Tx) ([]BillRef, error) {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT b.merchant_id, b.requisition_no FROM bill b
		JOIN LATERAL (SELECT reason FROM bill_event e WHERE e.merchant_id = b.merchant_id AND e.bill_no = b.bill_no AND e.attempt = b.attempt ORDER BY n DESC LIMIT 1) e ON true
		WHERE b.state = 'PENDING_INVOICE' AND e.reason LIKE 'must be reissued%' ORDER BY 1, 2`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[BillRef])
}

// RevocationProposal is the first of two people's word that an acceptance be undone.
type RevocationProposal struct {
	Merchant    string
	Requisition string
	N           int // counts the proposals of the requisition, from 1
	Reason      string
	State       string // open, confirmed, dropped
	ProposedBy  string
	ProposedAt  time.Time
	DecidedBy   string
	DecidedAt   time.Time
}

// selectProposals lists proposals, newest first: of one requisition, or the open ones of all.
func selectProposals(ctx context.Context, tx *pg.Tx, merchant, no string) ([]RevocationProposal, error) {
	rows, err := tx.Query(ctx, `
		SELECT merchant_id, requisition_no, n, reason, state, proposed_by, proposed_at, coalesce(decided_by, ''), coalesce(decided_at, 'epoch')
		FROM revocation_proposal WHERE ($1 = '' AND state = 'open') OR (merchant_id = $1 AND requisition_no = $2) ORDER BY proposed_at DESC, n DESC`, merchant, no)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[RevocationProposal])
}

// openProposal locks the proposal that waits for its second person.
func openProposal(ctx context.Context, tx *pg.Tx, merchant, no string) (p RevocationProposal, err error) {
	rows, err := tx.Query(ctx, `
		SELECT merchant_id, requisition_no, n, reason, state, proposed_by, proposed_at, '', proposed_at
		FROM revocation_proposal WHERE merchant_id = $1 AND requisition_no = $2 AND state = 'open' FOR UPDATE`, merchant, no)
	if err != nil {
		return p, err
	}
	p, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[RevocationProposal])
	if errors.Is(err, pgx.ErrNoRows) {
		return p, fault.New(fault.Conflict, "REVOKE-NONE", "", fault.Args{"requisition": no})
	}
	return p, err
}

func insertProposal(ctx context.Context, tx *pg.Tx, merchant, no, reason string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO revocation_proposal (merchant_id, requisition_no, n, reason, proposed_by, proposed_at)
		SELECT $1, $2, 1 + coalesce(max(n), 0), $3, $4, $5 FROM revocation_proposal WHERE merchant_id = $1 AND requisition_no = $2`, merchant, no, reason, tx.Actor.User, tx.Now)
	return err
}

func decideProposal(ctx context.Context, tx *pg.Tx, p RevocationProposal, state string) error {
	_, err := tx.Exec(ctx, `UPDATE revocation_proposal SET state = $4, decided_by = $5, decided_at = $6 WHERE merchant_id = $1 AND requisition_no = $2 AND n = $3`,
		p.Merchant, p.Requisition, p.N, state, tx.Actor.User, tx.Now)
	return err
}

var _ = pg.Constraint("revocation_open", "REVOKE-OPEN", "reason")
