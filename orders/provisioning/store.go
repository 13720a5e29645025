package provisioning

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
	"suanpan/money"
)

const callColumns = `c.merchant_id, c.call_id, c.scene, c.order_id, c.line_id, c.product_id, c.sku_code, c.mode, c.buyer_id, c.instance_id, c.expire_time,
	c.amount::text, c.accepted_at, c.supervised, c.business_id, c.currency, c.gross::text, c.state, c.made, c.tries, c.polling, c.started_at, c.due_at, c.code,
	c.message, c.ended_at, c.given_up_at, c.refunded, c.asked_by, c.lease, c.of_line`

func scanCall(r pgx.CollectableRow) (Call, error) {
	var c Call
	var amount *string
	var gross string
	var accepted *time.Time
	o := &c.Order
	err := r.Scan(&c.Merchant, &c.ID, &o.Scene, &o.OrderID, &o.LineID, &o.Product, &o.SKU, &o.Mode, &o.Buyer, &o.Instance, &o.Expire,
		&amount, &accepted, &c.Supervised, &c.BusinessID, &c.Currency, &gross, &c.State, &c.Made, &c.Tries, &c.Polling, &c.StartedAt, &c.DueAt, &c.Code,
		&c.Message, &c.EndedAt, &c.GivenUpAt, &c.Refunded, &c.AskedBy, &c.lease, &c.Line)
	if err != nil {
		return c, err
	}
	c.Gross = money.MustParse(gross)
	if amount != nil {
		a := money.MustParse(*amount)
		o.Amount = &a
	}
	if accepted != nil {
		o.Accepted = accepted.UTC()
	}
	return c, nil
}

// callRows are new calls, column by column.
type callRows struct {
	merchant, id, scene, order, line, of, product, sku, mode, buyer, instance, expire []string
	amount                                                                            []*string
	accepted                                                                          []*time.Time
	supervised                                                                        []bool
	business, currency, gross                                                         []string
	content                                                                           [][]byte
}

// insertCalls adds calls that are ready at once; one that stands is left alone.
func insertCalls(ctx context.Context, tx *pg.Tx, calls []Call) error {
	if len(calls) == 0 {
		return nil
	}
	var r callRows
	for k := range calls {
		c := &calls[k]
		o := &c.Order
		r.merchant, r.id, r.scene, r.order, r.line = append(r.merchant, c.Merchant), append(r.id, c.ID), append(r.scene, string(o.Scene)), append(r.order, o.OrderID), append(r.line, o.LineID)
		r.of, r.product, r.sku, r.mode, r.buyer = append(r.of, c.Line), append(r.product, o.Product), append(r.sku, o.SKU), append(r.mode, o.Mode), append(r.buyer, o.Buyer)
		r.instance, r.expire, r.supervised = append(r.instance, o.Instance), append(r.expire, o.Expire), append(r.supervised, c.Supervised)
		r.business, r.currency, r.gross = append(r.business, c.BusinessID), append(r.currency, string(c.Currency)), append(r.gross, money.Exact(c.Gross))
		r.content = append(r.content, c.content())
		var amount *string
		if o.Amount != nil {
			text := money.Exact(*o.Amount)
			amount = &text
		}
		var accepted *time.Time
		if !o.Accepted.IsZero() {
			accepted = &o.Accepted
		}
		r.amount, r.accepted = append(r.amount, amount), append(r.accepted, accepted)
	}
	_, err := tx.Exec(ctx, `INSERT INTO interface_call (merchant_id, call_id, scene, order_id, line_id, of_line, product_id, sku_code, mode, buyer_id, instance_id,
			expire_time, amount, accepted_at, supervised, business_id, currency, gross, content, state, asked_at, asked_by, started_at, due_at, ready_at)
		SELECT t.*, 'waiting', $20, $21, $20, $20, $20
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
			$12::text[], $13::numeric[], $14::timestamptz[], $15::boolean[], $16::text[], $17::text[], $18::numeric[], $19::bytea[]) AS t
		ON CONFLICT (merchant_id, call_id) DO NOTHING`,
		r.merchant, r.id, r.scene, r.order, r.line, r.of, r.product, r.sku, r.mode, r.buyer, r.instance, r.expire, r.amount, r.accepted, r.supervised,
		r.business, r.currency, r.gross, r.content, tx.Now, tx.Actor.User)
	return err
}

