package orders

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
)

func lockLine(ctx context.Context, tx *pg.Tx, merchant, line string) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('line/' || $1 || '/' || $2, 0))`, merchant, line)
	return err
}

func insertAttachments(ctx context.Context, tx *pg.Tx, merchant, kind, id string, files []Attachment) error {
	for _, f := range files { // a handful
		if _, err := tx.Exec(ctx, `INSERT INTO attachment (merchant_id, subject_kind, subject_id, sha256, name, content_type, size, content, stored_at, stored_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`, merchant, kind, id, f.SHA256, f.Name, f.ContentType, f.Size, f.Content, tx.Now, tx.Actor.User); err != nil {
			return err
		}
	}
	return nil
}

// selectAttachments lists the files of a subject without what is in them; a hash gives that one with its content.
func selectAttachments(ctx context.Context, tx *pg.Tx, merchant, kind, id, sha string) ([]Attachment, error) {
	rows, err := tx.Query(ctx, `SELECT sha256, name, content_type, size, CASE WHEN $4 = '' THEN ''::bytea ELSE content END, stored_at, stored_by FROM attachment
		WHERE merchant_id = $1 AND subject_kind = $2 AND subject_id = $3 AND ($4 = '' OR sha256 = $4) ORDER BY stored_at, name`, merchant, kind, id, sha)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Attachment, error) {
		var f Attachment
		err := r.Scan(&f.SHA256, &f.Name, &f.ContentType, &f.Size, &f.Content, &f.StoredAt, &f.StoredBy)
		return f, err
	})
}
