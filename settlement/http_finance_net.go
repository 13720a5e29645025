package settlement

import (
	"context"
	"net/http"
	"sort"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// NetCurrency is one currency's part of a netting.
type NetCurrency struct {
	Currency  string
	Posted    bool
	CanPost   bool
	Positions web.Table
	Nets      web.Table
	Transfers web.Table
	Gross     web.Table
	Waiting   web.Table
}

// NetPage is what the entities owe each other at a month's end, currency by currency.
type NetPage struct {
	Picker     MonthPicker
	Currencies []NetCurrency
	Faults     fault.Faults
}

var netPage = web.NewPage("finance/net.html", NetPage{Currencies: []NetCurrency{{Currency: "USD", CanPost: true}, {Currency: "EUR", Posted: true}}})

func (h *HTTP) net(c echo.Context) error { return h.showNet(c, nil) }

func (h *HTTP) showNet(c echo.Context, fs fault.Faults) error {
	p := NetPage{Faults: fs}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		m := d.askedMonth()
		if v, err := period.ParseMonth(c.FormValue("month")); err == nil {
			m = v
		}
		p.Picker = d.picker(m)
		n, err := h.svc.Net(ctx, tx, m)
		p.Currencies = d.netCurrencies(n)
		return err
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "finance.net.title", Pairs: []any{"month", p.Picker.Month}, Crumbs: crumbs(c, web.Text(c, "finance.net.tab"), "")}
	if len(fs) > 0 {
		head.Status = web.Status(fs)
	}
	return netPage.Render(c, head, p)
}

func (d *desk) netCurrencies(n Netting) []NetCurrency {
	by := map[money.Currency]*NetCurrency{}
	at := func(c money.Currency) *NetCurrency {
		if by[c] == nil {
			pair := []web.Column{{Key: "finance.net.owes"}, {Key: "finance.net.owed"}, {Key: "finance.amount", Number: true}}
			by[c] = &NetCurrency{
				Currency: string(c), Posted: n.Posted[c], Positions: web.Table{Columns: pair}, Waiting: web.Table{Columns: pair}, Transfers: web.Table{Columns: pair}, Gross: web.Table{Columns: pair},
				Nets: web.Table{Columns: []web.Column{{Key: "finance.entity"}, {Key: "finance.net.net", Number: true}}},
			}
		}
		return by[c]
	}
	row := func(from, to string, c money.Currency, v money.Amount, note string) []web.Cell {
		return []web.Cell{{Text: from, Note: d.entityName(from)}, {Text: to, Note: d.entityName(to)}, {Text: v.String(), Note: note}}
	}
	for c := range n.Posted {
		at(c)
	}
	for _, x := range n.Positions {
		at(x.Currency).Positions.Rows = append(at(x.Currency).Positions.Rows, row(x.Owes, x.Owed, x.Currency, money.New(x.Amount, x.Currency), ""))
	}
	for _, x := range n.Waiting {
		at(x.Currency).Waiting.Rows = append(at(x.Currency).Waiting.Rows, row(x.Owes, x.Owed, x.Currency, money.New(x.Amount, x.Currency), ""))
	}
	for _, x := range n.Proposal.Nets {
		at(x.Currency).Nets.Rows = append(at(x.Currency).Nets.Rows, []web.Cell{{Text: x.Entity, Note: d.entityName(x.Entity)}, {Text: money.New(x.Amount, x.Currency).String()}})
	}
	for _, x := range n.Proposal.Transfers {
		note := ""
		if x.Against {
			note = d.t("finance.net.against")
		}
		at(x.Currency).Transfers.Rows = append(at(x.Currency).Transfers.Rows, row(x.From, x.To, x.Currency, money.New(x.Amount, x.Currency), note))
	}
	for _, x := range n.Proposal.Gross {
		at(x.Currency).Gross.Rows = append(at(x.Currency).Gross.Rows, row(x.From, x.To, x.Currency, money.New(x.Amount, x.Currency), ""))
	}
	pay := web.UserOf(d.c).Has(payers...)
	var out []NetCurrency
	for _, x := range by {
		x.CanPost = pay && !x.Posted && len(x.Positions.Rows) > 0
		out = append(out, *x)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Currency < out[j].Currency })
	return out
}

// postNet posts a month's netting in one currency, once.
func (h *HTTP) postNet(c echo.Context) error {
	m, err := period.ParseMonth(c.FormValue("month"))
	code := money.Currency(c.FormValue("currency"))
	if err != nil || !code.Valid() {
		return web.NotFound("month")
	}
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		_, err := h.svc.PostNetting(ctx, tx, m, code)
		return err
	})
	if err != nil {
		fs, err := joinedFaults(err)
		if err != nil {
			return err
		}
		return h.showNet(c, fs)
	}
	web.Flash(c, web.OK, "finance.done.net", "month", m.String(), "currency", string(code))
	return c.Redirect(http.StatusSeeOther, address("/finance/net", "month", m.String()))
}
