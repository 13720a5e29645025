package settlement_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"suanpan/internal/web"
)

// typed is a typed invoice for a list, addressed as its form already says.
func (s *shop) typed(merchant, list, number, day, total string) form {
	s.t.Helper()
	page := s.ask(merchant, "GET", "/requisitions/"+list, nil).Body.String()
	f := form{"t0.number": number, "t0.date": day, "t0.grandTotal": total}
	for _, name := range []string{"currency", "billTo", "issuer", "accountName", "requisition", "period"} {
		f["t0."+name] = valueOf(page, "t0."+name)
	}
	for _, m := range strings.Split(page, `name="f.`)[1:] {
		f["f."+m[:strings.Index(m, `"`)]] = "201812345K"
	}
	return f
}

// valueOf is what a field of a form holds.
func valueOf(page, name string) string {
	_, rest, _ := strings.Cut(page, `name="`+name+`"`)
	_, rest, _ = strings.Cut(rest, `value="`)
	v, _, _ := strings.Cut(rest, `"`)
	return strings.NewReplacer("&amp;", "&", "&#39;", "'").Replace(v)
}

func (s *shop) sends(merchant, list string, f form) string {
	s.t.Helper()
	w := s.ask(merchant, "POST", "/requisitions/"+list+"/invoices", f)
	if w.Code != http.StatusSeeOther {
		s.t.Fatal(w.Code, w.Body)
	}
	return s.ask(merchant, "GET", w.Header().Get("Location"), nil).Body.String()
}

func (s *shop) shows(merchant, target string, parts ...string) {
	s.t.Helper()
	body := s.ask(merchant, "GET", target, nil).Body.String()
	for _, p := range parts {
		if !strings.Contains(body, p) {
			s.t.Errorf("%s lacks %q: %s", target, p, body[max(0, strings.Index(body, "<main")):])
		}
	}
}

func TestAnIncompleteListSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	part := s.typed("M2", list2, "LC-1", "2026-11-16", "260.00")
	part["more"] = "yes"
	if v := s.sends("M2", list2, part); !strings.Contains(v, "SGD 211.60 of SGD 471.60 is still missing") {
		t.Error(v)
	}
	s.shows("M2", "/requisitions/"+list2, "SGD 211.60 is still missing", "More has to follow", "Right so far")
	s.shows("M2", "/home", "More has to follow", list2)
	s.sends("M2", list2, s.typed("M2", list2, "LC-2", "2026-11-16", "211.60"))
	s.shows("M2", "/requisitions/"+list2, "Nothing is left for you to do")
}

func TestALateInvoiceWaitsAndIsNotToBeSentAgain(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.clock.Set(time.Date(2026, 12, 16, 16, 0, 0, 0, time.UTC)) // the 17th in Singapore
	s.shows("M2", "/requisitions/"+list2, "The last day was 2026-12-16", "not refused for being late")
	if v := s.sends("M2", list2, s.typed("M2", list2, "LC-1", "2026-12-16", "471.60")); !strings.Contains(v, "INV-LATE") || !strings.Contains(v, "finance decides") {
		t.Error(v)
	}
	s.shows("M2", "/home", "Nothing waits for you", "Late: finance decides")
}

func TestBrazilsDatesAreShownAndItsMonthEndToo(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	const list = "REQ-5861-202610-M1"
	s.shows("M1", "/requisitions/"+list, "by day 19 of a month (America/Sao_Paulo)", "The next window ends on 2026-11-19", "paid in one month")
	s.sends("M1", list, s.typed("M1", list, "NF-1", "2026-11-16", "7104.47"))
	s.shows("M1", "/requisitions/"+list, "has to pay it before 2026-12-01 00:00 America/Sao_Paulo")
	s.clock.Set(time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC))
	s.shows("M1", "/requisitions/"+list, "Issue it again", "does not let it be paid any more")
	s.shows("M1", "/home", "Issue it again")
	s.shows("M1", "/api/v1/requisitions", `"standing":"reissue"`, `"windowEnds":"2026-12-19"`)
}

func TestEveryPageOfTheMerchantHasItsWords(t *testing.T) {
	t.Parallel()
	for _, err := range web.CheckPages(false) {
		if m := err.Error(); strings.HasPrefix(m, "merchant/") || strings.HasPrefix(m, "invoicing/") {
			t.Error(err)
		}
	}
}
