package pg

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Tx is a transaction of an actor at one instant of business time.
type Tx struct {
	pgx.Tx
	Now   time.Time // business time in UTC, whole microseconds; the same until the end of the transaction
	Actor Actor
	Memo  *sync.Map // of the database, shared by all its transactions and kept between them: for what stays true or can be asked whether it does
}

const (
	beginWrite = "begin isolation level read committed"
	beginRead  = "begin isolation level repeatable read read only"

	// beginAs takes the role and the actor until the end of the transaction and answers with a demo's clock. The row is read
	// under the rights of the login, since they are checked before the function runs.
	beginAs = `SELECT demo_now, set_config('role', $1, true), set_config('suanpan.merchant', $2, true), set_config('suanpan.user', $3, true)
		FROM public.installation`
)

// InTx runs fn in a read-committed transaction as the actor and commits when fn returns nil. What comes back has gone through
// Fault. It never begins twice: call it where the request or the job starts, and pass the Tx on.
func (db *DB) InTx(ctx context.Context, actor Actor, fn func(tx *Tx) error) error {
	return db.as(ctx, actor, beginWrite, fn)
}

// ReadTx is InTx on one unchanging snapshot that cannot be written to: for documents, exports and verification.
func (db *DB) ReadTx(ctx context.Context, actor Actor, fn func(tx *Tx) error) error {
	return db.as(ctx, actor, beginRead, fn)
}

// OwnerTx is InTx as the owner of the schema, whom no policy stops: for partitions, the demo's clock and tests' set-up, never
// for a person's or a job's work.
func (db *DB) OwnerTx(ctx context.Context, fn func(tx *Tx) error) error {
	return Fault(db.run(ctx, beginWrite, "none", Actor{}, fn))
}

func (db *DB) as(ctx context.Context, actor Actor, begin string, fn func(tx *Tx) error) error {
	if err := actor.check(); err != nil {
		return err
	}
	prefix, err := db.rolePrefix(ctx)
	if err != nil {
		return err
	}
	return Fault(db.run(ctx, begin, prefix+"_"+string(actor.Role), actor, fn))
}

func (db *DB) run(ctx context.Context, begin, role string, actor Actor, fn func(tx *Tx) error) error {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release() // closes the connection if it is still inside a transaction
	raw := &rawTx{conn: conn.Conn()}
	now, err := raw.begin(ctx, begin, role, actor)
	defer raw.abandon(ctx)
	if err != nil {
		return err
	}
	if now.IsZero() {
		now = db.clock()
	}
	if err := fn(&Tx{Tx: raw, Now: now.UTC().Truncate(time.Microsecond), Actor: actor, Memo: &db.memo}); err != nil {
		return err
	}
	if raw.closed {
		return errors.New("pg: the transaction was ended inside its function")
	}
	return raw.Commit(ctx)
}
