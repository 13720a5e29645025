package provisioning

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"suanpan/entities"
	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

// Kinds of timers.
const (
	callTimer   = "interface.call"
	effectTimer = "interface.effective"
)

// DelistAfter is how many orders may fail by interface in a calendar month: with one more the product is to be delisted (退市).
const DelistAfter = 5

const minReason = 3

// Service has the verbs of the produce interface. Orders takes the facts that follow from an answer.
type Service struct {
	Orders *orders.Service
	Lock   Lock
	// Clock is machine time: sellers compare the timestamp of a call with their own clock.
	Clock func() time.Time
	// Loopback lets this machine be called over HTTP; a demo may always.
	Loopback bool
	// Deliveries tells by which delivery types with an interface a product can reach its buyer, none being none. Without it, and where it answers
	// nil, that is not known.
	Deliveries func(ctx context.Context, tx *pg.Tx, merchant, product string) ([]Delivery, error)
	// OnDone hears of every call that the seller has done, in the transaction that writes its answer down.
	OnDone func(ctx context.Context, tx *pg.Tx, c Call) error
	// OnFailure hears of every failed try, in the transaction that writes it down: notices are written there.
	OnFailure func(ctx context.Context, tx *pg.Tx, f Failure) error

	plain, local *Client
}

// Failure is a failed try of a call.
type Failure struct {
	Call  Call
	Code  Code
	At    time.Time // business time
	Final bool      // no further try follows by itself
}

// Listen subscribes to what happens to orders and takes over the timers of calls.
func (svc *Service) Listen() {
	svc.plain, svc.local = NewClient(false), NewClient(true)
	svc.Orders.Subscribe(svc.Hear)
	svc.Orders.OnTimer(callTimer, func(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
		return readyCall(ctx, tx, t.Merchant, t.Subject, tx.Now)
	})
	svc.Orders.OnTimer(effectTimer, func(ctx context.Context, tx *pg.Tx, t orders.Timer) error {
		c, err := selectCall(ctx, tx, t.Merchant, t.Subject)
		if err != nil || c == nil || c.State != Succeeded {
			return err
		}
		_, err = svc.takeEffect(ctx, tx, c, c.Order.Accepted)
		return err
	})
}

// Configure writes a merchant's interface and its key, in the place of the one that stands. Whoever may call it over plain HTTP says so by loopback.
func (svc *Service) Configure(ctx context.Context, tx *pg.Tx, i Interface, key string, loopback bool) error {
	if fs := i.check(key, loopback || svc.Loopback); len(fs) > 0 {
		return fs
	}
	i.SetAt, i.SetBy = tx.Now, tx.Actor.User
	if err := upsertInterface(ctx, tx, i); err != nil {
		return err
	}
	by, sealed := svc.Lock.seal(key, i.place())
	if err := replaceKey(ctx, tx, i, by, sealed); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{
		Merchant: i.Merchant, Action: "interface.configured", Subject: i.name(), Detail: map[string]any{"address": i.Address, "version": string(i.Version), "acceptance": i.Acceptance},
	})
}

func (i Interface) name() string {
	if i.Product != "" {
		return string(i.Delivery) + "/" + i.Product
	}
	return string(i.Delivery)
}

// Erase takes a merchant's interface away with its key; calls that are open fail then with NO-ADDRESS. PROV-INTERFACE where there is none.
func (svc *Service) Erase(ctx context.Context, tx *pg.Tx, i Interface) error {
	n, err := deleteInterface(ctx, tx, i)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.NotFound, "PROV-INTERFACE", "product")
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: i.Merchant, Action: "interface.erased", Subject: i.name()})
}

// Interfaces lists what merchants have configured; their keys are told of, not shown.
func (svc *Service) Interfaces(ctx context.Context, tx *pg.Tx, merchants ...string) ([]Interface, error) {
	return selectInterfaces(ctx, tx, merchants)
}

