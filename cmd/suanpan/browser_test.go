package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"suanpan/internal/auth"
	"suanpan/internal/doc"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/internal/pg/pgtest"
	"suanpan/internal/web"
	"suanpan/invoicing"
	"suanpan/invoicing/draft"
	"suanpan/orders"
	"suanpan/settlement"
)

const (
	browserLogin    = "lion"
	browserPassword = "a long word for tests"
	browserList     = "REQ-5541-202610-M2"
	browserHeld     = "O-206"
)

// TestAMerchantsWholePathInABrowser goes the way a merchant goes: in, to the list, a wrong invoice, the refusal, the right one, and the
// question why another line is held. Scripts are off, as the pages themselves ask.
func TestAMerchantsWholePathInABrowser(t *testing.T) {
	t.Parallel()
	b := openBrowser(t, serveMonth(t))
	b.do("log in",
		chromedp.Navigate(b.url+"/"), arrived(`#f-login`),
		chromedp.SendKeys(`#f-login`, browserLogin), chromedp.SendKeys(`#f-password`, browserPassword+kb.Enter),
		arrived(`#waits`))
	b.see(`main`, browserList, "SGD 471.60", "2026-12-16", "Waits for your invoice")

	b.do("open the list", chromedp.Click(`//a[text()="`+browserList+`"]`, chromedp.BySearch), arrived(`#send`))
	b.see(`main`, "SGD 471.60", "Lion City Software Pte. Ltd.", "Send your invoice over SGD 471.60")
	payer := b.text(`//dt[contains(., "Bill to")]/following-sibling::dd/span`)
	b.keyboardOrder()

	b.do("send a wrong invoice", chromedp.SetUploadFiles(`#f-files`, []string{b.invoice("LC-1", payer, "471.61")}), b.fillStarred(),
		chromedp.Click(`button.primary[formaction]`), arrived(`#found`))
	b.see(`main`, "Refused", "INV-TOTAL", "difference SGD +0.01", "LC-1", "correct this")

	b.do("back to the form", chromedp.Click(`a.button`), arrived(`#send`))
	b.see(`main`, "What you sent last was refused")
	b.do("check the right one first", chromedp.SetUploadFiles(`#f-files`, []string{b.invoice("LC-1", payer, "471.60")}),
		chromedp.Click(`button[name=do]`), arrived(`table.compare`))
	b.see(`main`, "Nothing was sent.", "Accepted")
	b.do("send what was checked", chromedp.Click(`main form button.primary`), arrived(`main > dl.terms`))
	b.see(`main`, "The invoices answer the list over SGD 471.60")

	b.do("ask why a line is held", chromedp.Click(`//nav//a[@href="/why"]`, chromedp.BySearch), arrived(`#f-id`),
		chromedp.SendKeys(`#f-id`, browserHeld+kb.Enter), arrived(`.answer`))
	b.see(`.answer`, browserHeld, "The customer has not paid", "unknown until")

	b.everyPage("wide")
	b.do("as a phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	b.everyPage("phone")
}

// workedMonth is a database with the worked month, its bills approved, and a log-in for each of three merchants.
func workedMonth(t *testing.T) (*pg.DB, *settlement.Service, *invoicing.Service) {
	t.Helper()
	ctx := context.Background()
	db, _ := pgtest.NewAt(t, time.Date(2026, 11, 16, 3, 0, 0, 0, time.UTC))
	inv := &invoicing.Service{}
	svc := &settlement.Service{DB: db, Orders: &orders.Service{}, Invoicing: inv}
	svc.Subscribe(&inv.Events)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	feed, err := os.ReadFile(filepath.Join("..", "..", "internal", "sim", "testdata", "worked-month", "feed.ndjson"))
	must(err)
	feed = regexp.MustCompile(`(?m)^.*"cycle":"2026-10".*"kind":"payout".*\n`).ReplaceAll(feed, nil) // October is paid by the product, not outside it
	_, err = svc.Orders.Import(ctx, db, "test", bytes.NewReader(feed), orders.Options{KeepGoing: true})
	must(err)
	for _, m := range []string{"2026-08", "2026-09", "2026-10"} {
		_, err = svc.Run(ctx, period.MustMonth(m), settlement.RunOptions{User: "test"})
		must(err)
	}
	must(db.InTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error {
		for login, merchant := range map[string]string{browserLogin: "M2", "ipe": "M1", "andes": "M3"} {
			_, err := auth.CreateUser(ctx, tx, time.Now(), auth.NewUser{Login: login, Name: merchant, Merchant: merchant, Duties: []auth.Duty{web.Merchant}, Password: browserPassword})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	must(db.InTx(ctx, pg.AsStaff("usr_reviewer"), func(tx *pg.Tx) error {
		bills, err := svc.Bills(ctx, tx, settlement.BillFilter{Month: period.MustMonth("2026-10"), State: settlement.PendingCountersign})
		var refs []settlement.BillRef
		for _, b := range bills {
			refs = append(refs, settlement.BillRef{Merchant: b.Merchant, No: b.No})
		}
		if err == nil {
			err = svc.Countersign(ctx, tx, refs...)
		}
		if err == nil {
			_, err = svc.Approve(ctx, tx, refs...)
		}
		return err
	}))
	return db, svc, inv
}

// serveMonth runs the merchants' console on the worked month.
func serveMonth(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	db, svc, inv := workedMonth(t)
	who := auth.New(db, auth.Options{})
	lists := invoicing.NewHTTP(db, inv)
	lists.Drafts = true
	fonts, _ := doc.FindFonts("")
	routes := append(who.Routes(), settlement.NewMerchantHTTP(db, svc).Routes()...)
	routes = append(routes, lists.Routes()...)
	routes = append(routes, draft.NewHTTP(db, &draft.Service{Invoicing: inv}, fonts).Routes()...)
	server, err := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Routes: (&session{}).withHome(routes), Sections: sections, Identify: who.Identify, Grace: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, ln) }()
	t.Cleanup(func() { stop(); <-done })
	return "http://" + ln.Addr().String()
}

// browser is one tab; pictures of every step are written where the test fails, or always into SUANPAN_SCREENSHOTS.
type browser struct {
	t     *testing.T
	ctx   context.Context
	url   string
	dir   string
	n     int
	shots map[string][]byte
}

// browserPath finds a browser as it is called where we run.
func browserPath() string {
	for _, name := range []string{os.Getenv("CHROME_BIN"), "chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if p, err := exec.LookPath(name); name != "" && err == nil {
			return p
		}
	}
	return ""
}

func openBrowser(t *testing.T, url string) *browser {
	t.Helper()
	path := browserPath()
	if path == "" {
		t.Fatal("no browser: apt-get install -y --no-install-recommends chromium, or brew install --cask google-chrome, or set CHROME_BIN")
	}
	dir := t.TempDir()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(filepath.Join(dir, "profile")), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(1280, 900), chromedp.Flag("lang", "en"), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")) // nothing leaves the machine
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, timeout := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(timeout)
	b := &browser{t: t, ctx: ctx, url: url, dir: dir, shots: map[string][]byte{}}
	t.Cleanup(b.keep)
	if err := chromedp.Run(ctx); err != nil { // the browser lives as long as the context of its first step
		t.Fatalf("%s does not start: %v", path, err)
	}
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // waits until it is gone: it writes into its folder to the last
	b.do("no scripts", emulation.SetScriptExecutionDisabled(true))
	return b
}

func (b *browser) keep() {
	dir := os.Getenv("SUANPAN_SCREENSHOTS")
	if dir == "" && !b.t.Failed() {
		return
	}
	if dir == "" {
		dir = filepath.Join(os.TempDir(), "suanpan-browser")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Log(err)
	}
	for name, png := range b.shots {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
			b.t.Log(err)
		}
	}
	b.t.Logf("%d pictures in %s", len(b.shots), dir)
}

