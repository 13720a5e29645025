package orders

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/money"
)

// Placement is an order that is to be placed: the feed's order fact, in which orderId, createTime and orderLineId may be missing, and for each line
// that changes a specification what its fee is computed from.
type Placement struct {
	Order    Fact
	Upgrades map[int]UpgradeAsk // by line
	At       time.Time          // when it is placed; zero: the transaction's instant
}

// UpgradeAsk are today's prices of a change, each for so many days, with tax, in the line's currency.
type UpgradeAsk struct {
	NewPrice string `json:"newPrice"`
	NewDays  int    `json:"newDays"`
	OldPrice string `json:"oldPrice"`
	OldDays  int    `json:"oldDays"`
	Discount string `json:"discount,omitempty"` // "1" without it
}

// PlacedOrder is what became of a placement.
type PlacedOrder struct {
	OrderID     string
	Fresh       bool // false: it stood already, with the same content
	State       OrderState
	Instruction int64 // the charge that the marketplace is asked for; 0 where nothing is to be paid now
	Currency    money.Currency
	Charge      decimal.Decimal
}

// Place places an order by the rules of the marketplace and asks for its charge, unless it is free, a trial or paid by use. The same order again is
// nothing: its rules were kept when it was placed. The transaction is that of staff or batch.
func (svc *Service) Place(ctx context.Context, tx *pg.Tx, source string, p Placement) (PlacedOrder, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return PlacedOrder{}, err
	}
	x := &placing{svc: svc, tx: tx, dir: dir, p: p, at: p.At}
	if err := x.prepare(ctx); err != nil {
		return PlacedOrder{}, err
	}
	if len(x.standing) == 0 {
		if err := x.allowed(ctx); err != nil {
			return PlacedOrder{}, err
		}
	}
	facts := []Fact{p.Order}
	if x.free() {
		facts = append(facts, Fact{"kind": paymentKind.name, "orderId": x.r.OrderID, "method": Cash, "collectingEntity": x.entity(0), "time": Stamp(x.at), "amount": "0"})
	}
	taken, err := svc.Take(ctx, tx, source, facts...)
	if err != nil {
		return PlacedOrder{}, ofFirst(err)
	}
	return x.finish(ctx, taken)
}

// placing is one placement on its way.
type placing struct {
	svc       *Service
	tx        *pg.Tx
	dir       *entities.Directory
	p         Placement
	at        time.Time
	r         *orderRecord
	standing  []*State // its lines, where the order stands already
	instances map[string]*Instance
}

// prepare fills what the caller may leave out and reads the order as the feed would.
func (x *placing) prepare(ctx context.Context) error {
	o := x.p.Order
	id, _ := o["orderId"].(string)
	if id == "" {
		id = orderNumber(x.tx.Now)
	} else {
		states, err := orderStates(ctx, x.tx, x.dir, id)
		if err != nil {
			return err
		}
		x.standing = states
	}
	if x.at.IsZero() {
		x.at = x.tx.Now
	}
	if len(x.standing) > 0 { // a repetition that leaves its time to us means the same time
		x.at = x.standing[0].Line.PlacedAt
	}
	o["kind"], o["orderId"] = orderKind.name, id
	if _, given := o["createTime"]; !given {
		o["createTime"] = Stamp(x.at)
	}
	x.number(id)
	r, err := readOrder(o)
	x.r = r
	if err == nil {
		x.at = r.created
	}
	return err
}

// number gives lines their ids, pay-per-use instances a name, and a change the fee that stood when it was placed.
func (x *placing) number(order string) {
	lines, _ := x.p.Order["orderLine"].([]any)
	for i := range lines {
		l, ok := lines[i].(map[string]any)
		if !ok {
			continue
		}
		if _, given := l["orderLineId"]; !given {
			l["orderLineId"] = fmt.Sprintf("%s-%06d", order, i+1)
		}
		if _, given := l["instanceId"]; !given && l["chargingMode"] == OnDemand {
			l["instanceId"] = l["orderLineId"]
		}
		if _, given := l["amount"]; given || x.p.Order["orderType"] != Change {
			continue
		}
		l["amount"] = "0" // until its fee is known
		for _, s := range x.standing {
			if s.Line.ID == l["orderLineId"] {
				l["amount"] = money.Exact(s.Line.Gross)
			}
		}
	}
}

