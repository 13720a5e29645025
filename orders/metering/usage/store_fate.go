package usage

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

// fateSQL derives what became of each kept record: its collection from the meter and the clock; its line as the first one of its month that is not
// older than the charge, or, where a month's run rates it, than the record.
const fateSQL = `
	SELECT u.merchant_id, u.metering_sn, u.instance_id, u.begin_at, u.end_at, u.value::text, '' AS sent_window, u.package_instance, u.recorded_at, '' AS code, '' AS why, '' AS excess, d.collect_at, coalesce(g.line_id, '') AS line,
		CASE WHEN g.line_id IS NOT NULL THEN 'charged' WHEN d.collect_at <= k.collected_until THEN 'collected' WHEN d.collect_at IS NOT NULL OR p.rating IS NOT NULL THEN 'waiting' ELSE 'accepted' END AS state
	FROM asked u
	JOIN instance_claim_of i ON i.merchant_id = u.merchant_id AND i.instance_id = u.instance_id
	LEFT JOIN LATERAL (SELECT rating FROM product_rating r WHERE r.merchant_id = i.merchant_id AND r.product_id = i.product_id AND r.valid_from <= i.placed_at ORDER BY valid_from DESC LIMIT 1) p ON true
	LEFT JOIN usage_meter t ON t.merchant_id = u.merchant_id AND t.instance_id = u.instance_id
	LEFT JOIN usage_clock k ON k.merchant_id = u.merchant_id AND k.cycle = p.rating->>'cycle'
	LEFT JOIN LATERAL (SELECT usage_collected_at(p.rating->>'cycle', u.begin_at, u.recorded_at, coalesce(t.since, '-infinity')) AS collect_at WHERE p.rating->>'cycle' IS NOT NULL) d ON true
	LEFT JOIN LATERAL (
		SELECT x.line_id FROM usage_line x
		WHERE x.merchant_id = u.merchant_id AND x.order_line_id = i.line_id AND x.cycle = date_trunc('month', u.begin_at AT TIME ZONE i.zone)::date
		  AND CASE WHEN d.collect_at IS NULL THEN x.known_at >= u.known_at ELSE d.collect_at <= k.collected_until AND x.known_at >= (
			SELECT greatest(c.collected_at, c.recorded_at) FROM metered_charge c WHERE c.merchant_id = u.merchant_id AND c.instance_id = u.instance_id AND c.collected_at = d.collect_at
			  AND c.month = x.cycle LIMIT 1) END
		ORDER BY x.heard LIMIT 1) g ON true`

// refusedSQL gives abnormal records in the same columns, times in whatever form they came.
const refusedSQL = `
	SELECT r.merchant_id, r.metering_sn, r.instance_id, NULL::timestamptz, NULL::timestamptz,
		coalesce(r.record->>'usage_value', r.record->>'value', ''), concat_ws(' – ', coalesce(r.record->>'begin_time', r.record->>'begin'), coalesce(r.record->>'end_time', r.record->>'end')),
		coalesce(r.record->>'relate_pkg_instance', ''), r.recorded_at, r.code, r.why, coalesce(r.record->>'excess', ''), NULL::timestamptz, '', 'abnormal'
	FROM usage_refused r`

// selectFates lists abnormal records first, newest first, then kept ones by instance, the latest usage first. Lines and zones are given, since the
// zone of a line is the directory's to say.
func selectFates(ctx context.Context, tx *pg.Tx, f Filter, codes, zones []string, fn func(Fate) error) error {
	page := ""
	if f.State == "" { // the page is known before anything is derived; a state has to be derived of every record
		page = ` ORDER BY merchant_id, instance_id, begin_at DESC, end_at DESC LIMIT $6::bigint + $7::bigint`
	}
	sql := `
		WITH instance_claim_of AS (
			SELECT l.merchant_id, l.terms->>'instanceId' AS instance_id, l.line_id, l.product_id, l.placed_at, z.zone
			FROM order_line l JOIN unnest($1::text[], $2::text[]) AS z(entity, zone) ON z.entity = l.entity
			WHERE l.mode = 'ON_DEMAND' AND ($3 = '' OR l.merchant_id = $3) AND ($4 = '' OR l.terms->>'instanceId' = $4)
		), abnormal AS (` + refusedSQL + ` WHERE $5 IN ('', 'abnormal') AND ($3 = '' OR r.merchant_id = $3) AND ($4 = '' OR r.instance_id = $4)
			ORDER BY r.recorded_at DESC, r.metering_sn LIMIT $6::bigint + $7::bigint
		), asked AS (
			SELECT * FROM usage_record WHERE $5 <> 'abnormal' AND ($3 = '' OR merchant_id = $3) AND ($4 = '' OR instance_id = $4)` + page + `
		), kept AS (` + fateSQL + `)
		SELECT * FROM (SELECT 1 AS part, row_number() OVER () AS nth, a.* FROM abnormal a UNION ALL
			SELECT 2, row_number() OVER (), x.* FROM (SELECT * FROM kept WHERE $5 = '' OR state = $5 ORDER BY merchant_id, instance_id, begin_at DESC, end_at DESC LIMIT $6::bigint + $7::bigint) x) y
		ORDER BY part, nth LIMIT $6::bigint OFFSET $7::bigint`
	return each(ctx, tx, sql, func(r pgx.Rows) error {
		var x Fate
		var part, nth int
		var begin, end, collect *time.Time
		var state, excess string
		if err := r.Scan(&part, &nth, &x.Merchant, &x.SN, &x.Instance, &begin, &end, &x.Value, &x.Window, &x.Package, &x.Recorded, &x.Code, &x.Why, &excess, &collect, &x.Line, &state); err != nil {
			return err
		}
		x.Begin, x.End, x.CollectAt, x.Recorded, x.State = instant(begin), instant(end), instant(collect), x.Recorded.UTC(), State(state)
		if excess != "" {
			x.Excess = number(excess)
		}
		return fn(x)
	}, codes, zones, f.Merchant, f.Instance, string(f.State), f.Limit, f.Offset)
}
