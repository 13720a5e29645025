package orders

import (
	"context"
	"encoding/json"
	"time"

	"suanpan/internal/pg"
	"suanpan/money"
)

func (r *rows) insertProducts(ctx context.Context, tx *pg.Tx) error {
	if len(r.products) == 0 {
		return nil
	}
	var merchants, ids, names, feeM, feeP, policy, rate, source, ratM, ratP []string
	var hashes, ratings [][]byte
	var feeFrom, ratFrom []time.Time
	at := map[string]int{} // the same product twice in a file: the later record names it
	for _, p := range r.products {
		k := p.Merchant + "\x00" + p.Product
		if i, twice := at[k]; twice {
			names[i], hashes[i] = p.Name, p.hash
		} else {
			at[k] = len(ids)
			merchants, ids, names, hashes = append(merchants, p.Merchant), append(ids, p.Product), append(names, p.Name), append(hashes, p.hash)
		}
		for _, f := range p.Fees {
			feeM, feeP, feeFrom = append(feeM, p.Merchant), append(feeP, p.Product), append(feeFrom, f.from)
			policy, rate, source = append(policy, f.Policy), append(rate, money.Exact(f.rate)), append(source, f.Source)
		}
		if p.rating != nil {
			raw, err := json.Marshal(p.rating)
			if err != nil {
				return err
			}
			ratM, ratP, ratFrom, ratings = append(ratM, p.Merchant), append(ratP, p.Product), append(ratFrom, p.ratingFrom), append(ratings, raw)
		}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO product (merchant_id, product_id, name, hash, recorded_at) SELECT *, $5::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[])
		ON CONFLICT (merchant_id, product_id) DO UPDATE SET name = excluded.name, hash = excluded.hash`, merchants, ids, names, hashes, tx.Now); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO product_fee (merchant_id, product_id, valid_from, policy, rate, source, recorded_at)
		SELECT *, $7::timestamptz FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[]::numeric[], $6::text[])
		ON CONFLICT (merchant_id, product_id, valid_from) DO NOTHING`, feeM, feeP, feeFrom, policy, rate, source, tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO product_rating (merchant_id, product_id, valid_from, rating, recorded_at) SELECT *, $5::timestamptz FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[])
		ON CONFLICT (merchant_id, product_id, valid_from) DO NOTHING`, ratM, ratP, ratFrom, ratings, tx.Now)
	return err
}

func (r *rows) insertUsageLines(ctx context.Context, tx *pg.Tx) error {
	for _, u := range r.usageLines {
		if _, err := tx.Exec(ctx, `
			INSERT INTO usage_line (merchant_id, line_id, order_line_id, cycle, heard, quantity, gross, tax, customer_wht, known_at, hash, recorded_at)
			VALUES ($1, $2, $3, $4, $5, $6::text::numeric, $7::text::numeric, $8::text::numeric, $9::text::numeric, $10, $11, $12) ON CONFLICT (merchant_id, line_id) DO NOTHING`,
			u.Merchant, u.ID, u.OrderLine, u.Cycle.FirstDay(), u.Heard.FirstDay(), money.Exact(u.Quantity), money.Exact(u.Gross), money.Exact(u.Tax),
			money.Exact(u.CustomerWHT), u.KnownAt, u.hash, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) insertAdjustments(ctx context.Context, tx *pg.Tx) error {
	if len(r.adjustments) == 0 {
		return nil
	}
	n := len(r.adjustments)
	s := func() []string { return make([]string, n) }
	merchant, id, entity, currency, amount, reason, document := s(), s(), s(), s(), s(), s(), s()
	at, known, hash := make([]time.Time, n), make([]time.Time, n), make([][]byte, n)
	for i, a := range r.adjustments {
		merchant[i], id[i], entity[i], currency[i], amount[i], reason[i], document[i] = a.Merchant, a.ID, a.Entity, a.Currency, money.Exact(a.amount), a.Reason, a.Document
		at[i], known[i], hash[i] = a.at, a.knownAt, a.hash
	}
	var changed string
	err := tx.QueryRow(ctx, `
		WITH input AS (
			SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]::numeric[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::bytea[])
				AS t(merchant_id, adjustment_id, entity, currency, amount, reason, document, at, known_at, hash)
		), new AS (INSERT INTO adjustment SELECT *, $11 FROM input ON CONFLICT DO NOTHING)
		SELECT adjustment_id FROM input i JOIN adjustment a USING (merchant_id, adjustment_id) WHERE a.hash <> i.hash LIMIT 1`,
		merchant, id, entity, currency, amount, reason, document, at, known, hash, tx.Now).Scan(&changed)
	return noneOrChanged(err, adjustmentKind.name, changed)
}

func (r *rows) insertPayouts(ctx context.Context, tx *pg.Tx) error {
	for _, p := range r.payouts {
		var changed string
		err := tx.QueryRow(ctx, `
			WITH new AS (
				INSERT INTO payout (merchant_id, payout_id, entity, currency, cycle, amount, at, known_at, hash, recorded_at)
				VALUES ($1, $2, $3, $4, $5, $6::text::numeric, $7, $8, $9, $10) ON CONFLICT DO NOTHING
			) SELECT payout_id FROM payout WHERE merchant_id = $1 AND payout_id = $2 AND hash <> $9`,
			p.Merchant, p.ID, p.Entity, p.Currency, p.cycle.FirstDay(), money.Exact(p.amount), p.at, p.knownAt, p.hash, tx.Now).Scan(&changed)
		if err := noneOrChanged(err, payoutKind.name, changed); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) insertMerchantPayments(ctx context.Context, tx *pg.Tx) error {
	if len(r.merchantPayments) == 0 {
		return nil
	}
	n := len(r.merchantPayments)
	s := func() []string { return make([]string, n) }
	merchant, id, entity, currency, purpose, amount := s(), s(), s(), s(), s(), s()
	at, known, hash := make([]time.Time, n), make([]time.Time, n), make([][]byte, n)
	for i, p := range r.merchantPayments {
		merchant[i], id[i], entity[i], currency[i], purpose[i], amount[i] = p.Merchant, p.ID, p.Entity, p.Currency, p.Purpose, money.Exact(p.amount)
		at[i], known[i], hash[i] = p.at, p.knownAt, p.hash
	}
	var changed string
	err := tx.QueryRow(ctx, `
		WITH input AS (
			SELECT unnest($1::text[]) AS merchant_id, unnest($2::text[]) AS payment_id, unnest($3::text[]) AS entity, unnest($4::text[]) AS currency, unnest($5::text[]) AS purpose,
				unnest($6::text[])::numeric AS amount, unnest($7::timestamptz[]) AS at, unnest($8::timestamptz[]) AS known_at, unnest($9::bytea[]) AS hash
		), new AS (INSERT INTO merchant_payment SELECT *, $10 FROM input ON CONFLICT DO NOTHING)
		SELECT payment_id FROM input i JOIN merchant_payment p USING (merchant_id, payment_id) WHERE p.hash <> i.hash LIMIT 1`,
		merchant, id, entity, currency, purpose, amount, at, known, hash, tx.Now).Scan(&changed)
	return noneOrChanged(err, merchantPaymentKind.name, changed)
}

func (r *rows) insertOpenings(ctx context.Context, tx *pg.Tx) error {
	for _, o := range r.openings {
		var changed string
		err := tx.QueryRow(ctx, `
			WITH new AS (INSERT INTO opening (entity, opening_id, merchant_id, hash, recorded_at, account, currency, amount) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::numeric) ON CONFLICT DO NOTHING)
			SELECT opening_id FROM opening WHERE entity = $1 AND opening_id = $2 AND merchant_id = $3 AND hash <> $4`, o.Entity, o.ID, o.owner, o.hash, tx.Now, o.Account, o.Currency, money.Exact(o.signed())).Scan(&changed)
		if err := noneOrChanged(err, openingKind.name, changed); err != nil {
			return err
		}
	}
	return nil
}
