package orders_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/orders"
)

const (
	merchantFact = `{"kind":"merchant","merchantId":"M1","name":"Ipê Sistemas Ltda","residence":"BR"}`
	productFact  = `{"kind":"product","merchantId":"M1","productId":"P11","name":"Backup","platformFees":[{"from":"2020-01-01T00:00:00Z","rate":"0.15","source":"listing contract"}]}`
	orderBody    = `{"orderId":"CS1","orderType":"NEW","merchantId":"M1","buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},"orderLine":[{"chargingMode":"PERIOD",` +
		`"periodType":"month","periodNumber":1,"productInfo":{"productId":"P11","skuCode":"S1"},"amount":"120","amountAfterDiscount":"100","currencyCode":"USD","instanceId":"I-1"}]}`
)

// people are those who come to the counter, by the header X-Who.
var people = map[string]*web.User{
	"market":  {ID: "usr_market", Name: "Marketplace", Duties: []web.Duty{web.Marketplace}, ByToken: true},
	"seller":  {ID: "usr_m1", Name: "Ana", Merchant: "M1", Duties: []web.Duty{web.Merchant}, ByToken: true},
	"other":   {ID: "usr_m2", Name: "Lin", Merchant: "M2", Duties: []web.Duty{web.Merchant}, ByToken: true},
	"ops":     {ID: "usr_ops", Name: "Otto", Duties: []web.Duty{web.Operations}, ByToken: true},
	"auditor": {ID: "usr_eva", Name: "Eva", Duties: []web.Duty{web.Auditor}, ByToken: true},
}

type counter struct {
	t      *testing.T
	db     *pg.DB
	server *web.Server
	routes []web.Route
}

