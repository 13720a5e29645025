package supervision

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// Appeal is one appeal (申诉) of a line.
type Appeal struct {
	Merchant, Line string
	No             int   // within the line, from 1
	Party          Party // who opened it
	Ground         string
	Reason         string
	OpenedBy       string
	OpenedAt       time.Time // whole seconds, since that is how the feed tells appeals of a line apart
	DueAt          time.Time // end of the last working day by which operations decides
	Basis          string    // the calendar that rests on
	ByFeed         bool      // opened elsewhere
	Outcome        string    // empty while open
	Amount         *decimal.Decimal
	Decision       string // the reason given
	DecidedBy      string
	DecidedAt      *time.Time
}

func (a Appeal) subject() string { return a.Line + "/A" + strconv.Itoa(a.No) }

// Late tells whether operations should have decided.
func (a Appeal) Late(now time.Time) bool { return a.DecidedAt == nil && !now.Before(a.DueAt) }

// Opening is what somebody appeals with.
type Opening struct {
	Merchant, Line string
	Party          Party
	Ground         string // not_accepted, other
	Reason         string
	Files          []Sent // evidence, at least one
}

// Appeal opens an appeal: from now on nobody acts on the line but operations, and all its timers stand.
func (svc *Service) Appeal(ctx context.Context, tx *pg.Tx, o Opening) (Appeal, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Appeal{}, err
	}
	c, err := svc.one(ctx, tx, o.Merchant, o.Line, true)
	if err != nil {
		return Appeal{}, err
	}
	appeals, err := appealsOf(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return Appeal{}, err
	}
	proofs, err := countProofs(ctx, tx, &c)
	if err != nil {
		return Appeal{}, err
	}
	if fs := checkOpening(o, c, proofs, dir.Text(entities.KeyAppealRule, entities.ForEntity(c.Entity), tx.Now), tx.Now); len(fs) > 0 {
		return Appeal{}, fs
	}
	a := Appeal{
		Merchant: c.Merchant, Line: c.Line, No: len(appeals) + 1, Party: o.Party, Ground: o.Ground, Reason: strings.TrimSpace(o.Reason), OpenedBy: tx.Actor.User,
		OpenedAt: tx.Now.Truncate(time.Second),
	}
	if n := len(appeals); n > 0 && !a.OpenedAt.After(*appeals[n-1].DecidedAt) {
		a.OpenedAt = appeals[n-1].DecidedAt.Add(time.Second) // decided this very second
	}
	a.DueAt, a.Basis = appealDue(dir, c.Entity, a.OpenedAt)
	if err := keepFiles(ctx, tx, &c, Act{Party: o.Party, At: a.OpenedAt, Files: o.Files}, a.No, nil); err != nil {
		return a, err
	}
	if err := svc.freeze(ctx, tx, &c, a); err != nil {
		return a, err
	}
	return a, orders.SetTimer(ctx, tx, orders.Timer{Merchant: c.Merchant, Subject: a.subject(), Kind: timerAppealed, DueAt: a.OpenedAt})
}

func checkOpening(o Opening, c Case, proofs int, rule string, now time.Time) fault.Faults {
	if !c.Stage.Waiting() {
		return fault.Faults{fault.New(fault.Conflict, "APL-ENDED", "")}
	}
	if c.Frozen != nil {
		return fault.Faults{fault.New(fault.Conflict, "APL-OPEN", "")}
	}
	var fs fault.Faults
	if f := mayAppeal(c, o.Party, rule, now); f != nil {
		fs = append(fs, f)
	}
	if o.Ground != NotAccepted && o.Ground != OtherGround {
		fs = append(fs, fault.New(fault.Invalid, "APL-GROUND", "ground", fault.Args{"ground": o.Ground}))
	}
	if o.Ground == NotAccepted && proofs == 0 {
		fs = append(fs, fault.New(fault.Conflict, "APL-PROOF", "ground"))
	}
	if len(o.Files) == 0 {
		fs = append(fs, fault.New(fault.Invalid, "APL-EVIDENCE", "files"))
	}
	if r := strings.TrimSpace(o.Reason); r == "" || len([]rune(r)) > maxText {
		fs = append(fs, fault.New(fault.Invalid, "SUP-REASON", "reason", fault.Args{"max": maxText}))
	}
	return append(fs, checkFiles(o.Files)...)
}

// appealDue is the end of the third working day after an appeal, by the calendar and in the zone of the entity.
func appealDue(dir *entities.Directory, entity string, at time.Time) (time.Time, string) {
	zone := dir.Zone(entity)
	day, basis := dir.AddWorkdays(entity, period.DayOf(at, zone), dir.Int(entities.KeyAppealWorkdays, entities.ForEntity(entity), at))
	return day.Add(1).Start(zone), basis.String()
}

// freeze writes an appeal and stops the line.
func (svc *Service) freeze(ctx context.Context, tx *pg.Tx, c *Case, a Appeal) error {
	if err := insertAppeal(ctx, tx, a); err != nil {
		return err
	}
	c.Frozen = &a.OpenedAt
	if err := orders.FreezeTimers(ctx, tx, c.Merchant, c.Line, a.OpenedAt); err != nil {
		return err
	}
	hold := orders.Hold{Line: c.Line, Kind: orders.AppealHold, Since: a.OpenedAt, LiftedBy: "operations", Why: a.Ground}
	if err := orders.SetHold(ctx, tx, c.Merchant, a.subject(), hold); err != nil {
		return err
	}
	if err := svc.write(ctx, tx, c, "appeal", a.Party, a.OpenedAt, a.Reason); err != nil {
		return err
	}
	return svc.tell(ctx, tx, c, NoteAppealed, Platform, a.OpenedAt, a.Reason)
}

