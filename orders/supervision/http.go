package supervision

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// HTTP is supervision as pages for merchants and operations, and as an API for merchants and the marketplace. The same verbs serve all.
type HTTP struct {
	db  *pg.DB
	svc *Service
}

// NewHTTP makes the pages on a database.
func NewHTTP(db *pg.DB, svc *Service) *HTTP { return &HTTP{db: db, svc: svc} }

// uploadLimit bounds one request: the most files of the largest size, as base64 where a program sends them.
const uploadLimit = MaxFiles*MaxFile*4/3 + 1<<20

// Routes are the pages and the API.
func (h *HTTP) Routes() []web.Route {
	route := func(method, path, name string, f echo.HandlerFunc, who ...web.Duty) web.Route {
		r := web.Route{Method: method, Path: path, Name: "supervision." + name, Duties: who, Handler: f}
		if method != http.MethodGet {
			r.BodyLimit, r.Timeout = uploadLimit, time.Minute
		}
		return r
	}
	const get, post, put, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
	mine := route(get, "/merchant/supervision", "merchant", h.merchantCases, web.Merchant)
	mine.Nav = "sv.nav"
	ops := route(get, "/operations/supervision", "operations", h.watched, web.Operations, web.Auditor)
	ops.Nav = "sv.nav"
	return []web.Route{
		mine,
		route(get, "/merchant/supervision/:line", "merchant.case", h.merchantCase, web.Merchant),
		route(post, "/merchant/supervision/:line", "merchant.act", h.merchantAct, web.Merchant),
		ops,
		route(get, "/operations/supervision/:merchant/:line", "operations.case", h.staffCase, web.Operations, web.Auditor),
		route(post, "/operations/supervision/:merchant/:line", "operations.act", h.staffAct, web.Operations),
		route(get, "/operations/appeals", "appeals", h.appeals, web.Operations, web.Auditor),
		route(get, "/supervision/files/:merchant/:sha", "file", h.file, web.Merchant, web.Operations, web.Auditor),

		route(get, "/api/v1/supervision", "api.cases", h.apiCases, web.Merchant, web.Marketplace),
		route(get, "/api/v1/supervision/:line", "api.case", h.apiCase, web.Merchant, web.Marketplace),
		route(post, "/api/v1/supervision/:line/events", "api.event", h.apiEvent, web.Merchant, web.Marketplace),
		route(post, "/api/v1/supervision/:line/appeals", "api.appeal", h.apiAppeal, web.Merchant, web.Marketplace),
		route(put, "/api/v1/supervision/:line/order", "api.order", h.apiOrder, web.Marketplace),
		route(del, "/api/v1/supervision/:line/contact", "api.erase", h.apiErase, web.Marketplace),
	}
}

// actorOf is whose rights a request has: the marketplace's systems act for all merchants, in the name of their token.
func actorOf(u *web.User) pg.Actor {
	if u.Merchant == "" && u.Has(web.Marketplace) {
		return pg.Actor{Role: pg.Batch, User: u.ID}
	}
	return u.Actor()
}

func (h *HTTP) read(c echo.Context, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := c.Request().Context()
	return h.db.ReadTx(ctx, actorOf(web.UserOf(c)), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

func (h *HTTP) change(c echo.Context, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := c.Request().Context()
	return h.db.InTx(ctx, actorOf(web.UserOf(c)), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

// param is a part of the address as it was before it was escaped.
func param(c echo.Context, name string) string {
	if s, err := url.PathUnescape(c.Param(name)); err == nil {
		return s
	}
	return c.Param(name)
}

// file shows a proof or evidence as what it is. Only kinds that a browser runs nothing of were taken.
func (h *HTTP) file(c echo.Context) error {
	var f File
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		f, err = h.svc.File(ctx, tx, param(c, "merchant"), c.Param("sha"))
		return err
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType("inline", map[string]string{"filename": f.SHA[:12] + extension(f.Type)}))
	return c.Stream(http.StatusOK, f.Type, bytes.NewReader(f.Content))
}

func extension(kind string) string {
	switch kind {
	case "application/pdf":
		return ".pdf"
	case "image/png":
		return ".png"
	case "image/jpeg":
		return ".jpg"
	}
	return ".txt"
}

// sentFiles reads the files of a form, bounded before they are read.
func sentFiles(c echo.Context) ([]Sent, error) {
	form, err := c.MultipartForm()
	if err != nil {
		return nil, nil //nolint:nilerr // a form without files
	}
	var out []Sent
	for _, f := range form.File["files"] {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
		_ = r.Close()
		if err != nil {
			return nil, err
		}
		if len(b) > 0 || f.Filename != "" {
			out = append(out, Sent{Name: f.Filename, Content: b})
		}
	}
	return out, nil
}

// desk is what a page needs to say things in its reader's language and the entity's zone.
type desk struct {
	c   echo.Context
	dir *entities.Directory
	now time.Time
}

func (h *HTTP) look(c echo.Context, fn func(ctx context.Context, tx *pg.Tx, d *desk) error) error {
	return h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		return fn(ctx, tx, &desk{c, dir, tx.Now})
	})
}

func (d *desk) t(key string, pairs ...any) string { return web.Text(d.c, key, pairs...) }

func (d *desk) at(entity string, t time.Time) string {
	return web.Instant(t, d.dir.Zone(entity).String())
}

// pageFaults gives the faults that a page shows beside its form; anything else is a page of its own.
func pageFaults(err error) (fault.Faults, error) {
	fs := fault.All(err)
	if len(fs) == 0 || fs[0].Kind == fault.NotFound || fs[0].Kind == fault.Unavailable || fs[0].Kind == fault.Internal {
		return nil, err
	}
	return fs, nil
}

func trimmed(c echo.Context, name string) string { return strings.TrimSpace(c.FormValue(name)) }
