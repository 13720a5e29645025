package catalog

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
)

var attemptTones = map[string]web.Tone{"waiting": web.Warn, "passed": web.OK, "failed": web.Bad}

// CertificationPage is a merchant's attempts, and the form for the next.
type CertificationPage struct {
	Table    web.Table
	Numbers  web.Table // what is to be said of the tax number on record and of the account sent last
	Entities []web.Option
	Entity   string
	Faults   fault.Faults
}

var certificationPage = web.NewPage("catalog/certification.html", CertificationPage{Entities: []web.Option{{Value: "5861", Text: "5861"}}})

func (h *HTTP) certification(c echo.Context) error { return h.showCertification(c, nil) }

func (h *HTTP) showCertification(c echo.Context, fs fault.Faults) error {
	p := CertificationPage{Faults: fs, Entity: field(c, "entity"), Table: web.Table{Empty: "catalog.cert.none", Columns: []web.Column{{Key: "catalog.entity"}, {Key: "catalog.cert.number", Number: true}, {Key: "catalog.state"}, {Key: "catalog.cert.asked"}, {Key: "catalog.reason"}}}}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		for _, e := range dir.Entities() {
			p.Entities = append(p.Entities, web.Option{Value: e.Code, Text: e.Code + " " + e.Name})
		}
		merchant := web.UserOf(c).Merchant
		list, err := h.svc.Attempts(ctx, tx, merchant, "")
		if err != nil {
			return err
		}
		if p.Numbers, err = h.numbers(ctx, tx, c, merchant, lastBank(list)); err != nil {
			return err
		}
		for _, a := range list {
			p.Table.Rows = append(p.Table.Rows, []web.Cell{
				{Text: a.Entity},
				{Text: strconv.Itoa(a.Number)},
				{Pill: web.Pill{Tone: attemptTones[a.State], Key: "catalog.cert." + a.State}},
				{Text: web.Instant(a.AskedAt, "UTC")},
				{Text: or(a.Reason, "–")},
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "catalog.cert.title"}
	if len(fs) > 0 {
		head.Status = web.Status(fs)
	}
	return certificationPage.Render(c, head, p)
}

// AttemptView is one attempt that waits for operations.
type AttemptView struct {
	Merchant, Entity, Currency, Asked, By string
	Account                               []web.Term
	Numbers                               web.Table
	CanDecide                             bool
}

// CertificationsPage is what operations has to decide.
type CertificationsPage struct {
	Waiting []AttemptView
	Faults  fault.Faults
}

var certificationsPage = web.NewPage("catalog/certifications.html", CertificationsPage{Waiting: []AttemptView{{Merchant: "M1", Entity: "5861", CanDecide: true}}})

func (h *HTTP) certifications(c echo.Context) error { return h.showCertifications(c, nil) }

func (h *HTTP) showCertifications(c echo.Context, fs fault.Faults) error {
	p := CertificationsPage{Faults: fs}
	err := h.read(c, func(ctx context.Context, tx *pg.Tx) error {
		names, err := auth.Names(ctx, tx)
		if err != nil {
			return err
		}
		list, err := h.svc.Attempts(ctx, tx, "", "")
		for _, a := range list {
			v := AttemptView{Merchant: a.Merchant, Entity: a.Entity, Currency: string(a.Currency), Asked: web.Instant(a.AskedAt, "UTC"), By: or(names[a.AskedBy], a.AskedBy), CanDecide: web.UserOf(c).Has(web.Operations)}
			if b := a.Bank; b != nil {
				v.Account = []web.Term{{Key: "catalog.cert.account", Cell: web.Cell{Text: or(b.AccountName, "–"), Note: b.AccountNo}}, {Key: "catalog.cert.bank", Cell: web.Cell{Text: or(b.BankName, "–"), Note: b.Swift}}}
			}
			if v.Numbers, err = h.numbers(ctx, tx, c, a.Merchant, a.Bank); err != nil {
				return err
			}
			p.Waiting = append(p.Waiting, v)
		}
		return err
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "catalog.certs.title"}
	if len(fs) > 0 {
		head.Status = web.Status(fs)
	}
	return certificationsPage.Render(c, head, p)
}
