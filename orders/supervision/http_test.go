package supervision

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/web"
	"suanpan/templates"
)

// people are who knocks: by a header in place of a log-in.
var people = map[string]*web.User{
	"seller":   {ID: "usr_m1", Name: "Ana", Merchant: "M1", Duties: []web.Duty{web.Merchant}},
	"stranger": {ID: "usr_m2", Name: "Bo", Merchant: "M2", Duties: []web.Duty{web.Merchant}},
	"ops":      {ID: "usr_ops", Name: "Olga", Duties: []web.Duty{web.Operations}},
	"auditor":  {ID: "usr_aud", Name: "Aud", Duties: []web.Duty{web.Auditor}},
	"market":   {ID: "usr_mkt", Name: "KooGallery", Duties: []web.Duty{web.Marketplace}, ByToken: true},
	"token":    {ID: "usr_m1", Name: "Ana", Merchant: "M1", Duties: []web.Duty{web.Merchant}, ByToken: true},
}

func (m *market) serve() *web.Server {
	m.t.Helper()
	srv, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: NewHTTP(m.db, m.svc).Routes(), Identify: func(c echo.Context) (*web.User, error) {
		return people[c.Request().Header.Get("X-Who")], nil
	}})
	if err != nil {
		m.t.Fatal(err)
	}
	return srv
}

func ask(srv *web.Server, who, method, target, kind, body string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("X-Who", who)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, r)
	return w
}

var csrf = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

// submit sends a form of a page, with its token and a file where one is named.
func submit(t *testing.T, srv *web.Server, who, page string, file []byte, fields ...string) *httptest.ResponseRecorder {
	t.Helper()
	w := ask(srv, who, "GET", page, "", "")
	m := csrf.FindStringSubmatch(w.Body.String())
	if m == nil {
		t.Fatalf("%s %s has no form: %d %s", who, page, w.Code, w.Body)
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		_ = form.WriteField(fields[i], fields[i+1])
	}
	_ = form.WriteField("_csrf", m[1])
	if file != nil {
		part, _ := form.CreateFormFile("files", "proof.pdf")
		_, _ = part.Write(file)
	}
	_ = form.Close()
	return ask(srv, who, "POST", page, form.FormDataContentType(), b.String(), w.Result().Cookies()...)
}

func (m *market) api(srv *web.Server, who, method, target string, body any, want int, texts ...string) string {
	m.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		m.t.Fatal(err)
	}
	w := ask(srv, who, method, target, "application/json", string(b))
	if w.Code != want {
		m.t.Fatalf("%s %s %s: %d %s", who, method, target, w.Code, w.Body)
	}
	for _, x := range texts {
		if !strings.Contains(w.Body.String(), x) {
			m.t.Errorf("%s %s does not say %s: %s", method, target, x, w.Body)
		}
	}
	return w.Body.String()
}

