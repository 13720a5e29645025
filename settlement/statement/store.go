package statement

import (
	"context"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/settlement"
)

// scope narrows what is read: a month, and perhaps one entity and one merchant.
type scope struct {
	month    period.Month
	entity   string // empty: all
	merchant string // empty: all
}

func (s scope) args() []any { return []any{s.month.FirstDay(), s.entity, s.merchant} }

// billed limits a query over bill (alias b) to a scope; its three arguments come first.
const billed = `b.month = $1 AND ($2 = '' OR b.entity = $2) AND ($3 = '' OR b.merchant_id = $3)`

func selectDemo(ctx context.Context, tx *pg.Tx) (bool, error) {
	var demo bool
	err := tx.QueryRow(ctx, `SELECT demo FROM installation`).Scan(&demo)
	return demo, err
}

const lineSQL = `
	SELECT b.merchant_id, b.entity, b.bill_no, e.line_id, e.kind, coalesce(o.order_id, ''), e.product_id, coalesce(p.name, ''), e.currency,
		e.gross, e.tax, e.customer_wht, e.base, e.fee_rate, l.fee, e.share, e.seller_tax, l.amount, e.earned_at, coalesce(e.note, '')
	FROM bill b
	JOIN bill_line l ON l.merchant_id = b.merchant_id AND l.bill_no = b.bill_no
	JOIN earned_line e ON e.merchant_id = l.merchant_id AND e.line_id = l.line_id
	LEFT JOIN order_line o ON o.merchant_id = e.merchant_id AND o.line_id = e.order_line_id
	LEFT JOIN product p ON p.merchant_id = e.merchant_id AND p.product_id = e.product_id
	WHERE ` + billed + ` ORDER BY b.entity, b.bill_no, e.line_id`

// selectLines reads the lines of bills one by one; the connection is busy until the last one is taken.
func selectLines(ctx context.Context, tx *pg.Tx, s scope) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		rows, err := tx.Query(ctx, lineSQL, s.args()...)
		if err != nil {
			yield(Line{}, err)
			return
		}
		defer rows.Close()
		var l Line
		for rows.Next() {
			err := rows.Scan(&l.Merchant, &l.Entity, &l.Bill, &l.ID, &l.Kind, &l.Order, &l.Product, &l.ProductName, &l.Currency, &l.Gross, &l.Tax,
				&l.CustomerWHT, &l.Base, &l.FeeRate, &l.Fee, &l.Share, &l.SellerTax, &l.Settlement, &l.EarnedAt, &l.Note)
			if !yield(l, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Line{}, err)
		}
	}
}