// readOrder checks a fact as the feed checks a line.
func readOrder(o Fact) (*orderRecord, error) {
	raw, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	r, _, fs := examine(raw, &checker{zone: time.UTC})
	if len(fs) > 0 {
		return nil, fs
	}
	return r.(*orderRecord), nil
}

// allowed asks every rule that an order placed here has to keep, and gives all that speak against it.
func (x *placing) allowed(ctx context.Context) error {
	var ids []string
	for i := range x.r.Lines {
		if in := x.r.Lines[i].Instance; in != "" {
			ids = append(ids, in)
		}
	}
	var err error
	if x.instances, err = Instances(ctx, x.tx, x.dir, x.r.Merchant, ids); err != nil {
		return err
	}
	fs := x.rules()
	sold, err := x.sellable(ctx)
	if err != nil {
		return err
	}
	limits, err := x.limits(ctx)
	if err != nil {
		return err
	}
	if fs = append(append(fs, sold...), limits...); len(fs) > 0 {
		return fs
	}
	if x.r.OrderType == Change { // its fees are known now: the fact bears them
		x.r, err = readOrder(x.p.Order)
	}
	return err
}

// entity is the contracting entity of a line, named or by the buyer's region; empty where neither is known, which the feed's door refuses.
func (x *placing) entity(i int) string {
	if e := x.r.Lines[i].Entity; e != "" {
		return e
	}
	code, err := x.dir.RegionEntity(x.r.Buyer.Region)
	if err != nil {
		return ""
	}
	return code
}

func (x *placing) free() bool {
	if x.r.OrderType == Trial || x.r.OrderType == Unsubscribe {
		return false
	}
	for i := range x.r.Lines {
		if l := &x.r.Lines[i]; l.Mode == OnDemand || l.gross.Sub(l.wht).IsPositive() {
			return false
		}
	}
	return true
}

// finish asks for the charge and writes down who placed what.
func (x *placing) finish(ctx context.Context, taken Taken) (PlacedOrder, error) {
	out := PlacedOrder{OrderID: x.r.OrderID, Fresh: taken.Fresh > 0}
	states, err := orderStates(ctx, x.tx, x.dir, x.r.OrderID)
	if err != nil {
		return out, err
	}
	var each []OrderState
	for _, s := range states {
		each = append(each, s.OrderState())
		if s.Line.payable() {
			out.Currency, out.Charge = s.Line.Currency, out.Charge.Add(s.Line.Gross).Sub(s.Line.CustomerWHT)
		}
	}
	out.State = StateOfOrder(each...)
	if out.Charge.IsPositive() {
		out.Instruction, err = Instruct(ctx, x.tx, Instruction{
			Merchant: x.r.Merchant, Kind: Charge, Order: x.r.OrderID, Buyer: x.r.Buyer.Customer, Currency: out.Currency, Amount: out.Charge,
		})
		if err != nil {
			return out, err
		}
	}
	if !out.Fresh {
		return out, nil
	}
	return out, audit.Write(ctx, x.tx, audit.Event{
		Merchant: x.r.Merchant, Action: "order.placed", Subject: x.r.OrderID,
		Detail: map[string]any{"type": x.r.OrderType, "buyer": x.r.Buyer.Customer, "charge": out.Instruction},
	})
}

// ofFirst takes the place of the only fact the caller knows of off the paths of faults: what it sent is the order.
func ofFirst(err error) error {
	fs := fault.All(err)
	if len(fs) == 0 {
		return err
	}
	const first = "facts[0]."
	out := make(fault.Faults, len(fs))
	for i, f := range fs {
		moved := *f
		if len(moved.Path) >= len(first) && moved.Path[:len(first)] == first {
			moved.Path = moved.Path[len(first):]
		}
		out[i] = &moved
	}
	return out
}

// orderNumber makes an order number as the marketplace writes them: CS, the minute in UTC, five characters by chance.
func orderNumber(now time.Time) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789" // 32 of them: a byte's last five bits choose one
	var b [5]byte
	_, _ = rand.Read(b[:])
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return "CS" + now.UTC().Format("0601021504") + string(b[:])
}
