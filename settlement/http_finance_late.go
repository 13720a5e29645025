package settlement

import (
	"context"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/money"
)

// LateCase is a late submission that waits to be decided.
type LateCase struct {
	Path        string
	Requisition string
	Href        string
	Terms       []web.Term
	Holds       fault.Faults
	Mine        bool // the one who looks sent it and cannot decide it
}

// LatePage lists them, oldest first.
type LatePage struct {
	Cases  []LateCase
	Decide bool
	Faults fault.Faults
	Wrong  string // the case that was refused
	Reason string
}

var latePage = web.NewPage("finance/late.html", LatePage{
	Decide: true, Wrong: "/x", Reason: "y", Faults: fault.Faults{fault.New(fault.Invalid, "SET-REASON", "reason")},
	Cases: []LateCase{{Path: "/x", Requisition: "R1", Href: "/"}, {Path: "/y", Requisition: "R2", Href: "/", Mine: true}},
})

func (h *HTTP) late(c echo.Context) error { return h.showLate(c, LatePage{}) }

func (h *HTTP) showLate(c echo.Context, p LatePage) error {
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		p.Decide = web.UserOf(c).Has(reviewers...)
		list, err := h.svc.Invoicing.Waiting(ctx, tx)
		if err != nil {
			return err
		}
		for _, w := range list {
			x, err := h.lateCase(ctx, tx, d, w)
			if err != nil {
				return err
			}
			p.Cases = append(p.Cases, x)
		}
		return nil
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "finance.late.title", Crumbs: crumbs(c, web.Text(c, "finance.late.title"), "")}
	if len(p.Faults) > 0 {
		head.Status = web.Status(p.Faults)
	}
	return latePage.Render(c, head, p)
}

func (h *HTTP) lateCase(ctx context.Context, tx *pg.Tx, d *desk, w invoicing.WaitingLate) (LateCase, error) {
	x := LateCase{
		Path: "/finance/late/" + w.Merchant + "/" + w.Requisition + "/" + strconv.Itoa(w.Submission), Requisition: w.Requisition, Href: requisitionAddress(w.Merchant, w.Requisition),
	}
	detail, err := h.svc.Invoicing.Requisition(ctx, tx, w.Merchant, w.Requisition)
	if err != nil {
		return x, err
	}
	var nos []string
	for _, s := range detail.Submissions {
		if s.No == w.Submission {
			x.Holds, x.Mine = s.Verdict.All(), s.SubmittedBy == web.UserOf(d.c).ID
		}
	}
	for _, i := range detail.Invoices {
		if i.Submission == w.Submission {
			nos = append(nos, i.Invoice.Number+" ("+i.Invoice.Date.String()+", "+money.New(i.Invoice.Due(), i.Invoice.Currency).String()+")")
		}
	}
	x.Terms = []web.Term{
		{Key: "finance.merchant", Cell: web.Cell{Text: w.Merchant, Note: detail.List.MerchantName}},
		{Key: "finance.entity", Cell: web.Cell{Text: detail.Entity, Note: d.entityName(detail.Entity)}},
		{Key: "finance.late.received", Cell: web.Cell{Text: d.instant(detail.Entity, w.ReceivedAt)}},
		{Key: "finance.late.notice", Cell: web.Cell{Text: d.instant(detail.Entity, detail.NoticeAt)}},
		{Key: "finance.amount", Cell: web.Cell{Text: detail.Amount.String()}},
		{Key: "finance.late.invoices", Cell: web.Cell{Text: strings.Join(nos, ", ")}},
	}
	return x, nil
}

// decideLate takes or refuses a late submission. Nobody decides on what they sent themselves.
func (h *HTTP) decideLate(c echo.Context) error {
	n, err := strconv.Atoi(c.Param("submission"))
	if err != nil {
		return web.NotFound("submission")
	}
	d := invoicing.LateDecision{Merchant: c.Param("merchant"), Requisition: c.Param("no"), Submission: n, Allow: c.FormValue("do") == "allow", Reason: trimmed(c, "reason")}
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		detail, err := h.svc.Invoicing.Requisition(ctx, tx, d.Merchant, d.Requisition)
		if err != nil {
			return err
		}
		for _, s := range detail.Submissions {
			if s.No == n && s.SubmittedBy == tx.Actor.User {
				return fault.New(fault.Forbidden, "LATE-OWN", "reason")
			}
		}
		_, err = h.svc.Invoicing.DecideLate(ctx, tx, d)
		return err
	})
	if err != nil {
		fs, err := joinedFaults(err)
		if err != nil || fs[0].Kind == fault.NotFound {
			return errOr(err, fs)
		}
		return h.showLate(c, LatePage{Faults: fs, Wrong: c.Request().URL.Path, Reason: d.Reason})
	}
	done := map[bool]string{true: "finance.done.late-allowed", false: "finance.done.late-refused"}[d.Allow]
	web.Flash(c, web.OK, done, "no", d.Requisition)
	return c.Redirect(http.StatusSeeOther, "/finance/late")
}

