package usage

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// Page shows records with what became of them: a seller its own, operations those of any merchant.
type Page struct {
	Merchant string // what operations ask for
	Instance string
	State    string
	All      bool // of operations
	Choices  []web.Option
	Table    web.Table
	Pager    web.Pager
	Export   string
	Secret   string // a key that was just made: shown once
	Faults   fault.Faults
}

var page = web.NewPage("usage/records.html", Page{All: true, Table: table(nil)}, Page{Secret: "s", Table: table(nil)})

const (
	pageSize   = 50
	exportMost = 100_000
)

func table(cols []web.Column) web.Table { return web.Table{Empty: "usage.none", Columns: cols} }

func (h *HTTP) mine(c echo.Context) error { return h.show(c, web.UserOf(c).Merchant, false, "") }
func (h *HTTP) all(c echo.Context) error  { return h.show(c, c.QueryParam("merchant"), true, "") }

func (h *HTTP) makeKey(c echo.Context) error {
	var secret string
	u, ctx := web.UserOf(c), c.Request().Context()
	err := h.db.InTx(ctx, pg.Actor{Role: pg.Batch, User: u.ID}, func(tx *pg.Tx) (err error) {
		secret, err = h.svc.MakeKey(ctx, tx, u.Merchant)
		return err
	})
	if err != nil {
		return err
	}
	return h.show(c, u.Merchant, false, secret)
}

func (h *HTTP) eraseKey(c echo.Context) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	if err := h.db.InTx(ctx, pg.Actor{Role: pg.Batch, User: u.ID}, func(tx *pg.Tx) error { return h.svc.EraseKey(ctx, tx, u.Merchant) }); err != nil {
		return err
	}
	web.Flash(c, web.OK, "usage.key.erased")
	return c.Redirect(http.StatusSeeOther, "/merchant/usage")
}

// asked reads the filter of a request.
func asked(c echo.Context, merchant string) (Filter, error) {
	f := Filter{Merchant: merchant, Instance: c.QueryParam("instance"), State: State(c.QueryParam("state"))}
	if f.State != "" && !slices.Contains(filtered, f.State) {
		return Filter{Merchant: merchant}, fault.New(fault.Invalid, "USG-FILTER", "state", fault.Args{"got": string(f.State)})
	}
	return f, nil
}

// filtered are the states that can be asked for. That a line is billed is settlement's to know, row by row.
var filtered = []State{IsAbnormal, IsAccepted, IsWaiting, IsCollected, IsCharged}

func (h *HTTP) show(c echo.Context, merchant string, all bool, secret string) error {
	p := Page{Merchant: merchant, Instance: c.QueryParam("instance"), State: c.QueryParam("state"), All: all, Secret: secret}
	f, err := asked(c, merchant)
	p.Faults = fault.All(err)
	paging := web.PagingOf(c, pageSize)
	f.Limit, f.Offset = paging.Limit(), paging.Offset()
	fates, err := h.fates(c, f)
	if err != nil {
		return err
	}
	for _, s := range filtered {
		p.Choices = append(p.Choices, web.Option{Value: string(s), Text: web.Text(c, "usage.state."+string(s))})
	}
	p.Pager = paging.Pager(len(fates))
	p.Table = fatesTable(c, fates[:min(len(fates), pageSize)], all)
	p.Export = c.Request().URL.Path + "/export?" + c.QueryString()
	if secret != "" {
		p.Export = "/merchant/usage/export"
		c.Response().Header().Set("Cache-Control", "no-store")
	}
	title := "usage.title"
	if all {
		title = "usage.title.all"
	}
	return page.Render(c, web.Head{Title: title}, p)
}

func (h *HTTP) fates(c echo.Context, f Filter) ([]Fate, error) {
	var out []Fate
	ctx := c.Request().Context()
	err := h.db.ReadTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) (err error) {
		out, err = h.svc.Fates(ctx, tx, f)
		return err
	})
	return out, err
}

// Fates tells what became of records: abnormal ones first, newest first, then the others by instance, latest usage first.
func (svc *Service) Fates(ctx context.Context, tx *pg.Tx, f Filter) ([]Fate, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	var codes, zones []string
	for _, e := range dir.Entities() {
		codes, zones = append(codes, e.Code), append(zones, dir.Zone(e.Code).String())
	}
	var out []Fate
	lines := map[string][]string{}
	err = selectFates(ctx, tx, f, codes, zones, func(x Fate) error {
		out = append(out, x)
		if x.Line != "" {
			lines[x.Merchant] = append(lines[x.Merchant], x.Line)
		}
		return nil
	})
	if err != nil || svc.Billed == nil {
		return out, err
	}
	for m, ids := range lines {
		slices.Sort(ids)
		billed, err := svc.Billed(ctx, tx, m, slices.Compact(ids))
		if err != nil {
			return nil, err
		}
		for i := range out {
			if out[i].Merchant == m {
				out[i].after(billed)
			}
		}
	}
	return out, nil
}

