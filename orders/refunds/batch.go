package refunds

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// Kinds of timers; the subject is the request's number.
const (
	timerReturn = "refund.return"
	timerAccept = "refund.accept"
)

// lapse is what happens where nobody acted in time. A request that has gone on meanwhile is left alone.
func (s *Service) lapse(at State, a Act, why string) orders.TimerHandler {
	return func(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
		r, found, err := selectRequest(ctx, tx, t.Merchant, t.Subject, true)
		if err != nil || !found || r.State != at {
			return err
		}
		dir, err := entities.Load(ctx, tx)
		if err != nil {
			return err
		}
		r.Why = why
		h := &hand{s: s, r: r, dir: dir, t: termsOf(dir, r.Entity, t.DueAt)}
		return h.act(ctx, tx, a, t.DueAt, "")
	}
}

// Hear follows what facts do to lines: the refund that was asked for came, another one leaves too little, provisioning failed. Facts of the past set
// nothing going; the quota they used is counted all the same.
func (s *Service) Hear(ctx context.Context, tx *pg.Tx, happened []orders.Happening) error {
	var back, failed []orders.Happening
	var five []orders.Happening
	for _, h := range happened {
		if h.Kind == orders.MoneyBack && h.Rule == orders.FiveDay {
			five = append(five, h)
		}
		switch {
		case h.History:
		case h.Kind == orders.MoneyBack:
			back = append(back, h)
		case h.Kind == orders.Failed:
			failed = append(failed, h)
		}
	}
	if len(five)+len(back)+len(failed) == 0 {
		return nil
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	if err := s.count(ctx, tx, dir, five); err != nil {
		return err
	}
	if err := s.closeBy(ctx, tx, dir, back); err != nil {
		return err
	}
	return s.giveBackFailed(ctx, tx, dir, failed)
}

// count notes five-day refunds that came as facts; one that was asked for here has its row already.
func (s *Service) count(ctx context.Context, tx *pg.Tx, dir *entities.Directory, five []orders.Happening) error {
	var buyers, slots []string
	var years []int
	for _, h := range five {
		t := termsOf(dir, h.Line.Entity, h.At)
		buyers, slots, years = append(buyers, h.Line.Buyer), append(slots, Request{Merchant: h.Line.Merchant, ID: h.ID}.slot()), append(years, t.quotaYear(h.At))
	}
	return insertQuota(ctx, tx, buyers, years, slots)
}

// lines names the lines of happenings, each once.
func lines(hs []orders.Happening) (merchants, ids []string, all []orders.LineID) {
	seen := map[orders.LineID]bool{}
	for _, h := range hs {
		k := orders.LineID{Merchant: h.Line.Merchant, Line: h.Line.ID}
		if !seen[k] {
			seen[k] = true
			merchants, ids, all = append(merchants, k.Merchant), append(ids, k.Line), append(all, k)
		}
	}
	return merchants, ids, all
}

// closeBy closes the requests that refunds answer, or make impossible.
func (s *Service) closeBy(ctx context.Context, tx *pg.Tx, dir *entities.Directory, back []orders.Happening) error {
	if len(back) == 0 {
		return nil
	}
	merchants, ids, _ := lines(back)
	open, err := selectOpenOf(ctx, tx, merchants, ids)
	if err != nil || len(open) == 0 {
		return err
	}
	var keys []orders.LineID
	for _, r := range open {
		keys = append(keys, orders.LineID{Merchant: r.Merchant, Line: r.Line})
	}
	left, err := leftOf(ctx, tx, dir, keys)
	if err != nil {
		return err
	}
	for _, r := range open {
		h := &hand{s: s, r: r, dir: dir, t: termsOf(dir, r.Entity, tx.Now)}
		key := orders.LineID{Merchant: r.Merchant, Line: r.Line}
		if b := answering(r, back); b != nil {
			if h.r.Why = WhyMoneyBack; !b.Gross.Equal(r.Amount) {
				h.r.Why = WhyOtherAmount
			}
			err = h.act(ctx, tx, PayBack, b.At, "")
		} else if left[key].LessThan(r.Amount) {
			h.r.Why = WhyOvertaken
			err = h.act(ctx, tx, Overtake, tx.Now, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// answering is the refund that a request waited for: that of its number, or, where nobody asked, any for failed provisioning.
func answering(r Request, back []orders.Happening) *orders.Happening {
	for i := range back {
		b := &back[i]
		if b.Line.Merchant != r.Merchant || b.Line.ID != r.Line {
			continue
		}
		if b.ID == r.ID || r.Way == Automatic && b.Rule == orders.ProvisionFailed {
			return b
		}
	}
	return nil
}

// leftOf is what of each line's gross has not gone back.
func leftOf(ctx context.Context, tx *pg.Tx, dir *entities.Directory, keys []orders.LineID) (map[orders.LineID]decimal.Decimal, error) {
	states, err := orders.States(ctx, tx, dir, keys)
	out := map[orders.LineID]decimal.Decimal{}
	for _, st := range states {
		out[orders.LineID{Merchant: st.Line.Merchant, Line: st.Line.ID}] = st.Line.Gross.Sub(st.GivenBack())
	}
	return out, err
}

// giveBackFailed asks for the money of lines that could not be provisioned: no merchant reviews it. A request still under review gives way.
func (s *Service) giveBackFailed(ctx context.Context, tx *pg.Tx, dir *entities.Directory, failed []orders.Happening) error {
	if len(failed) == 0 {
		return nil
	}
	merchants, ids, keys := lines(failed)
	open, err := selectOpenOf(ctx, tx, merchants, ids)
	if err != nil {
		return err
	}
	busy := map[orders.LineID]bool{}
	for _, r := range open {
		if !r.State.Reviewing() {
			busy[orders.LineID{Merchant: r.Merchant, Line: r.Line}] = true
			continue
		}
		r.Why = WhyOvertaken
		h := &hand{s: s, r: r, dir: dir}
		if err := h.act(ctx, tx, Overtake, tx.Now, ""); err != nil {
			return err
		}
	}
	states, err := orders.States(ctx, tx, dir, keys)
	if err != nil {
		return err
	}
	for _, st := range states {
		l := st.Line
		left := l.Gross.Sub(st.GivenBack())
		if st.Happened(orders.Paid) == nil || !left.IsPositive() || busy[orders.LineID{Merchant: l.Merchant, Line: l.ID}] {
			continue
		}
		r := Request{
			Merchant: l.Merchant, ID: automaticID(l.ID), Order: l.OrderID, Line: l.ID, Buyer: l.Buyer, Entity: l.Entity, Currency: l.Currency, Way: Automatic,
			Rule: orders.ProvisionFailed, Figures: Figures{Paid: left, Amount: left}, State: Refunding, RequestedAt: tx.Now, Why: WhyProvisioning, hash: []byte{},
		}
		if _, err := s.begin(ctx, tx, &r, termsOf(dir, l.Entity, tx.Now)); err != nil {
			return err
		}
	}
	return nil
}

// automaticID numbers a request that nobody made, after its line, in the length that a refund's number may have.
func automaticID(line string) string {
	if id := "PF-" + line; len(id) <= 64 {
		return id
	}
	sum := sha256.Sum256([]byte(line))
	return "PF-" + hex.EncodeToString(sum[:20])
}
