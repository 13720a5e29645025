package draft

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/money"
)

// HTTP is the page of a list's drafts, their downloads and the API.
type HTTP struct {
	db    *pg.DB
	svc   *Service
	fonts *doc.Fonts
}

// NewHTTP makes the page on a database. Fonts draw the PDF.
func NewHTTP(db *pg.DB, svc *Service, fonts *doc.Fonts) *HTTP {
	return &HTTP{db: db, svc: svc, fonts: fonts}
}

// Routes are the page, the downloads and the API of drafts.
func (h *HTTP) Routes() []web.Route {
	get := func(path, name string, f echo.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Name: name, Duties: []web.Duty{web.Merchant}, Handler: f}
	}
	return []web.Route{
		get("/requisitions/:no/drafts", "draft.page", h.page),
		get("/requisitions/:no/drafts/:form", "draft.file", h.file),
		get("/api/v1/requisitions/:no/drafts", "draft.api", h.api),
		get("/api/v1/requisitions/:no/drafts/:form", "draft.api.file", h.file),
	}
}

// asked is what a request says in its address.
type asked struct{ number, date, rate string }

func askedOf(c echo.Context) asked {
	return asked{c.QueryParam("number"), c.QueryParam("date"), c.QueryParam("rate")}
}

// query is the same as the end of an address; empty where nothing was said.
func (a asked) query() string {
	q := url.Values{}
	for _, p := range [][2]string{{"number", a.number}, {"date", a.date}, {"rate", a.rate}} {
		if p[1] != "" {
			q.Set(p[0], p[1])
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// draft draws up what a request asks for. What is wrong with the merchant's own values comes apart, with the draft without them.
func (h *HTTP) draft(c echo.Context) (Draft, fault.Faults, error) {
	u, ctx, a := web.UserOf(c), c.Request().Context(), askedOf(c)
	demo, _, err := h.db.Demo(ctx)
	if err != nil {
		return Draft{}, nil, err
	}
	y, fs := ParseYours(a.number, a.date, a.rate)
	if len(fs) > 0 {
		y = Yours{}
	}
	var d Draft
	err = h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) error {
		d, err = h.svc.Draft(ctx, tx, u.Merchant, c.Param("no"), y, demo)
		if fault.Has(err, codeReverse) {
			fs = append(fs, fault.All(err)...)
			d, err = h.svc.Draft(ctx, tx, u.Merchant, c.Param("no"), Yours{}, demo)
		}
		return err
	})
	return d, fs, err
}

func (h *HTTP) file(c echo.Context) error {
	f, err := FormNamed(c.Param("form"))
	if err != nil {
		return err
	}
	d, fs, err := h.draft(c)
	if err == nil {
		err = fs.Err()
	}
	if err != nil {
		return err
	}
	b, err := f.Draw(d, web.LangOf(c), h.fonts)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": f.FileName(d)}))
	return c.Stream(http.StatusOK, f.Type, bytes.NewReader(b))
}

// draftJSON is a draft over the API: its figures, what is blank, its forms.
type draftJSON struct {
	Requisition string         `json:"requisition"`
	Number      string         `json:"number"`
	Date        string         `json:"date"`
	Currency    money.Currency `json:"currencyCode"`
	Net         string         `json:"net"`
	Tax         string         `json:"tax"`
	Payable     string         `json:"payable"`
	TaxCategory Category       `json:"taxCategory"`
	Compared    comparedJSON   `json:"compared"`
	Remarks     string         `json:"remarks"`
	Blank       []string       `json:"blank"` // fields of the list that nobody filled in yet
	Forms       []formJSON     `json:"forms"`
}

type comparedJSON struct {
	Invoice invoicing.Figure `json:"invoiceFigure"`
	List    invoicing.Figure `json:"listFigure"`
	Source  string           `json:"source"`
}

type formJSON struct {
	Form    string      `json:"form"`
	Type    string      `json:"type"`
	For     string      `json:"for"`
	Country string      `json:"country,omitempty"`
	Href    string      `json:"href"`
	Fields  []fieldJSON `json:"fields,omitempty"`
}

func (h *HTTP) api(c echo.Context) error {
	d, fs, err := h.draft(c)
	if err == nil {
		err = fs.Err()
	}
	if err != nil {
		return err
	}
	lang := web.LangOf(c)
	out := draftJSON{
		Requisition: d.List.Requisition, Number: d.Number, Date: d.Date.String(), Currency: d.List.Currency, Net: d.plain(d.Net), Tax: d.plain(d.Tax),
		Payable: d.plain(d.Gross), TaxCategory: d.Category, Remarks: d.Remarks(), Blank: append([]string{}, d.Blank...),
		Compared: comparedJSON{d.Ground.Rule.Invoice, d.Ground.Rule.List, d.Ground.Rule.Source},
	}
	for _, f := range Forms() {
		j := formJSON{
			Form: f.Name, Type: f.Type, For: say(lang, "draft.form."+f.Name+".for"), Country: f.Country,
			Href: "/api/v1/requisitions/" + url.PathEscape(d.List.Requisition) + "/drafts/" + f.Name + askedOf(c).query(),
		}
		if f.Table != nil {
			j.Fields = d.fieldsJSON(f.Table(d), lang)
		}
		out.Forms = append(out.Forms, j)
	}
	return c.JSON(http.StatusOK, out)
}
