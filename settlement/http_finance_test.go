package settlement_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/orders"
	"suanpan/settlement"
)

var people = map[string]*web.User{
	"ana":     {ID: "ana", Name: "Ana", Duties: []web.Duty{web.FinanceReview}},
	"lei":     {ID: "lei", Name: "Li Lei", Duties: []web.Duty{web.FinanceReview}},
	"both":    {ID: "both", Name: "Both", Duties: []web.Duty{web.FinanceReview, web.FinancePay}},
	"marta":   {ID: "marta", Name: "Marta", Duties: []web.Duty{web.FinancePay}},
	"somchai": {ID: "somchai", Name: "Somchai", Duties: []web.Duty{web.Operations}},
	"eva":     {ID: "eva", Name: "Eva", Duties: []web.Duty{web.Auditor}},
	"admin":   {ID: "admin", Name: "Admin", Duties: []web.Duty{web.Admin}},
	"seller":  {ID: "seller", Name: "Seller", Merchant: "M2", Duties: []web.Duty{web.Merchant}},
}

// office is the worked month, run, behind the console.
type office struct {
	t      *testing.T
	db     *pg.DB
	clk    *pgtest.Clock
	svc    *settlement.Service
	srv    *web.Server
	routes []web.Route
}

// plain is a form of a list that says only whose it is.
var plain = invoicing.Drawing{Ext: "txt", Name: "Text", Type: "text/plain", Draw: func(_ context.Context, _ *pg.Tx, d invoicing.Detail, _ fault.Lang, _ bool) ([]byte, error) {
	return []byte(d.List.Requisition), nil
}}

