package orders

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// orderDesk is what an order's page is written with.
type orderDesk struct {
	c    echo.Context
	ctx  context.Context //nolint:containedctx // lives as long as the page is written
	tx   *pg.Tx
	dir  *entities.Directory
	mine bool
	zone string
}

func (d *orderDesk) at(t time.Time) web.Cell { return web.Cell{Text: web.Instant(t, d.zone)} }

func (d *orderDesk) text(key string) string { return web.Text(d.c, key) }

// fill writes the order: its own terms, each line, and the instructions.
func (d *orderDesk) fill(p *OrderPage, states []*State) error {
	l := &states[0].Line
	d.zone = d.dir.Zone(l.Entity).String()
	var each []OrderState
	for _, s := range states {
		each = append(each, s.OrderState())
		part, err := d.part(s)
		if err != nil {
			return err
		}
		p.Lines = append(p.Lines, part)
	}
	p.Pill = statePill(StateOfOrder(each...))
	p.Terms = []web.Term{
		{Key: "orders.type", Cell: web.Cell{Text: d.text("orders.type." + l.Type)}},
		{Key: "orders.buyer", Cell: web.Cell{Text: l.Buyer, Note: l.Terms.Region}},
		{Key: "orders.placed", Cell: d.at(l.PlacedAt)},
		{Key: "orders.entity", Cell: web.Cell{Text: l.Entity}},
	}
	if !d.mine {
		p.Terms = append(p.Terms, web.Term{Key: "orders.merchant", Cell: web.Cell{Text: l.Merchant}})
	}
	p.Instructions = web.Table{Empty: "orders.ins.none", Columns: []web.Column{{Key: "orders.ins.number"}, {Key: "orders.ins.kind"}, {Key: "orders.amount", Number: true}, {Key: "orders.ins.issued"}, {Key: "orders.state"}}}
	list, err := Instructions(d.ctx, d.tx, InstructionQuery{Order: l.OrderID})
	for _, i := range list {
		p.Instructions.Rows = append(p.Instructions.Rows, []web.Cell{
			{Text: strconv.FormatInt(i.Number, 10)},
			{Text: d.text("orders.ins.kind." + i.Kind), Note: i.RefundID},
			{Text: money.New(i.Amount, i.Currency).String()},
			d.at(i.IssuedAt),
			{Pill: instructionPill(i, d.tx)},
		})
	}
	return err
}

// part writes one line with its facts, timers and holds, and the instance it concerns.
func (d *orderDesk) part(s *State) (OrderPart, error) {
	l := &s.Line
	p := OrderPart{ID: l.ID, Pill: statePill(s.OrderState())}
	if d.mine {
		p.Why = "/why?id=" + url.QueryEscape(l.ID)
	}
	p.Terms = []web.Term{
		{Key: "orders.product", Cell: web.Cell{Text: l.Product, Note: l.SKU}},
		{Key: "orders.mode", Cell: web.Cell{Text: d.text("orders.mode." + l.Mode)}},
		{Key: "orders.amount", Cell: web.Cell{Text: amountOf(l)}, Number: true},
	}
	if l.Terms.PeriodType != "" {
		p.Terms = append(p.Terms, web.Term{Key: "orders.period", Cell: web.Cell{Text: strconv.Itoa(l.Terms.PeriodNumber) + " " + d.text("orders.period."+l.Terms.PeriodType)}})
	}
	if l.Supervised {
		p.Terms = append(p.Terms, web.Term{Key: "orders.supervised", Cell: web.Cell{Text: d.text("orders.yes")}})
	}
	p.Facts = d.facts(s)
	held, err := d.held(s)
	if err != nil {
		return p, err
	}
	p.Held = held
	p.Holds = web.Table{Empty: "orders.holds.none", Columns: []web.Column{{Key: "orders.hold"}, {Key: "orders.hold.since"}, {Key: "orders.hold.until"}, {Key: "orders.hold.by"}}}
	for _, x := range s.Holds {
		until := web.Cell{Text: "—"}
		if x.Until != nil {
			until = d.at(*x.Until)
		}
		p.Holds.Rows = append(p.Holds.Rows, []web.Cell{{Text: x.Kind, Note: x.Why}, d.at(x.Since), until, {Text: x.LiftedBy}})
	}
	timers, err := Timers(d.ctx, d.tx, TimerQuery{Merchant: l.Merchant, Line: l.ID})
	if err != nil {
		return p, err
	}
	p.Timers = web.Table{Empty: "orders.timers.none", Columns: []web.Column{{Key: "orders.timer"}, {Key: "orders.timer.due"}, {Key: "orders.state"}}}
	for _, t := range timers {
		pill := web.Pill{Tone: web.Info, Key: "orders.timer.waits"}
		if t.FrozenAt != nil {
			pill = web.Pill{Tone: web.Still, Key: "orders.timer.frozen"}
		} else if t.Failures > 0 {
			pill = web.Pill{Tone: web.Bad, Key: "orders.timer.failed"}
		}
		p.Timers.Rows = append(p.Timers.Rows, []web.Cell{{Text: t.Kind, Note: t.Subject}, d.at(t.DueAt), {Pill: pill}})
	}
	p.Holder, err = d.instance(s)
	return p, err
}

