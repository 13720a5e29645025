package settlement

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// BillFilter narrows a list of bills; zero fields do not.
type BillFilter struct {
	Merchant    string
	No          string
	Entity      string
	Month       period.Month
	State       State
	Requisition string
	Limit       int // 0: 10,000
	Offset      int
}

// Bills lists bills, newest month first.
func (s *Service) Bills(ctx context.Context, tx *pg.Tx, f BillFilter) ([]Bill, error) {
	return selectBills(ctx, tx, f)
}

func selectBills(ctx context.Context, tx *pg.Tx, f BillFilter) ([]Bill, error) {
	var month *time.Time
	if !f.Month.IsZero() {
		d := f.Month.FirstDay()
		month = &d
	}
	if f.Limit <= 0 {
		f.Limit = 10000
	}
	rows, err := tx.Query(ctx, `
		SELECT merchant_id, bill_no, attempt, entity, month, currency, state, lines, exact::text, rounded::text, residue::text, carry_in::text, coalesce(carried_from, ''),
			payable::text, carry_out::text, from_deposit::text, to_receivable::text, run_day, issued_at, coalesce(requisition_no, '')
		FROM bill WHERE ($1 = '' OR merchant_id = $1) AND ($2 = '' OR bill_no = $2) AND ($3 = '' OR entity = $3) AND ($4::date IS NULL OR month = $4)
			AND ($5 = '' OR state = $5) AND ($6 = '' OR requisition_no = $6)
		ORDER BY month DESC, bill_no LIMIT $7 OFFSET $8`, f.Merchant, f.No, f.Entity, month, string(f.State), f.Requisition, f.Limit, f.Offset)
	if err != nil {
		return nil, err
	}
	bills, err := pgx.CollectRows(rows, scanBill)
	if err != nil || len(bills) == 0 {
		return bills, err
	}
	return bills, fillSales(ctx, tx, bills)
}

func scanBill(r pgx.CollectableRow) (Bill, error) {
	var b Bill
	var month, day time.Time
	var v [8]string
	err := r.Scan(&b.Merchant, &b.No, &b.Attempt, &b.Entity, &month, &b.Currency, &b.State, &b.Lines, &v[0], &v[1], &v[2], &v[3], &b.CarriedFrom, &v[4], &v[5], &v[6], &v[7], &day, &b.IssuedAt, &b.Requisition)
	if err != nil {
		return b, err
	}
	for i, to := range []*decimal.Decimal{&b.Exact, &b.Rounded, &b.Residue, &b.CarryIn, &b.Payable, &b.CarryOut, &b.FromDeposit, &b.Receivable} {
		*to = money.MustParse(v[i])
	}
	b.Month, b.RunDay, b.IssuedAt = period.MonthOfDay(month), period.DayOf(day, time.UTC), b.IssuedAt.UTC()
	return b, nil
}

func fillSales(ctx context.Context, tx *pg.Tx, bills []Bill) error {
	by := map[string]*Bill{}
	merchants, nos := make([]string, len(bills)), make([]string, len(bills))
	for i := range bills {
		by[bills[i].No] = &bills[i]
		merchants[i], nos[i] = bills[i].Merchant, bills[i].No
	}
	rows, err := tx.Query(ctx, `
		SELECT f.bill_no, f.sale_currency, f.lines, f.gross::text, f.tax::text, f.customer_wht::text, f.fee::text, f.share::text, f.seller_tax::text, f.settlement::text, f.rate::text, f.rate_key,
			f.product::text, f.seller_taxes
		FROM bill_fx f JOIN unnest($1::text[], $2::text[]) AS w(m, n) ON f.merchant_id = w.m AND f.bill_no = w.n ORDER BY 1, 2`, merchants, nos)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var no string
		var s Sale
		var v [9]string
		var taxes []byte
		if err := rows.Scan(&no, &s.Currency, &s.Lines, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &s.RateKey, &v[8], &taxes); err != nil {
			return err
		}
		for i, to := range []*decimal.Decimal{&s.Gross, &s.Tax, &s.CustomerWHT, &s.Fee, &s.Share, &s.SellerTax, &s.Settlement, &s.Rate, &s.Product} {
			*to = money.MustParse(v[i])
		}
		if taxes != nil {
			if err := json.Unmarshal(taxes, &s.SellerTaxes); err != nil {
				return err
			}
		}
		by[no].Sales = append(by[no].Sales, s)
	}
	return rows.Err()
}

