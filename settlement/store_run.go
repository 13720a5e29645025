package settlement

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// beginRun notes that a run was begun, once, and gives the cutoff of one whose preparation was done.
func beginRun(ctx context.Context, tx *pg.Tx, r *run, user string) (*time.Time, error) {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtext('settlement_run/' || $1))`, r.entity); err != nil {
		return nil, err
	}
	var cutoff *time.Time
	err := tx.QueryRow(ctx, `
		INSERT INTO settlement_run (entity, month, run_day, instant, started_at, started_by) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (entity, month) DO UPDATE SET started_by = settlement_run.started_by RETURNING cutoff_at`,
		r.entity, r.month.FirstDay(), r.result.RunDay.UTC(), r.result.Instant, tx.Now, user).Scan(&cutoff)
	return cutoff, err
}

func setCutoff(ctx context.Context, tx *pg.Tx, entity string, m period.Month) error {
	_, err := tx.Exec(ctx, `UPDATE settlement_run SET cutoff_at = $3 WHERE entity = $1 AND month = $2`, entity, m.FirstDay(), tx.Now)
	return err
}

func finishRun(ctx context.Context, tx *pg.Tx, entity string, m period.Month) error {
	_, err := tx.Exec(ctx, `UPDATE settlement_run SET finished_at = coalesce(finished_at, $3) WHERE entity = $1 AND month = $2`, entity, m.FirstDay(), tx.Now)
	return err
}

// eligibleSQL are the lines a run takes: earned by the month's end, known before the run instant, on no bill, not held at the month's end,
// and not waiting for the full refund that is to stand beside them. $1 entity, $2 month, $3 instant, $4 cutoff, $5 month's end.
const eligibleSQL = `
	e.entity = $1 AND e.cycle <= $2 AND e.known_at < $3 AND e.recorded_at <= $4
	AND NOT EXISTS (SELECT 1 FROM bill_line b WHERE b.merchant_id = e.merchant_id AND b.line_id = e.line_id)
	AND NOT EXISTS (SELECT 1 FROM line_hold h WHERE h.merchant_id = e.merchant_id AND h.line_id = e.order_line_id AND h.since < $5 AND (h.until IS NULL OR h.until >= $5))
	AND NOT (e.kind = 'order' AND EXISTS (SELECT 1 FROM earned_line p WHERE p.merchant_id = e.merchant_id AND p.pair_of = e.line_id AND p.cycle > $2 AND p.known_at < $3))`

func (r *run) eligibleArgs() []any {
	return []any{r.entity, r.month.FirstDay(), r.result.Instant, r.cutoff, r.month.End(r.zone)}
}

// selectRunMerchants lists who ever earned something from the entity, hopping from merchant to merchant in the index. Which of their lines are
// eligible is asked once, when they are picked.
func selectRunMerchants(ctx context.Context, tx *pg.Tx, r *run) ([]string, error) {
	rows, err := tx.Query(ctx, `
		WITH RECURSIVE hop AS (
			(SELECT merchant_id FROM earned_line WHERE entity = $1 ORDER BY merchant_id LIMIT 1)
			UNION ALL
			SELECT (SELECT e.merchant_id FROM earned_line e WHERE e.entity = $1 AND e.merchant_id > hop.merchant_id ORDER BY e.merchant_id LIMIT 1)
			FROM hop WHERE hop.merchant_id IS NOT NULL
		) SELECT merchant_id FROM hop WHERE merchant_id IS NOT NULL ORDER BY 1`, r.entity)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func selectSaleCurrencies(ctx context.Context, tx *pg.Tx, entity string) ([]money.Currency, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT currency FROM earned_line WHERE entity = $1 ORDER BY 1`, entity)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[money.Currency])
}

