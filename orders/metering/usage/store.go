package usage

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/orders/metering"
)

func each(ctx context.Context, tx *pg.Tx, sql string, fn func(pgx.Rows) error, args ...any) error {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// instances reads what decides whether usage may be reported, packages with what is left of them.
func (svc *Service) instances(ctx context.Context, tx *pg.Tx, set *entities.Directory, ids []string) (map[string]*Instance, error) {
	out, err := selectInstances(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	covered := map[string][]string{} // by merchant
	products := map[string][]string{}
	for id, i := range out {
		if i.Stops {
			i.Stops = false // until its packages say so
			covered[i.Merchant] = append(covered[i.Merchant], id)
		}
		products[i.Merchant] = append(products[i.Merchant], i.Product)
	}
	anchor := set.Text(entities.KeyPackageAnchor, entities.Installation, tx.Now)
	for m, ids := range covered {
		ps, err := selectPackages(ctx, tx, m, ids, anchor)
		if err != nil {
			return nil, err
		}
		for id, list := range ps {
			uses, err := selectUses(ctx, tx, m, list)
			if err != nil {
				return nil, err
			}
			for _, p := range list {
				out[id].Stops = out[id].Stops || p.Stop
				out[id].Packages = append(out[id].Packages, PackageOf{p, usedUp(p, uses, tx.Now)})
			}
		}
	}
	if svc.Delisted == nil {
		return out, nil
	}
	for m, ps := range products {
		gone, err := svc.Delisted(ctx, tx, m, ps)
		if err != nil {
			return nil, err
		}
		for _, i := range out {
			if i.Merchant == m {
				i.Delisted = gone[i.Product]
			}
		}
	}
	return out, nil
}

func usedUp(p metering.Package, uses []metering.Use, now time.Time) bool {
	for _, u := range uses {
		if u.Package == p.ID && !now.Before(u.From) && now.Before(u.Until) {
			return !u.Left().IsPositive()
		}
	}
	return false
}

// selectInstances reads instances; Stops says of one at first that any package covers it.
func selectInstances(ctx context.Context, tx *pg.Tx, ids []string) (map[string]*Instance, error) {
	out := map[string]*Instance{}
	err := each(ctx, tx, `
		SELECT c.instance_id, c.merchant_id, c.line_id, l.product_id, l.mode = 'ON_DEMAND', e.opened, e.closed,
			EXISTS (SELECT 1 FROM order_line k WHERE k.merchant_id = c.merchant_id AND k.mode = 'ON_DEMAND_PKG' AND k.terms->'package'->>'covers' = c.instance_id)
		FROM instance_claim c JOIN order_line l ON l.merchant_id = c.merchant_id AND l.line_id = c.line_id
		LEFT JOIN LATERAL (SELECT min(at) FILTER (WHERE kind = 'effective') AS opened, min(at) FILTER (WHERE kind IN ('canceled', 'provisioning_failed')) AS closed
			FROM line_event WHERE merchant_id = c.merchant_id AND line_id = c.line_id) e ON true
		WHERE c.instance_id = ANY($1)`, func(r pgx.Rows) error {
		var id string
		var i Instance
		var opened, closed *time.Time
		err := r.Scan(&id, &i.Merchant, &i.Line, &i.Product, &i.PerUse, &opened, &closed, &i.Stops)
		i.Opened, i.Closed = instant(opened), instant(closed)
		out[id] = &i
		return err
	}, ids)
	if err != nil {
		return nil, err
	}
	var merchants, known []string
	for id, i := range out {
		merchants, known = append(merchants, i.Merchant), append(known, id)
	}
	err = each(ctx, tx, `SELECT s.instance_id, s.at, s.state FROM unnest($1::text[], $2::text[]) AS w(m, i)
		JOIN instance_state s ON s.merchant_id = w.m AND s.instance_id = w.i ORDER BY s.instance_id, s.at`, func(r pgx.Rows) error {
		var id, state string
		var at time.Time
		if err := r.Scan(&id, &at, &state); err != nil {
			return err
		}
		out[id].became(state, at.UTC())
		return nil
	}, merchants, known)
	return out, err
}

// became adds the next thing that the marketplace did to an instance.
func (i *Instance) became(state string, at time.Time) {
	if n := len(i.Frozen); n > 0 && i.Frozen[n-1].Until.IsZero() && state != Frozen {
		i.Frozen[n-1].Until = at
	} else if state == Frozen && (n == 0 || !i.Frozen[n-1].Until.IsZero()) {
		i.Frozen = append(i.Frozen, Span{Since: at})
	}
	if state == Released && (i.Closed.IsZero() || at.Before(i.Closed)) {
		i.Closed = at
	}
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// selectPackages gives the packages in effect that cover instances of a merchant.
func selectPackages(ctx context.Context, tx *pg.Tx, merchant string, instances []string, anchor string) (map[string][]metering.Package, error) {
	out := map[string][]metering.Package{}
	err := each(ctx, tx, `
		SELECT l.line_id, l.terms, e.at FROM order_line l
		JOIN line_event e ON e.merchant_id = l.merchant_id AND e.line_id = l.line_id AND e.kind = 'effective'
		WHERE l.merchant_id = $1 AND l.mode = 'ON_DEMAND_PKG' AND l.terms->'package'->>'covers' = ANY($2)
		  AND NOT EXISTS (SELECT 1 FROM line_event x WHERE x.merchant_id = l.merchant_id AND x.line_id = l.line_id AND x.kind IN ('canceled', 'provisioning_failed'))
		  AND (l.gross = 0 OR l.gross > coalesce((SELECT sum(f.gross) FROM refund f WHERE f.merchant_id = l.merchant_id AND f.line_id = l.line_id), 0))
		ORDER BY l.line_id`, func(r pgx.Rows) error {
		l := orders.Line{Merchant: merchant}
		var raw []byte
		var at time.Time
		if err := r.Scan(&l.ID, &raw, &at); err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &l.Terms); err != nil {
			return err
		}
		q := l.Terms.Quota
		p := q.Covering(l, at.UTC())
		if q.Cycle == "" && anchor == "start" {
			p.Cycle = metering.OrderCycle
		}
		out[q.Covers] = append(out[q.Covers], p)
		return nil
	}, merchant, instances)
	return out, err
}

// selectUses sums what packages have given so far, window by window.
func selectUses(ctx context.Context, tx *pg.Tx, merchant string, ps []metering.Package) ([]metering.Use, error) {
	ids := make([]string, len(ps))
	for i, p := range ps {
		ids[i] = p.ID
	}
	var out []metering.Use
	err := each(ctx, tx, `SELECT package_id, window_from, max(window_until), max(quota)::text, sum(quantity)::text FROM metered_deduction
		WHERE merchant_id = $1 AND package_id = ANY($2) GROUP BY 1, 2 ORDER BY 1, 2`, func(r pgx.Rows) error {
		var u metering.Use
		var quota, used string
		err := r.Scan(&u.Package, &u.From, &u.Until, &quota, &used)
		if err != nil {
			return err
		}
		u.From, u.Until, u.Quota, u.Used = u.From.UTC(), u.Until.UTC(), money.MustParse(quota), money.MustParse(used)
		out = append(out, u)
		return nil
	}, merchant, ids)
	return out, err
}

func insertState(ctx context.Context, tx *pg.Tx, merchant, instance, state string, at time.Time, why string) (fresh bool, stands string, err error) {
	err = tx.QueryRow(ctx, `
		WITH over AS (SELECT state FROM instance_state WHERE merchant_id = $1 AND instance_id = $2 AND state = 'released' AND at < $3 LIMIT 1),
		new AS (INSERT INTO instance_state (merchant_id, instance_id, at, state, why, recorded_at, recorded_by)
			SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM over) ON CONFLICT DO NOTHING RETURNING state)
		SELECT EXISTS (SELECT 1 FROM new), coalesce((SELECT state FROM over), (SELECT state FROM new),
			(SELECT state FROM instance_state WHERE merchant_id = $1 AND instance_id = $2 AND at = $3))`,
		merchant, instance, at, state, why, tx.Now, tx.Actor.User).Scan(&fresh, &stands)
	return fresh, stands, err
}

func upsertKey(ctx context.Context, tx *pg.Tx, merchant, secret string) error {
	_, err := tx.Exec(ctx, `INSERT INTO usage_key (merchant_id, secret, made_at, made_by) VALUES ($1, $2, $3, $4)
		ON CONFLICT (merchant_id) DO UPDATE SET secret = excluded.secret, made_at = excluded.made_at, made_by = excluded.made_by`, merchant, secret, tx.Now, tx.Actor.User)
	return err
}

func deleteKey(ctx context.Context, tx *pg.Tx, merchant string) error {
	_, err := tx.Exec(ctx, `DELETE FROM usage_key WHERE merchant_id = $1`, merchant)
	return err
}

// takeNonce remembers the number of a call and gives the merchant's key; fresh is false where the number was used before.
func takeNonce(ctx context.Context, tx *pg.Tx, merchant, nonce string, machine time.Time) (key string, fresh bool, err error) {
	err = tx.QueryRow(ctx, `WITH new AS (INSERT INTO usage_nonce (merchant_id, nonce, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1)
		SELECT coalesce((SELECT secret FROM usage_key WHERE merchant_id = $1), ''), EXISTS (SELECT 1 FROM new)`, merchant, nonce, machine).Scan(&key, &fresh)
	return key, fresh, err
}

func deleteNonces(ctx context.Context, tx *pg.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM usage_nonce WHERE seen_at < $1`, before)
	return err
}

func number(s string) decimal.Decimal { return money.MustParse(s) }