func collectLines(ctx context.Context, tx *pg.Tx, s scope) ([]Line, error) {
	var out []Line
	for l, err := range selectLines(ctx, tx, s) {
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// selectNames reads the names of all merchants who have a bill in the scope or are named.
func selectNames(ctx context.Context, tx *pg.Tx, s scope, more []string) (map[string]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT m.merchant_id, m.name FROM merchant m
		WHERE m.merchant_id = ANY($4) OR EXISTS (SELECT 1 FROM bill b WHERE b.merchant_id = m.merchant_id AND `+billed+`)`, append(s.args(), more)...)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	var id, name string
	_, err = pgx.ForEachRow(rows, []any{&id, &name}, func() error { out[id] = name; return nil })
	return out, err
}

// inScope are the requisitions that hold a bill of the scope.
const inScope = `SELECT DISTINCT b.merchant_id, b.requisition_no FROM bill b WHERE b.requisition_no IS NOT NULL AND ` + billed

// selectAsked reads the requisitions of a scope, each with its list in force. A list's number is kept in capitals.
func selectAsked(ctx context.Context, tx *pg.Tx, s scope) ([]Asked, []invoicing.List, error) {
	rows, err := tx.Query(ctx, `
		SELECT r.merchant_id, coalesce(m.name, ''), r.entity, r.requisition_no, r.currency, r.amount, r.state,
			coalesce(t.notice_at, r.created_at), coalesce(l.document, 'null'),
			(SELECT array_agg(x.bill_no ORDER BY x.bill_no) FROM bill x WHERE x.merchant_id = r.merchant_id AND x.requisition_no = r.requisition_no)
		FROM (`+inScope+`) w
		JOIN requisition r ON r.merchant_id = w.merchant_id AND r.requisition_no = w.requisition_no
		LEFT JOIN merchant m ON m.merchant_id = r.merchant_id
		LEFT JOIN list_state t ON t.merchant_id = r.merchant_id AND t.requisition = upper(r.requisition_no)
		LEFT JOIN invoice_list l ON l.merchant_id = t.merchant_id AND l.requisition = t.requisition AND l.version = t.version
		ORDER BY r.entity, r.requisition_no`, s.args()...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var out []Asked
	var lists []invoicing.List
	for rows.Next() {
		var a Asked
		var l *invoicing.List
		if err := rows.Scan(&a.Merchant, &a.Name, &a.Entity, &a.No, &a.Currency, &a.Payable, &a.State, &a.NoticeAt, &l, &a.Bills); err != nil {
			return nil, nil, err
		}
		a.Before = a.Payable
		if l == nil {
			l = &invoicing.List{}
		} else {
			a.Before = l.BeforeTaxes
		}
		out, lists = append(out, a), append(lists, *l)
	}
	return out, lists, rows.Err()
}

type requisitionKey struct{ merchant, no string }

// selectSent reads the invoices that came for requisitions of a scope, each number in its latest version, with the codes of its verdict.
func selectSent(ctx context.Context, tx *pg.Tx, s scope) (map[requisitionKey][]Sent, error) {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT ON (i.merchant_id, i.requisition, i.number_key) i.merchant_id, i.requisition, i.number, i.version, i.status, i.document, i.changed_at,
			(SELECT array_agg(DISTINCT f.code ORDER BY f.code) FROM invoice_fault f
			 WHERE f.merchant_id = i.merchant_id AND f.requisition = i.requisition AND f.submission = i.submission AND f.severity <> 'warning')
		FROM (`+inScope+`) w JOIN invoice i ON i.merchant_id = w.merchant_id AND i.requisition = upper(w.requisition_no)
		ORDER BY i.merchant_id, i.requisition, i.number_key, i.version DESC`, s.args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[requisitionKey][]Sent{}
	for rows.Next() {
		var k requisitionKey
		var x Sent
		if err := rows.Scan(&k.merchant, &k.no, &x.Number, &x.Version, &x.Status, &x.Invoice, &x.Since, &x.Codes); err != nil {
			return nil, err
		}
		out[k] = append(out[k], x)
	}
	return out, rows.Err()
}

// selectPaid reads the payments made for requisitions of a scope.
func selectPaid(ctx context.Context, tx *pg.Tx, s scope) (map[requisitionKey][]settlement.Payment, error) {
	rows, err := tx.Query(ctx, `
		SELECT p.merchant_id, p.payment_no, p.requisition_no, p.entity, p.currency, p.amount, p.value_date, p.state, p.recorded_by, p.recorded_at,
			coalesce(p.bank_reference, ''), p.bank_date
		FROM (`+inScope+`) w JOIN payment p ON p.merchant_id = w.merchant_id AND p.requisition_no = w.requisition_no
		ORDER BY p.entity, p.payment_no`, s.args()...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[requisitionKey][]settlement.Payment{}
	for rows.Next() {
		var p settlement.Payment
		var value time.Time
		var bank *time.Time
		err := rows.Scan(&p.Merchant, &p.No, &p.Requisition, &p.Entity, &p.Currency, &p.Amount, &value, &p.State, &p.RecordedBy, &p.RecordedAt, &p.BankReference, &bank)
		if err != nil {
			return nil, err
		}
		p.ValueDate = period.DayOf(value, time.UTC)
		if bank != nil {
			p.BankDate = period.DayOf(*bank, time.UTC)
		}
		k := requisitionKey{p.Merchant, p.Requisition}
		out[k] = append(out[k], p)
	}
	return out, rows.Err()
}
