package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path"
	"sort"
	"strings"

	"github.com/jackc/pgx/v5"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// paper is the document that proves a journal, kept by the hash of its bytes.
type paper struct {
	SHA256      string
	Name        string
	ContentType string
	Content     []byte
}

// newPaper trusts nothing the sender says of a file but its name, and of that no folder.
func newPaper(name string, content []byte) paper {
	sum := sha256.Sum256(content)
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	return paper{SHA256: hex.EncodeToString(sum[:]), Name: name, ContentType: "application/octet-stream", Content: content}
}

func insertPaper(ctx context.Context, tx *pg.Tx, p paper) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO ledger_attachment (sha256, name, content_type, size, content, stored_by, stored_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		p.SHA256, p.Name, p.ContentType, len(p.Content), p.Content, tx.Actor.User, tx.Now)
	return err
}

func selectPaper(ctx context.Context, tx *pg.Tx, sha string) (paper, error) {
	p := paper{SHA256: sha}
	err := tx.QueryRow(ctx, `SELECT name, content_type, content FROM ledger_attachment WHERE sha256 = $1`, sha).Scan(&p.Name, &p.ContentType, &p.Content)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, fault.New(fault.NotFound, "NOT-FOUND", "attachment")
	}
	return p, err
}

// selectPaperNames gives the attachments' file names by hash: one row a journal at most.
func selectPaperNames(ctx context.Context, tx *pg.Tx) (map[string]string, error) {
	rows, err := tx.Query(ctx, `SELECT sha256, name FROM ledger_attachment WHERE sha256 IN (SELECT attachment FROM ledger_journal)`)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	var sha, name string
	_, err = pgx.ForEachRow(rows, []any{&sha, &name}, func() error { out[sha] = name; return nil })
	return out, err
}

// chartOrder lists the chart's codes as a person looks for them.
func chartOrder() []Account {
	out := make([]Account, 0, len(chart))
	for a := range chart {
		out = append(out, a)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}
