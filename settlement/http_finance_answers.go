package settlement

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/invoicing"
)

// AnswerCase is one time that a law gives the buyer to answer.
type AnswerCase struct {
	ID                            string // of its form
	Number, Merchant, Asked, From string
	Href                          string // its requisition
	Pill                          web.Pill
	Terms                         []web.Term
}

// AnswersPage lists the times that run or ran out, what ends first before the others, and takes what finance answered.
type AnswersPage struct {
	Cases                   []AnswerCase
	Decide                  bool
	Faults                  fault.Faults
	Wrong                   string // the form that was refused, and what had been typed
	Merchant, Number, Typed string
	Reason                  string
}

var answersPage = web.NewPage("finance/answers.html", AnswersPage{
	Decide: true, Wrong: "0", Reason: "x", Faults: fault.Faults{fault.New(fault.Invalid, "INV-REASON", "reason")},
	Cases: []AnswerCase{{ID: "0", Number: "A1", Merchant: "M1", Asked: "invoice", From: "2026-11-16", Href: "/", Pill: web.Pill{Tone: web.Warn, Key: "finance.answers.state.alarm"}}},
})

func (h *HTTP) answers(c echo.Context) error { return h.showAnswers(c, AnswersPage{}) }

func (h *HTTP) showAnswers(c echo.Context, p AnswersPage) error {
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		p.Decide = web.UserOf(c).Has(reviewers...)
		list, err := h.svc.Invoicing.Answers(ctx, tx, invoicing.AnswerQuery{Standing: true})
		for n, a := range list {
			p.Cases = append(p.Cases, d.answerCase(n, a))
		}
		return err
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "finance.answers.title", Crumbs: crumbs(c, web.Text(c, "finance.answers.title"), "")}
	if len(p.Faults) > 0 {
		head.Status = web.Status(p.Faults)
	}
	return answersPage.Render(c, head, p)
}

func (d *desk) answerCase(n int, a invoicing.Answer) AnswerCase {
	last := web.Cell{Text: a.Last.String(), Note: d.dir.InvoiceZone(a.Entity, d.now).String()}
	if a.Basis != "" {
		last.Note += " · " + a.Basis
	}
	return AnswerCase{
		ID: strconv.Itoa(n), Number: a.Number, Merchant: a.Merchant, Asked: string(a.Asked), From: a.From.String(), Href: requisitionAddress(a.Merchant, a.Requisition), Pill: d.answerPill(a),
		Terms: []web.Term{
			{Key: "finance.answers.asked", Cell: web.Cell{Text: d.t("finance.answers.asked." + string(a.Asked))}},
			{Key: "finance.answers.last", Cell: last},
			{Key: "finance.answers.from", Cell: web.Cell{Text: a.From.String()}},
			{Key: "finance.answers.rule", Cell: web.Cell{Text: a.Rule}},
			{Key: "finance.merchant", Cell: web.Cell{Text: a.Merchant}},
			{Key: "finance.entity", Cell: web.Cell{Text: a.Entity, Note: d.entityName(a.Entity)}},
		},
	}
}

// answerPill goes by business time, whenever the alarm itself is told.
func (d *desk) answerPill(a invoicing.Answer) web.Pill {
	switch {
	case a.State == invoicing.AnswerTimeOver || !a.DueAt.After(d.now):
		return web.Pill{Tone: web.Bad, Key: "finance.answers.state.lapsed"}
	case !a.AlarmAt.After(d.now):
		return web.Pill{Tone: web.Warn, Key: "finance.answers.state.alarm"}
	}
	return web.Pill{Tone: web.Info, Key: "finance.answers.state.open"}
}

// giveAnswer notes what finance answered the tax office.
func (h *HTTP) giveAnswer(c echo.Context) error {
	from, err := period.ParseDay(trimmed(c, "from"))
	if err != nil {
		return web.NotFound("answer")
	}
	a := invoicing.Answered{
		Merchant: trimmed(c, "merchant"), Number: trimmed(c, "number"), Asked: entities.Asked(trimmed(c, "asked")), From: from,
		Said: trimmed(c, "said"), Reason: trimmed(c, "reason"),
	}
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) error {
		_, err := h.svc.Invoicing.Answer(ctx, tx, a)
		return err
	})
	if err != nil {
		fs, err := joinedFaults(err)
		if err != nil || fs[0].Kind == fault.NotFound {
			return errOr(err, fs)
		}
		return h.showAnswers(c, AnswersPage{Faults: fs, Wrong: trimmed(c, "id"), Reason: a.Reason})
	}
	web.Flash(c, web.OK, "finance.done.answered", "no", a.Number)
	return c.Redirect(http.StatusSeeOther, "/finance/answers")
}

// noteCancellation notes that a merchant asked for a cancellation, and says until when it is to be answered.
func (h *HTTP) noteCancellation(c echo.Context) error {
	p := AnswersPage{Wrong: "ask", Merchant: trimmed(c, "merchant"), Number: trimmed(c, "number"), Typed: trimmed(c, "on"), Reason: trimmed(c, "reason")}
	x := invoicing.Cancellation{Merchant: p.Merchant, Number: p.Number, Reason: p.Reason}
	var err error
	if p.Typed != "" {
		if x.On, err = period.ParseDay(p.Typed); err != nil {
			p.Faults = fault.Faults{fault.New(fault.Invalid, "INV-TYPED-DATE", "on", fault.Args{"got": p.Typed})}
			return h.showAnswers(c, p)
		}
	}
	var a invoicing.Answer
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) (err error) {
		a, err = h.svc.Invoicing.AskCancellation(ctx, tx, x)
		return err
	})
	if err != nil {
		if p.Faults, err = joinedFaults(err); err != nil {
			return err
		}
		return h.showAnswers(c, p)
	}
	web.Flash(c, web.OK, "finance.done.cancellation", "no", a.Number, "day", a.Last.String())
	return c.Redirect(http.StatusSeeOther, "/finance/answers")
}

// answerNotices puts on finance's page how many times to answer run out soon or ran out.
func (h *HTTP) answerNotices(ctx context.Context, tx *pg.Tx, add func(web.Tone, string, string, ...any)) error {
	list, err := h.svc.Invoicing.Answers(ctx, tx, invoicing.AnswerQuery{Standing: true})
	n := 0
	for _, a := range list {
		if !a.AlarmAt.After(tx.Now) {
			n++
		}
	}
	if n > 0 {
		add(web.Bad, "/finance/answers", "finance.notice.answers", "n", n)
	}
	return err
}
