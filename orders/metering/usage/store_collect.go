package usage

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders/metering"
)

// closeUntil closes a cycle's collections up to an instant, after the reports in flight. Rows are locked in the order in which reports share them.
func closeUntil(ctx context.Context, tx *pg.Tx, cycle string, until time.Time) error {
	_, err := tx.Exec(ctx, `
		WITH open AS (SELECT merchant_id FROM usage_clock WHERE cycle = $1 AND closed_until < $2 ORDER BY merchant_id FOR UPDATE)
		UPDATE usage_clock c SET closed_until = $2 FROM open o WHERE c.merchant_id = o.merchant_id AND c.cycle = $1 AND c.closed_until < $2`, cycle, until)
	return err
}

// alone lets one collection of a cycle work at a time.
func alone(ctx context.Context, tx *pg.Tx, cycle string) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('usage collection ' || $1))`, cycle)
	return err
}

// stretch are collections that some merchants have in common: after From, up to Until.
type stretch struct {
	From, Until *time.Time // nil: since ever
	Merchants   []string
}

func selectStretches(ctx context.Context, tx *pg.Tx, cycle string) ([]stretch, error) {
	var out []stretch
	err := each(ctx, tx, `SELECT nullif(collected_until, '-infinity'), closed_until, array_agg(merchant_id ORDER BY merchant_id) FROM usage_clock
		WHERE cycle = $1 AND collected_until < closed_until GROUP BY 1, 2 ORDER BY 2, 1`, func(r pgx.Rows) error {
		var s stretch
		err := r.Scan(&s.From, &s.Until, &s.Merchants)
		out = append(out, s)
		return err
	}, cycle)
	return out, err
}

// insertMeters fixes how instances are collected whose first collection has come.
func insertMeters(ctx context.Context, tx *pg.Tx, cycle string, s stretch, entityCodes, zones []string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO usage_meter (merchant_id, instance_id, line_id, cycle, zone, model, accumulate, lows, ups, prices, since)
		SELECT l.merchant_id, l.terms->>'instanceId', l.line_id, $1, z.zone, p.rating->>'model', coalesce(p.rating->>'accumulate', ''),
			CASE WHEN p.rating ? 'bands' THEN ARRAY(SELECT coalesce(lag((b->>'up_to')::numeric) OVER (ORDER BY n), 0) FROM jsonb_array_elements(p.rating->'bands') WITH ORDINALITY x(b, n) ORDER BY n) ELSE ARRAY[0] END,
			CASE WHEN p.rating ? 'bands' THEN ARRAY(SELECT (b->>'up_to')::numeric FROM jsonb_array_elements(p.rating->'bands') WITH ORDINALITY x(b, n) ORDER BY n) ELSE ARRAY[NULL]::numeric[] END,
			CASE WHEN p.rating ? 'bands' THEN ARRAY(SELECT (b->>'price')::numeric FROM jsonb_array_elements(p.rating->'bands') WITH ORDINALITY x(b, n) ORDER BY n) ELSE ARRAY[(p.rating->>'price')::numeric] END,
			$3
		FROM order_line l JOIN unnest($4::text[], $5::text[]) AS z(entity, zone) ON z.entity = l.entity
		JOIN LATERAL (SELECT rating FROM product_rating r WHERE r.merchant_id = l.merchant_id AND r.product_id = l.product_id AND r.valid_from <= l.placed_at
			ORDER BY valid_from DESC LIMIT 1) p ON p.rating->>'cycle' = $1
		WHERE l.merchant_id = ANY($2) AND l.mode = 'ON_DEMAND'
		  AND NOT EXISTS (SELECT 1 FROM usage_meter t WHERE t.merchant_id = l.merchant_id AND t.instance_id = l.terms->>'instanceId')
		  AND EXISTS (SELECT 1 FROM usage_record u WHERE u.merchant_id = l.merchant_id AND u.instance_id = l.terms->>'instanceId')
		ON CONFLICT DO NOTHING`, cycle, s.Merchants, *s.Until, entityCodes, zones)
	return err
}

