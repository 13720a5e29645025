package orders

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/money"
)

// orderKind: an order is placed. Nothing moves yet: money does when the customer pays.
var orderKind = kindDef{
	name: "order", phase: ordered, rank: 0, make: func() record { return &orderRecord{} },
	id:    "orderId",
	about: "An order is placed, with its lines. Posts nothing: money moves when the customer pays.",
	example: `{"kind":"order","orderId":"CS2610051300A1","orderType":"NEW","createTime":"20261005130000","merchantId":"M1",` +
		`"buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"CS2610051300A1-000001","chargingMode":"PERIOD",` +
		`"periodType":"year","periodNumber":1,"productInfo":{"productId":"P11"},"amount":"1200.00","amountAfterDiscount":"1130.00","taxAmount":"130.00","currencyCode":"USD"}]}`,
	journal: postsNothing,
}

type orderRecord struct {
	Head
	OrderID   string       `json:"orderId"`
	OrderType string       `json:"orderType"`
	Created   string       `json:"createTime"`
	Merchant  string       `json:"merchantId"`
	Buyer     buyerInfo    `json:"buyerInfo"`
	Lines     []lineRecord `json:"orderLine"`
	Extend    any          `json:"extendParams,omitempty"`

	created time.Time
}

type buyerInfo struct {
	Customer string `json:"customerId"`
	Region   string `json:"registrationRegion,omitempty"`
}

type productInfo struct {
	Product string `json:"productId"`
	SKU     string `json:"skuCode,omitempty"`
}

type lineRecord struct {
	LineID        string          `json:"orderLineId"`
	Mode          string          `json:"chargingMode"`
	PeriodType    string          `json:"periodType,omitempty"`
	PeriodNumber  int             `json:"periodNumber,omitempty"`
	Expire        string          `json:"expireTime,omitempty"`
	ProductInfo   productInfo     `json:"productInfo"`
	Amount        string          `json:"amount"`
	AfterDiscount string          `json:"amountAfterDiscount,omitempty"`
	Tax           string          `json:"taxAmount,omitempty"`
	CustomerWHT   string          `json:"customerWithholdingTax,omitempty"`
	Currency      string          `json:"currencyCode"`
	Entity        string          `json:"contractingEntity,omitempty"`
	Supervised    bool            `json:"serviceSupervision,omitempty"`
	FeeRate       string          `json:"platformFeeRate,omitempty"`
	TaxRate       string          `json:"taxRate,omitempty"`
	WHTRate       string          `json:"customerWithholdingTaxRate,omitempty"`
	SellerTaxes   []sellerTaxJSON `json:"sellerTaxes,omitempty"`
	Instance      string          `json:"instanceId,omitempty"`
	Package       *packageRecord  `json:"package,omitempty"`
	Quantity      int             `json:"quantity,omitempty"`
	Start         string          `json:"startTime,omitempty"`

	gross, tax, wht decimal.Decimal
	terms           Terms
}

type sellerTaxJSON struct {
	Code   string `json:"code"`
	Amount string `json:"amount,omitempty"`
	Rate   string `json:"rate,omitempty"`
	Of     string `json:"of,omitempty"`
}

// stopPackages is how many stop-before-excess packages one purchase has at most (KooGallery: 30).
const stopPackages = 30

type packageRecord struct {
	Covers     string `json:"coversInstanceId"`
	Quota      string `json:"quota"`
	Reset      string `json:"resetRule"`
	ValidUntil string `json:"validUntil"`
	Cycle      string `json:"resetCycle,omitempty"`
	Stop       bool   `json:"stopBeforeExcess,omitempty"`
}

func (r *orderRecord) factID() string      { return r.OrderID }
func (r *orderRecord) happened() time.Time { return r.created }
func (r *orderRecord) orderRef() string    { return r.OrderID }

func (r *orderRecord) check(c *checker) {
	c.id("orderId", &r.OrderID)
	c.oneOf("orderType", &r.OrderType, New, Trial, TrialToFormal, Renew, Change, Unsubscribe)
	r.created = c.time("createTime", &r.Created, true)
	c.id("merchantId", &r.Merchant)
	c.id("buyerInfo.customerId", &r.Buyer.Customer)
	c.text("buyerInfo.registrationRegion", &r.Buyer.Region, false)
	if len(r.Lines) == 0 {
		c.bad("FEED-REQUIRED", "orderLine")
	}
	seen, stops := map[string]bool{}, 0
	for i := range r.Lines {
		l := &r.Lines[i]
		l.check(c, i, r.OrderType)
		if seen[l.LineID] {
			c.bad("FEED-TWICE", index("orderLine", i, "orderLineId"), fault.Args{"id": l.LineID})
		}
		seen[l.LineID] = true
		if l.Package != nil && l.Package.Stop {
			if stops++; stops == stopPackages+1 {
				c.bad("ORD-PKG-MANY", index("orderLine", i, "package"), fault.Args{"most": stopPackages})
			}
		}
		if l.Entity == "" && r.Buyer.Region == "" {
			c.bad("FEED-ENTITY", index("orderLine", i, "contractingEntity"))
		}
	}
}

