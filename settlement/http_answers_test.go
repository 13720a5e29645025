package settlement_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/money"
)

// TestFinanceSeesATimeToAnswerBeforeItRunsOut: from the refused Chilean invoice to what finance notes about it.
func TestFinanceSeesATimeToAnswerBeforeItRunsOut(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := context.Background()
	o.sees("ana", "/finance/answers", "time to answer is running")
	l := invoicing.List{
		Requisition: "REQ-CL", Periods: []period.Month{period.MustMonth("2026-10")}, Entity: "5821", EntityName: "Sparkoo Technologies Chile SpA", Merchant: "M2",
		MerchantName: "Nube Sur SpA", Residence: "CL", Currency: "CLP", Payable: money.MustParse("1000"), NoticeAt: time.Date(2026, 11, 13, 2, 0, 0, 0, time.UTC),
	}
	if err := o.db.InTx(ctx, pg.AsBatch("test"), func(tx *pg.Tx) error { _, err := o.svc.Invoicing.IssueList(ctx, tx, l); return err }); err != nil {
		t.Fatal(err)
	}
	send := invoicing.Send{Merchant: "M2", Requisition: "REQ-CL", ListAttached: true, Invoices: []invoicing.Invoice{{
		Number: "F-77", Date: period.MustDay("2026-11-20"), Currency: "CLP", BillTo: l.EntityName, Issuer: l.MerchantName, AccountName: l.MerchantName,
		Requisitions: []string{"REQ-CL"}, Period: "202610", GrandTotal: money.MustParse("999"),
	}}}
	if err := o.db.InTx(ctx, pg.AsMerchant("M2", "seller"), func(tx *pg.Tx) error { _, err := o.svc.Invoicing.Submit(ctx, tx, send); return err }); err != nil {
		t.Fatal(err)
	}
	page := o.sees("ana", "/finance/answers", "F-77", "CL-8-DAYS", "2026-11-28", "America/Santiago", "running")
	if strings.Contains(o.sees("ana", "/finance?month=2026-10"), "legal times to answer") {
		t.Error("finance is alarmed too early")
	}
	o.clk.Set(time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)) // midnight in Santiago, two days before the end
	o.sees("ana", "/finance?month=2026-10", "1 legal times to answer run out soon or ran out.")
	o.sees("eva", "/finance/answers", "runs out soon")
	if strings.Contains(o.sees("eva", "/finance/answers"), "Refused it") || !strings.Contains(page, "Refused it") {
		t.Error("who may not answer sees the form, or who may does not")
	}
	form := func(pairs ...string) url.Values {
		return with(url.Values{"id": {"0"}, "merchant": {"M2"}, "number": {"F-77"}, "asked": {"invoice"}, "from": {"2026-11-20"}, "said": {"refused"}, "reason": {"complained at the tax office"}}, pairs...)
	}
	o.sends("ana", "/finance/answers", 422, form("reason", "no"), "Say why", "no</textarea>")
	o.sends("ana", "/finance/answers", 404, form("from", "2026-11-21"))
	o.sends("ana", "/finance/answers", 303, form())
	o.sees("ana", "/finance/answers", "time to answer is running")
	ask := url.Values{"merchant": {"M2"}, "number": {"F-77"}, "on": {""}, "reason": {""}}
	o.sends("ana", "/finance/answers/cancellation", 409, ask, "No law known here gives entity 5821", `value="F-77"`)
	o.sends("ana", "/finance/answers/cancellation", 422, with(ask, "on", "tomorrow"), "is no date", `value="tomorrow"`)
}