func selectCall(ctx context.Context, tx *pg.Tx, merchant, id string) (*Call, error) {
	return oneCall(ctx, tx, `SELECT `+callColumns+` FROM interface_call c WHERE c.merchant_id = $1 AND c.call_id = $2`, merchant, id)
}

func lockCall(ctx context.Context, tx *pg.Tx, merchant, id string) (*Call, error) {
	return oneCall(ctx, tx, `SELECT `+callColumns+` FROM interface_call c WHERE c.merchant_id = $1 AND c.call_id = $2 FOR UPDATE`, merchant, id)
}

func oneCall(ctx context.Context, tx *pg.Tx, sql, merchant, id string) (*Call, error) {
	rows, err := tx.Query(ctx, sql, merchant, id)
	if err != nil {
		return nil, err
	}
	c, err := pgx.CollectExactlyOneRow(rows, scanCall)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &c, err
}

// updateCall writes how far a call is and gives its lease back. ready is since when the next request may be made; nil: not yet, or never.
func updateCall(ctx context.Context, tx *pg.Tx, c *Call, ready *time.Time) error {
	if ready != nil {
		c.DueAt = ready
	}
	_, err := tx.Exec(ctx, `UPDATE interface_call SET state = $3, tries = $4, polling = $5, started_at = $6, due_at = $7, ready_at = $8, instance_id = $9, code = $10,
			message = $11, ended_at = $12, given_up_at = $13, refunded = $14, lease = '', lease_until = NULL
		WHERE merchant_id = $1 AND call_id = $2`, c.Merchant, c.ID, string(c.State), c.Tries, c.Polling, c.StartedAt, c.DueAt, ready, c.Order.Instance, string(c.Code),
		c.Message, c.EndedAt, c.GivenUpAt, c.Refunded)
	return err
}

// readyCall lets the next request of an open call be made.
func readyCall(ctx context.Context, tx *pg.Tx, merchant, id string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE interface_call SET ready_at = $3 WHERE merchant_id = $1 AND call_id = $2 AND ready_at IS NULL AND state IN ('waiting', 'failed')`, merchant, id, at)
	return err
}

func acceptCall(ctx context.Context, tx *pg.Tx, merchant, id string, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE interface_call SET accepted_at = $3 WHERE merchant_id = $1 AND call_id = $2 AND accepted_at IS NULL`, merchant, id, at)
	return err
}

func lowerGross(ctx context.Context, tx *pg.Tx, merchant, line string, left decimal.Decimal) error {
	_, err := tx.Exec(ctx, `UPDATE interface_call SET gross = $3::text::numeric WHERE merchant_id = $1 AND of_line = $2 AND state IN ('waiting', 'failed')`, merchant, line, money.Exact(left))
	return err
}

// withdrawCalls ends the open calls of lines whose cause is gone. A request under way is not called back; its answer finds the call ended.
func withdrawCalls(ctx context.Context, tx *pg.Tx, list []gone, at time.Time) error {
	for _, g := range list {
		if _, err := tx.Exec(ctx, `UPDATE interface_call SET state = 'withdrawn', ready_at = NULL, due_at = NULL, ended_at = $4, lease = '', lease_until = NULL
			WHERE merchant_id = $1 AND of_line = $2 AND state IN ('waiting', 'failed') AND (cardinality($3::text[]) = 0 OR scene = ANY ($3))`,
			g.merchant, g.line, append([]string{}, g.scenes...), at); err != nil {
			return err
		}
	}
	return nil
}

