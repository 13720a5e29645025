package invoicing

import (
	"context"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/ledger"
)

// post is the ledger's door; a benchmark closes it to learn what going through it costs.
var post = ledger.Post

// accept makes a requisition accepted: its pending invoices too, and what was payable is now invoiced.
func (s *Service) accept(ctx context.Context, tx *pg.Tx, r Requisition, v Verdict) (Requisition, error) {
	r, err := s.move(ctx, tx, r, StateAccepted, Event{Kind: EventAccepted})
	if err != nil {
		return r, err
	}
	sent, err := updateStatus(ctx, tx, r, []Status{StatusPending}, StatusAccepted, tx.Actor.User)
	if err != nil {
		return r, err
	}
	entry := ledger.Entry{
		Merchant: r.Merchant, Key: r.AcceptedKey(), Kind: "invoice.accepted", Book: r.Entity, OccurredAt: tx.Now,
		Transfers: []ledger.Transfer{{
			Book: r.Entity, Currency: r.Amount.Currency, Debit: ledger.MerchantPayable, Credit: ledger.MerchantInvoiced, Amount: r.Amount.Value,
		}},
	}
	if _, err := post(ctx, tx, entry); err != nil {
		return r, err
	}
	if err := s.settle(ctx, tx, r, AnswerOpen, AnswerSettled); err != nil {
		return r, err
	}
	e := AcceptedEvent{Requisition: r, Amount: r.Amount, Verdict: v}
	for _, i := range sent {
		e.Dates = append(e.Dates, i.Invoice.Date)
		if !i.ReissueAt.IsZero() && (e.PayBefore.IsZero() || i.ReissueAt.Before(e.PayBefore)) {
			e.PayBefore = i.ReissueAt
		}
	}
	return r, tell(ctx, tx, s.Events.Accepted, e)
}

// unaccept reverses the acceptance that stands and raises the attempt, so that the next one has a key of its own.
func (s *Service) unaccept(ctx context.Context, tx *pg.Tx, r Requisition, at time.Time, e Event) (Requisition, error) {
	if _, err := r.To(StateOpen, tx.Now, tx.Actor.User); err != nil {
		return r, err
	}
	if _, err := ledger.Reverse(ctx, tx, ledger.Reversal{Merchant: r.Merchant, Key: r.AcceptedKey(), OccurredAt: at}); err != nil {
		return r, err
	}
	e.At = at
	r, err := s.move(ctx, tx, r, StateOpen, e)
	if err != nil {
		return r, err
	}
	r.Attempt++
	if err := updateState(ctx, tx, r); err != nil {
		return r, err
	}
	return r, s.settle(ctx, tx, r, AnswerSettled, AnswerOpen)
}

// Revocation undoes an acceptance. Two different people stand for it.
type Revocation struct {
	Merchant, Requisition string
	Reason                string
	First, Second         string // user names
}

// Revoke undoes an acceptance until it is paid: by reversal, and the numbers are free again.
func (s *Service) Revoke(ctx context.Context, tx *pg.Tx, c Revocation) (Requisition, error) {
	if err := needReason(c.Reason); err != nil {
		return Requisition{}, err
	}
	if c.First == "" || c.Second == "" || strings.EqualFold(c.First, c.Second) {
		return Requisition{}, fault.New(fault.Forbidden, codeTwoPeople, "second")
	}
	r, err := s.locked(ctx, tx, c.Merchant, c.Requisition)
	if err != nil {
		return r, err
	}
	r, err = s.unaccept(ctx, tx, r, tx.Now, Event{Kind: EventRevoked, By: c.First, Second: c.Second, Reason: c.Reason})
	if err != nil {
		return r, err
	}
	if _, err := updateStatus(ctx, tx, r, []Status{StatusAccepted}, StatusRevoked, c.First); err != nil {
		return r, err
	}
	return r, tell(ctx, tx, s.Events.Revoked, RevokedEvent{Requisition: r, Reason: c.Reason})
}

