package supervision

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// Deed is one thing that can be done on a page: a button with the fields it needs.
type Deed struct {
	Event                                           string // value of the button, and key of its word
	Reason, Text, Start, Shipment, Proof, Danger    bool
	More                                            []string // further elements a proof has to name
	Orders, Company, Product, Spec, Carrier, Parcel string   // what stands in the fields
}

// CasePage is a case for whoever looks at it.
type CasePage struct {
	Action   string // where forms go
	Staff    bool
	Pill     web.Pill
	Tone     web.Tone
	Say      string // whose turn it is and what is to be done
	By       string // by when, and what happens then
	Facts    []web.Term
	Deeds    []Deed
	Appeal   bool // an appeal can be opened
	Classify bool
	Types    []web.Option
	Channels []web.Option
	Type     string
	Channel  string
	Decide   int // number of the appeal that is to be decided; 0: none
	Own      bool
	Left     string
	Outcomes []web.Option
	Outcome  string
	Amount   string
	Reason   string
	Ground   string
	Faults   fault.Faults
	Papers   web.Table
	Appeals  web.Table
	Log      web.Table
}

var casePage = web.NewPage("supervision/case.html",
	CasePage{
		Action: "/", Pill: web.Pill{Tone: web.Info, Key: "sv.stage.accept"}, Tone: web.Warn, Say: "x", By: "y", Appeal: true, Faults: fault.Faults{fault.New(fault.Invalid, "SUP-REASON", "text", fault.Args{"max": 1})},
		Deeds: []Deed{{Event: "deliver", Proof: true, Start: true, More: []string{"m"}}, {Event: "enterShipment", Shipment: true}, {Event: "rejectRequest", Reason: true, Danger: true}},
	},
	CasePage{Staff: true, Classify: true, Decide: 1, Left: "1", Outcomes: []web.Option{{Value: "resume", Text: "x"}}},
	CasePage{Staff: true, Decide: 1, Own: true},
)

// deadline is by when something happens to a case, and the word for what: the decision of an appeal, automatic acceptance, the completion.
func deadline(d Detail) (time.Time, string) {
	for _, a := range d.Appeals {
		if a.DecidedAt == nil {
			return a.DueAt, "sv.by.appeal"
		}
	}
	switch d.Stage {
	case Accept:
		for _, t := range d.Timers {
			if t.Kind == timerAccept && t.FrozenAt == nil {
				return t.DueAt, "sv.by.accept"
			}
		}
	case Completing:
		return d.Accepted.Add(refundWithin), "sv.by.complete" // the same three hours
	case Refunding:
		return d.Since.Add(refundWithin), "sv.by.refund"
	}
	return time.Time{}, ""
}

func stagePill(c Case) web.Pill {
	tone := web.Info
	switch {
	case c.Frozen != nil && c.Stage.Waiting():
		return web.Pill{Tone: web.Bad, Key: "sv.frozen"}
	case c.Stage == Done:
		tone = web.OK
	case c.Stage == Refunded, c.Stage == Closed:
		tone = web.Still
	case c.Stage.Waiting() && Turn(c.Type, c.Stage) == Seller:
		tone = web.Warn
	}
	return web.Pill{Tone: tone, Key: "sv.stage." + string(c.Stage)}
}

// say is what is to be done now: for the seller in so many words, else who has to do it.
func (d *desk) say(c Case) string {
	switch {
	case c.Frozen != nil && c.Stage.Waiting():
		return d.t("sv.now.frozen")
	case c.Stage == Accept && c.PhonesDiffer:
		return d.t("sv.now.differ")
	}
	return d.t("sv.now." + string(c.Stage))
}

