package ledger

import (
	"bytes"
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// standing is an entry as this transaction may see it, with the hash of all of it.
type standing struct {
	Entry
	sum []byte
}

// whole tells whether nothing of the entry is hidden from this transaction.
func (s *standing) whole() bool { return bytes.Equal(s.sum, s.hash()) }

func selectEntries(ctx context.Context, tx *pg.Tx, what []Reversal) (map[string]standing, error) {
	var merchants, keys []string
	for _, w := range what {
		merchants, keys = append(merchants, w.Merchant), append(keys, w.Key)
	}
	rows, err := tx.Query(ctx, `
		SELECT e.merchant_id, e.key, e.kind, e.book, e.occurred_at, e.period, coalesce(e.reverses, ''), lk.hash, t.book, t.currency, t.debit, t.credit, t.amount::text, coalesce(t.rate, '')
		FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS t(m, k)) AS w
		JOIN ledger_key lk ON lk.merchant_id = w.m AND lk.key = w.k
		JOIN ledger_entry e ON e.merchant_id = lk.merchant_id AND e.entry_id = lk.entry_id
		LEFT JOIN ledger_transfer t ON t.merchant_id = e.merchant_id AND t.entry_id = e.entry_id
		ORDER BY e.merchant_id, e.entry_id, t.n`, merchants, keys)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]standing{}
	for rows.Next() {
		var e standing
		var p time.Time
		var book, cur, debit, credit, amount, rate *string
		if err := rows.Scan(&e.Merchant, &e.Key, &e.Kind, &e.Book, &e.OccurredAt, &p, &e.Reverses, &e.sum, &book, &cur, &debit, &credit, &amount, &rate); err != nil {
			return nil, err
		}
		id := e.Merchant + "\x00" + e.Key
		if old, ok := out[id]; ok {
			e = old
		}
		e.Period = period.MonthOfDay(p)
		if book != nil {
			v, err := decimal.NewFromString(*amount)
			if err != nil {
				return nil, err
			}
			e.Transfers = append(e.Transfers, Transfer{*book, money.Currency(*cur), Account(*debit), Account(*credit), v, *rate})
		}
		out[id] = e
	}
	return out, rows.Err()
}

// where limits a query over e (ledger_entry) to what an AsOf remembers; its three arguments come first. The sequence is named
// only where it is asked for: a merchant may read its accounts, but not the order in which all merchants' entries were sealed.
func (a AsOf) where() string {
	sealed := `$2::bigint IS NULL`
	if a.Sequence > 0 {
		sealed = `EXISTS (SELECT 1 FROM ledger_sequence s WHERE s.entry_id = e.entry_id AND s.seq <= $2::bigint)`
	}
	return ` ($1::timestamptz IS NULL OR e.occurred_at <= $1) AND ` + sealed + ` AND ($3::date IS NULL OR e.period <= $3) `
}

func (a AsOf) args() []any {
	var at *time.Time
	var seq *int64
	var month *time.Time
	if !a.Occurred.IsZero() {
		at = &a.Occurred
	}
	if a.Sequence > 0 {
		seq = &a.Sequence
	}
	if !a.Period.IsZero() {
		d := a.Period.FirstDay()
		month = &d
	}
	return []any{at, seq, month}
}