// do takes a step and a picture of what came of it.
func (b *browser) do(step string, actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	err := chromedp.Run(ctx, actions...)
	b.picture(step)
	if err != nil {
		b.t.Fatalf("%s: %v", step, err)
	}
}

func (b *browser) picture(step string) {
	b.n++
	var png []byte
	if err := chromedp.Run(b.ctx, chromedp.FullScreenshot(&png, 100)); err == nil {
		b.shots[fmt.Sprintf("%02d-%s", b.n, strings.ReplaceAll(step, " ", "-"))] = png
	}
}

// text is what somebody reads at a place; spaces are folded.
func (b *browser) text(sel string) string {
	b.t.Helper()
	var s string
	by := chromedp.ByQuery
	if strings.HasPrefix(sel, "/") {
		by = chromedp.BySearch
	}
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.Text(sel, &s, by)); err != nil {
		b.t.Fatalf("%s: %v", sel, err)
	}
	return strings.Join(strings.Fields(s), " ")
}

func (b *browser) see(sel string, parts ...string) {
	b.t.Helper()
	got := b.text(sel)
	for _, p := range parts {
		if !strings.Contains(got, p) {
			b.t.Fatalf("%q is not on the page: %s", p, got)
		}
	}
}

// arrived waits until a page that has a place is there, whole. It asks the page anew each time: a node of the page before would be waited
// for in vain.
func arrived(sel string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			var there bool
			err := chromedp.Evaluate(fmt.Sprintf(`document.readyState === 'complete' && document.querySelector(%q) !== null`, sel), &there).Do(ctx)
			if err == nil && there {
				return nil
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("%s did not arrive: %w", sel, ctx.Err())
			case <-tick.C:
			}
		}
	})
}

