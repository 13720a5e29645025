package refunds_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"mime/multipart"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/orders"
	"suanpan/orders/refunds"
)

var people = map[string]*web.User{
	"seller":   {ID: "seller", Name: "Seller", Merchant: "M1", Duties: []web.Duty{web.Merchant}, ByToken: true},
	"stranger": {ID: "stranger", Name: "Stranger", Merchant: "M2", Duties: []web.Duty{web.Merchant}, ByToken: true},
	"somchai":  {ID: "somchai", Name: "Somchai", Duties: []web.Duty{web.Operations}, ByToken: true},
	"ana":      {ID: "ana", Name: "Ana", Duties: []web.Duty{web.FinanceReview}, ByToken: true},
	"eva":      {ID: "eva", Name: "Eva", Duties: []web.Duty{web.Auditor}, ByToken: true},
	"market":   {ID: "market", Name: "Market", Duties: []web.Duty{web.Marketplace}, ByToken: true},
}

const feed = `{"kind":"source","name":"test","zone":"UTC"}
{"kind":"merchant","merchantId":"M1","name":"Seller","residence":"BR"}
{"kind":"product","merchantId":"M1","productId":"P1","name":"Server","platformFees":[{"rate":"0.15","source":"contract"}]}
`

// counter is the pages and the API on a database with orders O1 to O3, supervised and paid.
type counter struct {
	t      *testing.T
	db     *pg.DB
	clk    *pgtest.Clock
	routes []web.Route
	srv    *web.Server
}

