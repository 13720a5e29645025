package orders

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/money"
)

// write puts the gathered rows into their tables. Every statement is set-based; what is there already stays as it is, and where its
// content would differ the hash comparison that follows names it.
func (r *rows) write(ctx context.Context, tx *pg.Tx, b *batch) error {
	steps := []func(context.Context, *pg.Tx) error{
		r.insertProducts, r.insertLines, r.insertEvents, r.insertRefunds, r.insertUsageLines, r.insertMovements, r.insertEarned,
		r.insertTimers, r.insertAdjustments, r.insertPayouts, r.insertMerchantPayments, r.insertOpenings,
	}
	for _, step := range steps {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return r.insertUsage(ctx, tx, b)
}

func (r *rows) insertLines(ctx context.Context, tx *pg.Tx) error {
	if len(r.lines) == 0 {
		return nil
	}
	n := len(r.lines)
	s := func() []string { return make([]string, n) }
	merchant, id, order, typ, mode, product, sku, buyer, entity, currency := s(), s(), s(), s(), s(), s(), s(), s(), s(), s()
	gross, tax, wht := s(), s(), s()
	placed, known := make([]time.Time, n), make([]time.Time, n)
	terms, hash, supervised := make([][]byte, n), make([][]byte, n), make([]bool, n)
	var instances, instanceMerchants, instanceLines, claims, claimants []string
	for i := range r.lines {
		l := &r.lines[i]
		merchant[i], id[i], order[i], typ[i], mode[i] = l.Merchant, l.ID, l.OrderID, l.Type, l.Mode
		product[i], sku[i], buyer[i], entity[i], currency[i] = l.Product, l.SKU, l.Buyer, l.Entity, string(l.Currency)
		gross[i], tax[i], wht[i] = money.Exact(l.Gross), money.Exact(l.Tax), money.Exact(l.CustomerWHT)
		placed[i], known[i], hash[i], supervised[i] = l.PlacedAt, l.KnownAt, l.hash, l.Supervised
		raw, err := json.Marshal(l.Terms)
		if err != nil {
			return err
		}
		terms[i] = raw
		if i == 0 || order[i] != order[i-1] {
			claims, claimants = append(claims, order[i]), append(claimants, merchant[i])
		}
		if l.Terms.Instance != "" {
			instances, instanceMerchants, instanceLines = append(instances, l.Terms.Instance), append(instanceMerchants, l.Merchant), append(instanceLines, l.ID)
		}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO order_claim (order_id, merchant_id) SELECT unnest($1::text[]), unnest($2::text[]) ON CONFLICT DO NOTHING`, claims, claimants); err != nil {
		return err
	}
	if len(instances) > 0 {
		if _, err := tx.Exec(ctx, `
			INSERT INTO instance_claim (instance_id, merchant_id, line_id) SELECT i, m, l FROM unnest($1::text[], $2::text[], $3::text[]) AS t(i, m, l) ON CONFLICT DO NOTHING`,
			instances, instanceMerchants, instanceLines); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO order_line (merchant_id, line_id, order_id, order_type, mode, product_id, sku_code, buyer_id, entity, placed_at, known_at,
			currency, gross, tax, customer_wht, terms, supervised, hash, recorded_at)
		SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]), unnest($7::text[]), unnest($8::text[]),
			unnest($9::text[]), unnest($10::timestamptz[]), unnest($11::timestamptz[]), unnest($12::text[]), unnest($13::text[])::numeric, unnest($14::text[])::numeric,
			unnest($15::text[])::numeric, unnest($16::jsonb[]), unnest($17::bool[]), unnest($18::bytea[]), $19::timestamptz`,
		merchant, id, order, typ, mode, product, sku, buyer, entity, placed, known, currency, gross, tax, wht, terms, supervised, hash, tx.Now)
	return err
}

func (r *rows) insertEvents(ctx context.Context, tx *pg.Tx) error {
	if len(r.events) == 0 {
		return nil
	}
	n := len(r.events)
	s := func() []string { return make([]string, n) }
	merchant, line, kind, fact := s(), s(), s(), s()
	at, known := make([]time.Time, n), make([]time.Time, n)
	detail, hash := make([][]byte, n), make([][]byte, n)
	for i := range r.events {
		e := &r.events[i]
		merchant[i], line[i], kind[i], fact[i], at[i], known[i] = e.merchant, e.Line, e.Kind, e.FactID, e.At, e.KnownAt
		detail[i], hash[i] = e.Payment.json(), e.hash
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO line_event (merchant_id, line_id, kind, fact_id, at, known_at, detail, hash, recorded_at)
		SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::timestamptz[]), unnest($6::timestamptz[]), unnest($7::jsonb[]),
			unnest($8::bytea[]), $9::timestamptz`,
		merchant, line, kind, fact, at, known, detail, hash, tx.Now)
	return err
}

func (r *rows) insertRefunds(ctx context.Context, tx *pg.Tx) error {
	if len(r.refunds) == 0 {
		return nil
	}
	n := len(r.refunds)
	s := func() []string { return make([]string, n) }
	merchant, id, line, gross, rule := s(), s(), s(), s(), s()
	at, known, hash := make([]time.Time, n), make([]time.Time, n), make([][]byte, n)
	for i := range r.refunds {
		x := &r.refunds[i]
		merchant[i], id[i], line[i], gross[i], rule[i] = x.merchant, x.ID, x.Line, money.Exact(x.Gross), x.Rule
		at[i], known[i], hash[i] = x.At, x.KnownAt, x.hash
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO refund (merchant_id, refund_id, line_id, gross, rule, at, known_at, hash, recorded_at)
		SELECT *, $9::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]::numeric[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bytea[])`,
		merchant, id, line, gross, rule, at, known, hash, tx.Now)
	return err
}

