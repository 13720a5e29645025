package sim

import (
	"context"
	"sort"
	"strings"

	"github.com/shopspring/decimal"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/sim/neutral"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/settlement"
)

func (m *month) compare(tables []neutral.Table) {
	m.t.Helper()
	for _, tb := range tables {
		kind, name, _ := strings.Cut(tb.Name, " ")
		switch kind {
		case "lines":
			m.compareLines(tb, period.MustMonth(name))
		case "bills":
			m.compareBills(tb, period.MustMonth(name))
		case "held":
			m.compareHeld(tb, period.MustMonth(name))
		case "postings":
			m.comparePostings(tb)
		case "balance":
			m.compareBalance(tb, period.MustMonth(name))
		case "usage":
			m.compareUsage(tb)
		}
	}
}

func (m *month) compareLines(tb neutral.Table, p period.Month) {
	m.t.Helper()
	got := map[string]map[string]string{}
	m.read(func(tx *pg.Tx) error {
		rows, err := tx.Query(context.Background(), `
			SELECT e.line_id, e.gross::text, e.tax::text, e.customer_wht::text, e.base::text, (e.fee_rate * 100)::text, e.fee::text, e.share::text, e.seller_tax::text, b.amount::text
			FROM bill_line b JOIN bill USING (merchant_id, bill_no) JOIN earned_line e USING (merchant_id, line_id) WHERE bill.month = $1`, p.FirstDay())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			v := make([]string, 10)
			if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9]); err != nil {
				return err
			}
			row := map[string]string{}
			for i, c := range []string{"gross", "tax", "cust WHT", "base", "fee %", "fee", "share", "seller tax", "settlement"} {
				row[c] = v[i+1]
			}
			got[v[0]] = row
		}
		return rows.Err()
	})
	for _, row := range tb.Rows {
		line := tb.Cell(row, "line")
		if got[line] == nil {
			m.t.Errorf("%s: line %s is on no bill", tb.Name, line)
			continue
		}
		for c, v := range got[line] {
			m.same(tb.Name+" "+line+" "+c, v, tb.Figure(row, c))
		}
		delete(got, line)
	}
	for line := range got {
		m.t.Errorf("%s: line %s is billed and should not be", tb.Name, line)
	}
}

func (m *month) same(what, got, want string) {
	m.t.Helper()
	if !money.MustParse(got).Equal(money.MustParse(want)) {
		m.t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

func (m *month) compareBills(tb neutral.Table, p period.Month) {
	m.t.Helper()
	got := map[string]map[string]string{}
	days := map[string]string{}
	m.read(func(tx *pg.Tx) error {
		rows, err := tx.Query(context.Background(), `
			SELECT b.bill_no, b.run_day::text, f.settlement::text, f.rate::text, b.exact::text, b.rounded::text, b.residue::text, b.carry_in::text, b.payable::text,
				CASE WHEN b.state = 'CARRIED' THEN '0' ELSE b.payable::text END, b.carry_out::text
			FROM bill b JOIN bill_fx f USING (merchant_id, bill_no) WHERE b.month = $1`, p.FirstDay())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			v := make([]string, 11)
			if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9], &v[10]); err != nil {
				return err
			}
			row := map[string]string{}
			for i, c := range []string{"sum", "rate", "exact", "rounded", "residue", "carry in", "payable", "list total", "carry out"} {
				row[c] = v[i+2]
			}
			got[v[0]], days[v[0]] = row, v[1]
		}
		return rows.Err()
	})
	for _, row := range tb.Rows {
		no := tb.Cell(row, "bill")
		if got[no] == nil {
			m.t.Errorf("%s: there is no bill %s", tb.Name, no)
			continue
		}
		if days[no] != tb.Cell(row, "run day") {
			m.t.Errorf("%s %s: run on %s, want %s", tb.Name, no, days[no], tb.Cell(row, "run day"))
		}
		for c, v := range got[no] {
			m.same(tb.Name+" "+no+" "+c, v, tb.Figure(row, c))
		}
		delete(got, no)
	}
	for no := range got {
		m.t.Errorf("%s: bill %s should not be", tb.Name, no)
	}
}

