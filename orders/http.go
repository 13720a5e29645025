package orders

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/auth"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// HTTP has the marketplace's API of orders, and the pages on which operations and merchants look at them.
type HTTP struct {
	db  *pg.DB
	svc *Service
}

// NewHTTP gives the pages and the API of orders.
func NewHTTP(db *pg.DB, svc *Service) *HTTP { return &HTTP{db: db, svc: svc} }

const (
	factsBody = 32 << 20 // bytes of one request
	factsMost = 10000
	factsTime = 2 * time.Minute
	pageSize  = 50
)

var (
	market  = []web.Duty{web.Marketplace}
	seller  = []web.Duty{web.Merchant}
	lookers = []web.Duty{web.Operations, web.FinanceReview, web.FinancePay, web.Auditor}
	doers   = []web.Duty{web.Operations}
)

// Routes lists them. What a buyer does arrives through the marketplace's systems; operations look, and take back instructions.
func (h *HTTP) Routes() []web.Route {
	const get, post = http.MethodGet, http.MethodPost
	return []web.Route{
		{Method: get, Path: "/operations/orders", Name: "operations.orders", Duties: lookers, Handler: h.orders, Nav: "orders.nav"},
		{Method: get, Path: "/operations/orders/:merchant/:order", Name: "operations.order", Duties: lookers, Handler: h.order},
		{Method: get, Path: "/operations/instructions", Name: "operations.instructions", Duties: lookers, Handler: h.instructions},
		{Method: post, Path: "/operations/instructions/:number/withdraw", Name: "operations.instructions.withdraw", Duties: doers, Handler: h.withdraw},
		{Method: get, Path: "/merchant/orders", Name: "merchant.orders", Duties: seller, Handler: h.myOrders, Nav: "orders.nav.mine"},
		{Method: get, Path: "/merchant/orders/:order", Name: "merchant.order", Duties: seller, Handler: h.myOrder},
		{Method: post, Path: "/api/v1/facts", Name: "api.facts", Duties: market, Handler: h.apiFacts, BodyLimit: factsBody, Timeout: factsTime},
		{Method: get, Path: "/api/v1/instructions", Name: "api.instructions", Duties: market, Handler: h.apiInstructions},
		{Method: post, Path: "/api/v1/orders", Name: "api.orders.place", Duties: market, Handler: h.apiPlace},
		{Method: post, Path: "/api/v1/orders/:order/cancel", Name: "api.orders.cancel", Duties: market, Handler: h.apiCancel},
		{Method: get, Path: "/api/v1/orders/query", Name: "api.orders.query", Duties: []web.Duty{web.Marketplace, web.Merchant, web.Operations}, Handler: h.apiQuery},
		{Method: get, Path: "/api/v1/instances/:merchant/:instance", Name: "api.instances", Duties: market, Handler: h.apiInstance},
		{Method: http.MethodPut, Path: "/api/v1/instances/:merchant/:instance/auto-renewal", Name: "api.instances.renewal", Duties: market, Handler: h.apiRenewal},
		{Method: http.MethodDelete, Path: "/api/v1/instances/:merchant/:instance/auto-renewal", Name: "api.instances.renewal.off", Duties: market, Handler: h.apiRenewalOff},
	}
}

// actor is whose rights a request has: the marketplace's systems take facts in, which is a batch's work, under their own name.
func actor(c echo.Context) pg.Actor {
	u := web.UserOf(c)
	if u.Has(web.Marketplace) && u.Merchant == "" {
		return pg.Actor{Role: pg.Batch, User: u.ID}
	}
	return u.Actor()
}

// look reads what an answer shows, all of it as of one instant.
func (h *HTTP) look(c echo.Context, fn func(ctx context.Context, tx *pg.Tx, dir *entities.Directory) error) error {
	ctx := c.Request().Context()
	return h.db.ReadTx(ctx, actor(c), func(tx *pg.Tx) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		return fn(ctx, tx, dir)
	})
}

func (h *HTTP) change(c echo.Context, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := c.Request().Context()
	return h.db.InTx(ctx, actor(c), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

// caller names who tells a fact: the person or system behind the token.
func caller(ctx context.Context, tx *pg.Tx, c echo.Context) (string, error) {
	if s := strings.TrimSpace(c.Request().Header.Get("Suanpan-Source")); s != "" {
		return s, nil
	}
	names, err := auth.Names(ctx, tx)
	if n := names[tx.Actor.User]; n != "" {
		return n, err
	}
	return tx.Actor.User, err
}

func orderAddress(merchant, order string) string {
	return "/operations/orders/" + url.PathEscape(merchant) + "/" + url.PathEscape(order)
}
