package orders

import (
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
)

// Happening kinds beyond the event kinds of a line.
const (
	Placed    = "placed"
	MoneyBack = "refund"
)

// Happening is what a fact did to a line, told to the modules around orders in the transaction that took the fact: once, when it was new,
// whichever door it came through.
type Happening struct {
	Kind    string    // Placed, Paid, Effective, Completed, Canceled, Failed, AppealOpened, AppealClosed, MoneyBack
	Line    *Line     // not to be written to
	ID      string    // the fact's id within its kind: the order's, the refund's
	At      time.Time // in the world
	KnownAt time.Time
	History bool // of a file of the past: whatever it would set going has long come to its end

	Payment *PaymentDetail  // of Paid
	Gross   decimal.Decimal // of MoneyBack: what went back, in the line's currency
	Left    decimal.Decimal // of MoneyBack: what of the line's gross has not gone back
	Rule    string          // of MoneyBack
}

// Subscriber hears what happened to lines, in the order in which it was applied, after its rows are written; its money is
// posted in the same transaction, maybe later. It may set timers, holds and
// rows of its own module; it may not Take facts: where one follows, it sets a timer that is due at once. An error undoes the whole transaction.
type Subscriber func(ctx context.Context, tx *pg.Tx, happened []Happening) error

// Subscribe adds a module that hears what happens, after those that were added before.
func (svc *Service) Subscribe(s Subscriber) { svc.subscribers = append(svc.subscribers, s) }

func (b *batch) happen(h Happening) {
	if len(b.tell) > 0 {
		h.History = b.history
		b.happened = append(b.happened, h)
	}
}

// telling hands over what happened since the last time.
func (b *batch) telling(ctx context.Context) error {
	if len(b.happened) == 0 {
		return nil
	}
	all := b.happened
	b.happened = nil
	for _, s := range b.tell {
		if err := s(ctx, b.tx, all); err != nil {
			return err
		}
	}
	return nil
}
