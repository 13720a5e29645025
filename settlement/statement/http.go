package statement

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// HTTP gives finance the month's documents to take along: the workbook over all entities, and the statement of one.
type HTTP struct {
	db  *pg.DB
	svc *Service
}

// NewHTTP gives the documents' routes.
func NewHTTP(db *pg.DB, svc *Service) *HTTP { return &HTTP{db: db, svc: svc} }

// drawTime is how long the largest document may take: some hundred thousand lines are written while they are read.
const drawTime = 5 * time.Minute

const excelType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Routes lists the documents. Who looks at finance's pages may take them along; each is drawn from one snapshot when it is asked for.
func (h *HTTP) Routes() []web.Route {
	duties := []web.Duty{web.FinanceReview, web.FinancePay, web.Operations, web.Auditor}
	get := func(path, name string, f echo.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Name: name, Duties: duties, Handler: f, Timeout: drawTime}
	}
	return []web.Route{
		get("/finance/workbook.xlsx", "documents.workbook", h.drawn("finance", ".xlsx", excelType, func(ctx context.Context, tx *pg.Tx, m period.Month, _ string, w io.Writer, l fault.Lang) error {
			f, err := h.svc.Finance(ctx, tx, m)
			if err != nil {
				return err
			}
			return f.Excel(w, l)
		})),
		get("/finance/entity.xlsx", "documents.entity.xlsx", h.drawn("entity", ".xlsx", excelType, func(ctx context.Context, tx *pg.Tx, m period.Month, code string, w io.Writer, l fault.Lang) error {
			e, err := h.svc.Entity(ctx, tx, code, m)
			if err != nil {
				return err
			}
			return e.Excel(w, l)
		})),
		get("/finance/entity.pdf", "documents.entity.pdf", h.drawn("entity", ".pdf", "application/pdf", func(ctx context.Context, tx *pg.Tx, m period.Month, code string, w io.Writer, l fault.Lang) error {
			e, err := h.svc.Entity(ctx, tx, code, m)
			if err != nil {
				return err
			}
			return e.PDF(w, h.svc.Fonts, l)
		})),
	}
}

type drawing func(ctx context.Context, tx *pg.Tx, m period.Month, entity string, w io.Writer, l fault.Lang) error

// drawn draws a document into a file of its own first: one that fails half way is a fault, never half a document.
func (h *HTTP) drawn(name, ext, contentType string, draw drawing) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		ctx, code := c.Request().Context(), c.QueryParam("entity")
		m, err := period.ParseMonth(c.QueryParam("month"))
		if err != nil {
			return fault.New(fault.Invalid, "STM-MONTH", "month", fault.Args{"got": c.QueryParam("month")})
		}
		f, err := os.CreateTemp("", "suanpan-*"+ext)
		if err != nil {
			return fault.New(fault.Unavailable, "STM-FILE", name, fault.Args{"file": name + ext, "why": "no room for a temporary file"}).Wrap(err)
		}
		defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
		if err := h.db.ReadTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return draw(ctx, tx, m, code, f, web.LangOf(c)) }); err != nil {
			return err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		of := name
		if code != "" {
			of += "-" + code
		}
		file := map[string]string{"filename": of + "-" + m.String() + "." + string(web.LangOf(c)) + ext}
		c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", file))
		return c.Stream(http.StatusOK, contentType, f)
	}
}
