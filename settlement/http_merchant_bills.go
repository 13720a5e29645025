package settlement

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// MyBillsPage lists a merchant's bills, newest month first.
type MyBillsPage struct {
	Month  string
	Table  web.Table
	Pager  web.Pager
	Faults fault.Faults
}

// MyBillPage is one bill: how its amount came about, its lines, and the steps it has taken.
type MyBillPage struct {
	No      string
	State   web.Pill
	Say     string
	Facts   []web.Term
	Sales   []web.Table // one a sale currency
	Sum     web.Table
	Lines   web.Table
	Pager   web.Pager
	History web.Table
}

var (
	myBillsPage = web.NewPage("merchant/bills.html", MyBillsPage{Month: "2026-10", Table: web.Table{Empty: "m.bills.none"}})
	myBillPage  = web.NewPage("merchant/bill.html", MyBillPage{No: "B", State: myStatePill(Done), Say: "…", Sales: []web.Table{{}}})
)

// stateTerm is the marketplace's own name of a state; it stands beside the words in other languages.
var stateTerm = map[State]string{
	PendingCountersign: "待会签", Countersigning: "会签中", CountersignRejected: "会签驳回", PendingRequisition: "待申付", RequisitionFailed: "申付单创建失败",
	PendingInvoice: "待开票", InvoiceReview: "发票待审核", RequisitionProcessing: "申付处理中", RequisitionRejected: "申付被驳回", PaymentInfoError: "支付信息错误",
	Paying: "支付中", Done: "已完成", Carried: "结转", Collected: "已扣收",
}

func myStatePill(s State) web.Pill {
	tone := web.Still
	switch s {
	case PendingInvoice, InvoiceReview:
		tone = web.Info
	case CountersignRejected, RequisitionFailed, RequisitionRejected, PaymentInfoError:
		tone = web.Warn
	case RequisitionProcessing, Paying, Done:
		tone = web.OK
	}
	return web.Pill{Tone: tone, Key: "m.bill.state." + string(s)}
}

// myStateCell is the state in the reader's words, with the marketplace's term where that is another language.
func myStateCell(c echo.Context, s State) web.Cell {
	cell := web.Cell{Pill: myStatePill(s)}
	if web.LangOf(c) != fault.ZH {
		cell.Note = stateTerm[s]
	}
	return cell
}

func billsTable(c echo.Context, bills []Bill, empty string) web.Table {
	t := web.Table{Empty: empty, Columns: []web.Column{
		{Key: "m.bill.number"}, {Key: "m.bill.state"}, {Key: "m.bill.month"}, {Key: "m.bill.lines", Number: true}, {Key: "m.bill.payable", Number: true}, {Key: "m.list.number"},
	}}
	for _, b := range bills {
		amount := web.Cell{Text: money.New(b.Payable, b.Currency).String()}
		if b.State == Carried {
			amount.Note = web.Text(c, "m.bill.carried")
		}
		if b.State == Collected {
			amount.Note = web.Text(c, "m.bill.collected")
		}
		list := web.Cell{}
		if b.Requisition != "" {
			list = web.Cell{Text: b.Requisition, Href: "/requisitions/" + b.Requisition}
		}
		t.Rows = append(t.Rows, []web.Cell{
			{Text: b.No, Href: "/bills/" + b.No}, myStateCell(c, b.State), {Text: b.Month.String()}, {Text: strconv.Itoa(b.Lines)}, amount, list,
		})
	}
	return t
}

func (h *MerchantHTTP) bills(c echo.Context) error {
	paging := web.PagingOf(c, 25)
	p := MyBillsPage{Month: c.QueryParam("month")}
	month, fs := monthParam(p.Month)
	p.Faults = fs
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		bills, err := h.svc.Bills(ctx, tx, BillFilter{Merchant: merchant, Month: month, Limit: paging.Limit(), Offset: paging.Offset()})
		p.Pager = paging.Pager(len(bills))
		p.Table = billsTable(c, bills[:min(len(bills), paging.Size)], "m.bills.none")
		return err
	})
	if err != nil {
		return err
	}
	return myBillsPage.Render(c, web.Head{Title: "m.bills.title"}, p)
}

