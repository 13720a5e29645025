package supervision

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// caseJSON is a case as the API gives it. Phones are never among it.
type caseJSON struct {
	Merchant     string          `json:"merchantId"`
	Order        string          `json:"orderId"`
	Line         string          `json:"orderLineId"`
	Type         Type            `json:"type"`
	Channel      Channel         `json:"channel"`
	Stage        Stage           `json:"stage"`
	Since        time.Time       `json:"since"`
	Turn         Party           `json:"turn,omitempty"`
	Events       []Event         `json:"possibleEvents,omitempty"`
	Frozen       bool            `json:"frozen"`
	By           *time.Time      `json:"by,omitempty"`
	OpenedAt     time.Time       `json:"openedAt"`
	Rejections   int             `json:"rejections"`
	PhonesDiffer bool            `json:"phonesDiffer"`
	ServiceStart *time.Time      `json:"serviceStart,omitempty"`
	AcceptedAt   *time.Time      `json:"acceptedAt,omitempty"`
	EndedAt      *time.Time      `json:"endedAt,omitempty"`
	How          string          `json:"how,omitempty"`
	Currency     money.Currency  `json:"currencyCode"`
	Amount       decimal.Decimal `json:"amount"`
	Refunded     decimal.Decimal `json:"refunded"`
	Log          []entryJSON     `json:"log,omitempty"`
	Papers       []paperJSON     `json:"papers,omitempty"`
	Appeals      []appealJSON    `json:"appeals,omitempty"`
}

type entryJSON struct {
	Event string    `json:"event"`
	Party Party     `json:"party"`
	At    time.Time `json:"at"`
	Stage Stage     `json:"stage"`
	Text  string    `json:"text,omitempty"`
}

type paperJSON struct {
	SHA       string    `json:"sha256"`
	Name      string    `json:"name"`
	Party     Party     `json:"party"`
	At        time.Time `json:"at"`
	Appeal    int       `json:"appeal,omitempty"`
	Unchecked []string  `json:"unchecked,omitempty"`
}

type appealJSON struct {
	No        int              `json:"no"`
	Party     Party            `json:"party"`
	Ground    string           `json:"ground"`
	Reason    string           `json:"reason"`
	OpenedAt  time.Time        `json:"openedAt"`
	DueAt     time.Time        `json:"dueAt"`
	Outcome   string           `json:"outcome,omitempty"`
	Amount    *decimal.Decimal `json:"amount,omitempty"`
	Decision  string           `json:"decision,omitempty"`
	DecidedAt *time.Time       `json:"decidedAt,omitempty"`
}

func viewCase(c Case) caseJSON {
	v := caseJSON{
		Merchant: c.Merchant, Order: c.Order, Line: c.Line, Type: c.Type, Channel: c.Channel, Stage: c.Stage, Since: c.Since, Frozen: c.Frozen != nil, OpenedAt: c.OpenedAt,
		Rejections: c.Rejections, PhonesDiffer: c.PhonesDiffer, ServiceStart: c.Start, AcceptedAt: c.Accepted, EndedAt: c.Ended, How: c.How,
		Currency: c.Currency, Amount: c.Gross, Refunded: c.Refunded,
	}
	if c.Stage.Waiting() {
		v.Turn = Turn(c.Type, c.Stage)
		if c.Frozen == nil {
			v.Events = Able(c.Type, c.Stage)
		}
	}
	return v
}

func viewAppeal(a Appeal) appealJSON {
	return appealJSON{a.No, a.Party, a.Ground, a.Reason, a.OpenedAt, a.DueAt, a.Outcome, a.Amount, a.Decision, a.DecidedAt}
}

func viewDetail(d Detail) caseJSON {
	v := viewCase(d.Case)
	if by, _ := deadline(d); !by.IsZero() {
		v.By = &by
	}
	for _, e := range d.Log {
		v.Log = append(v.Log, entryJSON{e.Event, e.Party, e.At.UTC(), e.Stage, e.Text})
	}
	for _, p := range d.Papers {
		v.Papers = append(v.Papers, paperJSON{p.SHA, p.Name, p.Party, p.At.UTC(), p.Appeal, p.Unchecked})
	}
	for _, a := range d.Appeals {
		v.Appeals = append(v.Appeals, viewAppeal(a))
	}
	return v
}

const apiPage = 200

