package sim

import (
	"context"
	"errors"
	"strings"
	"testing"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/settlement"
)

// settled is the worked month up to its run of October, with invoices wired as the product wires them. The payouts of November stay out: here the
// product itself pays.
func settled(t *testing.T) *month {
	t.Helper()
	var feed []string
	for _, l := range strings.Split(string(testdata(t, "feed.ndjson")), "\n") {
		if !strings.Contains(l, "202610-M") || !strings.Contains(l, `"payout"`) {
			feed = append(feed, l)
		}
	}
	m := load(t, []byte(strings.Join(feed, "\n")), at("2026-11-09T12:00:00Z"))
	m.svc.Invoicing = &invoicing.Service{}
	m.svc.Subscribe(&m.svc.Invoicing.Events)
	for _, c := range cycles {
		m.run(period.MustMonth(c))
	}
	return m
}

// as does something as a person or a merchant's user and gives back what came of it.
func (m *month) as(a pg.Actor, fn func(tx *pg.Tx) error) error {
	m.t.Helper()
	return m.db.InTx(context.Background(), a, fn)
}

func (m *month) must(a pg.Actor, fn func(tx *pg.Tx) error) {
	m.t.Helper()
	if err := m.as(a, fn); err != nil {
		m.t.Fatal(err)
	}
}

func (m *month) state(no string) settlement.State {
	m.t.Helper()
	var s settlement.State
	m.read(func(tx *pg.Tx) error {
		bills, err := m.svc.Bills(context.Background(), tx, settlement.BillFilter{No: no})
		if err == nil && len(bills) == 1 {
			s = bills[0].State
		}
		return err
	})
	return s
}

// TestNettingLeavesNothing posts what the entities owe each other and finds every netting account at zero.
func TestNettingLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx, m, october := context.Background(), settled(t), period.MustMonth("2026-10")
	finance := pg.AsStaff("lin")
	m.must(finance, func(tx *pg.Tx) error {
		n, err := m.svc.PostNetting(ctx, tx, october, "USD")
		if err == nil && (len(n.Positions) != 1 || n.Positions[0].Owes != "5531" || n.Positions[0].Owed != "5541" || n.Positions[0].Amount.String() != "107" || len(n.Proposal.Transfers) != 1) {
			t.Errorf("netting: %+v", n)
		}
		return err
	})
	if err := m.as(finance, func(tx *pg.Tx) error { _, err := m.svc.PostNetting(ctx, tx, october, "USD"); return err }); !fault.Has(err, "NET-DONE") {
		t.Errorf("a second netting: %v", err)
	}
	m.read(func(tx *pg.Tx) error {
		trial, err := ledger.TrialBalance(ctx, tx, ledger.AsOf{})
		for _, b := range trial {
			if code, _ := b.Account.Split(); (code == ledger.Netting || code == "due_to" || code == "due_from") && !b.Net().IsZero() {
				t.Errorf("%s %s holds %s", b.Book, b.Account, b.Net())
			}
		}
		return err
	})
	m.verify()
}

// TestAWithdrawnBillComesBackTheSame takes a bill back before its approval and runs the month again.
func TestAWithdrawnBillComesBackTheSame(t *testing.T) {
	t.Parallel()
	ctx, m := context.Background(), settled(t)
	ref := settlement.BillRef{Merchant: "M3", No: "5821-202610-M3-CLP"}
	finance := pg.AsStaff("lin")
	m.must(finance, func(tx *pg.Tx) error { return m.svc.Unsettle(ctx, tx, "wrong rate suspected", ref) })
	m.verify()
	if s := m.state(ref.No); s != "" {
		t.Errorf("the bill still stands as %s", s)
	}
	m.run(period.MustMonth("2026-10"))
	m.verify()
	m.read(func(tx *pg.Tx) error {
		bills, err := m.svc.Bills(ctx, tx, settlement.BillFilter{No: ref.No})
		if err == nil && (len(bills) != 1 || bills[0].Attempt != 2 || bills[0].Payable.String() != "91053") {
			t.Errorf("made again: %+v", bills)
		}
		return err
	})
	m.must(finance, func(tx *pg.Tx) error { return m.svc.Countersign(ctx, tx, ref) })
	if err := m.as(finance, func(tx *pg.Tx) error { return m.svc.Unsettle(ctx, tx, "too late for that", ref) }); !fault.Has(err, "SET-UNSETTLE") {
		t.Errorf("withdrawn during approval: %v", err)
	}
	carried := settlement.BillRef{Merchant: "M4", No: "5531-202609-M4-HKD"}
	if err := m.as(finance, func(tx *pg.Tx) error { return m.svc.Unsettle(ctx, tx, "its carry is billed", carried) }); !fault.Has(err, "SET-UNSETTLE-CARRIED") {
		t.Errorf("a bill whose carry is on a later one: %v", err)
	}
}

