package settlement

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// BillLine is one line of a bill, exact, in the currency it was sold in.
type BillLine struct {
	Line        string
	Kind        string // order, refund, usage, adjustment, correction
	Order       string // the order line it belongs to
	Product     string
	Currency    money.Currency
	Gross       decimal.Decimal
	Tax         decimal.Decimal
	CustomerWHT decimal.Decimal
	Fee         decimal.Decimal
	SellerTax   decimal.Decimal
	Amount      decimal.Decimal // what is left: the line's part of the bill before its rate
	Cycle       period.Month
	Note        string
	At          time.Time // when its last condition was met
}

// BillLines lists the lines of a bill in the order of their ids, a page at a time.
func (s *Service) BillLines(ctx context.Context, tx *pg.Tx, ref BillRef, limit, offset int) ([]BillLine, error) {
	rows, err := tx.Query(ctx, `
		SELECT bl.line_id, e.kind, e.order_line_id, e.product_id, e.currency, e.gross, e.tax, e.customer_wht, bl.fee, e.seller_tax, bl.amount, e.cycle, coalesce(e.note, ''), e.earned_at
		FROM bill_line bl JOIN earned_line e ON e.merchant_id = bl.merchant_id AND e.line_id = bl.line_id
		WHERE bl.merchant_id = $1 AND bl.bill_no = $2 ORDER BY bl.line_id LIMIT $3 OFFSET $4`, ref.Merchant, ref.No, limit, offset)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (BillLine, error) {
		var l BillLine
		var cycle time.Time
		err := r.Scan(&l.Line, &l.Kind, &l.Order, &l.Product, &l.Currency, &l.Gross, &l.Tax, &l.CustomerWHT, &l.Fee, &l.SellerTax, &l.Amount, &cycle, &l.Note, &l.At)
		l.Cycle, l.At = period.MonthOfDay(cycle), l.At.UTC()
		return l, err
	})
}