// monthParam reads a month that somebody typed; empty is no month and no fault.
func monthParam(s string) (period.Month, fault.Faults) {
	if s == "" {
		return period.Month{}, nil
	}
	m, err := period.ParseMonth(s)
	if err != nil {
		return m, fault.Faults{fault.New(fault.Invalid, "WHY-MONTH", "month", fault.Args{"got": s})}
	}
	return m, nil
}

var _ = fault.Define("WHY-MONTH", "\"{got}\" is no month. Write year and month, such as 2026-10.", "“{got}”不是月份。请按 年-月 填写，例如 2026-10。", "\"{got}\" não é um mês. Escreva ano e mês, como 2026-10.")

func (h *MerchantHTTP) bill(c echo.Context) error {
	paging := web.PagingOf(c, 50)
	var p MyBillPage
	var b Bill
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) (err error) {
		if b, err = h.oneBill(ctx, tx, merchant, c.Param("no")); err != nil {
			return err
		}
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		ref := BillRef{Merchant: b.Merchant, No: b.No}
		lines, err := h.svc.BillLines(ctx, tx, ref, paging.Limit(), paging.Offset())
		if err != nil {
			return err
		}
		p.Pager = paging.Pager(len(lines))
		p.Lines = billLinesTable(c, lines[:min(len(lines), paging.Size)])
		events, err := h.svc.History(ctx, tx, ref)
		if err != nil {
			return err
		}
		zone := dir.Zone(b.Entity).String()
		e, _ := dir.EntityAt(b.Entity, tx.Now)
		p.No, p.State, p.Say = b.No, myStatePill(b.State), web.Text(c, "m.bill.say."+string(b.State))
		p.Facts = billFacts(c, b, e.Name, zone)
		p.Sales, p.Sum, p.History = saleTables(c, b), sumTable(c, b), billHistory(c, events, zone)
		return nil
	})
	if err != nil {
		return err
	}
	crumbs := []web.Crumb{{Text: web.Text(c, "m.bills.title"), Href: "/bills"}, {Text: b.No}}
	return myBillPage.Render(c, web.Head{Title: "m.bill.title", Pairs: []any{"no", b.No}, Crumbs: crumbs}, p)
}

func billFacts(c echo.Context, b Bill, entity, zone string) []web.Term {
	list := web.Cell{Text: "—"}
	if b.Requisition != "" {
		list = web.Cell{Text: b.Requisition, Href: "/requisitions/" + b.Requisition}
	}
	return []web.Term{
		{Key: "m.bill.payable", Number: true, Cell: web.Cell{Text: money.New(b.Payable, b.Currency).String()}},
		{Key: "m.bill.state", Cell: myStateCell(c, b.State)},
		{Key: "m.bill.month", Cell: web.Cell{Text: b.Month.String()}},
		{Key: "m.run.entity", Cell: web.Cell{Text: entity, Note: b.Entity}},
		{Key: "m.bill.list", Cell: list},
		{Key: "m.bill.issued", Cell: web.Cell{Text: b.RunDay.String(), Note: zone}},
	}
}

