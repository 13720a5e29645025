package settlement

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/orders"
)

// MyWhyPage asks about an order or a month, and answers.
type MyWhyPage struct {
	ID, Month string
	Asked     bool
	Faults    fault.Faults
	Answers   []MyAnswer
	More      bool // there is more than is shown
	Waiting   web.Table
	Lines     int
}

// MyAnswer is one line explained in words.
type MyAnswer struct {
	Line, Kind, Entity, Merchant string
	Pill                         web.Pill
	Say                          string
	Bill, Requisition            string
	BillHref, ListHref           string
	Reasons                      []MyReason
	Next                         string // the earliest run, or until what it is unknown
}

// MyReason is one reason in words.
type MyReason struct {
	Code             string
	Say, Since, Lift string
	Until            string
}

var myWhyPage = web.NewPage("merchant/why.html", MyWhyPage{ID: "O-1", Asked: true, More: true, Answers: []MyAnswer{
	{Line: "O-1", Kind: "m.kind.line.order", Pill: whyPill("m.why.billed"), Say: "…", Bill: "B", Requisition: "R", BillHref: "/", ListHref: "/"},
	{Line: "O-2", Kind: "m.kind.line.order", Pill: whyPill("m.why.held"), Say: "…", Reasons: []MyReason{{"X", "…", "…", "…", "…"}}, Next: "…"},
}}, MyWhyPage{Lines: 3, Asked: true, Faults: fault.Faults{fault.New(fault.NotFound, "WHY-UNKNOWN", "id", fault.Args{"id": "x"})}})

// maxAnswers is how many lines one page explains.
const maxAnswers = 50

func whyPill(key string) web.Pill {
	tone := map[string]web.Tone{"m.why.billed": web.OK, "m.why.held": web.Warn, "m.why.closed": web.Still, "m.why.coming": web.Info}[key]
	return web.Pill{Tone: tone, Key: key}
}

// whyKey is the key of a reason's words. One that has none is shown by its code, never dropped.
func whyKey(code string) string { return "m.reason." + code }

func (h *MerchantHTTP) why(c echo.Context) error {
	p := MyWhyPage{ID: strings.TrimSpace(c.QueryParam("id")), Month: strings.TrimSpace(c.QueryParam("month"))}
	month, fs := monthParam(p.Month)
	p.Faults, p.Asked = fs, p.ID != "" || p.Month != ""
	status := 0
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		if !p.Asked {
			return h.waitingLines(ctx, tx, c, dir, merchant, &p)
		}
		if len(p.Faults) > 0 {
			status = http.StatusUnprocessableEntity
			return nil
		}
		id := p.ID
		if id == "" {
			id = merchant
		}
		list, err := h.svc.Ask(ctx, tx, merchant, id, month)
		switch {
		case fault.Has(err, "WHY-MERCHANT") && p.ID == "": // a month in which nothing was sold
			return nil
		case fault.Has(err, "WHY-MERCHANT"):
			p.Faults, status = fault.All(err), http.StatusUnprocessableEntity
			return nil
		case fault.Has(err, "WHY-UNKNOWN"):
			p.Faults, status = fault.All(err), http.StatusNotFound
			return nil
		}
		p.More = len(list) > maxAnswers
		for _, w := range list[:min(len(list), maxAnswers)] {
			a := answer(c, dir, w)
			a.BillHref, a.ListHref = "/bills/"+a.Bill, "/requisitions/"+a.Requisition
			p.Answers = append(p.Answers, a)
		}
		return err
	})
	if err != nil {
		return err
	}
	return myWhyPage.Render(c, web.Head{Title: "m.why.title", Status: status}, p)
}

// waitingLines lists what the last runs left off, before anybody asks.
func (h *MerchantHTTP) waitingLines(ctx context.Context, tx *pg.Tx, c echo.Context, dir *entities.Directory, merchant string, p *MyWhyPage) error {
	last, _, err := h.runs(ctx, tx, dir, merchant)
	if err != nil {
		return err
	}
	held, err := heldNow(ctx, tx, last)
	if err != nil {
		return err
	}
	p.Lines = len(held)
	p.Waiting = web.Table{Empty: "m.why.none", Columns: []web.Column{{Key: "m.line.id"}, {Key: "m.why.reasons"}, {Key: "m.run.entity"}}}
	for _, x := range held[:min(len(held), 200)] {
		words := make([]string, len(x.Reasons))
		for i, r := range x.Reasons {
			words[i] = reasonTitle(c, r.Code)
		}
		p.Waiting.Rows = append(p.Waiting.Rows, []web.Cell{{Text: x.Line, Href: "/why?id=" + url.QueryEscape(x.Line)}, {Text: strings.Join(words, " · ")}, {Text: x.Entity}})
	}
	return nil
}

// reasonTitle is a reason in a few words.
func reasonTitle(c echo.Context, code string) string {
	if t := web.Text(c, whyKey(code)); t != whyKey(code) {
		return t
	}
	return code
}

func answer(c echo.Context, dir *entities.Directory, w Why) MyAnswer {
	zone := dir.Zone(w.Entity)
	a := MyAnswer{Line: w.Line, Kind: "m.kind.line." + w.Kind, Entity: w.Entity, Bill: w.Bill, Requisition: w.Requisition}
	switch {
	case w.Bill != "":
		a.Pill = whyPill("m.why.billed")
		a.Say = web.Text(c, "m.why.billed.say", "bill", w.Bill, "month", w.Month, "state", web.Text(c, "m.bill.state."+string(w.BillState)))
		return a
	case w.Closed:
		a.Pill, a.Say = whyPill("m.why.closed"), web.Text(c, "m.why.closed.say")
	case len(w.Reasons) == 1 && w.Reasons[0].Code == orders.DateNotReached:
		a.Pill, a.Say = whyPill("m.why.coming"), web.Text(c, "m.why.coming.say")
	default:
		a.Pill, a.Say = whyPill("m.why.held"), web.Text(c, "m.why.held.say", "n", len(w.Reasons))
	}
	for _, r := range w.Reasons {
		a.Reasons = append(a.Reasons, spoken(c, r, zone))
	}
	switch {
	case w.Closed:
	case len(w.UnknownTill) > 0:
		words := make([]string, len(w.UnknownTill))
		for i, code := range w.UnknownTill {
			words[i] = web.Text(c, "m.until."+code)
			if words[i] == "m.until."+code {
				words[i] = code
			}
		}
		a.Next = web.Text(c, "m.why.unknown", "until", strings.Join(words, "; "))
	default:
		a.Next = web.Text(c, "m.why.earliest", "day", period.DayOf(w.Earliest, zone), "zone", zone)
	}
	return a
}

func spoken(c echo.Context, r orders.Reason, zone *time.Location) MyReason {
	s := MyReason{Code: r.Code, Say: reasonTitle(c, r.Code), Lift: web.Text(c, "m.lift."+r.LiftedBy)}
	if r.Detail != "" {
		s.Say += " (" + r.Detail + ")"
	}
	if !r.Since.IsZero() {
		s.Since = web.Text(c, "m.why.since", "at", web.Instant(r.Since, zone.String()))
	}
	if !r.Until.IsZero() {
		s.Until = web.Text(c, "m.why.until", "at", web.Instant(r.Until, zone.String()))
	}
	return s
}
