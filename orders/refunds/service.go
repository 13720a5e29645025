package refunds

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// Service has the verbs of refunds; the fields are what other modules lend it.
type Service struct {
	// Invoice tells where a line's buyer invoice stands. Without it none was asked for.
	Invoice func(ctx context.Context, tx *pg.Tx, merchant, line string) (InvoiceState, error)
	// Shipped tells whether a line's goods are known to have been shipped. Without it the request's own word stands.
	Shipped func(ctx context.Context, tx *pg.Tx, merchant, line string) (bool, error)
	// Requested hears of a new request that waits for the merchant, in its transaction. Without it nobody is told.
	Requested func(ctx context.Context, tx *pg.Tx, r Request) error
}

// Kind is that of the hold on a line whose refund is under way, and of what is attached to a request.
const Kind = "refund"

// New makes the service and has it hear what happens to lines and do its timers.
func New(o *orders.Service) *Service {
	s := &Service{}
	o.Subscribe(s.Hear)
	o.OnTimer(timerReturn, s.lapse(AwaitReturn, ReturnLapse, WhyReturnLapsed))
	o.OnTimer(timerAccept, s.lapse(AwaitAcceptance, AcceptLapse, WhyAcceptLapsed))
	return s
}

// Ask is a request as the marketplace sends it for a buyer.
type Ask struct {
	ID             string
	Order, Line    string // Line may be left out where the order has one
	Delivery       Delivery
	Rule           string           // empty: the rule that fits
	Amount         *decimal.Decimal // needed where it is negotiated
	Goods          Goods
	Reason         string
	Phone          string // kept only where Consent is true
	Consent        bool
	Claimed        bool // the licence code was claimed
	QuotaElsewhere int  // self-service refunds of this year's quota that the buyer used outside the marketplace
}

func (a Ask) hash() []byte {
	b, _ := json.Marshal(a) // plain values always marshal
	sum := sha256.Sum256(b)
	return sum[:]
}

// Request takes a buyer's request. A negotiated one waits for the merchant, or for operations while goods are in transit; any other is decided by the
// rules and the marketplace is asked to pay at once. The same request again gives what became of it. The faults that come with a request are warnings.
func (s *Service) Request(ctx context.Context, tx *pg.Tx, a Ask) (Request, fault.Faults, error) {
	if !a.Consent {
		a.Phone = ""
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Request{}, nil, err
	}
	st, err := orders.OrderLine(ctx, tx, dir, a.Order, a.Line)
	if err != nil {
		return Request{}, nil, err
	}
	if err := orders.LockLine(ctx, tx, st.Line.Merchant, st.Line.ID); err != nil {
		return Request{}, nil, err
	}
	if st, err = orders.OrderLine(ctx, tx, dir, a.Order, st.Line.ID); err != nil { // as it stands now that nobody changes it
		return Request{}, nil, err
	}
	if r, again, err := s.again(ctx, tx, a); again || err != nil {
		return r, nil, err
	}
	c := Case{
		Now: tx.Now, Line: st, Terms: termsOf(dir, st.Line.Entity, tx.Now), Delivery: a.Delivery, Rule: a.Rule, Amount: a.Amount, Goods: a.Goods, Claimed: a.Claimed,
		Used: a.QuotaElsewhere,
	}
	if err := s.surroundings(ctx, tx, &c); err != nil {
		return Request{}, nil, err
	}
	d, fs := Judge(c)
	if len(fs) > 0 {
		return Request{}, nil, fs
	}
	r := Request{
		Merchant: st.Line.Merchant, ID: a.ID, Order: st.Line.OrderID, Line: st.Line.ID, Buyer: st.Line.Buyer, Entity: st.Line.Entity, Currency: st.Line.Currency,
		Delivery: a.Delivery, Way: d.Way, Rule: d.Rule, Goods: a.Goods, Reason: strings.TrimSpace(a.Reason), Phone: a.Phone, Figures: d.Figures, RequestedAt: tx.Now,
		State: Refunding, hash: a.hash(),
	}
	switch {
	case d.Way == ByAgreement && r.Goods == GoodsInTransit:
		r.State = InTransit
	case d.Way == ByAgreement:
		r.review(dir, c.Terms, tx.Now)
	}
	if d.Quota {
		if err := insertQuota(ctx, tx, []string{r.Buyer}, []int{c.Terms.quotaYear(tx.Now)}, []string{r.slot()}); err != nil {
			return Request{}, nil, err
		}
	}
	fresh, err := s.begin(ctx, tx, &r, c.Terms)
	if err == nil && !fresh { // another line's request took the number meanwhile
		err = fault.New(fault.Conflict, "RFD-CHANGED", "refundId", fault.Args{"refund": a.ID})
	}
	if err == nil && r.State == Review && s.Requested != nil {
		err = s.Requested(ctx, tx, r)
	}
	return r, d.Warnings, err
}

