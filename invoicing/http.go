package invoicing

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	qrcode "github.com/skip2/go-qrcode"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// Drawing is a form in which a list can be taken along. Who draws documents lends it; the JSON is the list's own.
type Drawing struct {
	Ext  string // file name extension and last part of the address: pdf, xlsx
	Name string // as people call it: PDF, Excel
	Type string // content type
	// Draw writes the list with what the merchant filled in. At is business time, demo marks the document.
	Draw func(ctx context.Context, tx *pg.Tx, d Detail, lang fault.Lang, demo bool) ([]byte, error)
}

// HTTP is the merchant's side of invoicing: lists, uploads and verdicts, as pages and as an API. The same verbs serve both.
type HTTP struct {
	db       *pg.DB
	svc      *Service
	drawings []Drawing
	Drafts   bool // a page of drafts is wired beside these: a list's page leads there
}

// NewHTTP makes the pages on a database.
func NewHTTP(db *pg.DB, svc *Service, drawings ...Drawing) *HTTP {
	return &HTTP{db: db, svc: svc, drawings: drawings}
}

// uploadLimit bounds one request: a few files of the largest size.
const uploadLimit = 3*MaxFile + 1<<20

// Routes are the pages and the API of lists and invoices.
func (h *HTTP) Routes() []web.Route {
	who := []web.Duty{web.Merchant}
	get := func(path, name string, f echo.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Name: name, Duties: who, Handler: f}
	}
	post := func(path, name string, f echo.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Name: name, Duties: who, Handler: f, BodyLimit: uploadLimit, Timeout: time.Minute}
	}
	lists := get("/requisitions", "invoicing.lists", h.lists)
	lists.Nav = "m.nav.lists"
	out := []web.Route{
		lists,
		get("/requisitions/:no", "invoicing.list", h.show),
		get("/requisitions/:no/list.json", "invoicing.list.json", h.canonical),
		get("/requisitions/:no/draft.txt", "invoicing.draft", h.draft),
		get("/requisitions/:no/qr.png", "invoicing.qr", h.qr),
		get("/requisitions/:no/submissions/:n", "invoicing.verdict", h.verdict),
		post("/requisitions/:no/check", "invoicing.check", h.checkForm),
		post("/requisitions/:no/invoices", "invoicing.send", h.sendForm),
		get("/files/:sha", "invoicing.file", h.file),

		get("/api/v1/requisitions", "invoicing.api.lists", h.apiLists),
		get("/api/v1/requisitions/:no", "invoicing.api.list", h.apiList),
		get("/api/v1/requisitions/:no/submissions/:n", "invoicing.api.verdict", h.apiVerdict),
		post("/api/v1/requisitions/:no/check", "invoicing.api.check", h.apiCheck),
		post("/api/v1/requisitions/:no/invoices", "invoicing.api.send", h.apiSend),
	}
	for _, d := range h.drawings {
		out = append(out, get("/requisitions/:no/list."+d.Ext, "invoicing.list."+d.Ext, h.drawn(d)))
	}
	return out
}

// read runs fn on a snapshot with the rights of who asks.
func (h *HTTP) read(c echo.Context, fn func(ctx context.Context, tx *pg.Tx, merchant string) error) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	return h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) error { return fn(ctx, tx, u.Merchant) })
}

// detail reads one requisition of the merchant who asks, with the directory its dates depend on.
func (h *HTTP) detail(c echo.Context) (d Detail, dl Deadline, at time.Time, err error) {
	err = h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		at = tx.Now
		if d, err = h.svc.Requisition(ctx, tx, merchant, c.Param("no")); err != nil {
			return err
		}
		dir, err := entities.Load(ctx, tx)
		dl = DeadlineOf(dir, d.List, tx.Now)
		return err
	})
	return d, dl, at, err
}

// Row is one requisition of a table of lists.
type Row struct {
	Detail
	Stands   Standing
	Deadline Deadline
}

