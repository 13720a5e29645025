package invoicing_test

import (
	"testing"
	"time"

	"suanpan/invoicing"
)

func TestNumbersThatAPersonMayMixUpAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, sent, before, codes string }{
		{"another separator", "INV/2026/001", "INV-2026-001", "INV-LOOKALIKE"},
		{"no separator", "INV2026001", "INV-2026-001", "INV-LOOKALIKE"},
		{"a dash of another width", "INV–2026–001", "INV-2026-001", "INV-LOOKALIKE"},
		{"leading zeros of the whole", "000123", "123", "INV-LOOKALIKE"},
		{"leading zeros of a part", "A-007", "A7", "INV-LOOKALIKE"},
		{"a zero alone is no leading zero", "A-0", "A", ""},
		{"zeros at the end count", "A-70", "A-7", ""},
		{"another part", "A-10-5", "A-1-5", ""},
		{"other letters", "B-7", "A-7", ""},
		{"the same in another case", "inv-7", "INV-7", "INV-DUPLICATE"},
		{"the same in full width", "ＩＮＶ－７", "INV-7", "INV-DUPLICATE"},
		{"the same with an invisible character", "INV\u200b-7", "INV-7", "INV-DUPLICATE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := plain("471.60")
			in.Upload.Invoices[0].Number = c.sent
			in.History = []invoicing.Earlier{{Number: c.before, Status: invoicing.StatusPaid, Requisition: "REQ-0"}}
			outcome := invoicing.Accepted
			if c.codes == "INV-DUPLICATE" {
				outcome = invoicing.Refused
			}
			want(t, invoicing.Judge(in), outcome, c.codes)
		})
	}
}

func TestTwoNumbersOfOneUploadThatLookAlikeAreTold(t *testing.T) {
	t.Parallel()
	in := plain("400", "71.60")
	in.Upload.Invoices[0].Number, in.Upload.Invoices[1].Number = "S-01", "S1"
	want(t, invoicing.Judge(in), invoicing.Accepted, "INV-LOOKALIKE")
}

func TestARefusedNumberComesBackInAnyWriting(t *testing.T) {
	t.Parallel()
	h := build(t)
	h.issue(h.list())
	h.clock.Add(time.Hour)
	want(t, h.submit(send(h.list(), "2026-11-13", "Ａ", "471.61")).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
	want(t, h.submit(send(h.list(), "2026-11-13", " a", "471.62")).Submission.Verdict, invoicing.Refused, "INV-TOTAL")
	want(t, h.submit(send(h.list(), "2026-11-13", "A", "471.60")).Submission.Verdict, invoicing.Accepted, "")
	d := h.detail("REQ-1")
	for n, i := range d.Invoices {
		if i.Version != n+1 {
			t.Errorf("%s is version %d, want %d", i.Invoice.Number, i.Version, n+1)
		}
	}
	h.stands("REQ-1", invoicing.StateAccepted, "refused refused accepted", "SGD 471.60")
}
