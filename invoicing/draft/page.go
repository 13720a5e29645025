package draft

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/money"
)

// Page shows the drafts of a list: a small form for what only the merchant knows, the figures, the files, the tables of values.
type Page struct {
	Back    string // address of the list's page
	Number  string
	Date    string
	Rate    string
	Faults  fault.Faults
	Figures []web.Term
	Files   []File
	Tables  []Values
}

// File is a draft to download.
type File struct {
	Name, For, Href string
	Marks           []web.Pill
}

// Values is a table of a form's fields; the one made for the merchant's country is open.
type Values struct {
	Title string
	Open  bool
	Rows  []ValueRow
}

// ValueRow is a field with what goes there. Value is empty where only the merchant knows it.
type ValueRow struct{ Field, Says, Value, Note string }

var draftPage = web.NewPage("draft/drafts.html", Page{
	Back: "/", Number: "1", Date: "2026-11-16", Rate: "9", Faults: fault.Faults{fault.New(fault.Invalid, codeRate, "rate", fault.Args{"got": "x"})},
	Figures: []web.Term{{Key: "draft.net", Number: true}}, Files: []File{{Name: "UBL", For: "…", Href: "/", Marks: []web.Pill{{Tone: web.OK, Key: "draft.made"}}}},
	Tables: []Values{{Title: "CFDI", Open: true, Rows: []ValueRow{{Field: "Total", Says: "…", Value: "1", Note: "…"}, {Field: "Folio", Says: "…"}}}},
}, Page{})

func (h *HTTP) page(c echo.Context) error {
	d, fs, err := h.draft(c)
	if err != nil {
		return err
	}
	a, lang := askedOf(c), web.LangOf(c)
	base := "/requisitions/" + url.PathEscape(d.List.Requisition)
	p := Page{Back: base, Number: a.number, Date: a.date, Rate: a.rate, Faults: fs, Figures: d.shown(c, lang)}
	if p.Date == "" {
		p.Date = d.Date.String()
	}
	for _, f := range Forms() {
		file := File{Name: say(lang, "draft.form."+f.Name), For: say(lang, "draft.form."+f.Name+".for"), Href: base + "/drafts/" + f.Name}
		if len(fs) == 0 {
			file.Href += a.query()
		}
		if f.Country != "" && f.Country == d.List.Residence {
			file.Marks = append(file.Marks, web.Pill{Tone: web.OK, Key: "draft.made"})
		}
		if f.XML {
			mark := web.Pill{Tone: web.OK, Key: "draft.sendable"}
			if d.Number == "" {
				mark = web.Pill{Tone: web.Warn, Key: "draft.unsendable"}
			}
			file.Marks = append(file.Marks, mark)
		}
		p.Files = append(p.Files, file)
		if f.Table != nil {
			p.Tables = append(p.Tables, values(f, d, lang))
		}
	}
	status := 0
	if len(fs) > 0 {
		status = web.Status(fs.Err())
	}
	crumbs := []web.Crumb{{Text: web.Text(c, "m.lists.title"), Href: "/requisitions"}, {Text: d.List.Requisition, Href: base}, {Text: web.Text(c, "draft.crumb")}}
	return draftPage.Render(c, web.Head{Title: "draft.title", Pairs: []any{"no", d.List.Requisition}, Crumbs: crumbs, Status: status}, p)
}

func values(f Form, d Draft, lang fault.Lang) Values {
	v := Values{Title: say(lang, "draft.form."+f.Name), Open: f.Country == d.List.Residence}
	for _, e := range f.Table(d) {
		row := ValueRow{Field: e.Field, Says: say(lang, e.Key), Value: e.Value}
		if e.Note != "" {
			row.Note = say(lang, e.Note)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// shown are the figures of the draft, with which of them is compared with which of the list.
func (d Draft) shown(c echo.Context, lang fault.Lang) []web.Term {
	amount := func(key string, v money.Amount, note string) web.Term {
		return web.Term{Key: key, Number: true, Cell: web.Cell{Text: v.String(), Note: note}}
	}
	cur := d.List.Currency
	figure := func(f invoicing.Figure) string {
		return web.Text(c, "m.figure."+strings.ReplaceAll(string(f), " ", "_"))
	}
	rule := d.Ground.Rule
	var blanks []string
	for _, b := range d.Blank {
		blanks = append(blanks, invoicing.Label(b, lang))
	}
	blank := strings.Join(blanks, ", ")
	if blank == "" {
		blank = web.Text(c, "draft.blank.none")
	}
	return []web.Term{
		amount("draft.net", money.New(d.Net, cur), ""),
		amount("draft.tax", money.New(d.Tax, cur), ""),
		amount("draft.gross", money.New(d.Gross, cur), ""),
		{Key: "draft.compared", Cell: web.Cell{Text: figure(rule.Invoice) + " = " + figure(rule.List), Note: rule.Source}},
		{Key: "draft.blank.title", Cell: web.Cell{Text: blank}},
	}
}
