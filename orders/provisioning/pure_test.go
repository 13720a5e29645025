package provisioning

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/orders"
)

const goldenKey = "5b4c9f8e-key"

// The figures below were computed by other programs than this one.
func TestSignatures(t *testing.T) {
	t.Parallel()
	q, _ := url.ParseQuery("orderId=CS2207261447AUY4H&timeStamp=20261126080910123&customerName=%E6%9D%8E+%E6%98%8E&businessId=biz_1&activity=newInstance&authToken=old")
	if got := AuthToken(goldenKey, q); got != "H1/W3GQxOKPm4xg7EIRTMSmiW/U/GGhcr13gMlDIdOo=" {
		t.Errorf("version 1.0: %s", got)
	}
	body := []byte(`{"activity":"queryInstance","instanceId":"a,b","testFlag":"0"}`)
	if got := Signature(goldenKey, "N0nce", "1764144550", body); got != "4308cb9fd842e93cb063532553caafe0e0583793d914354b283403e518aec943" {
		t.Errorf("version 2.0: %s", got)
	}
	answer := []byte(`{"resultCode":"000000"}`)
	header := `sign_type="HMAC-SHA256", signature="DbHIzbeT302ZM/32aYyfMWWhC5nc2EESadWTnNRlFQw="`
	if got := BodySign(goldenKey, answer); got != header {
		t.Errorf("answer: %s", got)
	}
	for name, c := range map[string]struct {
		header, body string
		want         Code
	}{
		"the right one":       {header, string(answer), ""},
		"without spaces":      {strings.ReplaceAll(header, " ", ""), string(answer), ""},
		"none":                {"", string(answer), Unsigned},
		"another kind":        {strings.Replace(header, "SHA256", "SHA1", 1), string(answer), Unsigned},
		"of another body":     {header, `{"resultCode":"000001"}`, WrongSign},
		"that is no Base64":   {`sign_type="HMAC-SHA256", signature="!"`, string(answer), WrongSign},
		"of an empty message": {`sign_type="HMAC-SHA256", signature=""`, string(answer), WrongSign},
	} {
		if got := checkBodySign(goldenKey, c.header, []byte(c.body)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

var moment = Moment{At: time.Date(2026, 11, 26, 8, 9, 10, 123e6, time.UTC), Nonce: "N0nce", BusinessID: "biz_1"}

func TestRequestsOfBothVersions(t *testing.T) {
	t.Parallel()
	accepted := time.Date(2026, 10, 2, 3, 4, 5, 67e6, time.UTC)
	paid := decimal.RequireFromString("1200.12345")
	base := Order{OrderID: "O", LineID: "O-1", Product: "P", SKU: "S", Mode: orders.Period, Buyer: "B", Instance: "i", Expire: "20271005130000"}
	for name, c := range map[string]struct {
		change func(*Order)
		v1, v2 string
	}{
		"create": {
			func(o *Order) { o.Scene, o.Instance = Create, "" },
			"activity=newInstance&businessId=biz_1&chargingMode=1&customerId=B&expireTime=20271005130000&orderId=O&orderLineId=O-1&productId=P&skuCode=S&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"newInstance","businessId":"biz_1","orderId":"O","orderLineId":"O-1","testFlag":"0"}`,
		},
		"one-time": {
			func(o *Order) { o.Scene, o.Mode, o.Expire, o.SKU = Create, orders.OneTime, "", "" },
			"activity=newInstance&businessId=biz_1&chargingMode=3&customerId=B&orderId=O&orderLineId=O-1&productId=P&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"newInstance","businessId":"biz_1","orderId":"O","orderLineId":"O-1","testFlag":"0"}`,
		},
		"on demand, debugging": {
			func(o *Order) { o.Scene, o.Mode, o.Test, o.Expire = Create, orders.OnDemand, true, "" },
			"activity=newInstance&businessId=biz_1&customerId=B&orderId=O&orderLineId=O-1&productId=P&skuCode=S&testFlag=1&timeStamp=20261126080910123",
			`{"activity":"newInstance","businessId":"biz_1","orderId":"O","orderLineId":"O-1","productId":"P","testFlag":"1"}`,
		},
		"acceptance": {
			func(o *Order) { o.Scene, o.Accepted, o.Expire = Acceptance, accepted, "" },
			"acceptanceTime=20261002030405067&activity=newInstance&businessId=biz_1&chargingMode=1&customerId=B&orderId=O&orderLineId=O-1&productId=P&skuCode=S&testFlag=0&timeStamp=20261126080910123",
			`{"acceptanceTime":"20261002030405067","activity":"newInstance","businessId":"biz_1","orderId":"O","orderLineId":"O-1","testFlag":"0"}`,
		},
		"renewal": {
			func(o *Order) { o.Scene, o.Amount = Renewal, &paid },
			"activity=refreshInstance&expireTime=20271005130000&instanceId=i&orderAmount=1200.123&orderId=O&orderLineId=O-1&productId=P&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"refreshInstance","expireTime":"20271005130000","instanceId":"i","orderId":"O","orderLineId":"O-1","productId":"P","scene":"RENEWAL","testFlag":"0"}`,
		},
		"renewal refunded": {
			func(o *Order) { o.Scene, o.Amount, o.Expire = RenewalRefund, &paid, "" },
			"activity=refreshInstance&instanceId=i&orderAmount=-1200.123&orderId=O&orderLineId=O-1&productId=P&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"refreshInstance","instanceId":"i","orderId":"O","orderLineId":"O-1","productId":"P","scene":"UNSUBSCRIBE_RENEWAL_PERIOD","testFlag":"0"}`,
		},
		"renewal with change": {
			func(o *Order) { o.Scene, o.Expire = RenewalChange, "" },
			"activity=refreshInstance&instanceId=i&orderId=O&orderLineId=O-1&productId=P&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"refreshInstance","instanceId":"i","orderId":"O","orderLineId":"O-1","productId":"P","scene":"RENEWAL_CHANGE","testFlag":"0"}`,
		},
		"trial to formal": {
			func(o *Order) { o.Scene, o.Expire = TrialToFormal, "" },
			"activity=refreshInstance&instanceId=i&orderId=O&orderLineId=O-1&productId=P&testFlag=0&timeStamp=20261126080910123&trialToFormal=1",
			`{"activity":"refreshInstance","instanceId":"i","orderId":"O","orderLineId":"O-1","productId":"P","scene":"TRIAL_TO_FORMAL","testFlag":"0"}`,
		},
		"expiry": {
			func(o *Order) { o.Scene = Expire },
			"activity=expireInstance&instanceId=i&orderId=O&orderLineId=O-1&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"updateInstanceStatus","instanceId":"i","orderId":"O","orderLineId":"O-1","status":"FREEZE","testFlag":"0"}`,
		},
		"freeze": {
			func(o *Order) { o.Scene = Freeze },
			"activity=instanceStatus&instanceId=i&instanceStatus=FREEZE&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"updateInstanceStatus","instanceId":"i","status":"FREEZE","testFlag":"0"}`,
		},
		"unfreeze": {
			func(o *Order) { o.Scene = Unfreeze },
			"activity=instanceStatus&instanceId=i&instanceStatus=NORMAL&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"updateInstanceStatus","instanceId":"i","status":"UNFREEZE","testFlag":"0"}`,
		},
		"release by a refund": {
			func(o *Order) { o.Scene, o.OrderID, o.LineID = Release, "RF", "RF-000001" },
			"activity=releaseInstance&instanceId=i&orderId=RF&orderLineId=RF-000001&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"releaseInstance","instanceId":"i","orderId":"RF","orderLineId":"RF-000001","testFlag":"0"}`,
		},
		"upgrade": {
			func(o *Order) { o.Scene = Upgrade },
			"activity=upgrade&instanceId=i&orderId=O&orderLineId=O-1&productId=P&skuCode=S&testFlag=0&timeStamp=20261126080910123",
			`{"activity":"upgrade","instanceId":"i","orderId":"O","orderLineId":"O-1","productId":"P","skuCode":"S","testFlag":"0"}`,
		},
		"query":   {func(o *Order) { o.Scene = Query }, "", `{"activity":"queryInstance","instanceId":"i","testFlag":"0"}`},
		"licence": {func(o *Order) { o.Scene = LicenceGet }, "", `{"activity":"getLicenseAsync","instanceId":"i","orderId":"O","orderLineId":"O-1","testFlag":"0"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := base
			c.change(&o)
			r, err := Build(V1, "https://seller.example/p?tenant=7", goldenKey, o, moment)
			if c.v1 == "" {
				if !fault.Has(err, "PROV-SCENE") {
					t.Errorf("version 1.0: %v", err)
				}
			} else {
				u, _ := url.Parse(r.URL)
				q := u.Query()
				token := q.Get("authToken")
				if r.Method != "GET" || r.Body != nil || q.Get("tenant") != "7" || token != AuthToken(goldenKey, q) {
					t.Errorf("version 1.0: %+v", r)
				}
				q.Del("authToken")
				q.Del("tenant")
				if got := q.Encode(); got != c.v1 {
					t.Errorf("version 1.0:\n got %s\nwant %s", got, c.v1)
				}
			}
			r, err = Build(V2, "https://seller.example/p", goldenKey, o, moment)
			if err != nil || r.Method != "POST" || string(r.Body) != c.v2 || !json.Valid(r.Body) {
				t.Errorf("version 2.0: %v\n got %s\nwant %s", err, r.Body, c.v2)
			}
			if want := "timestamp=1795680550"; !strings.Contains(r.URL, want) || !strings.Contains(r.URL, "nonce=N0nce") || !strings.Contains(r.URL, Signature(goldenKey, "N0nce", "1795680550", r.Body)) {
				t.Errorf("version 2.0: %s", r.URL)
			}
		})
	}
}

func TestRequestsThatCannotBeMade(t *testing.T) {
	t.Parallel()
	o := Order{Scene: Query, Instance: strings.Repeat("i,", maxQuery-1) + "i"}
	if _, err := Build(V2, "https://a.example", goldenKey, o, moment); err != nil {
		t.Errorf("100 instances: %v", err)
	}
	o.Instance += ",i"
	if _, err := Build(V2, "https://a.example", goldenKey, o, moment); !fault.Has(err, "PROV-QUERY") {
		t.Errorf("101 instances: %v", err)
	}
	if _, err := Build(V1, "https://a.example/%zz", goldenKey, Order{Scene: Create}, moment); !fault.Has(err, "PROV-ADDRESS") {
		t.Errorf("no address: %v", err)
	}
	m := moment
	m.Millis = true
	if r, _ := Build(V2, "https://a.example", goldenKey, Order{Scene: Freeze, Instance: "i"}, m); !strings.Contains(r.URL, "timestamp=1795680550123") {
		t.Error(r.URL)
	}
}

func TestWhatHappensOnce(t *testing.T) {
	t.Parallel()
	base := Order{OrderID: "O", LineID: "O-1", Product: "P", Instance: "i", Mode: orders.Period}
	for want, change := range map[string]func(*Order){
		"create/O-1":          func(o *Order) { o.Scene = Create },
		"create/O/P":          func(o *Order) { o.Scene, o.Mode = Create, orders.OnDemand },
		"acceptance/O-1":      func(o *Order) { o.Scene = Acceptance },
		"renewal/O-1":         func(o *Order) { o.Scene = Renewal },
		"trial_to_formal/O-1": func(o *Order) { o.Scene = TrialToFormal },
		"upgrade/O-1":         func(o *Order) { o.Scene = Upgrade },
		"renewal_refund/O":    func(o *Order) { o.Scene = RenewalRefund },
		"release/i":           func(o *Order) { o.Scene = Release },
		"expire/i/7":          func(o *Order) { o.Scene = Expire },
	} {
		o := base
		change(&o)
		if got := o.Key("7"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestRepeats(t *testing.T) {
	t.Parallel()
	r := Repeats{Every: time.Hour, Poll: 5 * time.Minute}
	once := r
	once.ExpireOnce = true
	for name, c := range map[string]struct {
		scene    Scene
		version  Version
		delivery Delivery
		repeats  Repeats
		tries    int
		every    time.Duration
		refund   bool
	}{
		"a purchase":                       {Create, V2, SaaS, r, 4, time.Hour, true},
		"a purchase of a code":             {Create, V1, LicenceCode, r, 4, time.Hour, true},
		"an online licence":                {Create, V2, Licence, r, 61, 2 * time.Minute, true},
		"delivery access":                  {Create, V2, Access, r, 4, time.Hour, false},
		"acceptance":                       {Acceptance, V2, SaaS, r, 4, time.Hour, false},
		"an upgrade":                       {Upgrade, V1, SaaS, r, 4, time.Hour, true},
		"a renewal 1.0":                    {Renewal, V1, SaaS, r, 2, time.Hour, false},
		"a renewal 2.0":                    {Renewal, V2, SaaS, r, 1, time.Hour, false},
		"a renewal of a code":              {Renewal, V2, LicenceCode, r, 60, 2 * time.Minute, false},
		"a renewal of an online licence":   {Renewal, V2, Licence, r, 61, 2 * time.Minute, false},
		"an expiry":                        {Expire, V1, SaaS, r, 2, time.Hour, false},
		"an expiry by the other page":      {Expire, V1, SaaS, once, 1, time.Hour, false},
		"an expiry of a code":              {Expire, V1, LicenceCode, once, 60, 2 * time.Minute, false},
		"a freeze":                         {Freeze, V2, SaaS, r, 2, time.Hour, false},
		"an unfreeze of a licence":         {Unfreeze, V2, Licence, r, 61, 2 * time.Minute, false},
		"a release":                        {Release, V2, SaaS, r, 2, time.Hour, false},
		"a release with pauses of a tenth": {Release, V2, SaaS, Repeats{Every: 6 * time.Minute}, 11, 6 * time.Minute, false},
		"a licence":                        {LicenceGet, V2, Licence, r, 61, 2 * time.Minute, false},
	} {
		p := PolicyOf(c.scene, c.version, c.delivery, c.repeats)
		if p.Tries != c.tries || p.Every != c.every || p.Refund != c.refund || p.Source == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestTransitions(t *testing.T) {
	t.Parallel()
	lawful := map[State]string{
		Waiting: "answered delayed refused gave_up withdrawn", Failed: "answered delayed refused gave_up withdrawn", Exhausted: "withdrawn restarted", Succeeded: "", Withdrawn: "",
	}
	for from, want := range lawful {
		var got []string
		for _, step := range []Step{Answered, Delayed, Refused, GaveUp, TakenBack, Restarted} {
			if _, err := from.Next(step); err == nil {
				got = append(got, string(step))
			} else if !fault.Has(err, "PROV-STATE") {
				t.Errorf("%s %s: %v", from, step, err)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", from, got, want)
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	r := Repeats{Every: time.Hour, Poll: 5 * time.Minute}
	p := PolicyOf(Create, V2, SaaS, r)
	start := Call{Order: Order{Scene: Create}, State: Waiting, StartedAt: now}
	for name, c := range map[string]struct {
		change func(*Call)
		answer Answer
		want   Verdict
	}{
		"done":                            {nil, Answer{Code: Done, Instance: "i"}, Verdict{Step: Answered, Instance: "i", Code: Done}},
		"done without an instance":        {nil, Answer{Code: Done}, Verdict{Step: Refused, Code: NoInstance, Due: now.Add(time.Hour)}},
		"done for another instance":       {func(c *Call) { c.Order.Instance = "x" }, Answer{Code: Done, Instance: "i"}, Verdict{Step: Refused, Instance: "x", Code: OtherAnswer, Due: now.Add(time.Hour)}},
		"still processing":                {nil, Answer{Code: Processing, Instance: "i"}, Verdict{Step: Delayed, Instance: "i", Code: Processing, Polling: true, Due: now.Add(5 * time.Minute)}},
		"processing without an instance":  {nil, Answer{Code: Processing}, Verdict{Step: Delayed, Code: Processing, Due: now.Add(5 * time.Minute)}},
		"processing beyond the span":      {func(c *Call) { c.StartedAt, c.Tries = now.Add(-3*time.Hour), 3 }, Answer{Code: Processing, Instance: "i"}, Verdict{Step: GaveUp, Instance: "i", Code: Processing}},
		"refused":                         {nil, Answer{Code: NoneLeft}, Verdict{Step: Refused, Code: NoneLeft, Due: now.Add(time.Hour)}},
		"a try a minute late keeps hours": {func(c *Call) { d := now.Add(-time.Minute); c.DueAt = &d }, Answer{Code: TimedOut}, Verdict{Step: Refused, Code: TimedOut, Due: now.Add(59 * time.Minute)}},
		"a try a day late is one try":     {func(c *Call) { d := now.AddDate(0, 0, -1); c.DueAt = &d }, Answer{Code: TimedOut}, Verdict{Step: Refused, Code: TimedOut, Due: now.Add(time.Hour)}},
		"the last one":                    {func(c *Call) { c.Tries = 3 }, Answer{Code: InternalError}, Verdict{Step: GaveUp, Code: InternalError}},
		"a code of the seller's own":      {nil, Answer{Code: "4711"}, Verdict{Step: Refused, Code: "4711", Due: now.Add(time.Hour)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			call := start
			if c.change != nil {
				c.change(&call)
			}
			if got := call.Judge(c.answer, p, r, now); got != c.want {
				t.Errorf("\n got %+v\nwant %+v", got, c.want)
			}
		})
	}
	if _, err := (&Call{State: Exhausted, Refunded: true}).Restart(); !fault.Has(err, "PROV-REFUNDED") {
		t.Errorf("a refunded call is started again: %v", err)
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	a, err := ReadLock(strings.Repeat("0a", lockBytes))
	if err != nil || !a.Set() {
		t.Fatal(err)
	}
	b, _ := ReadLock("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")
	if _, err := ReadLock("short"); !fault.Has(err, "PROV-LOCK") {
		t.Errorf("a short one: %v", err)
	}
	by, sealed := a.seal("secret-key", "M1")
	if strings.Contains(string(sealed), "secret") {
		t.Error("the key can be read")
	}
	if got, ok := a.open(by, sealed, "M1"); !ok || got != "secret-key" {
		t.Errorf("%q %v", got, ok)
	}
	for name, l := range map[string]Lock{"another lock": b, "none": {}} {
		if _, ok := l.open(by, sealed, "M1"); ok {
			t.Errorf("%s opens it", name)
		}
	}
	if _, ok := a.open(by, sealed, "M2"); ok {
		t.Error("it opens at another merchant's place")
	}
	by, plain := Lock{}.seal("secret-key", "M1")
	if got, ok := a.open(by, plain, "M1"); !ok || got != "secret-key" {
		t.Errorf("one stored before there was a lock: %q %v", got, ok)
	}
}

func TestRefundsAreNumberedByTheirLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("L", 62)
	if got := refundID(long[:61]); got != "PF-"+long[:61] {
		t.Error(got)
	}
	if got := refundID(long); len(got) != 43 || got == refundID(long+"L") {
		t.Error(got)
	}
}

func TestEveryCodeHasItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range ResultCodes() {
		if !sellerCodes[c] || !c.Known() {
			t.Errorf("%s", c)
		}
	}
	if len(ResultCodes()) != len(sellerCodes) || Code("4711").Known() {
		t.Error("the list and the set differ, or an unknown code is known")
	}
	if choose([]Interface{{Product: "", Delivery: SaaS}, {Product: "", Delivery: Licence}}, "P", nil) != nil {
		t.Error("of two delivery types one was guessed")
	}
	if i := choose([]Interface{{Product: "", Delivery: SaaS}, {Product: "P", Delivery: Licence}}, "P", []Delivery{SaaS}); i == nil || i.Product != "P" {
		t.Error("the product's own does not win")
	}
	if i := choose([]Interface{{Product: "", Delivery: SaaS}, {Product: "", Delivery: Licence}}, "P", []Delivery{Licence, LicenceCode}); i == nil || i.Delivery != Licence {
		t.Error("the delivery type does not decide")
	}
	if choose([]Interface{{Product: "", Delivery: SaaS}}, "P", []Delivery{}) != nil {
		t.Error("a product that no interface delivers was called for")
	}
}
