package orders

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// maxLine bounds one record; an order of some thousand lines fits.
const maxLine = 4 << 20

// maxFaults bounds what a report names; how many there were in all is counted.
const maxFaults = 1000

// Options say how a file is loaded.
type Options struct {
	Name      string                  // of the file, for reports
	DryRun    bool                    // check and load, then roll back
	KeepGoing bool                    // load what is good, write the rest to Rejects
	Rejects   io.Writer               // refused lines, as they came
	Progress  func(done, total int64) // called now and then; total is 0 while the file is read
}

// LineFault is what is wrong with one line of a file.
type LineFault struct {
	Line   int64
	Faults fault.Faults
}

// Report says what a load did.
type Report struct {
	Source   string
	Facts    int64       // lines read
	Fresh    int64       // facts that were new
	Repeated int64       // facts that were there already
	Rejected int64       // lines refused
	Faults   []LineFault // by line, the first maxFaults
	ByKind   map[string]int64
	Loaded   bool // false after a dry run or a refusal: nothing was written
}

// errRollback ends a transaction that is not to be kept.
var errRollback = errors.New("orders: nothing is kept")

// Import loads a feed file (NDJSON, gzip or plain). The file is staged and checked whole, then loaded in one transaction; or nothing is.
// Loading it again changes nothing.
func (svc *Service) Import(ctx context.Context, db *pg.DB, user string, in io.Reader, opt Options) (Report, error) {
	l := &load{svc: svc, opt: opt, sum: sha256.New()}
	l.report.ByKind = map[string]int64{}
	plain, err := unzip(in)
	if err != nil {
		return l.report, err
	}
	err = db.InTx(ctx, pg.Actor{Role: pg.Batch, User: user}, func(tx *pg.Tx) error {
		if err := l.run(ctx, tx, plain); err != nil {
			return err
		}
		if l.report.Rejected > 0 && !opt.KeepGoing || opt.DryRun {
			return errRollback
		}
		l.report.Loaded = true
		return insertImport(ctx, tx, l)
	})
	if errors.Is(err, errRollback) {
		err = nil
	}
	if err != nil {
		l.report.Loaded = false
		return l.report, err
	}
	if l.report.Rejected > 0 && !opt.KeepGoing {
		return l.report, fault.New(fault.Invalid, "FEED-REFUSED", "", fault.Args{"n": l.report.Rejected})
	}
	return l.report, nil
}

func unzip(in io.Reader) (io.Reader, error) {
	r := bufio.NewReaderSize(in, 1<<20)
	if magic, _ := r.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fault.New(fault.Invalid, "FEED-GZIP", "").Wrap(err)
		}
		return z, nil
	}
	return r, nil
}

// load is one run of Import.
type load struct {
	svc    *Service
	opt    Options
	report Report
	source sourceRecord
	zone   *time.Location
	sum    hash.Hash
	few    []staged // the lines, where they wait in memory
	many   bool     // they wait in a temporary table
	b      *batch
	owed   *gathered // money of the chunk before, whose rows are written
	min    time.Time // earliest and latest moment named, to plan months
	max    time.Time
}

func (l *load) run(ctx context.Context, tx *pg.Tx, in io.Reader) error {
	if err := l.stage(ctx, tx, in); err != nil {
		return err
	}
	l.b = newBatch(tx, l.source.History)
	l.b.billed = l.svc.Billed
	l.owed = &gathered{}
	l.b.tell = append([]Subscriber{answerInstructions}, l.svc.subscribers...)
	if err := l.loadReference(ctx); err != nil {
		return err
	}
	if err := l.loadOrdered(ctx); err != nil {
		return err
	}
	if err := l.loadFree(ctx); err != nil {
		return err
	}
	if err := l.b.splitCreditRefunds(ctx); err != nil {
		return err
	}
	l.report.Fresh, l.report.Repeated = l.b.fresh, l.b.repeated
	return nil
}

func newBatch(tx *pg.Tx, history bool) *batch {
	return &batch{
		tx: tx, history: history, merchants: map[string]bool{}, products: map[string]*product{}, instances: map[string]instance{},
		orders: map[string]*order{}, standing: map[standingKey][]byte{},
	}
}

// prepare loads what stands outside the file: entities, books, months.
func (b *batch) prepare(ctx context.Context, from, to time.Time) error {
	dir, err := entities.Load(ctx, b.tx)
	if err != nil {
		return err
	}
	b.dir = dir
	b.cal, err = planMonths(ctx, b.tx, dir, from, to)
	return err
}

