package provisioning

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/audit"
	"suanpan/internal/fault"
	"suanpan/internal/pg"
	"suanpan/orders"
)

const (
	leaseFor     = time.Minute // longer than a request may take, machine time
	eachMerchant = 4           // requests at once to one merchant: a slow one does not keep the others
	atOnce       = 16          // requests at once
	rounds       = 50          // of one Dispatch
)

var batch = pg.AsBatch("interface")

// Dispatch makes the requests that may be made, by any number of workers at once: claims calls in one transaction, calls the sellers outside of any, and
// writes each answer in one of its own. A crash between repeats the request once the lease is over, which is the same for the seller.
func (svc *Service) Dispatch(ctx context.Context, db *pg.DB) (made int, err error) {
	for range rounds {
		jobs, err := svc.claim(ctx, db)
		if err != nil || len(jobs) == 0 {
			return made, err
		}
		var wg sync.WaitGroup
		for k := range jobs {
			wg.Go(func() { jobs[k].run(ctx) })
		}
		wg.Wait()
		for k := range jobs {
			if err := ctx.Err(); err != nil {
				return made, err // what was not answered for our own sake is no failure of the seller's
			}
			// An answer that cannot be written down keeps none of the others: its own call is repeated once its lease is over.
			if bad := svc.record(ctx, db, &jobs[k]); bad != nil {
				err = errors.Join(err, bad)
				continue
			}
			made++
		}
		if err != nil {
			return made, err
		}
	}
	return made, nil
}

// job is one request, from its claim to its record.
type job struct {
	call    Call
	client  *Client
	clock   func() time.Time
	repeats Repeats
	iface   *Interface
	key     string
	keyed   bool

	answer  Answer
	request Request
	scene   Scene // what was really asked: a query where the call is being polled
	took    time.Duration
}

func (svc *Service) claim(ctx context.Context, db *pg.DB) ([]job, error) {
	demo, _, err := db.Demo(ctx)
	if err != nil {
		return nil, err
	}
	client := svc.plain
	if demo || svc.Loopback {
		client = svc.local
	}
	var jobs []job
	err = db.InTx(ctx, batch, func(tx *pg.Tx) error {
		machine := svc.Clock()
		calls, err := claimCalls(ctx, tx, rand.Text(), machine, machine.Add(leaseFor), eachMerchant, atOnce)
		if err != nil || len(calls) == 0 {
			return err
		}
		merchants := map[string]bool{}
		for k := range calls {
			merchants[calls[k].Merchant] = true
		}
		r, err := repeats(ctx, tx)
		if err != nil {
			return err
		}
		all, err := selectInterfaces(ctx, tx, keysOf(merchants))
		if err != nil {
			return err
		}
		by, keys := map[string][]Interface{}, map[string]string{}
		for _, i := range all {
			by[i.Merchant] = append(by[i.Merchant], i)
		}
		if err := selectKeys(ctx, tx, keysOf(merchants), func(place, sealedBy string, sealed []byte) {
			if key, ok := svc.Lock.open(sealedBy, sealed, place); ok {
				keys[place] = key
			}
		}); err != nil {
			return err
		}
		for _, c := range calls {
			j := job{call: c, client: client, clock: svc.Clock, repeats: r, scene: c.Order.Scene}
			if j.iface, err = svc.choose(ctx, tx, c.Merchant, by[c.Merchant], c.Order.Product); err != nil {
				return err
			}
			if j.iface != nil {
				j.key, j.keyed = keys[j.iface.place()]
			}
			jobs = append(jobs, j)
		}
		return nil
	})
	return jobs, err
}

// run makes the request.
func (j *job) run(ctx context.Context) {
	o := j.call.Order
	switch {
	case j.iface == nil:
		j.answer = Answer{Code: NoAddress}
		return
	case !j.keyed:
		j.answer = Answer{Code: SealedKey}
		return
	case j.call.Polling && j.iface.Version.Knows(Query):
		o.Scene, j.scene = Query, Query
	case !j.iface.Version.Knows(o.Scene):
		j.answer = Answer{Code: NoScene}
		return
	case o.Instance == "" && o.Scene != Create && o.Scene != Acceptance:
		j.answer = Answer{Code: NoInstance}
		return
	}
	m := Moment{At: j.clock(), Nonce: rand.Text(), Millis: j.repeats.Millis, BusinessID: j.call.BusinessID}
	if j.call.Made > 1 || o.Scene == Acceptance {
		m.BusinessID = newID("biz_") // it differs on every call; the first one's is the instance
	}
	var err error
	if j.request, err = Build(j.iface.Version, j.iface.Address, j.key, o, m); err != nil {
		j.answer = Answer{Code: BadAddress}
		return
	}
	j.answer = j.client.Call(ctx, j.request, j.key)
	j.took = j.clock().Sub(m.At)
}

// hash is of what was sent, the address's signature left out.
func (j *job) hash() []byte {
	body := j.request.Body
	if u, err := url.Parse(j.request.URL); err == nil && body == nil {
		q := u.Query()
		q.Del("authToken")
		body = []byte(q.Encode())
	}
	sum := sha256.Sum256(body)
	return sum[:]
}