func TestTheMarketplaceActsForBuyers(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	srv := m.serve()
	line := m.order("CS1")
	at := "/api/v1/supervision/" + line
	m.api(srv, "market", "POST", at+"/events", map[string]any{"event": "submitRequest"}, 409, "SUP-STEP", `"kind":"conflict"`)
	m.api(srv, "market", "PUT", at+"/order", map[string]any{"type": "hardware", "channel": "base", "buyerCompany": "ACME Ltda", "receiverPhone": "138001"}, 200, `"stage":"ship"`, `"turn":"seller"`, `"possibleEvents":["enterShipment","uploadProof"]`)
	m.api(srv, "token", "PUT", at+"/order", map[string]any{}, 403, "DUTY")
	m.api(srv, "market", "POST", at+"/events", map[string]any{"event": "enterShipment", "carrier": "SF", "trackingNumber": "1"}, 403, "SUP-PARTY")
	m.api(srv, "token", "POST", at+"/events", map[string]any{"event": "enterShipment", "carrier": "SF", "trackingNumber": "1"}, 200, `"stage":"accept"`)
	m.api(srv, "market", "POST", at+"/events", map[string]any{"event": "sign"}, 422, "SUP-EVENT")
	m.clk.Set(october.Add(2 * day))
	signedAt := october.Add(day)
	m.api(srv, "market", "POST", at+"/events", map[string]any{"event": "courier", "text": "SIGNED", "time": signedAt, "receiverPhone": "13 80 01"}, 200, `"phonesDiffer":false`)
	body := m.api(srv, "market", "GET", at, nil, 200, `"by":"2026-10-31T09:00:00Z"`)
	if strings.Contains(body, "138001") {
		t.Error("the API shows phones")
	}
	m.api(srv, "market", "POST", at+"/events", map[string]any{"event": "courier", "text": "signed", "receiverPhone": "139"}, 200, `"phonesDiffer":true`)
	m.api(srv, "market", "POST", at+"/events", map[string]any{"event": "accept", "time": signedAt.Add(time.Hour)}, 200, `"stage":"review"`)
	m.api(srv, "token", "POST", at+"/events", map[string]any{"event": "passReview"}, 403, "SUP-PARTY")
	m.api(srv, "market", "POST", at+"/events", map[string]any{"event": "passReview"}, 200, `"stage":"completing"`)
	m.pass(0)
	m.api(srv, "token", "GET", "/api/v1/supervision?number=CS1", nil, 200, `"stage":"done"`, `"how":"review"`)
	m.api(srv, "market", "GET", "/api/v1/supervision?open=true", nil, 200, `"cases":[]`)
	m.api(srv, "market", "DELETE", at+"/contact", nil, 204)
	if got := m.query(`SELECT company FROM supervision_contact`); got != "" {
		t.Error("not erased:", got)
	}
	other := m.typed("CS2", Manual, General)
	evidence := []map[string]string{{"name": "a.txt", "content": base64.StdEncoding.EncodeToString([]byte("dear"))}}
	m.api(srv, "market", "POST", "/api/v1/supervision/"+other+"/appeals", map[string]any{"ground": "other", "reason": "silence", "files": evidence}, 201, `"party":"buyer"`, `"no":1`)
	m.api(srv, "token", "POST", "/api/v1/supervision/"+other+"/appeals", map[string]any{"ground": "other", "reason": "silence", "files": evidence}, 409, "APL-OPEN")
}

