package orders

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

func createStage(ctx context.Context, tx *pg.Tx) error {
	_, err := tx.Exec(ctx, `
		DROP TABLE IF EXISTS pg_temp.feed_stage;
		CREATE TEMP TABLE feed_stage (n bigint, phase int2, grp text, at timestamptz, rank int2, raw bytea) ON COMMIT DROP`)
	return err
}

// staged is a checked line on its way.
type staged struct {
	n     int64
	group string
	raw   []byte
}

// stage reads the whole file, checks every line by itself and keeps the good ones in a temporary table, from which they come back in
// the order in which they have to be applied, however the file was sorted.
func (l *load) stage(ctx context.Context, tx *pg.Tx, in io.Reader) error {
	type item struct {
		row []any
		err error
	}
	items := make(chan item, 4096)
	stop := make(chan struct{})
	defer close(stop)
	go func() { // decoding and copying share the two ends of this channel
		defer close(items)
		err := l.readLines(in, tx.Now, func(row []any) bool {
			select {
			case items <- item{row: row}:
				return true
			case <-stop:
				return false
			}
		})
		if err != nil {
			select {
			case items <- item{err: err}:
			case <-stop:
			}
		}
	}()
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"feed_stage"}, []string{"n", "phase", "grp", "at", "rank", "raw"}, pgx.CopyFromFunc(func() ([]any, error) {
		it, more := <-items
		if !more {
			return nil, nil
		}
		return it.row, it.err
	}))
	if fs := fault.All(err); len(fs) > 0 {
		return fs
	}
	return err
}

func (l *load) readLines(in io.Reader, now time.Time, emit func([]any) bool) error {
	scan := bufio.NewScanner(io.TeeReader(in, l.sum))
	scan.Buffer(make([]byte, 1<<20), maxLine)
	c := &checker{now: now}
	l.min, l.max = now, now
	n := int64(0)
	for scan.Scan() {
		n++
		raw := bytes.TrimSpace(scan.Bytes())
		if n == 1 {
			raw = bytes.TrimPrefix(raw, []byte("\ufeff")) // a byte order mark says nothing
		}
		if len(raw) == 0 {
			continue
		}
		if l.zone == nil {
			if err := l.readSource(raw, c); err != nil {
				return err
			}
			continue
		}
		l.report.Facts++
		r, k, fs := decode(raw, c)
		if len(fs) > 0 {
			if err := l.refuse(n, raw, fs); err != nil {
				return err
			}
			continue
		}
		if s, ok := r.(*sourceRecord); ok { // files of one source may be joined
			if s.Name != l.source.Name || s.Zone != l.source.Zone || s.History != l.source.History {
				if err := l.refuse(n, raw, fault.Faults{fault.New(fault.Invalid, "FEED-SOURCE-TWICE", "zone")}); err != nil {
					return err
				}
			}
			l.report.Facts--
			continue
		}
		l.report.ByKind[k.name]++
		at := r.happened()
		if !at.IsZero() && at.Before(l.min) {
			l.min = at
		}
		if at.After(l.max) {
			l.max = at
		}
		if !emit([]any{n, int16(k.phase), r.orderRef(), at, int16(k.rank), append([]byte(nil), raw...)}) {
			return nil
		}
		if l.opt.Progress != nil && l.report.Facts%20000 == 0 {
			l.opt.Progress(l.report.Facts, 0)
		}
	}
	if err := scan.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return fault.New(fault.TooLarge, "FEED-LINE-LENGTH", fmt.Sprintf("line %d", n+1), fault.Args{"max": maxLine})
		}
		return fault.New(fault.Invalid, "FEED-READ", fmt.Sprintf("line %d", n+1)).Wrap(err)
	}
	if l.zone == nil {
		return fault.New(fault.Invalid, "FEED-SOURCE", "line 1")
	}
	return nil
}

