package settlement

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/money"
)

// stage is a part of a bill's road as finance looks at it.
type stage struct {
	ID     string
	States []State
}

// stages are the columns of the month, in the order of the road.
var stages = []stage{
	{"review", []State{PendingCountersign, Countersigning, CountersignRejected}},
	{"invoice", []State{PendingRequisition, RequisitionFailed, PendingInvoice, InvoiceReview}},
	{"pay", []State{RequisitionProcessing, RequisitionRejected, PaymentInfoError}},
	{"paying", []State{Paying}},
	{"done", []State{Done}},
	{"carried", []State{Carried, Collected}},
}

// wrongStates need a person before a bill goes on.
var wrongStates = []State{CountersignRejected, RequisitionFailed, RequisitionRejected, PaymentInfoError}

func stateTone(s State) web.Tone {
	switch s {
	case Done:
		return web.OK
	case CountersignRejected, RequisitionFailed, RequisitionRejected, PaymentInfoError:
		return web.Bad
	case PendingCountersign, Countersigning, RequisitionProcessing, InvoiceReview:
		return web.Warn
	case Carried, Collected:
		return web.Still
	}
	return web.Info
}

func statePill(s State) web.Pill {
	return web.Pill{Tone: stateTone(s), Key: "finance.state." + string(s)}
}

// Notice is one thing that waits for finance, with the place where it is done.
type Notice struct {
	Tone web.Tone
	Text string
	Href string
}

// MonthPage is a month at a glance: what needs somebody, where the bills stand, and when the runs are.
type MonthPage struct {
	Picker  MonthPicker
	Notices []Notice
	Stages  web.Table
	Plan    web.Table
	Take    []TakeAlong // the entities' statements of the month
}

// TakeAlong is an entity whose statement can be taken along.
type TakeAlong struct {
	Entity, Name string
	Query        template.URL // of month and entity; written by the program itself
}

var monthPage = web.NewPage("finance/month.html", MonthPage{
	Picker:  MonthPicker{Month: "2026-10", Prev: "2026-09", Next: "2026-11", Options: []web.Option{{Value: "2026-10", Text: "2026-10"}}},
	Notices: []Notice{{web.Warn, "x", "/finance"}}, Take: []TakeAlong{{"5861", "Huawei", "month=2026-10&entity=5861"}},
})

func (h *HTTP) month(c echo.Context) error {
	var p MonthPage
	var m period.Month
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		m = d.askedMonth()
		p.Picker = d.picker(m)
		sums, err := h.svc.MonthSums(ctx, tx, m)
		if err != nil {
			return err
		}
		runs, err := h.svc.Runs(ctx, tx, m)
		if err != nil {
			return err
		}
		plan := d.dir.Plan(m)
		for _, e := range d.dir.Entities() {
			if slices.ContainsFunc(sums, func(x StageSum) bool { return x.Entity == e.Code }) {
				p.Take = append(p.Take, TakeAlong{e.Code, e.Name, template.URL(url.Values{"month": {m.String()}, "entity": {e.Code}}.Encode())}) //nolint:gosec // encoded here
			}
		}
		p.Stages, p.Plan = d.stageTable(m, plan, sums), d.planTable(plan, runs)
		p.Notices, err = h.notices(ctx, tx, d, m, plan, sums, runs)
		return err
	})
	if err != nil {
		return err
	}
	return monthPage.Render(c, web.Head{Title: "finance.month.title", Pairs: []any{"month", m}}, p)
}

// tally is bills counted and added up by currency.
type tally struct {
	bills int
	sums  map[money.Currency]decimal.Decimal
}

func (t *tally) add(x StageSum) {
	if t.sums == nil {
		t.sums = map[money.Currency]decimal.Decimal{}
	}
	t.bills += x.Bills
	t.sums[x.Currency] = t.sums[x.Currency].Add(x.Payable)
}

func (t *tally) cell(href string) web.Cell {
	if t == nil || t.bills == 0 {
		return web.Cell{} // nothing: a phone leaves the line out
	}
	return web.Cell{Text: strconv.Itoa(t.bills), Href: href, Note: amounts(t.sums)}
}

