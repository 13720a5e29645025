package catalog

import (
	"context"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/auth"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// Note is something that a merchant should be told: its product was judged, froze, left the sale.
type Note struct {
	Merchant, Product, Name string
	Event                   string // passed, refused, dial_failed, frozen, delisted
	Why                     string
}

// Service has the verbs of the catalog. The fields are what other modules lend it; a nil one leaves its part out and the reader is told.
type Service struct {
	Orders *orders.Service
	// Replay tries one saved case against the interface's address; what is wrong comes back as text. It is called outside of transactions.
	Replay func(ctx context.Context, p Product, c Case) (why string)
	// Dial asks whether an interface's address answers. It is called outside of transactions.
	Dial func(ctx context.Context, address string) error
	// Renewing names the orders that renew by themselves for a product, by buyers of these regions.
	Renewing func(ctx context.Context, tx *pg.Tx, merchant, product string, regions []string) ([]string, error)
	// FailedOrders counts a product's orders that failed by its interface between two instants.
	FailedOrders func(ctx context.Context, tx *pg.Tx, merchant, product string, from, to time.Time) (int, error)
	// Tell writes a notice.
	Tell func(ctx context.Context, tx *pg.Tx, n Note) error
}

func (s *Service) tell(ctx context.Context, tx *pg.Tx, p Product, event, why string) error {
	if s.Tell == nil {
		return nil
	}
	return s.Tell(ctx, tx, Note{p.Merchant, p.ID, p.Name, event, why})
}

// SaveDraft keeps what a merchant filled. A product on sale keeps being sold as it was judged until the change is; one in review waits.
func (s *Service) SaveDraft(ctx context.Context, tx *pg.Tx, p Product) error {
	old, found, err := selectProduct(ctx, tx, p.Merchant, p.ID, true)
	if err != nil {
		return err
	}
	switch {
	case !found:
		p.State, p.Since = Draft, tx.Now
	case old.State == InReview || old.State == Delisted:
		return fault.New(fault.Conflict, "CAT-STATE", "state", fault.Args{"state": string(old.State), "act": "save"})
	default:
		p.State, p.Since, p.Reason = old.State, old.Since, old.Reason
	}
	if err := upsertProduct(ctx, tx, p); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: p.Merchant, Action: "product.saved", Subject: p.ID})
}

// Product reads one product; CAT-UNKNOWN where there is none for this actor.
func (s *Service) Product(ctx context.Context, tx *pg.Tx, merchant, id string) (Product, error) {
	p, found, err := selectProduct(ctx, tx, merchant, id, false)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "CAT-UNKNOWN", "product", fault.Args{"product": id})
	}
	return p, err
}

// Products lists products by name: all that the actor may see, of one state where one is named.
func (s *Service) Products(ctx context.Context, tx *pg.Tx, state State, limit, offset int) ([]Product, error) {
	return selectProducts(ctx, tx, state, limit, offset)
}

// Submission is one submission with its report and, once operations judged it, the decision.
type Submission struct {
	Merchant, Product string
	Number            int
	At                time.Time
	By                string
	Report            Report
	DecidedAt         *time.Time
	DecidedBy         string
	Decision          string // pass, refuse; empty while it waits, or where a gate had failed
	Reason            string
}

// Submissions lists a product's submissions, newest first.
func (s *Service) Submissions(ctx context.Context, tx *pg.Tx, merchant, product string) ([]Submission, error) {
	return selectSubmissions(ctx, tx, merchant, product)
}

// Submit replays every saved case of the interface, walks all gates, and keeps the submission with its full report. Where all passed the product is
// in review; where one failed it stays as it was. The replay needs the network, so it happens between two transactions; a draft that changed
// meanwhile is judged as it was read.
func (s *Service) Submit(ctx context.Context, db *pg.DB, a pg.Actor, merchant, id string) (Submission, error) {
	var p Product
	if err := db.InTx(ctx, a, func(tx *pg.Tx) (err error) {
		if p, err = s.Product(ctx, tx, merchant, id); err == nil {
			if _, f := p.State.To(Submit); f != nil {
				err = f
			}
		}
		return err
	}); err != nil {
		return Submission{}, err
	}
	replay := s.replay(ctx, p)
	var out Submission
	err := db.InTx(ctx, a, func(tx *pg.Tx) error {
		now, found, err := selectProduct(ctx, tx, merchant, id, true)
		if err != nil || !found {
			return err
		}
		next, f := now.State.To(Submit)
		if f != nil {
			return f
		}
		seller, err := s.seller(ctx, tx, p)
		if err != nil {
			return err
		}
		out = Submission{Merchant: merchant, Product: id, At: tx.Now, By: tx.Actor.User, Report: Check(p, seller, replay)}
		if out.Number, err = insertSubmission(ctx, tx, out, p.Listing); err != nil {
			return err
		}
		if out.Report.Passed() {
			now.Listing, now.State, now.Since, now.Reason = p.Listing, next, tx.Now, ""
			if err := upsertProduct(ctx, tx, now); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "product.submitted", Subject: id, Detail: map[string]any{"number": out.Number, "passed": out.Report.Passed()}})
	})
	return out, err
}

