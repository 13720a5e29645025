package settlement

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
)

// HTTP has the pages on which finance reviews, approves, pays and closes a month.
type HTTP struct {
	db       *pg.DB
	svc      *Service
	drawings []invoicing.Drawing
}

// NewHTTP gives the pages of the month. The service needs its invoicing; drawings are the forms in which a list can be taken along.
func NewHTTP(db *pg.DB, svc *Service, drawings ...invoicing.Drawing) *HTTP {
	return &HTTP{db: db, svc: svc, drawings: drawings}
}

var (
	lookers   = []web.Duty{web.FinanceReview, web.FinancePay, web.Operations, web.Auditor}
	reviewers = []web.Duty{web.FinanceReview}
	payers    = []web.Duty{web.FinancePay}
	deciders  = []web.Duty{web.FinanceReview, web.FinancePay, web.Operations} // which of them a fault asks for is a setting
	lockers   = []web.Duty{web.FinanceReview, web.FinancePay}                 // two of them: who closes the books may come from either side
)

// Times and sizes of what may concern a whole month's bills at once.
const (
	bulkTime = 5 * time.Minute
	bulkBody = 4 << 20
	heldTime = 2 * time.Minute
)

// Routes lists finance's pages. Operations and auditors look; who reviews cannot pay, and the other way round.
func (h *HTTP) Routes() []web.Route {
	const get, post = http.MethodGet, http.MethodPost
	out := []web.Route{
		{Method: get, Path: "/finance", Name: "finance.month", Duties: lookers, Handler: h.month, Nav: "finance.nav"},
		{Method: get, Path: "/finance/bills", Name: "finance.bills", Duties: lookers, Handler: h.bills},
		{Method: post, Path: "/finance/bills/confirm", Name: "finance.bills.confirm", Duties: reviewers, Handler: h.confirmBills, Timeout: bulkTime, BodyLimit: bulkBody},
		{Method: post, Path: "/finance/bills/do", Name: "finance.bills.do", Duties: reviewers, Handler: h.doBills, Timeout: bulkTime, BodyLimit: bulkBody},
		{Method: get, Path: "/finance/bills/:merchant/:no", Name: "finance.bill", Duties: lookers, Handler: h.bill},
		{Method: get, Path: "/finance/requisitions", Name: "finance.requisitions", Duties: lookers, Handler: h.requisitions},
		{Method: post, Path: "/finance/requisitions/confirm", Name: "finance.requisitions.confirm", Duties: []web.Duty{web.FinanceReview, web.FinancePay}, Handler: h.confirmRequisitions, Timeout: bulkTime, BodyLimit: bulkBody},
		{Method: post, Path: "/finance/requisitions/approve", Name: "finance.requisitions.approve", Duties: reviewers, Handler: h.approveRequisitions, Timeout: bulkTime, BodyLimit: bulkBody},
		{Method: post, Path: "/finance/requisitions/pay", Name: "finance.requisitions.pay", Duties: payers, Handler: h.payRequisitions, Timeout: bulkTime, BodyLimit: bulkBody},
		{Method: get, Path: "/finance/requisitions/:merchant/:no", Name: "finance.requisition", Duties: lookers, Handler: h.requisition},
		{Method: post, Path: "/finance/requisitions/:merchant/:no/bank", Name: "finance.requisition.bank", Duties: payers, Handler: h.bankLine},
		{Method: post, Path: "/finance/requisitions/:merchant/:no/return", Name: "finance.requisition.return", Duties: payers, Handler: h.returnPayment},
		{Method: post, Path: "/finance/requisitions/:merchant/:no/revoke", Name: "finance.requisition.revoke", Duties: reviewers, Handler: h.proposeRevocation},
		{Method: post, Path: "/finance/requisitions/:merchant/:no/revoke/confirm", Name: "finance.requisition.revoke.confirm", Duties: reviewers, Handler: h.confirmRevocation},
		{Method: post, Path: "/finance/requisitions/:merchant/:no/revoke/drop", Name: "finance.requisition.revoke.drop", Duties: reviewers, Handler: h.dropRevocation},
		{Method: get, Path: "/finance/files/:merchant/:sha", Name: "finance.file", Duties: lookers, Handler: h.file},
		{Method: get, Path: "/finance/late", Name: "finance.late", Duties: lookers, Handler: h.late},
		{Method: post, Path: "/finance/late/:merchant/:no/:submission", Name: "finance.late.decide", Duties: reviewers, Handler: h.decideLate},
		{Method: get, Path: "/finance/answers", Name: "finance.answers", Duties: lookers, Handler: h.answers},
		{Method: post, Path: "/finance/answers", Name: "finance.answers.give", Duties: reviewers, Handler: h.giveAnswer},
		{Method: post, Path: "/finance/answers/cancellation", Name: "finance.answers.cancellation", Duties: reviewers, Handler: h.noteCancellation},
		{Method: get, Path: "/finance/exceptions", Name: "finance.exceptions", Duties: lookers, Handler: h.exceptions},
		{Method: post, Path: "/finance/exceptions", Name: "finance.exceptions.decide", Duties: deciders, Handler: h.decideExceptions, Timeout: bulkTime, BodyLimit: bulkBody},
		{Method: post, Path: "/finance/exceptions/undo", Name: "finance.exceptions.undo", Duties: deciders, Handler: h.undoExceptions, Timeout: bulkTime, BodyLimit: bulkBody},
		{Method: get, Path: "/finance/held", Name: "finance.held", Duties: lookers, Handler: h.held, Timeout: heldTime},
		{Method: get, Path: "/finance/why", Name: "finance.why", Duties: lookers, Handler: h.why, Timeout: heldTime},
		{Method: get, Path: "/finance/net", Name: "finance.net", Duties: lookers, Handler: h.net, Timeout: heldTime},
		{Method: get, Path: "/finance/lock", Name: "finance.lock", Duties: lookers, Handler: h.locks},
		{Method: post, Path: "/finance/lock", Name: "finance.lock.propose", Duties: lockers, Handler: h.proposeLock},
		{Method: post, Path: "/finance/lock/confirm", Name: "finance.lock.confirm", Duties: lockers, Handler: h.confirmLock},
		{Method: post, Path: "/finance/lock/drop", Name: "finance.lock.drop", Duties: lockers, Handler: h.dropLock},
		{Method: post, Path: "/finance/net", Name: "finance.net.post", Duties: payers, Handler: h.postNet, Timeout: heldTime},
	}
	for _, d := range h.drawings {
		out = append(out, web.Route{Method: get, Path: "/finance/requisitions/:merchant/:no/list." + d.Ext, Name: "finance.list." + d.Ext, Duties: lookers, Handler: h.drawn(d)})
	}
	return out
}