func (r *rows) insertEarned(ctx context.Context, tx *pg.Tx) error {
	if len(r.earned) == 0 {
		return nil
	}
	n := len(r.earned)
	s := func() []string { return make([]string, n) }
	merchant, id, kind, order, entity, currency, product, pair, note := s(), s(), s(), s(), s(), s(), s(), s(), s()
	gross, tax, wht, base, rate, fee, share, seller, settlement := s(), s(), s(), s(), s(), s(), s(), s(), s()
	cycle, at, known, taxes := make([]time.Time, n), make([]time.Time, n), make([]time.Time, n), make([][]byte, n)
	for i := range r.earned {
		e := &r.earned[i]
		merchant[i], id[i], kind[i], order[i], entity[i], currency[i] = e.Merchant, e.ID, e.Kind, e.OrderLine, e.Entity, string(e.Currency)
		product[i], pair[i], note[i] = e.Product, e.PairOf, e.Note
		gross[i], tax[i], wht[i], base[i], rate[i] = money.Exact(e.Gross), money.Exact(e.Tax), money.Exact(e.CustomerWHT), money.Exact(e.Base), money.Exact(e.FeeRate)
		fee[i], share[i], seller[i], settlement[i] = money.Exact(e.Fee), money.Exact(e.Share), money.Exact(e.SellerTax), money.Exact(e.Settlement)
		cycle[i], at[i], known[i] = e.Cycle.FirstDay(), e.EarnedAt, e.KnownAt
		if len(e.SellerTaxes) > 0 {
			raw, err := json.Marshal(e.SellerTaxes)
			if err != nil {
				return err
			}
			taxes[i] = raw
		}
	}
	tag, err := tx.Exec(ctx, `
		INSERT INTO earned_line (merchant_id, line_id, kind, order_line_id, entity, currency, cycle, gross, tax, customer_wht, base, fee_rate, fee, share,
			seller_tax, settlement, seller_taxes, product_id, pair_of, note, earned_at, known_at, recorded_at)
		SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]), unnest($7::date[]),
			unnest($8::text[])::numeric, unnest($9::text[])::numeric, unnest($10::text[])::numeric, unnest($11::text[])::numeric, unnest($12::text[])::numeric,
			unnest($13::text[])::numeric, unnest($14::text[])::numeric, unnest($15::text[])::numeric, unnest($16::text[])::numeric, unnest($17::jsonb[]), unnest($18::text[]),
			nullif(unnest($19::text[]), ''), nullif(unnest($20::text[]), ''), unnest($21::timestamptz[]), unnest($22::timestamptz[]), $23::timestamptz
		ON CONFLICT (merchant_id, line_id) DO NOTHING`,
		merchant, id, kind, order, entity, currency, cycle, gross, tax, wht, base, rate, fee, share, seller, settlement, taxes, product, pair, note, at, known, tx.Now)
	if err != nil || tag.RowsAffected() == int64(n) {
		return err
	}
	return clash(ctx, tx, merchant, id, kind)
}

