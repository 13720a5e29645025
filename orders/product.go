package orders

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/strict"
	"suanpan/orders/metering"
)

// productKind: a merchant's product with its platform fee and, where it is paid by use, its rating. Both are dated: an order keeps what
// was in force when it was placed.
var productKind = kindDef{
	name: "product", phase: reference, rank: 2, make: func() record { return &productRecord{} },
	id: "merchantId, productId",
	about: "A product with its platform fee (dated; policy rate or cn_increment) and, for pay-per-use, its rating. Sent again with later dates it adds them; " +
		"what is dated earlier stays.",
	example: `{"kind":"product","merchantId":"M1","productId":"P11","name":"Backup","platformFees":[{"from":"2020-01-01T00:00:00Z","rate":"0.15","source":"listing contract"}]}`,
	journal: postsNothing,
}

type productRecord struct {
	Head
	Merchant string          `json:"merchantId"`
	Product  string          `json:"productId"`
	Name     string          `json:"name,omitempty"`
	Fees     []*feeRecord    `json:"platformFees,omitempty"`
	Rating   json.RawMessage `json:"rating,omitempty"`
	From     string          `json:"ratingFrom,omitempty"`

	rating     *metering.Rating
	ratingFrom time.Time
}

type feeRecord struct {
	From   string `json:"from,omitempty"`
	Rate   string `json:"rate"`
	Policy string `json:"policy,omitempty"`
	Source string `json:"source,omitempty"`

	from time.Time
	rate decimal.Decimal
}

// always is the date of what was in force as far back as anybody asks.
var always = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)

func (r *productRecord) factID() string      { return r.Merchant + "/" + r.Product }
func (r *productRecord) happened() time.Time { return time.Time{} }

func (r *productRecord) check(c *checker) {
	c.id("merchantId", &r.Merchant)
	c.id("productId", &r.Product)
	c.text("name", &r.Name, false)
	for i, f := range r.Fees {
		f.from = always
		if f.From != "" {
			f.from = c.time(index("platformFees", i, "from"), &f.From, true)
		}
		p := index("platformFees", i, "rate")
		v := c.decimal(p, &f.Rate, true)
		f.rate = *c.rate(p, &v)
		if f.Policy == "" {
			f.Policy = "rate"
		}
		c.oneOf(index("platformFees", i, "policy"), &f.Policy, "rate", "cn_increment")
	}
	r.ratingFrom = always
	if r.From != "" {
		r.ratingFrom = c.time("ratingFrom", &r.From, true)
	}
	if len(r.Rating) > 0 {
		var m metering.Rating
		if p := strict.Unmarshal(r.Rating, &m); p != nil {
			f := jsonFault(p)
			f.Path = strings.TrimSuffix("rating."+f.Path, ".")
			c.faults = append(c.faults, f)
			return
		}
		for _, f := range m.Validate() {
			f.Path = "rating." + f.Path
			c.faults = append(c.faults, f)
		}
		r.rating = &m
	}
}
