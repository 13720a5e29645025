package settlement

import (
	"context"
	"sort"
	"sync"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/orders"
)

// Service has the verbs of the month.
type Service struct {
	DB        *pg.DB
	Orders    *orders.Service
	Invoicing *invoicing.Service

	// Paid hears of each recorded payment in its transaction; nil: nobody wants to.
	Paid func(ctx context.Context, tx *pg.Tx, p Payment) error
}

// RunOptions say how a bill run is made.
type RunOptions struct {
	User     string
	DryRun   bool                               // compute everything, keep nothing
	Entities []string                           // empty: all
	Progress func(done, total int, what string) // merchants done of all, and the entity worked on
	Chunk    int                                // merchants in one transaction; 0: 1,000
}

// RunResult is what a bill run did, per entity.
type RunResult struct {
	Month    period.Month
	Entities []EntityResult
}

// EntityResult is one entity's part of a bill run.
type EntityResult struct {
	Entity    string
	RunDay    period.Day
	Instant   time.Time
	Early     bool // the run instant has not come: nothing was done
	Merchants int
	Bills     int
	Lines     int
	Carried   int    // bills with nothing to ask for
	Fresh     int    // bills made by this call; 0 when it repeats a finished run
	New       []Bill // of a dry run: the bills that stand not yet, which is all a run can change
	Amounts   map[string]decimal.Decimal
	Aside     fault.Faults   // merchants whose bill could not be made: the others are billed, and the run is not finished
	Held      int            // of a dry run: lines that it would leave off its bills. A kept run is asked by HeldLines
	Why       map[string]int // of a dry run: their reasons' codes, each with the lines it holds
}