// clash finds a line whose id stands already for something of another kind: a refund that bears the id of an order line, say. Keeping one of them
// silently would lose the other.
func clash(ctx context.Context, tx *pg.Tx, merchant, id, kind []string) error {
	var line, was string
	err := tx.QueryRow(ctx, `
		SELECT e.line_id, e.kind FROM earned_line e JOIN unnest($1::text[], $2::text[], $3::text[]) AS w(m, id, k) ON e.merchant_id = w.m AND e.line_id = w.id
		WHERE e.kind <> w.k LIMIT 1`, merchant, id, kind).Scan(&line, &was)
	return noneOrChanged(err, was, line)
}

func (r *rows) insertMovements(ctx context.Context, tx *pg.Tx) error {
	if len(r.movements) == 0 {
		return nil
	}
	n := len(r.movements)
	s := func() []string { return make([]string, n) }
	buyer, collector, id, kind, currency, amount := s(), s(), s(), s(), s(), s()
	cycle, at, known, hash := make([]time.Time, n), make([]time.Time, n), make([]time.Time, n), make([][]byte, n)
	for i := range r.movements {
		m := &r.movements[i]
		buyer[i], collector[i], id[i], kind[i], currency[i], amount[i] = m.Buyer, m.Collector, m.ID, m.Kind, string(m.Currency), money.Exact(m.Amount)
		cycle[i], at[i], known[i], hash[i] = m.Cycle.FirstDay(), m.At, m.KnownAt, m.hash
		if hash[i] == nil {
			hash[i] = []byte{}
		}
	}
	var changed string
	err := tx.QueryRow(ctx, `
		WITH input AS (
			SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[]::numeric[], $8::timestamptz[], $9::timestamptz[], $10::bytea[])
				AS t(buyer_id, collector, cycle, movement_id, kind, currency, amount, at, known_at, hash)
		), new AS (
			INSERT INTO credit_movement (buyer_id, collector, cycle, movement_id, kind, currency, amount, at, known_at, hash, recorded_at)
			SELECT *, $11 FROM input ON CONFLICT (movement_id) DO NOTHING
		)
		SELECT i.movement_id FROM input i JOIN credit_movement m USING (movement_id) WHERE m.hash <> i.hash LIMIT 1`,
		buyer, collector, cycle, id, kind, currency, amount, at, known, hash, tx.Now).Scan(&changed)
	return noneOrChanged(err, "credit", changed)
}

// noneOrChanged turns "a row with other content was there" into its fault.
func noneOrChanged(err error, kind, id string) error {
	if err == pgx.ErrNoRows { //nolint:errorlint // pgx returns it bare
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "FEED-CHANGED", "", fault.Args{"kind": kind, "id": id})
}

func (r *rows) insertTimers(ctx context.Context, tx *pg.Tx) error {
	if len(r.timers) == 0 {
		return nil
	}
	merchant, line, due := make([]string, len(r.timers)), make([]string, len(r.timers)), make([]time.Time, len(r.timers))
	for i, t := range r.timers {
		merchant[i], line[i], due[i] = t.merchant, t.line, t.due
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO line_timer (merchant_id, line_id, kind, due_at) SELECT m, l, 'earn', d FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS t(m, l, d)
		ON CONFLICT (merchant_id, line_id, kind) DO UPDATE SET due_at = excluded.due_at`, merchant, line, due)
	return err
}
