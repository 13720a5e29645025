package catalog

import (
	"context"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/entities/identifier"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

var numberTones = map[identifier.Outcome]web.Tone{identifier.OK: web.OK, identifier.Warning: web.Warn, identifier.Refused: web.Bad}

// numbersTable shows the numbers that were given with what is to be said of each, a warning beside them and no more: who certifies decides.
func numbersTable(c echo.Context, ns []entities.Number) web.Table {
	t := web.Table{Columns: []web.Column{{Key: "catalog.number"}, {Key: "catalog.number.read"}, {Key: "catalog.number.outcome"}, {Key: "catalog.number.says"}}}
	for _, n := range ns {
		name := n.Result.Name
		if name == "" {
			name = web.Text(c, "catalog.number."+n.Field)
		}
		var says []string
		for _, f := range n.Result.Says(n.Field) {
			says = append(says, f.Text(web.LangOf(c)))
		}
		t.Rows = append(t.Rows, []web.Cell{
			{Text: name},
			{Text: n.Result.Printed},
			{Pill: web.Pill{Tone: numberTones[n.Result.Outcome], Key: "catalog.number." + string(n.Result.Outcome)}},
			{Text: or(strings.Join(says, " "), "–")},
		})
	}
	return t
}

// numbers shows a merchant's tax number and an account's; nil where no account is to be seen.
func (h *HTTP) numbers(ctx context.Context, tx *pg.Tx, c echo.Context, merchant string, bank *entities.Bank) (web.Table, error) {
	ms, err := entities.Merchants(ctx, tx, []string{merchant})
	if err != nil {
		return web.Table{}, err
	}
	var ns []entities.Number
	if len(ms) == 1 {
		ns = ms[0].Numbers()
	}
	if bank != nil {
		ns = append(ns, bank.Numbers()...)
	}
	return numbersTable(c, ns), nil
}

// lastBank is the account of the attempt that was asked for last; nil where none is known.
func lastBank(attempts []Attempt) (bank *entities.Bank) {
	var at time.Time
	for _, a := range attempts {
		if a.Bank != nil && a.AskedAt.After(at) {
			bank, at = a.Bank, a.AskedAt
		}
	}
	return bank
}
