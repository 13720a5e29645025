package ledger

import (
	"context"
	"log/slog"
	"time"

	"suanpan/internal/pg"
)

// Seal numbers and chains what has been committed and not sealed yet, and says how many entries that were. Only one sealer
// works at a time; a second one finds the lock taken and does nothing.
func Seal(ctx context.Context, db *pg.DB) (int64, error) {
	var n int64
	err := db.InTx(ctx, pg.Actor{Role: pg.Batch, User: "sealer"}, func(tx *pg.Tx) error {
		var err error
		n, err = sealOnce(ctx, tx)
		return err
	})
	return n, err
}

// RunSealer seals every half second until the context ends, so that an entry is sealed at most a second after its commit.
func RunSealer(ctx context.Context, db *pg.DB, log *slog.Logger) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := Seal(ctx, db); err != nil && ctx.Err() == nil {
				log.Error("sealing failed; trying again", "err", err)
			}
		}
	}
}

// Sequence is the number of the last sealed entry.
func Sequence(ctx context.Context, tx *pg.Tx) (int64, error) { return selectSequence(ctx, tx) }