// covered tells of a meter t that a package serves it: its quota is deducted record by record, which is not done in one statement.
const covered = `EXISTS (SELECT 1 FROM order_line k WHERE k.merchant_id = t.merchant_id AND k.mode = 'ON_DEMAND_PKG' AND k.terms->'package'->>'covers' = t.instance_id)`

// chargePlain charges every instance without packages in one statement: sums by collection and span, a running sum over the span's collections,
// and the price of the slice between the running sum before and after. A quantity of a band is priced at the band's own price, so a step price
// of a sum is the sum of the step prices of its records.
func chargePlain(ctx context.Context, tx *pg.Tx, cycle string, s stretch) (int64, error) {
	recent, from := time.Time{}, time.Time{}
	if s.From != nil { // what was written before this was taken before
		from = *s.From
		recent = from.Add(-metering.Length(cycle) - metering.Grace(cycle))
	}
	tag, err := tx.Exec(ctx, `
		WITH m AS MATERIALIZED (
			SELECT row_number() OVER () AS k, t.*, CASE WHEN t.model = 'step' AND t.accumulate = 'day' THEN 'day' ELSE 'month' END AS per
			FROM usage_meter t WHERE t.cycle = $1 AND t.merchant_id = ANY($2) AND NOT `+covered+`
		), due AS (
			SELECT k, at, span, count(*) AS n, sum(value) AS quantity, sum(tiered) AS tiered FROM (
				SELECT m.k, u.value, usage_collected_at($1, u.begin_at, u.recorded_at, m.since) AS at, date_trunc(m.per, u.begin_at AT TIME ZONE m.zone)::date AS span,
					CASE WHEN m.model = 'tier' THEN u.value * (SELECT p FROM unnest(m.ups, m.prices) WITH ORDINALITY b(up, p, n) WHERE up IS NULL OR u.value <= up ORDER BY n LIMIT 1) END AS tiered
				FROM m JOIN usage_record u ON u.merchant_id = m.merchant_id AND u.instance_id = m.instance_id WHERE u.recorded_at > $3
			) x WHERE at > $4 AND at <= $5 GROUP BY k, at, span
		), run AS (
			SELECT m.merchant_id, m.instance_id, m.model, m.lows, m.ups, m.prices, d.at, d.span, d.n, d.quantity, d.tiered,
				coalesce(p.rated, 0) + coalesce(sum(d.quantity) OVER (PARTITION BY d.k, d.span ORDER BY d.at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
			FROM due d JOIN m USING (k)
			LEFT JOIN LATERAL (SELECT c.rated_before + c.rated AS rated FROM metered_charge c WHERE $7 AND c.merchant_id = m.merchant_id AND c.instance_id = m.instance_id
				AND c.span = d.span ORDER BY c.collected_at DESC LIMIT 1) p ON true
		)
		INSERT INTO metered_charge (merchant_id, instance_id, span, collected_at, month, records, quantity, rated, rated_before, amount, recorded_at)
		SELECT merchant_id, instance_id, span, at, date_trunc('month', span)::date, n, quantity, quantity, before,
			CASE model WHEN 'fixed' THEN quantity * prices[1] WHEN 'tier' THEN tiered ELSE (
				SELECT sum(price * greatest(least(before + quantity, coalesce(up, before + quantity)) - greatest(before, low), 0)) FROM unnest(lows, ups, prices) AS b(low, up, price)) END, $6
		FROM run ORDER BY 1, 2, 3, 4`, cycle, s.Merchants, recent, from, *s.Until, tx.Now, s.From != nil)
	return tag.RowsAffected(), err
}

// meter is an instance that packages serve, as it is collected.
type meter struct {
	Merchant, Instance string
	Zone               string
	Since              time.Time
	Rating             metering.Rating
}

