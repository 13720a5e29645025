package statement

import (
	"context"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"suanpan/internal/fault"
	"suanpan/internal/period"
	"suanpan/internal/pg"
	"suanpan/invoicing"
	"suanpan/ledger"
	"suanpan/money"
	"suanpan/settlement"
)

func TestMerchantStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)

	t.Run("closing is opening and all movements, for everybody", func(t *testing.T) {
		for _, at := range []struct{ id, entity string }{{"M1", "5861"}, {"M2", "5541"}, {"M3", "5821"}, {"M4", "5531"}, {"M5", "5541"}, {"M6", "5541"}, {"M6", "5861"}} {
			for m := period.MustMonth("2026-08"); m.Before(period.MustMonth("2027-01")); m = m.Next() {
				for _, o := range w.merchant(at.id, at.entity, m).Owed {
					sum := o.Opening
					for _, x := range o.Moves {
						sum = sum.plus(x.Stage)
					}
					if !sum.Payable.Equal(o.Closing.Payable) || !sum.Invoiced.Equal(o.Closing.Invoiced) || !sum.InTransit.Equal(o.Closing.InTransit) {
						t.Errorf("%s %s %s %s: movements lead to %v, the ledger holds %v", at.id, at.entity, m, o.Currency, sum, o.Closing)
					}
				}
			}
		}
	})
	t.Run("a paid list leaves nothing owed", func(t *testing.T) {
		m := w.merchant("M2", "5541", october)
		same(t, "October closing", m.Owed[0].Closing.Payable, "471.60")
		same(t, "bill", m.Bills[0].Payable, "471.60")
		n := w.merchant("M2", "5541", october.Next())
		same(t, "November opening", n.Owed[0].Opening.Payable, "471.60")
		if kinds := kindsOf(n.Owed[0].Moves); kinds != "invoice.accepted payment banked" {
			t.Errorf("November moves: %s", kinds)
		}
		if s := n.Owed[0].Closing; !s.IsZero() {
			t.Errorf("still owed: %v", s)
		}
	})
	t.Run("a payment that no bank line shows is in transit", func(t *testing.T) {
		s := w.merchant("M3", "5821", october.Next()).Owed[0].Closing
		same(t, "in transit", s.InTransit, "91053")
		same(t, "payable", s.Payable, "0")
	})
	t.Run("what was carried in lowers the bill", func(t *testing.T) {
		m := w.merchant("M4", "5531", october)
		same(t, "carry in", m.Bills[0].CarryIn, "-795.60")
		same(t, "closing", m.Owed[0].Closing.Sum(), "2507.20")
	})
	t.Run("lines sum up to the bill's sales", func(t *testing.T) {
		m := w.merchant("M1", "5861", october)
		sum := decimal.Zero
		for _, l := range m.Lines {
			sum = sum.Add(l.Settlement)
		}
		same(t, "lines", sum, money.Exact(m.Bills[0].Sales[0].Settlement))
	})
}

func TestUnknownPartiesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	t.Run("a merchant that never was is refused", func(t *testing.T) {
		ctx := context.Background()
		err := w.db.ReadTx(ctx, pg.AsAuditor("test"), func(tx *pg.Tx) error {
			_, err := w.svc.Merchant(ctx, tx, "M99", "5541", october)
			return err
		})
		if !fault.Has(err, "STM-MERCHANT") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("an entity that never was is refused", func(t *testing.T) {
		ctx := context.Background()
		err := w.db.ReadTx(ctx, pg.AsAuditor("test"), func(tx *pg.Tx) error {
			_, err := w.svc.Entity(ctx, tx, "0000", october)
			return err
		})
		if !fault.Has(err, "STM-ENTITY") {
			t.Errorf("got %v", err)
		}
	})
}

func kindsOf(ms []Move) string {
	out := ""
	for i, m := range ms {
		if i > 0 {
			out += " "
		}
		out += m.Kind
	}
	return out
}

func TestEntityStatementTiesToTheLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, code := range []string{"5531", "5541", "5821", "5861"} {
		e := w.entity(code, october)
		byCurrency := map[money.Currency]decimal.Decimal{}
		var books []ledger.Balance
		w.read(func(ctx context.Context, tx *pg.Tx) (err error) {
			books, err = ledger.TrialBalance(ctx, tx, ledger.AsOf{Period: october}, code)
			return err
		})
		want := map[string]decimal.Decimal{}
		for _, b := range books {
			want[string(b.Currency)+string(b.Account)] = want[string(b.Currency)+string(b.Account)].Add(b.Net())
		}
		for _, r := range e.Trial {
			byCurrency[r.Currency] = byCurrency[r.Currency].Add(r.Closing)
			if !r.Opening.Add(r.Debit).Sub(r.Credit).Equal(r.Closing) {
				t.Errorf("%s %s %s: %s + %s − %s is not %s", code, r.Currency, r.Account, r.Opening, r.Debit, r.Credit, r.Closing)
			}
			if k := string(r.Currency) + string(r.Account); !want[k].Equal(r.Closing) {
				t.Errorf("%s %s: %s, the ledger holds %s", code, k, r.Closing, want[k])
			}
		}
		for c, v := range byCurrency {
			if !v.IsZero() {
				t.Errorf("%s: %s does not sum to zero but to %s", code, c, v)
			}
		}
		if len(e.Bills) == 0 || len(e.Trial) == 0 {
			t.Errorf("%s: %d bills, %d accounts", code, len(e.Bills), len(e.Trial))
		}
	}
}

