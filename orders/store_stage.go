package orders

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
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

// fewLines is how many lines wait in memory: what a business transaction brings. A temporary table is made for more, since making one costs as much
// as writing some hundred rows, and leaves as many behind in the catalogue.
const fewLines = 256

// staged is a checked line on its way. What decides its order is empty once it has come back from the table.
type staged struct {
	n     int64
	group string
	raw   []byte

	phase phase
	at    time.Time
	rank  int16
}

// item is what the reader hands over: a line, or why it ends.
type item struct {
	staged
	err error
}

func (s staged) row() []any { return []any{s.n, int16(s.phase), s.group, s.at, s.rank, s.raw} }

// compare is the order in which lines of one phase apply; the same as the temporary table's, whose times are whole microseconds.
func (s staged) compare(o staged) int {
	return cmp.Or(cmp.Compare(s.group, o.group), cmp.Compare(s.at.UnixMicro(), o.at.UnixMicro()), cmp.Compare(s.rank, o.rank), cmp.Compare(s.n, o.n))
}

// stage reads the whole file, checks every line by itself and keeps the good ones, from which they come back in the order in which they have to be
// applied, however the file was sorted: a few in memory, more in a temporary table.
func (l *load) stage(ctx context.Context, tx *pg.Tx, in io.Reader) error {
	items := make(chan item, 4096)
	stop := make(chan struct{})
	defer close(stop)
	go func() { // decoding and copying share the two ends of this channel
		defer close(items)
		err := l.readLines(in, tx.Now, func(s staged) bool {
			select {
			case items <- item{staged: s}:
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
	for it := range items {
		if it.err != nil {
			return it.err
		}
		if l.few = append(l.few, it.staged); len(l.few) > fewLines {
			return l.copyAll(ctx, tx, items)
		}
	}
	slices.SortStableFunc(l.few, staged.compare)
	return nil
}

// copyAll moves the lines read so far, and all that follow, to the temporary table.
func (l *load) copyAll(ctx context.Context, tx *pg.Tx, items <-chan item) error {
	if err := createStage(ctx, tx); err != nil {
		return err
	}
	first := l.few
	l.few, l.many = nil, true
	var unread error // COPY would hand it back as a text of the server's
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"feed_stage"}, []string{"n", "phase", "grp", "at", "rank", "raw"}, pgx.CopyFromFunc(func() ([]any, error) {
		if len(first) > 0 {
			row := first[0].row()
			first = first[1:]
			return row, nil
		}
		it, more := <-items
		if !more {
			return nil, nil
		}
		if unread = it.err; unread != nil {
			return nil, unread
		}
		return it.staged.row(), nil
	}))
	if unread != nil {
		return unread
	}
	return err
}

// examined is a batch of lines after their check, in the file's order.
type examined struct {
	lines []line
	done  chan struct{}
}

type line struct {
	n    int64
	raw  []byte
	rec  record
	kind *kindDef
	bad  fault.Faults
}

// examiners is how many batches are checked at a time; what they found is taken in the file's order.
const examiners = 2

func (l *load) readLines(in io.Reader, now time.Time, emit func(staged) bool) error {
	l.min, l.max = now, now
	queue := make(chan *examined, 2*examiners)
	gate := make(chan struct{}, examiners)
	failed := make(chan error, 1)
	quit := make(chan struct{})
	defer close(quit)
	go func() {
		defer close(queue)
		failed <- l.scan(in, func(b []line) bool {
			e := &examined{lines: b, done: make(chan struct{})}
			zone := l.zone
			select {
			case gate <- struct{}{}:
			case <-quit:
				return false
			}
			go func() {
				c := &checker{zone: zone}
				for i := range e.lines {
					x := &e.lines[i]
					x.rec, x.kind, x.bad = examine(x.raw, c)
				}
				<-gate
				close(e.done)
			}()
			select {
			case queue <- e:
				return true
			case <-quit:
				return false
			}
		})
	}()
	for e := range queue {
		<-e.done
		for i := range e.lines {
			more, err := l.take(&e.lines[i], emit)
			if err != nil || !more {
				return err
			}
		}
	}
	return <-failed
}

// scan cuts the file into batches of lines; the first line says whose file it is.
func (l *load) scan(in io.Reader, emit func([]line) bool) error {
	scan := bufio.NewScanner(io.TeeReader(in, l.sum))
	scan.Buffer(make([]byte, 64<<10), maxLine) // most calls bring one line: a long one makes it grow
	c := &checker{}
	const size = 256
	var batch []line
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
		batch = append(batch, line{n: n, raw: bytes.Clone(raw)})
		if len(batch) == size {
			if !emit(batch) {
				return nil
			}
			batch = make([]line, 0, size)
		}
	}
	if len(batch) > 0 && !emit(batch) {
		return nil
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

// take stages a line that was examined, or notes what is wrong with it.
func (l *load) take(x *line, emit func(staged) bool) (more bool, err error) {
	l.report.Facts++
	if len(x.bad) > 0 {
		return true, l.refuse(x.n, x.raw, x.bad)
	}
	if s, ok := x.rec.(*sourceRecord); ok { // files of one source may be joined
		l.report.Facts--
		if s.Name != l.source.Name || s.Zone != l.source.Zone || s.History != l.source.History {
			return true, l.refuse(x.n, x.raw, fault.Faults{fault.New(fault.Invalid, "FEED-SOURCE-TWICE", "zone")})
		}
		return true, nil
	}
	l.report.ByKind[x.kind.name]++
	at := x.rec.happened()
	if !at.IsZero() && at.Before(l.min) {
		l.min = at
	}
	if at.After(l.max) {
		l.max = at
	}
	if l.opt.Progress != nil && l.report.Facts%20000 == 0 {
		l.opt.Progress(l.report.Facts, 0)
	}
	return emit(staged{n: x.n, group: x.rec.orderRef(), raw: x.raw, phase: x.kind.phase, at: at, rank: int16(x.kind.rank)}), nil
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
	many  bool     // they lie in the table
	few   []staged // of this phase, otherwise; not fetched yet
}

func (l *load) openStage(p phase) *cursor {
	c := &cursor{phase: p, many: l.many}
	for _, s := range l.few {
		if s.phase == p {
			c.few = append(c.few, s)
		}
	}
	return c
}

func (c *cursor) name() string { return fmt.Sprintf("feed_phase_%d", c.phase) }

func (c *cursor) fetch(ctx context.Context, tx *pg.Tx, n int) ([]staged, error) {
	if !c.many {
		got := c.few[:min(n, len(c.few))]
		c.few = c.few[len(got):]
		return got, nil
	}
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
	if !c.many {
		return nil
	}
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
			(r.gross - round(l.customer_wht * (e.before + r.gross) / nullif(l.gross, 0), 8) + round(l.customer_wht * e.before / nullif(l.gross, 0), 8))::text, r.at, r.known_at
		FROM refund r JOIN order_line l USING (merchant_id, line_id)
		CROSS JOIN LATERAL (SELECT coalesce(sum(x.gross), 0) AS before FROM refund x
			WHERE x.merchant_id = r.merchant_id AND x.line_id = r.line_id AND (x.at, x.refund_id) < (r.at, r.refund_id)) e
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
