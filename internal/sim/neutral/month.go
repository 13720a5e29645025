package neutral

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	"suanpan/internal/period"
)

// Month is a worked month (one or several cycles): parties, rates, products and facts.
type Month struct {
	Periods  []string          `json:"periods"`
	Settings map[string]any    `json:"settings"`
	Entities map[string]Entity `json:"entities"`
	Minor    map[string]int    `json:"minor_units"`
	FX       []Rate            `json:"fx"`
	Merchant []Merchant        `json:"merchants"`
	Products []Product         `json:"products"`
	Facts    []Fact            `json:"facts"`
}

// Entity is a contracting entity of the month.
type Entity struct {
	Name          string   `json:"name"`
	Country       string   `json:"country"`
	Zone          string   `json:"zone"`
	Payout        []string `json:"payout"`
	ResidentsOnly []string `json:"residents_only"`
	Holidays      []string `json:"holidays"`
}

// Rate is 1 From = Rate To, for a whole period.
type Rate struct {
	Period string `json:"period"`
	From   string `json:"from"`
	To     string `json:"to"`
	Rate   string `json:"rate"`
}

// Merchant is a seller and its certifications.
type Merchant struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Residence      string `json:"residence"`
	Certifications []struct {
		Entity   string `json:"entity"`
		Currency string `json:"currency"`
		At       string `json:"at"`
		Until    string `json:"until"`
	} `json:"certifications"`
}

// Product has a fee, or dated fees, and perhaps a rating.
type Product struct {
	ID       string `json:"id"`
	Merchant string `json:"merchant"`
	Fee      string `json:"fee"`
	Fees     []struct {
		From string `json:"from"`
		Rate string `json:"rate"`
	} `json:"fees"`
	Rating json.RawMessage `json:"rating"`
}

// Fact is one event; which fields it has depends on its kind.
type Fact struct {
	Kind        string           `json:"kind"`
	At          string           `json:"at"`
	RecordedAt  string           `json:"recorded_at"`
	ID          string           `json:"id"`
	Order       string           `json:"order"`
	Merchant    string           `json:"merchant"`
	Product     string           `json:"product"`
	Mode        string           `json:"mode"`
	Type        string           `json:"type"`
	Customer    string           `json:"customer"`
	OwedBy      string           `json:"owed_by"`
	CollectedBy string           `json:"collected_by"`
	Gross       string           `json:"gross"`
	Tax         string           `json:"tax"`
	CustomerWHT string           `json:"customer_wht"`
	SellerTaxes []map[string]any `json:"seller_taxes"`
	Pay         string           `json:"pay"`
	Supervised  bool             `json:"supervised"`
	FeeRate     string           `json:"fee_rate"`
	Currency    string           `json:"currency"`
	Instance    string           `json:"instance"`
	TaxRate     string           `json:"tax_rate"`
	WHTRate     string           `json:"customer_wht_rate"`
	Covers      string           `json:"covers"`
	Quota       string           `json:"quota"`
	Reset       string           `json:"reset"`
	ValidUntil  string           `json:"valid_until"`
	Rule        string           `json:"rule"`
	SN          string           `json:"sn"`
	Begin       string           `json:"begin"`
	End         string           `json:"end"`
	Value       string           `json:"value"`
	Cycle       string           `json:"cycle"`
	Amount      string           `json:"amount"`
	Entity      string           `json:"entity"`
	Period      string           `json:"period"`
}

// Parse reads a month.
func Parse(raw []byte) (Month, error) {
	var m Month
	return m, json.Unmarshal(raw, &m)
}

type object = map[string]any

