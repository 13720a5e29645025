package settlement

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/money"
)

// Judged is one upload as finance reads it: the verdict, what was compared, and every fault.
type Judged struct {
	Title    string
	Pill     web.Pill
	Compared []string
	Faults   fault.Faults
	Invoices web.Table
}

// RequisitionPage is a requisition from its list to its bank line, and the step that is due.
type RequisitionPage struct {
	Path     string
	Value    string
	State    RequisitionState
	Terms    []web.Term
	Bills    web.Table
	List     []web.Term
	Forms    []web.Cell // the list to be taken along
	Judged   []Judged
	Payments web.Table
	History  web.Table

	CanApprove, CanPay, CanBank, CanRevoke, CanConfirm, CanDrop bool

	Same     bool   // the one who looks approved it and therefore cannot pay it
	Payment  string // the payment that waits for its bank line
	Currency string
	Proposal *RevocationProposal // open
	Proposer string
	Form     map[string]string // what was sent and refused
	Faults   fault.Faults
	When     string
}

var requisitionPage = web.NewPage("finance/requisition.html", RequisitionPage{
	Path: "/finance/requisitions/M1/R1", State: ReqAccepted, CanApprove: true, CanPay: true, CanBank: true, CanRevoke: true, Same: true, Payment: "PAY-1",
	Judged: []Judged{{Title: "x", Pill: web.Pill{Tone: web.OK, Key: "finance.outcome.accepted"}, Compared: []string{"a"}, Faults: fault.Faults{fault.New(fault.Invalid, "INV-REASON", "x")}}},
	Form:   map[string]string{"reason": "x"}, Forms: []web.Cell{{Text: "PDF", Href: "/"}},
}, RequisitionPage{CanConfirm: true, CanDrop: true, Proposal: &RevocationProposal{Reason: "x"}, Proposer: "Ana"})

func (h *HTTP) requisition(c echo.Context) error { return h.showRequisition(c, nil) }

// showRequisition draws the page; after a refusal with the faults and what was sent.
func (h *HTTP) showRequisition(c echo.Context, fs fault.Faults) error {
	merchant, no := c.Param("merchant"), c.Param("no")
	p := RequisitionPage{Path: requisitionAddress(merchant, no), Value: merchant + "|" + no, Faults: fs, Form: map[string]string{}}
	for _, name := range []string{"reason", "reference", "date", "amount"} {
		p.Form[name] = trimmed(c, name)
	}
	for _, d := range h.drawings {
		p.Forms = append(p.Forms, web.Cell{Text: d.Name, Href: p.Path + "/list." + d.Ext})
	}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		r, err := h.svc.Requisition(ctx, tx, merchant, no)
		if err != nil {
			return err
		}
		detail, err := h.svc.Invoicing.Requisition(ctx, tx, merchant, no)
		if err != nil {
			return err
		}
		names, err := merchantNames(ctx, tx, []string{merchant})
		if err != nil {
			return err
		}
		d.describe(&p, r, detail, names[merchant])
		if err := h.requisitionBills(ctx, tx, d, r, &p); err != nil {
			return err
		}
		return h.requisitionSteps(ctx, tx, d, r, &p)
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "finance.requisition.title", Pairs: []any{"no", no}, Crumbs: crumbs(c, web.Text(c, "finance.requisitions.title"), "/finance/requisitions", no, "")}
	if len(fs) > 0 {
		head.Status = web.Status(fs)
	}
	return requisitionPage.Render(c, head, p)
}

