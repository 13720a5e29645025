package notices

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// HTTP is the merchant's messages and receivers, the page to confirm on, and the outbox of operations.
type HTTP struct {
	db  *pg.DB
	svc *Service
}

// NewHTTP makes the pages on a database.
func NewHTTP(db *pg.DB, svc *Service) *HTTP { return &HTTP{db: db, svc: svc} }

// Routes are the pages.
func (h *HTTP) Routes() []web.Route {
	mine, look := []web.Duty{web.Merchant}, []web.Duty{web.Operations, web.Admin, web.Auditor}
	do, all := []web.Duty{web.Operations, web.Admin}, []web.Duty{web.Public}
	get := func(path, name, nav string, who []web.Duty, f echo.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Name: name, Nav: nav, Duties: who, Handler: f}
	}
	post := func(path, name string, who []web.Duty, f echo.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Name: name, Duties: who, Handler: f}
	}
	return []web.Route{
		get("/merchant/messages", "notices.messages", "notices.nav.messages", mine, h.messages),
		post("/merchant/messages/read", "notices.read", mine, h.read),
		post("/merchant/receivers", "notices.receiver.add", mine, h.add),
		post("/merchant/receivers/:id/remove", "notices.receiver.remove", mine, h.remove),
		post("/merchant/receivers/:id/secret", "notices.receiver.secret", mine, h.secret),
		get("/notices/confirm", "notices.confirm", "", all, h.confirmPage),
		post("/notices/confirm", "notices.confirmed", all, h.confirm),
		get("/operations/notices", "notices.outbox", "notices.nav.outbox", look, h.outbox),
		get("/operations/notices/:id", "notices.delivery", "", look, h.delivery),
		post("/operations/notices/:id/resend", "notices.resend", do, h.resend),
		post("/operations/receivers", "notices.staff.add", do, h.add),
		post("/operations/receivers/:id/remove", "notices.staff.remove", do, h.remove),
	}
}

type messageRow struct {
	Subject, Body string
	Code          int
	Notice        Notice
	New           bool
}

type receiverRow struct {
	Receiver
	Pill web.Pill
}

// form is what a person typed to add a receiver.
type form struct {
	Name    string `form:"name" validate:"required,max=100"`
	Channel string `form:"channel" validate:"required,max=10"`
	Address string `form:"address" validate:"required,max=500"`
	Lang    string `form:"lang" validate:"required,oneof=en zh pt"`
	Type    string `form:"type" validate:"max=60"`
}

type receiversPart struct {
	Path      string // where the forms go
	Receivers []receiverRow
	Form      form
	Faults    fault.Faults
	Channels  []web.Option
	Langs     []web.Option
	Types     []web.Option
	Secrets   bool
}

type messagesPage struct {
	Unread   int
	Messages []messageRow
	Pager    web.Pager
	Part     receiversPart
	Secret   string // of a webhook, shown once asked for
}

var samplePart = receiversPart{
	Path: "/merchant/receivers", Receivers: []receiverRow{{Receiver{ID: "rcv_1", Name: "Ana", Address: "https://x", Channel: Webhook}, web.Pill{Tone: web.OK, Key: "notices.receiver.confirmed"}}},
	Faults: fault.Faults{fault.New(fault.Invalid, "RECEIVER-ADDRESS", "address")}, Channels: []web.Option{{Value: "email", Text: "e"}}, Secrets: true,
}

var pageMessages = web.NewPage("notices/messages.html", messagesPage{Unread: 2, Messages: []messageRow{{Subject: "s", Body: "b", Code: 901, New: true}}, Part: samplePart, Secret: "x"})

const perPage = 30

func (h *HTTP) messages(c echo.Context) error { return h.renderMessages(c, form{}, nil, "") }

func (h *HTTP) renderMessages(c echo.Context, f form, fs fault.Faults, secret string) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	pages := web.PagingOf(c, perPage)
	p := messagesPage{Secret: secret}
	err := h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) error {
		list, err := Messages(ctx, tx, u.Merchant, pages.Limit(), pages.Offset())
		if err != nil {
			return err
		}
		p.Pager = pages.Pager(len(list))
		for _, n := range list[:min(len(list), perPage)] {
			s, b := words(n.Type, web.LangOf(c), n.Args)
			t, _ := TypeOf(n.Type)
			p.Messages = append(p.Messages, messageRow{s, b, t.Code, n, n.ReadAt == nil})
		}
		if p.Unread, err = Unread(ctx, tx, u.Merchant); err != nil {
			return err
		}
		p.Part, err = part(c, tx, u.Merchant, "/merchant/receivers", f, fs)
		return err
	})
	if err != nil {
		return err
	}
	return pageMessages.Render(c, web.Head{Title: "notices.messages.title", Status: statusOf(fs)}, p)
}

