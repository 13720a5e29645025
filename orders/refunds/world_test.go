package refunds

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/money"
	"suanpan/orders"
)

var bg = context.Background()

// world is a database of its own with a merchant and its orders; the clock stands a day after they took effect.
type world struct {
	t   *testing.T
	db  *pg.DB
	clk *pgtest.Clock
	ord *orders.Service
	svc *Service
}

const (
	ground = `{"kind":"source","name":"test","zone":"UTC"}
{"kind":"merchant","merchantId":"M1","name":"Seller","residence":"BR"}
{"kind":"merchant","merchantId":"M2","name":"Other","residence":"BR"}
{"kind":"product","merchantId":"M1","productId":"P1","name":"Backup","platformFees":[{"rate":"0.15","source":"contract"}]}
`
	start = "2026-11-09T08:00:00Z" // a Monday
)

func newWorld(t *testing.T) *world {
	t.Helper()
	db, clk := pgtest.NewAt(t, at(start).Add(24*time.Hour))
	w := &world{t: t, db: db, clk: clk, ord: &orders.Service{}}
	w.svc = New(w.ord)
	w.must(func(tx *pg.Tx) error { return entities.SeedKnown(bg, tx) })
	w.feed(ground)
	return w
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func (w *world) in(a pg.Actor, fn func(tx *pg.Tx) error) error { return w.db.InTx(bg, a, fn) }

func (w *world) must(fn func(tx *pg.Tx) error) {
	w.t.Helper()
	if err := w.in(pg.AsBatch("test"), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) feed(raw string) {
	w.t.Helper()
	rep, err := w.ord.Import(bg, w.db, "test", strings.NewReader(raw), orders.Options{})
	if err != nil || len(rep.Faults) > 0 {
		w.t.Fatal(err, rep.Faults)
	}
}

func (w *world) facts(lines ...string) {
	w.t.Helper()
	var b bytes.Buffer
	b.WriteString(`{"kind":"source","name":"test","zone":"UTC"}` + "\n")
	for _, l := range lines {
		b.WriteString(l + "\n")
	}
	w.feed(b.String())
}

// order places and pays an order of one line over 1,130.00 USD; extra goes into the line.
func (w *world) order(id, extra string) {
	w.t.Helper()
	w.typed(id, orders.New, extra)
}

func (w *world) typed(id, kind, extra string) {
	w.t.Helper()
	w.facts(
		`{"kind":"order","orderId":"`+id+`","orderType":"`+kind+`","createTime":"2026-11-09T07:00:00Z","merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"`+id+
			`-1","chargingMode":"PERIOD","periodType":"month","periodNumber":1,"productInfo":{"productId":"P1"},"amount":"1130.00","taxAmount":"130.00","currencyCode":"USD"`+extra+`}]}`,
		`{"kind":"payment","orderId":"`+id+`","method":"CASH","collectingEntity":"5861","time":"2026-11-09T07:01:00Z"}`)
}

const supervised = `,"serviceSupervision":true`

func (w *world) effective(id string) {
	w.t.Helper()
	w.facts(`{"kind":"effectiveness","orderId":"` + id + `","time":"` + start + `"}`)
}

func (w *world) ask(a Ask) (r Request, err error) {
	err = w.in(pg.AsBatch("market"), func(tx *pg.Tx) error { r, _, err = w.svc.Request(bg, tx, a); return err })
	return r, err
}

// asked asks for something that is not refused.
func (w *world) asked(a Ask) Request {
	w.t.Helper()
	r, err := w.ask(a)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// as does a verb in somebody's name.
func (w *world) as(a pg.Actor, fn func(tx *pg.Tx) (Request, error)) (r Request, err error) {
	err = w.in(a, func(tx *pg.Tx) error { r, err = fn(tx); return err })
	return r, err
}

func (w *world) step(id string) Step {
	return Step{Merchant: "M1", ID: id, Opinion: "as agreed", Files: []orders.Attachment{orders.NewAttachment("talk.pdf", []byte("%PDF-1"))}}
}

var (
	seller   = pg.AsMerchant("M1", "seller")
	operator = pg.AsStaff("operator")
	shop     = pg.AsBatch("market")
)

func (w *world) find(id string) (r Request) {
	w.t.Helper()
	w.must(func(tx *pg.Tx) (err error) { r, err = w.svc.FindAny(bg, tx, id); return err })
	return r
}

func (w *world) wantState(id string, s State, why string) {
	w.t.Helper()
	if r := w.find(id); r.State != s || r.Why != why {
		w.t.Errorf("%s stands at %s (%s), want %s (%s)", id, r.State, r.Why, s, why)
	}
}

// held tells whether a hold of refunds keeps a line off bills.
func (w *world) held(line string) (open bool) {
	w.t.Helper()
	w.must(func(tx *pg.Tx) error {
		dir, err := entities.Load(bg, tx)
		if err != nil {
			return err
		}
		states, err := orders.States(bg, tx, dir, []orders.LineID{{Merchant: "M1", Line: line}})
		for _, s := range states {
			for _, h := range s.Holds {
				open = open || h.Kind == Kind && h.Until == nil
			}
		}
		return err
	})
	return open
}

func (w *world) instructions() (list []orders.Instruction) {
	w.t.Helper()
	w.must(func(tx *pg.Tx) (err error) {
		list, err = orders.Instructions(bg, tx, orders.InstructionQuery{Open: true})
		return err
	})
	return list
}

func (w *world) fire() {
	w.t.Helper()
	if _, failed, err := w.ord.FireDue(bg, w.db, time.Now()); err != nil || failed > 0 {
		w.t.Fatal(failed, err)
	}
}

func refused(t *testing.T, err error, codes ...string) {
	t.Helper()
	var got []string
	for _, f := range fault.All(err) {
		got = append(got, f.Code)
	}
	if !slices.Equal(got, codes) {
		t.Errorf("refused with %v, want %v (%v)", got, codes, err)
	}
}

func usd(s string) *decimal.Decimal { d := money.MustParse(s); return &d }