func (d *desk) by(x Detail) string {
	at, key := deadline(x)
	if key == "" {
		return ""
	}
	return d.t(key, "at", d.at(x.Entity, at))
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func (d *desk) fill(p *CasePage, x Detail, names map[string]string) {
	p.Pill, p.Say, p.By = stagePill(x.Case), d.say(x.Case), d.by(x)
	p.Tone = p.Pill.Tone
	typeText := d.t("sv.type.unknown")
	if x.Type != "" {
		typeText = d.t("sv.type." + string(x.Type))
	}
	channel := "—"
	if x.Channel != "" {
		channel = d.t("sv.channel." + string(x.Channel))
	}
	p.Facts = []web.Term{
		{Key: "sv.order", Cell: web.Cell{Text: x.Order}},
		{Key: "sv.merchant", Cell: web.Cell{Text: x.Merchant}},
		{Key: "sv.type", Cell: web.Cell{Text: typeText, Note: channel}},
		{Key: "sv.amount", Cell: web.Cell{Text: money.New(x.Gross, x.Currency).String()}},
		{Key: "sv.opened", Cell: web.Cell{Text: d.at(x.Entity, x.OpenedAt)}},
		{Key: "sv.since", Cell: web.Cell{Text: d.at(x.Entity, x.Since)}},
		{Key: "sv.company", Cell: web.Cell{Text: dash(x.Company)}},
		{Key: "sv.product", Cell: web.Cell{Text: dash(x.ProductName), Note: x.Product}},
		{Key: "sv.spec", Cell: web.Cell{Text: dash(x.SpecName), Note: x.SKU}},
	}
	if x.Rejections > 0 {
		p.Facts = append(p.Facts, web.Term{Key: "sv.rejections", Cell: web.Cell{Text: strconv.Itoa(x.Rejections)}})
	}
	if x.Parcel != "" {
		note := d.t("sv.unsigned")
		if x.Signed != nil {
			note = d.t("sv.signed", "at", d.at(x.Entity, *x.Signed))
		}
		p.Facts = append(p.Facts, web.Term{Key: "sv.parcel", Cell: web.Cell{Text: x.Carrier + " " + x.Parcel, Note: note}})
	}
	if start := x.ServiceStart(d.dir.Text(entities.KeySupervisionStart, entities.ForEntity(x.Entity), x.OpenedAt)); !start.IsZero() {
		p.Facts = append(p.Facts, web.Term{Key: "sv.start", Cell: web.Cell{Text: d.at(x.Entity, start)}})
	}
	if x.Accepted != nil {
		p.Facts = append(p.Facts, web.Term{Key: "sv.accepted", Cell: web.Cell{Text: d.at(x.Entity, *x.Accepted), Note: d.t("sv.how." + x.How)}})
	}
	d.tables(p, x, names)
}

func (d *desk) tables(p *CasePage, x Detail, names map[string]string) {
	p.Papers = web.Table{Empty: "sv.papers.none", Columns: []web.Column{{Key: "sv.paper"}, {Key: "sv.paper.for"}, {Key: "sv.who"}, {Key: "sv.when"}}}
	for _, f := range x.Papers {
		what := d.t("sv.paper.proof")
		if f.Appeal > 0 {
			what = d.t("sv.paper.appeal", "no", f.Appeal)
		}
		note := ""
		if len(f.Unchecked) > 0 {
			note = d.t("sv.unchecked")
		}
		p.Papers.Rows = append(p.Papers.Rows, []web.Cell{
			{Text: f.Name, Href: "/supervision/files/" + url.PathEscape(x.Merchant) + "/" + f.SHA},
			{Text: what, Note: note},
			{Text: d.t("sv.party." + string(f.Party)), Note: who(names, f.Actor)},
			{Text: d.at(x.Entity, f.At)},
		})
	}
	p.Appeals = web.Table{Empty: "sv.appeals.none", Columns: []web.Column{{Key: "sv.appeal"}, {Key: "sv.who"}, {Key: "sv.reason"}, {Key: "sv.due"}, {Key: "sv.outcome"}}}
	for _, a := range x.Appeals {
		out, note := d.t("sv.outcome.open"), ""
		if a.DecidedAt != nil {
			out, note = d.t("sv.outcome."+a.Outcome), a.Decision+" · "+who(names, a.DecidedBy)+" · "+d.at(x.Entity, *a.DecidedAt)
		}
		if a.Amount != nil {
			out += " " + money.New(*a.Amount, x.Currency).String()
		}
		p.Appeals.Rows = append(p.Appeals.Rows, []web.Cell{
			{Text: strconv.Itoa(a.No), Note: d.at(x.Entity, a.OpenedAt)},
			{Text: d.t("sv.party." + string(a.Party)), Note: who(names, a.OpenedBy)},
			{Text: d.t("sv.ground." + a.Ground), Note: a.Reason},
			{Text: d.at(x.Entity, a.DueAt.Add(-time.Second)), Note: a.Basis},
			{Text: out, Note: note},
		})
	}
	p.Log = web.Table{Empty: "sv.log.none", Columns: []web.Column{{Key: "sv.when"}, {Key: "sv.what"}, {Key: "sv.who"}, {Key: "sv.after"}}}
	for _, e := range x.Log {
		p.Log.Rows = append(p.Log.Rows, []web.Cell{
			{Text: d.at(x.Entity, e.At)}, {Text: d.t("sv.event." + e.Event), Note: d.words(e)}, {Text: d.t("sv.party." + string(e.Party)), Note: who(names, e.Actor)}, {Text: d.t("sv.stage." + string(e.Stage))},
		})
	}
}

// words are what an entry of the log says, in the reader's language where it is one of ours.
func (d *desk) words(e Entry) string {
	switch e.Event {
	case "ended":
		return d.t("sv.how." + e.Text)
	case "decided":
		outcome, why, _ := strings.Cut(e.Text, ": ")
		return d.t("sv.outcome."+outcome) + ": " + why
	case "classify":
		t, ch, _ := strings.Cut(e.Text, " ")
		if t == "" || ch == "" {
			return ""
		}
		return d.t("sv.type."+t) + ", " + d.t("sv.channel."+ch)
	}
	return e.Text
}

func who(names map[string]string, id string) string {
	if n := names[id]; n != "" {
		return n
	}
	return id
}

// detail reads a case for a page, with the names of those in it.
func (h *HTTP) detail(ctx context.Context, tx *pg.Tx, merchant, line string) (Detail, map[string]string, error) {
	x, err := h.svc.Detail(ctx, tx, merchant, line)
	if err != nil {
		return x, nil, err
	}
	names, err := auth.Names(ctx, tx)
	return x, names, err
}
