package catalog

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
)

const productColumns = `merchant_id, product_id, name, access, state, reason, since, listing`

func scanProduct(r pgx.CollectableRow) (p Product, err error) {
	err = r.Scan(&p.Merchant, &p.ID, &p.Name, &p.Access, &p.State, &p.Reason, &p.Since, &p.Listing)
	p.Since = p.Since.UTC()
	return p, err
}

func selectProduct(ctx context.Context, tx *pg.Tx, merchant, id string, lock bool) (Product, bool, error) {
	q := `SELECT ` + productColumns + ` FROM catalog_product WHERE merchant_id = $1 AND product_id = $2`
	if lock {
		q += ` FOR UPDATE`
	}
	rows, err := tx.Query(ctx, q, merchant, id)
	if err != nil {
		return Product{}, false, err
	}
	p, err := pgx.CollectOneRow(rows, scanProduct)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

func selectProducts(ctx context.Context, tx *pg.Tx, state State, limit, offset int) ([]Product, error) {
	rows, err := tx.Query(ctx, `SELECT `+productColumns+` FROM catalog_product WHERE $1 = '' OR state = $1 ORDER BY name, merchant_id, product_id LIMIT $2 OFFSET $3`, string(state), limit, offset)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanProduct)
}

func upsertProduct(ctx context.Context, tx *pg.Tx, p Product) error {
	_, err := tx.Exec(ctx, `INSERT INTO catalog_product (`+productColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (merchant_id, product_id) DO UPDATE SET name = excluded.name, access = excluded.access, state = excluded.state, reason = excluded.reason,
			since = excluded.since, listing = excluded.listing`, p.Merchant, p.ID, p.Name, string(p.Access), string(p.State), p.Reason, p.Since, p.Listing)
	return err
}

func insertSubmission(ctx context.Context, tx *pg.Tx, s Submission, l Listing) (n int, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO catalog_submission (merchant_id, product_id, number, submitted_at, submitted_by, passed, listing, report)
		SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7 FROM catalog_submission WHERE merchant_id = $1 AND product_id = $2 RETURNING number`,
		s.Merchant, s.Product, s.At, s.By, s.Report.Passed(), l, s.Report).Scan(&n)
	return n, err
}

func selectSubmissions(ctx context.Context, tx *pg.Tx, merchant, product string) ([]Submission, error) {
	rows, err := tx.Query(ctx, `SELECT merchant_id, product_id, number, submitted_at, submitted_by, report, decided_at, coalesce(decided_by, ''), coalesce(decision, ''), reason
		FROM catalog_submission WHERE merchant_id = $1 AND product_id = $2 ORDER BY number DESC`, merchant, product)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (s Submission, err error) {
		err = r.Scan(&s.Merchant, &s.Product, &s.Number, &s.At, &s.By, &s.Report, &s.DecidedAt, &s.DecidedBy, &s.Decision, &s.Reason)
		return s, err
	})
}

func decideSubmission(ctx context.Context, tx *pg.Tx, s Submission, decision, reason string) error {
	_, err := tx.Exec(ctx, `UPDATE catalog_submission SET decided_at = $4, decided_by = $5, decision = $6, reason = $7
		WHERE merchant_id = $1 AND product_id = $2 AND number = $3 AND decided_at IS NULL`, s.Merchant, s.Product, s.Number, tx.Now, tx.Actor.User, decision, reason)
	return err
}

func selectDelisted(ctx context.Context, tx *pg.Tx, merchant string, products []string) (map[string]time.Time, error) {
	rows, err := tx.Query(ctx, `SELECT product_id, since FROM catalog_product WHERE merchant_id = $1 AND state = 'delisted' AND product_id IN (SELECT unnest($2::text[]))`, merchant, products)
	if err != nil {
		return nil, err
	}
	out := map[string]time.Time{}
	var id string
	var since time.Time
	_, err = pgx.ForEachRow(rows, []any{&id, &since}, func() error {
		out[id] = since.UTC()
		return nil
	})
	return out, err
}

