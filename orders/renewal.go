package orders

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/money"
)

// autoRenewal is the timer of an instance's next try; its subject is the instance.
const autoRenewal = "orders.auto-renewal"

// Renewal is what an instance that renews by itself (自动续费) is renewed with. The price is the one its buyer agreed to: nothing here knows another.
type Renewal struct {
	Merchant, Instance string
	Product            string // of the period it is renewed for
	PeriodType         string
	PeriodNumber       int
	Amount             decimal.Decimal  // with indirect tax, before discounts
	AfterDiscount      *decimal.Decimal // nil: no discount
	Tax                decimal.Decimal
	Currency           money.Currency
	LastTry            string // the renewal order of the last day it was tried
}

// RenewByItself lets an instance renew by itself from now on. It has to be a period instance with an end, formal and not closed.
func (svc *Service) RenewByItself(ctx context.Context, tx *pg.Tx, r Renewal) error {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	in, err := FindInstance(ctx, tx, dir, r.Merchant, r.Instance)
	if err != nil {
		return err
	}
	if in == nil {
		return fault.New(fault.NotFound, "ORD-INSTANCE-NONE", "instanceId", fault.Args{"instance": r.Instance, "buyer": ""})
	}
	var fs fault.Faults
	if in.Mode != Period || in.Trial || in.ExpiresAt == nil || in.ClosedAt != nil {
		fs = append(fs, fault.New(fault.Conflict, "RENEW-INSTANCE", "instanceId", fault.Args{"instance": r.Instance}))
	}
	if !map[string]bool{"year": true, "month": true, "day": true}[r.PeriodType] || r.PeriodNumber < 1 {
		fs = append(fs, fault.New(fault.Invalid, "ORD-PERIOD", "periodNumber"))
	}
	if !r.Currency.Valid() {
		fs = append(fs, fault.New(fault.Invalid, "FEED-CURRENCY", "currencyCode", fault.Args{"got": r.Currency}))
	}
	if r.Amount.IsNegative() || r.AfterDiscount != nil && r.AfterDiscount.IsNegative() || r.Tax.IsNegative() {
		fs = append(fs, fault.New(fault.Invalid, "FEED-NEGATIVE", "amount", fault.Args{"got": r.Amount}))
	}
	if len(fs) > 0 {
		return fs
	}
	if err := upsertRenewal(ctx, tx, r); err != nil {
		return err
	}
	if err := planRenewal(ctx, tx, dir, in, tx.Now); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: r.Merchant, Action: "instance.auto-renewal-on", Subject: r.Instance, Detail: map[string]any{"amount": r.Amount, "currency": r.Currency}})
}

// RenewNoMore ends it; an order that the last try placed stays its buyer's to pay or not. It tells whether it was on.
func (svc *Service) RenewNoMore(ctx context.Context, tx *pg.Tx, merchant, instance, reason string) (bool, error) {
	on, err := deleteRenewal(ctx, tx, merchant, instance)
	if err != nil || !on {
		return false, err
	}
	if err := DropTimer(ctx, tx, merchant, instance, autoRenewal); err != nil {
		return false, err
	}
	return true, audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "instance.auto-renewal-off", Subject: instance, Reason: reason})
}

// nextTry is the next instant after another at which a renewal is tried: at the hour of the day, from so many days before the end until the end.
// The zero time where none is left.
func nextTry(after, expiry time.Time, zone *time.Location, days, hour int) time.Time {
	first := period.DayOf(expiry, zone).Add(-days)
	if from := period.DayOf(after, zone); from.After(first) {
		first = from
	}
	for d := first; ; d = d.Add(1) {
		at := time.Date(d.Year, d.Month, d.Day, hour, 0, 0, 0, zone)
		switch {
		case !at.Before(expiry):
			return time.Time{}
		case at.After(after):
			return at.UTC()
		}
	}
}

// planRenewal sets the timer of an instance's next try after an instant, or drops it where none is left.
func planRenewal(ctx context.Context, tx *pg.Tx, dir *entities.Directory, in *Instance, after time.Time) error {
	if in.ExpiresAt == nil || in.ClosedAt != nil {
		return DropTimer(ctx, tx, in.Merchant, in.ID, autoRenewal)
	}
	scope := entities.ForEntity(in.Entity)
	zone := dir.Zone(in.Entity)
	if name := dir.Text(entities.KeyAutoRenewZone, scope, after); name != "" {
		loc, err := time.LoadLocation(name)
		if err != nil {
			return err
		}
		zone = loc
	}
	at := nextTry(after, *in.ExpiresAt, zone, dir.Int(entities.KeyAutoRenewDays, scope, after), dir.Int(entities.KeyAutoRenewHour, scope, after))
	if at.IsZero() {
		return DropTimer(ctx, tx, in.Merchant, in.ID, autoRenewal)
	}
	return SetTimer(ctx, tx, Timer{Merchant: in.Merchant, Subject: in.ID, Kind: autoRenewal, Line: in.Line, DueAt: at})
}

