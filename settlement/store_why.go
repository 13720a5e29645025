package settlement

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// selectAsked finds what an id means: an order line, a refund, usage or adjustment line, an order, or a merchant with a month.
func selectAsked(ctx context.Context, tx *pg.Tx, merchant, id string, month period.Month) ([]asked, error) {
	var from, to *time.Time
	if !month.IsZero() {
		// Wide enough for every zone; which lines a person means by a month is not a matter of hours.
		a, b := month.FirstDay().Add(-14*time.Hour), month.Next().FirstDay().Add(14*time.Hour)
		from, to = &a, &b
	}
	rows, err := tx.Query(ctx, `
		WITH line AS (
			SELECT merchant_id, line_id, 'order' AS kind, entity, line_id AS order_line_id, currency, placed_at AS at, order_id FROM order_line
			WHERE ($1 = '' OR merchant_id = $1) AND mode <> 'ON_DEMAND' AND (line_id = $2 OR order_id = $2 OR ($3::timestamptz IS NOT NULL AND merchant_id = $2 AND placed_at >= $3 AND placed_at < $4))
			UNION ALL
			SELECT e.merchant_id, e.line_id, e.kind, e.entity, e.order_line_id, e.currency, e.earned_at, '' FROM earned_line e
			WHERE ($1 = '' OR e.merchant_id = $1) AND e.kind <> 'order' AND (e.line_id = $2 OR e.order_line_id = $2 OR starts_with(e.order_line_id, $2 || '-')
				OR ($3::timestamptz IS NOT NULL AND e.merchant_id = $2 AND e.earned_at >= $3 AND e.earned_at < $4))
			UNION ALL
			SELECT u.merchant_id, u.line_id, 'usage', l.entity, u.order_line_id, l.currency, u.known_at, '' FROM usage_line u JOIN order_line l ON l.merchant_id = u.merchant_id AND l.line_id = u.order_line_id
			WHERE ($1 = '' OR u.merchant_id = $1) AND (u.line_id = $2 OR u.order_line_id = $2)
				AND NOT EXISTS (SELECT 1 FROM earned_line e WHERE e.merchant_id = u.merchant_id AND e.line_id = u.line_id)
		)
		SELECT x.merchant_id, x.line_id, x.kind, x.entity, x.order_line_id, x.currency, x.at, coalesce(b.bill_no, ''), coalesce(b.state, ''), b.month, coalesce(b.requisition_no, ''),
			e.cycle, (SELECT max(p.cycle) FROM earned_line p WHERE p.merchant_id = x.merchant_id AND p.pair_of = x.line_id)
		FROM line x LEFT JOIN bill_line bl ON bl.merchant_id = x.merchant_id AND bl.line_id = x.line_id LEFT JOIN bill b ON b.merchant_id = bl.merchant_id AND b.bill_no = bl.bill_no
		LEFT JOIN earned_line e ON e.merchant_id = x.merchant_id AND e.line_id = x.line_id
		ORDER BY x.at, x.line_id LIMIT 2000`, merchant, id, from, to)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (asked, error) {
		var a asked
		var bill, cycle, pair *time.Time
		err := r.Scan(&a.Merchant, &a.Line, &a.kind, &a.entity, &a.order, &a.currency, &a.at, &a.bill, &a.state, &bill, &a.requisition, &cycle, &pair)
		if bill != nil {
			a.month = period.MonthOfDay(*bill)
		}
		if cycle != nil {
			a.earned, a.earnedCycle = true, period.MonthOfDay(*cycle)
		}
		if pair != nil {
			a.pairedIn = period.MonthOfDay(*pair)
		}
		return a, err
	})
}

// selectMonthsWithLines gives a merchant's latest months that have lines, the newest first. They are cut in UTC: selectAsked looks far enough around
// a month to find what any zone puts there.
func selectMonthsWithLines(ctx context.Context, tx *pg.Tx, merchant string) ([]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') FROM (
			SELECT placed_at AS at FROM order_line WHERE merchant_id = $1 AND mode <> 'ON_DEMAND'
			UNION ALL SELECT earned_at FROM earned_line WHERE merchant_id = $1 AND kind <> 'order') x
		GROUP BY 1 ORDER BY 1 DESC LIMIT 12`, merchant)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// selectRan tells which months' runs have begun, by book. It is read through the ledger's own calendar by others; here only runs matter.
func selectRan(ctx context.Context, tx *pg.Tx) (map[string]map[period.Month]bool, error) {
	rows, err := tx.Query(ctx, `SELECT entity, month FROM settlement_run`)
	if err != nil {
		return nil, err
	}
	out := map[string]map[period.Month]bool{}
	var e string
	var m time.Time
	_, err = pgx.ForEachRow(rows, []any{&e, &m}, func() error {
		if out[e] == nil {
			out[e] = map[period.Month]bool{}
		}
		out[e][period.MonthOfDay(m)] = true
		return nil
	})
	return out, err
}