func lockBill(ctx context.Context, tx *pg.Tx, ref BillRef) (Bill, error) {
	if _, err := tx.Exec(ctx, `SELECT 1 FROM bill WHERE merchant_id = $1 AND bill_no = $2 FOR UPDATE`, ref.Merchant, ref.No); err != nil {
		return Bill{}, err
	}
	list, err := selectBills(ctx, tx, BillFilter{Merchant: ref.Merchant, No: ref.No})
	if err != nil {
		return Bill{}, err
	}
	if len(list) == 0 {
		return Bill{}, fault.New(fault.NotFound, "BILL-UNKNOWN", "bill", fault.Args{"bill": ref.No})
	}
	return list[0], nil
}

// moveBill changes a bill's state and notes who did it, when and why.
func moveBill(ctx context.Context, tx *pg.Tx, b *Bill, to State, reason string) error {
	if err := b.State.To(to); err != nil {
		for _, f := range fault.All(err) {
			f.Path = b.No
		}
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE bill SET state = $3 WHERE merchant_id = $1 AND bill_no = $2`, b.Merchant, b.No, string(to)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO bill_event (merchant_id, bill_no, attempt, n, from_state, to_state, who, at, reason)
		SELECT $1, $2, $3, 1 + coalesce(max(n), 0), $4, $5, $6, $7, $8 FROM bill_event WHERE merchant_id = $1 AND bill_no = $2 AND attempt = $3`,
		b.Merchant, b.No, b.Attempt, string(b.State), string(to), tx.Actor.User, tx.Now, reason)
	b.State = to
	return err
}

// BillEvent is one step of a bill's road.
type BillEvent struct {
	From, To State
	Who      string
	At       time.Time
	Reason   string
}

// History lists the steps of a bill, oldest first.
func (s *Service) History(ctx context.Context, tx *pg.Tx, ref BillRef) ([]BillEvent, error) {
	rows, err := tx.Query(ctx, `SELECT from_state, to_state, who, at, reason FROM bill_event WHERE merchant_id = $1 AND bill_no = $2 ORDER BY attempt, n`, ref.Merchant, ref.No)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (BillEvent, error) {
		var e BillEvent
		err := r.Scan(&e.From, &e.To, &e.Who, &e.At, &e.Reason)
		return e, err
	})
}

// carriedTo names the later bill that took over what a bill carried.
func carriedTo(ctx context.Context, tx *pg.Tx, b Bill) (string, error) {
	var no string
	err := tx.QueryRow(ctx, `SELECT coalesce((SELECT bill_no FROM bill WHERE merchant_id = $1 AND carried_from = $2 LIMIT 1), '')`, b.Merchant, b.No).Scan(&no)
	return no, err
}

// withdrawBill keeps the bill with its lines as history and frees the lines.
func withdrawBill(ctx context.Context, tx *pg.Tx, b Bill, reason string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO bill_withdrawn (merchant_id, bill_no, attempt, bill, lines, withdrawn_by, withdrawn_at, reason)
		SELECT b.merchant_id, b.bill_no, b.attempt, to_jsonb(b), coalesce((SELECT jsonb_agg(to_jsonb(l) ORDER BY l.line_id) FROM bill_line l WHERE l.merchant_id = b.merchant_id AND l.bill_no = b.bill_no), '[]'), $3, $4, $5
		FROM bill b WHERE b.merchant_id = $1 AND b.bill_no = $2`, b.Merchant, b.No, tx.Actor.User, tx.Now, reason)
	if err != nil {
		return err
	}
	for _, table := range []string{"bill_line", "bill_fx", "bill"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE merchant_id = $1 AND bill_no = $2`, b.Merchant, b.No); err != nil {
			return err
		}
	}
	return nil
}

