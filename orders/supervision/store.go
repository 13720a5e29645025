package supervision

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"suanpan/internal/pg"
	"suanpan/orders"
)

const caseColumns = `merchant_id, line_id, order_id, entity, buyer_id, product_id, sku_code, currency, gross, refunded, type, channel, product_name, spec_name, stage,
	since, opened_at, frozen_at, rejections, acts, carrier, parcel, signed_at, phones_differ, service_start, accepted_at, ended_how, ended_at, refund_id, resume_at`

func scanCase(r pgx.CollectableRow) (Case, error) {
	var c Case
	err := r.Scan(&c.Merchant, &c.Line, &c.Order, &c.Entity, &c.Buyer, &c.Product, &c.SKU, &c.Currency, &c.Gross, &c.Refunded, &c.Type, &c.Channel,
		&c.ProductName, &c.SpecName, &c.Stage, &c.Since, &c.OpenedAt, &c.Frozen, &c.Rejections, &c.Acts, &c.Carrier, &c.Parcel, &c.Signed, &c.PhonesDiffer,
		&c.Start, &c.Accepted, &c.How, &c.Ended, &c.RefundID, &c.Resume)
	c.Since, c.OpenedAt = c.Since.UTC(), c.OpenedAt.UTC()
	for _, t := range []*time.Time{c.Frozen, c.Signed, c.Start, c.Accepted, c.Ended} {
		if t != nil {
			*t = t.UTC()
		}
	}
	return c, err
}

func selectCases(ctx context.Context, tx *pg.Tx, where string, args ...any) ([]Case, error) {
	rows, err := tx.Query(ctx, `SELECT `+caseColumns+` FROM supervision_case `+where, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanCase)
}

// findCases gives the cases of a line: several where merchants share its number.
func findCases(ctx context.Context, tx *pg.Tx, merchant, line string, lock bool) ([]Case, error) {
	tail := ""
	if lock {
		tail = " FOR UPDATE"
	}
	return selectCases(ctx, tx, `WHERE line_id = $1 AND ($2 = '' OR merchant_id = $2) LIMIT 2`+tail, line, merchant)
}

func casesOf(ctx context.Context, tx *pg.Tx, merchants, lines []string) ([]Case, error) {
	return selectCases(ctx, tx, `WHERE (merchant_id, line_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY merchant_id, line_id FOR UPDATE`, merchants, lines)
}

func listCases(ctx context.Context, tx *pg.Tx, q Query) ([]Case, error) {
	return selectCases(ctx, tx, `WHERE ($1 = '' OR merchant_id = $1) AND (NOT $2 OR ended_at IS NULL) AND ($3 = '' OR stage = $3)
			AND ($4::timestamptz IS NULL OR opened_at < $4) AND (NOT $5 OR phones_differ AND stage = 'accept') AND ($6 = '' OR order_id = $6 OR line_id = $6)
		ORDER BY ended_at IS NOT NULL, opened_at, merchant_id, line_id LIMIT $7 OFFSET $8`,
		q.Merchant, q.Open, string(q.Stage), q.Before, q.PhonesDiffer, q.Number, q.Limit, q.Offset)
}

// insertCases adds cases of lines that have none, and gives the lines that were new.
func insertCases(ctx context.Context, tx *pg.Tx, cs []Case) (map[orders.LineID]bool, error) {
	fresh := map[orders.LineID]bool{}
	batch := &pgx.Batch{}
	for _, c := range cs {
		batch.Queue(`INSERT INTO supervision_case (merchant_id, line_id, order_id, entity, buyer_id, product_id, sku_code, currency, gross, refunded, type, channel, stage, since, opened_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (merchant_id, line_id) DO NOTHING`,
			c.Merchant, c.Line, c.Order, c.Entity, c.Buyer, c.Product, c.SKU, string(c.Currency), c.Gross, c.Refunded, string(c.Type), string(c.Channel), string(c.Stage), c.Since, c.OpenedAt).
			Exec(func(tag pgconn.CommandTag) error {
				if tag.RowsAffected() == 1 {
					fresh[orders.LineID{Merchant: c.Merchant, Line: c.Line}] = true
				}
				return nil
			})
	}
	return fresh, tx.SendBatch(ctx, batch).Close()
}