// Ask asks a seller for what no event of an order sets going: an expiry, a freeze, a release … id is the asker's own; the same again is the call that
// stands, other content under it is PROV-CHANGED.
func (svc *Service) Ask(ctx context.Context, tx *pg.Tx, merchant, id string, o Order) (*Call, error) {
	var fs fault.Faults
	if !slices.Contains(Asked, o.Scene) {
		fs = append(fs, fault.New(fault.Invalid, "PROV-NOT-ASKED", "scene", fault.Args{"scene": o.Scene, "scenes": Asked}))
	}
	for path, v := range map[string]string{"merchantId": merchant, "instanceId": o.Instance, "id": id} {
		if v == "" || len(v) > maxInstance {
			fs = append(fs, fault.New(fault.Invalid, "FEED-ID", path))
		}
	}
	if len(fs) > 0 {
		return nil, fs
	}
	all, err := selectInterfaces(ctx, tx, []string{merchant})
	if err != nil {
		return nil, err
	}
	if i, err := svc.choose(ctx, tx, merchant, all, o.Product); err != nil || i == nil {
		return nil, errOr(err, fault.New(fault.NotFound, "PROV-INTERFACE", "merchantId"))
	}
	c := newCall(merchant, o, id)
	if err := insertCalls(ctx, tx, []Call{c}); err != nil {
		return nil, err
	}
	stands, err := selectCall(ctx, tx, merchant, c.ID)
	if err == nil && !slices.Equal(stands.content(), c.content()) {
		err = fault.New(fault.Conflict, "PROV-CHANGED", "id", fault.Args{"call": c.ID})
	}
	if err == nil && stands.BusinessID == c.BusinessID { // it is new
		err = audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "interface.asked", Subject: c.ID})
	}
	return stands, err
}

func errOr(err error, f *fault.Fault) error {
	if err != nil {
		return err
	}
	return f
}

func newCall(merchant string, o Order, id string) Call {
	return Call{Merchant: merchant, ID: o.Key(id), Order: o, State: Waiting, BusinessID: newID("biz_")}
}

// newID is an id of ours: 26 characters that nobody guesses.
func newID(prefix string) string { return prefix + strings.ToLower(rand.Text()) }

// content is what is asked, without what differs on every call or is learned from answers.
func (c *Call) content() []byte {
	o := c.Order
	amount := ""
	if o.Amount != nil {
		amount = o.Amount.String()
	}
	instance := o.Instance
	if o.Scene == Create {
		instance = ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", []string{string(o.Scene), o.OrderID, o.LineID, o.Product, o.SKU, o.Mode, instance, o.Expire, amount}))
	return sum[:]
}

// Restart lets an exhausted call be tried anew (重新启动), with the reason of the person who does it.
func (svc *Service) Restart(ctx context.Context, tx *pg.Tx, merchant, call, reason string) error {
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) < minReason {
		return fault.New(fault.Invalid, "PROV-REASON", "reason")
	}
	c, err := lockCall(ctx, tx, merchant, call)
	if err != nil {
		return err
	}
	if c == nil {
		return fault.New(fault.NotFound, "PROV-CALL", "call", fault.Args{"call": call})
	}
	if c.State, err = c.Restart(); err != nil {
		return err
	}
	c.Tries, c.Polling, c.StartedAt, c.EndedAt = 0, false, tx.Now, nil
	if err := updateCall(ctx, tx, c, &tx.Now); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Event{Merchant: merchant, Action: "interface.restarted", Subject: call, Reason: reason})
}

// FailedOrders counts a merchant's orders, of one product where one is named, that failed by interface in a span of business time, from included, to not. More than DelistAfter in a
// calendar month lead to delisting, whatever was restarted later.
func (svc *Service) FailedOrders(ctx context.Context, tx *pg.Tx, merchant, product string, from, to time.Time) (int, error) {
	return countFailed(ctx, tx, merchant, product, from, to)
}

// choose finds the interface for a product of a merchant.
func (svc *Service) choose(ctx context.Context, tx *pg.Tx, merchant string, all []Interface, product string) (*Interface, error) {
	var d []Delivery
	if svc.Deliveries != nil && product != "" {
		var err error
		if d, err = svc.Deliveries(ctx, tx, merchant, product); err != nil {
			return nil, err
		}
	}
	return choose(all, product, d), nil
}

// repeats reads what the table of repeats leaves to settings.
func repeats(ctx context.Context, tx *pg.Tx) (Repeats, error) {
	dir, err := entities.Load(ctx, tx)
	if err != nil {
		return Repeats{}, err
	}
	at := func(key string) string { return dir.Text(key, entities.Installation, tx.Now) }
	return Repeats{
		Every:      time.Duration(dir.Int(entities.KeyInterfaceRetry, entities.Installation, tx.Now)) * time.Minute,
		Poll:       time.Duration(dir.Int(entities.KeyInterfacePoll, entities.Installation, tx.Now)) * time.Minute,
		ExpireOnce: at(entities.KeyInterfaceExpiry) == "once", Millis: at(entities.KeyInterfaceTimestamp) == "milliseconds",
	}, nil
}