// selectCreated finds the create calls of lines, by merchant and line.
func selectCreated(ctx context.Context, tx *pg.Tx, merchants, lines []string) (map[string]Call, error) {
	out := map[string]Call{}
	if len(lines) == 0 {
		return out, nil
	}
	rows, err := tx.Query(ctx, `SELECT `+callColumns+` FROM interface_call c JOIN unnest($1::text[], $2::text[]) AS w(m, l) ON c.merchant_id = w.m AND c.of_line = w.l
		WHERE c.scene = 'create'`, merchants, lines)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, scanCall)
	for _, c := range list {
		out[c.Merchant+"\x00"+c.Line] = c
	}
	return out, err
}

// claimCalls takes calls whose request may be made, at most each of a merchant, and none that another worker holds. A lease that has run out is of a
// worker that is gone.
func claimCalls(ctx context.Context, tx *pg.Tx, lease string, machine, until time.Time, each, most int) ([]Call, error) {
	rows, err := tx.Query(ctx, `WITH pick AS MATERIALIZED (
			SELECT merchant_id, call_id FROM (
				SELECT merchant_id, call_id, ready_at, row_number() OVER (PARTITION BY merchant_id ORDER BY ready_at, call_id) AS n FROM interface_call
				WHERE ready_at <= $1 AND (lease_until IS NULL OR lease_until < $2)) x
			WHERE n <= $5 ORDER BY ready_at, merchant_id, call_id LIMIT $6),
		mine AS MATERIALIZED (
			SELECT c.merchant_id, c.call_id FROM interface_call c JOIN pick USING (merchant_id, call_id)
			WHERE c.ready_at IS NOT NULL AND (c.lease_until IS NULL OR c.lease_until < $2) FOR UPDATE OF c SKIP LOCKED)
		UPDATE interface_call c SET lease = $3, lease_until = $4, made = c.made + 1 FROM mine
		WHERE c.merchant_id = mine.merchant_id AND c.call_id = mine.call_id RETURNING `+callColumns, tx.Now, machine, lease, until, each, most)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanCall)
}

// Try is one request to a seller and its answer.
type Try struct {
	Made     int
	At       time.Time // business time
	Activity string
	Code     Code
	Message  string
	Failed   bool
	Millis   int // how long it took, in machine time
}

func insertTry(ctx context.Context, tx *pg.Tx, c *Call, t Try, request []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO interface_try (merchant_id, call_id, made, at, activity, request, code, message, failed, millis)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, c.Merchant, c.ID, t.Made, t.At, t.Activity, request, string(t.Code), t.Message, t.Failed, t.Millis)
	return err
}

// CallQuery says which calls are wanted; empty means any.
type CallQuery struct {
	Merchant string
	States   []State
	Limit    int // 0: 100
	Offset   int
}

// Calls lists calls, those asked for last first.
func Calls(ctx context.Context, tx *pg.Tx, q CallQuery) ([]Call, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	states := []string{}
	for _, s := range q.States {
		states = append(states, string(s))
	}
	rows, err := tx.Query(ctx, `SELECT `+callColumns+` FROM interface_call c WHERE ($1 = '' OR c.merchant_id = $1) AND (cardinality($2::text[]) = 0 OR c.state = ANY ($2))
		ORDER BY c.asked_at DESC, c.merchant_id, c.call_id LIMIT $3 OFFSET $4`, q.Merchant, states, q.Limit, q.Offset)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanCall)
}

// Tries lists the requests of a call, the first first.
func Tries(ctx context.Context, tx *pg.Tx, merchant, call string) ([]Try, error) {
	rows, err := tx.Query(ctx, `SELECT made, at, activity, code, message, failed, millis FROM interface_try WHERE merchant_id = $1 AND call_id = $2 ORDER BY made`, merchant, call)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Try])
}
