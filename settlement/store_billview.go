package settlement

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
	"suanpan/money"
)

// withdrawal says who took an attempt at a bill back.
type withdrawal struct {
	Attempt int
	By      string
	At      time.Time
	Reason  string
}

func selectWithdrawals(ctx context.Context, tx *pg.Tx, ref BillRef) ([]withdrawal, error) {
	rows, err := tx.Query(ctx, `SELECT attempt, withdrawn_by, withdrawn_at, reason FROM bill_withdrawn WHERE merchant_id = $1 AND bill_no = $2 ORDER BY attempt`, ref.Merchant, ref.No)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[withdrawal])
}

// billedLine is a line as its bill has it, in the currency it was sold in.
type billedLine struct {
	Line     string
	Kind     string
	Currency string
	Gross    decimal.Decimal
	Fee      decimal.Decimal
	Amount   decimal.Decimal
}

func selectBillLines(ctx context.Context, tx *pg.Tx, ref BillRef, limit, offset int) ([]billedLine, error) {
	rows, err := tx.Query(ctx, `
		SELECT b.line_id, e.kind, b.currency, e.gross::text, b.fee::text, b.amount::text FROM bill_line b JOIN earned_line e USING (merchant_id, line_id)
		WHERE b.merchant_id = $1 AND b.bill_no = $2 ORDER BY b.line_id LIMIT $3 OFFSET $4`, ref.Merchant, ref.No, limit, offset)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (billedLine, error) {
		var l billedLine
		var v [3]string
		err := r.Scan(&l.Line, &l.Kind, &l.Currency, &v[0], &v[1], &v[2])
		if err == nil {
			l.Gross, l.Fee, l.Amount = money.MustParse(v[0]), money.MustParse(v[1]), money.MustParse(v[2])
		}
		return l, err
	})
}
