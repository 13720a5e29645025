package orders

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
	"suanpan/orders/metering"
)

const lineColumns = `l.merchant_id, l.line_id, l.order_id, l.order_type, l.mode, l.product_id, l.sku_code, l.buyer_id, l.entity, l.placed_at, l.known_at,
	l.currency, l.gross::text, l.tax::text, l.customer_wht::text, l.terms, l.supervised, l.hash`

func scanLine(rows pgx.Rows) (lineRow, error) {
	var l lineRow
	var gross, tax, wht string
	var terms []byte
	err := rows.Scan(&l.Merchant, &l.ID, &l.OrderID, &l.Type, &l.Mode, &l.Product, &l.SKU, &l.Buyer, &l.Entity, &l.PlacedAt, &l.KnownAt,
		&l.Currency, &gross, &tax, &wht, &terms, &l.Supervised, &l.hash)
	if err != nil {
		return l, err
	}
	l.PlacedAt, l.KnownAt = l.PlacedAt.UTC(), l.KnownAt.UTC()
	l.Gross, l.Tax, l.CustomerWHT = money.MustParse(gross), money.MustParse(tax), money.MustParse(wht)
	return l, json.Unmarshal(terms, &l.Terms)
}

// selectLines gives the lines that a condition over l (order_line) names.
func selectLines(ctx context.Context, tx *pg.Tx, where string, args ...any) ([]lineRow, error) {
	rows, err := tx.Query(ctx, `SELECT `+lineColumns+` FROM order_line l WHERE `+where+` ORDER BY l.merchant_id, l.line_id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []lineRow
	for rows.Next() {
		l, err := scanLine(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// fillStates reads what is known of the lines: events, refunds, holds, attempts, and whether they are earned.
func (b *batch) fillStates(ctx context.Context, states []*State) error {
	if len(states) == 0 {
		return nil
	}
	by := make(map[string]*State, len(states))
	merchants, lines := make([]string, len(states)), make([]string, len(states))
	for i, s := range states {
		merchants[i], lines[i] = s.Line.Merchant, s.Line.ID
		by[s.Line.Merchant+"\x00"+s.Line.ID] = s
	}
	const of = ` JOIN unnest($1::text[], $2::text[]) AS w(m, l) ON t.merchant_id = w.m AND t.line_id = w.l `
	return together(ctx, b.tx, []asking{
		{`SELECT t.merchant_id, t.line_id, t.kind, t.fact_id, t.at, t.known_at, t.detail, t.hash FROM line_event t` + of + `ORDER BY t.at`, fillEvent(by)},
		{`SELECT t.merchant_id, t.refund_id, t.line_id, t.gross::text, t.rule, t.at, t.known_at, t.credit_part::text FROM refund t` + of, fillRefund(by)},
		{`SELECT t.merchant_id, t.line_id, t.cycle, t.fee_rate::text, t.earned_at, t.known_at FROM earned_line t` + of + ` WHERE t.kind = 'order'`, fillEarned(by)},
		{`SELECT t.merchant_id, t.line_id, t.attempt FROM line_attempt t` + of, func(r pgx.Rows) error {
			var m, l string
			var n int
			if err := r.Scan(&m, &l, &n); err != nil {
				return err
			}
			by[m+"\x00"+l].Attempt = n
			return nil
		}},
		{`SELECT t.merchant_id, t.line_id, t.kind, t.since, t.until, t.lifted_by, t.why FROM line_hold t` + of, func(r pgx.Rows) error {
			var m string
			var h Hold
			if err := r.Scan(&m, &h.Line, &h.Kind, &h.Since, &h.Until, &h.LiftedBy, &h.Why); err != nil {
				return err
			}
			s := by[m+"\x00"+h.Line]
			s.Holds = append(s.Holds, h)
			return nil
		}},
	}, merchants, lines)
}

func fillEvent(by map[string]*State) func(pgx.Rows) error {
	return func(r pgx.Rows) error {
		var m string
		var e Event
		var detail []byte
		if err := r.Scan(&m, &e.Line, &e.Kind, &e.FactID, &e.At, &e.KnownAt, &detail, &e.hash); err != nil {
			return err
		}
		e.At, e.KnownAt = e.At.UTC(), e.KnownAt.UTC()
		if detail != nil {
			e.Payment = &PaymentDetail{}
			if err := json.Unmarshal(detail, e.Payment); err != nil {
				return err
			}
		}
		s := by[m+"\x00"+e.Line]
		s.Events = append(s.Events, e)
		return nil
	}
}

func fillRefund(by map[string]*State) func(pgx.Rows) error {
	return func(r pgx.Rows) error {
		var m, gross string
		var x Refund
		var part *string
		if err := r.Scan(&m, &x.ID, &x.Line, &gross, &x.Rule, &x.At, &x.KnownAt, &part); err != nil {
			return err
		}
		x.Gross, x.At, x.KnownAt = money.MustParse(gross), x.At.UTC(), x.KnownAt.UTC()
		if part != nil {
			v := money.MustParse(*part)
			x.CreditPart = &v
		}
		s := by[m+"\x00"+x.Line]
		s.Refunds = append(s.Refunds, x)
		return nil
	}
}

func fillEarned(by map[string]*State) func(pgx.Rows) error {
	return func(r pgx.Rows) error {
		var m, l, rate string
		var cycle time.Time
		var c condition
		if err := r.Scan(&m, &l, &cycle, &rate, &c.at, &c.known); err != nil {
			return err
		}
		s := by[m+"\x00"+l]
		c.at, c.known, c.cycle = c.at.UTC(), c.known.UTC(), period.MonthOfDay(cycle)
		s.standing, s.FeeRate, s.FeeKnown = &c, money.MustParse(rate), true
		return nil
	}
}

func each(ctx context.Context, tx *pg.Tx, sql string, fn func(pgx.Rows) error, args ...any) error {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	return eachRow(rows, fn)
}

func eachRow(rows pgx.Rows, fn func(pgx.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// asking is one of several questions that travel to the database together, all with the same arguments.
type asking struct {
	sql string
	row func(pgx.Rows) error
}

// together asks them in one round trip and hands over their rows, one question after the other.
func together(ctx context.Context, tx *pg.Tx, asked []asking, args ...any) error {
	b := &pgx.Batch{}
	for _, a := range asked {
		b.Queue(a.sql, args...)
	}
	br := tx.SendBatch(ctx, b)
	for _, a := range asked {
		rows, err := br.Query()
		if err == nil {
			err = eachRow(rows, a.row)
		}
		if err != nil {
			_ = br.Close()
			return err
		}
	}
	return br.Close()
}

// loadOrders reads the orders of this list that stand already, with all that is known of their lines.
func (b *batch) loadOrders(ctx context.Context, ids []string) error {
	b.orders = make(map[string]*order, len(ids))
	lines, err := selectLines(ctx, b.tx, `(l.merchant_id, l.order_id) IN (SELECT c.merchant_id, c.order_id FROM order_claim c WHERE c.order_id = ANY($1))`, ids)
	if err != nil || len(lines) == 0 {
		return err
	}
	if err := b.loadProducts(ctx, lines); err != nil {
		return err
	}
	var states []*State
	for _, l := range lines {
		o := b.orders[l.OrderID]
		if o == nil {
			o = &order{id: l.OrderID, merchant: l.Merchant, hash: l.hash}
			b.orders[l.OrderID] = o
		}
		s := b.state(l.Line)
		o.lines = append(o.lines, s)
		states = append(states, s)
	}
	return b.fillStates(ctx, states)
}

// loadProducts reads products, their fees and ratings, where they are not in memory yet.
func (b *batch) loadProducts(ctx context.Context, lines []lineRow) error {
	var merchants, ids []string
	for _, l := range lines {
		k := l.Merchant + "\x00" + l.Product
		if _, known := b.products[k]; !known {
			b.products[k] = nil
			merchants, ids = append(merchants, l.Merchant), append(ids, l.Product)
		}
	}
	return b.readProducts(ctx, merchants, ids)
}

func (b *batch) readProducts(ctx context.Context, merchants, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	const of = ` JOIN unnest($1::text[], $2::text[]) AS w(m, p) ON t.merchant_id = w.m AND t.product_id = w.p `
	return together(ctx, b.tx, []asking{{`SELECT t.merchant_id, t.product_id, t.hash FROM product t` + of, func(r pgx.Rows) error {
		var m, id string
		var hash []byte
		if err := r.Scan(&m, &id, &hash); err != nil {
			return err
		}
		b.products[m+"\x00"+id] = &product{hash: hash}
		return nil
	}}, {`SELECT t.merchant_id, t.product_id, t.valid_from, t.rate::text, t.policy FROM product_fee t` + of + `ORDER BY t.valid_from`, func(r pgx.Rows) error {
		var m, id, rate string
		var f fee
		if err := r.Scan(&m, &id, &f.from, &rate, &f.policy); err != nil {
			return err
		}
		f.rate = money.MustParse(rate)
		p := b.products[m+"\x00"+id]
		p.fees = append(p.fees, f)
		return nil
	}}, {`SELECT t.merchant_id, t.product_id, t.valid_from, t.rating FROM product_rating t` + of + `ORDER BY t.valid_from`, func(r pgx.Rows) error {
		var m, id string
		var from time.Time
		var raw []byte
		if err := r.Scan(&m, &id, &from, &raw); err != nil {
			return err
		}
		var x metering.Rating
		if err := json.Unmarshal(raw, &x); err != nil {
			return err
		}
		p := b.products[m+"\x00"+id]
		p.ratings = append(p.ratings, rating{from, x})
		return nil
	}}}, merchants, ids)
}

func (b *batch) loadMerchants(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return each(ctx, b.tx, `SELECT merchant_id FROM merchant WHERE merchant_id = ANY($1)`, func(r pgx.Rows) error {
		var id string
		err := r.Scan(&id)
		b.merchants[id] = true
		return err
	}, ids)
}

func (b *batch) loadInstances(ctx context.Context, ids []string) error {
	return each(ctx, b.tx, `SELECT instance_id, merchant_id, line_id FROM instance_claim WHERE instance_id = ANY($1)`, func(r pgx.Rows) error {
		var id string
		var o instance
		err := r.Scan(&id, &o.merchant, &o.line)
		b.instances[id] = o
		return err
	}, ids)
}

// selectPools reads the movements of the pools that were known before an instant.
func selectPools(ctx context.Context, tx *pg.Tx, keys []PoolKey, knownBefore time.Time) (map[PoolKey]*Pool, error) {
	out := map[PoolKey]*Pool{}
	var buyers, collectors []string
	var cycles []time.Time
	for _, k := range keys {
		if out[k] == nil {
			out[k] = &Pool{Key: k}
			buyers, collectors, cycles = append(buyers, k.Buyer), append(collectors, k.Collector), append(cycles, k.Cycle.FirstDay())
		}
	}
	err := each(ctx, tx, `
		SELECT t.buyer_id, t.collector, t.cycle, t.movement_id, t.kind, t.currency, t.amount::text, t.at, t.known_at
		FROM credit_movement t JOIN unnest($1::text[], $2::text[], $3::date[]) AS w(b, c, m) ON t.buyer_id = w.b AND t.collector = w.c AND t.cycle = w.m
		WHERE t.known_at < $4 ORDER BY t.at, t.movement_id`, func(r pgx.Rows) error {
		var m Movement
		var cycle time.Time
		var amount string
		if err := r.Scan(&m.Buyer, &m.Collector, &cycle, &m.ID, &m.Kind, &m.Currency, &amount, &m.At, &m.KnownAt); err != nil {
			return err
		}
		m.Cycle, m.Amount, m.At, m.KnownAt = period.MonthOfDay(cycle), money.MustParse(amount), m.At.UTC(), m.KnownAt.UTC()
		p := out[PoolKey{m.Buyer, m.Collector, m.Cycle}]
		p.Movements = append(p.Movements, m)
		return nil
	}, buyers, collectors, cycles, knownBefore)
	return out, err
}

func setCreditPart(ctx context.Context, tx *pg.Tx, merchant, refund string, part decimal.Decimal) error {
	_, err := tx.Exec(ctx, `UPDATE refund SET credit_part = $3::text::numeric WHERE merchant_id = $1 AND refund_id = $2`, merchant, refund, money.Exact(part))
	return err
}
