package statement

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
	"suanpan/ledger"
)

// What the records say an account owes, by book and currency, computed here from the records themselves.
const (
	tieUnbilledSQL = `
		SELECT entity, currency, sum(v) FROM (
			SELECT e.entity, e.currency, e.share AS v FROM earned_line e
			WHERE NOT EXISTS (SELECT 1 FROM bill_line b WHERE b.merchant_id = e.merchant_id AND b.line_id = e.line_id)
			UNION ALL SELECT entity, currency, -amount FROM opening WHERE account = 'merchant_unbilled'
		) x GROUP BY 1, 2`
	tiePayableSQL = `
		SELECT entity, currency, sum(v) FROM (
			SELECT entity, currency, rounded AS v FROM bill
			UNION ALL SELECT entity, currency, -amount FROM requisition WHERE state <> 'OPEN'
			UNION ALL SELECT entity, currency, -amount FROM payout
			UNION ALL SELECT entity, currency, -amount FROM opening WHERE account = 'merchant_payable'
		) x GROUP BY 1, 2`
	tieInvoicedSQL = `
		SELECT entity, currency, sum(v) FROM (
			SELECT entity, currency, payable AS v FROM list_state WHERE state = 'accepted'
			UNION ALL SELECT entity, currency, -amount FROM opening WHERE account = 'merchant_invoiced'
		) x GROUP BY 1, 2`
	tieTransitSQL = `
		SELECT entity, currency, sum(v) FROM (
			SELECT entity, currency, amount AS v FROM payment WHERE state = 'RECORDED'
			UNION ALL SELECT entity, currency, -amount FROM opening WHERE account = 'payment_in_transit'
		) x GROUP BY 1, 2`
)

// tieQueries are the figures of now, in the order of the road, each with the account that has to hold it.
var tieQueries = []struct {
	kind    string
	sql     string
	account ledger.Account
}{
	{"unbilled", tieUnbilledSQL, ledger.MerchantUnbilled},
	{"payable", tiePayableSQL, ledger.MerchantPayable},
	{"invoiced", tieInvoicedSQL, ledger.MerchantInvoiced},
	{"transit", tieTransitSQL, ledger.PaymentInTransit},
}

func selectTie(ctx context.Context, tx *pg.Tx, kind, sql string) ([]Tie, error) {
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Tie, error) {
		t := Tie{Kind: kind}
		err := r.Scan(&t.Book, &t.Currency, &t.Records)
		return t, err
	})
}

func selectMonthTie(ctx context.Context, tx *pg.Tx, s scope) ([]Tie, error) {
	rows, err := tx.Query(ctx, `SELECT b.entity, b.currency, sum(b.rounded) FROM bill b WHERE `+billed+` GROUP BY 1, 2`, s.args()...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Tie, error) {
		t := Tie{Kind: "month"}
		err := r.Scan(&t.Book, &t.Currency, &t.Records)
		return t, err
	})
}
