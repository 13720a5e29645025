package settlement

import (
	"context"
	"strconv"
	"time"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

var (
	_ = fault.Define("LOCK-RUN", "The bill run of {month} is not done for {entity}. Run it first, or give a reason to lock without it.", "{entity} 的 {month} 尚未出账。请先出账，或说明锁定的原因。", "A execução de {month} não foi feita para {entity}. Execute-a antes, ou dê um motivo para trancar sem ela.")
	_ = fault.Define("LOCK-BILLS", "Bills of {entity} for {month} that wait in state {state}: {n}, such as {bill}. Approve or withdraw them first, or give a reason to lock over them.", "{entity} 的 {month} 有 {n} 张账单处于 {state}，例如 {bill}。请先会签或撤回，或说明锁定的原因。", "Faturas de {entity} de {month} paradas no estado {state}: {n}, como {bill}. Aprove-as ou retire-as antes, ou dê um motivo para trancar assim mesmo.")
	_ = fault.Define("LOCK-DONE", "Month {month} of {entity} is locked already. Nothing is left to do.", "{entity} 的 {month} 已锁定，无需再操作。", "O mês {month} de {entity} já está trancado. Não há mais nada a fazer.")
	_ = fault.Define("LOCK-NONE", "Nobody proposes to lock {month} of {entity}. Propose it first; a second person confirms it.", "没有锁定 {entity} {month} 的提议。请先提出，再由第二人确认。", "Ninguém propôs trancar {month} de {entity}. Proponha antes; uma segunda pessoa confirma.")
	_ = fault.Define("LOCK-OPEN", "A proposal to lock this month waits for its second person already. Confirm or drop that one.", "已有锁定该月的提议等待第二人处理。请先确认或放弃该提议。", "Já há uma proposta de trancar este mês à espera da segunda pessoa. Confirme ou descarte essa.")
)

// MonthLock is the word of two people that a month of an entity's book ends for good (账期锁定).
type MonthLock struct {
	Entity     string
	Month      period.Month
	N          int      // counts the proposals of the entity's month, from 1
	Reason     string   // why it is locked over what waits; may be empty where nothing does
	Waits      []string // what was overridden: a fault's code and, of bills, their state and number; as of the last of the two
	State      string   // open, confirmed, dropped
	ProposedBy string
	ProposedAt time.Time
	DecidedBy  string
	DecidedAt  time.Time
}

// undecided are the states in which nobody has said yet that a bill is owed as it stands.
var undecided = []State{PendingCountersign, Countersigning, CountersignRejected, PendingRequisition, RequisitionFailed}

// waitingBills are the bills of an entity's month that stand in one of the undecided states.
type waitingBills struct {
	State State
	Bills int
	First string // the number of one of them
}

// lockFaults names all that still waits in a month that is to be locked.
func lockFaults(entity string, m period.Month, ran bool, bills []waitingBills) fault.Faults {
	var fs fault.Faults
	if !ran {
		fs = append(fs, fault.New(fault.Conflict, "LOCK-RUN", "entity", fault.Args{"entity": entity, "month": m}))
	}
	for _, b := range bills {
		fs = append(fs, fault.New(fault.Conflict, "LOCK-BILLS", "entity", fault.Args{"entity": entity, "month": m, "state": b.State, "n": b.Bills, "bill": b.First}))
	}
	return fs
}

// waitNames is the short form of lockFaults that stays with the lock.
func waitNames(ran bool, bills []waitingBills) []string {
	out := []string{}
	if !ran {
		out = append(out, "LOCK-RUN")
	}
	for _, b := range bills {
		out = append(out, "LOCK-BILLS "+string(b.State)+" "+strconv.Itoa(b.Bills))
	}
	return out
}

// ProposeLock asks that a month of an entity's book be locked. Nothing is locked until a second person confirms it. While the month's run is not
// done or bills wait for approval or requisition, it is refused with each of them, unless a reason is given.
func (s *Service) ProposeLock(ctx context.Context, tx *pg.Tx, entity string, m period.Month, reason string) error {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	if _, ok := dir.Entity(entity); !ok {
		return fault.New(fault.NotFound, "SET-ENTITY", "entity", fault.Args{"entity": entity})
	}
	cal, err := ledger.LoadCalendar(ctx, tx)
	if err != nil {
		return err
	}
	if cal.Locked(entity, m) {
		return fault.New(fault.Conflict, "LOCK-DONE", "entity", fault.Args{"entity": entity, "month": m})
	}
	l := MonthLock{Entity: entity, Month: m, Reason: reason}
	if err := l.see(ctx, tx); err != nil {
		return err
	}
	if err := insertLock(ctx, tx, l); err != nil {
		return err
	}
	return audit.Write(ctx, tx, l.event("month.lock_proposed"))
}

// ConfirmLock is the second person's word: the month is locked and its trial balance never moves again. What waits is looked at anew, after the
// postings under way have ended.
func (s *Service) ConfirmLock(ctx context.Context, tx *pg.Tx, entity string, m period.Month) error {
	l, err := openLock(ctx, tx, entity, m)
	if err != nil {
		return err
	}
	if err := auth.DifferentPeople(l.ProposedBy, tx.Actor.User); err != nil {
		return err
	}
	if err := ledger.LockMonth(ctx, tx, entity, m); err != nil {
		return err
	}
	if err := l.see(ctx, tx); err != nil {
		return err
	}
	if err := decideLock(ctx, tx, l, "confirmed"); err != nil {
		return err
	}
	action := "month.locked"
	if len(l.Waits) > 0 {
		action = "month.locked_overriding" // an action of its own, so that overrides are found apart
	}
	return audit.Write(ctx, tx, l.event(action))
}

// DropLock ends a proposal without locking; either person may.
func (s *Service) DropLock(ctx context.Context, tx *pg.Tx, entity string, m period.Month) error {
	l, err := openLock(ctx, tx, entity, m)
	if err != nil {
		return err
	}
	if err := decideLock(ctx, tx, l, "dropped"); err != nil {
		return err
	}
	return audit.Write(ctx, tx, l.event("month.lock_dropped"))
}

// Locks lists the proposals for a month and the open ones of all months, newest first.
func (s *Service) Locks(ctx context.Context, tx *pg.Tx, m period.Month) ([]MonthLock, error) {
	return selectLocks(ctx, tx, m)
}

// LockWaits tells what still waits in a month of an entity's book: the faults a proposal without a reason is refused with.
func (s *Service) LockWaits(ctx context.Context, tx *pg.Tx, entity string, m period.Month) (fault.Faults, error) {
	ran, bills, err := selectWaits(ctx, tx, entity, m)
	return lockFaults(entity, m, ran, bills), err
}

// see notes what waits now, and refuses it where no reason overrides it.
func (l *MonthLock) see(ctx context.Context, tx *pg.Tx) error {
	ran, bills, err := selectWaits(ctx, tx, l.Entity, l.Month)
	if err != nil {
		return err
	}
	l.Waits = waitNames(ran, bills)
	if l.Reason == "" {
		return lockFaults(l.Entity, l.Month, ran, bills).Err()
	}
	return needReason(l.Reason)
}

func (l MonthLock) event(action string) audit.Event {
	e := audit.Event{Action: action, Subject: l.Entity + "/" + l.Month.String(), Reason: l.Reason}
	if l.ProposedBy != "" {
		e.Detail = map[string]any{"proposedBy": l.ProposedBy}
	}
	if len(l.Waits) > 0 {
		if e.Detail == nil {
			e.Detail = map[string]any{}
		}
		e.Detail["waits"] = l.Waits
	}
	return e
}
