package settlement

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// BillPage is one bill: how its amount came about, its lines, and everything that happened to it.
type BillPage struct {
	No      string
	Terms   []web.Term
	Sales   web.Table
	Sum     []web.Term
	Lines   web.Table
	Pager   web.Pager
	History web.Table
	Actions []Action
	Value   string
}

var billPage = web.NewPage("finance/bill.html", BillPage{No: "B1", Actions: []Action{{Do: "approve", Key: "finance.do.approve", Primary: true}}, Value: "M1|B1"})

// linesPage is how many lines of a bill one page shows.
const linesPage = 100

func (h *HTTP) bill(c echo.Context) error {
	ref := BillRef{c.Param("merchant"), c.Param("no")}
	p := BillPage{No: ref.No, Value: ref.Merchant + "|" + ref.No}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		list, err := selectBills(ctx, tx, BillFilter{Merchant: ref.Merchant, No: ref.No})
		if err != nil {
			return err
		}
		gone, err := selectWithdrawals(ctx, tx, ref)
		if err != nil {
			return err
		}
		if len(list) == 0 && len(gone) == 0 {
			return fault.New(fault.NotFound, "BILL-UNKNOWN", "bill", fault.Args{"bill": ref.No})
		}
		if len(list) > 0 {
			if err := h.billDetail(ctx, tx, d, list[0], &p); err != nil {
				return err
			}
		}
		events, err := h.svc.History(ctx, tx, ref)
		p.History = d.historyTable(events, gone)
		return err
	})
	if err != nil {
		return err
	}
	return billPage.Render(c, web.Head{Title: "finance.bill.title", Pairs: []any{"no", ref.No}, Crumbs: crumbs(c, web.Text(c, "finance.bills.title"), "/finance/bills", ref.No, "")}, p)
}

func (h *HTTP) billDetail(ctx context.Context, tx *pg.Tx, d *desk, b Bill, p *BillPage) error {
	names, err := merchantNames(ctx, tx, []string{b.Merchant})
	if err != nil {
		return err
	}
	in := func(v interface{ String() string }) string { return v.String() }
	p.Terms = []web.Term{
		{Key: "finance.state", Cell: web.Cell{Pill: statePill(b.State)}},
		{Key: "finance.payable", Cell: web.Cell{Text: money.New(b.Payable, b.Currency).String()}, Number: true},
		{Key: "finance.merchant", Cell: web.Cell{Text: b.Merchant, Note: names[b.Merchant]}},
		{Key: "finance.entity", Cell: web.Cell{Text: b.Entity, Note: d.entityName(b.Entity)}},
		{Key: "finance.month", Cell: web.Cell{Text: in(b.Month), Note: d.t("finance.bill.issued", "at", d.instant(b.Entity, b.IssuedAt))}},
	}
	if b.Requisition != "" {
		p.Terms = append(p.Terms, web.Term{Key: "finance.requisition", Cell: web.Cell{Text: b.Requisition, Href: requisitionAddress(b.Merchant, b.Requisition)}})
	}
	p.Sales = d.salesTable(b)
	p.Sum = []web.Term{
		{Key: "finance.bill.exact", Cell: web.Cell{Text: money.New(b.Exact, b.Currency).String()}, Number: true},
		{Key: "finance.bill.rounded", Cell: web.Cell{Text: money.New(b.Rounded, b.Currency).String(), Note: d.t("finance.bill.residue", "residue", money.Exact(b.Residue))}, Number: true},
	}
	if !b.CarryIn.IsZero() {
		p.Sum = append(p.Sum, web.Term{Key: "finance.bill.carry_in", Cell: web.Cell{Text: money.New(b.CarryIn, b.Currency).String(), Note: b.CarriedFrom, Href: billAddress(b.Merchant, b.CarriedFrom)}, Number: true})
	}
	if !b.CarryOut.IsZero() {
		p.Sum = append(p.Sum, web.Term{Key: "finance.bill.carry_out", Cell: web.Cell{Text: money.New(b.CarryOut, b.Currency).String()}, Number: true})
	}
	if b.State == Collected {
		p.Sum = append(p.Sum, web.Term{Key: "finance.bill.deposit", Cell: web.Cell{Text: money.New(b.FromDeposit, b.Currency).String()}, Number: true},
			web.Term{Key: "finance.bill.receivable", Cell: web.Cell{Text: money.New(b.Receivable, b.Currency).String()}, Number: true})
	}
	if web.UserOf(d.c).Has(reviewers...) {
		p.Actions = billButtons(b.State)
	}
	pages := web.PagingOf(d.c, linesPage)
	lines, err := selectBillLines(ctx, tx, BillRef{b.Merchant, b.No}, pages.Limit(), pages.Offset())
	if err != nil {
		return err
	}
	p.Pager = pages.Pager(len(lines))
	p.Lines = web.Table{Columns: []web.Column{{Key: "finance.line"}, {Key: "finance.line.kind"}, {Key: "finance.sale.gross", Number: true}, {Key: "finance.sale.fee", Number: true}, {Key: "finance.sale.settlement", Number: true}}}
	for _, l := range lines[:min(len(lines), linesPage)] {
		c := money.Currency(l.Currency)
		p.Lines.Rows = append(p.Lines.Rows, []web.Cell{{Text: l.Line}, {Text: d.t("finance.kind." + l.Kind)}, {Text: money.New(l.Gross, c).String()}, {Text: money.Print(l.Fee, c)}, {Text: money.Print(l.Amount, c)}})
	}
	return nil
}

