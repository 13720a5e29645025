package orders

import (
	"time"

	"github.com/shopspring/decimal"
)

// moved is what facts say that are an amount and nothing else: how much, in which currency, and when it moved in the world. A record embeds it
// last: a fact's hash follows the order of its fields.
type moved struct {
	Amount   string `json:"amount"`
	Currency string `json:"currencyCode"`
	Time     string `json:"time"`

	at     time.Time
	amount decimal.Decimal
}

func (m *moved) happened() time.Time { return m.at }

func (m *moved) checkMoved(c *checker) {
	m.amount = c.positive("amount", c.decimal("amount", &m.Amount, true))
	c.currency("currencyCode", &m.Currency)
	m.at = c.time("time", &m.Time, true)
}