// pickSQL links the eligible lines of some payees to their bills and gives the sums of each bill and sale currency. It is the bill run: one pass
// over the lines, whatever their number.
const pickSQL = `
WITH payee AS MATERIALIZED (
	SELECT * FROM unnest($6::text[], $7::text[], $8::text[]) AS t(merchant_id, sale, payout)
), picked AS MATERIALIZED (
	SELECT e.merchant_id, e.line_id, p.payout, e.currency, e.gross, e.tax, e.customer_wht, e.fee, e.share, e.seller_tax, e.seller_taxes, e.settlement
	FROM payee p JOIN earned_line e ON e.merchant_id = p.merchant_id AND e.currency = p.sale
	WHERE e.merchant_id BETWEEN $9 AND $10 AND ` + eligibleSQL + `
), linked AS (
	INSERT INTO bill_line (merchant_id, line_id, bill_no, currency, fee, amount)
	SELECT merchant_id, line_id, $1 || '-' || to_char($2::date, 'YYYYMM') || '-' || merchant_id || '-' || payout, currency, fee, settlement FROM picked
)
SELECT merchant_id, payout, currency, count(*), sum(gross)::text, sum(tax)::text, sum(customer_wht)::text, sum(fee)::text, sum(share)::text, sum(seller_tax)::text,
	sum(settlement)::text, array_agg(seller_taxes) FILTER (WHERE seller_taxes IS NOT NULL)
FROM picked GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

func pickLines(ctx context.Context, tx *pg.Tx, r *run, payees []payee) ([]Bill, error) {
	var merchants, sales, payouts []string
	rates := map[[3]string]sideRate{}
	for _, p := range payees {
		for _, s := range p.rates {
			merchants, sales, payouts = append(merchants, p.merchant), append(sales, s.sale), append(payouts, p.payout)
			rates[[3]string{p.merchant, p.payout, s.sale}] = s
		}
	}
	// The payees come sorted: their range keeps the scan to their own stretch of the index.
	first, last := payees[0].merchant, payees[len(payees)-1].merchant
	rows, err := tx.Query(ctx, pickSQL, append(r.eligibleArgs(), merchants, sales, payouts, first, last)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var bills []Bill
	for rows.Next() {
		var merchant, payout string
		var s Sale
		var f [7]string
		var taxes [][]byte
		if err := rows.Scan(&merchant, &payout, &s.Currency, &s.Lines, &f[0], &f[1], &f[2], &f[3], &f[4], &f[5], &f[6], &taxes); err != nil {
			return nil, err
		}
		for i, to := range []*decimal.Decimal{&s.Gross, &s.Tax, &s.CustomerWHT, &s.Fee, &s.Share, &s.SellerTax, &s.Settlement} {
			*to = money.MustParse(f[i])
		}
		if s.SellerTaxes, err = sumTaxes(taxes); err != nil {
			return nil, err
		}
		rate := rates[[3]string{merchant, payout, string(s.Currency)}]
		s.Rate, s.RateKey = rate.rate, rate.key
		no := BillNo(r.entity, r.month, merchant, money.Currency(payout))
		if n := len(bills); n > 0 && bills[n-1].No == no {
			bills[n-1].Sales, bills[n-1].Lines = append(bills[n-1].Sales, s), bills[n-1].Lines+s.Lines
			continue
		}
		bills = append(bills, Bill{
			Merchant: merchant, No: no, Attempt: 1, Entity: r.entity, Month: r.month, Currency: money.Currency(payout), Sales: []Sale{s}, Lines: s.Lines,
		})
	}
	return bills, rows.Err()
}

func sumTaxes(list [][]byte) (map[string]decimal.Decimal, error) {
	out := map[string]decimal.Decimal{}
	for _, raw := range list {
		var m map[string]decimal.Decimal
		if err := json.Unmarshal(raw, &m); err != nil {
			return nil, err
		}
		for k, v := range m {
			out[k] = out[k].Add(v)
		}
	}
	return out, nil
}

// fillCarry finds for each bill what the last bill before it, of the same merchant, entity and currency, carried over, and how often the bill
// itself was withdrawn.
func fillCarry(ctx context.Context, tx *pg.Tx, bills []Bill) error {
	var merchants, entities, currencies, nos []string
	var months []time.Time
	by := map[string]*Bill{}
	for i := range bills {
		b := &bills[i]
		merchants, entities, currencies = append(merchants, b.Merchant), append(entities, b.Entity), append(currencies, string(b.Currency))
		nos, months = append(nos, b.No), append(months, b.Month.FirstDay())
		by[b.No] = b
	}
	rows, err := tx.Query(ctx, `
		SELECT w.no, coalesce(p.bill_no, ''), coalesce(p.carry_out, 0)::text, 1 + (SELECT count(*) FROM bill_withdrawn x WHERE x.merchant_id = w.m AND x.bill_no = w.no)
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[]) AS w(m, e, c, no, month)
		LEFT JOIN LATERAL (
			SELECT bill_no, carry_out FROM bill b WHERE b.merchant_id = w.m AND b.entity = w.e AND b.currency = w.c AND b.month < w.month ORDER BY b.month DESC LIMIT 1
		) p ON true`, merchants, entities, currencies, nos, months)
	if err != nil {
		return err
	}
	var no, from, carry string
	var attempt int
	_, err = pgx.ForEachRow(rows, []any{&no, &from, &carry, &attempt}, func() error {
		b := by[no]
		b.CarryIn, b.Attempt = money.MustParse(carry), attempt
		if !b.CarryIn.IsZero() {
			b.CarriedFrom = from
		}
		return nil
	})
	return err
}

// selectIndebted makes bills without lines for the merchants that sold nothing in the month, or in another currency, and whose last bill carried
// a debt out: a debt is not forgotten because nothing is sold any more.
func selectIndebted(ctx context.Context, tx *pg.Tx, r *run, merchants []string, bills []Bill) ([]Bill, error) {
	nos := make([]string, len(bills))
	for i := range bills {
		nos[i] = bills[i].No
	}
	rows, err := tx.Query(ctx, `
		SELECT p.merchant_id, p.currency FROM (
			SELECT DISTINCT ON (merchant_id, currency) merchant_id, currency, month, carry_out FROM bill
			WHERE entity = $1 AND merchant_id IN (SELECT unnest($3::text[])) ORDER BY merchant_id, currency, month DESC
		) p WHERE p.month < $2 AND p.carry_out < 0 ORDER BY 1, 2`, r.entity, r.month.FirstDay(), merchants)
	if err != nil {
		return nil, err
	}
	var merchant string
	var c money.Currency
	var out []Bill
	_, err = pgx.ForEachRow(rows, []any{&merchant, &c}, func() error {
		if no := BillNo(r.entity, r.month, merchant, c); !slices.Contains(nos, no) {
			out = append(out, Bill{Merchant: merchant, No: no, Attempt: 1, Entity: r.entity, Month: r.month, Currency: c})
		}
		return nil
	})
	return out, err
}

func insertBills(ctx context.Context, tx *pg.Tx, bills []Bill) error {
	n := len(bills)
	s := func() []string { return make([]string, n) }
	merchant, no, entity, currency, state, from := s(), s(), s(), s(), s(), s()
	exact, rounded, residue, carryIn, payable, carryOut, deposit, owed := s(), s(), s(), s(), s(), s(), s(), s()
	attempt, lines, month, runDay := make([]int32, n), make([]int32, n), make([]time.Time, n), make([]time.Time, n)
	for i := range bills {
		b := &bills[i]
		merchant[i], no[i], entity[i], currency[i], state[i], from[i] = b.Merchant, b.No, b.Entity, string(b.Currency), string(b.State), b.CarriedFrom
		exact[i], rounded[i], residue[i] = money.Exact(b.Exact), money.Exact(b.Rounded), money.Exact(b.Residue)
		carryIn[i], payable[i], carryOut[i] = money.Exact(b.CarryIn), money.Exact(b.Payable), money.Exact(b.CarryOut)
		deposit[i], owed[i] = money.Exact(b.FromDeposit), money.Exact(b.Receivable)
		attempt[i], lines[i] = int32(b.Attempt), int32(b.Lines) //nolint:gosec // counts of one bill
		month[i], runDay[i] = b.Month.FirstDay(), b.RunDay.UTC()
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO bill (merchant_id, bill_no, attempt, entity, month, currency, state, lines, exact, rounded, residue, carry_in, carried_from, payable, carry_out, from_deposit, to_receivable, run_day, issued_at)
		SELECT m, no, a, e, mo, c, s, l, ex, r, re, ci, nullif(f, ''), p, co, fd, tr, d, $19
		FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::date[], $6::text[], $7::text[], $8::int[], $9::text[]::numeric[], $10::text[]::numeric[], $11::text[]::numeric[],
			$12::text[]::numeric[], $13::text[], $14::text[]::numeric[], $15::text[]::numeric[], $16::text[]::numeric[], $17::text[]::numeric[], $18::date[]) AS t(m, no, a, e, mo, c, s, l, ex, r, re, ci, f, p, co, fd, tr, d)`,
		merchant, no, attempt, entity, month, currency, state, lines, exact, rounded, residue, carryIn, from, payable, carryOut, deposit, owed, runDay, tx.Now); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO bill_event (merchant_id, bill_no, attempt, n, from_state, to_state, who, at)
		SELECT m, no, a, 1, '', s, $5, $6 FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]) AS t(m, no, a, s)`, merchant, no, attempt, state, tx.Actor.User, tx.Now); err != nil {
		return err
	}
	return insertSales(ctx, tx, bills)
}

func insertSales(ctx context.Context, tx *pg.Tx, bills []Bill) error {
	var merchant, no, currency, gross, tax, wht, fee, share, seller, settlement, rate, key, product []string
	var lines []int32
	var taxes [][]byte
	for _, b := range bills {
		for _, x := range b.Sales {
			merchant, no, currency = append(merchant, b.Merchant), append(no, b.No), append(currency, string(x.Currency))
			lines = append(lines, int32(x.Lines)) //nolint:gosec // a count
			gross, tax, wht, fee = append(gross, money.Exact(x.Gross)), append(tax, money.Exact(x.Tax)), append(wht, money.Exact(x.CustomerWHT)), append(fee, money.Exact(x.Fee))
			share, seller, settlement = append(share, money.Exact(x.Share)), append(seller, money.Exact(x.SellerTax)), append(settlement, money.Exact(x.Settlement))
			rate, key, product = append(rate, money.Exact(x.Rate)), append(key, x.RateKey), append(product, money.Exact(x.Product))
			var raw []byte
			if len(x.SellerTaxes) > 0 {
				raw, _ = json.Marshal(x.SellerTaxes) // a map of decimals: cannot fail
			}
			taxes = append(taxes, raw)
		}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO bill_fx (merchant_id, bill_no, sale_currency, lines, gross, tax, customer_wht, fee, share, seller_tax, seller_taxes, settlement, rate, rate_key, product)
		SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[]::numeric[], $6::text[]::numeric[], $7::text[]::numeric[], $8::text[]::numeric[], $9::text[]::numeric[],
			$10::text[]::numeric[], $11::jsonb[], $12::text[]::numeric[], $13::text[]::numeric[], $14::text[], $15::text[]::numeric[])`,
		merchant, no, currency, lines, gross, tax, wht, fee, share, seller, taxes, settlement, rate, key, product)
	return err
}

