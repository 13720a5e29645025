package provisioning

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// HTTP is the pages about calls, of operations and of merchants, and the API by which the marketplace asks for calls.
type HTTP struct {
	db  *pg.DB
	svc *Service
}

// NewHTTP makes the pages on a database.
func NewHTTP(db *pg.DB, svc *Service) *HTTP { return &HTTP{db: db, svc: svc} }

// Routes are the pages and the API.
func (h *HTTP) Routes() []web.Route {
	see, act, seller, market := []web.Duty{web.Operations, web.Auditor}, []web.Duty{web.Operations}, []web.Duty{web.Merchant}, []web.Duty{web.Marketplace}
	return []web.Route{
		{Method: http.MethodGet, Path: "/operations/interface", Name: "interface.operations", Duties: see, Handler: h.operations, Nav: "if.nav"},
		{Method: http.MethodPost, Path: "/operations/interface/restart", Name: "interface.operations.restart", Duties: act, Handler: h.operationsRestart},
		{Method: http.MethodGet, Path: "/merchant/interface", Name: "interface.merchant", Duties: seller, Handler: h.merchant, Nav: "if.nav"},
		{Method: http.MethodPost, Path: "/merchant/interface", Name: "interface.merchant.set", Duties: seller, Handler: h.configure},
		{Method: http.MethodPost, Path: "/merchant/interface/erase", Name: "interface.merchant.erase", Duties: seller, Handler: h.erase},
		{Method: http.MethodPost, Path: "/merchant/interface/restart", Name: "interface.merchant.restart", Duties: seller, Handler: h.merchantRestart},
		{Method: http.MethodPost, Path: "/api/v1/interface/calls", Name: "interface.api.ask", Duties: market, Handler: h.apiAsk},
	}
}

const pageSize = 50

// FailedCall is a call as the pages show it.
type FailedCall struct {
	ID, Merchant, Line, Instance string
	Scene                        string // key
	Pill                         web.Pill
	Code                         string // as the seller gave it
	CodeKey                      string // its words; empty: there are none
	Message                      string
	Made                         int
	Due, Since                   string
	Restart                      bool // a person may start it again
	Wrong                        bool // this one was refused just now
}

func tone(s State) web.Tone {
	switch s {
	case Succeeded:
		return web.OK
	case Failed:
		return web.Warn
	case Exhausted:
		return web.Bad
	case Waiting:
		return web.Info
	}
	return web.Still
}

func shown(c *Call) FailedCall {
	f := FailedCall{
		ID: c.ID, Merchant: c.Merchant, Line: c.Line, Instance: c.Order.Instance, Scene: "if.scene." + string(c.Order.Scene),
		Pill: web.Pill{Tone: tone(c.State), Key: "if.state." + string(c.State)}, Code: string(c.Code), Message: c.Message, Made: c.Made,
		Since: web.Instant(c.StartedAt, "UTC"), Restart: c.State == Exhausted && !c.Refunded,
	}
	if c.Code.Known() {
		f.CodeKey = "if.code." + f.Code
	}
	if c.State == Exhausted && c.Refunded {
		f.Pill.Key = "if.state.refunded"
	}
	if c.DueAt != nil && c.State.Open() {
		f.Due = web.Instant(*c.DueAt, "UTC")
	}
	return f
}

// refused is a form that was sent back, with why.
type refused struct {
	merchant, call, reason string
	faults                 fault.Faults
}

// OperationsPage lists what failed and what waits, by merchant.
type OperationsPage struct {
	Merchant string
	Calls    []FailedCall
	Act      bool
	Path     string // where a restart is sent
	Reason   string
	Faults   fault.Faults
	Pager    web.Pager
}

var sampleCalls = []FailedCall{
	{ID: "create/L", Merchant: "M1", Line: "L", Scene: "if.scene.create", Pill: web.Pill{Tone: web.Bad, Key: "if.state.exhausted"}, Code: "000005", CodeKey: "if.code.000005", Made: 4, Restart: true},
	{ID: "renewal/L", Merchant: "M1", Scene: "if.scene.renewal", Instance: "i", Pill: web.Pill{Tone: web.Info, Key: "if.state.waiting"}, Code: "7", Message: "x", Due: "2026-11-26", Restart: true, Wrong: true},
}

var operationsPage = web.NewPage("interface/operations.html", OperationsPage{Merchant: "M1", Act: true, Calls: sampleCalls, Reason: "x", Faults: fault.Faults{fault.New(fault.Invalid, "PROV-REASON", "reason")}})

