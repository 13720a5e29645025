package pg

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// rawTx is a transaction that was begun together with its role in one round trip, which pgx's own cannot.
type rawTx struct {
	conn   *pgx.Conn
	closed bool
}

var errNested = errors.New("pg: transactions are never nested")

// begin opens the transaction as a role; it answers with a demo's clock, or the zero time.
func (t *rawTx) begin(ctx context.Context, begin, role string, a Actor) (time.Time, error) {
	b := &pgx.Batch{}
	b.Queue(begin)
	b.Queue(beginAs, role, a.Merchant, a.User)
	br := t.conn.SendBatch(ctx, b)
	defer func() { _ = br.Close() }()
	if _, err := br.Exec(); err != nil {
		return time.Time{}, err
	}
	var now *time.Time
	if err := br.QueryRow().Scan(&now, nil, nil, nil); err != nil {
		return time.Time{}, err
	}
	if err := br.Close(); err != nil || now == nil {
		return time.Time{}, err
	}
	return *now, nil
}

// abandon rolls back what was not committed, even where the caller has gone away.
func (t *rawTx) abandon(ctx context.Context) {
	if t.closed || t.conn.IsClosed() || t.conn.PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = t.Rollback(ctx)
}

// Begin refuses.
func (t *rawTx) Begin(context.Context) (pgx.Tx, error) { return nil, errNested }

// Commit commits; where a statement had failed and its error was dropped, PostgreSQL rolls back and this says so.
func (t *rawTx) Commit(ctx context.Context) error {
	if t.closed {
		return pgx.ErrTxClosed
	}
	t.closed = true
	tag, err := t.conn.Exec(ctx, "commit")
	if err == nil && tag.String() == "ROLLBACK" {
		return pgx.ErrTxCommitRollback
	}
	return err
}

// Rollback undoes everything.
func (t *rawTx) Rollback(ctx context.Context) error {
	if t.closed {
		return pgx.ErrTxClosed
	}
	t.closed = true
	_, err := t.conn.Exec(ctx, "rollback")
	return err
}

func (t *rawTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if t.closed {
		return pgconn.CommandTag{}, pgx.ErrTxClosed
	}
	return t.conn.Exec(ctx, sql, args...)
}

func (t *rawTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if t.closed {
		return closedRows{}, pgx.ErrTxClosed
	}
	return t.conn.Query(ctx, sql, args...)
}

func (t *rawTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if t.closed {
		return closedRows{}
	}
	return t.conn.QueryRow(ctx, sql, args...)
}

func (t *rawTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if t.closed {
		return 0, pgx.ErrTxClosed
	}
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

func (t *rawTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if t.closed {
		return closedBatch{}
	}
	return t.conn.SendBatch(ctx, b)
}

func (t *rawTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	if t.closed {
		return nil, pgx.ErrTxClosed
	}
	return t.conn.Prepare(ctx, name, sql)
}

// LargeObjects is there for the interface; nothing here keeps large objects.
func (t *rawTx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

func (t *rawTx) Conn() *pgx.Conn { return t.conn }

// closedRows and closedBatch answer whoever holds on to a transaction that is over; pgx calls nothing else of theirs.
type closedRows struct{ pgx.Rows }

func (closedRows) Close()            {}
func (closedRows) Err() error        { return pgx.ErrTxClosed }
func (closedRows) Next() bool        { return false }
func (closedRows) Scan(...any) error { return pgx.ErrTxClosed }

type closedBatch struct{ pgx.BatchResults }

func (closedBatch) Exec() (pgconn.CommandTag, error) { return pgconn.CommandTag{}, pgx.ErrTxClosed }
func (closedBatch) Query() (pgx.Rows, error)         { return closedRows{}, pgx.ErrTxClosed }
func (closedBatch) QueryRow() pgx.Row                { return closedRows{} }
func (closedBatch) Close() error                     { return pgx.ErrTxClosed }