func open(t *testing.T) *office {
	t.Helper()
	ctx := context.Background()
	feed, err := os.ReadFile(filepath.Join("..", "internal", "sim", "testdata", "worked-month", "feed.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var kept [][]byte
	for _, line := range bytes.Split(feed, []byte("\n")) {
		if !bytes.Contains(line, []byte(`"kind":"payout"`)) || !bytes.Contains(line, []byte(`"cycle":"2026-10"`)) { // October is paid by the product, not outside it
			kept = append(kept, line)
		}
	}
	feed = bytes.Join(kept, []byte("\n"))
	db, clk := pgtest.NewAt(t, time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC))
	o := &office{t: t, db: db, clk: clk, svc: &settlement.Service{DB: db, Orders: &orders.Service{}, Invoicing: &invoicing.Service{}}}
	o.svc.Subscribe(&o.svc.Invoicing.Events)
	if rep, err := o.svc.Orders.Import(ctx, db, "test", bytes.NewReader(feed), orders.Options{}); err != nil || len(rep.Faults) > 0 {
		t.Fatal(err, rep.Faults)
	}
	for _, m := range []string{"2026-08", "2026-09", "2026-10"} {
		if _, err := o.svc.Run(ctx, period.MustMonth(m), settlement.RunOptions{User: "run"}); err != nil {
			t.Fatal(err)
		}
	}
	gctx, stop := context.WithCancel(ctx)
	t.Cleanup(stop)
	books := ledger.NewHTTP(db, ledger.NewGroup(gctx, db))
	books.Prove = o.svc.Verify
	o.routes = append(settlement.NewHTTP(db, o.svc, plain).Routes(), books.Routes()...)
	o.srv, err = web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: o.routes, Identify: func(c echo.Context) (*web.User, error) {
		return people[c.Request().Header.Get("X-Who")], nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var token = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

// ask sends a request as somebody; a form goes with the token and the cookie of a page that person was shown.
func (o *office) ask(who, method, target string, form url.Values) *httptest.ResponseRecorder {
	o.t.Helper()
	var cookies []*http.Cookie
	if form != nil && who != "" {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/nowhere", nil)
		r.Header.Set("X-Who", who)
		page := "/finance"
		if !people[who].Has(web.FinanceReview, web.FinancePay, web.Operations, web.Auditor) {
			page = "/ledger"
		}
		r.URL.Path = page
		o.srv.ServeHTTP(w, r)
		cookies = w.Result().Cookies()
		if m := token.FindStringSubmatch(w.Body.String()); m != nil {
			form.Set("_csrf", m[1])
		}
	}
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("X-Who", who)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	o.srv.ServeHTTP(w, r)
	return w
}

// sees demands a page that answers and shows each text.
func (o *office) sees(who, target string, texts ...string) string {
	o.t.Helper()
	w := o.ask(who, "GET", target, nil)
	if w.Code != http.StatusOK {
		o.t.Fatalf("%s %s: %d %s", who, target, w.Code, text(w))
	}
	for _, x := range texts {
		if !strings.Contains(w.Body.String(), x) {
			o.t.Errorf("%s does not show %q:\n%s", target, x, text(w))
		}
	}
	return w.Body.String()
}

// sends posts a form and demands a status; where it is a refusal, each text as well.
func (o *office) sends(who, target string, status int, form url.Values, texts ...string) string {
	o.t.Helper()
	w := o.ask(who, "POST", target, form)
	if w.Code != status {
		o.t.Fatalf("%s %s: %d, want %d: %s", who, target, w.Code, status, text(w))
	}
	for _, x := range texts {
		if !strings.Contains(w.Body.String(), x) {
			o.t.Errorf("%s does not say %q:\n%s", target, x, text(w))
		}
	}
	return w.Body.String()
}

var tags = regexp.MustCompile(`(?s)<[^>]*>|\n\s*\n`)

func text(w *httptest.ResponseRecorder) string {
	s := tags.ReplaceAllString(w.Body.String(), " ")
	return s[:min(len(s), 3000)]
}

func ticked(refs ...string) url.Values { return url.Values{"bill": refs} }

func with(v url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

const (
	m2Bill = "M2|5541-202610-M2-SGD"
	m2Page = "/finance/bills/M2/5541-202610-M2-SGD"
	m2Req  = "M2|REQ-5541-202610-M2"
	m2Road = "/finance/requisitions/M2/REQ-5541-202610-M2"
)

// answer sends the merchant's invoice to its list.
func (o *office) answer(merchant, requisition, number string) invoicing.Receipt {
	o.t.Helper()
	return o.answerOff(merchant, requisition, number, "0")
}

// answerOff sends an invoice that is off the list by so much.
func (o *office) answerOff(merchant, requisition, number, off string) invoicing.Receipt {
	o.t.Helper()
	o.clk.Add(24 * time.Hour)
	var out invoicing.Receipt
	err := o.db.InTx(context.Background(), pg.AsMerchant(merchant, "seller"), func(tx *pg.Tx) error {
		d, err := o.svc.Invoicing.Requisition(context.Background(), tx, merchant, requisition)
		if err != nil {
			return err
		}
		l := d.List
		c := invoicing.Send{Merchant: merchant, Requisition: requisition, ListAttached: true, Filled: map[string]string{}}
		for _, f := range l.Blank(nil) {
			c.Filled[f] = "+65 1234"
		}
		c.Invoices = []invoicing.Invoice{{
			Number: number, Date: period.DayOf(tx.Now, time.UTC), Currency: l.Currency, BillTo: l.EntityName, Issuer: l.MerchantName, AccountName: l.MerchantName,
			Requisitions: []string{requisition}, Period: l.PeriodText(), GrandTotal: l.Payable.Add(money.MustParse(off)), Format: "typed",
		}}
		out, err = o.svc.Invoicing.Submit(context.Background(), tx, c)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func (o *office) state(bill string) settlement.State {
	o.t.Helper()
	var s settlement.State
	err := o.db.ReadTx(context.Background(), pg.AsAuditor("test"), func(tx *pg.Tx) error {
		list, err := o.svc.Bills(context.Background(), tx, settlement.BillFilter{No: bill})
		if len(list) == 1 {
			s = list[0].State
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

func TestTheRoadOfABillToItsBankLine(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.sees("ana", "/finance?month=2026-10", "5541", "SGD\u00a0471.60", "BRL\u00a07,104.47", "JPY\u00a0197,538", "CLP\u00a091,053")
	o.sees("eva", "/finance/bills?month=2026-10&entity=5541", "5541-202610-M2-SGD", "SGD 471.60")
	o.sends("ana", "/finance/bills/confirm", 200, with(ticked(m2Bill), "do", "approve"), "Bills to approve: 1. Requisitions they become: 1.", "SGD 471.60")
	if s := o.state("5541-202610-M2-SGD"); s != settlement.PendingCountersign {
		t.Fatal("a page that only shows what would happen changed the bill to", s)
	}
	o.sends("ana", "/finance/bills/do", 303, with(ticked(m2Bill), "do", "approve"))
	o.sees("ana", m2Page, "Waits for invoices", "REQ-5541-202610-M2", "471.600458334135", "2026-11-26 00:00 UTC")
	o.sends("ana", "/finance/bills/do", 409, with(ticked(m2Bill), "do", "approve"), "BILL-STATE")

	if got := o.answer("M2", "REQ-5541-202610-M2", "INV-1"); got.Submission.Verdict.Outcome != invoicing.Accepted {
		t.Fatal(got.Submission.Verdict.All())
	}
	o.sees("eva", m2Road, "INV-1", "accepted", "SGD 471.60", "SGD 0.00")
	o.sends("ana", "/finance/requisitions/confirm", 200, with(ticked(m2Req), "do", "approve-payment"), "Requisitions to approve for payment: 1 (SGD\u00a0471.60)")
	o.sends("ana", "/finance/requisitions/approve", 303, ticked(m2Req))
	o.sends("marta", "/finance/requisitions/pay", 422, with(ticked(m2Req), "valueDate", "tomorrow"), "SET-DAY")
	o.sends("marta", "/finance/requisitions/pay", 303, with(ticked(m2Req), "valueDate", "2026-11-27"))
	o.sees("marta", m2Road, "PAY-5541-202610-M2", "in transit")

	o.sends("marta", m2Road+"/bank", 422, url.Values{"payment": {"PAY-5541-202610-M2"}}, "SET-REFERENCE", "SET-DAY", "SET-AMOUNT")
	o.sends("marta", m2Road+"/bank", 409, with(url.Values{}, "payment", "PAY-5541-202610-M2", "reference", "B77", "date", "2026-11-28", "amount", "471.61"), "PAY-AMOUNT", `value="B77"`)
	o.sends("marta", m2Road+"/bank", 422, with(url.Values{}, "payment", "PAY-5541-202610-M2", "reference", "B77", "date", "2026-11-28", "amount", "471.60"), "PAY-BANK-FUTURE", "2026-11-28")
	o.clk.Set(time.Date(2026, 11, 27, 16, 0, 0, 0, time.UTC)) // the 28th in Singapore
	o.sends("marta", m2Road+"/bank", 303, with(url.Values{}, "payment", "PAY-5541-202610-M2", "reference", "B77", "date", "2026-11-28", "amount", "471.60"))
	o.sees("eva", m2Page, "Completed", "In payment")
	if s := o.state("5541-202610-M2-SGD"); s != settlement.Done {
		t.Error("the bill is", s)
	}
	o.sends("eva", "/ledger/verify", 200, url.Values{}, "The books are right")
}

func TestWhoApprovesDoesNotPay(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.sends("both", "/finance/bills/do", 303, with(ticked(m2Bill), "do", "approve"))
	o.answer("M2", "REQ-5541-202610-M2", "INV-1")
	o.sends("lei", "/finance/requisitions/approve", 303, ticked(m2Req))
	o.sends("both", "/finance/requisitions/confirm", 200, with(ticked(m2Req), "do", "pay"), "You approved this")
	o.sends("both", "/finance/requisitions/pay", 403, with(ticked(m2Req), "valueDate", "2026-11-27"), "PAY-SAME-PERSON")
	o.sends("ana", "/finance/requisitions/pay", 403, with(ticked(m2Req), "valueDate", "2026-11-27"), "DUTY")
	o.sends("marta", "/finance/requisitions/approve", 403, ticked(m2Req), "DUTY")
	o.sends("marta", "/finance/requisitions/pay", 303, with(ticked(m2Req), "valueDate", "2026-11-27"))
	o.sends("marta", m2Road+"/return", 422, url.Values{"payment": {"PAY-5541-202610-M2"}, "reason": {"no"}}, "SET-REASON")
	o.sends("marta", m2Road+"/return", 303, url.Values{"payment": {"PAY-5541-202610-M2"}, "reason": {"the bank sent it back"}})
	o.sees("eva", m2Road, "taken back", "the bank sent it back")
}

func TestAnAcceptanceIsRevokedByTwo(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.sends("ana", "/finance/bills/do", 303, with(ticked(m2Bill), "do", "approve"))
	o.sends("ana", m2Road+"/revoke", 409, url.Values{"reason": {"accepted by mistake"}}, "REQ-STATE")
	o.answer("M2", "REQ-5541-202610-M2", "INV-1")
	o.sends("ana", m2Road+"/revoke", 422, url.Values{"reason": {"short"}}, "INV-REASON")
	o.sends("ana", m2Road+"/revoke", 303, url.Values{"reason": {"accepted by mistake"}})
	o.sends("lei", m2Road+"/revoke", 409, url.Values{"reason": {"accepted by mistake too"}}, "REVOKE-OPEN")
	o.sees("lei", "/finance", "REQ-5541-202610-M2: a revocation waits for its second person")
	o.sends("ana", m2Road+"/revoke/confirm", 403, url.Values{}, "EYES-SAME")
	o.sees("lei", m2Road, "accepted by mistake", "Revoke the acceptance")
	o.sends("lei", m2Road+"/revoke/confirm", 303, url.Values{})
	o.sees("eva", m2Road, "Waits for invoices", "acceptance revoked", "ana, lei")
	o.sends("lei", m2Road+"/revoke/confirm", 409, url.Values{}, "REVOKE-NONE")
	if got := o.answer("M2", "REQ-5541-202610-M2", "INV-1"); got.Submission.Verdict.Outcome != invoicing.Accepted {
		t.Error("the number is not free:", got.Submission.Verdict.All())
	}
	o.sends("ana", m2Road+"/revoke", 303, url.Values{"reason": {"accepted by mistake"}})
	o.sends("ana", m2Road+"/revoke/drop", 303, url.Values{})
	if s := o.state("5541-202610-M2-SGD"); s != settlement.RequisitionProcessing {
		t.Error("a dropped proposal left the bill", s)
	}
}

func TestManyBillsAreApprovedAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	all := with(url.Values{}, "all", "yes", "month", "2026-10", "do", "approve")
	page := o.sends("ana", "/finance/bills/confirm", 200, all, "Bills to approve: 6. Requisitions they become: 6.", "Left out", "5861-202610-M6-EUR")
	form := url.Values{"do": {"approve"}}
	for _, m := range regexp.MustCompile(`name="bill" value="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		form.Add("bill", m[1])
	}
	if len(form["bill"]) != 6 {
		t.Fatal(form)
	}
	bad := url.Values{"do": {"approve"}, "bill": append([]string{"M6|5861-202610-M6-EUR"}, form["bill"]...)}
	o.sends("ana", "/finance/bills/do", 409, bad, "BILL-STATE", "5861-202610-M6-EUR")
	if s := o.state("5541-202610-M2-SGD"); s != settlement.PendingCountersign {
		t.Fatal("a refused bulk approval left a bill", s)
	}
	o.sends("ana", "/finance/bills/do", 303, form)
	o.sees("eva", "/finance/requisitions", "REQ-5861-202610-M1", "REQ-5531-202610-M4", "HKD 2,507.20")
	o.sends("ana", "/finance/bills/do", 422, url.Values{"do": {"approve"}}, "SET-BULK")
}

func TestBillsAreSentBackAndWithdrawnWithAReason(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.sends("ana", "/finance/bills/do", 422, with(ticked(m2Bill), "do", "reject"), "SET-REASON")
	o.sends("ana", "/finance/bills/do", 303, with(ticked(m2Bill), "do", "reject", "reason", "fee under discussion"))
	o.sees("eva", m2Page, "Sent back", "fee under discussion")
	o.sees("ana", "/finance?month=2026-10", "Sent back: 1")
	o.sends("ana", "/finance/bills/do", 409, with(ticked(m2Bill), "do", "withdraw", "reason", "rate was wrong"), "SET-UNSETTLE")
	o.sends("ana", "/finance/bills/do", 303, with(ticked("M1|5861-202610-M1-BRL"), "do", "withdraw", "reason", "rate was wrong"))
	o.sees("eva", "/finance/bills/M1/5861-202610-M1-BRL", "This bill was withdrawn", "rate was wrong")
	o.sends("eva", "/ledger/verify", 200, url.Values{}, "The books are right")
}

func TestTheEntitiesAreNettedOncePerCurrency(t *testing.T) {
	t.Parallel()
	o := open(t)
	var n settlement.Netting
	err := o.db.ReadTx(context.Background(), pg.AsAuditor("test"), func(tx *pg.Tx) (err error) {
		n, err = o.svc.Net(context.Background(), tx, period.MustMonth("2026-10"))
		return err
	})
	if err != nil || len(n.Proposal.Transfers) == 0 {
		t.Fatal(err, n)
	}
	first := n.Proposal.Transfers[0]
	form := url.Values{"month": {"2026-10"}, "currency": {string(first.Currency)}}
	o.sees("marta", "/finance/net?month=2026-10", money.New(first.Amount, first.Currency).String(), "Post the netting in "+string(first.Currency))
	o.sends("ana", "/finance/net", 403, form, "DUTY")
	o.sends("marta", "/finance/net", 303, form)
	o.sends("marta", "/finance/net", 409, form, "NET-DONE")
	o.sees("eva", "/finance/net?month=2026-10", "posted")
}

func TestHeldLinesAreCountedByReason(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.sees("somchai", "/finance?month=2026-10", `href="/finance/entity.pdf?entity=5541&amp;month=2026-10"`, "/finance/workbook.xlsx?month=2026-10")
	o.sees("somchai", "/finance/held?month=2026-10", "Choose an entity")
	var codes []string
	for _, e := range []string{"5531", "5541", "5821", "5861"} {
		page := o.sees("somchai", "/finance/held?month=2026-10&entity="+e)
		for _, m := range regexp.MustCompile(`reason=([A-Z_]+)`).FindAllStringSubmatch(page, -1) {
			codes = append(codes, m[1])
			if strings.Contains(o.sees("somchai", "/finance/held?month=2026-10&entity="+e+"&reason="+m[1]), "finance.why.") {
				t.Errorf("reason %s has no words", m[1])
			}
		}
	}
	if len(codes) == 0 {
		t.Error("nothing is held in the worked month")
	}
}

func TestALateSubmissionIsDecidedWithAReason(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.sends("ana", "/finance/bills/do", 303, with(ticked(m2Bill), "do", "approve"))
	o.clk.Add(70 * 24 * time.Hour)
	if got := o.answer("M2", "REQ-5541-202610-M2", "INV-1"); got.Submission.Verdict.Outcome != invoicing.Late {
		t.Fatal(got.Submission.Verdict.Outcome, got.Submission.Verdict.All())
	}
	o.sees("ana", "/finance/late", "REQ-5541-202610-M2", "INV-1", "Take it")
	if strings.Contains(o.sees("somchai", "/finance/late"), "Take it") {
		t.Error("operations may only look")
	}
	place := "/finance/late/M2/REQ-5541-202610-M2/1"
	o.sends("ana", place, 422, url.Values{"do": {"allow"}, "reason": {"no"}}, "INV-REASON")
	o.sends("ana", place, 303, url.Values{"do": {"allow"}, "reason": {"public holidays in between"}})
	o.sees("eva", m2Road, "late submission taken", "public holidays in between", "To approve")
	o.sends("ana", place, 409, url.Values{"do": {"allow"}, "reason": {"public holidays in between"}}, "INV-NOT-LATE")
}