func openCounter(t *testing.T) *counter {
	t.Helper()
	db, _ := pgtest.NewAt(t, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	if err := db.InTx(context.Background(), pg.AsBatch("test"), func(tx *pg.Tx) error { return entities.SeedKnown(context.Background(), tx) }); err != nil {
		t.Fatal(err)
	}
	x := &counter{t: t, db: db, routes: orders.NewHTTP(db, orders.NewService()).Routes()}
	var err error
	x.server, err = web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: x.routes, Identify: func(c echo.Context) (*web.User, error) {
		return people[c.Request().Header.Get("X-Who")], nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func (x *counter) ask(who, method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, bytes.NewReader([]byte(body)))
	r.Header.Set("X-Who", who)
	r.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(body, "reason=") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	x.server.ServeHTTP(w, r)
	return w
}

// expect asks and demands a status and texts in the answer.
func (x *counter) expect(who, method, target, body string, status int, texts ...string) string {
	x.t.Helper()
	w := x.ask(who, method, target, body)
	got := w.Body.String()
	if w.Code != status {
		x.t.Errorf("%s %s as %s: %d, want %d: %.600s", method, target, who, w.Code, status, got)
	}
	for _, want := range texts {
		if !strings.Contains(got, want) {
			x.t.Errorf("%s %s as %s: no %q in %.900s", method, target, who, want, got)
		}
	}
	return got
}

func (x *counter) ground() {
	x.t.Helper()
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", merchantFact+"\n"+productFact+"\n", 201, `"fresh":2`)
}

func TestFactsOverTheAPI(t *testing.T) {
	t.Parallel()
	x := openCounter(t)
	x.ground()
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", " \n["+merchantFact+",\n "+productFact+"]", 200, `"repeated":2`)
	x.expect("market", "POST", "/api/v1/facts", `{"kind":"source","name":"file","zone":"UTC"}`+"\n"+merchantFact, 200)
	x.expect("market", "POST", "/api/v1/facts", merchantFact, 422, "FEED-ZONE")
	bad := `{"kind":"cancellation","orderId":"CS9","time":"20261105140000"}`
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", strings.Replace(merchantFact, "M1", "M7", 1)+"\n"+bad, 404, "FEED-UNKNOWN-ORDER", `"facts[1].orderId"`)
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", strings.Replace(productFact, "M1", "M7", 1), 404, "FEED-UNKNOWN-MERCHANT") // nothing of the refused request was kept
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", `{"kind":"cancellation"}`+"\n{", 422, `"facts[0].orderId"`, `"facts[1]`, "FEED-REQUIRED", "FEED-JSON")
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", "[1", 422, "FACTS-JSON")
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", "[] []", 422, "FACTS-JSON")
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", "", 422, "FACTS-MANY")
	x.expect("market", "POST", "/api/v1/facts", `{"kind":"source","name":"file","zone":"UTC"}`, 422, "FACTS-MANY")
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", strings.Repeat(`"`, 5<<20), 413, "FEED-LINE-LENGTH")
	x.expect("market", "POST", "/api/v1/orders", orderBody, 201)
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", `{"kind":"order","orderId":"CS1","orderType":"NEW","createTime":"20261105140000","merchantId":"M1","buyerInfo":{"customerId":"C-BR1","registrationRegion":"BR"},`+
		`"orderLine":[{"orderLineId":"CS1-000001","chargingMode":"PERIOD","productInfo":{"productId":"P11"},"amount":"1","currencyCode":"USD"}]}`, 409, "FEED-CHANGED")
}

func TestAnOrderIsPlacedPaidAndQueried(t *testing.T) {
	t.Parallel()
	x := openCounter(t)
	x.ground()
	x.expect("market", "POST", "/api/v1/orders", orderBody, 201, `"state":"PENDING_PAYMENT"`, `"amount":"100"`, `"currencyCode":"USD"`)
	x.expect("market", "POST", "/api/v1/orders", orderBody, 200)
	x.expect("market", "POST", "/api/v1/orders", strings.Replace(orderBody, `"month"`, `"week"`, 1), 422, "FEED-ENUM", `"orderLine[0].periodType"`)
	x.expect("market", "POST", "/api/v1/orders", strings.NewReplacer("CS1", "CS2", "registrationRegion\":\"BR", "registrationRegion\":\"XX").Replace(orderBody), 422, "FEED-REGION", `"buyerInfo.registrationRegion"`)
	x.expect("market", "POST", "/api/v1/orders", "{", 422, "ORDER-JSON")
	x.expect("market", "POST", "/api/v1/orders", "null", 422, "ORDER-JSON")
	x.expect("market", "POST", "/api/v1/orders", `{"orderLine":[1]}`, 422, "ORDER-JSON")
	var list struct {
		Instructions []struct {
			Number int64
			Amount string
		}
		Last int64
	}
	if err := json.Unmarshal([]byte(x.expect("market", "GET", "/api/v1/instructions?open=true", "", 200, `"kind":"charge"`)), &list); err != nil || len(list.Instructions) != 1 || list.Instructions[0].Amount != "100" {
		t.Fatal(err, list)
	}
	x.expect("market", "GET", fmt.Sprintf("/api/v1/instructions?after=%d", list.Last), "", 200, `"instructions":[]`)
	x.expect("market", "GET", "/api/v1/instructions?after=x", "", 422, "FEED-AMOUNT")
	pay := `{"kind":"payment","orderId":"CS1","method":"CASH","collectingEntity":"5861","time":"20261125115900"}`
	x.expect("market", "POST", "/api/v1/facts?zone=UTC", pay+"\n"+`{"kind":"effectiveness","orderId":"CS1","time":"20261125120000"}`, 201)
	x.expect("market", "GET", "/api/v1/instructions?open=true", "", 200, `"instructions":[]`)
	x.expect("seller", "GET", "/api/v1/orders/query?orderId=CS1&orderLineId=CS1-000001", "", 200, `"resultCode":"MKT.0000"`, `"orderType":"NEW"`, `"createTime":"20261125120000"`,
		`"expireTime":"20261225120000"`, `"currency":"120"`, `"currencyAfterDiscount":"100"`, `"state":"COMPLETED"`)
	x.expect("other", "GET", "/api/v1/orders/query?orderId=CS1", "", 404, "CBC.0101", "ORD-NONE")
	x.expect("market", "GET", "/api/v1/orders/query?orderId=CS1&orderLineId=CS1-9", "", 404)
	x.expect("market", "GET", "/api/v1/orders/query", "", 400, "CBC.0101", "ORDER-QUERY")
	x.expect("market", "POST", "/api/v1/orders/CS1/cancel", "{}", 409, "ORD-CANCEL-STATE")
	x.expect("market", "POST", "/api/v1/orders", strings.NewReplacer("CS1", "CS3", "I-1", "I-3").Replace(orderBody), 201)
	x.expect("market", "POST", "/api/v1/orders/CS3/cancel", `{"reason":"too dear"}`, 201, "CANCELED")
	x.expect("market", "POST", "/api/v1/orders/CS3/cancel", "", 200, "CANCELED")
	x.expect("market", "GET", "/api/v1/instances/M1/I-1", "", 200, `"expiresAt":"2026-12-25T12:00:00Z"`)
	x.expect("market", "GET", "/api/v1/instances/M2/I-1", "", 404)
	price := `{"productId":"P11","periodType":"month","periodNumber":1,"amount":"100","taxAmount":"0","amountAfterDiscount":"90","currencyCode":"USD"}`
	x.expect("market", "PUT", "/api/v1/instances/M1/I-1/auto-renewal", price, 200, `"autoRenewal":true`)
	x.expect("market", "PUT", "/api/v1/instances/M1/I-1/auto-renewal", strings.Replace(price, `"month"`, `"week"`, 1), 422, "ORD-PERIOD")
	x.expect("market", "PUT", "/api/v1/instances/M1/I-1/auto-renewal", strings.Replace(price, `"90"`, `"-90"`, 1), 422, "FEED-NEGATIVE")
	x.expect("market", "DELETE", "/api/v1/instances/M1/I-1/auto-renewal", "", 200, `"autoRenewal":false`)
}

func TestTheNineOrdersForIntegrationTests(t *testing.T) {
	t.Parallel()
	x := openCounter(t)
	for id, kind := range map[string]string{
		"MOCKPERIODYEARNEW": "NEW", "MOCKONETIMENEW": "NEW", "MOCKONDEMAND": "NEW", "MOCKONDEMANDPKG": "NEW", "MOCKPERIODDAYTRIAL": "TRIAL", "MOCKMONTYTRIALTOFORMAL": "TRIAL_TO_FORMAL",
		"MOCKMONTYUNSUBSCRIBE": "UNSUBSCRIBE", "MOCKMONTYRENEW": "RENEW", "MOCKMONTYCHANGE": "CHANGE",
	} {
		got := x.expect("seller", "GET", "/api/v1/orders/query?orderId="+id, "", 200, `"orderType":"`+kind+`"`, `"orderLineId":"`+id+`-000001"`)
		if reverse := strings.Contains(got, `"currency":"","currencyAfterDiscount":""`); reverse != (kind == "UNSUBSCRIBE") {
			t.Errorf("%s: %s", id, got)
		}
	}
	x.expect("market", "POST", "/api/v1/orders/MOCKMONTYRENEW/cancel", "", 404) // it is in no table
}

func TestOperationsWithdrawAnInstructionForAReason(t *testing.T) {
	t.Parallel()
	x := openCounter(t)
	x.expect("ops", "GET", "/operations/instructions", "", 200, "No instruction here")
	x.ground()
	x.expect("market", "POST", "/api/v1/orders", orderBody, 201)
	page := x.expect("ops", "GET", "/operations/instructions?show=open", "", 200, "USD 100.00", "CS1", "Withdraw")
	_, rest, _ := strings.Cut(page, `action="/operations/instructions/`)
	action, _, _ := strings.Cut("/operations/instructions/"+rest, `"`)
	x.expect("auditor", "POST", action, "reason=x", 403)
	x.expect("ops", "POST", action, "reason=", 422, "ORD-REASON")
	x.expect("ops", "POST", action, "reason="+url.QueryEscape("the buyer called"), 303)
	x.expect("ops", "POST", action, "reason=again", 409, "INS-CLOSED")
	x.expect("ops", "POST", "/operations/instructions/999/withdraw", "reason=x", 404, "INS-NONE")
	x.expect("ops", "POST", "/operations/instructions/x/withdraw", "reason=x", 404)
	x.expect("ops", "GET", "/operations/instructions?show=overdue", "", 200, "No instruction here")
	x.expect("ops", "GET", "/operations/instructions?show=all", "", 200, "Withdrawn")
	var reason string
	err := x.db.ReadTx(context.Background(), pg.AsAuditor("test"), func(tx *pg.Tx) error {
		return tx.QueryRow(context.Background(), `SELECT actor || ': ' || reason FROM audit_event WHERE action = 'instruction.withdrawn'`).Scan(&reason)
	})
	if err != nil || reason != "usr_ops: the buyer called" {
		t.Error(reason, err)
	}
}

// TestEveryRouteOfOrders walks the routes: each answers its own people with what is there, refuses other duties, and shows a stranger nothing.
func TestEveryRouteOfOrders(t *testing.T) {
	t.Parallel()
	x := openCounter(t)
	x.ground()
	x.expect("market", "POST", "/api/v1/orders", orderBody, 201)
	for _, r := range x.routes {
		target := strings.NewReplacer(":merchant", "M1", ":order", "CS1", ":instance", "I-1", ":number", "1").Replace(r.Path)
		if strings.HasSuffix(target, "/query") {
			target += "?orderId=CS1"
		}
		for who, u := range people {
			switch {
			case !u.Has(r.Duties...):
				x.expect(who, r.Method, target, "", 403)
			case r.Method != "GET":
			case who == "other" && (strings.Contains(r.Path, ":order") || strings.HasSuffix(r.Path, "/query")):
				x.expect(who, r.Method, target, "", 404)
			case who == "other":
				if got := x.expect(who, r.Method, target, "", 200, "No order matches"); strings.Contains(got, "CS1") {
					t.Errorf("%s shows a stranger's order", r.Path)
				}
			default:
				if got := x.expect(who, r.Method, target, "", 200); strings.Contains(got, "ZgotmplZ") {
					t.Errorf("%s: %s", target, got)
				}
			}
		}
		if w := x.ask("", r.Method, target, ""); w.Code != 401 && w.Code != 303 {
			t.Errorf("%s %s as nobody: %d", r.Method, target, w.Code)
		}
	}
	x.expect("ops", "GET", "/operations/orders/M2/CS1", "", 404)
	x.expect("ops", "GET", "/operations/orders/M1/CS1", "", 200, "C-BR1", "Nothing holds it back", "Why is it not billed", "No term has begun")
	x.expect("seller", "GET", "/merchant/orders/CS1", "", 200, "/why?id=CS1-000001")
	for _, q := range []string{"q=CS1", "q=CS1-000001", "buyer=C-BR1", "merchant=M1"} {
		x.expect("ops", "GET", "/operations/orders?"+q, "", 200, "CS1-000001", "Pending payment", "USD 100.00")
	}
	x.expect("ops", "GET", "/operations/orders?q=none", "", 200, "No order matches")
}

func TestEveryPageOfOrdersExecutes(t *testing.T) {
	t.Parallel()
	for _, err := range web.CheckPages(false) {
		t.Error(err)
	}
}