func open(t *testing.T) *counter {
	t.Helper()
	ctx := context.Background()
	db, clk := pgtest.NewAt(t, time.Date(2026, 11, 10, 8, 0, 0, 0, time.UTC))
	svc := &orders.Service{}
	h := refunds.NewHTTP(db, refunds.New(svc))
	if err := db.InTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error { return entities.SeedKnown(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
	lines := feed
	for _, o := range []string{"O1", "O2", "O3"} {
		lines += `{"kind":"order","orderId":"` + o + `","orderType":"NEW","createTime":"2026-11-09T07:00:00Z","merchantId":"M1","buyerInfo":{"customerId":"C1","registrationRegion":"BR"},"orderLine":[{"orderLineId":"` + o +
			`-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P1"},"amount":"1130.00","currencyCode":"USD","serviceSupervision":true}]}` + "\n" +
			`{"kind":"payment","orderId":"` + o + `","method":"CASH","collectingEntity":"5861","time":"2026-11-09T07:01:00Z"}` + "\n"
	}
	if _, err := svc.Import(ctx, db, "test", strings.NewReader(lines), orders.Options{}); err != nil {
		t.Fatal(err)
	}
	c := &counter{t: t, db: db, clk: clk, routes: h.Routes()}
	var err error
	c.srv, err = web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: c.routes, Identify: func(e echo.Context) (*web.User, error) { return people[e.Request().Header.Get("X-Who")], nil }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ask sends a request: a text as JSON, a map as a form whose names ending in .pdf are files.
func (c *counter) ask(who, method, target string, body any) *httptest.ResponseRecorder {
	c.t.Helper()
	r := httptest.NewRequest(method, target, nil)
	switch b := body.(type) {
	case string:
		r = httptest.NewRequest(method, target, strings.NewReader(b))
		r.Header.Set("Content-Type", "application/json")
	case map[string]string:
		var buf bytes.Buffer
		m := multipart.NewWriter(&buf)
		for name, v := range b {
			if strings.HasSuffix(name, ".pdf") {
				f, err := m.CreateFormFile("files", name)
				if err != nil {
					c.t.Fatal(err)
				}
				_, _ = f.Write([]byte(v))
				continue
			}
			_ = m.WriteField(name, v)
		}
		_ = m.Close()
		r = httptest.NewRequest(method, target, &buf)
		r.Header.Set("Content-Type", m.FormDataContentType())
	}
	r.Header.Set("X-Who", who)
	if !strings.HasPrefix(target, "/api/") {
		r.Header.Set("Accept", "text/html")
	}
	w := httptest.NewRecorder()
	c.srv.ServeHTTP(w, r)
	return w
}

func (c *counter) wants(who, method, target string, body any, status int, texts ...string) string {
	c.t.Helper()
	w := c.ask(who, method, target, body)
	if w.Code != status {
		c.t.Fatalf("%s %s as %s: %d, want %d: %.2000s", method, target, who, w.Code, status, w.Body)
	}
	for _, x := range texts {
		if !strings.Contains(w.Body.String(), x) {
			c.t.Errorf("%s %s as %s does not say %q:\n%.3000s", method, target, who, x, w.Body)
		}
	}
	return w.Body.String()
}

func asking(id, order, goods string) string {
	return `{"refundId":"` + id + `","orderId":"` + order + `","deliveryType":"hardware","goods":"` + goods + `","amount":"1000.00","reason":"it does not start","buyerPhone":"55 11 1","phoneConsent":true}`
}

var decision = map[string]string{"opinion": "agreed on the phone", "talk.pdf": "%PDF-1"}

func TestAReceivedServerGoesBackThroughPagesAndAPI(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.wants("market", "POST", "/api/v1/refunds", asking("R1", "O1", "received"), 200, `"state":"seller_review"`, `"amount":"1000.00"`)
	c.wants("market", "POST", "/api/v1/refunds", `{"refundId":"R9","orderId":"O1","deliveryType":"hardware","amount":"x"}`, 422, "amount")
	c.wants("market", "POST", "/api/v1/refunds", asking("R9", "O1", "received"), 409, "RFD-BUSY")
	c.wants("market", "POST", "/api/v1/refunds/R1/contact-seller", `{}`, 409, "RFD-CONTACT-EARLY")
	c.wants("market", "POST", "/api/v1/refunds/none/withdraw", `{}`, 404, "RFD-UNKNOWN")
	c.wants("seller", "GET", "/merchant/refunds", nil, 200, "R1", "USD 1,000.00", "Under review", "O1-1")
	page := c.wants("seller", "GET", "/merchant/refunds/R1", nil, 200, "it does not start", "55 11 1", "Approve", "Reject", "USD 1,130.00")
	if strings.Contains(page, "Accept the goods") {
		t.Error("what does not belong to a review is offered")
	}
	c.wants("seller", "POST", "/merchant/refunds/R1/approve", map[string]string{"opinion": "kept words"}, 422, "RFD-PROOF", "kept words")
	c.wants("seller", "POST", "/merchant/refunds/R1/accept", decision, 409, "RFD-STATE")
	c.wants("seller", "POST", "/merchant/refunds/R1/approve", decision, 303)
	page = c.wants("seller", "GET", "/merchant/refunds/R1", nil, 200, "Waits for the goods", "agreed on the phone", "talk.pdf")
	file := regexp.MustCompile(`/merchant/refunds/R1/files/[0-9a-f]{64}`).FindString(page)
	if w := c.ask("seller", "GET", file, nil); w.Code != 200 || w.Body.String() != "%PDF-1" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%s: %d %s", file, w.Code, w.Body)
	}
	c.wants("market", "POST", "/api/v1/refunds/R1/return-shipment", `{"carrier":"SF","trackingNumber":"SF123"}`, 200, `"state":"awaiting_acceptance"`)
	c.wants("seller", "GET", "/merchant/refunds/R1", nil, 200, "SF SF123", "Accept the goods", "Appeal")
	c.wants("seller", "POST", "/api/v1/refunds/R1/accept", `{}`, 200, `"state":"refunding"`, `"instruction":`)
	c.clk.Add(4 * time.Hour)
	c.wants("somchai", "GET", "/operations/refunds?show=overdue", nil, 200, "R1", "overdue", "M1")
	c.wants("somchai", "GET", "/operations/refunds?show=idle", nil, 200, "No refunds here.")
	var got struct {
		Refunds []struct {
			RefundID string `json:"refundId"`
			Overdue  bool   `json:"overdue"`
		} `json:"refunds"`
	}
	if err := json.Unmarshal([]byte(c.wants("market", "GET", "/api/v1/refunds?overdue=true&order=O1", nil, 200)), &got); err != nil || len(got.Refunds) != 1 || !got.Refunds[0].Overdue {
		t.Errorf("%+v %v", got, err)
	}
}

func TestOperationsDecideAboutGoodsInTransitAndAppeals(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.wants("market", "POST", "/api/v1/refunds", asking("R1", "O1", "in_transit"), 200, `"state":"in_transit"`)
	c.wants("seller", "POST", "/api/v1/refunds/R1/approve", decision, 409, "RFD-TRANSIT")
	c.wants("ana", "GET", "/operations/refunds/M1/R1", nil, 200, "Goods in transit")
	page := c.wants("somchai", "GET", "/operations/refunds/M1/R1", nil, 200, "Confirm: goes to the merchant")
	if strings.Contains(page, "refunds/M1/R1/approve") {
		t.Error("operations are offered what is the merchant's")
	}
	c.wants("somchai", "POST", "/operations/refunds/M1/R1/confirm-transit", map[string]string{"opinion": ""}, 422, "RFD-OPINION")
	c.wants("somchai", "POST", "/operations/refunds/M1/R1/confirm-transit", decision, 303)
	c.wants("eva", "GET", "/operations/refunds/M1/R1", nil, 200, "Under review", "agreed on the phone", "transit confirmed")
	c.wants("market", "POST", "/api/v1/refunds", asking("R2", "O2", "received"), 200)
	c.wants("seller", "POST", "/api/v1/refunds/R2/approve", decision, 200)
	c.wants("market", "POST", "/api/v1/refunds/R2/return-shipment", `{"carrier":"SF","trackingNumber":"1"}`, 200)
	c.wants("seller", "POST", "/merchant/refunds/R2/appeal", decision, 303)
	c.wants("somchai", "POST", "/operations/refunds/M1/R2/for-merchant", decision, 303)
	c.wants("market", "GET", "/api/v1/refunds/R2", nil, 200, `"state":"rejected"`)
}

// TestEveryRouteBelongsToItsPeople walks the routes: the owner finds the request, a stranger nothing, other duties are refused.
func TestEveryRouteBelongsToItsPeople(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.wants("market", "POST", "/api/v1/refunds", asking("R1", "O1", "received"), 200)
	c.wants("market", "POST", "/api/v1/refunds", asking("R2", "O2", "not_received"), 200)
	c.wants("seller", "POST", "/api/v1/refunds/R1/approve", decision, 200)
	sha := orders.NewAttachment("talk.pdf", []byte("%PDF-1")).SHA256
	for _, r := range c.routes {
		target := strings.NewReplacer(":merchant", "M1", ":id", "R1", ":sha", sha).Replace(r.Path)
		for who, u := range people {
			w := c.ask(who, r.Method, target, nil)
			switch {
			case !u.Has(r.Duties...):
				if w.Code != 403 {
					t.Errorf("%s %s as %s: %d, want 403", r.Method, target, who, w.Code)
				}
			case who == "stranger" && strings.Contains(r.Path, ":id"):
				if w.Code != 404 {
					t.Errorf("%s %s as a stranger: %d, want 404", r.Method, target, w.Code)
				}
			case who == "stranger":
				if w.Code != 200 || strings.Contains(w.Body.String(), "R1") {
					t.Errorf("%s %s shows a stranger: %d %.500s", r.Method, target, w.Code, w.Body)
				}
			case r.Method == "GET":
				if w.Code != 200 || strings.Contains(w.Body.String(), "ZgotmplZ") || !strings.Contains(r.Path, ":sha") && !strings.Contains(w.Body.String(), "R1") {
					t.Errorf("%s %s as %s: %d %.500s", r.Method, target, who, w.Code, w.Body)
				}
			}
		}
		if w := c.ask("", r.Method, target, nil); w.Code != 303 && w.Code != 401 {
			t.Errorf("%s %s as nobody: %d", r.Method, target, w.Code)
		}
	}
}

func TestEveryPageExecutes(t *testing.T) {
	t.Parallel()
	for _, err := range web.CheckPages(false) {
		t.Error(err)
	}
}
