package orders

import (
	"context"

	"github.com/jackc/pgx/v5"

	"suanpan/entities"
	"suanpan/internal/pg"
)

// instanceLines reads the lines that concern some instances, and which instance each concerns. A line names its instance in its terms, or it
// opened the instance that was named after it later, or the instance bears its own id.
func instanceLines(ctx context.Context, tx *pg.Tx, dir *entities.Directory, merchant string, ids []string) ([]*State, map[string]string, error) {
	of := map[string]string{}
	var lines, merchants []string
	err := each(ctx, tx, `
		WITH asked AS (SELECT id FROM unnest($2::text[]) AS t(id)),
		called AS (SELECT a.id AS asked, a.id AS known FROM asked a
			UNION SELECT a.id, n.line_id FROM asked a JOIN instance_name n ON n.merchant_id = $1 AND n.instance_id = a.id
			UNION SELECT a.id, n.instance_id FROM asked a JOIN instance_name n ON n.merchant_id = $1 AND n.line_id = a.id)
		SELECT DISTINCT ON (line_id) line_id, asked FROM (
			SELECT l.line_id, c.asked FROM called c JOIN order_line l ON l.merchant_id = $1 AND l.terms ? 'instanceId' AND l.terms ->> 'instanceId' = c.known
			UNION ALL
			SELECT l.line_id, c.asked FROM called c JOIN order_line l ON l.merchant_id = $1 AND l.line_id = c.known AND l.order_type IN ('NEW', 'TRIAL')) x
		ORDER BY line_id, asked`, func(r pgx.Rows) error {
		var line, id string
		err := r.Scan(&line, &id)
		of[line] = id
		lines, merchants = append(lines, line), append(merchants, merchant)
		return err
	}, merchant, ids)
	if err != nil || len(lines) == 0 {
		return nil, of, err
	}
	b := newBatch(tx, false)
	b.dir = dir
	states, err := b.loadStates(ctx, `(l.merchant_id, l.line_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`, merchants, lines)
	for _, s := range states {
		s.sortRefunds()
	}
	return states, of, err
}

func insertName(ctx context.Context, tx *pg.Tx, merchant, line, id string) (bool, error) {
	var ok bool
	err := tx.QueryRow(ctx, `
		WITH claimed AS (INSERT INTO instance_claim (instance_id, merchant_id, line_id) VALUES ($3, $1, $2) ON CONFLICT (instance_id) DO NOTHING RETURNING 1),
		holder AS (SELECT 1 FROM instance_claim WHERE instance_id = $3 AND merchant_id = $1 AND line_id = $2 UNION ALL SELECT 1 FROM claimed),
		named AS (INSERT INTO instance_name (merchant_id, instance_id, line_id, named_at) SELECT $1, $3, $2, $4 WHERE EXISTS (SELECT 1 FROM holder)
			ON CONFLICT DO NOTHING RETURNING 1)
		SELECT EXISTS (SELECT 1 FROM named) OR EXISTS (SELECT 1 FROM instance_name WHERE merchant_id = $1 AND instance_id = $3 AND line_id = $2)`,
		merchant, line, id, tx.Now).Scan(&ok)
	return ok, err
}