// amounts writes sums of several currencies, never added to one another; a currency stays on the line of its figure.
func amounts(sums map[money.Currency]decimal.Decimal) string {
	var codes []string
	for c := range sums {
		codes = append(codes, string(c))
	}
	sort.Strings(codes)
	for i, c := range codes {
		codes[i] = strings.ReplaceAll(money.New(sums[money.Currency(c)], money.Currency(c)).String(), " ", "\u00a0")
	}
	return strings.Join(codes, ", ")
}

func (d *desk) stageTable(m period.Month, plan []entities.Plan, sums []StageSum) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "finance.entity"}}, Empty: "finance.month.none"}
	for _, s := range stages {
		t.Columns = append(t.Columns, web.Column{Key: "finance.stage." + s.ID, Number: true})
	}
	of := map[State]string{}
	for _, s := range stages {
		for _, st := range s.States {
			of[st] = s.ID
		}
	}
	cells, total := map[string]*tally{}, map[string]*tally{}
	for _, x := range sums {
		for _, k := range []struct {
			in map[string]*tally
			at string
		}{{cells, x.Entity + "/" + of[x.State]}, {cells, x.Entity}, {total, of[x.State]}} {
			if k.in[k.at] == nil {
				k.in[k.at] = &tally{}
			}
			k.in[k.at].add(x)
		}
	}
	for _, p := range plan {
		if cells[p.Entity] == nil {
			continue
		}
		row := []web.Cell{{Text: p.Entity, Href: address("/finance/bills", "month", m.String(), "entity", p.Entity), Note: d.entityName(p.Entity)}}
		for _, s := range stages {
			row = append(row, cells[p.Entity+"/"+s.ID].cell(address("/finance/bills", "month", m.String(), "entity", p.Entity, "state", s.ID)))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 1 {
		t.Total = []web.Cell{{Text: d.t("finance.total")}}
		for _, s := range stages {
			t.Total = append(t.Total, total[s.ID].cell(address("/finance/bills", "month", m.String(), "state", s.ID)))
		}
	}
	return t
}

func (d *desk) planTable(plan []entities.Plan, runs []RunState) web.Table {
	t := web.Table{Columns: []web.Column{
		{Key: "finance.entity"}, {Key: "finance.plan.run"}, {Key: "finance.plan.review"}, {Key: "finance.plan.notice"}, {Key: "finance.plan.invoice"}, {Key: "finance.plan.state"},
	}}
	by := map[string]RunState{}
	for _, r := range runs {
		by[r.Entity] = r
	}
	for _, p := range plan {
		state, note := web.Pill{Tone: web.Still, Key: "finance.run.future"}, ""
		r, begun := by[p.Entity]
		switch {
		case begun && r.FinishedAt.IsZero():
			state, note = web.Pill{Tone: web.Bad, Key: "finance.run.broken"}, d.instant(p.Entity, r.StartedAt)
		case begun:
			state, note = web.Pill{Tone: web.OK, Key: "finance.run.done"}, d.instant(p.Entity, r.FinishedAt)+" · "+d.who(r.StartedBy)
		case !d.now.Before(p.RunAt):
			state = web.Pill{Tone: web.Warn, Key: "finance.run.due"}
		}
		last := web.Cell{Text: p.LastInvoice.String()}
		if p.Windowed {
			last.Note = d.t("finance.plan.window")
		}
		t.Rows = append(t.Rows, []web.Cell{
			{Text: p.Entity, Note: d.entityName(p.Entity)}, {Text: p.RunDay.String()}, {Text: p.ReviewBy.String()}, {Text: p.NoticeDay.String()}, last, {Pill: state, Note: note},
		})
	}
	return t
}

// notices gathers what waits for somebody, the worst first.
func (h *HTTP) notices(ctx context.Context, tx *pg.Tx, d *desk, m period.Month, plan []entities.Plan, sums []StageSum, runs []RunState) ([]Notice, error) {
	var out []Notice
	add := func(tone web.Tone, href, key string, pairs ...any) {
		out = append(out, Notice{Tone: tone, Text: d.t(key, pairs...), Href: href})
	}
	for _, s := range wrongStates {
		n := 0
		for _, x := range sums {
			if x.State == s {
				n += x.Bills
			}
		}
		if n > 0 {
			add(web.Bad, address("/finance/bills", "month", m.String(), "state", string(s)), "finance.notice.state", "n", n, "state", d.t("finance.state."+string(s)))
		}
	}
	begun := map[string]bool{}
	for _, r := range runs {
		begun[r.Entity] = true
		if r.FinishedAt.IsZero() {
			add(web.Bad, "", "finance.notice.broken", "entity", r.Entity)
		}
	}
	again, err := reissueAsked(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, r := range again {
		add(web.Bad, requisitionAddress(r.Merchant, r.No), "finance.notice.reissue", "no", r.No)
	}
	if err := h.waitingNotices(ctx, tx, add); err != nil {
		return nil, err
	}
	due := 0
	for _, p := range plan {
		if !begun[p.Entity] && !d.now.Before(p.RunAt) {
			due++
		}
	}
	if due > 0 && len(sums) > 0 {
		add(web.Info, "#plan", "finance.notice.due", "n", due)
	}
	out = append(out, d.warnings(plan)...)
	rank := map[web.Tone]int{web.Bad: 0, web.Warn: 1, web.Info: 2, web.Still: 3}
	sort.SliceStable(out, func(i, j int) bool { return rank[out[i].Tone] < rank[out[j].Tone] })
	return out, nil
}

// waitingNotices are those that belong to no month: late invoices, proposals, requisitions and payments on their way.
func (h *HTTP) waitingNotices(ctx context.Context, tx *pg.Tx, add func(web.Tone, string, string, ...any)) error {
	late, err := h.svc.Invoicing.Waiting(ctx, tx)
	if err != nil {
		return err
	}
	if len(late) > 0 {
		add(web.Warn, "/finance/late", "finance.notice.late", "n", len(late))
	}
	if err := h.answerNotices(ctx, tx, add); err != nil {
		return err
	}
	second, err := h.svc.Invoicing.Exceptions(ctx, tx, invoicing.ExceptionFilter{Stands: invoicing.ExceptionProposed})
	if err != nil {
		return err
	}
	if len(second) > 0 {
		add(web.Warn, address("/finance/exceptions", "stands", string(invoicing.ExceptionProposed)), "finance.notice.exceptions", "n", len(second))
	}
	open, err := selectProposals(ctx, tx, "", "")
	if err != nil {
		return err
	}
	for _, p := range open {
		add(web.Warn, requisitionAddress(p.Merchant, p.Requisition), "finance.notice.revoke", "no", p.Requisition)
	}
	locks, err := selectLocks(ctx, tx, period.Month{})
	if err != nil {
		return err
	}
	for _, l := range locks {
		add(web.Warn, address("/finance/lock", "month", l.Month.String()), "finance.notice.lock", "entity", l.Entity, "month", l.Month)
	}
	for _, x := range []struct {
		state RequisitionState
		key   string
	}{{ReqAccepted, "finance.notice.accepted"}, {ReqApproved, "finance.notice.approved"}, {ReqPaid, "finance.notice.paid"}} {
		list, err := h.svc.Requisitions(ctx, tx, "", x.state)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			add(web.Info, address("/finance/requisitions", "state", string(x.state)), x.key, "n", len(list))
		}
	}
	return nil
}

// warnings are what the plan of the runs says: a window of a law that the published steps use up comes first. Calendars without rows are one
// remark for all entities.
func (d *desk) warnings(plan []entities.Plan) []Notice {
	var out []Notice
	var bare []string
	for _, p := range plan {
		for _, w := range p.Warnings {
			if w.Code == "PLAN-WEEKENDS-ONLY" {
				bare = append(bare, p.Entity)
				continue
			}
			out = append(out, Notice{Tone: web.Warn, Text: w.Text(fault.Lang(web.LangOf(d.c))), Href: "#plan"})
		}
	}
	if len(bare) > 0 {
		out = append(out, Notice{Tone: web.Still, Text: d.t("finance.notice.calendar", "entities", strings.Join(bare, ", ")), Href: "#plan"})
	}
	return out
}