func TestFinanceWorkbook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.finance(october)

	t.Run("every record ties to the ledger", func(t *testing.T) {
		kinds := map[string]bool{}
		for _, x := range f.Ties {
			kinds[x.Kind] = true
			if !x.Difference().IsZero() {
				t.Errorf("%s %s %s: records %s, ledger %s", x.Kind, x.Book, x.Currency, x.Records, x.Ledger)
			}
		}
		for _, k := range []string{"deferred", "unbilled", "payable", "invoiced", "transit", "month"} {
			if !kinds[k] {
				t.Errorf("nothing was tied for %s", k)
			}
		}
	})
	t.Run("each list says what is open, wrong figures first", func(t *testing.T) {
		want := []struct{ open, merchant, amount string }{
			{"refused", "M5", "-236.02"}, {"refused", "M1", "-7104.47"}, {"missing", "M6", "-97538"}, {"review", "M4", "-2507.20"}, {"bank", "M3", "0"},
		}
		if len(f.Differences) != len(want) {
			t.Fatalf("%d differences: %+v", len(f.Differences), f.Differences)
		}
		for i, d := range f.Differences {
			if d.Open != want[i].open || d.Merchant != want[i].merchant {
				t.Errorf("difference %d is %s of %s, want %s of %s", i, d.Open, d.Merchant, want[i].open, want[i].merchant)
			}
			same(t, d.Open, d.Amount, want[i].amount)
		}
		if n := f.Differences[0].Note; !strings.Contains(n, "INV-TOTAL") {
			t.Errorf("the refusal says %q", n)
		}
	})
	t.Run("a tampered record shows as the first difference", func(t *testing.T) {
		ctx := context.Background()
		if err := w.db.OwnerTx(ctx, func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE bill SET rounded = rounded + 1 WHERE bill_no = '5541-202610-M2-SGD'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		d := w.finance(october).Differences
		if d[0].Open != "tie" || d[0].Entity != "5541" || d[0].Currency != "SGD" || !d[0].Amount.Equal(dec("1")) {
			t.Errorf("first difference: %+v", d[0])
		}
	})
}

func TestOpenPoint(t *testing.T) {
	t.Parallel()
	today := period.MustDay("2026-12-20")
	base := Asked{No: "R", Currency: "EUR", Payable: dec("100"), Before: dec("110"), State: settlement.ReqOpen, Due: period.MustDay("2026-12-25")}
	paid := func(v string) []settlement.Payment {
		return []settlement.Payment{{Amount: dec(v), State: settlement.PaymentRecorded}}
	}
	sent := func(status, total string) []Sent {
		x := Sent{Status: invoicing.Status(status)}
		x.Invoice.Currency, x.Invoice.GrandTotal = "EUR", dec(total)
		return []Sent{x}
	}
	for _, c := range []struct {
		name string
		make func(a *Asked)
		want string
	}{
		{"unanswered in time", func(*Asked) {}, "none"},
		{"unanswered on the last day", func(a *Asked) { a.Due = today }, "none"},
		{"unanswered after it", func(a *Asked) { a.Due = today.Add(-1) }, "overdue"},
		{"refused", func(a *Asked) { a.Invoices = sent("refused", "99") }, "refused"},
		{"to be issued again", func(a *Asked) { a.Invoices = sent("reissue", "100") }, "reissue"},
		{"accepted", func(a *Asked) { a.State, a.Invoices = settlement.ReqAccepted, sent("accepted", "100") }, "review"},
		{"accepted before taxes, as the setting may ask", func(a *Asked) { a.State, a.Invoices = settlement.ReqAccepted, sent("accepted", "110") }, "review"},
		{"accepted with another figure", func(a *Asked) { a.State, a.Invoices = settlement.ReqAccepted, sent("accepted", "101") }, "accepted"},
		{"approved", func(a *Asked) { a.State, a.Invoices = settlement.ReqApproved, sent("accepted", "100") }, "topay"},
		{"paid", func(a *Asked) { a.State, a.Invoices, a.Payments = settlement.ReqPaid, sent("paid", "100"), paid("100") }, "bank"},
		{"paid another amount", func(a *Asked) { a.State, a.Invoices, a.Payments = settlement.ReqPaid, sent("paid", "100"), paid("99") }, "paid"},
		{"on the bank statement", func(a *Asked) {
			a.State, a.Invoices, a.Payments = settlement.ReqSettled, sent("paid", "100"), paid("100")
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := base
			c.make(&a)
			if d := openPoint(a, today); d.Open != c.want {
				t.Errorf("got %q, want %q", d.Open, c.want)
			}
		})
	}
}
