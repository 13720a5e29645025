package settlement

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

var _ = pg.Constraint("bank_line_claim_pkey", "PAY-BANK-USED", "reference")

func nextPaymentNo(ctx context.Context, tx *pg.Tx, merchant, base string) (string, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM payment WHERE merchant_id = $1 AND (payment_no = $2 OR payment_no LIKE $2 || '-%')`, merchant, base).Scan(&n)
	if err != nil || n == 0 {
		return base, err
	}
	return fmt.Sprintf("%s-%d", base, n+1), nil
}

func insertPayment(ctx context.Context, tx *pg.Tx, p Payment) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO payment (merchant_id, payment_no, requisition_no, entity, currency, amount, value_date, state, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6::text::numeric, $7, $8, $9, $10)`,
		p.Merchant, p.No, p.Requisition, p.Entity, string(p.Currency), money.Exact(p.Amount), p.ValueDate.UTC(), p.State, p.RecordedBy, p.RecordedAt)
	return err
}

func lockPayment(ctx context.Context, tx *pg.Tx, merchant, no string) (Payment, error) {
	if _, err := tx.Exec(ctx, `SELECT 1 FROM payment WHERE merchant_id = $1 AND payment_no = $2 FOR UPDATE`, merchant, no); err != nil {
		return Payment{}, err
	}
	list, err := selectPayments(ctx, tx, merchant, no, "")
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "PAY-UNKNOWN", "payment", fault.Args{"payment": no})
	}
	if err != nil {
		return Payment{}, err
	}
	return list[0], nil
}

// Payments lists payments of a merchant (empty: all) in a state (empty: any), newest first.
func (s *Service) Payments(ctx context.Context, tx *pg.Tx, merchant, state string) ([]Payment, error) {
	return selectPayments(ctx, tx, merchant, "", state)
}

func selectPayments(ctx context.Context, tx *pg.Tx, merchant, no, state string) ([]Payment, error) {
	rows, err := tx.Query(ctx, `
		SELECT merchant_id, payment_no, requisition_no, entity, currency, amount::text, value_date, state, recorded_by, recorded_at, coalesce(bank_reference, ''), bank_date
		FROM payment WHERE ($1 = '' OR merchant_id = $1) AND ($2 = '' OR payment_no = $2) AND ($3 = '' OR state = $3) ORDER BY recorded_at DESC, payment_no`, merchant, no, state)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Payment, error) {
		var p Payment
		var amount string
		var value time.Time
		var bank *time.Time
		err := r.Scan(&p.Merchant, &p.No, &p.Requisition, &p.Entity, &p.Currency, &amount, &value, &p.State, &p.RecordedBy, &p.RecordedAt, &p.BankReference, &bank)
		if err != nil {
			return p, err
		}
		p.Amount, p.ValueDate = money.MustParse(amount), period.DayOf(value, time.UTC)
		if bank != nil {
			p.BankDate = period.DayOf(*bank, time.UTC)
		}
		return p, nil
	})
}

// claimBankLine ties a bank line to one payment for ever.
func claimBankLine(ctx context.Context, tx *pg.Tx, p Payment, l BankLine) error {
	if _, err := tx.Exec(ctx, `INSERT INTO bank_line_claim (entity, bank_reference, merchant_id, payment_no) VALUES ($1, $2, $3, $4)`, p.Entity, l.Reference, p.Merchant, p.No); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE payment SET state = $3, bank_reference = $4, bank_date = $5 WHERE merchant_id = $1 AND payment_no = $2`, p.Merchant, p.No, PaymentOnBank, l.Reference, l.Date.UTC())
	return err
}

func setPaymentState(ctx context.Context, tx *pg.Tx, p Payment, state string) error {
	_, err := tx.Exec(ctx, `UPDATE payment SET state = $3 WHERE merchant_id = $1 AND payment_no = $2`, p.Merchant, p.No, state)
	return err
}

// paidOutside sums what the feed says was paid, before or outside the product, for a bill's cycle.
func paidOutside(ctx context.Context, tx *pg.Tx, b Bill) (decimal.Decimal, error) {
	var v string
	err := tx.QueryRow(ctx, `SELECT coalesce(sum(amount), 0)::text FROM payout WHERE merchant_id = $1 AND entity = $2 AND currency = $3 AND cycle = $4`,
		b.Merchant, b.Entity, string(b.Currency), b.Month.FirstDay()).Scan(&v)
	if err != nil {
		return decimal.Zero, err
	}
	return money.MustParse(v), nil
}
