package buyerinvoices

import (
	"bytes"
	"log/slog"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"suanpan/internal/web"
)

var people = map[string]*web.User{
	"seller":   {ID: "seller", Merchant: "M1", Duties: []web.Duty{web.Merchant}, ByToken: true},
	"stranger": {ID: "stranger", Merchant: "M2", Duties: []web.Duty{web.Merchant}, ByToken: true},
	"market":   {ID: "market", Duties: []web.Duty{web.Marketplace}, ByToken: true},
	"somchai":  {ID: "somchai", Duties: []web.Duty{web.Operations}, ByToken: true},
}

func TestTheAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	routes := NewHTTP(w.db, w.svc).Routes()
	srv, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: routes, Identify: func(c echo.Context) (*web.User, error) {
		return people[c.Request().Header.Get("X-Who")], nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	send := func(who, method, target, kind string, body *bytes.Buffer) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, target, body)
		r.Header.Set("X-Who", who)
		r.Header.Set("Content-Type", kind)
		out := httptest.NewRecorder()
		srv.ServeHTTP(out, r)
		return out
	}
	wants := func(who, method, target, body string, status int, text string) {
		t.Helper()
		if got := send(who, method, target, "application/json", bytes.NewBufferString(body)); got.Code != status || !strings.Contains(got.Body.String(), text) {
			t.Errorf("%s %s as %s: %d %s, want %d and %s", method, target, who, got.Code, got.Body, status, text)
		}
	}
	const base = "/api/v1/buyer-invoices"
	wants("market", "POST", base, `{"requestId":"B1","orderId":"O1","form":"parchment"}`, 422, "form")
	wants("market", "POST", base, `{"requestId":"B1","orderId":"O1","form":"paper"}`, 200, `"state":"requested"`)
	for _, r := range routes { // each belongs to its people, and to its merchant
		target := strings.Replace(r.Path, ":id", "B1", 1)
		wants("somchai", r.Method, target, `{}`, 403, "DUTY")
		wants("", r.Method, target, `{}`, 401, "LOGIN-NEEDED")
		if r.Path != base {
			wants("stranger", r.Method, target, `{"reason":"x","invoiceNumber":"x","carrier":"x","trackingNumber":"x"}`, 404, "BIN-UNKNOWN")
			wants("market", r.Method, strings.Replace(r.Path, ":id", "none", 1), `{}`, 404, "BIN-UNKNOWN")
		}
	}
	wants("seller", "POST", base+"/B1/issue", `{"invoiceNumber":"I-1"}`, 200, `"state":"issued"`)
	wants("market", "POST", base+"/B1/return", `{"reason":"refund"}`, 422, "BIN-PARCEL")

	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	_ = m.WriteField("reason", "refund")
	_ = m.WriteField("vatDeducted", "true")
	f, err := m.CreateFormFile("files", "proof.pdf")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write([]byte("%PDF-"))
	_ = m.Close()
	if got := send("seller", "POST", base+"/B1/return", m.FormDataContentType(), &form); got.Code != 200 || !strings.Contains(got.Body.String(), `"vatDeducted":true`) {
		t.Errorf("returned with proof: %d %s", got.Code, got.Body)
	}
	wants("seller", "GET", base+"/B1", "", 200, `"state":"returned"`)
	wants("market", "POST", base, `{"requestId":"B2","orderId":"O1","form":"electronic"}`, 200, `"state":"requested"`)
	wants("market", "POST", base+"/B2/cancel", `{"reason":"mistake"}`, 200, `"state":"cancelled"`)
}
