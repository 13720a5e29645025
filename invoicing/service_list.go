package invoicing

import (
	"context"
	"sort"
	"strings"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

// IssueList issues a list: the first version opens its requisition, the same document again is a no-op, another document is a new
// version as long as no invoice in force answers the old one. The requisition number is used once everywhere and for ever.
func (s *Service) IssueList(ctx context.Context, tx *pg.Tx, l List) (List, error) {
	l.Requisition = RequisitionKey(l.Requisition)
	if missing := l.check(); len(missing) > 0 {
		return l, fault.New(fault.Invalid, codeIncompleteList, "list", fault.Args{"missing": strings.Join(missing, ", ")})
	}
	if err := lockMerchant(ctx, tx, l.Merchant); err != nil {
		return l, err
	}
	mine, err := claim(ctx, tx, l.Requisition, l.Merchant)
	if err != nil {
		return l, err
	}
	if !mine {
		return l, fault.New(fault.Conflict, codeNumberClaimed, "requisition", fault.Args{"requisition": l.Requisition})
	}
	old, again, err := selectRequisition(ctx, tx, l.Merchant, l.Requisition)
	if err != nil {
		return l, err
	}
	l.Version, l.IssuedAt = 1, tx.Now
	if again {
		same, err := s.replaces(ctx, tx, old, &l)
		if err != nil || same {
			return l, err
		}
	}
	if err := insertList(ctx, tx, l, tx.Actor.User); err != nil {
		return l, err
	}
	r := Requisition{
		Merchant: l.Merchant, Number: l.Requisition, Entity: l.Entity, Amount: l.Amount(), Version: l.Version, State: StateOpen, Attempt: max(old.Attempt, 1),
		NoticeAt: l.NoticeAt, ChangedAt: tx.Now, ChangedBy: tx.Actor.User,
	}
	if err := upsertRequisition(ctx, tx, r); err != nil {
		return l, err
	}
	kind := EventIssued
	if again {
		kind = EventReplaced
	}
	if err := insertEvent(ctx, tx, r, Event{Kind: kind, Attempt: r.Attempt, At: tx.Now, By: tx.Actor.User}); err != nil {
		return l, err
	}
	for _, f := range s.Events.ListIssued {
		if err := f(ctx, tx, r, l); err != nil {
			return l, err
		}
	}
	return l, nil
}

// replaces tells whether the list is the one in force already; otherwise it gives it the next version, or a fault.
func (s *Service) replaces(ctx context.Context, tx *pg.Tx, old Requisition, l *List) (same bool, err error) {
	last, hash, err := selectList(ctx, tx, old.Merchant, old.Number, old.Version)
	if err != nil {
		return false, err
	}
	twin := *l
	twin.Version, twin.IssuedAt = last.Version, last.IssuedAt
	if old.State == StateWithdrawn {
		return false, fault.New(fault.Conflict, codeNumberClaimed, "requisition", fault.Args{"requisition": l.Requisition})
	}
	if twin.Hash() == hash {
		*l = last
		return true, nil
	}
	sent, err := selectSent(ctx, tx, old.Merchant, old.Number)
	if err != nil {
		return false, err
	}
	for _, i := range sent {
		if i.Status.Live() {
			return false, fault.New(fault.Conflict, codeListChanged, "requisition", fault.Args{"requisition": l.Requisition, "status": i.Status})
		}
	}
	l.Version = old.Version + 1
	return false, nil
}

// WithdrawList takes an open list back. Its number is never used again; invoices that are pending or waiting for it are revoked.
func (s *Service) WithdrawList(ctx context.Context, tx *pg.Tx, merchant, number, reason string) (Requisition, error) {
	if err := needReason(reason); err != nil {
		return Requisition{}, err
	}
	r, err := s.change(ctx, tx, merchant, number, StateWithdrawn, Event{Kind: EventWithdrawn, Reason: reason})
	if err != nil {
		return r, err
	}
	_, err = updateStatus(ctx, tx, r, []Status{StatusPending, StatusWaiting}, StatusRevoked, tx.Actor.User)
	return r, err
}

// change locks a requisition's merchant, moves it to its next state and notes the event.
func (s *Service) change(ctx context.Context, tx *pg.Tx, merchant, number string, next State, e Event) (Requisition, error) {
	r, err := s.locked(ctx, tx, merchant, number)
	if err != nil {
		return r, err
	}
	return s.move(ctx, tx, r, next, e)
}

// locked reads a requisition under its merchant's lock.
func (s *Service) locked(ctx context.Context, tx *pg.Tx, merchant, number string) (Requisition, error) {
	r, ok, err := selectRequisition(ctx, tx, merchant, number)
	if err != nil {
		return r, err
	}
	if !ok {
		return r, notFound("requisition", RequisitionKey(number))
	}
	if err := lockMerchant(ctx, tx, r.Merchant); err != nil {
		return r, err
	}
	r, _, err = selectRequisition(ctx, tx, r.Merchant, number) // as it is now that nobody else moves it
	return r, err
}

func (s *Service) move(ctx context.Context, tx *pg.Tx, r Requisition, next State, e Event) (Requisition, error) {
	moved, err := r.To(next, tx.Now, tx.Actor.User)
	if err != nil {
		return r, err
	}
	e.Attempt = r.Attempt
	if e.At.IsZero() {
		e.At = tx.Now
	}
	if e.By == "" {
		e.By = tx.Actor.User
	}
	if err := updateState(ctx, tx, moved); err != nil {
		return r, err
	}
	return moved, insertEvent(ctx, tx, moved, e)
}

// Filter chooses requisitions; empty fields choose all.
type Filter struct {
	Merchant string
	Entity   string
	State    State
	Limit    int // 0: 500
}

func (f Filter) limit() int {
	if f.Limit <= 0 {
		return 500
	}
	return f.Limit
}

// Requisitions lists requisitions, newest notice first. Row-level security shows a merchant only its own.
func (s *Service) Requisitions(ctx context.Context, tx *pg.Tx, f Filter) ([]Requisition, error) {
	return selectRequisitions(ctx, tx, f)
}

// Requisition gives everything about one requisition. Merchant may be empty for staff.
func (s *Service) Requisition(ctx context.Context, tx *pg.Tx, merchant, number string) (Detail, error) {
	r, ok, err := selectRequisition(ctx, tx, merchant, number)
	if err != nil || !ok {
		if err == nil {
			err = notFound("requisition", RequisitionKey(number))
		}
		return Detail{}, err
	}
	d := Detail{Requisition: r}
	if d.List, d.Hash, err = selectList(ctx, tx, r.Merchant, r.Number, r.Version); err != nil {
		return d, err
	}
	if d.Filled, err = selectFilled(ctx, tx, r.Merchant, r.Number); err != nil {
		return d, err
	}
	if d.Submissions, err = selectSubmissions(ctx, tx, r.Merchant, r.Number, 0); err != nil {
		return d, err
	}
	if d.Invoices, err = selectSent(ctx, tx, r.Merchant, r.Number); err != nil {
		return d, err
	}
	d.Events, err = selectEvents(ctx, tx, r.Merchant, r.Number)
	return d, err
}

// ListVersion gives one version of an issued list.
func (s *Service) ListVersion(ctx context.Context, tx *pg.Tx, merchant, number string, version int) (List, error) {
	l, _, err := selectList(ctx, tx, merchant, RequisitionKey(number), version)
	return l, err
}

// Versions gives every version that ever came under an invoice number, oldest first.
func (s *Service) Versions(ctx context.Context, tx *pg.Tx, merchant, number string) ([]Sent, error) {
	return selectVersions(ctx, tx, merchant, number)
}

func sortedKeys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