// refuse notes the faults of a line in its place among the others and writes it to the rejects. A file is judged in passes, so that a line's
// faults may be found after those of later lines; of too many the first lines are kept.
func (l *load) refuse(n int64, raw []byte, fs fault.Faults) error {
	l.report.Rejected++
	at, _ := slices.BinarySearchFunc(l.report.Faults, n, func(f LineFault, n int64) int { return cmp.Compare(f.Line, n) })
	if at < maxFaults {
		l.report.Faults = slices.Insert(l.report.Faults[:min(len(l.report.Faults), maxFaults-1)], at, LineFault{n, fs})
	}
	if l.opt.KeepGoing && l.opt.Rejects != nil {
		if _, err := fmt.Fprintf(l.opt.Rejects, "%s\n", bytes.TrimSpace(raw)); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) decodeAll(work []staged) ([]record, error) {
	c := &checker{zone: l.zone}
	out := make([]record, len(work))
	for i := range work {
		r, err := again(work[i].raw, c)
		if err != nil {
			return nil, err // staged lines were checked already
		}
		out[i] = r
	}
	return out, nil
}

// lookUp reads what the records of a chunk refer to: orders that stand, merchants, products, instances.
func (b *batch) lookUp(ctx context.Context, records []record) error {
	ids := make([]string, 0, len(records))
	var lines []lineRow
	var merchants, instances []string
	for i, r := range records {
		if o := r.orderRef(); o != "" && (i == 0 || records[i-1].orderRef() != o) {
			ids = append(ids, o)
		}
		if o, ok := r.(*orderRecord); ok {
			if !b.merchants[o.Merchant] {
				merchants = append(merchants, o.Merchant)
			}
			for j := range o.Lines {
				lines = append(lines, lineRow{Line: Line{Merchant: o.Merchant, Product: o.Lines[j].ProductInfo.Product}})
				if in := o.Lines[j].Instance; in != "" {
					instances = append(instances, in)
				}
			}
		}
	}
	if err := b.loadMerchants(ctx, merchants); err != nil {
		return err
	}
	if err := b.loadProducts(ctx, lines); err != nil {
		return err
	}
	if len(instances) > 0 {
		if err := b.loadInstances(ctx, instances); err != nil {
			return err
		}
	}
	if err := b.loadOrders(ctx, ids); err != nil {
		return err
	}
	return b.loadStanding(ctx, b.orderKeys(records))
}

func (b *batch) applyOrdered(r record) fault.Faults {
	if o, ok := r.(*orderRecord); ok {
		return b.place(o)
	}
	o := b.orders[r.orderRef()]
	if o == nil {
		return fault.Faults{fault.New(fault.NotFound, "FEED-UNKNOWN-ORDER", "orderId", fault.Args{"order": r.orderRef()})}
	}
	return r.(interface {
		apply(*batch, *order) fault.Faults
	}).apply(b, o)
}

// splitCreditRefunds decides, in the order in which they happened, how much of each credit order's refund lowered what the customer's
// pool still owed. Once decided it stands, whatever is heard later.
func (b *batch) splitCreditRefunds(ctx context.Context) error {
	open, err := selectOpenCreditRefunds(ctx, b.tx)
	if err != nil || len(open) == 0 {
		return err
	}
	for _, r := range open {
		pools, err := selectPools(ctx, b.tx, []PoolKey{r.pool}, b.tx.Now.AddDate(100, 0, 0))
		if err != nil {
			return err
		}
		owed := decimal.Max(pools[r.pool].Owed(r.currency, r.at, r.known), decimal.Zero)
		part := decimal.Min(owed, r.back)
		if err := setCreditPart(ctx, b.tx, r.merchant, r.refund, part); err != nil {
			return err
		}
		if part.IsPositive() {
			one := rows{movements: []movementRow{{Movement{
				Buyer: r.pool.Buyer, Collector: r.pool.Collector, Cycle: r.pool.Cycle, ID: "refunded/" + r.refund, Kind: Refunded,
				Currency: r.currency, Amount: part, At: r.at, KnownAt: r.known,
			}, nil}}}
			if err := one.insertMovements(ctx, b.tx); err != nil {
				return err
			}
		}
		states, err := b.loadStates(ctx, `l.merchant_id = $1 AND l.line_id = $2`, r.merchant, r.line)
		if err != nil {
			return err
		}
		for _, s := range states {
			b.touch(s)
		}
	}
	return b.flush(ctx)
}

// loadStates gives the states of the lines that a condition names.
func (b *batch) loadStates(ctx context.Context, where string, args ...any) ([]*State, error) {
	lines, err := selectLines(ctx, b.tx, where, args...)
	if err != nil {
		return nil, err
	}
	if err := b.loadProducts(ctx, lines); err != nil {
		return nil, err
	}
	states := make([]*State, len(lines))
	for i, l := range lines {
		states[i] = b.state(l.Line)
	}
	return states, b.fillStates(ctx, states)
}
