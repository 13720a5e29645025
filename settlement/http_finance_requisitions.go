package settlement

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// requisitionStates are in the order of the road.
var requisitionStates = []RequisitionState{ReqOpen, ReqAccepted, ReqApproved, ReqPaid, ReqSettled}

func requisitionPill(s RequisitionState) web.Pill {
	tone := map[RequisitionState]web.Tone{ReqOpen: web.Info, ReqAccepted: web.Warn, ReqApproved: web.Warn, ReqPaid: web.Info, ReqSettled: web.OK}[s]
	return web.Pill{Tone: tone, Key: "finance.req." + string(s)}
}

// RequisitionsPage is the list of requisitions with its filter.
type RequisitionsPage struct {
	Entity, State, Merchant string
	Entities, States        []web.Option
	List                    Picking
	Pager                   web.Pager
}

var requisitionsPage = web.NewPage("finance/requisitions.html", RequisitionsPage{List: samplePicking})

func (h *HTTP) requisitions(c echo.Context) error {
	var p RequisitionsPage
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		p.Entity, p.State, p.Merchant, p.Entities = c.QueryParam("entity"), c.QueryParam("state"), strings.TrimSpace(c.QueryParam("merchant")), d.entityOptions()
		for _, s := range requisitionStates {
			p.States = append(p.States, web.Option{Value: string(s), Text: d.t("finance.req." + string(s))})
		}
		list, err := h.filteredRequisitions(ctx, tx, c.QueryParam)
		if err != nil {
			return err
		}
		pages := web.PagingOf(c, pageSize)
		all := len(list)
		list = list[min(pages.Offset(), all):min(pages.Offset()+pages.Limit(), all)]
		p.Pager = pages.Pager(len(list))
		p.List, err = d.requisitionPicking(ctx, tx, list[:min(len(list), pageSize)], RequisitionState(p.State))
		p.List.All = all
		p.List.Filter = []Hidden{{"entity", p.Entity}, {"state", p.State}, {"merchant", p.Merchant}}
		return err
	})
	if err != nil {
		return err
	}
	return requisitionsPage.Render(c, web.Head{Title: "finance.requisitions.title", Crumbs: crumbs(c, web.Text(c, "finance.requisitions.title"), "")}, p)
}

func (h *HTTP) filteredRequisitions(ctx context.Context, tx *pg.Tx, get func(string) string) ([]Requisition, error) {
	list, err := h.svc.Requisitions(ctx, tx, strings.TrimSpace(get("merchant")), RequisitionState(get("state")))
	entity := get("entity")
	if entity == "" {
		return list, err
	}
	var out []Requisition
	for _, r := range list {
		if r.Entity == entity {
			out = append(out, r)
		}
	}
	return out, err
}

// requisitionPicking offers what the one who looks may do with requisitions of the state that is listed.
func (d *desk) requisitionPicking(ctx context.Context, tx *pg.Tx, list []Requisition, state RequisitionState) (Picking, error) {
	p := Picking{
		Columns: []web.Column{{Key: "finance.requisition"}, {Key: "finance.merchant"}, {Key: "finance.entity"}, {Key: "finance.amount", Number: true}, {Key: "finance.state"}},
		Post:    "/finance/requisitions/confirm", Empty: "finance.requisitions.none",
	}
	u := web.UserOf(d.c)
	if u.Has(reviewers...) && (state == "" || state == ReqAccepted) {
		p.Actions = append(p.Actions, Action{Do: "approve-payment", Key: "finance.do.approve-payment", Primary: true})
	}
	if u.Has(payers...) && (state == "" || state == ReqApproved) {
		p.Actions = append(p.Actions, Action{Do: "pay", Key: "finance.do.pay", Primary: true})
	}
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.Merchant
	}
	names, err := merchantNames(ctx, tx, ids)
	for _, r := range list {
		p.Rows = append(p.Rows, Picked{Value: r.Merchant + "|" + r.No, Label: r.No, Cells: []web.Cell{
			{Text: r.No, Href: requisitionAddress(r.Merchant, r.No), Note: d.t("finance.req.bills", "n", len(r.Bills))},
			{Text: r.Merchant, Note: names[r.Merchant]},
			{Text: r.Entity, Note: d.entityName(r.Entity)},
			{Text: money.New(r.Amount, r.Currency).String()},
			{Pill: requisitionPill(r.State)},
		}})
	}
	return p, err
}

// requisitionActions are what can be done with many requisitions: the state each must be in, and what follows.
var requisitionActions = map[string]struct {
	from    RequisitionState
	duties  []web.Duty
	post    string
	effects []string
	day     bool
}{
	"approve-payment": {ReqAccepted, reviewers, "/finance/requisitions/approve", []string{"finance.effect.approve-payment", "finance.effect.eyes"}, false},
	"pay":             {ReqApproved, payers, "/finance/requisitions/pay", []string{"finance.effect.pay", "finance.effect.bank"}, true},
}