// fillStarred fills in whatever the list leaves blank.
func (b *browser) fillStarred() chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var names []string
		if err := chromedp.Evaluate(`[...document.querySelectorAll('input[name^="f."]')].map(e => e.name)`, &names).Do(ctx); err != nil {
			return err
		}
		for _, n := range names {
			if err := chromedp.SendKeys(`input[name="`+n+`"]`, "201812345K", chromedp.ByQuery).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// keyboardOrder walks by Tab from the top: the way to the content comes first, and of the form "check" comes before "send".
func (b *browser) keyboardOrder() {
	b.t.Helper()
	var order []string
	walk := chromedp.ActionFunc(func(ctx context.Context) error {
		for range 60 {
			if err := chromedp.KeyEvent(kb.Tab).Do(ctx); err != nil {
				return err
			}
			var at string
			const where = `(e => { const s = getComputedStyle(e); return (e.id || e.getAttribute('href') || e.innerText || e.tagName).trim() + (e.matches(':focus-visible') && s.outlineStyle !== 'none' ? '' : ' UNSEEN') })(document.activeElement)`
			if err := chromedp.Evaluate(where, &at).Do(ctx); err != nil {
				return err
			}
			if order = append(order, at); at == "Send" {
				return nil
			}
		}
		return nil
	})
	b.do("by keyboard", walk)
	last := -1
	for _, want := range []string{"#main", "/home", "/requisitions", "/bills", "f-files", "Check without sending", "Send"} {
		at := -1
		for i, got := range order {
			if got == want && i > last {
				at = i
				break
			}
		}
		if at < 0 && want != "/bills" { // the navigation's order is the routes'
			b.t.Fatalf("%q is not reached in its turn: %q", want, order)
		}
		last = max(last, at)
	}
	for _, at := range order {
		if strings.HasSuffix(at, " UNSEEN") {
			b.t.Errorf("the focus is not seen at %s", at)
		}
	}
}

// everyPage opens each page: it has one heading, and nothing makes it wider than the window.
func (b *browser) everyPage(how string) {
	b.t.Helper()
	for _, path := range []string{"/home", "/bills", "/bills/5541-202610-M2-SGD", "/requisitions", "/requisitions/" + browserList, "/requisitions/" + browserList + "/submissions/1", "/why", "/why?id=" + browserHeld, "/why?id=O-999", "/account"} {
		var headings, over int
		b.do(how+strings.NewReplacer("/", "-", "?", "-").Replace(path), chromedp.Navigate(b.url+path), // it waits for the page
			chromedp.Evaluate(`document.querySelectorAll('h1').length`, &headings), chromedp.Evaluate(`document.documentElement.scrollWidth - window.innerWidth`, &over))
		if headings != 1 || over > 0 {
			b.t.Errorf("%s (%s): %d headings, %d pixels too wide", path, how, headings, over)
		}
	}
}

// invoice writes a small electronic invoice and gives its path.
func (b *browser) invoice(number, buyer, total string) string {
	b.t.Helper()
	xml := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>%s</cbc:ID><cbc:IssueDate>2026-11-16</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:Note>%s / 202610</cbc:Note><cbc:DocumentCurrencyCode>SGD</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Lion City Software Pte. Ltd.</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>%s</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>SG1</cbc:ID><cbc:Name>Lion City Software Pte. Ltd.</cbc:Name></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="SGD">0.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="SGD">%[4]s</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="SGD">%[4]s</cbc:TaxInclusiveAmount><cbc:PayableAmount currencyID="SGD">%[4]s</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine></Invoice>`, number, browserList, strings.ReplaceAll(buyer, "&", "&amp;"), total)
	b.n++
	path := filepath.Join(b.dir, fmt.Sprintf("%s-%d.xml", number, b.n))
	if err := os.WriteFile(path, []byte(xml), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}
