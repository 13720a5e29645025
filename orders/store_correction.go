package orders

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
	"suanpan/money"
)

func selectCorrection(ctx context.Context, tx *pg.Tx, merchant, id string) ([]byte, error) {
	var hash []byte
	err := tx.QueryRow(ctx, `SELECT hash FROM correction WHERE merchant_id = $1 AND correction_id = $2`, merchant, id).Scan(&hash)
	if err == pgx.ErrNoRows { //nolint:errorlint // pgx returns it bare
		return nil, nil
	}
	return hash, err
}

func insertCorrection(ctx context.Context, tx *pg.Tx, o *order, c *correctionRecord, before, after []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO correction (merchant_id, correction_id, of_kind, of_id, reason, before, after, at, hash, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		o.merchant, c.ID, c.fact.head().Kind, c.fact.factID(), c.Reason, before, after, c.at, c.hash, tx.Now)
	return err
}

// updateState writes a corrected line back. The hash of the fact that first made each row stays, so that fact sent again is still known.
func updateState(ctx context.Context, tx *pg.Tx, s *State) error {
	l := s.Line
	terms, err := json.Marshal(l.Terms)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		UPDATE order_line SET order_type = $3, product_id = $4, sku_code = $5, buyer_id = $6, placed_at = $7, gross = $8::text::numeric, tax = $9::text::numeric,
			customer_wht = $10::text::numeric, terms = $11, supervised = $12 WHERE merchant_id = $1 AND line_id = $2`,
		l.Merchant, l.ID, l.Type, l.Product, l.SKU, l.Buyer, l.PlacedAt, money.Exact(l.Gross), money.Exact(l.Tax), money.Exact(l.CustomerWHT), terms, l.Supervised); err != nil {
		return err
	}
	for _, e := range s.Events {
		if _, err := tx.Exec(ctx, `UPDATE line_event SET at = $5, known_at = $6, detail = $7 WHERE merchant_id = $1 AND line_id = $2 AND kind = $3 AND fact_id = $4`,
			l.Merchant, l.ID, e.Kind, e.FactID, e.At, e.KnownAt, e.Payment.json()); err != nil {
			return err
		}
	}
	for _, r := range s.Refunds {
		if _, err := tx.Exec(ctx, `UPDATE refund SET gross = $3::text::numeric, rule = $4, at = $5, known_at = $6 WHERE merchant_id = $1 AND refund_id = $2`,
			l.Merchant, r.ID, money.Exact(r.Gross), r.Rule, r.At, r.KnownAt); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO line_attempt (merchant_id, line_id, attempt) VALUES ($1, $2, $3)
		ON CONFLICT (merchant_id, line_id) DO UPDATE SET attempt = excluded.attempt`, l.Merchant, l.ID, s.Attempt)
	return err
}

func replaceEarned(ctx context.Context, tx *pg.Tx, old, e Earned, still bool) error {
	if _, err := tx.Exec(ctx, `DELETE FROM earned_line WHERE merchant_id = $1 AND line_id = $2`, old.Merchant, old.ID); err != nil {
		return err
	}
	if !still {
		return nil
	}
	one := rows{earned: []Earned{e}}
	return one.insertEarned(ctx, tx)
}

func setMovement(ctx context.Context, tx *pg.Tx, id string, amount decimal.Decimal, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE credit_movement SET amount = $2::text::numeric, at = $3 WHERE movement_id = $1`, id, money.Exact(amount), at)
	return err
}
