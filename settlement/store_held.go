package settlement

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
	"suanpan/orders"
)

// unbilled is the condition that a line of alias a stood on no bill up to month $2.
const unbilled = `NOT EXISTS (SELECT 1 FROM bill_line bl JOIN bill bb ON bb.merchant_id = bl.merchant_id AND bb.bill_no = bl.bill_no
	WHERE bl.merchant_id = a.merchant_id AND bl.line_id = a.line_id AND bb.month <= $2)`

func selectUnbilledOrders(ctx context.Context, tx *pg.Tx, h *holding, after orders.LineID, n int) ([]orders.LineID, error) {
	rows, err := tx.Query(ctx, `
		SELECT a.merchant_id, a.line_id FROM order_line a
		WHERE a.entity = $1 AND a.placed_at < $3 AND a.known_at < $3 AND a.mode <> 'ON_DEMAND' AND `+unbilled+`
		  AND (a.merchant_id, a.line_id) > ($4, $5)
		ORDER BY a.merchant_id, a.line_id LIMIT $6`, h.entity, h.month.FirstDay(), h.instant, after.Merchant, after.Line, n)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (orders.LineID, error) {
		var id orders.LineID
		err := r.Scan(&id.Merchant, &id.Line)
		return id, err
	})
}

// selectPairs finds which of the lines wait for a full refund of a later month.
func selectPairs(ctx context.Context, tx *pg.Tx, h *holding, ids []orders.LineID) (map[orders.LineID]bool, error) {
	merchants, lines := make([]string, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		merchants[i], lines[i] = id.Merchant, id.Line
	}
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT e.merchant_id, e.pair_of FROM earned_line e JOIN unnest($1::text[], $2::text[]) AS w(m, l) ON e.merchant_id = w.m AND e.pair_of = w.l
		WHERE e.cycle > $3 AND e.known_at < $4`, merchants, lines, h.month.FirstDay(), h.instant)
	if err != nil {
		return nil, err
	}
	out := map[orders.LineID]bool{}
	var id orders.LineID
	_, err = pgx.ForEachRow(rows, []any{&id.Merchant, &id.Line}, func() error { out[id] = true; return nil })
	return out, err
}

type due struct {
	merchant, line, kind, currency string
	earned                         bool
	at                             time.Time
	order                          string // the order line it belongs to; empty where it belongs to none
}

func selectUnbilledDues(ctx context.Context, tx *pg.Tx, h *holding) ([]due, error) {
	rows, err := tx.Query(ctx, `
		SELECT a.merchant_id, a.line_id, a.kind, a.currency, true, a.earned_at, coalesce(a.order_line_id, '') FROM earned_line a
		WHERE a.entity = $1 AND a.kind <> 'order' AND a.cycle <= $2 AND a.known_at < $3 AND `+unbilled+`
		UNION ALL
		SELECT a.merchant_id, a.line_id, 'usage', l.currency, false, a.known_at, a.order_line_id FROM usage_line a JOIN order_line l ON l.merchant_id = a.merchant_id AND l.line_id = a.order_line_id
		WHERE l.entity = $1 AND a.cycle <= $2 AND a.known_at < $3
		  AND NOT EXISTS (SELECT 1 FROM earned_line e WHERE e.merchant_id = a.merchant_id AND e.line_id = a.line_id AND e.cycle <= $2)
		ORDER BY 1, 2`, h.entity, h.month.FirstDay(), h.instant)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (due, error) {
		var d due
		err := r.Scan(&d.merchant, &d.line, &d.kind, &d.currency, &d.earned, &d.at, &d.order)
		return d, err
	})
}
