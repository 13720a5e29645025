package orders

import (
	"context"
	"time"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// Service has the verbs of orders. Its zero value works; the fields are what other modules lend it.
type Service struct {
	// Billed tells which of a merchant's lines are on a bill. settlement answers it; without it none are.
	Billed func(ctx context.Context, tx *pg.Tx, merchant string, lines []string) (map[string]bool, error)

	// Sellable refuses, with a Conflict, what takes no new orders: a product that is delisted or frozen, or a buyer outside its regions. The
	// catalogue answers it; without it all are sold.
	Sellable func(ctx context.Context, tx *pg.Tx, o Offer) error

	subscribers []Subscriber
	timers      map[string]TimerHandler
}

// NewService gives a service that knows its own timers. Other modules subscribe and add theirs.
func NewService() *Service {
	svc := &Service{}
	svc.Subscribe(svc.heardOfRenewals)
	svc.OnTimer(autoRenewal, svc.renewByItself)
	return svc
}

func (s *State) zoneEnd(m period.Month) time.Time { return m.End(s.zone) }

// Control is what the rows of orders say the ledger holds of orders taken and not earned.
func (svc *Service) Control(ctx context.Context, tx *pg.Tx) (ledger.Control, error) {
	want, err := selectControl(ctx, tx, deferredSQL)
	return ledger.Control{Name: "orders taken and not earned", Accounts: []ledger.Account{ledger.DeferredOrders}, Want: want}, err
}
