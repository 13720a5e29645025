package catalog

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// HTTP has the pages and the API on which merchants offer and operations judges.
type HTTP struct {
	db  *pg.DB
	svc *Service
}

// NewHTTP gives the catalog's pages and API.
func NewHTTP(db *pg.DB, svc *Service) *HTTP { return &HTTP{db, svc} }

// submitTime bounds a submission: every saved case of the interface is tried again.
const submitTime = 2 * time.Minute

// Routes lists them. A merchant sees its own products only; auditors look.
func (h *HTTP) Routes() []web.Route {
	const get, post, put = http.MethodGet, http.MethodPost, http.MethodPut
	mine, ops, look := []web.Duty{web.Merchant}, []web.Duty{web.Operations}, []web.Duty{web.Operations, web.Auditor}
	return []web.Route{
		{Method: get, Path: "/products", Name: "catalog.mine", Duties: mine, Handler: h.mine, Nav: "catalog.nav"},
		{Method: get, Path: "/products/new", Name: "catalog.new", Duties: mine, Handler: h.blank},
		{Method: post, Path: "/products", Name: "catalog.save", Duties: mine, Handler: h.save},
		{Method: get, Path: "/products/:product", Name: "catalog.show", Duties: mine, Handler: h.show},
		{Method: get, Path: "/products/:product/edit", Name: "catalog.edit", Duties: mine, Handler: h.edit},
		{Method: post, Path: "/products/:product/submit", Name: "catalog.submit", Duties: mine, Handler: h.submit, Timeout: submitTime},
		{Method: post, Path: "/products/:product/regions", Name: "catalog.regions", Duties: mine, Handler: h.regions},
		{Method: post, Path: "/products/:product/sale", Name: "catalog.sale", Duties: mine, Handler: h.sale},
		{Method: get, Path: "/certification", Name: "catalog.certification", Duties: mine, Handler: h.certification},
		{Method: post, Path: "/certification", Name: "catalog.certification.ask", Duties: mine, Handler: h.askCertification},
		{Method: get, Path: "/operations/products", Name: "catalog.all", Duties: look, Handler: h.all, Nav: "catalog.nav.ops"},
		{Method: get, Path: "/operations/products/:merchant/:product", Name: "catalog.judge", Duties: look, Handler: h.judge},
		{Method: post, Path: "/operations/products/:merchant/:product", Name: "catalog.judge.do", Duties: ops, Handler: h.doJudge},
		{Method: get, Path: "/operations/certifications", Name: "catalog.certifications", Duties: look, Handler: h.certifications},
		{Method: post, Path: "/operations/certifications/:merchant/:entity", Name: "catalog.certifications.do", Duties: ops, Handler: h.doCertification},
		{Method: post, Path: "/operations/certifications/unlock", Name: "catalog.certifications.unlock", Duties: ops, Handler: h.unlock},
		{Method: put, Path: "/api/v1/products/:product", Name: "api.catalog.save", Duties: mine, Handler: h.apiSave},
		{Method: get, Path: "/api/v1/products/:product", Name: "api.catalog.show", Duties: mine, Handler: h.apiShow},
		{Method: post, Path: "/api/v1/products/:product/submissions", Name: "api.catalog.submit", Duties: mine, Handler: h.apiSubmit, Timeout: submitTime},
		{Method: put, Path: "/api/v1/products/:product/regions", Name: "api.catalog.regions", Duties: mine, Handler: h.apiRegions},
	}
}