// LateDecision is what finance decides about a late submission.
type LateDecision struct {
	Merchant, Requisition string
	Submission            int
	Allow                 bool
	Reason                string
}

// DecideLate takes or refuses a late submission. Taken, it is judged again as if in time, with what has come since.
func (s *Service) DecideLate(ctx context.Context, tx *pg.Tx, c LateDecision) (Receipt, error) {
	if err := needReason(c.Reason); err != nil {
		return Receipt{}, err
	}
	r, err := s.locked(ctx, tx, c.Merchant, c.Requisition)
	if err != nil {
		return Receipt{}, err
	}
	if _, err := s.turn(ctx, tx, r.Merchant); err != nil {
		return Receipt{}, err
	}
	sub, mine, err := s.waiting(ctx, tx, r, c.Submission)
	if err != nil {
		return Receipt{}, err
	}
	v := Verdict{Outcome: Refused, Requisition: r.Number}
	kind := EventLateRefused
	sub.Decision, sub.DecidedBy, sub.DecidedAt, sub.DecisionNotes = "refused", tx.Actor.User, tx.Now, c.Reason
	if c.Allow {
		kind, sub.Decision = EventLateAllowed, "allowed"
		if v, err = s.judgeAgain(ctx, tx, r, sub, mine); err != nil {
			return Receipt{}, err
		}
	} else {
		v.Faults = fault.Faults{fault.New(fault.Conflict, codeLateRefused, "receivedAt", fault.Args{"reason": c.Reason})}
	}
	if err := insertFaults(ctx, tx, r.Merchant, r.Number, sub.No, Verdict{Faults: v.Faults}); err != nil {
		return Receipt{}, err
	}
	for n, i := range mine {
		next := StatusRefused
		if n < len(v.Invoices) {
			next = kept(v.Invoices[n].Status)
		}
		if err := updateOne(ctx, tx, r.Merchant, i, next, tx.Actor.User); err != nil {
			return Receipt{}, err
		}
	}
	if err := updateDecision(ctx, tx, r.Merchant, sub); err != nil {
		return Receipt{}, err
	}
	if err := insertEvent(ctx, tx, r, Event{Kind: kind, Attempt: r.Attempt, At: tx.Now, By: tx.Actor.User, Reason: c.Reason}); err != nil {
		return Receipt{}, err
	}
	sub.Verdict = v
	if err := tell(ctx, tx, s.Events.Judged, JudgedEvent{Merchant: r.Merchant, Submission: sub}); err != nil {
		return Receipt{}, err
	}
	return s.conclude(ctx, tx, r.Merchant, sub)
}

// waiting reads a late submission with its invoices; INV-NOT-LATE where there is nothing to decide.
func (s *Service) waiting(ctx context.Context, tx *pg.Tx, r Requisition, no int) (Submission, []Sent, error) {
	subs, err := selectSubmissions(ctx, tx, r.Merchant, r.Number, no)
	if err != nil {
		return Submission{}, nil, err
	}
	if no == 0 || len(subs) != 1 || subs[0].Verdict.Outcome != Late || subs[0].Decision != "" {
		return Submission{}, nil, fault.New(fault.Conflict, codeNotLate, "submission", fault.Args{"submission": no, "requisition": r.Number})
	}
	sent, err := selectSent(ctx, tx, r.Merchant, r.Number)
	var mine []Sent
	for _, i := range sent {
		if i.Submission < no && i.Status == StatusWaiting { // it counts towards the same sum
			return Submission{}, nil, fault.New(fault.Conflict, codeLateOrder, "submission", fault.Args{"submission": i.Submission, "requisition": r.Number})
		}
		if i.Submission == no && i.Status == StatusWaiting {
			mine = append(mine, i)
		}
	}
	if err == nil && len(mine) == 0 { // what waited has to be issued again by now
		err = fault.New(fault.Conflict, codeNotLate, "submission", fault.Args{"submission": no, "requisition": r.Number})
	}
	return subs[0], mine, err
}

