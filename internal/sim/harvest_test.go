package sim

import (
	"context"
	"sort"
	"strings"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/sim/audit"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/settlement"
)

// harvest reads what the product says of a month, in the auditor's words.
func (m *month) harvest(p period.Month) *audit.Month {
	m.t.Helper()
	out := audit.NewMonth()
	m.figures(`
		SELECT e.line_id, e.gross::text, e.tax::text, e.customer_wht::text, e.base::text, (e.fee_rate * 100)::text, e.fee::text, e.share::text, e.seller_tax::text, b.amount::text
		FROM bill_line b JOIN bill USING (merchant_id, bill_no) JOIN earned_line e USING (merchant_id, line_id) WHERE bill.month = $1`, p, func(v []string) {
		f := audit.Figures{}
		for i, c := range []string{"gross", "tax", "cust WHT", "base", "fee %", "fee", "share", "seller tax", "settlement"} {
			f.Set(c, money.MustParse(v[i+1]))
		}
		if out.Lines[v[0]] != nil {
			m.t.Errorf("line %s is billed twice", v[0])
		}
		out.Lines[v[0]] = f
	})
	m.figures(`
		SELECT b.bill_no, b.exact::text, b.rounded::text, b.residue::text, b.carry_in::text, b.payable::text, CASE WHEN b.state = 'CARRIED' THEN '0' ELSE b.payable::text END,
			b.carry_out::text, b.run_day::text, f.sale_currency, f.settlement::text, f.rate::text
		FROM bill b JOIN bill_fx f USING (merchant_id, bill_no) WHERE b.month = $1`, p, func(v []string) {
		f := out.Bills[v[0]]
		if f == nil {
			f = audit.Figures{}
			out.Bills[v[0]] = f
		}
		for i, c := range []string{"exact", "rounded", "residue", "carry in", "payable", "list total", "carry out"} {
			f.Set(c, money.MustParse(v[i+1]))
		}
		out.RunDay[v[0]] = v[8]
		f.Set("sum "+v[9], money.MustParse(v[10]))
		f.Set("rate "+v[9], money.MustParse(v[11]))
	})
	m.read(func(tx *pg.Tx) error {
		held, err := settlement.AllHeld(context.Background(), tx, m.entities(), p)
		for _, h := range held {
			codes := h.Codes()
			sort.Strings(codes)
			out.Held[h.Line] = strings.Join(codes, ", ")
		}
		return err
	})
	sums := map[string]decimal.Decimal{}
	m.read(func(tx *pg.Tx) error {
		trial, err := ledger.TrialBalance(context.Background(), tx, ledger.AsOf{Period: p})
		for _, b := range trial {
			k := b.Book + " " + string(b.Currency) + " " + accountant(b.Account, b.Merchant)
			sums[k] = sums[k].Add(b.Net())
		}
		return err
	})
	for k, v := range sums {
		out.Balance.Set(k, v)
	}
	return out
}

// figures calls each with every row of a query over a month, as texts.
func (m *month) figures(query string, p period.Month, each func([]string)) {
	m.t.Helper()
	m.read(func(tx *pg.Tx) error {
		rows, err := tx.Query(context.Background(), query, p.FirstDay())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			v := make([]string, len(rows.FieldDescriptions()))
			into := make([]any, len(v))
			for i := range v {
				into[i] = &v[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			each(v)
		}
		return rows.Err()
	})
}

// refused are the usage records that were not taken, with their code.
func (m *month) refused() map[string]string {
	out := map[string]string{}
	m.figures(`SELECT metering_sn, code FROM usage_refused WHERE $1::date IS NOT NULL`, period.MustMonth("2026-01"), func(v []string) { out[v[0]] = v[1] })
	return out
}