func (d *desk) describe(p *RequisitionPage, r Requisition, detail invoicing.Detail, merchantName string) {
	p.State, p.Currency = r.State, string(r.Currency)
	p.Terms = []web.Term{
		{Key: "finance.state", Cell: web.Cell{Pill: requisitionPill(r.State)}},
		{Key: "finance.amount", Cell: web.Cell{Text: money.New(r.Amount, r.Currency).String()}, Number: true},
		{Key: "finance.merchant", Cell: web.Cell{Text: r.Merchant, Note: merchantName}},
		{Key: "finance.entity", Cell: web.Cell{Text: r.Entity, Note: d.entityName(r.Entity)}},
		{Key: "finance.req.created", Cell: web.Cell{Text: d.who(r.CreatedBy), Note: d.instant(r.Entity, r.CreatedAt)}},
	}
	if r.ApprovedBy != "" {
		p.Terms = append(p.Terms, web.Term{Key: "finance.req.approved", Cell: web.Cell{Text: d.who(r.ApprovedBy), Note: d.instant(r.Entity, r.ApprovedAt)}})
	}
	l := detail.List
	p.List = []web.Term{
		{Key: "finance.list.to", Cell: web.Cell{Text: l.EntityName}},
		{Key: "finance.list.periods", Cell: web.Cell{Text: l.PeriodText()}},
		{Key: "finance.list.before", Cell: web.Cell{Text: money.New(l.BeforeTaxes, l.Currency).String()}, Number: true},
	}
	for _, x := range l.SellerTaxes {
		p.List = append(p.List, web.Term{Key: "finance.list.tax", Cell: web.Cell{Text: money.New(x.Amount, l.Currency).String(), Note: x.Code}, Number: true})
	}
	p.List = append(p.List, web.Term{Key: "finance.list.payable", Cell: web.Cell{Text: l.Amount().String()}, Number: true},
		web.Term{Key: "finance.list.version", Cell: web.Cell{Text: "v" + strconv.Itoa(l.Version), Note: detail.Hash[:min(len(detail.Hash), 16)]}})
	for _, s := range detail.Submissions {
		p.Judged = append(p.Judged, d.judged(r, s, detail.Invoices))
	}
	p.History = web.Table{Columns: []web.Column{{Key: "finance.history.at"}, {Key: "finance.history.who"}, {Key: "finance.history.what"}, {Key: "finance.history.why"}}}
	for _, e := range detail.Events {
		by := d.who(e.By)
		if e.Second != "" {
			by += ", " + d.who(e.Second)
		}
		p.History.Rows = append(p.History.Rows, []web.Cell{{Text: d.instant(r.Entity, e.At)}, {Text: by}, {Text: d.t("finance.event." + string(e.Kind))}, {Text: e.Reason}})
	}
}

func outcomePill(o invoicing.Outcome) web.Pill {
	tone := map[invoicing.Outcome]web.Tone{invoicing.Accepted: web.OK, invoicing.Refused: web.Bad, invoicing.Late: web.Warn, invoicing.Incomplete: web.Info}[o]
	return web.Pill{Tone: tone, Key: "finance.outcome." + string(o)}
}

func invoicePill(s invoicing.Status) web.Pill {
	tone := web.Info
	switch s {
	case invoicing.StatusAccepted, invoicing.StatusPaid:
		tone = web.OK
	case invoicing.StatusRefused, invoicing.StatusReissue:
		tone = web.Bad
	case invoicing.StatusWaiting:
		tone = web.Warn
	case invoicing.StatusRevoked:
		tone = web.Still
	}
	return web.Pill{Tone: tone, Key: "finance.invoice." + string(s)}
}

// judged draws one submission with the invoices that came in it, as they stand now.
func (d *desk) judged(r Requisition, s invoicing.Submission, all []invoicing.Sent) Judged {
	j := Judged{Title: d.t("finance.submission", "no", s.No, "at", d.instant(r.Entity, s.ReceivedAt), "who", d.who(s.SubmittedBy)), Pill: outcomePill(s.Verdict.Outcome), Faults: s.Verdict.All()}
	for _, x := range s.Verdict.Compared {
		j.Compared = append(j.Compared, d.t("finance.compared", "got", x.GotText(), "want", x.Want, "difference", x.DifferenceText()))
	}
	j.Invoices = web.Table{Columns: []web.Column{{Key: "finance.invoice"}, {Key: "finance.invoice.date"}, {Key: "finance.amount", Number: true}, {Key: "finance.invoice.format"}, {Key: "finance.state"}}}
	for _, i := range all {
		if i.Submission != s.No {
			continue
		}
		file := web.Cell{Text: i.Invoice.Format}
		if i.Invoice.FileHash != "" {
			file.Text, file.Href = d.t("finance.file", "format", i.Invoice.Format), "/finance/files/"+r.Merchant+"/"+i.Invoice.FileHash
		}
		j.Invoices.Rows = append(j.Invoices.Rows, []web.Cell{
			{Text: i.Invoice.Number, Note: i.Invoice.Issuer}, {Text: i.Invoice.Date.String()}, {Text: money.New(i.Invoice.Due(), i.Invoice.Currency).String()}, file, {Pill: invoicePill(i.Status)},
		})
	}
	return j
}