// held lists what keeps a line off bills now; a line that is earned waits for nothing but its run, and a merchant asks on a page of its own.
func (d *orderDesk) held(s *State) (web.Table, error) {
	t := web.Table{Columns: []web.Column{{Key: "orders.held"}, {Key: "orders.hold.since"}, {Key: "orders.hold.by"}}}
	if d.mine || s.standing != nil {
		return t, nil
	}
	repaid := false
	if key, credit := s.PoolKey(d.dir); credit {
		zone := d.dir.Zone(s.Line.Entity)
		pools, err := PoolsRepaid(d.ctx, d.tx, []PoolKey{key}, period.MonthOf(d.tx.Now, zone), zone, d.tx.Now)
		if err != nil {
			return t, err
		}
		repaid = pools[key]
	}
	for _, r := range s.Reasons(Moment{End: d.tx.Now, Known: d.tx.Now}, repaid) {
		say := r.Code // one without words is shown by its code, never dropped
		if text := d.text("finance.why." + r.Code); text != "finance.why."+r.Code {
			say = text
		}
		t.Rows = append(t.Rows, []web.Cell{{Text: say, Note: r.Detail}, d.at(r.Since), {Text: r.LiftedBy}})
	}
	return t, nil
}

// facts lists what happened to a line.
func (d *orderDesk) facts(s *State) web.Table {
	t := web.Table{Empty: "orders.facts.none", Columns: []web.Column{{Key: "orders.fact"}, {Key: "orders.fact.at"}, {Key: "orders.fact.known"}}}
	for _, e := range s.Events {
		note := ""
		if e.Payment != nil {
			note = e.Payment.Method + " · " + e.Payment.Collector
		}
		t.Rows = append(t.Rows, []web.Cell{{Text: d.text("orders.fact." + e.Kind), Note: note}, d.at(e.At), d.at(e.KnownAt)})
	}
	for _, r := range s.Refunds {
		t.Rows = append(t.Rows, []web.Cell{{Text: d.text("orders.fact.refund") + " " + money.New(r.Gross, s.Line.Currency).String(), Note: r.ID + " · " + r.Rule}, d.at(r.At), d.at(r.KnownAt)})
	}
	return t
}

// instance lists the terms of what the line's buyer holds.
func (d *orderDesk) instance(s *State) (web.Table, error) {
	t := web.Table{Empty: "orders.terms.none", Columns: []web.Column{{Key: "orders.term"}, {Key: "orders.term.from"}, {Key: "orders.term.to"}}}
	in, err := FindInstance(d.ctx, d.tx, d.dir, s.Line.Merchant, s.instanceID())
	if err != nil || in == nil {
		return t, err
	}
	for _, x := range in.Terms {
		to := web.Cell{Text: d.text("orders.term.open")}
		if x.EndsAt != nil {
			to = d.at(*x.EndsAt)
		}
		t.Rows = append(t.Rows, []web.Cell{{Text: d.text("orders.type." + x.Type), Note: x.Line}, d.at(x.StartsAt), to})
	}
	return t, nil
}
