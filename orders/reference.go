package orders

import (
	"time"

	"github.com/shopspring/decimal"

	"suanpan/entities"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/money"
)

// entityKind: a contracting entity that this installation does not know yet, for a group with companies of its own.
var entityKind = kindDef{
	name: "entity", phase: reference, rank: 0, make: func() record { return &entityRecord{} },
	id:      "code",
	about:   "A contracting entity of the group, where it is not one of the known ones: code, legal name, country, zone, payout currencies, jurisdiction (none where no national rules are kept).",
	example: `{"kind":"entity","code":"GB01","name":"Example Digital Marketplace Ltd","country":"GB","zone":"Europe/London","jurisdiction":"none","payoutCurrencies":[{"currencyCode":"GBP"}],"source":"group register"}`,
	journal: postsNothing,
}

type entityRecord struct {
	Head
	Code         string           `json:"code"`
	Name         string           `json:"name"`
	NameZH       string           `json:"nameZh,omitempty"`
	Spellings    []string         `json:"spellings,omitempty"`
	Country      string           `json:"country"`
	Zone         string           `json:"zone"`
	Jurisdiction string           `json:"jurisdiction"`
	Payout       []payoutCurrency `json:"payoutCurrencies,omitempty"`
	Source       string           `json:"source"`
	Regions      []string         `json:"salesRegions,omitempty"`
}

// payoutCurrency is a payout currency of an entity and whom it is open to.
type payoutCurrency struct {
	Currency string `json:"currencyCode"`
	For      string `json:"for,omitempty"`
}

func (r *entityRecord) factID() string      { return r.Code }
func (r *entityRecord) happened() time.Time { return time.Time{} }

func (r *entityRecord) check(c *checker) {
	c.id("code", &r.Code)
	c.text("name", &r.Name, true)
	c.text("country", &r.Country, true)
	c.text("source", &r.Source, true)
	c.text("jurisdiction", &r.Jurisdiction, true)
	if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "" || r.Zone == "Local" {
		c.bad("FEED-ZONE", "zone", fault.Args{"got": r.Zone})
	}
	for i := range r.Payout {
		c.currency(index("payoutCurrencies", i, "currencyCode"), &r.Payout[i].Currency)
		if r.Payout[i].For == "" {
			r.Payout[i].For = string(entities.Anyone)
		}
		c.oneOf(index("payoutCurrencies", i, "for"), &r.Payout[i].For, string(entities.Anyone), string(entities.ResidentsOnly), string(entities.NonResidentsOnly))
	}
}

func (r *entityRecord) entity() entities.Entity {
	e := entities.Entity{
		Code: r.Code, Name: r.Name, NameZH: r.NameZH, Spellings: r.Spellings, Country: r.Country, Jurisdiction: r.Jurisdiction, ZoneName: r.Zone, Source: r.Source,
	}
	for _, p := range r.Payout {
		e.Payout = append(e.Payout, entities.Payout{Currency: money.Currency(p.Currency), For: entities.Residents(p.For), Source: r.Source})
	}
	return e
}

// regions are the sales regions that this entity owes the merchants of.
func (r *entityRecord) regions() []entities.Region {
	out := make([]entities.Region, len(r.Regions))
	for i, code := range r.Regions {
		out[i] = entities.Region{Code: code, ISO: r.Country, Name: code, Entity: r.Code, Source: r.Source}
	}
	return out
}

// merchantKind: a seller.
var merchantKind = kindDef{
	name: "merchant", phase: reference, rank: 1, make: func() record { return &merchantRecord{} },
	id:      "merchantId",
	about:   "A merchant: its company name as certified and the country it is resident in. Contact data is kept apart and can be erased.",
	example: `{"kind":"merchant","merchantId":"M1","name":"Ipê Sistemas Ltda","residence":"BR","taxId":"11222333000181","contact":{"name":"Ana Prado","email":"ana@example.com","phone":"+55 11 5555 0100"}}`,
	journal: postsNothing,
}

type merchantRecord struct {
	Head
	Merchant  string         `json:"merchantId"`
	Name      string         `json:"name"`
	Spellings []string       `json:"spellings,omitempty"`
	Residence string         `json:"residence"`
	TaxID     string         `json:"taxId,omitempty"`
	Contact   *contactRecord `json:"contact,omitempty"`
}

type contactRecord struct {
	Name    string `json:"name,omitempty"`
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Address string `json:"address,omitempty"`
}

func (r *merchantRecord) factID() string      { return r.Merchant }
func (r *merchantRecord) happened() time.Time { return time.Time{} }