func (h *HTTP) read(c echo.Context, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := c.Request().Context()
	return h.db.ReadTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

func (h *HTTP) write(c echo.Context, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := c.Request().Context()
	return h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

// done answers a form: back to a page with a word, or the page again with what is wrong.
func done(c echo.Context, err error, to, word string, again func(fault.Faults) error) error {
	if err == nil {
		web.Flash(c, web.OK, word)
		return c.Redirect(http.StatusSeeOther, to)
	}
	fs := fault.All(err)
	if len(fs) == 0 || fs[0].Kind == fault.NotFound || fs[0].Kind == fault.Internal {
		return err
	}
	return again(fs)
}

func field(c echo.Context, name string) string { return strings.TrimSpace(c.FormValue(name)) }

func (h *HTTP) regions(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return fault.New(fault.Invalid, "BAD-INPUT", "").Wrap(err)
	}
	id := c.Param("product")
	err = h.write(c, func(ctx context.Context, tx *pg.Tx) error {
		return h.svc.SetRegions(ctx, tx, web.UserOf(c).Merchant, id, form["region"])
	})
	return done(c, err, "/products/"+id, "catalog.done.regions", func(fs fault.Faults) error { return h.showProduct(c, web.UserOf(c).Merchant, fs) })
}

func (h *HTTP) sale(c echo.Context) error {
	id, act := c.Param("product"), Act(field(c, "do"))
	if act != Stop && act != Resume {
		act = Act("") // a merchant does these two and nothing else
	}
	err := h.write(c, func(ctx context.Context, tx *pg.Tx) error {
		return h.svc.Move(ctx, tx, web.UserOf(c).Merchant, id, act, "")
	})
	return done(c, err, "/products/"+id, "catalog.done.sale", func(fs fault.Faults) error { return h.showProduct(c, web.UserOf(c).Merchant, fs) })
}

func (h *HTTP) submit(c echo.Context) error {
	u, id := web.UserOf(c), c.Param("product")
	s, err := h.svc.Submit(c.Request().Context(), h.db, u.Actor(), u.Merchant, id)
	word := "catalog.done.submitted"
	if err == nil && !s.Report.Passed() {
		web.Flash(c, web.Warn, "catalog.done.gates")
		return c.Redirect(http.StatusSeeOther, "/products/"+id)
	}
	return done(c, err, "/products/"+id, word, func(fs fault.Faults) error { return h.showProduct(c, u.Merchant, fs) })
}

// doJudge is what operations does with a product: judge a submission, freeze, thaw, delist, note that its seller was not reached.
func (h *HTTP) doJudge(c echo.Context) error {
	merchant, id, reason := c.Param("merchant"), c.Param("product"), field(c, "reason")
	err := h.write(c, func(ctx context.Context, tx *pg.Tx) error {
		switch act := Act(field(c, "do")); act {
		case Pass, Refuse:
			d := Decision{Merchant: merchant, Product: id, Pass: act == Pass, Reason: reason, FeeSource: field(c, "source")}
			fee, err := decimal.NewFromString(field(c, "fee"))
			if d.Pass && err != nil {
				return fault.New(fault.Invalid, "CAT-FEE", "fee")
			}
			d.Fee = fee
			return h.svc.Decide(ctx, tx, d)
		case Freeze, Thaw, Delist:
			return h.svc.Move(ctx, tx, merchant, id, act, reason)
		case "unreachable":
			return h.svc.NoteUnreachable(ctx, tx, merchant, id, field(c, "channel"), reason)
		default:
			return fault.New(fault.Invalid, "CAT-STATE", "do", fault.Args{"state": "?", "act": string(act)})
		}
	})
	return done(c, err, "/operations/products/"+merchant+"/"+id, "catalog.done.judged", func(fs fault.Faults) error { return h.showProduct(c, merchant, fs) })
}

func (h *HTTP) askCertification(c echo.Context) error {
	bank := entities.Bank{AccountName: field(c, "accountName"), AccountNo: field(c, "accountNo"), BankName: field(c, "bankName"), BankAddress: field(c, "bankAddress"), Swift: field(c, "swift")}
	var a Attempt
	err := h.write(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		cur := money.Currency(strings.ToUpper(field(c, "currency")))
		if !cur.Valid() {
			return fault.New(fault.Invalid, "VALID", "currency", fault.Args{"rule_en": "Give a currency such as EUR.", "rule_zh": "请填写币种，如 EUR。", "rule_pt": "Informe uma moeda, como EUR."})
		}
		a, err = h.svc.AskCertification(ctx, tx, web.UserOf(c).Merchant, field(c, "entity"), cur, bank)
		return err
	})
	word := "catalog.done.asked"
	if a.State == "failed" {
		word = "catalog.done.failed"
	}
	return done(c, err, "/certification", word, func(fs fault.Faults) error { return h.showCertification(c, fs) })
}

