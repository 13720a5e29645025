package mailbox

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// HTTP has finance's pages of the mailbox.
type HTTP struct {
	db  *pg.DB
	svc *Service
}

// NewHTTP gives the pages.
func NewHTTP(db *pg.DB, svc *Service) *HTTP { return &HTTP{db: db, svc: svc} }

// Routes lists them. Who reviews decides; payers, operations and auditors look.
func (h *HTTP) Routes() []web.Route {
	const get, post = http.MethodGet, http.MethodPost
	lookers, deciders := []web.Duty{web.FinanceReview, web.FinancePay, web.Operations, web.Auditor}, []web.Duty{web.FinanceReview}
	do := func(path string, fn func(ctx context.Context, tx *pg.Tx, id string, c echo.Context) error) web.Route {
		return web.Route{Method: post, Path: "/finance/mail/:id/" + path, Name: "finance.mail." + path, Duties: deciders, Handler: h.do(fn)}
	}
	return []web.Route{
		{Method: get, Path: "/finance/mail", Name: "finance.mail", Duties: lookers, Handler: h.list},
		{Method: get, Path: "/finance/mail/:id", Name: "finance.mail.one", Duties: lookers, Handler: h.one},
		{Method: get, Path: "/finance/mail/:id/original", Name: "finance.mail.original", Duties: lookers, Handler: h.original},
		do("assign", func(ctx context.Context, tx *pg.Tx, id string, c echo.Context) error {
			return h.svc.Assign(ctx, tx, id, c.FormValue("merchant"))
		}),
		do("aside", func(ctx context.Context, tx *pg.Tx, id string, _ echo.Context) error {
			return h.svc.PutAside(ctx, tx, id)
		}),
		do("again", func(ctx context.Context, tx *pg.Tx, id string, _ echo.Context) error {
			return h.svc.SendAgain(ctx, tx, id)
		}),
	}
}

// MailPage lists messages.
type MailPage struct {
	Mailbox string // empty: none is configured
	State   string
	States  []web.Option
	Table   web.Table
	Pager   web.Pager
}

// MessagePage is one message.
type MessagePage struct {
	ID, Sender, Subject, Merchant, Requisition, Why string
	Arrived                                         string
	State, Reply                                    web.Pill
	ReplyTo, ReplyBody                              string
	Waiting, Again                                  bool
	Attached                                        []string
	Faults                                          fault.Faults
}

var (
	mailPage    = web.NewPage("finance/mail.html", MailPage{Mailbox: "x", States: []web.Option{{Value: "waiting", Text: "x"}}}, MailPage{})
	messagePage = web.NewPage("finance/mail_message.html", MessagePage{ID: "mail_1", Waiting: true, Again: true, Merchant: "M1", Requisition: "R", Why: "x", ReplyBody: "x", Attached: []string{"a.xml"}, State: statePill(Waiting), Reply: replyPill(Unsure)}, MessagePage{State: statePill(Taken)})
)

func statePill(s State) web.Pill {
	return web.Pill{Tone: map[State]web.Tone{Taken: web.Info, Judged: web.OK, Waiting: web.Warn, Ignored: web.Still}[s], Key: "mail.state." + string(s)}
}

func replyPill(r Reply) web.Pill {
	return web.Pill{Tone: map[Reply]web.Tone{Due: web.Info, Sending: web.Info, Sent: web.OK, Unsure: web.Warn, Failed: web.Bad}[r], Key: "mail.reply." + string(r)}
}

func (h *HTTP) read(c echo.Context, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := c.Request().Context()
	return h.db.ReadTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

func (h *HTTP) list(c echo.Context) error {
	p := MailPage{State: c.QueryParam("state")}
	if b := h.svc.Box; b != nil {
		p.Mailbox = b.Name()
	}
	for _, s := range []State{Waiting, Judged, Ignored, Taken} {
		p.States = append(p.States, web.Option{Value: string(s), Text: web.Text(c, "mail.state."+string(s))})
	}
	paging := web.PagingOf(c, 50)
	var list []Kept
	if err := h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		list, err = h.svc.Messages(ctx, tx, State(p.State), paging.Limit(), paging.Offset())
		return err
	}); err != nil {
		return err
	}
	p.Table = web.Table{Empty: "mail.none", Columns: []web.Column{{Key: "mail.arrived"}, {Key: "mail.sender"}, {Key: "mail.subject"}, {Key: "mail.merchant"}, {Key: "mail.state"}, {Key: "mail.reply"}}}
	for _, k := range list[:min(len(list), paging.Size)] {
		r := web.Cell{}
		if k.Reply != NoReply {
			r.Pill = replyPill(k.Reply)
		}
		p.Table.Rows = append(p.Table.Rows, []web.Cell{
			{Text: web.Instant(k.ArrivedAt, "UTC")},
			{Text: k.Sender},
			{Text: titled(c, k), Href: "/finance/mail/" + url.PathEscape(k.ID), Note: k.Reason},
			{Text: k.Merchant, Note: k.Requisition},
			{Pill: statePill(k.State)},
			r,
		})
	}
	p.Pager = paging.Pager(len(list))
	return mailPage.Render(c, web.Head{Title: "mail.title"}, p)
}

func titled(c echo.Context, k Kept) string {
	if k.Subject == "" {
		return web.Text(c, "mail.nosubject")
	}
	return k.Subject
}

func (h *HTTP) one(c echo.Context) error { return h.render(c, nil) }

func (h *HTTP) render(c echo.Context, fs fault.Faults) error {
	var k Kept
	if err := h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		k, err = h.svc.Message(ctx, tx, c.Param("id"))
		return err
	}); err != nil {
		return err
	}
	p := MessagePage{
		ID: k.ID, Sender: k.Sender, Subject: titled(c, k), Merchant: k.Merchant, Requisition: k.Requisition, Arrived: web.Instant(k.ArrivedAt, "UTC"), State: statePill(k.State),
		ReplyTo: k.ReplyTo, ReplyBody: k.ReplyBody, Waiting: k.State == Waiting, Again: k.Reply == Unsure || k.Reply == Failed, Faults: fs,
	}
	if k.Reply != NoReply {
		p.Reply = replyPill(k.Reply)
	}
	if k.Reason != "" {
		p.Why = fault.New(fault.Invalid, k.Reason, "", fault.Args{"max": MaxMessage >> 20}).Text(web.LangOf(c))
	}
	if m, err := parse(k.Raw); err == nil {
		for _, a := range m.Attachments {
			p.Attached = append(p.Attached, fmt.Sprintf("%s (%d kB)", a.Name, (len(a.Content)+1023)/1024))
		}
	}
	status := http.StatusOK
	if len(fs) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return messagePage.Render(c, web.Head{Title: "mail.one.title", Status: status}, p)
}

// original gives the message as it came: a download, never shown.
func (h *HTTP) original(c echo.Context) error {
	var k Kept
	if err := h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		k, err = h.svc.Message(ctx, tx, c.Param("id"))
		return err
	}); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": k.ID + ".eml"}))
	return c.Blob(http.StatusOK, echo.MIMEOctetStream, k.Raw)
}

func (h *HTTP) do(fn func(ctx context.Context, tx *pg.Tx, id string, c echo.Context) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		err := h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return fn(ctx, tx, c.Param("id"), c) })
		if fault.Has(err, "MAIL-MERCHANT") {
			return h.render(c, fault.All(err))
		}
		if err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/finance/mail/"+url.PathEscape(c.Param("id")))
	}
}
