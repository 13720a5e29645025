package refunds

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
	"suanpan/money"
)

const columns = `r.merchant_id, r.refund_id, r.order_id, r.line_id, r.buyer_id, r.entity, r.currency, r.delivery, r.way, r.rule, r.goods, r.reason, r.phone,
	r.paid::text, r.due::text, r.fee::text, r.amount::text, r.state, r.requested_at, r.contact_from, r.contacted_at, r.opinion, r.decided_at, r.decided_by,
	r.carrier, r.tracking, r.shipped_at, r.due_at, r.instruction, r.closed_at, r.why, r.hash`

func scan(row pgx.CollectableRow) (Request, error) {
	var r Request
	var paid, due, fee, amount, currency string
	err := row.Scan(&r.Merchant, &r.ID, &r.Order, &r.Line, &r.Buyer, &r.Entity, &currency, &r.Delivery, &r.Way, &r.Rule, &r.Goods, &r.Reason, &r.Phone,
		&paid, &due, &fee, &amount, &r.State, &r.RequestedAt, &r.ContactFrom, &r.Contacted, &r.Opinion, &r.DecidedAt, &r.DecidedBy,
		&r.Carrier, &r.Tracking, &r.ShippedAt, &r.DueAt, &r.Instruction, &r.ClosedAt, &r.Why, &r.hash)
	if err != nil {
		return r, err
	}
	r.Currency, r.RequestedAt = money.Currency(currency), r.RequestedAt.UTC()
	r.Figures = Figures{Paid: money.MustParse(paid), Due: money.MustParse(due), Fee: money.MustParse(fee), Amount: money.MustParse(amount)}
	for _, t := range []*time.Time{r.ContactFrom, r.Contacted, r.DecidedAt, r.ShippedAt, r.DueAt, r.ClosedAt} {
		if t != nil {
			*t = t.UTC()
		}
	}
	return r, nil
}

func one(rows pgx.Rows, err error) (Request, bool, error) {
	if err != nil {
		return Request{}, false, err
	}
	r, err := pgx.CollectExactlyOneRow(rows, scan)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

// selectRequest reads one request; lock keeps others from changing it meanwhile.
func selectRequest(ctx context.Context, tx *pg.Tx, merchant, id string, lock bool) (Request, bool, error) {
	if lock {
		return one(tx.Query(ctx, `SELECT `+columns+` FROM refund_request r WHERE r.merchant_id = $1 AND r.refund_id = $2 FOR UPDATE`, merchant, id))
	}
	return one(tx.Query(ctx, `SELECT `+columns+` FROM refund_request r WHERE r.merchant_id = $1 AND r.refund_id = $2`, merchant, id))
}

// selectOpen reads and locks the open request of a line.
func selectOpen(ctx context.Context, tx *pg.Tx, merchant, line string) (Request, bool, error) {
	return one(tx.Query(ctx, `SELECT `+columns+` FROM refund_request r WHERE r.merchant_id = $1 AND r.line_id = $2 AND r.closed_at IS NULL FOR UPDATE`, merchant, line))
}

// selectOpenOf reads and locks the open requests of many lines.
func selectOpenOf(ctx context.Context, tx *pg.Tx, merchants, lines []string) ([]Request, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM refund_request r
		WHERE (r.merchant_id, r.line_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND r.closed_at IS NULL
		ORDER BY r.merchant_id, r.refund_id FOR UPDATE`, merchants, lines)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// selectClaim tells whose request a number names.
func selectClaim(ctx context.Context, tx *pg.Tx, id string) (merchant string, err error) {
	err = tx.QueryRow(ctx, `SELECT merchant_id FROM refund_claim WHERE refund_id = $1`, id).Scan(&merchant)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return merchant, err
}

func selectRequests(ctx context.Context, tx *pg.Tx, q Query) ([]Request, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM refund_request r
		WHERE ($1 = '' OR r.merchant_id = $1) AND ($2 = '' OR r.order_id = $2) AND (NOT $3 OR r.closed_at IS NULL)
			AND (NOT $4 OR r.closed_at IS NULL AND r.due_at < $5) AND ($6 = '' OR r.state = $6) AND (NOT $7 OR r.state = 'seller_review' AND r.contact_from <= $5)
		ORDER BY r.requested_at DESC, r.merchant_id, r.refund_id LIMIT $8 OFFSET $9`,
		q.Merchant, q.Order, q.Open, q.Overdue, tx.Now, string(q.State), q.Idle, q.Limit, q.Offset)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// insertRequest tells whether the number was free.
func insertRequest(ctx context.Context, tx *pg.Tx, r Request) (bool, error) {
	tag, err := tx.Exec(ctx, `INSERT INTO refund_claim (refund_id, merchant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, r.ID, r.Merchant)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO refund_request (merchant_id, refund_id, order_id, line_id, buyer_id, entity, currency, delivery, way, rule, goods, reason, phone,
			paid, due, fee, amount, state, requested_at, contact_from, due_at, hash, why)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::numeric, $15::text::numeric, $16::text::numeric, $17::text::numeric, $18, $19, $20, $21, $22, $23)`,
		r.Merchant, r.ID, r.Order, r.Line, r.Buyer, r.Entity, string(r.Currency), string(r.Delivery), string(r.Way), r.Rule, string(r.Goods), r.Reason, r.Phone,
		exact(r.Paid), exact(r.Due), exact(r.Fee), exact(r.Amount), string(r.State), r.RequestedAt, r.ContactFrom, r.DueAt, r.hash, r.Why)
	return true, err
}

func exact(d decimal.Decimal) string { return money.Exact(d) }

// updateRequest writes what acts change. What was asked for never changes; the phone goes when the request closes.
func updateRequest(ctx context.Context, tx *pg.Tx, r Request) error {
	_, err := tx.Exec(ctx, `UPDATE refund_request SET state = $3, contacted_at = $4, opinion = $5, decided_at = $6, decided_by = $7, carrier = $8, tracking = $9,
			shipped_at = $10, due_at = $11, instruction = $12, closed_at = $13, why = $14, contact_from = $15, phone = CASE WHEN $13::timestamptz IS NULL THEN phone ELSE '' END
		WHERE merchant_id = $1 AND refund_id = $2`, r.Merchant, r.ID, string(r.State), r.Contacted, r.Opinion, r.DecidedAt, r.DecidedBy, r.Carrier, r.Tracking,
		r.ShippedAt, r.DueAt, r.Instruction, r.ClosedAt, r.Why, r.ContactFrom)
	return err
}

// takeQuota counts what an account has used of a year, after everybody who counts the same has finished.
func takeQuota(ctx context.Context, tx *pg.Tx, buyer string, year int) (used int, err error) {
	if _, err = tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('refund_quota/' || $1, 0))`, buyer); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT count(*) FROM refund_quota WHERE buyer_id = $1 AND year = $2`, buyer, year).Scan(&used)
	return used, err
}

func insertQuota(ctx context.Context, tx *pg.Tx, buyers []string, years []int, slots []string) error {
	if len(slots) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO refund_quota (buyer_id, year, slot) SELECT * FROM unnest($1::text[], $2::int[], $3::text[]) ON CONFLICT DO NOTHING`, buyers, years, slots)
	return err
}

func deleteQuota(ctx context.Context, tx *pg.Tx, buyer, slot string) error {
	_, err := tx.Exec(ctx, `DELETE FROM refund_quota WHERE buyer_id = $1 AND slot = $2`, buyer, slot)
	return err
}
