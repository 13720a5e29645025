package notices

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

type deliveryRow struct {
	Delivery
	Name string // of the type, in the reader's language
	Pill web.Pill
	Mute bool // it waits for a channel that is not configured here
}

type outboxPage struct {
	State  string
	States []web.Option
	Rows   []deliveryRow
	Pager  web.Pager
	Part   receiversPart
	May    bool
}

var pageOutbox = web.NewPage("notices/outbox.html", outboxPage{
	Rows: []deliveryRow{{Delivery{ID: "dlv_1", State: Failed, Failure: "no", Notice: Notice{Merchant: "M1"}, Channel: Email}, "x", web.Pill{Tone: web.Bad, Key: "notices.state.failed"}, true}},
	Part: samplePart, May: true,
})

func statePill(s State) web.Pill {
	tones := map[State]web.Tone{Waiting: web.Info, Sent: web.OK, Failed: web.Bad}
	return web.Pill{Tone: tones[s], Key: "notices.state." + string(s)}
}

func (h *HTTP) outbox(c echo.Context) error { return h.renderOutbox(c, form{}, nil) }

func (h *HTTP) renderOutbox(c echo.Context, f form, fs fault.Faults) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	pages := web.PagingOf(c, perPage)
	p := outboxPage{State: c.QueryParam("state"), May: u.Has(web.Operations, web.Admin)}
	for _, s := range []State{Waiting, Sent, Failed} {
		p.States = append(p.States, web.Option{Value: string(s), Text: web.Text(c, "notices.state."+string(s))})
	}
	err := h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) error {
		list, err := Outbox(ctx, tx, OutboxQuery{State: State(p.State), Limit: pages.Limit(), Offset: pages.Offset()})
		if err != nil {
			return err
		}
		p.Pager = pages.Pager(len(list))
		for _, d := range list[:min(len(list), perPage)] {
			p.Rows = append(p.Rows, h.row(c, d))
		}
		p.Part, err = part(c, tx, "", "/operations/receivers", f, fs)
		return err
	})
	if err != nil {
		return err
	}
	return pageOutbox.Render(c, web.Head{Title: "notices.outbox.title", Status: statusOf(fs)}, p)
}

func (h *HTTP) row(c echo.Context, d Delivery) deliveryRow {
	return deliveryRow{d, web.Text(c, "notice."+d.Notice.Type+".name"), statePill(d.State), d.State == Waiting && !h.svc.Configured(d.Channel)}
}

type deliveryPage struct {
	Row           deliveryRow
	Subject, Body string
	May           bool
}

var pageDelivery = web.NewPage("notices/delivery.html", deliveryPage{Row: deliveryRow{Delivery{ID: "dlv_1", State: Failed, Failure: "no"}, "x", web.Pill{Tone: web.Bad, Key: "notices.state.failed"}, true}, Subject: "s", Body: "b", May: true})

// delivery shows what one says. A link to confirm by is not shown: it is its receiver's.
func (h *HTTP) delivery(c echo.Context) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	var list []Delivery
	err := h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) (err error) {
		list, err = Outbox(ctx, tx, OutboxQuery{ID: c.Param("id")})
		return err
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return fault.New(fault.NotFound, "NOTICE-NONE", "delivery")
	}
	p := deliveryPage{Row: h.row(c, list[0]), May: u.Has(web.Operations, web.Admin)}
	p.Subject, p.Body = list[0].Text()
	return pageDelivery.Render(c, web.Head{
		Title:  "notices.delivery.title",
		Crumbs: []web.Crumb{{Text: web.Text(c, "notices.outbox.title"), Href: "/operations/notices"}, {Text: list[0].ID}},
	}, p)
}

func (h *HTTP) resend(c echo.Context) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	if err := h.db.InTx(ctx, u.Actor(), func(tx *pg.Tx) error { return h.svc.Resend(ctx, tx, c.Param("id")) }); err != nil {
		return err
	}
	web.Flash(c, web.OK, "notices.resent")
	return c.Redirect(http.StatusSeeOther, "/operations/notices")
}