func TestPagesFromDeliveryToDecision(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	srv := m.serve()
	line := m.typed("CS1", LicenseOffline, General)
	mine, theirs := "/merchant/supervision/"+line, "/operations/supervision/M1/"+line
	shows := func(who, page string, texts ...string) {
		t.Helper()
		w := ask(srv, who, "GET", page, "", "")
		for _, x := range texts {
			if w.Code != 200 || !strings.Contains(w.Body.String(), x) {
				t.Errorf("%s %s: %d, without %q\n%s", who, page, w.Code, x, w.Body)
			}
		}
	}
	refused := func(w *httptest.ResponseRecorder, status int, code string) {
		t.Helper()
		if w.Code != status || !strings.Contains(w.Body.String(), code) {
			t.Errorf("%d, want %d with %s\n%s", w.Code, status, code, w.Body)
		}
	}
	shows("seller", "/merchant/supervision", line, "The seller delivers")
	proof := []string{"do", "deliver", "orders", "CS1", "company", "ACME Ltda", "product", "Backup", "spec", "Large", "start", "2026-10-20T06:30"}
	refused(submit(t, srv, "seller", mine, nil, proof...), 422, "SUP-PROOF")
	refused(submit(t, srv, "seller", mine, pdf.Content, proof...), 422, "SUP-START") // 09:30 UTC: half an hour ahead
	refused(submit(t, srv, "seller", mine, pdf.Content, append(proof[:10:10], "start", "soon")...), 422, "SUP-START")
	if w := submit(t, srv, "seller", mine, pdf.Content, proof[:10]...); w.Code != 303 {
		t.Fatal(w.Code, w.Body)
	}
	shows("seller", mine, "The buyer accepts or rejects", "proof.pdf", "Delivered")
	refused(submit(t, srv, "seller", mine, nil, "do", "appeal", "ground", "not_accepted", "reason", "silence"), 422, "APL-EVIDENCE")
	if w := submit(t, srv, "seller", mine, []byte("%PDF-1.4 mails"), "do", "appeal", "ground", "not_accepted", "reason", "silence"); w.Code != 303 {
		t.Fatal(w.Code, w.Body)
	}
	shows("seller", mine, "Nothing until operations has decided the appeal", "silence")
	shows("auditor", "/operations/appeals", line, "2026-10-23 23:59", "weekends only in 2026", "The buyer does not accept")
	shows("auditor", theirs, "silence")
	sha := m.detail(line).Papers[1].SHA
	w := ask(srv, "ops", "GET", "/supervision/files/M1/"+sha, "", "")
	if w.Body.String() != "%PDF-1.4 mails" || w.Header().Get("Content-Type") != "application/pdf" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "inline") {
		t.Errorf("evidence: %v %s", w.Header(), w.Body)
	}
	decision := []string{"do", "decide", "no", "1", "outcome", "refund", "reason", "asked both"}
	refused(submit(t, srv, "ops", theirs, nil, append(decision, "amount", "200")...), 422, "APL-AMOUNT")
	refused(submit(t, srv, "ops", theirs, nil, append(decision, "amount", "x")...), 422, "APL-AMOUNT")
	if w := submit(t, srv, "ops", theirs, nil, append(decision, "amount", "100.00")...); w.Code != 303 {
		t.Fatal(w.Code, w.Body)
	}
	shows("seller", mine, "Refund under way", "Refund to the buyer USD 100.00", "asked both")
	shows("ops", "/operations/appeals", "No appeal waits")
	untyped := m.order("CS2")
	shows("ops", "/operations/supervision?show=untyped", untyped)
	if w := submit(t, srv, "ops", "/operations/supervision/M1/"+untyped, nil, "do", "classify", "type", "saas", "channel", "enablement"); w.Code != 303 {
		t.Fatal(w.Code, w.Body)
	}
	m.do(untyped, SubmitRequest, DeliverService, AcceptDelivery)
	if w := submit(t, srv, "ops", "/operations/supervision/M1/"+untyped, nil, "do", "passReview"); w.Code != 303 {
		t.Fatal(w.Code, w.Body)
	}
	m.wants(untyped, Completing)
	m.clk.Set(october.Add(181 * day))
	shows("ops", "/operations/supervision", line)
	shows("ops", "/operations/supervision?number=CS2", untyped)
}

// TestRoutesKeepMerchantsApart asks every route as its owner, who gets an answer, and as somebody else, who does not.
func TestRoutesKeepMerchantsApart(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	srv := m.serve()
	line := m.typed("CS1", LicenseOffline, General)
	m.do(line, UploadProof)
	fill := strings.NewReplacer(":merchant", "M1", ":line", line, ":sha", m.detail(line).Papers[0].SHA)
	owner := map[web.Duty]string{web.Merchant: "seller", web.Operations: "ops", web.Marketplace: "market"}
	lists := map[string]bool{"supervision.merchant": true, "supervision.api.cases": true}
	for _, r := range NewHTTP(m.db, m.svc).Routes() {
		target := fill.Replace(r.Path)
		if r.Method == http.MethodGet {
			if w := ask(srv, owner[r.Duties[0]], "GET", target, "", ""); w.Code != http.StatusOK {
				t.Errorf("%s: its owner gets %d", r.Name, w.Code)
			}
		}
		if ask(srv, "", r.Method, target, "application/json", "{}").Code == http.StatusOK {
			t.Errorf("%s: nobody is let in", r.Name)
		}
		w := ask(srv, "stranger", r.Method, target, "application/json", `{"event":"uploadProof"}`)
		switch {
		case lists[r.Name]:
			if w.Code != http.StatusOK || strings.Contains(w.Body.String(), line) {
				t.Errorf("%s shows a stranger %d %s", r.Name, w.Code, w.Body)
			}
		case w.Code != http.StatusNotFound && w.Code != http.StatusForbidden:
			t.Errorf("%s: a stranger gets %d", r.Name, w.Code)
		}
	}
	if w := submit(t, srv, "seller", "/merchant/supervision/"+line, nil, "do", "accept"); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "SUP-STEP") {
		t.Errorf("a seller accepts for the buyer: %d", w.Code)
	}
}

