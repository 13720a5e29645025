package sim

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/pg"
	"suanpan/internal/sim/neutral"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/orders/refunds"
	"suanpan/orders/supervision"
)

// playUntil moves the clock in steps and lets everybody do something at each.
func (b *bazaar) playUntil(end time.Time) {
	b.t.Helper()
	for {
		next := b.clk.Now().Add(time.Duration(60+b.r.IntN(60*3600)) * time.Second)
		if !next.Before(end) {
			b.clk.Set(end)
			b.fire()
			return
		}
		b.clk.Set(next)
		if len(b.deals) < 24 && b.chance(75) {
			b.place()
		}
		b.market()
		b.deliveries()
		b.askRefund()
		b.review()
		b.supervise()
		b.letRenew()
		b.meterings()
		b.repay()
		if b.chance(80) {
			b.fire()
		}
	}
}

// fire fires what is due; what broke down is tried again later by the machine's clock.
func (b *bazaar) fire() {
	b.t.Helper()
	for range 3 {
		b.machine = b.machine.Add(24 * time.Hour)
		_, failed, err := b.svc.Orders.FireDue(context.Background(), b.db, b.machine)
		if err != nil {
			b.t.Fatalf("seed %d: %v", b.seed, err)
		}
		if failed == 0 {
			return
		}
	}
}

func (b *bazaar) place() {
	b.t.Helper()
	merchant := oneOf(b, b.facts.Merchant)
	var products []neutral.Product
	for _, p := range b.facts.Products {
		if p.Merchant == merchant.ID && len(p.Rating) == 0 {
			products = append(products, p)
		}
	}
	owner := oneOf(b, b.codes())
	if len(merchant.Certifications) > 0 && b.chance(85) {
		owner = oneOf(b, merchant.Certifications).Entity
	}
	d := &deal{at: b.clk.Now()}
	net := decimal.New(int64(1000+b.r.IntN(200000)), -2)
	if b.chance(5) {
		net = decimal.Zero
	}
	tax := net.Mul(money.MustParse(oneOf(b, []string{"0", "0.07", "0.13"}))).Round(2)
	f := neutral.Fact{
		Kind: "order", Order: b.id("O"), Merchant: merchant.ID, Product: oneOf(b, products).ID, OwedBy: owner, CollectedBy: owner, Mode: oneOf(b, []string{"ONE_TIME", "PERIOD"}), Type: "NEW",
		Pay: "cash", Customer: fmt.Sprintf("C%d", b.r.IntN(8)), At: orders.Stamp(d.at), Currency: oneOf(b, []string{"USD", "USD", "EUR"}), Gross: money.Exact(net.Add(tax)), Tax: money.Exact(tax),
		Supervised: b.chance(50),
	}
	b.follow(&f)
	if f.Type == orders.New && b.chance(6) {
		f.Type, f.Mode, f.Supervised, net, tax = orders.Trial, orders.Period, false, decimal.Zero, decimal.Zero
		f.Gross, f.Tax = "0", "0"
	}
	if net.IsPositive() {
		if b.chance(25) {
			f.CollectedBy = oneOf(b, b.codes())
		}
		if b.chance(25) {
			f.Pay = "credit"
		}
		if b.chance(15) {
			f.CustomerWHT = money.Exact(net.Mul(money.MustParse("0.03")).Round(2))
		}
		if b.chance(20) {
			f.SellerTaxes = []map[string]any{{"code": "WHT", "rate": "0.0375", "of": oneOf(b, []string{"gross", "net", "base", "share"})}}
		}
	}
	d.f, d.never = f, f.Pay == "cash" && b.chance(6)
	b.sent[f.Order] = f
	order := b.ofFeed(f)[0]
	if f.Mode == orders.Period {
		line, _ := order["orderLine"].([]any)[0].(map[string]any)
		line["periodType"], line["periodNumber"] = "month", 1+b.r.IntN(3)
	}
	if !b.do("place", pg.AsBatch("marketplace"), func(ctx context.Context, tx *pg.Tx) error {
		_, err := b.svc.Orders.Place(ctx, tx, "marketplace", orders.Placement{Order: order})
		return err
	}) {
		return
	}
	d.paid = !net.IsPositive()
	b.deals = append(b.deals, d)
	if f.Pay == "credit" {
		b.owe(f)
		d.paid = b.take("paid", orders.Fact{"kind": "payment", "orderId": f.Order, "method": "CREDIT", "collectingEntity": f.CollectedBy, "time": f.At})
	}
}

func (b *bazaar) deal(order string) *deal {
	for _, d := range b.deals {
		if d.f.Order == order {
			return d
		}
	}
	b.t.Fatalf("seed %d: nobody knows order %s", b.seed, order)
	return nil
}

// earlier is a moment between another one and now.
func (b *bazaar) earlier(since time.Time) time.Time {
	if now := b.clk.Now(); b.chance(60) && now.After(since.Add(time.Second)) {
		return since.Add(time.Duration(b.r.Int64N(int64(now.Sub(since)/time.Second))) * time.Second)
	}
	return b.clk.Now()
}