func (r *merchantRecord) check(c *checker) {
	c.id("merchantId", &r.Merchant)
	if len(r.Merchant) > 0 && r.Merchant[0] == 'E' && len(r.Merchant) > 1 && r.Merchant[1] >= '0' && r.Merchant[1] <= '9' {
		c.bad("FEED-MERCHANT-ID", "merchantId", fault.Args{"got": r.Merchant}) // would be taken for an entity's own entries
	}
	c.text("name", &r.Name, true)
	if c.text("residence", &r.Residence, true); len(r.Residence) != 2 {
		c.bad("FEED-COUNTRY", "residence", fault.Args{"got": r.Residence})
	}
}

func (r *merchantRecord) merchant() entities.Merchant {
	m := entities.Merchant{ID: r.Merchant, Name: r.Name, Spellings: r.Spellings, Residence: r.Residence, TaxID: r.TaxID}
	if r.Contact != nil {
		m.Contact = entities.Contact{Name: r.Contact.Name, Email: r.Contact.Email, Phone: r.Contact.Phone, Address: r.Contact.Address}
	}
	return m
}

// certificationKind: a merchant's business information is certified with an entity; without it there is no bill.
var certificationKind = kindDef{
	name: "certification", phase: reference, rank: 3, make: func() record { return &certificationRecord{} },
	id: "merchantId, contractingEntity, time",
	about: "Business information certification of a merchant with an entity: payout currency, account (in the company's name), from and, where it ended, until when. " +
		"It is tested when the bill run begins.",
	example: `{"kind":"certification","merchantId":"M1","contractingEntity":"5861","currencyCode":"BRL","accountName":"Ipê Sistemas Ltda","accountNo":"0001-9","bankName":"Banco Exemplo","time":"20260302120000"}`,
	journal: postsNothing,
}

type certificationRecord struct {
	Head
	Merchant    string `json:"merchantId"`
	Entity      string `json:"contractingEntity"`
	Currency    string `json:"currencyCode"`
	Time        string `json:"time"`
	Until       string `json:"until,omitempty"`
	AccountName string `json:"accountName,omitempty"`
	AccountNo   string `json:"accountNo,omitempty"`
	BankName    string `json:"bankName,omitempty"`
	BankAddress string `json:"bankAddress,omitempty"`
	Swift       string `json:"swiftCode,omitempty"`

	at, until time.Time
}

func (r *certificationRecord) factID() string {
	return r.Merchant + "/" + r.Entity + "/" + r.Time
}
func (r *certificationRecord) happened() time.Time { return r.at }

func (r *certificationRecord) check(c *checker) {
	c.id("merchantId", &r.Merchant)
	c.id("contractingEntity", &r.Entity)
	c.currency("currencyCode", &r.Currency)
	r.at = c.time("time", &r.Time, true)
	r.until = c.time("until", &r.Until, false)
}

func (r *certificationRecord) certification() entities.Certification {
	return entities.Certification{
		MerchantID: r.Merchant, Entity: r.Entity, Currency: money.Currency(r.Currency), At: r.at, Until: r.until, Source: "feed",
		Bank: entities.Bank{AccountName: r.AccountName, AccountNo: r.AccountNo, BankName: r.BankName, BankAddress: r.BankAddress, Swift: r.Swift},
	}
}

// rateKind: an exchange rate of a day.
var rateKind = kindDef{
	name: "exchangeRate", phase: reference, rank: 4, make: func() record { return &rateRecord{} },
	id:      "contractingEntity, from, to, date",
	about:   "An exchange rate of a day: 1 unit of `from` is `rate` units of `to`. A bill uses the rate of its cycle's last day. Without an entity it holds for all.",
	example: `{"kind":"exchangeRate","from":"USD","to":"BRL","date":"2026-10-31","rate":"5.3217","source":"treasury"}`,
	journal: postsNothing,
}

type rateRecord struct {
	Head
	Entity string `json:"contractingEntity,omitempty"`
	From   string `json:"from"`
	To     string `json:"to"`
	Date   string `json:"date"`
	Rate   string `json:"rate"`
	Source string `json:"source"`

	day  period.Day
	rate decimal.Decimal
}

func (r *rateRecord) factID() string      { return r.Entity + "/" + r.From + "/" + r.To + "/" + r.Date }
func (r *rateRecord) happened() time.Time { return time.Time{} }

func (r *rateRecord) check(c *checker) {
	c.text("contractingEntity", &r.Entity, false)
	c.currency("from", &r.From)
	c.currency("to", &r.To)
	r.day = c.day("date", &r.Date)
	r.rate = c.positive("rate", c.decimal("rate", &r.Rate, true))
	c.text("source", &r.Source, true)
}
