package settlement

import (
	"context"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/money"
)

// ExceptionRow is one upload that waits for finance or for its merchant.
type ExceptionRow struct {
	Value, Label  string // of its tick box
	No, Href      string
	Merchant      string
	Name          string
	Entity        string
	Amount        string
	Age, Received string
	Owners        string
	Late          bool
	Pill          web.Pill
	Last          string // the last step: what, who, when, why
	Undo          string // name of the decision that the one who looks can undo; empty: none
	Faults        fault.Faults
	Picked        bool
}

// ExceptionCount is how many exceptions bear a code, and the money that waits with them.
type ExceptionCount struct {
	Code, Money, Href string
	Count             int
	Current           bool
}

// ExceptionsPage is finance's queue, oldest first.
type ExceptionsPage struct {
	Code, Entity, Owner, Stands, AtLeast, Days, Currency string
	Entities, Owners, States, Currencies                 []web.Option
	Counts                                               []ExceptionCount
	Rows                                                 []ExceptionRow
	Pager                                                web.Pager
	All                                                  int
	Decide                                               bool
	Hidden                                               []Hidden
	Batch                                                string // a decision just taken
	Reason                                               string
	Faults                                               fault.Faults
}

var exceptionsPage = web.NewPage("finance/exceptions.html", ExceptionsPage{
	Code: "INV-TOTAL", Decide: true, All: 2, Batch: "dec_1", Reason: "x", Hidden: []Hidden{{"code", "INV-TOTAL"}}, Faults: fault.Faults{fault.New(fault.Invalid, "SET-REASON", "reason")},
	Owners: []web.Option{{Value: "a", Text: "a"}}, States: []web.Option{{Value: "", Text: "…"}}, Entities: []web.Option{{Value: "5541", Text: "5541"}}, Currencies: []web.Option{{Value: "SGD", Text: "SGD"}},
	Counts: []ExceptionCount{{"INV-TOTAL", "SGD 1.00", "/", 1, true}, {"INV-LATE", "SGD 1.00", "/", 1, false}},
	Rows: []ExceptionRow{
		{Value: "M1|R1|1", Label: "R1", No: "R1", Href: "/", Name: "M", Owners: "South", Late: true, Pill: exceptionPill(invoicing.ExceptionOpen), Last: "…", Undo: "dec_2", Faults: fault.Faults{fault.New(fault.Invalid, "SET-REASON", "reason")}, Picked: true},
		{Value: "M1|R2|1", Label: "R2", No: "R2", Href: "/", Pill: exceptionPill(invoicing.ExceptionProposed)},
	},
}, ExceptionsPage{})

// exceptionStates are what the queue can be narrowed to; empty is what waits for finance.
var exceptionStates = []invoicing.ExceptionState{"", invoicing.ExceptionOpen, invoicing.ExceptionProposed, invoicing.ExceptionOverridden, invoicing.ExceptionClosed}

func exceptionPill(s invoicing.ExceptionState) web.Pill {
	tone := map[invoicing.ExceptionState]web.Tone{
		invoicing.ExceptionOpen: web.Bad, invoicing.ExceptionProposed: web.Warn, invoicing.ExceptionOverridden: web.OK, invoicing.ExceptionClosed: web.Still,
	}[s]
	return web.Pill{Tone: tone, Key: "finance.exception." + string(s)}
}

func (h *HTTP) exceptions(c echo.Context) error { return h.showExceptions(c, nil) }