func updateCase(ctx context.Context, tx *pg.Tx, c *Case) error {
	_, err := tx.Exec(ctx, `UPDATE supervision_case SET refunded = $3, type = $4, channel = $5, product_name = $6, spec_name = $7, stage = $8, since = $9, frozen_at = $10,
			rejections = $11, acts = $12, carrier = $13, parcel = $14, signed_at = $15, phones_differ = $16, service_start = $17, accepted_at = $18, ended_how = $19,
			ended_at = $20, refund_id = $21, resume_at = $22
		WHERE merchant_id = $1 AND line_id = $2`, c.Merchant, c.Line, c.Refunded, string(c.Type), string(c.Channel), c.ProductName, c.SpecName, string(c.Stage), c.Since, c.Frozen,
		c.Rejections, c.Acts, c.Carrier, c.Parcel, c.Signed, c.PhonesDiffer, c.Start, c.Accepted, c.How, c.Ended, c.RefundID, string(c.Resume))
	return err
}

func insertEntry(ctx context.Context, tx *pg.Tx, c *Case, e Entry) error {
	c.Acts++
	_, err := tx.Exec(ctx, `INSERT INTO supervision_log (merchant_id, line_id, no, event, party, actor, at, recorded_at, stage, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		c.Merchant, c.Line, c.Acts, e.Event, string(e.Party), tx.Actor.User, e.At, tx.Now, string(c.Stage), e.Text)
	return err
}

func selectLog(ctx context.Context, tx *pg.Tx, merchant, line string) ([]Entry, error) {
	rows, err := tx.Query(ctx, `SELECT no, event, actor, party, at, recorded_at, stage, text FROM supervision_log WHERE merchant_id = $1 AND line_id = $2 ORDER BY no`, merchant, line)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Entry, error) {
		var e Entry
		err := r.Scan(&e.No, &e.Event, &e.Actor, &e.Party, &e.At, &e.Recorded, &e.Stage, &e.Text)
		return e, err
	})
}

func selectCompany(ctx context.Context, tx *pg.Tx, merchant, line string) (company string, err error) {
	err = tx.QueryRow(ctx, `SELECT coalesce((SELECT company FROM supervision_contact WHERE merchant_id = $1 AND line_id = $2), '')`, merchant, line).Scan(&company)
	return company, err
}

func selectContact(ctx context.Context, tx *pg.Tx, merchant, line string) (p Contact, err error) {
	rows, err := tx.Query(ctx, `SELECT company, order_phone, parcel_phone FROM supervision_contact WHERE merchant_id = $1 AND line_id = $2`, merchant, line)
	if err != nil {
		return p, err
	}
	_, err = pgx.ForEachRow(rows, []any{&p.Company, &p.OrderPhone, &p.ParcelPhone}, func() error { return nil })
	return p, err
}

func upsertContact(ctx context.Context, tx *pg.Tx, c *Case, p Contact) error {
	_, err := tx.Exec(ctx, `INSERT INTO supervision_contact (merchant_id, line_id, company, order_phone, parcel_phone) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (merchant_id, line_id) DO UPDATE SET company = excluded.company, order_phone = excluded.order_phone, parcel_phone = excluded.parcel_phone`,
		c.Merchant, c.Line, p.Company, p.OrderPhone, p.ParcelPhone)
	return err
}

func deleteContact(ctx context.Context, tx *pg.Tx, merchant, line string) error {
	_, err := tx.Exec(ctx, `DELETE FROM supervision_contact WHERE merchant_id = $1 AND line_id = $2`, merchant, line)
	return err
}

func insertPaper(ctx context.Context, tx *pg.Tx, c *Case, p Paper, content []byte) error {
	if _, err := tx.Exec(ctx, `INSERT INTO supervision_file (merchant_id, sha256, content_type, size, content, stored_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (merchant_id, sha256) DO NOTHING`, c.Merchant, p.SHA, kindOf(content), len(content), content, tx.Now); err != nil {
		return err
	}
	if p.Unchecked == nil {
		p.Unchecked = []string{}
	}
	_, err := tx.Exec(ctx, `INSERT INTO supervision_paper (merchant_id, line_id, no, appeal_no, sha256, name, party, actor, at, elements, unchecked)
		SELECT $1, $2, 1 + coalesce(max(no), 0), $3, $4, $5, $6, $7, $8, $9, $10 FROM supervision_paper WHERE merchant_id = $1 AND line_id = $2`,
		c.Merchant, c.Line, p.Appeal, p.SHA, p.Name, string(p.Party), tx.Actor.User, p.At, p.Elements, p.Unchecked)
	return err
}

func selectPapers(ctx context.Context, tx *pg.Tx, merchant, line string) ([]Paper, error) {
	rows, err := tx.Query(ctx, `SELECT no, appeal_no, sha256, name, party, actor, at, elements, unchecked FROM supervision_paper
		WHERE merchant_id = $1 AND line_id = $2 ORDER BY no`, merchant, line)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (Paper, error) {
		var p Paper
		err := r.Scan(&p.No, &p.Appeal, &p.SHA, &p.Name, &p.Party, &p.Actor, &p.At, &p.Elements, &p.Unchecked)
		return p, err
	})
}

func countProofs(ctx context.Context, tx *pg.Tx, c *Case) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM supervision_paper WHERE merchant_id = $1 AND line_id = $2 AND appeal_no = 0`, c.Merchant, c.Line).Scan(&n)
	return n, err
}

func selectFile(ctx context.Context, tx *pg.Tx, merchant, sha string) (f File, found bool, err error) {
	rows, err := tx.Query(ctx, `SELECT sha256, content_type, content FROM supervision_file WHERE merchant_id = $1 AND sha256 = $2`, merchant, sha)
	if err != nil {
		return f, false, err
	}
	_, err = pgx.ForEachRow(rows, []any{&f.SHA, &f.Type, &f.Content}, func() error { found = true; return nil })
	return f, found, err
}

// ending are cases that ended, to be written together: an import may end thousands.
type ending struct {
	cases []*Case
	at    []time.Time
}

func (e *ending) add(c *Case, at time.Time) { e.cases, e.at = append(e.cases, c), append(e.at, at) }

func (e *ending) write(ctx context.Context, tx *pg.Tx) error {
	if len(e.cases) == 0 {
		return nil
	}
	ids := make([]orders.LineID, len(e.cases))
	batch := &pgx.Batch{}
	for i, c := range e.cases {
		ids[i] = orders.LineID{Merchant: c.Merchant, Line: c.Line}
		c.Acts++
		batch.Queue(`UPDATE supervision_case SET stage = $3, since = $4, frozen_at = $5, accepted_at = $6, ended_how = $7, ended_at = $4, refunded = $8, acts = $9
			WHERE merchant_id = $1 AND line_id = $2`, c.Merchant, c.Line, string(c.Stage), e.at[i], c.Frozen, c.Accepted, c.How, c.Refunded, c.Acts)
		batch.Queue(`INSERT INTO supervision_log (merchant_id, line_id, no, event, party, actor, at, recorded_at, stage, text) VALUES ($1, $2, $3, 'ended', $4, $5, $6, $7, $8, $9)`,
			c.Merchant, c.Line, c.Acts, string(Platform), tx.Actor.User, e.at[i], tx.Now, string(c.Stage), c.How)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	return orders.DropTimers(ctx, tx, ids, timerAccept, timerWatch, timerClose, timerComplete)
}
