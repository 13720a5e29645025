package settlement_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var dec = regexp.MustCompile(`name="batch" value="(dec_[a-z0-9]+)"`)

func TestFinanceDecidesExceptionsOnOnePage(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.sees("ana", "/finance/exceptions", "Nothing waits")
	o.sends("ana", "/finance/bills/do", 303, with(ticked(m2Bill), "do", "approve"))
	o.answerOff("M2", "REQ-5541-202610-M2", "INV-1", "0.01")
	box := "M2|REQ-5541-202610-M2|1"
	o.sees("ana", "/finance/exceptions", "REQ-5541-202610-M2", "INV-TOTAL", "difference", "Propose to override", "Open")
	if strings.Contains(o.sees("eva", "/finance/exceptions"), "Propose to override") {
		t.Error("an auditor is offered a decision")
	}
	form := func(do, reason string) url.Values {
		return url.Values{"exception": {box}, "do": {do}, "reason": {reason}}
	}
	if w := o.sends("ana", "/finance/exceptions", 422, form("propose", "short")); !strings.Contains(w, "at least ten letters") || !strings.Contains(w, "checked") {
		t.Error(w)
	}
	o.sends("marta", "/finance/exceptions", 403, form("propose", "agreed with the merchant"))
	o.sends("ana", "/finance/exceptions", 303, form("propose", "agreed with the merchant"))
	o.sees("lei", "/finance", "Exceptions that wait for a second person: 1")
	o.sees("lei", "/finance/exceptions?code=INV-TOTAL", "ana proposes to override it", "agreed with the merchant", "Waits for a second person")
	o.sends("ana", "/finance/exceptions", 403, form("confirm", ""))
	o.sends("lei", "/finance/exceptions", 303, form("confirm", ""))
	o.sees("eva", m2Road, "faults set aside by two people", "agreed with the merchant", "To approve")
	o.sees("eva", "/finance/exceptions?stands=overridden", "lei confirmed", "Overridden")

	batch := dec.FindStringSubmatch(o.sees("lei", "/finance/exceptions?stands=overridden"))
	if batch == nil {
		t.Fatal("nothing can be undone")
	}
	o.sends("ana", "/finance/exceptions/undo", 403, url.Values{"batch": {batch[1]}})
	o.sends("lei", "/finance/exceptions/undo", 303, url.Values{"batch": {batch[1]}})
	o.sees("eva", m2Road, "override undone")
	o.sends("lei", "/finance/exceptions", 303, form("confirm", ""))
	o.sends("ana", "/finance/requisitions/approve", 303, url.Values{"bill": {"M2|REQ-5541-202610-M2"}})
	batch = dec.FindStringSubmatch(o.sees("lei", "/finance/exceptions?stands=overridden"))
	o.sends("lei", "/finance/exceptions/undo", 409, url.Values{"batch": {batch[1]}})
	o.sends("lei", "/finance/exceptions/undo", 404, url.Values{"batch": {"dec_none"}})
}

func TestTheFilterOfExceptionsSaysWhatItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	o := open(t)
	for query, text := range map[string]string{
		"atLeast=100": "needs a currency", "atLeast=x&currency=SGD": "needs a currency", "days=many": "no number of days",
	} {
		if w := o.ask("ana", "GET", "/finance/exceptions?"+query, nil); w.Code != 422 || !strings.Contains(w.Body.String(), text) {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
	o.sends("ana", "/finance/bills/do", 303, with(ticked(m2Bill), "do", "approve"))
	o.answerOff("M2", "REQ-5541-202610-M2", "INV-1", "0.01")
	for query, shown := range map[string]bool{
		"currency=SGD&atLeast=1": true, "currency=SGD&atLeast=1000000": false, "days=0": true, "days=1": false, "code=INV-LATE": false, "entity=5861": false, "stands=closed": false, "entity=5541": true,
	} {
		if got := strings.Contains(o.sees("ana", "/finance/exceptions?"+query), "M2|REQ"); got != shown {
			t.Errorf("%s: shown %v", query, got)
		}
	}
}
