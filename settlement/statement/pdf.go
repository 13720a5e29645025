package statement

import (
	"io"

	"github.com/shopspring/decimal"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/ledger"
	"suanpan/money"
)

// blank is a line to write on.
const blank = "____________________"

// PDF draws the list. Equal lists in equal languages give equal bytes; so do the other documents.
func (l List) PDF(w io.Writer, f *doc.Fonts, lang fault.Lang) error {
	return l.Document(lang).PDF(w, f)
}

// PDF draws the statement.
func (m Merchant) PDF(w io.Writer, f *doc.Fonts, lang fault.Lang) error {
	return m.Document(lang).PDF(w, f)
}

// PDF draws the statement.
func (e Entity) PDF(w io.Writer, f *doc.Fonts, lang fault.Lang) error {
	return e.Document(lang).PDF(w, f)
}

// document begins a document of a head.
func (h Head) document(v voice, title, subtitle string) *doc.Document {
	return &doc.Document{
		Lang: fault.Lang(v), At: h.At, Demo: h.Demo, Title: title, Subtitle: subtitle, Author: h.entityName(v),
		Footer: v.say("footer", "title", title, "entity", h.entityName(v), "month", h.Month),
	}
}

func (h Head) entityName(v voice) string {
	if h.EntityName == "" {
		return v.say("author")
	}
	return h.EntityName
}

func column(v voice, key string, weight int) doc.TableColumn {
	c := doc.TableColumn{Title: v.say(key)}
	for range weight { // the weight is a plain count; amounts are nowhere near it
		c.Weight++
	}
	return c
}

func figures(v voice, keys ...string) []doc.TableColumn {
	out := make([]doc.TableColumn, len(keys))
	for i, k := range keys {
		out[i] = doc.TableColumn{Title: v.say(k), Align: doc.Figure}
	}
	return out
}

// amountsIn prints values in one currency.
func amountsIn(c money.Currency, vs ...decimal.Decimal) []string {
	out := make([]string, len(vs))
	for i, d := range vs {
		out[i] = money.Print(d, c)
	}
	return out
}

// account is an account's name, with its party.
func (v voice) account(a ledger.Account) string {
	code, party := a.Split()
	n := v.name("account", string(code))
	if party != "" {
		n += " " + party
	}
	return n
}
