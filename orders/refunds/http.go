package refunds

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
	"suanpan/orders"
)

// HTTP is the merchants' and the operations' side of refunds as pages, and the API of merchants and of the marketplace. The same verbs serve all.
type HTTP struct {
	db  *pg.DB
	svc *Service
}

// NewHTTP makes the pages on a database.
func NewHTTP(db *pg.DB, svc *Service) *HTTP { return &HTTP{db: db, svc: svc} }

var (
	sellers   = []web.Duty{web.Merchant}
	market    = []web.Duty{web.Marketplace}
	operators = []web.Duty{web.Operations}
	lookers   = []web.Duty{web.Operations, web.FinanceReview, web.Auditor}
)

// Routes are the pages and the API.
func (h *HTTP) Routes() []web.Route {
	get := func(path, name string, who []web.Duty, f echo.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Name: "refunds." + name, Duties: who, Handler: f}
	}
	post := func(path, name string, who []web.Duty, f echo.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Name: "refunds." + name, Duties: who, Handler: f, BodyLimit: orders.AttachmentLimit, Timeout: time.Minute}
	}
	mine, theirs := get("/merchant/refunds", "mine", sellers, h.mine), get("/operations/refunds", "all", lookers, h.all)
	mine.Nav, theirs.Nav = "refunds.nav", "refunds.nav"
	out := []web.Route{
		mine, theirs,
		get("/merchant/refunds/:id", "mine.one", sellers, h.one),
		get("/merchant/refunds/:id/files/:sha", "mine.file", sellers, h.file),
		get("/operations/refunds/:merchant/:id", "all.one", lookers, h.one),
		get("/operations/refunds/:merchant/:id/files/:sha", "all.file", lookers, h.file),
		get("/api/v1/refunds", "api.list", []web.Duty{web.Marketplace, web.Merchant, web.Operations}, h.apiList),
		get("/api/v1/refunds/:id", "api.one", []web.Duty{web.Marketplace, web.Merchant}, h.apiOne),
		post("/api/v1/refunds", "api.request", market, h.apiRequest),
		post("/api/v1/refunds/:id/withdraw", "api.withdraw", market, h.apiBuyer(h.withdraw)),
		post("/api/v1/refunds/:id/return-shipment", "api.ship", market, h.apiBuyer(h.ship)),
		post("/api/v1/refunds/:id/contact-seller", "api.contact", market, h.apiBuyer(h.contact)),
	}
	for _, d := range h.deeds() {
		if d.operations {
			out = append(out, post("/operations/refunds/:merchant/:id/"+d.name, "all."+d.name, operators, h.doPage(d)))
			continue
		}
		out = append(out, post("/merchant/refunds/:id/"+d.name, "mine."+d.name, sellers, h.doPage(d)), post("/api/v1/refunds/:id/"+d.name, "api."+d.name, sellers, h.doAPI(d)))
	}
	return out
}

// deed is an act that a person does with an opinion and files.
type deed struct {
	name       string
	act        Act
	operations bool // theirs; otherwise the merchant's
	danger     bool
	do         func(ctx context.Context, tx *pg.Tx, st Step) (Request, error)
}

func (h *HTTP) deeds() []deed {
	settle := func(forBuyer bool) func(context.Context, *pg.Tx, Step) (Request, error) {
		return func(ctx context.Context, tx *pg.Tx, st Step) (Request, error) {
			return h.svc.Settle(ctx, tx, st, forBuyer)
		}
	}
	return []deed{
		{"approve", Approve, false, false, h.svc.Approve},
		{"accept", Accept, false, false, h.svc.Accept},
		{"reject", Reject, false, true, h.svc.Reject},
		{"appeal", Appeal, false, true, h.svc.Appeal},
		{"confirm-transit", ConfirmTransit, true, false, h.svc.ConfirmTransit},
		{"refuse-transit", RefuseTransit, true, true, h.svc.RefuseTransit},
		{"for-buyer", ForBuyer, true, false, settle(true)},
		{"for-merchant", ForMerchant, true, true, settle(false)},
	}
}

// whose is the merchant a page is about: the user's own, or the one operations ask for.
func whose(c echo.Context) string {
	if m := web.UserOf(c).Merchant; m != "" {
		return m
	}
	return c.Param("merchant")
}

// address is where a request is shown to who asks.
func address(c echo.Context, merchant, id string) string {
	if web.UserOf(c).Merchant != "" {
		return "/merchant/refunds/" + url.PathEscape(id)
	}
	return "/operations/refunds/" + url.PathEscape(merchant) + "/" + url.PathEscape(id)
}

func (h *HTTP) read(c echo.Context, fn func(ctx context.Context, tx *pg.Tx, dir *entities.Directory) error) error {
	ctx := c.Request().Context()
	return h.db.ReadTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		return fn(ctx, tx, dir)
	})
}

// ListPage is a list of requests.
type ListPage struct {
	Table web.Table
	Pager web.Pager
	Show  string // "", open, overdue, idle
	Shows []web.Option
}

var listPage = web.NewPage("refunds/list.html", ListPage{Show: "open", Shows: []web.Option{{Value: "open", Text: "open"}}})

// shows are the filters of a list.
var shows = []string{"open", "overdue", "idle", "all"}

func (h *HTTP) mine(c echo.Context) error { return h.list(c, web.UserOf(c).Merchant) }
func (h *HTTP) all(c echo.Context) error  { return h.list(c, "") }

