package orders

import (
	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// Trials last from 3 to 180 days.
const (
	trialLeast = 3
	trialMost  = 180
)

// rules are what an order placed here has to keep beside what the feed asks of every order. It gives every fault, with its place.
func (x *placing) rules() fault.Faults {
	var c checker
	for i := range x.r.Lines {
		x.lineRules(&c, i)
		if cur := x.r.Lines[i].Currency; cur != x.r.Lines[0].Currency { // one order is one payment
			c.bad("ORD-CURRENCY", index("orderLine", i, "currencyCode"), fault.Args{"first": x.r.Lines[0].Currency})
		}
	}
	return c.faults
}

func (x *placing) lineRules(c *checker, i int) {
	l := &x.r.Lines[i]
	at := func(field string) string { return index("orderLine", i, field) }
	if l.Mode == Period && (l.PeriodType == "" || l.PeriodNumber < 1) && (x.r.OrderType == New || x.r.OrderType == Trial || x.r.OrderType == Renew || x.r.OrderType == TrialToFormal) {
		c.bad("ORD-PERIOD", at("periodNumber"))
	}
	if l.Mode == OnDemand && !l.gross.IsZero() {
		c.bad("ORD-ON-DEMAND", at("amount"))
	}
	if l.Quantity < 0 {
		c.bad("ORD-QUANTITY", at("quantity"), fault.Args{"got": l.Quantity})
	}
	switch x.r.OrderType {
	case New:
		if l.Mode == Package && l.terms.StartTime == nil {
			c.bad("ORD-START", at("startTime"))
		}
	case Trial:
		if l.Mode != Period {
			c.bad("ORD-TRIAL-MODE", at("chargingMode"))
		}
		if l.PeriodType != "day" || l.PeriodNumber < trialLeast || l.PeriodNumber > trialMost {
			c.bad("ORD-TRIAL-DAYS", at("periodNumber"), fault.Args{"least": trialLeast, "most": trialMost})
		}
		if !l.gross.IsZero() {
			c.bad("ORD-TRIAL-PRICE", at("amount"), fault.Args{"got": l.gross})
		}
	default:
		x.instanceRules(c, i)
	}
}

// instanceRules are those of orders that concern what their buyer holds already.
func (x *placing) instanceRules(c *checker, i int) {
	l := &x.r.Lines[i]
	at := func(field string) string { return index("orderLine", i, field) }
	if x.r.OrderType == Unsubscribe && (l.Amount != "" || l.AfterDiscount != "") {
		c.bad("ORD-REVERSE-AMOUNT", at("amount"))
	}
	if l.Instance == "" {
		c.bad("ORD-INSTANCE-NEEDED", at("instanceId"), fault.Args{"type": x.r.OrderType})
		return
	}
	in := x.instances[l.Instance]
	if in == nil || in.Buyer != x.r.Buyer.Customer { // another merchant's or buyer's is not told from none
		c.faults = append(c.faults, fault.New(fault.NotFound, "ORD-INSTANCE-NONE", at("instanceId"), fault.Args{"instance": l.Instance, "buyer": x.r.Buyer.Customer}))
		return
	}
	conflict := func(code, path string, args fault.Args) {
		c.faults = append(c.faults, fault.New(fault.Conflict, code, at(path), args))
	}
	if in.ClosedAt != nil {
		conflict("ORD-INSTANCE-CLOSED", "instanceId", fault.Args{"instance": in.ID})
	}
	if l.Mode != in.Mode {
		conflict("ORD-INSTANCE-MODE", "chargingMode", fault.Args{"mode": in.Mode})
	}
	switch x.r.OrderType {
	case Renew:
		if in.Trial {
			conflict("ORD-TRIAL-RENEW", "instanceId", fault.Args{"instance": in.ID})
		}
		if in.Mode == Period && l.ProductInfo.SKU != "" && in.SKU != "" && l.ProductInfo.SKU != in.SKU { // its product may: another period of the same specification
			conflict("ORD-RENEW-SKU", "productInfo.skuCode", fault.Args{"sku": in.SKU})
		}
	case TrialToFormal:
		if !in.Trial {
			conflict("ORD-NOT-TRIAL", "instanceId", fault.Args{"instance": in.ID})
		}
	case Change:
		x.changeRules(c, i, in)
	}
}

// changeRules: an upgrade from one specification of a period product to another of the same, for what remains of the term.
func (x *placing) changeRules(c *checker, i int, in *Instance) {
	l := &x.r.Lines[i]
	at := func(field string) string { return index("orderLine", i, field) }
	conflict := func(code, path string, args fault.Args) {
		c.faults = append(c.faults, fault.New(fault.Conflict, code, at(path), args))
	}
	if in.Mode != Period || in.Trial {
		conflict("ORD-CHANGE-PERIOD", "instanceId", fault.Args{"instance": in.ID})
	}
	if l.ProductInfo.Product != in.Product {
		conflict("ORD-CHANGE-PRODUCT", "productInfo.productId", fault.Args{"product": in.Product})
	}
	if l.ProductInfo.SKU == "" || l.ProductInfo.SKU == in.SKU {
		conflict("ORD-CHANGE-SKU", "productInfo.skuCode", fault.Args{"sku": in.SKU})
	}
	if in.ExpiresAt == nil || !in.ExpiresAt.After(x.at) {
		conflict("ORD-CHANGE-EXPIRED", "instanceId", fault.Args{"instance": in.ID})
		return
	}
	ask, given := x.p.Upgrades[i]
	if !given {
		c.bad("ORD-CHANGE-PRICES", at("upgrade"))
		return
	}
	u, ok := x.upgrade(c, i, ask, in)
	if !ok {
		return
	}
	fee := money.Round(UpgradeFee(u), money.Currency(l.Currency))
	if !fee.IsPositive() {
		conflict("ORD-CHANGE-LOWER", "upgrade", fault.Args{"fee": fee})
		return
	}
	lines, _ := x.p.Order["orderLine"].([]any)
	raw, _ := lines[i].(map[string]any)
	if l.gross.IsZero() {
		raw["amount"] = money.Exact(fee)
	} else if !l.gross.Equal(fee) {
		conflict("ORD-CHANGE-FEE", "amount", fault.Args{"got": l.gross, "want": fee, "days": u.Remaining})
	}
}

// upgrade reads the prices of a change. What remains are calendar days in the owing entity's zone, the day of the change counted and that of the
// end not; no source counts them otherwise.
func (x *placing) upgrade(c *checker, i int, ask UpgradeAsk, in *Instance) (Upgrade, bool) {
	at := func(field string) string { return index("orderLine", i, "upgrade."+field) }
	before := len(c.faults)
	u := Upgrade{NewDays: ask.NewDays, OldDays: ask.OldDays, Discount: decimal.NewFromInt(1)}
	u.NewPrice = c.positive(at("newPrice"), c.decimal(at("newPrice"), &ask.NewPrice, true))
	u.OldPrice = c.notNegative(at("oldPrice"), c.decimal(at("oldPrice"), &ask.OldPrice, true))
	if d := c.rate(at("discount"), c.optional(at("discount"), &ask.Discount)); d != nil {
		u.Discount = *d
	}
	if u.NewDays < 1 {
		c.bad("FEED-POSITIVE", at("newDays"), fault.Args{"got": u.NewDays})
	}
	if u.OldDays < 1 {
		c.bad("FEED-POSITIVE", at("oldDays"), fault.Args{"got": u.OldDays})
	}
	zone := x.dir.Zone(in.Entity)
	u.Remaining = int(period.DayOf(*in.ExpiresAt, zone).UTC().Sub(period.DayOf(x.at, zone).UTC()).Hours() / 24)
	return u, len(c.faults) == before
}
