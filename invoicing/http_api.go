package invoicing

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/money"
)

// AmountJSON is an amount in an answer of the API.
type AmountJSON struct {
	Amount       string         `json:"amount"`
	CurrencyCode money.Currency `json:"currencyCode"`
}

func amountJSON(a money.Amount) AmountJSON {
	return AmountJSON{Amount: money.Plain(a.Value, a.Currency), CurrencyCode: a.Currency}
}

// RequisitionJSON is one requisition in a list of the API.
type RequisitionJSON struct {
	Requisition string     `json:"requisition"`
	Entity      string     `json:"entity"`
	Payable     AmountJSON `json:"payable"`
	State       State      `json:"state"`
	Standing    Standing   `json:"standing"`
	NoticeAt    time.Time  `json:"noticeAt"`
	DueDay      string     `json:"dueDay"`
	DueZone     string     `json:"dueZone"`
	Overdue     bool       `json:"overdue"`
	WindowEnds  string     `json:"windowEnds,omitempty"` // last day of a law's monthly window for receipt
	PayBefore   *time.Time `json:"payBefore,omitempty"`  // after it a law asks for new invoices
}

func requisitionJSON(d Detail, dl Deadline, at time.Time) RequisitionJSON {
	out := RequisitionJSON{
		Requisition: d.Number, Entity: d.Entity, Payable: amountJSON(d.Amount), State: d.State, Standing: d.Standing(at), NoticeAt: d.NoticeAt,
		DueDay: dl.Last.String(), DueZone: dl.Zone.String(), Overdue: dl.Passed,
	}
	if !dl.Window.IsZero() {
		out.WindowEnds = dl.Window.String()
	}
	if p := d.PayBefore(); !p.IsZero() {
		out.PayBefore = &p
	}
	return out
}

// DetailJSON is everything about one requisition.
type DetailJSON struct {
	RequisitionJSON
	Version     int               `json:"version"`
	List        json.RawMessage   `json:"list"` // canonical: its SHA-256 is hash
	Hash        string            `json:"hash"`
	QR          string            `json:"qr"`
	Filled      map[string]string `json:"filled"`
	Blank       []string          `json:"blank"` // starred fields still to fill in
	Draft       []FieldJSON       `json:"draft"` // what the invoice has to say; blank where only the merchant knows it
	Submissions []ReceiptJSON     `json:"submissions"`
	Invoices    []SentJSON        `json:"invoices"`
}

// FieldJSON is a field of the invoice with its value.
type FieldJSON struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// SentJSON is one version of an invoice as it stands now.
type SentJSON struct {
	Submission int     `json:"submission"`
	Version    int     `json:"version"`
	Status     Status  `json:"status"`
	Invoice    Invoice `json:"invoice"`
}

// VerdictJSON is a verdict with every fault in the three languages.
type VerdictJSON struct {
	Requisition string               `json:"requisition"`
	Outcome     Outcome              `json:"outcome"`
	Complete    bool                 `json:"complete"`
	Missing     *AmountJSON          `json:"missing,omitempty"`
	Compared    []ComparedJSON       `json:"compared"`
	Invoices    []InvoiceVerdictJSON `json:"invoices"`
	Faults      []web.FaultJSON      `json:"faults"`
	Holds       []web.FaultJSON      `json:"holds"`
	Warnings    []web.FaultJSON      `json:"warnings"`
}

// ComparedJSON says which figures were held against each other.
type ComparedJSON struct {
	InvoiceFigure Figure       `json:"invoiceFigure"`
	ListFigure    Figure       `json:"listFigure"`
	Got           *AmountJSON  `json:"got,omitempty"`   // in the currency the invoices bear
	Mixed         []AmountJSON `json:"mixed,omitempty"` // instead of got: the sums by currency, where they bear several
	Want          AmountJSON   `json:"want"`
	Source        string       `json:"source"`
}

// InvoiceVerdictJSON is what becomes of one invoice.
type InvoiceVerdictJSON struct {
	Number string `json:"number"`
	Status Status `json:"status"`
}

// ReceiptJSON answers a submission.
type ReceiptJSON struct {
	Submission int         `json:"submission"`
	ReceivedAt time.Time   `json:"receivedAt"`
	More       bool        `json:"moreWillFollow"`
	State      State       `json:"state,omitempty"`    // of the requisition, afterwards
	Decision   string      `json:"decision,omitempty"` // of finance about a late one
	Verdict    VerdictJSON `json:"verdict"`
}