func (h *HTTP) showExceptions(c echo.Context, fs fault.Faults) error {
	p := ExceptionsPage{
		Code: trimmed(c, "code"), Entity: trimmed(c, "entity"), Owner: trimmed(c, "owner"), Stands: trimmed(c, "stands"), AtLeast: trimmed(c, "atLeast"),
		Days: trimmed(c, "days"), Currency: trimmed(c, "currency"), Batch: c.QueryParam("batch"), Reason: trimmed(c, "reason"), Faults: fs, Decide: web.UserOf(c).Has(deciders...),
	}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		f, bad := p.filter(d)
		p.Faults = append(p.Faults, bad...)
		wide := f
		wide.Code, wide.Owner = "", ""
		all, err := h.svc.Invoicing.Exceptions(ctx, tx, wide)
		if err != nil {
			return err
		}
		p.choices(d, all)
		list := all[:0:0]
		for _, x := range all {
			if (f.Code == "" || slices.Contains(x.Codes, f.Code)) && (f.Owner == "" || slices.Contains(x.Owners, f.Owner)) {
				list = append(list, x)
			}
		}
		p.All = len(list)
		pages := web.PagingOf(c, pageSize)
		list = list[min(pages.Offset(), len(list)):]
		p.Pager = pages.Pager(len(list))
		list = list[:min(len(list), pageSize)]
		if err := h.svc.Invoicing.Explain(ctx, tx, list); err != nil {
			return err
		}
		return p.rows(ctx, tx, d, list)
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "finance.exceptions.title", Crumbs: crumbs(c, web.Text(c, "finance.exceptions.title"), "")}
	if len(p.Faults) > 0 {
		head.Status = web.Status(p.Faults)
	}
	return exceptionsPage.Render(c, head, p)
}

// filter reads what is asked for. An amount needs the currency it is in: sums of several currencies are never compared.
func (p *ExceptionsPage) filter(d *desk) (invoicing.ExceptionFilter, fault.Faults) {
	f := invoicing.ExceptionFilter{Entity: p.Entity, Code: p.Code, Owner: p.Owner, Stands: invoicing.ExceptionState(p.Stands), Currency: money.Currency(p.Currency)}
	var fs fault.Faults
	if p.AtLeast != "" {
		v, err := money.Parse(p.AtLeast)
		if err != nil || p.Currency == "" {
			fs = append(fs, fault.New(fault.Invalid, "EXC-AMOUNT", "atLeast", fault.Args{"got": p.AtLeast}))
		} else {
			f.AtLeast = money.New(v, f.Currency)
		}
	}
	if p.Days != "" {
		n, err := strconv.Atoi(p.Days)
		if err != nil || n < 0 || n > 10000 {
			fs = append(fs, fault.New(fault.Invalid, "EXC-DAYS", "days", fault.Args{"got": p.Days}))
		} else {
			f.OlderThan = d.now.Add(-time.Duration(n) * 24 * time.Hour)
		}
	}
	for _, x := range [][2]string{{"code", p.Code}, {"entity", p.Entity}, {"owner", p.Owner}, {"stands", p.Stands}, {"currency", p.Currency}, {"atLeast", p.AtLeast}, {"days", p.Days}} {
		if x[1] != "" {
			p.Hidden = append(p.Hidden, Hidden{x[0], x[1]})
		}
	}
	return f, fs
}

// choices are the codes with their counts and money, and what can be chosen in the filter.
func (p *ExceptionsPage) choices(d *desk, all []invoicing.Exception) {
	owners, currencies := map[string]bool{}, map[string]bool{p.Currency: p.Currency != ""}
	for _, x := range all {
		currencies[string(x.Amount.Currency)] = true
		for _, o := range x.Owners {
			owners[o] = true
		}
	}
	if p.Owner != "" {
		owners[p.Owner] = true
	}
	p.Entities, p.Owners, p.Currencies = d.entityOptions(), optionsOf(owners), optionsOf(currencies)
	for _, s := range exceptionStates {
		p.States = append(p.States, web.Option{Value: string(s), Text: d.t("finance.exception." + string(s))})
	}
	for _, n := range invoicing.CountCodes(all) {
		x := ExceptionCount{Code: n.Code, Count: n.Count, Current: n.Code == p.Code}
		parts := make([]string, len(n.Money))
		for i, m := range n.Money {
			parts[i] = m.String()
		}
		x.Money = strings.Join(parts, ", ")
		code := n.Code
		if x.Current {
			code = "" // a second click takes it off
		}
		x.Href = p.address("code", code)
		p.Counts = append(p.Counts, x)
	}
}

// address is the page with one part of its filter changed.
func (p *ExceptionsPage) address(name, value string) string {
	pairs := []string{name, value}
	for _, x := range p.Hidden {
		if x.Name != name {
			pairs = append(pairs, x.Name, x.Value)
		}
	}
	return address("/finance/exceptions", pairs...)
}

func optionsOf(set map[string]bool) []web.Option {
	var out []web.Option
	for v, in := range set {
		if in {
			out = append(out, web.Option{Value: v, Text: v})
		}
	}
	sort.Slice(out, func(a, b int) bool { return out[a].Value < out[b].Value })
	return out
}

