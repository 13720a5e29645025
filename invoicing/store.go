package invoicing

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/money"
)

// lockMerchant lets one submission of a merchant be judged after the other, so that two uploads never see the same gap.
func lockMerchant(ctx context.Context, tx *pg.Tx, merchant string) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('invoicing/' || $1, 0))`, merchant)
	return err
}

// claim takes a requisition number for a merchant; false where another merchant has it.
func claim(ctx context.Context, tx *pg.Tx, number, merchant string) (bool, error) {
	tag, err := tx.Exec(ctx, `
		INSERT INTO requisition_claim (requisition, merchant_id, claimed_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, number, merchant, tx.Now)
	if err != nil || tag.RowsAffected() == 1 {
		return err == nil, err
	}
	var owner string
	err = tx.QueryRow(ctx, `SELECT merchant_id FROM requisition_claim WHERE requisition = $1`, number).Scan(&owner)
	return owner == merchant, err
}

const requisitionColumns = `merchant_id, requisition, entity, currency, payable, version, state, attempt, notice_at, changed_at, changed_by`

func scanRequisition(row pgx.Row) (Requisition, error) {
	var r Requisition
	var c money.Currency
	var v decimal.Decimal
	err := row.Scan(&r.Merchant, &r.Number, &r.Entity, &c, &v, &r.Version, &r.State, &r.Attempt, &r.NoticeAt, &r.ChangedAt, &r.ChangedBy)
	r.Amount = money.New(v, c)
	return r, err
}

// selectRequisition reads one requisition; ok is false where there is none that the actor may see.
func selectRequisition(ctx context.Context, tx *pg.Tx, merchant, number string) (r Requisition, ok bool, err error) {
	r, err = scanRequisition(tx.QueryRow(ctx, `SELECT `+requisitionColumns+` FROM list_state
		WHERE requisition = $2 AND ($1 = '' OR merchant_id = $1)`, merchant, RequisitionKey(number)))
	if errors.Is(err, pgx.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

func upsertRequisition(ctx context.Context, tx *pg.Tx, r Requisition) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO list_state (`+requisitionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (merchant_id, requisition) DO UPDATE SET entity = $3, currency = $4, payable = $5, version = $6, notice_at = $9,
			changed_at = $10, changed_by = $11`,
		r.Merchant, r.Number, r.Entity, r.Amount.Currency, r.Amount.Value, r.Version, r.State, r.Attempt, r.NoticeAt, r.ChangedAt, r.ChangedBy)
	return err
}

func updateState(ctx context.Context, tx *pg.Tx, r Requisition) error {
	_, err := tx.Exec(ctx, `UPDATE list_state SET state = $3, attempt = $4, changed_at = $5, changed_by = $6
		WHERE merchant_id = $1 AND requisition = $2`, r.Merchant, r.Number, r.State, r.Attempt, r.ChangedAt, r.ChangedBy)
	return err
}

func insertList(ctx context.Context, tx *pg.Tx, l List, by string) error {
	_, err := tx.Exec(ctx, `INSERT INTO invoice_list (merchant_id, requisition, version, document, hash, issued_at, issued_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, l.Merchant, l.Requisition, l.Version, l, l.Hash(), tx.Now, by)
	return err
}

// selectLists reads the lists in force of a merchant: the open ones, and those named unless withdrawn.
func selectLists(ctx context.Context, tx *pg.Tx, merchant string, named []string) ([]List, error) {
	rows, err := tx.Query(ctx, `
		SELECT l.document FROM list_state r JOIN invoice_list l USING (merchant_id, requisition, version)
		WHERE r.merchant_id = $1 AND (r.state = 'open' OR (r.requisition = ANY($2) AND r.state <> 'withdrawn'))
		ORDER BY r.notice_at, r.requisition`, merchant, named)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[List])
}

// selectList reads one version of a list.
func selectList(ctx context.Context, tx *pg.Tx, merchant, number string, version int) (List, string, error) {
	var l List
	var hash string
	err := tx.QueryRow(ctx, `SELECT document, hash FROM invoice_list WHERE merchant_id = $1 AND requisition = $2 AND version = $3`,
		merchant, number, version).Scan(&l, &hash)
	return l, hash, err
}

func selectFilled(ctx context.Context, tx *pg.Tx, merchant, number string) (map[string]string, error) {
	out := map[string]string{}
	rows, err := tx.Query(ctx, `SELECT name, value FROM list_field WHERE merchant_id = $1 AND requisition = $2`, merchant, number)
	if err != nil {
		return nil, err
	}
	var name, value string
	_, err = pgx.ForEachRow(rows, []any{&name, &value}, func() error { out[name] = value; return nil })
	return out, err
}

func upsertField(ctx context.Context, tx *pg.Tx, merchant, number, name, value, by string) error {
	_, err := tx.Exec(ctx, `INSERT INTO list_field (merchant_id, requisition, name, value, filled_at, filled_by) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (merchant_id, requisition, name) DO UPDATE SET value = $4, filled_at = $5, filled_by = $6`, merchant, number, name, value, tx.Now, by)
	return err
}

func insertEvent(ctx context.Context, tx *pg.Tx, r Requisition, e Event) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO list_event (merchant_id, requisition, n, kind, attempt, at, by_user, second_user, reason)
		SELECT $1, $2, coalesce(max(n), 0) + 1, $3, $4, $5, $6, nullif($7, ''), $8 FROM list_event
		WHERE merchant_id = $1 AND requisition = $2`, r.Merchant, r.Number, e.Kind, e.Attempt, e.At, e.By, e.Second, e.Reason)
	return err
}

func selectEvents(ctx context.Context, tx *pg.Tx, merchant, number string) ([]Event, error) {
	rows, err := tx.Query(ctx, `SELECT kind, attempt, at, by_user, coalesce(second_user, ''), reason FROM list_event
		WHERE merchant_id = $1 AND requisition = $2 ORDER BY n`, merchant, number)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Event])
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func notFound(what, id string) error {
	return fault.New(fault.NotFound, codeNotFound, what, fault.Args{"what": what, "id": id})
}
