package orders

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"suanpan/internal/fault"
	"suanpan/internal/pg"
)

const (
	placedMonthly = `{"orderType":"NEW","merchantId":"M1","buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},"orderLine":[{"chargingMode":"PERIOD","periodType":"month",` +
		`"periodNumber":1,"productInfo":{"productId":"P11","skuCode":"S1"},"amount":"100","currencyCode":"USD"}]}`
	aboutInstance = `{"orderType":"%t","merchantId":"M1","buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},"orderLine":[{"chargingMode":"PERIOD","periodType":"month",` +
		`"periodNumber":1,"productInfo":{"productId":"P11","skuCode":"S1"},"amount":"100","currencyCode":"USD","instanceId":"I-1"}]}`
)

// shop is a world whose orders are placed.
func newShop(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.svc = NewService()
	w.load(merchantKind.example, productKind.example, meteredProduct, strings.ReplaceAll(productKind.example, "P11", "P13"))
	return w
}

// place places an order; pairs replace texts in it.
func (w *world) place(order string, pairs ...string) (PlacedOrder, error) {
	w.t.Helper()
	p, err := readPlacement(strings.NewReader(strings.NewReplacer(pairs...).Replace(order)))
	if err != nil {
		w.t.Fatal(err)
	}
	var out PlacedOrder
	err = w.in(func(ctx context.Context, tx *pg.Tx) error {
		var err error
		out, err = w.svc.Place(ctx, tx, "test", p)
		return err
	})
	return out, err
}

