package provisioning

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"suanpan/orders"
)

// seller is a stub behind real HTTP, and a client that calls it.
type seller struct {
	t       *testing.T
	stub    *Stub
	url     string
	version Version
}

func newSeller(t *testing.T, v Version, stub *Stub) *seller {
	t.Helper()
	stub.Key = goldenKey
	if stub.Clock == nil {
		stub.Clock = time.Now
	}
	srv := httptest.NewServer(stub)
	t.Cleanup(srv.Close)
	return &seller{t, stub, srv.URL, v}
}

func (s *seller) request(o Order, business string) Request {
	s.t.Helper()
	r, err := Build(s.version, s.url, goldenKey, o, Moment{At: time.Now(), Nonce: newID(""), BusinessID: business})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *seller) call(o Order, business string) Answer {
	s.t.Helper()
	return NewClient(true).Call(context.Background(), s.request(o, business), goldenKey)
}

func (s *seller) want(o Order, business string, want Code) Answer {
	s.t.Helper()
	a := s.call(o, business)
	if a.Code != want {
		s.t.Errorf("%s %s: %+v, want %s", s.version, o.Scene, a, want)
	}
	return a
}

// TestMockOrdersEndToEnd drives the nine orders of the marketplace, each as a seller would meet them: what needs an instance gets one first.
func TestMockOrdersEndToEnd(t *testing.T) {
	t.Parallel()
	for _, v := range []Version{V1, V2} {
		for _, m := range Mocks {
			t.Run(string(v)+" "+m.OrderID, func(t *testing.T) {
				t.Parallel()
				s := newSeller(t, v, &Stub{})
				instance := ""
				if m.Scene != Create {
					first := Order{Scene: Create, OrderID: "MOCKFIRST", LineID: "MOCKFIRST-000001", Product: "MOCKPRODUCT", Mode: orders.Period, Test: true}
					instance = s.want(first, "biz-first", Done).Instance
				}
				o := m.Order(instance)
				if o.LineID != m.OrderID+"-000001" {
					t.Errorf("its line is %s", o.LineID)
				}
				a := s.want(o, "biz-1", Done)
				again := s.want(o, "biz-2", Done)
				if m.Scene == Create {
					if a.Instance != "biz-1" || again.Instance != "biz-1" || s.stub.Instances() != 1 {
						t.Errorf("the instance is %q, then %q; %d made", a.Instance, again.Instance, s.stub.Instances())
					}
					return
				}
				i, _ := s.stub.Instance(instance)
				want := map[Scene]StubInstance{
					TrialToFormal: {instance, "NORMAL", i.SKU, 1, true, ""}, Renewal: {instance, "NORMAL", i.SKU, 1, true, ""},
					Release: {instance, "RELEASED", i.SKU, 0, true, ""}, Upgrade: {instance, "NORMAL", "MOCKSKU", 0, true, ""},
				}[m.Scene]
				if i != want {
					t.Errorf("%+v, want %+v", i, want)
				}
			})
		}
	}
	if len(Mocks) != 9 {
		t.Errorf("%d mock orders", len(Mocks))
	}
}

