package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdp "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A merchant in São Paulo types what the table for the NFS-e says, one in Singapore sends the UBL draft, one in Santiago the PDF with the
// invoice inside. Each only adds its number, checks before sending, and is accepted at the first try.
func TestFollowingTheDraftIsAcceptedAtTheFirstTry(t *testing.T) {
	t.Parallel()
	url := serveMonth(t)
	for _, m := range []struct{ city, login, list, amount, number string }{
		{"São Paulo", "ipe", "REQ-5861-202610-M1", "BRL 7,104.47", "NFS-77"},
		{"Singapore", browserLogin, browserList, "SGD 471.60", "LC-77"},
		{"Santiago", "andes", "REQ-5821-202610-M3", "CLP 91,053", "F-77"},
	} {
		t.Run(m.city, func(t *testing.T) {
			b := openBrowser(t, url)
			b.do("log in", chromedp.Navigate(b.url+"/"), arrived(`#f-login`), chromedp.SendKeys(`#f-login`, m.login), chromedp.SendKeys(`#f-password`, browserPassword+kb.Enter), arrived(`#waits`))
			b.do("open the list", chromedp.Click(`//a[text()="`+m.list+`"]`, chromedp.BySearch), arrived(`#send`))
			b.do("open the drafts", chromedp.Click(`a.button[href$="/drafts"]`), arrived(`#files`))
			b.see(`main`, m.amount, "Still blank", "Invoice no.", "complete your number first")
			b.do("fill in the number", chromedp.SendKeys(`#f-number`, m.number+kb.Enter), arrived(`a[href*="number="]`))
			b.see(`main`, "can be sent as it is")
			if m.city == "São Paulo" {
				b.see(`main`, "made for your country")
				b.typeTheTable(m.list)
			} else {
				form := map[string]string{"Singapore": "ubl", "Santiago": "pdf"}[m.city]
				file := b.download(`a[href*="/drafts/` + form + `"]`)
				b.do("back to the list", chromedp.Click(`a[href$="#send"]`), arrived(`#send`))
				b.do("choose the draft", chromedp.SetUploadFiles(`#f-files`, []string{file}), b.fillStarred())
			}
			b.do("check before sending", chromedp.Click(`button[name=do]`), arrived(`table.compare`))
			b.see(`main`, "Nothing was sent.", "Accepted", m.number)
			b.do("send what was checked", chromedp.Click(`main form button.primary`), arrived(`main > dl.terms`))
			b.see(`main`, "The invoices answer the list over "+m.amount)
			if m.city != "São Paulo" { // the other pages are the same with both tables closed
				return
			}
			b.do("as a phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
			for _, lang := range []string{"en", "zh", "pt"} {
				var headings, over int
				path := "/requisitions/" + m.list + "/drafts?number=" + m.number
				b.do("drafts as a phone in "+lang, chromedp.Navigate(b.url+"/language?to="+lang+"&next=/home"), chromedp.Navigate(b.url+path), arrived(`#files`),
					chromedp.Evaluate(`document.querySelectorAll('h1').length`, &headings), chromedp.Evaluate(`document.documentElement.scrollWidth - window.innerWidth`, &over))
				if headings != 1 || over > 0 {
					t.Errorf("%s in %s: %d headings, %d pixels too wide", path, lang, headings, over)
				}
			}
		})
	}
}

// typeTheTable types into the list's form what stands in the table of values for the NFS-e, and nothing else.
func (b *browser) typeTheTable(list string) {
	b.t.Helper()
	value := func(field string) string {
		return b.text(`//tr[th/span[text()="` + field + `"]]/td[last()]`)
	}
	number, day, total := value("infDPS/nDPS"), value("infDPS/dhEmi"), value("valores/vServPrest/vServ")
	buyer, seller, remarks := value("toma/xNome"), value("prest/xNome"), value("serv/infoCompl/xInfComp")
	if !strings.Contains(remarks, list) || !strings.Contains(remarks, "202610") {
		b.t.Errorf("the remarks are %q", remarks)
	}
	b.do("open the typed form", chromedp.Navigate(b.url+"/requisitions/"+list+"?typed=1#typed"), arrived(`[id="f-t0.number"]`))
	var typing []chromedp.Action
	for name, v := range map[string]string{"number": number, "date": day, "grandTotal": total, "billTo": buyer, "issuer": seller} {
		typing = append(typing, chromedp.SetValue(`[id="f-t0.`+name+`"]`, v, chromedp.ByQuery))
	}
	b.do("type the values", append(typing, b.fillStarred())...)
}

// download follows a link to a file and gives where it was put.
func (b *browser) download(sel string) string {
	b.t.Helper()
	dir := b.t.TempDir()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	done := make(chan string, 1)
	chromedp.ListenTarget(ctx, func(ev any) {
		if e, ok := ev.(*cdp.EventDownloadProgress); ok && e.State == cdp.DownloadProgressStateCompleted {
			done <- e.GUID
		}
	})
	err := chromedp.Run(ctx, cdp.SetDownloadBehavior(cdp.SetDownloadBehaviorBehaviorAllowAndName).WithDownloadPath(dir).WithEventsEnabled(true), chromedp.Click(sel))
	if err != nil {
		b.t.Fatalf("%s: %v", sel, err)
	}
	select {
	case name := <-done:
		return filepath.Join(dir, name)
	case <-ctx.Done():
		b.t.Fatalf("%s: nothing was downloaded", sel)
		return ""
	}
}
