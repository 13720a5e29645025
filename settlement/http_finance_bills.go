package settlement

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// Sizes of lists: of one page, and of what may be decided at once.
const (
	pageSize = 50
	bulkMost = 5000
)

// Picked is a row that can be ticked: its value in the form, and what the row shows.
type Picked struct {
	Value string
	Label string // what a screen reader says at the box
	Cells []web.Cell
}

// Picking is a table whose rows can be ticked, and what can be done with them.
type Picking struct {
	Columns []web.Column
	Rows    []Picked
	Actions []Action // none: nothing can be ticked
	Post    string   // address that shows what would happen
	Filter  []Hidden // the filter the list was made by
	All     int      // rows of the filter in all; above those shown, "all of them" can be chosen
	Empty   string
}

// Action is a button under a picking.
type Action struct {
	Do, Key string
	Primary bool
	Danger  bool
}

// Hidden is a field of a form that is carried on.
type Hidden struct{ Name, Value string }

// BillsPage is the list of bills with its filter.
type BillsPage struct {
	Picker   MonthPicker
	AnyMonth bool
	Entity   string
	State    string
	Merchant string
	Entities []web.Option
	States   []web.Option
	List     Picking
	Pager    web.Pager
	All      int
}

var samplePicking = Picking{
	Columns: []web.Column{{Key: "finance.bill"}, {Key: "finance.payable", Number: true}}, Post: "/finance/bills/confirm", All: 2,
	Rows:    []Picked{{Value: "M1|B1", Label: "B1", Cells: []web.Cell{{Text: "B1", Href: "/"}, {Text: "BRL 1.00"}}}},
	Actions: []Action{{Do: "approve", Key: "finance.do.approve", Primary: true}, {Do: "reject", Key: "finance.do.reject", Danger: true}}, Filter: []Hidden{{"month", "2026-10"}},
}

var billsPage = web.NewPage("finance/bills.html", BillsPage{List: samplePicking, Pager: web.Pager{Page: 2, Prev: "/", Next: "/"}, All: 2})

// billFilter reads what a list of bills is narrowed by; a state is one of the bill's or a stage of the month.
func (d *desk) billFilter(get func(string) string) (f billSelection, month string) {
	f.Entity, f.Merchant = get("entity"), strings.TrimSpace(get("merchant"))
	month = get("month")
	switch m, err := period.ParseMonth(month); {
	case err == nil:
		f.Month = m
	case month == "":
		f.Month = d.askedMonth()
	}
	f.States = statesOf(get("state"))
	return f, month
}

func statesOf(v string) []State {
	for _, s := range stages {
		if s.ID == v {
			return s.States
		}
	}
	if slices.Contains(States(), State(v)) {
		return []State{State(v)}
	}
	return nil
}

func (d *desk) stateOptions() []web.Option {
	var out []web.Option
	for _, s := range stages {
		out = append(out, web.Option{Value: s.ID, Text: d.t("finance.stage." + s.ID)})
		if len(s.States) == 1 {
			continue
		}
		for _, st := range s.States {
			out = append(out, web.Option{Value: string(st), Text: "   " + d.t("finance.state."+string(st))})
		}
	}
	return out
}

func (h *HTTP) bills(c echo.Context) error {
	var p BillsPage
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		f, asked := d.billFilter(c.QueryParam)
		p.Picker, p.AnyMonth = d.picker(d.askedMonth()), asked == "any"
		p.Entity, p.State, p.Merchant, p.Entities, p.States = f.Entity, c.QueryParam("state"), f.Merchant, d.entityOptions(), d.stateOptions()
		pages := web.PagingOf(c, pageSize)
		f.Limit, f.Offset = pages.Limit(), pages.Offset()
		list, err := selectBillRows(ctx, tx, f)
		if err != nil {
			return err
		}
		if p.All, err = countBills(ctx, tx, f); err != nil {
			return err
		}
		p.Pager = pages.Pager(len(list))
		p.List, err = d.billPicking(ctx, tx, list[:min(len(list), pageSize)])
		p.List.All = p.All
		month := asked
		if !p.AnyMonth {
			month = f.Month.String()
		}
		p.List.Filter = []Hidden{{"month", month}, {"entity", f.Entity}, {"state", p.State}, {"merchant", f.Merchant}}
		return err
	})
	if err != nil {
		return err
	}
	return billsPage.Render(c, web.Head{Title: "finance.bills.title", Crumbs: crumbs(c, web.Text(c, "finance.bills.title"), "")}, p)
}