// desk is what every page of finance is written with: people's names, the entities, and the instant.
type desk struct {
	c     echo.Context
	names map[string]string
	dir   *entities.Directory
	now   time.Time
}

// look reads what a page shows, all of it as of one instant.
func (h *HTTP) look(c echo.Context, fn func(ctx context.Context, tx *pg.Tx, d *desk) error) error {
	ctx := c.Request().Context()
	return h.db.ReadTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error {
		d := &desk{c: c, now: tx.Now}
		var err error
		if d.names, err = auth.Names(ctx, tx); err != nil {
			return err
		}
		if d.dir, err = entities.Load(ctx, tx); err != nil {
			return err
		}
		return fn(ctx, tx, d)
	})
}

// change does a verb in the name of the one who sends the request.
func (h *HTTP) change(c echo.Context, fn func(ctx context.Context, tx *pg.Tx) error) error {
	ctx := c.Request().Context()
	return h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error { return fn(ctx, tx) })
}

// who writes the person behind an id; a program or an id nobody has is shown as it is.
func (d *desk) who(id string) string {
	if n := d.names[id]; n != "" {
		return n
	}
	return id
}

func (d *desk) t(key string, pairs ...any) string { return web.Text(d.c, key, pairs...) }

// instant writes a time in an entity's zone.
func (d *desk) instant(entity string, t time.Time) string {
	return web.Instant(t, d.dir.Zone(entity).String())
}

func (d *desk) entityName(code string) string {
	e, _ := d.dir.EntityAt(code, d.now)
	if e.Name == "" {
		return e.NameZH
	}
	return e.Name
}

// entityOptions lists the entities for a select.
func (d *desk) entityOptions() []web.Option {
	var out []web.Option
	for _, e := range d.dir.Entities() {
		out = append(out, web.Option{Value: e.Code, Text: e.Code + " · " + d.entityName(e.Code)})
	}
	return out
}

// askedMonth is ?month= or the month that was completed last.
func (d *desk) askedMonth() period.Month {
	if m, err := period.ParseMonth(d.c.QueryParam("month")); err == nil {
		return m
	}
	return period.MonthOf(d.now, time.UTC).Add(-1)
}

// monthsBack is how many months the picker offers.
const monthsBack = 24

// MonthPicker is how a page goes to another month: by neighbours, or by a list.
type MonthPicker struct {
	Month      string
	Prev, Next string // months; empty: none
	Options    []web.Option
}

func (d *desk) picker(m period.Month) MonthPicker {
	this := period.MonthOf(d.now, time.UTC)
	p := MonthPicker{Month: m.String(), Prev: m.Add(-1).String()}
	if m.Before(this) {
		p.Next = m.Next().String()
	}
	last := this
	if m.After(this) {
		last = m
	}
	known := false
	for i := range monthsBack {
		o := last.Add(-i)
		known = known || o == m
		p.Options = append(p.Options, web.Option{Value: o.String(), Text: o.String()})
	}
	if !known {
		p.Options = append(p.Options, web.Option{Value: m.String(), Text: m.String()})
	}
	return p
}

// merchantNames finds the names of merchants on a page.
func merchantNames(ctx context.Context, tx *pg.Tx, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	list, err := entities.Merchants(ctx, tx, ids)
	for _, m := range list {
		out[m.ID] = m.Name
	}
	return out, err
}

// address joins a path and a query, blank values left out.
func address(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func billAddress(merchant, no string) string {
	return "/finance/bills/" + url.PathEscape(merchant) + "/" + url.PathEscape(no)
}

func requisitionAddress(merchant, no string) string {
	return "/finance/requisitions/" + url.PathEscape(merchant) + "/" + url.PathEscape(no)
}

// joinedFaults gives the faults of an error, to be shown on the page that was sent; anything else is not for a page.
func joinedFaults(err error) (fault.Faults, error) {
	fs := fault.All(err)
	if len(fs) == 0 {
		return nil, err
	}
	return fs, nil
}

func crumbs(c echo.Context, pairs ...string) []web.Crumb {
	out := []web.Crumb{{Text: web.Text(c, "finance.nav"), Href: "/finance"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, web.Crumb{Text: pairs[i], Href: pairs[i+1]})
	}
	return out
}

func trimmed(c echo.Context, name string) string { return strings.TrimSpace(c.FormValue(name)) }
