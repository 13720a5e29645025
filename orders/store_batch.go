package orders

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/orders/metering"
)

// dueBatch bounds the lines of one transaction of RunDue.
const dueBatch = 2000

func (b *batch) dueStates(ctx context.Context) ([]*State, error) {
	var merchants, ids []string
	err := each(ctx, b.tx, `SELECT merchant_id, line_id FROM line_timer WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED`, func(r pgx.Rows) error {
		var m, l string
		err := r.Scan(&m, &l)
		merchants, ids = append(merchants, m), append(ids, l)
		return err
	}, b.tx.Now, dueBatch)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	if err := b.prepare(ctx, b.tx.Now, b.tx.Now); err != nil {
		return nil, err
	}
	return b.loadStates(ctx, `(l.merchant_id, l.line_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`, merchants, ids)
}

func deleteTimers(ctx context.Context, tx *pg.Tx, states []*State) error {
	merchants, ids := make([]string, len(states)), make([]string, len(states))
	for i, s := range states {
		merchants[i], ids[i] = s.Line.Merchant, s.Line.ID
	}
	_, err := tx.Exec(ctx, `DELETE FROM line_timer WHERE (merchant_id, line_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND due_at <= $3`, merchants, ids, tx.Now)
	return err
}

func selectUsage(ctx context.Context, tx *pg.Tx, merchant, instance string, knownBefore time.Time) ([]metering.Record, error) {
	var out []metering.Record
	err := each(ctx, tx, `
		SELECT metering_sn, instance_id, begin_at, end_at, value::text, known_at, package_instance FROM usage_record
		WHERE merchant_id = $1 AND instance_id = $2 AND known_at < $3 ORDER BY begin_at, end_at, metering_sn`, func(r pgx.Rows) error {
		var u metering.Record
		var v string
		if err := r.Scan(&u.SN, &u.Instance, &u.Begin, &u.End, &v, &u.ReportedAt, &u.Package); err != nil {
			return err
		}
		u.Begin, u.End, u.ReportedAt, u.Value = u.Begin.UTC(), u.End.UTC(), u.ReportedAt.UTC(), money.MustParse(v)
		out = append(out, u)
		return nil
	}, merchant, instance, knownBefore)
	return out, err
}

// selectWaitingUsage gives usage lines that are not earned: new ones, and those on credit that is not repaid.
func selectWaitingUsage(ctx context.Context, tx *pg.Tx, entity string, knownBefore time.Time) ([]UsageLine, error) {
	var out []UsageLine
	err := each(ctx, tx, `
		SELECT u.merchant_id, u.line_id, u.order_line_id, u.cycle, u.heard, u.quantity::text, u.gross::text, u.tax::text, u.customer_wht::text, u.known_at
		FROM usage_line u JOIN order_line l ON l.merchant_id = u.merchant_id AND l.line_id = u.order_line_id
		WHERE l.entity = $1 AND u.known_at < $2
		  AND NOT EXISTS (SELECT 1 FROM earned_line x WHERE x.merchant_id = u.merchant_id AND x.line_id = u.line_id)
		ORDER BY u.merchant_id, u.line_id`, func(r pgx.Rows) error {
		var u UsageLine
		var cycle, heard time.Time
		var q, g, t, w string
		if err := r.Scan(&u.Merchant, &u.ID, &u.OrderLine, &cycle, &heard, &q, &g, &t, &w, &u.KnownAt); err != nil {
			return err
		}
		u.Cycle, u.Heard, u.KnownAt = period.MonthOfDay(cycle), period.MonthOfDay(heard), u.KnownAt.UTC()
		u.Quantity, u.Gross, u.Tax, u.CustomerWHT = money.MustParse(q), money.MustParse(g), money.MustParse(t), money.MustParse(w)
		out = append(out, u)
		return nil
	}, entity, knownBefore)
	return out, err
}

func selectRepaid(ctx context.Context, tx *pg.Tx, k PoolKey, known time.Time) (repaid bool, err error) {
	err = tx.QueryRow(ctx, `SELECT credit_repaid($1, $2, $3, $4)`, k.Buyer, k.Collector, k.Cycle.FirstDay(), known).Scan(&repaid)
	return repaid, err
}

// selectControl sums what the rows of orders say an account should hold, by book and currency: debit − credit.
func selectControl(ctx context.Context, tx *pg.Tx, sql string) ([]ledger.Balance, error) {
	var out []ledger.Balance
	err := each(ctx, tx, sql, func(r pgx.Rows) error {
		var b ledger.Balance
		var v string
		if err := r.Scan(&b.Book, &b.Currency, &b.Merchant, &v); err != nil {
			return err
		}
		b.Debit = money.MustParse(v)
		out = append(out, b)
		return nil
	})
	return out, err
}

// deferredSQL: orders taken and not earned. What was paid for, less what went back, less what is earned, is still owed to customers.
const deferredSQL = `
	SELECT entity, currency, '', (-sum(v))::text FROM (
		SELECT l.entity, l.currency, l.gross AS v FROM order_line l
		WHERE l.mode <> 'ON_DEMAND' AND EXISTS (SELECT 1 FROM line_event e WHERE e.merchant_id = l.merchant_id AND e.line_id = l.line_id AND e.kind = 'paid')
		UNION ALL SELECT l.entity, l.currency, -r.gross FROM refund r JOIN order_line l USING (merchant_id, line_id)
		WHERE r.credit_part IS NOT NULL OR NOT EXISTS (SELECT 1 FROM line_event e WHERE e.merchant_id = r.merchant_id AND e.line_id = r.line_id AND e.kind = 'paid' AND e.detail->>'method' = 'CREDIT')
		UNION ALL SELECT l.entity, l.currency, u.gross FROM usage_line u JOIN order_line l ON l.merchant_id = u.merchant_id AND l.line_id = u.order_line_id
		WHERE EXISTS (SELECT 1 FROM line_event e WHERE e.merchant_id = l.merchant_id AND e.line_id = l.line_id AND e.kind = 'paid')
		UNION ALL SELECT entity, currency, -gross FROM earned_line WHERE kind <> 'adjustment'
		UNION ALL SELECT entity, currency, -amount FROM opening WHERE account = 'deferred_orders'
	) x GROUP BY 1, 2`