// renewByItself is one day's try: yesterday's order, if nobody paid it, makes room for today's. The fact of its payment answers.
func (svc *Service) renewByItself(ctx context.Context, tx *pg.Tx, t Timer) error {
	r, on, err := selectRenewal(ctx, tx, t.Merchant, t.Subject)
	if err != nil || !on {
		return err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	in, err := FindInstance(ctx, tx, dir, t.Merchant, t.Subject)
	if err != nil || in == nil {
		return err
	}
	if in.ClosedAt == nil && !in.RenewalPaid && in.ExpiresAt != nil && in.ExpiresAt.After(t.DueAt) {
		if r.LastTry != "" {
			if _, err := svc.Cancel(ctx, tx, "auto-renewal", r.LastTry, "tried again"); err != nil && fault.KindOf(err) != fault.Conflict {
				return err
			}
		}
		if r.LastTry, err = svc.tryRenewal(ctx, tx, r, in, t.DueAt); err != nil {
			return err
		}
		if err := updateLastTry(ctx, tx, r); err != nil {
			return err
		}
	}
	return planRenewal(ctx, tx, dir, in, t.DueAt)
}

// tryRenewal places the renewal order of one day; its number follows from instance and day, so a day is tried once.
func (svc *Service) tryRenewal(ctx context.Context, tx *pg.Tx, r Renewal, in *Instance, at time.Time) (string, error) {
	sum := sha256.Sum256([]byte(r.Merchant + "\x00" + r.Instance))
	id := "CS" + at.UTC().Format("0601021504") + "R" + hex.EncodeToString(sum[:6])
	line := map[string]any{
		"orderLineId": id + "-000001", "chargingMode": Period, "periodType": r.PeriodType, "periodNumber": r.PeriodNumber, "instanceId": r.Instance,
		"productInfo": map[string]any{"productId": r.Product, "skuCode": in.SKU}, "amount": money.Exact(r.Amount), "taxAmount": money.Exact(r.Tax),
		"currencyCode": string(r.Currency), "contractingEntity": in.Entity,
	}
	if r.AfterDiscount != nil {
		line["amountAfterDiscount"] = money.Exact(*r.AfterDiscount)
	}
	_, err := svc.Place(ctx, tx, "auto-renewal", Placement{At: at, Order: Fact{
		"orderId": id, "orderType": Renew, "merchantId": r.Merchant, "createTime": Stamp(at),
		"buyerInfo": map[string]any{"customerId": in.Buyer, "registrationRegion": in.Region}, "orderLine": []any{line},
	}})
	return id, err
}

// heardOfRenewals moves the timers of instances whose end moved.
func (svc *Service) heardOfRenewals(ctx context.Context, tx *pg.Tx, happened []Happening) error {
	var merchants, ids []string
	for i := range happened {
		if h := &happened[i]; !h.History && (h.Kind == Effective || h.Kind == MoneyBack) {
			s := State{Line: *h.Line}
			merchants, ids = append(merchants, h.Line.Merchant), append(ids, s.instanceID())
		}
	}
	if len(ids) == 0 {
		return nil
	}
	moved, err := selectRenewals(ctx, tx, merchants, ids)
	if err != nil || len(moved) == 0 {
		return err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return err
	}
	for _, r := range moved {
		in, err := FindInstance(ctx, tx, dir, r.Merchant, r.Instance)
		if err != nil {
			return err
		}
		if in != nil {
			if err := planRenewal(ctx, tx, dir, in, tx.Now); err != nil {
				return err
			}
		}
	}
	return nil
}

// AutoRenewing lists a merchant's instances that renew by themselves, are in effect and whose buyers were registered in one of these regions. A region
// cannot be taken from sale while there are any.
func AutoRenewing(ctx context.Context, tx *pg.Tx, merchant string, regions []string) ([]*Instance, error) {
	on, err := selectRenewalsOf(ctx, tx, merchant)
	if err != nil || len(on) == 0 {
		return nil, err
	}
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(on))
	for i, r := range on {
		ids[i] = r.Instance
	}
	all, err := Instances(ctx, tx, dir, merchant, ids)
	wanted := map[string]bool{}
	for _, r := range regions {
		wanted[r] = true
	}
	var out []*Instance
	for _, id := range ids {
		if in := all[id]; in != nil && in.Open(tx.Now) && wanted[in.Region] {
			out = append(out, in)
		}
	}
	return out, err
}