// Decision is what operations decides.
type Decision struct {
	Merchant, Line string
	No             int
	Outcome        string // resume, accepted, refund
	Amount         decimal.Decimal
	Reason         string
}

// refundWithin is how long the marketplace takes to give money back once that is decided (3 小时内同步).
const refundWithin = 3 * time.Hour

// Decide ends an appeal: supervision goes on, or is closed as accepted, or the buyer gets an amount back. Who opened it or sent evidence for it does not decide.
func (svc *Service) Decide(ctx context.Context, tx *pg.Tx, d Decision) (Appeal, error) {
	c, err := svc.one(ctx, tx, d.Merchant, d.Line, true)
	if err != nil {
		return Appeal{}, err
	}
	a, err := svc.appealNo(ctx, tx, &c, d.No)
	if err != nil {
		return a, err
	}
	fs := checkDecision(d, c)
	papers, err := selectPapers(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return a, err
	}
	own := a.OpenedBy == tx.Actor.User
	for _, p := range papers {
		own = own || p.Actor == tx.Actor.User
	}
	if own {
		fs = append(fs, fault.New(fault.Forbidden, "APL-OWN", ""))
	}
	if len(fs) > 0 {
		return a, fs
	}
	at := tx.Now.Truncate(time.Second)
	if at.Before(a.OpenedAt) {
		at = a.OpenedAt
	}
	a.Outcome, a.Decision, a.DecidedBy, a.DecidedAt = d.Outcome, strings.TrimSpace(d.Reason), tx.Actor.User, &at
	if d.Outcome == OutcomeRefund {
		a.Amount = &d.Amount
	}
	if err := svc.carryOut(ctx, tx, &c, a); err != nil {
		return a, err
	}
	detail := map[string]any{"line": c.Line, "outcome": a.Outcome}
	if a.Amount != nil {
		detail["amount"] = a.Amount.String()
	}
	err = audit.Write(ctx, tx, audit.Event{Merchant: c.Merchant, Action: "appeal.decided", Subject: a.subject(), Reason: a.Decision, Detail: detail})
	if err != nil {
		return a, err
	}
	return a, orders.SetTimer(ctx, tx, orders.Timer{Merchant: c.Merchant, Subject: a.subject(), Kind: timerDecided, DueAt: at})
}

func (svc *Service) appealNo(ctx context.Context, tx *pg.Tx, c *Case, no int) (Appeal, error) {
	all, err := appealsOf(ctx, tx, c.Merchant, c.Line)
	if err != nil {
		return Appeal{}, err
	}
	for _, a := range all {
		if a.No != no {
			continue
		}
		if a.DecidedAt != nil {
			return a, fault.New(fault.Conflict, "APL-DECIDED", "")
		}
		return a, nil
	}
	return Appeal{}, fault.New(fault.NotFound, "APL-NONE", "appeal")
}

// carryOut does what was decided. After a refund the line stays frozen until the fact says that the money is back.
func (svc *Service) carryOut(ctx context.Context, tx *pg.Tx, c *Case, a Appeal) error {
	if err := updateAppeal(ctx, tx, a); err != nil {
		return err
	}
	if err := orders.LiftHold(ctx, tx, c.Merchant, c.Line, orders.AppealHold, a.subject(), *a.DecidedAt); err != nil {
		return err
	}
	switch a.Outcome {
	case OutcomeRefund:
		if err := svc.giveBack(ctx, tx, c, *a.Amount, "A"+strconv.Itoa(a.No), *a.DecidedAt, orders.Negotiated); err != nil {
			return err
		}
	case OutcomeAccepted:
		c.enter(Completing, *a.DecidedAt)
		c.Accepted, c.How = a.DecidedAt, "appeal"
		if err := orders.DropTimers(ctx, tx, []orders.LineID{{Merchant: c.Merchant, Line: c.Line}}, timerAccept, timerWatch, timerClose); err != nil {
			return err
		}
		fallthrough
	default:
		if err := svc.thaw(ctx, tx, c, *a.DecidedAt); err != nil {
			return err
		}
	}
	if err := svc.write(ctx, tx, c, "decided", Platform, *a.DecidedAt, a.Outcome+": "+a.Decision); err != nil {
		return err
	}
	for _, who := range []Party{Buyer, Seller} {
		if err := svc.tell(ctx, tx, c, NoteDecided, who, *a.DecidedAt, a.Decision); err != nil {
			return err
		}
	}
	return nil
}

// thaw lets a line go on.
func (svc *Service) thaw(ctx context.Context, tx *pg.Tx, c *Case, at time.Time) error {
	c.Frozen = nil
	return orders.ThawTimers(ctx, tx, c.Merchant, c.Line, at)
}

// giveBack asks the marketplace to refund, and waits for the fact that it did. Suanpan posts nothing by itself.
func (svc *Service) giveBack(ctx context.Context, tx *pg.Tx, c *Case, amount decimal.Decimal, cause string, at time.Time, rule string) error {
	due := at.Add(refundWithin)
	c.Resume, c.RefundID = c.Stage, refundID(c.Line, cause)
	c.enter(Refunding, at)
	_, err := orders.Instruct(ctx, tx, orders.Instruction{
		Merchant: c.Merchant, Kind: orders.GiveBack, Order: c.Order, Line: c.Line, RefundID: c.RefundID, Buyer: c.Buyer, Currency: c.Currency, Amount: amount, Rule: rule, DueAt: &due,
	})
	return err
}

// OpenAppeals lists the appeals that wait for operations, the most urgent first.
func (svc *Service) OpenAppeals(ctx context.Context, tx *pg.Tx, limit, offset int) ([]Appeal, error) {
	return openAppeals(ctx, tx, limit, offset)
}