func TestEveryPageHasItsWords(t *testing.T) {
	t.Parallel()
	for _, err := range web.CheckPages(false) {
		t.Error(err)
	}
	for _, key := range dynamicKeys() {
		for _, lang := range []string{"en", "zh", "pt"} {
			if text := words(lang, key); text == key || text == "" {
				t.Errorf("no words for %s", key)
			}
		}
	}
}

// dynamicKeys are the words whose keys are made of states.
func dynamicKeys() (out []string) {
	for _, s := range []Stage{Untyped, Request, Identify, Confirm, Claim, Activate, Deliver, Ship, Prove, Accept, Review, Completing, Refunding, Done, Refunded, Closed} {
		out = append(out, "sv.stage."+string(s), "sv.now."+string(s))
	}
	for _, e := range Events {
		out = append(out, "sv.event."+string(e))
	}
	for _, s := range steps {
		if (s.Who == Seller || s.Who == Platform) && s.Event != CourierReport {
			out = append(out, "sv.do."+string(s.Event))
		}
	}
	for _, x := range []string{"appeal", "appealClosed", "decided", "classify", "eraseContact", "overdue", "overdueUndecided", "overdueAccepted", "overdueRefund", "refunded", "ended"} {
		out = append(out, "sv.event."+x)
	}
	for _, x := range Types() {
		out = append(out, "sv.type."+string(x))
	}
	for _, x := range Channels {
		out = append(out, "sv.channel."+string(x))
	}
	for _, x := range []string{"buyer", "automatic", "review", "proof", "appeal", "overdue", "feed", "refund", "canceled", "failed"} {
		out = append(out, "sv.how."+x)
	}
	for _, x := range []Party{Buyer, Seller, Platform, System} {
		out = append(out, "sv.party."+string(x))
	}
	for _, x := range []string{OutcomeResume, OutcomeAccepted, OutcomeRefund, outcomeFeed} {
		out = append(out, "sv.outcome."+x)
	}
	return append(out, "sv.overdue.lead", "sv.phones.lead", "sv.untyped.lead", "sv.all.lead")
}

func TestAmbiguousLines(t *testing.T) {
	t.Parallel()
	m := newMarket(t, october)
	line := m.order("CS1")
	now := m.clk.Now().Format(stampForm)
	m.load(`{"kind":"merchant","merchantId":"M2","name":"Other","residence":"BR"}`, `{"kind":"product","merchantId":"M2","productId":"P11","name":"Other","platformFees":[{"rate":"0.15"}]}`,
		fmt.Sprintf(`{"kind":"order","orderId":"CS8","orderType":"NEW","createTime":"%s","merchantId":"M2","buyerInfo":{"customerId":"C","registrationRegion":"BR"},"orderLine":[{"orderLineId":"CS1-1","chargingMode":"ONE_TIME","productInfo":{"productId":"P11"},"amount":"1","currencyCode":"USD","serviceSupervision":true}]}`, now),
		fmt.Sprintf(`{"kind":"payment","orderId":"CS8","method":"CASH","collectingEntity":"5861","time":"%s"}`, now))
	srv := m.serve()
	m.api(srv, "market", "GET", "/api/v1/supervision/"+line, nil, 409, "SUP-AMBIGUOUS")
	m.api(srv, "market", "GET", "/api/v1/supervision/"+line+"?merchantId=M2", nil, 200, `"orderId":"CS8"`)
}

func words(lang, key string) string {
	text, _ := templates.Text(lang, key)
	return text
}