// market does what Suanpan asks the marketplace for: it takes money, and gives it back.
func (b *bazaar) market() {
	b.t.Helper()
	var open []orders.Instruction
	b.must(pg.AsBatch("marketplace"), func(tx *pg.Tx) (err error) {
		open, err = orders.Instructions(context.Background(), tx, orders.InstructionQuery{Open: true})
		return err
	})
	for _, i := range open {
		d := b.deal(i.Order)
		switch {
		case b.chance(30):
		case i.Kind == orders.GiveBack:
			if at := b.earlier(i.IssuedAt); b.answers("refund paid", i, orders.Fact{"kind": "refund", "refundId": i.RefundID, "orderId": i.Order, "amount": money.Exact(i.Amount), "rule": i.Rule, "time": orders.Stamp(at)}) {
				d.last = at
			}
		case d.never && b.chance(30):
			b.do("canceled", pg.AsBatch("marketplace"), func(ctx context.Context, tx *pg.Tx) error {
				_, err := b.svc.Orders.Cancel(ctx, tx, "marketplace", i.Order, "changed my mind")
				return err
			})
			d.gone = true
		case d.never:
		default:
			d.paid = b.answers("paid", i, orders.Fact{"kind": "payment", "orderId": i.Order, "method": "CASH", "collectingEntity": d.f.CollectedBy, "time": orders.Stamp(b.earlier(d.at))})
		}
	}
}

// stillAsked tells whether an instruction stands: an answer to another one may have withdrawn it since it was collected.
func (b *bazaar) stillAsked(i orders.Instruction) bool {
	b.t.Helper()
	var open []orders.Instruction
	b.must(pg.AsBatch("marketplace"), func(tx *pg.Tx) (err error) {
		open, err = orders.Instructions(context.Background(), tx, orders.InstructionQuery{Open: true, After: i.Number - 1, Limit: 1})
		return err
	})
	return len(open) == 1 && open[0].Number == i.Number
}

// answers takes the fact that an open instruction asked for: it cannot be refused.
func (b *bazaar) answers(what string, i orders.Instruction, f orders.Fact) bool {
	b.t.Helper()
	ok := b.take(what, f)
	if !ok && b.stillAsked(i) {
		b.t.Errorf("seed %d, %s: what was asked for was refused: %v\n%s", b.seed, b.clk.Now(), f, stories(b.told(), []string{i.Order}))
	}
	return ok
}

// deliveries lets orders take effect, or fail to.
func (b *bazaar) deliveries() {
	b.t.Helper()
	for _, d := range b.deals {
		if !d.paid || d.gone || d.effective || b.chance(60) {
			continue
		}
		at := orders.Stamp(b.earlier(d.at.Add(time.Hour)))
		if d.f.Type == orders.Renew {
			at = orders.Stamp(b.begins(d))
		}
		if b.chance(5) {
			d.gone = b.take("failed", orders.Fact{"kind": "provisioningFailed", "orderId": d.f.Order, "time": orders.Stamp(b.clk.Now())})
			continue
		}
		d.effective = b.take("effective", orders.Fact{"kind": "effectiveness", "orderId": d.f.Order, "time": at})
	}
}

func (b *bazaar) askRefund() {
	b.t.Helper()
	if len(b.deals) == 0 || !b.chance(55) {
		return
	}
	d := oneOf(b, b.deals)
	ask := refunds.Ask{ID: b.id("R"), Order: d.f.Order, Delivery: refunds.Image, Reason: "not needed"}
	if d.f.Supervised {
		ask.Delivery = refunds.Manual
		amount := money.MustParse(d.f.Gross).Mul(money.MustParse(oneOf(b, []string{"0.3", "0.5", "1"}))).Round(2)
		ask.Amount = &amount
	}
	var r refunds.Request
	if b.do("refund asked", pg.AsBatch("marketplace"), func(ctx context.Context, tx *pg.Tx) (err error) {
		r, _, err = b.refunds.Request(ctx, tx, ask)
		return err
	}) {
		b.tell(neutral.Fact{Kind: "held", ID: r.ID, Order: r.Line, At: orders.Stamp(r.RequestedAt), Gross: r.Amount.String()})
	}
}

// review lets merchants decide, and buyers think again.
func (b *bazaar) review() {
	b.t.Helper()
	var open []refunds.Request
	b.must(pg.AsStaff("operator"), func(tx *pg.Tx) (err error) {
		open, err = b.refunds.Requests(context.Background(), tx, refunds.Query{State: refunds.Review})
		return err
	})
	for _, r := range open {
		if b.chance(60) {
			continue
		}
		st := refunds.Step{Merchant: r.Merchant, ID: r.ID, Opinion: "as agreed", Files: []orders.Attachment{orders.NewAttachment("talk.pdf", []byte("%PDF-1"))}}
		seller := pg.AsMerchant(r.Merchant, "seller")
		var after refunds.Request
		var done bool
		switch n := b.r.IntN(10); {
		case n < 6:
			b.do("refund approved", seller, func(ctx context.Context, tx *pg.Tx) error { _, err := b.refunds.Approve(ctx, tx, st); return err })
		case n < 8:
			done = b.do("refund rejected", seller, func(ctx context.Context, tx *pg.Tx) (err error) {
				after, err = b.refunds.Reject(ctx, tx, st)
				return err
			})
		default:
			done = b.do("refund withdrawn", pg.AsBatch("marketplace"), func(ctx context.Context, tx *pg.Tx) (err error) {
				after, err = b.refunds.Withdraw(ctx, tx, r.Merchant, r.ID)
				return err
			})
		}
		if done {
			b.must(pg.AsStaff("operator"), func(tx *pg.Tx) (err error) {
				after, err = b.refunds.FindAny(context.Background(), tx, r.ID)
				return err
			})
			b.tell(neutral.Fact{Kind: "lifted", ID: r.ID, Order: r.Line, At: orders.Stamp(*after.ClosedAt)})
		}
	}
}