func verdictJSON(v Verdict, l fault.Lang) VerdictJSON {
	out := VerdictJSON{
		Requisition: v.Requisition, Outcome: v.Outcome, Complete: v.Complete, Compared: []ComparedJSON{}, Invoices: []InvoiceVerdictJSON{},
		Faults: web.JSONFaults(v.Faults, l), Holds: web.JSONFaults(v.Holds, l), Warnings: web.JSONFaults(v.Warnings, l),
	}
	if v.Missing != nil {
		m := amountJSON(*v.Missing)
		out.Missing = &m
	}
	for _, c := range v.Compared {
		x := ComparedJSON{InvoiceFigure: c.InvoiceFigure, ListFigure: c.ListFigure, Want: amountJSON(c.Want), Source: c.Source}
		for _, a := range c.Mixed {
			x.Mixed = append(x.Mixed, amountJSON(a))
		}
		if len(c.Mixed) == 0 {
			got := amountJSON(c.Got)
			x.Got = &got
		}
		out.Compared = append(out.Compared, x)
	}
	for _, i := range v.Invoices {
		out.Invoices = append(out.Invoices, InvoiceVerdictJSON{i.Number, i.Status})
	}
	return out
}

func receiptJSON(s Submission, state State, l fault.Lang) ReceiptJSON {
	return ReceiptJSON{Submission: s.No, ReceivedAt: s.ReceivedAt, More: s.MoreFollows, State: state, Decision: s.Decision, Verdict: verdictJSON(s.Verdict, l)}
}

func (h *HTTP) apiLists(c echo.Context) error {
	out := []RequisitionJSON{}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx, merchant string) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := h.svc.Overview(ctx, tx, dir, Filter{Merchant: merchant, State: State(c.QueryParam("state"))})
		for _, r := range rows {
			out = append(out, requisitionJSON(r.Detail, r.Deadline, tx.Now))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"requisitions": out})
}

func (h *HTTP) apiList(c echo.Context) error {
	d, dl, at, err := h.detail(c)
	if err != nil {
		return err
	}
	out := DetailJSON{
		RequisitionJSON: requisitionJSON(d, dl, at), Version: d.Version, List: d.List.Canonical(), Hash: d.Hash, QR: d.List.QR(), Filled: d.Filled,
		Blank: append([]string{}, d.toFill()...), Submissions: []ReceiptJSON{}, Invoices: []SentJSON{},
	}
	for _, l := range d.List.Draft(d.Filled) {
		out.Draft = append(out.Draft, FieldJSON(l))
	}
	for _, s := range d.Submissions {
		out.Submissions = append(out.Submissions, receiptJSON(s, "", web.LangOf(c)))
	}
	for _, i := range d.Invoices {
		out.Invoices = append(out.Invoices, SentJSON{Submission: i.Submission, Version: i.Version, Status: i.Status, Invoice: i.Invoice})
	}
	return c.JSON(http.StatusOK, out)
}

func (h *HTTP) apiVerdict(c echo.Context) error {
	d, _, _, err := h.detail(c)
	if err != nil {
		return err
	}
	s, err := d.submission(c.Param("n"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, receiptJSON(s, d.State, web.LangOf(c)))
}

func (d Detail) submission(n string) (Submission, error) {
	for _, s := range d.Submissions {
		if strconv.Itoa(s.No) == n {
			return s, nil
		}
	}
	return Submission{}, notFound("submission", n)
}

// sendJSON is what a program sends where it has values instead of files.
type sendJSON struct {
	MoreWillFollow bool              `json:"moreWillFollow"`
	Filled         map[string]string `json:"filled"` // blank fields of the list
	Invoices       []Invoice         `json:"invoices"`
}

func (h *HTTP) apiUpload(c echo.Context) (upload, error) {
	if strings.HasPrefix(c.Request().Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		u, err := h.uploadOf(c)
		u.way = wayAPI
		return u, err
	}
	var in sendJSON
	if err := web.Bind(c, &in); err != nil {
		return upload{}, err
	}
	return upload{more: in.MoreWillFollow, filled: in.Filled, values: in.Invoices, once: c.Request().Header.Get("Idempotency-Key")}, nil
}

// apiCheck gives the verdict that apiSend would give. Files are kept first, as they always are before anybody reads them; nothing else is.
func (h *HTTP) apiCheck(c echo.Context) error {
	u, err := h.apiUpload(c)
	if err == nil {
		err = h.keep(c, &u)
	}
	if err != nil {
		return err
	}
	_, v, err := h.check(c, u)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, verdictJSON(v, web.LangOf(c)))
}

// apiSend answers 201 whatever the verdict: a refusal is an answer, kept like any other. A key that comes again gets the first
// receipt, 200 and a header that says so.
func (h *HTTP) apiSend(c echo.Context) error {
	u, err := h.apiUpload(c)
	if err == nil {
		err = h.keep(c, &u)
	}
	if err != nil {
		return err
	}
	out, again, err := h.submit(c, u)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if again {
		status = http.StatusOK
		c.Response().Header().Set("Idempotency-Replayed", "true")
	}
	return c.JSON(status, receiptJSON(out.Submission, out.State, web.LangOf(c)))
}