// Feed gives the month in the product's feed, one JSON record a line, the source first.
func (m Month) Feed(name string) ([]byte, error) {
	var b strings.Builder
	put := func(o object) error {
		raw, err := json.Marshal(o)
		b.Write(raw)
		b.WriteByte('\n')
		return err
	}
	records := []object{{"kind": "source", "name": name, "zone": "UTC", "history": true}}
	records = append(records, m.reference()...)
	orders := map[string]Fact{}
	for _, f := range m.Facts {
		if f.Kind == "order" {
			orders[f.Order] = f
		}
	}
	for _, f := range m.Facts {
		rs, err := f.records(orders)
		if err != nil {
			return nil, err
		}
		for _, r := range rs {
			if f.RecordedAt != "" {
				r["recordedAt"] = f.RecordedAt
			}
			records = append(records, r)
		}
	}
	for _, r := range records {
		if err := put(r); err != nil {
			return nil, err
		}
	}
	return []byte(b.String()), nil
}

func (m Month) reference() []object {
	var out []object
	codes := make([]string, 0, len(m.Entities))
	for c := range m.Entities {
		codes = append(codes, c)
	}
	sort.Strings(codes)
	for _, c := range codes {
		e := m.Entities[c]
		var pays []object
		for _, p := range e.Payout {
			o := object{"currencyCode": p}
			for _, r := range e.ResidentsOnly {
				if r == p {
					o["for"] = "residents"
				}
			}
			pays = append(pays, o)
		}
		out = append(out, object{"kind": "entity", "code": c, "name": e.Name, "country": e.Country, "zone": e.Zone, "jurisdiction": jurisdiction(e.Country), "payoutCurrencies": pays, "source": "worked month"})
	}
	for _, r := range m.FX {
		out = append(out, object{"kind": "exchangeRate", "from": r.From, "to": r.To, "date": period.MustMonth(r.Period).LastDay().String(), "rate": r.Rate, "source": "worked month"})
	}
	for _, x := range m.Merchant {
		out = append(out, object{"kind": "merchant", "merchantId": x.ID, "name": x.Name, "residence": x.Residence})
		for _, c := range x.Certifications {
			o := object{"kind": "certification", "merchantId": x.ID, "contractingEntity": c.Entity, "currencyCode": c.Currency, "time": c.At}
			if c.Until != "" {
				o["until"] = c.Until
			}
			out = append(out, o)
		}
	}
	for _, p := range m.Products {
		o := object{"kind": "product", "merchantId": p.Merchant, "productId": p.ID}
		var fees []object
		if p.Fee != "" {
			fees = append(fees, object{"rate": p.Fee})
		}
		for _, f := range p.Fees {
			fees = append(fees, object{"from": instant(f.From), "rate": f.Rate})
		}
		if fees != nil {
			o["platformFees"] = fees
		}
		if len(p.Rating) > 0 {
			o["rating"] = p.Rating
		}
		out = append(out, o)
	}
	return out
}

// instant makes a day of a date without an hour.
func instant(s string) string {
	if len(s) == len("2026-10-01") {
		return s + "T00:00:00Z"
	}
	return s
}

func jurisdiction(country string) string {
	switch c := strings.ToLower(country); c {
	case "br", "sg", "hk", "cl", "th", "pe":
		return c
	}
	return "none"
}

func currency(s string) string {
	if s == "" {
		return "USD"
	}
	return s
}