func (w *world) placed(order string, pairs ...string) PlacedOrder {
	w.t.Helper()
	out, err := w.place(order, pairs...)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// take takes facts in through the one door.
func (w *world) take(facts ...string) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		for _, raw := range facts {
			var f Fact
			if err := json.Unmarshal([]byte(raw), &f); err != nil {
				return err
			}
			if _, err := w.svc.Take(ctx, tx, "test", f); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) pay(order string, at time.Time) {
	w.take(`{"kind":"payment","orderId":"` + order + `","method":"CASH","collectingEntity":"5861","time":"` + Stamp(at) + `"}`)
}

func (w *world) effect(order string, at time.Time) {
	w.take(`{"kind":"effectiveness","orderId":"` + order + `","time":"` + Stamp(at) + `"}`)
}

// opened has an instance I-1 that is paid and in effect since the clock's instant.
func (w *world) opened(pairs ...string) time.Time {
	at := w.clk.Now()
	order := strings.NewReplacer(`{"orderType"`, `{"orderId":"CSOPEN","orderType"`, `"instanceId":"I-1"`, `"instanceId":"I-1"`).Replace(aboutInstance)
	w.placed(strings.ReplaceAll(order, "%t", New), pairs...)
	w.pay("CSOPEN", at)
	w.effect("CSOPEN", at)
	return at
}

func codes(err error) string {
	var out []string
	for _, f := range fault.All(err) {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

func TestPlacingAsksForTheCharge(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	monthly := strings.Replace(placedMonthly, `{"orderType"`, `{"orderId":"CS1","orderType"`, 1)
	first := w.placed(monthly)
	if !first.Fresh || first.State != PendingPayment || first.Instruction == 0 || first.Charge.String() != "100" || first.Currency != "USD" {
		t.Errorf("placed: %+v", first)
	}
	w.clk.Set(w.clk.Now().Add(time.Hour))
	if again := w.placed(monthly); again.Fresh || again.Instruction != first.Instruction {
		t.Errorf("an hour later again: %+v", again)
	}
	if _, err := w.place(monthly, `"100"`, `"90"`); codes(err) != "FEED-CHANGED" {
		t.Errorf("other content: %v", err)
	}
	second, third := w.placed(placedMonthly), w.placed(placedMonthly)
	if second.OrderID == third.OrderID || !strings.HasPrefix(second.OrderID, "CS") {
		t.Errorf("without a number each gets its own: %s %s", second.OrderID, third.OrderID)
	}
	for outcome, pairs := range map[string][]string{
		"free":        {`"100"`, `"0"`},
		"trial":       {"NEW", Trial, `"100"`, `"0"`, "month", "day", `"periodNumber":1`, `"periodNumber":30`},
		"pay-per-use": {`"PERIOD"`, `"ON_DEMAND"`, `"100"`, `"0"`, "P11", "P12", `"periodType":"month","periodNumber":1,`, ``},
	} {
		if got := w.placed(placedMonthly, pairs...); got.Instruction != 0 || got.State != Processing {
			t.Errorf("%s: %+v", outcome, got)
		}
	}
	two := strings.Replace(placedMonthly, `"orderLine":[`, `"orderLine":[{"chargingMode":"ON_DEMAND_PKG","startTime":"20261201000000","productInfo":{"productId":"P12"},"amount":"50","currencyCode":"USD",`+
		`"package":{"coversInstanceId":"I-9","quota":"10","resetRule":"none","validUntil":"20271201000000"}},{"chargingMode":"ONE_TIME","productInfo":{"productId":"P11"},"amount":"7","currencyCode":"USD"},`, 1)
	if got := w.placed(two); got.Charge.String() != "157" {
		t.Errorf("three lines: %+v", got)
	}
	w.pay(first.OrderID, w.clk.Now())
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		list, err := Instructions(ctx, tx, InstructionQuery{Order: first.OrderID})
		if len(list) != 1 || list[0].Answered == nil {
			t.Errorf("the payment answers: %+v", list)
		}
		return err
	})
}

func TestAFreeOrderIsEarnedWithoutAnybodyPaying(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	o := w.placed(placedMonthly, `"100"`, `"0"`)
	w.effect(o.OrderID, w.clk.Now())
	if got := w.earned(); len(got) != 1 || !strings.HasPrefix(got[0], o.OrderID) {
		t.Errorf("earned: %v", got)
	}
}

func TestOnlyAnUnpaidOrderIsCanceled(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	o := w.placed(placedMonthly)
	cancel := func(order string) (fresh bool, err error) {
		err = w.in(func(ctx context.Context, tx *pg.Tx) error {
			fresh, err = w.svc.Cancel(ctx, tx, "test", order, "changed my mind")
			return err
		})
		return fresh, err
	}
	if fresh, err := cancel(o.OrderID); err != nil || !fresh {
		t.Fatal(fresh, err)
	}
	w.clk.Set(w.clk.Now().Add(time.Hour))
	if fresh, err := cancel(o.OrderID); err != nil || fresh {
		t.Error("again is nothing:", fresh, err)
	}
	w.must(func(ctx context.Context, tx *pg.Tx) error {
		list, err := Instructions(ctx, tx, InstructionQuery{Order: o.OrderID})
		if len(list) != 1 || list[0].Withdrawn == nil {
			t.Errorf("nobody is to be charged: %+v", list)
		}
		return err
	})
	paid := w.placed(placedMonthly)
	w.pay(paid.OrderID, w.clk.Now())
	if _, err := cancel(paid.OrderID); codes(err) != "ORD-CANCEL-STATE" {
		t.Error("paid:", err)
	}
	if _, err := cancel("CS-NONE"); codes(err) != "ORD-NONE" || fault.KindOf(err) != fault.NotFound {
		t.Error("unknown:", err)
	}
}

// TestEveryRuleOfPlacing starts from an order that is right, breaks one thing, and expects one code.
func TestEveryRuleOfPlacing(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	w.opened()
	trial := `{"orderId":"CSTRIAL",` + strings.Replace(placedMonthly[1:], `"amount"`, `"instanceId":"I-T","amount"`, 1)
	w.placed(trial, "NEW", Trial, `"100"`, `"0"`, "month", "day", `"periodNumber":1`, `"periodNumber":30`)
	w.effect("CSTRIAL", w.clk.Now())
	upgrade := strings.Replace(aboutInstance, `"amount":"100",`, `"upgrade":{"newPrice":"300","newDays":30,"oldPrice":"150","oldDays":30},`, 1)
	upgrade = strings.NewReplacer("%t", Change, `"S1"`, `"S2"`).Replace(upgrade)
	renew := strings.ReplaceAll(aboutInstance, "%t", Renew)
	reverse := strings.NewReplacer("%t", Unsubscribe, `"amount":"100",`, "").Replace(aboutInstance)
	formal := strings.NewReplacer("%t", TrialToFormal, "I-1", "I-T").Replace(aboutInstance)
	newTrial := strings.NewReplacer("NEW", Trial, `"100"`, `"0"`, "month", "day", `"periodNumber":1`, `"periodNumber":30`).Replace(placedMonthly)
	pack := strings.NewReplacer(`"PERIOD","periodType":"month","periodNumber":1`, `"ON_DEMAND_PKG","startTime":"20261201000000","package":{"coversInstanceId":"I-9","quota":"10","resetRule":"none","validUntil":"20271201000000"}`).Replace(placedMonthly)
	for _, right := range []string{renew, upgrade, reverse, formal, newTrial, pack} {
		if _, err := w.place(right); err != nil {
			t.Errorf("right: %v\n%s", err, right)
		}
	}
	for _, c := range []struct {
		code, order string
		pairs       []string
	}{
		{"ORD-PERIOD", placedMonthly, []string{`"periodNumber":1,`, ""}},
		{"ORD-ON-DEMAND", placedMonthly, []string{`"PERIOD","periodType":"month","periodNumber":1`, `"ON_DEMAND"`}},
		{"ORD-QUANTITY", placedMonthly, []string{`"amount"`, `"quantity":-1,"amount"`}},
		{"ORD-CURRENCY", placedMonthly, []string{`"orderLine":[`, `"orderLine":[{"chargingMode":"ONE_TIME","productInfo":{"productId":"P11"},"amount":"7","currencyCode":"BRL"},`}},
		{"ORD-START", pack, []string{`"startTime":"20261201000000",`, ""}},
		{"ORD-TRIAL-MODE", newTrial, []string{`"PERIOD"`, `"ONE_TIME"`}},
		{"ORD-TRIAL-DAYS", newTrial, []string{`"periodNumber":30`, `"periodNumber":2`}},
		{"ORD-TRIAL-DAYS", newTrial, []string{`"periodNumber":30`, `"periodNumber":181`}},
		{"ORD-TRIAL-PRICE", newTrial, []string{`"amount":"0"`, `"amount":"1"`}},
		{"ORD-REVERSE-AMOUNT", reverse, []string{`"currencyCode"`, `"amount":"100","currencyCode"`}},
		{"ORD-INSTANCE-NEEDED", renew, []string{`,"instanceId":"I-1"`, ""}},
		{"ORD-INSTANCE-NONE", renew, []string{"I-1", "I-NONE"}},
		{"ORD-INSTANCE-NONE", renew, []string{"C-BR1", "C-OTHER"}},
		{"ORD-INSTANCE-MODE", renew, []string{`"PERIOD"`, `"ON_DEMAND"`, `"100"`, `"0"`}},
		{"ORD-RENEW-SKU", renew, []string{"S1", "S2"}},
		{"ORD-TRIAL-RENEW", renew, []string{"I-1", "I-T"}},
		{"ORD-NOT-TRIAL", formal, []string{"I-T", "I-1"}},
		{"ORD-CHANGE-PRODUCT", upgrade, []string{"P11", "P13"}},
		{"ORD-CHANGE-SKU", upgrade, []string{`"S2"`, `"S1"`}},
		{"ORD-CHANGE-PERIOD", upgrade, []string{"I-1", "I-T"}},
		{"ORD-CHANGE-PRICES", strings.ReplaceAll(aboutInstance, "%t", Change), []string{`"S1"`, `"S2"`}},
		{"ORD-CHANGE-LOWER", upgrade, []string{`"300"`, `"100"`}},
		{"ORD-CHANGE-FEE", upgrade, []string{`"upgrade"`, `"amount":"149","upgrade"`}},
		{"FEED-POSITIVE", upgrade, []string{`"newDays":30`, `"newDays":0`}},
		{"FEED-POSITIVE", upgrade, []string{`"oldDays":30`, `"oldDays":0`}},
		{"FEED-UNKNOWN-PRODUCT", placedMonthly, []string{"P11", "P-NONE"}},
		{"FEED-FIELD", placedMonthly, []string{`"amount"`, `"price":"1","amount"`}},
	} {
		if _, err := w.place(c.order, c.pairs...); codes(err) != c.code {
			t.Errorf("%s: %v", c.code, err)
		}
	}
	w.take(`{"kind":"refund","refundId":"RF1","orderId":"CSOPEN","amount":"100","rule":"FIVE_DAY","time":"` + Stamp(w.clk.Now()) + `"}`)
	if _, err := w.place(renew); codes(err) != "ORD-INSTANCE-CLOSED" {
		t.Error("given back:", err)
	}
}

func TestAChangeCostsTheDifferenceOfTheRemainingDays(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	w.opened()
	w.clk.Set(w.clk.Now().AddDate(0, 0, 10)) // 20 of November's 30 days remain
	upgrade := strings.NewReplacer("%t", Change, `"S1"`, `"S2"`, `"amount":"100",`, `"upgrade":{"newPrice":"300","newDays":30,"oldPrice":"150","oldDays":30,"discount":"0.9"},`, `{"orderType"`, `{"orderId":"CSUP","orderType"`).Replace(aboutInstance)
	o := w.placed(upgrade)
	if o.Charge.String() != "90" {
		t.Errorf("charge %s, want 90", o.Charge)
	}
	w.clk.Set(w.clk.Now().AddDate(0, 0, 3))
	if again := w.placed(upgrade); again.Fresh || again.Charge.String() != "90" {
		t.Errorf("sent again later, when less remains: %+v", again)
	}
	w.pay("CSUP", w.clk.Now())
	w.effect("CSUP", w.clk.Now())
	in := w.instance("I-1")
	if in.SKU != "S2" || len(in.Terms) != 1 {
		t.Errorf("after the change: %+v", in)
	}
	w.clk.Set(w.clk.Now().AddDate(0, 2, 0))
	if _, err := w.place(upgrade, "CSUP", "CSUP2", `"S2"`, `"S3"`); codes(err) != "ORD-CHANGE-EXPIRED" {
		t.Error("after the end:", err)
	}
}

func TestADelistedProductTakesNoNewOrders(t *testing.T) {
	t.Parallel()
	w := newShop(t)
	w.opened()
	w.svc.Sellable = func(_ context.Context, _ *pg.Tx, o Offer) error {
		if o.Product == "P11" {
			return fault.New(fault.Conflict, "OFF-SALE", "productId")
		}
		return nil
	}
	_, err := w.place(placedMonthly)
	if codes(err) != "OFF-SALE" || fault.All(err)[0].Path != "orderLine[0].productInfo.productId" {
		t.Error("new:", err)
	}
	if _, err := w.place(strings.ReplaceAll(aboutInstance, "%t", Renew)); err != nil {
		t.Error("a renewal of what runs:", err)
	}
}

func TestPurchaseLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		outcome string
		limit   Limit
		second  []string // how the second order differs
		after   func(w *world)
		refused bool
	}{
		{outcome: "two orders where one is allowed", limit: Limit{Orders: 1}, refused: true},
		{outcome: "two orders where two are", limit: Limit{Orders: 2}},
		{outcome: "another buyer's do not count", limit: Limit{Orders: 1}, second: []string{"C-BR1", "C-BR2"}},
		{outcome: "too many pieces", limit: Limit{Quantity: 3}, second: []string{`"amount"`, `"quantity":3,"amount"`}, refused: true},
		{outcome: "as many pieces as allowed", limit: Limit{Quantity: 3}, second: []string{`"amount"`, `"quantity":2,"amount"`}},
		{outcome: "the first runs", limit: Limit{UntilExpiry: true}, refused: true},
		{outcome: "the first has expired", limit: Limit{UntilExpiry: true}, after: func(w *world) { w.clk.Set(w.clk.Now().AddDate(0, 2, 0)) }},
		{outcome: "the first was given back", limit: Limit{Orders: 1, UntilExpiry: true}, after: func(w *world) {
			w.take(`{"kind":"refund","refundId":"RF1","orderId":"CSOPEN","amount":"100","rule":"FIVE_DAY","time":"` + Stamp(w.clk.Now()) + `"}`)
		}},
	} {
		t.Run(c.outcome, func(t *testing.T) {
			t.Parallel()
			w := newShop(t)
			w.opened()
			c.limit.Merchant, c.limit.Product, c.limit.ValidFrom, c.limit.Source = "M1", "P11", w.clk.Now(), "listing"
			w.must(func(ctx context.Context, tx *pg.Tx) error { return SetLimit(ctx, tx, c.limit) })
			if c.after != nil {
				c.after(w)
			}
			_, err := w.place(placedMonthly, c.second...)
			if (codes(err) == "ORD-LIMIT") != c.refused || err != nil && !c.refused {
				t.Error(err)
			}
		})
	}
	w := newShop(t)
	if err := w.in(func(ctx context.Context, tx *pg.Tx) error {
		return SetLimit(ctx, tx, Limit{Merchant: "M1", Product: "P11", Orders: 1})
	}); codes(err) != "ORD-LIMIT-TERMS" {
		t.Error("without a source:", err)
	}
}

// TestEveryRefusalOfOrdersIsProvoked finds codes of these rules that no test expects.
func TestEveryRefusalOfOrdersIsProvoked(t *testing.T) {
	t.Parallel()
	var tests []byte
	for _, name := range []string{"place_test.go", "instance_test.go", "renewal_test.go", "http_test.go"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tests = append(tests, raw...)
	}
	src, err := os.ReadFile("faults_order.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`fault\.Define\("([A-Z0-9-]+)"`).FindAllSubmatch(src, -1) {
		if !bytes.Contains(tests, append(append([]byte(`"`), m[1]...), '"')) {
			t.Errorf("%s: no test expects it", m[1])
		}
	}
}