func selectTrialBalance(ctx context.Context, tx *pg.Tx, as AsOf, books []string) ([]Balance, error) {
	rows, err := tx.Query(ctx, `
		WITH side AS (
			SELECT t.book, t.currency, t.debit AS account, t.merchant_id, t.amount AS d, 0::numeric AS c
			FROM ledger_transfer t JOIN ledger_entry e USING (merchant_id, entry_id) WHERE `+as.where()+` AND ($4::text[] IS NULL OR t.book = ANY($4))
			UNION ALL
			SELECT t.book, t.currency, t.credit, t.merchant_id, 0, t.amount
			FROM ledger_transfer t JOIN ledger_entry e USING (merchant_id, entry_id) WHERE `+as.where()+` AND ($4::text[] IS NULL OR t.book = ANY($4))
		)
		SELECT book, currency, account, CASE WHEN account = ANY($5) THEN merchant_id ELSE '' END AS party, sum(d)::text, sum(c)::text
		FROM side GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`, append(as.args(), books, ownAccounts())...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Balance
	for rows.Next() {
		var b Balance
		var d, c string
		if err := rows.Scan(&b.Book, &b.Currency, &b.Account, &b.Merchant, &d, &c); err != nil {
			return nil, err
		}
		b.Debit, b.Credit = money.MustParse(d), money.MustParse(c)
		out = append(out, b)
	}
	return out, rows.Err()
}

func selectHeld(ctx context.Context, tx *pg.Tx, as AsOf, book string, account Account, merchants []string) ([]Balance, error) {
	rows, err := tx.Query(ctx, `
		SELECT x.merchant_id, x.currency, sum(x.d)::text, sum(x.c)::text FROM (
			SELECT t.merchant_id, t.entry_id, t.currency, t.amount AS d, 0::numeric AS c FROM ledger_transfer t
			WHERE t.book = $4 AND t.debit = $5 AND t.merchant_id IN (SELECT unnest($6::text[]))
			UNION ALL
			SELECT t.merchant_id, t.entry_id, t.currency, 0, t.amount FROM ledger_transfer t
			WHERE t.book = $4 AND t.credit = $5 AND t.merchant_id IN (SELECT unnest($6::text[]))
		) x JOIN ledger_entry e USING (merchant_id, entry_id)
		WHERE `+as.where()+` GROUP BY 1, 2 ORDER BY 1, 2`, append(as.args(), book, string(account), merchants)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Balance, error) {
		b := Balance{Book: book, Account: account}
		var d, c string
		err := row.Scan(&b.Merchant, &b.Currency, &d, &c)
		if err == nil {
			b.Debit, b.Credit = money.MustParse(d), money.MustParse(c)
		}
		return b, err
	})
}

