package settlement_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/doc"
	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/invoicing/draft"
	"suanpan/orders"
	"suanpan/settlement"
)

// shop is the worked month, run and approved, with the merchants' pages on it.
type shop struct {
	t      *testing.T
	db     *pg.DB
	clock  *pgtest.Clock
	server *web.Server
	routes []web.Route
	inv    *invoicing.Service
}

const (
	list2 = "REQ-5541-202610-M2"
	bill2 = "5541-202610-M2-SGD"
)

func openShop(t *testing.T) *shop {
	t.Helper()
	ctx := context.Background()
	db, clock := pgtest.NewAt(t, time.Date(2026, 11, 16, 3, 0, 0, 0, time.UTC))
	inv := &invoicing.Service{}
	svc := &settlement.Service{DB: db, Orders: &orders.Service{}, Invoicing: inv}
	svc.Subscribe(&inv.Events)
	feed, err := os.ReadFile("../internal/sim/testdata/worked-month/feed.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	feed = regexp.MustCompile(`(?m)^.*"cycle":"2026-10".*"kind":"payout".*\n`).ReplaceAll(feed, nil) // October is paid by the product, not outside it
	if rep, err := svc.Orders.Import(ctx, db, "test", bytes.NewReader(feed), orders.Options{KeepGoing: true}); err != nil {
		t.Fatal(err, rep.Faults)
	}
	for _, m := range []string{"2026-08", "2026-09", "2026-10"} {
		if _, err := svc.Run(ctx, period.MustMonth(m), settlement.RunOptions{User: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	err = db.InTx(ctx, pg.AsStaff("usr_reviewer"), func(tx *pg.Tx) error {
		bills, err := svc.Bills(ctx, tx, settlement.BillFilter{Month: period.MustMonth("2026-10"), State: settlement.PendingCountersign})
		if err != nil {
			return err
		}
		var refs []settlement.BillRef
		for _, b := range bills {
			refs = append(refs, settlement.BillRef{Merchant: b.Merchant, No: b.No})
		}
		if err := svc.Countersign(ctx, tx, refs...); err != nil {
			return err
		}
		_, err = svc.Approve(ctx, tx, refs...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, db: db, clock: clock, inv: inv}
	drawing := invoicing.Drawing{Ext: "pdf", Name: "PDF", Type: "application/pdf", Draw: func(_ context.Context, _ *pg.Tx, d invoicing.Detail, _ fault.Lang, _ bool) ([]byte, error) {
		return []byte("%PDF-" + d.Number), nil
	}}
	lists := invoicing.NewHTTP(db, inv, drawing)
	lists.Drafts = true
	s.routes = append(settlement.NewMerchantHTTP(db, svc).Routes(), lists.Routes()...)
	fonts, _ := doc.FindFonts("")
	s.routes = append(s.routes, draft.NewHTTP(db, &draft.Service{Invoicing: inv}, fonts).Routes()...)
	s.server, err = web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: s.routes, Identify: func(c echo.Context) (*web.User, error) {
		m := c.Request().Header.Get("X-Merchant")
		if m == "" {
			return nil, nil //nolint:nilnil // nobody
		}
		return &web.User{ID: "usr_" + m, Name: "Seller", Merchant: m, Duties: []web.Duty{web.Merchant}, ByToken: true}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends a request in a merchant's name. A body that is a *form goes as multipart, a string as JSON.
func (s *shop) ask(merchant, method, target string, body any, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, target, nil)
	switch b := body.(type) {
	case form:
		buf, kind := b.encode(s.t)
		r = httptest.NewRequest(method, target, buf)
		r.Header.Set("Content-Type", kind)
	case string:
		r = httptest.NewRequest(method, target, strings.NewReader(b))
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("X-Merchant", merchant)
	r.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	return w
}

// form is a multipart form: names that end in .xml or .pdf are files of the field "files".
type form map[string]string

func (f form) encode(t *testing.T) (*bytes.Buffer, string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, v := range f {
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".pdf") {
			w, err := m.CreateFormFile("files", name)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write([]byte(v))
			continue
		}
		_ = m.WriteField(name, v)
	}
	_ = m.Close()
	return &b, m.FormDataContentType()
}

// ubl is a small electronic invoice of merchant M2, over a total, dated on a day.
func ubl(number, day, buyer, total string) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>%s</cbc:ID><cbc:IssueDate>%s</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:Note>%s / 202610</cbc:Note><cbc:DocumentCurrencyCode>SGD</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Lion City Software Pte. Ltd.</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>%s</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>SG1</cbc:ID><cbc:Name>Lion City Software Pte. Ltd.</cbc:Name></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="SGD">0.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="SGD">%[5]s</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="SGD">%[5]s</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="SGD">%[5]s</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine></Invoice>`, number, day, list2, buyer, total)
}

func (s *shop) payer() string {
	s.t.Helper()
	var d struct {
		List struct {
			EntityName string `json:"entityName"`
		} `json:"list"`
	}
	w := s.ask("M2", "GET", "/api/v1/requisitions/"+list2, nil)
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || d.List.EntityName == "" {
		s.t.Fatal(w.Code, err, w.Body)
	}
	return d.List.EntityName
}

// starred fills in whatever the list leaves blank.
func (s *shop) starred(f form) form {
	s.t.Helper()
	page := s.ask("M2", "GET", "/requisitions/"+list2, nil).Body.String()
	for _, m := range regexp.MustCompile(`name="(f\.[a-z_]+)"`).FindAllStringSubmatch(page, -1) {
		f[m[1]] = "201812345K"
	}
	return f
}

// TestEveryMerchantRouteBelongsToItsMerchant walks the routes: the owner finds its data, a stranger nothing.
func TestEveryMerchantRouteBelongsToItsMerchant(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sent := s.ask("M2", "POST", "/requisitions/"+list2+"/invoices", form{"a.xml": ubl("LC-1", "2026-11-16", "Somebody", "471.61")})
	if sent.Code != http.StatusSeeOther {
		t.Fatal(sent.Code, sent.Body)
	}
	sha := regexp.MustCompile(`/files/([0-9a-f]{64})`).FindStringSubmatch(s.ask("M2", "GET", "/requisitions/"+list2, nil).Body.String())
	if sha == nil {
		t.Fatal("the file is not linked")
	}
	typed := `{"invoices":[{"number":"LC-2","date":"2026-11-16","currency":"SGD","grandTotal":"1","requisitions":["` + list2 + `"]}]}`
	bodies := map[string]any{
		"invoicing.check": form{"t0.number": "LC-9", "t0.grandTotal": "1"}, "invoicing.send": form{"t0.number": "LC-8", "t0.grandTotal": "1"},
		"invoicing.api.check": typed, "invoicing.api.send": typed,
	}
	mine := map[string]string{"merchant.home": list2, "merchant.bills": bill2, "merchant.why": "O-203", "merchant.api.bills": bill2, "invoicing.lists": list2, "invoicing.api.lists": list2}
	for _, r := range s.routes {
		t.Run(r.Name, func(t *testing.T) {
			no := list2
			if strings.Contains(r.Path, "bills/") {
				no = bill2
			}
			target := strings.NewReplacer(":sha", sha[1], ":id", "O-203", ":no", no, ":form", "ubl", ":n", "1").Replace(r.Path)
			got := s.ask("M2", r.Method, target, bodies[r.Name])
			if got.Code >= 400 || (got.Body.Len() == 0 && got.Code != http.StatusSeeOther) {
				t.Fatalf("the owner gets %d at %s: %.300s", got.Code, target, got.Body)
			}
			other := s.ask("M5", r.Method, target, bodies[r.Name])
			part, shared := mine[r.Name]
			switch {
			case !shared && other.Code != http.StatusNotFound:
				t.Errorf("a stranger gets %d at %s", other.Code, target)
			case shared && (other.Code != http.StatusOK || strings.Contains(other.Body.String(), part) || !strings.Contains(got.Body.String(), part)):
				t.Errorf("%s: the owner has to see %s, a stranger not (%d)", target, part, other.Code)
			}
			if nobody := s.ask("", r.Method, target, bodies[r.Name], "Accept", "application/json"); nobody.Code != http.StatusUnauthorized {
				t.Errorf("nobody gets %d", nobody.Code)
			}
		})
	}
}

func TestAnInvoiceIsRefusedCorrectedAndAccepted(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	buyer := s.payer()
	address := "/requisitions/" + list2
	check := s.ask("M2", "POST", address+"/check", s.starred(form{"a.xml": ubl("LC-1", "2026-11-16", buyer, "471.60")}))
	if check.Code != 200 || !strings.Contains(check.Body.String(), "Nothing was sent") || !strings.Contains(check.Body.String(), "Send it as it is") {
		t.Fatal(check.Code, check.Body)
	}
	if page := s.ask("M2", "GET", address, nil).Body.String(); !strings.Contains(page, "Nothing was sent yet") {
		t.Error("a check left something behind")
	}
	wrong := s.ask("M2", "POST", address+"/invoices", s.starred(form{"a.xml": ubl("LC-1", "2026-11-16", "Wrong Buyer Ltd", "471.61")}))
	if wrong.Code != http.StatusSeeOther {
		t.Fatal(wrong.Code, wrong.Body)
	}
	verdict := s.ask("M2", "GET", wrong.Header().Get("Location"), nil).Body.String()
	for _, part := range []string{"INV-TOTAL", "INV-ENTITY", "&#43;0.01", "Wrong Buyer Ltd", `class="bad"`, "/Invoice/"} {
		if !strings.Contains(verdict, part) {
			t.Errorf("the verdict does not show %s", part)
		}
	}
	right := s.ask("M2", "POST", address+"/invoices", form{"a.xml": ubl("LC-1", "2026-11-16", buyer, "471.60")})
	verdict = s.ask("M2", "GET", right.Header().Get("Location"), nil, "Accept-Language", "pt").Body.String()
	if !strings.Contains(verdict, "Não há mais nada a fazer") {
		t.Error(verdict)
	}
	if bill := s.ask("M2", "GET", "/bills/"+bill2, nil).Body.String(); !strings.Contains(bill, "Invoice accepted") || !strings.Contains(bill, "471.60") {
		t.Error("the bill does not know: ", bill)
	}
}

func TestAKeyThatComesAgainSendsNothingTwice(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	address, buyer := "/api/v1/requisitions/"+list2+"/invoices", s.payer()
	body := s.starred(form{"a.xml": ubl("LC-1", "2026-11-16", buyer, "471.60")})
	first := s.ask("M2", "POST", address, body, "Idempotency-Key", "k1")
	again := s.ask("M2", "POST", address, body, "Idempotency-Key", "k1")
	if first.Code != 201 || again.Code != 200 || again.Header().Get("Idempotency-Replayed") != "true" {
		t.Fatal(first.Code, first.Body, again.Code, again.Body)
	}
	var a, b invoicing.ReceiptJSON
	_ = json.Unmarshal(first.Body.Bytes(), &a)
	_ = json.Unmarshal(again.Body.Bytes(), &b)
	if a.Submission != 1 || b.Submission != 1 || b.Verdict.Outcome != invoicing.Accepted || len(b.Verdict.Invoices) != 1 {
		t.Errorf("%+v\n%+v", a, b)
	}
	other := s.ask("M2", "POST", address, form{"a.xml": ubl("LC-2", "2026-11-16", buyer, "471.60")}, "Idempotency-Key", "k1")
	if other.Code != http.StatusConflict || !strings.Contains(other.Body.String(), "INV-IDEMPOTENCY") {
		t.Error(other.Code, other.Body)
	}
	if new := s.ask("M2", "POST", address, body, "Idempotency-Key", "k2"); new.Code != 201 || !strings.Contains(new.Body.String(), "INV-DUPLICATE") {
		t.Error("the same invoice under a new key:", new.Code, new.Body)
	}
}

func TestWhatCannotBeReadIsSaidAndTheRestOfTheFormStays(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	w := s.ask("M2", "POST", "/requisitions/"+list2+"/invoices", form{
		"bad.pdf": "%PDF-1.4 nothing", "good.xml": ubl("LC-1", "2026-11-16", "X", "1"), "t0.number": "LC-7", "t0.date": "soon", "t0.grandTotal": "1,5", "more": "yes",
	})
	page := w.Body.String()
	for _, part := range []string{"bad.pdf", "good.xml (uploaded before)", "INV-TYPED-DATE", "INV-TYPED-AMOUNT", `value="LC-7"`, `value="1,5"`, `name="more" value="yes" checked`} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if w.Code != http.StatusUnprocessableEntity {
		t.Error(w.Code)
	}
	if strings.Contains(page, "bad.pdf (uploaded before)") {
		t.Error("what cannot be read would be sent again")
	}
}

func TestWhyInTheMerchantsLanguage(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	for name, each := range map[string]struct {
		merchant, query, lang string
		status                int
		want, never           []string
	}{
		"billed":                    {"M2", "id=O-201", "en", 200, []string{"Billed", bill2, "/requisitions/" + list2}, nil},
		"held, with its date":       {"M2", "id=O-206", "pt", 200, []string{"O cliente não pagou", "não se sabe até que", "PAYMENT_NOT_COMPLETED"}, nil},
		"never billed":              {"M2", "id=O-204", "zh", 200, []string{"试用订单", "不出账"}, nil},
		"credit, without figures":   {"M4", "id=O-403", "en", 200, []string{"credit of that cycle is not fully repaid"}, []string{"140", "220"}},
		"not certified":             {"M7", "id=O-701", "en", 200, []string{"You are not certified", "You can change that"}, nil},
		"another's line":            {"M4", "id=O-206", "en", 404, []string{"never received"}, []string{"PAYMENT_NOT_COMPLETED"}},
		"an id nobody sent":         {"M2", "id=O-999", "en", 404, []string{"O-999 was never received"}, nil},
		"no month":                  {"M2", "month=soon", "en", 422, []string{"is no month"}, nil},
		"a merchant, no month":      {"M2", "id=M2", "en", 422, []string{"M2 is a merchant", "2026-10", `aria-invalid="true"`}, []string{"never received"}},
		"another merchant":          {"M4", "id=M2", "en", 404, []string{"M2 was never received"}, nil},
		"a month without a sale":    {"M2", "month=2020-01", "en", 200, nil, []string{"never received"}},
		"a whole month":             {"M2", "month=2026-10", "en", 200, []string{"O-203", "O-206", "O-201"}, nil},
		"nothing asked: what waits": {"M2", "", "en", 200, []string{"O-206", "Left off by the last run"}, []string{"O-204"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := s.ask(each.merchant, "GET", "/why?"+each.query, nil, "Accept-Language", each.lang)
			body := w.Body.String()
			if w.Code != each.status {
				t.Errorf("got %d, want %d", w.Code, each.status)
			}
			for _, part := range each.want {
				if !strings.Contains(body, part) {
					t.Errorf("lacks %q: %s", part, body[strings.Index(body, "<main"):])
				}
			}
			for _, part := range each.never {
				if strings.Contains(body, part) {
					t.Errorf("shows %q", part)
				}
			}
		})
	}
}
