package settlement

import (
	"context"
	"net/http"
	"slices"
	"sort"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
)

// MerchantHTTP is the merchant's side of the month: what waits for it, its bills, and why a line is on none.
type MerchantHTTP struct {
	db  *pg.DB
	svc *Service
}

// NewMerchantHTTP makes the pages on a database.
func NewMerchantHTTP(db *pg.DB, svc *Service) *MerchantHTTP { return &MerchantHTTP{db: db, svc: svc} }

// Routes are the merchant's pages and API.
func (h *MerchantHTTP) Routes() []web.Route {
	who := []web.Duty{web.Merchant}
	get := func(path, name, nav string, f echo.HandlerFunc) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Name: name, Duties: who, Handler: f, Nav: nav}
	}
	return []web.Route{
		get("/home", "merchant.home", "nav.home", h.home),
		get("/bills", "merchant.bills", "m.nav.bills", h.bills),
		get("/bills/:no", "merchant.bill", "", h.bill),
		get("/why", "merchant.why", "m.nav.why", h.why),
		get("/api/v1/bills", "merchant.api.bills", "", h.apiBills),
		get("/api/v1/bills/:no", "merchant.api.bill", "", h.apiBill),
		get("/api/v1/why/:id", "merchant.api.why", "", h.apiWhy),
	}
}

func (h *MerchantHTTP) read(c echo.Context, fn func(ctx context.Context, tx *pg.Tx, merchant string) error) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	return h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) error { return fn(ctx, tx, u.Merchant) })
}

// MyHomePage is what waits for the merchant, and what is on its way.
type MyHomePage struct {
	Waiting web.Table
	Mine    int // lists that wait for the merchant
	Moving  web.Table
	Runs    web.Table
	Held    []MyHeld
	Lines   int // lines on no bill
	Bills   web.Table
}

// MyHeld is how many lines a reason keeps back.
type MyHeld struct {
	Code  string
	Lines int
}

// Key is the reason's words.
func (h MyHeld) Key() string { return whyKey(h.Code) }

var myHomePage = web.NewPage("merchant/home.html", MyHomePage{Mine: 1, Lines: 2, Held: []MyHeld{{"NOT_CERTIFIED", 2}}, Waiting: invoicing.ListTable(nil), Runs: runsTable(nil)})

func (h *MerchantHTTP) home(c echo.Context) error {
	var p MyHomePage
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := h.svc.Invoicing.Overview(ctx, tx, dir, invoicing.Filter{Merchant: merchant, Limit: 60})
		if err != nil {
			return err
		}
		p.lists(rows)
		ran, runs, err := h.runs(ctx, tx, dir, merchant)
		if err != nil {
			return err
		}
		p.Runs = runsTable(runs)
		held, err := heldNow(ctx, tx, ran)
		if err != nil {
			return err
		}
		p.Lines, p.Held = len(held), countMyHeld(held)
		bills, err := h.svc.Bills(ctx, tx, BillFilter{Merchant: merchant, Limit: 5})
		p.Bills = billsTable(c, bills, "m.bills.none")
		return err
	})
	if err != nil {
		return err
	}
	return myHomePage.Render(c, web.Head{Title: "m.home.title"}, p)
}

// lists parts what waits for the merchant from what others have in hand. What is paid or withdrawn is no news.
func (p *MyHomePage) lists(rows []invoicing.Row) {
	var mine, moving []invoicing.Row
	for _, r := range rows {
		switch {
		case r.Stands.Waits():
			mine = append(mine, r)
		case r.Stands == invoicing.StandsLate || r.Stands == invoicing.StandsAccepted:
			moving = append(moving, r)
		}
	}
	sort.SliceStable(mine, func(a, b int) bool { return mine[a].Deadline.Last.Before(mine[b].Deadline.Last) })
	p.Mine = len(mine)
	p.Waiting, p.Moving = invoicing.ListTable(mine), invoicing.ListTable(moving)
	p.Waiting.Empty = "m.home.nothing"
}

// nextRun is when an entity's next month is run.
type nextRun struct {
	entity, name string
	month        period.Month
	day          period.Day
	zone         string
	note         string
}

// runs gives the last run month of every entity, and the next runs of those the merchant sells through.
func (h *MerchantHTTP) runs(ctx context.Context, tx *pg.Tx, dir *entities.Directory, merchant string) (map[string]period.Month, []nextRun, error) {
	ran, err := selectRan(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	certs, err := entities.Certifications(ctx, tx, []string{merchant})
	if err != nil {
		return nil, nil, err
	}
	last := map[string]period.Month{}
	for e, months := range ran {
		for m := range months {
			if m.After(last[e]) {
				last[e] = m
			}
		}
	}
	var out []nextRun
	for _, e := range dir.Entities() {
		if _, ok := entities.CertifiedAt(certs, e.Code, tx.Now); !ok {
			continue
		}
		zone := dir.Zone(e.Code)
		m := period.MonthOf(tx.Now, zone).Add(-1)
		for ran[e.Code][m] {
			m = m.Next()
		}
		day, basis := dir.RunDay(e.Code, m)
		note := ""
		if basis.WeekendsOnly() {
			note = "m.run.weekends"
		}
		out = append(out, nextRun{e.Code, e.Name, m, day, zone.String(), note})
	}
	return last, out, nil
}

func runsTable(runs []nextRun) web.Table {
	t := web.Table{Empty: "m.run.none", Columns: []web.Column{{Key: "m.run.entity"}, {Key: "m.run.month"}, {Key: "m.run.day"}}}
	for _, r := range runs {
		t.Rows = append(t.Rows, []web.Cell{{Text: r.name, Note: r.entity}, {Text: r.month.String()}, {Text: r.day.String(), Note: r.zone}})
	}
	return t
}

// heldNow lists the merchant's lines that the last run of each entity left off its bills; closed ones are no longer waited for.
func heldNow(ctx context.Context, tx *pg.Tx, last map[string]period.Month) ([]Held, error) {
	var out []Held
	codes := make([]string, 0, len(last))
	for e := range last {
		codes = append(codes, e)
	}
	slices.Sort(codes)
	for _, e := range codes {
		err := HeldLines(ctx, tx, e, last[e], func(x Held) error {
			if !x.Closed {
				out = append(out, x)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func countMyHeld(held []Held) []MyHeld {
	n := map[string]int{}
	for _, x := range held {
		for _, r := range x.Reasons {
			n[r.Code]++
		}
	}
	out := make([]MyHeld, 0, len(n))
	for code, lines := range n {
		out = append(out, MyHeld{code, lines})
	}
	sort.Slice(out, func(a, b int) bool {
		return out[a].Lines > out[b].Lines || (out[a].Lines == out[b].Lines && out[a].Code < out[b].Code)
	})
	return out
}

// oneBill reads a bill of the merchant who asks; another's is not there.
func (h *MerchantHTTP) oneBill(ctx context.Context, tx *pg.Tx, merchant, no string) (Bill, error) {
	bills, err := h.svc.Bills(ctx, tx, BillFilter{Merchant: merchant, No: no, Limit: 1})
	if err == nil && len(bills) == 0 {
		err = fault.New(fault.NotFound, "BILL-UNKNOWN", "bill", fault.Args{"bill": no})
	}
	if err != nil {
		return Bill{}, err
	}
	return bills[0], nil
}
