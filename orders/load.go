package orders

import (
	"bytes"
	"context"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// batch is the memory of one load: what the facts refer to, the lines they touch, and the rows and entries to write. Everything in
// it belongs to one transaction.
type batch struct {
	tx      *pg.Tx
	dir     *entities.Directory
	cal     *ledger.Calendar
	history bool // facts without recordedAt were known when they happened

	merchants map[string]bool
	products  map[string]*product // merchant, 0, product
	instances map[string]instance
	orders    map[string]*order
	standing  map[standingKey][]byte // content of what stands of the chunk at hand
	touched   []*State
	rows      rows
	entries   []ledger.Entry
	billed    func(context.Context, *pg.Tx, string, []string) (map[string]bool, error)
	tell      []Subscriber
	happened  []Happening
	fresh     int64
	repeated  int64
}

// order is one order with the state of its lines.
type order struct {
	id       string
	merchant string
	hash     []byte
	lines    []*State
}

type instance struct{ merchant, line string }

// one is the line a fact means: the named one, or the only one.
func (o *order) one(line string) (*State, *fault.Fault) {
	if line == "" && len(o.lines) == 1 {
		return o.lines[0], nil
	}
	for _, s := range o.lines {
		if s.Line.ID == line {
			return s, nil
		}
	}
	if line == "" {
		return nil, fault.New(fault.Invalid, "FEED-WHICH-LINE", "orderLineId", fault.Args{"order": o.id})
	}
	return nil, fault.New(fault.NotFound, "FEED-UNKNOWN-LINE", "orderLineId", fault.Args{"line": line, "order": o.id})
}

// known is when the marketplace knew of a fact: as it says, or when it happened in a history file, or now.
func (b *batch) known(h *Head, at time.Time) time.Time {
	switch {
	case !h.known.IsZero():
		return h.known
	case b.history:
		return at
	}
	return b.tx.Now
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// needMerchant says where a merchant that a fact names was never loaded.
func (b *batch) needMerchant(id string) fault.Faults {
	if b.merchants[id] {
		return nil
	}
	return fault.Faults{fault.New(fault.NotFound, "FEED-UNKNOWN-MERCHANT", "merchantId", fault.Args{"merchant": id})}
}

func (b *batch) zoneOf(entity, path string) (*time.Location, *fault.Fault) {
	if _, ok := b.dir.Entity(entity); !ok {
		return nil, fault.New(fault.Invalid, "FEED-UNKNOWN-ENTITY", path, fault.Args{"entity": entity})
	}
	return b.dir.Zone(entity), nil
}

func (b *batch) post(e ledger.Entry) { b.entries = append(b.entries, e) }

func (b *batch) touch(s *State) {
	if !s.dirty {
		s.dirty = true
		b.touched = append(b.touched, s)
	}
}

// sameFact answers for a fact whose id is there already: nothing where it says the same, a fault where it says something else.
func (b *batch) sameFact(kind, id string, now, before []byte) fault.Faults {
	if bytes.Equal(now, before) {
		b.repeated++
		return nil
	}
	return fault.Faults{fault.New(fault.Conflict, "FEED-CHANGED", kinds[kind].id, fault.Args{"kind": kind, "id": id})}
}

// addEvents keeps an event of some lines of an order: of all of them, or of none where one refuses it. The same event again is nothing; a
// second one of a kind that happens once is refused.
func (b *batch) addEvents(lines []*State, h *Head, e Event) fault.Faults {
	var fs fault.Faults
	var fresh []*State
	e.KnownAt, e.hash = b.known(h, e.At), h.hash
	if e.Kind == AppealOpened || e.Kind == AppealClosed { // an order may be appealed again: the moment tells them apart
		e.FactID += "@" + e.At.UTC().Format("20060102150405")
	}
	for _, s := range lines {
		if old := s.same(e); old != nil {
			if !bytes.Equal(old.hash, e.hash) {
				fs = append(fs, fault.New(fault.Conflict, "FEED-CHANGED", "orderId", fault.Args{"kind": h.Kind, "id": e.FactID}))
			}
			continue
		}
		if f := s.refuse(e); f != nil {
			fs = append(fs, f)
			continue
		}
		fresh = append(fresh, s)
	}
	if len(fs) > 0 {
		return fs
	}
	for _, s := range fresh {
		e.Line = s.Line.ID
		s.Events = append(s.Events, e)
		b.rows.events = append(b.rows.events, eventRow{s.Line.Merchant, e})
		b.happen(Happening{Kind: e.Kind, Line: &s.Line, ID: e.FactID, At: e.At, KnownAt: e.KnownAt, Payment: e.Payment})
		b.touch(s)
	}
	if len(fresh) > 0 {
		b.fresh++
	} else {
		b.repeated++
	}
	return nil
}

// same is the event of this kind and fact that stands already.
func (s *State) same(e Event) *Event {
	for i := range s.Events {
		if s.Events[i].Kind == e.Kind && s.Events[i].FactID == e.FactID {
			return &s.Events[i]
		}
	}
	return nil
}

// refuse names the reason for which an event cannot follow what the line went through already.
func (s *State) refuse(e Event) *fault.Fault {
	closed, _, _ := s.closed()
	switch {
	case e.Kind == Canceled && s.event(Paid) != nil:
		return fault.New(fault.Conflict, "ORD-CANCEL-PAID", "orderId", fault.Args{"line": s.Line.ID})
	case e.Kind == Paid && closed == ClosedCanceled:
		return fault.New(fault.Conflict, "ORD-CLOSED", "orderId", fault.Args{"line": s.Line.ID, "state": closed})
	case e.Kind == Completed && !s.Line.Supervised:
		return fault.New(fault.Conflict, "ORD-NOT-SUPERVISED", "orderId", fault.Args{"line": s.Line.ID})
	case e.Kind == AppealClosed && s.openAppeal(e.At) == nil:
		return fault.New(fault.Conflict, "ORD-NO-APPEAL", "orderId", fault.Args{"line": s.Line.ID})
	}
	return nil
}

// OpenAppeal is the appeal that had been opened and not closed at an instant; nil where none was. While there is one, nobody but operations acts on the line.
func (s *State) OpenAppeal(at time.Time) *Event { return s.openAppeal(at) }

// openAppeal is the appeal that had been opened and not closed at an instant.
func (s *State) openAppeal(at time.Time) *Event {
	var open *Event
	for i := range s.Events {
		e := &s.Events[i]
		if e.At.After(at) {
			continue
		}
		if e.Kind == AppealOpened && (open == nil || e.At.After(open.At)) {
			open = e
		}
	}
	if open == nil {
		return nil
	}
	for i := range s.Events {
		e := &s.Events[i]
		if e.Kind == AppealClosed && !e.At.Before(open.At) && !e.At.After(at) {
			return nil
		}
	}
	return open
}

// eventOnLines applies an event to the named line, or to all lines of the order that it can concern.
func (b *batch) eventOnLines(o *order, line string, h *Head, e Event) fault.Faults {
	if line != "" {
		s, f := o.one(line)
		if f != nil {
			return fault.Faults{f}
		}
		return b.addEvents([]*State{s}, h, e)
	}
	var lines []*State
	for _, s := range o.lines {
		if e.Kind != Completed || s.Line.Supervised || len(o.lines) == 1 {
			lines = append(lines, s)
		}
	}
	return b.addEvents(lines, h, e)
}

// place adds a new order, or compares it with the one that stands.
func (b *batch) place(r *orderRecord) fault.Faults {
	if o := b.orders[r.OrderID]; o != nil {
		if o.merchant != r.Merchant {
			return fault.Faults{fault.New(fault.Conflict, "ORD-OTHER-MERCHANT", "orderId", fault.Args{"order": r.OrderID})}
		}
		return b.sameFact(orderKind.name, r.OrderID, r.hash, o.hash)
	}
	if fs := b.needMerchant(r.Merchant); fs != nil {
		return fs
	}
	r.setKnown(b.known(&r.Head, r.created))
	lines, fs := r.lines(b)
	for i := range lines {
		if b.products[lines[i].Merchant+"\x00"+lines[i].Product] == nil {
			fs = append(fs, fault.New(fault.NotFound, "FEED-UNKNOWN-PRODUCT", index("orderLine", i, "productInfo.productId"), fault.Args{"product": lines[i].Product}))
		}
		if other, taken := b.standing[standingKey{"line", r.Merchant, lines[i].ID}]; taken {
			fs = append(fs, fault.New(fault.Conflict, "ORD-LINE", index("orderLine", i, "orderLineId"), fault.Args{"line": lines[i].ID, "order": string(other)}))
		}
		if t := lines[i].Terms.Instance; t != "" {
			if other, taken := b.instances[t]; taken && other.line != lines[i].ID && lines[i].Type == New {
				fs = append(fs, fault.New(fault.Conflict, "ORD-INSTANCE", index("orderLine", i, "instanceId"), fault.Args{"instance": t}))
			}
		}
	}
	if len(fs) > 0 {
		return fs
	}
	o := &order{id: r.OrderID, merchant: r.Merchant, hash: r.hash}
	for _, l := range lines {
		s := b.state(l)
		o.lines = append(o.lines, s)
		b.rows.lines = append(b.rows.lines, lineRow{l, r.hash})
		b.happen(Happening{Kind: Placed, Line: &s.Line, ID: r.OrderID, At: l.PlacedAt, KnownAt: l.KnownAt})
		b.standing[standingKey{"line", l.Merchant, l.ID}] = []byte(r.OrderID)
		if l.Terms.Instance != "" {
			b.instances[l.Terms.Instance] = instance{l.Merchant, l.ID}
		}
		b.touch(s)
	}
	b.orders[r.OrderID] = o
	b.fresh++
	return nil
}

// state is a line with the fee it was placed under.
func (b *batch) state(l Line) *State {
	s := &State{Line: l, Attempt: 1}
	if b.dir != nil {
		s.zone = b.dir.Zone(l.Entity)
	}
	if l.Terms.FeeRate != nil {
		s.FeeRate, s.FeeKnown = *l.Terms.FeeRate, true
		return s
	}
	if p := b.products[l.Merchant+"\x00"+l.Product]; p != nil {
		s.FeeRate, s.FeeKnown = p.feeAt(l.PlacedAt)
	}
	return s
}

func (b *batch) addRefund(s *State, r *refundRecord) {
	b.standing[standingKey{refundKind.name, s.Line.Merchant, r.RefundID}] = r.hash
	f := s.Refunds[len(s.Refunds)-1]
	b.rows.refunds = append(b.rows.refunds, refundRow{s.Line.Merchant, f, r.hash})
	b.happen(Happening{Kind: MoneyBack, Line: &s.Line, ID: f.ID, At: f.At, KnownAt: f.KnownAt, Gross: f.Gross, Left: s.Line.Gross.Sub(s.refunded()), Rule: f.Rule})
	b.fresh++
	b.touch(s)
}

func (b *batch) addMovement(m Movement, hash []byte) {
	if m.Cycle.IsZero() {
		zone, _ := b.zoneOf(m.Collector, "")
		if zone == nil {
			zone = time.UTC
		}
		m.Cycle = period.MonthOf(m.At, zone)
	}
	b.rows.movements = append(b.rows.movements, movementRow{m, hash})
}

// deriveTouched derives every touched line and gathers what has to be written.
func (b *batch) deriveTouched() {
	for _, s := range b.touched {
		b.collect(s, s.Derive(b.tx.Now))
		s.dirty = false
	}
	b.touched = b.touched[:0]
}

func (b *batch) collect(s *State, d Derived) {
	b.entries = append(b.entries, d.Entries...)
	b.rows.earned = append(b.rows.earned, d.Earned...)
	for _, m := range d.Used {
		b.addMovement(m, nil)
	}
	if !d.Due.IsZero() {
		b.rows.timers = append(b.rows.timers, timerRow{s.Line.Merchant, s.Line.ID, d.Due})
	}
}

// flush writes everything gathered so far in the one transaction of the load.
func (b *batch) flush(ctx context.Context) error {
	money, err := b.prepareMoney()
	if err != nil {
		return err
	}
	if err := b.writeRows(ctx); err != nil {
		return err
	}
	return b.postMoney(ctx, money)
}

// writeRows writes the rows gathered so far and tells of them.
func (b *batch) writeRows(ctx context.Context) error {
	if err := b.rows.write(ctx, b.tx, b); err != nil {
		return err
	}
	b.rows = rows{}
	return b.telling(ctx)
}

// product is what a load needs to know of a product.
type product struct {
	fees    []fee // by ValidFrom
	ratings []rating
	hash    []byte
}

type fee struct {
	from   time.Time
	rate   decimal.Decimal
	policy string
}

// feeAt is the fee rate in force when an order was placed; without one the line is held as FEE-MISSING.
func (p *product) feeAt(t time.Time) (decimal.Decimal, bool) {
	for i := len(p.fees) - 1; i >= 0; i-- {
		if !p.fees[i].from.After(t) {
			return p.fees[i].rate, true
		}
	}
	return decimal.Zero, false
}
