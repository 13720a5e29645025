package settlement

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

// WhyPage answers staff: for an order or a line of any merchant, or a merchant's whole month. Operations decide refunds and appeals with it.
type WhyPage struct {
	ID, Merchant, Month string
	Asked               bool
	Faults              fault.Faults
	Answers             []MyAnswer
	More                bool // there is more than is shown
}

var whyPage = web.NewPage("finance/why.html", WhyPage{ID: "O-1", Asked: true, More: true, Answers: []MyAnswer{
	{Line: "O-1", Merchant: "M1", Kind: "m.kind.line.order", Pill: whyPill("m.why.billed"), Say: "…", Bill: "B", Requisition: "R", BillHref: "/", ListHref: "/"},
	{Line: "O-2", Kind: "m.kind.line.order", Pill: whyPill("m.why.held"), Say: "…", Reasons: []MyReason{{"X", "…", "…", "…", "…"}}, Next: "…"},
}}, WhyPage{Asked: true, Faults: fault.Faults{fault.New(fault.NotFound, "WHY-UNKNOWN", "id", fault.Args{"id": "x"})}}, WhyPage{})

func (h *HTTP) why(c echo.Context) error {
	p := WhyPage{ID: strings.TrimSpace(c.QueryParam("id")), Merchant: strings.TrimSpace(c.QueryParam("merchant")), Month: strings.TrimSpace(c.QueryParam("month"))}
	month, fs := monthParam(p.Month)
	p.Faults, p.Asked = fs, p.ID != "" || p.Merchant != ""
	status := http.StatusOK
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		switch {
		case len(fs) > 0:
			status = http.StatusUnprocessableEntity
			return nil
		case !p.Asked:
			return nil
		}
		id := p.ID
		if id == "" {
			id = p.Merchant
		}
		list, err := h.svc.Ask(ctx, tx, p.Merchant, id, month)
		switch {
		case fault.Has(err, "WHY-MERCHANT"):
			p.Faults, status = fault.All(err), http.StatusUnprocessableEntity
			return nil
		case fault.Has(err, "WHY-UNKNOWN"):
			p.Faults, status = fault.All(err), http.StatusNotFound
			return nil
		}
		p.More = len(list) > maxAnswers
		for _, w := range list[:min(len(list), maxAnswers)] {
			a, of := answer(c, d.dir, w), url.PathEscape(w.Merchant)+"/"
			a.Merchant, a.BillHref, a.ListHref = w.Merchant, "/finance/bills/"+of+url.PathEscape(w.Bill), "/finance/requisitions/"+of+url.PathEscape(w.Requisition)
			p.Answers = append(p.Answers, a)
		}
		return err
	})
	if err != nil {
		return err
	}
	return whyPage.Render(c, web.Head{Title: "finance.why.title", Status: status}, p)
}