// wasOnSale tells whether a product was ever judged fit to be sold.
func wasOnSale(ctx context.Context, tx *pg.Tx, merchant, product string) (was bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM catalog_submission WHERE merchant_id = $1 AND product_id = $2 AND decision = 'pass')`, merchant, product).Scan(&was)
	return was, err
}

func selectRegions(ctx context.Context, tx *pg.Tx, merchant, product string) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT region FROM catalog_region WHERE merchant_id = $1 AND product_id = $2 ORDER BY region`, merchant, product)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func updateRegions(ctx context.Context, tx *pg.Tx, merchant, product string, added, gone []string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO catalog_region (merchant_id, product_id, region, since) SELECT $1, $2, r, $4 FROM unnest($3::text[]) AS r ON CONFLICT DO NOTHING`,
		merchant, product, added, tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM catalog_region WHERE merchant_id = $1 AND product_id = $2 AND region = ANY ($3)`, merchant, product, gone)
	return err
}

func insertUnreachable(ctx context.Context, tx *pg.Tx, merchant, product, channel, note string) (n int, err error) {
	if _, err = tx.Exec(ctx, `INSERT INTO catalog_unreachable (merchant_id, product_id, at, noted_by, channel, note) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		merchant, product, tx.Now, tx.Actor.User, channel, note); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `SELECT count(*) FROM catalog_unreachable WHERE merchant_id = $1 AND product_id = $2`, merchant, product).Scan(&n)
	return n, err
}

func insertDial(ctx context.Context, tx *pg.Tx, merchant, product string, day period.Day, slot string, due time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO catalog_dial (merchant_id, product_id, day, slot, due_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		merchant, product, day.UTC(), slot, due)
	return err
}

// claimDials takes some due tests; what another worker claimed less than a claim's time ago is left to it.
func claimDials(ctx context.Context, tx *pg.Tx, machine time.Time, claim time.Duration) ([]Dial, error) {
	rows, err := tx.Query(ctx, `WITH x AS MATERIALIZED (
			SELECT merchant_id, product_id, day, slot FROM catalog_dial WHERE done_at IS NULL AND due_at <= $1 AND (claimed_at IS NULL OR claimed_at < $2)
			ORDER BY due_at LIMIT 20 FOR UPDATE SKIP LOCKED)
		UPDATE catalog_dial d SET claimed_at = $3 FROM x JOIN catalog_product p ON p.merchant_id = x.merchant_id AND p.product_id = x.product_id
		WHERE d.merchant_id = x.merchant_id AND d.product_id = x.product_id AND d.day = x.day AND d.slot = x.slot
		RETURNING d.merchant_id, d.product_id, d.day, d.slot, coalesce(p.listing->'interface'->>'address', '')`, tx.Now, machine.Add(-claim), machine)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (d Dial, err error) {
		var day time.Time
		err = r.Scan(&d.Merchant, &d.Product, &day, &d.Slot, &d.Address)
		d.Day = period.DayOf(day, time.UTC)
		return d, err
	})
}

func endDial(ctx context.Context, tx *pg.Tx, d Dial, why string) error {
	_, err := tx.Exec(ctx, `UPDATE catalog_dial SET done_at = $5, ok = $6, why = left($7, 300) WHERE merchant_id = $1 AND product_id = $2 AND day = $3 AND slot = $4 AND done_at IS NULL`,
		d.Merchant, d.Product, d.Day.UTC(), d.Slot, tx.Now, why == "", why)
	return err
}

// selectDialDays gives a product's last days with tests since it stands on sale: whether any of a day's succeeded.
func selectDialDays(ctx context.Context, tx *pg.Tx, merchant, product string, n int, since time.Time) ([]DialDay, error) {
	rows, err := tx.Query(ctx, `SELECT day, bool_or(ok) FROM catalog_dial WHERE merchant_id = $1 AND product_id = $2 AND done_at IS NOT NULL AND due_at >= $4
		GROUP BY day ORDER BY day DESC LIMIT $3`, merchant, product, n, since)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (d DialDay, err error) {
		var day time.Time
		err = r.Scan(&day, &d.OK)
		d.Day = period.DayOf(day, time.UTC)
		return d, err
	})
}
