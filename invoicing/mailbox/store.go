package mailbox

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

// lastRead gives how far a mailbox was read: zero where it was not, or where the server numbers it anew.
func lastRead(ctx context.Context, tx *pg.Tx, mailbox string, validity uint32) (last uint32, err error) {
	var n int64
	err = tx.QueryRow(ctx, `SELECT last_uid FROM mail_box WHERE mailbox = $1 AND uid_validity = $2`, mailbox, int64(validity)).Scan(&n)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return uint32(n), err //nolint:gosec // a UID has 32 bits
}

func setRead(ctx context.Context, tx *pg.Tx, mailbox string, validity, last uint32) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mail_box (mailbox, uid_validity, last_uid) VALUES ($1, $2, $3)
		ON CONFLICT (mailbox) DO UPDATE SET uid_validity = excluded.uid_validity,
			last_uid = CASE WHEN mail_box.uid_validity = excluded.uid_validity THEN greatest(mail_box.last_uid, excluded.last_uid) ELSE excluded.last_uid END`,
		mailbox, int64(validity), int64(last))
	return err
}

func insertMessage(ctx context.Context, tx *pg.Tx, k Kept) (bool, error) {
	if k.Raw == nil {
		k.Raw = []byte{}
	}
	tag, err := tx.Exec(ctx, `INSERT INTO mail_claim (mail_id) VALUES ($1) ON CONFLICT DO NOTHING`, k.ID)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO mail_message (mail_id, mailbox, uid, arrived_at, taken_at, size, raw, state, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		k.ID, k.Mailbox, int64(k.UID), k.ArrivedAt, k.TakenAt, k.Size, k.Raw, string(k.State), k.Reason)
	return true, err
}

const keptColumns = `merchant_id, mail_id, mailbox, uid, message_id, sender, subject, arrived_at, taken_at, size, state, reason, requisition, outcome, decided_by,
	reply, reply_to, reply_head, reply_body, reply_tries`

func scanKept(r pgx.CollectableRow) (k Kept, err error) {
	var uid int64
	err = r.Scan(&k.Merchant, &k.ID, &k.Mailbox, &uid, &k.MessageID, &k.Sender, &k.Subject, &k.ArrivedAt, &k.TakenAt, &k.Size, &k.State, &k.Reason, &k.Requisition,
		&k.Outcome, &k.DecidedBy, &k.Reply, &k.ReplyTo, &k.ReplyHead, &k.ReplyBody, &k.ReplyTries)
	k.UID, k.ArrivedAt, k.TakenAt = uint32(uid), k.ArrivedAt.UTC(), k.TakenAt.UTC() //nolint:gosec // a UID has 32 bits
	return k, err
}

func one(ctx context.Context, tx *pg.Tx, sql string, args ...any) (Kept, bool, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return Kept{}, false, err
	}
	k, err := pgx.CollectOneRow(rows, scanKept)
	if errors.Is(err, pgx.ErrNoRows) {
		return Kept{}, false, nil
	}
	return k, err == nil, err
}

func raw(ctx context.Context, tx *pg.Tx, k *Kept) error {
	return tx.QueryRow(ctx, `SELECT raw FROM mail_message WHERE merchant_id = $1 AND mail_id = $2`, k.Merchant, k.ID).Scan(&k.Raw)
}

// lockTaken takes the oldest message that was not read, unless another process has it.
func lockTaken(ctx context.Context, tx *pg.Tx) (Kept, bool, error) {
	k, ok, err := one(ctx, tx, `SELECT `+keptColumns+` FROM mail_message WHERE state = 'taken' ORDER BY arrived_at, mail_id LIMIT 1 FOR UPDATE SKIP LOCKED`)
	if err != nil || !ok {
		return k, ok, err
	}
	return k, true, raw(ctx, tx, &k)
}

func lockMessage(ctx context.Context, tx *pg.Tx, id string) (Kept, bool, error) {
	k, ok, err := one(ctx, tx, `SELECT `+keptColumns+` FROM mail_message WHERE mail_id = $1 FOR UPDATE`, id)
	if err != nil || !ok {
		return k, ok, err
	}
	return k, true, raw(ctx, tx, &k)
}

func selectMessage(ctx context.Context, tx *pg.Tx, id string) (Kept, bool, error) {
	k, ok, err := one(ctx, tx, `SELECT `+keptColumns+` FROM mail_message WHERE mail_id = $1`, id)
	if err != nil || !ok {
		return k, ok, err
	}
	return k, true, raw(ctx, tx, &k)
}

func selectMessages(ctx context.Context, tx *pg.Tx, state State, limit, offset int) ([]Kept, error) {
	rows, err := tx.Query(ctx, `SELECT `+keptColumns+` FROM mail_message WHERE $1 = '' OR state = $1 ORDER BY arrived_at DESC, mail_id LIMIT $2 OFFSET $3`, string(state), limit, offset)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanKept)
}

func updateMessage(ctx context.Context, tx *pg.Tx, before string, k Kept) error {
	_, err := tx.Exec(ctx, `
		UPDATE mail_message SET merchant_id = $3, message_id = $4, sender = $5, subject = $6, state = $7, reason = $8, requisition = $9, outcome = $10,
			decided_at = $11, decided_by = $12, reply = $13, reply_to = $14, reply_head = $15, reply_body = $16
		WHERE merchant_id = $1 AND mail_id = $2`, before, k.ID, k.Merchant, k.MessageID, k.Sender, k.Subject, string(k.State), k.Reason, k.Requisition, string(k.Outcome),
		tx.Now, k.DecidedBy, string(k.Reply), k.ReplyTo, k.ReplyHead, k.ReplyBody)
	return err
}

// setUnsure marks answers whose process ended while it was sending them.
func setUnsure(ctx context.Context, tx *pg.Tx, machine time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE mail_message SET reply = 'unsure', reply_next = NULL WHERE reply = 'sending' AND reply_next < $1`, machine)
	return err
}

func claimReply(ctx context.Context, tx *pg.Tx, machine, until time.Time) (Kept, bool, error) {
	return one(ctx, tx, `
		UPDATE mail_message SET reply = 'sending', reply_next = $2, reply_tries = reply_tries + 1 WHERE (merchant_id, mail_id) = (
			SELECT merchant_id, mail_id FROM mail_message WHERE reply = 'due' AND (reply_next IS NULL OR reply_next <= $1) ORDER BY arrived_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING `+keptColumns, machine, until)
}

func setReply(ctx context.Context, tx *pg.Tx, k Kept, state Reply, next time.Time) error {
	var at *time.Time
	if !next.IsZero() {
		at = &next
	}
	_, err := tx.Exec(ctx, `UPDATE mail_message SET reply = $3, reply_next = $4 WHERE merchant_id = $1 AND mail_id = $2 AND reply_tries = $5`, k.Merchant, k.ID, string(state), at, k.ReplyTries)
	return err
}