func selectCovered(ctx context.Context, tx *pg.Tx, cycle string, s stretch) ([]meter, error) {
	var out []meter
	err := each(ctx, tx, `SELECT merchant_id, instance_id, zone, since, model, accumulate, ups::text[], prices::text[] FROM usage_meter t
		WHERE t.cycle = $1 AND t.merchant_id = ANY($2) AND `+covered+` ORDER BY 1, 2`, func(r pgx.Rows) error {
		var m meter
		var ups []*string
		var prices []string
		if err := r.Scan(&m.Merchant, &m.Instance, &m.Zone, &m.Since, &m.Rating.Model, &m.Rating.Accumulate, &ups, &prices); err != nil {
			return err
		}
		m.Since = m.Since.UTC()
		for i, p := range prices {
			price := money.MustParse(p)
			if m.Rating.Model == metering.Fixed {
				m.Rating.Price = &price
				break
			}
			b := metering.Band{Price: &price}
			if ups[i] != nil {
				up := money.MustParse(*ups[i])
				b.UpTo = &up
			}
			m.Rating.Bands = append(m.Rating.Bands, b)
		}
		out = append(out, m)
		return nil
	}, cycle, s.Merchants)
	return out, err
}

// selectDue gives the records of an instance that a stretch of collections takes.
func selectDue(ctx context.Context, tx *pg.Tx, cycle string, m meter, s stretch) ([]metering.Due, error) {
	from := time.Time{}
	if s.From != nil {
		from = *s.From
	}
	var out []metering.Due
	err := each(ctx, tx, `
		SELECT * FROM (SELECT metering_sn, begin_at, end_at, value::text, package_instance, usage_collected_at($3, begin_at, recorded_at, $4) AS at
			FROM usage_record WHERE merchant_id = $1 AND instance_id = $2) x WHERE at > $5 AND at <= $6`, func(r pgx.Rows) error {
		d := metering.Due{Record: metering.Record{Instance: m.Instance}}
		var v string
		if err := r.Scan(&d.SN, &d.Begin, &d.End, &v, &d.Package, &d.At); err != nil {
			return err
		}
		d.Begin, d.End, d.At, d.Value = d.Begin.UTC(), d.End.UTC(), d.At.UTC(), money.MustParse(v)
		out = append(out, d)
		return nil
	}, m.Merchant, m.Instance, cycle, m.Since, from, *s.Until)
	return out, err
}

func selectRated(ctx context.Context, tx *pg.Tx, m meter) (map[period.Day]decimal.Decimal, error) {
	out := map[period.Day]decimal.Decimal{}
	err := each(ctx, tx, `SELECT DISTINCT ON (span) span, (rated_before + rated)::text FROM metered_charge
		WHERE merchant_id = $1 AND instance_id = $2 ORDER BY span, collected_at DESC`, func(r pgx.Rows) error {
		var span time.Time
		var v string
		err := r.Scan(&span, &v)
		out[period.DayOf(span, time.UTC)] = money.MustParse(v)
		return err
	}, m.Merchant, m.Instance)
	return out, err
}

func insertCollected(ctx context.Context, tx *pg.Tx, m meter, c metering.Collected) error {
	for _, x := range c.Charges {
		if _, err := tx.Exec(ctx, `INSERT INTO metered_charge (merchant_id, instance_id, span, collected_at, month, records, quantity, rated, rated_before, amount, recorded_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7::text::numeric, $8::text::numeric, $9::text::numeric, $10::text::numeric, $11)`,
			m.Merchant, m.Instance, x.Span.UTC(), x.At, x.Month.FirstDay(), x.Records, money.Exact(x.Quantity), money.Exact(x.Rated), money.Exact(x.Before), money.Exact(x.Amount), tx.Now); err != nil {
			return err
		}
	}
	for _, d := range c.Deductions {
		if _, err := tx.Exec(ctx, `INSERT INTO metered_deduction (merchant_id, package_id, window_from, instance_id, collected_at, window_until, quota, quantity, recorded_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7::text::numeric, $8::text::numeric, $9)`,
			m.Merchant, d.Package, d.From, m.Instance, d.At, d.Until, money.Exact(d.Quota), money.Exact(d.Quantity), tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// collectedUntil notes that a stretch is charged.
func collectedUntil(ctx context.Context, tx *pg.Tx, cycle string, s stretch) error {
	_, err := tx.Exec(ctx, `
		WITH mine AS (SELECT merchant_id FROM usage_clock WHERE cycle = $1 AND merchant_id = ANY($2) ORDER BY merchant_id FOR UPDATE)
		UPDATE usage_clock c SET collected_until = $3 FROM mine WHERE c.merchant_id = mine.merchant_id AND c.cycle = $1`, cycle, s.Merchants, *s.Until)
	return err
}
