package notices

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// The conflict has no target: a notice for staff is hidden from the merchant whose deed tells it, and naming the key would need to see it.
func insertNotice(ctx context.Context, tx *pg.Tx, n Notice) error {
	_, err := tx.Exec(ctx, `INSERT INTO notice (merchant_id, notice_key, type, duty, receiver_id, args, told_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		n.Merchant, n.Key, n.Type, n.Duty, n.Receiver, n.Args, tx.Now)
	return err
}

func countUnread(ctx context.Context, tx *pg.Tx, merchant string) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM notice WHERE merchant_id = $1 AND duty = '' AND receiver_id = '' AND read_at IS NULL`, merchant).Scan(&n)
	return n, err
}

func selectNotices(ctx context.Context, tx *pg.Tx, merchant string, limit, offset int) ([]Notice, error) {
	rows, err := tx.Query(ctx, `SELECT merchant_id, notice_key, type, duty, receiver_id, args, told_at, read_at FROM notice
		WHERE merchant_id = $1 AND duty = '' AND receiver_id = '' ORDER BY told_at DESC, notice_key LIMIT $2 OFFSET $3`, merchant, limit, offset)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanNotice)
}

func scanNotice(r pgx.CollectableRow) (n Notice, err error) {
	err = r.Scan(&n.Merchant, &n.Key, &n.Type, &n.Duty, &n.Receiver, &n.Args, &n.ToldAt, &n.ReadAt)
	return n, err
}

func markRead(ctx context.Context, tx *pg.Tx, merchant string) error {
	_, err := tx.Exec(ctx, `UPDATE notice SET read_at = $2 WHERE merchant_id = $1 AND read_at IS NULL`, merchant, tx.Now)
	return err
}

// takeUnspread takes notices whose deliveries are not written yet; other workers pass over them.
func takeUnspread(ctx context.Context, tx *pg.Tx, most int) ([]Notice, error) {
	rows, err := tx.Query(ctx, `UPDATE notice n SET spread = true FROM (SELECT merchant_id, notice_key FROM notice WHERE NOT spread
			ORDER BY told_at LIMIT $1 FOR UPDATE SKIP LOCKED) x WHERE n.merchant_id = x.merchant_id AND n.notice_key = x.notice_key
		RETURNING n.merchant_id, n.notice_key, n.type, n.duty, n.receiver_id, n.args, n.told_at, n.read_at`, most)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanNotice)
}

func insertDelivery(ctx context.Context, tx *pg.Tx, n Notice, c Channel, receiver string, machine time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO notice_delivery (merchant_id, notice_key, channel, receiver_id, delivery_id, next_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, n.Merchant, n.Key, string(c), receiver, deliveryID(n, c, receiver), machine)
	return err
}

const deliveryColumns = `d.merchant_id, d.notice_key, d.channel, d.receiver_id, d.delivery_id, d.state, d.tries, d.round, d.next_at, d.sent_at, d.failure,
	n.type, n.duty, n.args, n.told_at, coalesce(r.lang, ''), coalesce(a.address, ''), r.removed_at IS NOT NULL`

const deliveryJoin = ` JOIN notice n ON n.merchant_id = d.merchant_id AND n.notice_key = d.notice_key
	LEFT JOIN notice_receiver r ON r.merchant_id = CASE WHEN n.duty = '' THEN d.merchant_id ELSE '' END AND r.receiver_id = d.receiver_id
	LEFT JOIN notice_address a ON a.merchant_id = r.merchant_id AND a.receiver_id = r.receiver_id`

func scanDelivery(r pgx.CollectableRow) (d Delivery, err error) {
	var c, lang string
	err = r.Scan(&d.Notice.Merchant, &d.Notice.Key, &c, &d.Receiver, &d.ID, &d.State, &d.Tries, &d.round, &d.NextAt, &d.SentAt, &d.Failure,
		&d.Notice.Type, &d.Notice.Duty, &d.Notice.Args, &d.Notice.ToldAt, &lang, &d.to, &d.removed)
	d.Channel, d.lang = Channel(c), fault.Lang(lang)
	return d, err
}

// claim leases waiting deliveries: until the lease ends no other worker takes them.
func claim(ctx context.Context, tx *pg.Tx, channels []string, machine time.Time, most int) ([]Delivery, error) {
	rows, err := tx.Query(ctx, `WITH d AS (UPDATE notice_delivery u SET lease_until = $3, tries = u.tries + 1, round = u.round + 1
			FROM (SELECT merchant_id, notice_key, channel, receiver_id FROM notice_delivery
				WHERE state = 'waiting' AND next_at <= $1 AND (lease_until IS NULL OR lease_until < $1) AND channel = ANY($2)
				ORDER BY next_at LIMIT $4 FOR UPDATE SKIP LOCKED) x
			WHERE u.merchant_id = x.merchant_id AND u.notice_key = x.notice_key AND u.channel = x.channel AND u.receiver_id = x.receiver_id RETURNING u.*)
		SELECT `+deliveryColumns+` FROM d`+deliveryJoin, machine, channels, machine.Add(lease), most)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanDelivery)
}

// report notes what came of an attempt, unless a later one began meanwhile.
func report(ctx context.Context, tx *pg.Tx, d Delivery) error {
	_, err := tx.Exec(ctx, `UPDATE notice_delivery SET state = $5, next_at = $6, sent_at = $7, failure = left($8, 500), lease_until = NULL
		WHERE merchant_id = $1 AND notice_key = $2 AND channel = $3 AND receiver_id = $4 AND round = $9 AND state = 'waiting'`,
		d.Notice.Merchant, d.Notice.Key, string(d.Channel), d.Receiver, d.State, d.NextAt, d.SentAt, d.Failure, d.round)
	return err
}

func selectDeliveries(ctx context.Context, tx *pg.Tx, q OutboxQuery) ([]Delivery, error) {
	rows, err := tx.Query(ctx, `SELECT `+deliveryColumns+` FROM notice_delivery d`+deliveryJoin+`
		WHERE ($1 = '' OR d.state = $1) AND ($4 = '' OR d.delivery_id = $4) ORDER BY n.told_at DESC, d.delivery_id LIMIT $2 OFFSET $3`,
		string(q.State), q.Limit, q.Offset, q.ID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanDelivery)
}

func resend(ctx context.Context, tx *pg.Tx, id string, machine time.Time) (bool, error) {
	tag, err := tx.Exec(ctx, `UPDATE notice_delivery SET state = 'waiting', tries = 0, next_at = $2, failure = '' WHERE delivery_id = $1 AND state = 'failed'`, id, machine)
	return tag.RowsAffected() == 1, err
}

func selectSecret(ctx context.Context, tx *pg.Tx) (b []byte, err error) {
	err = tx.QueryRow(ctx, `SELECT secret FROM notice_secret`).Scan(&b)
	return b, err
}