// billButtons are what a bill's state allows.
func billButtons(s State) []Action {
	var out []Action
	for _, do := range []string{"countersign", "approve", "reject", "withdraw"} {
		a := billActions[do]
		for _, from := range a.from {
			if from == s {
				out = append(out, Action{Do: do, Key: "finance.do." + do, Primary: do == "approve", Danger: a.danger})
			}
		}
	}
	return out
}

func (d *desk) salesTable(b Bill) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "finance.sale"}, {Key: "finance.sale.gross", Number: true}, {Key: "finance.sale.tax", Number: true}, {Key: "finance.sale.wht", Number: true}, {Key: "finance.sale.fee", Number: true}, {Key: "finance.sale.seller", Number: true}, {Key: "finance.sale.settlement", Number: true}, {Key: "finance.sale.rate", Number: true}, {Key: "finance.sale.product", Number: true}}}
	for _, s := range b.Sales {
		seller := web.Cell{Text: money.Print(s.SellerTax, s.Currency)}
		for _, code := range sortedCodes(s.SellerTaxes) {
			seller.Note += code + " "
		}
		t.Rows = append(t.Rows, []web.Cell{
			{Text: string(s.Currency), Note: d.t("finance.sale.lines", "n", s.Lines)},
			{Text: money.Print(s.Gross, s.Currency)},
			{Text: money.Print(s.Tax, s.Currency)},
			{Text: money.Print(s.CustomerWHT, s.Currency)},
			{Text: money.Print(s.Fee, s.Currency)},
			seller,
			{Text: money.Print(s.Settlement, s.Currency)},
			{Text: money.Exact(s.Rate), Note: s.RateKey},
			{Text: money.New(s.Product, b.Currency).String()},
		})
	}
	return t
}

func (d *desk) historyTable(events []BillEvent, gone []withdrawal) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "finance.history.at"}, {Key: "finance.history.who"}, {Key: "finance.history.what"}, {Key: "finance.history.why"}}}
	for _, e := range events {
		t.Rows = append(t.Rows, []web.Cell{{Text: web.Instant(e.At, "UTC")}, {Text: d.who(e.Who)}, {Pill: statePill(e.To)}, {Text: e.Reason}})
	}
	for _, w := range gone {
		t.Rows = append(t.Rows, []web.Cell{{Text: web.Instant(w.At, "UTC")}, {Text: d.who(w.By)}, {Pill: web.Pill{Tone: web.Still, Key: "finance.withdrawn"}, Note: "#" + strconv.Itoa(w.Attempt)}, {Text: w.Reason}})
	}
	return t
}