func nextRequisitionNo(ctx context.Context, tx *pg.Tx, base string) (string, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM requisition WHERE requisition_no = $1 OR requisition_no LIKE $1 || '-%'`, base).Scan(&n)
	if err != nil || n == 0 {
		return base, err
	}
	return fmt.Sprintf("%s-%d", base, n+1), nil
}

func insertRequisition(ctx context.Context, tx *pg.Tx, r Requisition) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO requisition (merchant_id, requisition_no, entity, currency, amount, state, created_by, created_at) VALUES ($1, $2, $3, $4, $5::text::numeric, $6, $7, $8)`,
		r.Merchant, r.No, r.Entity, string(r.Currency), money.Exact(r.Amount), string(r.State), r.CreatedBy, r.CreatedAt); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE bill SET requisition_no = $3 WHERE merchant_id = $1 AND bill_no = ANY($2)`, r.Merchant, r.Bills, r.No)
	return err
}

func setRequisitionState(ctx context.Context, tx *pg.Tx, merchant, no string, to RequisitionState) error {
	_, err := tx.Exec(ctx, `UPDATE requisition SET state = $3 WHERE merchant_id = $1 AND requisition_no = $2`, merchant, no, string(to))
	return err
}

func approveRequisition(ctx context.Context, tx *pg.Tx, merchant, no string) error {
	_, err := tx.Exec(ctx, `UPDATE requisition SET state = $3, approved_by = $4, approved_at = $5 WHERE merchant_id = $1 AND requisition_no = $2`, merchant, no, string(ReqApproved), tx.Actor.User, tx.Now)
	return err
}

func lockRequisition(ctx context.Context, tx *pg.Tx, merchant, no string) (Requisition, error) {
	if _, err := tx.Exec(ctx, `SELECT 1 FROM requisition WHERE merchant_id = $1 AND requisition_no = $2 FOR UPDATE`, merchant, no); err != nil {
		return Requisition{}, err
	}
	list, err := selectRequisitions(ctx, tx, merchant, no, "")
	if err != nil {
		return Requisition{}, err
	}
	if len(list) == 0 {
		return Requisition{}, fault.New(fault.NotFound, "REQ-UNKNOWN", "requisition", fault.Args{"requisition": no})
	}
	return list[0], nil
}

// Requisitions lists requisitions of a merchant (empty: all) in a state (empty: any), newest first.
func (s *Service) Requisitions(ctx context.Context, tx *pg.Tx, merchant string, state RequisitionState) ([]Requisition, error) {
	return selectRequisitions(ctx, tx, merchant, "", state)
}

// Requisition is one requisition.
func (s *Service) Requisition(ctx context.Context, tx *pg.Tx, merchant, no string) (Requisition, error) {
	list, err := selectRequisitions(ctx, tx, merchant, no, "")
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "REQ-UNKNOWN", "requisition", fault.Args{"requisition": no})
	}
	if err != nil {
		return Requisition{}, err
	}
	return list[0], nil
}

func selectRequisitions(ctx context.Context, tx *pg.Tx, merchant, no string, state RequisitionState) ([]Requisition, error) {
	rows, err := tx.Query(ctx, `
		SELECT r.merchant_id, r.requisition_no, r.entity, r.currency, r.amount::text, r.state, r.created_by, r.created_at, coalesce(r.approved_by, ''), coalesce(r.approved_at, 'epoch'),
			(SELECT array_agg(b.bill_no ORDER BY b.bill_no) FROM bill b WHERE b.merchant_id = r.merchant_id AND b.requisition_no = r.requisition_no)
		FROM requisition r WHERE ($1 = '' OR r.merchant_id = $1) AND ($2 = '' OR r.requisition_no = $2) AND ($3 = '' OR r.state = $3) ORDER BY r.created_at DESC, r.requisition_no`, merchant, no, string(state))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Requisition, error) {
		var r Requisition
		var amount string
		err := row.Scan(&r.Merchant, &r.No, &r.Entity, &r.Currency, &amount, &r.State, &r.CreatedBy, &r.CreatedAt, &r.ApprovedBy, &r.ApprovedAt, &r.Bills)
		if err == nil {
			r.Amount = money.MustParse(amount)
		}
		return r, err
	})
}

// Billed tells which of a merchant's lines are on a bill; orders asks before it corrects one.
func (s *Service) Billed(ctx context.Context, tx *pg.Tx, merchant string, lines []string) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `SELECT line_id FROM bill_line WHERE merchant_id = $1 AND line_id = ANY($2)`, merchant, lines)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	var id string
	_, err = pgx.ForEachRow(rows, []any{&id}, func() error { out[id] = true; return nil })
	return out, err
}