func (m *month) compareHeld(tb neutral.Table, p period.Month) {
	m.t.Helper()
	got := map[string]string{}
	m.read(func(tx *pg.Tx) error {
		held, err := settlement.AllHeld(context.Background(), tx, m.entities(), p)
		for _, h := range held {
			codes := h.Codes()
			sort.Strings(codes)
			got[h.Line] = strings.Join(codes, ", ")
		}
		return err
	})
	for _, row := range tb.Rows {
		line := tb.Cell(row, "line")
		want := strings.Split(tb.Cell(row, "reasons"), ", ")
		sort.Strings(want)
		if w := strings.Join(want, ", "); got[line] != w {
			m.t.Errorf("%s %s: got %q, want %q", tb.Name, line, got[line], w)
		}
		delete(got, line)
	}
	for line, why := range got {
		m.t.Errorf("%s: %s is held (%s) and should not be", tb.Name, line, why)
	}
}

func (m *month) entities() []string {
	var out []string
	m.read(func(tx *pg.Tx) error {
		rows, err := tx.Query(context.Background(), `SELECT book FROM ledger_book ORDER BY 1`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c string
			if err := rows.Scan(&c); err != nil {
				return err
			}
			out = append(out, c)
		}
		return rows.Err()
	})
	return out
}

func (m *month) compareUsage(tb neutral.Table) {
	m.t.Helper()
	for _, row := range tb.Rows {
		var code string
		m.read(func(tx *pg.Tx) error {
			return tx.QueryRow(context.Background(), `SELECT coalesce((SELECT code FROM usage_refused WHERE metering_sn = $1), 'taken')`, tb.Cell(row, "sn")).Scan(&code)
		})
		if code != tb.Cell(row, "code") {
			m.t.Errorf("usage %s: got %s, want %s", tb.Cell(row, "sn"), code, tb.Cell(row, "code"))
		}
	}
}

// accountant gives an account the name the accountant uses. Payable, invoiced, in transit and receivable together are his merchant_payable.
func accountant(a ledger.Account, merchant string) string {
	switch code, party := a.Split(); code {
	case ledger.CustomerClearing:
		return "customer_cash"
	case ledger.IndirectTax:
		return "tax_payable"
	case ledger.MerchantUnbilled:
		return "merchant_unbilled:" + merchant
	case ledger.MerchantPayable, ledger.MerchantInvoiced, ledger.PaymentInTransit, ledger.MerchantReceivable:
		return "merchant_payable:" + merchant
	default:
		if party != "" {
			return string(code) + ":" + party
		}
		return string(code)
	}
}

func (m *month) compareBalance(tb neutral.Table, p period.Month) {
	m.t.Helper()
	got := map[string]decimal.Decimal{}
	m.read(func(tx *pg.Tx) error {
		trial, err := ledger.TrialBalance(context.Background(), tx, ledger.AsOf{Period: p})
		for _, b := range trial {
			k := b.Book + " " + string(b.Currency) + " " + accountant(b.Account, b.Merchant)
			got[k] = got[k].Add(b.Net())
		}
		return err
	})
	for _, row := range tb.Rows {
		k := tb.Cell(row, "account")
		m.same(tb.Name+" "+k, money.Exact(got[k]), tb.Figure(row, "balance"))
		delete(got, k)
	}
	for k, v := range got {
		if !v.IsZero() {
			m.t.Errorf("%s: %s holds %s and should hold nothing", tb.Name, k, v)
		}
	}
}

func (m *month) comparePostings(tb neutral.Table) {
	m.t.Helper()
	got := map[string]string{}
	for _, p := range m.postings() {
		got[p.id()] = p.amount
	}
	for _, row := range tb.Rows {
		id := strings.Join([]string{tb.Cell(row, "cause"), tb.Cell(row, "period"), tb.Cell(row, "book"), tb.Cell(row, "debit"), tb.Cell(row, "credit"), tb.Cell(row, "currency")}, " ")
		if got[id] == "" {
			m.t.Errorf("%s: no posting %s", tb.Name, id)
			continue
		}
		m.same(tb.Name+" "+id, got[id], tb.Figure(row, "amount"))
	}
}