var tones = map[State]web.Tone{IsAbnormal: web.Bad, IsAccepted: web.Warn, IsWaiting: web.Info, IsCollected: web.Info, IsCharged: web.OK, IsBilled: web.OK}

func fatesTable(c echo.Context, fates []Fate, all bool) web.Table {
	cols := []web.Column{{Key: "usage.col.sn"}, {Key: "usage.col.instance"}, {Key: "usage.col.window"}, {Key: "usage.col.value", Number: true}, {Key: "usage.col.state"}, {Key: "usage.col.what"}}
	if all {
		cols = append(cols, web.Column{Key: "usage.col.merchant"})
	}
	t := table(cols)
	for _, f := range fates {
		window := web.Cell{Text: f.Window}
		if !f.Begin.IsZero() {
			window = web.Cell{Text: f.Begin.Format(time.DateTime), Note: "– " + f.End.Format(time.DateTime) + " UTC"}
		}
		sn := web.Cell{Text: f.SN, Note: f.Package}
		if f.SN == "" {
			sn.Text = "—"
		}
		row := []web.Cell{sn, {Text: f.Instance}, window, {Text: f.Value}, {Pill: web.Pill{Tone: tones[f.State], Key: "usage.state." + string(f.State)}, Note: f.Code}, what(c, f)}
		if all {
			row = append(row, web.Cell{Text: f.Merchant})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// what says in the reader's words what became of a record, or what to do.
func what(c echo.Context, f Fate) web.Cell {
	switch f.State {
	case IsAbnormal:
		cell := web.Cell{Text: codeText(f.Code, f.Why, web.LangOf(c)), Note: f.Recorded.Format(time.DateTime) + " UTC"}
		if f.Excess.IsPositive() {
			cell.Note = web.Text(c, "usage.excess", "n", money.Exact(f.Excess))
		}
		return cell
	case IsAccepted:
		return web.Cell{Text: web.Text(c, "usage.norating")}
	case IsWaiting:
		if f.CollectAt.IsZero() {
			return web.Cell{Text: web.Text(c, "usage.byrun")}
		}
		return web.Cell{Text: web.Text(c, "usage.due", "at", web.Instant(f.CollectAt, "UTC"))}
	}
	cell := web.Cell{Text: f.Line}
	if !f.CollectAt.IsZero() {
		cell.Note = web.Text(c, "usage.taken", "at", web.Instant(f.CollectAt, "UTC"))
	}
	if f.Line == "" {
		cell = web.Cell{Text: cell.Note}
	}
	return cell
}

func (h *HTTP) mineCSV(c echo.Context) error { return h.export(c, web.UserOf(c).Merchant) }
func (h *HTTP) allCSV(c echo.Context) error  { return h.export(c, c.QueryParam("merchant")) }

// export gives the asked records as CSV, at most a hundred thousand: ask by instance for more.
func (h *HTTP) export(c echo.Context, merchant string) error {
	f, err := asked(c, merchant)
	if err != nil {
		return err
	}
	f.Limit = exportMost
	fates, err := h.fates(c, f)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	cols := make([]doc.Column, 0, 11)
	for _, k := range []string{"merchant", "sn", "instance", "begin", "end", "value", "package", "state", "code", "what", "collected", "line"} {
		cols = append(cols, doc.Column{Title: web.Text(c, "usage.col."+k)})
	}
	w := doc.NewCSV(&b, cols, doc.WithBOM())
	for _, f := range fates {
		what := ""
		if f.State == IsAbnormal {
			what = codeText(f.Code, f.Why, web.LangOf(c))
		}
		begin, end := stamp(f.Begin), stamp(f.End)
		if f.Window != "" {
			begin, end, _ = strings.Cut(f.Window, " – ")
		}
		if err := w.Row(f.Merchant, f.SN, f.Instance, begin, end, f.Value, f.Package, web.Text(c, "usage.state."+string(f.State)), f.Code, what, stamp(f.CollectAt), f.Line); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="usage.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