// supervise lets the parties of each case do what is theirs, or appeal, or operations decide.
func (b *bazaar) supervise() {
	b.t.Helper()
	var cases []supervision.Case
	b.must(pg.AsStaff("operator"), func(tx *pg.Tx) (err error) {
		cases, err = b.supervised.Cases(context.Background(), tx, supervision.Query{Open: true})
		return err
	})
	for _, c := range cases {
		switch {
		case b.chance(45) || !c.Stage.Waiting():
		case c.Frozen != nil:
			b.decide(c)
		case b.chance(12):
			party, who := supervision.Buyer, pg.AsBatch("marketplace")
			if b.chance(50) {
				party, who = supervision.Seller, pg.AsMerchant(c.Merchant, "seller")
			}
			o := supervision.Opening{Merchant: c.Merchant, Line: c.Line, Party: party, Ground: supervision.OtherGround, Reason: "no answer", Files: []supervision.Sent{{Name: "talk.pdf", Content: []byte("%PDF-1.4")}}}
			b.do("appealed at "+string(c.Stage), who, func(ctx context.Context, tx *pg.Tx) error { _, err := b.supervised.Appeal(ctx, tx, o); return err })
		default:
			b.step(c)
		}
	}
}

func (b *bazaar) decide(c supervision.Case) {
	b.t.Helper()
	d := supervision.Decision{Merchant: c.Merchant, Line: c.Line, Outcome: oneOf(b, []string{supervision.OutcomeResume, supervision.OutcomeAccepted, supervision.OutcomeRefund}), Reason: "heard both"}
	if d.Outcome == supervision.OutcomeRefund {
		d.Amount = c.Left().Mul(money.MustParse(oneOf(b, []string{"0.25", "1"}))).Round(2)
	}
	b.do("decided "+d.Outcome, pg.AsStaff("judge"), func(ctx context.Context, tx *pg.Tx) error {
		detail, err := b.supervised.Detail(ctx, tx, c.Merchant, c.Line)
		if err != nil {
			return err
		}
		d.No = len(detail.Appeals)
		_, err = b.supervised.Decide(ctx, tx, d)
		return err
	})
}

// step does what a stage waits for, now and then the other thing that can be done in it.
func (b *bazaar) step(c supervision.Case) {
	b.t.Helper()
	a := supervision.Act{Merchant: c.Merchant, Line: c.Line, Party: supervision.Buyer, Text: "words"}
	switch c.Stage {
	case supervision.Request:
		a.Event = supervision.SubmitRequest
	case supervision.Confirm:
		a.Party, a.Event = supervision.Seller, supervision.ConfirmRequest
		if b.chance(15) {
			a.Event = supervision.RejectRequest
		}
	case supervision.Deliver:
		a.Party, a.Event = supervision.Seller, supervision.DeliverService
		a.Files, a.Elements = []supervision.Sent{{Name: "proof.pdf", Content: []byte("%PDF-1.4")}}, supervision.Elements{Orders: c.Order, Company: "ACME", Product: "P", Spec: "S"}
		a.Start = b.earlier(c.Since)
	case supervision.Ship:
		a.Party, a.Event, a.Carrier, a.Parcel = supervision.Seller, supervision.EnterShipment, "SF", "SF1"
	case supervision.Accept:
		a.Event = supervision.AcceptDelivery
		switch {
		case b.chance(15):
			a.Event = supervision.RejectDelivery
		case c.Type == supervision.Hardware && c.Signed == nil && b.chance(70):
			a.Party, a.Event, a.Text = supervision.Platform, supervision.CourierReport, "signed"
		case c.Type == supervision.Hardware && b.chance(80):
			return // left to time
		}
	case supervision.Review:
		a.Party, a.Event = supervision.Platform, supervision.PassReview
		if b.chance(15) {
			a.Event = supervision.FailReview
		}
	default:
		b.t.Errorf("seed %d: nobody knows what to do at %s", b.seed, c.Stage)
		return
	}
	who := pg.AsBatch("marketplace")
	if a.Party == supervision.Seller {
		who = pg.AsMerchant(c.Merchant, "seller")
	}
	if a.Party == supervision.Platform {
		who = pg.AsStaff("operator")
	}
	b.do(string(a.Event), who, func(ctx context.Context, tx *pg.Tx) error { _, err := b.supervised.Do(ctx, tx, a); return err })
}
