package ledger

import (
	"context"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// maxGroup bounds the entries of one commit: enough to spread its cost, few enough that nobody waits long.
const maxGroup = 2000

// Group is the door for callers without a business row of their own: what waits is posted by one set-based statement and
// answered after its commit. One bad request never fails its neighbours.
type Group struct {
	db    *pg.DB
	queue chan *request
	done  chan struct{}

	// check refuses what may not come in by this door, in the transaction that would post it. It is set before the first entry comes. Nil: nothing.
	check func(ctx context.Context, tx *pg.Tx, entries []Entry) error
}

type request struct {
	entries []Entry
	answer  chan answer
}

type answer struct {
	results []Result
	err     error
}

// NewGroup starts the writers of a group; they end when the context does.
func NewGroup(ctx context.Context, db *pg.DB) *Group {
	g := &Group{db: db, queue: make(chan *request, 4*maxGroup), done: make(chan struct{})}
	const writers = 2 // one commits while the other gathers
	for range writers {
		go g.write(ctx)
	}
	go func() { <-ctx.Done(); close(g.done) }()
	return g
}

// Submit posts entries all or none, and answers when they are committed.
func (g *Group) Submit(ctx context.Context, entries ...Entry) ([]Result, error) {
	r := &request{entries: entries, answer: make(chan answer, 1)}
	select {
	case g.queue <- r:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-g.done:
		return nil, context.Canceled
	}
	select {
	case a := <-r.answer:
		return a.results, a.err
	case <-ctx.Done(): // the posting may still happen; its key makes asking again safe
		return nil, ctx.Err()
	case <-g.done:
		return nil, context.Canceled
	}
}

func (g *Group) write(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-g.queue:
			g.post(ctx, g.gather(r))
		}
	}
}

func (g *Group) gather(first *request) []*request {
	batch, n := []*request{first}, len(first.entries)
	for n < maxGroup {
		select {
		case r := <-g.queue:
			batch, n = append(batch, r), n+len(r.entries)
		default:
			return batch
		}
	}
	return batch
}

func (g *Group) post(ctx context.Context, batch []*request) {
	all := make([]Entry, 0, len(batch))
	for _, r := range batch {
		all = append(all, r.entries...)
	}
	results, err := g.commit(ctx, all)
	if err != nil && len(batch) > 1 { // somebody's request is bad: each stands alone now
		for _, r := range batch {
			res, err := g.commit(ctx, r.entries)
			r.answer <- answer{res, err}
		}
		return
	}
	for _, r := range batch {
		if err != nil {
			r.answer <- answer{nil, err}
			continue
		}
		r.answer <- answer{results[:len(r.entries)], nil}
		results = results[len(r.entries):]
	}
}

// commit tries again where the database asked for it; after that the caller is told to.
func (g *Group) commit(ctx context.Context, entries []Entry) (results []Result, err error) {
	for attempt := range 3 {
		err = g.db.InTx(ctx, pg.Actor{Role: pg.Batch, User: "ledger"}, func(tx *pg.Tx) error {
			if g.check != nil {
				if err := g.check(ctx, tx, entries); err != nil {
					return err
				}
			}
			results, err = Post(ctx, tx, entries...)
			return err
		})
		if err == nil || fault.KindOf(err) != fault.Unavailable {
			return results, err
		}
		time.Sleep(time.Duration(attempt+1) * 10 * time.Millisecond)
	}
	return results, err
}