// HeldCount is how many lines a reason holds back.
type HeldCount struct {
	Code, Key, Href string
	Lines           int
	Current         bool
}

// HeldPage lists what a run left off, with every reason.
type HeldPage struct {
	Picker   MonthPicker
	Entity   string
	Entities []web.Option
	All      int
	Counts   []HeldCount
	Lines    web.Table
	Pager    web.Pager
}

var heldView = web.NewPage("finance/held.html", HeldPage{Entity: "5861", All: 1, Counts: []HeldCount{{"HELD", "finance.why.HELD", "/", 1, true}}})

func (h *HTTP) held(c echo.Context) error {
	var p HeldPage
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		m := d.askedMonth()
		p.Picker, p.Entity, p.Entities = d.picker(m), c.QueryParam("entity"), d.entityOptions()
		if p.Entity == "" {
			return nil // a person chooses one: all of them together is no list anybody reads
		}
		if fs := d.dir.NeedEntity(p.Entity, "entity"); len(fs) > 0 {
			return fs
		}
		only := c.QueryParam("reason")
		pages := web.PagingOf(c, pageSize)
		counts := map[string]int{}
		var shown []Held
		matched := 0
		err := HeldLines(ctx, tx, p.Entity, m, func(x Held) error {
			p.All++
			match := only == ""
			for _, code := range x.Codes() {
				counts[code]++
				match = match || code == only
			}
			if match {
				if matched >= pages.Offset() && len(shown) < pages.Limit() {
					shown = append(shown, x)
				}
				matched++
			}
			return nil
		})
		p.Counts = heldCounts(counts, m.String(), p.Entity, only)
		p.Pager = pages.Pager(len(shown))
		p.Lines = d.heldTable(shown[:min(len(shown), pageSize)])
		return err
	})
	if err != nil {
		return err
	}
	return heldView.Render(c, web.Head{Title: "finance.held.title", Crumbs: crumbs(c, web.Text(c, "finance.held.title"), "")}, p)
}

func heldCounts(counts map[string]int, month, entity, only string) []HeldCount {
	var out []HeldCount
	for code, n := range counts {
		x := HeldCount{Code: code, Key: "finance.why." + code, Lines: n, Current: code == only, Href: address("/finance/held", "month", month, "entity", entity, "reason", code)}
		if x.Current {
			x.Href = address("/finance/held", "month", month, "entity", entity)
		}
		out = append(out, x)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Lines != out[j].Lines {
			return out[i].Lines > out[j].Lines
		}
		return out[i].Code < out[j].Code
	})
	return out
}

func (d *desk) heldTable(list []Held) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "finance.line"}, {Key: "finance.merchant"}, {Key: "finance.held.why"}, {Key: "finance.held.since"}, {Key: "finance.held.lifted"}}, Empty: "finance.held.none"}
	for _, x := range list {
		var why, since, by []string
		for _, r := range x.Reasons {
			text := d.t("finance.why." + r.Code)
			if r.Detail != "" {
				text += " (" + r.Detail + ")"
			}
			why, by = append(why, text), append(by, d.t("finance.lifted."+r.LiftedBy))
			if !r.Since.IsZero() {
				since = append(since, r.Since.In(d.dir.Zone(x.Entity)).Format("2006-01-02"))
			}
		}
		t.Rows = append(t.Rows, []web.Cell{{Text: x.Line, Note: d.t("finance.kind." + x.Kind)}, {Text: x.Merchant}, {Text: strings.Join(why, " · ")}, {Text: strings.Join(since, " · ")}, {Text: strings.Join(by, " · ")}})
	}
	return t
}
