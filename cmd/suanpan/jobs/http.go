package jobs

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/orders"
)

// HTTP is the page on which operations see what is due, running and failed.
type HTTP struct {
	db     *pg.DB
	runner *Runner
}

// NewHTTP makes the page on a database and this process's runner.
func NewHTTP(db *pg.DB, r *Runner) *HTTP { return &HTTP{db: db, runner: r} }

// Routes are the page and its two buttons.
func (h *HTTP) Routes() []web.Route {
	look := []web.Duty{web.Operations, web.Admin, web.Auditor}
	do := []web.Duty{web.Operations, web.Admin}
	return []web.Route{
		{Method: http.MethodGet, Path: "/operations/jobs", Name: "jobs.page", Nav: "jobs.nav", Duties: look, Handler: h.page},
		{Method: http.MethodPost, Path: "/operations/jobs/:id/retry", Name: "jobs.retry", Duties: do, Handler: h.retry},
		{Method: http.MethodPost, Path: "/operations/timers/retry", Name: "jobs.timer", Duties: do, Handler: h.retryTimer},
	}
}

// timerRow is a timer with what the page says of it.
type timerRow struct {
	orders.Timer
	Pill  web.Pill
	Retry bool
}

// jobRow is a job with what the page says of it.
type jobRow struct {
	Job
	Pill  web.Pill
	Retry bool
}

type jobsPage struct {
	Now    time.Time // business time: what is before it is due
	Timers []timerRow
	Jobs   []jobRow
	Done   bool // finished jobs are shown too
}

var pageJobs = web.NewPage("jobs/jobs.html", jobsPage{
	Now:    time.Unix(0, 0),
	Timers: []timerRow{{Timer: orders.Timer{Merchant: "M1", Subject: "line", Kind: "x.y", Failures: 1, Failure: "no"}, Pill: web.Pill{Tone: web.Bad, Key: "jobs.state.failed"}, Retry: true}},
	Jobs:   []jobRow{{Job: Job{ID: 1, Work: "orders.timers", State: Failed, Error: "no"}, Pill: web.Pill{Tone: web.Bad, Key: "jobs.state.failed"}, Retry: true}},
})

func (h *HTTP) page(c echo.Context) error {
	u, ctx := web.UserOf(c), c.Request().Context()
	p := jobsPage{Done: c.QueryParam("done") == "1"}
	may := u.Has(web.Operations, web.Admin)
	var ts []orders.Timer
	err := h.db.ReadTx(ctx, u.Actor(), func(tx *pg.Tx) (err error) {
		p.Now = tx.Now
		ts, err = orders.Timers(ctx, tx, orders.TimerQuery{})
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range ts {
		p.Timers = append(p.Timers, timerRow{t, timerPill(t, p.Now), may && t.Failures > 0})
	}
	list, err := h.runner.List(ctx, p.Done)
	if err != nil {
		return err
	}
	for _, j := range list {
		p.Jobs = append(p.Jobs, jobRow{j, jobPill(j), may && (j.State == Failed || j.State == Retried)})
	}
	return pageJobs.Render(c, web.Head{Title: "jobs.title"}, p)
}

func timerPill(t orders.Timer, now time.Time) web.Pill {
	switch {
	case t.Failures > 0:
		return web.Pill{Tone: web.Bad, Key: "jobs.state.failed"}
	case t.FrozenAt != nil:
		return web.Pill{Tone: web.Still, Key: "jobs.state.frozen"}
	case !t.DueAt.After(now):
		return web.Pill{Tone: web.Warn, Key: "jobs.state.due"}
	}
	return web.Pill{Tone: web.Info, Key: "jobs.state.waiting"}
}

func jobPill(j Job) web.Pill {
	tones := map[State]web.Tone{Waiting: web.Info, Running: web.Info, Retried: web.Warn, Failed: web.Bad, Done: web.OK}
	return web.Pill{Tone: tones[j.State], Key: "jobs.state." + string(j.State)}
}

func (h *HTTP) retry(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "JOB-NONE", "id", fault.Args{"id": c.Param("id")})
	}
	ctx := c.Request().Context()
	j, err := h.runner.Retry(ctx, id)
	if err != nil {
		return err
	}
	err = h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error {
		return audit.Write(ctx, tx, audit.Event{Action: "job.retried", Subject: strconv.FormatInt(id, 10), Detail: map[string]any{"work": j.Work}})
	})
	return h.back(c, err)
}

func (h *HTTP) retryTimer(c echo.Context) error {
	var in struct {
		Merchant string `form:"merchant" validate:"max=64"`
		Subject  string `form:"subject" validate:"required,max=200"`
		Kind     string `form:"kind" validate:"required,max=100"`
	}
	if err := web.Bind(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	err := h.db.InTx(ctx, web.UserOf(c).Actor(), func(tx *pg.Tx) error {
		return RetryTimer(ctx, tx, in.Merchant, in.Subject, in.Kind)
	})
	if err == nil {
		_, err = h.runner.Enqueue(ctx)
	}
	return h.back(c, err)
}

func (h *HTTP) back(c echo.Context, err error) error {
	if err != nil {
		return err
	}
	web.Flash(c, web.OK, "jobs.retried")
	return c.Redirect(http.StatusSeeOther, "/operations/jobs")
}

// RetryTimer lets a timer that failed be tried at once, and writes down who did.
func RetryTimer(ctx context.Context, tx *pg.Tx, merchant, subject, kind string) error {
	if err := orders.RetryTimer(ctx, tx, merchant, subject, kind); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "timer.retried", Subject: subject, Detail: map[string]any{"kind": kind}})
}
