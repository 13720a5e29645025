package orders

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// OrdersPage lists order lines, the newest first.
type OrdersPage struct {
	Text, Buyer, Merchant string
	Mine                  bool // a merchant looks at its own
	Table                 web.Table
	Pager                 web.Pager
}

var ordersPage = web.NewPage("orders/orders.html", OrdersPage{Text: "CS1"}, OrdersPage{Mine: true})

func (h *HTTP) orders(c echo.Context) error {
	return h.listOrders(c, OrdersPage{Merchant: strings.TrimSpace(c.QueryParam("merchant"))})
}

func (h *HTTP) myOrders(c echo.Context) error {
	return h.listOrders(c, OrdersPage{Mine: true, Merchant: web.UserOf(c).Merchant})
}

func (h *HTTP) listOrders(c echo.Context, p OrdersPage) error {
	p.Text, p.Buyer = strings.TrimSpace(c.QueryParam("q")), strings.TrimSpace(c.QueryParam("buyer"))
	pages := web.PagingOf(c, pageSize)
	p.Table = web.Table{Empty: "orders.none", Columns: []web.Column{
		{Key: "orders.line"}, {Key: "orders.type"}, {Key: "orders.buyer"}, {Key: "orders.product"}, {Key: "orders.placed"}, {Key: "orders.amount", Number: true}, {Key: "orders.state"},
	}}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, dir *entities.Directory) error {
		states, err := selectOrderLines(ctx, tx, dir, OrderQuery{Merchant: p.Merchant, Buyer: p.Buyer, Text: p.Text, Limit: pages.Limit(), Offset: pages.Offset()})
		p.Pager = pages.Pager(len(states))
		for _, s := range states[:min(len(states), pageSize)] {
			p.Table.Rows = append(p.Table.Rows, orderRow(c, dir, s, p.Mine))
		}
		return err
	})
	if err != nil {
		return err
	}
	return ordersPage.Render(c, web.Head{Title: "orders.title"}, p)
}

func orderRow(c echo.Context, dir *entities.Directory, s *State, mine bool) []web.Cell {
	l := &s.Line
	first := web.Cell{Text: l.ID, Href: "/merchant/orders/" + url.PathEscape(l.OrderID)}
	if !mine {
		first.Href, first.Note = orderAddress(l.Merchant, l.OrderID), l.Merchant
	}
	return []web.Cell{
		first,
		{Text: web.Text(c, "orders.type."+l.Type), Note: web.Text(c, "orders.mode."+l.Mode)},
		{Text: l.Buyer},
		{Text: l.Product, Note: l.SKU},
		{Text: web.Instant(l.PlacedAt, dir.Zone(l.Entity).String())},
		{Text: amountOf(l)},
		{Pill: statePill(s.OrderState())},
	}
}

// amountOf writes what a line asks for; reverse orders bear no amount.
func amountOf(l *Line) string {
	if l.Type == Unsubscribe {
		return "—"
	}
	return money.New(l.Gross, l.Currency).String()
}

func statePill(s OrderState) web.Pill {
	tone := map[OrderState]web.Tone{PendingPayment: web.Warn, Processing: web.Info, OrderCompleted: web.OK, OrderCanceled: web.Still}[s]
	return web.Pill{Tone: tone, Key: "orders.state." + string(s)}
}

// OrderPage is one order with everything known of it.
type OrderPage struct {
	Mine  bool
	Pill  web.Pill
	Terms []web.Term
	Lines []OrderPart
	// Instructions are what the marketplace was asked to move for it.
	Instructions web.Table
}

// OrderPart is one line of the order.
type OrderPart struct {
	ID     string
	Why    string // where it is said why the line is on no bill; empty: not for this reader
	Pill   web.Pill
	Terms  []web.Term
	Facts  web.Table
	Held   web.Table // what keeps it off bills, for those who may lift it
	Timers web.Table
	Holds  web.Table
	Holder web.Table // the instance's terms
}

var orderPage = web.NewPage("orders/order.html", OrderPage{Lines: []OrderPart{{ID: "L", Why: "/why", Pill: statePill(Processing)}}, Pill: statePill(OrderCanceled)}, OrderPage{Mine: true, Pill: statePill(PendingPayment), Lines: []OrderPart{{ID: "L", Pill: statePill(OrderCompleted)}}})

func (h *HTTP) order(c echo.Context) error { return h.showOrder(c, c.Param("merchant"), false) }

func (h *HTTP) myOrder(c echo.Context) error { return h.showOrder(c, web.UserOf(c).Merchant, true) }

func (h *HTTP) showOrder(c echo.Context, merchant string, mine bool) error {
	p := OrderPage{Mine: mine}
	id := c.Param("order")
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, dir *entities.Directory) error {
		states, err := orderStates(ctx, tx, dir, id)
		if err != nil {
			return err
		}
		if len(states) == 0 || states[0].Line.Merchant != merchant {
			return web.NotFound("order")
		}
		d := orderDesk{c: c, ctx: ctx, tx: tx, dir: dir, mine: mine}
		return d.fill(&p, states)
	})
	if err != nil {
		return err
	}
	back := "/operations/orders"
	if mine {
		back = "/merchant/orders"
	}
	return orderPage.Render(c, web.Head{Title: "orders.one", Pairs: []any{"order", id}, Crumbs: []web.Crumb{{Text: web.Text(c, "orders.title"), Href: back}, {Text: id}}}, p)
}

