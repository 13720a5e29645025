package provisioning

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/orders"
)

// maxQuery is how many instances one query may name.
const maxQuery = 100

// Order is what a call is about, in the marketplace's words.
type Order struct {
	Scene    Scene
	OrderID  string // of a release or a renewal's refund: the refund's
	LineID   string
	Product  string
	SKU      string // of an upgrade: after it
	Mode     string // chargingMode as the marketplace names it
	Buyer    string
	Instance string
	Expire   string           // expireTime as the marketplace sent it; the seller must not end the service by it
	Amount   *decimal.Decimal // renewals, version 1.0: what the buyer paid; of a refund what went back, positive here and negative in the request
	Accepted time.Time        // of Acceptance: when the buyer accepted, which starts the charging
	Test     bool             // a debugging request
}

// Key is what must happen once, however often it is called: a create is one per order line, on demand one per order and product; a renewal or upgrade
// one per order; a release one per instance. id tells apart what may come again for one instance: an expiry, a freeze.
func (o Order) Key(id string) string {
	switch o.Scene {
	case Create, Acceptance:
		if o.Mode == orders.OnDemand {
			return string(o.Scene) + "/" + o.OrderID + "/" + o.Product
		}
		return string(o.Scene) + "/" + o.LineID
	case TrialToFormal, Renewal, Upgrade:
		return string(o.Scene) + "/" + o.LineID
	case RenewalRefund:
		return string(o.Scene) + "/" + o.OrderID
	case Release:
		return string(o.Scene) + "/" + o.Instance
	}
	return string(o.Scene) + "/" + o.Instance + "/" + id
}

// Moment is what differs on every call.
type Moment struct {
	At         time.Time // machine time: the receiver compares it with its clock
	Nonce      string    // version 2.0: once only
	Millis     bool      // version 2.0: the timestamp counts milliseconds
	BusinessID string    // of Create: the first call's is the instance's id
}

// Request is a call ready to be sent.
type Request struct {
	Method string
	URL    string
	Body   []byte // nil for GET
}

// Build writes the request of a version. It raises PROV-SCENE where the version has no such call and PROV-QUERY for more than 100 instances.
func Build(v Version, address, key string, o Order, m Moment) (Request, error) {
	activity := activities[v][o.Scene]
	if activity == "" {
		return Request{}, fault.New(fault.Invalid, "PROV-SCENE", "scene", fault.Args{"scene": o.Scene, "version": v})
	}
	u, err := url.Parse(address)
	if err != nil {
		return Request{}, fault.New(fault.Invalid, "PROV-ADDRESS", "address", fault.Args{"why": "—"})
	}
	if v == V1 {
		return buildV1(u, key, activity, o, m), nil
	}
	if o.Scene == Query && strings.Count(o.Instance, ",") >= maxQuery {
		return Request{}, fault.New(fault.Invalid, "PROV-QUERY", "instanceId", fault.Args{"most": maxQuery})
	}
	return buildV2(u, key, activity, o, m), nil
}

const (
	stampLayout  = "20060102150405.000" // yyyyMMddHHmmssSSS with a point, which is taken out
	maxPlaces    = 3                    // decimals of orderAmount, in yuan
	periodMode   = "1"                  // chargingMode of version 1.0
	oneTimeMode  = "3"
	testRequest  = "1"
	plainRequest = "0"
)

// Stamp writes an instant as yyyyMMddHHmmssSSS in UTC. No source names the zone.
func Stamp(t time.Time) string { return strings.Replace(t.UTC().Format(stampLayout), ".", "", 1) }

// fields are those both versions have; empty ones are left out.
func (o Order) fields(activity string, m Moment) map[string]string {
	f := map[string]string{"activity": activity, "testFlag": plainRequest}
	if o.Test {
		f["testFlag"] = testRequest
	}
	put := func(name, v string) {
		if v != "" {
			f[name] = v
		}
	}
	put("instanceId", o.Instance)
	switch o.Scene {
	case Create, Acceptance:
		delete(f, "instanceId") // the seller gives it
		put("orderId", o.OrderID)
		put("orderLineId", o.LineID)
		put("businessId", m.BusinessID)
		if o.Mode == orders.OnDemand {
			put("productId", o.Product)
		}
		if o.Scene == Acceptance {
			f["acceptanceTime"] = Stamp(o.Accepted)
		}
	case TrialToFormal, Renewal, RenewalRefund, RenewalChange:
		put("orderId", o.OrderID)
		put("orderLineId", o.LineID)
		put("productId", o.Product)
		put("expireTime", o.Expire)
	case Upgrade:
		put("orderId", o.OrderID)
		put("orderLineId", o.LineID)
		put("productId", o.Product)
		put("skuCode", o.SKU)
	case Expire, LicenceGet:
		put("orderId", o.OrderID)
		put("orderLineId", o.LineID)
	case Release:
		put("orderId", o.OrderID) // only where a refund triggered it
		put("orderLineId", o.LineID)
	}
	return f
}

func buildV1(u *url.URL, key, activity string, o Order, m Moment) Request {
	q := u.Query()
	for k, v := range o.fields(activity, m) {
		q.Set(k, v)
	}
	switch o.Scene {
	case Create, Acceptance:
		q.Set("productId", o.Product)
		for name, v := range map[string]string{"skuCode": o.SKU, "expireTime": o.Expire, "customerId": o.Buyer, "chargingMode": modeV1(o.Mode)} {
			if v != "" {
				q.Set(name, v)
			}
		}
	case Renewal, RenewalRefund, RenewalChange, TrialToFormal:
		if o.Amount != nil {
			q.Set("orderAmount", orderAmount(o.Scene, *o.Amount))
		}
		if o.Scene == TrialToFormal {
			q.Set("trialToFormal", "1")
		}
	case Freeze:
		q.Set("instanceStatus", "FREEZE")
	case Unfreeze:
		q.Set("instanceStatus", "NORMAL")
	}
	q.Set("timeStamp", Stamp(m.At))
	q.Set("authToken", AuthToken(key, q))
	u.RawQuery = q.Encode()
	return Request{Method: http.MethodGet, URL: u.String()}
}

// orderAmount is at most three decimals; a refund's is negative.
func orderAmount(s Scene, a decimal.Decimal) string {
	a = a.Round(maxPlaces)
	if s == RenewalRefund {
		a = a.Neg()
	}
	return a.String()
}

func modeV1(mode string) string {
	switch mode {
	case orders.Period:
		return periodMode
	case orders.OneTime:
		return oneTimeMode
	}
	return "" // no source gives numbers for the others
}

func buildV2(u *url.URL, key, activity string, o Order, m Moment) Request {
	f := o.fields(activity, m)
	switch o.Scene {
	case TrialToFormal, Renewal, RenewalRefund, RenewalChange:
		f["scene"] = refresh[o.Scene]
	case Expire, Freeze:
		f["status"] = "FREEZE"
	case Unfreeze:
		f["status"] = "UNFREEZE"
	}
	body, _ := json.Marshal(f) // a map of strings: cannot fail, and its names are sorted
	stamp := strconv.FormatInt(m.At.Unix(), 10)
	if m.Millis {
		stamp = strconv.FormatInt(m.At.UnixMilli(), 10)
	}
	q := u.Query()
	q.Set("timestamp", stamp)
	q.Set("nonce", m.Nonce)
	q.Set("signature", Signature(key, m.Nonce, stamp, body))
	u.RawQuery = q.Encode()
	return Request{Method: http.MethodPost, URL: u.String(), Body: body}
}