// saleTables go from what was sold in each currency to what it adds to the bill: a table a currency, since a bill has one or two.
func saleTables(c echo.Context, b Bill) []web.Table {
	out := make([]web.Table, 0, len(b.Sales))
	for _, s := range b.Sales {
		t := web.Table{Columns: []web.Column{{Key: "m.sum.step"}, {Key: "m.sum.amount", Number: true}}}
		add := func(key string, v decimal.Decimal) {
			t.Rows = append(t.Rows, []web.Cell{{Text: web.Text(c, key)}, {Text: money.New(v, s.Currency).String()}})
		}
		add("m.line.gross", s.Gross)
		add("m.sale.tax", s.Tax.Neg())
		if !s.CustomerWHT.IsZero() {
			add("m.sale.wht", s.CustomerWHT.Neg())
		}
		add("m.sale.fee", s.Fee.Neg())
		add("m.sale.share", s.Share)
		for _, code := range sortedCodes(s.SellerTaxes) {
			t.Rows = append(t.Rows, []web.Cell{{Text: web.Text(c, "m.sale.seller"), Note: code}, {Text: money.New(s.SellerTaxes[code].Neg(), s.Currency).String()}})
		}
		add("m.line.amount", s.Settlement)
		if s.Currency != b.Currency {
			t.Rows = append(t.Rows, []web.Cell{{Text: web.Text(c, "m.sale.rate"), Note: s.RateKey}, {Text: "× " + money.Exact(s.Rate)}})
		}
		t.Total = []web.Cell{{Text: web.Text(c, "m.sale.product")}, {Text: string(b.Currency) + " " + money.Exact(s.Product)}}
		out = append(out, t)
	}
	return out
}

// sumTable goes from the exact sum to what is paid.
func sumTable(c echo.Context, b Bill) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "m.sum.step"}, {Key: "m.sum.amount", Number: true}}}
	add := func(key string, v decimal.Decimal, note string) {
		t.Rows = append(t.Rows, []web.Cell{{Text: web.Text(c, key), Note: note}, {Text: money.Print(v, b.Currency)}})
	}
	add("m.sum.exact", b.Exact, "")
	add("m.sum.rounding", b.Residue, "")
	if !b.CarryIn.IsZero() {
		add("m.sum.carryin", b.CarryIn, b.CarriedFrom)
	}
	last := "m.sum.payable"
	if b.State == Carried {
		last = "m.sum.carryout"
	}
	if b.State == Collected {
		add("m.sum.missing", b.Payable, "")
		add("m.sum.deposit", b.FromDeposit, "")
		t.Total = []web.Cell{{Text: web.Text(c, "m.sum.receivable")}, {Text: money.New(b.Receivable, b.Currency).String()}}
		return t
	}
	t.Total = []web.Cell{{Text: web.Text(c, last)}, {Text: money.New(b.Payable, b.Currency).String()}}
	return t
}

func billLinesTable(c echo.Context, lines []BillLine) web.Table {
	t := web.Table{Empty: "m.bill.nolines", Columns: []web.Column{
		{Key: "m.line.id"},
		{Key: "m.line.kind"},
		{Key: "m.line.gross", Number: true},
		{Key: "m.line.tax", Number: true},
		{Key: "m.line.wht", Number: true},
		{Key: "m.line.fee", Number: true},
		{Key: "m.line.seller", Number: true},
		{Key: "m.line.amount", Number: true},
	}}
	for _, l := range lines {
		n := func(v decimal.Decimal) web.Cell { return web.Cell{Text: money.Print(v, l.Currency)} }
		id := web.Cell{Text: l.Line}
		if l.Order != "" && l.Order != l.Line {
			id.Note = l.Order
		}
		t.Rows = append(t.Rows, []web.Cell{
			id,
			{Text: web.Text(c, "m.kind.line."+l.Kind), Note: l.Product},
			n(l.Gross), n(l.Tax), n(l.CustomerWHT), n(l.Fee.Neg()), n(l.SellerTax.Neg()),
			{Text: money.New(l.Amount, l.Currency).String()},
		})
	}
	return t
}

// billHistory leaves out who did it: for a merchant that is the finance team.
func billHistory(c echo.Context, events []BillEvent, zone string) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "m.history.when"}, {Key: "m.bill.state"}}}
	for n := len(events) - 1; n >= 0; n-- {
		t.Rows = append(t.Rows, []web.Cell{{Text: web.Instant(events[n].At, zone)}, myStateCell(c, events[n].To)})
	}
	return t
}
