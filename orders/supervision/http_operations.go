package supervision

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// watched lists, for operations, the cases that last too long, those whose parcel goes to another phone, those without a type, or one order's.
func (h *HTTP) watched(c echo.Context) error {
	paging := web.PagingOf(c, pageSize)
	p := ListPage{Tab: c.QueryParam("show"), Number: c.QueryParam("number")}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		q := Query{Open: true, Limit: paging.Limit(), Offset: paging.Offset()}
		switch {
		case p.Number != "":
			p.Tab, q.Number, q.Open = "all", p.Number, false
		case p.Tab == "phones":
			q.PhonesDiffer = true
		case p.Tab == "untyped":
			q.Stage = Untyped
		case p.Tab == "all":
		default:
			p.Tab = "overdue"
			before := tx.Now.AddDate(0, 0, -d.dir.Int(entities.KeySupervisionWarn, entities.Installation, tx.Now))
			q.Before = &before
		}
		p.Lead = "sv." + p.Tab + ".lead"
		cs, err := h.svc.Cases(ctx, tx, q)
		if err != nil {
			return err
		}
		p.Pager = paging.Pager(len(cs))
		p.Table, err = h.caseTable(ctx, tx, d, cs[:min(len(cs), pageSize)], "/operations/supervision/")
		return err
	})
	if err != nil {
		return err
	}
	return listPage.Render(c, web.Head{Title: "sv.title"}, p)
}

// AppealsPage is the queue of appeals.
type AppealsPage struct {
	Table web.Table
	Pager web.Pager
}

var appealsPage = web.NewPage[AppealsPage]("supervision/appeals.html")

// appeals is the queue of operations: the most urgent first, with the clock of working days.
func (h *HTTP) appeals(c echo.Context) error {
	paging := web.PagingOf(c, pageSize)
	var p AppealsPage
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		list, err := h.svc.OpenAppeals(ctx, tx, paging.Limit(), paging.Offset())
		if err != nil {
			return err
		}
		names, err := auth.Names(ctx, tx)
		if err != nil {
			return err
		}
		p.Pager = paging.Pager(len(list))
		p.Table = web.Table{Empty: "sv.appeals.queue.none", Columns: []web.Column{{Key: "sv.appeal"}, {Key: "sv.due"}, {Key: "sv.who"}, {Key: "sv.reason"}, {Key: "sv.when"}}}
		for _, a := range list[:min(len(list), pageSize)] {
			x, err := h.svc.one(ctx, tx, a.Merchant, a.Line, false)
			if err != nil {
				return err
			}
			pill := web.Pill{Tone: web.Info, Key: "sv.clock.running"}
			if a.Late(tx.Now) {
				pill = web.Pill{Tone: web.Bad, Key: "sv.clock.late"}
			}
			p.Table.Rows = append(p.Table.Rows, []web.Cell{
				{Text: a.Line, Href: staffAddress(a.Merchant, a.Line) + "#decide", Note: a.Merchant},
				{Pill: pill, Note: d.at(x.Entity, a.DueAt.Add(-time.Second)) + " · " + a.Basis},
				{Text: d.t("sv.party." + string(a.Party)), Note: who(names, a.OpenedBy)},
				{Text: d.t("sv.ground." + a.Ground), Note: a.Reason},
				{Text: d.at(x.Entity, a.OpenedAt)},
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return appealsPage.Render(c, web.Head{Title: "sv.appeals"}, p)
}

func staffAddress(merchant, line string) string {
	return "/operations/supervision/" + url.PathEscape(merchant) + "/" + url.PathEscape(line)
}

func (h *HTTP) staffCase(c echo.Context) error { return h.showStaff(c, CasePage{}) }

func (h *HTTP) showStaff(c echo.Context, p CasePage) error {
	p.Staff, p.Action = true, staffAddress(param(c, "merchant"), param(c, "line"))
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		x, names, err := h.detail(ctx, tx, param(c, "merchant"), param(c, "line"))
		if err != nil {
			return err
		}
		d.fill(&p, x, names)
		if !web.UserOf(c).Has(web.Operations) {
			return nil // the auditor looks
		}
		for _, a := range x.Appeals {
			if a.DecidedAt == nil {
				p.Decide, p.Left = a.No, money.New(x.Left(), x.Currency).String()
				p.Own = ownHand(x, a, web.UserOf(c).ID)
			}
		}
		for _, o := range []string{OutcomeResume, OutcomeAccepted, OutcomeRefund} {
			p.Outcomes = append(p.Outcomes, web.Option{Value: o, Text: d.t("sv.outcome." + o)})
		}
		if x.Frozen == nil && x.Stage.Waiting() {
			p.Deeds = deeds(c, x, Platform, nil)
			p.Classify = x.Stage == Untyped || x.Stage == First(x.Type, x.Channel) && x.Rejections == 0
		}
		p.Type, p.Channel = typedOr(c.FormValue("type"), string(x.Type)), typedOr(c.FormValue("channel"), string(x.Channel))
		for _, t := range Types() {
			p.Types = append(p.Types, web.Option{Value: string(t), Text: d.t("sv.type." + string(t))})
		}
		for _, ch := range Channels {
			p.Channels = append(p.Channels, web.Option{Value: string(ch), Text: d.t("sv.channel." + string(ch))})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return casePage.Render(c, caseHead(c, p.Faults, "/operations/supervision"), p)
}

// ownHand tells whether somebody opened an appeal or handed in a paper of its case.
func ownHand(x Detail, a Appeal, user string) bool {
	own := a.OpenedBy == user
	for _, f := range x.Papers {
		own = own || f.Actor == user
	}
	return own
}

// staffAct does what operations does: says the type, passes or fails a review, decides an appeal.
func (h *HTTP) staffAct(c echo.Context) error {
	merchant, line, do := param(c, "merchant"), param(c, "line"), c.FormValue("do")
	p := CasePage{Reason: trimmed(c, "reason"), Outcome: c.FormValue("outcome"), Amount: trimmed(c, "amount")}
	err := h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		switch do {
		case "classify":
			t, ch := Type(c.FormValue("type")), Channel(c.FormValue("channel"))
			_, err := h.svc.SetOrder(ctx, tx, OrderWords{Merchant: merchant, Line: line, Type: &t, Channel: &ch, By: Platform})
			return err
		case "decide":
			d := Decision{Merchant: merchant, Line: line, Outcome: p.Outcome, Reason: p.Reason}
			d.No, _ = strconv.Atoi(c.FormValue("no")) // no number is no appeal
			if p.Outcome == OutcomeRefund {
				amount, err := money.Parse(p.Amount)
				if err != nil {
					return fault.New(fault.Invalid, "APL-AMOUNT", "amount", fault.Args{"amount": p.Amount, "left": c.FormValue("left")})
				}
				d.Amount = amount
			}
			_, err := h.svc.Decide(ctx, tx, d)
			return err
		}
		_, err := h.svc.Do(ctx, tx, Act{Merchant: merchant, Line: line, Event: Event(do), Party: Platform, Text: p.Reason})
		return err
	})
	if err != nil {
		if p.Faults, err = pageFaults(err); err != nil {
			return err
		}
		return h.showStaff(c, p)
	}
	web.Flash(c, web.OK, "sv.did", "line", line)
	return c.Redirect(http.StatusSeeOther, staffAddress(merchant, line))
}
