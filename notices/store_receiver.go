package notices

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

func insertReceiver(ctx context.Context, tx *pg.Tx, r Receiver) error {
	types := r.Types
	if types == nil {
		types = []string{}
	}
	if _, err := tx.Exec(ctx, `INSERT INTO notice_receiver (merchant_id, receiver_id, channel, lang, types, added_at, added_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.Merchant, r.ID, string(r.Channel), string(r.Lang), types, tx.Now, tx.Actor.User); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO notice_address (merchant_id, receiver_id, name, address) VALUES ($1, $2, $3, $4)`, r.Merchant, r.ID, r.Name, r.Address)
	return err
}

func removeReceiver(ctx context.Context, tx *pg.Tx, merchant, id string) (bool, error) {
	tag, err := tx.Exec(ctx, `UPDATE notice_receiver SET removed_at = $3 WHERE merchant_id = $1 AND receiver_id = $2 AND removed_at IS NULL`, merchant, id, tx.Now)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM notice_address WHERE merchant_id = $1 AND receiver_id = $2`, merchant, id)
	return true, err
}

func selectReceivers(ctx context.Context, tx *pg.Tx, merchant string) ([]Receiver, error) {
	rows, err := tx.Query(ctx, `SELECT r.merchant_id, r.receiver_id, r.channel, r.lang, r.types, r.added_at, r.confirmed_at, coalesce(a.name, ''), coalesce(a.address, '')
		FROM notice_receiver r LEFT JOIN notice_address a USING (merchant_id, receiver_id) WHERE r.merchant_id = $1 AND r.removed_at IS NULL ORDER BY r.added_at, r.receiver_id`, merchant)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanReceiver)
}

func scanReceiver(row pgx.CollectableRow) (r Receiver, err error) {
	var c, lang string
	err = row.Scan(&r.Merchant, &r.ID, &c, &lang, &r.Types, &r.AddedAt, &r.Confirmed, &r.Name, &r.Address)
	r.Channel, r.Lang = Channel(c), fault.Lang(lang)
	return r, err
}

func selectByAddress(ctx context.Context, tx *pg.Tx, address string) ([]Receiver, error) {
	rows, err := tx.Query(ctx, `SELECT r.merchant_id, r.receiver_id, r.channel, r.lang, r.types, r.added_at, r.confirmed_at, a.name, a.address
		FROM notice_receiver r JOIN notice_address a USING (merchant_id, receiver_id)
		WHERE lower(a.address) = lower($1) AND r.channel = 'email' AND r.confirmed_at IS NOT NULL AND r.removed_at IS NULL ORDER BY r.merchant_id, r.receiver_id`, address)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanReceiver)
}

func confirmReceiver(ctx context.Context, tx *pg.Tx, merchant, id string, machine time.Time) (bool, error) {
	tag, err := tx.Exec(ctx, `UPDATE notice_receiver SET confirmed_at = coalesce(confirmed_at, $3) WHERE merchant_id = $1 AND receiver_id = $2 AND removed_at IS NULL`,
		merchant, id, machine)
	return tag.RowsAffected() == 1, err
}

func addChange(ctx context.Context, tx *pg.Tx, merchant string) (n int, err error) {
	err = tx.QueryRow(ctx, `INSERT INTO notice_change (merchant_id, day, n) VALUES ($1, $2, 1)
		ON CONFLICT (merchant_id, day) DO UPDATE SET n = notice_change.n + 1 RETURNING n`, merchant, tx.Now).Scan(&n)
	return n, err
}
