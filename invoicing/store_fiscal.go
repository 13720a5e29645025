package invoicing

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// fiscalIDs are the distinct fiscal documents behind invoices, as two columns.
func fiscalIDs(invoices []Invoice) (kinds, ids []string) {
	seen := map[string]bool{}
	for _, i := range invoices {
		if k := i.FiscalKey(); k != "" && !seen[k] {
			seen[k] = true
			kind, id := i.fiscal()
			kinds, ids = append(kinds, kind), append(ids, id)
		}
	}
	return kinds, ids
}

// lockFiscal lets one upload with a fiscal document be judged after the other, whosever they are: two that race then see each other's claim.
// In one order, so that they never wait for each other.
func lockFiscal(ctx context.Context, tx *pg.Tx, invoices []Invoice) error {
	kinds, ids := fiscalIDs(invoices)
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(key) FROM (
		SELECT DISTINCT hashtextextended('fiscal/' || k || '/' || i, 0) AS key FROM unnest($1::text[], $2::text[]) AS asked(k, i) ORDER BY 1) AS keys`, kinds, ids)
	return err
}

// selectFiscal reads who has the fiscal documents behind invoices. Another merchant's row is not seen, only that there is one.
func selectFiscal(ctx context.Context, tx *pg.Tx, merchant string, invoices []Invoice) (map[string]FiscalHold, error) {
	kinds, ids := fiscalIDs(invoices)
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `SELECT t.kind || '/' || t.fiscal_id, c.requisition FROM fiscal_taken($2, $3) t
		LEFT JOIN fiscal_claim c ON c.kind = t.kind AND c.fiscal_id = t.fiscal_id AND c.merchant_id = $1`, merchant, kinds, ids)
	if err != nil {
		return nil, err
	}
	out := map[string]FiscalHold{}
	var key string
	var requisition *string
	_, err = pgx.ForEachRow(rows, []any{&key, &requisition}, func() error {
		if requisition == nil {
			out[key] = FiscalHold{Elsewhere: true}
		} else {
			out[key] = FiscalHold{Requisition: *requisition}
		}
		return nil
	})
	return out, err
}

// claimFiscal takes the fiscal document behind an invoice that counts towards a list. It was judged to be free or this requisition's own, under
// lockFiscal; the key decides all the same. It names no conflict target, which a row that is not seen would fail.
func claimFiscal(ctx context.Context, tx *pg.Tx, merchant string, s Sent) error {
	if s.Invoice.FiscalKey() == "" || !s.Status.Live() {
		return nil
	}
	kind, id := s.Invoice.fiscal()
	tag, err := tx.Exec(ctx, `INSERT INTO fiscal_claim (kind, fiscal_id, merchant_id, requisition, number_key, claimed_at, claimed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`, kind, id, merchant, s.Requisition, NumberKey(s.Invoice.Number), tx.Now, tx.Actor.User)
	if err != nil || tag.RowsAffected() == 1 {
		return err
	}
	var mine bool
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM fiscal_claim WHERE kind = $1 AND fiscal_id = $2 AND merchant_id = $3 AND requisition = $4)`,
		kind, id, merchant, s.Requisition).Scan(&mine)
	if err == nil && !mine {
		err = fault.New(fault.Conflict, codeFiscalUsed, "fiscalId", fault.Args{"id": s.Invoice.FiscalID})
	}
	return err
}