// replay tries every saved case again; each that fails is a fault at its case.
func (s *Service) replay(ctx context.Context, p Product) (fs fault.Faults) {
	in := p.Listing.Interface
	if in == nil || s.Replay == nil || !p.Access.Asks(GateInterface) {
		return nil
	}
	for i, c := range in.Cases {
		if why := s.Replay(ctx, p, c); why != "" {
			fs = append(fs, bad("IFC-REPLAY", at("interface.cases", i, "scene"), fault.Args{"scene": c.Scene, "why": why}))
		}
	}
	return fs
}

// seller gathers what the gates ask of the company: who it is, where it sells, and with whose entity it has not signed or certified.
func (s *Service) seller(ctx context.Context, tx *pg.Tx, p Product) (Seller, error) {
	out := Seller{Intl: true}
	ms, err := entities.Merchants(ctx, tx, []string{p.Merchant})
	if err != nil {
		return out, err
	}
	if len(ms) == 1 {
		out.Merchant = ms[0]
	}
	if out.Regions, err = selectRegions(ctx, tx, p.Merchant, p.ID); err != nil {
		return out, err
	}
	out.Uncovered, err = s.uncovered(ctx, tx, p.Merchant, out.Regions)
	return out, err
}

// Decision is what operations says of a submission.
type Decision struct {
	Merchant, Product string
	Pass              bool
	Reason            string
	Fee               decimal.Decimal // platform fee from now on, a share of the base; with a pass
	FeeSource         string          // who agreed it
}

// Decide judges what is in review, by somebody else than its submitter. A pass brings the product and its fee into the books through the door of
// the feed, and its dial tests begin.
func (s *Service) Decide(ctx context.Context, tx *pg.Tx, d Decision) error {
	p, found, err := selectProduct(ctx, tx, d.Merchant, d.Product, true)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "CAT-UNKNOWN", "product", fault.Args{"product": d.Product})
	}
	if err != nil {
		return err
	}
	act, event := Pass, "passed"
	if !d.Pass {
		act, event = Refuse, "refused"
		if strings.TrimSpace(d.Reason) == "" {
			return fault.New(fault.Invalid, "CAT-REASON", "reason")
		}
	} else if d.Fee.IsNegative() || d.Fee.GreaterThan(decimal.NewFromInt(1)) || strings.TrimSpace(d.FeeSource) == "" {
		return fault.New(fault.Invalid, "CAT-FEE", "fee")
	}
	subs, err := selectSubmissions(ctx, tx, d.Merchant, d.Product)
	if err != nil {
		return err
	}
	if len(subs) > 0 {
		if err := auth.DifferentPeople(subs[0].By, tx.Actor.User); err != nil {
			return err
		}
		if err := decideSubmission(ctx, tx, subs[0], string(act), d.Reason); err != nil {
			return err
		}
	}
	if err := s.move(ctx, tx, p, act, event, d.Reason); err != nil || !d.Pass {
		return err
	}
	_, err = s.Orders.Take(ctx, tx, "catalog", orders.Fact{
		"kind": "product", "merchantId": p.Merchant, "productId": p.ID, "name": p.Name,
		"platformFees": []map[string]string{{"from": orders.Stamp(tx.Now), "rate": d.Fee.String(), "source": d.FeeSource}},
	})
	if err != nil || p.Listing.Interface == nil {
		return err
	}
	return s.planDial(ctx, tx, p.Merchant, p.ID)
}

// Move lets a merchant stop and resume its product, and operations freeze, thaw and delist one, with a reason that the other side reads.
func (s *Service) Move(ctx context.Context, tx *pg.Tx, merchant, product string, a Act, reason string) error {
	p, found, err := selectProduct(ctx, tx, merchant, product, true)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "CAT-UNKNOWN", "product", fault.Args{"product": product})
	}
	if err != nil {
		return err
	}
	if a != Stop && a != Resume && strings.TrimSpace(reason) == "" {
		return fault.New(fault.Invalid, "CAT-REASON", "reason")
	}
	event := map[Act]string{Freeze: "frozen", Delist: "delisted"}[a]
	return s.move(ctx, tx, p, a, event, reason)
}

func (s *Service) move(ctx context.Context, tx *pg.Tx, p Product, a Act, event, reason string) error {
	next, f := p.State.To(a)
	if f != nil {
		return f
	}
	if a == Refuse { // a refused change leaves on sale what was judged before
		before, err := wasOnSale(ctx, tx, p.Merchant, p.ID)
		if err != nil {
			return err
		}
		if before {
			next = OnSale
		}
	}
	p.State, p.Since, p.Reason = next, tx.Now, reason
	if err := upsertProduct(ctx, tx, p); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Event{Merchant: p.Merchant, Action: "product." + string(a), Subject: p.ID, Reason: reason}); err != nil {
		return err
	}
	if event == "" {
		return nil
	}
	return s.tell(ctx, tx, p, event, reason)
}