func (h *HTTP) doCertification(c echo.Context) error {
	merchant, entity, reason := c.Param("merchant"), c.Param("entity"), field(c, "reason")
	err := h.write(c, func(ctx context.Context, tx *pg.Tx) error {
		return h.svc.DecideCertification(ctx, tx, merchant, entity, field(c, "do") == "pass", reason)
	})
	return done(c, err, "/operations/certifications", "catalog.done.judged", func(fs fault.Faults) error { return h.showCertifications(c, fs) })
}

func (h *HTTP) unlock(c echo.Context) error {
	err := h.write(c, func(ctx context.Context, tx *pg.Tx) error {
		return h.svc.UnlockCertification(ctx, tx, field(c, "merchant"), field(c, "entity"), field(c, "reason"))
	})
	return done(c, err, "/operations/certifications", "catalog.done.judged", func(fs fault.Faults) error { return h.showCertifications(c, fs) })
}

// ProductJSON is a product in the API, with its last submission.
type ProductJSON struct {
	ProductID string       `json:"productId"`
	Name      string       `json:"name"`
	Access    Access       `json:"access"`
	State     State        `json:"state"`
	Reason    string       `json:"reason,omitempty"`
	Since     time.Time    `json:"since"`
	Regions   []string     `json:"regions"`
	Listing   Listing      `json:"listing"`
	Report    []ResultJSON `json:"report,omitempty"`
}

// ResultJSON is what one gate found, in three languages.
type ResultJSON struct {
	Gate   Gate            `json:"gate"`
	Asked  bool            `json:"asked"`
	Faults []web.FaultJSON `json:"faults"`
}

func reportJSON(c echo.Context, r Report) []ResultJSON {
	out := make([]ResultJSON, 0, len(r))
	for _, g := range r {
		out = append(out, ResultJSON{g.Gate, g.Asked, web.JSONFaults(g.Faults, web.LangOf(c))})
	}
	return out
}

func (h *HTTP) apiSave(c echo.Context) error {
	var in ProductJSON
	if err := web.Bind(c, &in); err != nil {
		return err
	}
	p := Product{Merchant: web.UserOf(c).Merchant, ID: c.Param("product"), Name: in.Name, Access: in.Access, Listing: in.Listing}
	if !slices.Contains(Accesses, p.Access) {
		return fault.New(fault.Invalid, "CAT-ACCESS", "access", fault.Args{"got": string(p.Access)})
	}
	if err := h.write(c, func(ctx context.Context, tx *pg.Tx) error { return h.svc.SaveDraft(ctx, tx, p) }); err != nil {
		return err
	}
	return h.apiShow(c)
}

func (h *HTTP) apiShow(c echo.Context) error {
	var out ProductJSON
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		m := web.UserOf(c).Merchant
		p, err := h.svc.Product(ctx, tx, m, c.Param("product"))
		if err != nil {
			return err
		}
		out = ProductJSON{ProductID: p.ID, Name: p.Name, Access: p.Access, State: p.State, Reason: p.Reason, Since: p.Since, Listing: p.Listing}
		if out.Regions, err = selectRegions(ctx, tx, m, p.ID); err != nil {
			return err
		}
		subs, err := h.svc.Submissions(ctx, tx, m, p.ID)
		if len(subs) > 0 {
			out.Report = reportJSON(c, subs[0].Report)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

func (h *HTTP) apiSubmit(c echo.Context) error {
	u := web.UserOf(c)
	s, err := h.svc.Submit(c.Request().Context(), h.db, u.Actor(), u.Merchant, c.Param("product"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, map[string]any{"number": s.Number, "passed": s.Report.Passed(), "report": reportJSON(c, s.Report)})
}

func (h *HTTP) apiRegions(c echo.Context) error {
	var in struct {
		Regions []string `json:"regions"`
	}
	if err := web.Bind(c, &in); err != nil {
		return err
	}
	if err := h.write(c, func(ctx context.Context, tx *pg.Tx) error {
		return h.svc.SetRegions(ctx, tx, web.UserOf(c).Merchant, c.Param("product"), in.Regions)
	}); err != nil {
		return err
	}
	return h.apiShow(c)
}