func (d *desk) billPicking(ctx context.Context, tx *pg.Tx, list []Bill) (Picking, error) {
	p := Picking{
		Columns: []web.Column{{Key: "finance.bill"}, {Key: "finance.merchant"}, {Key: "finance.lines", Number: true}, {Key: "finance.payable", Number: true}, {Key: "finance.state"}},
		Post:    "/finance/bills/confirm", Empty: "finance.bills.none",
	}
	if web.UserOf(d.c).Has(reviewers...) {
		p.Actions = []Action{{Do: "countersign", Key: "finance.do.countersign"}, {Do: "approve", Key: "finance.do.approve", Primary: true}, {Do: "reject", Key: "finance.do.reject", Danger: true}, {Do: "withdraw", Key: "finance.do.withdraw", Danger: true}}
	}
	ids := make([]string, len(list))
	for i, b := range list {
		ids[i] = b.Merchant
	}
	names, err := merchantNames(ctx, tx, ids)
	for _, b := range list {
		pay := web.Cell{Text: money.New(b.Payable, b.Currency).String()}
		if !b.CarryIn.IsZero() {
			pay.Note = d.t("finance.carried.in", "amount", money.New(b.CarryIn, b.Currency))
		}
		state := web.Cell{Pill: statePill(b.State)}
		if b.Requisition != "" {
			state.Note = b.Requisition
		}
		p.Rows = append(p.Rows, Picked{Value: b.Merchant + "|" + b.No, Label: b.No, Cells: []web.Cell{
			{Text: b.No, Href: billAddress(b.Merchant, b.No)}, {Text: b.Merchant, Note: names[b.Merchant]}, {Text: strconv.Itoa(b.Lines)}, pay, state,
		}})
	}
	return p, err
}

// Confirm says what will happen before it does, and asks what has to be known for it.
type Confirm struct {
	Lead    string   // in a sentence
	Effects []string // what follows from it
	Table   web.Table
	LeftOut web.Table // what was ticked and cannot be done, with why
	Post    string    // empty: there is nothing to do
	Fields  []Hidden
	Reason  bool // asks why
	Day     bool // asks for the value date
	Given   string
	GivenOn string
	Button  string // key
	Danger  bool
	Back    string
	Faults  fault.Faults
}

var confirmPage = web.NewPage("finance/confirm.html",
	Confirm{Lead: "x", Effects: []string{"y"}, Post: "/finance/bills/do", Fields: []Hidden{{"bill", "M1|B1"}}, Reason: true, Day: true, Button: "finance.do.approve", Back: "/finance/bills"},
	Confirm{Lead: "x", LeftOut: web.Table{Columns: []web.Column{{Key: "finance.bill"}}, Rows: [][]web.Cell{{{Text: "B1"}}}}, Back: "/finance/bills", Danger: true})

// billActions are what can be done with bills: the states they may be in, and what follows.
var billActions = map[string]struct {
	from    []State
	effects []string
	reason  bool
	danger  bool
}{
	"countersign": {[]State{PendingCountersign, CountersignRejected}, []string{"finance.effect.countersign"}, false, false},
	"approve":     {[]State{PendingCountersign, CountersignRejected, Countersigning}, []string{"finance.effect.approve", "finance.effect.list", "finance.effect.eyes"}, false, false},
	"reject":      {[]State{PendingCountersign, Countersigning}, []string{"finance.effect.reject"}, true, true},
	"withdraw":    {[]State{PendingCountersign, Carried, Collected}, []string{"finance.effect.withdraw", "finance.effect.again"}, true, true},
}

// pickedBills reads what was ticked; "all" takes the filter of the list, as it is now.
func (h *HTTP) pickedBills(ctx context.Context, tx *pg.Tx, d *desk) ([]Bill, error) {
	form, err := d.c.FormParams()
	if err != nil {
		return nil, err
	}
	if form.Get("all") != "" {
		f, _ := d.billFilter(form.Get)
		f.Limit = bulkMost + 1
		list, err := selectBillRows(ctx, tx, f)
		if len(list) > bulkMost {
			return nil, fault.New(fault.TooLarge, "SET-BULK", "", fault.Args{"max": bulkMost})
		}
		return list, err
	}
	var out []Bill
	for _, v := range form["bill"] {
		merchant, no, _ := strings.Cut(v, "|")
		list, err := selectBills(ctx, tx, BillFilter{Merchant: merchant, No: no})
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return nil, fault.New(fault.NotFound, "BILL-UNKNOWN", "bill", fault.Args{"bill": no})
		}
		out = append(out, list[0])
	}
	return out, nil
}

// backTo is the list that was left, with its filter.
func backTo(c echo.Context, path string) string {
	return address(path, "month", c.FormValue("month"), "entity", c.FormValue("entity"), "state", c.FormValue("state"), "merchant", c.FormValue("merchant"))
}

func (h *HTTP) confirmBills(c echo.Context) error { return h.showConfirmBills(c, nil, 0) }

