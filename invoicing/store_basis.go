package invoicing

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// insertBasis keeps what a submission was judged on and what came out, after what is kept of it already.
func insertBasis(ctx context.Context, tx *pg.Tx, merchant string, s Submission, b Basis, v Verdict) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO verdict_input (merchant_id, requisition, submission, n, rules_on, input, result, judged_at)
		SELECT $1, $2, $3, coalesce(max(n), 0) + 1, $4, $5, $6, $7 FROM verdict_input WHERE merchant_id = $1 AND requisition = $2 AND submission = $3`,
		merchant, s.Requisition, s.No, dayOrNil(b.RulesOn), b, ResultOf(v), tx.Now)
	return err
}

func dayOrNil(d period.Day) *string {
	if d.IsZero() {
		return nil
	}
	s := d.String()
	return &s
}

// Judged is one verdict that was given, with everything it was given on.
type Judged struct {
	Merchant    string
	Requisition string
	Submission  int
	N           int // 1 as received, 2 after finance took a late one
	Input       Input
	Result      Result
}

// eachJudged reads verdicts as they were given, in the order of merchant, requisition and time, one after the other: history is long.
func eachJudged(ctx context.Context, tx *pg.Tx, f Past, fn func(Judged) error) error {
	month := ""
	if !f.Period.IsZero() {
		month = f.Period.String()
	}
	rows, err := tx.Query(ctx, `
		SELECT v.merchant_id, v.requisition, v.submission, v.n, v.input, v.result,
			(SELECT coalesce(jsonb_agg(jsonb_build_object('position', i.position, 'document', i.document) ORDER BY i.position), '[]')
				FROM invoice i WHERE i.merchant_id = v.merchant_id AND i.requisition = v.requisition AND i.submission = v.submission),
			(SELECT coalesce(jsonb_agg(l.document ORDER BY x.ord), '[]') FROM jsonb_array_elements(nullif(v.input->'lists', 'null')) WITH ORDINALITY AS x(ref, ord)
				JOIN invoice_list l ON l.merchant_id = v.merchant_id AND l.requisition = x.ref->>'requisition' AND l.version = (x.ref->>'version')::int)
		FROM verdict_input v
		WHERE ($1 = '' AND $2 = '') OR EXISTS (SELECT FROM list_state r JOIN invoice_list l USING (merchant_id, requisition, version)
			WHERE r.merchant_id = v.merchant_id AND r.requisition = v.requisition AND ($2 = '' OR r.entity = $2) AND ($1 = '' OR l.document->'periods' ? $1))
		ORDER BY v.merchant_id, v.requisition, v.submission, v.n`, month, f.Entity)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		g, err := scanJudged(rows)
		if err != nil {
			return err
		}
		if err := fn(g); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanJudged(row pgx.Row) (Judged, error) {
	type placed struct {
		Position int
		Document Invoice
	}
	var g Judged
	var b Basis
	var sent []placed
	var lists []List
	if err := row.Scan(&g.Merchant, &g.Requisition, &g.Submission, &g.N, &b, &g.Result, &sent, &lists); err != nil {
		return g, err
	}
	at := map[int]Invoice{}
	for _, p := range sent {
		at[p.Position] = p.Document
	}
	var invoices []Invoice
	for _, p := range b.Positions {
		invoices = append(invoices, at[p])
	}
	g.Input = b.input(g.Merchant, lists, invoices)
	return g, nil
}
