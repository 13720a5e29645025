package orders

import (
	"context"
	"slices"

	"suanpan/internal/pg"
	"suanpan/ledger"
)

// loadOrdered applies everything about orders, order by order.
func (l *load) loadOrdered(ctx context.Context) error {
	const chunk = 8000
	cur := l.openStage(ordered)
	var rest []staged
	var ahead <-chan decoded // the chunk that is decoded while the one before it is written
	for {
		got, err := cur.fetch(ctx, l.b.tx, chunk)
		if err != nil {
			return err
		}
		done := len(got) == 0
		work := append(rest, got...)
		rest = nil
		if !done { // the last order may go on in the next chunk
			last := work[len(work)-1].group
			cut := len(work)
			for cut > 0 && work[cut-1].group == last {
				cut--
			}
			rest = append(rest, work[cut:]...)
			work = work[:cut:cut]
		}
		next := l.decodeAhead(work)
		if ahead != nil {
			if err := l.applyOrders(ctx, <-ahead); err != nil {
				return err
			}
		}
		ahead = next
		if done {
			if err := l.applyOrders(ctx, <-ahead); err != nil {
				return err
			}
			if err := l.b.postMoney(ctx, l.owed); err != nil {
				return err
			}
			return cur.close(ctx, l.b.tx)
		}
	}
}

type decoded struct {
	work    []staged
	records []record
	err     error
}

func (l *load) decodeAhead(work []staged) <-chan decoded {
	out := make(chan decoded, 1)
	go func() {
		records, err := l.decodeAll(work)
		out <- decoded{work, records, err}
	}()
	return out
}

// applyOrders applies a chunk: its rows are written here, its money while the next one is applied. Both are in one transaction, and what a chunk
// refers to are rows alone.
func (l *load) applyOrders(ctx context.Context, d decoded) error {
	if d.err != nil || len(d.work) == 0 {
		return d.err
	}
	if err := l.b.lookUp(ctx, d.records); err != nil {
		return err
	}
	posting := make(chan error, 1)
	go func() { posting <- l.owed.post(ctx, l.b.tx) }() // nothing else asks the database until it is done
	money, err := l.applyChunk(d)
	if posted := <-posting; posted != nil {
		return posted
	}
	if err != nil {
		return err
	}
	l.b.count(l.owed)
	l.owed = money
	if l.opt.Progress != nil {
		l.opt.Progress(d.work[len(d.work)-1].n, l.report.Facts)
	}
	return l.b.writeRows(ctx)
}

// applyChunk works on what was looked up, and asks nothing of the database.
func (l *load) applyChunk(d decoded) (*gathered, error) {
	for i, r := range d.records {
		if fs := l.b.applyOrdered(r); len(fs) > 0 {
			if err := l.refuse(d.work[i].n, d.work[i].raw, fs); err != nil {
				return nil, err
			}
		}
	}
	return l.b.prepareMoney()
}

// entriesOfOne bounds the entries of one statement.
const entriesOfOne = 6000

// gathered is the money of the rows gathered so far: checked, and posted by statements of entriesOfOne entries.
type gathered struct {
	entries  []ledger.Entry
	prepared []ledger.Posting
	results  []ledger.Result
}

// prepareMoney derives what was touched and takes the entries gathered so far. It asks nothing of the database.
func (b *batch) prepareMoney() (*gathered, error) {
	b.deriveTouched()
	g := &gathered{entries: b.entries}
	b.entries = nil
	for part := range slices.Chunk(g.entries, entriesOfOne) {
		p, err := ledger.Prepare(b.tx, b.cal, part...)
		if err != nil {
			return nil, err
		}
		g.prepared = append(g.prepared, p)
	}
	return g, nil
}

func (g *gathered) post(ctx context.Context, tx *pg.Tx) error {
	for _, p := range g.prepared {
		done, err := p.Post(ctx, tx)
		if err != nil {
			return err
		}
		g.results = append(g.results, done...)
	}
	g.prepared = nil
	return nil
}

// postMoney posts what was gathered, and counts it.
func (b *batch) postMoney(ctx context.Context, g *gathered) error {
	if err := g.post(ctx, b.tx); err != nil {
		return err
	}
	b.count(g)
	return nil
}

// count tells new facts from repeated ones where the ledger is the first to know.
func (b *batch) count(g *gathered) {
	for i, e := range g.entries {
		switch e.Kind {
		case "credit_use", "repaid", "adjusted", "paid_out", "merchant_paid", "opening":
			if g.results[i].New {
				b.fresh++
			} else {
				b.repeated++
			}
		}
	}
}