func (h *HTTP) pickedRequisitions(ctx context.Context, tx *pg.Tx, c echo.Context) ([]Requisition, error) {
	form, err := c.FormParams()
	if err != nil {
		return nil, err
	}
	if form.Get("all") != "" {
		list, err := h.filteredRequisitions(ctx, tx, form.Get)
		if len(list) > bulkMost {
			return nil, fault.New(fault.TooLarge, "SET-BULK", "", fault.Args{"max": bulkMost})
		}
		return list, err
	}
	var out []Requisition
	for _, v := range form["bill"] {
		merchant, no, _ := strings.Cut(v, "|")
		r, err := h.svc.Requisition(ctx, tx, merchant, no)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (h *HTTP) confirmRequisitions(c echo.Context) error {
	return h.showConfirmRequisitions(c, c.FormValue("do"), nil, 0)
}

func (h *HTTP) showConfirmRequisitions(c echo.Context, do string, fs fault.Faults, status int) error {
	a, ok := requisitionActions[do]
	if !ok {
		return web.NotFound("do")
	}
	if !web.UserOf(c).Has(a.duties...) {
		return fault.New(fault.Forbidden, "DUTY", "")
	}
	p := Confirm{Button: "finance.do." + do, Back: backTo(c, "/finance/requisitions"), Faults: fs, Day: a.day, GivenOn: trimmed(c, "valueDate")}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		list, err := h.pickedRequisitions(ctx, tx, c)
		if err != nil {
			return err
		}
		p.Table = web.Table{Columns: []web.Column{{Key: "finance.requisition"}, {Key: "finance.merchant"}, {Key: "finance.entity"}, {Key: "finance.amount", Number: true}}}
		p.LeftOut = web.Table{Columns: []web.Column{{Key: "finance.requisition"}, {Key: "finance.state"}}}
		sums := tally{}
		for _, r := range list {
			mine := r.CreatedBy == web.UserOf(c).ID || r.ApprovedBy == web.UserOf(c).ID
			if r.State != a.from || (a.day && mine) {
				why := web.Cell{Pill: requisitionPill(r.State)}
				if a.day && mine {
					why.Note = d.t("finance.pay.same")
				}
				p.LeftOut.Rows = append(p.LeftOut.Rows, []web.Cell{{Text: r.No, Href: requisitionAddress(r.Merchant, r.No)}, why})
				continue
			}
			sums.add(StageSum{Currency: r.Currency, Bills: 1, Payable: r.Amount})
			p.Fields = append(p.Fields, Hidden{"bill", r.Merchant + "|" + r.No})
			p.Table.Rows = append(p.Table.Rows, []web.Cell{{Text: r.No}, {Text: r.Merchant}, {Text: r.Entity, Note: d.entityName(r.Entity)}, {Text: money.New(r.Amount, r.Currency).String()}})
		}
		p.Lead = d.t("finance.confirm."+do, "n", sums.bills, "amounts", amounts(sums.sums))
		for _, e := range a.effects {
			p.Effects = append(p.Effects, d.t(e))
		}
		if sums.bills > 0 {
			p.Post = a.post
		}
		p.Fields = append(p.Fields, Hidden{"entity", c.FormValue("entity")}, Hidden{"state", c.FormValue("state")}, Hidden{"merchant", c.FormValue("merchant")})
		return nil
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "finance.do." + do, Status: status, Crumbs: crumbs(c, web.Text(c, "finance.requisitions.title"), p.Back, web.Text(c, "finance.do."+do), "")}
	return confirmPage.Render(c, head, p)
}

// doRequisitions does a verb for each requisition that was confirmed, all of them or none.
func (h *HTTP) doRequisitions(c echo.Context, do string, verb func(ctx context.Context, tx *pg.Tx, merchant, no string) error) error {
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	list := form["bill"]
	if len(list) == 0 || len(list) > bulkMost {
		return fault.New(fault.Invalid, "SET-BULK", "", fault.Args{"max": bulkMost}).Wrap(errNothingPicked)
	}
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		var fs fault.Faults
		for _, v := range list {
			merchant, no, _ := strings.Cut(v, "|")
			err := verb(ctx, tx, merchant, no)
			if err == nil {
				continue
			}
			all := fault.All(err)
			if len(all) == 0 {
				return err
			}
			fs = append(fs, all...)
		}
		return fs.Err()
	})
	if err != nil {
		fs, err := joinedFaults(err)
		if err != nil {
			return err
		}
		return h.showConfirmRequisitions(c, do, fs, web.Status(fs))
	}
	web.Flash(c, web.OK, "finance.done."+do, "n", strconv.Itoa(len(list)))
	if len(list) == 1 {
		merchant, no, _ := strings.Cut(list[0], "|")
		return c.Redirect(http.StatusSeeOther, requisitionAddress(merchant, no))
	}
	return c.Redirect(http.StatusSeeOther, backTo(c, "/finance/requisitions"))
}

func (h *HTTP) approveRequisitions(c echo.Context) error {
	return h.doRequisitions(c, "approve-payment", h.svc.ApproveRequisition)
}

func (h *HTTP) payRequisitions(c echo.Context) error {
	day, err := period.ParseDay(trimmed(c, "valueDate"))
	if err != nil {
		fs := fault.Faults{fault.New(fault.Invalid, "SET-DAY", "valueDate")}
		return h.showConfirmRequisitions(c, "pay", fs, web.Status(fs))
	}
	return h.doRequisitions(c, "pay", func(ctx context.Context, tx *pg.Tx, merchant, no string) error {
		_, err := h.svc.RecordPayment(ctx, tx, merchant, no, day)
		return err
	})
}
