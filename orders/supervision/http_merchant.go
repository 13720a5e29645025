package supervision

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// ListPage is a page of cases.
type ListPage struct {
	Tab    string // of operations: overdue, phones, all; empty for a merchant
	Number string
	All    bool
	Lead   string
	Table  web.Table
	Pager  web.Pager
}

var listPage = web.NewPage("supervision/list.html", ListPage{Number: "CS1"}, ListPage{Tab: "overdue", Lead: "sv.overdue.lead"})

const pageSize = 25

// merchantCases lists a merchant's cases: what is to be done now, and by when.
func (h *HTTP) merchantCases(c echo.Context) error {
	paging := web.PagingOf(c, pageSize)
	p := ListPage{Number: c.QueryParam("number"), All: c.QueryParam("all") == "yes", Lead: "sv.lead"}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		cs, err := h.svc.Cases(ctx, tx, Query{Merchant: tx.Actor.Merchant, Open: !p.All && p.Number == "", Number: p.Number, Limit: paging.Limit(), Offset: paging.Offset()})
		if err != nil {
			return err
		}
		p.Pager = paging.Pager(len(cs))
		p.Table, err = h.caseTable(ctx, tx, d, cs[:min(len(cs), pageSize)], "/merchant/supervision/")
		return err
	})
	if err != nil {
		return err
	}
	return listPage.Render(c, web.Head{Title: "sv.title"}, p)
}

// caseTable shows cases. Each is read whole: a page has a few.
func (h *HTTP) caseTable(ctx context.Context, tx *pg.Tx, d *desk, cs []Case, base string) (web.Table, error) {
	t := web.Table{Empty: "sv.none", Columns: []web.Column{{Key: "sv.line"}, {Key: "sv.stage"}, {Key: "sv.todo"}, {Key: "sv.by"}, {Key: "sv.since"}}}
	for _, c := range cs {
		x, err := h.svc.Detail(ctx, tx, c.Merchant, c.Line)
		if err != nil {
			return t, err
		}
		href := base + url.PathEscape(c.Line)
		if tx.Actor.Role != pg.Web {
			href = base + url.PathEscape(c.Merchant) + "/" + url.PathEscape(c.Line)
		}
		days := int(tx.Now.Sub(c.OpenedAt) / (24 * time.Hour))
		t.Rows = append(t.Rows, []web.Cell{
			{Text: c.Line, Href: href, Note: dash(c.ProductName)}, {Pill: stagePill(c)}, {Text: d.say(c)}, {Text: dash(d.by(x))}, {Text: d.at(c.Entity, c.Since), Note: d.t("sv.days", "n", days)},
		})
	}
	return t, nil
}

func (h *HTTP) merchantCase(c echo.Context) error { return h.showMerchant(c, CasePage{}) }

func (h *HTTP) showMerchant(c echo.Context, p CasePage) error {
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		x, names, err := h.detail(ctx, tx, tx.Actor.Merchant, param(c, "line"))
		if err != nil {
			return err
		}
		p.Action = "/merchant/supervision/" + url.PathEscape(x.Line)
		d.fill(&p, x, names)
		if x.Frozen == nil && x.Stage.Waiting() {
			p.Appeal = true
			p.Deeds = deeds(c, x, Seller, d.dir.List(entities.KeySupervisionProof, entities.ForEntity(x.Entity), tx.Now))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return casePage.Render(c, caseHead(c, p.Faults, "/merchant/supervision"), p)
}

func caseHead(c echo.Context, fs fault.Faults, list string) web.Head {
	head := web.Head{Title: "sv.case", Pairs: []any{"line", param(c, "line")}, Crumbs: []web.Crumb{{Text: web.Text(c, "sv.title"), Href: list}, {Text: param(c, "line")}}}
	if len(fs) > 0 {
		head.Status = web.Status(fs)
	}
	return head
}

// deeds are what a party can do now. What was typed before a refusal stands in the fields again, but for files, which no browser keeps.
func deeds(c echo.Context, x Detail, who Party, more []string) []Deed {
	var out []Deed
	for _, s := range stepsAt(x.Type, x.Stage) {
		if s.Who != who || s.Event == CourierReport || s.At == Deliver && s.Event == UploadProof {
			continue // the form of a delivery takes its proof along
		}
		d := Deed{
			Event: string(s.Event), Start: s.Event == DeliverService, More: more, Orders: typedOr(c.FormValue("orders"), x.Order), Company: typedOr(c.FormValue("company"), x.Company),
			Product: typedOr(c.FormValue("product"), x.ProductName), Spec: typedOr(c.FormValue("spec"), x.SpecName), Carrier: c.FormValue("carrier"), Parcel: c.FormValue("parcel"),
		}
		for _, n := range s.Needs {
			d.Reason = d.Reason || n == NeedReason
			d.Shipment = d.Shipment || n == NeedShipment
			d.Proof = d.Proof || n == NeedFile || n == NeedProof
		}
		d.Danger = d.Reason
		out = append(out, d)
	}
	return out
}

func typedOr(typed, stands string) string {
	if typed != "" {
		return typed
	}
	return stands
}

// merchantAct does what the seller does: a step of the flow, or an appeal.
func (h *HTTP) merchantAct(c echo.Context) error {
	files, err := sentFiles(c)
	if err != nil {
		return err
	}
	line, do := param(c, "line"), c.FormValue("do")
	p := CasePage{Reason: trimmed(c, "reason"), Ground: c.FormValue("ground")}
	start, err := h.startOf(c, line)
	if err == nil {
		err = h.change(c, func(ctx context.Context, tx *pg.Tx) error {
			if do == "appeal" {
				_, err := h.svc.Appeal(ctx, tx, Opening{Merchant: tx.Actor.Merchant, Line: line, Party: Seller, Ground: p.Ground, Reason: p.Reason, Files: files})
				return err
			}
			_, err := h.svc.Do(ctx, tx, Act{
				Merchant: tx.Actor.Merchant, Line: line, Event: Event(do), Party: Seller, Text: p.Reason, Start: start, Carrier: trimmed(c, "carrier"), Parcel: trimmed(c, "parcel"),
				Files: files, Elements: elementsOf(c),
			})
			return err
		})
	}
	if err != nil {
		if p.Faults, err = pageFaults(err); err != nil {
			return err
		}
		return h.showMerchant(c, p)
	}
	web.Flash(c, web.OK, "sv.did", "line", line)
	return c.Redirect(http.StatusSeeOther, "/merchant/supervision/"+url.PathEscape(line))
}

// startOf reads the service start as the form has it, in the zone of the entity.
func (h *HTTP) startOf(c echo.Context, line string) (time.Time, error) {
	typed := trimmed(c, "start")
	if typed == "" {
		return time.Time{}, nil
	}
	zone := time.UTC
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		x, err := h.svc.one(ctx, tx, tx.Actor.Merchant, line, false)
		if err == nil {
			zone = d.dir.Zone(x.Entity)
		}
		return err
	})
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", typed, zone)
	if err != nil {
		return at, fault.New(fault.Invalid, "SUP-START", "start", fault.Args{"got": typed})
	}
	return at, nil
}

func elementsOf(c echo.Context) Elements {
	e := Elements{Orders: trimmed(c, "orders"), Company: trimmed(c, "company"), Product: trimmed(c, "product"), Spec: trimmed(c, "spec")}
	if form, err := c.FormParams(); err == nil {
		for k := range form {
			if len(k) > 5 && k[:5] == "more." && trimmed(c, k) != "" {
				if e.More == nil {
					e.More = map[string]string{}
				}
				e.More[k[5:]] = trimmed(c, k)
			}
		}
	}
	return e
}
