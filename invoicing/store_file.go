package invoicing

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/pg"
	"suanpan/internal/web"
)

func insertFile(ctx context.Context, tx *pg.Tx, f File) error {
	_, err := tx.Exec(ctx, `INSERT INTO invoice_file (merchant_id, sha256, name, content_type, size, content, stored_at, stored_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`, f.Merchant, f.SHA256, f.Name, f.ContentType, f.Size, f.Content, f.StoredAt, f.StoredBy)
	return err
}

func selectFile(ctx context.Context, tx *pg.Tx, merchant, sha string) (File, bool, error) {
	rows, err := tx.Query(ctx, `SELECT merchant_id, sha256, name, content_type, size, content, stored_at, stored_by FROM invoice_file
		WHERE sha256 = $2 AND ($1 = '' OR merchant_id = $1) ORDER BY merchant_id LIMIT 1`, merchant, sha)
	if err != nil {
		return File{}, false, err
	}
	f, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[File])
	if errors.Is(err, pgx.ErrNoRows) {
		return f, false, nil
	}
	return f, err == nil, err
}

func insertUse(ctx context.Context, tx *pg.Tx, f File, u FileUse) error {
	_, err := tx.Exec(ctx, `INSERT INTO invoice_file_use (merchant_id, sha256, requisition, name, way, used_at, used_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`, f.Merchant, f.SHA256, RequisitionKey(u.Requisition), web.SafeName(u.Name), u.Way, tx.Now, tx.Actor.User)
	return err
}

func selectUses(ctx context.Context, tx *pg.Tx, merchant, sha string) ([]FileUse, error) {
	rows, err := tx.Query(ctx, `SELECT requisition, name, way, used_at, used_by FROM invoice_file_use
		WHERE merchant_id = $1 AND sha256 = $2 ORDER BY used_at, requisition, name`, merchant, sha)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[FileUse])
}