// tally sums up what stands for the entity's month.
func (r *run) tally(ctx context.Context, tx *pg.Tx) error {
	rows, err := tx.Query(ctx, `
		SELECT currency, count(*), count(DISTINCT merchant_id), sum(lines), count(*) FILTER (WHERE state IN ('CARRIED', 'COLLECTED')), sum(greatest(payable, 0)) FILTER (WHERE state NOT IN ('CARRIED', 'COLLECTED'))::text
		FROM bill WHERE entity = $1 AND month = $2 GROUP BY currency`, r.entity, r.month.FirstDay())
	if err != nil {
		return err
	}
	var c string
	var bills, merchants, lines, carried int
	var amount *string
	r.result.Bills, r.result.Merchants, r.result.Lines, r.result.Carried = 0, 0, 0, 0
	_, err = pgx.ForEachRow(rows, []any{&c, &bills, &merchants, &lines, &carried, &amount}, func() error {
		r.result.Bills, r.result.Merchants, r.result.Lines, r.result.Carried = r.result.Bills+bills, r.result.Merchants+merchants, r.result.Lines+lines, r.result.Carried+carried
		if amount != nil {
			r.result.Amounts[c] = money.MustParse(*amount)
		}
		return nil
	})
	return err
}

// selectIncrements sums, for the run's month, what products under the Chinese incremental policy earned.
func selectIncrements(ctx context.Context, tx *pg.Tx, r *run) ([]productMonth, error) {
	var any bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM product_fee WHERE policy = 'cn_increment')`).Scan(&any); err != nil || !any {
		return nil, err // most installations have none, and need not look at every line for it
	}
	rows, err := tx.Query(ctx, `
		SELECT e.merchant_id, e.product_id, e.currency, e.fee_rate::text, sum(e.gross)::text, sum(e.base)::text, max(e.known_at)
		FROM earned_line e
		WHERE e.entity = $1 AND e.cycle = $2 AND e.known_at < $3 AND e.kind IN ('order', 'refund', 'usage')
		  AND EXISTS (SELECT 1 FROM product_fee f WHERE f.merchant_id = e.merchant_id AND f.product_id = e.product_id AND f.policy = 'cn_increment' AND f.rate = e.fee_rate)
		GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3`, r.entity, r.month.FirstDay(), r.result.Instant)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (productMonth, error) {
		var p productMonth
		var fee, gross, base string
		err := row.Scan(&p.merchant, &p.product, &p.currency, &fee, &gross, &base, &p.known)
		if err == nil {
			p.fee, p.gross, p.base = money.MustParse(fee), money.MustParse(gross), money.MustParse(base)
		}
		return p, err
	})
}