// judgeAgain judges a late submission as if in time. Its own invoices are no history to themselves.
func (s *Service) judgeAgain(ctx context.Context, tx *pg.Tx, r Requisition, sub Submission, mine []Sent) (Verdict, error) {
	c := Send{Merchant: r.Merchant, Requisition: r.Number, ReceivedAt: sub.ReceivedAt, ListAttached: sub.ListAttached, MoreWillFollow: sub.MoreFollows}
	own := map[string]bool{}
	var positions []int
	for _, i := range mine {
		c.Invoices, positions = append(c.Invoices, i.Invoice), append(positions, i.Position)
		own[NumberKey(i.Invoice.Number)] = true
	}
	in, err := s.load(ctx, tx, c)
	if err != nil {
		return Verdict{}, err
	}
	before := in.History
	in.History = nil
	for _, e := range before {
		if !(e.Status == StatusWaiting && own[NumberKey(e.Number)]) {
			in.History = append(in.History, e)
		}
	}
	in.LateAllowed = true
	v := Judge(in)
	return v, insertBasis(ctx, tx, r.Merchant, sub, in.basis(positions), v)
}

// MarkPaid notes that a payment of the requisition is recorded, by its value date in the entity's zone. INV-PAY-MONTH where a law
// wanted the payment in an earlier month: then nothing is changed, and finance asks for a new invoice.
func (s *Service) MarkPaid(ctx context.Context, tx *pg.Tx, merchant, number string, valueDay period.Day) (Requisition, error) {
	r, err := s.locked(ctx, tx, merchant, number)
	if err != nil {
		return r, err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return r, err
	}
	sent, err := selectSent(ctx, tx, r.Merchant, r.Number)
	if err != nil {
		return r, err
	}
	var fs fault.Faults
	for _, i := range sent {
		if i.Status == StatusAccepted && !i.ReissueAt.IsZero() && valueDay.Of() != i.Invoice.Date.Of() {
			fs = append(fs, fault.New(fault.Conflict, codePayMonth, "valueDate", fault.Args{"number": i.Invoice.Number, "dated": i.Invoice.Date, "paid": valueDay}))
		}
	}
	if err := fs.Err(); err != nil {
		return r, err
	}
	r, err = s.move(ctx, tx, r, StatePaid, Event{Kind: EventPaid, At: valueDay.Start(dir.Zone(r.Entity))})
	if err != nil {
		return r, err
	}
	_, err = updateStatus(ctx, tx, r, []Status{StatusAccepted}, StatusPaid, tx.Actor.User)
	return r, err
}

// MarkUnpaid undoes MarkPaid: the payment came back or was undone.
func (s *Service) MarkUnpaid(ctx context.Context, tx *pg.Tx, merchant, number, reason string) (Requisition, error) {
	r, err := s.change(ctx, tx, merchant, number, StateAccepted, Event{Kind: EventUnpaid, Reason: reason})
	if err != nil {
		return r, err
	}
	_, err = updateStatus(ctx, tx, r, []Status{StatusPaid}, StatusAccepted, tx.Actor.User)
	return r, err
}

// WaitingLate names a late submission that finance has to decide.
type WaitingLate struct {
	Merchant    string
	Requisition string
	Submission  int
	ReceivedAt  time.Time
}

// Waiting lists what finance has to decide, oldest first.
func (s *Service) Waiting(ctx context.Context, tx *pg.Tx) ([]WaitingLate, error) {
	return selectWaiting(ctx, tx)
}

// Control is what stands accepted and unpaid, which the ledger's merchant_invoiced has to equal. What stood there when a book moved here is not
// known to this package: settlement adds it.
func (s *Service) Control(ctx context.Context, tx *pg.Tx) (ledger.Control, error) {
	rs, err := selectAccepted(ctx, tx, StateAccepted)
	c := ledger.Control{Name: "invoices accepted and unpaid", Accounts: []ledger.Account{ledger.MerchantInvoiced}}
	for _, r := range rs {
		c.Want = append(c.Want, ledger.Balance{Book: r.Entity, Currency: r.Amount.Currency, Merchant: r.Merchant, Credit: r.Amount.Value})
	}
	return c, err
}