// InstructionsPage lists what the marketplace was asked to move.
type InstructionsPage struct {
	Which  string // all, open, overdue
	Rows   []InstructionRow
	Next   string
	Decide bool
	Faults fault.Faults
	Wrong  int64 // the instruction that was refused
	Reason string
}

// InstructionRow is one of them.
type InstructionRow struct {
	Number int64
	Cells  []web.Term
	Pill   web.Pill
	Open   bool
}

var instructionsPage = web.NewPage("orders/instructions.html", InstructionsPage{
	Which: "open", Decide: true, Next: "/", Wrong: 1, Reason: "x", Faults: fault.Faults{fault.New(fault.Invalid, "ORD-REASON", "reason")},
	Rows: []InstructionRow{{Number: 1, Open: true, Pill: web.Pill{Tone: web.Warn, Key: "orders.ins.open"}}, {Number: 2, Pill: web.Pill{Tone: web.OK, Key: "orders.ins.answered"}}},
})

func (h *HTTP) instructions(c echo.Context) error { return h.showInstructions(c, InstructionsPage{}) }

func (h *HTTP) showInstructions(c echo.Context, p InstructionsPage) error {
	p.Decide = web.UserOf(c).Has(doers...)
	if p.Which = c.QueryParam("show"); p.Which != "all" && p.Which != "overdue" {
		p.Which = "open"
	}
	after, _ := strconv.ParseInt(c.QueryParam("after"), 10, 64) // what is no number begins at the first
	q := InstructionQuery{After: after, Open: p.Which == "open", Overdue: p.Which == "overdue", Limit: pageSize}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, _ *entities.Directory) error {
		list, err := Instructions(ctx, tx, q)
		for _, i := range list {
			p.Rows = append(p.Rows, instructionRow(i, tx))
		}
		if len(list) == pageSize {
			p.Next = "?show=" + p.Which + "&after=" + strconv.FormatInt(list[len(list)-1].Number, 10)
		}
		return err
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "orders.ins.title"}
	if len(p.Faults) > 0 {
		head.Status = web.Status(p.Faults)
	}
	return instructionsPage.Render(c, head, p)
}

func instructionRow(i Instruction, tx *pg.Tx) InstructionRow {
	r := InstructionRow{Number: i.Number, Open: i.Answered == nil && i.Withdrawn == nil, Pill: instructionPill(i, tx)}
	r.Cells = []web.Term{
		{Key: "orders.order", Cell: web.Cell{Text: i.Order, Href: orderAddress(i.Merchant, i.Order), Note: i.Line}},
		{Key: "orders.merchant", Cell: web.Cell{Text: i.Merchant}},
		{Key: "orders.buyer", Cell: web.Cell{Text: i.Buyer}},
		{Key: "orders.amount", Cell: web.Cell{Text: money.New(i.Amount, i.Currency).String()}, Number: true},
		{Key: "orders.ins.issued", Cell: web.Cell{Text: web.Instant(i.IssuedAt, "UTC")}},
	}
	if i.DueAt != nil {
		r.Cells = append(r.Cells, web.Term{Key: "orders.ins.due", Cell: web.Cell{Text: web.Instant(*i.DueAt, "UTC")}})
	}
	if i.Answered != nil {
		r.Cells = append(r.Cells, web.Term{Key: "orders.ins.answer", Cell: web.Cell{Text: i.Answer, Note: web.Instant(*i.Answered, "UTC")}})
	}
	if i.Withdrawn != nil {
		r.Cells = append(r.Cells, web.Term{Key: "orders.ins.gone", Cell: web.Cell{Text: web.Instant(*i.Withdrawn, "UTC")}})
	}
	return r
}

func instructionPill(i Instruction, tx *pg.Tx) web.Pill {
	switch {
	case i.Answered != nil:
		return web.Pill{Tone: web.OK, Key: "orders.ins.answered"}
	case i.Withdrawn != nil:
		return web.Pill{Tone: web.Still, Key: "orders.ins.withdrawn"}
	case i.Overdue(tx.Now):
		return web.Pill{Tone: web.Bad, Key: "orders.ins.overdue"}
	}
	return web.Pill{Tone: web.Warn, Key: "orders.ins.open"}
}

// withdraw takes an instruction back in the name of the person who asks, with the reason they give.
func (h *HTTP) withdraw(c echo.Context) error {
	n, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil {
		return web.NotFound("instruction")
	}
	reason := strings.TrimSpace(c.FormValue("reason"))
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		_, err := WithdrawByHand(ctx, tx, n, reason)
		return err
	})
	if fs := fault.All(err); len(fs) > 0 && fs[0].Kind != fault.NotFound {
		return h.showInstructions(c, InstructionsPage{Faults: fs, Wrong: n, Reason: reason})
	}
	if err != nil {
		return err
	}
	web.Flash(c, web.OK, "orders.ins.done", "number", c.Param("number"))
	return c.Redirect(http.StatusSeeOther, "/operations/instructions")
}
