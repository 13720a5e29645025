package orders

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

// standingSQL finds, kind by kind, the facts that stand already by owner and id, with the hash of their content. For a "line" it gives the
// order that the line belongs to instead.
var standingSQL = map[string]string{
	"line":               `SELECT merchant_id, line_id, convert_to(order_id, 'UTF8') FROM order_line t JOIN unnest($1::text[], $2::text[]) AS w(o, i) ON t.merchant_id = w.o AND t.line_id = w.i`,
	refundKind.name:      `SELECT merchant_id, refund_id, hash FROM refund t JOIN unnest($1::text[], $2::text[]) AS w(o, i) ON t.merchant_id = w.o AND t.refund_id = w.i`,
	usageChargeKind.name: `SELECT merchant_id, line_id, hash FROM usage_line t JOIN unnest($1::text[], $2::text[]) AS w(o, i) ON t.merchant_id = w.o AND t.line_id = w.i`,
	usageRecordKind.name: `
		SELECT merchant_id, metering_sn, hash FROM usage_record t JOIN unnest($1::text[], $2::text[]) AS w(o, i) ON t.merchant_id = w.o AND t.metering_sn = w.i
		UNION ALL SELECT merchant_id, metering_sn, hash FROM usage_refused t JOIN unnest($1::text[], $2::text[]) AS w(o, i) ON t.merchant_id = w.o AND t.metering_sn = w.i`,
	creditUseKind.name:  creditStandingSQL,
	repaymentKind.name:  creditStandingSQL,
	adjustmentKind.name: `SELECT merchant_id, adjustment_id, hash FROM adjustment t JOIN unnest($1::text[], $2::text[]) AS w(o, i) ON t.merchant_id = w.o AND t.adjustment_id = w.i`,
	payoutKind.name:     `SELECT merchant_id, payout_id, hash FROM payout t JOIN unnest($1::text[], $2::text[]) AS w(o, i) ON t.merchant_id = w.o AND t.payout_id = w.i`,
	openingKind.name:    `SELECT entity, opening_id, hash FROM opening t JOIN unnest($1::text[], $2::text[]) AS w(o, i) ON t.entity = w.o AND t.opening_id = w.i`,
}

// Movements bear their number once in the whole marketplace, so their owner is nobody.
const creditStandingSQL = `SELECT w.o, movement_id, hash FROM credit_movement t JOIN unnest($1::text[], $2::text[]) AS w(o, i) ON t.movement_id = w.i`

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
