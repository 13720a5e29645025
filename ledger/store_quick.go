package ledger

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
	"suanpan/money"
)

const (
	// quickKeySQL writes a key where it does not stand yet, and where the calendar is still the one the entry was prepared under. It comes after
	// holdMonths as a statement of its own, so it sees what was locked while that waited.
	quickKeySQL = `
		INSERT INTO ledger_key (merchant_id, key, hash, entry_id)
		SELECT $1::text, $2::text, $3::bytea, $4::bigint FROM ledger_calendar WHERE version = $5 ON CONFLICT (merchant_id, key) DO NOTHING`
	// The rest follows its key: where that was not written, no row names this entry.
	quickEntrySQL = `
		INSERT INTO ledger_entry (merchant_id, entry_id, key, kind, source, book, occurred_at, recorded_at, period, reverses)
		SELECT merchant_id, entry_id, key, $4, $5, $6, $7, $8, $9, nullif($10, '') FROM ledger_key WHERE merchant_id = $1 AND key = $2 AND entry_id = $3`
	quickTransferSQL = `
		INSERT INTO ledger_transfer (merchant_id, entry_id, n, book, currency, debit, credit, amount, rate, period, merchant_visible)
		SELECT merchant_id, entry_id, $4, $5, $6, $7, $8, $9::text::numeric, nullif($10, ''), $11, $12 FROM ledger_key
		WHERE merchant_id = $1 AND key = $2 AND entry_id = $3`
)

// drawEntryIDs draws numbers of entries ahead. Those that a process takes with it when it ends are gaps, which mean nothing.
func drawEntryIDs(ctx context.Context, tx *pg.Tx) ([]int64, error) {
	rows, err := tx.Query(ctx, `SELECT nextval('ledger_entry_id') FROM generate_series(1, 100)`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// insertQuick writes entries with plain statements that travel together: for a few of them that costs a third of one set-based statement, whose
// plan is made anew each time. It tells which were written.
func insertQuick(ctx context.Context, tx *pg.Tx, list []prepared, ids []int64, version int64) ([]bool, error) {
	b := &pgx.Batch{}
	b.Queue(holdMonths)
	for i := range list {
		p := &list[i]
		b.Queue(quickKeySQL, p.Merchant, p.Key, p.sum, ids[i], version)
		b.Queue(quickEntrySQL, p.Merchant, p.Key, ids[i], p.Kind, string(p.Source), p.Book, p.OccurredAt, tx.Now, p.Period.FirstDay(), p.Reverses)
		for n, t := range p.Transfers {
			b.Queue(quickTransferSQL, p.Merchant, p.Key, ids[i], int16(n+1), t.Book, string(t.Currency), string(t.Debit), string(t.Credit), //nolint:gosec // an entry has few transfers
				money.Exact(t.Amount), t.Rate, p.Period.FirstDay(), t.Debit.Own() || t.Credit.Own())
		}
	}
	br := tx.SendBatch(ctx, b)
	defer func() { _ = br.Close() }()
	if _, err := br.Exec(); err != nil {
		return nil, err
	}
	written := make([]bool, len(list))
	for i := range list {
		tag, err := br.Exec()
		if err != nil {
			return nil, err
		}
		written[i] = tag.RowsAffected() == 1
		for range 1 + len(list[i].Transfers) {
			if _, err := br.Exec(); err != nil {
				return nil, err
			}
		}
	}
	return written, br.Close()
}