func (h *HTTP) list(c echo.Context, merchant string) error {
	paging := web.PagingOf(c, 50)
	p := ListPage{Show: c.QueryParam("show")}
	if p.Show == "" {
		p.Show = "open"
	}
	for _, s := range shows {
		p.Shows = append(p.Shows, web.Option{Value: s, Text: web.Text(c, "refunds.show."+s)})
	}
	q := Query{Merchant: merchant, Open: p.Show == "open", Overdue: p.Show == "overdue", Idle: p.Show == "idle", Limit: paging.Limit(), Offset: paging.Offset()}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, dir *entities.Directory) error {
		rs, err := h.svc.Requests(ctx, tx, q)
		p.Pager = paging.Pager(len(rs))
		p.Table = table(c, dir, rs[:min(len(rs), paging.Size)], tx.Now)
		return err
	})
	if err != nil {
		return err
	}
	return listPage.Render(c, web.Head{Title: "refunds.title"}, p)
}

func table(c echo.Context, dir *entities.Directory, rs []Request, now time.Time) web.Table {
	t := web.Table{Empty: "refunds.none", Columns: []web.Column{
		{Key: "refunds.id"}, {Key: "refunds.state"}, {Key: "refunds.amount", Number: true}, {Key: "refunds.line"}, {Key: "refunds.asked"}, {Key: "refunds.due"},
	}}
	for _, r := range rs {
		zone := dir.Zone(r.Entity).String()
		row := []web.Cell{
			{Text: r.ID, Href: address(c, r.Merchant, r.ID)},
			{Pill: pill(r.State)},
			{Text: money.New(r.Amount, r.Currency).String(), Note: web.Text(c, "refunds.rule."+r.Rule)},
			{Text: r.Line},
			{Text: web.Instant(r.RequestedAt, zone)},
			dueCell(c, r, zone, now),
		}
		if web.UserOf(c).Merchant == "" {
			row[3].Note = r.Merchant
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// dueCell says by when something has to happen, and whether that is over.
func dueCell(c echo.Context, r Request, zone string, now time.Time) web.Cell {
	switch {
	case r.Contacted != nil && r.State == Review:
		return web.Cell{Text: web.Instant(*r.ContactFrom, zone), Note: web.Text(c, "refunds.contacted")}
	case r.Idle(now):
		return web.Cell{Text: web.Instant(*r.ContactFrom, zone), Note: web.Text(c, "refunds.idle")}
	case r.State == Review && r.ContactFrom != nil:
		return web.Cell{Text: web.Instant(*r.ContactFrom, zone)}
	case !r.State.Open() || r.DueAt == nil:
		return web.Cell{Text: "—"}
	case r.Overdue(now):
		return web.Cell{Text: web.Instant(*r.DueAt, zone), Note: web.Text(c, "refunds.overdue")}
	}
	return web.Cell{Text: web.Instant(*r.DueAt, zone)}
}

func pill(s State) web.Pill {
	tone := web.Info
	switch s {
	case InTransit, Review, AwaitAcceptance:
		tone = web.Warn
	case Appealed, Failed:
		tone = web.Bad
	case Refunded:
		tone = web.OK
	case Rejected, Withdrawn:
		tone = web.Still
	}
	return web.Pill{Tone: tone, Key: "refunds.is." + string(s)}
}

func (h *HTTP) file(c echo.Context) error {
	var a orders.Attachment
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, _ *entities.Directory) (err error) {
		a, err = orders.OpenAttachment(ctx, tx, whose(c), Kind, c.Param("id"), c.Param("sha"))
		return err
	})
	if err != nil {
		return err
	}
	return orders.SendAttachment(c, a)
}

// history lists what was done to a request; a merchant is not told which person of operations did it.
func history(ctx context.Context, c echo.Context, tx *pg.Tx, r Request, zone string) (web.Table, error) {
	staff := web.UserOf(c).Merchant == ""
	t := web.Table{Columns: []web.Column{{Key: "refunds.when"}, {Key: "refunds.what"}, {Key: "refunds.why"}}}
	if staff {
		t.Columns = append(t.Columns, web.Column{Key: "refunds.who"})
	}
	events, err := audit.List(ctx, tx, audit.Filter{Merchant: r.Merchant, Subject: r.ID})
	if err != nil {
		return t, err
	}
	names := map[string]string{}
	if staff {
		if names, err = auth.Names(ctx, tx); err != nil {
			return t, err
		}
	}
	for _, e := range events {
		row := []web.Cell{{Text: web.Instant(e.At, zone)}, {Text: web.Text(c, "refunds.did."+e.Action)}, {Text: e.Reason}}
		if who := names[e.Actor]; staff && who != "" {
			row = append(row, web.Cell{Text: who})
		} else if staff {
			row = append(row, web.Cell{Text: e.Actor})
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// step reads what a person sends with a deed.
func step(c echo.Context) (Step, error) {
	var f struct {
		Opinion string `json:"opinion" form:"opinion" validate:"max=2000"`
	}
	if err := web.Bind(c, &f); err != nil {
		return Step{}, err
	}
	files, err := orders.ReadAttachments(c)
	return Step{Merchant: whose(c), ID: c.Param("id"), Opinion: f.Opinion, Files: files}, err
}

// doPage does a deed from a page; a refusal shows the page again with what was written.
func (h *HTTP) doPage(d deed) echo.HandlerFunc {
	return func(c echo.Context) error {
		st, err := step(c)
		if err == nil {
			ctx := c.Request().Context()
			err = h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { _, err := d.do(ctx, tx, st); return err })
		}
		if fs := fault.All(err); len(fs) > 0 && fault.KindOf(err) != fault.NotFound {
			return h.show(c, fs, st.Opinion)
		}
		if err != nil {
			return err
		}
		web.Flash(c, web.OK, "refunds.done", "refund", st.ID)
		return c.Redirect(http.StatusSeeOther, address(c, st.Merchant, st.ID))
	}
}