func (h *HTTP) operations(c echo.Context) error { return h.showOperations(c, refused{}) }

func (h *HTTP) showOperations(c echo.Context, bad refused) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	p := OperationsPage{Merchant: strings.TrimSpace(c.QueryParam("merchant")), Act: u.Has(web.Operations), Path: "/operations/interface/restart", Reason: bad.reason, Faults: bad.faults}
	pages := web.PagingOf(c, pageSize)
	err := h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) error {
		list, err := Calls(ctx, tx, CallQuery{Merchant: p.Merchant, States: []State{Failed, Exhausted, Waiting}, Limit: pages.Limit(), Offset: pages.Offset()})
		p.Pager = pages.Pager(len(list))
		p.Calls = showCalls(list, bad)
		return err
	})
	if err != nil {
		return err
	}
	return operationsPage.Render(c, head("if.operations.title", bad.faults), p)
}

func showCalls(list []Call, bad refused) []FailedCall {
	var out []FailedCall
	for k := range list[:min(len(list), pageSize)] {
		f := shown(&list[k])
		f.Wrong = len(bad.faults) > 0 && bad.merchant == f.Merchant && bad.call == f.ID
		out = append(out, f)
	}
	return out
}

func head(title string, fs fault.Faults) web.Head {
	x := web.Head{Title: title}
	if len(fs) > 0 {
		x.Status = web.Status(fs)
	}
	return x
}

// MerchantPage is a merchant's own interface and its calls.
type MerchantPage struct {
	Interfaces []Interface
	Calls      []FailedCall
	Failures   int // orders failed by interface this calendar month
	Most       int
	Path       string
	Reason     string
	Faults     fault.Faults
	Form       Interface
	Deliveries []web.Option
	Versions   []web.Option
	Plain      bool // keys are stored as they are
	Pager      web.Pager
}

// Month is how the failures of the month stand to the bound above which a product is delisted.
func (p MerchantPage) Month() web.Pill {
	switch {
	case p.Failures > p.Most:
		return web.Pill{Tone: web.Bad, Key: "if.month.above"}
	case p.Failures > 0:
		return web.Pill{Tone: web.Warn, Key: "if.month.some"}
	}
	return web.Pill{Tone: web.OK, Key: "if.month.none"}
}

// Version is what the form shows chosen.
func (p MerchantPage) Version() string { return string(p.Form.Version) }

// Delivery is as Version.
func (p MerchantPage) Delivery() string { return string(p.Form.Delivery) }

// KeyHint says how a key is kept here.
func (p MerchantPage) KeyHint() string {
	if p.Plain {
		return "if.key.hint.plain"
	}
	return "if.key.hint"
}

var merchantPage = web.NewPage("interface/merchant.html", MerchantPage{
	Interfaces: []Interface{{Product: "P1", Delivery: SaaS, Address: "https://a.example", Version: V2, HasKey: true, Acceptance: true}, {Delivery: Licence, Version: V1}},
	Calls:      sampleCalls, Failures: 6, Most: DelistAfter, Plain: true, Reason: "x",
	Faults: fault.Faults{fault.New(fault.Invalid, "PROV-VERSION", "version")},
})

func (h *HTTP) merchant(c echo.Context) error { return h.showMerchant(c, Interface{}, refused{}) }

func (h *HTTP) showMerchant(c echo.Context, form Interface, bad refused) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	p := MerchantPage{Most: DelistAfter, Path: "/merchant/interface/restart", Reason: bad.reason, Faults: bad.faults, Form: form, Plain: !h.svc.Lock.Set()}
	for _, d := range Deliveries {
		p.Deliveries = append(p.Deliveries, web.Option{Value: string(d), Text: web.Text(c, "if.delivery."+string(d))})
	}
	p.Versions = []web.Option{{Value: string(V2), Text: string(V2)}, {Value: string(V1), Text: string(V1)}}
	pages := web.PagingOf(c, pageSize)
	err := h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) error {
		var err error
		if p.Interfaces, err = h.svc.Interfaces(ctx, tx, u.Merchant); err != nil {
			return err
		}
		month := period.MonthOf(tx.Now, time.UTC)
		if p.Failures, err = h.svc.FailedOrders(ctx, tx, u.Merchant, "", month.Start(time.UTC), month.End(time.UTC)); err != nil {
			return err
		}
		list, err := Calls(ctx, tx, CallQuery{Merchant: u.Merchant, Limit: pages.Limit(), Offset: pages.Offset()})
		p.Pager = pages.Pager(len(list))
		p.Calls = showCalls(list, bad)
		return err
	})
	if err != nil {
		return err
	}
	return merchantPage.Render(c, head("if.merchant.title", bad.faults), p)
}

