package ledger

import (
	"time"

	"suanpan/money"
)

// columns are entries and transfers turned on their side: one array a column, as a set-based INSERT wants them. Amounts travel as
// text, which is cheaper to encode than the binary numeric.
type columns struct {
	merchant, key, kind, source, book, reverses                  []string
	id                                                           []int64
	occurred, period                                             []time.Time
	tMerchant, tBook, tCurrency, tDebit, tCredit, tAmount, tRate []string
	tEntry                                                       []int64
	tN                                                           []int16
	tPeriod                                                      []time.Time
	tVisible                                                     []bool
}

func newColumns(n int) *columns {
	return &columns{
		merchant: make([]string, 0, n), key: make([]string, 0, n), kind: make([]string, 0, n), source: make([]string, 0, n), book: make([]string, 0, n),
		reverses: make([]string, 0, n), id: make([]int64, 0, n), occurred: make([]time.Time, 0, n), period: make([]time.Time, 0, n),
	}
}

func (c *columns) add(p *prepared, id int64) {
	month := p.Period.FirstDay()
	c.merchant, c.key, c.kind = append(c.merchant, p.Merchant), append(c.key, p.Key), append(c.kind, p.Kind)
	c.source, c.book, c.reverses = append(c.source, string(p.Source)), append(c.book, p.Book), append(c.reverses, p.Reverses)
	c.id, c.occurred, c.period = append(c.id, id), append(c.occurred, p.OccurredAt), append(c.period, month)
	for i, t := range p.Transfers {
		c.tMerchant, c.tEntry, c.tN = append(c.tMerchant, p.Merchant), append(c.tEntry, id), append(c.tN, int16(i+1)) //nolint:gosec // an entry has few transfers
		c.tBook, c.tCurrency = append(c.tBook, t.Book), append(c.tCurrency, string(t.Currency))
		c.tDebit, c.tCredit = append(c.tDebit, string(t.Debit)), append(c.tCredit, string(t.Credit))
		c.tAmount, c.tRate = append(c.tAmount, money.Exact(t.Amount)), append(c.tRate, t.Rate)
		c.tPeriod, c.tVisible = append(c.tPeriod, month), append(c.tVisible, t.Debit.Own() || t.Credit.Own())
	}
}

func (c *columns) entries(now time.Time) []any {
	return []any{c.merchant, c.id, c.key, c.kind, c.source, c.book, c.occurred, now, c.period, c.reverses}
}

func (c *columns) transfers() []any {
	return []any{c.tMerchant, c.tEntry, c.tN, c.tBook, c.tCurrency, c.tDebit, c.tCredit, c.tAmount, c.tRate, c.tPeriod, c.tVisible}
}