func TestEverySceneReachesTheSeller(t *testing.T) {
	t.Parallel()
	for _, v := range []Version{V1, V2} {
		t.Run(string(v), func(t *testing.T) {
			t.Parallel()
			s := newSeller(t, v, &Stub{})
			o := Order{Scene: Create, OrderID: "O", LineID: "O-000001", Product: "P", SKU: "S1", Mode: orders.Period}
			id := s.want(o, "biz-1", Done).Instance
			paid := decimal.RequireFromString("12")
			on := Order{Amount: &paid, OrderID: "O2", LineID: "O2-000001", Product: "P", SKU: "S2", Mode: orders.Period, Instance: id}
			is := func(scene Scene, status string) {
				t.Helper()
				on.Scene = scene
				s.want(on, "", Done)
				if i, _ := s.stub.Instance(id); i.Status != status {
					t.Errorf("after %s it is %s", scene, i.Status)
				}
			}
			is(Expire, "FREEZE")
			is(Unfreeze, "NORMAL")
			is(Freeze, "FREEZE")
			is(Renewal, "NORMAL")
			on.OrderID = "RF"
			is(RenewalRefund, "NORMAL")
			if i, _ := s.stub.Instance(id); i.Renewals != 0 {
				t.Errorf("a renewal and its refund leave %d", i.Renewals)
			}
			on.OrderID = "O3"
			is(RenewalChange, "NORMAL")
			is(Upgrade, "NORMAL")
			o.Scene, o.Accepted = Acceptance, time.Date(2026, 10, 2, 3, 4, 5, 67e6, time.UTC)
			s.want(o, "biz-2", Done)
			if i, _ := s.stub.Instance(id); i.Accepted != "20261002030405067" || i.SKU != "S2" {
				t.Errorf("%+v", i)
			}
			if v == V2 {
				is(Query, "NORMAL")
				is(LicenceGet, "NORMAL")
			}
			is(Release, "RELEASED")
			is(Release, "RELEASED")
			on.Instance = "nobody"
			s.want(on, "", UnknownInstance)
		})
	}
}

func TestOnDemandMakesOneInstanceAProduct(t *testing.T) {
	t.Parallel()
	s := newSeller(t, V2, &Stub{})
	o := Order{Scene: Create, OrderID: "O", LineID: "O-000001", Product: "P1", Mode: orders.OnDemand}
	s.want(o, "biz-1", Done)
	o.LineID, o.Product = "O-000002", "P2"
	s.want(o, "biz-2", Done)
	o.LineID, o.Product = "O-000001", "P1"
	if a := s.want(o, "biz-3", Done); a.Instance != "biz-1" || s.stub.Instances() != 2 {
		t.Errorf("%+v, %d instances", a, s.stub.Instances())
	}
}

func TestTheStubProvesRequests(t *testing.T) {
	t.Parallel()
	c := NewClient(true)
	ctx := context.Background()
	create := Order{Scene: Create, OrderID: "O", LineID: "O-1", Product: "P", Mode: orders.Period}
	v2 := newSeller(t, V2, &Stub{})
	r := v2.request(create, "biz-1")
	if a := c.Call(ctx, r, goldenKey); a.Code != Done {
		t.Fatalf("%+v", a)
	}
	if a := c.Call(ctx, r, goldenKey); a.Code != AuthFailed {
		t.Errorf("the same nonce again: %+v", a)
	}
	for name, change := range map[string]func(*Request){
		"another body": func(r *Request) { r.Body = []byte(strings.Replace(string(r.Body), "biz-1", "biz-9", 1)) },
		"no signature": func(r *Request) { r.URL = strings.Replace(r.URL, "signature=", "x=", 1) },
	} {
		r := v2.request(create, "biz-1")
		change(&r)
		if a := c.Call(ctx, r, goldenKey); a.Code != AuthFailed {
			t.Errorf("%s: %+v", name, a)
		}
	}
	late := newSeller(t, V2, &Stub{Clock: func() time.Time { return time.Now().Add(62 * time.Second) }})
	late.want(create, "biz-1", AuthFailed)
	v1 := newSeller(t, V1, &Stub{})
	r = v1.request(create, "biz-1")
	r.URL = strings.Replace(r.URL, "biz-1", "biz-9", 1)
	if a := c.Call(ctx, r, goldenKey); a.Code != AuthFailed {
		t.Errorf("another parameter: %+v", a)
	}
	newSeller(t, V2, &Stub{WrongSign: true}).want(create, "biz-1", WrongSign)
	delayed := newSeller(t, V2, &Stub{DelayOnce: true, FailFirst: 1})
	delayed.want(create, "biz-1", InternalError)
	if a := delayed.want(create, "biz-2", Processing); a.Instance != "biz-2" {
		t.Errorf("%+v", a)
	}
	delayed.want(create, "biz-3", Done)
	if got := strings.Join(delayed.stub.Log(), ","); got != "newInstance 000005,newInstance 000004,newInstance 000000" {
		t.Error(got)
	}
}