func (h *HTTP) showConfirmBills(c echo.Context, fs fault.Faults, status int) error {
	do := c.FormValue("do")
	a, ok := billActions[do]
	if !ok {
		return web.NotFound("do")
	}
	p := Confirm{Reason: a.reason, Danger: a.danger, Button: "finance.do." + do, Back: backTo(c, "/finance/bills"), Faults: fs, Given: trimmed(c, "reason")}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		list, err := h.pickedBills(ctx, tx, d)
		if err != nil {
			return err
		}
		p.Table = web.Table{Columns: []web.Column{{Key: "finance.merchant"}, {Key: "finance.entity"}, {Key: "finance.bills.title"}, {Key: "finance.payable", Number: true}}}
		p.LeftOut = web.Table{Columns: []web.Column{{Key: "finance.bill"}, {Key: "finance.state"}}}
		n, err := d.groupBills(ctx, tx, &p, list, a.from)
		if err != nil {
			return err
		}
		p.Lead = d.t("finance.confirm."+do, "n", n, "requisitions", len(p.Table.Rows))
		for _, e := range a.effects {
			p.Effects = append(p.Effects, d.t(e))
		}
		if n > 0 {
			p.Post = "/finance/bills/do"
		}
		p.Fields = append(p.Fields, Hidden{"do", do}, Hidden{"month", c.FormValue("month")}, Hidden{"entity", c.FormValue("entity")}, Hidden{"state", c.FormValue("state")}, Hidden{"merchant", c.FormValue("merchant")})
		return nil
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "finance.do." + do, Status: status, Crumbs: crumbs(c, web.Text(c, "finance.bills.title"), p.Back, web.Text(c, "finance.do."+do), "")}
	return confirmPage.Render(c, head, p)
}

// groupBills parts what can be done from what cannot, and groups the former as requisitions would be made.
func (d *desk) groupBills(ctx context.Context, tx *pg.Tx, p *Confirm, list []Bill, from []State) (int, error) {
	groups, order, ids := map[payKey][]Bill{}, []payKey(nil), []string(nil)
	n := 0
	for _, b := range list {
		if !slices.Contains(from, b.State) {
			p.LeftOut.Rows = append(p.LeftOut.Rows, []web.Cell{{Text: b.No, Href: billAddress(b.Merchant, b.No)}, {Pill: statePill(b.State)}})
			continue
		}
		k := payKey{b.Merchant, b.Entity, b.Currency}
		if groups[k] == nil {
			order, ids = append(order, k), append(ids, b.Merchant)
		}
		groups[k] = append(groups[k], b)
		p.Fields = append(p.Fields, Hidden{"bill", b.Merchant + "|" + b.No})
		n++
	}
	names, err := merchantNames(ctx, tx, ids)
	for _, k := range order {
		sum := money.Zero(k.currency)
		nos := make([]string, len(groups[k]))
		for i, b := range groups[k] {
			sum, nos[i] = sum.Add(money.New(b.Payable, b.Currency)), b.No
		}
		p.Table.Rows = append(p.Table.Rows, []web.Cell{{Text: k.merchant, Note: names[k.merchant]}, {Text: k.entity, Note: d.entityName(k.entity)}, {Text: strings.Join(nos, ", ")}, {Text: sum.String()}})
	}
	return n, err
}

var errNothingPicked = errors.New("nothing was ticked")

// doBills does what was confirmed, all of it or nothing.
func (h *HTTP) doBills(c echo.Context) error {
	do := c.FormValue("do")
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	if _, ok := billActions[do]; !ok {
		return web.NotFound("do")
	}
	var refs []BillRef
	for _, v := range form["bill"] {
		merchant, no, _ := strings.Cut(v, "|")
		refs = append(refs, BillRef{merchant, no})
	}
	if len(refs) == 0 || len(refs) > bulkMost {
		return fault.New(fault.Invalid, "SET-BULK", "", fault.Args{"max": bulkMost}).Wrap(errNothingPicked)
	}
	made := 0
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		n, err := h.decideBills(ctx, tx, do, trimmed(c, "reason"), refs)
		made = n
		return err
	})
	if err != nil {
		fs, err := joinedFaults(err)
		if err != nil {
			return err
		}
		return h.showConfirmBills(c, fs, web.Status(fs))
	}
	web.Flash(c, web.OK, "finance.done."+do, "n", strconv.Itoa(len(refs)), "requisitions", strconv.Itoa(made))
	if do == "approve" {
		return c.Redirect(http.StatusSeeOther, "/finance/requisitions?state="+string(ReqOpen))
	}
	return c.Redirect(http.StatusSeeOther, backTo(c, "/finance/bills"))
}

// decideBills does one action. Approving or rejecting opens the approval of bills that still wait for it, in the same transaction.
func (h *HTTP) decideBills(ctx context.Context, tx *pg.Tx, do, reason string, refs []BillRef) (requisitions int, err error) {
	if do == "withdraw" {
		return 0, h.svc.Unsettle(ctx, tx, reason, refs...)
	}
	if do == "countersign" {
		return 0, h.svc.Countersign(ctx, tx, refs...)
	}
	var waiting []BillRef
	for _, r := range refs {
		list, err := selectBills(ctx, tx, BillFilter{Merchant: r.Merchant, No: r.No})
		if err != nil {
			return 0, err
		}
		if len(list) == 1 && (list[0].State == PendingCountersign || list[0].State == CountersignRejected) {
			waiting = append(waiting, r)
		}
	}
	if err := h.svc.Countersign(ctx, tx, waiting...); err != nil {
		return 0, err
	}
	if do == "reject" {
		return 0, h.svc.Reject(ctx, tx, reason, refs...)
	}
	made, err := h.svc.Approve(ctx, tx, refs...)
	return len(made), err
}
