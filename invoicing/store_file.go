package invoicing

import (
	"context"
	"errors"
	"time"

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

// selectScanned reads the scanner's last word about a file.
func selectScanned(ctx context.Context, tx *pg.Tx, merchant, sha string) (s scanned, err error) {
	err = tx.QueryRow(ctx, `SELECT found FROM invoice_file_scan WHERE merchant_id = $1 AND sha256 = $2 ORDER BY n DESC LIMIT 1`, merchant, sha).Scan(&s.Found)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, nil
	}
	s.ok = err == nil
	return s, err
}

// insertScan adds an answer; two that come at once are both right.
func insertScan(ctx context.Context, tx *pg.Tx, merchant, sha, found string) error {
	_, err := tx.Exec(ctx, `INSERT INTO invoice_file_scan (merchant_id, sha256, n, outcome, found, scanned_at)
		SELECT $1, $2, coalesce(max(n), 0) + 1, CASE WHEN $3 = '' THEN 'clean' ELSE 'infected' END, $3, $4 FROM invoice_file_scan
		WHERE merchant_id = $1 AND sha256 = $2 ON CONFLICT DO NOTHING`, merchant, sha, found, tx.Now)
	return err
}

// fileRef is where a file stands among the waiting ones.
type fileRef struct {
	Merchant, SHA256 string
	StoredAt         time.Time
}

func selectUnscanned(ctx context.Context, tx *pg.Tx, after fileRef, limit int) ([]fileRef, error) {
	rows, err := tx.Query(ctx, `SELECT merchant_id, sha256, stored_at FROM invoice_file f
		WHERE (stored_at, merchant_id, sha256) > ($1, $2, $3)
			AND NOT EXISTS (SELECT FROM invoice_file_scan s WHERE s.merchant_id = f.merchant_id AND s.sha256 = f.sha256)
		ORDER BY stored_at, merchant_id, sha256 LIMIT $4`, after.StoredAt, after.Merchant, after.SHA256, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[fileRef])
}