// record writes an answer down with what follows from it.
func (svc *Service) record(ctx context.Context, db *pg.DB, j *job) error {
	return db.InTx(ctx, batch, func(tx *pg.Tx) error {
		c, err := lockCall(ctx, tx, j.call.Merchant, j.call.ID)
		if err != nil || c == nil {
			return err
		}
		var version Version
		delivery := SaaS
		if j.iface != nil {
			version, delivery = j.iface.Version, j.iface.Delivery
		}
		p := PolicyOf(c.Order.Scene, version, delivery, j.repeats)
		v := c.Judge(j.answer, p, j.repeats, tx.Now)
		t := Try{Made: j.call.Made, At: tx.Now, Activity: activities[version][j.scene], Code: v.Code, Message: j.answer.Message, Failed: v.Failed(), Millis: int(j.took.Milliseconds())}
		if err := insertTry(ctx, tx, c, t, j.hash()); err != nil {
			return err
		}
		if c.lease != j.call.lease {
			return nil // ended meanwhile, or another worker holds it: the answer is kept and changes nothing
		}
		return svc.settle(ctx, tx, c, v, p, j.answer.Message)
	})
}

// settle moves a call by a verdict.
func (svc *Service) settle(ctx context.Context, tx *pg.Tx, c *Call, v Verdict, p Policy, message string) error {
	state, err := c.State.Next(v.Step)
	if err != nil {
		return err
	}
	c.State, c.Code, c.Message, c.Polling, c.Order.Instance, c.DueAt = state, v.Code, message, v.Polling, v.Instance, nil
	if v.Failed() {
		c.Tries++
	}
	if state.Open() {
		c.DueAt = &v.Due
	} else {
		c.EndedAt = &tx.Now
	}
	if v.Step == GaveUp {
		c.Refunded = p.Refund
		if c.GivenUpAt == nil {
			c.GivenUpAt = &tx.Now
		}
	}
	if err := updateCall(ctx, tx, c, nil); err != nil {
		return err
	}
	if !state.Open() { // every try stands in its own row; the audit says how it ended
		if err := audit.Write(ctx, tx, audit.Event{Merchant: c.Merchant, Action: "interface." + string(state), Subject: c.ID, Detail: map[string]any{"code": string(v.Code), "made": c.Made}}); err != nil {
			return err
		}
	}
	if v.Failed() && svc.OnFailure != nil {
		if err := svc.OnFailure(ctx, tx, Failure{Call: *c, Code: v.Code, At: tx.Now, Final: v.Step == GaveUp}); err != nil {
			return err
		}
	}
	switch {
	case c.DueAt != nil:
		return orders.SetTimer(ctx, tx, orders.Timer{Merchant: c.Merchant, Subject: c.ID, Kind: callTimer, Line: c.Line, DueAt: *c.DueAt})
	case v.Step == Answered:
		if svc.OnDone != nil {
			if err := svc.OnDone(ctx, tx, *c); err != nil {
				return err
			}
		}
		return svc.succeeded(ctx, tx, c)
	case c.Refunded:
		return svc.judgedFailed(ctx, tx, c)
	}
	return nil
}

// succeeded: what the seller has made is in effect, a supervised line's once its buyer has accepted. A renewal begins when the old term ends, which
// the marketplace tells.
func (svc *Service) succeeded(ctx context.Context, tx *pg.Tx, c *Call) error {
	at := tx.Now
	switch {
	case c.Order.Scene == Acceptance, c.Supervised && c.Order.Scene == Create:
		if at = c.Order.Accepted; at.IsZero() {
			return nil
		}
	case !c.Order.Scene.provides():
		return nil
	}
	_, err := svc.takeEffect(ctx, tx, c, at)
	return err
}

// takeEffect tells that a line is in effect; what the feed told of it already stands.
func (svc *Service) takeEffect(ctx context.Context, tx *pg.Tx, c *Call, at time.Time) (orders.Taken, error) {
	return svc.take(ctx, tx, orders.Fact{"kind": "effectiveness", "orderId": c.Order.OrderID, "orderLineId": c.Line, "time": orders.Stamp(at)})
}

// judgedFailed: the order failed by interface. The buyer's money goes back whole.
func (svc *Service) judgedFailed(ctx context.Context, tx *pg.Tx, c *Call) error {
	if _, err := svc.take(ctx, tx, orders.Fact{"kind": "provisioningFailed", "orderId": c.Order.OrderID, "orderLineId": c.Line, "time": orders.Stamp(tx.Now)}); err != nil {
		return err
	}
	if !c.Gross.GreaterThan(decimal.Zero) {
		return nil // nothing was paid
	}
	_, err := orders.Instruct(ctx, tx, orders.Instruction{
		Merchant: c.Merchant, Kind: orders.GiveBack, Order: c.Order.OrderID, Line: c.Line, RefundID: refundID(c.Line), Buyer: c.Order.Buyer, Currency: c.Currency,
		Amount: c.Gross, Rule: orders.ProvisionFailed,
	})
	if fault.Has(err, "INS-CHANGED") {
		return nil // whoever else heard of the failure has asked for it, and knows better what is left
	}
	return err
}

// refundID numbers the refund of a line that could not be provided, by its line, so that whoever asks for this money asks for it once. A number
// has 64 characters at most.
func refundID(line string) string {
	const prefix, most, kept = "PF-", 64, 20
	if len(prefix)+len(line) <= most {
		return prefix + line
	}
	sum := sha256.Sum256([]byte(line))
	return prefix + hex.EncodeToString(sum[:kept])
}

// take gives orders a fact. A refusal for what the marketplace told meanwhile changes nothing here: its word stands.
func (svc *Service) take(ctx context.Context, tx *pg.Tx, f orders.Fact) (orders.Taken, error) {
	got, err := svc.Orders.Take(ctx, tx, "interface", f)
	if fault.KindOf(err) == fault.Conflict {
		return got, nil
	}
	return got, err
}