func statusOf(fs fault.Faults) int {
	if len(fs) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// part is the list of receivers and the form for one more.
func part(c echo.Context, tx *pg.Tx, merchant, path string, f form, fs fault.Faults) (receiversPart, error) {
	p := receiversPart{Path: path, Form: f, Faults: fs, Secrets: merchant != ""}
	if f.Lang == "" {
		p.Form.Lang = string(web.LangOf(c))
	}
	for _, ch := range []Channel{Email, SMS, Webhook} {
		p.Channels = append(p.Channels, web.Option{Value: string(ch), Text: web.Text(c, "notices.channel."+string(ch))})
	}
	p.Langs = []web.Option{{Value: "en", Text: "English"}, {Value: "zh", Text: "中文"}, {Value: "pt", Text: "Português"}}
	for _, t := range Types() {
		if t.Name != "receiver.confirm" {
			p.Types = append(p.Types, web.Option{Value: t.Name, Text: web.Text(c, "notice."+t.Name+".name")})
		}
	}
	list, err := Receivers(c.Request().Context(), tx, merchant)
	for _, r := range list {
		pill := web.Pill{Tone: web.Warn, Key: "notices.receiver.unconfirmed"}
		if r.Confirmed != nil {
			pill = web.Pill{Tone: web.OK, Key: "notices.receiver.confirmed"}
		}
		p.Receivers = append(p.Receivers, receiverRow{r, pill})
	}
	return p, err
}

func (h *HTTP) read(c echo.Context) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	if err := h.db.InTx(ctx, u.Actor(), func(tx *pg.Tx) error { return MarkRead(ctx, tx, u.Merchant) }); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/merchant/messages")
}

func (h *HTTP) add(c echo.Context) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	var f form
	err := web.Bind(c, &f)
	if err == nil {
		r := Receiver{Merchant: u.Merchant, Channel: Channel(f.Channel), Lang: fault.Lang(f.Lang), Name: f.Name, Address: f.Address}
		if f.Type != "" {
			r.Types = []string{f.Type}
		}
		err = h.db.InTx(ctx, u.Actor(), func(tx *pg.Tx) error { _, err := h.svc.AddReceiver(ctx, tx, r); return err })
	}
	if fs := fault.All(err); len(fs) > 0 && fault.KindOf(err) == fault.Invalid {
		if u.Merchant == "" {
			return h.renderOutbox(c, f, fs)
		}
		return h.renderMessages(c, f, fs, "")
	}
	return h.home(c, err, "notices.receiver.added")
}

func (h *HTTP) remove(c echo.Context) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	err := h.db.InTx(ctx, u.Actor(), func(tx *pg.Tx) error { return h.svc.RemoveReceiver(ctx, tx, u.Merchant, c.Param("id")) })
	return h.home(c, err, "notices.receiver.removed")
}

// home leads back to the page the forms stand on.
func (h *HTTP) home(c echo.Context, err error, word string) error {
	if err != nil {
		return err
	}
	web.Flash(c, web.OK, word)
	to := "/merchant/messages"
	if strings.HasPrefix(c.Request().URL.Path, "/operations/") {
		to = "/operations/notices"
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// secret shows a webhook's secret to its merchant. The installation's own, from which it is made, is read as the batch role and not shown.
func (h *HTTP) secret(c echo.Context) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	found := false
	err := h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) error {
		list, err := Receivers(ctx, tx, u.Merchant)
		for _, r := range list {
			found = found || r.ID == c.Param("id") && r.Channel == Webhook
		}
		return err
	})
	if err == nil && !found {
		err = fault.New(fault.NotFound, "RECEIVER-NONE", "receiver")
	}
	var out string
	if err == nil {
		err = h.db.ReadTx(ctx, pg.AsBatch("notices"), func(tx *pg.Tx) (err error) {
			out, err = WebhookSecret(ctx, tx, u.Merchant, c.Param("id"))
			return err
		})
	}
	if err != nil {
		return err
	}
	return h.renderMessages(c, form{}, nil, out)
}

type confirmPage struct {
	Token string
	Done  bool
}

var pageConfirm = web.NewPage("notices/confirm.html", confirmPage{Token: "x"}, confirmPage{Done: true})

// confirmPage only asks: mail scanners open every link, and a receiver confirms by the button.
func (h *HTTP) confirmPage(c echo.Context) error {
	return pageConfirm.Render(c, web.Head{Title: "notices.confirm.title"}, confirmPage{Token: c.QueryParam("t")})
}

func (h *HTTP) confirm(c echo.Context) error {
	ctx := c.Request().Context()
	err := h.db.InTx(ctx, pg.AsBatch("confirm"), func(tx *pg.Tx) error { return h.svc.Confirm(ctx, tx, c.FormValue("t")) })
	if err != nil {
		return err
	}
	return pageConfirm.Render(c, web.Head{Title: "notices.confirm.title"}, confirmPage{Done: true})
}