func (l *lineRecord) check(c *checker, i int, orderType string) {
	at := func(field string) string { return index("orderLine", i, field) }
	c.id(at("orderLineId"), &l.LineID)
	c.oneOf(at("chargingMode"), &l.Mode, OneTime, Period, OnDemand, Package)
	c.id(at("productInfo.productId"), &l.ProductInfo.Product)
	c.text(at("productInfo.skuCode"), &l.ProductInfo.SKU, false)
	if l.PeriodType != "" {
		c.oneOf(at("periodType"), &l.PeriodType, "year", "month", "day")
	}
	c.time(at("expireTime"), &l.Expire, false)
	reverse := orderType == Unsubscribe // the marketplace sends these without amounts
	list := c.notNegative(at("amount"), c.decimal(at("amount"), &l.Amount, !reverse))
	l.gross = list
	if l.AfterDiscount != "" {
		l.gross = c.notNegative(at("amountAfterDiscount"), c.decimal(at("amountAfterDiscount"), &l.AfterDiscount, true))
		l.terms.ListAmount = l.Amount
	}
	l.tax = c.notNegative(at("taxAmount"), c.decimal(at("taxAmount"), &l.Tax, false))
	l.wht = c.notNegative(at("customerWithholdingTax"), c.decimal(at("customerWithholdingTax"), &l.CustomerWHT, false))
	if l.tax.Add(l.wht).GreaterThan(l.gross) {
		c.bad("FEED-TAX-OVER", at("taxAmount"), fault.Args{"gross": l.gross})
	}
	if !reverse || l.Currency != "" {
		c.currency(at("currencyCode"), &l.Currency)
	}
	l.checkTerms(c, at)
}

func (l *lineRecord) checkTerms(c *checker, at func(string) string) {
	l.terms.FeeRate = c.rate(at("platformFeeRate"), c.optional(at("platformFeeRate"), &l.FeeRate))
	l.terms.TaxRate = c.rate(at("taxRate"), c.optional(at("taxRate"), &l.TaxRate))
	l.terms.CustomerWHTRate = c.rate(at("customerWithholdingTaxRate"), c.optional(at("customerWithholdingTaxRate"), &l.WHTRate))
	l.terms.PeriodType, l.terms.PeriodNumber, l.terms.ExpireTime, l.terms.Quantity = l.PeriodType, l.PeriodNumber, l.Expire, l.Quantity
	if start := c.time(at("startTime"), &l.Start, false); !start.IsZero() {
		l.terms.StartTime = &start
	}
	for j := range l.SellerTaxes {
		t := &l.SellerTaxes[j]
		p := at("sellerTaxes[" + string(rune('0'+j%10)) + "]")
		tax := SellerTax{Code: c.id(p+".code", &t.Code), Amount: c.optional(p+".amount", &t.Amount), Rate: c.rate(p+".rate", c.optional(p+".rate", &t.Rate)), Of: t.Of}
		if tax.Amount == nil && tax.Rate == nil {
			c.bad("FEED-REQUIRED", p+".amount")
		}
		if tax.Of != "" {
			c.oneOf(p+".of", &t.Of, "gross", "net", "base", "share")
		}
		l.terms.SellerTaxes = append(l.terms.SellerTaxes, tax)
	}
	if l.Instance != "" {
		l.terms.Instance = c.id(at("instanceId"), &l.Instance)
	} else if l.Mode == OnDemand {
		c.bad("FEED-REQUIRED", at("instanceId"))
	}
	if p := l.Package; p != nil {
		l.terms.Quota = &PackageTerms{
			Covers: c.id(at("package.coversInstanceId"), &p.Covers), Quota: c.positive(at("package.quota"), c.decimal(at("package.quota"), &p.Quota, true)),
			Reset: c.oneOf(at("package.resetRule"), &p.Reset, "none", "month", "year"), ValidUntil: c.time(at("package.validUntil"), &p.ValidUntil, true),
			Stop: p.Stop,
		}
		if p.Cycle != "" {
			l.terms.Quota.Cycle = c.oneOf(at("package.resetCycle"), &p.Cycle, "calendar", "order")
		}
		if p.Stop && l.Instance == "" { // records name the package by it
			c.bad("FEED-REQUIRED", at("instanceId"))
		}
	} else if l.Mode == Package {
		c.bad("FEED-REQUIRED", at("package"))
	}
}

// lines turns the record into order lines; the entity of a line that names none follows from the buyer's registration region.
func (r *orderRecord) lines(b *batch) ([]Line, fault.Faults) {
	var fs fault.Faults
	out := make([]Line, 0, len(r.Lines))
	for i := range r.Lines {
		l := &r.Lines[i]
		entity := l.Entity
		if entity == "" {
			code, err := b.dir.RegionEntity(r.Buyer.Region)
			if err != nil {
				fs = append(fs, fault.New(fault.Invalid, "FEED-REGION", "buyerInfo.registrationRegion", fault.Args{"region": r.Buyer.Region}))
				continue
			}
			entity = code
		}
		if _, ok := b.dir.Entity(entity); !ok {
			fs = append(fs, fault.New(fault.Invalid, "FEED-UNKNOWN-ENTITY", index("orderLine", i, "contractingEntity"), fault.Args{"entity": entity}))
			continue
		}
		l.terms.Region = r.Buyer.Region
		out = append(out, Line{
			Merchant: r.Merchant, ID: l.LineID, OrderID: r.OrderID, Type: r.OrderType, Mode: l.Mode, Product: l.ProductInfo.Product,
			SKU: l.ProductInfo.SKU, Buyer: r.Buyer.Customer, Entity: entity, PlacedAt: r.created, KnownAt: r.known,
			Currency: money.Currency(l.Currency), Gross: l.gross, Tax: l.tax, CustomerWHT: l.wht, Supervised: l.Supervised, Terms: l.terms,
		})
	}
	return out, fs
}