// Overview reads the requisitions of a merchant with where they stand. Details are read one by one: a merchant has a few a month.
func (s *Service) Overview(ctx context.Context, tx *pg.Tx, dir *entities.Directory, f Filter) ([]Row, error) {
	rs, err := s.Requisitions(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	out := make([]Row, 0, len(rs))
	for _, r := range rs {
		d, err := s.Requisition(ctx, tx, r.Merchant, r.Number)
		if err != nil {
			return nil, err
		}
		out = append(out, Row{Detail: d, Stands: d.Standing(tx.Now), Deadline: DeadlineOf(dir, d.List, tx.Now)})
	}
	return out, nil
}

// ListsPage is the page of all lists of a merchant.
type ListsPage struct {
	Table web.Table
	Pager web.Pager
}

func (h *HTTP) lists(c echo.Context) error {
	paging := web.PagingOf(c, 25)
	var rows []Row
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		rows, err = h.svc.Overview(ctx, tx, dir, Filter{Merchant: merchant, Limit: paging.Offset() + paging.Limit()})
		return err
	})
	if err != nil {
		return err
	}
	rows = rows[min(paging.Offset(), len(rows)):]
	pager := paging.Pager(len(rows))
	return listsPage.Render(c, web.Head{Title: "m.lists.title"}, ListsPage{Table: ListTable(rows[:min(len(rows), paging.Size)]), Pager: pager})
}

// ListTable shows lists: number, payer, amount, last day, and where each stands.
func ListTable(rows []Row) web.Table {
	t := web.Table{Empty: "m.lists.none", Columns: []web.Column{
		{Key: "m.list.number"}, {Key: "m.list.state"}, {Key: "m.list.amount", Number: true}, {Key: "m.list.due"}, {Key: "m.list.payer"}, {Key: "m.list.period"},
	}}
	for _, r := range rows {
		due := web.Cell{Text: r.Deadline.Last.String(), Note: r.Deadline.Zone.String()}
		if !r.Stands.Waits() {
			due = web.Cell{Text: "—"}
		}
		t.Rows = append(t.Rows, []web.Cell{
			{Text: r.Number, Href: "/requisitions/" + r.Number},
			{Pill: standingPill(r.Stands)},
			{Text: r.Amount.String()},
			due,
			{Text: r.List.EntityName, Note: r.Entity},
			{Text: r.List.PeriodText()},
		})
	}
	return t
}

func standingPill(s Standing) web.Pill {
	tone := web.Info
	switch s {
	case StandsRefused, StandsReissue, StandsRevoked:
		tone = web.Bad
	case StandsIncomplete, StandsLate:
		tone = web.Warn
	case StandsAccepted, StandsPaid:
		tone = web.OK
	case StandsWithdrawn:
		tone = web.Still
	}
	return web.Pill{Tone: tone, Key: "m.stands." + string(s)}
}

func (h *HTTP) canonical(c echo.Context) error {
	d, _, _, err := h.detail(c)
	if err != nil {
		return err
	}
	return web.Download(c, d.Number+"-v"+strconv.Itoa(d.Version)+".json", echo.MIMEApplicationJSON, d.List.Canonical())
}

func (h *HTTP) draft(c echo.Context) error {
	d, _, _, err := h.detail(c)
	if err != nil {
		return err
	}
	return web.Download(c, d.Number+".txt", echo.MIMETextPlainCharsetUTF8, []byte(d.List.DraftText(d.Filled, web.LangOf(c))))
}

func (h *HTTP) qr(c echo.Context) error {
	d, _, _, err := h.detail(c)
	if err != nil {
		return err
	}
	b, err := qrcode.Encode(d.List.QR(), qrcode.Medium, 296)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "image/png", b)
}

func (h *HTTP) drawn(dr Drawing) echo.HandlerFunc {
	return func(c echo.Context) error {
		demo, _, err := h.db.Demo(c.Request().Context())
		if err != nil {
			return err
		}
		var b []byte
		var name string
		err = h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
			d, err := h.svc.Requisition(ctx, tx, merchant, c.Param("no"))
			if err != nil {
				return err
			}
			name = d.Number + "-v" + strconv.Itoa(d.Version) + "." + dr.Ext
			b, err = dr.Draw(ctx, tx, d, web.LangOf(c), demo)
			return err
		})
		if err != nil {
			return err
		}
		return web.Download(c, name, dr.Type, b)
	}
}

// file gives back what the merchant once sent, as a download: no browser is to run it.
func (h *HTTP) file(c echo.Context) error {
	var f File
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) (err error) {
		f, err = h.svc.OpenFile(ctx, tx, merchant, c.Param("sha"))
		return err
	})
	if err != nil {
		return err
	}
	return web.Download(c, f.Name, f.ContentType, f.Content)
}