// records turns a fact into those of the feed.
func (f Fact) records(orders map[string]Fact) ([]object, error) {
	event := func(kind string) []object { return []object{{"kind": kind, "orderId": f.Order, "time": f.At}} }
	switch f.Kind {
	case "order":
		return f.order(), nil
	case "paid":
		o := orders[f.Order]
		return []object{{"kind": "payment", "orderId": f.Order, "method": "CASH", "collectingEntity": o.CollectedBy, "time": f.At}}, nil
	case "effective":
		return event("effectiveness"), nil
	case "supervision_completed":
		return event("supervisionCompleted"), nil
	case "appeal_opened":
		return event("appealOpened"), nil
	case "appeal_closed":
		return event("appealClosed"), nil
	case "canceled":
		return event("cancellation"), nil
	case "provisioning_failed":
		out := event("provisioningFailed")
		if o := orders[f.Order]; o.Gross != "" && o.Gross != "0" {
			out = append(out, object{"kind": "refund", "refundId": "PF-" + f.Order, "orderId": f.Order, "amount": o.Gross, "rule": "PROVISIONING_FAILED", "time": f.At})
		}
		return out, nil
	case "refund":
		rule := map[string]string{"negotiated": "NEGOTIATED", "five_day": "FIVE_DAY", "renewal_not_effective": "RENEWAL_NOT_EFFECTIVE", "conditional": "CONDITIONAL"}[f.Rule]
		return []object{{"kind": "refund", "refundId": f.ID, "orderId": f.Order, "amount": f.Gross, "rule": rule, "time": f.At}}, nil
	case "usage":
		return []object{{"kind": "usageRecord", "metering_sn": f.SN, "instance_id": f.Instance, "begin_time": f.Begin, "end_time": f.End, "usage_value": f.Value, "record_time": f.At}}, nil
	case "credit_use":
		return []object{{"kind": "creditUse", "creditUseId": f.ID, "customerId": f.Customer, "collectingEntity": f.CollectedBy, "amount": f.Amount, "currencyCode": currency(f.Currency), "time": f.At}}, nil
	case "repayment":
		return []object{{"kind": "repayment", "repaymentId": f.ID, "customerId": f.Customer, "collectingEntity": f.CollectedBy, "cycle": f.Cycle, "amount": f.Amount, "currencyCode": currency(f.Currency), "time": f.At}}, nil
	case "payout":
		return []object{{"kind": "payout", "payoutId": f.ID, "merchantId": f.Merchant, "contractingEntity": f.Entity, "cycle": f.Period, "amount": f.Amount, "currencyCode": f.Currency, "time": f.At}}, nil
	}
	return nil, fmt.Errorf("neutral: unknown kind of fact %q", f.Kind)
}

func (f Fact) order() []object {
	l := object{"orderLineId": f.Order, "chargingMode": f.Mode, "productInfo": object{"productId": f.Product}, "amount": f.Gross, "currencyCode": currency(f.Currency), "contractingEntity": f.OwedBy}
	set := func(k, v string) {
		if v != "" {
			l[k] = v
		}
	}
	set("taxAmount", f.Tax)
	set("customerWithholdingTax", f.CustomerWHT)
	set("platformFeeRate", f.FeeRate)
	set("taxRate", f.TaxRate)
	set("customerWithholdingTaxRate", f.WHTRate)
	set("instanceId", f.Instance)
	if f.Supervised {
		l["serviceSupervision"] = true
	}
	if f.SellerTaxes != nil {
		l["sellerTaxes"] = f.SellerTaxes
	}
	if f.Mode == "ON_DEMAND_PKG" {
		until := f.ValidUntil
		if until == "" {
			until = "2199-12-31T00:00:00Z"
		}
		reset := f.Reset
		if reset == "" {
			reset = "none"
		}
		l["package"] = object{"coversInstanceId": f.Covers, "quota": f.Quota, "resetRule": reset, "validUntil": until}
	}
	out := []object{{"kind": "order", "orderId": f.Order, "orderType": f.Type, "createTime": f.At, "merchantId": f.Merchant, "buyerInfo": object{"customerId": f.Customer}, "orderLine": []object{l}}}
	if f.Pay == "credit" || f.Mode == "ON_DEMAND" {
		method := map[string]string{"credit": "CREDIT"}[f.Pay]
		if method == "" {
			method = "CASH"
		}
		out = append(out, object{"kind": "payment", "orderId": f.Order, "method": method, "collectingEntity": f.CollectedBy, "time": f.At})
	}
	return out
}

// Holidays lists each entity's own days without a run.
func (m Month) Holidays() map[string][]string {
	out := map[string][]string{}
	for c, e := range m.Entities {
		if len(e.Holidays) > 0 {
			out[c] = e.Holidays
		}
	}
	return out
}

// After is a moment by which everything in the month is known: a day after its last fact.
func (m Month) After() time.Time {
	last := time.Time{}
	for _, f := range m.Facts {
		for _, s := range []string{f.At, f.RecordedAt} {
			if t, err := time.Parse(time.RFC3339, s); err == nil && t.After(last) {
				last = t
			}
		}
	}
	return last.AddDate(0, 0, 1)
}
