package settlement

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/web"
	"suanpan/ledger"
)

// LockCase is the month of one entity's book on the page.
type LockCase struct {
	Entity, Name                        string
	Pill                                web.Pill
	By, Second, Reason                  string
	Over                                []string     // what a lock in force was put over
	Waits                               fault.Faults // what a lock without a reason is refused with
	Locked, Mine, CanPropose, CanDecide bool
}

// LockPage is how far each entity's month is from being locked, and who has to say the next word.
type LockPage struct {
	Picker        MonthPicker
	Cases         []LockCase
	Wrong, Reason string // the entity whose proposal was refused, and the reason as it was typed
	Faults        fault.Faults
}

var lockPage = web.NewPage("finance/lock.html", LockPage{
	Picker: MonthPicker{Month: "2026-10"}, Wrong: "5861", Reason: "x", Faults: fault.Faults{fault.New(fault.Invalid, "SET-REASON", "reason")},
	Cases: []LockCase{
		{Entity: "5861", Pill: web.Pill{Tone: web.Still, Key: "finance.lock.open"}, CanPropose: true, Waits: lockFaults("5861", period.MustMonth("2026-10"), false, nil)},
		{Entity: "5541", Pill: web.Pill{Tone: web.Warn, Key: "finance.lock.proposed"}, By: "Ana", Mine: true, CanDecide: true},
		{Entity: "5531", Pill: web.Pill{Tone: web.OK, Key: "finance.lock.locked"}, By: "Ana", Second: "Li Lei", Reason: "x", Over: []string{"LOCK-RUN"}, Locked: true},
	},
})

func (h *HTTP) locks(c echo.Context) error { return h.showLocks(c, nil) }

func (h *HTTP) showLocks(c echo.Context, fs fault.Faults) error {
	p := LockPage{Faults: fs, Wrong: trimmed(c, "entity"), Reason: trimmed(c, "reason")}
	err := h.look(c, func(ctx context.Context, tx *pg.Tx, d *desk) error {
		m := d.askedMonth()
		if v, err := period.ParseMonth(c.FormValue("month")); err == nil {
			m = v
		}
		p.Picker = d.picker(m)
		cal, err := ledger.LoadCalendar(ctx, tx)
		if err != nil {
			return err
		}
		locks, err := h.svc.Locks(ctx, tx, m)
		if err != nil {
			return err
		}
		for _, e := range d.dir.Entities() {
			x := d.lockCase(e.Code, m, cal.Locked(e.Code, m), locks)
			if x.Waits, err = h.svc.LockWaits(ctx, tx, e.Code, m); err != nil {
				return err
			}
			p.Cases = append(p.Cases, x)
		}
		return nil
	})
	if err != nil {
		return err
	}
	head := web.Head{Title: "finance.lock.title", Pairs: []any{"month", p.Picker.Month}, Crumbs: crumbs(c, web.Text(c, "finance.lock.tab"), "")}
	if len(fs) > 0 {
		head.Status = web.Status(fs)
	}
	return lockPage.Render(c, head, p)
}

// lockCase tells an entity's month by its last proposal that was not dropped.
func (d *desk) lockCase(entity string, m period.Month, locked bool, locks []MonthLock) LockCase {
	u := web.UserOf(d.c)
	x := LockCase{Entity: entity, Name: d.entityName(entity), Locked: locked, Pill: web.Pill{Tone: web.Still, Key: "finance.lock.open"}}
	if locked {
		x.Pill = web.Pill{Tone: web.OK, Key: "finance.lock.locked"}
	}
	proposed := false
	for _, l := range locks {
		if l.Entity != entity || l.Month != m || l.State == "dropped" {
			continue
		}
		x.By, x.Reason = d.t("finance.lock.by", "who", d.who(l.ProposedBy), "at", d.instant(entity, l.ProposedAt)), l.Reason
		switch l.State {
		case "open":
			proposed, x.Mine, x.CanDecide = true, l.ProposedBy == u.ID, u.Has(lockers...)
			x.Pill = web.Pill{Tone: web.Warn, Key: "finance.lock.proposed"}
		case "confirmed":
			x.Second, x.Over = d.t("finance.lock.second", "who", d.who(l.DecidedBy), "at", d.instant(entity, l.DecidedAt)), l.Waits
			if len(l.Waits) > 0 {
				x.Pill = web.Pill{Tone: web.Bad, Key: "finance.lock.over"}
			}
		}
		break
	}
	x.CanPropose = !locked && !proposed && u.Has(lockers...)
	return x
}

// lockStep does one of the verbs on the month of an entity's book that a form names.
func (h *HTTP) lockStep(c echo.Context, done string, do func(context.Context, *pg.Tx, string, period.Month) error) error {
	m, err := period.ParseMonth(c.FormValue("month"))
	if err != nil {
		return web.NotFound("month")
	}
	entity := trimmed(c, "entity")
	err = h.change(c, func(ctx context.Context, tx *pg.Tx) error { return do(ctx, tx, entity, m) })
	if err != nil {
		fs, err := joinedFaults(err)
		if err != nil {
			return err
		}
		return h.showLocks(c, fs)
	}
	web.Flash(c, web.OK, done, "entity", entity, "month", m.String())
	return c.Redirect(http.StatusSeeOther, address("/finance/lock", "month", m.String()))
}

func (h *HTTP) proposeLock(c echo.Context) error {
	return h.lockStep(c, "finance.done.lock-proposed", func(ctx context.Context, tx *pg.Tx, entity string, m period.Month) error {
		return h.svc.ProposeLock(ctx, tx, entity, m, trimmed(c, "reason"))
	})
}

func (h *HTTP) confirmLock(c echo.Context) error {
	return h.lockStep(c, "finance.done.locked", h.svc.ConfirmLock)
}

func (h *HTTP) dropLock(c echo.Context) error {
	return h.lockStep(c, "finance.done.lock-dropped", h.svc.DropLock)
}