// formOf reads the merchant's form: an interface of the merchant who sends it.
func formOf(c echo.Context) Interface {
	return Interface{
		Merchant: web.UserOf(c).Merchant, Product: strings.TrimSpace(c.FormValue("product")), Delivery: Delivery(c.FormValue("delivery")),
		Address: strings.TrimSpace(c.FormValue("address")), Version: Version(c.FormValue("version")), Acceptance: c.FormValue("acceptance") != "",
	}
}

func (h *HTTP) configure(c echo.Context) error {
	i, ctx := formOf(c), c.Request().Context()
	demo, _, err := h.db.Demo(ctx)
	if err != nil {
		return err
	}
	err = h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error {
		return h.svc.Configure(ctx, tx, i, strings.TrimSpace(c.FormValue("key")), demo)
	})
	if fs := fault.All(err); len(fs) > 0 && fs[0].Kind == fault.Invalid {
		return h.showMerchant(c, i, refused{faults: fs})
	}
	if err != nil {
		return err
	}
	web.Flash(c, web.OK, "if.done.set")
	return c.Redirect(http.StatusSeeOther, "/merchant/interface")
}

func (h *HTTP) erase(c echo.Context) error {
	ctx := c.Request().Context()
	if err := h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return h.svc.Erase(ctx, tx, formOf(c)) }); err != nil {
		return err
	}
	web.Flash(c, web.OK, "if.done.erased")
	return c.Redirect(http.StatusSeeOther, "/merchant/interface")
}

func (h *HTTP) operationsRestart(c echo.Context) error {
	return h.restart(c, strings.TrimSpace(c.FormValue("merchant")), "/operations/interface", func(bad refused) error { return h.showOperations(c, bad) })
}

func (h *HTTP) merchantRestart(c echo.Context) error {
	return h.restart(c, web.UserOf(c).Merchant, "/merchant/interface", func(bad refused) error { return h.showMerchant(c, Interface{}, bad) })
}

func (h *HTTP) restart(c echo.Context, merchant, back string, again func(refused) error) error {
	ctx, call, reason := c.Request().Context(), c.FormValue("call"), c.FormValue("reason")
	err := h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return h.svc.Restart(ctx, tx, merchant, call, reason) })
	if fs := fault.All(err); len(fs) > 0 && (fs[0].Kind == fault.Invalid || fs[0].Kind == fault.Conflict) {
		return again(refused{merchant, call, reason, fs})
	}
	if err != nil {
		return err
	}
	web.Flash(c, web.OK, "if.done.restarted", "call", call)
	return c.Redirect(http.StatusSeeOther, back)
}

// askBody is what the marketplace sends to have a seller called.
type askBody struct {
	ID       string `json:"id"`
	Merchant string `json:"merchantId"`
	Scene    Scene  `json:"scene"`
	Instance string `json:"instanceId"`
	OrderID  string `json:"orderId"`
	LineID   string `json:"orderLineId"`
	Product  string `json:"productId"`
	Expire   string `json:"expireTime"`
}

// apiAsk asks for a call. 201 where it is new, 200 where it stands.
func (h *HTTP) apiAsk(c echo.Context) error {
	var b askBody
	if err := web.Bind(c, &b); err != nil {
		return err
	}
	ctx := c.Request().Context()
	var call *Call
	var now time.Time
	err := h.db.InTx(ctx, pg.Actor{Role: pg.Batch, User: web.UserOf(c).ID}, func(tx *pg.Tx) (err error) {
		now = tx.Now
		call, err = h.svc.Ask(ctx, tx, b.Merchant, b.ID, Order{Scene: b.Scene, OrderID: b.OrderID, LineID: b.LineID, Product: b.Product, Instance: b.Instance, Expire: b.Expire})
		return err
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if call.Made == 0 && call.StartedAt.Equal(now) {
		status = http.StatusCreated
	}
	return c.JSON(status, map[string]any{"call": call.ID, "state": call.State, "code": call.Code, "made": call.Made})
}