func selectAccount(ctx context.Context, tx *pg.Tx, as AsOf, q AccountQuery) ([]Line, error) {
	rows, err := tx.Query(ctx, `
		SELECT e.merchant_id, e.key, e.kind, e.occurred_at, e.recorded_at, e.period, x.other, x.signed::text FROM (
			SELECT t.merchant_id, t.entry_id, t.n, t.credit AS other, t.amount AS signed FROM ledger_transfer t
			WHERE t.book = $4 AND t.debit = $5 AND t.currency = $6 AND ($7 = '' OR t.merchant_id = $7)
			UNION ALL
			SELECT t.merchant_id, t.entry_id, t.n, t.debit, -t.amount FROM ledger_transfer t
			WHERE t.book = $4 AND t.credit = $5 AND t.currency = $6 AND ($7 = '' OR t.merchant_id = $7)
		) x JOIN ledger_entry e USING (merchant_id, entry_id)
		WHERE `+as.where()+` AND ($8::date IS NULL OR e.period >= $8)
		ORDER BY e.occurred_at, e.entry_id, x.n LIMIT $9`,
		append(as.args(), q.Book, string(q.Account), string(q.Currency), q.Merchant, q.fromDate(), q.limit())...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Line
	for rows.Next() {
		var l Line
		var p time.Time
		var v string
		if err := rows.Scan(&l.Merchant, &l.Key, &l.Kind, &l.OccurredAt, &l.RecordedAt, &p, &l.Other, &v); err != nil {
			return nil, err
		}
		l.Period, l.Amount = period.MonthOfDay(p), money.MustParse(v)
		out = append(out, l)
	}
	return out, rows.Err()
}

func selectSequence(ctx context.Context, tx *pg.Tx) (int64, error) {
	var n int64
	err := tx.QueryRow(ctx, `SELECT coalesce(max(last_seq), 0) FROM ledger_seal`).Scan(&n)
	return n, err
}

// seal numbers what is committed and not numbered yet, and chains one hash over it. The horizon is the oldest transaction
// that was still running: whatever commits later has that number or a higher one, so older rows need no second look.
func sealOnce(ctx context.Context, tx *pg.Tx) (int64, error) {
	var locked bool
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtext('ledger_seal'))`).Scan(&locked); err != nil || !locked {
		return 0, err
	}
	var n int64
	err := tx.QueryRow(ctx, `
		WITH last AS (
			SELECT coalesce(max(batch), 0) AS batch, coalesce(max(last_seq), 0) AS top,
				-- a restored database may run with younger transaction numbers than the seal remembers: then look at everything
				CASE WHEN max(horizon::text::numeric) > pg_current_xact_id()::text::numeric THEN '0'::xid8 ELSE coalesce(max(horizon::text::numeric), 0)::text::xid8 END AS horizon,
				coalesce((SELECT hash FROM ledger_seal ORDER BY batch DESC LIMIT 1), '\x00'::bytea) AS hash
			FROM ledger_seal
		), fresh AS (
			SELECT e.merchant_id, e.entry_id, ledger_leaf(e) AS leaf, last.top + row_number() OVER (ORDER BY e.entry_id) AS seq
			FROM last CROSS JOIN ledger_entry e
			WHERE e.xact >= last.horizon AND NOT EXISTS (SELECT 1 FROM ledger_sequence s WHERE s.entry_id = e.entry_id)
		), numbered AS (
			INSERT INTO ledger_sequence (seq, merchant_id, entry_id) SELECT seq, merchant_id, entry_id FROM fresh
		), sealed AS (
			INSERT INTO ledger_seal (batch, first_seq, last_seq, prev_hash, hash, horizon, sealed_at)
			SELECT max(last.batch) + 1, min(seq), max(seq), (array_agg(last.hash))[1],
				sha256((array_agg(last.hash))[1] || string_agg(leaf, ''::bytea ORDER BY seq)), pg_snapshot_xmin(pg_current_snapshot()), $1
			FROM fresh CROSS JOIN last HAVING count(*) > 0
		) SELECT count(*) FROM fresh`, tx.Now).Scan(&n)
	return n, err
}

func verifyChain(ctx context.Context, tx *pg.Tx) (bad int64, sealed int64, err error) {
	// Every batch's hash is computed again from the rows that stand there now; the first that differs is named.
	err = tx.QueryRow(ctx, `
		WITH leaf AS (
			SELECT s.seq, ledger_leaf(e) AS leaf FROM ledger_sequence s JOIN ledger_entry e USING (merchant_id, entry_id)
		), again AS (
			SELECT b.batch, b.hash, b.prev_hash, lag(b.hash, 1, '\x00'::bytea) OVER (ORDER BY b.batch) AS before,
				b.last_seq - b.first_seq + 1 AS want, lag(b.last_seq, 1, 0::bigint) OVER (ORDER BY b.batch) + 1 AS first, b.first_seq,
				x.n, sha256(b.prev_hash || x.leaves) AS now
			FROM ledger_seal b LEFT JOIN LATERAL (
				SELECT count(*) AS n, string_agg(leaf, ''::bytea ORDER BY seq) AS leaves FROM leaf WHERE leaf.seq BETWEEN b.first_seq AND b.last_seq
			) x ON true
		)
		SELECT coalesce(min(batch) FILTER (WHERE now IS DISTINCT FROM hash OR prev_hash <> before OR n <> want OR first <> first_seq), 0), coalesce(max(first_seq + want - 1), 0)
		FROM again`).Scan(&bad, &sealed)
	return bad, sealed, err
}

// findings are the questions that a sound ledger answers with no row; each row names one difference.
var findings = []struct{ name, sql string }{
	{"an entry without its key", `SELECT e.key FROM ledger_entry e LEFT JOIN ledger_key k ON k.merchant_id = e.merchant_id AND k.key = e.key AND k.entry_id = e.entry_id WHERE k.key IS NULL LIMIT 1`},
	{"a key without its entry", `SELECT k.key FROM ledger_key k LEFT JOIN ledger_entry e USING (merchant_id, entry_id) WHERE e.key IS NULL LIMIT 1`},
	{"a transfer without its entry", `SELECT t.entry_id::text FROM ledger_transfer t LEFT JOIN ledger_entry e USING (merchant_id, entry_id) WHERE e.key IS NULL LIMIT 1`},
	{"a transfer outside its entry's month", `SELECT e.key FROM ledger_transfer t JOIN ledger_entry e USING (merchant_id, entry_id) WHERE t.period <> e.period LIMIT 1`},
	{"a number outside every seal", `SELECT s.seq::text FROM ledger_sequence s WHERE NOT EXISTS (SELECT 1 FROM ledger_seal b WHERE s.seq BETWEEN b.first_seq AND b.last_seq) ORDER BY 1 LIMIT 1`},
	{"an entry the sealer never saw", `
		WITH last AS (SELECT horizon FROM ledger_seal ORDER BY batch DESC LIMIT 1)
		SELECT e.key FROM last JOIN ledger_entry e ON e.xact < last.horizon AND last.horizon <= pg_snapshot_xmax(pg_current_snapshot())
		WHERE NOT EXISTS (SELECT 1 FROM ledger_sequence s WHERE s.entry_id = e.entry_id) LIMIT 1`},
	{"a reversal of nothing", `SELECT e.key FROM ledger_entry e LEFT JOIN ledger_key k ON k.merchant_id = e.merchant_id AND k.key = e.reverses WHERE e.reverses IS NOT NULL AND k.key IS NULL LIMIT 1`},
	{"a due-to without its mirror", `
		WITH side AS (
			SELECT merchant_id, entry_id, currency, book, credit AS account, amount FROM ledger_transfer WHERE credit LIKE 'due\_%'
			UNION ALL SELECT merchant_id, entry_id, currency, book, debit, -amount FROM ledger_transfer WHERE debit LIKE 'due\_%'
		), pair AS (
			SELECT merchant_id, entry_id, currency, CASE WHEN account LIKE 'due\_to:%' THEN book || '>' || split_part(account, ':', 2) ELSE split_part(account, ':', 2) || '>' || book END AS p, sum(amount) AS v
			FROM side GROUP BY 1, 2, 3, 4
		) SELECT p || ' in entry ' || entry_id FROM pair WHERE v <> 0 LIMIT 1`},
	{"an FX amount that its rate does not give", `
		WITH leg AS (
			SELECT t.merchant_id, t.entry_id, t.book, t.rate, t.currency, split_part(t.rate, '/', 1) AS base,
				CASE WHEN t.rate ~ '^[A-Z]{3}/[A-Z]{3}@[^=]*=[0-9]+([.][0-9]+)?$' THEN split_part(t.rate, '=', 2)::numeric END AS r, -- null: nobody can read it
				CASE WHEN t.credit = 'fx_clearing' THEN t.amount ELSE -t.amount END AS v
			FROM ledger_transfer t WHERE t.debit = 'fx_clearing' OR t.credit = 'fx_clearing'
		), both_legs AS (
			SELECT merchant_id, entry_id, book, rate, max(r) AS r, sum(v) FILTER (WHERE currency = base) AS sold, sum(v) FILTER (WHERE currency <> base) AS paid FROM leg GROUP BY 1, 2, 3, 4
		) SELECT 'entry ' || entry_id || ' rate ' || coalesce(rate, '') FROM both_legs WHERE round(coalesce(sold, 0) * r, 8) + coalesce(paid, 0) IS DISTINCT FROM 0 LIMIT 1`},
}

func firstFinding(ctx context.Context, tx *pg.Tx, sql string) (string, error) {
	var what string
	err := tx.QueryRow(ctx, sql).Scan(&what)
	if err == pgx.ErrNoRows { //nolint:errorlint // pgx returns it bare
		return "", nil
	}
	return what, err
}

func countUnsealed(ctx context.Context, tx *pg.Tx) (n int64, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM ledger_entry e WHERE NOT EXISTS (SELECT 1 FROM ledger_sequence s WHERE s.entry_id = e.entry_id)`).Scan(&n)
	return n, err
}
