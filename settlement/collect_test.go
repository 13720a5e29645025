package settlement_test

import (
	"context"
	"testing"
	"time"

	"suanpan/entities"
	"suanpan/internal/pg"
	"suanpan/ledger"
	"suanpan/orders"
	"suanpan/settlement"
)

// collecting opens a till whose entity collects what two bills do not cover, with an order of October that is billed and then given back.
func collecting(t *testing.T, rule string) *till {
	t.Helper()
	w := openTill(t, "2026-10-25T04:00:00Z")
	set := entities.Setting{Key: entities.KeyNegativeBill, Scope: entities.ForEntity("5541"), Value: rule, Source: "contract 9", ValidFrom: w.clk.Now()}
	if err := w.db.InTx(context.Background(), pg.AsStaff("ana"), func(tx *pg.Tx) error { return entities.SaveSetting(context.Background(), tx, set) }); err != nil {
		t.Fatal(err)
	}
	w.sell("O1")
	w.run("2026-10", "2026-11-09T04:00:00Z")
	w.answer(w.ask("R1", "O1")) // 51.61 of 100 go back: 43.87 of the merchant's share
	bill, lines := w.run("2026-11", "2026-12-10T00:00:00Z")
	w.wants(bill, lines, settlement.Carried, "-43.87", "-43.87", "R1 -43.8685")
	return w
}

func (w *till) pays(id, purpose, amount string) {
	w.t.Helper()
	w.feed(`{"kind":"merchantPayment","merchantPaymentId":"` + id + `","merchantId":"M2","contractingEntity":"5541","purpose":"` + purpose +
		`","amount":"` + amount + `","currencyCode":"SGD","time":"` + orders.Stamp(w.clk.Now()) + `"}`)
}

// stands compares the merchant's accounts, debit − credit, and proves the books.
func (w *till) stands(payable, deposit, receivable string) {
	w.t.Helper()
	err := w.db.ReadTx(context.Background(), pg.AsAuditor("test"), func(tx *pg.Tx) error {
		for account, want := range map[ledger.Account]string{ledger.MerchantPayable: payable, ledger.MerchantDeposit: deposit, ledger.MerchantReceivable: receivable} {
			list, err := ledger.Held(context.Background(), tx, ledger.AsOf{}, "5541", account, []string{"M2"})
			if err != nil {
				return err
			}
			got := "0"
			if len(list) > 0 {
				got = list[0].Net().String()
			}
			if got != want {
				w.t.Errorf("%s stands at %s, want %s", account, got, want)
			}
		}
		_, err := w.svc.Verify(context.Background(), tx)
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
}

func (w *till) collected(b settlement.Bill, payable, deposit, owed string) {
	w.t.Helper()
	if b.State != settlement.Collected || b.Payable.String() != payable || b.FromDeposit.String() != deposit || b.Receivable.String() != owed || !b.CarryOut.IsZero() || !b.ListTotal().IsZero() {
		w.t.Errorf("bill %s is %s over %s, %s from the deposit, %s owed, carries %s", b.No, b.State, b.Payable, b.FromDeposit, b.Receivable, b.CarryOut)
	}
}

// TestWhatTwoBillsDoNotCoverIsTakenFromTheDepositAndTheRestIsOwed sells too little in the month after the debt was carried: the deposit gives what it
// has, the rest is a debt that the merchant pays, and a bill that is withdrawn and run again gives both back first.
func TestWhatTwoBillsDoNotCoverIsTakenFromTheDepositAndTheRestIsOwed(t *testing.T) {
	t.Parallel()
	w := collecting(t, "collect")
	w.pays("D1", "DEPOSIT", "20")
	w.feed(`{"kind":"adjustment","adjustmentId":"AJ","merchantId":"M2","contractingEntity":"5541","amount":"10","currencyCode":"SGD","reason":"credit","document":"T1","time":"` + orders.Stamp(w.clk.Now()) + `"}`)
	bill, _ := w.run("2026-12", "2027-01-12T00:00:00Z")
	w.collected(bill, "-33.87", "20", "13.87")
	w.stands("-85", "0", "13.87")

	err := w.db.InTx(context.Background(), pg.AsStaff("ana"), func(tx *pg.Tx) error {
		return w.svc.Unsettle(context.Background(), tx, "the deposit was wrong", settlement.BillRef{Merchant: "M2", No: bill.No})
	})
	if err != nil {
		t.Fatal(err)
	}
	w.stands("-41.13", "-20", "0")
	w.pays("D2", "DEPOSIT", "5") // after the run instant: it belongs to January
	bill, _ = w.run("2026-12", "2027-01-12T04:00:00Z")
	w.collected(bill, "-33.87", "20", "13.87")
	w.stands("-85", "-5", "13.87")

	w.pays("P1", "RECEIVABLE", "13.87")
	w.pays("D3", "DEPOSIT_RETURNED", "5")
	w.stands("-85", "0", "0")
}

// TestADebtIsCollectedThoughNothingIsSoldAnyMore has no line to bill in the month after.
func TestADebtIsCollectedThoughNothingIsSoldAnyMore(t *testing.T) {
	t.Parallel()
	w := collecting(t, "collect")
	w.pays("D1", "DEPOSIT", "100")
	for range 2 { // the second run finds everything done
		bill, lines := w.run("2026-12", "2027-01-12T00:00:00Z")
		w.collected(bill, "-43.87", "43.87", "0")
		if len(lines) != 0 || bill.Lines != 0 {
			t.Errorf("lines %v", lines)
		}
	}
	w.stands("-85", "-56.13", "0")
	if bill, _ := w.run("2027-01", "2027-02-12T00:00:00Z"); bill.No != "" {
		t.Errorf("collected once more: %s", bill.No)
	}
}

// TestSalesOfTheNextMonthComeBeforeTheDeposit covers the debt by an order.
func TestSalesOfTheNextMonthComeBeforeTheDeposit(t *testing.T) {
	t.Parallel()
	w := collecting(t, "collect")
	w.pays("D1", "DEPOSIT", "100")
	w.sell("O2")
	bill, lines := w.run("2026-12", "2027-01-12T00:00:00Z")
	w.wants(bill, lines, settlement.PendingCountersign, "41.13", "0", "O2-1 85")
	w.stands("-126.13", "-100", "0")
}

// TestWithoutTheSettingADebtIsCarriedOn leaves the deposit alone.
func TestWithoutTheSettingADebtIsCarriedOn(t *testing.T) {
	t.Parallel()
	w := collecting(t, "carry")
	w.pays("D1", "DEPOSIT", "100")
	w.clk.Add(time.Hour)
	w.feed(`{"kind":"adjustment","adjustmentId":"AJ","merchantId":"M2","contractingEntity":"5541","amount":"10","currencyCode":"SGD","reason":"credit","document":"T1","time":"` + orders.Stamp(w.clk.Now()) + `"}`)
	bill, lines := w.run("2026-12", "2027-01-12T00:00:00Z")
	w.wants(bill, lines, settlement.Carried, "-33.87", "-33.87", "AJ 10")
	w.stands("-51.13", "-100", "0")
}