// apiCases lists cases: ?open=true, ?stage=, ?number= of an order or a line, ?page=.
func (h *HTTP) apiCases(c echo.Context) error {
	paging := web.PagingOf(c, apiPage)
	q := Query{
		Open: c.QueryParam("open") == "true", Stage: Stage(c.QueryParam("stage")), Number: c.QueryParam("number"), Merchant: c.QueryParam("merchantId"),
		Limit: paging.Limit(), Offset: paging.Offset(),
	}
	out := struct {
		Cases []caseJSON `json:"cases"`
		More  bool       `json:"more"`
	}{Cases: []caseJSON{}}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		cs, err := h.svc.Cases(ctx, tx, q)
		out.More = len(cs) > apiPage
		for _, x := range cs[:min(len(cs), apiPage)] {
			out.Cases = append(out.Cases, viewCase(x))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

func (h *HTTP) apiCase(c echo.Context) error {
	var d Detail
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		d, err = h.svc.Detail(ctx, tx, c.QueryParam("merchantId"), param(c, "line"))
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewDetail(d))
}

type fileJSON struct {
	Name    string `json:"name"`
	Content []byte `json:"content"` // base64
}

func filesOf(fs []fileJSON) []Sent {
	out := make([]Sent, len(fs))
	for i, f := range fs {
		out[i] = Sent{f.Name, f.Content}
	}
	return out
}

type eventJSON struct {
	Merchant string     `json:"merchantId"`
	Event    Event      `json:"event"`
	Time     *time.Time `json:"time"`
	Text     string     `json:"text"`
	Start    *time.Time `json:"serviceStart"`
	Carrier  string     `json:"carrier"`
	Parcel   string     `json:"trackingNumber"`
	Phone    string     `json:"receiverPhone"`
	Elements Elements   `json:"elements"`
	Files    []fileJSON `json:"files"`
}

// partyOf is for whom a request acts: a merchant's token for the seller; the marketplace's for the buyer, the courier and the review, by what the event is.
func partyOf(u *web.User, e Event) Party {
	if u.Merchant != "" {
		return Seller
	}
	for _, x := range steps {
		if x.Event == e && x.Who == Platform {
			return Platform
		}
	}
	return Buyer
}

// apiEvent does what a party does. A merchant's own acts happen now; the marketplace says when its buyers' happened.
func (h *HTTP) apiEvent(c echo.Context) error {
	var in eventJSON
	if err := web.Bind(c, &in); err != nil {
		return err
	}
	if !slices.Contains(Events, in.Event) {
		return fault.New(fault.Invalid, "SUP-EVENT", "event", fault.Args{"event": string(in.Event), "events": join(Events)})
	}
	u := web.UserOf(c)
	a := Act{
		Merchant: in.Merchant, Line: param(c, "line"), Event: in.Event, Party: partyOf(u, in.Event), Text: in.Text, Carrier: in.Carrier, Parcel: in.Parcel, Phone: in.Phone,
		Files: filesOf(in.Files), Elements: in.Elements,
	}
	if in.Time != nil && u.Merchant == "" {
		a.At = *in.Time
	}
	if in.Start != nil {
		a.Start = *in.Start
	}
	var x Case
	err := h.change(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		x, err = h.svc.Do(ctx, tx, a)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewCase(x))
}

func (h *HTTP) apiAppeal(c echo.Context) error {
	var in struct {
		Merchant string     `json:"merchantId"`
		Ground   string     `json:"ground"`
		Reason   string     `json:"reason"`
		Files    []fileJSON `json:"files"`
	}
	if err := web.Bind(c, &in); err != nil {
		return err
	}
	o := Opening{Merchant: in.Merchant, Line: param(c, "line"), Party: Buyer, Ground: in.Ground, Reason: in.Reason, Files: filesOf(in.Files)}
	if web.UserOf(c).Merchant != "" {
		o.Party = Seller
	}
	var a Appeal
	err := h.change(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		a, err = h.svc.Appeal(ctx, tx, o)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, viewAppeal(a))
}

func (h *HTTP) apiOrder(c echo.Context) error {
	var in struct {
		Merchant string   `json:"merchantId"`
		Type     *Type    `json:"type"`
		Channel  *Channel `json:"channel"`
		Company  *string  `json:"buyerCompany"`
		Product  *string  `json:"productName"`
		Spec     *string  `json:"specName"`
		Phone    *string  `json:"receiverPhone"`
	}
	if err := web.Bind(c, &in); err != nil {
		return err
	}
	w := OrderWords{Merchant: in.Merchant, Line: param(c, "line"), Type: in.Type, Channel: in.Channel, Company: in.Company, Product: in.Product, Spec: in.Spec, Phone: in.Phone, By: Platform}
	var x Case
	err := h.change(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		x, err = h.svc.SetOrder(ctx, tx, w)
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewCase(x))
}

func (h *HTTP) apiErase(c echo.Context) error {
	err := h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		return h.svc.EraseContact(ctx, tx, c.QueryParam("merchantId"), param(c, "line"))
	})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
