package refunds

import (
	"context"
	"strings"
	"time"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// Step is an act on a request by somebody, with their words and what proves them.
type Step struct {
	Merchant, ID string
	Opinion      string
	Files        []orders.Attachment
}

// hand is a request taken in hand by a verb.
type hand struct {
	s   *Service
	r   Request
	dir *entities.Directory
	t   Terms
}

// take locks a request and reads what acts on it need. An open appeal locks both sides.
func (s *Service) take(ctx context.Context, tx *pg.Tx, merchant, id string) (*hand, fault.Faults, error) {
	r, found, err := selectRequest(ctx, tx, merchant, id, true)
	if err != nil {
		return nil, nil, err
	}
	if !found {
		return nil, nil, unknown(id)
	}
	h := &hand{s: s, r: r}
	if h.dir, err = entities.Load(ctx, tx); err != nil {
		return nil, nil, err
	}
	h.t = termsOf(h.dir, r.Entity, tx.Now)
	states, err := orders.States(ctx, tx, h.dir, []orders.LineID{{Merchant: r.Merchant, Line: r.Line}})
	if err != nil {
		return nil, nil, err
	}
	for _, st := range states {
		if st.OpenAppeal(tx.Now) != nil {
			return h, fault.Faults{fault.New(fault.Conflict, "RFD-APPEAL", "orderId", fault.Args{"line": r.Line})}, nil
		}
	}
	return h, nil, nil
}

// act moves a request: state, deadline, timers, hold, instruction and audit go together. at is when the act counts, however late it is known.
func (h *hand) act(ctx context.Context, tx *pg.Tx, a Act, at time.Time, words string) error {
	r := &h.r
	to, f := Next(r.Goods, r.State, a)
	if f != nil {
		return f
	}
	if err := r.stop(ctx, tx); err != nil {
		return err
	}
	r.State, r.DueAt = to, nil
	var err error
	switch to {
	case Review:
		r.review(h.dir, h.t, at)
	case AwaitReturn:
		err = r.wait(ctx, tx, timerReturn, at.Add(h.t.Return))
	case AwaitAcceptance:
		err = r.wait(ctx, tx, timerAccept, at.Add(h.t.Accept))
	case Appealed:
		due := afterWorkdays(h.dir, r.Entity, at, h.t.AppealDays)
		r.DueAt = &due
	case Refunding:
		err = r.pay(ctx, tx, h.t, at)
	case Refunded, Rejected, Withdrawn, Failed:
		err = r.close(ctx, tx, at)
	}
	if err != nil {
		return err
	}
	if err := updateRequest(ctx, tx, *r); err != nil {
		return err
	}
	return r.note(ctx, tx, string(a), words, nil)
}

// wait sets the one timer of a request.
func (r *Request) wait(ctx context.Context, tx *pg.Tx, kind string, due time.Time) error {
	r.DueAt = &due
	return orders.SetTimer(ctx, tx, orders.Timer{Merchant: r.Merchant, Subject: r.ID, Kind: kind, Line: r.Line, DueAt: due})
}

// stop drops the timer of the state that is left.
func (r *Request) stop(ctx context.Context, tx *pg.Tx) error {
	kind := map[State]string{AwaitReturn: timerReturn, AwaitAcceptance: timerAccept}[r.State]
	if kind == "" {
		return nil
	}
	return orders.DropTimer(ctx, tx, r.Merchant, r.ID, kind)
}

// close lets the line go. A request that failed has used no quota, and money is no longer asked for where its fact did not come.
func (r *Request) close(ctx context.Context, tx *pg.Tx, at time.Time) error {
	r.ClosedAt = &at
	if r.Instruction != 0 {
		if _, err := orders.WithdrawInstruction(ctx, tx, orders.Instruction{Merchant: r.Merchant, Kind: orders.GiveBack, RefundID: r.ID}); err != nil {
			return err
		}
	}
	if r.State == Failed && r.Way == SelfService {
		if err := deleteQuota(ctx, tx, r.Buyer, r.slot()); err != nil {
			return err
		}
	}
	return orders.LiftHold(ctx, tx, r.Merchant, r.Line, Kind, r.ID, at)
}

// do is the common part of verbs that people ask for.
func (s *Service) do(ctx context.Context, tx *pg.Tx, st Step, a Act, needs func(*hand) fault.Faults, change func(*Request)) (Request, error) {
	h, fs, err := s.take(ctx, tx, st.Merchant, st.ID)
	if err != nil {
		return Request{}, err
	}
	if _, f := Next(h.r.Goods, h.r.State, a); f != nil {
		fs = append(fs, f)
	}
	st.Opinion = strings.TrimSpace(st.Opinion)
	if needs != nil {
		fs = append(fs, needs(h)...)
	}
	fs = append(fs, orders.CheckAttachments(st.Files)...)
	if err := fs.Err(); err != nil {
		return h.r, err
	}
	if err := orders.Attach(ctx, tx, st.Merchant, Kind, st.ID, st.Files); err != nil {
		return h.r, err
	}
	if change != nil {
		change(&h.r)
	}
	err = h.act(ctx, tx, a, tx.Now, st.Opinion)
	return h.r, err
}

// words refuses a decision without an opinion.
func (st Step) words(*hand) fault.Faults {
	if strings.TrimSpace(st.Opinion) == "" {
		return fault.Faults{fault.New(fault.Invalid, "RFD-OPINION", "opinion")}
	}
	return nil
}

func (st Step) decided(tx *pg.Tx) func(*Request) {
	return func(r *Request) {
		now := tx.Now
		r.Opinion, r.DecidedAt, r.DecidedBy = strings.TrimSpace(st.Opinion), &now, tx.Actor.User
	}
}

// Approve is the merchant's 同意, with an opinion and what proves the agreement. Money is asked for, or the goods back first.
func (s *Service) Approve(ctx context.Context, tx *pg.Tx, st Step) (Request, error) {
	return s.do(ctx, tx, st, Approve, func(h *hand) fault.Faults {
		fs := st.words(h)
		if len(st.Files) == 0 {
			fs = append(fs, fault.New(fault.Invalid, "RFD-PROOF", "files"))
		}
		return fs
	}, st.decided(tx))
}

// Reject is the merchant's 驳回, of the request or of the returned goods.
func (s *Service) Reject(ctx context.Context, tx *pg.Tx, st Step) (Request, error) {
	return s.do(ctx, tx, st, Reject, st.words, st.decided(tx))
}

// Accept is the merchant's 确认验收 of returned goods: money is asked for.
func (s *Service) Accept(ctx context.Context, tx *pg.Tx, st Step) (Request, error) {
	return s.do(ctx, tx, st, Accept, nil, nil)
}

// Appeal is the merchant's 申诉 against returned goods: nothing happens by itself any more, operations decide.
func (s *Service) Appeal(ctx context.Context, tx *pg.Tx, st Step) (Request, error) {
	return s.do(ctx, tx, st, Appeal, st.words, nil)
}

// Settle is the decision of operations on such an appeal.
func (s *Service) Settle(ctx context.Context, tx *pg.Tx, st Step, forBuyer bool) (Request, error) {
	a := ForMerchant
	if forBuyer {
		a = ForBuyer
	}
	return s.do(ctx, tx, st, a, st.words, func(r *Request) { r.Why = WhyOperationsSaid })
}

// ConfirmTransit lets a refund of goods in transit go before the merchant. Operations say why.
func (s *Service) ConfirmTransit(ctx context.Context, tx *pg.Tx, st Step) (Request, error) {
	return s.do(ctx, tx, st, ConfirmTransit, st.words, nil)
}

// RefuseTransit ends a refund of goods in transit: they are to be received first.
func (s *Service) RefuseTransit(ctx context.Context, tx *pg.Tx, st Step) (Request, error) {
	return s.do(ctx, tx, st, RefuseTransit, st.words, func(r *Request) { r.Why = WhyOperationsSaid })
}

// Withdraw is the buyer's 撤回退订, while nobody has agreed. One that is withdrawn already is left so.
func (s *Service) Withdraw(ctx context.Context, tx *pg.Tx, merchant, id string) (Request, error) {
	if r, found, err := selectRequest(ctx, tx, merchant, id, true); err != nil || found && r.State == Withdrawn {
		return r, err
	}
	return s.do(ctx, tx, Step{Merchant: merchant, ID: id}, Withdraw, nil, nil)
}

// Ship takes carrier and number of the goods that the buyer sends back. The same again is nothing.
func (s *Service) Ship(ctx context.Context, tx *pg.Tx, merchant, id, carrier, tracking string) (Request, error) {
	carrier, tracking = strings.TrimSpace(carrier), strings.TrimSpace(tracking)
	r, found, err := selectRequest(ctx, tx, merchant, id, true)
	if err != nil || found && r.Tracking != "" && r.Carrier == carrier && r.Tracking == tracking {
		return r, err
	}
	needs := func(*hand) fault.Faults {
		if carrier == "" || tracking == "" {
			return fault.Faults{fault.New(fault.Invalid, "RFD-SHIPMENT", "trackingNumber")}
		}
		return nil
	}
	return s.do(ctx, tx, Step{Merchant: merchant, ID: id}, Ship, needs, func(r *Request) {
		now := tx.Now
		r.Carrier, r.Tracking, r.ShippedAt = carrier, tracking, &now
	})
}

// Contact is the buyer's 联系商家, once the merchant has left the review lying for its working days. It decides nothing: the merchant is shown it.
func (s *Service) Contact(ctx context.Context, tx *pg.Tx, merchant, id string) (Request, error) {
	h, fs, err := s.take(ctx, tx, merchant, id)
	if err != nil {
		return Request{}, err
	}
	r := &h.r
	switch {
	case r.State != Review:
		fs = append(fs, fault.New(fault.Conflict, "RFD-STATE", "state", fault.Args{"state": r.State, "act": "contact"}))
	case !r.Idle(tx.Now):
		fs = append(fs, fault.New(fault.Conflict, "RFD-CONTACT-EARLY", "", fault.Args{"from": r.ContactFrom.In(h.t.Zone).Format(time.RFC3339)}))
	}
	if err := fs.Err(); err != nil || r.Contacted != nil {
		return *r, err
	}
	now := tx.Now
	r.Contacted = &now
	if err := updateRequest(ctx, tx, *r); err != nil {
		return *r, err
	}
	return *r, r.note(ctx, tx, "contacted", "", nil)
}

// InvoiceAsked hears that the buyer asks for an invoice of a line: a refund that nobody agreed to yet fails; RFD-INVOICE-LATE where one was agreed to.
func (s *Service) InvoiceAsked(ctx context.Context, tx *pg.Tx, merchant, line string) error {
	r, found, err := selectOpen(ctx, tx, merchant, line)
	if err != nil || !found {
		return err
	}
	if !r.State.Reviewing() {
		return fault.New(fault.Conflict, "RFD-INVOICE-LATE", "orderId", fault.Args{"refund": r.ID})
	}
	r.Why = WhyInvoiceAsked
	h := &hand{s: s, r: r}
	return h.act(ctx, tx, AskInvoice, tx.Now, "")
}