func (h *HTTP) requisitionBills(ctx context.Context, tx *pg.Tx, d *desk, r Requisition, p *RequisitionPage) error {
	bills, err := selectBills(ctx, tx, BillFilter{Merchant: r.Merchant, Requisition: r.No})
	if err != nil {
		return err
	}
	p.Bills = web.Table{Columns: []web.Column{{Key: "finance.bill"}, {Key: "finance.month"}, {Key: "finance.payable", Number: true}, {Key: "finance.state"}}}
	for _, b := range bills {
		p.Bills.Rows = append(p.Bills.Rows, []web.Cell{{Text: b.No, Href: billAddress(b.Merchant, b.No)}, {Text: b.Month.String()}, {Text: money.New(b.Payable, b.Currency).String()}, {Pill: statePill(b.State)}})
	}
	payments, err := h.svc.Payments(ctx, tx, r.Merchant, "")
	p.Payments = web.Table{Columns: []web.Column{{Key: "finance.payment"}, {Key: "finance.payment.value"}, {Key: "finance.amount", Number: true}, {Key: "finance.payment.by"}, {Key: "finance.payment.bank"}, {Key: "finance.state"}}}
	for _, x := range payments {
		if x.Requisition != r.No {
			continue
		}
		bank := web.Cell{Text: "–"}
		if x.BankReference != "" {
			bank = web.Cell{Text: x.BankReference, Note: x.BankDate.String()}
		}
		if x.State == PaymentRecorded {
			p.Payment = x.No
		}
		tone := map[string]web.Tone{PaymentRecorded: web.Warn, PaymentOnBank: web.OK, PaymentReturned: web.Still}[x.State]
		p.Payments.Rows = append(p.Payments.Rows, []web.Cell{
			{Text: x.No},
			{Text: x.ValueDate.String()},
			{Text: money.New(x.Amount, x.Currency).String()},
			{Text: d.who(x.RecordedBy), Note: d.instant(r.Entity, x.RecordedAt)},
			bank,
			{Pill: web.Pill{Tone: tone, Key: "finance.payment." + x.State}},
		})
	}
	return err
}

// requisitionSteps says which steps are open to the one who looks.
func (h *HTTP) requisitionSteps(ctx context.Context, tx *pg.Tx, d *desk, r Requisition, p *RequisitionPage) error {
	u := web.UserOf(d.c)
	review, pay := u.Has(reviewers...), u.Has(payers...)
	p.Same = r.CreatedBy == u.ID || r.ApprovedBy == u.ID
	p.CanApprove = review && r.State == ReqAccepted
	p.CanPay = pay && r.State == ReqApproved
	p.CanBank = pay && r.State == ReqPaid && p.Payment != ""
	proposals, err := selectProposals(ctx, tx, r.Merchant, r.No)
	if err != nil {
		return err
	}
	for i := range proposals {
		if proposals[i].State == "open" {
			p.Proposal, p.Proposer, p.When = &proposals[i], d.who(proposals[i].ProposedBy), d.instant(r.Entity, proposals[i].ProposedAt)
		}
	}
	p.CanRevoke = review && p.Proposal == nil && revocable(r) == nil
	p.CanConfirm = review && p.Proposal != nil && !strings.EqualFold(p.Proposal.ProposedBy, u.ID)
	p.CanDrop = review && p.Proposal != nil
	return nil
}