func (p *ExceptionsPage) rows(ctx context.Context, tx *pg.Tx, d *desk, list []invoicing.Exception) error {
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = x.Merchant
	}
	names, err := merchantNames(ctx, tx, ids)
	if err != nil {
		return err
	}
	picked := map[string]bool{}
	if form, err := d.c.FormParams(); err == nil && d.c.Request().Method == http.MethodPost {
		for _, v := range form["exception"] {
			picked[v] = true
		}
	}
	for _, x := range list {
		r := ExceptionRow{
			Value: x.Merchant + "|" + x.Requisition + "|" + strconv.Itoa(x.Submission), Label: x.Requisition, No: x.Requisition, Href: requisitionAddress(x.Merchant, x.Requisition),
			Merchant: x.Merchant, Name: names[x.Merchant], Entity: x.Entity, Amount: x.Amount.String(), Received: d.instant(x.Entity, x.ReceivedAt),
			Age: d.t("finance.exception.age", "n", int(d.now.Sub(x.ReceivedAt).Hours()/24)), Owners: strings.Join(x.Owners, ", "), Late: x.Outcome == invoicing.Late,
			Pill: exceptionPill(x.Stands()), Faults: x.Faults,
		}
		r.Picked = picked[r.Value]
		if last, ok := x.Last(); ok {
			r.Last = d.t("finance.exception.did."+string(last.Kind), "who", d.who(last.By), "at", d.instant(x.Entity, last.At), "reason", last.Reason)
			if last.By == web.UserOf(d.c).ID && x.Latest && p.Decide {
				r.Undo = last.Batch
			}
		}
		p.Rows = append(p.Rows, r)
	}
	return nil
}

// decideExceptions does one decision about all that is ticked, or about nothing.
func (h *HTTP) decideExceptions(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	picked := form["exception"]
	if len(picked) > bulkMost {
		return fault.New(fault.Invalid, "SET-BULK", "", fault.Args{"max": bulkMost})
	}
	decision := invoicing.ExceptionDecision{Do: invoicing.StepKind(c.FormValue("do")), Reason: trimmed(c, "reason"), Duties: web.UserOf(c).Duties}
	for _, v := range picked {
		parts := strings.Split(v, "|")
		if len(parts) != 3 {
			return web.NotFound("exception")
		}
		n, err := strconv.Atoi(parts[2])
		if err != nil {
			return web.NotFound("exception")
		}
		decision.Refs = append(decision.Refs, invoicing.ExceptionRef{Merchant: parts[0], Requisition: parts[1], Submission: n})
	}
	var batch string
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		batch, err = h.svc.Invoicing.DecideExceptions(ctx, tx, decision)
		return err
	})
	if err != nil {
		fs, err := joinedFaults(err)
		if err != nil || fs[0].Kind == fault.NotFound {
			return errOr(err, fs)
		}
		return h.showExceptions(c, fs)
	}
	web.Flash(c, web.OK, "finance.done.exception."+string(decision.Do), "n", strconv.Itoa(len(decision.Refs)))
	return c.Redirect(http.StatusSeeOther, backToQueue(c, batch))
}

// undoExceptions takes back a decision of the one who sends the request.
func (h *HTTP) undoExceptions(c echo.Context) error {
	var refs []invoicing.ExceptionRef
	err := h.change(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		refs, err = h.svc.UndoExceptions(ctx, tx, c.FormValue("batch"))
		return err
	})
	if err != nil {
		fs, err := joinedFaults(err)
		if err != nil || fs[0].Kind == fault.NotFound {
			return errOr(err, fs)
		}
		return h.showExceptions(c, fs)
	}
	web.Flash(c, web.OK, "finance.done.exception.undo", "n", strconv.Itoa(len(refs)))
	return c.Redirect(http.StatusSeeOther, backToQueue(c, ""))
}

// backToQueue is the queue as it was filtered, with the decision that can be undone.
func backToQueue(c echo.Context, batch string) string {
	pairs := []string{"batch", batch}
	for _, name := range []string{"code", "entity", "owner", "stands", "currency", "atLeast", "days"} {
		pairs = append(pairs, name, trimmed(c, name))
	}
	return address("/finance/exceptions", pairs...)
}
