package orders

import (
	"context"
	"time"

	"suanpan/internal/period"
	"suanpan/internal/pg"
)

// Service has the verbs of orders. Its zero value works; the fields are what other modules lend it.
type Service struct {
	// Billed tells which of a merchant's lines are on a bill. settlement answers it; without it none are.
	Billed func(ctx context.Context, tx *pg.Tx, merchant string, lines []string) (map[string]bool, error)
}

func (s *State) zoneEnd(m period.Month) time.Time { return m.End(s.zone) }
