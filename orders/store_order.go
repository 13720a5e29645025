package orders

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/entities"
	"suanpan/internal/pg"
)

// orderStates reads the lines of an order with everything known of them; none where there is no such order, or it is not the actor's to see.
func orderStates(ctx context.Context, tx *pg.Tx, dir *entities.Directory, order string) ([]*State, error) {
	where, args := `(l.merchant_id, l.order_id) IN (SELECT c.merchant_id, c.order_id FROM order_claim c WHERE c.order_id = $1)`, []any{order}
	if tx.Actor.Role == pg.Web { // sees no claims, and of order lines its own
		where, args = `l.merchant_id = $2 AND l.order_id = $1`, []any{order, tx.Actor.Merchant}
	}
	b := newBatch(tx, false)
	b.dir = dir
	states, err := b.loadStates(ctx, where, args...)
	for _, s := range states {
		s.sortRefunds()
	}
	return states, err
}

// OrderQuery says which order lines are wanted, the newest first; empty means any.
type OrderQuery struct {
	Merchant string
	Buyer    string
	Text     string // an order's or line's number
	Limit    int
	Offset   int
}

func selectOrderLines(ctx context.Context, tx *pg.Tx, dir *entities.Directory, q OrderQuery) ([]*State, error) {
	rows, err := tx.Query(ctx, `SELECT l.merchant_id, l.line_id FROM order_line l
		WHERE ($1 = '' OR l.merchant_id = $1) AND ($2 = '' OR l.buyer_id = $2) AND ($3 = '' OR l.order_id = $3 OR l.line_id = $3)
		ORDER BY l.placed_at DESC, l.line_id LIMIT $4 OFFSET $5`, q.Merchant, q.Buyer, strings.TrimSpace(q.Text), q.Limit, q.Offset)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (LineID, error) {
		var id LineID
		err := r.Scan(&id.Merchant, &id.Line)
		return id, err
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	states, err := States(ctx, tx, dir, ids)
	if err != nil {
		return nil, err
	}
	by := map[LineID]*State{}
	for _, s := range states {
		s.sortRefunds()
		by[LineID{s.Line.Merchant, s.Line.ID}] = s
	}
	out := make([]*State, 0, len(ids))
	for _, id := range ids {
		if s := by[id]; s != nil {
			out = append(out, s)
		}
	}
	return out, nil
}

// boughtBefore reads what a buyer bought of a product, and keeps others who place an order for both at the same time waiting until this one is
// done: two orders that count each other are not placed side by side.
func boughtBefore(ctx context.Context, tx *pg.Tx, dir *entities.Directory, merchant, product, buyer string) ([]*State, error) {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, merchant+"\x01"+product+"\x01"+buyer); err != nil {
		return nil, err
	}
	b := newBatch(tx, false)
	b.dir = dir
	states, err := b.loadStates(ctx, `l.merchant_id = $1 AND l.product_id = $2 AND l.buyer_id = $3 AND l.order_type = 'NEW'`, merchant, product, buyer)
	for _, s := range states {
		s.sortRefunds()
	}
	return states, err
}

func upsertLimit(ctx context.Context, tx *pg.Tx, l Limit) error {
	_, err := tx.Exec(ctx, `INSERT INTO product_limit (merchant_id, product_id, valid_from, orders_most, quantity_most, until_expiry, source, set_by)
		VALUES ($1, $2, $3, nullif($4, 0), nullif($5, 0), $6, $7, $8)
		ON CONFLICT (merchant_id, product_id, valid_from) DO UPDATE SET orders_most = excluded.orders_most, quantity_most = excluded.quantity_most,
			until_expiry = excluded.until_expiry, source = excluded.source, set_by = excluded.set_by`,
		l.Merchant, l.Product, l.ValidFrom, l.Orders, l.Quantity, l.UntilExpiry, l.Source, tx.Actor.User)
	return err
}

// selectLimit finds the limits of a product that are in force at an instant.
func selectLimit(ctx context.Context, tx *pg.Tx, merchant, product string, at time.Time) (l Limit, found bool, err error) {
	l = Limit{Merchant: merchant, Product: product}
	err = tx.QueryRow(ctx, `SELECT valid_from, coalesce(orders_most, 0), coalesce(quantity_most, 0), until_expiry, source FROM product_limit
		WHERE merchant_id = $1 AND product_id = $2 AND valid_from <= $3 ORDER BY valid_from DESC LIMIT 1`, merchant, product, at).
		Scan(&l.ValidFrom, &l.Orders, &l.Quantity, &l.UntilExpiry, &l.Source)
	if err == pgx.ErrNoRows { //nolint:errorlint // pgx returns it bare
		return l, false, nil
	}
	return l, err == nil, err
}