// Run makes the bills of a month: per merchant, entity and payout currency. It works merchant by merchant in transactions of their own, so a
// run that was killed goes on where it was; a finished one adds nothing. A merchant whose bill cannot be made is set aside: the faults come back beside
// the result, all others are billed, and the same call again tries what is left.
func (s *Service) Run(ctx context.Context, month period.Month, opt RunOptions) (RunResult, error) {
	out := RunResult{Month: month}
	codes, err := s.runEntities(ctx, month, opt)
	if err != nil {
		return out, err
	}
	if err := s.runDue(ctx, opt); err != nil {
		return out, err
	}
	if opt.DryRun {
		return out, s.dryRun(ctx, month, codes, opt, &out)
	}
	var due []string
	if err := s.DB.InTx(ctx, opt.actor(), func(tx *pg.Tx) (err error) {
		due, err = shut(ctx, tx, month, codes)
		return err
	}); err != nil {
		return out, err
	}
	var runs []*run
	if err := s.DB.InTx(ctx, opt.actor(), func(tx *pg.Tx) (err error) {
		runs, err = s.begin(ctx, tx, month, codes, due, opt)
		return err
	}); err != nil {
		return out, err
	}
	out.Entities = make([]EntityResult, len(runs))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel) // one entity computes while the other's rows are written
	opt.Progress = oneAtATime(opt.Progress)
	for i, r := range runs {
		g.Go(func() (err error) {
			out.Entities[i], err = r.bills(gctx, opt)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return out, err
	}
	var aside fault.Faults
	for _, e := range out.Entities {
		aside = append(aside, e.Aside...)
	}
	return out, aside.Err()
}

// oneAtATime lets several entities tell one listener.
func oneAtATime(told func(int, int, string)) func(int, int, string) {
	var mu sync.Mutex
	return func(done, total int, what string) {
		if told != nil {
			mu.Lock()
			defer mu.Unlock()
			told(done, total, what)
		}
	}
}

// parallel is how many entities are run at a time. Their books share nothing that is updated, so they never wait for each other.
const parallel = 2

// actor is who a run acts as.
func (o RunOptions) actor() pg.Actor { return pg.Actor{Role: pg.Batch, User: o.User} }

// runEntities gives the books to run, whose months from the one that is run on are planned.
func (s *Service) runEntities(ctx context.Context, month period.Month, opt RunOptions) ([]string, error) {
	var codes []string
	err := s.DB.InTx(ctx, opt.actor(), func(tx *pg.Tx) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		if err := orders.PlanMonths(ctx, tx, dir, earlier(month.Start(time.UTC), tx.Now), tx.Now); err != nil {
			return err
		}
		for _, c := range opt.Entities {
			if _, ok := dir.Entity(c); !ok {
				return fault.New(fault.NotFound, "SET-ENTITY", "entity", fault.Args{"entity": c})
			}
			codes = append(codes, c)
		}
		if len(codes) == 0 {
			for _, e := range dir.Entities() {
				codes = append(codes, e.Code)
			}
			// Brazil first: an invoice there has to arrive before the 20th, and the published steps reach that day.
			sort.SliceStable(codes, func(i, j int) bool {
				return dir.Jurisdiction(codes[i]).ID == "br" && dir.Jurisdiction(codes[j]).ID != "br"
			})
		}
		return nil
	})
	return codes, err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// runDue posts conditions that came true before the run, so that their lines are earned in the month they belong to.
func (s *Service) runDue(ctx context.Context, opt RunOptions) error {
	for {
		var n int
		err := s.DB.InTx(ctx, opt.actor(), func(tx *pg.Tx) (err error) {
			n, err = s.Orders.RunDue(ctx, tx)
			return err
		})
		if err != nil || n == 0 || opt.DryRun {
			return err
		}
	}
}

// dryRun does everything a run does in one transaction and takes it back.
func (s *Service) dryRun(ctx context.Context, month period.Month, codes []string, opt RunOptions, out *RunResult) error {
	err := s.DB.InTx(ctx, opt.actor(), func(tx *pg.Tx) error {
		runs, err := s.begin(ctx, tx, month, codes, nil, opt)
		if err != nil {
			return err
		}
		for _, r := range runs {
			if err := r.bill(ctx, tx, r.merchants); err != nil {
				return err
			}
			if err := r.tally(ctx, tx); err != nil {
				return err
			}
			if err := r.held(ctx, tx); err != nil {
				return err
			}
			out.Entities = append(out.Entities, r.result)
		}
		return errDry
	})
	if err == errDry { //nolint:errorlint // our own sentinel, returned bare
		err = nil
	}
	return err
}

// held counts what the bills of a dry run leave off, while they still stand.
func (r *run) held(ctx context.Context, tx *pg.Tx) error {
	r.result.Why = map[string]int{}
	return HeldLines(ctx, tx, r.entity, r.month, func(h Held) error {
		r.result.Held++
		for _, code := range h.Codes() {
			r.result.Why[code]++
		}
		return nil
	})
}

var errDry = fault.New(fault.Internal, "SET-DRY", "")

// run is the work on one entity's month.
type run struct {
	svc       *Service
	dir       *entities.Directory
	rates     entities.Rates
	month     period.Month
	entity    string
	zone      *time.Location
	cutoff    time.Time
	merchants []string
	sales     []money.Currency // in which anything was ever earned
	dry       bool
	result    EntityResult
}

// bill makes the bills of some merchants in one transaction.
func (r *run) bill(ctx context.Context, tx *pg.Tx, merchants []string) error {
	certs, err := r.certified(ctx, tx, merchants)
	if err != nil {
		return err
	}
	var bills []Bill
	if len(certs) > 0 {
		if bills, err = pickLines(ctx, tx, r, certs); err != nil {
			return err
		}
	}
	if r.collects() {
		idle, err := selectIndebted(ctx, tx, r, merchants, bills)
		if err != nil {
			return err
		}
		bills = append(bills, idle...)
	}
	if len(bills) == 0 {
		return nil
	}
	if err := fillCarry(ctx, tx, bills); err != nil {
		return err
	}
	for i := range bills {
		bills[i].compute(r.minPayout(&bills[i]))
	}
	if err := r.collect(ctx, tx, bills); err != nil {
		return err
	}
	entries := make([]ledger.Entry, len(bills))
	for i := range bills {
		b := &bills[i]
		b.RunDay, b.IssuedAt = r.result.RunDay, tx.Now
		entries[i] = b.entry(r.zone)
	}
	if err := insertBills(ctx, tx, bills); err != nil {
		return err
	}
	r.result.Fresh += len(bills)
	if r.dry {
		r.result.New = append(r.result.New, bills...)
	}
	_, err = ledger.Post(ctx, tx, entries...)
	return err
}

func (r *run) minPayout(b *Bill) decimal.Decimal {
	v := r.dir.Text(entities.KeyMinPayout, entities.ForEntity(r.entity), b.Month.LastInstant(r.zone))
	d, err := decimal.NewFromString(v)
	if err != nil {
		return decimal.Zero
	}
	return d
}

// payee is a merchant that may be billed, in the currency of its certification, at the rates that are known.
type payee struct {
	merchant string
	payout   string
	rates    []sideRate
}

type sideRate struct {
	sale string
	rate decimal.Decimal
	key  string
}

// certified finds, of the merchants, those whose certification is in force at the run instant.
func (r *run) certified(ctx context.Context, tx *pg.Tx, merchants []string) ([]payee, error) {
	certs, err := entities.Certifications(ctx, tx, merchants)
	if err != nil {
		return nil, err
	}
	by := map[string][]entities.Certification{}
	for _, c := range certs {
		by[c.MerchantID] = append(by[c.MerchantID], c)
	}
	var out []payee
	for _, m := range merchants {
		c, ok := entities.CertifiedAt(by[m], r.entity, r.result.Instant)
		if !ok || c.Currency == "" {
			continue
		}
		p := payee{merchant: m, payout: string(c.Currency)}
		for _, sale := range r.sales {
			if sale == c.Currency {
				p.rates = append(p.rates, sideRate{sale: string(sale), rate: decimal.NewFromInt(1)})
				continue
			}
			rate, err := r.dir.RateOn(r.rates, r.entity, sale, c.Currency, r.month.LastDay())
			if err != nil {
				continue // its lines are held as RATE-MISSING
			}
			p.rates = append(p.rates, sideRate{sale: string(sale), rate: rate.Rate, key: rate.On.String()})
		}
		out = append(out, p)
	}
	return out, nil
}

func sortedCodes(m map[string]decimal.Decimal) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
