package buyerinvoices

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/orders"
)

// HTTP is the API of buyers' invoices: the marketplace asks for a buyer, marketplace or merchant say what became of it.
type HTTP struct {
	db  *pg.DB
	svc *Service
}

// NewHTTP makes the API on a database.
func NewHTTP(db *pg.DB, svc *Service) *HTTP { return &HTTP{db: db, svc: svc} }

// Routes are the addresses of the API.
func (h *HTTP) Routes() []web.Route {
	market, both := []web.Duty{web.Marketplace}, []web.Duty{web.Marketplace, web.Merchant}
	const limit = orders.AttachmentLimit
	return []web.Route{
		{Method: http.MethodPost, Path: "/api/v1/buyer-invoices", Name: "buyerinvoices.api.request", Duties: market, Handler: h.request},
		{Method: http.MethodGet, Path: "/api/v1/buyer-invoices/:id", Name: "buyerinvoices.api.show", Duties: both, Handler: h.show},
		{Method: http.MethodPost, Path: "/api/v1/buyer-invoices/:id/issue", Name: "buyerinvoices.api.issue", Duties: both, Handler: h.issue},
		{Method: http.MethodPost, Path: "/api/v1/buyer-invoices/:id/cancel", Name: "buyerinvoices.api.cancel", Duties: both, Handler: h.cancel},
		{Method: http.MethodPost, Path: "/api/v1/buyer-invoices/:id/return", Name: "buyerinvoices.api.return", Duties: both, Handler: h.giveBack, BodyLimit: limit, Timeout: time.Minute},
	}
}

// InvoiceJSON is a request as the API shows it.
type InvoiceJSON struct {
	RequestID      string     `json:"requestId"`
	MerchantID     string     `json:"merchantId"`
	OrderID        string     `json:"orderId"`
	OrderLineID    string     `json:"orderLineId"`
	Form           Form       `json:"form"`
	State          State      `json:"state"`
	RequestedAt    time.Time  `json:"requestedAt"`
	InvoiceNumber  string     `json:"invoiceNumber,omitempty"`
	IssuedAt       *time.Time `json:"issuedAt,omitempty"`
	ClosedAt       *time.Time `json:"closedAt,omitempty"`
	Reason         string     `json:"reason,omitempty"`
	VATDeducted    bool       `json:"vatDeducted,omitempty"`
	Carrier        string     `json:"carrier,omitempty"`
	TrackingNumber string     `json:"trackingNumber,omitempty"`
}

func toJSON(i Invoice) InvoiceJSON {
	return InvoiceJSON{
		RequestID: i.ID, MerchantID: i.Merchant, OrderID: i.Order, OrderLineID: i.Line, Form: i.Form, State: i.State, RequestedAt: i.RequestedAt, InvoiceNumber: i.Number,
		IssuedAt: i.IssuedAt, ClosedAt: i.ClosedAt, Reason: i.Reason, VATDeducted: i.Deducted, Carrier: i.Carrier, TrackingNumber: i.Tracking,
	}
}

// verb runs a verb in the name of who asks: a merchant for its own requests, the marketplace for any.
func (h *HTTP) verb(c echo.Context, fn func(ctx context.Context, tx *pg.Tx, merchant string) (Invoice, error)) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	actor := pg.Actor{Role: pg.Batch, User: u.ID}
	if u.Merchant != "" {
		actor = u.Actor()
	}
	var i Invoice
	err := h.db.InTx(ctx, actor, func(tx *pg.Tx) (err error) {
		merchant := u.Merchant
		if merchant == "" {
			if merchant, err = h.svc.MerchantOf(ctx, tx, c.Param("id")); err != nil {
				return err
			}
		}
		i, err = fn(ctx, tx, merchant)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, toJSON(i))
}

type askForm struct {
	RequestID   string `json:"requestId" validate:"required,max=64"`
	OrderID     string `json:"orderId" validate:"required,max=64"`
	OrderLineID string `json:"orderLineId" validate:"max=80"`
	Form        string `json:"form" validate:"required,oneof=paper electronic"`
}

func (h *HTTP) request(c echo.Context) error {
	var f askForm
	if err := web.Bind(c, &f); err != nil {
		return err
	}
	return h.verb(c, func(ctx context.Context, tx *pg.Tx, _ string) (Invoice, error) {
		return h.svc.Request(ctx, tx, Ask{ID: f.RequestID, Order: f.OrderID, Line: f.OrderLineID, Form: Form(f.Form)})
	})
}

func (h *HTTP) show(c echo.Context) error {
	return h.verb(c, func(ctx context.Context, tx *pg.Tx, merchant string) (Invoice, error) {
		return h.svc.Find(ctx, tx, merchant, c.Param("id"))
	})
}

type actForm struct {
	InvoiceNumber  string `json:"invoiceNumber" form:"invoiceNumber" validate:"max=64"`
	Reason         string `json:"reason" form:"reason" validate:"max=2000"`
	VATDeducted    bool   `json:"vatDeducted" form:"vatDeducted"`
	Carrier        string `json:"carrier" form:"carrier" validate:"max=120"`
	TrackingNumber string `json:"trackingNumber" form:"trackingNumber" validate:"max=120"`
}

func (h *HTTP) issue(c echo.Context) error {
	var f actForm
	if err := web.Bind(c, &f); err != nil {
		return err
	}
	return h.verb(c, func(ctx context.Context, tx *pg.Tx, merchant string) (Invoice, error) {
		return h.svc.Issue(ctx, tx, merchant, c.Param("id"), f.InvoiceNumber)
	})
}

func (h *HTTP) cancel(c echo.Context) error {
	var f actForm
	if err := web.Bind(c, &f); err != nil {
		return err
	}
	return h.verb(c, func(ctx context.Context, tx *pg.Tx, merchant string) (Invoice, error) {
		return h.svc.Cancel(ctx, tx, merchant, c.Param("id"), f.Reason)
	})
}

// giveBack takes JSON, or a form with files.
func (h *HTTP) giveBack(c echo.Context) error {
	var f actForm
	if err := web.Bind(c, &f); err != nil {
		return err
	}
	files, err := orders.ReadAttachments(c)
	if err != nil {
		return err
	}
	return h.verb(c, func(ctx context.Context, tx *pg.Tx, merchant string) (Invoice, error) {
		return h.svc.Return(ctx, tx, merchant, c.Param("id"), Back{Reason: f.Reason, Deducted: f.VATDeducted, Carrier: f.Carrier, Tracking: f.TrackingNumber}, files)
	})
}