// step does one verb of a requisition and comes back to its page.
func (h *HTTP) step(c echo.Context, done string, verb func(ctx context.Context, tx *pg.Tx, merchant, no string) error) error {
	merchant, no := c.Param("merchant"), c.Param("no")
	err := h.change(c, func(ctx context.Context, tx *pg.Tx) error { return verb(ctx, tx, merchant, no) })
	if err != nil {
		fs, err := joinedFaults(err)
		if err != nil || fs[0].Kind == fault.NotFound {
			return errOr(err, fs)
		}
		return h.showRequisition(c, fs)
	}
	web.Flash(c, web.OK, done, "no", no)
	return c.Redirect(http.StatusSeeOther, requisitionAddress(merchant, no))
}

func errOr(err error, fs fault.Faults) error {
	if err != nil {
		return err
	}
	return fs
}

func (h *HTTP) bankLine(c echo.Context) error {
	return h.step(c, "finance.done.bank", func(ctx context.Context, tx *pg.Tx, merchant, no string) error {
		var fs fault.Faults
		l := BankLine{Merchant: merchant, Payment: trimmed(c, "payment"), Reference: trimmed(c, "reference")}
		var err error
		if l.Reference == "" {
			fs = append(fs, fault.New(fault.Invalid, "SET-REFERENCE", "reference"))
		}
		if l.Date, err = period.ParseDay(trimmed(c, "date")); err != nil {
			fs = append(fs, fault.New(fault.Invalid, "SET-DAY", "date"))
		}
		v, err := money.Parse(trimmed(c, "amount"))
		if err != nil {
			fs = append(fs, fault.New(fault.Invalid, "SET-AMOUNT", "amount"))
		}
		if len(fs) > 0 {
			return fs
		}
		r, err := h.svc.Requisition(ctx, tx, merchant, no)
		if err != nil {
			return err
		}
		l.Amount = money.New(v, r.Currency)
		_, err = h.svc.Reconcile(ctx, tx, l)
		return err
	})
}

func (h *HTTP) returnPayment(c echo.Context) error {
	return h.step(c, "finance.done.return", func(ctx context.Context, tx *pg.Tx, merchant, _ string) error {
		return h.svc.Return(ctx, tx, merchant, trimmed(c, "payment"), trimmed(c, "reason"))
	})
}

func (h *HTTP) proposeRevocation(c echo.Context) error {
	return h.step(c, "finance.done.revoke-proposed", func(ctx context.Context, tx *pg.Tx, merchant, no string) error {
		return h.svc.ProposeRevocation(ctx, tx, merchant, no, trimmed(c, "reason"))
	})
}

func (h *HTTP) confirmRevocation(c echo.Context) error {
	return h.step(c, "finance.done.revoked", h.svc.ConfirmRevocation)
}

func (h *HTTP) dropRevocation(c echo.Context) error {
	return h.step(c, "finance.done.revoke-dropped", h.svc.DropRevocation)
}

// file gives a merchant's stored file to be downloaded; a browser never runs it.
func (h *HTTP) file(c echo.Context) error {
	var f invoicing.File
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, _ *desk) (err error) {
		f, err = h.svc.Invoicing.OpenFile(ctx, tx, c.Param("merchant"), c.Param("sha"))
		return err
	})
	if err != nil {
		return err
	}
	return web.Download(c, f.Name, f.ContentType, f.Content)
}

// drawn gives the list of a requisition in one of its forms.
func (h *HTTP) drawn(form invoicing.Drawing) echo.HandlerFunc {
	return func(c echo.Context) error {
		demo, _, err := h.db.Demo(c.Request().Context())
		if err != nil {
			return err
		}
		var content []byte
		err = h.look(c, func(ctx context.Context, tx *pg.Tx, _ *desk) error {
			d, err := h.svc.Invoicing.Requisition(ctx, tx, c.Param("merchant"), c.Param("no"))
			if err != nil {
				return err
			}
			content, err = form.Draw(ctx, tx, d, web.LangOf(c), demo)
			return err
		})
		if err != nil {
			return err
		}
		name := c.Param("no") + "." + form.Ext
		return web.Download(c, name, form.Type, content)
	}
}