// readSource demands that the first record says whose file it is and in which zone its times are.
func (l *load) readSource(raw []byte, c *checker) error {
	r, k, fs := decode(raw, c)
	if len(fs) > 0 {
		return fs
	}
	if k != &sourceKind {
		return fault.New(fault.Invalid, "FEED-SOURCE", "line 1")
	}
	l.source = *r.(*sourceRecord)
	l.zone, c.zone = l.source.zone, l.source.zone
	l.report.Source = l.source.Name
	return nil
}

// cursor reads one phase of the staged lines in the order in which they apply.
type cursor struct {
	phase phase
	open  bool
}

func openStage(p phase) *cursor { return &cursor{phase: p} }

func (c *cursor) name() string { return fmt.Sprintf("feed_phase_%d", c.phase) }

func (c *cursor) fetch(ctx context.Context, tx *pg.Tx, n int) ([]staged, error) {
	if !c.open {
		if _, err := tx.Exec(ctx, fmt.Sprintf(`DECLARE %s NO SCROLL CURSOR FOR SELECT n, grp, raw FROM feed_stage WHERE phase = %d ORDER BY grp, at, rank, n`, c.name(), c.phase)); err != nil {
			return nil, err
		}
		c.open = true
	}
	rows, err := tx.Query(ctx, fmt.Sprintf(`FETCH %d FROM %s`, n, c.name()))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (staged, error) {
		var s staged
		err := r.Scan(&s.n, &s.group, &s.raw)
		return s, err
	})
}

func (c *cursor) close(ctx context.Context, tx *pg.Tx) error {
	_, err := tx.Exec(ctx, `CLOSE `+c.name())
	return err
}

func insertImport(ctx context.Context, tx *pg.Tx, l *load) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO feed_import (import_id, source, zone, sha256, facts, fresh, rejected, imported_by, imported_at)
		VALUES ('imp_' || to_char($8::timestamptz AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS') || '_' || substr(md5(random()::text), 1, 8), $1, $2, $3, $4, $5, $6, $7, $8)`,
		l.source.Name, l.source.Zone, l.sum.Sum(nil), l.report.Facts, l.b.fresh, l.report.Rejected, tx.Actor.User, tx.Now)
	return err
}

// openCreditRefund is a refund of a credit order of which is not decided yet what part lowers the customer's debt.
type openCreditRefund struct {
	merchant, refund, line string
	pool                   PoolKey
	currency               money.Currency
	back                   decimal.Decimal
	at, known              time.Time
}

func selectOpenCreditRefunds(ctx context.Context, tx *pg.Tx) ([]openCreditRefund, error) {
	var out []openCreditRefund
	err := each(ctx, tx, `
		SELECT r.merchant_id, r.refund_id, r.line_id, l.buyer_id, p.detail->>'collector', m.cycle, l.currency,
			round(r.gross - l.customer_wht * r.gross / nullif(l.gross, 0), 8)::text, r.at, r.known_at
		FROM refund r JOIN order_line l USING (merchant_id, line_id)
		JOIN line_event p ON p.merchant_id = r.merchant_id AND p.line_id = r.line_id AND p.kind = 'paid' AND p.detail->>'method' = 'CREDIT'
		JOIN credit_movement m ON m.movement_id = 'used/' || r.line_id
		WHERE r.credit_part IS NULL ORDER BY r.at, r.refund_id`, func(rows pgx.Rows) error {
		var x openCreditRefund
		var cycle time.Time
		var back string
		if err := rows.Scan(&x.merchant, &x.refund, &x.line, &x.pool.Buyer, &x.pool.Collector, &cycle, &x.currency, &back, &x.at, &x.known); err != nil {
			return err
		}
		x.pool.Cycle, x.back, x.at, x.known = period.MonthOfDay(cycle), money.MustParse(back), x.at.UTC(), x.known.UTC()
		out = append(out, x)
		return nil
	})
	return out, err
}