// again gives the request that stands under the number, with RFD-CHANGED where it was another one.
func (s *Service) again(ctx context.Context, tx *pg.Tx, a Ask) (Request, bool, error) {
	merchant, err := selectClaim(ctx, tx, a.ID)
	if err != nil || merchant == "" {
		return Request{}, false, err
	}
	r, found, err := selectRequest(ctx, tx, merchant, a.ID, false)
	if err == nil && (!found || string(r.hash) != string(a.hash())) {
		err = fault.New(fault.Conflict, "RFD-CHANGED", "refundId", fault.Args{"refund": a.ID})
	}
	return r, true, err
}

// surroundings reads what else a request is judged by.
func (s *Service) surroundings(ctx context.Context, tx *pg.Tx, c *Case) error {
	l := c.Line.Line
	open, busy, err := selectOpen(ctx, tx, l.Merchant, l.ID)
	if err != nil {
		return err
	}
	if busy {
		c.Busy = open.ID
	}
	if s.Invoice != nil {
		if c.Invoice, err = s.Invoice(ctx, tx, l.Merchant, l.ID); err != nil {
			return err
		}
	}
	if s.Shipped != nil && c.Goods == GoodsNotReceived {
		if c.Shipped, err = s.Shipped(ctx, tx, l.Merchant, l.ID); err != nil {
			return err
		}
	}
	used, err := takeQuota(ctx, tx, l.Buyer, c.Terms.quotaYear(c.Now))
	c.Used += used
	return err
}

func (r Request) slot() string { return r.Merchant + "/" + r.ID }

// review puts a request before the merchant.
func (r *Request) review(dir *entities.Directory, t Terms, at time.Time) {
	from := afterWorkdays(dir, r.Entity, at, t.ReviewDays)
	r.State, r.ContactFrom = Review, &from
}

// begin writes a new request with its hold; one that nobody has to review goes to the marketplace at once. False where its number is taken.
func (s *Service) begin(ctx context.Context, tx *pg.Tx, r *Request, t Terms) (bool, error) {
	fresh, err := insertRequest(ctx, tx, *r)
	if err != nil || !fresh {
		return false, err
	}
	lifter := map[State]string{Review: "merchant", InTransit: "operations"}[r.State]
	if lifter == "" {
		lifter = "marketplace"
	}
	if err := orders.SetHold(ctx, tx, r.Merchant, r.ID, orders.Hold{Line: r.Line, Kind: Kind, Since: r.RequestedAt, LiftedBy: lifter, Why: "refund " + r.ID}); err != nil {
		return false, err
	}
	if r.State == Refunding {
		if err := r.pay(ctx, tx, t, r.RequestedAt); err != nil {
			return false, err
		}
		if err := updateRequest(ctx, tx, *r); err != nil {
			return false, err
		}
	}
	return true, r.note(ctx, tx, "requested", r.Reason, nil)
}

// pay asks the marketplace for the money; its answer is due some hours later.
func (r *Request) pay(ctx context.Context, tx *pg.Tx, t Terms, at time.Time) error {
	due := at.Add(t.Money)
	n, err := orders.Instruct(ctx, tx, orders.Instruction{
		Merchant: r.Merchant, Kind: orders.GiveBack, Order: r.Order, Line: r.Line, RefundID: r.ID, Buyer: r.Buyer, Currency: r.Currency, Amount: r.Amount, Rule: r.Rule, DueAt: &due,
	})
	r.Instruction, r.DueAt = n, &due
	return err
}

func (r Request) note(ctx context.Context, tx *pg.Tx, what, why string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["line"], detail["state"] = r.Line, string(r.State)
	return audit.Write(ctx, tx, audit.Event{Merchant: r.Merchant, Action: "refund." + what, Subject: r.ID, Reason: why, Detail: detail})
}

// Query says which requests are wanted; empty means any.
type Query struct {
	Merchant, Order string
	State           State
	Open            bool // not ended
	Overdue         bool // what is waited for is late at the transaction's instant
	Idle            bool // under review for longer than the marketplace's working days
	Limit, Offset   int  // Limit 0: 100
}

// Requests lists requests, the latest first, as far as the transaction's actor may see them.
func (s *Service) Requests(ctx context.Context, tx *pg.Tx, q Query) ([]Request, error) {
	if q.Limit <= 0 {
		q.Limit = 100
	}
	return selectRequests(ctx, tx, q)
}

// Find reads one request of a merchant. RFD-UNKNOWN where there is none.
func (s *Service) Find(ctx context.Context, tx *pg.Tx, merchant, id string) (Request, error) {
	r, found, err := selectRequest(ctx, tx, merchant, id, false)
	if err == nil && !found {
		err = unknown(id)
	}
	return r, err
}

// FindAny reads a request by its number alone; for the marketplace, whose numbers they are.
func (s *Service) FindAny(ctx context.Context, tx *pg.Tx, id string) (Request, error) {
	merchant, err := selectClaim(ctx, tx, id)
	if err != nil {
		return Request{}, err
	}
	return s.Find(ctx, tx, merchant, id)
}

func unknown(id string) *fault.Fault {
	return fault.New(fault.NotFound, "RFD-UNKNOWN", "refundId", fault.Args{"refund": id})
}
