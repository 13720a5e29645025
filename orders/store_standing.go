package orders

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

// standingSQL finds, kind by kind, the facts that stand already by owner and id, with the hash of their content. For a "line" it gives the
// order that the line belongs to instead. LATERAL with a limit makes each a look into an index: a join would read a table whole that grows with every chunk.
var standingSQL = map[string]string{
	"line":               `SELECT t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT merchant_id, line_id, convert_to(order_id, 'UTF8') FROM order_line WHERE merchant_id = w.o AND line_id = w.i LIMIT 1) t`,
	refundKind.name:      `SELECT t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT merchant_id, refund_id, hash FROM refund WHERE merchant_id = w.o AND refund_id = w.i LIMIT 1) t`,
	usageChargeKind.name: `SELECT t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT merchant_id, line_id, hash FROM usage_line WHERE merchant_id = w.o AND line_id = w.i LIMIT 1) t`,
	usageRecordKind.name: `
		SELECT t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT merchant_id, metering_sn, hash FROM usage_record WHERE merchant_id = w.o AND metering_sn = w.i LIMIT 1) t
		UNION ALL SELECT t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT merchant_id, metering_sn, hash FROM usage_refused WHERE merchant_id = w.o AND metering_sn = w.i LIMIT 1) t`,
	creditUseKind.name:       creditStandingSQL,
	repaymentKind.name:       creditStandingSQL,
	adjustmentKind.name:      `SELECT t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT merchant_id, adjustment_id, hash FROM adjustment WHERE merchant_id = w.o AND adjustment_id = w.i LIMIT 1) t`,
	payoutKind.name:          `SELECT t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT merchant_id, payout_id, hash FROM payout WHERE merchant_id = w.o AND payout_id = w.i LIMIT 1) t`,
	merchantPaymentKind.name: `SELECT t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT merchant_id, payment_id, hash FROM merchant_payment WHERE merchant_id = w.o AND payment_id = w.i LIMIT 1) t`,
	openingKind.name:         `SELECT t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT entity, opening_id, hash FROM opening WHERE entity = w.o AND opening_id = w.i LIMIT 1) t`,
}

// Movements bear their number once in the whole marketplace, so their owner is nobody.
const creditStandingSQL = `SELECT w.o, t.* FROM unnest($1::text[], $2::text[]) AS w(o, i), LATERAL (SELECT movement_id, hash FROM credit_movement WHERE movement_id = w.i LIMIT 1) t`

// selectStanding adds what stands of the asked facts to into.
func selectStanding(ctx context.Context, tx *pg.Tx, asked map[string][]standingKey, into map[standingKey][]byte) error {
	for kind, keys := range asked {
		owners, ids := make([]string, len(keys)), make([]string, len(keys))
		for i, k := range keys {
			owners[i], ids[i] = k.owner, k.id
		}
		err := each(ctx, tx, standingSQL[kind], func(r pgx.Rows) error {
			k := standingKey{kind: kind}
			var hash []byte
			err := r.Scan(&k.owner, &k.id, &hash)
			into[k] = hash
			return err
		}, owners, ids)
		if err != nil {
			return err
		}
	}
	return nil
}

// countReference counts the rows of the tables that reference facts go to, so that a load can say how many were new.
func countReference(ctx context.Context, tx *pg.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM entity) + (SELECT count(*) FROM merchant) + (SELECT count(*) FROM certification) + (SELECT count(*) FROM fx_rate)`).Scan(&n)
	return n, err
}
