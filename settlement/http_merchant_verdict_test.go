package settlement_test

import (
	"regexp"
	"strings"
	"testing"
)

// two sends two typed invoices, of which the second is addressed to somebody else.
func (s *shop) two(more bool) string {
	s.t.Helper()
	f := s.typed("M2", list2, "LC-1", "2026-11-16", "260.00")
	for name, v := range s.typed("M2", list2, "LC-2", "2026-11-16", "211.60") {
		if rest, ok := strings.CutPrefix(name, "t0."); ok {
			f["t1."+rest] = v
		}
	}
	f["t1.billTo"] = "Wrong Buyer Ltd"
	if more {
		f["more"] = "yes"
	}
	return s.sends("M2", list2, f)
}

func has(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(page, p) {
			t.Errorf("the page lacks %q: %s", p, page[max(0, strings.Index(page, "<main")):])
		}
	}
}

var row = regexp.MustCompile(`(?s)<tr role="row" id="(i\d-[a-zA-Z]+|list[a-z_-]*)"([^>]*)>`)

// marked are the rows of a verdict's page that are marked wrong.
func marked(page string) string {
	var out []string
	for _, m := range row.FindAllStringSubmatch(page, -1) {
		if strings.Contains(m[2], `class="bad"`) {
			out = append(out, m[1])
		}
	}
	return strings.Join(out, " ")
}

func TestTheVerdictMarksWhatDiffersAndTheNextUploadStartsWithWhatIsRight(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	verdict := s.two(false)
	has(t, verdict, "What to do now", "Correct LC-2", "LC-1: right as it is", "The same invoice number may come again", "Send by the end of 2026-12-16", `href="/requisitions/`+list2+`?from=1#send"`, `class="diff"`)
	if got := marked(verdict); got != "i1-billTo" {
		t.Errorf("marked: %s", got)
	}
	form := s.ask("M2", "GET", "/requisitions/"+list2+"?from=1", nil).Body.String()
	for name, want := range map[string]string{"t0.number": "LC-1", "t0.grandTotal": "260", "t1.number": "LC-2", "t1.billTo": "Wrong Buyer Ltd", "t1.date": "2026-11-16"} {
		if got := valueOf(form, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	s.shows("M2", "/requisitions/"+list2+"?from=77", "Send your invoices")
}

func TestWhatIsAcceptedAlreadyIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	verdict := s.two(true)
	has(t, verdict, "Right already and not asked for again: LC-1 (SGD 260.00)", "Send invoices over SGD 211.60")
	form := s.ask("M2", "GET", "/requisitions/"+list2+"?from=1", nil).Body.String()
	has(t, form, "Right already and not asked for again: LC-1 (SGD 260.00)")
	if got := valueOf(form, "t0.number"); got != "LC-2" {
		t.Errorf("the form starts with %s", got)
	}
	if strings.Contains(form, `value="LC-1"`) {
		t.Error("what is right already is asked again")
	}
	has(t, s.sends("M2", list2, s.typed("M2", list2, "LC-2", "2026-11-16", "211.61")), "SGD 211.60<small>still to invoice of SGD 471.60</small>", `<b class="diff">SGD &#43;0.01</b>`)
}

func TestAFileThatIsRightGoesAlongAndOneWithFaultsDoesNot(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.ask("M2", "POST", "/requisitions/"+list2+"/invoices", s.starred(form{"a.xml": ubl("LC-1", "2026-11-16", s.payer(), "260.00"), "b.xml": ubl("LC-2", "2026-11-16", "Wrong Buyer Ltd", "211.60")}))
	page := s.ask("M2", "GET", "/requisitions/"+list2+"?from=1", nil).Body.String()
	has(t, page, "LC-1 (uploaded before)")
	if strings.Contains(page, "LC-2 (uploaded before)") {
		t.Error("a file with faults would be sent again")
	}
	has(t, s.ask("M2", "GET", "/requisitions/"+list2+"/submissions/1", nil).Body.String(), "The file as it came (ubl)", `class="place">/Invoice/`)
}

func TestAListWithABlankStarredFieldIsMarkedWhereItStands(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	f := s.typed("M2", list2, "LC-1", "2026-11-16", "471.60")
	blank := 0
	for name := range f {
		if strings.HasPrefix(name, "f.") {
			delete(f, name)
			blank++
		}
	}
	if blank == 0 {
		t.Fatal("the list has no blank starred field")
	}
	verdict := s.sends("M2", list2, f)
	has(t, verdict, "INV-STARRED", "Fill in what the list still lacks")
	if got := marked(verdict); len(strings.Fields(got)) != blank || !strings.HasPrefix(got, "list-") {
		t.Errorf("marked: %s, blank: %d", got, blank)
	}
}

func TestACreditNoteIsTypedAndOpensWhatWasAccepted(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.sends("M2", list2, s.typed("M2", list2, "LC-1", "2026-11-16", "471.60"))
	s.shows("M2", "/requisitions/"+list2, "Nothing is left for you to do")
	w := s.ask("M2", "POST", "/api/v1/requisitions/"+list2+"/invoices", `{"invoices":[{"kind":"credit_note","credits":"LC-1","number":"CN-1","date":"2026-11-16","currency":"SGD","grandTotal":"71.60",
		"billTo":"`+s.payer()+`","issuer":"Lion City Software Pte. Ltd.","accountName":"Lion City Software Pte. Ltd.","requisitions":["`+list2+`"],"period":"202610"}]}`)
	has(t, w.Body.String(), `"outcome":"incomplete"`, "71.60")
	s.shows("M2", "/requisitions/"+list2, "Lowered by a credit note", "SGD 71.60 is still missing", "Lowers invoice")
}