// TestFromBillToBank takes one bill the whole way, and the ledger proves itself at every step.
func TestFromBillToBank(t *testing.T) {
	t.Parallel()
	ctx, m := context.Background(), settled(t)
	ref := settlement.BillRef{Merchant: "M2", No: "5541-202610-M2-SGD"}
	lin := pg.AsStaff("lin")
	var req settlement.Requisition
	m.must(lin, func(tx *pg.Tx) error { return m.svc.Countersign(ctx, tx, ref) })
	m.clk.Set(at("2026-11-13T02:00:00Z"))
	m.must(lin, func(tx *pg.Tx) error {
		rs, err := m.svc.Approve(ctx, tx, ref)
		if err == nil {
			req = rs[0]
		}
		return err
	})
	if req.No != "REQ-5541-202610-M2" || m.state(ref.No) != settlement.PendingInvoice {
		t.Fatalf("after approval: %+v, bill %s", req, m.state(ref.No))
	}
	m.clk.Set(at("2026-11-16T03:00:00Z"))
	invoice := invoicing.Invoice{
		Number: "1001", Date: period.MustDay("2026-11-16"), Currency: "SGD", BillTo: "Sparkoo Technologies Singapore Pte. Ltd.", Issuer: "Lion City Software Pte. Ltd.",
		AccountName: "Lion City Software Pte. Ltd.", Requisitions: []string{req.No}, Period: "202610", GrandTotal: money.MustParse("471.60"),
	}
	send := func(total string) invoicing.Receipt {
		var rec invoicing.Receipt
		i := invoice
		i.GrandTotal = money.MustParse(total)
		m.must(pg.AsMerchant("M2", "ana"), func(tx *pg.Tx) (err error) {
			rec, err = m.svc.Invoicing.Submit(ctx, tx, invoicing.Send{
				Merchant: "M2", Requisition: req.No, ListAttached: true, Invoices: []invoicing.Invoice{i}, Filled: m.blanks("M2", req.No),
			})
			return err
		})
		return rec
	}
	if rec := send("471.61"); rec.Submission.Verdict.Outcome != invoicing.Refused {
		t.Fatalf("a cent too much: %s", rec.Submission.Verdict.Outcome)
	}
	if rec := send("471.60"); rec.Submission.Verdict.Outcome != invoicing.Accepted {
		t.Fatalf("the right figure: %+v", rec.Submission.Verdict.Codes())
	}
	m.verify()
	if s := m.state(ref.No); s != settlement.RequisitionProcessing {
		t.Fatalf("after acceptance the bill is %s", s)
	}
	m.payToTheBank(ref, req)
}

// payToTheBank approves a requisition, pays it as another person, and finds it on the bank's statement.
func (m *month) payToTheBank(ref settlement.BillRef, req settlement.Requisition) {
	m.t.Helper()
	ctx, t, lin, mei := context.Background(), m.t, pg.AsStaff("lin"), pg.AsStaff("mei")
	pay := func(who pg.Actor) error {
		return m.as(who, func(tx *pg.Tx) error {
			_, err := m.svc.RecordPayment(ctx, tx, "M2", req.No, period.MustDay("2026-11-25"))
			return err
		})
	}
	m.must(lin, func(tx *pg.Tx) error { return m.svc.ApproveRequisition(ctx, tx, "M2", req.No) })
	if err := pay(lin); !fault.Has(err, "PAY-SAME-PERSON") {
		t.Errorf("the approver paid: %v", err)
	}
	if err := pay(mei); err != nil {
		t.Fatal(err)
	}
	m.verify()
	m.clk.Set(at("2026-11-25T03:00:00Z")) // the day the bank pays
	line := settlement.BankLine{Merchant: "M2", Payment: "PAY-5541-202610-M2", Reference: "STMT-9", Date: period.MustDay("2026-11-25"), Amount: money.New(money.MustParse("471.61"), "SGD")}
	bank := func() error {
		return m.as(mei, func(tx *pg.Tx) error { _, err := m.svc.Reconcile(ctx, tx, line); return err })
	}
	if err := bank(); !fault.Has(err, "PAY-AMOUNT") {
		t.Errorf("a bank line with another amount: %v", err)
	}
	line.Amount.Value = money.MustParse("471.60")
	if err := bank(); err != nil {
		t.Fatal(err)
	}
	if s := m.state(ref.No); s != settlement.Done {
		t.Errorf("in the end the bill is %s", s)
	}
	if err := bank(); err == nil || errors.Is(err, context.Canceled) {
		t.Error("the payment was banked twice")
	}
	m.verify()
}

// blanks fills the starred fields of a list that nobody filled yet.
func (m *month) blanks(merchant, no string) map[string]string {
	out := map[string]string{}
	m.read(func(tx *pg.Tx) error {
		d, err := m.svc.Invoicing.Requisition(context.Background(), tx, merchant, no)
		for _, f := range d.List.Blank(nil) {
			out[f] = "filled by the merchant"
		}
		return err
	})
	delete(out, "invoice_no")
	delete(out, "invoice_date")
	return out
}
