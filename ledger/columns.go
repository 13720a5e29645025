package ledger

import (
	"time"

	"suanpan/money"
)

// columns are entries and transfers turned on their side: one array a column, as a set-based INSERT wants them. Amounts travel as
// text, which is cheaper to encode than the binary numeric.
type columns struct {
	order                                             []*prepared
	merchant, key, kind, source, book, reverses       []string
	hash                                              [][]byte
	occurred, period                                  []time.Time
	tEntry                                            []int64
	tN                                                []int16
	tBook, tCurrency, tDebit, tCredit, tAmount, tRate []string
	tVisible                                          []bool
}

func newColumns(n int) *columns {
	return &columns{
		order: make([]*prepared, 0, n), merchant: make([]string, 0, n), key: make([]string, 0, n), kind: make([]string, 0, n),
		source: make([]string, 0, n), book: make([]string, 0, n), reverses: make([]string, 0, n), hash: make([][]byte, 0, n),
		occurred: make([]time.Time, 0, n), period: make([]time.Time, 0, n),
	}
}

func (c *columns) add(p *prepared) {
	c.order = append(c.order, p)
	c.merchant, c.key, c.kind = append(c.merchant, p.Merchant), append(c.key, p.Key), append(c.kind, p.Kind)
	c.source, c.book, c.reverses = append(c.source, string(p.Source)), append(c.book, p.Book), append(c.reverses, p.Reverses)
	c.hash = append(c.hash, p.sum)
	c.occurred, c.period = append(c.occurred, p.OccurredAt), append(c.period, p.Period.FirstDay())
	for i, t := range p.Transfers {
		c.tEntry, c.tN = append(c.tEntry, int64(len(c.order))), append(c.tN, int16(i+1)) //nolint:gosec // an entry has few transfers
		c.tBook, c.tCurrency = append(c.tBook, t.Book), append(c.tCurrency, string(t.Currency))
		c.tDebit, c.tCredit = append(c.tDebit, string(t.Debit)), append(c.tCredit, string(t.Credit))
		c.tAmount, c.tRate = append(c.tAmount, money.Exact(t.Amount)), append(c.tRate, t.Rate)
		c.tVisible = append(c.tVisible, t.Debit.Own() || t.Credit.Own())
	}
}

func (c *columns) args(now time.Time) []any {
	return []any{
		c.merchant, c.key, c.hash, c.kind, c.source, c.book, c.occurred, c.period, c.reverses, now,
		c.tEntry, c.tN, c.tBook, c.tCurrency, c.tDebit, c.tCredit, c.tAmount, c.tRate, c.tVisible,
	}
}
